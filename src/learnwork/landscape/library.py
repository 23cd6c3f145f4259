"""The library of the map: what is in it in counts, its shelves with their entries, and who takes part. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from learnwork.landscape.glossary import Term
from learnwork.landscape.model import Entry, Landscape, Party, Role, RoleKind
from learnwork.landscape.shelves import Block, Shelves, Topic

LEADING = (RoleKind.LEAD, RoleKind.CO_LEAD)
NAMED = "name:"  # how the key of a party begins that has no page of its own


@dataclass(frozen=True, slots=True)
class Who:
    """A party as a list names it. ctid: "" where it has no page."""

    ctid: str
    name: str
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list: who leads, who pays, and its building blocks by name."""

    entry: Entry
    leads: tuple[Who, ...]
    funders: tuple[Who, ...]
    blocks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A building block or theme with its number of entries (share: of the greatest, 0 to 1) and its topics'."""

    block: Block
    number: int
    share: float
    topics: tuple[tuple[Topic, int], ...]

    @property
    def width(self) -> str:
        return f"{max(100 * self.share, 0.8):.1f}" if self.number else "0"


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party with how many entries it takes part in, in which capacity."""

    party: Party
    number: int
    roles: tuple[tuple[RoleKind, int], ...]

    @property
    def ctid(self) -> str:
        return page_of(self.party.ctid)


@dataclass(frozen=True, slots=True)
class Tallies:
    """The map in counts. kinds: of entries, greatest first. with_lead: entries of which a lead is known."""

    entries: int
    kinds: tuple[tuple[str, int], ...]
    parties: int
    funders: int
    ties: int
    grants: int
    grants_with_amount: int
    milestones: int
    staged: int
    with_lead: int
    sorted: int


def tallies(landscape: Landscape) -> Tallies:
    funders = {role.party for role in landscape.roles if role.kind is RoleKind.FUNDER}
    funders |= {grant.funder for grant in landscape.grants if grant.funder}
    kinds = Counter(entry.kind for entry in landscape.entries.values())
    return Tallies(
        entries=len(landscape.entries),
        kinds=tuple(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        parties=len({role.party for role in landscape.roles}),
        funders=len(funders),
        ties=len(landscape.ties),
        grants=len(landscape.grants),
        grants_with_amount=sum(1 for grant in landscape.grants if grant.amount is not None),
        milestones=len(landscape.milestones),
        staged=len({stage.entry for stage in landscape.stages}),
        with_lead=len({role.entry for role in landscape.roles if role.kind in LEADING}),
        sorted=sum(1 for entry in landscape.entries.values() if entry.blocks),
    )


def entry_rows(landscape: Landscape, ctids: Iterable[str] | None = None) -> tuple[EntryRow, ...]:
    """Entries by name with what a list says of each. ctids: only these."""
    shown = landscape.entries if ctids is None else {ctid: landscape.entries[ctid] for ctid in ctids}
    roles: dict[str, list[Role]] = {}
    for role in landscape.roles:
        roles.setdefault(role.entry, []).append(role)
    rows = [
        EntryRow(
            entry,
            _who(landscape, roles.get(ctid, ()), LEADING),
            _who(landscape, roles.get(ctid, ()), (RoleKind.FUNDER,)),
            tuple((block, landscape.labels[block]) for block in entry.blocks if block in landscape.labels),
        )
        for ctid, entry in shown.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.entry.name.casefold(), row.entry.ctid)))


def _who(landscape: Landscape, roles: Iterable[Role], kinds: tuple[RoleKind, ...]) -> tuple[Who, ...]:
    """Each party once; those whose role is over only where nobody has it now. A map of a time has who had it then."""
    held = [role for role in roles if role.kind in kinds]
    if not landscape.valid_on:
        held = [role for role in held if not role.span.end] or held
    return tuple({role.party: named(landscape, role.party, role.said.proposed) for role in held}.values())


def named(landscape: Landscape, party: str, proposed: bool = False) -> Who:
    """A party or entry by name."""
    known = landscape.parties.get(party) or landscape.entries.get(party)
    return Who(page_of(party), known.name if known else party.removeprefix(NAMED), proposed)


def page_of(party: str) -> str:
    """The CTID under which a party has a page; "" where it is a name alone."""
    return "" if party.startswith(NAMED) else party


def shelf_rows(shelves: Shelves, landscape: Landscape) -> tuple[Shelf, ...]:
    """Building blocks and themes with their entries counted; an entry in two blocks counts in each."""
    in_block = Counter(block for entry in landscape.entries.values() for block in set(entry.blocks))
    in_topic = Counter(topic for entry in landscape.entries.values() for topic in set(entry.topics))
    greatest = max((in_block[block.ctid] for block in shelves.blocks), default=0) or 1
    return tuple(
        Shelf(
            block,
            in_block[block.ctid],
            in_block[block.ctid] / greatest,
            tuple((topic, in_topic[topic.ctid]) for topic in block.topics),
        )
        for block in shelves.blocks
    )


def party_rows(landscape: Landscape) -> tuple[PartyRow, ...]:
    """Everybody with a role, the busiest first."""
    held: dict[str, dict[RoleKind, set[str]]] = {}
    for role in landscape.roles:
        held.setdefault(role.party, {}).setdefault(role.kind, set()).add(role.entry)
    rows = [
        PartyRow(
            landscape.parties.get(ctid) or Party(ctid, ctid.removeprefix(NAMED)),
            len({entry for entries in kinds.values() for entry in entries}),
            tuple((kind, len(kinds[kind])) for kind in RoleKind if kind in kinds),
        )
        for ctid, kinds in held.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.number, row.party.name.casefold(), row.party.ctid)))


def letters(terms: Iterable[Term]) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    """Terms by their first letter; "#" for what begins with none."""
    found: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda one: one.name.casefold()):
        first = term.name[:1].upper()
        found.setdefault(first if first.isalpha() else "#", []).append(term)
    return tuple((letter, tuple(found[letter])) for letter in sorted(found))


def texts_of(landscape: Landscape, also: Mapping[str, str]) -> dict[str, str]:
    """CTID of an entry → the words that describe it: its description and what else is said of it."""
    return {
        ctid: ". ".join(part for part in (entry.description, also.get(ctid, "")) if part)
        for ctid, entry in landscape.entries.items()
    }
