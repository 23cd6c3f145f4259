"""What changed between two maps: two editions, or an edition and today. Pure.

    difference(before, after, reasons={"ce-…": "ended in 2025"})

Formatting is no change (`facts.plain`). A map with itself differs in nothing, and differences compose: for what both
have throughout, (aspect, subject, about) goes from the first `before` to the last `after`. What moved only because the
goals were ordered anew stands apart, as `Kind.BY_SCHEME`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from learnwork.landscape import judging_changes
from learnwork.landscape.facts import Aspect, Facts, Key, facts, merged, plain
from learnwork.landscape.judging_changes import Kind, Names
from learnwork.landscape.model import GoalScheme, Landscape

__all__ = ["Change", "Difference", "Group", "Kind", "difference", "successors"]


class Group(StrEnum):
    """Under which heading a change is told."""

    ENTRIES = "entries"
    NAMES = "names"
    GOALS = "goals"
    LEADS = "leads"
    STAGES = "stages"
    MILESTONES = "milestones"
    PARTIES = "parties"
    MONEY = "money"
    TIES = "ties"
    TEXTS = "texts"
    SCHEME = "scheme"


_GROUPS = {
    Aspect.NAME: Group.NAMES,
    Aspect.PARTY_NAME: Group.NAMES,
    Aspect.FIELD: Group.TEXTS,
    Aspect.GOAL: Group.GOALS,
    Aspect.PLACE_IN_MAP: Group.GOALS,
    Aspect.LEAD: Group.LEADS,
    Aspect.ROLE: Group.PARTIES,
    Aspect.STAGE: Group.STAGES,
    Aspect.STAGE_OF: Group.STAGES,
    Aspect.MILESTONE: Group.MILESTONES,
    Aspect.GRANT: Group.MONEY,
    Aspect.TIE: Group.TIES,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise now. subject: CTID of the entry or party; about: what of it, such as
    "partner/ce-…", a period, the key of a milestone; before, after: in words, "" for nothing said."""

    kind: Kind
    group: Group
    subject: str
    name: str
    about: str = ""
    about_name: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Every change, in the order of `Group`, then of names. same: entries that are in both."""

    changes: tuple[Change, ...]
    same: frozenset[str]
    scheme_changed: bool = False

    def of(self, group: Group) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.group is group)

    def counts(self) -> dict[Kind, int]:
        """How many changes there are of each kind that occurs, in the order of `Kind`."""
        found = {kind: sum(1 for one in self.changes if one.kind is kind) for kind in Kind}
        return {kind: n for kind, n in found.items() if n}


def difference(
    before: Landscape,
    after: Landscape,
    renames: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    covers: Collection[str] = (),
) -> Difference:
    """renames: former CTID → present one, besides those that `after` knows; reasons: why an entry is not in `after`.

    covers: aspects of which both tell, where one of the two tells of no others; () for all. Then nothing is said of
    entries that came or went either, because the silence of such a map is no statement.
    """
    moved = _settled({**merged(after), **(renames or {})})
    old, new = facts(before, moved), facts(after, moved)
    names = Names.of(before, after, moved)
    stood = {moved.get(ctid, ctid) for ctid in before.entries}
    stands = {moved.get(ctid, ctid) for ctid in after.entries}
    found = [] if covers else _entries(before, after, moved, names, reasons or {})
    same = stood & stands
    goals = None if before.scheme == after.scheme else successors(before.scheme, after.scheme)
    for key in sorted({*old, *new}):
        if covers and key[0] not in covers:
            continue
        found += _compared(key, old, new, names, same, goals)
    order = list(Group)
    found.sort(key=lambda one: (order.index(one.group), one.name.casefold(), one.subject, one.about))
    return Difference(tuple(found), frozenset(same), before.scheme != after.scheme)


def successors(before: GoalScheme, after: GoalScheme) -> dict[str, str]:
    """Goal of the former scheme → the same goal in the later one, whichever of the two names the other."""
    kept = {goal.ctid for goal in before.goals} & {goal.ctid for goal in after.goals}
    found = {ctid: ctid for ctid in kept}
    by_name = {name: goal.ctid for goal in before.goals for name in (goal.ctid, goal.key)}
    found |= {by_name[goal.same_as]: goal.ctid for goal in after.goals if goal.same_as in by_name}
    later = {name: goal.ctid for goal in after.goals for name in (goal.ctid, goal.key)}
    return {goal.ctid: later[goal.same_as] for goal in before.goals if goal.same_as in later} | found


def _settled(moved: Mapping[str, str]) -> dict[str, str]:
    """Chains of renames followed to their end; a circle leads nowhere and is left out."""
    found: dict[str, str] = {}
    for old in moved:
        seen, at = {old}, moved[old]
        while at in moved and at not in seen:
            seen.add(at)
            at = moved[at]
        if at not in seen:
            found[old] = at
    return found


def _entries(
    before: Landscape, after: Landscape, moved: Mapping[str, str], names: Names, reasons: Mapping[str, str]
) -> list[Change]:
    """Added, removed with reason, merged, split off."""
    found = []
    stood = {moved.get(ctid, ctid) for ctid in before.entries}
    split = merged(before)
    for ctid, entry in after.entries.items():
        if moved.get(ctid, ctid) in stood:
            continue
        whole = split.get(ctid, "")
        kind = Kind.SPLIT if whole else Kind.ADDED
        found.append(Change(kind, Group.ENTRIES, ctid, plain(entry.name), before=names.entry(whole)))
    for ctid, entry in before.entries.items():
        now = moved.get(ctid, ctid)
        if now in after.entries:
            if now != ctid and now in before.entries:
                about = (now, names.entry(now))
                found.append(Change(Kind.MERGED, Group.ENTRIES, ctid, plain(entry.name), *about))
            continue
        reason = reasons.get(ctid) or reasons.get(now, "")
        found.append(Change(Kind.REMOVED, Group.ENTRIES, ctid, plain(entry.name), reason=reason))
    for ctid, party in before.parties.items():
        now = moved.get(ctid, ctid)
        if now != ctid and now in before.parties:
            about = (now, names.party(now))
            found.append(Change(Kind.PARTY_MERGED, Group.NAMES, ctid, plain(party.name), *about))
    return found


def _compared(
    key: Key, old: Facts, new: Facts, names: Names, same: set[str], goals: Mapping[str, str] | None
) -> list[Change]:
    """What is told of one fact. Facts of what is not in both maps are told by its coming or going."""
    aspect, subject, about = key
    before, after = old.get(key), new.get(key)
    if before == after:
        return []
    if aspect is Aspect.PARTY_NAME:
        if before is None or after is None:
            return []
        name = names.party(subject)
    else:
        if subject and subject not in same:
            return []
        name = names.entry(subject)
    told = judging_changes.told(key, before, after, names, goals)
    group = _GROUPS[aspect]
    return [
        Change(
            one.kind,
            Group.SCHEME if one.kind is Kind.BY_SCHEME else group,
            subject,
            name,
            about,
            one.about_name,
            one.before,
            one.after,
            one.reason,
        )
        for one in told
    ]
