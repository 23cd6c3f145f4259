"""What is new to a question: the things that answer it and were published or changed since a change of the sequence.

New figures of a thing are no news of it here: a release of figures is one change for thousands of things at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from learnwork.registry.models import Change
from learnwork.search import engine
from learnwork.search.query import Query
from learnwork.search.schema import Hit

BLOCK = 2_000  # changes that are looked at together
REACH = 40_000  # changes that are looked at in all; a load of a nation brings more, and the news says so


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that answers the question, with its newest change."""

    hit: Hit
    new: bool
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class News:
    """entries: newest first. total: of all that was looked at. more: there were too many changes to look at all."""

    entries: tuple[Entry, ...]
    total: int
    more: bool


def news(
    query: Query, since: int = 0, until: int | None = None, limit: int = 50, *, all_: bool = False
) -> News:
    """News of a question after the change `since`, up to `until`. all_: count on beyond `limit`, within `REACH`."""
    entries: list[Entry] = []
    told: set[int] = set()
    total, before, looked = 0, until, 0
    while looked < REACH and (all_ or len(entries) < limit):
        rows = _changes(since, before)
        if not rows:
            return News(tuple(entries), total, more=False)
        looked += len(rows)
        before = rows[-1][0] - 1
        first: dict[int, tuple[int, int, datetime]] = {}
        for seq, resource, kind, at in rows:
            if resource not in told:
                first.setdefault(resource, (seq, kind, at))
        told |= set(first)
        hits = engine.among(query, list(first))
        total += len(hits)
        for resource, (seq, kind, at) in first.items():
            if resource in hits and len(entries) < limit:
                entries.append(Entry(hits[resource], kind == Change.Kind.CREATED, at, seq))
        if len(rows) < BLOCK:
            return News(tuple(entries), total, more=False)
    return News(tuple(entries), total, more=True)


def _changes(since: int, before: int | None) -> list[tuple[int, int, int, datetime]]:
    rows = Change.objects.filter(seq__gt=since, resource_id__isnull=False)
    if before is not None:
        rows = rows.filter(seq__lte=before)
    return list(rows.order_by("-seq").values_list("seq", "resource_id", "kind", "at")[:BLOCK])
