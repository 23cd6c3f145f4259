"""The history of a resource as a person reads it: who said, replaced or withdrew something when, and who ruled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q

from learnwork.registry.errors import UnknownVersionError
from learnwork.registry.figures import REPORTS
from learnwork.registry.models import Decision, Envelope
from learnwork.registry.queries import as_of, source_ref
from learnwork.registry.views import SourceRef
from learnwork.vocabulary.documents import Document

MOST = 400  # envelopes, and rulings, that are read

What = Literal["said", "replaced", "withdrawn", "ruled", "undone"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. source: who spoke; ruling: what a curator decided."""

    what: What
    source: SourceRef | None = None
    ruling: Decision | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """All that happened to a resource at one time; afterwards its document was `as_of` then."""

    at: datetime
    events: tuple[Event, ...]


def count(ids: Sequence[int]) -> int:
    """How many statements there ever were about a resource and those merged into it."""
    return Envelope.objects.filter(resource_id__in=ids).count()


def moments(ids: Sequence[int]) -> list[Moment]:
    """Everything that happened, newest first. Two queries."""
    found: dict[datetime, list[Event]] = {}
    rows = (
        Envelope.objects.filter(resource_id__in=ids).select_related("release__source").defer("body", *REPORTS)
    )
    for row in rows.order_by("-id")[:MOST]:
        source = source_ref(row.release, row.place)
        found.setdefault(row.received_at, []).append(Event("said", source))
        if row.withdrawn_at is not None:
            found.setdefault(row.withdrawn_at, []).append(Event("withdrawn", source))
        elif row.superseded_at is not None:
            found.setdefault(row.superseded_at, []).append(Event("replaced", source))
    rulings = Decision.objects.filter(Q(resource_id__in=ids) | Q(other_id__in=ids)).exclude(
        kind=Decision.Kind.RETIRE
    )
    for ruling in rulings.select_related("source", "other", "resource", "author").order_by("-id")[:MOST]:
        found.setdefault(ruling.made_at, []).append(Event("ruled", ruling=ruling))
        if ruling.undone_at is not None:
            found.setdefault(ruling.undone_at, []).append(Event("undone", ruling=ruling))
    return [Moment(at, _told(found[at])) for at in sorted(found, reverse=True)]


def _told(events: list[Event]) -> tuple[Event, ...]:
    """Without the replacing that goes with saying something new."""
    speaking = {event.source.key for event in events if event.what == "said" and event.source}
    return tuple(
        event
        for event in events
        if event.what != "replaced" or event.source is None or event.source.key not in speaking
    )


def composed(ctid: str, at: datetime) -> Document:
    """The document as it was known then. Raises `UnknownVersionError` where nothing was known yet."""
    document = as_of(ctid, known_at=at)
    if not document:
        raise UnknownVersionError(
            f"Nothing was known of {ctid} at {at:%Y-%m-%d %H:%M:%S} UTC.",
            hint=f"Its history is at /resources/{ctid}/history.",
        )
    return document
