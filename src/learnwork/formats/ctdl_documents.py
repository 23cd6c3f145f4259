"""One CTDL document → what it says about each thing in it.

A document is a resource, or a `@graph` of nodes, bare or inside an envelope of the Credential Registry. The
primary resource carries the text of the whole document; every other node with an identity carries its own
exact slice and points at the primary. Blank nodes belong to their document alone.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from learnwork.formats import json_spans
from learnwork.formats.blank_nodes import embedded
from learnwork.formats.ctdl_files import Piece
from learnwork.formats.ctid_spellings import TERM, UUID, ctid_of, in_uri
from learnwork.formats.json_spans import BadJsonError, Span
from learnwork.formats.model import Document, Identifier, Said
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue
from learnwork.vocabulary.terms import vocabulary

VERSION = b"ctdl-1"
_BARE = re.compile(UUID)
_UNTYPED = "rdfs:Resource"


class _Opened(NamedTuple):
    """A document without its envelope: text, value, and the CTID that the envelope announces."""

    text: str
    value: dict[str, Any]
    announced: str


class _Node(NamedTuple):
    """A thing with an identity in a document. span: where its text stands, None for the whole document."""

    value: dict[str, Any]
    span: Span | None
    key: str
    ctid: str
    uri: str
    derived: bool


def said(piece: Piece) -> Iterator[Said | Issue]:
    """What one document says: the primary resource first, then the other nodes; issues between them."""
    try:
        opened = _open(piece)
    except BadJsonError as error:
        yield Issue(error.code, error.message, piece.place, error.hint)
        return
    if isinstance(opened, Issue):
        yield opened
        return
    nodes: list[_Node] = []
    for found in _nodes(opened, piece.place):
        if isinstance(found, Issue):
            yield found
        else:
            nodes.append(found)
    if nodes:
        yield from _speak(opened, nodes, piece.place)


def resource_document(text: str, ctid: str) -> Document:
    """The document of one resource out of an envelope's text, as `Said.document` gave it; {} where it is not there.

    text: a document that `said` has read; of a resource that is a node of a graph, the text of the graph.
    """
    value: Document = orjson.loads(text)
    graph = value.get("@graph")
    if graph is None and '"_:' not in text:
        # By far the most: what we derived, and resources published one by one.
        return value if value.get(TERM) == ctid else {**value, TERM: ctid}
    nodes = [node for node in graph if isinstance(node, dict)] if isinstance(graph, list) else [value]
    of_ctid = (node for node in nodes if ctid_of(node) == ctid)
    of_uri = (
        node for node in nodes if isinstance(uri := node.get("@id"), str) and derived_ctid("uri", uri) == ctid
    )
    node = next(of_ctid, None) or next(of_uri, None)
    return {} if node is None else _document(node, ctid, _blanks(value), _scope(_digest(text)))


def _open(piece: Piece) -> _Opened | Issue:
    value = json_spans.read(piece.text)
    if not isinstance(value, dict):
        return Issue(
            "not-a-document",
            f"A JSON {'list' if isinstance(value, list) else 'value'} stands where a document belongs.",
            piece.place,
            "A document is an object with @type and ceterms:ctid, or with @graph.",
        )
    if not value.keys().isdisjoint(("@graph", "@id", "@type", TERM)):
        return _Opened(piece.text, value, "")
    announced = value.get("envelope_ceterms_ctid")
    announced = announced if isinstance(announced, str) else ""
    if value.get("deleted_at"):
        return Issue(
            "envelope-deleted",
            "The registry marks this envelope as deleted; it was passed over.",
            piece.place,
            "To withdraw the resource here, load a complete release of the registry.",
            "warning",
        )
    for key in ("decoded_resource", "GraphInput", "resource"):
        inner = value.get(key)
        if isinstance(inner, dict) and (span := json_spans.member(piece.text, key)) is not None:
            return _Opened(piece.text[span.start : span.end], inner, announced)
    if isinstance(encoded := value.get("resource"), str) and "envelope_type" in value:
        return _decoded(encoded, announced, piece.place)
    return _no_identity(piece.place)


def _decoded(encoded: str, announced: str, place: str) -> _Opened | Issue:
    """The document in an envelope's `resource`: JSON as a string, or the payload of a JSON Web Token.

    The token's signature is the registry's business and is not checked here.
    """
    text = encoded
    parts = encoded.split(".")
    if len(parts) == 3 and not encoded.lstrip().startswith("{"):
        try:
            payload = parts[1] + "=" * (-len(parts[1]) % 4)
            text = base64.b64decode(payload, altchars=b"-_", validate=True).decode("utf-8-sig")
        except (binascii.Error, ValueError):
            text = ""
    if text.lstrip().startswith("{") and isinstance(value := json_spans.read(text), dict):
        return _Opened(text, value, announced)
    return Issue(
        "envelope-unreadable",
        "The envelope has no decoded_resource, and its resource is neither JSON nor a token that holds JSON.",
        place,
        "Download the envelope with its decoded resource.",
    )


def _nodes(opened: _Opened, place: str) -> Iterator[_Node | Issue]:
    """Nodes with an identity, the primary first."""
    graph = opened.value.get("@graph")
    if not isinstance(graph, list):
        node = _identified(opened.value, None, place)
        yield node if node is not None else _no_identity(place)
        return
    start = json_spans.start_of(opened.text, "@graph")
    spans = iter(()) if start is None else json_spans.elements(opened.text, start)
    nodes: list[_Node] = []
    refused = False
    for at, (value, where) in enumerate(zip(graph, spans, strict=True)):
        found = _identified(value, where, f"{place} /@graph/{at}") if isinstance(value, dict) else None
        if isinstance(found, _Node):
            nodes.append(found)
        elif found is not None:
            refused = True
            yield found
    if not nodes and not refused:
        yield _no_identity(place)
    yield from sorted(nodes, key=_precedence(opened))


def _precedence(opened: _Opened) -> Any:
    """Sort key that puts the primary first: the one that the graph is named for, else the first with CTID."""
    named = in_uri(opened.value.get("@id")) or opened.announced.lower()
    return lambda node: (node.ctid != named, TERM not in node.value)


def _identified(value: dict[str, Any], span: Span | None, place: str) -> _Node | Issue | None:
    """The node with its key and CTID; an issue where its CTID is wrong; None for a blank or nameless node."""
    identity = value.get("@id")
    identity = identity if isinstance(identity, str) else ""
    uri = identity if identity.startswith(("https://", "http://")) else ""
    ctid = ctid_of(value)
    if ctid is not None:
        return _Node(value, span, ctid, ctid, uri, derived=False)
    if value.get(TERM) is not None:
        return _bad_ctid(value[TERM], place)
    if uri:
        return _Node(value, span, uri, derived_ctid("uri", uri), uri, derived=True)
    return None


def _bad_ctid(said: Any, place: str) -> Issue:
    shown = repr(said)[:80]
    if isinstance(said, str) and _BARE.fullmatch(said):
        return Issue(
            "ctid-bare-uuid",
            f"The CTID {shown} lacks its prefix.",
            f"{place} {TERM}",
            f"Write “ce-{said.lower()}”.",
        )
    return Issue(
        "ctid-malformed",
        f"{shown} is not a CTID.",
        f"{place} {TERM}",
        "A CTID is “ce-” and a lower-case UUID.",
    )


def _no_identity(place: str) -> Issue:
    return Issue(
        "no-identity",
        "Nothing in the document has a CTID or a web address of its own (@id).",
        place,
        "Add ceterms:ctid (“ce-” and a lower-case UUID), or an @id that begins with https://.",
    )


def _speak(opened: _Opened, nodes: list[_Node], place: str) -> Iterator[Said | Issue]:
    primary = nodes[0]
    if opened.announced and opened.announced.lower() != primary.ctid:
        yield Issue(
            "envelope-mismatch",
            f"The envelope announces {opened.announced[:60]}, its document is about {primary.ctid}.",
            place,
            "The document was taken at its word; tell the registry.",
            "warning",
        )
    blanks, whole = _blanks(opened.value), _digest(opened.text)
    scope = _scope(whole)
    for node in nodes:
        yield from _advice(node, place)
        text = opened.text
        digest = whole
        if node is not primary and node.span is not None:
            text = opened.text[node.span.start : node.span.end]
            # A node that points at blank nodes is made from the rest of the graph, too.
            digest = _digest(text, whole if '"_:' in text else b"")
        yield Said(
            key=node.key,
            ctid=node.ctid,
            type=_type(node.value),
            document=partial(_document, node.value, node.ctid, blanks, scope),
            digest=digest,
            text=text,
            derived=node.derived,
            owned=not node.derived and TERM in node.value,
            identifiers=(Identifier("uri", node.uri),) if node.uri else (),
            place=place,
            graph="" if node is primary else primary.key,
        )


def _document(value: Document, ctid: str, blanks: Mapping[str, Document], scope: str) -> Document:
    return {**embedded(value, blanks, scope), TERM: ctid}


def _advice(node: _Node, place: str) -> Iterator[Issue]:
    written = node.value.get(TERM)
    if written is None and not node.derived:
        yield Issue(
            "ctid-missing",
            f"{node.ctid} stands in the @id alone.",
            place,
            "Add it as ceterms:ctid.",
            "warning",
        )
    elif written is not None and written != node.ctid:
        yield Issue(
            "ctid-spelling",
            f"The CTID {str(written)[:60]} was read as {node.ctid}.",
            place,
            "Write it in lower case with the prefix “ce-”.",
            "warning",
        )
    if not _types(node.value):
        yield Issue("type-missing", f"{node.ctid} has no @type.", place, "Add the CTDL class.", "warning")


def _types(value: dict[str, Any]) -> list[str]:
    kinds = value.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind for kind in kinds if isinstance(kind, str) and kind]


def _type(value: dict[str, Any]) -> str:
    """The first class that CTDL knows, else the first class."""
    kinds = _types(value)
    if len(kinds) > 1:
        classes = vocabulary().classes
        return next((kind for kind in kinds if kind in classes), kinds[0])
    return kinds[0] if kinds else _UNTYPED


def _blanks(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    graph = document.get("@graph")
    nodes = graph if isinstance(graph, list) else []
    return {
        node["@id"]: node
        for node in nodes
        if isinstance(node, dict) and isinstance(node.get("@id"), str) and node["@id"].startswith("_:")
    }


def _digest(text: str, more: bytes = b"") -> bytes:
    return blake2b(text.encode() + more, digest_size=16, person=VERSION).digest()


def _scope(digest: bytes) -> str:
    """What sets the blank nodes of a document with that digest apart from those of every other."""
    return digest.hex()[:16]
