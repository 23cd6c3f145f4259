"""Words explained where they stand, and words that want an explanation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.glossary import Term, explained, found_in, wanted

LEARNER = Term("ce-1", "Learner", "Somebody who learns.")
RECORD = Term("ce-2", "Learning and employment record", "A digital record.", also=("LER",))
LEARNING_RECORD = Term("ce-3", "Learner record", "What a learner did.")
BOARD = Term("ce-4", "Workforce board (local)", "Plans training.")
TERMS = (LEARNER, RECORD, LEARNING_RECORD, BOARD)


def marked(text):
    return [(piece.text, piece.term.ctid) for piece in explained(text, TERMS) if piece.term]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A learner wallet", [("learner", "ce-1")]),
        ("Learners, and a learner again", [("Learners", "ce-1")]),
        ("Pilot of learner records", [("learner records", "ce-3")]),
        ("An LER, not ler", [("LER", "ce-2")]),
        ("Two LERs", [("LERs", "ce-2")]),
        ("Every workforce board takes part", [("workforce board", "ce-4")]),
        ("unlearners and learner-led work", []),
        ("", []),
    ],
)
def test_terms_are_found_as_whole_words_the_longest_first(text, found):
    assert marked(text) == found


@given(st.text(max_size=200))
def test_no_letter_of_a_text_is_lost(text):
    assert "".join(piece.text for piece in explained(text, TERMS)) == text


def test_without_terms_a_text_is_itself():
    assert [piece.text for piece in explained("A learner", ())] == ["A learner"]


def test_markup_in_a_text_stays_text():
    assert [term.ctid for term in found_in("<b>learner</b>", TERMS)] == ["ce-1"]


def texts(*sentences):
    return {f"ce-{n}": sentence for n, sentence in enumerate(sentences)}


def test_a_phrase_of_more_than_three_entries_is_wanted_once_in_its_longest_form():
    used = texts(
        *(f"It builds a skills passport for {who}." for who in ("nurses", "welders", "cooks", "clerks"))
    )
    (found,) = wanted(used, TERMS)
    assert found.text == "skill passport"
    assert len(found.entries) == 4


def test_three_entries_are_not_enough_and_one_entry_counts_once():
    used = texts("skills passport, skills passport", "skills passport", "a skills passport")
    assert wanted(used, TERMS) == ()


def test_what_is_explained_named_or_money_is_not_wanted():
    used = texts(*["Learner records and the OECD; 5M USD for Acme Trust, and 30 states."] * 5)
    assert [one.text for one in wanted(used, TERMS, known=["Acme Trust"])] == ["OECD"]
