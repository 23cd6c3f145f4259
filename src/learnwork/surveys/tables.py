"""The tables of a survey, each cell in words: what a page, a CSV and a JSON show is the same to the last digit.

A cell that is not a figure says which of four things it is (`Mark`); it is never empty and never 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from learnwork.formats.sheet_cells import guarded
from learnwork.surveys.analysis import Analysis, Bounds, Summary, YesNo
from learnwork.surveys.answers import MISSING, STATES, Study
from learnwork.surveys.intervals import CHOSEN, DRAWN, METHODS, interval
from learnwork.vocabulary.sentences import sentence


class Mark(Enum):
    """Why there is no figure."""

    WITHHELD = "withheld (small group)"
    NOT_KNOWN = "not known"
    NONE = "none"
    NOT_APPLICABLE = "n/a"


# More respondents than this stand in files only: nobody reads a wider table.
MOST_ACROSS = 60
Cell = str | int | float | date | Fraction | Mark
# Cells of the public that are kept back: (key of the item, key of the column).
Withheld = frozenset[tuple[str, str]]


def gettext_noop(text: str) -> str:
    """Mark a text for the translators; whoever shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Column:
    """key: stable, for programs; label: English, to be translated where it is shown; figures stand flush right."""

    key: str
    label: str
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in words. key: stable; notes: sentences that belong below it."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def texts(self) -> list[list[str]]:
        """Every cell as it is shown."""
        return [[shown(cell) for cell in row] for row in self.rows]

    def csv(self) -> str:
        """Header of column keys, then the cells as shown; what a sheet program would run is defused."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.key for column in self.columns])
        writer.writerows(
            [guarded(shown(cell)) if isinstance(cell, str) else shown(cell) for cell in row]
            for row in self.rows
        )
        return stream.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """For JSON: each row by column key; counts and percentages as numbers, everything else in words."""
        keys = [column.key for column in self.columns]
        return {
            "key": self.key,
            "title": self.title,
            "columns": [{"key": column.key, "label": column.label} for column in self.columns],
            "rows": [dict(zip(keys, map(_plain, row), strict=True)) for row in self.rows],
            "notes": list(self.notes),
        }


def percent(share: Fraction) -> str:
    """A share in percent with two decimals, halves away from zero: 91.67. Exact, as no float takes part."""
    hundredfold = Decimal(share.numerator) * 100 / Decimal(share.denominator)
    return f"{hundredfold.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def shown(cell: Cell) -> str:
    """One cell in words."""
    if isinstance(cell, Mark):
        return cell.value
    if isinstance(cell, Fraction):
        return f"{percent(cell)}%"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, Fraction):
        return float(percent(cell))
    return cell if isinstance(cell, int | float) else shown(cell)


ITEM = Column("item", gettext_noop("Item"))
LABEL = Column("label", gettext_noop("Feature"))
CATEGORY = Column("category", gettext_noop("Category"))
YES = Column("yes", gettext_noop("Yes"), figure=True)
BASE = Column("base", gettext_noop("Base"), figure=True)
SHARE = Column("share", gettext_noop("Share"), figure=True)
BAND = Column("band", gettext_noop("Band"))
CERTAIN = Column("certain", gettext_noop("Is the band certain?"))
_COUNTS = (
    YES,
    Column("no", gettext_noop("No"), figure=True),
    BASE,
    Column("do_not_know", gettext_noop("Do not know"), figure=True),
    Column("does_not_apply", gettext_noop("Does not apply"), figure=True),
    Column("rather_not_say", gettext_noop("Rather not say"), figure=True),
    Column("missing", gettext_noop("Missing"), figure=True),
    Column("answered", gettext_noop("Answered"), figure=True),
    Column("responded", gettext_noop("Responded"), figure=True),
    Column("invited", gettext_noop("Invited"), figure=True),
)
_VERDICTS = (
    SHARE,
    BAND,
    Column("if_unknown_no", gettext_noop("Share if all unknown were no"), figure=True),
    Column("if_unknown_yes", gettext_noop("Share if all unknown were yes"), figure=True),
    CERTAIN,
)


def items_table(
    found: Analysis, *, confidence: Fraction | None = None, withheld: Withheld = frozenset()
) -> Table:
    """Every yes/no item with all its bases. confidence: such as 19/20, adds the three intervals."""
    columns: tuple[Column, ...] = (ITEM, LABEL, CATEGORY, *_COUNTS, *_VERDICTS)
    if confidence:
        columns += tuple(
            Column(f"{method}_{end}", f"{name}, {end}", figure=True)
            for method, name in METHODS.items()
            for end in ("low", "high")
        )
    rows = (_item_row(one, confidence, withheld) for one in found.results)
    notes = [_chosen(found)] if confidence else []
    return Table("items", gettext_noop("Every item with its base"), columns, tuple(rows), tuple(notes))


def common_table(found: Analysis, *, most: bool, withheld: Withheld = frozenset()) -> Table:
    """The most (or the least) common features in their order, as the figure shows them."""
    results = found.most_common if most else found.least_common
    rows = tuple(
        (one.item.key, one.item.label, one.item.category, one.counts.yes, one.counts.base, *_verdict(one))
        for one in results
        if not _hides(one.item.key, withheld)
    )
    title = gettext_noop("Most common features") if most else gettext_noop("Least common features")
    key = "most_common" if most else "least_common"
    columns = (ITEM, LABEL, CATEGORY, YES, BASE, SHARE, CERTAIN)
    return Table(key, title, columns, rows, _left_out(results, withheld))


def categories_table(found: Analysis, *, withheld: Withheld = frozenset()) -> Table:
    """How many items of each category fall into each band. Items that are kept back count in none of them."""
    columns = (
        CATEGORY,
        *(
            Column(key, label, figure=True)
            for key, label in (
                ("items", gettext_noop("Items")),
                ("most_common", gettext_noop("Most common")),
                ("between", gettext_noop("Between")),
                ("least_common", gettext_noop("Least common")),
                ("no_base", gettext_noop("No base")),
                ("uncertain", gettext_noop("Band not certain")),
                ("lowest", gettext_noop("Lowest share")),
                ("median", gettext_noop("Median share")),
                ("highest", gettext_noop("Highest share")),
            )
        ),
    )
    rows = tuple(
        (
            one.name,
            *(one.items, one.most_common, one.between, one.least_common, one.no_base, one.uncertain),
            *(Mark.NONE if share is None else share for share in (one.lowest, one.median, one.highest)),
        )
        for one in open_part(found, withheld).categories
    )
    return Table(
        "categories",
        gettext_noop("Features by category"),
        columns,
        rows,
        _left_out(found.results, withheld),
    )


def summaries_table(found: Analysis, *, withheld: Withheld = frozenset()) -> Table:
    """Items that are not yes/no: one row for each option, or one with lowest, median and highest value."""
    columns = (
        ITEM,
        LABEL,
        CATEGORY,
        Column("kind", gettext_noop("Kind")),
        Column("option", gettext_noop("Option")),
        Column("chosen", gettext_noop("Chosen by"), figure=True),
        BASE,
        SHARE,
        Column("lowest", gettext_noop("Lowest"), figure=True),
        Column("median", gettext_noop("Median"), figure=True),
        Column("highest", gettext_noop("Highest"), figure=True),
    )
    rows = [row for one in found.summaries for row in _summary_rows(one, withheld)]
    return Table("summaries", gettext_noop("Answers that are not yes or no"), columns, tuple(rows))


def response_table(found: Analysis) -> Table:
    """How many were invited, responded, and where the others stand."""
    columns = (
        Column("state", gettext_noop("State")),
        Column("respondents", gettext_noop("Respondents"), figure=True),
    )
    rows = (("invited in all", found.invited), ("responded", found.responded), *found.statuses)
    return Table("response", gettext_noop("Who was asked and who answered"), columns, rows)


def grid_table(study: Study) -> Table:
    """Yes/no items by respondents. Give it `study.open_to("public")` where it is shown to others."""
    columns = (
        ITEM,
        LABEL,
        CATEGORY,
        *(Column(f"respondent_{number}", one.label) for number, one in enumerate(study.respondents, 1)),
    )
    rows = tuple(
        (
            *(study.items[at].key, study.items[at].label, study.items[at].category),
            *(Mark.NOT_KNOWN if code == MISSING else STATES[code] for code in study.states[:, at].tolist()),
        )
        for at in study.columns("yes/no")
    )
    return Table("grid", gettext_noop("What each answered"), columns, rows)


def open_part(found: Analysis, withheld: Withheld) -> Analysis:
    """The analysis of the items whose share is not kept back."""
    return replace(found, results=tuple(one for one in found.results if not _hides(one.item.key, withheld)))


def _item_row(one: YesNo, confidence: Fraction | None, withheld: Withheld) -> tuple[Cell, ...]:
    counts = one.counts
    cells: list[Cell] = [one.item.key, one.item.label, one.item.category]
    for column in _COUNTS:
        value: Cell = getattr(counts, column.key)
        cells.append(Mark.WITHHELD if (one.item.key, column.key) in withheld else value)
    share, certain = _verdict(one)
    ends = one.bounds
    rest: list[Cell] = [share, one.band, *_ends(ends), certain]
    if confidence:
        for method in METHODS:
            found = interval(method, counts.yes, counts.base, float(confidence)) if counts.base else None
            rest += [*map(_share, found)] if found else [Mark.NONE, Mark.NONE]
    # What is worked out of a count would give it away.
    return (*cells, *(Mark.WITHHELD for _ in rest)) if _hides(one.item.key, withheld) else (*cells, *rest)


def _hides(item: str, withheld: Withheld) -> bool:
    """Whether shares, bands and bounds of an item would tell what is kept back."""
    return any((item, key) in withheld for key in ("yes", "no", "base", "does_not_apply", "responded"))


def _share(value: float) -> Fraction:
    return Fraction(value)


def _ends(ends: Bounds | None) -> tuple[Cell, Cell]:
    return (ends.low, ends.high) if ends else (Mark.NONE, Mark.NONE)


def _verdict(one: YesNo) -> tuple[Cell, Cell]:
    share: Cell = Mark.NONE if one.share is None else one.share
    return share, "yes" if one.certain else "no: missing answers could change it"


def _summary_rows(one: Summary, withheld: Withheld) -> Iterable[tuple[Cell, ...]]:
    key = one.item.key
    head: tuple[Cell, ...] = (key, one.item.label, one.item.category, one.item.kind)
    base: Cell = Mark.WITHHELD if (key, "base") in withheld else one.counts.base
    if one.item.kind in ("number", "date", "text", "scale"):
        low, middle, high = map(_middle, (one.low, one.median, one.high))
        if (key, "range") in withheld:
            low = high = Mark.WITHHELD
        if (key, "median") in withheld:
            middle = Mark.WITHHELD
        ends = (Mark.NOT_APPLICABLE,) * 3 if one.item.kind == "text" else (low, middle, high)
        yield (*head, Mark.NOT_APPLICABLE, Mark.NOT_APPLICABLE, base, Mark.NOT_APPLICABLE, *ends)
    for option, chosen in one.options:
        share: Cell = Fraction(chosen, one.counts.base) if one.counts.base else Mark.NONE
        if (key, option) in withheld:
            figures: tuple[Cell, ...] = (Mark.WITHHELD, base, Mark.WITHHELD)
        else:
            figures = (chosen, base, Mark.WITHHELD if base is Mark.WITHHELD else share)
        yield (*head, option, *figures, *(Mark.NOT_APPLICABLE,) * 3)


def _middle(value: object) -> Cell:
    if isinstance(value, tuple):
        return f"{shown(value[0])} to {shown(value[1])}"
    return value if isinstance(value, str | int | float | date) else Mark.NONE


def _left_out(results: Sequence[YesNo], withheld: Withheld) -> tuple[str, ...]:
    hidden = sum(_hides(one.item.key, withheld) for one in results)
    return (
        ((sentence("%(n)s items are left out, because small groups are withheld.", n=hidden),))
        if hidden
        else ()
    )


def _chosen(found: Analysis) -> str:
    return CHOSEN if found.chosen else DRAWN
