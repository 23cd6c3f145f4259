"""Occupations recognised by a title that stands in a text: their names, and what else they are called. Pure.

Titles are looked for in the heading: the first line of a text, or all of a short one, comma by comma. One of several
words is recognised wherever it stands there; one of a single word only where a title would stand, as most such words
mean other things too (*model*, *cook*, *host*). Letters may be of any size, and the last word in singular or plural.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learnwork.competencies.expected import Work

LONGEST_LINE = 120  # characters of a line that are looked at
MOST_PARTS = 60
LONGEST_TITLE = 8  # words
_PARTS = re.compile(r"(?:[^.,;:|/()\[\]–—•\t\n-]|(?<=\S)-(?=\S)|\.(?=\S))+")
_WORD = re.compile(r"[^\W_](?:[\w.&+#’'-]*[\w+#])?")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*")
_BEFORE = frozenset(
    ["a", "an", "the", "our", "as", "for", "hiring", "seeking", "seek", "need", "needs", "want", "wanted"]
)
_AFTER = frozenset(["for", "in", "at", "with", "to", "on", "wanted", "needed", "position", "job", "role"])
# What stands before a title without changing the work.
_RANKS = frozenset(
    [
        "senior",
        "sr",
        "sr.",
        "junior",
        "jr",
        "jr.",
        "lead",
        "experienced",
        "certified",
        "licensed",
        "qualified",
    ]
)
_SHORT, _LONG = "tech", "technician"  # which of the two a list of titles has is chance


@dataclass(frozen=True, slots=True)
class Titled:
    """An occupation by its number, recognised by a title that stands in the text. own: whether it is its name."""

    work: int
    title: str
    own: bool


class Titles:
    """The titles of occupations made ready."""

    def __init__(self, work: Sequence[Work]) -> None:
        of: dict[str, dict[int, bool]] = defaultdict(dict)
        for number, one in enumerate(work):
            for place, title in enumerate(one.titles):
                for form in _forms(title):
                    of[form].setdefault(number, place == 0)
        self._of = dict(of)

    def found(self, text: str, *, short: bool) -> list[Titled]:
        """Occupations by the titles in the heading of a text, each once: the longest title of every part of it, and of
        those that have it the one that it is the name of. short: the text is all heading."""
        met: dict[int, Titled] = {}
        for part in _heading(text, short=short):
            for one in self._longest(part):
                met.setdefault(one.work, one)
        return list(met.values())

    def _longest(self, part: str) -> list[Titled]:
        places = [match.span() for match in _WORD.finditer(part)]
        said = [part[start:end].lower() for start, end in places]
        for length in range(min(LONGEST_TITLE, len(places)), 0, -1):
            for first in range(len(places) - length + 1):
                if length == 1 and not _stands_alone(said, first):
                    continue
                title = part[places[first][0] : places[first + length - 1][1]]
                found: dict[int, bool] = {}
                for form in _numbers(title):
                    for number, own in self._of.get(form, {}).items():
                        found[number] = own or found.get(number, False)
                if found:
                    some = [Titled(number, title, own) for number, own in found.items()]
                    return [one for one in some if one.own] or some
        return []


def _stands_alone(said: Sequence[str], at: int) -> bool:
    """Whether a word stands where a title of one word would: it is all that is said, or said as of somebody."""
    before = at
    while before and said[before - 1] in _RANKS:
        before -= 1
    after = at + 1 == len(said) or said[at + 1] in _AFTER
    return (before == 0 and after) or (before > 0 and said[before - 1] in _BEFORE)


def _heading(text: str, *, short: bool) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    parts = (part for line in lines[: None if short else 1] for part in _PARTS.findall(line[:LONGEST_LINE]))
    yield from (part for _, part in zip(range(MOST_PARTS), parts, strict=False))


def _forms(title: str) -> Iterator[str]:
    """A title, and where it holds another in brackets, both: *Cardiac Care Unit Nurse (CCU Nurse)*."""
    plain = title.lower().strip()
    if "(" in plain and (inside := _BRACKETS.search(plain)):
        yield _BRACKETS.sub(" ", plain).strip()
        yield inside[1].strip()
    yield plain


def _numbers(title: str) -> Iterator[str]:
    """A title as it is said, and with its last word in the other number."""
    plain = " ".join(title.lower().split())
    for one in _shortened(plain):
        yield from _singular_and_plural(one)


def _shortened(plain: str) -> Iterator[str]:
    yield plain
    single = plain.removesuffix("s")
    if single.endswith(_LONG):
        yield single.removesuffix(_LONG) + _SHORT
    elif single.endswith(f" {_SHORT}"):
        yield single.removesuffix(_SHORT) + _LONG


def _singular_and_plural(plain: str) -> Iterator[str]:
    yield plain
    if plain.endswith("ies"):
        yield f"{plain[:-3]}y"
    if plain.endswith("es"):
        yield plain[:-2]
    if plain.endswith("s"):
        yield plain[:-1]
    if plain.endswith(("s", "sh", "ch", "x")):
        yield f"{plain}es"
    elif plain.endswith("y"):
        yield f"{plain[:-1]}ies"
    yield f"{plain}s"
    if plain.endswith("man"):
        yield f"{plain[:-2]}en"
