"""Levels, summaries and agreement, against worked examples and laws."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.rating import (
    LevelError,
    RatedTwiceError,
    Rating,
    agreement,
    alpha,
    pattern,
    read_level,
    reconcile,
)

LEVELS = st.integers(1, 8)


@pytest.mark.parametrize("level", [0, 9, -1, 2.5, True, "5"])
def test_a_level_is_a_whole_number_from_one_to_eight(level: object) -> None:
    with pytest.raises(LevelError, match="knowledge"):
        Rating("weld a joint", "alice", {"knowledge": level})  # type: ignore[dict-item]


def test_a_column_is_one_of_the_four() -> None:
    with pytest.raises(LevelError, match="'skill'"):
        Rating("weld a joint", "alice", {"skill": 3})


def test_a_cell_may_say_that_a_column_does_not_apply_or_nothing() -> None:
    assert [read_level("social", text) for text in ("5", " 8 ", "n/a", "-", "")] == [5, 8, None, None, ""]
    for text in ("9", "2.5", "five"):
        with pytest.raises(LevelError, match="row 7: social"):
            read_level("social", text, place="row 7")


def test_a_summary_is_a_median_with_range_and_count() -> None:
    levels = [2, 3, 3, 8, None]
    ratings = [Rating(str(n), "alice", {"knowledge": level}) for n, level in enumerate(levels)]
    columns = pattern([*ratings, Rating("other", "alice", {"social": None})]).columns
    found, nothing = columns["knowledge"], columns["social"]
    assert (found.n, found.median, found.least, found.most) == (4, 3.0, 2, 8)
    assert (found.modes, found.inapplicable, found.unrated) == ((3,), 1, 1)
    assert (nothing.n, nothing.median, nothing.least, nothing.inapplicable) == (0, None, None, 1)


def test_alpha_of_the_worked_example() -> None:
    """Krippendorff (2011), section E: four observers, twelve units, missing values; ordinal alpha .815."""
    a = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    c = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    units = [[v for v in unit if v is not None] for unit in zip(a, b, c, d, strict=True)]
    assert alpha(units) == pytest.approx(0.815, abs=5e-4)


@given(st.lists(st.lists(LEVELS, min_size=2, max_size=4), min_size=1, max_size=8))
def test_alpha_is_the_definition(units: list[list[int]]) -> None:
    """1 less observed over expected disagreement, each as a mean over pairs of values, written out."""
    values = [value for unit in units for value in unit]

    def squared(x: int, y: int) -> float:
        low, high = sorted((x, y))
        inside = sum(low <= value <= high for value in values)
        return (inside - (values.count(x) + values.count(y)) / 2) ** 2 if x != y else 0.0

    expected = [squared(x, y) for x, y in combinations(values, 2)]
    found = alpha(units)
    if not sum(expected):
        assert found is None
        return
    observed = sum(
        len(unit) * sum(squared(x, y) for x, y in combinations(unit, 2)) / (len(unit) * (len(unit) - 1) / 2)
        for unit in units
    ) / len(values)
    assert found == pytest.approx(1 - observed / (sum(expected) / len(expected)))


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=2, max_size=8))
def test_agreement_counts_pairs(pairs: list[tuple[int, int]]) -> None:
    ratings = [
        Rating(f"c{n}", rater, {"social": level})
        for n, levels in enumerate(pairs)
        for rater, level in zip(("alice", "bob"), levels, strict=True)
    ]
    found = agreement(ratings, "social")
    assert found.units == found.pairs == len(pairs)
    assert found.exact == sum(x == y for x, y in pairs)
    assert found.within_one == sum(abs(x - y) <= 1 for x, y in pairs)
    assert agreement(ratings, "knowledge").alpha is None


def test_raters_are_reconciled_before_competencies_are_counted() -> None:
    ratings = [
        Rating("a", "alice", {"knowledge": 2, "social": None}),
        Rating("a", "bob", {"knowledge": 4, "social": 3}),
        Rating("a", "carol", {"knowledge": 8, "social": None}),
        Rating("b", "alice", {"knowledge": 7}),
    ]
    assert reconcile(ratings) == {"a": {"knowledge": 4, "social": None}, "b": {"knowledge": 7}}
    found = pattern(ratings)
    knowledge, social = found.columns["knowledge"], found.columns["social"]
    assert (knowledge.n, knowledge.median, knowledge.least, knowledge.most) == (2, 5.5, 4, 7)
    assert (social.n, social.median, social.inapplicable, social.unrated) == (0, None, 1, 1)
    assert (found.middle, found.raters, found.competencies) == (5.5, 3, 2)


def test_a_rater_who_votes_twice_is_named() -> None:
    with pytest.raises(RatedTwiceError, match="alice rated a twice"):
        pattern([Rating("a", "alice", {"social": 1}), Rating("a", "alice", {"social": 2})])
