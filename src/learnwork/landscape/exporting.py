"""The map as one file that keeps who says what: `export()` out, `learnwork map import` back in, the same digest.

The file holds the statements that the map is composed from (source, key, date, document), the rulings in force, and the
digest of the map (`canonical.digest`). Composed again from the same statements and rulings it is the same map. Beside
them stands what was judged of it (`judgements`), with a digest of its own. Authors of rulings, earlier statements and
rulings that were undone stay here.

    {"format": "learnwork-map/2", "digest": "…", "sources": […], "said": […], "rulings": […],
     "judged": {"pairs": […], "gaps": […], "words": […]}, "judged_digest": "…"}

`learnwork-map/1` is the same without what was judged; it is read, and not written any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from learnwork.landscape import canonical, judgements
from learnwork.landscape.compiling import CLASSES, referred
from learnwork.landscape.reading import landscape
from learnwork.registry.composing import read_body
from learnwork.registry.models import Decision, Envelope, Resource, Source
from learnwork.registry.store import resource_ids
from learnwork.vocabulary.documents import Document

FORMAT = "learnwork-map/2"
# Beside what the map is read from: what its pages show.
MORE = ("lw:GlossaryTerm", "lw:Subject")
DECLARED = (
    *("key", "name", "short_name", "publisher", "url"),
    *("licence", "licence_url", "trust", "note"),
)
_IN_FORCE = ("kind", "resource__ctid", "other__ctid", "property", "source__key", "key", "reason")


def export() -> bytes:
    """Canonical JSON (RFC 8785)."""
    said, ids = _statements()
    judged = judgements.standing(ids)
    sources = Source.objects.filter(key__in={one["source"] for one in said}).order_by("key")
    return canonical.canonical(
        {
            "format": FORMAT,
            "digest": canonical.digest(landscape()),
            "sources": [{name: getattr(source, name) for name in DECLARED} for source in sources],
            "said": said,
            "rulings": _rulings(ids),
            "judged": judged.model_dump(mode="json"),
            "judged_digest": judged.digest,
        }
    )


def _statements() -> tuple[list[dict[str, Any]], set[int]]:
    """What is said of the map, and of organizations that take part in it, by source and key; ids of all these."""
    ids = set(Resource.objects.filter(type__in=(*CLASSES, *MORE)).values_list("id", flat=True))
    found = _said(ids)
    named = referred(document for _, document in found)
    others = set(resource_ids(named).values()) - ids
    others |= set(Resource.objects.filter(merged_into__in=others).values_list("id", flat=True)) - ids
    said = [one for one, _ in (*found, *_said(others))]
    return sorted(said, key=lambda one: (one["source"], one["key"])), ids | others


def _said(ids: Iterable[int]) -> list[tuple[dict[str, Any], Document]]:
    rows = Envelope.objects.filter(resource_id__in=ids, superseded_at=None, withdrawn_at=None)
    rows = rows.select_related("source", "release", "resource", "graph").defer("release__report")
    parted = Decision.objects.filter(kind=Decision.Kind.NOT_SAME, undone_at=None, other_id__in=ids)
    apart = set(parted.values_list("other_id", flat=True))  # the ruling takes them apart again
    found = []
    for row in rows:
        graph = row.graph.body if row.graph is not None and '"_:' in row.body else None
        document = read_body(row.body, row.resource.ctid, graph)
        one = {
            "source": row.source.key,
            "key": row.key,
            "ctid": document["ceterms:ctid"] if row.resource_id in apart else row.resource.ctid,
            "date": row.release.date.isoformat(),
            "digest": bytes(row.digest).hex(),
            "place": row.place,
            "derived": row.resource.derived,
            "document": document,
        }
        found.append((one, document))
    return found


def _rulings(ids: set[int]) -> list[dict[str, str]]:
    """In the order in which they were made."""
    rows = Decision.objects.filter(Q(resource_id__in=ids) | Q(other_id__in=ids), undone_at=None)
    names = [name.replace("__", "_") for name in _IN_FORCE]
    return [
        {name: value or "" for name, value in zip(names, row, strict=True)}
        for row in rows.order_by("id").values_list(*_IN_FORCE)
    ]
