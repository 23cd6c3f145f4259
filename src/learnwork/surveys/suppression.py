"""Small groups kept back in public tables, so that what is kept back does not follow from what is shown.

A *system* is every count that will be published, with the sums that tie counts of all tables to each other. A count
from 1 to under the minimum is sensitive. `protect` chooses further cells to withhold: for each sensitive cell there
must be another table of whole numbers, equal in all that is shown, in which the cell is at least the minimum, and
one in which it is smaller than it is (as far as can be, were everything withheld). It solves the cell suppression
problem of M. Fischetti and J. J. Salazar-González (2001), Solving the cell suppression problem on tabular data with
linear constraints, Management Science 47, 1008-1027, one sensitive cell after another. `attack` is the adversary: the
least and the greatest whole number that each withheld cell can be, given everything that is shown.

What it does not hide: that everybody, or nobody, said yes. Zero is no small group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from learnwork.surveys.answers import BadSurveyError

MINIMUM = 5


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
        small = part.small(minimum)
        if not small:
            continue
        # Whatever is not shown anyway costs nothing; of the rest, the fewest and smallest cells are withheld.
        solver = _Solver(part)
        free = set(part.counts) - part.known
        withheld |= set(small)
        for key in small:
            low, high = solver.range(key, free)
            value = part.counts[key]
            for target, upwards in ((min(minimum, high), True), (max(value - 1, low), False)):
                if target != value:
                    withheld |= solver.withhold(key, target, upwards, withheld)
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
        from scipy.optimize import Bounds, LinearConstraint, milp

        goal = np.zeros(len(self._keys))
        goal[self._at[key]] = 1
        moves = np.array([one in free for one in self._keys])
        bounds = Bounds(np.where(moves, 0, self._values), np.where(moves, self._most, self._values))
        sums = LinearConstraint(self._sums, 0, 0) if len(self._sums) else ()
        ends = []
        for sign in (1, -1):
            solved = milp(sign * goal, integrality=np.ones_like(goal), bounds=bounds, constraints=sums)
            if solved.x is None:
                raise BadSurveyError(f"The counts around {key} contradict each other.", hint="Count afresh.")
            ends.append(round(solved.x[self._at[key]]))
        return ends[0], ends[1]

    def withhold(self, key: Key, target: int, upwards: bool, withheld: Collection[Key]) -> set[Key]:
        """The cheapest further cells to withhold so that one cell could as well be `target`, or beyond it."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        many = len(self._keys)
        known = np.array([one in self._known for one in self._keys])
        shown = np.array([one not in withheld for one in self._keys]) & ~known
        low, high = np.where(known, self._values, 0), np.where(known, self._values, self._most)
        at = self._at[key]
        low[at], high[at] = (target, self._most) if upwards else (0, target)
        # A shown cell may differ only if its switch, the second half of the unknowns, is on.
        cost = np.concatenate([np.zeros(many), np.where(shown, 1 + self._values / (self._most + 1), 0)])
        reach = np.eye(many) * self._most
        solved = milp(
            cost,
            integrality=np.ones(2 * many),
            bounds=Bounds(np.concatenate([low, np.zeros(many)]), np.concatenate([high, np.ones(many)])),
            constraints=[
                LinearConstraint(np.hstack([self._sums, np.zeros_like(self._sums)]), 0, 0),
                LinearConstraint(np.hstack([np.eye(many), -reach])[shown], ub=self._values[shown]),
                LinearConstraint(np.hstack([np.eye(many), reach])[shown], lb=self._values[shown]),
            ],
        )
        if solved.x is None:
            raise BadSurveyError(f"The count {key} cannot be protected.", hint="Leave its table unpublished.")
        switched = np.flatnonzero((solved.x[many:] > 0.5) & shown)
        return {self._keys[number] for number in switched}


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
