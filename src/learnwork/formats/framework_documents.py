"""A framework and its statements, as any format gives them → documents, and the issues of its hierarchy.

A statement that cannot be placed is kept and named: under a parent that is not in the file it refers to it all the
same (the reference closes when the parent arrives); in a circle it refers to what it says it stands under.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf

import orjson

from learnwork.formats.model import Document, Identifier, Item, Said
from learnwork.vocabulary.check_values import good_language
from learnwork.vocabulary.errors import Issue

FRAMEWORK = "ceasn:CompetencyFramework"
COMPETENCY = "ceasn:Competency"
UNDETERMINED = "und"  # BCP 47, section 4.1: a text whose language is not known
_SHOWN = 60
_CIRCLES = 20  # how many circles of one file are named one by one


@dataclass(frozen=True, slots=True)
class Frame:
    """The framework itself. key: what the source calls it. terms: what else its document says."""

    key: str
    ctid: str
    name: str
    language: str = "en"
    terms: Document = field(default_factory=dict)
    identifiers: tuple[Identifier, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One competency.

    parents: keys of what it stands under; () at the top; None where its format gives it no place. rank: its place
    among its siblings, else that of its row. terms: what else its document says. unnamed: its format knows that
    the statement's own words are not known.
    """

    key: str
    text: str
    parents: tuple[str, ...] | None = ()
    language: str = ""
    rank: float | None = None
    terms: Document = field(default_factory=dict)
    identifiers: tuple[Identifier, ...] = ()
    place: str = ""
    unnamed: bool = False


def language_of(*tags: object) -> str:
    """The first of the tags that is a language tag (BCP 47), else "und"."""
    return next((tag for tag in tags if isinstance(tag, str) and good_language(tag)), UNDETERMINED)


def framework_items(
    frame: Frame,
    statements: Iterable[Statement],
    ctid_of: Callable[[str], str],
    version: str,
    *,
    derived: bool = True,
) -> Iterator[Item]:
    """The framework, then each statement; issues for what cannot be read or placed.

    ctid_of: key of a statement (of this file or another) → CTID. version: of the reader, part of every digest.
    """
    kept: dict[str, Statement] = {}
    for one in statements:
        yield from _keep(one, kept)
    yield from _misplaced(kept)
    yield from _languages(kept.values(), frame)
    below = _below(kept)
    top = [ctid_of(key) for key in below.pop("", ())]
    yield _said(frame.key, _framework(frame, top), version, frame.identifiers, frame.place, derived=derived)
    for key, one in kept.items():
        document = _competency(one, frame, ctid_of, [ctid_of(child) for child in below.get(key, ())])
        yield _said(key, document, version, one.identifiers, one.place, derived=derived)


def _keep(one: Statement, kept: dict[str, Statement]) -> Iterator[Issue]:
    if not one.key:
        yield Issue("identifier-missing", "The statement has no identifier.", one.place, "Give it one.")
    elif one.key in kept:
        yield Issue(
            "identifier-twice",
            f"Another statement has the identifier {one.key[:_SHOWN]} ({kept[one.key].place}); this one was left out.",
            one.place,
            "Give each its own identifier.",
        )
    else:
        kept[one.key] = one
        if not one.text.strip() and not one.unnamed:
            yield Issue(
                "statement-missing",
                f"{one.key[:_SHOWN]} says nothing.",
                one.place,
                "Write what a person can do.",
                "warning",
            )


def _misplaced(kept: Mapping[str, Statement]) -> Iterator[Issue]:
    """Statements under what is not there, in circles, or without a place beside others that have one."""
    for key, one in kept.items():
        if missing := [parent for parent in one.parents or () if parent not in kept]:
            yield Issue(
                "parent-missing",
                f"{key[:_SHOWN]} stands under {missing[0][:_SHOWN]}, which is not here; the reference is kept open.",
                one.place,
                "Load what has it, or correct the identifier.",
                "warning",
            )
    found = circles({key: one.parents or () for key, one in kept.items()})
    for circle in found[:_CIRCLES]:
        way = " → ".join(key[:_SHOWN] for key in (*circle, circle[0]))
        yield Issue(
            "hierarchy-cycle",
            f"Statements stand under each other in a circle: {way}.",
            kept[circle[0]].place,
            "Say which of them is the widest. Until then they are listed apart from the tree.",
            "warning",
        )
    if len(found) > _CIRCLES:
        yield Issue("hierarchy-cycle", f"{len(found) - _CIRCLES:,} more circles.", severity="warning")
    lost = [one for one in kept.values() if one.parents is None]
    if lost and len(lost) < len(kept):
        yield Issue(
            "statement-unplaced",
            f"{len(lost):,} statements have no place in the hierarchy; they are listed apart from the tree.",
            lost[0].place,
            "Say what they stand under.",
            "warning",
        )


def _languages(statements: Iterable[Statement], frame: Frame) -> Iterator[Issue]:
    counted = Counter(one.language or frame.language for one in statements if one.text)
    if len(counted) > 1:
        said = ", ".join(f"{count:,} in {tag}" for tag, count in counted.most_common())
        yield Issue(
            "languages-mixed",
            f"The statements are in several languages: {said}. Each is kept in its own.",
            frame.place,
            severity="advice",
        )


def _below(kept: Mapping[str, Statement]) -> dict[str, list[str]]:
    """Key → keys of what stands right below it, in order; "" → the top."""
    found: dict[str, list[str]] = {}
    for key, one in kept.items():
        for parent in one.parents if one.parents else () if one.parents is None else ("",):
            found.setdefault(parent, []).append(key)
    for keys in found.values():
        keys.sort(key=lambda key: rank if (rank := kept[key].rank) is not None else inf)
    return found


def circles(parents: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Circles among things that stand under others; of circles that share members, one. Linear (Kahn 1962).

    parents: key → keys of what it stands under; those that are no keys themselves are passed over.
    """
    waiting = {key: sum(one in parents for one in set(above)) for key, above in parents.items()}
    below: dict[str, list[str]] = {}
    for key, above in parents.items():
        for one in set(above):
            below.setdefault(one, []).append(key)
    free = [key for key, count in waiting.items() if count == 0]
    while free:
        for key in below.get(free.pop(), ()):
            waiting[key] -= 1
            if waiting[key] == 0:
                free.append(key)
    # What still waits stands in a circle or below one; walking up always ends in one.
    found: list[tuple[str, ...]] = []
    walked: set[str] = set()
    for start in (key for key, count in waiting.items() if count):
        way: dict[str, None] = {}
        at = start
        while at not in walked and at not in way:
            way[at] = None
            at = next(one for one in parents[at] if waiting.get(one))
        if at in way:
            members = list(way)[list(way).index(at) :]
            found.append(tuple(members))
        walked.update(way)
    return found


def _framework(frame: Frame, top: list[str]) -> Document:
    document: Document = {
        "@type": FRAMEWORK,
        "ceterms:ctid": frame.ctid,
        "ceasn:name": {frame.language: frame.name},
        **frame.terms,
    }
    if top:
        document["ceasn:hasTopChild"] = top
    return document


def _competency(one: Statement, frame: Frame, ctid_of: Callable[[str], str], children: list[str]) -> Document:
    document: Document = {"@type": COMPETENCY, "ceterms:ctid": ctid_of(one.key)}
    if one.text.strip():
        document["ceasn:competencyText"] = {one.language or frame.language: one.text}
    document |= one.terms
    document["ceasn:isPartOf"] = [frame.ctid]
    if one.parents:
        document["ceasn:isChildOf"] = [ctid_of(parent) for parent in one.parents]
    elif one.parents is not None:
        document["ceasn:isTopChildOf"] = [frame.ctid]
    if children:
        document["ceasn:hasChild"] = children
    return document


def _said(
    key: str,
    document: Document,
    version: str,
    identifiers: tuple[Identifier, ...],
    place: str,
    *,
    derived: bool,
) -> Said:
    return Said(
        key,
        document["ceterms:ctid"],
        document["@type"],
        lambda: document,
        blake2b(version.encode() + orjson.dumps(document), digest_size=16).digest(),
        derived=derived,
        identifiers=identifiers,
        place=place,
    )


def said_of(key: str, document: Document, version: str, place: str = "", *names: Identifier) -> Said:
    """A document beside the framework's own (an occupation, a work role), said as its statements are."""
    return _said(key, document, version, names, place, derived=True)
