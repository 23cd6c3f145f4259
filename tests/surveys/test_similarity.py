"""Likeness of initiatives: both measures, pairwise completeness, trees, and stability."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.surveys.answers import Answer, BadSurveyError, Item, Respondent, State, Study
from learnwork.surveys.similarity import MEASURES, average_linkage, similar

WORDS: dict[str, State] = {"1": "yes", "0": "no", "?": "do not know", "-": "does not apply", " ": "missing"}
ROWS = st.integers(2, 7).flatmap(
    lambda wide: st.lists(st.text("01?", min_size=wide, max_size=wide), min_size=2, max_size=6)
)


def study(*rows: str) -> Study:
    """A row of signs for each initiative: 1 yes, 0 no, ? do not know, - does not apply, blank missing."""
    items = [Item(f"i{n}", f"Item {n}") for n in range(len(rows[0]))]
    people = [Respondent(f"r{n}") for n in range(len(rows))]
    answers = [
        Answer(f"r{row}", f"i{column}", WORDS[sign])
        for row, signs in enumerate(rows)
        for column, sign in enumerate(signs)
    ]
    return Study.of(items, people, answers)


def test_it_works():
    found = similar(study("1100", "1010"), resamples=0)
    assert found.similarities["jaccard"][0, 1] == pytest.approx(1 / 3)
    assert found.similarities["matching"][0, 1] == pytest.approx(1 / 2)


def test_pairs_are_compared_where_both_answered():
    found = similar(study("1111111??0", "11110??110"), resamples=0)
    assert found.shared[0, 1] == 6
    assert found.similarities["jaccard"][0, 1] == pytest.approx(4 / 5)
    assert found.similarities["matching"][0, 1] == pytest.approx(5 / 6)


def test_who_answered_less_than_seventy_in_a_hundred_is_left_out_and_named():
    found = similar(study("1111111   ", "111111    ", "1010101010"), resamples=0)
    assert [one.key for one in found.respondents] == ["r0", "r2"]
    assert [(one.respondent.key, one.answered, one.applying) for one in found.left_out] == [("r1", 6, 10)]


def test_what_does_not_apply_is_not_held_against_anybody():
    assert len(similar(study("11-----", "1010101"), resamples=0).respondents) == 2


def test_features_that_nearly_all_have_can_be_left_out():
    rows = ("110", "101", "100", "110")
    assert similar(study(*rows), resamples=0).universal == ()
    found = similar(study(*rows), universal=Fraction(9, 10), resamples=0)
    assert [item.key for item in found.universal] == ["i0"]
    assert found.similarities["jaccard"][0, 1] == 0


def test_two_that_have_nothing_are_not_alike_by_jaccard_and_equal_by_matching():
    found = similar(study("00", "00"), resamples=0)
    assert np.isnan(found.similarities["jaccard"][0, 1])
    assert found.similarities["matching"][0, 1] == 1


def test_average_linkage_of_the_textbook():
    """Five sequences whose tree is worked out in every text on UPGMA: joins at 17, 22, 28 and 33."""
    distances = np.array(
        [
            [0, 17, 21, 31, 23],
            [17, 0, 30, 34, 21],
            [21, 30, 0, 28, 39],
            [31, 34, 28, 0, 43],
            [23, 21, 39, 43, 0],
        ],
        dtype=float,
    )
    tree = average_linkage(distances)
    assert [branch.height for branch in tree.branches] == pytest.approx([17, 22, 28, 33])
    assert [sorted(branch.members) for branch in tree.branches] == [
        [0, 1],
        [0, 1, 4],
        [2, 3],
        [0, 1, 2, 3, 4],
    ]


def test_a_tree_that_tells_all_distances_has_cophenetic_correlation_one():
    distances = np.array([[0, 1, 4, 4], [1, 0, 4, 4], [4, 4, 0, 2], [4, 4, 2, 0]], dtype=float)
    assert average_linkage(distances).cophenetic == pytest.approx(1)


def test_cophenetic_correlation_is_none_where_all_are_as_far_apart():
    assert average_linkage(1 - np.eye(3)).cophenetic is None
    assert average_linkage(np.array([[0.0, 0.5], [0.5, 0.0]])).cophenetic is None


def test_clear_groups_stand_firm_and_unclear_ones_do_not():
    firm = similar(study("11110000", "11110000", "00001111", "00001111"), resamples=200, seed=1)
    tree = firm.trees["matching"]
    assert tree is not None
    assert {branch.members: branch.stability for branch in tree.branches}[frozenset({0, 1})] == 1
    rows = ("110010", "011100", "101001", "010011")
    weak = similar(study(*rows), resamples=200, seed=1).trees["matching"]
    assert weak is not None
    assert min(branch.stability or 0 for branch in weak.branches) < 0.9


def test_the_same_seed_gives_the_same_stability():
    made = study("110010", "011100", "101001", "010011", "111000")
    one, other = similar(made, resamples=50, seed=7), similar(made, resamples=50, seed=7)
    assert one.trees == other.trees


@given(ROWS)
def test_measures_are_symmetric_shares_and_jaccard_is_not_above_matching(rows: list[str]):
    found = similar(study(*rows), least_answered=Fraction(0), resamples=0)
    for matrix in found.similarities.values():
        known = ~np.isnan(matrix)
        assert (known == known.T).all()
        assert np.allclose(matrix[known], matrix.T[known])
        assert ((matrix[known] >= 0) & (matrix[known] <= 1)).all()
    jaccard, matching = found.similarities["jaccard"], found.similarities["matching"]
    both = ~np.isnan(jaccard)
    assert (jaccard[both] <= matching[both] + 1e-12).all()


@given(ROWS)
def test_a_tree_joins_everybody_once_and_never_downwards(rows: list[str]):
    found = similar(study(*rows), least_answered=Fraction(0), resamples=5)
    for measure in MEASURES:
        tree = found.trees[measure]
        assert tree is not None
        assert sorted(tree.order) == list(range(len(rows)))
        heights = [branch.height for branch in tree.branches]
        assert heights == sorted(heights)
        assert tree.branches[-1].members == frozenset(range(len(rows)))
        assert tree.branches[-1].stability == 1
        assert tree.cophenetic is None or -1 <= tree.cophenetic <= 1 + 1e-9


def test_too_few_make_no_tree_and_too_many_are_refused():
    assert similar(study("11"), resamples=5).trees == {"jaccard": None, "matching": None}
    with pytest.raises(BadSurveyError, match="too many"):
        similar(study(*["1"] * 501), resamples=0)
