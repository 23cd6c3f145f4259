"""What changed, for followers: as JSON from a sequence number on, as Atom the newest first."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from learnwork.layout.negotiation import ATOM
from learnwork.registry import listing, queries
from learnwork.web import feeds
from learnwork.web.api import registry_shapes as shapes
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS

router = Router(tags=["changes"])
Sequence = Annotated[int, Query(0, ge=0, le=2**62, description="The last sequence number that is known")]


@router.get("/changes", response={200: shapes.Changes, **ERRORS}, summary="What changed, in order")
@answers()
def changes(
    request: HttpRequest, since: Sequence, size: Annotated[int, Query(100, ge=1, le=1000)]
) -> shapes.Changes:
    """Changes after a sequence number, oldest first. Ask again with `last` as `since`, at once where there are `more`.

    Nothing is published out of order: whoever has read up to a number has missed nothing before it.
    """
    found = queries.changes(since, size + 1)
    shown = found[:size]
    return shapes.Changes(
        changes=[shapes.Change.of(one) for one in shown],
        last=shown[-1].seq if shown else since,
        more=len(found) > size,
    )


@router.get(
    "/changes.atom",
    response={200: str, **ERRORS},
    summary="What changed, as a feed",
    openapi_extra={"x-media-types": {"200": [ATOM]}},
)
@answers()
def changes_atom(
    request: HttpRequest,
    since: Sequence,
    before: Annotated[int, Query(0, ge=0, le=2**62, description="Only changes before this number")],
) -> HttpResponse:
    """The newest changes first (RFC 4287), down to `since`; the link "next" leads to older ones (RFC 5005)."""
    return HttpResponse(
        feeds.changes(listing.latest_changes(before, feeds.SIZE + 1), since),
        content_type=f"{ATOM}; charset=utf-8",
    )
