"""The term somebody probably meant: nearest by edit distance, within a bound that typing errors stay under."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_LONGEST = 80  # longer names are no typing errors, and the distance costs their product


def distance(one: str, other: str, limit: int) -> int:
    """Levenshtein's distance, or `limit` + 1 where it is greater. Only the band around the diagonal is counted."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    beyond = limit + 1
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        low, high = max(1, row - limit), min(len(other), row + limit)
        now = [beyond] * (len(other) + 1)
        now[0] = row
        for column in range(low, high + 1):
            cost = before[column - 1] + (letter != other[column - 1])
            now[column] = min(cost, before[column] + 1, now[column - 1] + 1)
        if min(now[low - 1 : high + 1]) > limit:
            return beyond
        before = now
    return min(before[len(other)], beyond)


@lru_cache(maxsize=4096)
def _nearest(term: str, choices: frozenset[str]) -> str:
    prefix, _, local = term.rpartition(":")
    small = local.lower()
    limit = 1 if len(local) < 6 else 2
    best = (limit + 1, False, False, "")
    for choice in choices:
        other_prefix, _, other = choice.rpartition(":")
        other = other.lower()
        if abs(len(other) - len(small)) <= limit and (away := distance(small, other, limit)) <= limit:
            best = min(best, (away, other_prefix != prefix, other_prefix != "ceterms", choice))
    return best[3]


def nearest(term: str, choices: Iterable[str]) -> str:
    """The choice whose name is nearest, capitals and prefix set aside; "" where none is near."""
    if len(term) > _LONGEST:
        return ""
    return _nearest(term, choices if isinstance(choices, frozenset) else frozenset(choices))
