"""Everything about one resource: claims, figures, links, versions and their difference, its graph."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from learnwork.layout.negotiation import LD_JSON
from learnwork.registry import listing, queries
from learnwork.registry.composing import read_body
from learnwork.registry.difference import difference
from learnwork.registry.listing import Named
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.measures import by_key as measures
from learnwork.vocabulary.types import by_class
from learnwork.web import documents
from learnwork.web.api import cursors
from learnwork.web.api import resource_shapes as shapes
from learnwork.web.api.answers import answers, piece
from learnwork.web.api.root import ERRORS

router = Router(tags=["resources"])
After = Annotated[str, Query("", description="`next` of the former answer")]
Size = Annotated[int, Query(100, ge=1, le=500, description="Rows a page")]


_GREATEST = 2**62


class BadMomentError(LearnworkError):
    """What should be the number of a version or a time is neither."""

    code = "bad-request"


@router.get("/resources/{ctid}", response={200: shapes.Resource, **ERRORS}, summary="A resource, every claim")
@answers()
def resource(request: HttpRequest, ctid: str) -> shapes.Resource:
    """The composed document, and of each property every value with its sources. Withdrawn and merged ones too."""
    return shapes.Resource.of(queries.resource(ctid), by_class)


@router.get("/resources/{ctid}/claims", response={200: shapes.Claims, **ERRORS}, summary="Claims, in pieces")
@answers()
def claims(
    request: HttpRequest,
    ctid: str,
    after: After,
    size: Size,
    property: Annotated[list[str], Query([], description="Only of these properties; repeat for or")],
) -> shapes.Claims:
    """Of every property each value with the sources that say it, and why it is or is not the preferred one."""
    view = queries.resource(ctid)
    last = cursors.read(request, after) or ["", 0]
    rows = [
        ([term, at], shapes.NamedClaim.named(claim, term))
        for term, said in sorted(view.claims.items())
        if not property or term in property
        for at, claim in enumerate(said, 1)
        if [term, at] > last
    ]
    shown, following = piece(request, rows[: size + 1], size)
    return shapes.Claims(ctid=view.ctid, claims=shown, next=following)


@router.get(
    "/resources/{ctid}/observations", response={200: shapes.Observations, **ERRORS}, summary="Figures"
)
@answers()
def observations(
    request: HttpRequest,
    ctid: str,
    after: After,
    size: Size,
    area: Annotated[list[str], Query([], description="Keys of areas (us, state:NJ); repeat for or")],
    measure: Annotated[list[str], Query([], description="Keys of measures; repeat for or")],
    period: Annotated[list[str], Query([], description="Periods, as figures give them; repeat for or")],
) -> shapes.Observations:
    """Its own figures and those of its groups, which say how many programs share them.

    Figures that are for no area come whatever areas are asked for.
    """
    numbers = tuple(measures[key].number for key in measure[:100] if key in measures) or (
        (-1,) if measure else ()
    )
    wanted = listing.Wanted(numbers, tuple(area[:100]), tuple(period[:100]))
    view = queries.resource(ctid)
    stage, last = cursors.read(request, after) or (0, 0)
    rows = listing.observations(view, wanted, (stage, last), size + 1)
    shown, following = piece(request, rows, size)
    return shapes.Observations(
        ctid=view.ctid, observations=[shapes.Figure.of(one) for one in shown], next=following
    )


@router.get("/resources/{ctid}/links", response={200: shapes.Links, **ERRORS}, summary="Links, either way")
@answers()
def links(
    request: HttpRequest,
    ctid: str,
    after: After,
    size: Size,
    direction: Annotated[
        Literal["outgoing", "incoming"],
        Query("outgoing", description="outgoing: what it refers to. incoming: what refers to it"),
    ],
    predicate: Annotated[str, Query("", max_length=200, description="Path of properties")],
    counts: Annotated[bool, Query(False, description="Count incoming links by predicate")],
) -> shapes.Links:
    """What it refers to, in the order of its document; or what refers to it, by predicate."""
    of, last = listing.named(ctid), cursors.read(request, after)
    rows: list[Any]
    if direction == "outgoing":
        rows = listing.outgoing(of, predicate, last or 0, size + 1)
    else:
        rows = listing.incoming(of, predicate, tuple(last or ("", 0)), size + 1)
    shown, following = piece(request, rows, size)
    return shapes.Links(
        ctid=of.ctid,
        direction=direction,
        links=[shapes.Link.of(one) for one in shown],
        counts=listing.incoming_counts(of) if counts and direction == "incoming" else None,
        next=following,
    )


@router.get("/resources/{ctid}/versions", response={200: shapes.Versions, **ERRORS}, summary="Versions")
@answers()
def versions(request: HttpRequest, ctid: str, after: After, size: Size) -> shapes.Versions:
    """What each source said about it, and from when to when; newest first."""
    of = listing.named(ctid)
    rows = listing.versions(of, cursors.read(request, after) or 0, size + 1)
    shown, following = piece(request, rows, size)
    return shapes.Versions(ctid=of.ctid, versions=[shapes.Version.of(one) for one in shown], next=following)


@router.get(
    "/resources/{ctid}/versions/{number}",
    response={200: shapes.VersionDocument, **ERRORS},
    summary="A version",
)
@answers()
def version(
    request: HttpRequest, ctid: str, number: Annotated[int, Path(..., ge=0, le=2**62)]
) -> shapes.VersionDocument:
    """One version with the document as its source said it."""
    of = listing.named(ctid)
    row, document = _version(of, number)
    return shapes.VersionDocument(ctid=of.ctid, document=document, **shapes.Version.of(row).model_dump())


def _version(of: Named, number: int) -> tuple[listing.VersionRow, Document]:
    row, envelope = listing.version(of, number)
    graph = envelope.graph.body if envelope.graph is not None and '"_:' in envelope.body else None
    return row, read_body(envelope.body, envelope.resource.ctid, graph)


@router.get(
    "/resources/{ctid}/difference",
    response={200: shapes.Differences, **ERRORS},
    summary="What differs between two versions",
)
@answers()
def differences(
    request: HttpRequest,
    ctid: str,
    before: Annotated[str, Query(..., alias="from", description="Number of a version, or a time (ISO 8601)")],
    after: Annotated[
        str, Query("now", alias="to", description="Likewise; the document of today if not given")
    ],
) -> shapes.Differences:
    """Value by value, in whatever order they stand.

    A version is what one source said; a time means what was composed of all that was known then.
    """
    of = listing.named(ctid)
    found = difference(_at(of, before, "from"), _at(of, after, "to"))
    return shapes.Differences(
        ctid=of.ctid,
        before=before,
        after=after,
        differences=[shapes.Difference.of(one) for one in found],
    )


def _at(of: Named, text: str, parameter: str) -> Document:
    """The document that a number of a version or a time means."""
    if text == "now":
        return queries.resource(of.ctid).document
    if text.isascii() and text.isdigit() and len(text) < 19:
        return _version(of, int(text))[1]
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise BadMomentError(
            f"“{text[:40]}” is neither the number of a version nor a time.",
            hint=f"Versions are listed at /api/resources/{of.ctid}/versions; a time is written 2026-01-31T12:00:00Z.",
            parameter=parameter,
        ) from None
    try:
        known_at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # at an end of the calendar, which another time zone would leave
        return {} if moment.year == 1 else queries.resource(of.ctid).document
    return queries.as_of(of.ctid, known_at)


@router.get(
    "/graph/{ctid}",
    response={200: dict[str, Any], **ERRORS},
    summary="The graph document",
    openapi_extra={"x-media-types": {"200": [LD_JSON]}},
)
@answers()
def graph(request: HttpRequest, ctid: str) -> HttpResponse:
    """JSON-LD: the `@graph` that its owner published it in, byte for byte; else it and what it refers to, composed."""
    return HttpResponse(documents.graph_bytes(ctid), content_type=LD_JSON)
