"""A job description read: the competencies that it names, with their places, and the work that it reads like. Pure.

Work is recognised by a title of it in the first line (`titles`), or else by words alone (BM25): those of the first line
against the titles of occupations, those of the whole text against everything that is said of them. The mean of the two
is a likeness between 0 and 1, never a probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from learnwork.competencies.expected import Floats, Thing, Work
from learnwork.competencies.extraction import MOST_CHARACTERS, Found, Reader
from learnwork.competencies.lexical import Bm25
from learnwork.competencies.short_names import short_names, spelt
from learnwork.competencies.texts import Text, words
from learnwork.competencies.titles import Titles
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.errors import TooLargeError

FEWEST_WORDS = 8  # of a text that is held against work; fewer are a list of competencies
LIKE, NEAR, MOST_WORK = 0.12, 0.8, 3
SHARED = 6  # a title of more occupations than these means none of them in particular
MOST_TITLED = 12
LONGEST_TITLE = 120
_SAID = ("lw:tasks", "lw:supplementalTasks", "lw:technologySkills")


@dataclass(frozen=True, slots=True)
class Likeness:
    """An occupation that a text reads like. score: 0 to 1, no probability. title: of it, where the text has one."""

    occupation: str
    score: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text; competency: the one that it names, None for what stands between. confidence: that it does."""

    text: str
    competency: Thing | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class ReadText:
    """What a text says. competencies: each once, in the order of the text. pieces: all of the text, cut at them.

    titled: every occupation of which a title stands in the text, the likeliest first; those of `work` among them, if
    few enough have it.
    """

    competencies: tuple[Thing, ...]
    work: tuple[Likeness, ...]
    pieces: tuple[Piece, ...]
    titled: tuple[Likeness, ...] = ()


class TextReader:
    """Competencies and occupations made ready; `read` may be asked many times.

    Competencies with labels of one character are not looked for.
    """

    def __init__(self, competencies: Sequence[Thing], work: Sequence[Work]) -> None:
        self._competencies = {one.ctid: one for one in competencies}
        named = [one for one in competencies if len(one.name.strip()) > 1]
        shorter = short_names([one.name for one in named], (title for one in work for title in one.titles))
        self._reader = Reader(
            [
                Text(one.ctid, name)
                for one, others in zip(named, shorter, strict=True)
                for name in (one.name, *others)
            ]
        )
        self._occupations = tuple(one.ctid for one in work)
        titles = [" ".join(one.titles) for one in work]
        self._own_titles = Titles(work)
        self._titles = Bm25(titles)
        self._everything = Bm25([f"{names} {one.said}" for names, one in zip(titles, work, strict=True)])

    def read(self, text: str) -> ReadText:
        """Raises TooLargeError for more than MOST_CHARACTERS."""
        if len(text) > MOST_CHARACTERS:
            raise TooLargeError(
                f"A text of {len(text):,} characters is longer than the {MOST_CHARACTERS:,} that are read.",
                hint="Give the part that says what is asked for.",
            )
        found = [one for one in self._reader.read(text) if self._spelt(text, one)]
        named = dict.fromkeys(one.key for one in found)
        work, titled = self._work(text)
        return ReadText(
            tuple(self._competencies[key] for key in named),
            tuple(work),
            tuple(self._pieces(text, found)),
            tuple(titled),
        )

    def _spelt(self, text: str, found: Found) -> bool:
        """A short name is spelt as one: *basic* is a word, BASIC a language."""
        return found.label == self._competencies[found.key].name or spelt(text, found.start, found.end)

    def _work(self, text: str) -> tuple[list[Likeness], list[Likeness]]:
        """What it reads like; and every occupation of which it has a title."""
        short = len(words(text)) < FEWEST_WORDS
        if not self._occupations:
            return [], []
        title = next((line for line in text.splitlines() if line.strip()), "")[:LONGEST_TITLE]
        scores = self._titles.scores([title])[0]
        if not short:
            scores = (scores + self._everything.scores([text])[0]) / 2
        titled = self._titled(text, scores, short)
        if titled:
            return titled[:MOST_WORK] if len(titled) <= SHARED else [], titled[:MOST_TITLED]
        return ([] if short else self._alike(scores)), []

    def _titled(self, text: str, scores: Floats, short: bool) -> list[Likeness]:
        """By title. In a text of its own words, one word is no title where the rest speaks of something else."""
        found = [
            one
            for one in self._own_titles.found(text, short=short)
            if short or " " in one.title or scores[one.work] >= LIKE
        ]
        found.sort(key=lambda one: (not one.own, -scores[one.work]))
        return [Likeness(self._occupations[one.work], _score(scores[one.work]), one.title) for one in found]

    def _alike(self, scores: Floats) -> list[Likeness]:
        best = np.argsort(-scores, kind="stable")[:MOST_WORK]
        least = max(LIKE, NEAR * float(scores[best[0]]))
        return [
            Likeness(self._occupations[place], _score(scores[place]))
            for place in best
            if scores[place] >= least
        ]

    def _pieces(self, text: str, found: Sequence[Found]) -> list[Piece]:
        pieces: list[Piece] = []
        at = 0
        for one in found:
            pieces += [Piece(text[at : one.start])] if one.start > at else []
            pieces.append(Piece(text[one.start : one.end], self._competencies[one.key], one.confidence))
            at = one.end
        return [*pieces, Piece(text[at:])] if at < len(text) else pieces


def _score(value: float) -> float:
    return round(min(1.0, float(value)), 3)


def work_of(ctid: str, document: Document) -> Work:
    """What a text may say of an occupation, out of its document."""
    titles = [
        text for term in ("ceterms:name", "ceterms:alternateName") for text in _texts(document.get(term))
    ]
    said = [text for term in ("ceterms:description", *_SAID) for text in _texts(document.get(term))]
    return Work(ctid, tuple(dict.fromkeys(titles)), " ".join(said))


def _texts(value: object) -> list[str]:
    """Every text of a value: itself, of a list, of a language map."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else []
