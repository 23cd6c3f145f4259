"""What a page of a resource is made of: questions as headings, and under each the blocks that answer it. Pure.

Each block is a frozen value with the name of the template that prints it. A part without blocks is never made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from learnwork.layout.presentation import FigureText
from learnwork.registry.models import Area
from learnwork.registry.views import LinkView
from learnwork.web import figures as measured_in
from learnwork.web.charts import Trend
from learnwork.web.claims import Chip, Field
from learnwork.web.maps import Map


class Block(Protocol):
    """Anything with a template, under web/parts/ or of its room."""

    @property
    def template(self) -> str: ...


class RoomSection(Block, Protocol):
    """What another room says about a resource: a part of the page by itself."""

    @property
    def key(self) -> str: ...

    @property
    def heading(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One question and what answers it."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """One fact for the top of the page, and where the page says more. note: what it is of; missing: no value."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Properties with their values, chips and conflicts."""

    template: ClassVar[str] = "web/parts/facts.html"
    fields: tuple[Field, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Suit:
    """Whether it suits: the property, "yes", "no" or "" where it says more than that."""

    field: Field
    answer: str


@dataclass(frozen=True, slots=True)
class Suits:
    """What learners ask of the circumstances. chip: for all, where all have one source."""

    template: ClassVar[str] = "web/parts/suits.html"
    items: tuple[Suit, ...]
    chip: Chip | None
    heading: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Tables of figures of one question. areas: to choose from. shared_with: programs of one shared figure."""

    template: ClassVar[str] = "web/parts/measured.html"
    tables: tuple[measured_in.Table | measured_in.Grid, ...]
    heading: str = ""
    areas: tuple[Area, ...] = ()
    area: str = ""
    shared_with: tuple[LinkView, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Awards by year."""

    template: ClassVar[str] = "web/parts/chart.html"
    trend: Trend
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pay:
    """An occupation with what it pays in each place of `Prospects.places`, and its openings."""

    ctid: str
    name: str
    cells: tuple[tuple[str, FigureText | None], ...]
    openings: FigureText | None = None


@dataclass(frozen=True, slots=True)
class Prospects:
    """Occupations and their pay, which is the occupation's and not that of completers."""

    template: ClassVar[str] = "web/parts/prospects.html"
    places: tuple[str, ...]
    rows: tuple[Pay, ...]
    period: str
    chip: Chip | None
    learning: bool = False
    openings: str = ""  # the period of the forecast
    heading: str = ""

    @property
    def first(self) -> tuple[Pay, ...]:
        return self.rows[:8]

    @property
    def others(self) -> tuple[Pay, ...]:
        return self.rows[8:]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something there are, and the search that lists them. share: of the greatest, 0 to 1."""

    label: str
    number: int
    href: str
    share: float = 0.0

    @property
    def width(self) -> str:
        """Of its bar, in a drawing 100 wide; a hair at least."""
        return f"{max(100 * self.share, 0.8):.1f}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one kind, greatest first, each a link."""

    template: ClassVar[str] = "web/parts/counts.html"
    heading: str
    rows: tuple[Count, ...]
    more: str = ""  # address of all
    more_label: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource in a list, with what tells it from others of its name."""

    ctid: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Some resources, how many there are in all, and where all of them are."""

    template: ClassVar[str] = "web/parts/listing.html"
    heading: str
    items: tuple[Listed, ...]
    total: int
    more: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map of counts."""

    template: ClassVar[str] = "web/parts/map.html"
    map: Map


@dataclass(frozen=True, slots=True)
class Near:
    """A form that asks for a ZIP code: the search for what belongs to it, near there. kept: hidden parameters."""

    template: ClassVar[str] = "web/parts/near.html"
    kept: tuple[tuple[str, str], ...]


def part(key: str, heading: str, *blocks: Block | None) -> list[Part]:
    """A part of the blocks that are there; [] where none is."""
    kept = tuple(block for block in blocks if block is not None)
    return [Part(key, heading, kept)] if kept else []


def facts(fields: Iterable[Field], heading: str = "") -> Facts | None:
    kept = tuple(fields)
    return Facts(kept, heading) if kept else None


def counts(
    heading: str, rows: Iterable[tuple[str, int, str]], more: str = "", more_label: str = ""
) -> Counts | None:
    """Counts with their bars; None where there are not two to compare."""
    kept = [row for row in rows if row[1] > 0]
    greatest = max((n for _label, n, _href in kept), default=0)
    shown = tuple(Count(label, n, href, n / greatest) for label, n, href in kept)
    return Counts(heading, shown, more, more_label) if len(shown) > 1 else None
