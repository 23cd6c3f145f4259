"""What a job description asks for, apart from what it offers and says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.passages import asking

ADVERTISEMENT = """Warehouse associate
About us
We lead in transportation and live innovation.
What you will do
- Operate forklifts and keep records
Benefits:
- Training and education for everybody
- Dental, vision and medical care
Requirements
Basic math. We offer health, dental and vision insurance. Attention to detail.
We are an equal opportunity employer under the law.
"""


def read(text: str) -> list[str]:
    return [passage.strip() for _start, passage in asking(text)]


def test_offers_and_the_employer_are_left_out() -> None:
    assert read(ADVERTISEMENT) == [
        "Warehouse associate",
        "What you will do",
        "- Operate forklifts and keep records",
        "Requirements",
        "Basic math.",
        "Attention to detail.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Explain benefits to employees and administer pension plans.",
        "Sell life insurance",
        "Verify medical, dental and vision insurance of patients.",
        "You provide insurance quotes to our clients and explain what plans offer.",
        "Conduct background checks and provide reasonable accommodation.",
        "Administer 401(k) plans and affirmative action programs",
        "Knowledge of compensation and benefits",
        "Negotiate salary ranges with unions.",
        "Write the story of our company for the press.",
    ],
)
def test_who_works_with_benefits_is_asked_for_them(text: str) -> None:
    assert "".join(passage for _start, passage in asking(text)) == text


@given(st.text(max_size=300))
def test_passages_stand_where_they_say_in_order_and_apart(text: str) -> None:
    end = 0
    for start, passage in asking(text):
        assert start >= end
        assert text[start : start + len(passage)] == passage
        end = start + len(passage)


@pytest.mark.parametrize(
    "text", ["health, a" * 2_000, "life" + ", a" * 6_000, "." * 20_000, "why join " * 2_000]
)
def test_no_text_takes_long(text: str) -> None:
    assert len(list(asking(text))) <= len(text)
