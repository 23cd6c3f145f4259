"""A pattern as a picture: four rows of eight steps, with the range as a whisker. Numbers of SVG user units. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from learnwork.competencies.rating import COLUMNS, LEAST, MOST, Pattern, Summary

STEP, ROW, LEFT = 26, 34, 104
_GAP = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One of the eight cells of a row. filled: how much of its width lies below the median."""

    x: float
    filled: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: what the column is called, its summary, its top, its steps, and the whisker's ends (equal: none)."""

    name: str
    summary: Summary
    y: int
    steps: tuple[Step, ...]
    low: float
    high: float

    @property
    def middle(self) -> int:
        return self.y + 24

    @property
    def median(self) -> str:
        return "" if self.summary.median is None else f"{self.summary.median:g}"

    @property
    def spread(self) -> str:
        """The range in figures: "3–6", or "4" where all are the same."""
        if self.summary.least is None or self.summary.most is None:
            return ""
        low, high = f"{self.summary.least:g}", f"{self.summary.most:g}"
        return low if low == high else f"{low}–{high}"


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int = LEFT + MOST * STEP + 56
    height: int = len(COLUMNS) * ROW + 18
    left: int = LEFT
    end: int = LEFT + MOST * STEP + 6
    foot: int = len(COLUMNS) * ROW + 14
    cell: int = STEP - _GAP

    @property
    def ticks(self) -> tuple[tuple[int, float], ...]:
        """Level and the middle of its step."""
        return tuple((level, _at(level) - STEP / 2) for level in range(LEAST, MOST + 1))


def chart(pattern: Pattern, names: Mapping[str, str]) -> Chart:
    """The picture of a pattern; its table prints the same numbers. names: what each column is called."""
    return Chart(
        tuple(_bar(row, names[column], pattern.columns[column]) for row, column in enumerate(COLUMNS))
    )


def _bar(row: int, name: str, summary: Summary) -> Bar:
    reached = summary.median or 0.0
    steps = tuple(
        Step(LEFT + (level - 1) * STEP, (STEP - _GAP) * min(1.0, max(0.0, reached - level + 1)))
        for level in range(LEAST, MOST + 1)
    )
    return Bar(
        name,
        summary,
        row * ROW,
        steps,
        _at(summary.least or 0) - STEP / 2,
        _at(summary.most or 0) - STEP / 2,
    )


def _at(level: float) -> float:
    """The right end of a level on the axis."""
    return LEFT + level * STEP - _GAP / 2
