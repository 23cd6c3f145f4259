"""Words: how they are read, widened and mended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.search.words import Part, corrections, distance, forms, parse

TERMS = {
    "welding": 40,
    "welder": 9,
    "nurse": 5,
    "nursing": 30,
    "studies": 12,
    "study": 2,
    "camden": 8,
    "accounting": 7,
}


def terms(prefix: str) -> list[tuple[str, int]]:
    return sorted(((t, n) for t, n in TERMS.items() if t.startswith(prefix)), key=lambda pair: -pair[1])


def test_words_phrases_and_exclusions() -> None:
    assert parse('welding "camden county" -online -"nail care" in o*net') == (
        Part(("welding",)),
        Part(("camden", "county")),
        Part(("online",), excluded=True),
        Part(("nail", "care"), excluded=True),
        Part(("o", "net")),
    )


def test_fillers_count_only_where_nothing_else_is_asked() -> None:
    assert parse("programs in welding") == (Part(("welding",)),)
    assert parse("of the") == (Part(("of",)), Part(("the",)))
    assert parse("") == parse('"" - -- ,') == ()


def test_accents_and_possessives_do_not_matter() -> None:
    assert parse("École Associate’s") == (Part(("ecole",)), Part(("associate",)))


def test_a_word_stands_for_its_forms() -> None:
    assert [form for form, _ in forms("nurses", terms)] == ["nursing", "nurse"]
    assert [form for form, _ in forms("study", terms)] == ["study", "studies"]
    assert forms("zebra", terms) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("weldign", "welding"),
        ("qelding", "welding"),
        ("wlding", "welding"),
        ("wwelding", "welding"),
        ("elding", "welding"),
        ("ewlding", "welding"),
        ("camdn", "camden"),
        ("accounitng", "accounting"),
        ("acounitng", "accounting"),
    ],
)
def test_a_slip_is_mended_wherever_it_stands(typed: str, meant: str) -> None:
    assert corrections(typed, terms)[0][0] == meant


@pytest.mark.parametrize("typed", ["wel", "48x0508", "zzzzzzz", "nuxxing"])
def test_what_is_too_short_or_too_far_is_not_guessed(typed: str) -> None:
    assert corrections(typed, terms) == []


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_equals(one: str, other: str) -> None:
    far = distance(one, other, 9)
    assert far == distance(other, one, 9)
    assert (far == 0) == (one == other)
    assert abs(len(one) - len(other)) <= far <= max(len(one), len(other))
    assert distance(one, other, 1) == min(far, 2)
