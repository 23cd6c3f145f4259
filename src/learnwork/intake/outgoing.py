"""Current resources on their way out, some thousand at a time: as composed, and as their owners published them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from learnwork.formats.ctdl_writer import Outgoing
from learnwork.formats.json_spans import node_text
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Resource
from learnwork.registry.store import select_in
from learnwork.vocabulary.documents import Document

_CHUNK = 1_000  # resources read at a time
Advance = Callable[[int], None]
Classes = Sequence[str] | None


@dataclass(frozen=True, slots=True)
class _Owned:
    """The text that an owner published. inside: the document that it is a node of goes out itself."""

    text: str
    inside: bool


def classes() -> list[str]:
    """The classes of which something is here."""
    return list(Resource.objects.order_by("type").values_list("type", flat=True).distinct())


def current(only: Classes) -> QuerySet[Resource]:
    """Current resources of some classes, of all where None."""
    rows = Resource.objects.filter(status=Resource.Status.CURRENT)
    return rows if only is None else rows.filter(type__in=only)


def items(only: Classes, advance: Advance = lambda done: None) -> Iterator[Outgoing]:
    """What each was published as, else what was composed. A graph goes out once and whole, as its owner sent it."""
    for chunk, composed in _chunks(only, advance):
        texts = _texts(chunk, only)
        for resource in chunk:
            owned = texts.get(resource.pk)
            if owned is not None and not owned.inside:
                yield Outgoing(resource.ctid, owned.text)
            elif owned is None and resource.pk in composed:
                yield Outgoing(resource.ctid, None, composed[resource.pk])


def documents(only: Classes, advance: Advance = lambda done: None) -> Iterator[tuple[Resource, Document]]:
    """Each with its composed document, in the order of their numbers."""
    for chunk, composed in _chunks(only, advance):
        yield from ((resource, composed[resource.pk]) for resource in chunk if resource.pk in composed)


def _chunks(only: Classes, advance: Advance) -> Iterator[tuple[list[Resource], dict[int, Document]]]:
    last = done = 0
    rows = current(only).order_by("pk").only("ctid", "owner_id", "type", "name", "derived")
    while chunk := list(rows.filter(pk__gt=last)[:_CHUNK]):
        last = chunk[-1].pk
        yield chunk, documents_of([resource.pk for resource in chunk])
        done += len(chunk)
        advance(done)


def _texts(chunk: Sequence[Resource], only: Classes) -> dict[int, _Owned]:
    """What owners published about some resources, in one query. Of several texts of an owner the last one counts."""
    ctids = {resource.pk: resource.ctid for resource in chunk if resource.owner_id is not None}
    found: dict[int, _Owned] = {}
    for pk, body, whole, kind in select_in(
        "SELECT e.resource_id, e.body,"
        " g.superseded_at IS NULL AND g.withdrawn_at IS NULL AND p.status = 'current' AND p.owner_id = e.source_id,"
        " p.type FROM registry_resource r"
        " JOIN registry_envelope e ON e.resource_id = r.id AND e.source_id = r.owner_id AND e.superseded_at IS NULL"
        " AND e.withdrawn_at IS NULL"
        " LEFT JOIN registry_envelope g ON g.id = e.graph_id LEFT JOIN registry_resource p ON p.id = g.resource_id"
        " WHERE r.id IN ({})",
        ctids,
    ):
        inside = kind is not None and bool(whole) and (only is None or kind in only)
        found[pk] = _Owned(body if kind is None else node_text(body, ctids[pk]) or body, inside)
    return found
