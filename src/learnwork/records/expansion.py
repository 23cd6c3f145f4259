"""The reference path from a document to RDF: expansion by PyLD, then statements by the algorithm of JSON-LD 1.1.

Slow and complete; `walking` is the fast path, and must give the same statements. PyLD sees only pinned contexts
(and those in the document where the caller allows them). What it would drop in silence is an error in safe mode.
Source: JSON-LD 1.1 Processing Algorithms and API, sections 5.1, 7.2 and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pyld import jsonld

from learnwork.records import contexts, guards, nquads
from learnwork.records.errors import (
    DroppedValueError,
    LinkedDataError,
    ProtectedTermError,
    RecordError,
    TooComplexError,
    UndefinedTermError,
)
from learnwork.records.nquads import Quad
from learnwork.records.sentences import piece
from learnwork.records.work import Work

# What PyLD raises for documents that it was not made for.
_BROKEN = (
    *(jsonld.JsonLdError, RecursionError, ValueError, KeyError, TypeError, AttributeError, OverflowError),
)
Loader = Callable[[str], dict[str, Any]]

# Relative references are resolved against this, so that they can be told from absolute ones afterwards.
NOWHERE = "learnwork-relative://document/"
VALUES = 20_000  # PyLD reads some 25,000 JSON values in a second
CONTEXTS = 200  # and takes in some 500 contexts
_CONTEXT = 200  # values that take as long as a context


def to_quads(
    document: Any,
    *,
    safe: bool = True,
    base: str = "",
    direction: str = "i18n-datatype",
    loader: Loader = contexts.document,
    work: Work | None = None,
) -> tuple[list[Quad], dict[str, str]]:
    """The statements of a document, without repetitions, and its own blank node labels → those used (_:b0, ...).

    `safe`: whatever would be dropped is an error. `base` resolves relative references. `direction` says what
    becomes of `@direction`: "i18n-datatype", "compound-literal", or "" for nothing.
    Raises the errors of linked data (errors module).
    """
    (work or Work()).expand(_check_size(document))
    if safe:
        guards.check(document)
    expanded = _expand(document, safe, base, loader)
    emitter = _Emitter(safe, direction)
    try:
        roots = [emitter.item(item, "") for item in expanded]
        if safe and isinstance(document, dict):
            guards.check_root(document, roots[0] if len(roots) == 1 else "", emitter.quads)
    except RecordError as wrong:
        raise _located(wrong, document) from None
    return list(dict.fromkeys(emitter.quads)), emitter.labels


def _check_size(document: Any) -> int:
    """How many values a document has; a context costs as much as many. Raises TooComplexError."""
    values = found = 0
    stack = [document]
    while stack:
        value = stack.pop()
        values += 1
        if isinstance(value, dict):
            found += "@context" in value
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
        if values > VALUES or found > CONTEXTS:
            raise TooComplexError(
                f"The record has more than {VALUES:,} values or {CONTEXTS} contexts, too many to be read with "
                "contexts of its own.",
                hint="Name published contexts only, or split the record.",
            )
    return values + _CONTEXT * found


def _expand(document: Any, safe: bool, base: str, loader: Loader) -> list[Any]:
    def load(url: str, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": loader(url),
        }

    def dropped(term: str | None) -> None:
        if safe:
            raise _undefined(term, document)

    options = {
        "base": base or NOWHERE,
        "documentLoader": load,
        "contextResolver": jsonld.ContextResolver({}, load),
        "processingMode": "json-ld-1.1",
    }
    try:
        expanded: list[Any] = jsonld.JsonLdProcessor(on_property_dropped=dropped).expand(document, options)
    except _BROKEN as wrong:
        raise _located(_told(wrong), document) from None
    return expanded


def _undefined(term: str | None, document: Any) -> UndefinedTermError:
    place = next(_places(document, term), "") if term else ""
    return UndefinedTermError(
        f"No context says what “{(term or '')[:80]}” at {place or piece('some place')} means; no signature covers it.",
        hint="Add the context that defines it, or remove it.",
        place=place,
        term=term,
    )


def _located(wrong: RecordError, document: Any) -> RecordError:
    """The error with the place where the word it names stands, as far as that can be found."""
    said, url = wrong.data.get("term") or wrong.data.get("value"), wrong.data.get("url")
    place = next(_places(document, said), "") if isinstance(said, str) else ""
    place = next(_places_of_context(document, url), "") if url else place
    if not place or wrong.data.get("place"):
        return wrong
    return type(wrong)(
        f"{wrong.message} It stands at {place}.", hint=wrong.hint, **{**wrong.data, "place": place}
    )


def _places(document: Any, said: str) -> Iterator[str]:
    """Where a word stands as key or as value."""
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        place, value = stack.pop()
        if value == said:
            yield place
        if isinstance(value, dict):
            if said in value:
                yield f"{place}/{said}"
            stack.extend((f"{place}/{name}", inner) for name, inner in value.items() if name != "@context")
        elif isinstance(value, list):
            stack.extend((f"{place}/{number}", inner) for number, inner in enumerate(value))


def _places_of_context(document: Any, url: str) -> Iterator[str]:
    for place, context in contexts.occurrences(document):
        if context == url:
            yield place
        if isinstance(context, list) and url in context:
            yield f"{place}/{context.index(url)}"


def _told(wrong: BaseException) -> RecordError:
    """What went wrong inside PyLD, as an error of ours: the innermost one that says it."""
    cause: BaseException | None = wrong
    codes = []
    while cause is not None:
        if isinstance(cause, RecordError):
            return cause
        codes.append(getattr(cause, "code", None))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    code = next((code for code in reversed(codes) if code), "not valid")
    if code == "protected term redefinition":
        return ProtectedTermError(
            "A context redefines a term that an earlier context protects.",
            hint="Remove that definition.",
            jsonld=code,
        )
    return LinkedDataError(f"The record is no valid JSON-LD: {code}.", hint="Mend its syntax.", jsonld=code)


class _Emitter:
    """Statements of expanded JSON-LD, in one walk: what node maps would merge, the set of statements merges."""

    def __init__(self, safe: bool, direction: str) -> None:
        self.safe = safe
        self.direction = direction
        self.quads: list[Quad] = []
        self.labels: dict[str, str] = {}
        self.issued = 0

    def fresh(self) -> str:
        self.issued += 1
        return f"_:b{self.issued - 1}"

    def resource(self, identifier: str) -> str:
        """The term of an identifier; "" if it is relative and may be skipped."""
        if identifier.startswith("_:"):
            if identifier not in self.labels:
                self.labels[identifier] = self.fresh()
            return self.labels[identifier]
        try:
            return nquads.iri(
                identifier.removeprefix(NOWHERE) if identifier.startswith(NOWHERE) else identifier
            )
        except RecordError:
            if self.safe:
                raise
            return ""

    def item(self, item: Any, graph: str) -> str:
        """States what an expanded item says; its own term, "" if there is none."""
        if "@value" in item:
            return self.literal(item, graph)
        if "@list" in item:
            return self.rdf_list(item["@list"], graph)
        if item.keys() == {"@set"}:
            for inner in item["@set"]:
                self.item(inner, graph)
            return ""
        return self.node(item, graph)

    def node(self, node: dict[str, Any], graph: str) -> str:
        if "@id" in node and not isinstance(node["@id"], str):
            raise LinkedDataError("An identifier is a keyword or null.", hint="Write an IRI.")
        subject = self.resource(node["@id"]) if "@id" in node else self.fresh()
        for key, items in node.items():
            if key == "@graph":
                self.graph(items, subject)
            elif key == "@included":
                for inner in items:
                    self.item(inner, graph)
            elif key == "@reverse":
                self.reverse(items, subject, graph)
            elif key == "@type":
                for one in items:
                    self.state(subject, nquads.TYPE, self.type_term(one), graph)
            elif not key.startswith("@"):
                self.property(subject, key, items, graph)
        return subject

    def type_term(self, name: str | None) -> str:
        if name is None or (self.safe and name.startswith(NOWHERE)):
            raise UndefinedTermError(
                f"No context says what the type “{(name or '').removeprefix(NOWHERE)[:80]}” means.",
                hint="Add the context that defines it.",
                term=(name or "").removeprefix(NOWHERE),
            )
        return self.resource(name)

    def property(self, subject: str, key: str, items: list[Any], graph: str) -> None:
        if key.startswith("_:"):
            if self.safe and items:
                raise DroppedValueError(
                    f"The blank node {key[:40]} stands as a property, which RDF does not have.", term=key
                )
            for item in items:
                self.item(item, graph)
            return
        predicate = self.resource(key)
        for item in items:
            self.state(subject, predicate, self.item(item, graph), graph)

    def state(self, subject: str, predicate: str, thing: str, graph: str) -> None:
        if subject and predicate and thing:
            self.quads.append((subject, predicate, thing, graph))

    def graph(self, items: list[Any], name: str) -> None:
        for item in items:
            if self.safe and (not isinstance(item, dict) or "@value" in item or "@list" in item):
                raise DroppedValueError(
                    "A plain value stands where a record should, and would be left out.",
                    hint="Embed the record, or wrap it as an EnvelopedVerifiableCredential.",
                    value=item.get("@value") if isinstance(item, dict) else None,
                )
            if isinstance(item, dict) and "@value" not in item and name:
                self.item(item, name)

    def reverse(self, reverse: dict[str, list[Any]], thing: str, graph: str) -> None:
        for key, items in reverse.items():
            predicate = self.resource(key)
            for item in items:
                self.state(self.item(item, graph), predicate, thing, graph)

    def rdf_list(self, items: list[Any], graph: str) -> str:
        cells = [self.fresh() for _ in items]
        for cell, rest, item in zip(cells, [*cells[1:], nquads.NIL], items, strict=False):
            thing = self.item(item, graph)
            self.state(cell, nquads.FIRST, thing, graph)
            self.state(cell, nquads.REST, rest, graph)
        return cells[0] if cells else nquads.NIL

    def literal(self, item: dict[str, Any], graph: str) -> str:
        value, datatype = item["@value"], item.get("@type") or ""
        if datatype == "@json":
            return nquads.json(value)
        tag = item.get("@language", "")
        if self.direction and "@direction" in item and isinstance(value, str):
            if self.direction == "compound-literal":
                return self.compound(value, tag, item["@direction"], graph)
            return nquads.directed(value, tag, item["@direction"])
        if tag:
            try:
                return nquads.language(value, tag)
            except LinkedDataError:
                if self.safe:
                    raise
                return ""
        try:
            return nquads.scalar(value, datatype)
        except RecordError:
            if self.safe:
                raise
            return ""

    def compound(self, value: str, tag: str, direction: str, graph: str) -> str:
        """A directed string as a node of its own (8.2.2, compound literals)."""
        node = self.fresh()
        for part, said in (("value", value), ("language", tag), ("direction", direction)):
            if said:
                self.state(node, f"<{nquads.RDF}{part}>", nquads.text(said), graph)
        return node
