"""What wants another look."""

from __future__ import annotations

from datetime import date

import pytest

from learnwork.landscape.reviewing import Reviewable, period, stale

TODAY = date(2026, 6, 30)


def names(*things):
    return [one.what.name for one in stale(things, TODAY)]


def test_never_looked_at_comes_first_then_the_longest_overdue():
    assert names(
        Reviewable("1", "fresh", "initiative", "2026-01"),
        Reviewable("2", "old", "initiative", "2023"),
        Reviewable("3", "older", "initiative", "2021-05-04"),
        Reviewable("4", "never", "initiative"),
    ) == ["never", "older", "old"]


@pytest.mark.parametrize(("on", "due"), [("2025-06-30", False), ("2025-06-29", True), ("2025-06", True)])
def test_the_period_ends_on_its_day(on, due):
    assert bool(stale([Reviewable("1", "x", "initiative", on)], TODAY)) is due


def test_each_kind_has_its_period_and_what_is_over_is_looked_at_less():
    assert period(Reviewable("1", "x", "term")) > period(Reviewable("1", "x", "initiative"))
    assert period(Reviewable("1", "x", "initiative", ended=True)) > period(Reviewable("1", "x", "initiative"))


def test_a_date_that_is_none_counts_as_never():
    assert stale([Reviewable("1", "x", "initiative", "soon")], TODAY)[0].due is None
