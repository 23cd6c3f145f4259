"""Composing one document from what several sources say: one pure, deterministic, order-free function.

Rules: for a property of one value, a decision, else the source's trust, else the newer release, else the source's
key says which value is preferred, and of one source what it says of the thing that was kept goes before what it says of
one that was merged into it; of a language map, each language by the same rule. For a property of many values, all
values, each once. What no rule prefers stays visible as a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import orjson
from django.utils.translation import gettext_noop

from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.types import by_class

# What a curator says that a thing is not sorted under → the properties that say it is.
_NOT_UNDER, _UNDER = "lw:notUnder", ("lw:buildingBlock", "lw:topic")
# Role of a dated part of `lw:roles` → the property that states it without dates.
_UNDATED = {"lead": "lw:ledBy", "partner": "lw:partner", "funder": "lw:fundedBy"}
# Properties whose values are this project's own words, and of no page that is cited.
_PROPOSED = "lw:proposed"
_WITHOUT_CLAIMS = frozenset({"@id", "@context", "ceterms:ctid"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One envelope, read: who says it (source key, trust), as of which release, and the document.

    joined: it is about a resource that was merged into the one that is composed.
    """

    source: str
    trust: int
    date: date
    key: str
    document: Document
    envelope: int = 0
    joined: bool = False

    @property
    def rank(self) -> tuple[int, int, str, bool, str]:
        return (-self.trust, -self.date.toordinal(), self.source, self.joined, self.key)


@dataclass(frozen=True, slots=True)
class Preference:
    """A decision to prefer what a source says of one property."""

    property: str
    source: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One value of a property with the statements that say it. `reason` says why it is preferred or not."""

    value: Any
    statements: tuple[Statement, ...]
    preferred: bool
    reason: str


def canonical(value: Any) -> bytes:
    """A value as bytes that are equal where the values are (keys sorted)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def compose(
    statements: Sequence[Statement], preferences: Sequence[Preference] = (), ctid: str = ""
) -> Document:
    """The document that the statements make together. Empty when there is no statement.

    One statement alone is its own composition. The order of `statements` and of `preferences` does not matter.
    Of a role that dated parts end or take back, the property without dates names its holder no more, and what
    `lw:notUnder` names is taken out of building blocks and topics; the claims stay. A property of one value counts as
    proposed where the statement that is preferred proposes it.
    """
    ranked = sorted(statements, key=lambda s: s.rank)
    if len(ranked) == 1:
        only = ranked[0].document
        return only if not ctid or only.get("ceterms:ctid") == ctid else {**only, "ceterms:ctid": ctid}
    if not ranked:
        return {}
    preferred = _preferences(preferences)
    kind = str(as_list(ranked[0].document.get("@type", ""))[0])
    document: Document = {}
    for term in dict.fromkeys(term for s in ranked for term in s.document):
        speakers = _order(ranked, term, preferred)
        values = [s.document[term] for s in speakers]
        document[term] = _one(values) if _is_single(kind, term, values) else _union(values)
    corrected = _held(document, lambda part: not part.get("ceterms:endDate")) | _sorted_under(document)
    if _PROPOSED in document:
        corrected[_PROPOSED] = [
            term
            for term in as_list(document[_PROPOSED])
            if term not in document or _is_proposed(kind, term, _order(ranked, term, preferred))
        ]
    for term, held in corrected.items():
        document[term] = held
        if not held:
            del document[term]
    if ctid:
        document["ceterms:ctid"] = ctid
    return document


def claims(
    statements: Sequence[Statement], preferences: Sequence[Preference] = ()
) -> dict[str, list[Spoken]]:
    """For each property every distinct value with those who say it, the preferred one first."""
    ranked = sorted(statements, key=lambda s: s.rank)
    preferred = _preferences(preferences)
    kind = str(as_list(ranked[0].document.get("@type", ""))[0]) if ranked else ""
    result: dict[str, list[Spoken]] = {}
    for term in dict.fromkeys(term for s in ranked for term in s.document):
        if term in _WITHOUT_CLAIMS:
            continue
        speakers = _order(ranked, term, preferred)
        single = _is_single(kind, term, [s.document[term] for s in speakers])
        said: dict[bytes, tuple[Any, list[Statement]]] = {}
        for statement in speakers:
            for value in [statement.document[term]] if single else as_list(statement.document[term]):
                said.setdefault(canonical(value), (value, []))[1].append(statement)
        result[term] = [
            Spoken(
                value, tuple(who), not single or n == 0, _reason(n, who, speakers, term, preferred, single)
            )
            for n, (value, who) in enumerate(said.values())
        ]
    return result


def valid_at(document: Document, day: str) -> Document:
    """The document as it was so in the world on a day (ISO 8601), without dated parts that do not hold then.

    Of a role that dated parts state, the property without dates names who held it on that day.
    """

    def holds(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        begins = str(value.get("ceterms:startDate") or value.get("lw:validFrom") or "")
        ends = str(value.get("ceterms:endDate") or value.get("lw:validTo") or "")
        return (not begins or begins <= day[: len(begins)]) and (not ends or ends >= day[: len(ends)])

    kept: Document = {}
    for term, value in document.items():
        if isinstance(value, list):
            remaining = [inner for inner in value if holds(inner)]
            if remaining or not value:
                kept[term] = remaining
        elif holds(value):
            kept[term] = value
    return kept | _held(document, holds)


def _held(document: Document, holds: Callable[[Any], bool]) -> Document:
    """Roles without dates, corrected by the dated parts; of parts with one `lw:key` the first counts."""
    parts: dict[str, Document] = {}
    for number, part in enumerate(as_list(document.get("lw:roles") or [])):
        if isinstance(part, dict) and part.get("lw:role") in _UNDATED:
            parts.setdefault(str(part.get("lw:key") or number), part)
    corrected: Document = {}
    for term in dict.fromkeys(_UNDATED[part["lw:role"]] for part in parts.values()):
        dated = [(_actor(part), part) for part in parts.values() if _UNDATED[part["lw:role"]] == term]
        named = {canonical(who) for who, _ in dated}
        plain = [who for who in as_list(document.get(term) or []) if canonical(who) not in named]
        held = [who for who, part in dated if holds(part) and not part.get("lw:removed")]
        corrected[term] = _union([plain, held])
    return corrected


def _sorted_under(document: Document) -> Document:
    """Building blocks and topics without those that `lw:notUnder` names."""
    away = {canonical(one) for one in as_list(document.get(_NOT_UNDER) or [])}
    return {
        term: [one for one in as_list(document[term]) if canonical(one) not in away]
        for term in _UNDER
        if away and term in document
    }


def _is_proposed(kind: str, term: str, speakers: Sequence[Statement]) -> bool:
    single = _is_single(kind, term, [one.document[term] for one in speakers])
    return any(
        term in as_list(one.document.get(_PROPOSED) or []) for one in (speakers[:1] if single else speakers)
    )


def _actor(part: Document) -> Any:
    return part.get("lw:actor") or {"ceterms:name": {"en": part.get("lw:actorName")}}


def _preferences(preferences: Sequence[Preference]) -> Mapping[str, str]:
    return {p.property: p.source for p in sorted(preferences, key=lambda p: (p.property, p.source))}


def _order(ranked: Sequence[Statement], term: str, preferred: Mapping[str, str]) -> list[Statement]:
    speakers = [s for s in ranked if term in s.document]
    if (source := preferred.get(term)) is not None:
        speakers.sort(key=lambda s: s.source != source)
    return speakers


@cache
def _many(kind: str) -> dict[str, bool]:
    return {known.term: known.many for known in by_class(kind).properties}


def _is_single(kind: str, term: str, values: Sequence[Any]) -> bool:
    if term == "@type":
        return True
    many = _many(kind).get(term)
    return not many if many is not None else not any(isinstance(value, list) for value in values)


def _is_language_map(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(text, str) and not tag.startswith("@") and ":" not in tag
            for tag, text in value.items()
        )
    )


def _one(values: Sequence[Any]) -> Any:
    if len(values) > 1 and all(_is_language_map(value) for value in values):
        merged: dict[str, str] = {}
        for value in reversed(values):
            merged.update(value)
        return {tag: merged[tag] for tag in dict.fromkeys(tag for value in values for tag in value)}
    return values[0]


def _union(values: Sequence[Any]) -> list[Any]:
    union: dict[bytes, Any] = {}
    for value in values:
        for inner in as_list(value):
            union.setdefault(canonical(inner), inner)
    return list(union.values())


def _reason(
    position: int,
    who: Sequence[Statement],
    speakers: Sequence[Statement],
    term: str,
    preferred: Mapping[str, str],
    single: bool,
) -> str:
    if not single or len(speakers) == 1:
        return ""
    if position:
        return gettext_noop("another source is preferred")
    first, others = who[0], [s for s in speakers if s not in who]
    if preferred.get(term) == first.source:
        return gettext_noop("a curator preferred this source")
    if not others:
        return gettext_noop("all sources agree")
    if first.trust > others[0].trust:
        return gettext_noop("the source ranks higher in trust")
    if first.date > others[0].date:
        return gettext_noop("the source is newer")
    return gettext_noop("same trust and date; the source's key decides")
