"""Competencies read out of free text, each with the place where it stands, so that the text can be highlighted.

    reader = Reader(competencies)
    for found in reader.read("Experience with welding of pipes and reading blueprints."):
        text[found.start : found.end], found.key, found.score

Every run of up to six words inside a sentence is held against every label: by its words, in both directions, and by its
meaning. Runs that say nothing else than a label come first; of runs that overlap the better one stays, of equally good
ones the longer. A score is no probability: from `LEAST` on about as many are found in validation sentences of job
advertisements (TECH of Decorte et al. 2022) as people named there, and two of five are those.
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
        self._meanings = np.ascontiguousarray(vectors([label for _, label in self._labels]).T)

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
        found = [one for sentence in _SENTENCES.finditer(text) for one in self._sentence(sentence, least)]
        return sorted(found, key=lambda one: one.start)

    def _sentence(self, sentence: re.Match[str], least: float) -> list[Found]:
        """The best runs of one sentence that do not overlap."""
        runs = list(_runs(sentence.group(), sentence.start()))
        if not runs:
            return []
        scores = self._scores(runs)
        best = scores.argmax(axis=1)
        reached = scores[np.arange(len(runs)), best]
        order = sorted(
            range(len(runs)), key=lambda n: (-round(float(reached[n]), 3), runs[n].start - runs[n].end)
        )
        chosen: list[Found] = []
        for number in order:
            run = runs[number]
            if reached[number] < least:
                break
            if all(run.end <= one.start or run.start >= one.end for one in chosen):
                key, label = self._labels[int(best[number])]
                chosen.append(Found(run.start, run.end, key, label, round(float(reached[number]), 3)))
        return chosen

    def _scores(self, runs: Sequence[_Run]) -> Floats:
        """Runs × labels: the mean of the share of words in common (Jaccard) and the cosine of meanings."""
        asked, sizes = self._matrix([run.stems for run in runs])
        common = np.asarray((asked @ self._by_word).toarray(), dtype=np.float32)
        union = np.maximum(sizes[:, None] + self._sizes[None, :] - common, 1)
        meant = vectors([run.text for run in runs]) @ self._meanings
        return np.asarray((common / union + np.clip(meant, 0, 1)) / 2, dtype=np.float32)

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
