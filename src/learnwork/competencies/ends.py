"""The two ends of an alignment: as somebody names them, and the resources that they mean.

An end is a CTID: the one that a thing has here, or would have (`derived_ctid` of its scheme and key). So a pair can be
kept before its frameworks are loaded, and means the right things as soon as they are. A code of a retired edition means
what it became (`editions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from learnwork.competencies import editions
from learnwork.competencies.editions import Led
from learnwork.competencies.reading import PART_OF
from learnwork.formats.crosswalks import ESCO, ctid_of, scheme_of
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Identifier, Link, Resource
from learnwork.registry.store import ALIAS, chunked, select_in
from learnwork.vocabulary.ctid import ctid_in, derived_ctid
from learnwork.vocabulary.documents import Document, in_language, texts

LONGEST_KEY = 1_000
LONGEST_ABOUT = 1_500
_ABOUT = ("ceasn:competencyText", "ceterms:description", "ceasn:comment", "lw:unseparatedText")
_COLUMNS = ("ctid", "name", "type", "status", "merged_into_id", "pk")
_Row = tuple[Any, ...]
_MANY = 500


@dataclass(frozen=True, slots=True)
class End:
    """scheme, key: as it was said. name: what it was called there. within: the framework's CTID, or the scheme."""

    scheme: str
    key: str
    name: str = ""
    within: str = ""

    @property
    def ctid(self) -> str:
        """The CTID it has here, or would have. A thing of a scheme that nothing here has yet is one as well."""
        return ctid_of(self.scheme, self.key) or derived_ctid(self.scheme, self.key)

    @property
    def collection(self) -> str:
        """What it is counted under: the framework where it is known, else the scheme."""
        if self.within:
            return self.within
        return "esco" if self.scheme == "uri" and self.key.startswith(ESCO) else self.scheme or "?"


def end(text: str, within: str = "") -> End:
    """From an identifier: a CTID, a URI, or a code whose form tells its scheme."""
    return End(scheme_of(text), text, within=within)


@dataclass(frozen=True, slots=True)
class Met:
    """The resource that an end means. since: how a code of a retired edition led there, None of any other."""

    ctid: str
    name: str
    type: str
    status: str
    since: Led | None = None


def meaning(ends: Iterable[End]) -> dict[str, Met]:
    """CTID of an end → the resource it means, of those that are here.

    Follows other names, identifiers, mergers, and codes of a retired edition.
    """
    wanted = {one.ctid: one for one in ends}
    met = _met(wanted)
    retired = editions.led((one.scheme, one.key) for name, one in wanted.items() if name not in met)
    today = _met({one.ctid: End(one.scheme, one.keys[0]) for one in retired.values() if one.ctid})
    for name, one in wanted.items():
        since = None if name in met else retired.get((one.scheme, one.key))
        if since is not None and since.ctid in today:
            met[name] = replace(today[since.ctid], since=since)
    return met


def _met(wanted: Mapping[str, End]) -> dict[str, Met]:
    rows: dict[str, _Row] = {row[0]: row for row in _rows("ctid", wanted)}
    rows |= _identified({(ALIAS, name): name for name in wanted if name not in rows})
    rows |= _identified({(one.scheme, one.key): name for name, one in wanted.items() if name not in rows})
    merged = {row[4] for row in rows.values() if row[4]}
    survivors = {row[5]: row for row in _rows("pk", merged)}
    return {name: Met(*survivors.get(row[4], row)[:4]) for name, row in rows.items()}


def _rows(field: str, values: Iterable[str | int]) -> Iterator[_Row]:
    for some in chunked(values, _MANY):
        yield from Resource.objects.filter(**{f"{field}__in": some}).values_list(*_COLUMNS)


def _identified(named: Mapping[tuple[str, str], str]) -> dict[str, _Row]:
    """(scheme, value) → name; back comes name → row of the resource that the identifier means."""
    columns = ("scheme", "value", *(f"resource__{column}" for column in _COLUMNS))
    found: dict[str, _Row] = {}
    for some in chunked(dict.fromkeys(value for _, value in named), _MANY):
        rows = Identifier.objects.filter(value__in=some, resource__isnull=False).values_list(*columns)
        found |= {named[row[:2]]: row[2:] for row in rows if row[:2] in named}
    return found


class Names(dict[str, str]):
    """CTID that an alignment may say → CTID that was asked for. wider: those of retired codes that it took in."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__((one, one) for one in known)
        self.wider: set[str] = set()


def names_of(ctids: Sequence[str]) -> Names:
    """Every CTID by which an alignment may mean one of these resources → the CTID that was asked for.

    Its own; those of what was merged into it; its other names; those its identifiers (URI, code) would give it; and
    those of codes of a retired edition that became it.
    """
    asked = list(dict.fromkeys(ctids))
    names = Names(asked)
    own: dict[int, str] = dict(
        select_in("SELECT id, ct_id FROM registry_resource WHERE ct_id IN ({})", asked)
    )
    merged = select_in(
        "SELECT id, ct_id, merged_into_id FROM registry_resource WHERE merged_into_id IN ({})", list(own)
    )
    of = dict(own)
    for pk, ctid, survivor in merged:
        names.setdefault(ctid, own[survivor])
        of[pk] = own[survivor]
    rows = select_in(
        "SELECT resource_id, scheme, value FROM registry_identifier WHERE resource_id IN ({})", list(of)
    )
    coded: dict[tuple[str, str], str] = {}
    for pk, scheme, value in rows:
        names.setdefault(value if scheme == ALIAS else derived_ctid(scheme, value), of[pk])
        if scheme in editions.BEFORE:
            coded[scheme, value] = of[pk]
    return _with_former(names, coded) if coded else names


def _with_former(names: Names, coded: Mapping[tuple[str, str], str]) -> Names:
    """coded: (scheme, code) → CTID that was asked for. A retired code that is itself here means itself."""
    before = {
        End(one.scheme, one.key): (coded[code], one)
        for code, some in editions.former(coded).items()
        for one in some
    }
    here = _met({end.ctid: end for end in before})
    for end, (ctid, one) in before.items():
        if end.ctid not in here and end.ctid not in names:
            names[end.ctid] = ctid
            names.wider |= {end.ctid} if one.wider else set()
    return names


def frames_of(ctids: Iterable[str]) -> dict[str, str]:
    """CTID of a competency that is here → CTID of the framework it is part of, the first where it is of several."""
    found: dict[str, str] = {}
    for some in chunked(dict.fromkeys(ctids), _MANY):
        rows = Link.objects.filter(subject__ctid__in=some, predicate=PART_OF, object__isnull=False)
        for ctid, frame in rows.order_by("id").values_list("subject__ctid", "object__ctid"):
            found.setdefault(ctid, frame)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What a thing says of itself, and the name of what it stands under."""

    about: str
    above: str


def told(ctids: Iterable[str]) -> dict[str, Told]:
    """CTID → what it says and stands under, of those that are here, so that somebody can judge it."""
    rows = dict(select_in("SELECT id, ct_id FROM registry_resource WHERE ct_id IN ({})", ctids))
    documents = documents_of(list(rows))
    parents = {
        pk: _first(one.get("ceasn:isChildOf") or one.get("lw:broader")) for pk, one in documents.items()
    }
    names = dict(
        select_in("SELECT ct_id, name FROM registry_resource WHERE ct_id IN ({})", {*parents.values()} - {""})
    )
    return {
        rows[pk]: Told(_about(one)[:LONGEST_ABOUT], names.get(parents[pk], ""))
        for pk, one in documents.items()
    }


def _first(value: object) -> str:
    return next((ctid for text in texts(value) if (ctid := ctid_in(text))), "")


def _about(document: Document) -> str:
    """The longest of what it says: its statement, its description, its comment; else other names of it."""
    said = [in_language(document.get(term)) for term in _ABOUT]
    others = ", ".join(texts(document.get("ceterms:alternateName") or document.get("lw:alternateText"))[:8])
    return max(said, key=len) or others
