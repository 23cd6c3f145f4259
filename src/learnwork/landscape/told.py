"""Progress and gaps as data: what the API answers and what the command prints as JSON. See `told_funders` too.

What is not known is null and never 0. Every spread says of how many.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from learnwork.landscape import gapmap, money, progress, slip
from learnwork.landscape.model import Entry, Landscape, Party
from learnwork.landscape.spreads import Spread as SpreadOf


class Named(BaseModel):
    """An entry, party, goal or block: its key (a CTID where it has one) and its name."""

    key: str
    name: str


class Spread(BaseModel):
    """n: of how many; the quartiles interpolate."""

    n: int
    least: float
    lower: float
    median: float
    upper: float
    greatest: float


class StageCell(BaseModel):
    """mark: recorded, forecast, or no report, where low and high are null. issued: date of what says so."""

    period: str
    mark: str
    low: int | None
    high: int | None
    issued: str


class ProgressRow(BaseModel):
    """order: stages of a row that lost its years, as "1/2". sustainable: the first period surely at stage 5."""

    entry: Named
    cells: list[StageCell]
    order: list[str]
    sustainable: str | None
    exact: bool
    rises: list[str]


class Stay(BaseModel):
    """Years in a stage over whole stays; unfinished ones are counted only."""

    level: int
    forecast: bool
    years: Spread | None
    unfinished: int


class Slip(BaseModel):
    """years: later than foreseen; of "not reached when foreseen" at least so many; null where nobody can say."""

    entry: Named
    level: int
    foreseen: str
    outcome: str
    now: str
    years: int | None
    exact: bool


class Stall(BaseModel):
    entry: Named
    stage: str
    since: str
    last: str
    years: int
    silent: int


class Cliff(BaseModel):
    """end: of the last known grant; sure: its whole date lies within twelve months; open: grants without an end."""

    entry: Named
    funder: Named
    end: str
    sure: bool
    open: int


class Progress(BaseModel):
    """silent: how many entries have no report at all. against: issue whose forecasts the slips are measured by."""

    as_of: date
    periods: list[str]
    rows: list[ProgressRow]
    silent: int
    stays: list[Stay]
    against: str
    slips: list[Slip]
    slip: Spread | None
    stalled: list[Stall]
    cliffs: list[Cliff]

    @classmethod
    def of(cls, landscape: Landscape, as_of: date, against: str = "") -> Progress:
        made = progress.matrix(landscape, as_of)
        issues = slip.issues(landscape)
        against = against if against in issues else issues[0] if issues else ""
        slips = slip.slips(slip.as_issued(landscape, against) if against else [], landscape, as_of)
        return cls(
            as_of=as_of,
            periods=list(made.periods),
            rows=[_row(row) for row in made.rows],
            silent=len(made.silent),
            stays=[
                Stay(level=one.level, forecast=planned, years=_spread(one.years), unfinished=one.unfinished)
                for planned in (False, True)
                for one in progress.stays(landscape, forecast=planned)
            ],
            against=against,
            slips=[_slip(one, landscape) for one in slips.slips],
            slip=_spread(slips.reached),
            stalled=[_stall(one) for one in progress.stalled(landscape, as_of)],
            cliffs=[cliff(one, landscape) for one in money.cliffs(landscape, as_of)],
        )


class Gap(BaseModel):
    """standing: found, none found, out of scope, not checked; declared: the day and note of what a curator said."""

    row: str
    column: str
    standing: str
    number: int
    entries: list[str]
    declared_on: date | None
    note: str


class Gaps(BaseModel):
    """unplaced: entries of which row or column is not known; they stand in no cell."""

    rows: str
    columns: str
    as_of: date
    row_heads: list[Named]
    column_heads: list[Named]
    cells: list[Gap]
    unplaced: list[Named]

    @classmethod
    def of(cls, made: gapmap.GapMap, as_of: date) -> Gaps:
        return cls(
            rows=made.rows,
            columns=made.columns,
            as_of=as_of,
            row_heads=[Named(key=line[0].row.key, name=line[0].row.label) for line in made.lines if line],
            column_heads=[Named(key=head.key, name=head.label) for head in made.heads],
            cells=[_gap(cell) for line in made.lines for cell in line],
            unplaced=[named(entry) for entry in made.unplaced],
        )


def cliff(one: money.Cliff, landscape: Landscape) -> Cliff:
    funder = landscape.parties.get(one.grant.funder)
    who = named(funder) if funder else Named(key=one.grant.funder, name=one.grant.funder)
    return Cliff(entry=named(one.entry), funder=who, end=one.end, sure=one.sure, open=one.open)


def named(one: Entry | Party) -> Named:
    return Named(key=one.ctid, name=one.name)


def _spread(one: SpreadOf | None) -> Spread | None:
    if one is None:
        return None
    figures = (one.least, one.lower, one.median, one.upper, one.greatest)
    least, lower, median, upper, greatest = map(float, figures)
    return Spread(n=one.n, least=least, lower=lower, median=median, upper=upper, greatest=greatest)


def _row(row: progress.Row) -> ProgressRow:
    stages = [stage for cell in row.cells for stage in (cell.stage, *cell.others) if stage]
    first = progress.first_at(stages)
    return ProgressRow(
        entry=named(row.entry),
        cells=[
            StageCell(
                period=cell.period,
                mark=cell.mark,
                low=cell.stage.low if cell.stage else None,
                high=cell.stage.high if cell.stage else None,
                issued=cell.stage.issued if cell.stage else "",
            )
            for cell in row.cells
        ],
        order=[progress.stage_text(stage) for stage in row.loose],
        sustainable=first.period if first else None,
        exact=bool(first and first.exact),
        rises=[rise.at for rise in progress.rises(stages)],
    )


def _slip(one: slip.Slip, landscape: Landscape) -> Slip:
    return Slip(
        entry=named(landscape.entries[one.entry]),
        level=one.level,
        foreseen=one.foreseen,
        outcome=one.outcome,
        now=one.now,
        years=one.years,
        exact=one.exact,
    )


def _stall(one: progress.Stall) -> Stall:
    return Stall(
        entry=named(one.entry),
        stage=progress.stage_text(one.stage),
        since=one.since,
        last=one.last,
        years=one.years,
        silent=one.silent,
    )


def _gap(cell: gapmap.Cell) -> Gap:
    said = cell.declaration
    return Gap(
        row=cell.row.key,
        column=cell.column.key,
        standing=cell.standing,
        number=len(cell.entries),
        entries=[entry.ctid for entry in cell.entries],
        declared_on=said.on if said else None,
        note=said.note if said else "",
    )
