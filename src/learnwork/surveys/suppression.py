"""Small groups kept back in public tables, so that what is kept back does not follow from what is shown.

A *system* is every count that will be published, with the sums that tie counts of all tables to each other. A count
from 1 to under the minimum is sensitive. `protect` chooses further cells to withhold: for each sensitive cell there
must be another table of whole numbers, equal in all that is shown, in which the cell is at least the minimum, and
one in which it is smaller than it is (as far as can be, were everything withheld). It solves the cell suppression
problem of M. Fischetti and J. J. Salazar-González (2001), Solving the cell suppression problem on tabular data with
linear constraints, Management Science 47, 1008-1027, one sensitive cell after another, which withholds enough and
not always the least. `attack` is the adversary: the least and the greatest whole number that each withheld cell can
be, given everything that is shown.

What it does not hide: that everybody, or nobody, said yes. Zero is no small group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from learnwork.surveys.answers import BadSurveyError

MINIMUM = 5
_Numbers = NDArray[np.float64]


class Key(NamedTuple):
    """One count of one item. part: of whom, "" for all; table: which wave, where there are several."""

    item: str
    column: str
    part: str = ""
    table: str = ""


class Sum(NamedTuple):
    """A count that is the sum of others, as whoever sees the tables knows."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class System:
    """counts: every cell, published or not. known: cells that everybody knows and that cannot be withheld.

    hidden: cells that no table shows, yet could follow from those shown. sensitive: cells to which the minimum applies.
    """

    counts: Mapping[Key, int]
    sums: tuple[Sum, ...]
    known: frozenset[Key] = frozenset()
    hidden: frozenset[Key] = frozenset()
    sensitive: frozenset[Key] = field(default_factory=frozenset)

    def small(self, minimum: int) -> list[Key]:
        """The sensitive cells with a count from 1 to under the minimum, smallest first."""
        found = [key for key in self.sensitive if 0 < self.counts[key] < minimum and key not in self.known]
        return sorted(found, key=lambda key: (self.counts[key], key))


def join(systems: Iterable[System]) -> System:
    """One system of several; the same key in two of them is the same cell."""
    each = list(systems)
    counts: dict[Key, int] = {}
    for one in each:
        counts |= one.counts
    return System(
        counts,
        tuple(dict.fromkeys(sum_ for one in each for sum_ in one.sums)),
        frozenset().union(*(one.known for one in each)),
        frozenset().union(*(one.hidden for one in each)),
        frozenset().union(*(one.sensitive for one in each)),
    )


def protect(system: System, minimum: int = MINIMUM) -> frozenset[Key]:
    """Which cells to withhold, `system.hidden` included. Raises `BadSurveyError` where sums do not add up."""
    if minimum < 2:
        raise BadSurveyError(f"A minimum of {minimum} protects nobody.", hint="Say 3 or more; 5 is usual.")
    withheld = set(system.hidden)
    for part in _components(system):
        if small := part.small(minimum):
            # Items whose counts are the same have the same answer, whatever they are called.
            items = sorted({key.item for key in part.counts})
            numbers = {item: str(number) for number, item in enumerate(items)}
            found = _protected(_Frozen.of(part, numbers), minimum)
            withheld |= {key._replace(item=items[int(key.item)]) for key in found}.union(small)
    return frozenset(withheld)


class _Frozen(NamedTuple):
    """A component that can be remembered."""

    counts: tuple[tuple[Key, int], ...]
    sums: tuple[Sum, ...]
    known: frozenset[Key]
    hidden: frozenset[Key]
    sensitive: frozenset[Key]

    @classmethod
    def of(cls, system: System, numbers: Mapping[str, str]) -> _Frozen:
        def named(key: Key) -> Key:
            return key._replace(item=numbers[key.item])

        return cls(
            tuple(sorted((named(key), count) for key, count in system.counts.items())),
            tuple(Sum(named(one.total), tuple(map(named, one.parts))) for one in system.sums),
            *(frozenset(map(named, keys)) for keys in (system.known, system.hidden, system.sensitive)),
        )


@lru_cache(maxsize=8192)
def _protected(part: _Frozen, minimum: int) -> frozenset[Key]:
    system = System(dict(part.counts), *part[1:])
    solver, small = _Solver(system), system.small(minimum)
    withheld = set(system.hidden) | set(small)
    # Tables that look the same in all that is shown. More is withheld as it goes, so they stay what they are.
    others: list[_Numbers] = []
    for key in small:
        value = system.counts[key]
        for target, upwards in ((minimum, True), (value - 1, False)):
            reached = (solver.count(other, key) for other in others)
            if any(count >= target if upwards else count <= target for count in reached):
                continue
            other = solver.other(key, target, upwards, withheld)
            if other is None:
                # Not even with everything withheld: then as far as it goes.
                ends = solver.range(key, set(system.counts) - system.known)
                nearest = ends[1] if upwards else ends[0]
                other = None if nearest == value else solver.other(key, nearest, upwards, withheld)
            if other is not None:
                others.append(other)
                withheld |= solver.differing(other)
    return frozenset(withheld)


def attack(system: System, withheld: Collection[Key]) -> dict[Key, tuple[int, int]]:
    """What an adversary can work out: for each withheld cell the least and the greatest count that it can be."""
    found: dict[Key, tuple[int, int]] = {}
    for part in _components(system):
        solver = _Solver(part)
        free = {key for key in part.counts if key in withheld}
        found |= {key: solver.range(key, free) for key in free}
    return found


class _Solver:
    """Mixed-integer programs over one system; columns are cells, rows are sums."""

    def __init__(self, system: System) -> None:
        self._keys = sorted(system.counts)
        self._at = {key: number for number, key in enumerate(self._keys)}
        self._values = np.array([system.counts[key] for key in self._keys], dtype=float)
        self._known = system.known
        self._sums = np.zeros((len(system.sums), len(self._keys)))
        for row, one in enumerate(system.sums):
            self._sums[row, self._at[one.total]] = 1
            for part in one.parts:
                self._sums[row, self._at[part]] -= 1
        if (wrong := np.flatnonzero(np.abs(self._sums @ self._values) > 1e-9)).size:
            raise BadSurveyError(
                f"The parts of {system.sums[wrong[0]].total} do not add up.", hint="Count all tables afresh."
            )
        # No count is larger than everybody, and a cell in no sum has nothing that bounds it.
        self._most = float(max(self._values.max(), 1)) * 2

    def range(self, key: Key, free: Collection[Key]) -> tuple[int, int]:
        """The least and the greatest count of one cell, where the free cells may be anything that adds up."""
        moves = np.array([one in free for one in self._keys])
        low, high = np.where(moves, 0, self._values), np.where(moves, self._most, self._values)
        goal = np.zeros(len(self._keys))
        goal[self._at[key]] = 1
        ends = [self._least(sign * goal, self._sums, low, high) for sign in (1, -1)]
        if ends[0] is None or ends[1] is None:
            raise BadSurveyError(f"The counts around {key} contradict each other.", hint="Count afresh.")
        return round(ends[0][self._at[key]]), round(ends[1][self._at[key]])

    def count(self, table: _Numbers, key: Key) -> float:
        return float(table[self._at[key]])

    def differing(self, table: _Numbers) -> set[Key]:
        """The cells in which a table is not the true one."""
        return {self._keys[number] for number in np.flatnonzero(np.abs(table - self._values) > 0.5)}

    def other(self, key: Key, target: int, upwards: bool, withheld: Collection[Key]) -> _Numbers | None:
        """A table in which one cell is `target` or beyond it, as near to the true one as can be in what is shown.

        Each cell moves up or down from its count, and the sums hold. What is shown costs by how far it moves,
        what is withheld already costs nothing. None where there is no such table.
        """
        known = np.array([one in self._known for one in self._keys])
        shown = np.array([one not in withheld for one in self._keys]) & ~known
        up = np.where(known, 0.0, self._most)
        down = np.where(known, 0.0, self._values)
        low = np.zeros(2 * len(self._keys))
        at, step = self._at[key], abs(target - self._values[self._at[key]])
        # The cell itself moves one way only, and at least to its target.
        (down if upwards else up)[at] = 0
        low[at if upwards else at + len(self._keys)] = step
        if step > (up if upwards else down)[at]:
            return None
        cost = np.tile(np.where(shown, 1 + self._values / (self._most + 1), 0), 2)
        moved = self._least(cost, np.hstack([self._sums, -self._sums]), low, np.concatenate([up, down]))
        if moved is None:
            return None
        found: _Numbers = self._values + moved[: len(self._keys)] - moved[len(self._keys) :]
        return found.round()

    def _least(self, cost: _Numbers, sums: _Numbers, low: _Numbers, high: _Numbers) -> _Numbers | None:
        """The whole numbers between low and high that cost least where all sums are zero; None where there are none.

        Tables of one hierarchy by one partition have whole solutions without being asked for them; only where
        the first try is not whole is it asked, which takes longer.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        # A range keeps its own counts, a move is counted from them: in both, sums of counts are sums of nothing.
        constraints = LinearConstraint(sums, 0, 0) if len(sums) else ()
        for whole in (0, 1):
            solved = milp(
                cost, integrality=np.full(len(cost), whole), bounds=Bounds(low, high), constraints=constraints
            )
            if solved.x is None:
                return None
            found: _Numbers = np.asarray(solved.x)
            if np.abs(found - found.round()).max() < 1e-6:
                break
        return found


def _components(system: System) -> list[System]:
    """The system in parts that have no cell in common: each is small, and solved by itself."""
    parent = {key: key for key in system.counts}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for one in system.sums:
        for part in one.parts:
            parent[root(part)] = root(one.total)
    members: dict[Key, dict[Key, int]] = {}
    for key, value in system.counts.items():
        members.setdefault(root(key), {})[key] = value
    sums: dict[Key, list[Sum]] = {}
    for one in system.sums:
        sums.setdefault(root(one.total), []).append(one)
    return [
        replace(
            system,
            counts=counts,
            sums=tuple(sums.get(top, ())),
            known=system.known & counts.keys(),
            hidden=system.hidden & counts.keys(),
            sensitive=system.sensitive & counts.keys(),
        )
        for top, counts in members.items()
    ]
