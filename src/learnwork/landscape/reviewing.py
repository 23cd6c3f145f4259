"""What nobody has looked at within the period of its kind. Pure.

A review says that somebody checked whether what is said still holds; it is no change. The library that the map learns
from publishes no review periods, so these are this project's own (docs/how-to/curate-the-map.md says so).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from learnwork.landscape.days import earliest, months_after

# Kind of a thing on the map → months after which it wants another look.
PERIODS = {
    "initiative": 12,
    "alliance": 12,
    "product": 12,
    "programme": 12,
    "policy": 24,
    "organization": 24,
    "funder": 12,
    "topic": 24,
    "term": 36,
}
DEFAULT = 12
# An entry that is over changes little.
ENDED = 36


@dataclass(frozen=True, slots=True)
class Reviewable:
    """reviewed_on: as precise as it is known, "" for never. page: where one may look again."""

    ctid: str
    name: str
    kind: str
    reviewed_on: str = ""
    ended: bool = False
    page: str = ""


@dataclass(frozen=True, slots=True)
class Stale:
    """due: the day since which it wants another look; None where it never had one."""

    what: Reviewable
    months: int
    due: date | None


def period(one: Reviewable) -> int:
    """Months between two reviews."""
    usual = PERIODS.get(one.kind, DEFAULT)
    return max(usual, ENDED) if one.ended else usual


def stale(things: Iterable[Reviewable], today: date) -> tuple[Stale, ...]:
    """Those whose period is over: the longest overdue first, after those that were never looked at."""
    found = []
    for one in things:
        last, months = earliest(one.reviewed_on), period(one)
        due = months_after(last, months) if last else None
        if due is None or due < today:
            found.append(Stale(one, months, due))
    return tuple(
        sorted(
            found,
            key=lambda s: (s.due is not None, s.due or date.min, s.what.name.casefold(), s.what.ctid),
        )
    )
