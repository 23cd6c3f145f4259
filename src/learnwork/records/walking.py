"""The fast path from a document to RDF: one walk over pinned contexts, in safe mode.

What is rare (keywords such as @graph, keys written as IRIs, contexts in the document, lists of lists) or wrong is left
to the reference by raising BeyondError; so every error has one wording, and what the walk states is what the
reference states, which is tested on every document at hand and on generated ones.
"""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import Any

from learnwork.records import guards, nquads
from learnwork.records.active import Active, BeyondError, Key, root
from learnwork.records.errors import RecordError, TooComplexError
from learnwork.records.nquads import ABSOLUTE, Quad

STATEMENTS = 150_000  # what takes under a second, canonicalised
CONTEXTS = 300  # different active contexts in one record
ADDRESSES = 32  # contexts in one list


def to_quads(document: dict[str, Any]) -> tuple[list[Quad], dict[str, str]]:
    """The statements of a document (repeated where it repeats itself), and its own blank node labels → those used.

    Raises BeyondError where the reference must be asked, TooComplexError where it must not.
    """
    walk = _Walk()
    try:
        walk.node(document, root(), "")
        if "verifiableCredential" in document or _is_clr(document):
            guards.check_members(document)
    except TooComplexError:
        raise
    except (RecordError, RecursionError):
        raise BeyondError from None
    return walk.quads, walk.labels


def _is_clr(document: dict[str, Any]) -> bool:
    types = document.get("type", ())
    return types == "ClrCredential" or (types.__class__ is list and "ClrCredential" in types)


class _Walk:
    __slots__ = ("issued", "labels", "quads", "root", "seen")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self.labels: dict[str, str] = {}
        self.issued = 0
        self.root = ""
        self.seen: set[Active] = set()

    def fresh(self) -> str:
        self.issued += 1
        return f"_:b{self.issued - 1}"

    def resource(self, name: Any, active: Active, vocab: bool = False) -> str:
        """The term of an identifier as it stands in the document."""
        if name.__class__ is not str:
            raise BeyondError
        if ABSOLUTE.match(name) and name[: name.index(":")] not in active.terms and not vocab:
            return f"<{name}>"
        identifier = active.expand(name, vocab=vocab)
        if ABSOLUTE.match(identifier):
            return f"<{identifier}>"
        if identifier.startswith("_:"):
            if identifier not in self.labels:
                self.labels[identifier] = self.fresh()
            return self.labels[identifier]
        raise BeyondError

    def look(self, active: Active) -> Active:
        """Counts different contexts: a record that needs hundreds is made to cost."""
        if active not in self.seen:
            self.seen.add(active)
            if len(self.seen) > CONTEXTS:
                raise TooComplexError(
                    f"The record uses more than {CONTEXTS} different sets of contexts.", hint=_SPLIT
                )
        return active

    def local(self, active: Active, context: Any) -> Active:
        names = context if context.__class__ is list else [context]
        if len(names) > ADDRESSES:
            raise TooComplexError(
                f"The record names more than {ADDRESSES} contexts in one list.", hint=_SPLIT
            )
        for name in names:
            if name.__class__ is not str:
                raise BeyondError
        return self.look(active.with_addresses(tuple(names)))

    def types(self, active: Active, value: Any) -> tuple[Active, tuple[str, ...]]:
        names = (value,) if value.__class__ is str else tuple(value) if value.__class__ is list else ()
        try:
            found = active.typed.get(names)
        except TypeError:
            raise BeyondError from None
        if found is None:
            if (
                (not names and value != [])
                or len(names) > 200
                or any(name.__class__ is not str for name in names)
            ):
                raise BeyondError
            found = active.of_types(names)
        self.look(found[0])
        return found

    def node(self, element: dict[str, Any], active: Active, graph: str) -> str:
        """States what a node object says, under the context that holds in it; its own term."""
        if "@context" in element:
            active = self.local(active, element["@context"])
        types: tuple[str, ...] = ()
        type_key = active.type_key
        if type_key in element:
            active, types = self.types(active, element[type_key])
        id_key = active.id_key
        subject = self.resource(element[id_key], active) if id_key in element else self.fresh()
        quads = self.quads
        if subject == self.root and guards.says_more(element, type_key):
            raise BeyondError  # somewhere inside of it the record is described again
        self.root = self.root or subject
        for one in types:
            quads.append((subject, nquads.TYPE, one, graph))
        keys = active.keys
        for name, value in element.items():
            key = keys.get(name)
            if key is None:
                if name == "@context":
                    continue
                key = active.key(name)
            if key.simple and value.__class__ is str:
                if key.coerce:
                    thing = self.resource(value, key.inside, key.coerce == "@vocab")
                else:
                    thing = (
                        encode_basestring(value) if value.isprintable() else nquads.text(value)
                    ) + key.suffix
                quads.append((subject, key.predicate, thing, graph))
            elif key.simple and value.__class__ is dict:
                quads.append((subject, key.predicate, self.thing(key, value, graph), graph))
            elif not key.keyword:
                self.property(subject, key, value, graph)
            elif name != id_key and (name != type_key or key.keyword != "@type"):
                raise BeyondError
        if len(quads) > STATEMENTS:
            raise TooComplexError(f"The record makes more than {STATEMENTS:,} statements.", hint=_SPLIT)
        return subject

    def property(self, subject: str, key: Key, value: Any, graph: str) -> None:
        if key.coerce == "@json":
            self.quads.append((subject, key.predicate, nquads.json(value), graph))
            return
        if value is None:
            return
        if key.is_list:
            self.quads.append((subject, key.predicate, self.rdf_list(key, value, graph), graph))
            return
        if key.is_graph:
            self.graphs(subject, key, value, graph)
            return
        for item in value if value.__class__ is list else (value,):
            if item.__class__ is list:
                raise BeyondError
            if item is not None:
                self.quads.append((subject, key.predicate, self.thing(key, item, graph), graph))

    def thing(self, key: Key, item: Any, graph: str) -> str:
        """The object of a statement: a literal, a reference, or a node with all it says."""
        if item.__class__ is dict:
            inside = key.inside
            if "@value" in item:
                return self.value(item, inside if len(item) <= 2 else key.within)
            if len(item) == 1:
                (name,) = item
                if name == inside.id_key:
                    return self.resource(item[name], inside)
            return self.node(item, key.within, graph)
        if item.__class__ is str:
            if key.coerce:
                return self.resource(item, key.inside, key.coerce == "@vocab")
            return nquads.text(item) + key.suffix
        if item.__class__ is list:
            raise BeyondError
        return nquads.scalar(item, key.datatype)

    def value(self, item: dict[str, Any], active: Active) -> str:
        value = item["@value"]
        if value is None or value.__class__ in (dict, list):
            raise BeyondError
        tag = direction = datatype = ""
        for name, said in item.items():
            if name == "@value":
                continue
            if said.__class__ is not str or (name != "@language" and name != "@direction" and datatype):
                raise BeyondError
            if name == "@language":
                tag = said
            elif name == "@direction" and said in ("ltr", "rtl"):
                direction = said
            elif name in ("@type", active.type_key):
                datatype = active.expand(said, vocab=True)
            else:
                raise BeyondError
        if not (tag or direction):
            return nquads.scalar(value, datatype)
        if datatype or value.__class__ is not str:
            raise BeyondError
        return nquads.directed(value, tag, direction) if direction else nquads.language(value, tag)

    def rdf_list(self, key: Key, value: Any, graph: str) -> str:
        things = [
            self.thing(key, item, graph)
            for item in (value if value.__class__ is list else (value,))
            if item is not None
        ]
        cells = [self.fresh() for _ in things]
        for cell, rest, thing in zip(cells, [*cells[1:], nquads.NIL], things, strict=False):
            self.quads.append((cell, nquads.FIRST, thing, graph))
            self.quads.append((cell, nquads.REST, rest, graph))
        return cells[0] if cells else nquads.NIL

    def graphs(self, subject: str, key: Key, value: Any, graph: str) -> None:
        """Each value in a graph of its own, as proofs and the members of presentations are."""
        for item in value if value.__class__ is list else (value,):
            if item.__class__ is not dict or "@value" in item or ("@context" not in item and "@list" in item):
                raise BeyondError
            name = self.fresh()
            self.quads.append((subject, key.predicate, name, graph))
            self.node(item, key.within, name)


_SPLIT = "Split the record."
