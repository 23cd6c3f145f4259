"""What machines read of a resource: its JSON-LD, and what the head of its page says.

The JSON-LD is what its owner published, byte for byte, else the composed document, expanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from learnwork.formats import ctdl_writer, schema_org
from learnwork.layout.negotiation import HTML, JSON, LD_JSON
from learnwork.registry import queries
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.documents import in_language
from learnwork.vocabulary.types import by_class

FORMS = (HTML, LD_JSON, JSON)
LONGEST = 40_000  # characters of a document that are put into the page; a longer one is only linked


@dataclass(frozen=True, slots=True)
class Head:
    """See web/head.html. schema_org, ctdl: JSON that cannot end the element it stands in."""

    ctid: str
    address: str
    title: str
    description: str
    schema_org: SafeString
    ctdl: SafeString


def head(view: ResourceView, names: Mapping[str, str] | None = None) -> Head:
    """What the head of a resource's page says. names: what the CTIDs it refers to are called, where known."""
    described = in_language(
        view.document.get("ceterms:description") or view.document.get("ceasn:description")
    )
    whole = orjson.dumps(ctdl_writer.expand(view.document, settings.BASE_URL)).decode()
    address = f"{settings.BASE_URL}/resources/{view.ctid}"
    if len(whole) > LONGEST:
        whole = orjson.dumps({"@id": address, "@type": view.type, "ceterms:ctid": view.ctid}).decode()
    return Head(
        ctid=view.ctid,
        address=address,
        title=view.name or view.ctid,
        description=described or f"{_(by_class(view.type).label)}: {view.name or view.ctid}",
        schema_org=mark_safe(schema_org.embedded(view.document, settings.BASE_URL, names)),  # noqa: S308
        ctdl=mark_safe(schema_org.escaped(whole)),  # noqa: S308
    )


def resource_bytes(ctid: str) -> bytes:
    """Raises `UnknownResourceError`."""
    published = queries.published(ctid)
    if published is not None:
        return published.encode()
    return orjson.dumps(ctdl_writer.expand(queries.resource(ctid).document, settings.BASE_URL))


def graph_bytes(ctid: str) -> bytes:
    """The whole `@graph` that the owner published it in; else the resource and what it refers to, composed."""
    published = queries.graph(ctid)
    if published is not None:
        return published.encode()
    nodes = queries.composed_graph(ctid)["@graph"]
    return orjson.dumps(ctdl_writer.graph(nodes, settings.BASE_URL))


def links(ctid: str) -> str:
    """The Link header of a resource: its other forms, its graph, every claim (RFC 8288)."""
    base = f"{settings.BASE_URL}/resources/{ctid}"
    return ", ".join(
        (
            f'<{base}>; rel="canonical"',
            f'<{base}.json>; rel="alternate"; type="{LD_JSON}"',
            f'<{settings.BASE_URL}/graph/{ctid}>; rel="collection"; type="{LD_JSON}"',
            f'<{settings.BASE_URL}/api/resources/{ctid}>; rel="describedby"; type="{JSON}"',
        )
    )


def tombstone(ctid: str) -> tuple[str, str, dict[str, str]]:
    """What to say of a resource that is gone: the sentence, the way on, and what programs need."""
    view = queries.resource(ctid)
    gone = view.tombstone
    reason, at = (gone.reason, gone.at) if gone else ("", None)
    record = f"{settings.BASE_URL}/api/resources/{ctid}"
    told = {
        "ctid": ctid,
        "kind": view.status,
        "reason": reason,
        "at": at.isoformat() if at else "",
        "record": record,
    }
    return f"{ctid} was {view.status}. {reason}", f"What was said about it is kept: {record}", told
