"""Overlap: entries that aim at the same with the same means and declare no tie; and how many do work together.

Two entries *could* work together where they share at least one of `Ground.aims` and `Ground.least` of `Ground.means`.
Those that declare a tie are coordinated, those that a curator found different in fact are neither, and the rest are
candidates. The coordination rate is coordinated of could, with both counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from learnwork.landscape.layers import Choice, Layer, Pairs, Subject, TwoMode, Whole, pairs_of, tied, two_mode
from learnwork.landscape.model import Landscape

Two = tuple[str, str]
Floats = NDArray[np.float64]


def two(a: str, b: str) -> Two:
    """A pair of CTIDs in the one order in which it is kept."""
    return (a, b) if a < b else (b, a)


class Ground(StrEnum):
    """On what overlap is judged: a goal and a feature; where none are on record, what is coarser."""

    GOALS = "goals"
    TOPICS = "topics"
    BLOCKS = "blocks"

    @property
    def aims(self) -> Subject:
        return Subject.GOALS if self is Ground.GOALS else Subject.BLOCKS

    @property
    def means(self) -> Subject:
        return {"goals": Subject.FEATURES, "topics": Subject.TOPICS, "blocks": Subject.BLOCKS}[self.value]

    @property
    def least(self) -> int:
        """How many means two entries have to share. One building block is too wide to say anything."""
        return 2 if self is Ground.BLOCKS else 1


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two entries that could work together. likeness: shared means by all means of either (Jaccard), 0 to 1."""

    first: str
    second: str
    aims: tuple[str, ...]
    means: tuple[str, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class Coordination:
    """could = tied + different + candidates. can: entries with enough aims and means on record; of: all entries.

    The rate is tied of tied and candidates: what is different in fact could not have been coordinated.
    """

    ground: Ground
    could: int
    tied: int
    different: int
    candidates: int
    can: int
    of: int

    @property
    def base(self) -> int:
        return self.could - self.different

    @property
    def rate(self) -> float | None:
        return self.tied / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Found:
    """Counts, and the candidates that are shown: the most alike first."""

    counts: Coordination
    candidates: tuple[Overlap, ...]


def overlaps(
    landscape: Landscape,
    ground: Ground = Ground.GOALS,
    different: Collection[Two] = frozenset(),
    most: int = 100,
) -> Found:
    """Candidates of a map. different: pairs that a curator found different in fact, in the order of `two`."""
    aims, means = _two(landscape, ground.aims), _two(landscape, ground.means)
    could = _both(aims, means, ground.least)
    rows = list(landscape.entries)
    coordinated = tied(landscape).keys | _family(landscape)
    apart = _numbers(different, rows)
    is_tied = _among(could, coordinated, len(rows))
    is_apart = _among(could, apart, len(rows)) & ~is_tied
    open_ = np.flatnonzero(~is_tied & ~is_apart)
    likeness = _likeness(means, could)
    # Most alike first, then the more means they share, then the order of the map.
    order = open_[np.lexsort((open_, -could.shared[open_], -likeness[open_]))][:most]
    shown = [
        _overlap((int(could.first[at]), int(could.second[at])), float(likeness[at]), aims, means)
        for at in order.tolist()
    ]
    can = _can(aims, means, ground)
    counts = Coordination(
        ground, len(could), int(is_tied.sum()), int(is_apart.sum()), len(open_), can, len(rows)
    )
    return Found(counts, tuple(shown))


def grounds(landscape: Landscape) -> list[Ground]:
    """Grounds on which two entries of the map can be judged, the finest first."""
    return [one for one in Ground if _can(_two(landscape, one.aims), _two(landscape, one.means), one) > 1]


def _can(aims: TwoMode, means: TwoMode, ground: Ground) -> int:
    """Entries with enough on record to be compared."""
    return int(((aims.cells.sum(axis=1) > 0) & (means.cells.sum(axis=1) >= ground.least)).sum())


def _two(landscape: Landscape, subject: Subject) -> TwoMode:
    return two_mode(landscape, Choice(Layer.SUBJECTS, subjects=frozenset({subject})))


def _both(aims: TwoMode, means: TwoMode, least: int) -> Pairs:
    """Pairs that share an aim and enough means; `shared` counts means."""
    by_aims, by_means = pairs_of(aims), pairs_of(means)
    size = max(len(aims.rows), 1)
    of_aims = by_aims.first * size + by_aims.second
    of_means = by_means.first * size + by_means.second
    kept = np.isin(of_means, of_aims, assume_unique=True) & (by_means.shared >= least)
    return Pairs(by_means.first[kept], by_means.second[kept], by_means.shared[kept])


def _among(pairs: Pairs, keys: Collection[tuple[int, int]], size: int) -> NDArray[np.bool_]:
    """Which of the pairs are in a set, of entries numbered below `size`."""
    wanted = np.fromiter((first * size + second for first, second in keys), dtype=np.int64, count=len(keys))
    return np.isin(pairs.first * size + pairs.second, wanted)


def _likeness(means: TwoMode, pairs: Pairs) -> Floats:
    held: Whole = np.asarray(means.cells.sum(axis=1), dtype=np.int64)
    either = np.maximum(held[pairs.first] + held[pairs.second] - pairs.shared, 1)
    likeness: Floats = pairs.shared / either
    return likeness


def _family(landscape: Landscape) -> set[tuple[int, int]]:
    """A part and its whole work together by being one, and so do an entry and another that has a role in it."""
    number = {ctid: at for at, ctid in enumerate(landscape.entries)}
    met = ((number.get(role.entry), number.get(role.party)) for role in landscape.roles)
    found = {(min(a, b), max(a, b)) for a, b in met if a is not None and b is not None and a != b}
    for entry in landscape.entries.values():
        above = number.get(entry.parent)
        if above is not None and above != number[entry.ctid]:
            found.add((min(above, number[entry.ctid]), max(above, number[entry.ctid])))
    return found


def _numbers(pairs: Collection[Two], rows: list[str]) -> set[tuple[int, int]]:
    number: Mapping[str, int] = {ctid: at for at, ctid in enumerate(rows)}
    known = [(number[a], number[b]) for a, b in pairs if a in number and b in number]
    return {(min(one), max(one)) for one in known}


def _overlap(key: tuple[int, int], likeness: float, aims: TwoMode, means: TwoMode) -> Overlap:
    first, second = key
    return Overlap(
        aims.rows[first], aims.rows[second], aims.shared(*key), means.shared(*key), round(likeness, 4)
    )
