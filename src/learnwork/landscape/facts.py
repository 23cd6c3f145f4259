"""What a map says of each entry, as single facts that two maps can be compared by.

A fact has a key (aspect, subject, about) and a value; the subject is an entry or, of names, a party. A value is None
where nothing is said. Values depend on nothing but the map and its own as-of day, so that differences compose. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from learnwork.landscape.days import latest
from learnwork.landscape.filters import holds
from learnwork.landscape.model import Entry, Grant, Landscape, Milestone, RoleKind, Span, Stage
from learnwork.landscape.progress import cells_of, year_of

_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|`)(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL)
_ALIKE = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})
_LEADING = (RoleKind.LEAD, RoleKind.CO_LEAD)


class Aspect(StrEnum):
    """What of its subject a fact is about."""

    NAME = "name"
    PARTY_NAME = "party name"
    FIELD = "field"
    GOAL = "goal"
    PLACE_IN_MAP = "place in the map"
    LEAD = "lead"
    ROLE = "role"
    STAGE = "stage"
    STAGE_OF = "stage of a period"
    MILESTONE = "milestone"
    GRANT = "grant"
    TIE = "tie"


@dataclass(frozen=True, slots=True)
class Stood:
    """A stage, low to high, as recorded or forecast."""

    low: int
    high: int
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone: what is planned, when it was reached, whether the plan has passed without."""

    name: str
    plan: str
    actual: str
    missed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """A grant: who gives, how much of what, when, whether it is over on the as-of day."""

    funder: str
    money: tuple[str, str, str]
    span: Span
    over: bool


Key = tuple[Aspect, str, str]
Value = str | frozenset[str] | frozenset[tuple[str, str]] | Stood | Reached | Given | bool
Facts = dict[Key, Value]
Moved = Mapping[str, str]


def facts(landscape: Landscape, moved: Moved | None = None) -> Facts:
    """Every fact of the entries. moved: CTID → the one by which the thing goes now."""
    now = moved or {}
    found: Facts = {}
    for entry in landscape.entries.values():
        if entry.ctid not in now:
            found.update(_of_entry(entry, now))
    for entry in landscape.entries.values():
        if (kept := now.get(entry.ctid)) and (Aspect.NAME, kept, "") not in found:
            found.update(_of_entry(entry, now))
    known = {now.get(ctid, ctid) for ctid in landscape.entries}
    parties = sorted(landscape.parties.values(), key=lambda one: one.ctid in now)
    for party in parties:
        found.setdefault((Aspect.PARTY_NAME, now.get(party.ctid, party.ctid), ""), plain(party.name))
    found.update(_of_rows(landscape, now, known))
    found.update(_of_stages(landscape, now, known))
    return found


def plain(text: str) -> str:
    """A text without what is only its form: spacing, kinds of quotes and dashes, emphasis."""
    made = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return " ".join(_EMPHASIS.sub(r"\2", made).split())


def _of_entry(entry: Entry, now: Moved) -> Facts:
    ctid = now.get(entry.ctid, entry.ctid)
    fields: dict[str, Value] = {
        "kind": entry.kind,
        "status": entry.status,
        "description": plain(entry.description),
        "url": entry.url,
        "start": entry.span.start,
        "end": entry.span.end,
        "parent": now.get(entry.parent, entry.parent),
        "states": frozenset(entry.places),
        "features": frozenset(entry.features),
    }
    found: Facts = {(Aspect.FIELD, ctid, name): value for name, value in fields.items() if value}
    found[Aspect.NAME, ctid, ""] = plain(entry.name)
    found[Aspect.GOAL, ctid, ""] = frozenset(entry.goals)
    for name, held in (("blocks", entry.blocks), ("topics", entry.topics)):
        if held:
            found[Aspect.PLACE_IN_MAP, ctid, name] = frozenset(held)
    return found


def _of_rows(landscape: Landscape, now: Moved, known: set[str]) -> Facts:
    """Leads, roles and ties in force, milestones and grants."""
    found: Facts = {}
    leads: dict[str, set[tuple[str, str]]] = {}
    for role in landscape.roles:
        ctid, party = now.get(role.entry, role.entry), now.get(role.party, role.party)
        if ctid not in known or not _in_force(role.span, landscape.valid_on):
            continue
        if role.kind in _LEADING:
            leads.setdefault(ctid, set()).add((party, role.kind))
        else:
            found[Aspect.ROLE, ctid, f"{role.kind}/{party}"] = True
    for ctid, held in leads.items():
        found[Aspect.LEAD, ctid, ""] = frozenset(held)
    for tie in landscape.ties:
        ctid = now.get(tie.entry, tie.entry)
        if ctid in known and _in_force(tie.span, landscape.valid_on):
            found[Aspect.TIE, ctid, f"{tie.kind}/{now.get(tie.other, tie.other)}"] = True
    for milestone in landscape.milestones:
        if (ctid := now.get(milestone.entry, milestone.entry)) in known:
            found[Aspect.MILESTONE, ctid, milestone.key] = _reached(milestone, landscape.valid_on)
    for grant in landscape.grants:
        if not grant.entry or (ctid := now.get(grant.entry, grant.entry)) in known:
            about = f"{grant.ctid}/{now.get(grant.recipient, grant.recipient)}"
            found[Aspect.GRANT, ctid if grant.entry else "", about] = _given(grant, now, landscape.valid_on)
    return found


def _of_stages(landscape: Landscape, now: Moved, known: set[str]) -> Facts:
    """The stage of each period, and the last recorded one that is not after the as-of day."""
    by_entry: dict[str, list[Stage]] = {}
    for stage in landscape.stages:
        if (ctid := now.get(stage.entry, stage.entry)) in known:
            by_entry.setdefault(ctid, []).append(stage)
    day = latest(landscape.valid_on)
    found: Facts = {}
    for ctid, stages in by_entry.items():
        for cell in cells_of(stages):
            if cell.stage is None:
                continue
            stood = Stood(cell.stage.low, cell.stage.high, cell.stage.forecast)
            found[Aspect.STAGE_OF, ctid, cell.period] = stood
            if not stood.forecast and (day is None or (year_of(cell.period) or 0) <= day.year):
                found[Aspect.STAGE, ctid, ""] = stood
    return found


def _reached(milestone: Milestone, as_of: str) -> Reached:
    plan = milestone.plans[-1]
    due, day = latest(plan.date), latest(as_of)
    missed = not milestone.actual and due is not None and day is not None and due < day
    return Reached(plain(milestone.name), plan.date, milestone.actual, missed, plan.reason)


def _given(grant: Grant, now: Moved, as_of: str) -> Given:
    end, day = latest(grant.span.end), latest(as_of)
    amount = "" if grant.amount is None else f"{grant.amount.normalize():f}"
    money = (amount, grant.currency, grant.amount_type if amount else "")
    over = end is not None and day is not None and end < day
    return Given(now.get(grant.funder, grant.funder), money, grant.span, over)


def _in_force(span: Span, as_of: str) -> bool:
    return holds(span, as_of) if as_of else not span.end


def merged(landscape: Landscape) -> dict[str, str]:
    """Former CTID → the one of the entry or party into which it went."""
    things: Iterable[tuple[str, tuple[str, ...]]] = (
        *((one.ctid, one.merged) for one in landscape.entries.values()),
        *((one.ctid, one.merged) for one in landscape.parties.values()),
    )
    return {old: ctid for ctid, olds in things for old in olds if old != ctid}
