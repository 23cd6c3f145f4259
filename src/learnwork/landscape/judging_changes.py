"""What kind of change it is when one fact differs, and how its two values read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from learnwork.landscape.facts import Aspect, Given, Key, Reached, Stood, Value, plain
from learnwork.landscape.model import Landscape, RoleKind


class Kind(StrEnum):
    """What happened, in words that a reader may see."""

    ADDED = "added"
    REMOVED = "removed"
    MERGED = "merged"
    SPLIT = "split off"
    RENAMED = "renamed"
    PARTY_RENAMED = "organization renamed"
    PARTY_MERGED = "organization merged"
    GOAL_MOVED = "moved goal"
    BY_SCHEME = "moved by the new goals"
    PLACE_MOVED = "moved in the map"
    LEAD_CHANGED = "lead changed"
    STAGE_UP = "stage up"
    STAGE_DOWN = "stage down"
    STAGE_SHIFTED = "stage range changed"
    STAGE_REPORTED = "stage reported"
    STAGE_WITHDRAWN = "report withdrawn"
    STAGE_RESTATED = "stage restated"
    FORECAST_NEW = "forecast made"
    FORECAST_REVISED = "forecast revised"
    FORECAST_MET = "as forecast"
    FORECAST_OFF = "otherwise than forecast"
    MILESTONE_NEW = "milestone planned"
    MILESTONE_MET = "milestone met"
    MILESTONE_MISSED = "milestone missed"
    MILESTONE_REPLANNED = "milestone re-planned"
    MILESTONE_CHANGED = "milestone changed"
    MILESTONE_GONE = "milestone dropped"
    PARTNER_JOINED = "partner joined"
    PARTNER_LEFT = "partner left"
    FUNDER_JOINED = "funder joined"
    FUNDER_LEFT = "funder left"
    ROLE_BEGUN = "role begun"
    ROLE_OVER = "role over"
    GRANT_NEW = "grant new"
    GRANT_ENDED = "grant ended"
    GRANT_CHANGED = "grant changed"
    GRANT_GONE = "grant no longer listed"
    TIE_DECLARED = "tie declared"
    TIE_OVER = "tie no longer declared"
    EDITED = "text edited"


@dataclass(frozen=True, slots=True)
class Told:
    kind: Kind
    before: str = ""
    after: str = ""
    about_name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of what either map knows; the later map's goes first."""

    entries: Mapping[str, str]
    parties: Mapping[str, str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, before: Landscape, after: Landscape, moved: Mapping[str, str]) -> Names:
        entries, parties, labels = ({}, {}, {})  # type: tuple[dict[str, str], dict[str, str], dict[str, str]]
        for one in (before, after):
            for ctid, entry in one.entries.items():
                entries[ctid] = plain(entry.name)
            for ctid, party in one.parties.items():
                parties[ctid] = plain(party.name)
            labels |= one.labels
            for scheme in (*one.schemes, one.scheme):
                labels |= {goal.ctid: goal.label for goal in scheme.goals}
        for old, now in moved.items():
            for known in (entries, parties):
                if old in known:
                    known.setdefault(now, known[old])
        return cls(entries, parties, labels)

    def entry(self, ctid: str) -> str:
        return self.entries.get(ctid) or self.parties.get(ctid, ctid)

    def party(self, ctid: str) -> str:
        return self.parties.get(ctid) or self.entries.get(ctid) or ctid.removeprefix("name:")

    def label(self, ctid: str) -> str:
        return self.labels.get(ctid) or ctid

    def listed(self, ctids: frozenset[str]) -> str:
        return ", ".join(sorted(map(self.label, ctids)))


def told(
    key: Key, before: Value | None, after: Value | None, names: Names, goals: Mapping[str, str] | None
) -> list[Told]:
    """What is said of a fact whose two values differ. goals: former goal → the same one now; None: nothing of the
    scheme changed."""
    aspect, _subject, about = key
    if aspect is Aspect.GOAL:
        return _goals(_set(before), _set(after), names, goals)
    one = _JUDGES[aspect](about, before, after, names)
    return [one] if one else []


def _goals(
    before: frozenset[str], after: frozenset[str], names: Names, goals: Mapping[str, str] | None
) -> list[Told]:
    """What editors moved, and what only the new order of goals moved: goals that ended or are new with it."""
    if goals is None:
        return [Told(Kind.GOAL_MOVED, names.listed(before), names.listed(after))]
    kept = frozenset(goals[ctid] for ctid in before if ctid in goals)
    ended = frozenset(ctid for ctid in before if ctid not in goals)
    known = frozenset(goals.values())
    new = frozenset(ctid for ctid in after if ctid not in known)
    found = []
    if kept != after - new:
        found.append(Told(Kind.GOAL_MOVED, names.listed(kept), names.listed(after - new)))
    if ended or new:
        found.append(Told(Kind.BY_SCHEME, names.listed(ended), names.listed(new)))
    return found


def _renamed(_about: str, before: Value | None, after: Value | None, _names: Names) -> Told:
    return Told(Kind.RENAMED, _text(before), _text(after))


def _party_renamed(_about: str, before: Value | None, after: Value | None, _names: Names) -> Told:
    return Told(Kind.PARTY_RENAMED, _text(before), _text(after))


def _edited(about: str, before: Value | None, after: Value | None, names: Names) -> Told:
    said = [names.entry(_text(one)) if about == "parent" and one else one for one in (before, after)]
    texts = [names.listed(one) if isinstance(one, frozenset) else _text(one) for one in said]  # type: ignore[arg-type]
    former, later = texts
    return Told(Kind.EDITED, former, later, about_name=about)


def _placed(about: str, before: Value | None, after: Value | None, names: Names) -> Told:
    return Told(Kind.PLACE_MOVED, names.listed(_set(before)), names.listed(_set(after)), about)


def _lead(_about: str, before: Value | None, after: Value | None, names: Names) -> Told:
    former, later = (
        ", ".join(sorted(names.party(one[0]) for one in held if isinstance(one, tuple)))
        if isinstance(held, frozenset)
        else ""
        for held in (before, after)
    )
    return Told(Kind.LEAD_CHANGED, former, later)


def _role(about: str, before: Value | None, _after: Value | None, names: Names) -> Told:
    kind, _, party = about.partition("/")
    joined, left = {
        RoleKind.PARTNER: (Kind.PARTNER_JOINED, Kind.PARTNER_LEFT),
        RoleKind.FUNDER: (Kind.FUNDER_JOINED, Kind.FUNDER_LEFT),
    }.get(RoleKind(kind), (Kind.ROLE_BEGUN, Kind.ROLE_OVER))
    name = names.party(party)
    if joined is Kind.ROLE_BEGUN:
        name = f"{name} ({kind})"
    return Told(left, name, "", name) if before else Told(joined, "", name, name)


def _stage(_about: str, before: Value | None, after: Value | None, _names: Names) -> Told:
    one, other = _stood(before), _stood(after)
    texts = (_levels(one), _levels(other))
    if one is None or other is None:
        return Told(Kind.STAGE_REPORTED if one is None else Kind.STAGE_WITHDRAWN, *texts)
    if other.low >= one.low and other.high >= one.high:
        return Told(Kind.STAGE_UP, *texts)
    if other.low <= one.low and other.high <= one.high:
        return Told(Kind.STAGE_DOWN, *texts)
    return Told(Kind.STAGE_SHIFTED, *texts)


def _stage_of(about: str, before: Value | None, after: Value | None, _names: Names) -> Told:
    one, other = _stood(before), _stood(after)
    texts = (_levels(one), _levels(other))
    if one is None or other is None:
        if one is None:
            kind = Kind.FORECAST_NEW if other and other.forecast else Kind.STAGE_REPORTED
        else:
            kind = Kind.STAGE_WITHDRAWN
    elif one.forecast and not other.forecast:
        kind = Kind.FORECAST_MET if texts[0] == texts[1] else Kind.FORECAST_OFF
    else:
        kind = Kind.FORECAST_REVISED if other.forecast else Kind.STAGE_RESTATED
    return Told(kind, *texts, about_name=about)


def _milestone(_about: str, before: Value | None, after: Value | None, _names: Names) -> Told | None:
    one, other = _reached(before), _reached(after)
    if other is None:
        return Told(Kind.MILESTONE_GONE, _when(one), "", one.name) if one else None
    kind = Kind.MILESTONE_NEW
    if other.actual and not (one and one.actual):
        kind = Kind.MILESTONE_MET
    elif other.missed and not (one and one.missed):
        kind = Kind.MILESTONE_MISSED
    elif one:
        kind = Kind.MILESTONE_REPLANNED if one.plan != other.plan else Kind.MILESTONE_CHANGED
    reason = other.reason if one and one.plan != other.plan else ""
    return Told(kind, _when(one), _when(other), other.name, reason)


def _grant(_about: str, before: Value | None, after: Value | None, names: Names) -> Told | None:
    one, other = _given(before), _given(after)
    if other is None:
        return Told(Kind.GRANT_GONE, _money(one), "", names.party(one.funder)) if one else None
    kind = Kind.GRANT_CHANGED if one else Kind.GRANT_NEW
    if one and other.over and not one.over:
        kind = Kind.GRANT_ENDED
    return Told(kind, _money(one), _money(other), names.party(other.funder))


def _tie(about: str, before: Value | None, _after: Value | None, names: Names) -> Told:
    kind, _, other = about.partition("/")
    words = f"{kind} {names.entry(other)}"
    return Told(Kind.TIE_OVER, words, "", words) if before else Told(Kind.TIE_DECLARED, "", words, words)


_JUDGES: dict[Aspect, Callable[[str, Value | None, Value | None, Names], Told | None]] = {
    Aspect.NAME: _renamed,
    Aspect.PARTY_NAME: _party_renamed,
    Aspect.FIELD: _edited,
    Aspect.PLACE_IN_MAP: _placed,
    Aspect.LEAD: _lead,
    Aspect.ROLE: _role,
    Aspect.STAGE: _stage,
    Aspect.STAGE_OF: _stage_of,
    Aspect.MILESTONE: _milestone,
    Aspect.GRANT: _grant,
    Aspect.TIE: _tie,
}


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _set(value: Value | None) -> frozenset[str]:
    return frozenset(str(one) for one in value) if isinstance(value, frozenset) else frozenset()


def _stood(value: Value | None) -> Stood | None:
    return value if isinstance(value, Stood) else None


def _reached(value: Value | None) -> Reached | None:
    return value if isinstance(value, Reached) else None


def _given(value: Value | None) -> Given | None:
    return value if isinstance(value, Given) else None


def _levels(stood: Stood | None) -> str:
    if stood is None:
        return ""
    return str(stood.low) if stood.low == stood.high else f"{stood.low}/{stood.high}"


def _when(reached: Reached | None) -> str:
    """The day it was reached, else the day that is planned."""
    return "" if reached is None else reached.actual or reached.plan


def _money(given: Given | None) -> str:
    """ "550,000 USD (committed), 2019 to 2021", as far as it is stated."""
    if given is None:
        return ""
    amount, currency, kind = given.money
    amount = f"{Decimal(amount):,f}" if amount else ""
    stated = " ".join(filter(None, (amount, currency, f"({kind})")))
    money = stated if amount else "amount not stated"
    period = " to ".join(filter(None, (given.span.start, given.span.end)))
    return f"{money}, {period}" if period else money
