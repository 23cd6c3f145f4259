"""What became of the things that a link names: reworded, one with another, replaced, gone; so that it answers for ever.

followed(ctids).means            # CTID as it was named → CTID that it means today
followed(ctids).changed          # what to tell of each that is not as it was
successors(ctids)                # of those that were withdrawn: what stands for them, where that is known

A thing that was withdrawn is followed to what its publisher says replaces it, else to the one statement of its
framework that has its words and its code (a new version may identify all of them anew). Nothing else is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from learnwork.competencies import ends, reading
from learnwork.competencies.ends import Met
from learnwork.competencies.expected import Thing
from learnwork.competencies.frameworks import Item, framework
from learnwork.competencies.versions import Piece, reworded_pieces
from learnwork.registry import queries
from learnwork.registry.composing import read_body
from learnwork.registry.models import Change, Envelope, Resource
from learnwork.registry.store import chunked
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.documents import Document, caption, texts
from learnwork.vocabulary.errors import LearnworkError

NEWER = ("ceterms:latestVersion", "ceterms:supersededBy", "ceterms:nextVersion")
_GONE = (Resource.Status.WITHDRAWN, Resource.Status.RETIRED)
_ENDED = (Change.Kind.WITHDRAWN, Change.Kind.RETIRED)
_MANY = 500
_STEPS = 8


class How(StrEnum):
    UNKNOWN = "unknown"
    REMOVED = "removed"
    REPLACED = "replaced"
    ANEW = "identified anew"
    MERGED = "merged"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is not as it was. name: as it was called; its CTID where nothing here knows it. now: what it
    means today, None where nothing does. before, after: releases with the old and the new, "" where not known."""

    ctid: str
    name: str
    how: How
    now: Thing | None = None
    before: str = ""
    after: str = ""
    on: datetime | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """means: of all that is or was here. changed: what is farthest from what it was first."""

    means: Mapping[str, str]
    names: Mapping[str, str]
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class _Last:
    """The last that was said of a thing that is gone, and the release that does not say it any more."""

    document: Document
    before: str
    after: str = ""
    on: datetime | None = None


def followed(ctids: Sequence[str]) -> Followed:
    """Every CTID followed to what it means today. A number of queries that does not depend on how many there are."""
    met = ends.meaning([ends.end(ctid) for ctid in ctids])
    gone = [one.ctid for one in met.values() if one.status in _GONE]
    last = _last(gone)
    newer = _successors(last)
    names = {one.ctid: one.name for one in met.values()} | {
        ctid: name
        for ctid, (name, _) in queries.captions([*ctids, *(to for to, _ in newer.values())]).items()
    }
    means = {ctid: newer.get(one.ctid, (one.ctid, How.MERGED))[0] for ctid, one in met.items()}
    changed = [_became(ctid, met.get(ctid), newer, last, names) for ctid in dict.fromkeys(ctids)]
    changed += _reworded([ctid for ctid in dict.fromkeys(means.values()) if ctid not in last])
    told = sorted((one for one in changed if one is not None), key=lambda one: list(How).index(one.how))
    return Followed(means, names, tuple(told))


def successors(ctids: Sequence[str]) -> dict[str, str]:
    """CTID of what was withdrawn → CTID of what stands for it, of those where that is known."""
    return {ctid: newer for ctid, (newer, _how) in _successors(_last(ctids)).items()}


def _became(
    ctid: str,
    met: Met | None,
    newer: Mapping[str, tuple[str, How]],
    last: Mapping[str, _Last],
    names: Mapping[str, str],
) -> Changed | None:
    """None of what is still called the same."""
    if met is None:
        return Changed(ctid, ctid, How.UNKNOWN)
    if met.status not in _GONE:
        if met.ctid == ctid:
            return None
        return Changed(ctid, names.get(ctid, met.name), How.MERGED, Thing(met.ctid, met.name))
    said = last.get(met.ctid, _Last({}, ""))
    to, how = newer.get(met.ctid, ("", How.REMOVED))
    now = Thing(to, names.get(to, to)) if to else None
    name = names.get(ctid) or caption(said.document)
    return Changed(ctid, name, how, now, said.before, said.after, said.on)


def _last(ctids: Iterable[str]) -> dict[str, _Last]:
    found: dict[str, _Last] = {}
    for some in chunked(dict.fromkeys(ctids), _MANY):
        for row in _with_releases(Envelope.objects.filter(resource__ctid__in=some)):
            found[row.resource.ctid] = _Last(_document(row), row.release.label, "", row.withdrawn_at)
        ended = Change.objects.filter(resource__ctid__in=some, kind__in=_ENDED).order_by("seq")
        for ctid, label, at in ended.values_list("resource__ctid", "release__label", "at"):
            if ctid in found:
                found[ctid] = _Last(found[ctid].document, found[ctid].before, label or "", at)
    return found


def _successors(last: Mapping[str, _Last], steps: int = _STEPS) -> dict[str, tuple[str, How]]:
    """steps: how many that were replaced in turn are followed on the way to one that stands."""
    said = {ctid: _said_newer(one.document) for ctid, one in last.items()}
    here = ends.meaning(ends.end(newer) for some in said.values() for newer in some)
    found: dict[str, tuple[str, How]] = {}
    gone: dict[str, str] = {}
    words: dict[str, dict[tuple[str, str], list[str]]] = {}
    for ctid, one in last.items():
        met = [here[newer] for newer in said[ctid] if newer in here and here[newer].ctid != ctid]
        newer = next((each.ctid for each in met if each.status == Resource.Status.CURRENT), "")
        if newer:
            found[ctid] = newer, How.REPLACED
        elif same := _same_words(one.document, words):
            found[ctid] = same, How.ANEW
        elif met:
            gone[ctid] = met[0].ctid
    if gone and steps:
        further = _successors(_last(gone.values()), steps - 1)
        found |= {ctid: (further[via][0], How.REPLACED) for ctid, via in gone.items() if via in further}
    return found


def _said_newer(document: Document) -> list[str]:
    named = (ctid_in(text) for term in NEWER for text in texts(document.get(term)))
    return [ctid for ctid in named if ctid]


def _same_words(document: Document, words: dict[str, dict[tuple[str, str], list[str]]]) -> str:
    """The one statement of its framework that has its text and code today; "" where none or several have.

    words: of the frameworks that were read already.
    """
    own = _item(document)
    for frame in (ctid for text in texts(document.get(reading.PART_OF)) if (ctid := ctid_in(text))):
        if frame not in words:
            words[frame] = _words(frame)
        found = words[frame].get((own.text, own.code), ())
        if own.text and len(found) == 1:
            return found[0]
    return ""


def _words(frame: str) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    try:
        items = reading.current(frame).items
    except LearnworkError:  # a framework that is not here, or that something else is now
        return found
    for ctid, item in items.items():
        found[item.text, item.code].append(ctid)
    return found


def _item(document: Document) -> Item:
    [item] = framework({}, [document]).items.values()
    return item


def _reworded(ctids: Sequence[str]) -> list[Changed]:
    """Statements whose text is another one than in a former release: the last time that it changed."""
    rows: dict[tuple[str, int], list[Envelope]] = defaultdict(list)
    for some in chunked(ctids, _MANY):
        own = Envelope.objects.filter(resource__ctid__in=some, resource__type="ceasn:Competency")
        old = own.filter(superseded_at__isnull=False).values("resource")
        for row in _with_releases(own.filter(resource__in=old)):
            rows[row.resource.ctid, row.source_id].append(row)
    changed: dict[str, Changed] = {}
    for (ctid, _source), versions in rows.items():
        texts_of = [_text(row) for row in versions]
        for at in range(len(versions) - 1, 0, -1):
            if texts_of[at] != texts_of[at - 1]:
                changed[ctid] = _rewording(versions[at - 1], versions[at], texts_of[at - 1], texts_of[at])
                break
    return list(changed.values())


def _rewording(old: Envelope, new: Envelope, before: str, after: str) -> Changed:
    return Changed(
        new.resource.ctid,
        before,
        How.REWORDED,
        Thing(new.resource.ctid, after),
        old.release.label,
        new.release.label,
        new.received_at,
        tuple(reworded_pieces(before, after)),
    )


def _with_releases(rows: QuerySet[Envelope]) -> QuerySet[Envelope]:
    """In the order in which they came, without what is long and not asked for."""
    rows = rows.select_related("release", "graph", "resource").order_by("id")
    return rows.defer("release__report", "release__files", "resource__document")


def _text(row: Envelope) -> str:
    return _item(_document(row)).text


def _document(row: Envelope) -> Document:
    graph = row.graph.body if row.graph is not None and '"_:' in row.body else None
    return read_body(row.body, row.resource.ctid, graph)
