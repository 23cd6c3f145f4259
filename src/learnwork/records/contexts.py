"""The JSON-LD contexts that records may name: an allow-list by address and digest, compiled into one table.

A context decides what every word of a record means, hence what a signature covers. So none is ever fetched: the
table (tables/contexts.json, written by tools/compile_contexts.py) holds what the official documents say, with the
SHA-256 of their bytes. `document(url)` gives a context document that means the same, for processors of JSON-LD;
`active` builds on the same table for the fast path. `uses` says what a record's contexts rest on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from learnwork.records.errors import UnknownContextError

# An object of the table: {"terms": {term: IRI or object}, "protected": bool, "vocab": IRI}, an address, null, a list.
Local = Any


@dataclass(frozen=True, slots=True)
class Pinned:
    """One context: its address, the SHA-256 and SHA-384 of the official bytes, and what it says."""

    url: str
    sha256: str
    sha384: str
    local: Local


@dataclass(frozen=True, slots=True)
class Uses:
    """What the contexts of a record rest on, in the order met.

    `pinned` and `unknown` are addresses; `inline` are places (JSON pointers) of contexts written into the record;
    `vocabularies` are pinned addresses that give a meaning to every word (`@vocab`): what they cover is the issuer's
    own.
    """

    pinned: tuple[str, ...]
    unknown: tuple[str, ...]
    inline: tuple[str, ...]
    vocabularies: tuple[str, ...]


@cache
def table() -> dict[str, Pinned]:
    """All pinned contexts by address."""
    text = files("learnwork.records").joinpath("tables/contexts.json").read_text("utf-8")
    entries = json.loads(text).items()
    return {url: Pinned(url, said["sha256"], said["sha384"], said["context"]) for url, said in entries}


def pinned(url: str) -> Pinned:
    """Raises UnknownContextError."""
    found = table().get(url)
    if found is None:
        raise UnknownContextError(
            f"The context {url[:200]} is not one that Learnwork knows.",
            hint="Name a published version of a known context; see the reference of contexts.",
            url=url,
        )
    return found


def document(url: str) -> dict[str, Any]:
    """A context document that means what the official one means; made anew, because processors change theirs.

    Raises UnknownContextError.
    """
    return {"@context": _written(pinned(url).local)}


def _written(local: Local) -> Any:
    if local is None or isinstance(local, str):
        return local
    if isinstance(local, list):
        return [_written(part) for part in local]
    written: dict[str, Any] = {}
    if local.get("protected"):
        written["@protected"] = True
    if "vocab" in local:
        written["@vocab"] = local["vocab"]
    for term, definition in local["terms"].items():
        written[term] = definition if isinstance(definition, str) else _definition(definition)
    return written


def _definition(definition: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"@reverse" if definition.get("reverse") else "@id": definition["iri"]}
    for key in ("type", "container", "protected", "prefix"):
        if key in definition:
            written[f"@{key}"] = definition[key]
    if "context" in definition:
        written["@context"] = _written(definition["context"])
    return written


def uses(record: Any) -> Uses:
    """What the contexts of a record rest on, at every depth."""
    known: dict[str, None] = {}
    unknown: dict[str, None] = {}
    inline: list[str] = []
    for place, context in occurrences(record):
        for number, part in enumerate(context if isinstance(context, list) else [context]):
            if isinstance(part, str):
                (known if part in table() else unknown)[part] = None
            elif isinstance(context, list):
                inline.append(f"{place}/{number}")
            else:
                inline.append(place)
    wide = tuple(url for url in known if url in vocabularies())
    return Uses(tuple(known), tuple(unknown), tuple(inline), wide)


def occurrences(record: Any) -> Iterator[tuple[str, Any]]:
    """Every value of `@context` in a record, with its place; iterative, so that depth costs nothing."""
    stack: list[tuple[str, Any]] = [("", record)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, dict):
            if "@context" in value:
                yield f"{place}/@context", value["@context"]
            inside = [(key, item) for key, item in value.items() if key != "@context"]
            stack.extend(
                (f"{place}/{key}", item) for key, item in reversed(inside) if item.__class__ in _OPEN
            )
        elif isinstance(value, list):
            stack.extend(
                (f"{place}/{number}", item) for number, item in enumerate(value) if item.__class__ in _OPEN
            )


_OPEN = (dict, list)


@cache
def vocabularies() -> frozenset[str]:
    """The addresses of contexts that give a meaning to every word."""
    return frozenset(url for url, found in table().items() if _has_vocab(found.local))


def _has_vocab(local: Local) -> bool:
    if isinstance(local, list):
        return any(_has_vocab(part) for part in local)
    return isinstance(local, dict) and "vocab" in local
