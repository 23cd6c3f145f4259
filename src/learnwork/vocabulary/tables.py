"""The compiled tables: CTDL and CTDL-ASN terms, and how their contexts read them, loaded when first asked.

`tools/compile_vocabulary.py` writes the tables; `tables/SOURCES.yaml` says from what. Rooms ask `terms`,
which adds the terms of our own to these.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

OWN_PREFIX = "lw"
OWN_NAMESPACE = "urn:learnwork:"


@dataclass(frozen=True, slots=True)
class ClassTerm:
    """A class. status: "stable" or "unstable" as CTDL says, "own" where the term is ours."""

    term: str
    label: str
    iri: str
    status: str
    parents: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyTerm:
    """A property. domain, range: classes and datatypes, () where any. scheme: whose concepts its values are.

    coercion: how a context reads its values: "@id", "@language", a datatype such as "xsd:date", or "".
    """

    term: str
    label: str
    iri: str
    status: str
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    inverse: str = ""
    parents: tuple[str, ...] = ()
    scheme: str = ""
    coercion: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A concept scheme with its concepts; none where it stands for codes that others keep (CIP, SOC)."""

    term: str
    label: str
    iri: str
    status: str
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    term: str
    label: str
    iri: str
    status: str
    scheme: str
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms by their compact names ("ceterms:Course"). coercions: also of terms that only a context names."""

    classes: Mapping[str, ClassTerm]
    properties: Mapping[str, PropertyTerm]
    schemes: Mapping[str, Scheme]
    concepts: Mapping[str, Concept]
    prefixes: Mapping[str, str]
    coercions: Mapping[str, str]


def rows(name: str) -> Iterator[list[str]]:
    """The rows of one table, without its head."""
    text = (files(__package__) / "tables" / name).read_text("utf-8")
    reader = csv.reader(text.splitlines())
    next(reader)
    return reader


def expand(term: str, prefixes: Mapping[str, str]) -> str:
    """The IRI of a compact name; the name itself where its prefix is not known."""
    prefix, colon, local = term.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else term


@cache
def ctdl() -> Vocabulary:
    """CTDL and CTDL-ASN as published: 150 classes, 501 properties, 36 schemes, 456 concepts."""
    prefixes = dict(rows("prefixes.csv")) | {OWN_PREFIX: OWN_NAMESPACE}
    coercions = dict(rows("coercions.csv"))
    concepts = {
        term: Concept(term, label, expand(term, prefixes), status, scheme, tuple(broader.split()))
        for term, label, status, scheme, broader in rows("concepts.csv")
    }
    members: dict[str, list[str]] = {}
    for concept in concepts.values():
        members.setdefault(concept.scheme, []).append(concept.term)
    return Vocabulary(
        classes={
            term: ClassTerm(
                term,
                label,
                expand(term, prefixes),
                status,
                tuple(parents.split()),
                tuple(equivalents.split()),
            )
            for term, label, status, parents, equivalents in rows("classes.csv")
        },
        properties={row[0]: _property(row, prefixes, coercions) for row in rows("properties.csv")},
        schemes={
            term: Scheme(term, label, expand(term, prefixes), status, tuple(members.get(term, ())))
            for term, label, status in rows("schemes.csv")
        },
        concepts=concepts,
        prefixes=prefixes,
        coercions=coercions,
    )


def _property(row: list[str], prefixes: Mapping[str, str], coercions: Mapping[str, str]) -> PropertyTerm:
    term, label, status, domain, range_, inverse, parents, scheme = row
    return PropertyTerm(
        term,
        label,
        expand(term, prefixes),
        status,
        tuple(domain.split()),
        tuple(range_.split()),
        inverse,
        tuple(parents.split()),
        scheme,
        coercions.get(term, ""),
    )


@cache
def subclasses(term: str) -> tuple[str, ...]:
    """All CTDL classes under a class, itself first, the rest by name."""
    children: dict[str, list[str]] = {}
    for entry in ctdl().classes.values():
        for parent in entry.parents:
            children.setdefault(parent, []).append(entry.term)
    found: set[str] = set()
    open_ = [term]
    while open_:
        for child in children.get(open_.pop(), ()):
            if child not in found:
                found.add(child)
                open_.append(child)
    return (term, *sorted(found - {term}))
