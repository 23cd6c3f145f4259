"""What pairs that were accepted before say about a new one: neighbours in meaning, neighbours by code, and habit.

A field of study whose sisters all lead to one occupation probably leads there too. For a source, the accepted pairs of
other sources vote: those nearest in meaning, and those nearest by code (the first signs of a classification's code that
both share). A source's own pairs, and those of its own group where folds are held apart, never vote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from learnwork.competencies.scoring import Floats, Integers, labels_of
from learnwork.competencies.texts import Text, signs
from learnwork.competencies.vectors import centres, vectors

Doubles = NDArray[np.float64]
NEIGHBOURS = 12
_CODE_SIGNS = (1, 2, 3, 4)
_TARGET_SIGNS = (2, 3, 5)
_NOBODY = -9.0
PRECEDENT_FEATURES = (
    "neighbours-share",
    "neighbours-weight",
    "code-share",
    *(f"code-share-{length}" for length in _TARGET_SIGNS),
    "habit",
)


@dataclass(frozen=True, slots=True)
class Views:
    """Three unit vectors of each text (label, description, centre of its labels), and the beginnings of its code."""

    meanings: tuple[Floats, Floats, Floats]
    codes: tuple[NDArray[np.str_], ...]

    def rows(self, chosen: NDArray[np.bool_] | slice) -> Views:
        """Those of some texts."""
        one, two, three = (meaning[chosen] for meaning in self.meanings)
        return Views((one, two, three), tuple(codes[chosen] for codes in self.codes))

    def like(self, other: Views) -> Floats:
        """Mean cosine, texts of self × texts of other."""
        pairs = zip(self.meanings, other.meanings, strict=True)
        return np.asarray(sum(left @ right.T for left, right in pairs) / 3, dtype=np.float32)

    def beside(self, other: Views) -> Floats:
        """How many beginnings of their codes two texts share; no code shares none."""
        shared = np.zeros((len(self.codes[0]), len(other.codes[0])), dtype=np.float32)
        for own, others in zip(self.codes, other.codes, strict=True):
            shared += (own[:, None] == others[None, :]) & (own[:, None] != "")
        return shared


def views(texts: Sequence[Text]) -> Views:
    """What neighbours are found by."""
    labels = labels_of(texts)
    meant = vectors(labels.texts)
    described = vectors([text.described for text in texts])
    codes = [signs(text.code) for text in texts]
    beginnings = tuple(
        np.array([code[:length] if len(code) >= length else "" for code in codes], dtype=np.str_)
        for length in _CODE_SIGNS
    )
    return Views((meant[labels.starts], described, centres(meant, labels.starts)), beginnings)


@dataclass(frozen=True, slots=True)
class Precedents:
    """Accepted pairs: the sources, and to which targets (rows × targets, ones) each was aligned."""

    sources: Views
    groups: NDArray[np.str_]
    pairs: sparse.csr_matrix
    targets: tuple[NDArray[np.intp], ...]

    def features(
        self,
        sources: Sequence[Text],
        columns: Integers,
        without: Sequence[str] | None = None,
        asked: Views | None = None,
    ) -> Doubles:
        """Queries × candidates × PRECEDENT_FEATURES.

        without: for each source the group that must not vote, else its own. asked: views of the sources, if known.
        """
        asked = views(sources) if asked is None else asked
        own = np.array([_group(text) for text in sources] if without is None else without, dtype=np.str_)
        silent = own[:, None] == self.groups[None, :]
        like = np.where(silent, _NOBODY, asked.like(self.sources))
        near = _near(like)
        weights = np.asarray((near @ self.pairs).toarray(), dtype=np.float64)
        strength = np.maximum(np.asarray(near.sum(axis=1)).reshape(-1, 1), 1e-9)
        code = np.where(silent, 0.0, _by_code(asked.beside(self.sources), like))
        votes = np.asarray(code @ self.pairs, dtype=np.float64)
        votes /= np.maximum(code.sum(axis=1), 1e-9)[:, None]
        habit = np.log1p(np.maximum(0.0, (~silent).astype(np.float32) @ self.pairs))
        made = [
            weights / strength,
            weights,
            np.log(votes + 1e-3),
            *(np.log(_pooled(votes, ends) + 1e-2) for ends in self.targets),
            np.asarray(habit),
        ]
        return np.stack([np.take_along_axis(one, columns, axis=1) for one in made], axis=2)


def precedents(
    sources: Sequence[Text],
    targets: Sequence[Text],
    accepted: Mapping[str, Sequence[str]],
    known: Views | None = None,
) -> Precedents:
    """From accepted pairs (key of a source → keys of targets). Keys of targets that are not here are passed over.

    known: views of the sources, if they were made before.
    """
    number = {target.key: column for column, target in enumerate(targets)}
    rows: list[int] = []
    columns: list[int] = []
    for row, source in enumerate(sources):
        found = sorted({number[key] for key in accepted.get(source.key, ()) if key in number})
        rows += [row] * len(found)
        columns += found
    pairs = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(sources), len(targets))
    )
    ends = tuple(
        np.unique([signs(target.code)[:length] for target in targets], return_inverse=True)[1].astype(np.intp)
        for length in _TARGET_SIGNS
    )
    groups = np.array([_group(source) for source in sources], dtype=np.str_)
    return Precedents(views(sources) if known is None else known, groups, pairs, ends)


def _group(text: Text) -> str:
    return text.group or text.key


def _near(like: Floats) -> sparse.csr_matrix:
    """Weights of the nearest sources of each row: e to the power of ten times cosine less one."""
    size = min(NEIGHBOURS, like.shape[1])
    if not size:
        return sparse.csr_matrix(like.shape, dtype=np.float32)
    columns = np.argpartition(-like, size - 1, axis=1)[:, :size]
    values = np.take_along_axis(like, columns, axis=1)
    weights = np.where(values > _NOBODY / 2, np.exp(10 * (values - 1)), 0).astype(np.float32)
    rows = np.repeat(np.arange(like.shape[0]), size)
    return sparse.csr_matrix((weights.ravel(), (rows, columns.ravel())), shape=like.shape)


def _by_code(shared: Floats, like: Floats) -> Floats:
    """Weights by code: four times as much for each beginning shared, more for what is near in meaning."""
    return np.asarray(np.where(shared > 0, np.power(4.0, shared) * np.exp(4 * like), 0), dtype=np.float32)


def _pooled(votes: Doubles, ends: NDArray[np.intp]) -> Doubles:
    """Votes for all targets whose code begins alike, at each of them."""
    size = int(ends.max()) + 1 if len(ends) else 0
    member = sparse.csr_matrix((np.ones(len(ends)), (np.arange(len(ends)), ends)), shape=(len(ends), size))
    return np.asarray((votes @ member)[:, ends], dtype=np.float64)
