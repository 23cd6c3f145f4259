"""What the overview of the map shows, read from the registry: counts, what changed lately, what is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby

from learnwork.formats.states import NAMES as STATES
from learnwork.landscape import conflicting, glossary, reviewing, services_library
from learnwork.landscape.answering import living
from learnwork.landscape.compiling import CLASSES
from learnwork.landscape.conflicting import Conflict, Subject
from learnwork.landscape.library import Tallies, tallies, texts_of
from learnwork.landscape.reviewing import Reviewable, Stale
from learnwork.landscape.shelves import Shelves, shelves
from learnwork.layout.presentation import safe_url
from learnwork.registry import listing
from learnwork.registry.composing import material
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Change, Envelope, Release, Resource, Source
from learnwork.vocabulary.documents import caption, texts
from learnwork.vocabulary.types import by_class

SUBJECT = "lw:Subject"
REVIEWED = {
    "lw:Alliance": "organization",
    "lw:Funder": "funder",
    "lw:Topic": "topic",
    "lw:GlossaryTerm": "term",
}
LATELY = 8  # changes that are shown
_READ = 400  # changes that are looked through for them
_TOGETHER = 4  # things that one release may change before it is told as one


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that changed, or (name "") that many did by one release."""

    at: datetime
    source: str
    kind: str
    ctid: str = ""
    name: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Overview:
    tallies: Tallies
    shelves: Shelves
    latest: tuple[Changed, ...]
    wanted: int
    conflicts: int
    without_lead: int


def overview() -> Overview:
    """The overview; read again once something was published."""
    return _overview(listing.state(), len(wanted_terms()))


@lru_cache(maxsize=1)
def _overview(state: str, wanted: int) -> Overview:
    counted = tallies(living())
    return Overview(
        counted,
        shelves(),
        lately(),
        wanted,
        len(conflicts()),
        counted.entries - counted.with_lead,
    )


def lately() -> tuple[Changed, ...]:
    """What changed on the map, newest first; what one release did to many things is one line."""
    classes = (*CLASSES, "lw:GlossaryTerm")
    rows = Change.objects.filter(resource__type__in=classes).order_by("-seq")
    found: list[Changed] = []
    read = rows.select_related("resource", "release__source").defer(
        "resource__document", "release__report", "release__files"
    )
    for release, group in groupby(read[:_READ], key=lambda one: one.release):
        changes = list({one.resource_id: one for one in group}.values())
        source = release.source.name if release else ""
        if len(changes) > _TOGETHER and isinstance(release, Release):
            first = changes[0]
            number = rows.filter(release=release).values("resource").distinct().count()
            found.append(Changed(first.at, source, "", number=number))
        else:
            told = {one.ctid for one in found}
            found += [
                Changed(one.at, source, Change.Kind(one.kind).label, one.resource.ctid, one.resource.name)
                for one in changes
                if one.resource is not None and one.resource.ctid not in told
            ]
        if len(found) >= LATELY:
            break
    return tuple(found[:LATELY])


def wanted_terms() -> tuple[glossary.Wanted, ...]:
    """Words that more than three entries use and the glossary does not have; see `glossary.wanted`.

    Without those that a curator waved away.
    """
    away = services_library.waved_away()
    return tuple(one for one in _wanted(listing.state()) if one.text not in away)


@lru_cache(maxsize=1)
def _wanted(state: str) -> tuple[glossary.Wanted, ...]:
    map_ = living()
    names = {name.text for party in map_.parties.values() for name in party.names}
    names |= {party.name for party in map_.parties.values()}
    names |= {entry.name for entry in map_.entries.values()} | set(STATES.values())
    return glossary.wanted(texts_of(map_, _events(set(map_.entries))), shelves().terms, names)


def _events(entries: set[str]) -> dict[str, str]:
    """CTID → what happened to the entry, and its keywords, in words."""
    ids = dict(Resource.objects.filter(ctid__in=entries).values_list("id", "ctid"))
    found = {}
    for pk, document in documents_of(list(ids)).items():
        events = [event for event in document.get("lw:events") or [] if isinstance(event, dict)]
        words = [text for event in events for text in texts(event.get("lw:text"))]
        found[ids[pk]] = ". ".join([*words, *texts(document.get("ceterms:keyword"))])
    return found


def conflicts() -> tuple[Conflict, ...]:
    """What sources say differently of things on the map."""
    return _conflicts(listing.state())


@lru_cache(maxsize=1)
def _conflicts(state: str) -> tuple[Conflict, ...]:
    """Only things of which two statements are current can be in conflict."""
    rows = Envelope.objects.filter(superseded_at=None, withdrawn_at=None).exclude(
        resource__status="withdrawn"
    )
    rows = rows.filter(resource__type__in=(*CLASSES, "lw:GlossaryTerm", SUBJECT))
    said: dict[int, int] = {}
    for own, into in rows.values_list("resource_id", "resource__merged_into_id"):
        said[into or own] = said.get(into or own, 0) + 1
    several = [pk for pk, number in said.items() if number > 1]
    known = Resource.objects.in_bulk(several)
    rest = material(several)
    return conflicting.conflicts(
        Subject(
            row.ctid,
            row.name,
            rest.statements.get(pk, ()),
            rest.preferences.get(pk, ()),
            {prop.term: prop.label for prop in by_class(row.type).properties},
        )
        for pk, row in known.items()
    )


def source_names() -> dict[str, str]:
    """Key → name of every source."""
    return dict(Source.objects.values_list("key", "name"))


def stale_today() -> tuple[Stale, ...]:
    """What on the map wants another look; see `reviewing`."""
    return reviewing.stale(_reviewable(listing.state()), datetime.now(UTC).date())


@lru_cache(maxsize=1)
def _reviewable(state: str) -> tuple[Reviewable, ...]:
    entries = [
        Reviewable(
            one.ctid,
            one.name,
            one.kind,
            one.reviewed_on,
            one.status == "ended",
            one.url or next(iter(one.said.citations), ""),
        )
        for one in living().entries.values()
    ]
    return (*entries, *_others())


def _others() -> list[Reviewable]:
    """Organizations, funders, topics and terms of the map, from their documents."""
    rows = Resource.objects.filter(type__in=REVIEWED, status=Resource.Status.CURRENT)
    known = {pk: (ctid, kind) for pk, ctid, kind in rows.values_list("id", "ctid", "type")}
    found = []
    for pk, document in documents_of(list(known)).items():
        ctid, kind = known[pk]
        said = [*texts(document.get("ceterms:subjectWebpage")), *texts(document.get("lw:citation"))]
        page = next((one for one in said if safe_url(one)), "")
        reviewed = next(iter(texts(document.get("lw:reviewedOn"))), "")
        found.append(Reviewable(ctid, caption(document), REVIEWED[kind], reviewed, page=page))
    return found
