"""From figures to tables that a reader can trust: by question, newest first, with period, base and source. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from learnwork.layout.presentation import FigureText, format_figure
from learnwork.registry.views import Figure
from learnwork.web.claims import Chip, Notes

# Kind of a measure → the question it answers, in the order of the page. Kinds not listed come last.
QUESTIONS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("cost", ("cost",), "What does it cost?"),
    ("earnings", ("earnings",), "What do completers earn?"),
    ("outcomes", ("rate", "count", "duration"), "What becomes of those who enrol?"),
    ("debt", ("debt",), "What do completers owe?"),
    ("wage", ("wage",), "What does the occupation pay?"),
    ("projection", ("projection",), "How many jobs are expected?"),
    ("rating", ("rating",), "What does the work ask for?"),
)
_OF_OCCUPATION = {"outcomes": "How many work in it?"}
_FORECAST = "projection"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. label: what it is; earlier: the same figure of earlier periods."""

    label: str
    text: FigureText
    when: str
    who: str
    where: str
    chip: Chip
    help: str = ""
    derived: bool = False
    forecast: bool = False
    shared_by: int | None = None
    earlier: tuple[tuple[str, FigureText], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one question. chip: for the whole table where all rows have one source, else None."""

    key: str
    heading: str
    rows: tuple[Row, ...]
    chip: Chip | None
    shared_by: int | None = None
    places: bool = False
    cohorts: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Ratings of many items by a few measures: a row an item, a column a measure."""

    key: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[FigureText, ...]], ...]
    chip: Chip


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a trend. share: of the greatest year, 0 to 1, for the bar."""

    period: str
    text: FigureText
    share: float

    @property
    def width(self) -> str:
        """Of the bar, in a drawing 120 wide. At least a hair for what is not zero."""
        return f"{max(120 * self.share, 1 if self.share else 0):.1f}"


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure over the years, oldest first. not_since: the last period, where the source reports later ones."""

    label: str
    help: str
    years: tuple[Year, ...]
    chip: Chip
    not_since: str = ""


def tables(figures: Sequence[Figure], notes: Notes) -> list[Table | Grid]:
    """All figures but awards, by question. Awards have `trend`."""
    left = [f for f in figures if f.measure.kind != "awards"]
    result: list[Table | Grid] = []
    for key, kinds, heading in QUESTIONS:
        here = [f for f in left if f.measure.kind in kinds]
        left = [f for f in left if f.measure.kind not in kinds]
        result += _of_question(key, heading, here, notes)
    result += _of_question("other", "What else is measured?", left, notes)
    return result


def _of_question(key: str, heading: str, figures: Sequence[Figure], notes: Notes) -> list[Table | Grid]:
    items = [f for f in figures if f.item_ctid]
    plain = [f for f in figures if not f.item_ctid]
    found: list[Table | Grid] = []
    if plain:
        if plain[0].measure.about == "occupation":
            heading = _OF_OCCUPATION.get(key, heading)
        found.append(_table(key, heading, plain, notes))
    if items:
        found.append(_grid(key if not plain else f"{key}-items", heading, items, notes))
    return found


def _table(key: str, heading: str, figures: Sequence[Figure], notes: Notes) -> Table:
    series: dict[tuple[str, str, str, str], list[Figure]] = {}
    for figure in figures:
        series.setdefault((figure.measure.key, figure.area_key, figure.cohort, figure.source.key), []).append(
            figure
        )
    rows = tuple(_row(same, notes) for same in series.values())
    chips = {row.chip.numbers for row in rows}
    shared = {row.shared_by for row in rows}
    return Table(
        key,
        heading,
        rows,
        rows[0].chip if len(chips) == 1 else None,
        shared_by=rows[0].shared_by if len(shared) == 1 else None,
        places=any(row.where for row in rows),
        cohorts=any(row.who for row in rows),
    )


def _row(same: Sequence[Figure], notes: Notes) -> Row:
    newest = max(same, key=lambda f: f.period)
    measure = newest.measure
    return Row(
        label=measure.label,
        text=format_figure(newest),
        when=", ".join(part for part in (newest.period, measure.horizon) if part),
        who=newest.cohort,
        where=newest.area_name,
        chip=notes.chip([newest.source]),
        help=measure.help,
        derived=measure.derived,
        forecast=measure.kind == _FORECAST,
        shared_by=newest.shared_by,
        earlier=tuple((f.period, format_figure(f)) for f in same if f is not newest),
    )


def _grid(key: str, heading: str, figures: Sequence[Figure], notes: Notes) -> Grid:
    measures = list(
        {f.measure.number: f.measure for f in sorted(figures, key=lambda f: f.measure.number)}.values()
    )
    items: dict[str, dict[int, Figure]] = {}
    for figure in figures:
        items.setdefault(figure.item_ctid, {}).setdefault(figure.measure.number, figure)
    first = measures[0].number

    def rank(cells: dict[int, Figure]) -> tuple[float, str]:
        lead = cells.get(first)
        return (
            -(lead.value if lead and lead.value is not None else -1.0),
            next(iter(cells.values())).item_name,
        )

    absent = FigureText("not known", missing=True)
    rows = tuple(
        (
            ctid,
            next(iter(cells.values())).item_name,
            tuple(format_figure(cells[m.number]) if m.number in cells else absent for m in measures),
        )
        for ctid, cells in sorted(items.items(), key=lambda pair: rank(pair[1]))
    )
    return Grid(key, heading, tuple(m.label for m in measures), rows, notes.chip(f.source for f in figures))


def awards(figures: Sequence[Figure]) -> list[Figure]:
    """The figures of the trend, oldest first."""
    return sorted((f for f in figures if f.measure.kind == "awards"), key=lambda f: f.period)


def trend(awards: Sequence[Figure], newest: date | None, notes: Notes) -> Trend | None:
    """Awards by year. newest: date of the source's newest release with figures, to see whether this fell silent."""
    if not awards:
        return None
    greatest = max((f.value or 0 for f in awards), default=0) or 1
    return Trend(
        label=awards[0].measure.label,
        help=awards[0].measure.help,
        years=tuple(Year(f.period, format_figure(f), (f.value or 0) / greatest) for f in awards),
        chip=notes.chip(f.source for f in awards),
        not_since=awards[-1].period if newest and awards[-1].source.date < newest else "",
    )
