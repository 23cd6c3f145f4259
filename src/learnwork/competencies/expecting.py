"""The table of expected competencies out of the registry: CIP → SOC → O*NET, and what credentials state themselves.

Programs start from the occupations that they name; where they name none, from their fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.db import connection
from django.db.models import Q

from learnwork.competencies.expected import Asks, Known, Thing, table
from learnwork.competencies.following import successors
from learnwork.competencies.profiling import NAMED_BY
from learnwork.competencies.reading_text import work_of
from learnwork.registry.bulk import serving
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Resource
from learnwork.registry.store import select_in
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.measures import by_key

COMPETENCY, OCCUPATION, FIELD = "ceasn:Competency", "ceterms:Occupation", "lw:FieldOfStudy"
LEADS, BROADER = "lw:leadsTo", "lw:broader"
STUDIES, WORKS = "ceterms:instructionalProgramType", "ceterms:occupationType"
ASKED = ("ceasn:knowledgeEmbodied", "ceasn:skillEmbodied", "ceasn:abilityEmbodied")
TECHNOLOGIES = "lw:technologySkills"
Pairs = Mapping[int, tuple[int, ...]]


def made(state: str, at: datetime | None) -> Known:
    """What is to be expected as of now. state, at: of all that is published (`listing.state`).

    Four seconds for all programs of the country: `knowing.known` remembers it and keeps it on disk.
    """
    things, merged = _things()
    links = _renewed(_links(merged), things)
    leads = _kept(links[LEADS], things)
    below = _below(_kept(links[BROADER], things))
    starts = _starts(_kept(links[WORKS], things), _kept(links[STUDIES], leads))
    occupations = [key for key, (kind, _) in things.items() if kind == OCCUPATION]
    documents = documents_of(occupations)
    names = {thing.ctid: thing for kind, thing in things.values() if kind == COMPETENCY and thing.name}
    asks = list(_asks(things, links, documents, names))
    stated = _stated(links, things, starts)
    every = [(start,) for start in (*leads, *occupations)]
    rows = [
        (one, through := _through(one, leads), [deep for key in through for deep in _all_below(key, below)])
        for one in dict.fromkeys([*every, *starts.values()])
    ]
    called = {key: thing for key, (kind, thing) in things.items() if kind != COMPETENCY}
    filled = table(asks, names, rows, stated, called)
    programs = sorted({*starts, *stated})
    numbers = [
        filled.own_row[key] if key in filled.own_row else filled.row_of[starts[key]] for key in programs
    ]
    work = tuple(
        work_of(things[key][1].ctid, documents[key]) for key in filled.occupations if key in documents
    )
    return Known(
        state, at, filled, np.array(programs, dtype=np.int64), np.array(numbers, dtype=np.int64), work
    )


def _things() -> tuple[dict[int, tuple[str, Thing]], dict[int, int]]:
    """Current competencies, occupations and fields by key, and competencies that were withdrawn, which a credential
    may state still; and of what was merged, into what."""
    current, withdrawn = Resource.Status.CURRENT, Resource.Status.WITHDRAWN
    rows = Resource.objects.filter(
        Q(type__in=(COMPETENCY, OCCUPATION, FIELD), status=current) | Q(type=COMPETENCY, status=withdrawn)
    ).values_list("id", "type", "ctid", "name")
    merged = Resource.objects.filter(merged_into__isnull=False).values_list("id", "merged_into_id")
    return {pk: (kind, Thing(ctid, name)) for pk, kind, ctid, name in rows.order_by("id")}, dict(merged)


def _links(merged: Mapping[int, int]) -> dict[str, list[tuple[int, int]]]:
    """Predicate → (subject, object) of current subjects; everything that names competencies under one name, ""."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT predicate FROM registry_link WHERE object_id IS NOT NULL")
        there = [row[0] for row in cursor.fetchall()]
    plain = (LEADS, BROADER, STUDIES, WORKS, *ASKED)
    wanted = [one for one in there if one in plain or one.split("/")[0] in NAMED_BY]
    for predicate, subject, obj in select_in(
        "SELECT l.predicate, l.subject_id, l.object_id FROM registry_link l"
        " JOIN registry_resource r ON r.id = l.subject_id AND r.status = %s"
        " WHERE l.object_id IS NOT NULL AND l.predicate IN ({})",
        wanted,
        Resource.Status.CURRENT,
    ):
        found[predicate if predicate in plain else ""].append((subject, merged.get(obj, obj)))
    return found


def _renewed(
    links: Mapping[str, list[tuple[int, int]]], things: Mapping[int, tuple[str, Thing]]
) -> dict[str, list[tuple[int, int]]]:
    """What names a competency that was withdrawn names what stands for it now, where that is known."""
    gone = dict(
        Resource.objects.filter(type=COMPETENCY, status=Resource.Status.WITHDRAWN).values_list("id", "ctid")
    )
    named = {obj for some in links.values() for _subject, obj in some if obj in gone}
    newer = successors([gone[pk] for pk in named])
    keys = {thing.ctid: pk for pk, (_kind, thing) in things.items() if newer}
    now = {pk: keys[to] for pk in named if (to := newer.get(gone[pk])) in keys}
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for term, some in links.items():
        found[term] = [(subject, now.get(obj, obj)) for subject, obj in some] if now else some
    return found


def _kept(pairs: Iterable[tuple[int, int]], known: Mapping[int, object]) -> dict[int, tuple[int, ...]]:
    """Subject → its objects that are known, in order, each once."""
    found: dict[int, dict[int, None]] = {}
    for subject, obj in pairs:
        if obj in known:
            found.setdefault(subject, {})[obj] = None
    return {subject: tuple(objects) for subject, objects in found.items()}


def _starts(works: Pairs, studies: Pairs) -> dict[int, tuple[int, ...]]:
    """Program → where it starts. What is a field or an occupation itself has no link of these kinds."""
    return {key: tuple(sorted(works.get(key) or studies[key])) for key in {**studies, **works}}


def _below(broader: Pairs) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for narrow, wide in broader.items():
        for key in wide:
            found[key].append(narrow)
    return found


def _all_below(key: int, below: Mapping[int, Sequence[int]]) -> list[int]:
    """The narrowest things below one, itself where nothing is, whatever circles there are."""
    found = {key: None}
    waiting = [key]
    while waiting:
        for narrow in below.get(waiting.pop(), ()):
            if narrow not in found:
                found[narrow] = None
                waiting.append(narrow)
    return [one for one in found if not below.get(one)] or [key]


def _through(starts: Sequence[int], leads: Pairs) -> tuple[int, ...]:
    return tuple(dict.fromkeys(key for start in starts for key in leads.get(start, (start,))))


def _asks(
    things: Mapping[int, tuple[str, Thing]],
    links: Mapping[str, Sequence[tuple[int, int]]],
    documents: Mapping[int, Document],
    names: dict[str, Thing],
) -> Iterator[Asks]:
    """What occupations ask: rated, referred to, listed as technology. names: gains the technologies met."""
    for subject, item, importance, level in _ratings(documents):
        if item in things:
            yield Asks(subject, things[item][1].ctid, importance, level)
    for predicate in ASKED:
        for subject, item in links.get(predicate, ()):
            if subject in documents and item in things and things[item][0] == COMPETENCY:
                yield Asks(subject, things[item][1].ctid)
    for key, document in documents.items():
        listed = document.get(TECHNOLOGIES)
        for text in listed if isinstance(listed, list) else ():
            if isinstance(text, str):
                ctid = derived_ctid("onet.technology", f"example {text}")
                names.setdefault(ctid, Thing(ctid, text, here=False))
                yield Asks(key, ctid)


def _ratings(occupations: Iterable[int]) -> Iterator[tuple[int, int, float | None, float | None]]:
    """Occupation, competency, importance, level; the newest release first where two rate the same."""
    importance, level = by_key["onet.importance"].number, by_key["onet.level"].number
    shown = frozenset(serving())
    found: dict[tuple[int, int], dict[int, float]] = {}
    for subject, item, measure, value, release in select_in(
        "SELECT resource_id, item_id, measure, value, release_id FROM registry_observation"
        " WHERE area_id IS NULL AND measure IN (%s, %s) AND item_id IS NOT NULL AND value IS NOT NULL"
        " AND resource_id IN ({})",
        occupations,
        importance,
        level,
    ):
        if release in shown:
            found.setdefault((subject, item), {})[measure] = value
    for (subject, item), said in found.items():
        if importance in said:
            yield subject, item, said[importance], said.get(level)


def _stated(
    links: Mapping[str, Sequence[tuple[int, int]]],
    things: Mapping[int, tuple[str, Thing]],
    starts: Pairs,
) -> dict[int, tuple[tuple[int, ...], frozenset[str]]]:
    """Credential → its starts and the competencies that its own document names."""
    found: dict[int, set[str]] = defaultdict(set)
    for subject, item in links.get("", ()):
        if item in things and things[item][0] == COMPETENCY and subject not in things:
            found[subject].add(things[item][1].ctid)
    return {key: (starts.get(key, ()), frozenset(named)) for key, named in found.items()}
