"""A sentence of this library taken apart: the words that are always the same, and what was put between them.

    apart("The token expired at 2026-01-31T00:00:00Z.") → Parts("The token expired at %(expires)s.", {"expires": …})

The library says its verdicts in English, as one text, so that they can be kept, compared and printed without a
catalogue. Whoever shows them in another language translates the words and puts the parts back; a part may be a
sentence itself.
The table is made from the source by tools/compile_sentences.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

import orjson

_VARIABLE = re.compile(r"%\((\w+)\)s")
_LONGEST = 4_000  # characters of a text that is looked at
_BETWEEN = re.compile(r"(?<=[.?!)]) (?=\S)")  # a sentence may begin with an address or the name of a file
_MOST_ENDS = 50  # places of a text where a sentence may end that are looked at


@dataclass(frozen=True, slots=True)
class Parts:
    """template: the English words, variables as %(name)s, per cent signs doubled; values: what stood there."""

    template: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pattern:
    template: str
    words: str  # the longest text without a variable: a sentence without it is another
    form: re.Pattern[str]


def piece(text: str) -> str:
    """The text itself: marks what is put into sentences and has words to translate, so that the table has it."""
    return text


@cache
def templates() -> tuple[str, ...]:
    """Every sentence that the library says."""
    table = files("learnwork.records").joinpath("tables/sentences.json").read_bytes()
    return tuple(orjson.loads(table))


@cache
def _plain() -> dict[str, str]:
    return {one.replace("%%", "%"): one for one in templates() if not _VARIABLE.search(one)}


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """Those with variables, the ones with most words of their own first: they fit the fewest texts."""
    made = []
    for template in templates():
        pieces = [piece.replace("%%", "%") for piece in _VARIABLE.split(template)[::2]]
        names = _VARIABLE.findall(template)
        if not names:
            continue
        form = re.escape(pieces[0])
        for name, piece in zip(names, pieces[1:], strict=True):
            form += f"(?P<{name}>.*?){re.escape(piece)}"
        made.append(
            (sum(map(len, pieces)), _Pattern(template, max(pieces, key=len), re.compile(form, re.DOTALL)))
        )
    return tuple(pattern for _, pattern in sorted(made, key=lambda each: -each[0]))


@lru_cache(maxsize=2_000)
def apart(text: str) -> Parts | None:
    """A sentence of this library in its parts, None for any other text."""
    if text in _plain():
        return Parts(_plain()[text], {})
    if len(text) > _LONGEST:
        return None
    for pattern in _patterns():
        if pattern.words in text and (found := pattern.form.fullmatch(text)):
            return Parts(pattern.template, found.groupdict())
    return None


def one_by_one(text: str) -> list[str]:
    """A text of several sentences cut where one of this library ends; what is none of them stays together."""
    whole = apart(text)
    if len(text) > _LONGEST or (whole is not None and not _swallowed(whole)):
        return [text]
    for gap in islice(_BETWEEN.finditer(text), _MOST_ENDS):
        first, rest = text[: gap.start()], text[gap.end() :]
        if apart(first) is not None:
            return [first, *one_by_one(rest)]
    return [text]


def _swallowed(parts: Parts) -> bool:
    """Whether what a sentence begins with, whatever it is, seems to hold the sentence before it."""
    first = _VARIABLE.match(parts.template)
    return first is not None and _BETWEEN.search(parts.values[first[1]]) is not None
