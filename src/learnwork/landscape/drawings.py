"""Small pictures of figures as places on a drawing, which a template prints as SVG beside its table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from learnwork.landscape.spreads import Spread

# Of a drawing of spreads: the room for names on the left, a row, the axis below; widths in the drawing's own units.
LEFT, WIDE, ROW, FOOT = 96, 420, 34, 26
# Of a drawing of bars: the number above, the year below, a step and a bar.
TALL, HEAD, YEAR, STEP, BAR = 140, 24, 22, 78, 46


@dataclass(frozen=True, slots=True)
class Box:
    """One spread: a line from least to greatest, a box between the quartiles, a mark at the median."""

    label: str
    middle: float
    least: float
    lower: float
    median: float
    upper: float
    greatest: float

    @property
    def top(self) -> float:
        return self.middle - 8

    @property
    def across(self) -> float:
        """Width of the box; a hair where the quartiles are one."""
        return max(self.upper - self.lower, 2)

    @property
    def median_top(self) -> float:
        return self.middle - 11

    @property
    def median_foot(self) -> float:
        return self.middle + 11

    @property
    def base(self) -> float:
        """Where the text stands."""
        return self.middle + 5


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Boxes:
    boxes: tuple[Box, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int

    @property
    def ground(self) -> int:
        return self.height - FOOT

    @property
    def foot(self) -> int:
        return self.height - 6


@dataclass(frozen=True, slots=True)
class BarOf:
    """One year: the bar, the number above it, the year below it."""

    label: str
    number: str
    x: int
    middle: int
    y: float
    height: float

    @property
    def above(self) -> float:
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Bars:
    bars: tuple[BarOf, ...]
    width: int
    height: int = TALL

    @property
    def ground(self) -> int:
        return self.height - YEAR

    @property
    def foot(self) -> int:
        return self.height - 5


def boxes(rows: Sequence[tuple[str, Spread]]) -> Boxes | None:
    """Spreads on one axis that begins at zero (or below, where a figure is); None of nothing."""
    if not rows:
        return None
    low = min(0, *(int(spread.least) for _, spread in rows))
    high = max(1, *(-int(-spread.greatest // 1) for _, spread in rows))
    scale = WIDE / (high - low)

    def at(value: float) -> float:
        return round(LEFT + (value - low) * scale, 1)

    step = max(1, -(-(high - low) // 8))
    made = [
        Box(
            label,
            ROW * number + ROW / 2 + 4,
            *(
                at(float(v))
                for v in (spread.least, spread.lower, spread.median, spread.upper, spread.greatest)
            ),
        )
        for number, (label, spread) in enumerate(rows)
    ]
    ticks = tuple(Tick(at(value), str(value)) for value in range(low, high + 1, step))
    return Boxes(tuple(made), ticks, LEFT + WIDE + 24, ROW * len(made) + FOOT + 8)


def bars(rows: Sequence[tuple[str, Decimal, str]]) -> Bars | None:
    """(label, amount, the amount in words) as bars from zero; None where nothing is above zero."""
    greatest = max((amount for _, amount, _ in rows), default=Decimal(0))
    if greatest <= 0:
        return None
    room = TALL - HEAD - YEAR
    made = []
    for number, (label, amount, words) in enumerate(rows):
        height = round(max(float(amount / greatest) * room, 1.5 if amount else 0), 1)
        left = number * STEP
        made.append(
            BarOf(
                label,
                words,
                left + (STEP - BAR) // 2,
                left + STEP // 2,
                round(TALL - YEAR - height, 1),
                height,
            )
        )
    return Bars(tuple(made), STEP * len(made))
