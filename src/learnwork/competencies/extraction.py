"""Competencies read out of free text, each with the place where it stands, so that the text can be highlighted.

    reader = Reader(competencies)
    for found in reader.read("Experience with welding of pipes and reading blueprints."):
        text[found.start : found.end], found.key, found.confidence

Every run of up to six words inside a sentence is held against every label with which it shares a word. Five signs say
how likely it is that a person would see the competency there (`SIGNS`); their coefficients were learned from sentences
of job advertisements (`extraction_learning`). Of runs that overlap the likelier one stays, of equal ones the longer.
A competency whose label is not known is not found here, nor one that is said in other words altogether.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit, logit

from learnwork.competencies.passages import asking
from learnwork.competencies.texts import Text, check_keys, words
from learnwork.competencies.vectors import vectors
from learnwork.vocabulary.errors import TooLargeError

MOST_CHARACTERS = 20_000
MOST_COMPETENCIES = 50_000
LONGEST_RUN = 6
LEAST = 0.3
PATH = Path(__file__).with_name("extraction.json")
SIGNS = ("held", "meaning", "rarity", "own", "shared")
"""Of a run and a label: share of the label's weight (by rarity of its words) that the run holds; cosine of meanings;
rarity of the words in common, 1 where one competency alone has all of them; whether it is the competency's own label
and not one of its others; logarithm of how many competencies have the same words for a label."""
_CONSIDERED = 0.4
_SENTENCES = re.compile(r"[^.!?;:•\n\r\t()]+(?:\.(?=\w)[^.!?;:•\n\r\t()]*)*")
_WORD = re.compile(r"(?<![.’'-])[.’'-]*+[\w+#](?:[.’'-]*+[\w+#])*")  # no sign is looked at twice
Doubles = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """A competency in a text: characters [start, end), the label that it was recognised by, and how sure that is."""

    start: int
    end: int
    key: str
    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row: characters [start, end) of the text, and their stems."""

    start: int
    end: int
    text: str
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Runs held against labels. rows: numbers of runs; labels: of labels; signs: pairs × SIGNS."""

    runs: tuple[Run, ...]
    rows: Integers
    labels: Integers
    signs: Doubles


@cache
def coefficients() -> Doubles:
    """Of 1 and of SIGNS, as `benchmarks/extraction.py --learn` wrote them."""
    said = json.loads(PATH.read_text(encoding="utf-8"))["coefficients"]
    return np.array([said[name] for name in ("one", *SIGNS)], dtype=np.float64)


def _odds(signs: Doubles) -> Doubles:
    return np.asarray(signs @ coefficients()[1:] + coefficients()[0], dtype=np.float64)


class Reader:
    """Competencies made ready; `read` may be asked many times."""

    def __init__(self, competencies: Sequence[Text]) -> None:
        check_keys(competencies, most=MOST_COMPETENCIES, what="competencies")
        named = [
            (competency.key, label, label == competency.label, stems)
            for competency in competencies
            for label in competency.labels
            if (stems := frozenset(words(label)))
        ]
        self.labels = [(key, label) for key, label, _own, _stems in named]
        self._stems = [stems for _key, _label, _own, stems in named]
        self._having: dict[str, set[str]] = {}
        alike: dict[frozenset[str], set[str]] = {}
        for key, _label, _own, stems in named:
            alike.setdefault(stems, set()).add(key)
            for stem in stems:
                self._having.setdefault(stem, set()).add(key)
        self._many = len({key for key, _label in self.labels})
        self._numbers = {stem: number for number, stem in enumerate(self._having)}
        rarity = [self._rarity(frozenset({stem})) for stem in self._having] or [0.0]
        weighed = self._matrix(self._stems) @ sparse.diags(np.array(rarity, dtype=np.float32))
        self._by_word = weighed.T.tocsr()
        self._weights = np.asarray(weighed.sum(axis=1), dtype=np.float32).ravel()
        self._own = np.array([own for _key, _label, own, _stems in named], dtype=np.float64)
        self._shared = np.log([len(alike[stems]) for stems in self._stems])
        self._meanings = vectors([label.lower() for _key, label in self.labels])

    def _rarity(self, stems: frozenset[str]) -> float:
        """How few competencies have all of these words in their labels: 1 where one has, near 0 where all have."""
        first, *others = sorted((self._having[stem] for stem in stems), key=len)
        return float(np.log1p(self._many / max(1, len(first.intersection(*others)))) / np.log1p(self._many))

    def read(self, text: str, *, least: float = LEAST) -> list[Found]:
        """What a text names, in the order of the text; no two places overlap.

        Raises TooLargeError for more than MOST_CHARACTERS.
        """
        if len(text) > MOST_CHARACTERS:
            raise TooLargeError(
                f"A text of {len(text):,} characters is longer than the {MOST_CHARACTERS:,} that are read.",
                hint="Give the part that names what is asked for.",
            )
        found = self.candidates(text, least=least)
        sure = expit(_odds(found.signs))
        reached = [
            Found(run.start, run.end, key, label, round(float(sure[at]), 3))
            for at in np.flatnonzero(sure >= least)
            for run, (key, label) in [(found.runs[found.rows[at]], self.labels[found.labels[at]])]
        ]
        return _apart(text, reached)

    def candidates(self, text: str, *, least: float | None = None) -> Candidates:
        """Every run that holds a fair part of a label. least: only what may reach this confidence.

        Rarity and cosine are at most 1; they are looked up only where the other signs leave room.
        """
        runs = tuple(
            run
            for start, passage in asking(text)
            for one in _SENTENCES.finditer(passage)
            for run in _runs(one.group(), start + one.start())
        )
        if not runs or not self.labels:
            none = np.zeros(0, dtype=np.intp)
            return Candidates(runs, none, none, np.zeros((0, len(SIGNS))))
        common = (self._matrix([run.stems for run in runs]) @ self._by_word).tocoo()
        held = common.data / self._weights[common.col]
        near = held >= _CONSIDERED
        rows, labels, held = (one[near] for one in (common.row, common.col, held))
        signs = np.column_stack(
            [held, np.ones_like(held), np.ones_like(held), self._own[labels], self._shared[labels]]
        )
        for column, sign in (
            (SIGNS.index("rarity"), self._rarities),
            (SIGNS.index("meaning"), self._cosines),
        ):
            if least is not None:
                near = _odds(signs) >= logit(least)
                rows, labels, signs = rows[near], labels[near], signs[near]
            signs[:, column] = sign(runs, rows, labels)
        return Candidates(runs, rows, labels, signs)

    def _rarities(self, runs: Sequence[Run], rows: Integers, labels: Integers) -> Doubles:
        known: dict[frozenset[str], float] = {}
        pairs = zip(rows.tolist(), labels.tolist(), strict=True)
        common = [runs[row].stems & self._stems[label] for row, label in pairs]
        for stems in common:
            if stems not in known:
                known[stems] = self._rarity(stems)
        return np.array([known[stems] for stems in common], dtype=np.float64)

    def _cosines(self, runs: Sequence[Run], rows: Integers, labels: Integers) -> Doubles:
        asked, places = np.unique(rows, return_inverse=True)
        meanings = vectors([runs[row].text.lower() for row in asked])
        found = np.einsum("ij,ij->i", meanings[places], self._meanings[labels])
        return np.asarray(np.clip(found, 0, 1), dtype=np.float64)

    def _matrix(self, sets: Sequence[frozenset[str]]) -> sparse.csr_matrix:
        """Sets of stems as rows of ones; a word that no label has is left out."""
        columns = [sorted(self._numbers[word] for word in one if word in self._numbers) for one in sets]
        ends = np.cumsum([0, *(len(one) for one in columns)])
        flat = [column for one in columns for column in one]
        shape = (len(sets), max(1, len(self._numbers)))
        return sparse.csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=shape)


def _apart(text: str, reached: Sequence[Found]) -> list[Found]:
    """The likeliest that do not overlap, each as wide as a run around it that names the same and says nothing else."""
    ordered = sorted(reached, key=lambda one: (-one.confidence, one.start - one.end))
    exact = [one for one in reached if sorted(words(text[one.start : one.end])) == sorted(words(one.label))]
    chosen: list[Found] = []
    taken: set[int] = set()
    for one in ordered:
        if not taken.isdisjoint(range(one.start, one.end)):
            continue
        around = [
            other
            for other in exact
            if other.key == one.key and other.start <= one.start and one.end <= other.end
            if taken.isdisjoint(range(other.start, other.end))
        ]
        wide = max([one, *around], key=lambda other: other.end - other.start)
        chosen.append(replace(one, start=wide.start, end=wide.end))
        taken.update(range(wide.start, wide.end))
    return sorted(chosen, key=lambda one: one.start)


def _runs(sentence: str, offset: int) -> Iterator[Run]:
    """Runs of up to LONGEST_RUN words that begin and end with a word that says something; none goes over a comma."""
    for part in re.finditer(r"[^,]+", sentence):
        places = [(match.start(), match.end()) for match in _WORD.finditer(part.group())]
        stems = [words(part.group()[start:end]) for start, end in places]
        for first in range(len(places)):
            for last in range(first, min(first + LONGEST_RUN, len(places))):
                if not stems[first] or not stems[last]:
                    continue
                start, end = places[first][0], places[last][1]
                inside = frozenset(stem for one in stems[first : last + 1] for stem in one)
                at = offset + part.start()
                yield Run(at + start, at + end, part.group()[start:end], inside)
