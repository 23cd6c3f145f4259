"""What editors should look at before they freeze: no lead, stale, open suggestions, conflicts, and what hangs loose.

Nothing here forbids freezing; the list goes into the edition, so that its readers know what its editors knew. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from learnwork.landscape.model import Landscape, RoleKind


class Matter(StrEnum):
    """What is the matter with an entry."""

    NO_LEAD = "no lead"
    STALE = "not reviewed within its period"
    SUGGESTION = "open suggestions"
    CONFLICT = "sources disagree"
    NO_GOAL = "no goal of this scheme"
    NO_SOURCE = "no source cited"
    NO_TEXT = "no description"
    LOST = "refers to what is not here"
    CIRCLE = "is its own ancestor"


@dataclass(frozen=True, slots=True)
class Finding:
    """number: of open suggestions. about: the matters in conflict, or what is missing."""

    matter: Matter
    ctid: str
    name: str
    about: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry knows of entries beside the map: CTID → open suggestions, matters in conflict; the stale."""

    suggestions: Mapping[str, int]
    conflicts: Mapping[str, tuple[str, ...]]
    stale: frozenset[str]


def findings(landscape: Landscape, known: Known) -> tuple[Finding, ...]:
    """Every matter of every entry, in the order of `Matter`, then of names."""
    leads = {role.entry for role in landscape.roles if role.kind in (RoleKind.LEAD, RoleKind.CO_LEAD)}
    goals = {goal.ctid for goal in landscape.scheme.goals}
    lost = _lost(landscape)
    circles = _circles(landscape)
    found = []
    for ctid, entry in landscape.entries.items():
        matters: Iterable[tuple[Matter, bool, tuple[str, ...], int]] = (
            (Matter.NO_LEAD, ctid not in leads, (), 0),
            (Matter.STALE, ctid in known.stale, (), 0),
            (Matter.SUGGESTION, ctid in known.suggestions, (), known.suggestions.get(ctid, 0)),
            (Matter.CONFLICT, ctid in known.conflicts, known.conflicts.get(ctid, ()), 0),
            (Matter.NO_GOAL, bool(goals) and not goals & set(entry.goals), (), 0),
            (Matter.NO_SOURCE, not entry.said.citations, (), 0),
            (Matter.NO_TEXT, not entry.description.strip(), (), 0),
            (Matter.LOST, ctid in lost, lost.get(ctid, ()), 0),
            (Matter.CIRCLE, ctid in circles, (), 0),
        )
        found += [Finding(what, ctid, entry.name, about, n) for what, so, about, n in matters if so]
    order = list(Matter)
    return tuple(sorted(found, key=lambda one: (order.index(one.matter), one.name.casefold(), one.ctid)))


def _lost(landscape: Landscape) -> dict[str, tuple[str, ...]]:
    """Entry → CTIDs of parties, entries and goals that it names and the map does not have."""
    goals = {goal.ctid for scheme in (landscape.scheme, *landscape.schemes) for goal in scheme.goals}
    found: dict[str, set[str]] = {}
    for role in landscape.roles:
        if role.party not in landscape.parties and role.party not in landscape.entries:
            found.setdefault(role.entry, set()).add(role.party)
    for tie in landscape.ties:
        if tie.other not in landscape.entries and tie.other not in landscape.parties:
            found.setdefault(tie.entry, set()).add(tie.other)
    for entry in landscape.entries.values():
        named = {*entry.goals} - goals
        if entry.parent and entry.parent not in landscape.entries and entry.parent not in landscape.parties:
            named.add(entry.parent)
        if named:
            found.setdefault(entry.ctid, set()).update(named)
    return {ctid: tuple(sorted(named)) for ctid, named in found.items()}


def _circles(landscape: Landscape) -> set[str]:
    """Entries that come back to themselves by their parents."""
    found = set()
    for ctid, entry in landscape.entries.items():
        seen, at = set[str](), entry.parent
        while at and at != ctid and at not in seen:
            seen.add(at)
            parent = landscape.entries.get(at)
            at = parent.parent if parent else ""
        if at == ctid:
            found.add(ctid)
    return found
