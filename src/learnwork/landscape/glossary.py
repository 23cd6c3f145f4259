"""Words of the field: explained where a text uses them, and wanted where entries use one that nobody explains. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

OFTEN = 3  # a word is wanted when more entries than this use it
MAX_PHRASE = 3  # words
_WORD = re.compile(r"[^\W\d_][\w'’/-]*|\d+", re.UNICODE)
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]*[A-Z][A-Z0-9]*\b")
_MONEY = frozenset({"usd", "eur", "gbp", "cad"})
# Words that neither begin nor end a term; a phrase that does is a piece of a sentence.
_GLUE_TEXT = """
a about across after all also an and any are as at be been being between both but by can could during
each few first for from had has have having her his how i if in into is it its later less many may more
most much must new no non not now of off on one only or other others our out over own per same second
several she should since so some such than that the their them then there these they this those three
through to two under until up upon use used uses using very was we were what when where which while who
whose will with within without work works would year years you your led run runs built gives national
state states u.s
"""
_GLUE = frozenset(_GLUE_TEXT.split())

_INSIDE = frozenset({"of", "and", "for", "to"})


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term. proposed: the words that explain it are this project's, not those of a page cited."""

    ctid: str
    name: str
    means: str = ""
    also: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    proposed: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """What a text may call it: its names, and each without a bracket at the end."""
        names = (self.name, *self.also)
        return tuple(dict.fromkeys(one for name in names for one in (name, _without_bracket(name)) if one))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; with the term that it is an occurrence of."""

    text: str
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word or phrase that entries use and nobody explains. entries: CTIDs of those that use it."""

    text: str
    entries: tuple[str, ...]


def explained(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The text in pieces: the first occurrence of each term is marked, the longest term where two begin alike."""
    spellings, pattern = _pattern(tuple(terms))
    if pattern is None:
        return (Piece(text),) if text else ()
    pieces: list[Piece] = []
    seen: set[str] = set()
    at = 0
    for match in pattern.finditer(text):
        term = spellings[_folded(match[1])]
        if term.ctid in seen:
            continue
        seen.add(term.ctid)
        if match.start() > at:
            pieces.append(Piece(text[at : match.start()]))
        pieces.append(Piece(match[0], term))
        at = match.end()
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def found_in(text: str, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms that a text uses, in its order."""
    return tuple(piece.term for piece in explained(text, terms) if piece.term is not None)


def wanted(texts: Mapping[str, str], terms: Sequence[Term], known: Iterable[str] = ()) -> tuple[Wanted, ...]:
    """Phrases and acronyms that more than `OFTEN` entries use and no term explains, the most used first.

    texts: CTID of an entry → its words. known: names that explain themselves: entries, parties, places. A shorter
    phrase is left out where a longer one of the list contains it and is used as often.
    """
    explained_already = {_folded(one) for term in terms for one in term.spellings}
    passed_over = explained_already | {_folded(name) for name in known}
    inside = {word for name in passed_over for word in _phrases(name)}
    users: dict[str, list[str]] = {}
    shown: dict[str, str] = {}
    for ctid, text in texts.items():
        acronyms = {word for word in _ACRONYM.findall(text) if _folded(word) not in inside | _MONEY}
        phrases = {phrase for phrase in _phrases(text) if " " in phrase and phrase not in inside}
        for phrase in phrases | acronyms:
            users.setdefault(_folded(phrase), []).append(ctid)
            shown.setdefault(_folded(phrase), phrase)
    often = {key: tuple(who) for key, who in users.items() if len(who) > OFTEN}
    kept = [
        Wanted(shown[key], who)
        for key, who in often.items()
        if not any(
            key != longer and f" {key} " in f" {longer} " and len(others) >= len(who)
            for longer, others in often.items()
        )
    ]
    return tuple(sorted(kept, key=lambda one: (-len(one.entries), one.text.casefold())))


def _phrases(text: str) -> set[str]:
    """Runs of two or three words between marks of punctuation that neither begin nor end with glue; single words."""
    found: set[str] = set()
    for run in re.split(r"[.,;:()<>\[\]!?\"“”–—]", text):
        words = [word.casefold() for word in _WORD.findall(run)]
        for size in range(1, MAX_PHRASE + 1):
            for at in range(len(words) - size + 1):
                phrase = words[at : at + size]
                glue = {phrase[0], phrase[-1], *(set(phrase) - _INSIDE)} & _GLUE
                if not glue and not any(_counts(word) for word in phrase):
                    found.add(" ".join(_one_of(word) for word in phrase))
    return found


def _counts(word: str) -> bool:
    """Whether it belongs to a number or an amount, which is no term."""
    return word.isdigit() or word in _MONEY


def _folded(text: str) -> str:
    """Case and a plural at the end of each word aside."""
    return " ".join(_one_of(word.casefold()) for word in text.split())


def _one_of(word: str) -> str:
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def _without_bracket(name: str) -> str:
    return re.sub(r"\s*\([^)]*\)\s*$", "", name)


@lru_cache(maxsize=8)
def _pattern(terms: tuple[Term, ...]) -> tuple[Mapping[str, Term], re.Pattern[str] | None]:
    """Folded spelling → term, and what finds one in a text: whole words, a plural allowed, longest first."""
    spellings: dict[str, Term] = {}
    words: dict[str, str] = {}
    for term in terms:
        for spelling in term.spellings:
            spellings.setdefault(_folded(spelling), term)
            words[spelling.casefold()] = spelling
    if not words:
        return {}, None
    longest = sorted(words.values(), key=lambda one: (-len(one), one))
    # Two letters are an acronym or nothing: "it" in a sentence is not IT.
    each = (re.escape(one) if len(one) > 3 else f"(?-i:{re.escape(one)})" for one in longest)
    return spellings, re.compile(rf"(?<![\w-])((?:{'|'.join(each)})s?)(?![\w-])", re.IGNORECASE)
