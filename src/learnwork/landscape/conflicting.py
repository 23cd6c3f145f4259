"""What sources of the map say differently of one thing, side by side. Pure.

Two kinds: a property of one value for which sources give several, and claims in words ("cosponsors: 89", `lw:claim`)
that speak of the same matter. Years of the start are compared with claims about the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from learnwork.layout.presentation import safe_url
from learnwork.registry.composition import Preference, Statement, claims
from learnwork.vocabulary.documents import Document, texts

CLAIM, START = "lw:claim", "ceterms:startDate"
_STARTS = frozenset({"start", "start year"})
_QUIET = frozenset(
    {"@type", "lw:note", "lw:proposed", "lw:citation", "lw:evidence", "lw:key", "ceterms:ctid"}
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing with every statement about it. labels: property → what a reader calls it."""

    ctid: str
    name: str
    statements: Sequence[Statement]
    preferences: Sequence[Preference] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One of the values: who says it (keys of sources), on which pages. shown: the one that the thing's page shows."""

    text: str
    sources: tuple[str, ...]
    pages: tuple[str, ...]
    shown: bool = False
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """settled: a curator has preferred one. notes: what the sources' compilers say of it."""

    ctid: str
    name: str
    matter: str
    versions: tuple[Version, ...]
    notes: tuple[str, ...] = ()
    settled: bool = False


@dataclass(frozen=True, slots=True)
class _Heard:
    text: str
    statement: Statement
    shown: bool
    term: str


def conflicts(subjects: Iterable[Subject]) -> tuple[Conflict, ...]:
    """Every matter of which a thing has two values or more, by the thing's name."""
    found = [one for subject in subjects for one in _of(subject)]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.ctid, one.matter)))


def _of(subject: Subject) -> Iterable[Conflict]:
    matters: dict[str, list[_Heard]] = {}
    for term, spoken in claims(subject.statements, subject.preferences).items():
        if term in _QUIET:
            continue
        if term == CLAIM:
            for one in spoken:
                matter, words = _said_of(one.value)
                matters.setdefault(matter, []).extend(
                    _Heard(words, said, False, term) for said in one.statements
                )
        elif term == START or any(not one.preferred for one in spoken):
            matter = START if term == START else term
            matters.setdefault(matter, []).extend(
                _Heard("; ".join(texts(one.value)) or str(one.value), said, one.preferred, term)
                for one in spoken
                for said in one.statements
            )
    settled = {one.property for one in subject.preferences}
    for matter, heard in matters.items():
        versions = _versions(_precise(heard))
        if len(versions) > 1:
            notes = dict.fromkeys(
                note
                for one in heard
                if one.term == CLAIM
                for note in texts(one.statement.document.get("lw:note"))
            )
            label = subject.labels.get(matter, matter)
            yield Conflict(subject.ctid, subject.name, label, versions, tuple(notes), matter in settled)


def _said_of(value: object) -> tuple[str, str]:
    """ "cosponsors: 89" as what it is about and what it says."""
    matter, _colon, words = str(value).partition(": ")
    return (START if matter in _STARTS else matter), words or matter


def _precise(heard: list[_Heard]) -> list[_Heard]:
    """A source that says it in words as well ("2019-2021" beside the year 2019) is heard in words."""
    in_words = {one.statement.envelope: one.text for one in heard if one.term == CLAIM}
    spoken = [one for one in heard if one.term == CLAIM or one.statement.envelope not in in_words]
    shown = {one.statement.envelope for one in heard if one.shown}
    return [
        _Heard(one.text, one.statement, one.shown or one.statement.envelope in shown, one.term)
        for one in spoken
    ]


def _versions(heard: Iterable[_Heard]) -> tuple[Version, ...]:
    by_text: dict[str, list[_Heard]] = {}
    for one in heard:
        by_text.setdefault(one.text, []).append(one)
    versions = [
        Version(
            text,
            tuple(dict.fromkeys(one.statement.source for one in said)),
            tuple(dict.fromkeys(page for one in said for page in _pages(one.statement.document))),
            any(one.shown for one in said),
            all(one.term in texts(one.statement.document.get("lw:proposed")) for one in said),
        )
        for text, said in by_text.items()
    ]
    stated = {source for one in versions if not one.proposed for source in one.sources}
    # What a source proposes beside what it states is no disagreement.
    versions = [
        one for one in versions if one.shown or not one.proposed or not stated.issuperset(one.sources)
    ]
    return tuple(sorted(versions, key=lambda one: (not one.shown, one.text)))


def _pages(document: Document) -> list[str]:
    return [page for page in texts(document.get("lw:citation")) if safe_url(page)]
