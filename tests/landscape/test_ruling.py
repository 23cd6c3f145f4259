"""Rulings on two entries: made once, kept with their reason, undone, and following a merger."""

from __future__ import annotations

import pytest
from tests.made import ctid, reading, said

from learnwork.intake.loading import load
from learnwork.landscape import ruling
from learnwork.landscape.checks import MapEditError
from learnwork.landscape.model import Entry, Landscape
from learnwork.landscape.overlap import Overlap, two
from learnwork.registry import decisions
from learnwork.registry.errors import UnknownResourceError

A, B, C = (ctid(name) for name in "abc")


@pytest.fixture
def three(db: None) -> None:
    items = (said(key, "lw:Initiative", ceterms_name={"en": key.upper()}) for key in "abc")
    load(reading(*items), "made")


@pytest.mark.usefixtures("three")
def test_a_ruling_stands_until_it_is_undone() -> None:
    made = ruling.different(B, A, " One is a standard, the other a fund. ", None)
    (stands,) = ruling.standing()
    assert (stands.pair, stands.kind, stands.reason) == (
        two(A, B),
        "different",
        "One is a standard, the other a fund.",
    )
    ruling.introduce(A, B, "", None)
    assert [one.kind for one in ruling.standing()] == ["introduced", "different"]
    ruling.undo(made.pk, None)
    assert [one.kind for one in ruling.standing()] == ["introduced"]
    with pytest.raises(ruling.RulingError, match="undone already"):
        ruling.undo(made.pk, None)
    ruling.different(A, B, "Looked at again.", None)
    assert len(ruling.standing()) == 2


@pytest.mark.usefixtures("three")
def test_what_cannot_be_ruled() -> None:
    ruling.different(A, B, "First.", None)
    with pytest.raises(ruling.RulingError, match="ruled already"):
        ruling.different(B, A, "Second.", None)
    with pytest.raises(ruling.RulingError, match="are one"):
        ruling.different(A, A, "Itself.", None)
    with pytest.raises(MapEditError, match="empty"):
        ruling.different(A, C, "  ", None)
    with pytest.raises(UnknownResourceError):
        ruling.different(A, "ce-00000000-0000-4000-8000-000000000000", "Nobody.", None)
    with pytest.raises(ruling.UnknownRulingError):
        ruling.undo(999_999, None)
    assert [one.reason for one in ruling.standing()] == ["First."]


@pytest.mark.usefixtures("three")
def test_a_ruling_follows_a_merger_and_its_undoing() -> None:
    ruling.different(B, C, "Two funds.", None)
    decisions.same(A, B, author=None, reason="One.")
    assert [one.pair for one in ruling.standing()] == [two(A, C)]
    decisions.undo(decisions.listing()[0].pk, author=None)
    assert [one.pair for one in ruling.standing()] == [two(B, C)]


def test_the_letter_names_both_and_what_they_share() -> None:
    entries = {key: Entry(key, key, f"Initiative {key}") for key in "xy"}
    shown = Landscape(entries=entries, labels={"g": "Clear credentials", "f": "Data shared"})
    text = ruling.letter(shown, Overlap("x", "y", ("g",), ("f", "other"), 1.0))
    assert text.startswith("Subject: Initiative x and Initiative y\n")
    assert "(Clear credentials)" in text
    assert "Data shared, other." in text
