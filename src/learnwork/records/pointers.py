"""JSON pointers, and the part of a document that several of them select.

Sources: RFC 6901; Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.10 to 3.4.13 (jsonPointerToPaths,
createInitialSelection, selectPaths, selectJsonLd).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from learnwork.records.proof_errors import PointerError

_FORM = re.compile(r"(?:/(?:[^/~]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_HINT = "Write it as in /credentialSubject/achievement/name."


def steps_of(pointer: str) -> list[str]:
    """The steps of a JSON pointer. Raises PointerError."""
    if not isinstance(pointer, str) or not _FORM.fullmatch(pointer):
        raise PointerError(f"{pointer!r:.100} is no JSON pointer.", hint=_HINT)
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def value_at(document: Any, pointer: str) -> Any:
    """What stands at a pointer. Raises PointerError where nothing does."""
    value = document
    for step in steps_of(pointer):
        value = _step(value, step, pointer)
    return value


def select(document: dict[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """The smallest document of the same contexts that holds what the pointers lead to; {} without pointers.

    On the way to each place the identifiers and types are kept; lists keep their order and close their gaps.
    Raises PointerError.
    """
    chosen = list(pointers)
    if not chosen:
        return {}
    selection = _start(document)
    if "@context" in document:
        selection["@context"] = copy.deepcopy(document["@context"])
    for pointer in chosen:
        steps = steps_of(pointer)
        if not steps:
            return copy.deepcopy(document)
        _put(document, selection, steps, pointer)
    closed = _closed(selection)
    assert isinstance(closed, dict)  # noqa: S101  (it began as one)
    return closed


class _Gaps(dict[int, Any]):
    """A list on its way: places to values."""


def _start(value: Any) -> Any:
    """An empty copy of a value: an object keeps its identifier and types."""
    if isinstance(value, list):
        return _Gaps()
    start: dict[str, Any] = {}
    for name in ("@id", "id"):
        if isinstance(value.get(name), str) and not value[name].startswith("_:"):
            start[name] = value[name]
    for name in ("@type", "type"):
        if name in value:
            start[name] = copy.deepcopy(value[name])
    return start


def _put(value: Any, selected: Any, steps: list[str], pointer: str) -> None:
    for step in steps[:-1]:
        value = _step(value, step, pointer)
        if not isinstance(value, dict | list):
            raise _nowhere(pointer)
        place = _place(selected, step)
        if place not in selected or not isinstance(selected[place], dict):
            if place in selected:
                return  # a pointer before this one has taken the whole list
            selected[place] = _start(value)
        selected = selected[place]
    value = _step(value, steps[-1], pointer)
    selected[_place(selected, steps[-1])] = copy.deepcopy(value)


def _place(selected: Any, step: str) -> Any:
    return int(step) if isinstance(selected, _Gaps) else step


def _step(value: Any, step: str, pointer: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
        return value[int(step)]
    raise _nowhere(pointer)


def _nowhere(pointer: str) -> PointerError:
    return PointerError(f"Nothing stands at {pointer[:100]!r} in the document.", hint=_HINT)


def _closed(value: Any) -> Any:
    if isinstance(value, _Gaps):
        return [_closed(value[place]) for place in sorted(value)]
    if isinstance(value, dict):
        return {name: _closed(inner) for name, inner in value.items()}
    return value
