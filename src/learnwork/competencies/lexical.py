"""BM25 over short and long texts as one sparse matrix, so that thousands of queries are one multiplication.

score(q, d) = sum over words w of q: idf(w) · f(w, d)(k1 + 1) / (f(w, d) + k1(1 - b + b |d| / mean|d|)), with
idf(w) = ln(1 + (N - n + ½) / (n + ½)) (Robertson and Zaragoza 2009, The Probabilistic Relevance Framework). Scores are
divided by the sum of idf of the query's words, those that no document has included: a share of what was asked, which
can be compared between queries. The order of documents for one query is that of BM25.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from learnwork.competencies.texts import words

Floats = NDArray[np.float32]


class Bm25:
    """An index of documents; `by_word` is words × documents, float32."""

    def __init__(self, documents: Sequence[str], *, k1: float = 1.2, b: float = 0.5) -> None:
        counts = [Counter(words(document)) for document in documents]
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        mean = float(lengths.mean()) if len(counts) else 0.0
        self.words: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, count in enumerate(counts):
            long = 1 - b + b * lengths[row] / (mean or 1.0)
            for word, frequency in count.items():
                rows.append(row)
                columns.append(self.words.setdefault(word, len(self.words)))
                values.append(frequency * (k1 + 1) / (frequency + k1 * long))
        size = (max(1, len(self.words)), len(counts))
        known = np.bincount(columns, minlength=size[0]) if columns else np.zeros(size[0])
        self.idf = np.log1p((len(counts) - known + 0.5) / (known + 0.5))
        self.idf_of_unknown = float(np.log1p(2 * len(counts) + 1))
        weights = np.asarray(values) * self.idf[columns] if columns else np.zeros(0)
        self.by_word = sparse.csr_matrix((weights.astype(np.float32), (columns, rows)), shape=size)

    def only(self, columns: NDArray[np.intp]) -> Bm25:
        """Some of the documents, with the weights that they have among all of them."""
        part = copy(self)
        part.by_word = self._by_document[columns].T.tocsr()
        return part

    @cached_property
    def _by_document(self) -> sparse.csr_matrix:
        return self.by_word.T.tocsr()

    def queries(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Queries × words, each row divided by the most that a query could reach with saturated words."""
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for text in texts:
            found: list[tuple[int, int]] = []
            most = 0.0
            for word, frequency in Counter(words(text)).items():
                column = self.words.get(word)
                most += frequency * (self.idf_of_unknown if column is None else float(self.idf[column]))
                if column is not None:
                    found.append((column, frequency))
            columns.extend(column for column, _ in found)
            values.extend(frequency / most for _, frequency in found)
            ends.append(len(columns))
        shape = (len(texts), self.by_word.shape[0])
        return sparse.csr_matrix((np.asarray(values, dtype=np.float32), columns, ends), shape=shape)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Texts × documents."""
        return dense(self.queries(texts) @ self.by_word)


def dense(matrix: sparse.csr_matrix) -> Floats:
    """A sparse product as an array of float32."""
    return np.asarray(matrix.toarray(), dtype=np.float32)
