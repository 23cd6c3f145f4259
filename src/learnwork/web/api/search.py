"""Searching and suggesting, by the same engine as the page of results."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from learnwork.search import engine, paging
from learnwork.search.query import Query as Question
from learnwork.vocabulary.types import by_key
from learnwork.web.api import cursors
from learnwork.web.api import search_shapes as shapes
from learnwork.web.api.answers import answers, of_index
from learnwork.web.api.root import ERRORS

router = Router(tags=["search"])


@router.get(
    "/search",
    response={200: shapes.SearchAnswer, **ERRORS},
    summary="Search",
    openapi_extra={"parameters": shapes.PARAMETERS},
)
@answers(of_index)
def search(request: HttpRequest) -> dict[str, Any]:
    """Takes every parameter of the search page and answers the same, with counts of the facets in `count`.

    What of a question cannot be taken is left out and named in `problems`; only a wrong cursor is an error.
    """
    question = Question.from_params(request.GET)
    if request.GET.get("after") and paging.read(question) is None:
        raise cursors.refused(request, "The cursor belongs to another question, or was never given out.")
    return shapes.search_answer(engine.search(question))


@router.get("/suggest", response={200: shapes.Suggestions, **ERRORS}, summary="Names as one types")
@answers(of_index)
def suggest(
    request: HttpRequest,
    q: Annotated[str, Query("", description="What was typed so far")],
    limit: Annotated[int, Query(8, ge=1, le=20)],
) -> shapes.Suggestions:
    """Names of things that may be meant by what was typed so far, the most important first."""
    found = engine.suggest(q[:200], limit=limit)
    return shapes.Suggestions(
        suggestions=[
            shapes.Suggestion(
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
