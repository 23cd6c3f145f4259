"""A question (what is asked for, or what somebody has) against every program, credential and occupation. Pure.

Wanted: the score is the share of what is asked for that a thing gives, each part weighed by how much is asked of it and
by its rarity, and given with the strength that the table has. Where the question names work, the mean of that share and
of how far the thing leads to that work (the cosine of the two sets of occupations).
Held: of the share of what a thing asks that is held already, and of the share of what is held that it asks, the
geometric mean, weighed likewise; the first alone would favour what asks for little.
What is derived from occupations counts by the share of them that ask it, so a broad field scores low; and it is told
apart from what a credential states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies.expected import Floats, Table
from learnwork.competencies.standing import Standing

MOST_ASKED = 100
FEWEST_ASKED = 10  # an occupation that asks less says too little of itself for a share of it to mean anything
# What an alignment carries over: all of it where somebody confirmed that both are the same, or the other is narrower.
_WHOLE = frozenset({"exact", "narrow"})
_PART = 0.5


class How(StrEnum):
    """How a thing has a competency. EXPECTED: at least half of the occupations behind ask for it; SELDOM: fewer."""

    STATED = "stated"
    EXPECTED = "expected"
    SELDOM = "seldom"


@dataclass(frozen=True, slots=True)
class Question:
    """competencies, occupations: CTIDs. held: what somebody has, instead of what is asked for."""

    competencies: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Via:
    """A competency of the table that stands for one that was asked. standing: None where it is the very same."""

    column: int
    standing: Standing | None = None

    @property
    def part(self) -> float:
        if self.standing is None:
            return 1.0
        whole = self.standing.confirmed and self.standing.relation in _WHOLE
        return 1.0 if whole else _PART


@dataclass(frozen=True, slots=True)
class Asked:
    """One competency of a question, with everything that stands for it. weight: how much is asked of it, 0 to 1."""

    ctid: str
    vias: tuple[Via, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Covered:
    """A competency that is covered. asking: how many of the occupations behind ask for it."""

    ctid: str
    how: How
    asking: int
    strength: float
    via: Via


@dataclass(frozen=True, slots=True)
class Lines:
    """What of the question a row covers, the strongest first, and what it lacks."""

    covered: tuple[Covered, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Scores:
    """By row: the score, and what it is made of. leads: None where the question names no work."""

    total: Floats
    share: Floats
    leads: Floats | None = None


def asked(question: Question, table: Table, aligned: Mapping[tuple[str, str], Standing]) -> tuple[Asked, ...]:
    """What a question asks for, by its competencies; where it names none, by what its occupations ask.

    aligned: pairs of a competency of the question and one of the table.
    """
    if question.competencies:
        others: dict[str, list[Via]] = {}
        for (own, other), standing in aligned.items():
            if other in table.columns:
                others.setdefault(own, []).append(Via(table.columns[other], standing))
        return tuple(
            Asked(ctid, (*_same(ctid, table), *others.get(ctid, ()))) for ctid in question.competencies
        )
    behind = numbers_of(question.occupations, table)
    if not behind:
        return ()
    mean = np.asarray(table.asked[behind].mean(axis=0)).ravel()
    columns = np.argsort(-mean * table.rarity, kind="stable")[:MOST_ASKED]
    return tuple(
        Asked(table.competencies[column].ctid, (Via(int(column)),), float(mean[column]))
        for column in columns
        if mean[column] > 0
    )


def _same(ctid: str, table: Table) -> tuple[Via, ...]:
    column = table.columns.get(ctid)
    return () if column is None else (Via(column),)


def numbers_of(occupations: Sequence[str], table: Table) -> list[int]:
    """Numbers of the occupations of the table that CTIDs of occupations or fields mean, those below included."""
    found: dict[int, None] = {}
    for ctid in occupations:
        row = table.row_of.get((table.keys.get(ctid, 0),))
        found.update(dict.fromkeys(table.rows[row].behind if row is not None else ()))
    return list(found)


def scores(question: Question, asks: Sequence[Asked], table: Table) -> Scores:
    """Scores of all rows."""
    if question.held:
        return _held(asks, table)
    share = _share(asks, table)
    behind = numbers_of(question.occupations, table)
    if not behind:
        return Scores(share, share)
    vector = np.zeros(len(table.occupations), dtype=np.float32)
    vector[behind] = 1
    common = np.asarray(table.behind @ vector, dtype=np.float32)
    leads = common / np.sqrt(np.maximum(table.sizes, 1) * len(behind))
    return Scores((share + leads) / 2, share, leads)


def _share(asks: Sequence[Asked], table: Table) -> Floats:
    total = np.zeros(len(table.rows), dtype=np.float32)
    weights = [one.weight * _rarity(one, table) for one in asks]
    for one, weight in zip(asks, weights, strict=True):
        if one.vias:
            total += weight * _evidence(one, table)
    return np.asarray(total / max(sum(weights), 1e-9), dtype=np.float32)


def _evidence(one: Asked, table: Table) -> NDArray[np.float32]:
    """How far each row has a competency, by the best of what stands for it."""
    found = np.zeros(len(table.rows), dtype=np.float32)
    for via in one.vias:
        start, end = table.by_column.indptr[via.column : via.column + 2]
        rows = table.by_column.indices[start:end]
        found[rows] = np.maximum(found[rows], table.by_column.data[start:end] * via.part)
    return found


def _rarity(one: Asked, table: Table) -> float:
    """Of the likeliest of what stands for it; of what nothing stands for, as of what no occupation asks."""
    if not one.vias:
        return float(np.log1p(max(1, len(table.occupations))))
    return float(table.rarity[max(one.vias, key=lambda via: via.part).column])


def _held(asks: Sequence[Asked], table: Table) -> Scores:
    has = np.zeros(len(table.competencies), dtype=np.float32)
    for one in asks:
        for via in one.vias:
            has[via.column] = max(has[via.column], via.part)
    needed = np.asarray(table.strengths @ table.rarity, dtype=np.float32)
    held = np.asarray(table.strengths @ (table.rarity * has), dtype=np.float32)
    share = (held / np.maximum(needed, 1e-9)).astype(np.float32)
    share[np.diff(table.strengths.indptr) < FEWEST_ASKED] = 0
    return Scores(np.sqrt(share * _share(asks, table)).astype(np.float32), share)


def lines(question: Question, asks: Sequence[Asked], table: Table, row: int) -> Lines:
    """What a row covers and lacks of what is asked; for what is held, of what at least half behind the row ask."""
    if question.held:
        return _lines_of_row(asks, table, row)
    cells = table.cells(row)
    covered = [one for ask in asks if (one := _cover(ask, table, row, cells)) is not None]
    covered.sort(key=lambda one: -one.strength)
    there = {one.ctid for one in covered}
    return Lines(tuple(covered), tuple(one.ctid for one in asks if one.ctid not in there))


def _cover(ask: Asked, table: Table, row: int, cells: Mapping[int, tuple[float, int]]) -> Covered | None:
    found = [(cells[via.column], via) for via in ask.vias if via.column in cells]
    if not found:
        return None
    (strength, asking), via = max(found, key=lambda one: one[0][0] * one[1].part)
    return Covered(ask.ctid, had(table, row, via.column, asking), asking, round(strength * via.part, 3), via)


def had(table: Table, row: int, column: int, asking: int) -> How:
    """How a row has a competency for which so many of its occupations ask."""
    if column in table.stated.get(table.rows[row].own, ()):
        return How.STATED
    return How.EXPECTED if 2 * asking >= len(table.rows[row].behind) else How.SELDOM


def _lines_of_row(asks: Sequence[Asked], table: Table, row: int) -> Lines:
    has: dict[int, Via] = {}
    for one in asks:
        for via in one.vias:
            if via.column not in has or has[via.column].part < via.part:
                has[via.column] = via
    covered: list[Covered] = []
    lacking: list[str] = []
    cells = table.cells(row)
    for column in sorted(cells, key=lambda one: -cells[one][0] * float(table.rarity[one])):
        strength, asking = cells[column]
        how, ctid = had(table, row, column, asking), table.competencies[column].ctid
        if column in has:
            covered.append(Covered(ctid, how, asking, round(strength, 3), has[column]))
        elif how != How.SELDOM:
            lacking.append(ctid)
    return Lines(tuple(covered), tuple(lacking))


def ranked(values: Floats, rows: NDArray[np.int64], limit: int) -> list[int]:
    """The best of some rows by their value, best first; of equals the one that stands first. None without a value."""
    own = values[rows]
    order = np.argsort(-own, kind="stable")[:limit]
    return [int(rows[place]) for place in order if own[place] > 0]
