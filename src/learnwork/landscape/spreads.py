"""Middle and spread of a few figures: median, quartiles, least and greatest, and always of how many. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """In the unit of what was given. The quartiles interpolate between neighbours (Hyndman and Fan's type 7)."""

    n: int
    least: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    greatest: Fraction


def spread(values: Iterable[int | Fraction]) -> Spread | None:
    """None of nothing. Give it the single figures of all, never medians of parts."""
    ordered = sorted(Fraction(value) for value in values)
    if not ordered:
        return None
    return Spread(
        len(ordered),
        ordered[0],
        _quantile(ordered, Fraction(1, 4)),
        _quantile(ordered, Fraction(1, 2)),
        _quantile(ordered, Fraction(3, 4)),
        ordered[-1],
    )


def _quantile(ordered: list[Fraction], share: Fraction) -> Fraction:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
