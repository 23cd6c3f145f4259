"""Static word vectors of texts: 256 numbers each, without a network and without a model server.

The vectors lie in the package wordllama (MIT): a text is the mean of its tokens' vectors, made of length one, so that a
product of two is their cosine. The package tries the network unless it is told where it lies itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnwork.vocabulary.errors import LearnworkError

Floats = NDArray[np.float32]
WIDTH = 256


class NoVectorsError(LearnworkError):
    """The word vectors are not installed."""

    code = "vectors-missing"


@cache
def _model() -> Any:
    try:
        import wordllama
    except ImportError as error:
        raise NoVectorsError(
            "Alignment needs the word vectors of the package wordllama.",
            hint="Install learnwork[server], or wordllama alone.",
        ) from error
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


def vectors(texts: Sequence[str]) -> Floats:
    """Texts × 256, of length one; a text without a word that is known is zero."""
    found = np.zeros((len(texts), WIDTH), dtype=np.float32)
    filled = [number for number, text in enumerate(texts) if text.strip()]
    if filled:
        made = _model().embed([texts[number] for number in filled], norm=False)
        found[filled] = unit(np.nan_to_num(np.asarray(made, dtype=np.float32)))
    return found


def unit(rows: Floats) -> Floats:
    """Each row of length one; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def centres(rows: Floats, starts: NDArray[np.intp]) -> Floats:
    """The mean of each run of rows, of length one. `starts` are the first rows of the runs, as in reduceat."""
    if not len(starts):
        return np.zeros((0, rows.shape[1]), dtype=np.float32)
    return unit(np.add.reduceat(rows, starts, axis=0))
