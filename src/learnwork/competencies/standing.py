"""What several raters' words on one pair come to: its degree, its state, and whether they agree.

standing(sayings).state     # accepted, rejected or proposed
seen_from_target(saying)    # the same word, read from the other end

People outweigh published crosswalks, these outweigh what a method proposes; among equals the latest counts. Nothing is
accepted that neither a person nor a publisher said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

RELATIONS = ("exact", "broad", "narrow", "close", "related")
STATES = ("proposed", "accepted", "rejected", "withdrawn")
INVERSE = {"broad": "narrow", "narrow": "broad"}


class Rank(IntEnum):
    """Whose word it is; the higher one counts."""

    METHOD = 0
    PUBLISHED = 1
    PERSON = 2


@dataclass(frozen=True, slots=True)
class Saying:
    """One rater's word. confidence: 0 to 1, None where nobody said."""

    relation: str
    state: str
    rank: Rank
    rater: str
    at: datetime
    method: str = ""
    confidence: float | None = None
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """relation and state as they count. confidence: of the word that counts, else of the proposal behind it.

    raters: of everyone whose word counts as much and agrees. disputed: words of one rank differ in state or relation.
    """

    relation: str
    state: str
    confidence: float | None
    raters: tuple[str, ...]
    disputed: bool = False

    @property
    def confirmed(self) -> bool:
        return self.state == "accepted"


def seen_from_target(saying: Saying) -> Saying:
    """Broad from one end is narrow from the other; the rest is the same both ways."""
    return replace(saying, relation=INVERSE.get(saying.relation, saying.relation))


def loosened(relation: str, source: bool, target: bool) -> str:
    """The relation where what an end names became part of something wider, and that is what is asked about."""
    if target:
        relation = "broad" if relation in ("exact", "close", "broad") else "related"
    if source:
        relation = "narrow" if relation in ("exact", "close", "narrow") else "related"
    return relation


def standing(sayings: Iterable[Saying]) -> Standing | None:
    """None where nothing is said, or everything said was withdrawn."""
    there = sorted((one for one in sayings if one.state != "withdrawn"), key=lambda one: (one.rank, one.at))
    if not there:
        return None
    counts = there[-1]
    equals = [one for one in there if one.rank == counts.rank]
    agreeing = [one for one in equals if (one.state, one.relation) == (counts.state, counts.relation)]
    said = next((one.confidence for one in reversed(agreeing) if one.confidence is not None), None)
    if said is None:
        said = next((one.confidence for one in reversed(there) if one.confidence is not None), None)
    return Standing(
        relation=counts.relation,
        state=counts.state,
        confidence=said,
        raters=tuple(dict.fromkeys(one.rater for one in agreeing)),
        disputed=len(agreeing) < len(equals),
    )
