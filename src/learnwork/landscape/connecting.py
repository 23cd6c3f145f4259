"""One layer of the map, analysed: who is joined with whom by what, what exceeds chance, brokers, communities. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from learnwork.landscape.brokers import Broker, brokers
from learnwork.landscape.communities import Communities, communities
from learnwork.landscape.layers import Choice, Layer, Pairs, TwoMode, Whole, pairs_of, tied, two_mode
from learnwork.landscape.model import Landscape
from learnwork.landscape.nullmodel import Judged, NullModelError, judge

Mask = NDArray[np.bool_]
# An initiative may be an entry and also an organization that others share: as what it is picked is said before its key.
SHARED = "shared:"


@dataclass(frozen=True, slots=True)
class Connection:
    """Two entries that a layer joins. shared: keys of what both have, of ties their kinds, each once.

    chance: of sharing as much or more, None where there is no model (declared ties are not shared by chance).
    """

    first: str
    second: str
    shared: tuple[str, ...]
    count: int
    chance: float | None
    beyond: bool


@dataclass(frozen=True, slots=True)
class Connected:
    """A layer of a map. rows: CTIDs of all entries; two: None for declared ties; judged: None without a model."""

    choice: Choice
    rows: tuple[str, ...]
    two: TwoMode | None
    pairs: Pairs
    judged: Judged | None
    kinds: dict[tuple[int, int], tuple[str, ...]]

    @property
    def degrees(self) -> Whole:
        return self.pairs.degrees(len(self.rows))

    @property
    def linked(self) -> int:
        return int((self.degrees > 0).sum())

    @property
    def isolates(self) -> tuple[str, ...]:
        return tuple(self.rows[at] for at in np.flatnonzero(self.degrees == 0).tolist())

    @property
    def beyond(self) -> int:
        return int(self.judged.beyond.sum()) if self.judged is not None else 0

    def connection(self, at: int) -> Connection:
        first, second = int(self.pairs.first[at]), int(self.pairs.second[at])
        shared = self.two.shared(first, second) if self.two else self.kinds[(first, second)]
        chance = float(self.judged.chance[at]) if self.judged is not None else None
        beyond = bool(self.judged.beyond[at]) if self.judged is not None else False
        return Connection(
            self.rows[first], self.rows[second], shared, int(self.pairs.shared[at]), chance, beyond
        )

    def order(self, about: str = "") -> list[int]:
        """Numbers of the pairs: beyond chance first, then those that share most, then the order of the map.

        about: CTID of an entry, or `SHARED` and the key of what may be shared, that the pairs have to do with.
        """
        surprising = self.judged.beyond if self.judged is not None else np.zeros(len(self.pairs), dtype=bool)
        found = np.lexsort((self.pairs.second, self.pairs.first, -self.pairs.shared, ~surprising))
        if about:
            found = found[self._touches(about)[found]]
        return [int(at) for at in found]

    def _touches(self, about: str) -> Mask:
        key = about.removeprefix(SHARED)
        if not about.startswith(SHARED) and about in self.rows:
            row = self.rows.index(about)
            touched: Mask = (self.pairs.first == row) | (self.pairs.second == row)
            return touched
        holders = np.zeros(len(self.rows), dtype=bool)
        if key != about and self.two is not None and key in self.two.columns:
            column = self.two.columns.index(key)
            holders = np.asarray(self.two.cells[:, [column]].todense()).ravel() > 0
        both: Mask = holders[self.pairs.first] & holders[self.pairs.second]
        return both

    def connections(self, about: str = "") -> Iterator[Connection]:
        return (self.connection(at) for at in self.order(about))

    def hubs(self) -> list[tuple[str, tuple[str, ...]]]:
        """What two or more entries share, with those entries; what most share first. [] for declared ties."""
        if self.two is None:
            return []
        by_column = self.two.cells.tocsc()
        found = []
        for at, key in enumerate(self.two.columns):
            rows = np.sort(by_column.indices[by_column.indptr[at] : by_column.indptr[at + 1]])
            if len(rows) > 1:
                found.append((key, tuple(self.rows[row] for row in rows.tolist())))
        return sorted(found, key=lambda hub: -len(hub[1]))

    def brokers(self) -> list[Broker]:
        return brokers(self.pairs, len(self.rows))

    def communities(self) -> Communities:
        return communities(self.pairs, len(self.rows))


def connected(landscape: Landscape, choice: Choice) -> Connected:
    """The layer of a map. Raises `TooLargeError`."""
    rows = tuple(landscape.entries)
    if choice.layer is Layer.TIES:
        return Connected(choice, rows, None, tied(landscape), None, _kinds(landscape))
    two = two_mode(landscape, choice)
    pairs = pairs_of(two)
    try:
        judged: Judged | None = judge(two, pairs)
    except NullModelError:
        judged = None
    return Connected(choice, rows, two, pairs, judged, {})


def _kinds(landscape: Landscape) -> dict[tuple[int, int], tuple[str, ...]]:
    number = {ctid: at for at, ctid in enumerate(landscape.entries)}
    found: dict[tuple[int, int], dict[str, None]] = {}
    for tie in landscape.ties:
        a, b = number.get(tie.entry), number.get(tie.other)
        if a is not None and b is not None and a != b:
            found.setdefault((min(a, b), max(a, b)), {})[tie.kind.value] = None
    return {key: tuple(kinds) for key, kinds in found.items()}


def name_of(landscape: Landscape, key: str) -> str:
    """What a reader calls an entry, a party, a goal, a topic or a feature."""
    known = landscape.entries.get(key) or landscape.parties.get(key)
    if known is not None:
        return known.name
    goals = {goal.ctid: goal.label for goal in landscape.scheme.goals}
    return goals.get(key) or landscape.labels.get(key) or key.removeprefix("name:")
