"""Everything that the page of a resource shows, gathered with a number of queries that does not depend on its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from learnwork.layout.presentation import FigureText, format_figure
from learnwork.layout.values import Known, words
from learnwork.registry import outlook, queries
from learnwork.registry.figures import documents_of, sharing
from learnwork.registry.models import Area
from learnwork.registry.views import LinkView, ResourceView, Version
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import ResourceType, by_class
from learnwork.web import figures as measured_in
from learnwork.web.claims import Chip, Notes, Reference, fields, referred, standing
from learnwork.web.sections import LEARNING, Arranged, Section, arrange, is_learning

INCOMING = 30
VERSIONS = 20
SHARED_SHOWN = 12
Measured = measured_in.Table | measured_in.Grid
_PROVIDERS = ("ceterms:offeredBy", "ceterms:ownedBy")


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


@dataclass(frozen=True, slots=True)
class Pay:
    """An occupation that the field leads to. cells: (place, what the occupation pays there) for `Outlook.places`."""

    ctid: str
    name: str
    cells: tuple[tuple[str, FigureText | None], ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a program leads: occupations and their pay, which is the occupation's and not that of completers."""

    places: tuple[str, ...]
    rows: tuple[Pay, ...]
    period: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of the page with all that answers it. areas: to choose from, for the tables."""

    key: str
    heading: str
    section: Section | None = None
    outlook: Outlook | None = None
    trend: measured_in.Trend | None = None
    areas: tuple[Area, ...] = ()
    tables: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """See web/resource.html, which prints it from top to bottom."""

    view: ResourceView
    type: ResourceType
    kind: str
    learning: bool
    provider: tuple[LinkView, ...]
    where: str
    sample: bool
    proposed: bool
    standing: str
    reported_only: bool
    arranged: Arranged
    outlook: Outlook | None
    trend: measured_in.Trend | None
    tables: tuple[Measured, ...]
    shared_with: tuple[LinkView, ...]
    areas: tuple[Area, ...]
    area: str
    outgoing: tuple[tuple[str, LinkView], ...]
    incoming: Incoming | None
    versions: tuple[Version, ...]
    notes: tuple[Reference, ...]

    @property
    def name(self) -> str:
        return self.view.name or self.view.ctid

    @property
    def among(self) -> str:
        """The search for what belongs to it: programs of a provider, in a field, for an occupation. "" for others."""
        code = self.view.document.get("ceterms:codedNotation")
        if self.type.key == "organization":
            return f"/search?provider={self.view.ctid}" if self.incoming else ""
        if self.type.key in ("field_of_study", "occupation") and isinstance(code, str):
            return f"/search?{urlencode({self.type.key.partition('_')[0]: code})}"
        return ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The headings in the order in which a reader asks: what it is and costs, where it leads, how it turned out."""
        if not self.learning:
            known = [Part("known", rest.heading, rest)] if (rest := self.arranged.rest) else []
            leads = [Part("leads", "Where does it lead?", outlook=self.outlook)] if self.outlook else []
            return (*known, *leads, *self._measured(self.tables))
        costs = tuple(table for table in self.tables if table.heading == measured_in.COSTS)
        asked = {key: self._answer(key, heading, costs) for key, heading in LEARNING}
        answered = {key: part for key, part in asked.items() if part}
        vouched = [answered.pop("vouches")] if "vouches" in answered else []
        measured = self._measured([table for table in self.tables if table not in costs])
        more = [Part("rest", rest.heading, rest)] if (rest := self.arranged.rest) else []
        return (*answered.values(), *measured, *vouched, *more)

    def _answer(self, key: str, heading: str, costs: tuple[Measured, ...]) -> Part | None:
        section = self.arranged.sections.get(key)
        outlook = self.outlook if key == "leads" else None
        measured = costs if key == "cost" else ()
        return (
            Part(key, heading, section, outlook, tables=measured) if section or outlook or measured else None
        )

    def _measured(self, measured: Sequence[Measured]) -> list[Part]:
        """A part a question, then the trend of awards. The choice of an area stands where there is pay."""
        questions: dict[str, list[Measured]] = {}
        for table in measured:
            questions.setdefault(table.heading, []).append(table)
        choice = self.areas if len(self.areas) > 1 else ()
        parts = [
            Part(found[0].key, heading, areas=choice if found[0].key == "wage" else (), tables=tuple(found))
            for heading, found in questions.items()
        ]
        if self.trend:
            parts.append(Part("awards", "How many complete it?", trend=self.trend))
        return parts


def resource_page(
    view: ResourceView, *, area: str = "", predicate: str = "", offset: int = 0
) -> ResourcePage:
    """The page of a resource. area: key of an area whose figures are shown beside the nation's.

    predicate, offset: which incoming links, and from where on.
    """
    type_ = by_class(view.type)
    links = queries.links(view)
    names = {
        c: name for c, (name, _) in queries.captions(sorted(referred(view.document) | _claimed(view))).items()
    }
    parts = {part.term: (part.label, part.kind) for part in type_.parts}
    notes = Notes()
    arranged = arrange(fields(view, type_, Known(names, parts), notes), view.type)
    provider, document = _provider(view, links)
    region = _region(view.document) or _region(document)
    areas = tuple(outlook.areas(view))
    states = [a.key for a in areas if a.kind == "state"]
    keep = _area(
        {a.key for a in areas}, area, f"state:{region}" if region else states[0] if len(states) == 1 else ""
    )
    figures = queries.figures(view, areas=["us", keep])
    shared = any(figure.shared_by for figure in figures)
    awards = measured_in.awards(figures)
    newest = outlook.newest_figures(awards[-1].source.key) if awards else None
    return ResourcePage(
        view=view,
        type=type_,
        kind=_kind(view, type_),
        learning=is_learning(view.type),
        provider=provider,
        where=_where(view.document) or _where(document),
        sample=bool(view.document.get("lw:sample")),
        proposed=bool(view.document.get("lw:proposed")),
        standing=standing(view.document),
        reported_only=bool(view.document.get("lw:reportedProgram")),
        arranged=arranged,
        outlook=_outlook(links, region, notes),
        trend=measured_in.trend(awards, newest, notes),
        tables=tuple(measured_in.tables(figures, notes)),
        shared_with=tuple(sharing(view)) if shared else (),
        areas=areas,
        area=keep,
        outgoing=_outgoing(links, type_),
        incoming=_incoming(view, type_, predicate, offset),
        versions=tuple(queries.history(view.ctid)[:VERSIONS]),
        notes=notes.all(),
    )


def _area(known: set[str], asked: str, home: str) -> str:
    """Which area's figures stand beside the nation's: the one asked for, the home state, else any if no nation's."""
    return next(
        (key for key in (asked, home) if key in known), "" if "us" in known else min(known, default="")
    )


def _claimed(view: ResourceView) -> set[str]:
    """References in values that lost against a preferred one; they are shown in the conflict."""
    return {
        ctid
        for claims in view.claims.values()
        for claim in claims
        if not claim.preferred
        for ctid in referred(claim.value)
    }


def _kind(view: ResourceView, type_: ResourceType) -> str:
    """What a reader calls it: the class where it says more than the type ("Associate degree", "License")."""
    said = term_label(view.type)
    return type_.label if said.lower() in type_.label.lower() or type_.key == "organization" else said


def _provider(
    view: ResourceView, links: Sequence[LinkView]
) -> tuple[tuple[LinkView, ...], Mapping[str, Any]]:
    """Who offers it, and the first one's document, which says where it is when the program's own does not."""
    found = [link for term in _PROVIDERS for link in links if link.predicate == term]
    each = tuple({link.ctid or link.reference: link for link in found}.values())
    here = next((link.ctid for link in each if link.ctid), "")
    if not here:
        return each, {}
    from learnwork.registry.store import resource_ids

    return each, next(iter(documents_of(list(resource_ids([here]).values())).values()), {})


def _addresses(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for term in ("ceterms:availableAt", "ceterms:address", "ceterms:jurisdiction"):
        value = document.get(term)
        for place in value if isinstance(value, list) else [value]:
            if isinstance(place, dict):
                inner = place.get("ceterms:address")
                first = inner[0] if isinstance(inner, list) and inner else inner
                found.append(first if isinstance(first, dict) else place)
    return found


def _where(document: Mapping[str, Any]) -> str:
    """ "Blackwood, NJ" """
    for place in _addresses(document):
        parts = [words(place.get(f"ceterms:{part}")) for part in ("addressLocality", "addressRegion")]
        if any(parts):
            return ", ".join(part for part in parts if part)
    return ""


def _region(document: Mapping[str, Any]) -> str:
    """The two letters of the state of the first address that has them."""
    regions = (words(place.get("ceterms:addressRegion")) for place in _addresses(document))
    return next(
        (region for region in regions if len(region) == 2 and region.isascii() and region.isupper()), ""
    )


def _outlook(links: Sequence[LinkView], region: str, notes: Notes) -> Outlook | None:
    areas = ["us", f"state:{region}"] if region else ["us"]
    found = outlook.prospects(links, areas)
    if not found:
        return None
    every = [figure for one in found for figure in one.pay.values()]
    named: dict[str, str] = {figure.area_key: figure.area_name for figure in every}
    places = [area for area in areas if area in named]
    return Outlook(
        places=tuple(named[area] for area in places),
        rows=tuple(
            Pay(one.ctid, one.name, tuple((named[area], _pay(one, area)) for area in places)) for one in found
        ),
        period=max((figure.period for figure in every), default=""),
        chip=notes.chip(figure.source for figure in every) if every else None,
    )


def _pay(one: outlook.Prospect, area: str) -> FigureText | None:
    return format_figure(one.pay[area]) if area in one.pay else None


def _outgoing(links: Sequence[LinkView], type_: ResourceType) -> tuple[tuple[str, LinkView], ...]:
    """What it refers to and is not here yet: open references, which close by themselves."""
    labels = {prop.term: prop.label for prop in type_.properties}
    return tuple(
        (labels.get(link.predicate) or path_label(link.predicate), link)
        for link in links[:200]
        if not link.ctid and link.reference
    )


def path_label(predicate: str) -> str:
    """A path of properties in words: "Requires › target credential"."""
    first, *rest = predicate.split("/")
    return " › ".join([term_label(first), *(term_label(term).lower() for term in rest)])


def _incoming(view: ResourceView, type_: ResourceType, predicate: str, offset: int) -> Incoming | None:
    counts = queries.linked_counts(view)
    if not counts:
        return None
    labels = {incoming.predicate: incoming.label for incoming in type_.incoming}
    told = _told(view, type_, counts) - {predicate}
    order = [p for p in (*labels, *(p for p in counts if p not in labels)) if p in counts and p not in told]
    if not order:
        return None
    chosen = predicate if predicate in counts else order[0]
    offset = max(0, min(offset, counts[chosen] - 1))
    links, total = queries.linked(view, chosen, INCOMING, offset)
    offered = outlook.providers_of([link.ctid for link in links]) if chosen not in _PROVIDERS else {}
    named = {p: labels.get(p) or f"As “{path_label(p)}”" for p in order}
    return Incoming(
        chosen,
        named[chosen],
        tuple((link, offered.get(link.ctid, "")) for link in links),
        total,
        offset,
        tuple((p, named[p], counts[p]) for p in order),
    )


def _told(view: ResourceView, type_: ResourceType, counts: Mapping[str, int]) -> set[str]:
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
