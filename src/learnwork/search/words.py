"""The words of a question: how they are read, which forms of them the index holds, and how they are mended.

`welding "camden county" -online` gives a word, a phrase and an exclusion. A word stands for all words of the same
stem in the index ("nursing" finds "nurse"). A word of which the index holds no form is taken for misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase

import tantivy
from rapidfuzz.distance import OSA

from learnwork.search import schema

# Words that a question may hold beside what it asks for; required only inside a phrase.
FILLERS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "i", "in", "is", "near", "of", "on", "or", "program")
) | {"programs", "the", "to", "with"}
_PART = re.compile(r'(?<!\S)(-?)"([^"]*)"|(-?)([^\s"]+)')
_ANALYZER = schema.analyzer()
_STEMMER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()
)

Terms = Callable[[str], list[tuple[str, int]]]
"""Terms of the index that begin with a prefix, each with the number of its documents, most frequent first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a question: its words, whether they must follow each other, whether they must be missing."""

    tokens: tuple[str, ...]
    excluded: bool = False

    @property
    def phrase(self) -> bool:
        return len(self.tokens) > 1


def tokens(text: str) -> tuple[str, ...]:
    return tuple(_ANALYZER.analyze(schema.separate(text)))


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a question. Fillers are left out unless there is nothing else to look for."""
    parts = []
    for match in _PART.finditer(text):
        words = tokens(match[2] if match[2] is not None else match[4])
        if words:
            parts.append(Part(words, bool(match[1] or match[3])))
    meant = [part for part in parts if part.excluded or part.phrase or part.tokens[0] not in FILLERS]
    return tuple(meant if any(not part.excluded for part in meant) else parts)


def stem(word: str) -> str:
    return str(_STEMMER.analyze(word)[0])


def forms(word: str, terms: Terms) -> list[tuple[str, int]]:
    """Terms of the index with the stem of the word, itself first, at most eight, each with its frequency."""
    root = stem(word)
    # "studies" and "study" share the stem "studi", which begins neither: look one letter before its end.
    start = root[: max(3, len(root) - 1)] if len(root) > 3 else root
    found = [(term, count) for term, count in terms(start) if term == word or stem(term) == root]
    found.sort(key=lambda pair: (pair[0] != word, -pair[1], pair[0]))
    return found[:8]


def corrections(word: str, terms: Terms, limit: int = 5) -> list[tuple[str, int]]:
    """Terms that may be meant by a misspelt word, the likeliest first: fewest slips, then most frequent.

    One slip is allowed from four letters on, two from eight. Candidates share their first letters with the word
    up to one slip, so that a few dozen short walks through the term dictionary find them.
    """
    allowed = 0 if len(word) < 4 or any(c.isdigit() for c in word) else 1 if len(word) < 8 else 2
    if not allowed:
        return []
    found: dict[str, tuple[int, int]] = {}
    for start in _starts(word):
        for term, count in terms(start):
            if term not in found and abs(len(term) - len(word)) <= allowed:
                slips = distance(word, term, allowed)
                if 0 < slips <= allowed:
                    found[term] = (slips, count)
    ranked = sorted(found.items(), key=lambda item: (item[1][0], item[0][0] != word[0], -item[1][1], item[0]))
    return [(term, count) for term, (_, count) in ranked[:limit]]


def _starts(word: str) -> Iterator[str]:
    """Beginnings that a term may have that differs from the word by one slip in its first three letters."""
    a, b, c = word[0], word[1], word[2]
    yield from dict.fromkeys((a + b, b + a, b + c, a + c))
    for letter in ascii_lowercase:
        yield from (letter + b + c, letter + a + b, a + letter + c, a + letter + b)


def distance(one: str, other: str, limit: int) -> int:
    """Slips between two words: letters added, left out, changed, or two neighbours exchanged; limit + 1 if more.

    The restricted Damerau–Levenshtein distance (optimal string alignment).
    """
    return int(OSA.distance(one, other, score_cutoff=limit))
