"""The whole map as of two times, narrowed as on its pages: the same rows, as plain data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from learnwork.landscape import canonical
from learnwork.landscape.library import tallies
from learnwork.landscape.model import AmountType, Landscape, RoleKind, TieKind
from learnwork.web.api.answers import answers
from learnwork.web.api.map_filter import MapFilter, state
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["landscape"])


class Citation(Shape):
    """Pages that say so; proposed: this project's own words; derived: read from prose or computed."""

    citations: list[str]
    proposed: bool
    derived: bool


class Times(Shape):
    """When it was so, as precisely as it is known. "" is not known of a start, not over or not known of an end."""

    start: str
    end: str


class MapName(Shape):
    text: str
    span: Times


class MapParty(Shape):
    """ctid: of its page; `name:…` for a name that has none."""

    ctid: str
    name: str
    kind: str
    names: list[MapName]
    parent: str
    merged: list[str]
    said: Citation


class MapEntry(Shape):
    """page: for people. proposed: properties that no page cited says. blocks, topics, goals: CTIDs; see `labels`."""

    ctid: str
    key: str
    name: str
    page: str
    kind: str
    status: str
    description: str
    parent: str
    span: Times
    blocks: list[str]
    topics: list[str]
    goals: list[str]
    features: list[str]
    places: list[str]
    url: str
    reviewed_on: str
    proposed: list[str]
    merged: list[str]
    said: Citation


class MapRole(Shape):
    entry: str
    party: str
    kind: RoleKind
    span: Times
    said: Citation
    key: str


class MapGrant(Shape):
    """amount: null where it is not stated; never added up across currencies or types."""

    ctid: str
    funder: str
    entry: str
    recipient: str
    amount: Decimal | None
    currency: str
    amount_type: AmountType
    span: Times
    stated_on: str
    regrant_of: str
    passes_on: list[str]
    words: str
    said: Citation


class MapTie(Shape):
    entry: str
    other: str
    kind: TieKind
    declared_by: list[str]
    span: Times
    said: Citation
    key: str


class MapPlan(Shape):
    date: str
    made_on: str
    reason: str


class MapMilestone(Shape):
    """plans: oldest first; the last is in force. actual: "" while it is not reached."""

    entry: str
    key: str
    name: str
    plans: list[MapPlan]
    actual: str
    said: Citation


class MapStage(Shape):
    """low and high are equal where it is no range. forecast: said before the period began."""

    entry: str
    period: str
    low: int
    high: int
    forecast: bool
    issued: str
    position: int
    said: Citation


class Counted(Shape):
    """The counts of the overview, of what is shown."""

    entries: int
    parties: int
    funders: int
    ties: int
    grants: int
    grants_with_amount: int
    milestones: int
    staged: int
    with_lead: int


class WholeMap(Shape):
    """valid_on: when it was so in the world; known_at: by when it had been said here. total: entries before narrowing.

    digest: SHA-256 of what is shown, whenever it was asked.
    """

    valid_on: str
    known_at: str
    edition: str
    total: int
    digest: str
    counts: Counted
    scheme: str
    goals: dict[str, str]
    labels: dict[str, str]
    entries: list[MapEntry]
    parties: list[MapParty]
    roles: list[MapRole]
    grants: list[MapGrant]
    ties: list[MapTie]
    milestones: list[MapMilestone]
    stages: list[MapStage]


@router.get("/landscape", response={200: WholeMap, **ERRORS}, summary="The whole map")
@answers(state)
def landscape(
    request: HttpRequest,
    filter: Query[MapFilter],
    known_at: Annotated[
        datetime | None,
        Query(None, description="What had been said by then: 2026-01-31T12:00:00Z; now by default"),
    ],
) -> WholeMap:
    """Entries that satisfy the filter, and everything that is said of them, as of two times or of an edition."""
    asked = filter.asked(_moment(known_at))
    return _whole(asked.shown, len(asked.whole.entries), filter.edition)


def _moment(at: datetime | None) -> datetime | None:
    """The moment in UTC; a time without zone is one."""
    if at is None or at.tzinfo is None:
        return at and at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first or the last day of the calendar
        return at.replace(tzinfo=UTC)


def _whole(shown: Landscape, total: int, edition: str) -> WholeMap:
    rows: dict[str, Any] = {
        name: [asdict(one) for one in getattr(shown, name)]
        for name in ("roles", "grants", "ties", "milestones", "stages")
    }
    entries = [
        {**asdict(one), "proposed": sorted(one.proposed), "page": f"{settings.BASE_URL}/resources/{one.ctid}"}
        for one in shown.entries.values()
    ]
    return WholeMap.model_validate(
        {
            "valid_on": shown.valid_on,
            "known_at": shown.known_at,
            "edition": edition,
            "total": total,
            "digest": canonical.digest(shown),
            "counts": asdict(tallies(shown)),
            "scheme": shown.scheme.key,
            "goals": {goal.ctid: goal.label for goal in shown.scheme.goals},
            "labels": shown.labels,
            "entries": entries,
            "parties": [asdict(one) for one in shown.parties.values()],
            **rows,
        }
    )
