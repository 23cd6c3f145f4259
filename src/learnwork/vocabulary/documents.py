"""Reading a CTDL JSON-LD document without knowing its class: its caption, its texts, what it refers to."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from learnwork.vocabulary.ctid import ctid_in

Document = dict[str, Any]

_CAPTIONS = (
    "ceterms:name",
    "ceasn:name",
    "ceasn:competencyText",
    "skos:prefLabel",
    "ceasn:competencyLabel",
    "ceterms:targetNodeName",
    "schema:name",
    "ceasn:title",
)
_NOT_REFERENCES = frozenset({"@id", "@type", "@context", "ceterms:ctid", "@graph", "lw:proposed"})
_DEPTH = 40  # deeper nesting is refused by the checks; the walk stops there as well


def texts(value: Any) -> list[str]:
    """Every string in a value: a plain string, a language map, a list of either. Order kept."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, inner in value.items() if not key.startswith("@") for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return []


def in_language(value: Any, language: str = "en") -> str:
    """The text of a language map in one language: exact tag, same language, English, any. "" if there is none."""
    if isinstance(value, list):
        return next((text for inner in value if (text := in_language(inner, language))), "")
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    if isinstance(exact := value.get(language), str):
        return exact
    for wanted in (language, language.split("-")[0], "en"):
        for tag, text in value.items():
            if tag == wanted or tag.lower().split("-")[0] == wanted:
                return in_language(text, language)
    return next((text for text in texts(value)), "")


def caption(document: Document, language: str = "en") -> str:
    """What to call the thing: its name, statement or label; else its CTID or URI; never empty."""
    for term in _CAPTIONS:
        if term in document and (text := in_language(document[term], language).strip()):
            return text
    for term in ("ceasn:codedNotation", "ceterms:codedNotation", "ceterms:ctid", "@id"):
        if isinstance(document.get(term), str) and document[term]:
            return str(document[term])
    return "(no name)"


def primary(document: Document, ctid: str = "") -> Document:
    """The node that a document is about: of a `@graph`, the node with that CTID, else the first with any."""
    graph = document.get("@graph")
    if not isinstance(graph, list):
        return document
    nodes = [node for node in graph if isinstance(node, dict)]
    for node in nodes:
        if ctid and node.get("ceterms:ctid") == ctid:
            return node
    return next((node for node in nodes if node.get("ceterms:ctid")), nodes[0] if nodes else {})


@cache
def _linking(term: str) -> bool:
    """Whether a bare URI in this property names a resource (its range has a class) rather than a web page."""
    from learnwork.vocabulary.terms import vocabulary

    known = vocabulary().properties.get(term)
    return known is not None and any(
        name not in ("ceterms:CredentialAlignmentObject", "rdf:langString", "rdfs:Literal", "rdfs:Resource")
        and not name.startswith(("xsd:", "skos:Concept"))
        for name in known.range
    )


class Reference(NamedTuple):
    """One thing that a document refers to, with the dates between which it was so ("" where not said)."""

    predicate: str
    target: str
    valid_from: str = ""
    valid_to: str = ""


def dated_references(document: Document) -> list[Reference]:
    """What a document refers to, each once, in order, with the dates of the part that says so.

    The predicate is the path of properties from the top, joined by "/"; the `targetNode` of an alignment object
    belongs to the property that holds the object. Blank nodes are inside the document and are left out.
    """
    found: list[Reference] = []
    _collect(document, "", 0, ("", ""), found)
    return list(dict.fromkeys(found))


def references(document: Document) -> list[tuple[str, str]]:
    """What a document refers to, as (predicate, CTID or URI)."""
    return [(reference.predicate, reference.target) for reference in dated_references(document)]


def _dates(value: Document, outer: tuple[str, str]) -> tuple[str, str]:
    begins, ends = value.get("ceterms:startDate"), value.get("ceterms:endDate")
    return (
        begins[:10] if isinstance(begins, str) else outer[0],
        ends[:10] if isinstance(ends, str) else outer[1],
    )


def _collect(value: Document, path: str, depth: int, dates: tuple[str, str], found: list[Reference]) -> None:
    """The references of one object. Hot: it sees every value of every document loaded."""
    if depth > _DEPTH:
        return
    for term, inner in value.items():
        if term in _NOT_REFERENCES:
            continue
        if term == "ceterms:targetNode" and path:
            below, named = path, path.rpartition("/")[2]
        else:
            below, named = f"{path}/{term}" if path else term, term
        for one in inner if type(inner) is list else (inner,):
            if type(one) is str:
                if one[:3] == "ce-" or "/" in one:
                    _name(one, below, named, dates, found)
            elif type(one) is dict:
                if _is_language_map(one):
                    continue
                within = (
                    _dates(one, dates) if "ceterms:startDate" in one or "ceterms:endDate" in one else dates
                )
                if type(identity := one.get("@id")) is str:
                    _name(identity, below, named, within, found)
                _collect(one, below, depth + 1, within, found)
            elif type(one) is list:
                _collect({term: one}, path, depth + 1, dates, found)


def _is_language_map(value: Document) -> bool:
    """Told by its first key, a language tag: terms have a prefix or begin with "@"."""
    first = next(iter(value), "@")
    return ":" not in first and first[:1] != "@" and len(first) < 12 and type(value[first]) is str


def _name(text: str, path: str, term: str, dates: tuple[str, str], found: list[Reference]) -> None:
    ctid = ctid_in(text) if text[:3] == "ce-" or "/ce-" in text else None
    if ctid is not None:
        found.append(Reference(path, ctid, *dates))
    elif text[:4] == "http" and text.startswith(("https://", "http://")) and _linking(term):
        found.append(Reference(path, text, *dates))
