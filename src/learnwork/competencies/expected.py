"""What work asks of people, and what may therefore be expected of a program: occupations behind it, counted. Pure.

An occupation asks for a competency with a strength from 0 to 1. What sources rate important comes with its rating
(importance 3 of 5 is ½, 5 is 1; below 3 is not asked); what an occupation only lists counts as the least that counts.
A row stands for everything that starts from the same places: a field of study, some occupations. Its strengths are
means over the occupations behind it that say anything, so that what one of twenty occupations asks weighs little.
What a credential's own document states stands in a row of its own with the strength 1, and is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

IMPORTANT = 3.0
LISTED = 0.5
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Thing:
    """A competency, an occupation or a field. href: "" where it is known by its words only."""

    ctid: str
    name: str
    here: bool = True

    @property
    def href(self) -> str:
        return f"/resources/{self.ctid}" if self.here else ""


@dataclass(frozen=True, slots=True)
class Asks:
    """An occupation asks for a competency. importance: 1 to 5, None where it is listed without one. level: 0 to 7."""

    occupation: int
    competency: str
    importance: float | None = None
    level: float | None = None

    @property
    def strength(self) -> float:
        if self.importance is None:
            return LISTED
        return (self.importance - 1) / 4 if self.importance >= IMPORTANT else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """What starts from the same places. starts: keys of fields or occupations. through: keys of the occupations they
    lead to, as the crosswalk names them. behind: numbers of those occupations of the table that say what they ask.
    silent: how many say nothing. own: key of a credential that states competencies itself, 0 for others."""

    starts: tuple[int, ...]
    through: tuple[int, ...]
    behind: tuple[int, ...]
    silent: int = 0
    own: int = 0


@dataclass(frozen=True)
class Table:
    """Competencies (columns), occupations that ask for them, and rows. things: what keys of the registry are called.

    asked: occupations × competencies. levels: (occupation, column) → level where it is rated.
    stated: key of a credential → columns that its own document names.
    """

    competencies: tuple[Thing, ...]
    occupations: tuple[int, ...]
    asked: sparse.csr_matrix
    levels: Mapping[tuple[int, int], float]
    rows: tuple[Row, ...]
    stated: Mapping[int, frozenset[int]]
    things: Mapping[int, Thing]

    @cached_property
    def columns(self) -> dict[str, int]:
        return {one.ctid: number for number, one in enumerate(self.competencies)}

    @cached_property
    def keys(self) -> dict[str, int]:
        """CTID → key, of fields and occupations."""
        return {thing.ctid: key for key, thing in self.things.items()}

    @cached_property
    def row_of(self) -> dict[tuple[int, ...], int]:
        """Starts → number of the row, without the rows of single credentials."""
        return {row.starts: number for number, row in enumerate(self.rows) if not row.own}

    @cached_property
    def own_row(self) -> dict[int, int]:
        return {row.own: number for number, row in enumerate(self.rows) if row.own}

    @cached_property
    def behind(self) -> sparse.csr_matrix:
        """Rows × occupations, 1 where an occupation stands behind."""
        return _ones([row.behind for row in self.rows], len(self.occupations))

    @cached_property
    def sizes(self) -> Floats:
        """How many occupations stand behind each row."""
        return np.array([len(row.behind) for row in self.rows], dtype=np.float32)

    @cached_property
    def strengths(self) -> sparse.csr_matrix:
        """Rows × competencies, 0 to 1: means over the occupations behind, or 1 where the credential states it."""
        share = sparse.diags(1 / np.maximum(self.sizes, 1)).astype(np.float32)
        derived = share @ (self.behind @ self.asked)
        stated = _ones([sorted(self.stated.get(row.own, ())) for row in self.rows], len(self.competencies))
        return sparse.csr_matrix(derived.maximum(stated), dtype=np.float32)

    @cached_property
    def by_column(self) -> sparse.csc_matrix:
        """The strengths, laid out by competency."""
        return self.strengths.tocsc()

    @cached_property
    def rarity(self) -> Floats:
        """How much a competency tells, by how few occupations ask for it: ln(1 + N / n), both at least 1."""
        asking = np.asarray(self.asked.astype(bool).sum(axis=0), dtype=np.float32).ravel()
        return np.asarray(np.log1p(max(1, len(self.occupations)) / np.maximum(asking, 1)), dtype=np.float32)

    @cached_property
    def counts(self) -> sparse.csr_matrix:
        """Rows × competencies: how many of the occupations behind ask for each."""
        return sparse.csr_matrix(self.behind @ self.asked.astype(bool).astype(np.float32))

    def cells(self, row: int) -> dict[int, tuple[float, int]]:
        """Column → its strength in a row, and how many of the occupations behind ask for it."""
        asking = dict(_cells(self.counts, row))
        return {
            column: (strength, int(asking.get(column, 0))) for column, strength in _cells(self.strengths, row)
        }

    def level(self, row: int, column: int) -> tuple[float, float, float] | None:
        """Least, median and greatest level over the occupations behind that rate one and ask for it; None without."""
        found = sorted(
            self.levels[number, column] for number in self.rows[row].behind if (number, column) in self.levels
        )
        return (found[0], float(median(found)), found[-1]) if found else None


@dataclass(frozen=True, slots=True)
class Work:
    """What an occupation is recognised by. titles: its name, then its other names. said: everything else of it."""

    ctid: str
    titles: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Known:
    """A table as of one state of the registry, and every program of then that starts somewhere.

    at: when that state was published; None of an empty registry. programs: keys, ascending, with the number of each
    one's row. work: the occupations of the table, to recognise them in a text.
    """

    state: str
    at: datetime | None
    table: Table
    programs: Integers
    row_of_program: Integers
    work: tuple[Work, ...]

    @cached_property
    def used(self) -> Integers:
        """The rows in which programs stand, ascending."""
        return np.unique(self.row_of_program)

    @cached_property
    def _by_row(self) -> tuple[Integers, Integers]:
        order = np.argsort(self.row_of_program, kind="stable")
        return self.programs[order], self.row_of_program[order]

    def programs_of(self, row: int) -> Integers:
        """Keys of the programs of a row, ascending."""
        programs, rows = self._by_row
        start, end = np.searchsorted(rows, [row, row + 1])
        return programs[start:end]

    def row_of(self, key: int) -> int | None:
        """The row of a program, field or occupation by its key; None where nothing is to be expected of it."""
        place = int(np.searchsorted(self.programs, key))
        if place < len(self.programs) and self.programs[place] == key:
            return int(self.row_of_program[place])
        return self.table.row_of.get((key,))


def _cells(matrix: sparse.csr_matrix, row: int) -> Iterator[tuple[int, float]]:
    """Columns and values of a row; slicing would make a matrix of each."""
    start, end = matrix.indptr[row : row + 2]
    return zip(matrix.indices[start:end].tolist(), matrix.data[start:end].tolist(), strict=True)


def table(
    asks: Sequence[Asks],
    names: Mapping[str, Thing],
    rows: Sequence[tuple[tuple[int, ...], tuple[int, ...], Sequence[int]]],
    stated: Mapping[int, tuple[tuple[int, ...], frozenset[str]]],
    things: Mapping[int, Thing],
) -> Table:
    """The table of what occupations ask.

    names: key of a competency → what it is. rows: starts, the occupations they lead to, and every occupation
    behind these. stated: key of a credential → its starts, and the competencies that it states.
    """
    kept = [one for one in asks if one.strength and one.competency in names]
    used = dict.fromkeys(
        [*(one.competency for one in kept), *(c for _, found in stated.values() for c in sorted(found))]
    )
    columns = {ctid: number for number, ctid in enumerate(c for c in used if c in names)}
    numbers = {key: n for n, key in enumerate(dict.fromkeys(one.occupation for one in kept))}
    cells: dict[tuple[int, int], float] = {}
    levels: dict[tuple[int, int], float] = {}
    for one in kept:
        cell = numbers[one.occupation], columns[one.competency]
        cells[cell] = max(cells.get(cell, 0.0), one.strength)
        if one.level is not None:
            levels[cell] = one.level
    made = [_row(numbers, *row) for row in rows]
    by_starts = {row.starts: row for row in made}
    made += [
        _own(by_starts.get(starts, Row(starts, (), ())), key) for key, (starts, _found) in stated.items()
    ]
    return Table(
        competencies=tuple(names[ctid] for ctid in columns),
        occupations=tuple(numbers),
        asked=_filled(cells, (len(numbers), len(columns))),
        levels=levels,
        rows=tuple(made),
        stated={
            key: frozenset(columns[c] for c in found if c in columns) for key, (_, found) in stated.items()
        },
        things=things,
    )


def _row(
    numbers: Mapping[int, int], starts: tuple[int, ...], through: tuple[int, ...], behind: Sequence[int]
) -> Row:
    speaking = tuple(sorted(numbers[key] for key in set(behind) if key in numbers))
    return Row(starts, through, speaking, len(set(behind)) - len(speaking))


def _own(row: Row, key: int) -> Row:
    return Row(row.starts, row.through, row.behind, row.silent, key)


def _filled(cells: Mapping[tuple[int, int], float], shape: tuple[int, int]) -> sparse.csr_matrix:
    places = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
    values = np.fromiter(cells.values(), dtype=np.float32, count=len(cells))
    return sparse.csr_matrix((values, (places[:, 0], places[:, 1])), shape=shape)


def _ones(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    flat = np.array([column for row in rows for column in row], dtype=np.int64)
    ones = np.ones(len(flat), dtype=np.float32)
    return sparse.csr_matrix((ones, flat, ends), shape=(len(rows), width))
