"""Exact counts of facets: one pass over what matches, and one more for each facet with a choice made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from learnwork.search import labels, schema
from learnwork.search.compiling import Compiled
from learnwork.search.facets import BANDS, CHOICES, NONE, depth, wider
from learnwork.search.query import Query
from learnwork.search.results import Facet, FacetValue
from learnwork.search.snapshot import Snapshot

# The engine gives the interpreter free while it works: two threads halve the time of a large count. Handing work
# over costs some 0.1 ms, more than a small count takes.
_WORKERS = ThreadPoolExecutor(2, thread_name_prefix="search")
_LARGE = 30_000


def counted(query: Query) -> list[str]:
    """The facets to count: those asked for, and those with a choice made."""
    chosen = [key for key, _ in query.filters] + [limit.key for limit in query.limits]
    return list(dict.fromkeys((*query.counted, *chosen)))


def count(query: Query, made: Compiled) -> tuple[int, tuple[Facet, ...]]:
    """How many match, and the counts of every facet asked for."""
    keys = counted(query)
    own = [key for key in keys if key in made.filters]
    rest = [key for key in keys if key not in made.filters]
    jobs: list[tuple[str, dict[str, Any]]] = [("", _total())]
    for key in rest:
        jobs[0][1].update(_asked(key, (), made.snapshot))
    jobs += [(key, _asked(key, query.values(key), made.snapshot)) for key in own]
    if made.least > _LARGE and len(jobs) == 1 and len(rest) > 1:
        # Two halves of one pass, side by side.
        half = {name: jobs[0][1].pop(name) for name in list(jobs[0][1])[1 + len(rest) // 2 :]}
        jobs.append(("", half))
    answers = _run(made, jobs)
    total = int(answers["total"]["value"])
    return total, tuple(
        _bands(key, query, answers[key]["buckets"]) if key in BANDS else _choices(key, query, answers, made)
        for key in keys
    )


def _run(made: Compiled, jobs: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    def one(job: tuple[str, dict[str, Any]]) -> dict[str, Any]:
        without, asked = job
        answer: dict[str, Any] = made.snapshot.searcher.aggregate(made.counting(without), asked)
        return answer

    parallel = made.least > _LARGE and len(jobs) > 1
    answers: dict[str, Any] = {}
    for answer in _WORKERS.map(one, jobs) if parallel else map(one, jobs):
        answers |= answer
    return answers


def _total() -> dict[str, Any]:
    return {"total": {"value_count": {"field": "id"}}}


def _asked(key: str, values: Sequence[str], snapshot: Snapshot) -> dict[str, Any]:
    """The engine's request for one facet: the top of a tree, and each level under it that a choice opens."""
    if key in BANDS:
        band = BANDS[key]
        limits = [schema.bounds(low, high, band.best) for low, high in band.bands()]
        ranges = [{"from": float(first), "to": float(last + 1)} for first, last in limits]
        return {key: {"range": {"field": band.column, "ranges": ranges}}}
    choice = CHOICES[key]
    request = {f"{key}/0": _terms(choice.columns[0], choice.shown + 4, snapshot)}
    if choice.tree and values:
        open_to = 1 + max(depth(key, value) or 0 for value in values)
        # Codes of a tree begin with the two digits of their top: only chosen branches are counted.
        branches = "|".join(sorted({re.escape(value[:2]) for value in values}))
        for level, column in list(enumerate(choice.columns))[1 : open_to + 1]:
            request[f"{key}/{level}"] = _terms(column, 2000, snapshot)
            request[f"{key}/{level}"]["terms"]["include"] = f"({branches}).*"
    return request


def _terms(column: str, size: int, snapshot: Snapshot) -> dict[str, Any]:
    request: dict[str, Any] = {"field": column, "size": size}
    if snapshot.cardinality > 1:
        request["segment_size"] = snapshot.cardinality
    return {"terms": request}


def _choices(key: str, query: Query, answers: dict[str, Any], made: Compiled) -> Facet:
    choice, chosen = CHOICES[key], query.values(key)
    top = _buckets(answers[f"{key}/0"])
    found = dict(top[: choice.shown])
    known = dict(top)
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
    more = len(top) > choice.shown or answers[f"{key}/0"]["sum_other_doc_count"] > 0
    return Facet(key, choice.label, tuple(_ordered(key, values)), more)


def _buckets(answer: dict[str, Any]) -> list[tuple[str, int]]:
    """Values by count, equal ones by value: the same order on every index."""
    found = [(str(b["key"]), int(b["doc_count"])) for b in answer["buckets"] if b["key"] != NONE]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _open(key: str, code: str, chosen: Sequence[str]) -> bool:
    """Whether the next wider code is chosen, or lies on the way to a chosen one."""
    above = wider(key, code)[:1]
    return any(parent in (one, *wider(key, one)) for parent in above for one in chosen)


def _ordered(key: str, values: list[FacetValue]) -> list[FacetValue]:
    """Most frequent first; in a tree each code under its wider one."""
    values = sorted(values, key=lambda v: (-v.count, v.label, v.value))
    if not CHOICES[key].tree:
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
