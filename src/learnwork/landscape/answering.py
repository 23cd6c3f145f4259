"""What every page of the map starts from: the door for readers, and the map that an address asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from learnwork.landscape import reading
from learnwork.landscape.filters import Filter, Params
from learnwork.landscape.freezing import Frozen
from learnwork.landscape.inclusion import in_scheme
from learnwork.landscape.model import Landscape
from learnwork.registry import listing


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter with the map it was put to: `whole` as of the time asked for, `shown` narrowed.

    frozen: the edition whose copy was asked; None for the living map.
    """

    filter: Filter
    whole: Landscape
    shown: Landscape
    frozen: Frozen | None = None

    @property
    def ruled_at(self) -> datetime | None:
        """By when rulings count that are no part of the map: when the edition was frozen; None for now."""
        return datetime.fromisoformat(self.frozen.frozen_at) if self.frozen else None


def ask(params: Params, known_at: datetime | None = None) -> Asked:
    """The map that an address asks for: of an edition, of what was known at a time, or of today.

    Raises `UnknownEditionError`.
    """
    return put(Filter.of(params), known_at)


def put(asked: Filter, known_at: datetime | None = None) -> Asked:
    """A filter put to the map that it is about. Raises `UnknownEditionError`."""
    frozen = _frozen(asked.edition) if asked.edition else None
    if frozen is not None:
        whole = frozen.landscape
    elif known_at is not None:
        whole = reading.landscape(valid_on=asked.valid_on, known_at=known_at)
    else:
        whole = living(asked.valid_on)
    if scheme := scheme_asked(asked.values("goal"), whole):
        if frozen is not None:
            whole = in_scheme(whole, scheme)
        elif known_at is not None:
            whole = reading.landscape(asked.valid_on, known_at, scheme)
        else:
            whole = living(asked.valid_on, scheme)
    return Asked(asked, whole, asked.apply(whole), frozen)


def scheme_asked(goals: Collection[str], known: Landscape) -> str:
    """Key of the scheme that goals are of, so that the map is ordered by it; "" where the one in force has one."""
    if any(goal.ctid in goals for goal in known.scheme.goals):
        return ""
    every = ((scheme.key, goal.ctid) for scheme in known.schemes for goal in scheme.goals)
    return next((key for key, ctid in every if ctid in goals), "")


def _frozen(number: str) -> Frozen:
    from learnwork.landscape import editions  # which look at the living map themselves

    return editions.frozen(editions.edition(number))


def living(valid_on: str = "", scheme: str = "") -> Landscape:
    """The map of today, kept in this process until something is published. One query where nothing was.

    scheme: key of the goal scheme to order by; "" for the one in force.
    """
    return _living(listing.state(), valid_on, scheme)


@lru_cache(maxsize=8)
def _living(state: str, valid_on: str, scheme: str) -> Landscape:
    return reading.landscape(valid_on=valid_on, scheme=scheme)
