"""Which initiatives are alike: two measures side by side, a tree of each, and how firmly the tree stands.

- Jaccard: shared yes ÷ items to which at least one said yes; what both lack does not make them alike.
  P. Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11, 37-50.
- Simple matching: equal answers ÷ items that both answered.
  R. R. Sokal and C. D. Michener (1958), University of Kansas Science Bulletin 38, 1409-1438.

Both are pairwise complete: over the items to which both said yes or no. Trees are by average linkage. The cophenetic
correlation (R. R. Sokal and F. J. Rohlf (1962), Taxon 11, 33-40) says how well a tree tells the distances. The
stability of a branch is the share of trees from resampled features that have it again (J. Felsenstein (1985),
Confidence limits on phylogenies, Evolution 39, 783-791): it speaks of these features, not of other initiatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from learnwork.surveys.answers import DOES_NOT_APPLY, NO, YES, BadSurveyError, Item, Respondent, Study
from learnwork.vocabulary.sentences import sentence

Measure = Literal["jaccard", "matching"]
MEASURES: dict[Measure, str] = {"jaccard": "Jaccard", "matching": sentence("Simple matching")}
MOST = 500
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who answered too few of the items that apply to compare them."""

    respondent: Respondent
    answered: int
    applying: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Two branches joined. members: rows of the matrix; height: distance; stability: None if not resampled."""

    members: frozenset[int]
    left: frozenset[int]
    right: frozenset[int]
    height: float
    stability: float | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """branches: from the closest join to the last. order: rows from top to bottom, so that no lines cross.

    cophenetic: None where it is not defined (two leaves, or all distances equal).
    """

    branches: tuple[Branch, ...]
    order: tuple[int, ...]
    cophenetic: float | None


@dataclass(frozen=True, slots=True)
class Similarity:
    """similarities: by measure, respondents × respondents, NaN where nothing can be compared; shared: over how many."""

    respondents: tuple[Respondent, ...]
    items: tuple[Item, ...]
    universal: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    shared: NDArray[np.int64]
    similarities: dict[Measure, Matrix]
    trees: dict[Measure, Tree | None]
    resamples: int
    seed: int


def similar(
    study: Study,
    *,
    least_answered: Fraction = Fraction(7, 10),
    universal: Fraction | None = None,
    resamples: int = 500,
    seed: int = 0,
) -> Similarity:
    """Compare those who responded by their yes/no items.

    least_answered: of the items that apply, how many must be answered yes or no. universal: leave out features that
    at least this share has, such as 9/10, as what all have tells nobody apart. Raises `BadSurveyError` over 500.
    """
    study = study.part(np.flatnonzero(study.responded()).tolist(), study.columns("yes/no"))
    enough, left_out = _answered(study, least_answered)
    if len(enough) > MOST:
        raise BadSurveyError(
            f"{len(enough):,} respondents are too many to compare each with each.",
            hint=f"Compare at most {MOST}: filter them first.",
        )
    study = study.part(enough)
    yes, no = (study.states == YES).astype(float), (study.states == NO).astype(float)
    common = _universal(yes, no, universal)
    kept = np.flatnonzero(~common)
    yes, no = yes[:, kept], no[:, kept]
    weights = np.ones(len(kept))
    found = {measure: _similarities(yes, no, weights, measure) for measure in MEASURES}
    return Similarity(
        respondents=study.respondents,
        items=tuple(study.items[at] for at in kept),
        universal=tuple(study.items[at] for at in np.flatnonzero(common)),
        left_out=tuple(left_out),
        shared=((yes + no) @ (yes + no).T).round().astype(np.int64),
        similarities=found,
        trees={measure: _stable_tree(yes, no, measure, resamples, seed) for measure in MEASURES},
        resamples=resamples,
        seed=seed,
    )


def average_linkage(distances: Matrix) -> Tree:
    """The tree of a symmetric matrix of distances between at least two things, without stability."""
    from scipy.cluster.hierarchy import cophenet, leaves_list, linkage
    from scipy.spatial.distance import squareform

    condensed = squareform(distances, checks=False)
    joined = linkage(condensed, method="average")
    cophenetic = None
    if np.ptp(condensed) > 1e-12:
        correlation = float(cophenet(joined, condensed)[0])
        cophenetic = correlation if np.isfinite(correlation) else None
    return Tree(tuple(_branches(joined)), tuple(map(int, leaves_list(joined))), cophenetic)


def _answered(study: Study, least: Fraction) -> tuple[list[int], list[LeftOut]]:
    enough, left_out = [], []
    answered = ((study.states == YES) | (study.states == NO)).sum(axis=1).tolist()
    applying = (study.states != DOES_NOT_APPLY).sum(axis=1).tolist()
    for row, one in enumerate(study.respondents):
        if applying[row] and Fraction(answered[row], applying[row]) >= least:
            enough.append(row)
        else:
            left_out.append(LeftOut(one, answered[row], applying[row]))
    return enough, left_out


def _universal(yes: Matrix, no: Matrix, limit: Fraction | None) -> NDArray[np.bool_]:
    """Which features at least this share of those who answered have; compared in whole numbers."""
    if limit is None:
        return np.zeros(yes.shape[1], dtype=bool)
    has, base = yes.sum(axis=0), (yes + no).sum(axis=0)
    reached: NDArray[np.bool_] = (has * limit.denominator >= base * limit.numerator) & (base > 0)
    return reached


def _similarities(yes: Matrix, no: Matrix, weights: Matrix, measure: Measure) -> Matrix:
    """Each with each; weights: how often an item counts. NaN where the measure has nothing to stand on."""
    both = (yes * weights) @ yes.T
    neither = (no * weights) @ no.T
    differ = (yes * weights) @ no.T
    differ = differ + differ.T
    equal = both if measure == "jaccard" else both + neither
    over = equal + differ
    with np.errstate(invalid="ignore", divide="ignore"):
        made: Matrix = np.where(over > 0, equal / over, np.nan)
    return made


def _tree(yes: Matrix, no: Matrix, weights: Matrix, measure: Measure) -> Tree:
    # Two with nothing to compare share nothing that we know of: as far apart as can be.
    distances = 1 - np.nan_to_num(_similarities(yes, no, weights, measure), nan=0.0)
    np.fill_diagonal(distances, 0.0)
    return average_linkage(distances)


def _stable_tree(yes: Matrix, no: Matrix, measure: Measure, resamples: int, seed: int) -> Tree | None:
    people, items = yes.shape
    if people < 2 or not items:
        return None
    tree = _tree(yes, no, np.ones(items), measure)
    if not resamples:
        return tree
    random = np.random.default_rng(seed)
    again = dict.fromkeys((branch.members for branch in tree.branches), 0)
    for _ in range(resamples):
        weights = np.bincount(random.integers(0, items, items), minlength=items).astype(float)
        for branch in _tree(yes, no, weights, measure).branches:
            if branch.members in again:
                again[branch.members] += 1
    branches = tuple(
        Branch(one.members, one.left, one.right, one.height, again[one.members] / resamples)
        for one in tree.branches
    )
    return Tree(branches, tree.order, tree.cophenetic)


def _branches(joined: Matrix) -> list[Branch]:
    leaves = len(joined) + 1
    clusters = [frozenset({leaf}) for leaf in range(leaves)]
    branches = []
    for left, right, height, _ in joined.tolist():
        one, other = clusters[int(left)], clusters[int(right)]
        clusters.append(one | other)
        branches.append(Branch(one | other, one, other, height))
    return branches
