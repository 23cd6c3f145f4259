"""What the page of a resource stands on: read once, by a number of queries that does not depend on its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnwork.formats.states import NAMES as STATES
from learnwork.layout.values import Known, words
from learnwork.registry import outlook, queries
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Area
from learnwork.registry.store import resource_ids
from learnwork.registry.views import Figure, LinkView, ResourceView
from learnwork.vocabulary.types import ResourceType, by_class
from learnwork.web.claims import Notes, fields, referred
from learnwork.web.sections import Answers, is_learning

PROVIDERS = ("ceterms:offeredBy", "ceterms:ownedBy")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is. region: two letters of a state; county: its FIPS code. "" for what is not said."""

    city: str = ""
    county: str = ""
    county_name: str = ""
    region: str = ""

    @property
    def state_name(self) -> str:
        return STATES.get(self.region, self.region)

    def __str__(self) -> str:
        return ", ".join(part for part in (self.city, self.region) if part)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A resource with its links, figures, place, and who offers it; `answers` hands each fact out once.

    area: key of the area whose figures stand beside the nation's. counts: how many refer to it, by predicate.
    """

    view: ResourceView
    type: ResourceType
    links: Sequence[LinkView]
    notes: Notes
    answers: Answers
    provider: tuple[LinkView, ...]
    place: Place
    areas: tuple[Area, ...]
    area: str
    figures: Sequence[Figure]
    counts: Mapping[str, int]

    @property
    def learning(self) -> bool:
        return is_learning(self.view.type)

    @property
    def code(self) -> str:
        """The code of a field of study or an occupation."""
        code = self.view.document.get("ceterms:codedNotation")
        return code if isinstance(code, str) else ""


def gather(view: ResourceView, asked: str = "") -> Gathered:
    """asked: key of an area whose figures the reader wants beside the nation's."""
    type_ = by_class(view.type)
    links = queries.links(view)
    found = queries.captions(sorted(referred(view.document) | _claimed(view)))
    parts = {part.term: (part.label, part.kind) for part in type_.parts}
    notes = Notes(view.ctid)
    known = Known({ctid: name for ctid, (name, _kind) in found.items()}, parts)
    provider, document = _provider(links)
    place = place_of(view.document) or place_of(document) or Place()
    areas = tuple(outlook.areas(view))
    states = [a.key for a in areas if a.kind == "state"]
    home = f"state:{place.region}" if place.region else states[0] if len(states) == 1 else ""
    area = _area({a.key for a in areas}, asked, home)
    return Gathered(
        view=view,
        type=type_,
        links=links,
        notes=notes,
        answers=Answers(fields(view, type_, known, notes)),
        provider=provider,
        place=place,
        areas=areas,
        area=area,
        figures=queries.figures(view, areas=["us", area]),
        counts=queries.linked_counts(view),
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


def _provider(links: Sequence[LinkView]) -> tuple[tuple[LinkView, ...], Mapping[str, Any]]:
    """Who offers it, and the first one's document, which says where it is when the program's own does not."""
    found = [link for term in PROVIDERS for link in links if link.predicate == term]
    each = tuple({link.ctid or link.reference: link for link in found}.values())
    here = next((link.ctid for link in each if link.ctid), "")
    if not here:
        return each, {}
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


def place_of(document: Mapping[str, Any]) -> Place | None:
    """The first address that names a town or a state."""
    for place in _addresses(document):
        city = words(place.get("ceterms:addressLocality"))
        region = words(place.get("ceterms:addressRegion"))
        if city or region:
            code = words(place.get("lw:countyCode"))
            county = words(place.get("lw:county")) if code.isdigit() and len(code) == 5 else ""
            return Place(city, code if county else "", county_named(county), region)
    return None


def county_named(name: str) -> str:
    """Lists say "Camden" where the federal survey says "Camden County"."""
    return f"{name} County" if name and " " not in name else name
