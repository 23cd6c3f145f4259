"""Where nobody works: goals or building blocks by stakeholder types, states, stages or funders. Pure.

A cell is a number of entries, *none found*, *out of scope*, or *not checked*. That nothing is in the map says nothing
about the world: *none found* stands only where a curator declared that somebody looked, and *out of scope* only where
a curator declared that. A declaration is about one cell, a whole row, a whole column, or everything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from learnwork.landscape.model import Entry, Landscape, RoleKind
from learnwork.landscape.progress import LEVELS, cells_of, year_of

Label = Callable[[str, str], str]


class RowAxis(StrEnum):
    GOAL = "goal"
    BLOCK = "block"


class ColumnAxis(StrEnum):
    STAKEHOLDER = "stakeholder"
    STATE = "state"
    STAGE = "stage"
    FUNDER = "funder"


class Says(StrEnum):
    """What a declaration says; NOT_CHECKED takes an earlier one back."""

    CHECKED = "checked"
    OUT_OF_SCOPE = "out of scope"
    NOT_CHECKED = "not checked"


class Standing(StrEnum):
    """What a cell says."""

    FOUND = "found"
    NONE_FOUND = "none found"
    OUT_OF_SCOPE = "out of scope"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a curator declares of a cell, or with row or column "" of all of them. number: the later is the higher."""

    rows: RowAxis
    columns: ColumnAxis
    row: str
    column: str
    says: Says
    on: date
    note: str = ""
    number: int = 0

    @property
    def rank(self) -> tuple[int, date, int]:
        """The more exact goes before the wider, then the newer before the older."""
        return bool(self.row) + bool(self.column), self.on, self.number


@dataclass(frozen=True, slots=True)
class Head:
    """Of a row or column. entries: how many stand in it, each once."""

    key: str
    label: str
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """declaration: what was declared of it, whether or not entries are here; None for nothing."""

    row: Head
    column: Head
    entries: tuple[Entry, ...]
    standing: Standing
    declaration: Declaration | None = None

    @property
    def contradicted(self) -> bool:
        """Entries stand where a curator declared it out of scope."""
        declared = self.declaration
        return bool(self.entries) and declared is not None and declared.says is Says.OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class GapMap:
    """cells: a line for each row. unplaced: entries of which row or column is not known; they stand in no cell."""

    rows: RowAxis
    columns: ColumnAxis
    lines: tuple[tuple[Cell, ...], ...]
    unplaced: tuple[Entry, ...]

    @property
    def heads(self) -> tuple[Head, ...]:
        return tuple(cell.column for cell in self.lines[0]) if self.lines else ()

    @property
    def tally(self) -> Mapping[Standing, int]:
        """How many cells say what."""
        found = Counter(cell.standing for line in self.lines for cell in line)
        return {standing: found[standing] for standing in Standing}

    def cell(self, row: str, column: str) -> Cell | None:
        every = (cell for line in self.lines for cell in line)
        return next((cell for cell in every if (cell.row.key, cell.column.key) == (row, column)), None)


def gap_map(
    landscape: Landscape,
    rows: RowAxis,
    columns: ColumnAxis,
    declared: Iterable[Declaration] = (),
    *,
    known: Sequence[str] = (),
    as_of: date,
    label: Label = lambda axis, key: key,
) -> GapMap:
    """The map of gaps. known: row keys that are there whether or not an entry has them, in their order.

    label: axis, key → what a reader calls it. A stage that is a range stands in each of its columns.
    """
    own = [one for one in declared if (one.rows, one.columns) == (rows, columns)]
    across, down = _values(landscape, columns, as_of), _row_values(landscape, rows)
    row_keys = list(dict.fromkeys((*known, *_listed(down), *(one.row for one in own if one.row))))
    column_keys = _columns(across, columns, [one.column for one in own if one.column])
    held: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    unplaced = []
    for entry in landscape.entries.values():
        pairs = [(row, column) for row in down[entry.ctid] for column in across[entry.ctid]]
        for pair in dict.fromkeys(pairs):
            held[pair].append(entry)
        if not pairs:
            unplaced.append(entry)
    heads = [Head(key, label(columns, key), _number(across, key)) for key in column_keys]
    if columns in (ColumnAxis.STAKEHOLDER, ColumnAxis.FUNDER):
        heads.sort(key=lambda head: (-head.entries, head.label.casefold()))
    elif columns is ColumnAxis.STATE:
        heads.sort(key=lambda head: head.label.casefold())
    lines = []
    for key in row_keys:
        row = Head(key, label(rows, key), _number(down, key))
        lines.append(tuple(_cell(row, column, held[key, column.key], own) for column in heads))
    return GapMap(rows, columns, tuple(lines), tuple(unplaced))


def stage_now(landscape: Landscape, as_of: date) -> dict[str, tuple[int, int]]:
    """CTID → low and high of the last recorded stage on or before the as-of year."""
    by_entry = defaultdict(list)
    for stage in landscape.stages:
        if not stage.forecast and (year_of(stage.period) or 0) <= as_of.year:
            by_entry[stage.entry].append(stage)
    last = {ctid: cells[-1].stage for ctid, said in by_entry.items() if (cells := cells_of(said))}
    return {ctid: (stage.low, stage.high) for ctid, stage in last.items() if stage}


def _cell(row: Head, column: Head, entries: list[Entry], declared: Sequence[Declaration]) -> Cell:
    about = [one for one in declared if one.row in ("", row.key) and one.column in ("", column.key)]
    said = max(about, key=lambda one: one.rank, default=None)
    if said is not None and said.says is Says.NOT_CHECKED:
        said = None
    if entries:
        standing = Standing.FOUND
    elif said is None:
        standing = Standing.NOT_CHECKED
    else:
        standing = Standing.OUT_OF_SCOPE if said.says is Says.OUT_OF_SCOPE else Standing.NONE_FOUND
    return Cell(row, column, tuple(entries), standing, said)


def _row_values(landscape: Landscape, axis: RowAxis) -> dict[str, frozenset[str]]:
    entries = landscape.entries.values()
    return {one.ctid: frozenset(one.goals if axis is RowAxis.GOAL else one.blocks) for one in entries}


def _values(landscape: Landscape, axis: ColumnAxis, as_of: date) -> dict[str, frozenset[str]]:
    """CTID of an entry → the columns in which it stands."""
    found: dict[str, set[str]] = {ctid: set() for ctid in landscape.entries}
    if axis is ColumnAxis.STATE:
        return {entry.ctid: frozenset(entry.places) for entry in landscape.entries.values()}
    if axis is ColumnAxis.STAGE:
        for ctid, (low, high) in stage_now(landscape, as_of).items():
            found.get(ctid, set()).update(str(level) for level in range(low, high + 1))
    for role in landscape.roles:
        party = landscape.parties.get(role.party)
        if axis is ColumnAxis.STAKEHOLDER and party and party.kind:
            found.get(role.entry, set()).add(party.kind)
        if axis is ColumnAxis.FUNDER and role.kind is RoleKind.FUNDER:
            found.get(role.entry, set()).add(role.party)
    for grant in landscape.grants if axis is ColumnAxis.FUNDER else ():
        if grant.funder and not grant.given_by_entry:
            found.get(grant.entry, set()).add(grant.funder)
    return {ctid: frozenset(values) for ctid, values in found.items()}


def _columns(across: Mapping[str, frozenset[str]], axis: ColumnAxis, declared: Iterable[str]) -> list[str]:
    if axis is ColumnAxis.STAGE:
        return [str(level) for level in LEVELS]
    return list(dict.fromkeys((*_listed(across), *declared)))


def _listed(values: Mapping[str, frozenset[str]]) -> list[str]:
    return sorted({one for held in values.values() for one in held})


def _number(values: Mapping[str, frozenset[str]], key: str) -> int:
    return sum(1 for held in values.values() if key in held)
