"""The map as plain data: what every analysis, page, edition and export of the room works on.

`reading.landscape` makes a `Landscape` from documents of the registry as of two times; an edition makes one from its
frozen copy; tests make their own. Nothing here knows Django.

Dates are texts as precise as the source gives them: "2016", "2016-05", "2016-05-04"; "" is not known (of a start)
or not over (of an end). Parties and entries are named by CTID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class RoleKind(StrEnum):
    """In what capacity a party takes part in an entry."""

    LEAD = "lead"
    CO_LEAD = "co-lead"
    PARTNER = "partner"
    FUNDER = "funder"
    PILOT_SITE = "pilot site"
    STATE = "state"
    VENDOR = "vendor"


class TieKind(StrEnum):
    """How one entry stands to another; from `Tie.entry` to `Tie.other`."""

    WORKS_WITH = "works with"
    BUILDS_ON = "builds on"
    SPUN_OFF_FROM = "spun off from"
    REPLACES = "replaces"
    USES_DATA_OF = "uses data of"


class AmountType(StrEnum):
    COMMITTED = "committed"
    PAID = "paid"
    APPROVED = "approved"
    NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Said:
    """Who says so and how surely: pages cited, whether it is proposed by us or derived from prose."""

    citations: tuple[str, ...] = ()
    proposed: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """When something was so in the world."""

    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Party:
    """An organization, alliance, funder or state. A name without a resource of its own has the CTID ""-prefixed
    key `name:…` and is never merged with another by its spelling.

    names: every name with its dates where they are known. later_names: what it was called afterwards, no date known.
    merged: CTIDs that mean this party by a curator's ruling. passes_on: whose money it passes on (a pooled fund).
    """

    ctid: str
    name: str
    kind: str = ""
    names: tuple[Name, ...] = ()
    parent: str = ""
    merged: tuple[str, ...] = ()
    said: Said = Said()
    later_names: tuple[str, ...] = ()
    passes_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An initiative, alliance, product, programme or policy that the map lists.

    blocks, topics, goals: CTIDs; goals belong to the scheme of `Landscape.scheme`. features: keys of survey features
    that the entry said yes to. proposed: properties that were not published by those
    cited (`lw:proposed`). merged: other CTIDs that it went by.
    """

    ctid: str
    key: str
    name: str
    kind: str = "initiative"
    status: str = ""
    description: str = ""
    parent: str = ""
    span: Span = Span()
    blocks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    url: str = ""
    reviewed_on: str = ""
    proposed: frozenset[str] = frozenset()
    merged: tuple[str, ...] = ()
    said: Said = Said()


@dataclass(frozen=True, slots=True)
class Role:
    """key: names the role within its entry, for those who change it."""

    entry: str
    party: str
    kind: RoleKind
    span: Span = Span()
    said: Said = Said()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Money as stated. amount None: not stated. regrant_of: CTID of the grant whose money this passes on ("" for
    none); `passes_on`: the parties whose money it is where only that is known.

    Of what a sentence may state beside the amount: words: "nearly", "about". pooled: what `pooled_with` and the funder
    gave together, or of which this is a part (its own amount is then not known). number, each: of how many grants of
    `each` the amount is the sum. given_by_entry: the entry hands it out to others; it is no money for the entry itself.
    duration: "P3Y" where the start is not stated. sentence: the words, as the source of the map gives them.
    """

    ctid: str
    funder: str
    entry: str
    recipient: str = ""
    amount: Decimal | None = None
    currency: str = ""
    amount_type: AmountType = AmountType.NOT_STATED
    span: Span = Span()
    stated_on: str = ""
    regrant_of: str = ""
    passes_on: tuple[str, ...] = ()
    said: Said = Said()
    words: str = ""
    pooled: Decimal | None = None
    pooled_with: tuple[str, ...] = ()
    number: int = 1
    each: Decimal | None = None
    given_by_entry: bool = False
    duration: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """declared_by: CTIDs of the entries or parties that say so. key: see `Role`."""

    entry: str
    other: str
    kind: TieKind = TieKind.WORKS_WITH
    declared_by: tuple[str, ...] = ()
    span: Span = Span()
    said: Said = Said()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A planned date, since when it is the plan, and why it replaced the one before."""

    date: str
    made_on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """plans: oldest first, never empty; the last is in force. actual: "" while not reached."""

    entry: str
    key: str
    name: str
    plans: tuple[Plan, ...]
    actual: str = ""
    said: Said = Said()


@dataclass(frozen=True, slots=True)
class Stage:
    """Stage of an entry in one period ("2019", "<2018"), low = high where it is no range; 1 ≤ low ≤ high ≤ 5.

    period "": the row lost its columns and `position` keeps the order (0-based). forecast: the period began after
    the issue date of what says so. issued: that date.
    """

    entry: str
    period: str
    low: int
    high: int
    forecast: bool = False
    issued: str = ""
    position: int = 0
    said: Said = Said()


@dataclass(frozen=True, slots=True)
class Goal:
    ctid: str
    key: str
    label: str
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class GoalScheme:
    """The goals by which one edition orders its entries. same_as of a goal names the goal of an older scheme."""

    key: str
    title: str
    goals: tuple[Goal, ...] = ()
    ctid: str = ""


@dataclass(frozen=True, slots=True)
class Landscape:
    """The map as of two times. Mappings are by CTID, in the order of names."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    grants: tuple[Grant, ...] = ()
    ties: tuple[Tie, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    stages: tuple[Stage, ...] = ()
    scheme: GoalScheme = GoalScheme("", "")
    schemes: tuple[GoalScheme, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """Names of blocks, topics and features that entries refer to."""
    valid_on: str = ""
    known_at: str = ""
