"""From a score to a confidence that keeps its word: isotonic regression, and the table that checks it.

Isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955; Zadrozny and Elkan 2002
for classifiers). Each level counts one half of a right and one half of a wrong pair more than were seen (Jeffreys), so
that a level of few pairs is not called certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
CEILING = 0.99
"""No machine is more certain than this; only a person confirms."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising line through (score, confidence); flat before the first and after the last point."""

    scores: tuple[float, ...]
    confidences: tuple[float, ...]

    def __call__(self, scores: Doubles) -> Doubles:
        """Confidence of each score, between 0 and CEILING."""
        return np.minimum(CEILING, np.interp(scores, self.scores, self.confidences))


@dataclass(frozen=True, slots=True)
class Level:
    """One row of a reliability table: pairs whose confidence lies in [low, high)."""

    low: float
    high: float
    pairs: int
    said: float
    right: int

    @property
    def held(self) -> float:
        """The share that was right."""
        return self.right / self.pairs if self.pairs else float("nan")


def pooled(values: Doubles, weights: Doubles) -> list[tuple[float, float, int]]:
    """Rising means of a sequence: (mean, weight, length) of each block."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (mean, heavy, long), (last, light, short) = blocks[-2], blocks[-1]
            together = heavy + light
            blocks[-2:] = [((mean * heavy + last * light) / together, together, long + short)]
    return blocks


def isotonic(scores: Doubles, right: NDArray[np.bool_], *, points: int = 60) -> Calibration:
    """The calibration of scores whose outcome is known. Scores are first gathered in bins of equal counts."""
    order = np.argsort(scores, kind="stable")
    bins = np.array_split(order, max(1, min(points * 10, len(order) // 20 or 1)))
    middle = np.array([scores[one].mean() for one in bins])
    share = np.array([right[one].mean() for one in bins])
    counts = np.array([float(len(one)) for one in bins])
    line: list[tuple[float, float]] = []
    start = 0
    for mean, weight, length in pooled(share, counts):
        inside = slice(start, start + length)
        line.append(
            (float(np.average(middle[inside], weights=counts[inside])), (mean * weight + 0.5) / (weight + 1))
        )
        start += length
    # The halves of a small block may let it fall below the one before; what is said never does.
    levels = np.minimum(CEILING, np.maximum.accumulate([level for _, level in line]))
    return Calibration(tuple(score for score, _ in line), tuple(levels.tolist()))


def least(lines: Sequence[Calibration]) -> Calibration:
    """The least that any of several calibrations says, at every point of any of them."""
    points = sorted({score for line in lines for score in line.scores})
    levels = np.min([np.interp(points, line.scores, line.confidences) for line in lines], axis=0)
    return Calibration(tuple(points), tuple(float(level) for level in levels))


def reliability(confidences: Doubles, right: NDArray[np.bool_], edges: Sequence[float]) -> list[Level]:
    """How often pairs were right in each range of confidence; `edges` rise, the last is above every confidence."""
    found = []
    for low, high in pairwise(edges):
        inside = (confidences >= low) & (confidences < high)
        said = float(confidences[inside].mean()) if inside.any() else float("nan")
        found.append(Level(low, high, int(inside.sum()), said, int(right[inside].sum())))
    return found
