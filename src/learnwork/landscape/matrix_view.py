"""The matrix of a layer: the same entries as rows and columns, those that share much beside each other. Pure.

Up to `MOST_ROWS` linked entries stand one by one; more are shown by building block, as in the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, reverse_cuthill_mckee

from learnwork.landscape.connecting import Connected
from learnwork.landscape.grouping import Groups

MOST_ROWS = 80
_SHADES = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """count: things that both share, joined pairs in a matrix of groups; None on the diagonal of entries.

    at: number of the pair in the layer, -1 where there is none. shade: 0 for none, to 5 for the most.
    """

    row: str
    column: str
    count: int | None
    shade: int
    beyond: bool = False
    at: int = -1


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    key: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """grouped: rows are building blocks, and cells count joined pairs."""

    rows: tuple[Row, ...]
    most: int
    grouped: bool


def of_entries(connected: Connected, names: dict[str, str]) -> Matrix:
    """Every linked entry by every other. names: CTID → name."""
    order = _order(connected)
    pairs = connected.pairs
    number = {key: at for at, key in enumerate(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))}
    most = int(pairs.shared.max()) if len(pairs) else 0
    beyond = connected.judged.beyond if connected.judged is not None else None

    def cell(a: int, b: int) -> Cell:
        row, column = connected.rows[a], connected.rows[b]
        if a == b:
            return Cell(row, column, None, 0)
        at = number.get((min(a, b), max(a, b)), -1)
        if at < 0:
            return Cell(row, column, 0, 0)
        count = int(pairs.shared[at])
        return Cell(row, column, count, _shade(count, most), bool(beyond is not None and beyond[at]), at)

    rows = tuple(
        Row(
            n,
            connected.rows[a],
            names.get(connected.rows[a], connected.rows[a]),
            tuple(cell(a, b) for b in order),
        )
        for n, a in enumerate(order, 1)
    )
    return Matrix(rows, most, False)


def of_groups(found: Groups) -> Matrix:
    """Every group by every other; the diagonal counts the pairs inside."""
    across = {(a, b): count for a, b, count in found.between}
    inside = {(a, a): group.within for a, group in enumerate(found.groups)}
    counts = across | inside
    most = max(counts.values(), default=0)

    def cell(a: int, b: int) -> Cell:
        count = counts.get((min(a, b), max(a, b)), 0)
        return Cell(found.groups[a].key, found.groups[b].key, count, _shade(count, most))

    every = range(len(found.groups))
    rows = tuple(
        Row(a + 1, found.groups[a].key, found.groups[a].name, tuple(cell(a, b) for b in every)) for a in every
    )
    return Matrix(rows, most, True)


def _order(connected: Connected) -> list[int]:
    """Connected parts, the largest first, each so that what is joined stands near the diagonal."""
    linked = np.flatnonzero(connected.degrees)
    size, pairs = len(connected.rows), connected.pairs
    joined = csr_array((np.ones(len(pairs)), (pairs.first, pairs.second)), shape=(size, size))
    inner = (joined + joined.T)[linked][:, linked].tocsr()
    if not len(linked):
        return []
    _many, part = connected_components(inner, directed=False)
    place = np.empty(len(linked), dtype=np.int64)
    place[reverse_cuthill_mckee(inner, symmetric_mode=True)] = np.arange(len(linked))
    sizes = np.bincount(part)
    order = np.lexsort((place, part, -sizes[part]))
    return [int(one) for one in linked[order]]


def _shade(count: int, most: int) -> int:
    return 0 if not count else max(1, -(-count * _SHADES // max(most, _SHADES)))
