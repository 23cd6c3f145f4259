"""Competencies in free text: found, with the place where they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.extraction import MOST_CHARACTERS, Reader
from learnwork.competencies.texts import Text
from learnwork.vocabulary.errors import TooLargeError

COMPETENCIES = (
    Text("weld", "welding", ("pipe welding",)),
    Text("plans", "read blueprints", ("blueprint reading",)),
    Text("sql", "SQL"),
    Text("unlabelled", "", (), "run together text about forklifts"),
)
READER = Reader(COMPETENCIES)


def test_it_works() -> None:
    text = "We ask for pipe welding, reading of blueprints and some SQL (forklifts are a plus)."
    found = READER.read(text)
    assert [(text[one.start : one.end], one.key) for one in found] == [
        ("pipe welding", "weld"),
        ("reading of blueprints", "plans"),
        ("SQL", "sql"),
    ]
    assert all(one.score > 0.7 for one in found)


def test_nothing_to_find_and_nothing_to_look_for() -> None:
    assert READER.read("") == []
    assert READER.read("... and of the, or!") == []
    assert Reader(()).read("welding") == []


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(TooLargeError):
        READER.read("a" * (MOST_CHARACTERS + 1))


@given(
    st.lists(
        st.sampled_from(["welding", "SQL", "read", "blueprints", ",", ". ", "the", "ß", "\n", "🙂"]),
        max_size=30,
    )
)
def test_places_lie_in_the_text_in_order_and_apart(parts: list[str]) -> None:
    text = " ".join(parts)
    found = READER.read(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
