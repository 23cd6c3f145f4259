"""Strict reading of JSON text, and where a value stands in it, so that a part can be given out byte for byte.

Strict means: what the bytes say and what a program understands cannot differ (RFC 8259 leaves that open for
duplicate keys, NaN and numbers without bound). A text that passes `read` or `check` can be cut up with
`members` and `elements`; on other texts these two are not defined.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from learnwork.formats.ctid_spellings import ctid_of
from learnwork.vocabulary.errors import LearnworkError

# CTDL documents nest 10 to 12 levels; everything that walks documents recurses, and Python stops near 1,000.
MAX_DEPTH = 40
INTEGERS = range(-(2**63), 2**64)  # what SQLite, PostgreSQL and every JSON library keep exactly

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = json.JSONDecoder()


class BadJsonError(LearnworkError):
    """A text is not JSON that can be kept: syntax, depth, duplicate keys, numbers. `code` says which."""

    code = "json-syntax"

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Span(NamedTuple):
    """Where a value stands in a text: `text[start:end]`."""

    start: int
    end: int


def read(text: str) -> Any:
    """The value of a JSON text. Raises `BadJsonError` with place and mend."""
    check(text)
    return json.loads(text, object_pairs_hook=_object, parse_int=_integer)


def check(text: str) -> None:
    """Refuse what is not JSON, or nests too deep: all that `members` and `elements` rely on."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _syntax(text, error) from None
    if _too_deep(value):
        raise _depth()


def members(text: str, at: int = 0) -> Iterator[tuple[str, Span]]:
    """Keys and spans of the values of the object that begins at `at` (white space before it is skipped)."""
    for key, start in _keys(text, at):
        yield key, Span(start, _PLAIN.raw_decode(text, start)[1])


def elements(text: str, at: int = 0) -> Iterator[Span]:
    """Spans of the elements of the list that begins at `at` (white space before it is skipped)."""
    at = _skip(text, _skip(text, at) + 1)
    while at < len(text) and text[at] != "]":
        end = _PLAIN.raw_decode(text, at)[1]
        yield Span(at, end)
        at = _skip(text, end)
        if text[at] == "]":
            return
        at = _skip(text, at + 1)


def member(text: str, key: str, at: int = 0) -> Span | None:
    """The span of one member of the object at `at`; None if it has none."""
    start = start_of(text, key, at)
    return None if start is None else Span(start, _PLAIN.raw_decode(text, start)[1])


def start_of(text: str, key: str, at: int = 0) -> int | None:
    """Where the value of one member of the object at `at` begins: the value itself is not looked at."""
    return next((start for name, start in _keys(text, at) if name == key), None)


def node_text(text: str, ctid: str) -> str | None:
    """The exact text of one resource inside the text of a `@graph` document; None where it is not in it."""
    graph = start_of(text, "@graph")
    for span in elements(text, graph) if graph is not None else ():
        node = _PLAIN.raw_decode(text, span.start)[0]
        if isinstance(node, dict) and ctid_of(node) == ctid:
            return text[span.start : span.end]
    return None


def _keys(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Keys of the object at `at`, each with where its value begins."""
    at = _skip(text, _skip(text, at) + 1)
    while text[at] == '"':
        key, at = _PLAIN.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        yield key, start
        at = _skip(text, _skip(text, _PLAIN.raw_decode(text, start)[1]) + 1)
        if at >= len(text):
            return


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _too_deep(value: Any) -> bool:
    """Whether lists and objects nest too deep: one level a round, without recursion."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer if type(outer) is list else ())
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadJsonError(
            "json-duplicate-key",
            f"An object has the key {twice[:80]!r} twice, so that readers disagree on what it says.",
            hint="Keep one of the two, or make the value a list.",
        )
    return value


def _integer(digits: str) -> int:
    if len(digits) > 20 or (value := int(digits)) not in INTEGERS:
        raise BadJsonError(
            "json-number",
            f"The number {digits[:24]}{'…' if len(digits) > 24 else ''} has more than 64 bits.",
            hint="Write it as a string.",
        )
    return value


def _syntax(text: str, error: orjson.JSONDecodeError) -> BadJsonError:
    at = f"line {error.lineno}, column {error.colno}"
    rest = text[error.pos : error.pos + 9].lstrip("-")
    if rest.startswith(("NaN", "Infinity")) or "infinity" in error.msg:
        return BadJsonError(
            "json-number", f"NaN, Infinity or a number without bound at {at}.", hint="Leave the value out."
        )
    if "depth" in error.msg:
        return _depth()
    if not text.strip():
        return BadJsonError("json-syntax", "The document is empty.", hint="Take it out, or get it again.")
    return BadJsonError(
        "json-syntax",
        f"Not JSON at {at}: {error.msg}.",
        hint="Check the file; it may be cut off or edited by hand.",
    )


def _depth() -> BadJsonError:
    return BadJsonError(
        "json-too-deep",
        f"The document nests deeper than {MAX_DEPTH} levels.",
        hint="Give nested things a CTID of their own and refer to them.",
    )
