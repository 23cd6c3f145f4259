"""The JSON-LD of a resource: what its owner published, byte for byte, else the composed document, expanded."""

from __future__ import annotations

import orjson
from django.conf import settings

from learnwork.formats import ctdl_writer
from learnwork.registry import queries

LD_JSON = "application/ld+json"
JSON = "application/json"


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
