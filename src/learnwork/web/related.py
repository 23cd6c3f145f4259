"""What refers to a resource, a page at a time; and which of its own references are not here yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from learnwork.layout.values import called
from learnwork.registry import outlook, queries
from learnwork.registry.views import LinkView, ResourceView
from learnwork.vocabulary.types import ResourceType
from learnwork.web.claims import referred
from learnwork.web.gathered import PROVIDERS, Gathered
from learnwork.web.parts import Listed, Listing

INCOMING = 30
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Incoming:
    """What points here by one predicate, a page of it, each with who offers it. choices: every predicate's count."""

    predicate: str
    label: str
    links: tuple[tuple[LinkView, str], ...]
    total: int
    offset: int
    choices: tuple[tuple[str, str, int], ...]

    @property
    def first(self) -> int:
        return self.offset + 1

    @property
    def last(self) -> int:
        return self.offset + len(self.links)

    @property
    def next(self) -> int | None:
        return self.last if self.last < self.total else None

    @property
    def previous(self) -> int | None:
        return max(0, self.offset - INCOMING) if self.offset else None


def path_label(predicate: str) -> str:
    """A path of properties in words: "Requires › target credential"."""
    first, *rest = predicate.split("/")
    return " › ".join([called(first), *(called(term).lower() for term in rest)])


def open_references(links: Sequence[LinkView], type_: ResourceType) -> tuple[tuple[str, LinkView], ...]:
    """What it refers to and is not here yet: references that close by themselves."""
    labels = {prop.term: prop.label for prop in type_.properties}
    return tuple(
        (labels.get(link.predicate) or path_label(link.predicate), link)
        for link in links[:200]
        if not link.ctid and link.reference
    )


def listing(about: Gathered, heading: str, predicates: Sequence[str], more: str = "") -> Listing | None:
    """The first that refer to it by any of some predicates, by name. more: address of all, else the paged list."""
    there = [predicate for predicate in predicates if about.counts.get(predicate)]
    if not there:
        return None
    links: dict[str, LinkView] = {}
    for predicate in there[:3]:
        for link in queries.linked(about.view, predicate, SHOWN)[0]:
            links.setdefault(link.ctid, link)
    shown = list(links.values())[:SHOWN]
    offered = outlook.providers_of([link.ctid for link in shown])
    total = sum(about.counts[predicate] for predicate in there)
    return Listing(
        heading,
        tuple(Listed(link.ctid, link.name, offered.get(link.ctid, "")) for link in shown),
        total,
        (more or f"?in={there[0]}#incoming") if total > len(shown) else "",
    )


def incoming(about: Gathered, predicate: str, offset: int, told: Collection[str] = ()) -> Incoming | None:
    """The paged list at the end of a page. told: predicates of which the page spoke already."""
    view, type_, counts = about.view, about.type, about.counts
    labels = {one.predicate: one.label for one in type_.incoming}
    said = (_named(view, type_, counts) | set(told)) - {predicate}
    order = [p for p in (*labels, *(p for p in counts if p not in labels)) if p in counts and p not in said]
    if not order:
        return None
    chosen = predicate if predicate in counts else order[0]
    offset = max(0, min(offset, counts[chosen] - 1))
    links, total = queries.linked(view, chosen, INCOMING, offset)
    offered = outlook.providers_of([link.ctid for link in links]) if chosen not in PROVIDERS else {}
    named = {p: labels.get(p) or _("As “%(property)s”") % {"property": path_label(p)} for p in order}
    return Incoming(
        chosen,
        named[chosen],
        tuple((link, offered.get(link.ctid, "")) for link in links),
        total,
        offset,
        tuple((p, named[p], counts[p]) for p in order),
    )


def _named(view: ResourceView, type_: ResourceType, counts: Mapping[str, int]) -> set[str]:
    """Predicates all of whose links the resource itself names under the same words: "What it pays for"."""
    said = {
        prop.label: referred(view.document[prop.term])
        for prop in type_.properties
        if prop.term in view.document
    }
    named = {
        one.predicate: said[one.label]
        for one in type_.incoming
        if one.label in said and 0 < counts.get(one.predicate, 0) <= min(INCOMING, len(said[one.label]))
    }
    return {
        predicate
        for predicate, ctids in named.items()
        if {link.ctid for link in queries.linked(view, predicate, INCOMING)[0]} <= ctids
    }
