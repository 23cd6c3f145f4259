"""Dated parts of documents as the map's plain data, and back: roles, ties, milestones, stages, names.

    {"lw:key": "lead:ce-…", "lw:role": "lead", "lw:actor": "ce-…", "ceterms:endDate": "2023-10-04",
     "lw:citation": ["https://…"], "lw:marks": ["derived"]}

`lw:key` names a part within its document and term. Where two sources say a part of one key, the one that comes first in
the composed document counts (it ranks higher); `lw:removed` on that one says that the part does not hold at all. The
terms of every part are listed in docs/reference/formats/ecosystem.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from learnwork.landscape.model import (
    Milestone,
    Name,
    Plan,
    Role,
    RoleKind,
    Said,
    Span,
    Stage,
    Tie,
    TieKind,
)
from learnwork.vocabulary.documents import Document, in_language

ROLES, TIES, MILESTONES, STAGES = "lw:roles", "lw:ties", "lw:milestones", "lw:stages"
NAMES, PARENTS, GOALS = "lw:names", "lw:parents", "lw:goalAssignments"
KNOWN_AS = "lw:knownAs"
_ROLE_KINDS, _TIE_KINDS = frozenset(RoleKind), frozenset(TieKind)


def listed(value: Any) -> list[Any]:
    """A value as a list; none as an empty one."""
    return [] if value is None else value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def parts(document: Document, term: str) -> dict[str, Document]:
    """Key → part of a term, of each key the first; removed ones included."""
    found: dict[str, Document] = {}
    for number, part in enumerate(listed(document.get(term))):
        if isinstance(part, dict):
            found.setdefault(text(part.get("lw:key")) or f"{term}/{number}", part)
    return found


def holding(document: Document, term: str) -> dict[str, Document]:
    """`parts` without those that were removed."""
    return {key: part for key, part in parts(document, term).items() if not part.get("lw:removed")}


def span(part: Mapping[str, Any]) -> Span:
    begins = text(part.get("ceterms:startDate")) or text(part.get("lw:validFrom"))
    return Span(begins, text(part.get("ceterms:endDate")) or text(part.get("lw:validTo")))


def said(part: Mapping[str, Any], default: tuple[str, ...] = ()) -> Said:
    """default: pages that the whole document cites, for a part that cites none itself."""
    marks = listed(part.get("lw:marks"))
    pages = tuple(page for page in listed(part.get("lw:citation")) if isinstance(page, str))
    return Said(pages or default, "proposed" in marks, "derived" in marks)


def actor(part: Mapping[str, Any]) -> str:
    """Who acts: a CTID, or a name."""
    return text(part.get("lw:actor")) or in_language(part.get("lw:actorName"))


def role(entry: str, party: str, key: str, part: Document, pages: tuple[str, ...]) -> Role | None:
    """None where the part names no known role."""
    kind = part.get("lw:role")
    if kind not in _ROLE_KINDS:
        return None
    return Role(entry, party, RoleKind(kind), span(part), said(part, pages), key)


def role_part(made: Role) -> Document:
    known = not made.party.startswith("name:")
    who = {"lw:actor": made.party} if known else {"lw:actorName": made.party.removeprefix("name:")}
    return {"lw:key": made.key, "lw:role": str(made.kind), **who, **_dated(made.span), **_sourced(made.said)}


def tie(entry: str, other: str, key: str, part: Document, declared: tuple[str, ...]) -> Tie | None:
    """None where the part names no known tie."""
    kind = part.get("lw:tie")
    if kind not in _TIE_KINDS or not other or other == entry:
        return None
    return Tie(entry, other, TieKind(kind), declared, span(part), said(part), key)


def tie_part(made: Tie) -> Document:
    declared = {"lw:declaredBy": list(made.declared_by)} if made.declared_by else {}
    about = {"lw:key": made.key, "lw:tie": str(made.kind), "lw:other": made.other}
    return {**about, **declared, **_dated(made.span), **_sourced(made.said)}


def milestone(entry: str, key: str, part: Document, pages: tuple[str, ...]) -> Milestone:
    plans = tuple(
        Plan(text(plan.get("lw:date")), text(plan.get("lw:madeOn")), in_language(plan.get("lw:reason")))
        for plan in listed(part.get("lw:plans"))
        if isinstance(plan, dict)
    )
    name = in_language(part.get("ceterms:name"))
    return Milestone(entry, key, name, plans or (Plan(""),), text(part.get("lw:actual")), said(part, pages))


def milestone_part(made: Milestone) -> Document:
    plans = [
        {
            term: value
            for term, value in (
                ("lw:date", plan.date),
                ("lw:madeOn", plan.made_on),
                ("lw:reason", plan.reason),
            )
            if value
        }
        for plan in made.plans
    ]
    reached = {"lw:actual": made.actual} if made.actual else {}
    return {
        "lw:key": made.key,
        "ceterms:name": {"en": made.name},
        "lw:plans": [plan for plan in plans if plan],
        **reached,
        **_sourced(made.said),
    }


def stage(entry: str, part: Document, pages: tuple[str, ...]) -> Stage | None:
    """None where the part has no stage within 1 to 5."""
    low = part.get("lw:low")
    high = part.get("lw:high", low)
    if not (isinstance(low, int) and isinstance(high, int) and 1 <= low <= high <= 5):
        return None
    position = part.get("lw:position")
    return Stage(
        entry,
        text(part.get("lw:period")),
        low,
        high,
        part.get("lw:forecast") is True,
        text(part.get("lw:issued")),
        position if isinstance(position, int) else 0,
        said(part, pages),
    )


def stage_key(made: Stage) -> str:
    """One statement of one period: what the same issue says of it again takes its place."""
    return f"{made.period or made.position}@{made.issued}"


def stage_part(made: Stage) -> Document:
    return {
        "lw:key": stage_key(made),
        **({"lw:period": made.period} if made.period else {}),
        "lw:low": made.low,
        "lw:high": made.high,
        "lw:position": made.position,
        **({"lw:forecast": True} if made.forecast else {}),
        **({"lw:issued": made.issued} if made.issued else {}),
        **_sourced(made.said),
    }


def name(part: Document) -> Name:
    return Name(in_language(part.get("ceterms:name")), span(part))


def name_part(made: Name, key: str, source: Said) -> Document:
    return {"lw:key": key, "ceterms:name": {"en": made.text}, **_dated(made.span), **_sourced(source)}


def _dated(when: Span) -> Document:
    both = (("ceterms:startDate", when.start), ("ceterms:endDate", when.end))
    return {term: day for term, day in both if day}


def _sourced(source: Said) -> Document:
    marks = [mark for mark, on in (("proposed", source.proposed), ("derived", source.derived)) if on]
    made: Document = {"lw:citation": list(source.citations)} if source.citations else {}
    return {**made, "lw:marks": marks} if marks else made
