"""Active contexts of the pinned tables, compiled once: what each key of an object means, and what holds inside it.

An active context is immutable; each step from it (a list of addresses, the types of a node, a property) leads to
another one, which is remembered. So in a bulk of like records a key costs one look into a dictionary.
Source: JSON-LD 1.1 Processing Algorithms and API, sections 4.1 (contexts), 4.2 (terms), 5.2 (IRI expansion).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from learnwork.records import contexts, guards, nquads
from learnwork.records.errors import ProtectedTermError

ABSENT: Any = object()
# A compact IRI whose prefix its own document leaves to the contexts before it (such as xsd: in Open Badges 3.0.3).
_LATE = re.compile(r"[A-Za-z][A-Za-z0-9]*:(?!//)")
REMEMBERED = 600  # active contexts, of some 40 kB each, before all are forgotten


class BeyondError(Exception):
    """Something that the fast path leaves to the reference: rare, or wrong in a way that the reference explains."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one context says of one word. `scoped` is the context that holds inside, ABSENT if there is none."""

    iri: str
    type: str = ""
    container: tuple[str, ...] = ()
    reverse: bool = False
    prefix: bool = False
    scoped: Any = ABSENT
    protected: bool = False


class Key:
    """A key of an object under an active context, ready for the walk.

    `keyword` is "@id", "@type" or "" for a property; `coerce` is "@id", "@vocab", "@json", or "" with the
    `datatype` (an IRI, or "") and `suffix` (`^^<datatype>`). A `simple` key makes each value one statement. `inside`
    holds for scalars, references and values, `within` for node objects, where type-scoped contexts end.
    """

    __slots__ = (
        "coerce",
        "datatype",
        "inside",
        "is_graph",
        "is_list",
        "keyword",
        "predicate",
        "simple",
        "suffix",
        "within",
    )

    def __init__(self, active: Active, name: str, term: Term) -> None:
        if term.reverse or set(term.container) - {"@set", "@list", "@graph"}:
            raise BeyondError
        self.keyword = term.iri if term.iri.startswith("@") else ""
        if (name, term.iri) in guards.aliases():
            raise BeyondError
        if self.keyword and (
            self.keyword not in ("@id", "@type") or name not in (active.id_key, active.type_key)
        ):
            raise BeyondError
        self.predicate = "" if self.keyword else nquads.iri(term.iri)
        self.is_list = "@list" in term.container
        self.is_graph = "@graph" in term.container
        self.inside = active.scoped(term)
        # Inside the property its own term may mean something else, or nothing: that is what coerces (5.1.2, 4.2).
        coercing = self.inside.terms.get(name)
        kind = coercing.type if coercing else ""
        if (kind == "@json") != (term.type == "@json"):
            raise BeyondError
        self.coerce = kind if kind in ("@id", "@vocab", "@json") else ""
        self.datatype = "" if kind.startswith("@") else kind
        self.suffix = (
            f"^^{nquads.iri(self.datatype)}" if self.datatype not in ("", f"{nquads.XSD}string") else ""
        )
        reverted = self.inside.previous or self.inside
        self.within = reverted.scoped(coercing) if coercing else reverted
        self.simple = not (self.keyword or self.is_list or self.is_graph or self.coerce == "@json")


class Active:
    """An active context: terms, the default vocabulary, and the context to return to in the next node."""

    __slots__ = ("after", "id_key", "keys", "previous", "shown", "terms", "type_key", "typed", "vocab")

    def __init__(self, terms: dict[str, Term], vocab: str | None, previous: Active | None) -> None:
        global _made
        _made += 1
        self.terms = terms
        self.vocab = vocab
        self.previous = previous
        self.keys: dict[str, Key] = {}
        self.after: dict[Any, Active] = {}
        self.typed: dict[tuple[str, ...], tuple[Active, tuple[str, ...]]] = {}
        self.shown: dict[int, tuple[Any, Active]] = {}
        self.id_key = self._alias("@id")
        self.type_key = self._alias("@type")

    def _alias(self, keyword: str) -> str:
        """The one way to write a keyword: its alias where there is one (two ways could say two things)."""
        names = [name for name, term in self.terms.items() if term.iri == keyword]
        return names[0] if len(names) == 1 else keyword

    def key(self, name: str) -> Key:
        """Raises BeyondError, KeyError for a word without meaning."""
        found = self.keys.get(name)
        if found is None:
            term = self.terms.get(name)
            if term is None:
                term = self._key_without_term(name)
            found = self.keys[name] = Key(self, name, term)
        return found

    def _key_without_term(self, name: str) -> Term:
        if name in ("@id", "@type"):
            return Term(name)
        # Keys written as IRIs are looked at by the reference, which refuses disguises.
        if name.startswith("@") or ":" in name or self.vocab is None:
            raise BeyondError
        if len(self.keys) > 4 * len(self.terms) + 1000:
            self.keys = {}
        return Term(self.vocab + name)

    def scoped(self, term: Term) -> Active:
        """The context inside a property (its scoped context may redefine what is protected)."""
        if term.scoped is ABSENT:
            return self
        found = self.shown.get(id(term.scoped))
        if found is None:
            # The scoped context is kept beside its result, so that its id stays its own.
            found = self.shown[id(term.scoped)] = (term.scoped, self.apply(term.scoped, override=True))
        return found[1]

    def of_types(self, names: tuple[str, ...]) -> tuple[Active, tuple[str, ...]]:
        """The context inside a node of these types, and the types as terms of RDF. Raises BeyondError."""
        found = self.typed.get(names)
        if found is None:
            active = self
            for name in sorted(names):
                # Types written out although there is a word are looked at by the reference, as keys are.
                if ":" in name and self.expand(name, vocab=True) in guards.meanings():
                    raise BeyondError
                term = self.terms.get(name)
                if term and term.scoped is not ABSENT and term.scoped is not None:
                    active = active.apply(term.scoped, propagate=False)
            found = active, tuple(nquads.iri(self.expand(name, vocab=True)) for name in names)
            if len(self.typed) > 500:
                self.typed = {}
            self.typed[names] = found
        return found

    def with_addresses(self, urls: tuple[str, ...]) -> Active:
        """The context after a list of addresses. Raises UnknownContextError, ProtectedTermError."""
        found = self.after.get(urls)
        if found is None:
            found = self
            for url in urls:
                found = found.apply(contexts.pinned(url).local)
            if len(self.after) > 50:
                self.after = {}
            self.after[urls] = found
        return found

    def expand(self, word: str, *, vocab: bool = False) -> str:
        """A word as IRI, which may still be relative. Raises BeyondError for what looks like a keyword."""
        if vocab and (term := self.terms.get(word)):
            word = term.iri
            if word.startswith("@"):
                raise BeyondError
            return word
        prefix, colon, suffix = word.partition(":")
        if colon and prefix:
            if prefix != "_" and not suffix.startswith("//"):
                found = self.terms.get(prefix)
                if found and found.prefix:
                    return found.iri + suffix
            return word
        if word.startswith("@"):
            raise BeyondError
        return self.vocab + word if vocab and self.vocab is not None else word

    def apply(self, local: Any, *, override: bool = False, propagate: bool = True) -> Active:
        """The context after a local one of the table. Raises ProtectedTermError."""
        if local is None:
            if not override:
                raise BeyondError
            return Active({}, None, None)
        previous = self.previous if propagate or self.previous else self
        if isinstance(local, list):
            active = self
            for part in local:
                active = active.apply(part, override=override)
        elif isinstance(local, str):
            active = self.apply(contexts.pinned(local).local, override=override)
        else:
            active = Active(self._with_terms(local, override), local.get("vocab", self.vocab), self.previous)
        return active if active.previous is previous else Active(active.terms, active.vocab, previous)

    def _with_terms(self, local: dict[str, Any], override: bool) -> dict[str, Term]:
        terms = dict(self.terms)
        for name, term in _terms(local):
            if _LATE.match(term.iri) or _LATE.match(term.type):
                term = replace(
                    term, iri=self.expand(term.iri, vocab=True), type=self.expand(term.type, vocab=True)
                )
            before = terms.get(name)
            if before and before.protected and not override:
                term = replace(term, protected=True)
                if term != before:
                    raise ProtectedTermError(
                        f"A context redefines the term “{name}”, which an earlier context protects.",
                        hint="Name contexts that agree, such as one version of each.",
                        term=name,
                    )
            terms[name] = term
        return terms


def _terms(local: dict[str, Any]) -> Iterable[tuple[str, Term]]:
    """The terms that a context of the table defines, read once."""
    found = _read.get(id(local))
    if found is None:
        protected = bool(local.get("protected"))
        named = [(name, _term(definition, protected)) for name, definition in local["terms"].items()]
        # The table lives as long as the process, so an id stays its own.
        found = _read[id(local)] = named
    return found


def _term(definition: Any, protected: bool) -> Term:
    if isinstance(definition, str):
        # A term that is only an IRI may stand as prefix if that ends like one (4.2.2, step 14.2.5).
        prefix = not definition.startswith("@") and definition[-1:] in ":/?#[]@"
        return Term(definition, prefix=prefix, protected=protected)
    return Term(
        definition["iri"],
        type=definition.get("type", ""),
        container=tuple(definition.get("container", ())),
        reverse=definition.get("reverse", False),
        prefix=definition.get("prefix", False),
        scoped=definition.get("context", ABSENT),
        protected=definition.get("protected", protected),
    )


_read: dict[int, list[tuple[str, Term]]] = {}
_made = 0
_root: Active | None = None


def root() -> Active:
    """The empty context, from which all others are reached; begun anew when too many are remembered."""
    global _made, _root
    if _root is None or _made > REMEMBERED:
        _made = 0
        _root = Active({}, None, None)
    return _root
