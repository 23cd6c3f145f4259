"""What the library of the map is sorted by: building blocks with their topics, and the words of its glossary.

Read from the registry, and kept in this process until something is published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from learnwork.landscape.glossary import Term
from learnwork.registry import listing
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Resource
from learnwork.vocabulary.documents import Document, caption, in_language, texts

BLOCK, THEME, TOPIC, TERM = "lw:BuildingBlock", "lw:CrossCuttingTheme", "lw:Topic", "lw:GlossaryTerm"


@dataclass(frozen=True, slots=True)
class Topic:
    """proposed: no page cited names it so."""

    ctid: str
    name: str
    blocks: tuple[str, ...] = ()
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A building block, or (theme) what runs across all of them."""

    ctid: str
    name: str
    topics: tuple[Topic, ...] = ()
    theme: bool = False
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Shelves:
    """blocks: building blocks, then themes, each by name. loose: topics of no block. terms: by name."""

    blocks: tuple[Block, ...] = ()
    loose: tuple[Topic, ...] = ()
    terms: tuple[Term, ...] = ()


def shelves() -> Shelves:
    """One query where nothing was published since the last time."""
    return _read(listing.state())


@lru_cache(maxsize=2)
def _read(state: str) -> Shelves:
    rows = Resource.objects.filter(
        type__in=(BLOCK, THEME, TOPIC, TERM), status=Resource.Status.CURRENT
    ).values_list("id", "ctid", "type")
    found = list(rows)
    documents = documents_of([pk for pk, _ctid, _kind in found])
    of: dict[str, list[tuple[str, Document]]] = {BLOCK: [], THEME: [], TOPIC: [], TERM: []}
    for pk, ctid, kind in found:
        of[kind].append((ctid, documents.get(pk, {})))
    topics = sorted((_topic(*one) for one in of[TOPIC]), key=lambda one: one.name.casefold())
    blocks = [_block(*one, topics, theme=kind == THEME) for kind in (BLOCK, THEME) for one in of[kind]]
    here = {block.ctid for block in blocks}
    return Shelves(
        tuple(sorted(blocks, key=lambda one: (one.theme, one.name.casefold()))),
        tuple(topic for topic in topics if not here & set(topic.blocks)),
        tuple(sorted((_term(*one) for one in of[TERM]), key=lambda one: one.name.casefold())),
    )


def _block(ctid: str, document: Document, topics: list[Topic], *, theme: bool) -> Block:
    mine = tuple(topic for topic in topics if ctid in topic.blocks)
    return Block(ctid, caption(document), mine, theme, "ceterms:name" in _proposed(document))


def _topic(ctid: str, document: Document) -> Topic:
    blocks = tuple(_references(document, "lw:buildingBlock"))
    return Topic(ctid, caption(document), blocks, "ceterms:name" in _proposed(document))


def _term(ctid: str, document: Document) -> Term:
    return Term(
        ctid,
        caption(document),
        in_language(document.get("ceterms:description")),
        tuple(texts(document.get("ceterms:alternateName"))),
        tuple(_references(document, "lw:buildingBlock")),
        "ceterms:description" in _proposed(document),
    )


def _references(document: Document, term: str) -> Iterator[str]:
    value = document.get(term)
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _proposed(document: Document) -> frozenset[str]:
    return frozenset(texts(document.get("lw:proposed")))
