"""The one filter of the map, as the URL says it: every page, picture, file and answer of the room is narrowed by it.

    Filter.of({"block": "ce-…", "status": ["active", "ended"], "valid_on": "2022"}).apply(landscape)

Parameters: `block`, `topic`, `goal`, `funder`, `lead` (CTIDs), `kind`, `status`, `state`, each repeated for "or", with
`none` for entries of which it is not known; `text` (words that must all stand in a name, key or description);
`valid_on` (a year, month or day); `edition` (a number).
Parsing never fails; it clips and says so in `problems`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from learnwork.landscape.days import earliest
from learnwork.landscape.model import Entry, Landscape, Milestone, RoleKind, Span

FACETS = ("block", "topic", "goal", "kind", "status", "state", "funder", "lead")
NONE = "none"  # the value by which one asks for entries of which nothing is known in a facet
MAX_VALUES = 50
MAX_CHOSEN = 100
"""Of all facets together: each value is a link that carries all others, and 400 made a page of 1.6 MB."""
MAX_VALUE = 200
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LEADING = frozenset({RoleKind.LEAD, RoleKind.CO_LEAD})

Params = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class FilterProblem:
    """What of a filter could not be taken as it was. reason: "not-a-day" or "too-many"."""

    parameter: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the map, in normal form: two filters that ask the same are equal.

    chosen: (facet, values) in the order of `FACETS`. valid_on: when it was so in the world, "" for all times;
    edition: number of the frozen copy to ask, "" for the living map.
    """

    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    valid_on: str = ""
    edition: str = ""
    problems: tuple[FilterProblem, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, params: Params) -> Filter:
        """The filter that parameters ask; takes a plain mapping or Django's request.GET."""
        problems: list[FilterProblem] = []
        chosen: list[tuple[str, tuple[str, ...]]] = []
        for facet in FACETS:
            values = sorted({_clipped(value) for value in _list(params, facet)} - {""})
            most = min(MAX_VALUES, MAX_CHOSEN - sum(len(taken) for _, taken in chosen))
            if len(values) > most:
                problems.append(FilterProblem(facet, "too-many"))
            if values[:most]:
                chosen.append((facet, tuple(values[:most])))
        day = _clipped(_last(params, "valid_on") or _last(params, "valid"))
        if day and not is_day(day):
            problems.append(FilterProblem("valid_on", "not-a-day"))
            day = ""
        text = " ".join(_clipped(_last(params, "text")).split())
        return cls(tuple(chosen), text, day, _clipped(_last(params, "edition")), tuple(problems))

    def to_params(self) -> dict[str, list[str]]:
        """The parameters of this filter: `Filter.of(f.to_params()) == f`."""
        params = {facet: list(values) for facet, values in self.chosen}
        more = (("text", self.text), ("valid_on", self.valid_on), ("edition", self.edition))
        return params | {key: [value] for key, value in more if value}

    def to_url(self) -> str:
        """The filter as a query string, without the question mark."""
        return urlencode(self.to_params(), doseq=True)

    @property
    def narrows(self) -> bool:
        """Whether entries are left out by anything but time."""
        return bool(self.chosen or self.text)

    def values(self, facet: str) -> tuple[str, ...]:
        return next((values for name, values in self.chosen if name == facet), ())

    def with_values(self, facet: str, values: Iterable[str]) -> Filter:
        held = dict(self.chosen) | {facet: tuple(sorted(set(values)))}
        return replace(self, chosen=tuple((name, held[name]) for name in FACETS if held.get(name)))

    def toggle(self, facet: str, value: str) -> Filter:
        """The filter with one value of a facet added, or taken away."""
        return self.with_values(facet, set(self.values(facet)) ^ {value})

    def keeps(self, landscape: Landscape) -> frozenset[str]:
        """CTIDs of the entries that satisfy every facet and the words."""
        values = facet_values(landscape)
        words = [word.casefold() for word in self.text.split()]
        return frozenset(
            ctid
            for ctid, entry in landscape.entries.items()
            if all(values[facet].get(ctid, frozenset()) & set(asked) for facet, asked in self.chosen)
            and _has(entry, words)
        )

    def apply(self, landscape: Landscape) -> Landscape:
        """The map narrowed: entries that satisfy the filter, and what is said of them.

        A tie stays where both of its ends stay; a party where a role, a grant, a tie or a party that stays names it.
        Where `valid_on` is asked, entries that had not begun or were over go, and of a map that is not of that time
        already, the dated parts that did not hold.
        """
        if self.valid_on:
            if landscape.valid_on != self.valid_on:
                landscape = valid(landscape, self.valid_on)
            there = frozenset(
                ctid for ctid, entry in landscape.entries.items() if holds(entry.span, self.valid_on)
            )
            if len(there) < len(landscape.entries):
                landscape = _only(landscape, there)
        return _only(landscape, self.keeps(landscape)) if self.narrows else landscape


def facet_values(landscape: Landscape) -> dict[str, dict[str, frozenset[str]]]:
    """For each facet: CTID of an entry → its values, `NONE` alone where nothing is known."""
    roles: dict[str, dict[str, set[str]]] = {"funder": {}, "lead": {}}
    for role in landscape.roles:
        facet = "lead" if role.kind in _LEADING else "funder" if role.kind is RoleKind.FUNDER else ""
        if facet:
            roles[facet].setdefault(role.entry, set()).add(role.party)
    for grant in landscape.grants:
        if grant.given_by_entry:  # no money for the entry
            continue
        roles["funder"].setdefault(grant.entry, set()).add(grant.funder)
    of: dict[str, Callable[[Entry], Iterable[str]]] = {
        "block": lambda entry: entry.blocks,
        "topic": lambda entry: entry.topics,
        "goal": lambda entry: entry.goals,
        "kind": lambda entry: (entry.kind,),
        "status": lambda entry: (entry.status,),
        "state": lambda entry: entry.places,
        "funder": lambda entry: roles["funder"].get(entry.ctid, ()),
        "lead": lambda entry: roles["lead"].get(entry.ctid, ()),
    }
    entries = landscape.entries.values()
    return {
        facet: {one.ctid: frozenset(of[facet](one)) - {""} or frozenset({NONE}) for one in entries}
        for facet in FACETS
    }


def counts(landscape: Landscape, asked: Filter) -> dict[str, dict[str, int]]:
    """For each facet: value → how many entries it would show beside what the other facets ask."""
    values = facet_values(landscape)
    found: dict[str, dict[str, int]] = {}
    for facet in FACETS:
        number: dict[str, int] = {}
        for ctid in asked.with_values(facet, ()).keeps(landscape):
            for value in values[facet][ctid]:
                number[value] = number.get(value, 0) + 1
        found[facet] = number
    return found


def is_day(text: str) -> bool:
    """Whether a text is a year, a month or a day that exists."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10])
    except ValueError:
        return False
    return True


def holds(span: Span, day: str) -> bool:
    """Whether something was so at a time, at the coarser precision of the two; what is not known never excludes."""
    begins, ends = span.start, span.end
    size_of_start, size_of_end = min(len(begins), len(day)), min(len(ends), len(day))
    return begins[:size_of_start] <= day[:size_of_start] and ends[:size_of_end] >= day[:size_of_end]


def valid(landscape: Landscape, day: str) -> Landscape:
    """The map without roles and ties that did not hold at a time and grants that were not made yet.

    What `reading.landscape(day)` reads, of a map that is at hand, but for names. Money given stays given; stages are
    of their period; milestones stand as they stood then.
    """
    return replace(
        landscape,
        roles=tuple(one for one in landscape.roles if holds(one.span, day)),
        ties=tuple(one for one in landscape.ties if holds(one.span, day)),
        grants=tuple(one for one in landscape.grants if holds(Span(one.span.start or one.stated_on), day)),
        milestones=tuple(then for one in landscape.milestones if (then := milestone_then(one, day))),
        valid_on=day,
    )


def milestone_then(one: Milestone, day: str) -> Milestone | None:
    """A milestone by the plans that were made by a time, and reached only if it was by then.

    None where nothing was to be said of it: it came later, and no plan for it is known.
    """
    plans = tuple(plan for plan in one.plans if _by(plan.made_on, day)) or one.plans[:1]
    actual = one.actual if _by(one.actual, day) else ""
    if one.actual and not actual and not any(plan.date for plan in plans):
        return None
    return replace(one, plans=plans, actual=actual)


def _by(text: str, day: str) -> bool:
    """Whether something was so by a time; of what is no date nobody can say that it was later."""
    return earliest(text) is None or holds(Span(text.strip()), day)


def _only(landscape: Landscape, kept: frozenset[str]) -> Landscape:
    roles = tuple(one for one in landscape.roles if one.entry in kept)
    grants = tuple(one for one in landscape.grants if one.entry in kept)
    ties = tuple(one for one in landscape.ties if one.entry in kept and one.other in kept)
    named = {one.party for one in roles} | {ctid for tie in ties for ctid in tie.declared_by}
    named |= {ctid for grant in grants for ctid in (grant.funder, grant.recipient, *grant.passes_on) if ctid}
    reached = _with_parents(landscape, named)
    return replace(
        landscape,
        entries={ctid: entry for ctid, entry in landscape.entries.items() if ctid in kept},
        parties={ctid: party for ctid, party in landscape.parties.items() if ctid in reached},
        roles=roles,
        grants=grants,
        ties=ties,
        milestones=tuple(one for one in landscape.milestones if one.entry in kept),
        stages=tuple(one for one in landscape.stages if one.entry in kept),
    )


def _with_parents(landscape: Landscape, named: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(named)
    while waiting:
        ctid = waiting.pop()
        if ctid and ctid not in found:
            found.add(ctid)
            party = landscape.parties.get(ctid)
            waiting.append(party.parent if party else "")
    return found


def _has(entry: Entry, words: list[str]) -> bool:
    text = f"{entry.name} {entry.key} {entry.description}".casefold() if words else ""
    return all(word in text for word in words)


def _list(params: Params, key: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    if getlist is not None:
        return [str(value) for value in getlist(key)]
    value = params.get(key, ())
    return [value] if isinstance(value, str) else [str(one) for one in value]


def _last(params: Params, key: str) -> str:
    return (_list(params, key) or [""])[-1]


def _clipped(text: str) -> str:
    return text.replace("\x00", "").strip()[:MAX_VALUE].rstrip()
