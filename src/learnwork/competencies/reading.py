"""Frameworks out of the registry: which there are, one as it stands, one as it was known at a release."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from learnwork.competencies.frameworks import Framework, framework
from learnwork.registry import listing, queries
from learnwork.registry.composing import read_body
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Envelope, Identifier, Link, Release, Resource
from learnwork.registry.store import ALIAS
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.errors import LearnworkError

FRAMEWORK = "ceasn:CompetencyFramework"
PART_OF = "ceasn:isPartOf"
# Frameworks kept at hand, as they are asked for again and again while somebody walks through one.
_KEPT = 6


class UnknownFrameworkError(LearnworkError):
    """No framework has that CTID, or it never had that release."""

    code = "framework-unknown"


@dataclass(frozen=True, slots=True)
class Listed:
    """A framework in the list. size: how many competencies say they are part of it."""

    id: int
    ctid: str
    name: str
    size: int


def listed() -> list[Listed]:
    """Every current framework, by name. Two queries."""
    rows = Resource.objects.filter(type=FRAMEWORK, status=Resource.Status.CURRENT)
    counted = dict(
        Link.objects.filter(
            predicate=PART_OF, object__in=rows.values("id"), subject__status=Resource.Status.CURRENT
        )
        .values_list("object")
        .annotate(n=Count("subject", distinct=True))
    )
    return [
        Listed(pk, ctid, name, counted.get(pk, 0))
        for pk, ctid, name in rows.order_by("name", "id").values_list("id", "ctid", "name")
    ]


def row_of(ctid: str) -> Resource:
    """The row of a framework, following a merge. Raises `UnknownFrameworkError`, `UnknownResourceError`."""
    row = queries.find(ctid)
    row = row.merged_into or row
    if row.type != FRAMEWORK:
        raise UnknownFrameworkError(
            _("%(name)s is no framework.") % {"name": row.name[:80]},
            hint=_("The frameworks are listed at /frameworks."),
        )
    return row


def current(ctid: str) -> Framework:
    """The framework with every current competency that is part of it; remembered until something is published."""
    return _current(row_of(ctid).pk, listing.state())


@lru_cache(maxsize=_KEPT)
def _current(pk: int, state: str) -> Framework:
    """state: of all that is published; another one is another answer."""
    documents = documents_of([pk, *members(pk)])
    own = documents.pop(pk, {})
    return framework(own, documents.values(), _means(documents.values()))


def documents(ctid: str) -> tuple[Document, list[Document]]:
    """The documents of the framework and of its competencies, as composed."""
    pk = row_of(ctid).pk
    found = documents_of([pk, *members(pk)])
    return found.pop(pk, {}), list(found.values())


def members(pk: int) -> list[int]:
    """Keys of the current competencies that say they are part of it, in the order in which they came."""
    same = [pk, *Resource.objects.filter(merged_into=pk).values_list("id", flat=True)]
    rows = Link.objects.filter(predicate=PART_OF, object_id__in=same, subject__status=Resource.Status.CURRENT)
    return list(dict.fromkeys(rows.order_by("subject_id").values_list("subject_id", flat=True)))


def _means(documents: Iterable[Document]) -> Callable[[str], str]:
    """CTID → the CTID of the resource it means. One query, for those that no competency of the framework has."""
    every = list(documents)
    here = {str(one.get("ceterms:ctid")) for one in every}
    named: set[str] = set()
    for one in every:
        for term in ("ceasn:isChildOf", "ceasn:hasChild"):
            value = one.get(term)
            named |= {
                text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)
            }
    found: dict[str, str] = {}
    missing = sorted(named - here)
    for at in range(0, len(missing), 500):
        part = missing[at : at + 500]
        aliases = Identifier.objects.filter(scheme=ALIAS, value__in=part, resource__isnull=False)
        found |= dict(aliases.values_list("value", "resource__ctid"))
        merged = Resource.objects.filter(ctid__in=part, merged_into__isnull=False)
        found |= dict(merged.values_list("ctid", "merged_into__ctid"))
    return lambda ctid: found.get(ctid, ctid)


def releases(ctid: str) -> list[Release]:
    """The loaded releases of the sources that speak of the framework, the newest first."""
    row = row_of(ctid)
    sources = Envelope.objects.filter(resource_id=row.pk).values("source_id")
    rows = Release.objects.filter(source_id__in=sources, status=Release.Status.LOADED)
    return list(rows.select_related("source").defer("report", "files").order_by("-loaded_at", "-id"))


def release(ctid: str, label: str) -> Release:
    """A release of the framework by its number or label. Raises `UnknownFrameworkError` with those there are."""
    there = releases(ctid)
    found = next((one for one in there if label in (str(one.pk), one.label)), None)
    if found is None:
        raise UnknownFrameworkError(
            _("It never had a release %(label)s.") % {"label": repr(label[:60])},
            hint=_("Its releases: %(all)s.") % {"all": "; ".join(one.label for one in there[:20]) or "–"},
        )
    return found


def at_release(ctid: str, which: Release) -> Framework:
    """The framework as the source of a release had said it when that release was loaded."""
    row = row_of(ctid)
    found = {
        pk: document
        for pk, document in _known(which.source_id, which.loaded_at).items()
        if pk == row.pk or _part_of(document, row.ctid)
    }
    own = found.pop(row.pk, {})
    return framework(own or {"ceterms:ctid": row.ctid, "ceasn:name": row.name}, found.values())


def _known(source: int, at: datetime) -> dict[int, Document]:
    rows = Envelope.objects.filter(
        Q(superseded_at=None) | Q(superseded_at__gt=at),
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=at),
        source_id=source,
        received_at__lte=at,
    ).order_by("resource_id")
    return {
        resource: read_body(body, ctid, graph if '"_:' in body else None)
        for resource, ctid, body, graph in rows.values_list(
            "resource_id", "resource__ctid", "body", "graph__body"
        )
    }


def _part_of(document: Document, ctid: str) -> bool:
    value = document.get(PART_OF)
    return any(
        isinstance(one, str) and one.endswith(ctid) for one in (value if isinstance(value, list) else [value])
    )
