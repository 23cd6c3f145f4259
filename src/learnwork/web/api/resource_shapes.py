"""The shapes of what is said about a resource: claims, figures, links, versions, and what differs between two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal

from learnwork.registry import views
from learnwork.registry.difference import Difference as Differing
from learnwork.registry.listing import VersionRow
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import ResourceType
from learnwork.web.api.answers import Page
from learnwork.web.api.shape import Shape


class SourceRef(Shape):
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


class Claim(Shape):
    """One value of a property, exactly as said, with its sources and why it is or is not the preferred one."""

    value: Any
    preferred: bool
    reason: str
    sources: list[SourceRef]

    @classmethod
    def of(cls, claim: views.Claim) -> Claim:
        return cls(
            value=claim.value,
            preferred=claim.preferred,
            reason=claim.reason,
            sources=[SourceRef.of(ref) for ref in claim.sources],
        )


class Tombstone(Shape):
    kind: str
    reason: str
    at: datetime | None
    into: str


class Resource(Shape):
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
            claims={term: [Claim.of(one) for one in said] for term, said in view.claims.items()},
            tombstone=Tombstone(kind=gone.kind, reason=gone.reason, at=gone.at, into=gone.into)
            if gone
            else None,
        )


class Figure(Shape):
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


class Observations(Page):
    """Figures: the resource's own, then those of the groups that cover it."""

    ctid: str
    observations: list[Figure]


class NamedClaim(Claim):
    """A claim with its property. label: what readers call the property."""

    property: str
    label: str

    @classmethod
    def named(cls, claim: views.Claim, term: str) -> NamedClaim:
        return cls(property=term, label=term_label(term), **Claim.of(claim).__dict__)


class Claims(Page):
    ctid: str
    claims: list[NamedClaim]


class Link(Shape):
    """The other end of a link; ctid and name are empty where it is not here yet and `reference` names it."""

    predicate: str
    ctid: str
    name: str
    ctdl_class: str
    reference: str
    valid_from: str
    valid_to: str

    @classmethod
    def of(cls, link: views.LinkView) -> Link:
        return cls(
            predicate=link.predicate,
            ctid=link.ctid,
            name=link.name,
            ctdl_class=link.type,
            reference=link.reference,
            valid_from=link.valid_from,
            valid_to=link.valid_to,
        )


class Links(Page):
    """counts: how many there are by predicate, where they were asked for (of incoming links)."""

    ctid: str
    direction: Literal["outgoing", "incoming"]
    links: list[Link]
    counts: dict[str, int] | None = None


class Version(Shape):
    """What one source said, and from when to when it was known to say so. number: names it in other addresses."""

    number: int
    source: SourceRef
    received_at: datetime
    superseded_at: datetime | None
    withdrawn_at: datetime | None
    digest: str

    @classmethod
    def of(cls, row: VersionRow) -> Version:
        return cls(
            source=SourceRef.of(row.source),
            **{name: getattr(row, name) for name in cls.model_fields if name != "source"},
        )


class Versions(Page):
    ctid: str
    versions: list[Version]


class VersionDocument(Version):
    """A version with the document as its source said it."""

    ctid: str
    document: dict[str, Any]


class Difference(Shape):
    """One value that differs. path: properties and places in lists of the former document, from the top."""

    property: str
    label: str
    path: list[str | int]
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any

    @classmethod
    def of(cls, one: Differing) -> Difference:
        return cls(
            property=one.property,
            label=term_label(one.property),
            path=list(one.path),
            kind=one.kind,
            before=one.before,
            after=one.after,
        )


class Differences(Shape):
    """before, after: what was compared, as asked: the number of a version, or a time."""

    ctid: str
    before: str
    after: str
    differences: list[Difference]
