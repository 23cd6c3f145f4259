"""Which SKOS relation a candidate is proposed as, and why it stands where it does, in words a curator can check.

Only sameness of words and containment of one label in another are decided here; everything else is *close* where the
confidence is high and *related* where it is not. All of it is proposed: a person confirms.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from learnwork.competencies.features import Words

CLOSE_FROM = 0.5


class Relation(StrEnum):
    """SKOS mapping relations, read as: the source has this match in the target."""

    EXACT = "exactMatch"
    CLOSE = "closeMatch"
    BROAD = "broadMatch"
    NARROW = "narrowMatch"
    RELATED = "relatedMatch"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for (or against) a candidate: a key, and the part of the score that it carries."""

    key: str
    weight: float


def relation(source: Words, target: Words, confidence: float) -> Relation:
    """EXACT: the labels are the same words. BROAD: the target's words are some of the source's; NARROW: the reverse.

    A label that is contained counts only if the pair is rather right than not.
    """
    if source.label and source.label == target.label:
        return Relation.EXACT
    if confidence < CLOSE_FROM:
        return Relation.RELATED
    if target.label and target.label < source.label:
        return Relation.BROAD
    if source.label and source.label < target.label:
        return Relation.NARROW
    return Relation.CLOSE


def reasons(parts: dict[str, float], *, most: int = 4) -> tuple[Reason, ...]:
    """The families of features that carry most of a score, strongest first. `parts` are contributions by feature."""
    families: dict[str, float] = {}
    for name, part in parts.items():
        family = name.rpartition(":")[2]
        families[family] = families.get(family, 0.0) + part
    ordered = sorted(families.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple(Reason(name, round(part, 3)) for name, part in ordered[:most] if abs(part) >= 0.01)
