"""A year by year chart as an SVG that the server draws: bars from zero, each with its number and its year. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from learnwork.layout.presentation import FigureText, format_figure, format_measured
from learnwork.registry.awards import YearOfAwards
from learnwork.registry.views import Figure
from learnwork.vocabulary.measures import by_key
from learnwork.web.claims import Chip, Notes

HEIGHT, TOP, FOOT = 132, 22, 20  # of the drawing: above the bars the number, below them the year
STEP, BAR = 72, 44


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a trend. share: of the greatest year, 0 to 1. at: place from the left, 0 first."""

    period: str
    text: FigureText
    share: float
    at: int
    note: str = ""

    @property
    def x(self) -> int:
        return self.at * STEP + (STEP - BAR) // 2

    @property
    def middle(self) -> int:
        return self.at * STEP + STEP // 2

    @property
    def height(self) -> float:
        """Of the bar; a hair where it is not zero."""
        most = HEIGHT - TOP - FOOT
        return round(max(most * self.share, 1.5 if self.share else 0), 1)

    @property
    def y(self) -> float:
        return round(HEIGHT - FOOT - self.height, 1)

    @property
    def above(self) -> float:
        """Where the number stands."""
        return round(self.y - 6, 1)

    @property
    def number(self) -> str:
        """The bare number, without the unit that the heading names."""
        return self.text.value.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure over the years, oldest first. not_since: the last period, where the source reports later ones."""

    label: str
    help: str
    years: tuple[Year, ...]
    chip: Chip
    not_since: str = ""
    derived: bool = False

    @property
    def width(self) -> int:
        return STEP * len(self.years)

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def ground(self) -> int:
        """Where zero is."""
        return HEIGHT - FOOT

    @property
    def foot(self) -> int:
        """Where the years stand."""
        return HEIGHT - 4

    @property
    def noted(self) -> bool:
        return any(year.note for year in self.years)


def awards(figures: Sequence[Figure]) -> list[Figure]:
    """The figures of the trend, oldest first."""
    return sorted((f for f in figures if f.measure.kind == "awards"), key=lambda f: f.period)


def trend(awards: Sequence[Figure], newest: date | None, notes: Notes) -> Trend | None:
    """Awards by year. newest: date of the source's newest release with figures, to see whether this fell silent."""
    if not awards:
        return None
    greatest = max((f.value or 0 for f in awards), default=0) or 1
    first = awards[0].measure
    return Trend(
        label=first.label,
        help=first.help,
        years=tuple(
            Year(f.period, format_figure(f), (f.value or 0) / greatest, at) for at, f in enumerate(awards)
        ),
        chip=notes.chip((f.source for f in awards), first.key),
        not_since=awards[-1].period if newest and awards[-1].source.date < newest else "",
    )


def summed(totals: Sequence[YearOfAwards], notes: Notes, help: str) -> Trend | None:
    """Awards by year of many programs together: our own sum, marked as derived."""
    if not totals:
        return None
    measure = by_key["ipeds.awards"]
    greatest = max(total.value for total in totals) or 1
    years = tuple(
        Year(
            total.period,
            format_measured(measure, total.value, "reported", None),
            total.value / greatest,
            at,
            f"{total.programs:,}",
        )
        for at, total in enumerate(totals)
    )
    chip = notes.chip((total.source for total in totals), measure.key)
    return Trend(measure.label, help, years, chip, derived=True)
