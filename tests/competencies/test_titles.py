"""Titles of occupations in a text: found where a title stands, and words of every text are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.expected import Work
from learnwork.competencies.reading_text import MOST_TITLED, SHARED, TextReader
from learnwork.competencies.titles import Titles

WORK = [
    Work(
        "nurse",
        ("Registered Nurses", "RN (Registered Nurse)", "Charge Nurse"),
        "Give medication to patients.",
    ),
    Work("welder", ("Welders, Cutters, and Brazers", "Welder", "Pipe Welder"), "Weld pipe and plate."),
    Work("hvac", ("Heating Mechanics", "HVAC Tech"), "Mend furnaces."),
    Work("cashier", ("Cashiers",), "Take money."),
    Work("teller", ("Tellers", "Cashier"), "Take money at a bank."),
    Work("model", ("Models",), "Wear clothes on stage."),
    Work("waiter", ("Waiters and Waitresses", "Waitresses"), "Carry plates."),
    *(Work(f"cook{n}", (f"Cooks, {n}", "Cook"), "Boil water.") for n in range(SHARED + 1)),
]
TITLES, READER = Titles(WORK), TextReader([], WORK)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("registered nurse", ["nurse"]),
        ("RN", ["nurse"]),
        ("Charge nurses, nights", ["nurse"]),
        ("WELDERS", ["welder"]),
        ("Senior welder", ["welder"]),
        ("Sr. welder", ["welder"]),
        ("Welder. Reads blueprints and welds pipe.", ["welder"]),
        ("Welder for the night shift", ["welder"]),
        ("Looking for experienced welders", ["welder"]),
        ("HVAC technicians", ["hvac"]),
        ("cashier", ["cashier"]),
        ("waitress", ["waiter"]),
        ("Registered nurse / pipe welder", ["nurse", "welder"]),
        ("registered nurse\nwelder", ["nurse", "welder"]),
        ("We model data", []),
        ("Cook meals, model clothes", []),
        ("nurse", []),
        ("Soldador", []),
        ("", []),
        ("\n \n🙂", []),
        ("-" * 500 + "(((" * 500, []),
    ],
)
def test_titles_where_they_stand(text: str, found: list[str]) -> None:
    assert [WORK[one.work].ctid for one in TITLES.found(text, short=True)] == found
    for one in TITLES.found(text, short=True):
        assert one.title in text


def test_of_a_long_text_the_first_line_is_the_heading() -> None:
    body = "You give medication to patients, and welder is a word here.\n" * 4
    assert [one.work for one in TITLES.found(f"Registered nurse, nights\n{body}", short=False)] == [0]
    found = READER.read(f"Registered nurse, nights\n{body}")
    assert [(one.occupation, one.title) for one in found.work] == [("nurse", "Registered nurse")]
    assert READER.read(f"Model of the year\n{body}").titled == (), (
        "one word, and the rest speaks of something else"
    )


def test_a_title_of_many_occupations_means_none_of_them() -> None:
    found = READER.read("cook")
    assert found.work == ()
    assert len(found.titled) == SHARED + 1 <= MOST_TITLED
    assert {one.title for one in found.titled} == {"cook"}


@given(st.text(max_size=200), st.booleans())
def test_what_is_found_stands_there(text: str, short: bool) -> None:
    for one in TITLES.found(text, short=short):
        assert one.title in text
        assert 0 <= one.work < len(WORK)
