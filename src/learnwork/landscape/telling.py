"""What the map tells of one thing: of an entry its roles, stages, milestones, ties and grants; of a party its part.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from learnwork.landscape.days import latest
from learnwork.landscape.library import Who, named
from learnwork.landscape.model import (
    Entry,
    Grant,
    Landscape,
    Milestone,
    Name,
    Party,
    Plan,
    Role,
    RoleKind,
    Stage,
    Tie,
)
from learnwork.landscape.progress import Cell, matrix

_ORDER = {kind: number for number, kind in enumerate(RoleKind)}


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with who has it (`who`), in which entry (`entry`), and whether it is over."""

    role: Role
    who: Who
    entry: Who
    over: bool


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """outcome: "met", "missed", "planned" or "not planned"; first: the first plan where there was another since."""

    milestone: Milestone
    outcome: str
    first: Plan | None
    reasons: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        return self.milestone.plans[-1]


@dataclass(frozen=True, slots=True)
class TieRow:
    """A tie from this entry, or (back) to it."""

    tie: Tie
    other: Who
    back: bool
    declared: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class GrantRow:
    grant: Grant
    funder: Who
    entry: Who
    recipient: Who | None
    passes_on: tuple[Who, ...]
    over: bool


@dataclass(frozen=True, slots=True)
class EntryTold:
    """cells: stages by period, with those of no report between; loose: stages without years."""

    entry: Entry
    roles: tuple[RoleRow, ...]
    cells: tuple[Cell, ...]
    loose: tuple[Stage, ...]
    milestones: tuple[MilestoneRow, ...]
    ties: tuple[TieRow, ...]
    grants: tuple[GrantRow, ...]
    goals: tuple[str, ...]
    parent: Who | None
    children: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class PartyTold:
    party: Party
    roles: tuple[RoleRow, ...]
    names: tuple[Name, ...]
    given: tuple[GrantRow, ...]
    received: tuple[GrantRow, ...]
    parent: Who | None
    children: tuple[Who, ...]

    @property
    def funds(self) -> bool:
        return bool(self.given) or any(row.role.kind is RoleKind.FUNDER for row in self.roles)


def entry_told(landscape: Landscape, ctid: str, today: date) -> EntryTold:
    """Everything of one entry. Raises KeyError where it is not on the map."""
    entry = landscape.entries[ctid]
    stages = tuple(stage for stage in landscape.stages if stage.entry == ctid)
    rows = matrix(replace(landscape, entries={ctid: entry}, stages=stages), today).rows
    goals = {goal.ctid: goal.label for scheme in landscape.schemes for goal in scheme.goals}
    return EntryTold(
        entry=entry,
        roles=_roles(landscape, (role for role in landscape.roles if role.entry == ctid), today),
        cells=rows[0].cells if rows else (),
        loose=rows[0].loose if rows else (),
        milestones=tuple(
            sorted(
                (_milestone(one, today) for one in landscape.milestones if one.entry == ctid),
                key=lambda row: (row.milestone.actual or row.plan.date or "9999", row.milestone.name),
            )
        ),
        ties=_ties(landscape, ctid),
        grants=_grants(landscape, (grant for grant in landscape.grants if grant.entry == ctid), today),
        goals=tuple(goals.get(goal, goal) for goal in entry.goals),
        parent=named(landscape, entry.parent) if entry.parent else None,
        children=tuple(
            named(landscape, one.ctid) for one in landscape.entries.values() if one.parent == ctid
        ),
    )


def party_told(landscape: Landscape, ctid: str, today: date) -> PartyTold:
    """Everything of one party. Raises KeyError where nobody on the map knows it."""
    party = landscape.parties[ctid]
    given = [grant for grant in landscape.grants if grant.funder == ctid]
    received = [grant for grant in landscape.grants if grant.recipient == ctid]
    return PartyTold(
        party=party,
        roles=_roles(landscape, (role for role in landscape.roles if role.party == ctid), today),
        names=tuple(
            name for name in party.names if name.text != party.name or name.span.start or name.span.end
        ),
        given=_grants(landscape, given, today),
        received=_grants(landscape, received, today),
        parent=named(landscape, party.parent) if party.parent else None,
        children=tuple(
            named(landscape, one.ctid) for one in landscape.parties.values() if one.parent == ctid
        ),
    )


def _roles(landscape: Landscape, roles: Iterable[Role], today: date) -> tuple[RoleRow, ...]:
    rows = [
        RoleRow(
            role,
            named(landscape, role.party, role.said.proposed),
            named(landscape, role.entry),
            _over(role.span.end, today),
        )
        for role in roles
    ]
    rows.sort(key=lambda row: row.role.span.start, reverse=True)
    return tuple(sorted(rows, key=lambda row: (_ORDER[row.role.kind], row.over)))


def _milestone(one: Milestone, today: date) -> MilestoneRow:
    planned = one.plans[-1].date
    last = latest(planned)
    if one.actual:
        outcome = "met"
    elif not planned:
        outcome = "not planned"
    else:
        outcome = "missed" if last is not None and last < today else "planned"
    first = one.plans[0] if len(one.plans) > 1 else None
    return MilestoneRow(one, outcome, first, tuple(plan.reason for plan in one.plans[1:] if plan.reason))


def _ties(landscape: Landscape, ctid: str) -> tuple[TieRow, ...]:
    rows = [
        TieRow(
            tie,
            named(landscape, tie.entry if tie.other == ctid else tie.other),
            tie.other == ctid,
            tuple(named(landscape, who) for who in tie.declared_by),
        )
        for tie in landscape.ties
        if ctid in (tie.entry, tie.other)
    ]
    return tuple(sorted(rows, key=lambda row: (row.tie.kind, row.back, row.other.name.casefold())))


def _grants(landscape: Landscape, grants: Iterable[Grant], today: date) -> tuple[GrantRow, ...]:
    rows = [
        GrantRow(
            grant,
            named(landscape, grant.funder),
            named(landscape, grant.entry),
            named(landscape, grant.recipient) if grant.recipient else None,
            tuple(named(landscape, who) for who in grant.passes_on),
            _over(grant.span.end, today),
        )
        for grant in grants
    ]
    return tuple(
        sorted(
            rows, key=lambda row: (row.grant.span.start or row.grant.stated_on, row.grant.ctid), reverse=True
        )
    )


def _over(end: str, today: date) -> bool:
    last = latest(end)
    return last is not None and last < today
