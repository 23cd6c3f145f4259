"""How fast the work goes: entries by years, first years at a stage, rises, years in a stage, and what stands still.

A cell of the matrix is *recorded*, *forecast*, or has no report; nothing is carried over from one year to another.
Rows that lost their years keep their order and take part in no figure about years. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from learnwork.landscape.days import latest
from learnwork.landscape.model import Entry, Landscape, Stage
from learnwork.landscape.spreads import Spread, spread

LEVELS = (1, 2, 3, 4, 5)
SUSTAINABLE = 5
# An entry whose recorded stage did not rise for so many years stands still.
STALLED_YEARS = 3
_PERIOD = re.compile(r"(<?)(\d{4})")
_OVER = frozenset({"ended", "closed", "completed", "merged", "replaced", "retired"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one period. stage: what stands in the cell, None for no report; others: said besides."""

    period: str
    stage: Stage | None = None
    others: tuple[Stage, ...] = ()

    @property
    def mark(self) -> str:
        return "no report" if self.stage is None else "forecast" if self.stage.forecast else "recorded"


@dataclass(frozen=True, slots=True)
class Row:
    """An entry over the periods of the matrix. loose: stages without years, in their order."""

    entry: Entry
    cells: tuple[Cell, ...]
    loose: tuple[Stage, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it says something of any period."""
        return any(cell.stage is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """rows: those with years, then those with an order only. silent: entries of which nothing is reported.

    line: how many of the periods began on or before the as-of day; the as-of line stands after them.
    """

    periods: tuple[str, ...]
    rows: tuple[Row, ...]
    silent: tuple[Entry, ...]
    as_of: date
    line: int


@dataclass(frozen=True, slots=True)
class First:
    """The first period in which an entry surely stood at a stage, that is with the low end of a range.

    after: the last period known below it ("" for none). exact: the periods are neighbours, so that it is not
    only "at the latest".
    """

    period: str
    forecast: bool
    after: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Rise:
    """From one reported period to the next the stage went up. Low and high; sure: the two ranges do not touch."""

    entry: str
    after: str
    at: str
    before: tuple[int, int]
    to: tuple[int, int]
    forecast: bool

    @property
    def sure(self) -> bool:
        return self.to[0] > self.before[1]


@dataclass(frozen=True, slots=True)
class Spell:
    """A stay in one stage over neighbouring years. whole: its beginning and its end are both seen."""

    entry: str
    low: int
    high: int
    start: str
    years: int
    whole: bool
    forecast: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """How long entries stay in a stage: whole stays only. unfinished: stays whose beginning or end is not seen."""

    level: int
    years: Spread | None
    unfinished: int


@dataclass(frozen=True, slots=True)
class Stall:
    """Recorded as not rising from `since` to `last`, `years` years apart. silent: years without report since."""

    entry: Entry
    stage: Stage
    since: str
    last: str
    years: int
    silent: int


def year_of(period: str) -> int | None:
    """The year; of "<2018" the last that it can mean, 2017. None where the text is no period."""
    match = _PERIOD.fullmatch(period.strip())
    return int(match[2]) - (match[1] == "<") if match else None


def matrix(landscape: Landscape, as_of: date) -> Matrix:
    """Entries by periods. Every year between the first and the last reported one is a column."""
    by_entry = _by_entry(landscape.stages)
    periods = _periods(stage.period for stage in landscape.stages)
    dated: list[Row] = []
    loose: list[Row] = []
    silent: list[Entry] = []
    for entry in landscape.entries.values():
        stages = by_entry.get(entry.ctid, ())
        if not stages:
            silent.append(entry)
            continue
        cells = {cell.period: cell for cell in cells_of(stages)}
        order = tuple(sorted((s for s in stages if year_of(s.period) is None), key=lambda s: s.position))
        row = Row(entry, tuple(cells.get(period, Cell(period)) for period in periods), order)
        (dated if cells else loose).append(row)
    line = sum(1 for period in periods if (year_of(period) or 0) <= as_of.year)
    return Matrix(periods, (*dated, *loose), tuple(silent), as_of, line)


def cells_of(stages: Iterable[Stage]) -> list[Cell]:
    """The reported periods of one entry in order; what is recorded goes before forecasts, newer before older."""
    by_period: dict[str, list[Stage]] = defaultdict(list)
    for stage in stages:
        if year_of(stage.period) is not None:
            by_period[stage.period].append(stage)
    cells = []
    for period in sorted(by_period, key=_order):
        said = sorted(by_period[period], key=lambda stage: stage.issued, reverse=True)
        said.sort(key=lambda stage: stage.forecast)
        cells.append(Cell(period, said[0], tuple(said[1:])))
    return cells


def first_at(stages: Iterable[Stage], level: int = SUSTAINABLE) -> First | None:
    """When an entry is first at a stage or above it; None where no period says so."""
    below = ""
    for cell in cells_of(stages):
        if cell.stage is None:
            continue
        if cell.stage.low >= level:
            return First(cell.period, cell.stage.forecast, below, bool(below) and _next(below, cell.period))
        below = cell.period
    return None


def rises(stages: Iterable[Stage]) -> list[Rise]:
    """Every step up from one reported period to the next reported one. 1/2 to 2 is a rise that is not sure."""
    found = []
    told = [(cell.period, cell.stage) for cell in cells_of(stages) if cell.stage]
    for (after, one), (at, other) in pairwise(told):
        before, to = (one.low, one.high), (other.low, other.high)
        if before != to and to[0] >= before[0] and to[1] >= before[1]:
            found.append(Rise(one.entry, after, at, before, to, other.forecast))
    return found


def spells(stages: Iterable[Stage]) -> list[Spell]:
    """The stays of one entry. A year without report ends what is seen of a stay, as do the first and last year."""
    runs: list[list[tuple[str, Stage]]] = []
    for period, stage in [(cell.period, cell.stage) for cell in cells_of(stages) if cell.stage]:
        last = runs[-1][-1] if runs else None
        same = last and (last[1].low, last[1].high) == (stage.low, stage.high) and _next(last[0], period)
        if same:
            runs[-1].append((period, stage))
        else:
            runs.append([(period, stage)])
    made = []
    for at, run in enumerate(runs):
        start, end = run[0][0], run[-1][0]
        begun = at > 0 and _next(runs[at - 1][-1][0], start)
        ended = at + 1 < len(runs) and _next(end, runs[at + 1][0][0])
        forecast = any(stage.forecast for _, stage in run) or (ended and runs[at + 1][0][1].forecast)
        one = run[0][1]
        whole = begun and ended and not start.startswith("<")
        made.append(Spell(one.entry, one.low, one.high, start, len(run), whole, forecast))
    return made


def stays(landscape: Landscape, *, forecast: bool) -> list[Stay]:
    """Years in each stage over all entries, of recorded stays or of those that are partly forecast.

    Ranges (1/2) are a stage of their own nowhere and are left out; unfinished stays are counted, not measured.
    """
    found = [
        spell
        for stages in _by_entry(landscape.stages, landscape.entries).values()
        for spell in spells(stages)
        if spell.forecast == forecast and spell.low == spell.high
    ]
    return [
        Stay(
            level,
            spread(spell.years for spell in found if spell.low == level and spell.whole),
            sum(1 for spell in found if spell.low == level and not spell.whole),
        )
        for level in LEVELS
    ]


def stalled(landscape: Landscape, as_of: date, years: int = STALLED_YEARS) -> list[Stall]:
    """Entries whose recorded stage did not rise over at least so many years, longest first.

    Neither silence nor a forecast is standing still, and what is over or sustainable does not stall.
    """
    found = []
    for ctid, stages in _by_entry(landscape.stages, landscape.entries).items():
        entry = landscape.entries[ctid]
        recorded = [
            cell
            for cell in cells_of(stages)
            if cell.stage and not cell.stage.forecast and (year_of(cell.period) or 0) <= as_of.year
        ]
        if not recorded or is_over(entry, as_of):
            continue
        up = rises(cell.stage for cell in recorded if cell.stage)
        since, last = (up[-1].at if up else recorded[0].period), recorded[-1]
        span = (year_of(last.period) or 0) - (year_of(since) or 0)
        if last.stage and last.stage.high < SUSTAINABLE and span >= years:
            silent = as_of.year - (year_of(last.period) or 0)
            found.append(Stall(entry, last.stage, since, last.period, span, silent))
    return sorted(found, key=lambda stall: (-stall.years, stall.entry.name))


def is_over(entry: Entry, as_of: date) -> bool:
    """Whether an entry has ended by that day."""
    end = latest(entry.span.end)
    return entry.status.lower() in _OVER or (end is not None and end <= as_of)


def stage_text(stage: Stage) -> str:
    """ "3", or "1/2" of a range."""
    return str(stage.low) if stage.low == stage.high else f"{stage.low}/{stage.high}"


def _by_entry(stages: Iterable[Stage], entries: Mapping[str, Entry] | None = None) -> dict[str, list[Stage]]:
    found: dict[str, list[Stage]] = defaultdict(list)
    for stage in stages:
        if entries is None or stage.entry in entries:
            found[stage.entry].append(stage)
    return found


def _periods(said: Iterable[str]) -> tuple[str, ...]:
    """The columns: what is said, with every year between filled in."""
    known = {period for period in said if year_of(period) is not None}
    years = [year_of(period) or 0 for period in known]
    known.update(str(year) for year in range(min(years, default=0) + 1, max(years, default=0)))
    return tuple(sorted(known, key=_order))


def _order(period: str) -> tuple[int, bool]:
    return year_of(period) or 0, not period.startswith("<")


def _next(one: str, other: str) -> bool:
    """Whether no year lies between two periods."""
    return (year_of(other) or 0) - (year_of(one) or 0) == 1
