"""Competencies in free text: found, with the place where they stand."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.extraction import (
    _WORD,
    LEAST,
    MOST_CHARACTERS,
    SIGNS,
    Candidates,
    Reader,
    coefficients,
)
from learnwork.competencies.extraction_learning import learn
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
    assert [one.label for one in found] == ["welding", "read blueprints", "SQL"]
    assert all(LEAST <= one.confidence < 1 for one in found)


def test_nothing_to_find_and_nothing_to_look_for() -> None:
    assert READER.read("") == []
    assert READER.read("... and of the, or!") == []
    assert Reader(()).read("welding") == []


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(TooLargeError):
        READER.read("a" * (MOST_CHARACTERS + 1))


# What many competencies have a word of is named by none of them alone.
MANY = (
    *(
        Text(f"work {word}", f"work {word}")
        for word in ("carefully", "abroad", "at night", "in teams", "alone")
    ),
    *(Text(f"{word} design", f"{word} design") for word in ("industrial", "interior", "lighting", "sound")),
    Text("creative", "think creatively", ("design",)),
    Text("css", "CSS"),
    Text("sheets", "style sheet languages", ("CSS",)),
)


def test_a_word_that_many_share_names_none_of_them() -> None:
    reader = Reader(MANY)
    assert reader.read("You will work on the design of things with colleagues.") == []
    assert [one.key for one in reader.read("Interior design, and work at night.")] == [
        "interior design",
        "work at night",
    ]


def test_an_own_label_goes_before_the_same_as_another_ones_other_label() -> None:
    assert [one.key for one in Reader(MANY).read("Some CSS is needed.")] == ["css"]


def test_words_may_stand_between_and_places_are_no_wider_than_needed() -> None:
    text = "We expect that you work in a friendly team, always."
    [found] = Reader(MANY).read(text)
    assert found.key == "work in teams"
    assert text[found.start : found.end].startswith("work in")
    assert text[found.start : found.end].endswith("team")


def test_what_is_looked_up_last_changes_nothing() -> None:
    """Candidates that cannot reach the least are left out early; those that reach it are the same."""
    reader = Reader((*COMPETENCIES, *MANY))
    text = "Welding, pipe welding, CSS and sound design; work alone at night and read blueprints of interior design."
    every, some = reader.candidates(text), reader.candidates(text, least=LEAST)

    def reached(candidates: Candidates) -> list[tuple[int, int, float]]:
        odds = candidates.signs @ coefficients()[1:] + coefficients()[0]
        chosen = odds >= np.log(LEAST / (1 - LEAST))
        return sorted(
            zip(
                candidates.rows[chosen].tolist(),
                candidates.labels[chosen].tolist(),
                odds[chosen].round(5).tolist(),
                strict=True,
            )
        )

    assert reached(every) == reached(some) != []
    assert len(some.rows) < len(every.rows)


def test_what_people_marked_is_learned() -> None:
    """In made sentences people never marked what many have a word of: rarity is what comes to count."""
    reader = Reader(MANY)
    marked = {
        f"We ask for {word} design.": frozenset({f"{word} design"})
        for word in ("sound", "lighting", "interior")
    }
    marked |= {f"We ask for {word} designs.": frozenset() for word in ("good", "great", "fine")}
    found = learn(reader, marked)
    assert set(found) == {"one", *SIGNS}
    assert found["rarity"] > 0


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


@given(st.text(alphabet="ab+#.’'- ,", max_size=30))
def test_words_are_the_longest_that_end_in_a_letter(text: str) -> None:
    plain = re.compile(r"[\w+#.’'-]*[\w+#]")  # the same, but each run of signs is looked at from each of them
    assert [one.span() for one in _WORD.finditer(text)] == [one.span() for one in plain.finditer(text)]


def test_a_line_of_signs_is_read_once() -> None:
    assert READER.read("-" * (MOST_CHARACTERS - 8) + " welding") != []
