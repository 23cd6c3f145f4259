"""Eight ways to say how near a text is to each of many targets, and their sum as standard scores.

Lexical and vector signals on four views of a text: its own label, all its labels (the best pair counts), label and
longer text, everything together. They are joined for each query by the sum of z-scores, which on long texts does
better than joining ranks: a signal that sets one target far apart counts for more than one that sees little difference.
Where there is a sentence model, a ninth signal says how near the statements are, and counts half as much as the eight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from learnwork.competencies.lexical import Bm25, dense
from learnwork.competencies.texts import Text
from learnwork.competencies.vectors import centres, vectors

Floats = NDArray[np.float32]
Integers = NDArray[np.intp]
SIGNALS = (
    "words-label",
    "words-labels",
    "words-described",
    "words-everything",
    "meaning-label",
    "meaning-labels",
    "meaning-described",
    "meaning-centre",
)
SENTENCE = "meaning-statement"
SENTENCE_WEIGHT = 4
"""Its part in the sum, where each of the eight has one: as much as all four of meaning. More finds fewer titles."""
LONG_B = 0.75
"""How far BM25 counts against long documents where all labels and text are one document; 0.5 elsewhere."""
CELLS = 24_000_000
"""Cells of one dense block: 96 MB of float32."""


Embed = Callable[[Sequence[str]], Floats]
"""Texts → texts × width, of length one: a sentence model."""


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of many texts in one list; `starts` says where those of each text begin."""

    texts: tuple[str, ...]
    starts: Integers

    @property
    def single(self) -> bool:
        """Whether no text has a second label."""
        return len(self.texts) == len(self.starts)


def labels_of(texts: Sequence[Text]) -> Labels:
    """Every label of every text, in order."""
    every = [text.labels for text in texts]
    starts = (
        np.cumsum([0, *(len(labels) for labels in every)][:-1], dtype=np.intp)
        if every
        else np.zeros(0, np.intp)
    )
    return Labels(tuple(label for labels in every for label in labels), starts)


def best(
    left: Floats | sparse.csr_matrix, right: Floats | sparse.csr_matrix, rows: Integers, columns: Integers
) -> Floats:
    """The best product of any row of each run of `left` with any column of each run of `right`."""
    products = left @ right
    values = dense(products) if sparse.issparse(products) else np.asarray(products, dtype=np.float32)
    if len(columns) != values.shape[1]:
        values = np.maximum.reduceat(values, columns, axis=1)
    if len(rows) == values.shape[0]:
        return values
    ends = [*rows[1:].tolist(), values.shape[0]]
    # Row by row: reduceat along the first axis takes three times as long.
    return np.stack([values[start:end].max(axis=0) for start, end in zip(rows.tolist(), ends, strict=True)])


def standard(scores: Floats, weights: Floats | None = None) -> Floats:
    """z-scores along each row; a row without differences is zero. Changes nothing in place.

    weights: how much each score counts for mean and spread, if not all alike; they add to one in each row.
    """
    if weights is None:
        centred = scores - scores.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.einsum("ij,ij->i", centred, centred) / max(1, scores.shape[1]))[:, None]
    else:
        centred = scores - np.einsum("ij,ij->i", scores, weights)[:, None]
        spread = np.sqrt(np.einsum("ij,ij,ij->i", centred, centred, weights))[:, None]
    return np.asarray(centred / np.where(spread > 1e-6, spread, np.inf), dtype=np.float32)


class Signals:
    """Targets made ready to be asked; `of` answers for a block of sources."""

    def __init__(self, targets: Sequence[Text], sentences: Embed | None = None) -> None:
        self.labels = labels_of(targets)
        self.by_label = Bm25(self.labels.texts)
        self.by_described = Bm25([text.described for text in targets])
        self.by_everything = Bm25([text.everything for text in targets], b=LONG_B)
        label_vectors = vectors(self.labels.texts)
        self.label_vectors = np.ascontiguousarray(label_vectors.T)
        self.described_vectors = np.ascontiguousarray(vectors([text.described for text in targets]).T)
        self.centres = np.ascontiguousarray(centres(label_vectors, self.labels.starts).T)
        self.size = len(targets)
        self.sentences = sentences
        if sentences is not None:
            said = sentences([text.statement for text in targets])
            self.statement_vectors = np.ascontiguousarray(said.T)

    def only(self, columns: Integers) -> Signals:
        """Some of the targets, scored as among all of them."""
        starts, ends = self.labels.starts[columns], [*self.labels.starts[1:].tolist(), len(self.labels.texts)]
        counts = np.asarray(ends, dtype=np.intp)[columns] - starts
        begins = np.cumsum([0, *counts[:-1].tolist()], dtype=np.intp)
        labels = np.repeat(starts - begins, counts) + np.arange(counts.sum())
        part = copy(self)
        part.labels = Labels(tuple(self.labels.texts[label] for label in labels), begins)
        part.by_label = self.by_label.only(labels)
        part.by_described = self.by_described.only(columns)
        part.by_everything = self.by_everything.only(columns)
        part.label_vectors = self.label_vectors[:, labels]
        part.described_vectors = self.described_vectors[:, columns]
        part.centres = self.centres[:, columns]
        if self.sentences is not None:
            part.statement_vectors = self.statement_vectors[:, columns]
        part.size = len(columns)
        return part

    def block(self, sources: Sequence[Text]) -> int:
        """How many sources fit into one block of memory."""
        labels = sum(len(source.labels) for source in sources) / max(1, len(sources))
        return int(max(8, min(512, CELLS / max(1.0, labels * len(self.labels.texts)))))

    def of(self, sources: Sequence[Text]) -> dict[str, Floats]:
        """Each signal by name, sources × targets."""
        own = labels_of(sources)
        first = np.arange(len(sources))
        columns = self.labels.starts
        queries = self.by_label.queries(own.texts)
        meant = vectors(own.texts)
        found = {
            "words-label": best(queries[own.starts], self.by_label.by_word, first, columns),
            "words-described": self.by_described.scores([text.described for text in sources]),
            "words-everything": self.by_everything.scores([text.everything for text in sources]),
            "meaning-label": best(meant[own.starts], self.label_vectors, first, columns),
            "meaning-described": vectors([text.described for text in sources]) @ self.described_vectors,
        }
        if own.single:
            found["words-labels"], found["meaning-labels"] = found["words-label"], found["meaning-label"]
        else:
            found["words-labels"] = best(queries, self.by_label.by_word, own.starts, columns)
            found["meaning-labels"] = best(meant, self.label_vectors, own.starts, columns)
        found["meaning-centre"] = (
            found["meaning-label"]
            if own.single and self.labels.single
            else centres(meant, own.starts) @ self.centres
        )
        if self.sentences is not None:
            found[SENTENCE] = self.sentences([text.statement for text in sources]) @ self.statement_vectors
        return found


def joined(signals: dict[str, Floats], weights: Floats | None = None) -> tuple[Floats, dict[str, Floats]]:
    """The mean of the z-scores of all signals, and the z-scores. weights: of targets, see `standard`."""
    scores = {id(values): standard(values, weights) for values in signals.values()}
    each = {name: scores[id(values)] for name, values in signals.items()}
    parts = {name: np.float32(SENTENCE_WEIGHT if name == SENTENCE else 1) for name in each}
    summed = (values * parts[name] for name, values in each.items())
    total = sum(summed, start=np.zeros((1, 1), dtype=np.float32)) / np.float32(sum(parts.values()))
    return np.asarray(total, dtype=np.float32), each


def first(scores: Floats, size: int) -> Integers:
    """The columns of the `size` highest scores of each row, best first; the earlier column where two are equal."""
    size = min(size, scores.shape[1])
    if size < scores.shape[1]:
        # Ties at the border are decided by the column too, so that results do not depend on the partition.
        border = np.partition(scores, scores.shape[1] - size, axis=1)[:, [scores.shape[1] - size]]
        chosen = scores >= border
        for row in np.nonzero(chosen.sum(axis=1) > size)[0]:
            level = np.nonzero(scores[row] == border[row])[0]
            chosen[row, level[size - int((scores[row] > border[row]).sum()) :]] = False
        columns = np.nonzero(chosen)[1].reshape(scores.shape[0], size)
    else:
        columns = np.tile(np.arange(scores.shape[1]), (scores.shape[0], 1))
    order = np.argsort(-np.take_along_axis(scores, columns, axis=1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(columns, order, axis=1), dtype=np.intp)
