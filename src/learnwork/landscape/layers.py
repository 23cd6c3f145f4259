"""The four layers in which entries can stand together, never mixed unasked: what each holds, and which pairs it joins.

Declared ties join two entries by themselves. The three others are two-mode: entries on one side, what they may share
(organizations by role, funders, or goals, topics and features) on the other; two entries are joined by what both have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, triu

from learnwork.landscape.model import Entry, Landscape, RoleKind
from learnwork.vocabulary.errors import TooLargeError

# Pairs that one page, matrix or answer works on; 2,000 entries with 10,000 roles have about 300,000.
MOST_PAIRS = 6_000_000
Whole = NDArray[np.int64]


class Layer(StrEnum):
    TIES = "ties"
    ORGANIZATIONS = "organizations"
    FUNDERS = "funders"
    SUBJECTS = "subjects"


class Subject(StrEnum):
    """What entries are about; the values are the fields of `Entry`."""

    GOALS = "goals"
    TOPICS = "topics"
    FEATURES = "features"
    BLOCKS = "blocks"


ORGANIZED = frozenset(RoleKind) - {RoleKind.FUNDER}
ABOUT = frozenset({Subject.GOALS, Subject.TOPICS, Subject.FEATURES})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which layer, and what of it: roles count in the layer of organizations, subjects in that of subjects."""

    layer: Layer = Layer.ORGANIZATIONS
    roles: frozenset[RoleKind] = ORGANIZED
    subjects: frozenset[Subject] = ABOUT


@dataclass(frozen=True, slots=True)
class TwoMode:
    """Who has what. rows: CTIDs of entries; columns: CTIDs or keys of what may be shared; cells: 1 where one has it."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: csr_array

    def has(self, row: int) -> Whole:
        """Columns that a row has, ascending."""
        held: Whole = self.cells.indices[self.cells.indptr[row] : self.cells.indptr[row + 1]].astype(np.int64)
        return held

    def shared(self, first: int, second: int) -> tuple[str, ...]:
        both = np.intersect1d(self.has(first), self.has(second), assume_unique=True)
        return tuple(self.columns[at] for at in both)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Joined entries by row number, first < second, ascending; shared: how many things both have (ties: declared)."""

    first: Whole
    second: Whole
    shared: Whole

    def __len__(self) -> int:
        return len(self.first)

    @property
    def keys(self) -> set[tuple[int, int]]:
        return set(zip(self.first.tolist(), self.second.tolist(), strict=True))

    def degrees(self, size: int) -> Whole:
        """With how many others each of `size` rows is joined."""
        counted = np.bincount(self.first, minlength=size) + np.bincount(self.second, minlength=size)
        return counted.astype(np.int64)


def two_mode(landscape: Landscape, choice: Choice) -> TwoMode:
    """The incidence of a layer other than declared ties. Rows and columns stand in the order of the landscape."""
    if choice.layer is Layer.TIES:
        raise ValueError("Declared ties have no second side.")
    if choice.layer is Layer.SUBJECTS:
        held = _subjects(landscape.entries.values(), choice.subjects)
    else:
        roles = frozenset({RoleKind.FUNDER}) if choice.layer is Layer.FUNDERS else choice.roles
        held = _parties(landscape, roles)
    return _incidence(tuple(landscape.entries), held)


def _subjects(entries: Iterable[Entry], subjects: Collection[Subject]) -> list[tuple[str, str]]:
    wanted = [one.value for one in Subject if one in subjects]
    return [(entry.ctid, key) for entry in entries for name in wanted for key in getattr(entry, name)]


def _parties(landscape: Landscape, roles: Collection[RoleKind]) -> list[tuple[str, str]]:
    """Roles, and for funders the grants: money that was granted makes its giver a funder of the entry."""
    held = [(role.entry, role.party) for role in landscape.roles if role.kind in roles]
    if RoleKind.FUNDER in roles:
        # What an entry hands out itself is no money for it.
        held += [(grant.entry, grant.funder) for grant in landscape.grants if not grant.given_by_entry]
    # An initiative that leads itself shares itself with nobody.
    return [(entry, party) for entry, party in held if entry != party]


def _incidence(rows: tuple[str, ...], held: list[tuple[str, str]]) -> TwoMode:
    number = {ctid: at for at, ctid in enumerate(rows)}
    known = sorted({(entry, key) for entry, key in held if entry in number and key})
    columns = tuple(dict.fromkeys(key for _, key in known))
    place = {key: at for at, key in enumerate(columns)}
    at = ([number[entry] for entry, _ in known], [place[key] for _, key in known])
    ones = np.ones(len(known), dtype=np.int64)
    cells = csr_array((ones, at), shape=(len(rows), len(columns)))
    cells.sort_indices()
    return TwoMode(rows, columns, cells)


def pairs_of(two: TwoMode) -> Pairs:
    """Every two rows that share a column. Raises `TooLargeError` where they are more than a page can work on."""
    spread = np.diff(two.cells.tocsc().indptr).astype(np.int64)
    if int((spread * (spread - 1) // 2).sum()) > MOST_PAIRS:
        raise TooLargeError(
            f"More than {MOST_PAIRS:,} pairs share something here.",
            hint="Narrow the filter, or take a layer whose things are shared by fewer.",
        )
    together = triu(two.cells @ two.cells.T, k=1).tocsr().tocoo()
    order = np.lexsort((together.col, together.row))
    return Pairs(
        together.row[order].astype(np.int64),
        together.col[order].astype(np.int64),
        together.data[order].astype(np.int64),
    )


def tied(landscape: Landscape) -> Pairs:
    """Pairs of entries that a tie joins, whoever declared it and in whichever direction; a tie to itself is none."""
    number = {ctid: at for at, ctid in enumerate(landscape.entries)}
    counted: dict[tuple[int, int], int] = {}
    for tie in landscape.ties:
        a, b = number.get(tie.entry), number.get(tie.other)
        if a is not None and b is not None and a != b:
            key = (min(a, b), max(a, b))
            counted[key] = counted.get(key, 0) + 1
    return pairs_from(counted)


def pairs_from(counted: dict[tuple[int, int], int]) -> Pairs:
    """(first, second) → count, as arrays in ascending order."""
    keys = sorted(counted)
    flat = np.fromiter(chain.from_iterable(keys), dtype=np.int64, count=2 * len(keys)).reshape(-1, 2)
    return Pairs(flat[:, 0], flat[:, 1], np.array([counted[key] for key in keys], dtype=np.int64))
