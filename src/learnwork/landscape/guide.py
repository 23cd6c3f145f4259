"""What a guide tells of an edition: its parts, from the frozen copy alone, for the page and for the print. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from learnwork.landscape import gapmap, portfolio, progress
from learnwork.landscape.days import earliest, latest
from learnwork.landscape.differing import Difference, difference
from learnwork.landscape.freezing import Frozen, covered
from learnwork.landscape.model import Entry, Grant, Landscape, Milestone, Name, Role, RoleKind, Stage, Tie
from learnwork.landscape.preflight import Matter
from learnwork.landscape.sheets import called
from learnwork.landscape.trends import Trends, trends

Row = TypeVar("Row", Role, Grant, Stage, Milestone)


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of one goal, or of one building block where there are no goals; those of none come last, label ""."""

    key: str
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Taking:
    """A party in a role of an entry, by name. ctid "" for who is known by name only."""

    ctid: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Sheet:
    """One entry on one page. ties: with the name of the other end; back: seen from that end. grants: with the
    funder's name. updated: whether somebody reviewed it within its period."""

    entry: Entry
    goals: tuple[str, ...]
    blocks: tuple[str, ...]
    topics: tuple[str, ...]
    parent: str
    roles: tuple[tuple[RoleKind, tuple[Taking, ...]], ...]
    grants: tuple[tuple[str, Grant], ...]
    ties: tuple[tuple[str, Tie, bool], ...]
    milestones: tuple[Milestone, ...]
    stages: tuple[Stage, ...]
    updated: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the index: an organization, what it was called, and the entries in which it takes part."""

    name: str
    names: tuple[Name, ...]
    entries: tuple[tuple[str, str, tuple[RoleKind, ...]], ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """former: the edition before it, with what changed since; None where there is none."""

    frozen: Frozen
    as_of: date
    by_goal: bool
    parts: tuple[Part, ...]
    matrix: progress.Matrix
    sheets: tuple[Sheet, ...]
    gaps: gapmap.GapMap
    funders: tuple[portfolio.FunderRow, ...]
    index: tuple[Listed, ...]
    not_updated: tuple[Entry, ...]
    former: Frozen | None = None
    difference: Difference | None = None
    trends: Trends | None = None

    def sheet(self, ctid: str) -> Sheet | None:
        return next((one for one in self.sheets if one.entry.ctid == ctid), None)


def guide(frozen: Frozen, former: Frozen | None = None) -> Guide:
    """The guide of an edition; former: the copy of the edition before it."""
    made = frozen.landscape
    day = latest(frozen.as_of) or earliest(frozen.frozen_at[:10]) or date.min
    told = covered(frozen, former) if former else ()
    found = difference(former.landscape, made, reasons=frozen.reasons, covers=told) if former else None
    stale = {one.ctid for one in frozen.findings if one.matter is Matter.STALE}
    by_goal = any(entry.goals for entry in made.entries.values())
    rows = gapmap.RowAxis.GOAL if by_goal else gapmap.RowAxis.BLOCK
    columns = gapmap.ColumnAxis.STAKEHOLDER
    return Guide(
        frozen,
        day,
        by_goal,
        tuple(_parts(made, by_goal=by_goal)),
        progress.matrix(made, day),
        tuple(_sheets(made, stale)),
        gapmap.gap_map(
            made,
            rows,
            columns,
            frozen.declarations,
            known=[goal.ctid for goal in made.scheme.goals] if by_goal else (),
            as_of=day,
            label=lambda axis, key: called(made, key),
        ),
        tuple(portfolio.funders(made, day)),
        tuple(_index(made)),
        tuple(entry for ctid, entry in made.entries.items() if ctid in stale),
        former,
        found,
        trends(former.landscape, made, found, covers=told) if former and found else None,
    )


def _parts(made: Landscape, *, by_goal: bool) -> Iterable[Part]:
    """An entry of several goals stands under each."""
    of = {ctid: entry.goals if by_goal else entry.blocks for ctid, entry in made.entries.items()}
    known = {goal.ctid: goal.label for goal in made.scheme.goals} if by_goal else {}
    for keys in of.values():
        for key in keys:
            known.setdefault(key, called(made, key))
    order = list(known) if by_goal else sorted(known, key=lambda key: known[key].casefold())
    for key in order:
        yield Part(key, known[key], tuple(made.entries[ctid] for ctid, keys in of.items() if key in keys))
    if rest := tuple(made.entries[ctid] for ctid, keys in of.items() if not keys):
        yield Part("", "", rest)


def _sheets(made: Landscape, stale: set[str]) -> Iterable[Sheet]:
    ties: dict[str, list[tuple[str, Tie, bool]]] = {}
    for tie in made.ties:
        ties.setdefault(tie.entry, []).append((called(made, tie.other), tie, False))
        ties.setdefault(tie.other, []).append((called(made, tie.entry), tie, True))
    roles, grants = _by_entry(made.roles), _by_entry(made.grants)
    stages, milestones = _by_entry(made.stages), _by_entry(made.milestones)
    for ctid, entry in made.entries.items():
        yield Sheet(
            entry,
            _called(made, entry.goals),
            _called(made, entry.blocks),
            _called(made, entry.topics),
            called(made, entry.parent),
            tuple(_roles(made, roles.get(ctid, ()))),
            tuple((called(made, grant.funder), grant) for grant in grants.get(ctid, ())),
            tuple(ties.get(ctid, ())),
            tuple(milestones.get(ctid, ())),
            tuple(sorted(stages.get(ctid, ()), key=lambda stage: (stage.position, stage.period))),
            ctid not in stale,
        )


def _called(made: Landscape, ctids: Iterable[str]) -> tuple[str, ...]:
    return tuple(called(made, ctid) for ctid in ctids)


def _roles(made: Landscape, roles: Iterable[Role]) -> Iterable[tuple[RoleKind, tuple[Taking, ...]]]:
    held: dict[RoleKind, list[Taking]] = {}
    for role in roles:
        known = role.party in made.parties
        taking = Taking(role.party if known else "", called(made, role.party), role)
        held.setdefault(role.kind, []).append(taking)
    for kind in RoleKind:
        if kind in held:
            yield kind, tuple(sorted(held[kind], key=lambda one: (one.name.casefold(), one.role.span.start)))


def _index(made: Landscape) -> Iterable[Listed]:
    """Every organization that takes part or pays, by name; parties of one name stay apart."""
    held: dict[str, dict[str, list[RoleKind]]] = {}
    for role in made.roles:
        held.setdefault(role.party, {}).setdefault(role.entry, []).append(role.kind)
    for grant in made.grants:
        if grant.entry in made.entries and grant.funder and not grant.given_by_entry:
            kinds = held.setdefault(grant.funder, {}).setdefault(grant.entry, [])
            if RoleKind.FUNDER not in kinds:
                kinds.append(RoleKind.FUNDER)
    for ctid in sorted(held, key=lambda ctid: (called(made, ctid).casefold(), ctid)):
        party = made.parties.get(ctid)
        entries = (
            (entry, called(made, entry), tuple(dict.fromkeys(kinds))) for entry, kinds in held[ctid].items()
        )
        listed = tuple(sorted(entries, key=lambda one: one[1].casefold()))
        yield Listed(called(made, ctid), party.names if party else (), listed)


def _by_entry(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.entry, []).append(row)
    return found
