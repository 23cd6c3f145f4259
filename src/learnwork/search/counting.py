"""Exact counts of facets: one pass over what matches, and one more for each facet with a choice made."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import tantivy

from learnwork.search import labels, own, schema
from learnwork.search.compiling import Compiled
from learnwork.search.facets import BANDS, CHOICES, NONE, depth, top, wider
from learnwork.search.query import Query
from learnwork.search.results import Facet, FacetValue
from learnwork.search.snapshot import Snapshot

# The engine lets go of the interpreter while it works: with a core free, two threads take down to half the time of
# a large count. Handing work over costs some 0.1 ms, more than a small count takes.
WORKERS = ThreadPoolExecutor(2, thread_name_prefix="search")
LARGE = 30_000

Request = dict[str, Any]
Job = tuple[tantivy.Query, Request]


def counted(query: Query, snapshot: Snapshot) -> list[str]:
    """The facets to count: those asked for, those with a choice made, and a type's own where only one is asked for."""
    chosen = [key for key, _ in query.filters] + [limit.key for limit in query.limits]
    types = query.values("type")
    more = own.properties(types[0]) if len(types) == 1 and query.counted else ()
    said = [own.PREFIX + term for term in more if snapshot.searcher.doc_freq(own.COLUMN, term)]
    return list(dict.fromkeys((*query.counted, *chosen, *said)))


def count(query: Query, made: Compiled) -> tuple[int, tuple[Facet, ...]]:
    """How many match, and the counts of every facet asked for."""
    keys = counted(query, made.snapshot)
    answers: dict[str, Any] = {}
    jobs = _jobs(query, keys, made)

    def one(job: Job) -> dict[str, Any]:
        answer: dict[str, Any] = made.snapshot.searcher.aggregate(*job)
        return answer

    for answer in WORKERS.map(one, jobs) if made.least > LARGE else map(one, jobs):
        answers |= answer
    total = int(answers["total"]["value"])
    facets = (
        _bands(key, query, answers[key]["buckets"]) if key in BANDS else _choices(key, query, answers, made)
        for key in keys
    )
    # Most properties that a type declares say nothing in most answers.
    return total, tuple(facet for facet in facets if facet.values or not own.is_own(facet.key))


def _jobs(query: Query, keys: Sequence[str], made: Compiled) -> list[Job]:
    """One pass for all facets without a choice, one for each with one, one more for what that opens of a tree.

    A type's own facets have a pass each over the few resources that say something.
    """
    rest: Request = {"total": {"value_count": {"field": "id"}}}
    jobs: list[Job] = []
    for key in keys:
        if own.is_own(key):
            jobs.append((made.having(key), _asked(key, made.snapshot)))
            continue
        if key not in made.filters:
            rest |= _asked(key, made.snapshot)
            continue
        jobs.append((made.counting(without=key), _asked(key, made.snapshot)))
        if opened := _opened(key, query.values(key), made.snapshot):
            jobs.append((made.branches(key, {top(key, value) for value in query.values(key)}), opened))
    if jobs or made.least <= LARGE:
        return [(made.counting(), rest), *jobs]
    # Two halves of the one pass, side by side.
    names = list(rest)
    halves = (names[: len(names) // 2 + 1], names[len(names) // 2 + 1 :])
    return [(made.counting(), {name: rest[name] for name in half}) for half in halves if half]


def _asked(key: str, snapshot: Snapshot) -> Request:
    """The engine's request for one facet: bands, values, or the top of a tree."""
    if key in BANDS:
        band = BANDS[key]
        limits = [schema.bounds(low, high, band.best) for low, high in band.bands()]
        ranges = [{"from": float(first), "to": float(last + 1)} for first, last in limits]
        return {key: {"range": {"field": band.column, "ranges": ranges}}}
    choice = own.choice(key)
    request = _terms(choice.columns[0], choice.shown + 4, snapshot)
    if own.is_own(key):
        request["terms"]["include"] = f"{own.held(key, '')}.*"
    return {f"{key}/0": request}


def _opened(key: str, values: Sequence[str], snapshot: Snapshot) -> Request:
    """The levels of a tree under its top that chosen values open."""
    if key not in CHOICES or not CHOICES[key].tree:
        return {}
    levels = [level for value in values if (level := depth(key, value)) is not None]
    columns = CHOICES[key].columns[1 : max(levels, default=-1) + 2]
    return {f"{key}/{level}": _terms(column, 3000, snapshot) for level, column in enumerate(columns, 1)}


def _terms(column: str, size: int, snapshot: Snapshot) -> dict[str, Any]:
    request: dict[str, Any] = {"field": column, "size": size}
    if snapshot.cardinality > 1:
        request["segment_size"] = snapshot.cardinality
    return {"terms": request}


def _choices(key: str, query: Query, answers: dict[str, Any], made: Compiled) -> Facet:
    choice, chosen = own.choice(key, query.values("type")), query.values(key)
    widest = _buckets(answers[f"{key}/0"])
    if own.is_own(key):
        widest = [(term.removeprefix(own.held(key, "")), n) for term, n in widest]
    if choice.numbered:
        widest = _named(key, widest, made)
    found = dict(widest[: choice.shown])
    known = dict(widest)
    for level in range(1, len(choice.columns)):
        for code, n in _buckets(answers.get(f"{key}/{level}", {"buckets": ()})):
            known[code] = n
            if code in chosen or _open(key, code, chosen):
                found[code] = n
    for value in chosen:
        found[value] = known[value] if value in known else made.count_of(key, value)
    values = [
        FacetValue(value, labels.label(key, value, made.snapshot), n, value in chosen, depth(key, value) or 0)
        for value, n in found.items()
    ]
    more = len(widest) > choice.shown or answers[f"{key}/0"]["sum_other_doc_count"] > 0
    return Facet(key, choice.label, tuple(_ordered(key, values)), more)


def spread(key: str, made: Compiled) -> dict[str, int]:
    """Value → count of all values of a facet of text; there are 3,200 counties at most."""
    request = {key: _terms(own.choice(key).columns[0], 5000, made.snapshot)}
    return dict(_buckets(made.snapshot.searcher.aggregate(made.counting(without=key), request)[key]))


def _buckets(answer: dict[str, Any]) -> list[tuple[str, int]]:
    """Values by count, equal ones by value: the same order on every index."""
    found = [(str(b["key"]), int(b["doc_count"])) for b in answer["buckets"] if b["key"] not in (NONE, 0)]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _named(key: str, numbers: Sequence[tuple[str, int]], made: Compiled) -> list[tuple[str, int]]:
    """The values behind the numbers of a column: any resource with it knows its provider."""
    named = []
    for number, count in numbers:
        example = made.snapshot.example(key, int(float(number)))
        named.append((str(getattr(example, key)), count))
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def _open(key: str, code: str, chosen: Sequence[str]) -> bool:
    """Whether the next wider code is chosen, or lies on the way to a chosen one."""
    above = wider(key, code)[:1]
    return any(parent in (one, *wider(key, one)) for parent in above for one in chosen)


def _ordered(key: str, values: list[FacetValue]) -> list[FacetValue]:
    """Most frequent first; in a tree each code under its wider one."""
    values = sorted(values, key=lambda v: (-v.count, v.label, v.value))
    if key not in CHOICES or not CHOICES[key].tree:
        return values
    shown = {value.value for value in values}
    under: dict[str, list[FacetValue]] = {}
    for value in values:
        parent = next((code for code in wider(key, value.value) if code in shown), "")
        under.setdefault(parent, []).append(value)

    def walk(parent: str) -> list[FacetValue]:
        return [each for value in under.get(parent, ()) for each in (value, *walk(value.value))]

    return walk("")


def _bands(key: str, query: Query, buckets: list[dict[str, Any]]) -> Facet:
    band, limit = BANDS[key], query.limit(key)
    # A band is known by its end: the engine leaves out a beginning of zero.
    by_end = {float(b["to"]): int(b["doc_count"]) for b in buckets if "to" in b}
    values = []
    for low, high in band.bands():
        _, last = schema.bounds(low, high, band.best)
        chosen = limit is not None and (limit.low, limit.high) == (low, high)
        name, number = labels.band_label(band, low, high), by_end.get(float(last + 1), 0)
        values.append(FacetValue(labels.band_value(low, high), name, number, chosen))
    return Facet(key, band.label, tuple(values))
