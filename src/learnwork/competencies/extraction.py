"""Competencies read out of free text, each with the place where it stands, so that the text can be highlighted.

    reader = Reader(competencies)
    for found in reader.read("Experience with welding of pipes and reading blueprints."):
        text[found.start : found.end], found.key, found.score

Every run of up to six words inside a sentence is held against every label with which it shares a word: by its words, in
both directions, and by its meaning. Runs that say nothing else than a label come first; of runs that overlap the better
one stays, of equally good ones the longer. A score is no probability: from `LEAST` on about as many are found in
validation sentences of job advertisements (TECH of Decorte et al. 2022) as people named there, and two of five are
those.
A competency whose label is not known is not found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from learnwork.competencies.texts import Text, check_keys, words
from learnwork.competencies.vectors import vectors
from learnwork.vocabulary.errors import TooLargeError

MOST_CHARACTERS = 20_000
MOST_COMPETENCIES = 50_000
LONGEST_RUN = 6
LEAST = 0.7
_ROUNDING = 1e-6
_SENTENCES = re.compile(r"[^.!?;:•\n\r\t()]+(?:\.(?=\w)[^.!?;:•\n\r\t()]*)*")
_WORD = re.compile(r"[\w+#./’'-]*[\w+#]")
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """A competency in a text: characters [start, end), and the label that it was recognised by."""

    start: int
    end: int
    key: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    text: str
    stems: frozenset[str]


class Reader:
    """Competencies made ready; `read` may be asked many times."""

    def __init__(self, competencies: Sequence[Text]) -> None:
        check_keys(competencies, most=MOST_COMPETENCIES, what="competencies")
        stems: list[frozenset[str]] = []
        self._labels: list[tuple[str, str]] = []
        for competency in competencies:
            for label in competency.labels:
                found = frozenset(words(label))
                if found:
                    stems.append(found)
                    self._labels.append((competency.key, label))
        self._numbers = (
            {word: number for number, word in enumerate(sorted(set().union(*stems)))} if stems else {}
        )
        self._sets, _ = self._matrix(stems)
        self._by_word = self._sets.T.tocsr()
        self._sizes = np.array([len(one) for one in stems], dtype=np.float32)
        self._meanings = vectors([label for _, label in self._labels])

    def read(self, text: str, *, least: float = LEAST) -> list[Found]:
        """What a text names, in the order of the text; no two places overlap.

        Raises TooLargeError for more than MOST_CHARACTERS.
        """
        if len(text) > MOST_CHARACTERS:
            raise TooLargeError(
                f"A text of {len(text):,} characters is longer than the {MOST_CHARACTERS:,} that are read.",
                hint="Give the part that names what is asked for.",
            )
        if not self._labels:
            return []
        sentences = [
            list(_runs(sentence.group(), sentence.start())) for sentence in _SENTENCES.finditer(text)
        ]
        best = self._best([run for runs in sentences for run in runs], least)
        found: list[Found] = []
        start = 0
        for runs in sentences:
            found += self._apart([(run, *best[start + n]) for n, run in enumerate(runs) if start + n in best])
            start += len(runs)
        return sorted(found, key=lambda one: one.start)

    def _apart(self, reached: Sequence[tuple[_Run, float, int]]) -> list[Found]:
        """The best runs of one sentence that do not overlap."""
        chosen: list[Found] = []
        for run, score, label in sorted(
            reached, key=lambda one: (-round(one[1], 3), one[0].start - one[0].end)
        ):
            if all(run.end <= one.start or run.start >= one.end for one in chosen):
                key, called = self._labels[label]
                chosen.append(Found(run.start, run.end, key, called, round(score, 3)))
        return chosen

    def _best(self, runs: Sequence[_Run], least: float) -> dict[int, tuple[float, int]]:
        """Number of a run → its best score and label, where that is at least `least`.

        The score is the mean of the share of words in common (Jaccard) and the cosine of meanings. A cosine is at
        most 1, so meanings are looked up only where enough words are shared for the mean to reach `least`.
        """
        asked, sizes = self._matrix([run.stems for run in runs])
        common = (asked @ self._by_word).tocoo()
        shared = common.data / (sizes[common.row] + self._sizes[common.col] - common.data)
        near = shared >= 2 * least - 1 - _ROUNDING
        rows, columns, shared = common.row[near], common.col[near], shared[near]
        meant, places = np.unique(rows, return_inverse=True)
        meanings = vectors([runs[number].text for number in meant])
        cosines = np.einsum("ij,ij->i", meanings[places], self._meanings[columns])
        scores = (shared + np.clip(cosines, 0, 1)) / 2
        found: dict[int, tuple[float, int]] = {}
        for place in np.lexsort((columns, -scores)):
            if scores[place] >= least:
                found.setdefault(int(rows[place]), (float(scores[place]), int(columns[place])))
        return found

    def _matrix(self, sets: Sequence[frozenset[str]]) -> tuple[sparse.csr_matrix, Floats]:
        """Sets of stems as rows of ones, and how many stems each has, those that no label has included."""
        columns = [sorted(self._numbers[word] for word in one if word in self._numbers) for one in sets]
        ends = np.cumsum([0, *(len(one) for one in columns)])
        flat = [column for one in columns for column in one]
        shape = (len(sets), max(1, len(self._numbers)))
        rows = sparse.csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=shape)
        return rows, np.array([len(one) for one in sets], dtype=np.float32)


def _runs(sentence: str, offset: int) -> Iterator[_Run]:
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
                yield _Run(
                    offset + part.start() + start,
                    offset + part.start() + end,
                    part.group()[start:end],
                    inside,
                )
