"""A CASE package → the framework and statements of CTDL-ASN, with all that has no word there under `lw:case`.

`lw:case` of a framework: document (CFDocument), items and associations (identifiers in the order of the package),
others (associations that begin at none of its items), rest (definitions, rubrics and what else the package had).
`lw:case` of a competency: item (CFItem without the statement and notes, which are the competency's own texts) and
associations (those that begin at it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from learnwork.formats.framework_documents import Frame, Statement, language_of
from learnwork.formats.model import Document, Identifier

VERSION = "case-1"
CHILD = "isChildOf"
# CASE association → the alignment of CTDL-ASN that says the same; hierarchy is apart.
ALIGNMENTS = {"exactMatchOf": "ceasn:exactAlignment", "isRelatedTo": "ceasn:alignTo"}
_STATUS = {
    "draft": "publicationStatus:Draft",
    "private draft": "publicationStatus:Draft",
    "adopted": "publicationStatus:Published",
    "implemented": "publicationStatus:Published",
    "deprecated": "publicationStatus:Deprecated",
}

CtidOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Package:
    """A CFPackage. place: name of its file. rest: every part beside document, items and associations."""

    place: str
    document: Mapping[str, Any]
    items: tuple[dict[str, Any], ...]
    associations: tuple[dict[str, Any], ...]
    rest: Mapping[str, Any]


def key_of(node: Mapping[str, Any]) -> str:
    """The identifier of a node or of a link to one, in small letters as UUIDs are compared (RFC 9562)."""
    identifier = node.get("identifier")
    return identifier.strip().lower() if isinstance(identifier, str) else ""


def _text(node: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names if isinstance(text := node.get(name), str) and text.strip()), "")


def _uri(node: Mapping[str, Any]) -> tuple[Identifier, ...]:
    uri = node.get("uri")
    return (
        (Identifier("uri", uri),) if isinstance(uri, str) and uri.startswith(("https://", "http://")) else ()
    )


def _language(package: Package) -> str:
    return language_of(package.document.get("language"))


def frame_of(package: Package, ctid_of: CtidOf) -> Frame:
    """The framework: CFDocument in the words of CTDL-ASN, and the package's order."""
    document, language = package.document, _language(package)
    terms: Document = {}
    for name, term in (("description", "ceasn:description"), ("notes", "ceasn:comment")):
        if text := _text(document, name):
            terms[term] = {language: [text] if name == "notes" else text}
    if publisher := _text(document, "publisher", "creator"):
        terms["ceasn:publisherName"] = {language: [publisher]}
    if language != "und":
        terms["ceasn:inLanguage"] = [language]
    if uri := _text(document, "officialSourceURL", "uri"):
        terms["ceasn:source"] = [uri]
    licence = document.get("licenseURI")
    if isinstance(licence, dict) and _text(licence, "uri").startswith("http"):
        terms["ceasn:license"] = _text(licence, "uri")
    if changed := _text(document, "lastChangeDateTime"):
        terms["ceasn:dateModified"] = changed
    if status := _STATUS.get(_text(document, "adoptionStatus").lower()):
        terms["ceasn:publicationStatusType"] = {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNode": status,
        }
    here = {key_of(item) for item in package.items}
    terms["lw:case"] = {
        "document": dict(document),
        "items": list(dict.fromkeys(key_of(item) for item in package.items)),
        "associations": [key_of(one) for one in package.associations],
        "others": [one for one in package.associations if _origin(one) not in here],
        "rest": dict(package.rest),
    }
    key = key_of(document)
    return Frame(
        key, ctid_of(key), _text(document, "title") or key, language, terms, _uri(document), package.place
    )


def _origin(association: Mapping[str, Any]) -> str:
    node = association.get("originNodeURI")
    return key_of(node) if isinstance(node, dict) else ""


def _destination(association: Mapping[str, Any]) -> dict[str, Any]:
    node = association.get("destinationNodeURI")
    return node if isinstance(node, dict) else {}


def statements_of(package: Package, ctid_of: CtidOf) -> Iterator[Statement]:
    """Each item with the associations that begin at it."""
    beginning: dict[str, list[dict[str, Any]]] = {}
    for one in package.associations:
        beginning.setdefault(_origin(one), []).append(one)
    seen: set[str] = set()
    for at, item in enumerate(package.items):
        key = key_of(item)
        # Of two items with one identifier the first has the associations; the second is left out, and named.
        begun = beginning.get(key, []) if key not in seen else []
        seen.add(key)
        yield _statement(package, item, begun, ctid_of, f"{package.place}#/CFItems/{at}")


def _statement(
    package: Package, item: Mapping[str, Any], begun: list[dict[str, Any]], ctid_of: CtidOf, place: str
) -> Statement:
    root = key_of(package.document)
    placed = [one for one in begun if one.get("associationType") == CHILD]
    above = [key for one in placed if (key := key_of(_destination(one)))]
    parents = tuple(dict.fromkeys(key for key in above if key != root))
    return Statement(
        key=key_of(item),
        text=_text(item, "fullStatement"),
        parents=parents if parents or above else None,
        language=language_of(item.get("language"), package.document.get("language")),
        rank=_rank(placed),
        terms=_terms(item, begun, ctid_of, language_of(item.get("language"), _language(package))),
        identifiers=_uri(item),
        place=place,
    )


def _rank(placed: list[dict[str, Any]]) -> float | None:
    number = next((one["sequenceNumber"] for one in placed if "sequenceNumber" in one), None)
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) else None


def _terms(item: Mapping[str, Any], begun: list[dict[str, Any]], ctid_of: CtidOf, language: str) -> Document:
    terms: Document = {}
    if label := _text(item, "alternativeLabel", "abbreviatedStatement"):
        terms["ceasn:competencyLabel"] = {language: label}
    if code := _text(item, "humanCodingScheme"):
        terms["ceasn:codedNotation"] = code
    if number := _text(item, "listEnumeration"):
        terms["ceasn:listID"] = number
    if kind := _text(item, "CFItemType"):
        terms["ceasn:competencyCategory"] = {language: kind}
    if notes := _text(item, "notes"):
        terms["ceasn:comment"] = {language: [notes]}
    words = item.get("conceptKeywords")
    if isinstance(words, list) and (kept := [word for word in words if isinstance(word, str) and word]):
        terms["ceasn:conceptKeyword"] = {language: kept}
    if changed := _text(item, "lastChangeDateTime"):
        terms["ceasn:dateModified"] = changed
    for one in begun:
        term = ALIGNMENTS.get(str(one.get("associationType")))
        target = _destination(one)
        if term and (key := key_of(target)):
            terms.setdefault(term, []).append(ctid_of(key))
        elif term and _text(target, "uri").startswith("http"):
            terms.setdefault(term, []).append(_text(target, "uri"))
    own = {
        name: value
        for name, value in item.items()
        if not (name in ("fullStatement", "notes") and isinstance(value, str) and value.strip())
    }
    terms["lw:case"] = {"item": own, "associations": begun}
    return terms
