"""What differs between two documents, so that a person can read it: value by value, not line by line. Pure.

    difference({"ceterms:keyword": ["a", "b"]}, {"ceterms:keyword": ["b", "c"]})
    # ceterms:keyword: "a" removed, "c" added

The order of values means nothing in a document, so a list is compared as a bag. Objects of a list that are
evidently the same one (same identity, code or name) are compared inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from learnwork.vocabulary.documents import Document

Step = str | int
Kind = Literal["added", "removed", "changed"]
_DEPTH = 30
# What tells one object of a list from the next, the surest first.
_IDENTITY = ("@id", "ceterms:ctid", "ceterms:targetNode", "ceterms:codedNotation", "ceterms:name", "@type")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs. path: properties and places in lists of the former document, from the top.

    before is None where it was added, after where it was removed.
    """

    path: tuple[Step, ...]
    kind: Kind
    before: Any = None
    after: Any = None

    @property
    def property(self) -> str:
        """The property of the document that it belongs to."""
        return str(self.path[0])


def difference(before: Document, after: Document) -> tuple[Difference, ...]:
    """All that differs, by property; () exactly where both say the same, in whatever order."""
    return tuple(_objects((), before, after, 0))


def _objects(path: tuple[Step, ...], before: Document, after: Document, depth: int) -> Iterator[Difference]:
    for term in sorted(before.keys() | after.keys()):
        here = (*path, term)
        if term not in before:
            yield Difference(here, "added", after=after[term])
        elif term not in after:
            yield Difference(here, "removed", before=before[term])
        else:
            yield from _values(here, before[term], after[term], depth + 1)


def _values(path: tuple[Step, ...], before: Any, after: Any, depth: int) -> Iterator[Difference]:
    if _key(before) == _key(after):
        return
    if isinstance(before, dict) and isinstance(after, dict) and depth < _DEPTH:
        yield from _objects(path, before, after, depth)
    elif isinstance(before, list) and isinstance(after, list) and depth < _DEPTH:
        yield from _lists(path, before, after, depth)
    else:
        yield Difference(path, "changed", before, after)


def _lists(path: tuple[Step, ...], before: list[Any], after: list[Any], depth: int) -> Iterator[Difference]:
    left = _rest(before, after)
    right = _rest(after, before)
    pairs = _pairs([(at, before[at]) for at in left], [(at, after[at]) for at in right])
    for at, to in sorted(pairs.items()):
        yield from _values((*path, at), before[at], after[to], depth + 1)
    for at in left:
        if at not in pairs:
            yield Difference((*path, at), "removed", before=before[at])
    taken = set(pairs.values())
    for at in right:
        if at not in taken:
            yield Difference(path, "added", after=after[at])


def _rest(values: Sequence[Any], others: Sequence[Any]) -> list[int]:
    """Places of the values that have no equal among the others, each of which serves once."""
    there = Counter(map(_key, others))
    found = []
    for at, value in enumerate(values):
        key = _key(value)
        if there[key]:
            there[key] -= 1
        else:
            found.append(at)
    return found


def _pairs(left: Sequence[tuple[int, Any]], right: Sequence[tuple[int, Any]]) -> dict[int, int]:
    """Objects that are the same one: place before → place after. Only where an identity names exactly one of each."""
    pairs: dict[int, int] = {}
    for term in _IDENTITY:
        free = [(at, value) for at, value in left if at not in pairs]
        taken = set(pairs.values())
        ours, theirs = _named(free, term), _named([one for one in right if one[0] not in taken], term)
        pairs.update({at: theirs[name] for name, at in ours.items() if name in theirs})
    return pairs


def _named(values: Sequence[tuple[int, Any]], term: str) -> dict[bytes, int]:
    keys = [(_key(value[term]), at) for at, value in values if isinstance(value, dict) and term in value]
    often = Counter(key for key, _ in keys)
    return {key: at for key, at in keys if often[key] == 1}


def _key(value: Any) -> bytes:
    """Equal for values that say the same: objects and lists in one order."""
    return orjson.dumps(_canonical(value, 0), option=orjson.OPT_SORT_KEYS, default=repr)


def _canonical(value: Any, depth: int) -> Any:
    if depth > _DEPTH:
        return repr(value)
    if isinstance(value, dict):
        return {key: _canonical(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_canonical(inner, depth + 1) for inner in value), key=_sorting)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return repr(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value


def _sorting(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=repr)
