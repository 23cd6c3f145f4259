"""How entries fared between two maps, over those that are in both, with how many were left out. Pure.

A row compares the same entries only: those for which both maps say something. Shares are counts of a base, middles are
medians of single figures; nothing is averaged twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from learnwork.landscape.differing import Difference
from learnwork.landscape.facts import Aspect, Facts, Stood, facts, merged
from learnwork.landscape.model import Landscape
from learnwork.landscape.spreads import Spread, spread

SUSTAINABLE = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the same n entries, before and after."""

    key: str
    before: int
    after: int
    n: int


@dataclass(frozen=True, slots=True)
class Middle:
    """Median and spread over the same entries, before and after; silent: entries of both maps left out, because one
    of the two says nothing."""

    key: str
    before: Spread
    after: Spread
    silent: int


@dataclass(frozen=True, slots=True)
class Trends:
    """same: entries in both maps; only_before, only_after: entries left out of every row."""

    same: int
    only_before: int
    only_after: int
    counts: tuple[Counted, ...]
    middles: tuple[Middle, ...]


def trends(
    before: Landscape,
    after: Landscape,
    found: Difference,
    renames: Mapping[str, str] | None = None,
    covers: Collection[str] = (),
) -> Trends:
    """found: their difference, which says what both have; covers: as given to that."""
    moved = {**merged(after), **(renames or {})}
    old, new = facts(before, moved), facts(after, moved)
    same = found.same
    silent, staged = _staged(old, new, same)
    middles = []
    if staged:
        pairs = [_middle_of(old, new, ctid) for ctid in staged]
        one, other = spread(one for one, _ in pairs), spread(other for _, other in pairs)
        if one and other:
            middles.append(Middle("stage", one, other, silent))
    for key, aspect in () if covers else (("partners", "partner"), ("funders", "funder")):
        one, other = (_numbers(each, same, aspect) for each in (old, new))
        if one and other:
            middles.append(Middle(key, one, other, 0))
    counts = [_counted(key, old, new, has, same) for key, has in _COUNTED.items() if not covers]
    counts.append(_counted("sustainable", old, new, _sustainable, staged))
    gone = len({moved.get(ctid, ctid) for ctid in before.entries} - same)
    come = len({moved.get(ctid, ctid) for ctid in after.entries} - same)
    return Trends(len(same), gone, come, tuple(counts), tuple(middles))


def _counted(
    key: str, old: Facts, new: Facts, has: Callable[[Facts, str], bool], over: Collection[str]
) -> Counted:
    before, after = (sum(1 for ctid in over if has(each, ctid)) for each in (old, new))
    return Counted(key, before, after, len(over))


def _staged(old: Facts, new: Facts, same: frozenset[str]) -> tuple[int, list[str]]:
    """Entries whose stage both maps record, and how many of the same are left out for want of it."""
    both = [ctid for ctid in sorted(same) if all((Aspect.STAGE, ctid, "") in one for one in (old, new))]
    return len(same) - len(both), both


def _middle_of(old: Facts, new: Facts, ctid: str) -> tuple[Fraction, Fraction]:
    """Of a range, its middle."""
    stood = [one[Aspect.STAGE, ctid, ""] for one in (old, new)]
    first, last = (Fraction(one.low + one.high, 2) if isinstance(one, Stood) else Fraction() for one in stood)
    return first, last


def _numbers(found: Facts, same: frozenset[str], role: str) -> Spread | None:
    held = dict.fromkeys(same, 0)
    for aspect, ctid, about in found:
        if aspect is Aspect.ROLE and ctid in held and about.startswith(f"{role}/"):
            held[ctid] += 1
    return spread(held.values())


def _sustainable(found: Facts, ctid: str) -> bool:
    stood = found.get((Aspect.STAGE, ctid, ""))
    return isinstance(stood, Stood) and stood.low >= SUSTAINABLE


_COUNTED: dict[str, Callable[[Facts, str], bool]] = {
    "led": lambda found, ctid: (Aspect.LEAD, ctid, "") in found,
    "described": lambda found, ctid: (Aspect.FIELD, ctid, "description") in found,
}
