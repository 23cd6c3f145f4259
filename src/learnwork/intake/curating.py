"""What a curator looks at before ruling: two things side by side, who says what of one thing, likely duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Min
from django.db.models.functions import Lower

from learnwork.intake.differences import Line, lines
from learnwork.layout.values import Known, Shown, show
from learnwork.registry import queries
from learnwork.registry.composing import material
from learnwork.registry.composition import canonical, compose
from learnwork.registry.difference import difference
from learnwork.registry.models import Envelope, Resource
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.documents import Document, caption, dated_references
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import by_class

_QUIET = ("@type", "@id", "@context", "ceterms:ctid")
TWINS = 60


@dataclass(frozen=True, slots=True)
class Beside:
    """One property of two things that may be one, and what the merged thing would say. alike: both say the same."""

    label: str
    kept: tuple[Shown, ...]
    other: tuple[Shown, ...]
    merged: tuple[Shown, ...]
    alike: bool


@dataclass(frozen=True, slots=True)
class Statements:
    """One envelope that speaks for a resource, with what would go if it were split off."""

    number: int
    source: str
    name: str
    key: str
    release: str
    says: str
    goes: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Preferable:
    """A property that sources disagree about. choices: (source key, source name, values, shown now)."""

    term: str
    label: str
    choices: tuple[tuple[str, str, tuple[Shown, ...], bool], ...]


def merge_preview(keep: ResourceView, other: ResourceView) -> tuple[Beside, ...]:
    """Every property of two resources beside what they would say together. Changes nothing."""
    rest = material([keep.id, other.id])
    said = [*rest.statements[keep.id], *(replace(one, joined=True) for one in rest.statements[other.id])]
    together = compose(said, rest.preferences[keep.id], keep.ctid)
    known = _known([keep.document, other.document])
    sheet = {prop.term: prop for prop in by_class(keep.type).properties}
    rows = []
    for term in together:
        if term in _QUIET:
            continue
        kind = sheet[term].kind if term in sheet else ""
        values = [document.get(term) for document in (keep.document, other.document, together)]
        kept, others, merged = (show(value, kind, known) if value is not None else () for value in values)
        label = sheet[term].label if term in sheet else term_label(term)
        rows.append(Beside(label, kept, others, merged, canonical(values[0]) == canonical(values[1])))
    return tuple(rows)


def statements(view: ResourceView) -> tuple[Statements, ...]:
    """The envelopes that speak for a resource now; of more than one, what would go with each."""
    rest = material([view.id])
    said = rest.statements[view.id]
    found = []
    envelopes = Envelope.objects.filter(pk__in=[one.envelope for one in said]).select_related(
        "release__source"
    )
    by_pk = {row.pk: row for row in envelopes}
    for one in sorted(said, key=lambda one: one.envelope):
        row = by_pk[one.envelope]
        others = [each for each in said if each is not one]
        without = compose(others, rest.preferences[view.id], view.ctid)
        goes = lines(difference(view.document, without), view) if others else ()
        name = caption(one.document)
        source = row.release.source
        found.append(
            Statements(one.envelope, source.key, source.name, one.key, row.release.label, name, goes)
        )
    return tuple(found)


def preferable(view: ResourceView) -> tuple[Preferable, ...]:
    """Properties of one value of which sources say different things."""
    known = _known([{term: claim.value} for term, claims in view.claims.items() for claim in claims])
    sheet = {prop.term: prop for prop in by_class(view.type).properties}
    found = []
    for term, claims in view.claims.items():
        if term in _QUIET or all(claim.preferred for claim in claims):
            continue
        kind = sheet[term].kind if term in sheet else ""
        choices = tuple(
            (source.key, source.name, show(claim.value, kind, known), claim.preferred)
            for claim in claims
            for source in claim.sources
        )
        found.append(Preferable(term, sheet[term].label if term in sheet else term_label(term), choices))
    return tuple(found)


def _known(documents: Sequence[Document]) -> Known:
    named = {ref.target for document in documents for ref in dated_references(document)}
    return Known({ctid: name for ctid, (name, _kind) in queries.captions(sorted(named)).items()})


@dataclass(frozen=True, slots=True)
class Twins:
    """Current organizations of one name: perhaps one."""

    name: str
    resources: tuple[Resource, ...]


def likely_duplicates() -> tuple[Twins, ...]:
    """Organizations of one name, case aside, at most `TWINS` names; whether they are one, a person says."""
    classes = by_class("ceterms:CredentialOrganization").classes
    rows = Resource.objects.filter(type__in=classes, status=Resource.Status.CURRENT)
    rows = rows.annotate(folded=Lower("name")).exclude(name="")
    often = rows.values("folded").annotate(n=Count("id"), first=Min("id")).filter(n__gt=1).order_by("folded")
    names = [row["folded"] for row in often[:TWINS]]
    found: dict[str, list[Resource]] = {}
    for one in rows.filter(folded__in=names).order_by("folded", "id"):
        found.setdefault(one.name.lower(), []).append(one)
    return tuple(Twins(same[0].name, tuple(same)) for same in found.values())
