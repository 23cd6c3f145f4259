"""Documents → CTDL JSON-LD that stands on its own, one by one, as lines, or as a ZIP archive.

What a publisher sent goes out as its text, unchanged. What we derived or composed gets what it leaves out
because it depends on the host: `@context`, `@id`, and URIs in place of bare CTIDs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from typing import IO, Any, NamedTuple

import orjson

from learnwork.formats.ctid_spellings import TERM
from learnwork.formats.model import Document
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.tables import OWN_NAMESPACE, OWN_PREFIX
from learnwork.vocabulary.terms import vocabulary

CTDL_CONTEXT = "https://credreg.net/ctdl/schema/context/json"
ASN_CONTEXT = "https://credreg.net/ctdlasn/schema/context/json"
# Values of these are text even where the text has the form of a CTID.
_NOT_REFERENCES = frozenset(
    {TERM, "@context", "@type", "@value", "ceterms:codedNotation", "ceasn:codedNotation"}
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Outgoing(NamedTuple):
    """One document on its way out. text: as its publisher sent it; else `document` is expanded."""

    ctid: str
    text: str | None = None
    document: Document | None = None

    def json(self, base_url: str) -> bytes:
        """The bytes of the document: the publisher's own, else the expanded document."""
        if self.text is not None:
            return self.text.encode()
        return orjson.dumps(expand(self.document or {}, base_url))


def expand(document: Document, base_url: str) -> Document:
    """A derived or composed document as JSON-LD of its own. A published one (with `@context`) is not touched."""
    if "@context" in document:
        return document
    return {"@context": _context([document]), **_node(document, base_url)}


def graph(documents: Iterable[Document], base_url: str) -> Document:
    """Several documents as one `@graph`, named for the first."""
    nodes = list(documents)
    name = str(nodes[0].get(TERM, "")) if nodes else ""
    return {
        "@context": _context(nodes),
        "@id": f"{base_url.rstrip('/')}/graph/{name}",
        "@graph": [_node({k: v for k, v in node.items() if k != "@context"}, base_url) for node in nodes],
    }


def write_ndjson(items: Iterable[Outgoing], stream: IO[bytes], base_url: str) -> int:
    """One document a line; returns how many. Line breaks between the tokens of a published text become spaces
    (inside JSON strings there are none), so that a line means exactly what the text means."""
    count = 0
    for item in items:
        line = item.json(base_url).replace(b"\r\n", b" ").replace(b"\n", b" ").replace(b"\r", b" ")
        stream.write(line.strip() + b"\n")
        count += 1
    return count


def write_zip(items: Iterable[Outgoing], stream: IO[bytes], base_url: str) -> int:
    """One entry `{ctid}.json` a document, published texts byte for byte; returns how many.

    The same documents give the same bytes: entries carry no time. The stream need not seek.
    """
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in items:
            entry = zipfile.ZipInfo(f"{item.ctid}.json", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, item.json(base_url))
            count += 1
    return count


def _node(document: Document, base_url: str) -> Document:
    base = f"{base_url.rstrip('/')}/resources/"
    expanded: Document = {key: _value(key, value, base) for key, value in document.items()}
    if "@id" not in document and is_ctid(str(document.get(TERM, ""))):
        return {"@id": base + str(document[TERM]), **expanded}
    return expanded


def _value(key: str, value: Any, base: str) -> Any:
    if key in _NOT_REFERENCES:
        return value
    if isinstance(value, str):
        return base + value if is_ctid(value) else value
    if isinstance(value, list):
        return [_value(key, inner, base) for inner in value]
    if isinstance(value, dict) and not _is_language_map(value):
        return {name: _value(name, inner, base) for name, inner in value.items()}
    return value


def _is_language_map(value: Mapping[str, Any]) -> bool:
    return not any(":" in key or key.startswith("@") for key in value)


def _context(documents: Iterable[Document]) -> list[Any]:
    terms = {term for document in documents for term in _terms(document)}
    context: list[Any] = [CTDL_CONTEXT]
    if any(term.startswith("ceasn:") for term in terms):
        context.append(ASN_CONTEXT)
    own = sorted(term for term in terms if term.startswith(f"{OWN_PREFIX}:"))
    if own:
        context.append(
            {OWN_PREFIX: OWN_NAMESPACE} | {term: coercion for term in own if (coercion := _coercion(term))}
        )
    return context


def _terms(value: Any) -> set[str]:
    """Every prefixed name that a document uses as a key or a class."""
    if isinstance(value, list):
        return {term for inner in value for term in _terms(inner)}
    if not isinstance(value, dict):
        return set()
    kinds = value.get("@type")
    found = {str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind}
    return found | value.keys() | {term for inner in value.values() for term in _terms(inner)}


def _coercion(term: str) -> dict[str, str]:
    """How JSON-LD is to read the values of a term of our own."""
    known = vocabulary().properties.get(term)
    coercion = known.coercion if known else ""
    if coercion == "@language":
        return {"@container": "@language"}
    return {"@type": coercion} if coercion else {}
