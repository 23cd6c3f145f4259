"""What reading the registry gives: frozen results, ready for a page, an API answer or a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from learnwork.vocabulary.measures import Measure


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Who says something: the source and the release; `place` is file and row."""

    key: str
    name: str
    short_name: str
    licence: str
    url: str
    release: str
    date: date
    place: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of a property and those who say it. `reason` says why it is or is not the preferred one."""

    value: Any
    sources: tuple[SourceRef, ...]
    preferred: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Why something is not shown any more. kind: withdrawn, retired or merged; `into` is a CTID."""

    kind: str
    reason: str
    at: datetime | None
    into: str = ""


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource, composed. `ids` are its own and those of the resources merged into it."""

    id: int
    ctid: str
    type: str
    name: str
    status: str
    derived: bool
    document: dict[str, Any]
    claims: dict[str, list[Claim]]
    ids: tuple[int, ...]
    tombstone: Tombstone | None = None

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """Every source that speaks of it, each once, by key."""
        speaking = {s.key: s for said in self.claims.values() for claim in said for s in claim.sources}
        return tuple(speaking[key] for key in sorted(speaking))

    def conflicts(self, term: str) -> bool:
        """Whether sources disagree about a property of one value."""
        return any(not claim.preferred for claim in self.claims.get(term, ()))


@dataclass(frozen=True, slots=True)
class LinkView:
    """The other end of a link; CTID and name are empty where it is not here yet and `reference` names it."""

    predicate: str
    ctid: str
    name: str
    type: str
    reference: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One observation with all that must travel with it. `shared_by`: number of programs that share it, else None."""

    measure: Measure
    period: str
    cohort: str
    value: float | None
    status: str
    base: int | None
    precision: float | None
    area_key: str
    area_name: str
    source: SourceRef
    row: int
    shared_by: int | None = None
    item_ctid: str = ""
    item_name: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One envelope of a resource's history."""

    source: SourceRef
    received_at: datetime
    superseded_at: datetime | None
    withdrawn_at: datetime | None
    digest: str
    body: str


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A resource as the index reads it. figures: (measure key, period, value, status, base, shared)."""

    id: int
    ctid: str
    type: str
    name: str
    status: str
    derived: bool
    document: dict[str, Any]
    sources: tuple[str, ...]
    figures: list[tuple[str, str, float | None, str, int | None, bool]]
