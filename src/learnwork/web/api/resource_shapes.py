"""The shapes of the API's answers: what pydantic checks, OpenAPI describes, and the services' results become."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field, create_model

from learnwork.registry import models, views
from learnwork.search.facets import BANDS, CHOICES, SORTS
from learnwork.search.results import Results
from learnwork.search.schema import Hit as Found
from learnwork.vocabulary.types import ResourceType
from learnwork.web.overview import SourcePage


class Problem(Schema):
    """RFC 9457. `code` is stable; `hint` says how to mend it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""


def _search_parameters() -> type[Schema]:
    """Every parameter of a question, all optional texts: a question never fails, it answers with problems."""
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
    return create_model("SearchParameters", __base__=Schema, **fields)


SearchParameters = _search_parameters()


class Hit(Schema):
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

    @classmethod
    def of(cls, hit: Found) -> Hit:
        return cls(**{name: getattr(hit, name) for name in cls.model_fields})


class FacetValue(Schema):
    value: str
    label: str
    count: int
    selected: bool
    depth: int


class Facet(Schema):
    key: str
    label: str
    values: list[FacetValue]
    more: bool


class QueryProblem(Schema):
    """What of the question could not be taken as it was."""

    parameter: str
    message: str


class SearchAnswer(Schema):
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

    @classmethod
    def of(cls, found: Results) -> SearchAnswer:
        return cls(
            total=found.total,
            hits=[Hit.of(hit) for hit in found.hits],
            facets=[
                Facet(
                    key=facet.key,
                    label=facet.label,
                    values=[
                        FacetValue(
                            value=v.value, label=v.label, count=v.count, selected=v.selected, depth=v.depth
                        )
                        for v in facet.values
                    ],
                    more=facet.more,
                )
                for facet in found.facets
            ],
            next=found.next,
            corrected=found.corrected,
            suggestion=found.suggestion,
            problems=[QueryProblem(parameter=p.parameter, message=p.message) for p in found.problems],
            ready=found.ready,
            query=found.query.to_params(),
        )


class Suggestion(Schema):
    text: str
    kind: str
    ctid: str
    href: str


class Suggestions(Schema):
    suggestions: list[Suggestion]


class SourceRef(Schema):
    """Who says it: the source, the release, where in it."""

    key: str
    name: str
    licence: str
    url: str
    release: str
    date: date
    place: str

    @classmethod
    def of(cls, ref: views.SourceRef) -> SourceRef:
        return cls(**{name: getattr(ref, name) for name in cls.model_fields})


class Claim(Schema):
    """One value of a property, exactly as said, with its sources and why it is or is not the preferred one."""

    value: Any
    preferred: bool
    reason: str
    sources: list[SourceRef]


class Tombstone(Schema):
    kind: str
    reason: str
    at: datetime | None
    into: str


class Resource(Schema):
    """The composed document and every claim it was made from."""

    ctid: str
    type: str
    ctdl_class: str
    name: str
    status: str
    derived: bool
    document: dict[str, Any]
    claims: dict[str, list[Claim]]
    tombstone: Tombstone | None = None

    @classmethod
    def of(cls, view: views.ResourceView, type_of: Callable[[str], ResourceType]) -> Resource:
        gone = view.tombstone
        return cls(
            ctid=view.ctid,
            type=type_of(view.type).key,
            ctdl_class=view.type,
            name=view.name,
            status=view.status,
            derived=view.derived,
            document=view.document,
            claims={
                term: [
                    Claim(
                        value=claim.value,
                        preferred=claim.preferred,
                        reason=claim.reason,
                        sources=[SourceRef.of(ref) for ref in claim.sources],
                    )
                    for claim in claims
                ]
                for term, claims in view.claims.items()
            },
            tombstone=Tombstone(kind=gone.kind, reason=gone.reason, at=gone.at, into=gone.into)
            if gone
            else None,
        )


class Figure(Schema):
    """One figure with all that must travel with it. status: reported, suppressed, not known, none, not applicable."""

    measure: str
    label: str
    unit: str
    kind: str
    horizon: str
    derived: bool
    period: str
    cohort: str
    value: float | None
    status: str
    base: int | None
    precision: float | None
    area: str
    area_name: str
    item: str
    item_name: str
    shared_by: int | None
    row: int
    source: SourceRef

    @classmethod
    def of(cls, figure: views.Figure) -> Figure:
        measure = figure.measure
        return cls(
            measure=measure.key,
            label=measure.label,
            unit=measure.unit,
            kind=measure.kind,
            horizon=measure.horizon,
            derived=measure.derived,
            area=figure.area_key,
            area_name=figure.area_name,
            item=figure.item_ctid,
            item_name=figure.item_name,
            source=SourceRef.of(figure.source),
            **{
                name: getattr(figure, name)
                for name in ("period", "cohort", "value", "status", "base", "precision", "shared_by", "row")
            },
        )


class Figures(Schema):
    figures: list[Figure]


class Link(Schema):
    """The other end of a link; ctid and name are empty where it is not here yet and `reference` names it."""

    predicate: str
    ctid: str
    name: str
    ctdl_class: str
    reference: str

    @classmethod
    def of(cls, link: views.LinkView) -> Link:
        return cls(
            predicate=link.predicate,
            ctid=link.ctid,
            name=link.name,
            ctdl_class=link.type,
            reference=link.reference,
        )


class Links(Schema):
    outgoing: list[Link]
    incoming: list[Link]
    incoming_total: int
    incoming_counts: dict[str, int]
    next_offset: int | None


class Change(Schema):
    """kind "figures" stands for all figures that a release brought; it has no CTID."""

    seq: int
    ctid: str
    kind: str
    at: datetime
    source: str
    release: str

    @classmethod
    def of(cls, change: models.Change) -> Change:
        release = change.release
        return cls(
            seq=change.seq,
            ctid=change.resource.ctid if change.resource else "",
            kind=change.get_kind_display(),
            at=change.at,
            source=release.source.key if release else "",
            release=release.label if release else "",
        )


class Changes(Schema):
    changes: list[Change]
    last: int


class Release(Schema):
    """status: serving, replaced or held. report: what the load did."""

    label: str
    part: str
    date: date
    loaded_at: datetime
    status: str
    report: dict[str, Any]


class Source(Schema):
    key: str
    name: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    trust: int
    releases: list[Release]

    @classmethod
    def of(cls, page: SourcePage) -> Source:
        source = page.source
        return cls(
            **{
                name: getattr(source, name)
                for name in ("key", "name", "publisher", "url", "licence", "licence_url", "trust")
            },
            releases=[
                Release(
                    label=one.release.label,
                    part=one.release.part,
                    date=one.release.date,
                    loaded_at=one.release.loaded_at,
                    status="held" if one.held else "serving" if one.serving else "replaced",
                    report=dict(one.report),
                )
                for one in page.releases
            ],
        )


class Sources(Schema):
    sources: list[Source]
