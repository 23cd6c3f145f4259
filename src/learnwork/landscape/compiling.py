"""Documents of the registry → the map as plain data. Pure: the two times and all mergers come as parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from learnwork.landscape import parts
from learnwork.landscape.compiling_grants import GRANT, grants
from learnwork.landscape.filters import milestone_then
from learnwork.landscape.goals import GOAL, SCHEME, Goals, read_goals
from learnwork.landscape.model import (
    Entry,
    Landscape,
    Milestone,
    Name,
    Party,
    Plan,
    Role,
    RoleKind,
    Said,
    Span,
    Stage,
    Tie,
)
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.documents import Document, caption, in_language

ENTRY = "lw:Initiative"
PARTIES = {"lw:Alliance": "alliance", "lw:Funder": "funder"}
LABELS = ("lw:BuildingBlock", "lw:CrossCuttingTheme", "lw:Topic")
CLASSES = (ENTRY, *PARTIES, *LABELS, GRANT, GOAL, SCHEME)
NAMED = "name:"
# Undated statements of an entry's document, and the role that they state.
MENTIONS = {
    "lw:ledBy": RoleKind.LEAD,
    "lw:partner": RoleKind.PARTNER,
    "lw:fundedBy": RoleKind.FUNDER,
}
# What happened, by the kinds of events that mark progress.
_REACHED = frozenset({"milestone", "product", "launch", "policy"})
_DUE = frozenset({"deadline"})
_KEY = 80  # letters of a key that is made from a name


@dataclass(frozen=True, slots=True)
class Names:
    """Who is meant. same: CTID → the one that it is part of by a ruling. known_as: a name → the CTID that it means."""

    same: Mapping[str, str] = field(default_factory=dict)
    known_as: Mapping[str, str] = field(default_factory=dict)

    def ctid(self, value: Any) -> str:
        return self.same.get(value, value) if isinstance(value, str) else ""

    def party(self, value: Any) -> str:
        """CTID or `name:…` of a CTID, a name, or a node that has only a name. "" where it names nobody."""
        if isinstance(value, str) and is_ctid(value):
            return self.ctid(value)
        spelled = value if isinstance(value, str) else in_language((value or {}).get("ceterms:name"))
        if not spelled.strip():
            return ""
        return self.known_as.get(spelled, f"{NAMED}{spelled}")


def holds(span: Span, day: str) -> bool:
    """Whether it was so on a day (year, month), as precisely as both are known. "" for no day: always."""

    def compared(one: str) -> tuple[str, str]:
        precision = min(len(one), len(day))
        return one[:precision], day[:precision]

    begins, on = compared(span.start)
    ends, on_too = compared(span.end)
    return begins <= on and (not span.end or ends >= on_too)


def known_as(documents: Mapping[str, Document], same: Mapping[str, str]) -> dict[str, str]:
    """A name → who it means, by the curators' `lw:knownAs`; a name that two claim means neither."""
    claimed: dict[str, set[str]] = {}
    for ctid, document in documents.items():
        for name in parts.listed(document.get(parts.KNOWN_AS)):
            claimed.setdefault(str(name), set()).add(same.get(ctid, ctid))
    return {name: next(iter(who)) for name, who in claimed.items() if len(who) == 1}


def referred(documents: Iterable[Document]) -> set[str]:
    """CTIDs of parties that entries and grants name."""
    found: set[str] = set()
    for document in documents:
        for term in (*MENTIONS, "lw:funder", "lw:recipient", "lw:regrantsFrom", "lw:partOf"):
            found.update(v for v in parts.listed(document.get(term)) if isinstance(v, str) and is_ctid(v))
        for part in parts.listed(document.get(parts.ROLES)):
            if isinstance(part, dict) and is_ctid(who := parts.actor(part)):
                found.add(who)
    return found


def landscape_of(
    documents: Mapping[str, Document],
    same: Mapping[str, str] | None = None,
    valid_on: str = "",
    known_at: str = "",
    scheme: str = "",
) -> Landscape:
    """The map that composed documents state.

    documents: CTID → document, of entries, parties, grants, goals, blocks and topics, without those merged away.
    same: CTID → what it was merged into. valid_on: leave out roles, ties and names that did not hold that day and
    grants that were not made yet ("" for everything, whenever it was so). scheme: key of the goal scheme to order by;
    "" for the one that most entries are ordered by.
    """
    same = same or {}
    names = Names(same, known_as(documents, same))
    entered = {ctid: d for ctid, d in documents.items() if d.get("@type") == ENTRY}
    goals = read_goals(documents, [_stated_goals(d) for d in entered.values()], names.ctid, scheme)
    entries = {ctid: _entry(ctid, document, names, goals, valid_on) for ctid, document in entered.items()}
    roles = [
        role for ctid, d in entered.items() for role in _roles(ctid, d, names) if holds(role.span, valid_on)
    ]
    ties = [tie for ctid, d in entered.items() for tie in _ties(ctid, d, names) if holds(tie.span, valid_on)]
    given = [
        one for one in grants(documents, names.party, names.ctid) if _made(one.span, one.stated_on, valid_on)
    ]
    acting = [r.party for r in roles] + [p for g in given for p in (g.funder, g.recipient, *g.passes_on) if p]
    return Landscape(
        entries=_by_name(entries),
        parties=_by_name(_parties(documents, acting, names, valid_on)),
        roles=tuple(roles),
        grants=tuple(given),
        ties=tuple(ties),
        milestones=tuple(
            then
            for ctid, document in entered.items()
            for one in _milestones(ctid, document)
            if (then := milestone_then(one, valid_on) if valid_on else one)
        ),
        stages=tuple(s for ctid, document in entered.items() for s in _stages(ctid, document)),
        scheme=goals.scheme,
        schemes=goals.schemes,
        labels={ctid: caption(d) for ctid, d in documents.items() if d.get("@type") in LABELS},
        valid_on=valid_on,
        known_at=known_at,
    )


def _by_name(rows: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(rows.items(), key=lambda one: (one[1].name.casefold(), one[0])))


def _made(span: Span, stated_on: str, day: str) -> bool:
    """Whether a grant was made by a day; one without any date always was. Money given stays given after its end."""
    return holds(Span(start=span.start or stated_on), day)


def key_of(name: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower())
    return "-".join(words.split())[:_KEY]


def _pages(document: Document) -> tuple[str, ...]:
    return tuple(page for page in parts.listed(document.get("lw:citation")) if isinstance(page, str))


def _entry(ctid: str, document: Document, names: Names, goals: Goals, day: str) -> Entry:
    proposed = frozenset(str(term) for term in parts.listed(document.get("lw:proposed")))
    parent = _parent(document, names)
    return Entry(
        ctid=ctid,
        key=key_of(caption(document)),
        name=_called(document, day),
        kind=parts.text(document.get("lw:kind")) or "initiative",
        status=parts.text(document.get("lw:status")),
        description=in_language(document.get("ceterms:description")),
        parent=parent if parent != ctid else "",
        span=parts.span(document),
        blocks=_named(document, "lw:buildingBlock", names),
        topics=_named(document, "lw:topic", names),
        goals=goals.of(_goals(document, names, goals)),
        features=tuple(str(one) for one in parts.listed(document.get("lw:feature"))),
        places=tuple(str(one) for one in parts.listed(document.get("lw:geography"))),
        url=parts.text(document.get("ceterms:subjectWebpage")),
        reviewed_on=parts.text(document.get("lw:reviewedOn")),
        proposed=proposed,
        said=Said(_pages(document)),
    )


def _parent(document: Document, names: Names) -> str:
    """What a thing is part of: what a dated part says, else the plain statements."""
    if (ruled := parts.parts(document, parts.PARENTS)).keys():
        return names.ctid(next(iter(ruled.values())).get("lw:parent"))
    plain = ("lw:parent", "lw:partOf", "ceterms:parentOrganization")
    stated = (names.party(one) for term in plain for one in parts.listed(document.get(term)))
    return next((who for who in stated if who), "")


def _stated_goals(document: Document) -> list[Any]:
    assigned = parts.holding(document, parts.GOALS).values()
    plain = parts.listed(document.get("lw:goal"))
    return [*plain, *(goal for part in assigned for goal in parts.listed(part.get("lw:goal")))]


def _goals(document: Document, names: Names, goals: Goals) -> list[str]:
    """A curator's assignment takes the place of all goals of the same scheme that others say."""
    assigned = parts.holding(document, parts.GOALS)
    replaced = {goal.ctid for scheme in goals.schemes if scheme.ctid in assigned for goal in scheme.goals}
    plain = [goal for goal in _named(document, "lw:goal", names) if goal not in replaced]
    return [*plain, *(goal for part in assigned.values() for goal in _named(part, "lw:goal", names))]


def _named(document: Document, term: str, names: Names) -> tuple[str, ...]:
    found = (names.ctid(value) for value in parts.listed(document.get(term)))
    return tuple(dict.fromkeys(ctid for ctid in found if ctid))


def _roles(entry: str, document: Document, names: Names) -> Iterable[Role]:
    """Dated roles, then the undated mentions that no dated role of the same party and kind replaces.

    An entry may lead itself; what says that it is its own partner says nothing, and is left out.
    """
    pages, proposed = _pages(document), parts.listed(document.get("lw:proposed"))
    replaced: set[tuple[RoleKind, str]] = set()
    replaced.add((RoleKind.PARTNER, entry))
    seen: set[tuple[RoleKind, str, Span]] = set()
    for key, part in parts.parts(document, parts.ROLES).items():
        party = names.party(parts.actor(part))
        role = parts.role(entry, party, key, part, pages) if party else None
        if role is None or (role.kind, party) == (RoleKind.PARTNER, entry):
            continue
        replaced.add((role.kind, party))
        if not part.get("lw:removed") and (role.kind, party, role.span) not in seen:
            seen.add((role.kind, party, role.span))
            yield role
    for term, kind in MENTIONS.items():
        for value in parts.listed(document.get(term)):
            party = names.party(value)
            if party and (kind, party) not in replaced:
                replaced.add((kind, party))
                key = f"{kind}:{party.removeprefix(NAMED)}"
                yield Role(entry, party, kind, said=Said(pages, term in proposed), key=key)


def _ties(entry: str, document: Document, names: Names) -> Iterable[Tie]:
    for key, part in parts.holding(document, parts.TIES).items():
        declared = tuple(names.ctid(one) for one in parts.listed(part.get("lw:declaredBy")))
        if (tie := parts.tie(entry, names.ctid(part.get("lw:other")), key, part, declared)) is not None:
            yield tie


def _milestones(entry: str, document: Document) -> Iterable[Milestone]:
    """Those that are planned, and what happened: an event of a kind that marks progress, its plan not known."""
    pages = _pages(document)
    known = parts.parts(document, parts.MILESTONES)
    for key, part in parts.holding(document, parts.MILESTONES).items():
        yield parts.milestone(entry, key, part, pages)
    for event in parts.listed(document.get("lw:events")):
        if not isinstance(event, dict):
            continue
        kind, day, text = (parts.text(event.get(term)) for term in ("lw:kind", "lw:date", "lw:text"))
        key = f"{day}:{key_of(text)}"
        if key in known or not day[:4].isdigit():
            continue
        if kind in _REACHED:
            yield Milestone(entry, key, text, (Plan(""),), day, Said(pages))
        elif kind in _DUE:
            yield Milestone(entry, key, text, (Plan(day),), "", Said(pages))


def _stages(entry: str, document: Document) -> Iterable[Stage]:
    pages = _pages(document)
    found = (parts.stage(entry, part, pages) for part in parts.holding(document, parts.STAGES).values())
    return [stage for stage in found if stage is not None]


def _parties(
    documents: Mapping[str, Document], acting: Iterable[str], names: Names, day: str
) -> dict[str, Party]:
    merged: dict[str, list[str]] = {}
    for away, root in names.same.items():
        merged.setdefault(root, []).append(away)
    wanted = Counter(acting)
    wanted.update(ctid for ctid, document in documents.items() if document.get("@type") in PARTIES)
    found: dict[str, Party] = {}
    waiting = list(wanted)
    while waiting:
        ctid = waiting.pop()
        if ctid in found:
            continue
        document = documents.get(ctid)
        if document is None:
            found[ctid] = Party(ctid, ctid.removeprefix(NAMED))
            continue
        party = found[ctid] = _party(ctid, document, names, day, tuple(sorted(merged.get(ctid, ()))))
        waiting.extend(one for one in (party.parent, *party.passes_on) if one)
    return found


def _party(ctid: str, document: Document, names: Names, day: str, merged: tuple[str, ...]) -> Party:
    kind = str(document.get("@type"))
    dated = [parts.name(part) for part in parts.holding(document, parts.NAMES).values()]
    called = _called(document, day)
    also = [called, caption(document), *_alternates(document)]
    plain = [Name(text) for text in dict.fromkeys(also) if text not in {name.text for name in dated}]
    parent = _parent(document, names)
    later = in_language(document.get("lw:laterName"))
    return Party(
        ctid,
        called,
        parts.text(document.get("lw:kind")) or PARTIES.get(kind, "organization"),
        (*dated, *plain),
        parent if parent != ctid else "",
        merged,
        Said(_pages(document), "ceterms:name" in parts.listed(document.get("lw:proposed"))),
        tuple(name.strip() for name in later.split(" / ") if name.strip()),
        tuple(who for one in parts.listed(document.get("lw:regrantsFrom")) if (who := names.party(one))),
    )


def _called(document: Document, day: str) -> str:
    """Its name on a day: of dated names that hold then, the one that began last; else its name of now."""
    dated = (parts.name(part) for part in parts.holding(document, parts.NAMES).values()) if day else ()
    then = [name for name in dated if name.text and holds(name.span, day)]
    return max(then, key=lambda name: name.span.start).text if then else caption(document)


def _alternates(document: Document) -> list[str]:
    other = document.get("ceterms:alternateName")
    spelled = other.get("en") if isinstance(other, dict) else other
    return [one for one in parts.listed(spelled) if isinstance(one, str)]
