"""Overlap: who aims at the same with the same means and says nothing of the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from learnwork.landscape.model import Entry, Landscape, Role, RoleKind, Tie
from learnwork.landscape.overlap import Ground, grounds, overlaps, two


def entry(key: str, goals: str, features: str, parent: str = "") -> Entry:
    return Entry(key, key, key, goals=tuple(goals), features=tuple(features), parent=parent)


ENTRIES = [
    entry("a", "g", "xyz"),
    entry("b", "gh", "xy"),
    entry("c", "g", "x"),
    entry("d", "h", "xyz"),
    entry("e", "g", ""),
    entry("f", "g", "z", parent="a"),
]
MAP = Landscape(entries={one.ctid: one for one in ENTRIES}, ties=(Tie("c", "a"), Tie("e", "a")))


def test_candidates_share_an_aim_and_a_mean_and_declare_nothing() -> None:
    found = overlaps(MAP)
    assert [(one.first, one.second, one.aims, one.means) for one in found.candidates] == [
        ("a", "b", ("g",), ("x", "y")),
        ("b", "d", ("h",), ("x", "y")),
        ("b", "c", ("g",), ("x",)),
    ]
    assert [one.likeness for one in found.candidates] == [0.6667, 0.6667, 0.5]


def test_rate_has_both_counts() -> None:
    counts = overlaps(MAP).counts
    # a-c is declared, f is a part of a; e has no feature, so that nothing can be said of it.
    assert (counts.could, counts.tied, counts.candidates, counts.different) == (5, 2, 3, 0)
    assert (counts.can, counts.of) == (5, 6)
    assert counts.rate == pytest.approx(2 / 5)


def test_different_in_fact_leaves_both_counts() -> None:
    counts = overlaps(MAP, different={two("b", "a")}).counts
    assert (counts.could, counts.tied, counts.candidates, counts.different, counts.base) == (5, 2, 2, 1, 4)
    assert counts.rate == pytest.approx(2 / 4)


def test_a_declared_tie_wins_over_a_ruling_that_came_before() -> None:
    counts = overlaps(MAP, different={two("a", "c")}).counts
    assert (counts.tied, counts.different) == (2, 0)


def test_where_nothing_is_on_record_there_is_no_rate() -> None:
    counts = overlaps(MAP, Ground.TOPICS).counts
    assert (counts.could, counts.can, counts.rate) == (0, 0, None)


def test_an_entry_with_a_role_in_the_other_works_with_it() -> None:
    counts = overlaps(replace(MAP, roles=(Role("a", "b", RoleKind.FUNDER),))).counts
    assert (counts.could, counts.tied, counts.candidates) == (5, 3, 2)


def test_a_long_list_is_cut_and_its_count_is_not() -> None:
    found = overlaps(MAP, most=1)
    assert len(found.candidates) == 1
    assert found.counts.candidates == 3


def test_where_only_blocks_are_on_record_two_of_them_have_to_be_shared() -> None:
    held = {"a": ("x", "y", "z"), "b": ("x", "y"), "c": ("x",)}
    shown = Landscape(entries={key: Entry(key, key, key, blocks=blocks) for key, blocks in held.items()})
    found = overlaps(shown, Ground.BLOCKS)
    assert [(one.first, one.second, one.means) for one in found.candidates] == [("a", "b", ("x", "y"))]
    assert (found.counts.can, found.counts.of) == (2, 3)
    assert grounds(shown) == [Ground.BLOCKS]
    assert grounds(MAP) == [Ground.GOALS]
