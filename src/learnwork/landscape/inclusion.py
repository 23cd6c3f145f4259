"""Which entries of the map an edition holds, and why it leaves out the others. Pure.

    Rule(Filter.of({"status": ["active"]}), reviewed_since="2025", led=True).apply(landscape)

A rule is kept as plain JSON (`Rule.document`, `Rule.of`), so that an edition says by what rule it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from learnwork.landscape.days import earliest
from learnwork.landscape.differing import successors
from learnwork.landscape.filters import Filter
from learnwork.landscape.model import Entry, GoalScheme, Landscape, RoleKind


class Why(StrEnum):
    """Why an entry is not in an edition."""

    ASKED = "outside the filter"
    STALE = "not reviewed lately enough"
    LEAD = "no lead is known"
    SOURCE = "no source is cited"
    CHOSEN = "left out by the editors"
    NOT_YET = "not begun by that day"
    GONE = "no longer on the map"
    MERGED = "merged into another"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that is not in an edition. words: what the editors or curators say of it."""

    ctid: str
    name: str
    why: Why
    words: str = ""

    @property
    def reason(self) -> str:
        return f"{self.why}: {self.words}" if self.words else str(self.why)


@dataclass(frozen=True, slots=True)
class Rule:
    """asked: entries that satisfy it. reviewed_since: a day, "" for any. led, cited: only those with a lead, a source.
    chosen: CTIDs that the editors leave out, each with their reason."""

    asked: Filter = field(default_factory=Filter)
    reviewed_since: str = ""
    led: bool = False
    cited: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, made: Mapping[str, Any]) -> Rule:
        return cls(
            Filter.of(parse_qs(str(made.get("filter", "")))),
            str(made.get("reviewed_since", "")),
            bool(made.get("led")),
            bool(made.get("cited")),
            {str(ctid): str(words) for ctid, words in dict(made.get("left_out", {})).items()},
        )

    def document(self) -> dict[str, Any]:
        """As JSON, without what it does not ask."""
        made = {
            "filter": self.asked.to_url(),
            "reviewed_since": self.reviewed_since,
            "led": self.led,
            "cited": self.cited,
            "left_out": dict(sorted(self.chosen.items())),
        }
        return {name: value for name, value in made.items() if value}

    def apply(self, landscape: Landscape) -> tuple[Landscape, tuple[LeftOut, ...]]:
        """The map that an edition holds, and what the rule leaves out, by name."""
        asked = self.asked.keeps(landscape)
        leads = {role.entry for role in landscape.roles if role.kind in (RoleKind.LEAD, RoleKind.CO_LEAD)}
        left = []
        for entry in landscape.entries.values():
            if (why := self._why(entry, asked, leads)) is not None:
                words = self.chosen.get(entry.ctid, "") if why is Why.CHOSEN else ""
                left.append(LeftOut(entry.ctid, entry.name, why, words))
        out = {one.ctid for one in left}
        return without(landscape, out), tuple(sorted(left, key=lambda one: (one.name.casefold(), one.ctid)))

    def _why(self, entry: Entry, asked: frozenset[str], leads: set[str]) -> Why | None:
        if entry.ctid in self.chosen:
            return Why.CHOSEN
        if entry.ctid not in asked:
            return Why.ASKED
        if (since := earliest(self.reviewed_since)) is not None:
            seen = earliest(entry.reviewed_on)
            if seen is None or seen < since:
                return Why.STALE
        if self.led and entry.ctid not in leads:
            return Why.LEAD
        return Why.SOURCE if self.cited and not entry.said.citations else None


def without(landscape: Landscape, out: set[str]) -> Landscape:
    """The map without some entries: what is said of them goes with them, and the parties that only they name."""
    if not out:
        return landscape
    gone = _named(landscape, out, only=True)
    kept = {ctid for ctid in landscape.entries if ctid not in out}
    stays = _named(landscape, out, only=False)
    grants = (one for one in landscape.grants if one.entry not in out)
    return replace(
        landscape,
        entries={ctid: landscape.entries[ctid] for ctid in landscape.entries if ctid in kept},
        parties={ctid: one for ctid, one in landscape.parties.items() if ctid not in gone or ctid in stays},
        roles=tuple(one for one in landscape.roles if one.entry not in out),
        grants=tuple(grants),
        ties=tuple(one for one in landscape.ties if one.entry not in out and one.other not in out),
        milestones=tuple(one for one in landscape.milestones if one.entry not in out),
        stages=tuple(one for one in landscape.stages if one.entry not in out),
    )


def _named(landscape: Landscape, out: set[str], *, only: bool) -> set[str]:
    """Parties that are named by what is said of the entries left out (only), or of the others; with their parents."""
    found = {one.party for one in landscape.roles if (one.entry in out) is only}
    for grant in landscape.grants:
        if (grant.entry in out) is only:
            found |= {grant.funder, grant.recipient, *grant.passes_on}
    waiting = list(found)
    while waiting:
        party = landscape.parties.get(waiting.pop())
        if party and party.parent and party.parent not in found:
            found.add(party.parent)
            waiting.append(party.parent)
    return found


def in_scheme(landscape: Landscape, key: str) -> Landscape:
    """The map ordered by the goals of a scheme: goals that go on are carried over, others are no longer named.

    key: of one of `landscape.schemes`; any other leaves the map as it is.
    """
    schemes = (landscape.scheme, *landscape.schemes)
    wanted: GoalScheme | None = next((one for one in schemes if one.key == key), None)
    if wanted is None or wanted == landscape.scheme:
        return landscape
    goes_on = successors(landscape.scheme, wanted)
    own = {goal.ctid for goal in wanted.goals}
    entries = {}
    for ctid, entry in landscape.entries.items():
        goals = dict.fromkeys(goal if goal in own else goes_on.get(goal, "") for goal in entry.goals)
        entries[ctid] = replace(entry, goals=tuple(goal for goal in goals if goal))
    return replace(landscape, entries=entries, scheme=wanted)
