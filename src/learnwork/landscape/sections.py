"""What the page of a resource shows of the map: of entries, parties, building blocks, topics and terms.

`sections(view, valid_on)` gives parts of the page, each with its template; `told(view)` the properties that they speak
of, which the page then does not list once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from learnwork.landscape import glossary, library, parts, portfolio, telling
from learnwork.landscape.answering import living, scheme_asked
from learnwork.landscape.compiling import ENTRY, MENTIONS
from learnwork.landscape.days import latest
from learnwork.landscape.filters import is_day
from learnwork.landscape.glossary import Term
from learnwork.landscape.goals import GOAL
from learnwork.landscape.model import Landscape
from learnwork.landscape.shelves import BLOCK, TERM, THEME, TOPIC, Shelves, shelves
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.documents import texts

# Properties that the sections of an entry, and of a party, speak of.
_DATED = (parts.ROLES, parts.TIES, parts.MILESTONES, parts.STAGES, parts.NAMES, parts.PARENTS, parts.GOALS)
_OF_ENTRY = (
    *_DATED,
    *MENTIONS,
    "lw:buildingBlock",
    "lw:topic",
    "lw:goal",
    "lw:parent",
    "lw:reviewedOn",
    "lw:notUnder",
)
_OF_PARTY = (parts.NAMES, parts.PARENTS, "lw:partOf")
_PARTIES = frozenset(
    {"lw:Alliance", "lw:Funder", "ceterms:CredentialOrganization", "ceterms:QACredentialOrganization"}
)
_TO_PARTY = frozenset({*MENTIONS, "lw:roles/lw:actor", "lw:funder", "lw:recipient", "lw:partOf"})
AT_ONCE = 24  # entries that a block or term lists


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. told: what its template prints; asked: the time that was asked for, "" for today."""

    template: str
    key: str
    heading: str
    ctid: str
    told: Any
    asked: str = ""
    style: ClassVar[str] = "landscape/library.css"


def sections(view: ResourceView, valid_on: str = "") -> list[Section]:
    """The map's part of a resource's page; [] where the map does not know it."""
    day = valid_on if is_day(valid_on) else ""
    if view.type == ENTRY:
        return _entry(view, day)
    if view.type in _PARTIES:
        return _party(view, day)
    if view.type in (BLOCK, THEME):
        return _block(view)
    if view.type == TOPIC:
        return _topic(view)
    if view.type == GOAL:
        return _goal(view)
    return _term(view) if view.type == TERM else []


def told(view: ResourceView) -> tuple[str, ...]:
    """The properties that the sections of a resource speak of."""
    if view.type == ENTRY:
        return _OF_ENTRY
    if view.type not in _PARTIES:
        return ()
    shown = {role.entry for role in living().roles if role.party == view.ctid}
    return (*_OF_PARTY, "lw:funds") if set(texts(view.document.get("lw:funds"))) <= shown else _OF_PARTY


def referring(view: ResourceView) -> frozenset[str]:
    """The references to a resource of which its sections speak."""
    if view.type == ENTRY:
        return frozenset(
            {"lw:initiative", "lw:funds", "lw:ties/lw:other", "lw:parent", "lw:parents/lw:parent"}
        )
    if view.type in _PARTIES:
        return _TO_PARTY
    if view.type == GOAL:
        return frozenset({"lw:goal", "lw:goalAssignments/lw:goal"})
    return frozenset({"lw:buildingBlock", "lw:topic"}) if view.type in (BLOCK, THEME, TOPIC) else frozenset()


def _entry(view: ResourceView, day: str) -> list[Section]:
    known = living(day)
    if view.ctid not in known.entries:
        return []
    told = telling.entry_told(known, view.ctid, latest(day) or datetime.now(UTC).date())
    about = {
        "blocks": [(one, known.labels.get(one, one)) for one in told.entry.blocks],
        "topics": [(one, known.labels.get(one, one)) for one in told.entry.topics],
        "told": told,
    }
    made = [
        _section("about", _("What is it about?"), view, about),
        _section("roles", _("Who works on it, and since when?"), view, told, day),
        _section("stages", _("How far is it?"), view, told, day),
        _section("ties", _("With whom does it work?"), view, told),
        _section("grants", _("Who gave how much?"), view, {"rows": told.grants, "of": "entry"}),
    ]
    return [*made, *_words(view, told.entry.description)]


def _party(view: ResourceView, day: str) -> list[Section]:
    known = living(day)
    if view.ctid not in known.parties:
        return []
    told = telling.party_told(known, view.ctid, latest(day) or datetime.now(UTC).date())
    if not (told.roles or told.given or told.received or told.names or view.type.startswith("lw:")):
        return []
    made = [_section("part", _("What does it take part in?"), view, told, day)]
    if told.given or told.received:
        money = {"rows": (*told.given, *told.received), "of": "party"}
        made.append(_section("grants", _("Who gave how much?"), view, money))
    held = portfolio.portfolio(known, view.ctid, latest(day) or datetime.now(UTC).date())
    if held.fundings:
        made.append(_section("portfolio", _("What does it fund, and with whom?"), view, held))
    return made


def _block(view: ResourceView) -> list[Section]:
    known, held = living(), shelves()
    block = next((one for one in held.blocks if one.ctid == view.ctid), None)
    inside = [ctid for ctid, entry in known.entries.items() if view.ctid in entry.blocks]
    made = []
    if block and block.topics:
        rows = next(row for row in library.shelf_rows(held, known) if row.block.ctid == view.ctid)
        made.append(_section("topics", _("Which topics belong to it?"), view, rows.topics))
    made.append(_listed(view, _("Who works on it?"), known, held, inside, f"block={view.ctid}"))
    words = tuple(term for term in held.terms if view.ctid in term.blocks)
    return [*made, *([_section("words", _("Which words belong to it?"), view, words)] if words else [])]


def _topic(view: ResourceView) -> list[Section]:
    """Its entries; where none is sorted under it, those of its building block, said so."""
    known, held = living(), shelves()
    inside = [ctid for ctid, entry in known.entries.items() if view.ctid in entry.topics]
    if inside:
        return [_listed(view, _("Who works on it?"), known, held, inside, f"topic={view.ctid}")]
    blocks = [block for block in held.blocks if any(topic.ctid == view.ctid for topic in block.topics)]
    near = [ctid for ctid, entry in known.entries.items() if {b.ctid for b in blocks} & set(entry.blocks)]
    query = "&".join(f"block={block.ctid}" for block in blocks)
    return [_listed(view, _("Who works near it?"), known, held, near, query, blocks)]


def _goal(view: ResourceView) -> list[Section]:
    """Its entries, and those of the goals of other schemes that it is."""
    known = living(scheme=scheme_asked((view.ctid,), living()))
    inside = [ctid for ctid, entry in known.entries.items() if view.ctid in entry.goals]
    return [_listed(view, _("Who works towards it?"), known, shelves(), inside, f"goal={view.ctid}")]


def _term(view: ResourceView) -> list[Section]:
    known, held = living(), shelves()
    term = next((one for one in held.terms if one.ctid == view.ctid), None)
    if term is None:
        return []
    using = [
        ctid
        for ctid, entry in known.entries.items()
        if any(found.ctid == term.ctid for found in glossary.found_in(entry.description, held.terms))
    ]
    return [_listed(view, _("Who uses the word?"), known, held, using)] if using else []


def _listed(
    view: ResourceView,
    heading: str,
    known: Landscape,
    held: Shelves,
    ctids: list[str],
    query: str = "",
    near: Any = (),
) -> Section:
    rows = library.entry_rows(known, ctids)
    told = {"rows": rows[:AT_ONCE], "total": len(rows), "query": query, "near": near, "terms": held.terms}
    return _section("entries", heading, view, told)


def _words(view: ResourceView, text: str) -> list[Section]:
    found: tuple[Term, ...] = glossary.found_in(text, shelves().terms)
    return [_section("words", _("What do the words mean?"), view, found)] if found else []


def _section(key: str, heading: str, view: ResourceView, told: Any, asked: str = "") -> Section:
    return Section(f"landscape/told/{key}.html", f"map-{key}", heading, view.ctid, told, asked)
