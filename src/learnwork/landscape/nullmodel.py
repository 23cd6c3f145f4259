"""Whether two entries share more than chance: the stochastic degree sequence model (SDSM).

A shared organization says little where both work with everybody. The model draws worlds in which every entry has, in
expectation, as many things as it has here, and every thing as many entries, and else nothing holds: the distribution
of greatest entropy, p = 1 / (1 + exp(-(a_entry + b_thing))), called the bipartite configuration model. What two
entries share is then a sum of independent yes-or-no draws of unequal chance (Poisson-binomial), whose upper tail is
computed exactly, by adding only; no normal approximation, no sampling. Over all pairs of linked entries the false
discovery rate is held at 5% (Benjamini–Hochberg).

Sources: Z. Neal, "The backbone of bipartite projections", Social Networks 39 (2014), and Z. Neal, R. Domagalski,
B. Sagan, "Comparing alternatives to the fixed degree sequence model", Scientific Reports 11 (2021); F. Saracco and
others, "Randomizing bipartite networks", Scientific Reports 5 (2015); Y. Benjamini, Y. Hochberg, Journal of the Royal
Statistical Society B 57 (1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from learnwork.landscape.layers import Pairs, TwoMode, Whole
from learnwork.vocabulary.errors import LearnworkError

FALSE_DISCOVERIES = 0.05
_STEPS = 400
_NEAR = 1e-9  # by how much an expected degree may miss the degree that is given
_CHUNK = 512  # classes of pairs that are worked on at once
Floats = NDArray[np.float64]


class NullModelError(LearnworkError):
    """No world has such degrees, so that nothing can be called more than chance."""

    code = "null-model-failed"


@dataclass(frozen=True, slots=True)
class Probabilities:
    """The chance that an entry has a thing, by classes of equal degree, which is all that it depends on.

    table: classes of rows × classes of columns; row, column: the class of each; error: the largest distance between
    an expected and a given degree.
    """

    table: Floats
    row: Whole
    column: Whole
    error: float

    def matrix(self) -> Floats:
        whole: Floats = self.table[self.row][:, self.column]
        return whole


@dataclass(frozen=True, slots=True)
class Judged:
    """For each of `Pairs`: chance of sharing as much or more, and whether it is beyond chance.

    tested: pairs among linked entries, which all count as tests, also those that share nothing.
    """

    chance: Floats
    beyond: NDArray[np.bool_]
    tested: int
    linked: int
    error: float


def probabilities(two: TwoMode) -> Probabilities:
    """The model of greatest entropy whose expected degrees are those of the incidence.

    Its negative log-likelihood is convex in one number a class; Newton's steps, halved until it falls. Where the
    degrees force cells to be 0 or 1, the numbers run off, and the probabilities meet 0 and 1 in the limit.
    """
    cells = two.cells
    rows, row, many_rows = np.unique(cells.sum(axis=1), return_inverse=True, return_counts=True)
    columns, column, many_columns = np.unique(cells.sum(axis=0), return_inverse=True, return_counts=True)
    table, error = _solve(
        rows.astype(float), many_rows.astype(float), columns.astype(float), many_columns.astype(float)
    )
    return Probabilities(table, row.astype(np.int64), column.astype(np.int64), error)


def _solve(rows: Floats, many_rows: Floats, columns: Floats, many_columns: Floats) -> tuple[Floats, float]:
    """Degrees of classes and how many each has → probabilities of classes, and the largest miss of a degree."""
    size = len(rows)
    if not size or not len(columns):
        return np.zeros((size, len(columns))), 0.0
    weights = np.outer(many_rows, many_columns)
    given = np.concatenate([rows * many_rows, columns * many_columns])
    shares = np.concatenate([rows / many_columns.sum(), columns / many_rows.sum()])
    at = np.log(np.clip(shares, 1e-6, 1 - 1e-6) / np.clip(1 - shares, 1e-6, 1)) / 2
    many = np.concatenate([many_rows, many_columns])

    def loss(point: Floats) -> float:
        return float(
            (weights * np.logaddexp(0, point[:size, None] + point[None, size:])).sum() - given @ point
        )

    now = loss(at)
    for _ in range(_STEPS):
        table = _chances(at, size)
        expected = weights * table
        off = np.concatenate([expected.sum(1), expected.sum(0)]) - given
        error = float(np.abs(off / many).max())
        if error < _NEAR:
            return table, error
        step = np.linalg.lstsq(_curvature(expected * (1 - table)), off, rcond=1e-14)[0]
        step *= min(1.0, 8.0 / max(float(np.abs(step).max()), 1e-300))
        for _half in range(40):
            if (then := loss(at - step)) <= now + 1e-12 * abs(now):
                break
            step /= 2
        at, now = at - step, then
    if error > 1e-4:
        raise NullModelError(
            f"The model misses a degree by {error:.2g} after {_STEPS} steps.",
            hint="Narrow the filter, or read the raw counts.",
        )
    return table, error


def _chances(at: Floats, size: int) -> Floats:
    whole: Floats = 1 / (1 + np.exp(-np.clip(at[:size, None] + at[None, size:], -500, 500)))
    return whole


def _curvature(spread: Floats) -> Floats:
    """Second derivatives: a matrix of blocks, singular by the one number that may pass from rows to columns."""
    return np.block([[np.diag(spread.sum(1)), spread], [spread.T, np.diag(spread.sum(0))]])


def judge(two: TwoMode, pairs: Pairs, level: float = FALSE_DISCOVERIES) -> Judged:
    """Every pair against the model. Raises `NullModelError`."""
    linked = int((two.cells.sum(axis=1) > 0).sum())
    tested = linked * (linked - 1) // 2
    if not len(pairs):
        return Judged(np.ones(0), np.zeros(0, dtype=bool), tested, linked, 0.0)
    model = probabilities(two)
    a, b = model.row[pairs.first], model.row[pairs.second]
    low, high = np.minimum(a, b), np.maximum(a, b)
    # The tail depends on the classes of both rows and on the count alone: few questions, asked once.
    asked, which = np.unique(np.stack([low, high, pairs.shared], axis=1), axis=0, return_inverse=True)
    answers = np.empty(len(asked))
    sizes = np.bincount(model.column, minlength=model.table.shape[1])
    for start in range(0, len(asked), _CHUNK):
        some = asked[start : start + _CHUNK]
        chances = model.table[some[:, 0]] * model.table[some[:, 1]]
        answers[start : start + _CHUNK] = tails(chances, sizes, some[:, 2])
    chance = answers[which.ravel()]
    return Judged(chance, discoveries(chance, tested, level), tested, linked, model.error)


def tails(chances: Floats, sizes: Whole, least: Whole) -> Floats:
    """P(X ≥ least) of sums of independent draws. chances: questions × kinds of draw; sizes: draws of each kind.

    The distribution is built draw by draw, with all beyond the largest count asked in one last state. Only positive
    numbers are added, so that a tiny tail is as exact, relatively, as a large one.
    """
    top = int(least.max())
    state = np.zeros((len(chances), top + 1))
    state[:, 0] = 1.0
    for kind, many in enumerate(sizes.tolist()):
        yes = chances[:, kind : kind + 1]
        if not yes.any():
            continue
        no = 1 - yes
        for _ in range(many):
            gained = state[:, :-1] * yes
            state[:, :-1] *= no
            state[:, 1:] += gained
    up = np.cumsum(state[:, ::-1], axis=1)[:, ::-1]
    found: Floats = np.minimum(up[np.arange(len(chances)), least], 1.0)
    return found


def discoveries(chance: Floats, tested: int, level: float) -> NDArray[np.bool_]:
    """Benjamini–Hochberg over `tested` tests, of which those not in `chance` have the chance 1."""
    order = np.argsort(chance, kind="stable")
    limits = level * np.arange(1, len(chance) + 1) / max(tested, 1)
    under = np.flatnonzero(chance[order] <= limits)
    found = np.zeros(len(chance), dtype=bool)
    if len(under):
        found[order[: under[-1] + 1]] = True
    return found
