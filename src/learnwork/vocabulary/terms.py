"""Every term that a document may use: CTDL's, and our own as the resource types declare them.

label("ceterms:estimatedCost")                           "Estimated Cost"
is_a("ceterms:AssociateDegree", "ceterms:Credential")    True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from learnwork.vocabulary import types
from learnwork.vocabulary.tables import ClassTerm, PropertyTerm, Vocabulary, ctdl, expand

__all__ = ["context", "is_a", "known", "label", "mentioned", "vocabulary"]

OWN = "own"

# What a value of each kind of our own properties is, in CTDL's words.
_RANGES: Mapping[types.Kind, tuple[str, ...]] = MappingProxyType(
    {
        "text": ("rdf:langString", "xsd:string"),
        "language map": ("rdf:langString",),
        "number": ("xsd:decimal",),
        "boolean": ("xsd:boolean",),
        "money": ("ceterms:CostProfile", "schema:MonetaryAmount", "xsd:decimal"),
        "duration": ("ceterms:DurationProfile", "schema:Duration"),
        "date": ("xsd:date",),
        "code": ("ceterms:CredentialAlignmentObject", "xsd:string"),
        "concept": ("ceterms:CredentialAlignmentObject", "skos:Concept"),
        "place": ("ceterms:Place",),
        "uri": ("xsd:anyURI",),
        "reference": ("rdfs:Resource",),
        "profile": ("rdfs:Resource",),
    }
)
_COERCIONS: Mapping[types.Kind, str] = MappingProxyType(
    {
        "language map": "@language",
        "number": "xsd:decimal",
        "boolean": "xsd:boolean",
        "date": "xsd:date",
        "uri": "@id",
        "reference": "@id",
        "profile": "@id",
        "place": "@id",
        "concept": "@id",
    }
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def vocabulary() -> Vocabulary:
    """CTDL's terms and ours (status "own"), by compact name."""
    base = ctdl()
    classes, properties = dict(base.classes), dict(base.properties)
    for type_ in types.all_types():
        for class_ in type_.classes:
            if class_ not in classes and class_ not in mentioned():
                classes[class_] = ClassTerm(class_, type_.label, expand(class_, base.prefixes), OWN)
        for item in (*type_.properties, *type_.parts):
            if item.term not in properties and item.term not in base.coercions:
                properties[item.term] = PropertyTerm(
                    item.term,
                    item.label,
                    expand(item.term, base.prefixes),
                    OWN,
                    range=_RANGES[item.kind],
                    coercion=_COERCIONS.get(item.kind, ""),
                )
    return Vocabulary(classes, properties, base.schemes, base.concepts, base.prefixes, base.coercions)


@cache
def mentioned() -> frozenset[str]:
    """Classes that CTDL's domains and ranges name without declaring them (those of qdata, mostly)."""
    named = {
        term
        for entry in ctdl().properties.values()
        for term in (*entry.domain, *entry.range)
        if term[:4] != "xsd:"
    }
    named |= {parent for entry in ctdl().classes.values() for parent in entry.parents}
    return frozenset(named - ctdl().classes.keys())


def known(term: str) -> bool:
    """Whether the term is a class, property, scheme or concept that CTDL or a type of ours names."""
    every = vocabulary()
    return (
        term in every.properties
        or term in every.classes
        or term in every.concepts
        or term in every.schemes
        or term in every.coercions
        or term in mentioned()
    )


@cache
def label(term: str) -> str:
    """What to call a term in a sentence or at a value: its label; for an unknown one, its name as words."""
    every = vocabulary()
    entry = (
        every.properties.get(term)
        or every.classes.get(term)
        or every.concepts.get(term)
        or every.schemes.get(term)
    )
    if entry:
        return entry.label
    local = term.rstrip("/#").replace("/", ":").replace("#", ":").rpartition(":")[2] or term
    words = _WORDS.sub(" ", local.replace("_", " ").replace("-", " ")).strip()
    return words[:1].upper() + words[1:]


@cache
def ancestors(class_: str) -> frozenset[str]:
    """The class and everything above it."""
    found = {class_}
    open_ = [class_]
    while open_:
        entry = vocabulary().classes.get(open_.pop())
        for parent in entry.parents if entry else ():
            if parent not in found:
                found.add(parent)
                open_.append(parent)
    return frozenset(found)


def is_a(cls: str, ancestor: str) -> bool:
    """Whether one class is the other or stands under it."""
    return cls == ancestor or ancestor in ancestors(cls)


@cache
def context() -> dict[str, Any]:
    """A JSON-LD context document for everything that we export, made from the tables. Do not change it."""
    every = vocabulary()
    terms: dict[str, Any] = dict(sorted(every.prefixes.items()))
    coercions = dict(every.coercions) | {
        entry.term: entry.coercion for entry in every.properties.values() if entry.coercion
    }
    for term, coercion in sorted(coercions.items()):
        terms[term] = {"@container": coercion} if coercion == "@language" else {"@type": coercion}
    return {"@context": terms}
