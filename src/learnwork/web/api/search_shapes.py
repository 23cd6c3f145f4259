"""The shapes of a search: what may be asked, and what is answered."""

from __future__ import annotations

from typing import Any

from pydantic import Field, create_model

from learnwork.search.facets import BANDS, CHOICES, SORTS
from learnwork.search.results import Results
from learnwork.web.api.shape import Shape


def _search_parameters() -> list[dict[str, Any]]:
    """Every parameter of a question, all optional texts: a question never fails, it answers with problems.

    Only described, for `Question.from_params` reads them all by itself; to have them read here too took as long as
    a small search.
    """
    text = (str, "")
    fields: dict[str, Any] = {
        "q": (str, Field("", description='Words; "phrase"; -without')),
        **{
            key: (list[str], Field(default=[], description=f"{choice.label}; repeat for or"))
            for key, choice in CHOICES.items()
        },
        "is": (
            list[str],
            Field(
                default=[], description="TERM=VALUE: a property that its type makes a filter; repeat for or"
            ),
        ),
        **{f"{key}_{end}": text for key in BANDS for end in ("min", "max")},
        "near": (str, Field("", description="ZIP code, or latitude,longitude")),
        "within": (str, Field("", description="Miles around `near`; 25 if not given")),
        "sort": (str, Field("", description=f"One of {', '.join(SORTS)}")),
        "after": (str, Field("", description="`next` of the former answer")),
        "size": (str, Field("", description="Results a page, 1 to 100; 20 if not given")),
        "exact": (str, Field("", description="1: do not mend the spelling")),
        "count": (list[str], Field(default=[], description="Facets to count")),
    }
    known = create_model("SearchParameters", **fields).model_json_schema()["properties"]
    return [
        {
            "in": "query",
            "name": name,
            "schema": schema,
            "required": False,
            "description": schema.get("description", ""),
        }
        for name, schema in known.items()
    ]


PARAMETERS = _search_parameters()


class Hit(Shape):
    """One result. The three earnings are different measures and never to be compared; cost: dollars.

    earnings: median of a year, 4 years after completion; earnings_1yr: of a year, 1 year after; earnings_quarter:
    mean of one quarter, the 2nd after. distance: miles; approximate where only the ZIP code of the place is known.
    """

    ctid: str
    type: str
    ctdl_class: str
    name: str
    provider: str
    provider_name: str
    city: str
    county: str
    state: str
    level: str
    fields: list[str]
    delivery: list[str]
    cost: float | None
    hours: float | None
    weeks: float | None
    earnings: float | None
    earnings_1yr: float | None
    earnings_quarter: float | None
    awards: int | None
    status: str
    sources: list[str]
    derived: bool
    distance: float | None
    approximate: bool


class FacetValue(Shape):
    value: str
    label: str
    count: int
    selected: bool
    depth: int


class Facet(Shape):
    key: str
    label: str
    values: list[FacetValue]
    more: bool


class QueryProblem(Shape):
    """What of the question could not be taken as it was."""

    parameter: str
    message: str


class SearchAnswer(Shape):
    """next: the value of `after` for the following page, null on the last."""

    total: int
    hits: list[Hit]
    facets: list[Facet]
    next: str | None
    corrected: str
    suggestion: str
    problems: list[QueryProblem]
    ready: bool
    query: dict[str, list[str]]


_HIT = tuple(Hit.model_fields)


def search_answer(found: Results) -> dict[str, Any]:
    """The members of a `SearchAnswer`. Facets, their values and problems have those of their shapes already."""
    return {
        "total": found.total,
        "hits": [{name: getattr(hit, name) for name in _HIT} for hit in found.hits],
        "facets": found.facets,
        "next": found.next,
        "corrected": found.corrected,
        "suggestion": found.suggestion,
        "problems": found.problems,
        "ready": found.ready,
        "query": found.query.to_params(),
    }


class Suggestion(Shape):
    text: str
    kind: str
    ctid: str
    href: str


class Suggestions(Shape):
    suggestions: list[Suggestion]
