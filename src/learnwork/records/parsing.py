"""Reads the text of a record as JSON, and refuses what two readers could read differently.

Refused, each with its own code and, where it can be found, its place: more bytes than the bound, nesting deeper
than the bound, a key twice in one object, NaN and Infinity, numbers that no double holds, lone surrogates, text
that is not UTF-8 or has a byte order mark. Source: RFC 8259; RFC 7493 (I-JSON).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from learnwork.records.errors import (
    DuplicateKeyError,
    LoneSurrogateError,
    NotJsonError,
    RecordTooLargeError,
    TooDeepError,
)
from learnwork.records.sentences import piece

LIMIT = 12_000_000
DEPTH = 100
PARTS = 1_000_000  # commas, colons and brackets: what a second is enough for
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(data: bytes | str, *, where: str = "", limit: int = LIMIT, depth: int = DEPTH) -> Any:
    """The value that the text says. `where` names the text in sentences; `limit` is in bytes.

    Raises NotJsonError, DuplicateKeyError, LoneSurrogateError, RecordTooLargeError, TooDeepError.
    """
    name = where or piece("The text")
    text = _text(data, name, limit)
    try:
        value = _DECODER.decode(text)
    except _DuplicateError as twice:
        place = _place_of_duplicate(text) if len(text) < _SEARCHED else ""
        raise DuplicateKeyError(
            f"{name} has the key “{twice.key}” twice{_at(place)}.",
            hint="Keep one of the two.",
            place=place,
            key=twice.key,
        ) from None
    except json.JSONDecodeError as wrong:
        raise NotJsonError(
            f"{name} is not JSON at line {wrong.lineno}, column {wrong.colno}.",
            hint="Take another copy; text around a record must go.",
            place="",
        ) from None
    except (_NumberError, ValueError) as number:
        raise NotJsonError(
            f"{name} has a number that cannot be kept: {str(number)[:80]}.",
            hint="Write a number of ordinary size, or a string.",
            place="",
        ) from None
    except RecursionError:
        raise _too_deep(name, depth) from None
    # Few brackets cannot nest deep: that spares most texts the walk.
    if text.count("{") + text.count("[") > depth:
        _check_depth(value, name, depth)
    # Surrogates enter by escapes only: decoding the bytes has refused them already.
    if SURROGATE.search(text):
        _check_surrogates(value, name)
    return value


class _DuplicateError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _NumberError(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateError(key)
            seen.add(key)
    return found


def _constant(word: str) -> NoReturn:
    raise _NumberError(word)


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _NumberError(digits)
    return number


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise _NumberError(digits)
    return int(digits)


_DIGITS = 300  # the largest double has 309
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer
)


def _text(data: bytes | str, name: str, limit: int) -> str:
    """The text, within its bound, as it would be in UTF-8."""
    # A character has at most four bytes: most strings need no encoding to be measured.
    size = len(data)
    if isinstance(data, str) and size <= limit < 4 * size:
        size = len(data.encode("utf-8", "surrogatepass"))
    if size > limit:
        raise RecordTooLargeError(
            f"{name} has {size:,} bytes; at most {limit:,} are read.", hint="Split it.", limit=limit
        )
    try:
        if isinstance(data, str):
            text = data
            if not data.isascii():
                data.encode("utf-8")
        else:
            text = data.decode("utf-8")
    except UnicodeEncodeError as wrong:
        raise LoneSurrogateError(
            f"{name} has half a character (a lone surrogate) at character {wrong.start:,}.", hint=_HALF
        ) from None
    except UnicodeDecodeError as wrong:
        raise NotJsonError(
            f"{name} is not UTF-8 at byte {wrong.start:,}.", hint="Save it as UTF-8.", place=""
        ) from None
    if size > PARTS and sum(map(text.count, ",:[{")) > PARTS:
        raise RecordTooLargeError(f"{name} has more than {PARTS:,} parts.", hint="Split it.", limit=PARTS)
    return text


_SEARCHED = 1_000_000  # characters that are read again to say where a fault stands
_HALF = "Write the character whole; the program that wrote this cut a text in the middle."


def _too_deep(name: str, depth: int) -> TooDeepError:
    return TooDeepError(f"{name} is nested deeper than {depth} levels.", hint="Flatten it.", limit=depth)


def _check_depth(value: Any, name: str, depth: int) -> None:
    level = [value] if type(value) in (dict, list) else []
    left = depth
    while level:
        if not left:
            raise _too_deep(name, depth)
        left -= 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]


def _check_surrogates(value: Any, name: str) -> None:
    for place, text in _strings(value, ""):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise LoneSurrogateError(
                f"{name} has half a character (a lone surrogate){_at(place)}.", hint=_HALF, place=place
            ) from None


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _strings(item, f"{place}/{number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield place, key
            yield from _strings(item, f"{place}/{pointer(key)}")


def pointer(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901), safe to print."""
    return key.replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode("utf-8")


def _at(place: str) -> str:
    return piece(f" at {place}") if place else ""


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written, keys twice and all."""


def _place_of_duplicate(text: str) -> str:
    """Where the first object with a key twice stands, as JSON pointer. Only read when there is one."""
    value = json.loads(text, object_pairs_hook=_Pairs)
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        place, found = stack.pop()
        if isinstance(found, _Pairs):
            seen: set[str] = set()
            for key, _ in found:
                if key in seen:
                    return f"{place}/{pointer(key)}"
                seen.add(key)
            stack.extend((f"{place}/{pointer(key)}", inner) for key, inner in reversed(found))
        elif isinstance(found, list):
            stack.extend((f"{place}/{number}", inner) for number, inner in enumerate(found))
    return ""
