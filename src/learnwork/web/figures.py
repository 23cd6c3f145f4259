"""From figures to tables that a reader can trust: by question, newest first, with period, base and source. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learnwork.layout.presentation import AT_LEAST, FigureText, format_figure, number, period
from learnwork.layout.values import worded
from learnwork.registry.views import Figure
from learnwork.vocabulary.measures import Measure, by_key
from learnwork.web.claims import Chip, Notes

COSTS = "What does it cost?"
# Kind of a measure → the question it answers, in the order of the page. Kinds not listed come last.
QUESTIONS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("cost", ("cost",), COSTS),
    ("earnings", ("earnings",), "What do completers earn?"),
    ("outcomes", ("rate", "count", "duration"), "What becomes of those who enrol?"),
    ("debt", ("debt",), "What do completers owe?"),
    ("wage", ("wage",), "What does the occupation pay?"),
    ("projection", ("projection",), "How many jobs are expected?"),
    ("rating", ("rating",), gettext_noop("What does the work ask for?")),
)
_OF_OCCUPATION = {"outcomes": gettext_noop("How many work in it?")}
_FORECAST = "projection"
NOT_STATED = "not stated"  # what a reader writes where a list says neither year nor cohort
_ABSENT = FigureText("not known", missing=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. label: what it is; earlier: the same figure of earlier periods."""

    label: str
    text: FigureText
    when: str
    who: str
    where: str
    chip: Chip
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
    help: tuple[tuple[str, str], ...] = ()
    unstated: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """What a row is of, where that leads ("" for nowhere), and a cell a column."""

    label: str
    href: str
    labelled: tuple[tuple[str, FigureText], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Several measures of several things: a row a thing, a column a measure. what: heading of the first column."""

    key: str
    heading: str
    caption: str
    what: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    chip: Chip
    help: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[GridRow, ...]:
        return self.rows[:10]

    @property
    def others(self) -> tuple[GridRow, ...]:
        return self.rows[10:]


def tables(figures: Sequence[Figure], notes: Notes) -> list[Table | Grid]:
    """All figures but awards, by question. Awards have `trend`."""
    left = [f for f in figures if f.measure.kind != "awards"]
    result: list[Table | Grid] = []
    for key, kinds, heading in QUESTIONS:
        here = [f for f in left if f.measure.kind in kinds]
        left = [f for f in left if f.measure.kind not in kinds]
        result += _of_question(key, heading, here, notes)
    result += _of_question("other", gettext_noop("What else is measured?"), left, notes)
    return result


def _of_question(key: str, heading: str, figures: Sequence[Figure], notes: Notes) -> list[Table | Grid]:
    items = [f for f in figures if f.item_ctid]
    series = [f for f in figures if not f.item_ctid and _in_series(f)]
    plain = [f for f in figures if not f.item_ctid and not _in_series(f)]
    places = [
        _by_place(f"{key}-{n}" if n else key, heading, head, same, notes)
        for n, (head, same) in enumerate(_series(series).items())
    ]
    told = {grid.help: n for n, grid in enumerate(places)}  # the same help stands once, under the last
    found: list[Table | Grid] = [
        grid if told[grid.help] == n else replace(grid, help=()) for n, grid in enumerate(places)
    ]
    if plain:
        if plain[0].measure.about == "occupation":
            heading = _OF_OCCUPATION.get(key, heading)
        found.append(_table(f"{key}-more" if found else key, heading, plain, notes))
    if items:
        found.append(_grid(f"{key}-items" if found else key, heading, items, notes))
    return found


def _in_series(figure: Figure) -> bool:
    """Whether the measure is one of several of one thing, as its label says: "Hourly wage, median"."""
    return figure.measure.kind == "wage" and ", " in figure.measure.label


def _series(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    """Figures by what their measures share: "Hourly wage", of the newest period of each source."""
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(_(figure.measure.label).partition(", ")[0], []).append(figure)
    return found


def _by_place(key: str, heading: str, head: str, figures: Sequence[Figure], notes: Notes) -> Grid:
    """A row a place, a column a measure, of the newest period."""
    newest = max(f.period for f in figures)
    figures = [f for f in figures if f.period == newest]
    measures = list({m.number: m for m in sorted(map(_column, figures), key=_order)}.values())
    places: dict[str, dict[int, Figure]] = {}
    # A lower bound goes before the figure that is withheld and takes its cell.
    for figure in sorted(figures, key=lambda f: (f.area_key != "us", not f.measure.key.endswith(AT_LEAST))):
        places.setdefault(worded(figure.area_name) or _("all areas"), {}).setdefault(
            _column(figure).number, figure
        )
    columns = tuple(_(m.label).partition(", ")[2].capitalize() for m in measures)
    rows = (GridRow(place, "", _cells(columns, measures, cells)) for place, cells in places.items())
    currency, _space, unit = measures[0].unit.partition(" ")
    unit = _(unit) if unit and currency == "USD" and all(m.unit == measures[0].unit for m in measures) else ""
    if unit:
        head = _("%(what)s, dollars %(unit)s") % {"what": head, "unit": unit}
        rows = (_without_unit(row, unit) for row in rows)
    caption = f"{head}, {period(newest)}"
    help_ = tuple(dict.fromkeys(m.help for m in measures if m.help))
    return Grid(
        key,
        heading,
        caption,
        "Where",
        columns,
        tuple(rows),
        notes.chip((f.source for f in figures), measures[0].key),
        help_,
    )


def _without_unit(row: GridRow, unit: str) -> GridRow:
    """The row of a table whose caption says the unit once for all of its cells."""
    labelled = (
        (label, replace(text, value=text.value.removesuffix(f" {unit}"))) for label, text in row.labelled
    )
    return replace(row, labelled=tuple(labelled))


def _cells(
    columns: Sequence[str], measures: Sequence[Measure], cells: Mapping[int, Figure]
) -> tuple[tuple[str, FigureText], ...]:
    texts = (format_figure(cells[m.number]) if m.number in cells else _ABSENT for m in measures)
    return tuple(zip(columns, texts, strict=True))


def _column(figure: Figure) -> Measure:
    """The measure whose column a figure stands in: a lower bound stands in that of what it bounds."""
    return by_key.get(figure.measure.key.removesuffix(AT_LEAST), figure.measure)


def _order(measure: Measure) -> tuple[bool, int]:
    """Percentiles first, the mean last."""
    return (measure.label.endswith("mean"), measure.number)


def _table(key: str, heading: str, figures: Sequence[Figure], notes: Notes) -> Table:
    series: dict[tuple[str, str, str, str], list[Figure]] = {}
    for figure in figures:
        series.setdefault((figure.measure.key, figure.area_key, figure.cohort, figure.source.key), []).append(
            figure
        )
    measures = list(dict.fromkeys(key for key, *_ in series))
    nation_first = sorted(series.items(), key=lambda one: (measures.index(one[0][0]), one[0][1] != "us"))
    rows = tuple(_row(same, notes) for _key, same in nation_first)
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
        unstated=_unstated(figures),
        help=tuple({f.measure.label: f.measure.help for f in figures if f.measure.help}.items()),
    )


def _unstated(figures: Sequence[Figure]) -> str:
    """What the source leaves open of every one of these figures, as a sentence."""
    year = all(f.period == NOT_STATED for f in figures)
    cohort = all(f.cohort == NOT_STATED for f in figures)
    if year and cohort:
        return _("The source says neither which year nor which group of completers this is about.")
    if year:
        return _("The source does not say which year this is about.")
    if cohort:
        return _("The source does not say which group of completers this is about.")
    return ""


def _stated(text: str) -> str:
    return "" if text == NOT_STATED else text


def _when(figure: Figure) -> str:
    """The period. A whole day that is the release's own says when it was published, not when it was so."""
    text = period(_stated(figure.period))
    return _("published %(day)s") % {"day": text} if figure.period == figure.source.date.isoformat() else text


def _row(same: Sequence[Figure], notes: Notes) -> Row:
    newest = max(same, key=lambda f: f.period)
    measure = newest.measure
    return Row(
        label=measure.label,
        text=format_figure(newest),
        when=", ".join(part for part in (measure.horizon and _(measure.horizon), _when(newest)) if part),
        who=_stated(newest.cohort),
        where=worded(newest.area_name),
        chip=notes.chip([newest.source], measure.key),
        derived=measure.derived,
        forecast=measure.kind == _FORECAST,
        shared_by=newest.shared_by,
        earlier=tuple((period(f.period), format_figure(f)) for f in same if f is not newest),
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

    columns = tuple(_(f"{m.label} ({m.unit})") for m in measures)
    rows = tuple(
        GridRow(
            next(iter(cells.values())).item_name,
            f"/resources/{ctid}",
            _cells(columns, measures, cells),
        )
        for ctid, cells in sorted(items.items(), key=lambda pair: rank(pair[1]))
    )
    help_ = tuple(dict.fromkeys(m.help for m in measures if m.help))
    caption = _("%(n)s of them, the highest first") % {"n": number(len(rows))}
    return Grid(
        key,
        heading,
        caption,
        "What",
        columns,
        rows,
        notes.chip((f.source for f in figures), measures[0].key),
        help_,
    )
