"""The read-only API, by the same services as the pages. Errors are problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from learnwork import __version__
from learnwork.layout.problems import problem, problem_of, problem_of_status
from learnwork.registry import queries
from learnwork.search import engine
from learnwork.search.query import Query as Question
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import by_class, by_key
from learnwork.web import overview, schemas

_ERRORS: dict[int | frozenset[int], Any] = {frozenset({400, 404, 500}): schemas.Problem}

api = NinjaAPI(
    title="Learnwork",
    version=__version__,
    description=(
        "Read-only access to everything on the site, without a key. Every error is a problem document"
        " (application/problem+json) with `code`, `detail` and `hint`."
    ),
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(LearnworkError)
def _known(request: HttpRequest, error: LearnworkError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(ValidationError)
def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    where = str(first.get("loc", ("", "request"))[-1])
    detail = f"The parameter {where!r} cannot be used: {first.get('msg', 'not valid')}."
    return problem(400, "bad-request", detail, "Its form is in /api/openapi.json.", {"parameter": where})


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_of_status(404)


@api.get("/search", response={200: schemas.SearchAnswer, **_ERRORS}, summary="Search", tags=["search"])
def search(
    request: HttpRequest,
    asked: Query[schemas.SearchParameters],  # type: ignore[valid-type]
) -> schemas.SearchAnswer:
    """Takes every parameter of the search page and answers the same, with counts of the facets in `count`."""
    return schemas.SearchAnswer.of(engine.search(Question.from_params(request.GET)))


@api.get(
    "/suggest", response={200: schemas.Suggestions, **_ERRORS}, summary="Names as one types", tags=["search"]
)
def suggest(request: HttpRequest, q: str = "", limit: int = 8) -> schemas.Suggestions:
    found = engine.suggest(q[:200], limit=max(1, min(limit, 20)))
    return schemas.Suggestions(
        suggestions=[
            schemas.Suggestion(
                text=one.name,
                kind=" · ".join(
                    part for part in (by_key(one.type).label, one.provider_name or one.place) if part
                ),
                ctid=one.ctid,
                href=f"/resources/{one.ctid}",
            )
            for one in found
        ]
    )


@api.get(
    "/resources/{ctid}",
    response={200: schemas.Resource, **_ERRORS},
    summary="A resource with every claim",
    tags=["resources"],
)
def resource(request: HttpRequest, ctid: str) -> schemas.Resource:
    """The composed document, and of each property every value with its sources. Withdrawn and merged ones too."""
    return schemas.Resource.of(queries.resource(ctid), by_class)


@api.get(
    "/resources/{ctid}/figures",
    response={200: schemas.Figures, **_ERRORS},
    summary="Its figures",
    tags=["resources"],
)
def figures(request: HttpRequest, ctid: str, area: Annotated[list[str], Query(["us"])]) -> schemas.Figures:
    """Its own figures and those of its groups. area: keys of areas, repeated; figures without any always come."""
    found = queries.figures(queries.resource(ctid), area[:60])
    return schemas.Figures(figures=[schemas.Figure.of(one) for one in found])


@api.get(
    "/resources/{ctid}/links",
    response={200: schemas.Links, **_ERRORS},
    summary="What it refers to, and what refers to it",
    tags=["resources"],
)
def links(
    request: HttpRequest, ctid: str, predicate: str = "", limit: int = 50, offset: int = 0
) -> schemas.Links:
    view = queries.resource(ctid)
    limit, offset = max(1, min(limit, 500)), max(0, min(offset, 10_000_000))
    incoming, total = queries.linked(view, predicate or None, limit, offset)
    return schemas.Links(
        outgoing=[schemas.Link.of(one) for one in queries.links(view)],
        incoming=[schemas.Link.of(one) for one in incoming],
        incoming_total=total,
        incoming_counts=queries.linked_counts(view),
        next_offset=offset + len(incoming) if offset + len(incoming) < total else None,
    )


@api.get(
    "/changes", response={200: schemas.Changes, **_ERRORS}, summary="What changed, in order", tags=["changes"]
)
def changes(request: HttpRequest, since: int = 0, limit: int = 100) -> schemas.Changes:
    """Changes after a sequence number, oldest first. Ask again with `last` as `since`."""
    since = max(0, min(since, 2**62))
    found = queries.changes(since, max(1, min(limit, 1000)))
    return schemas.Changes(
        changes=[schemas.Change.of(one) for one in found], last=found[-1].seq if found else since
    )


@api.get("/sources", response={200: schemas.Sources, **_ERRORS}, summary="Who says so", tags=["sources"])
def sources(request: HttpRequest) -> schemas.Sources:
    return schemas.Sources(sources=[schemas.Source.of(page) for page in overview.sources()])
