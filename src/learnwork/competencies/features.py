"""What the re-ranker sees of a candidate: each signal in four readings, labels that are shared, and precedents.

Readings of a signal: its z-score over all targets, its value, its distance to the best candidate of the query and one
through its rank. Nothing says which framework a text comes from, so what is learned on one pair carries to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies.scoring import SENTENCE, SIGNALS, Floats, Integers
from learnwork.competencies.texts import Text, words

POOL = 50
"""Candidates of one query that are re-ranked; the right one is among them for 98 of 100 queries that teach."""
_SHARED = ("same-label", "label-among-labels", "any-label-shared", "labels-shared", "words-in-common")
_NOTHING_SHARED = (0.0,) * len(_SHARED)
_READINGS = ("z", "value", "behind", "rank")


def names(signals: Sequence[str]) -> tuple[str, ...]:
    """What a candidate is told by when these signals were asked, in order."""
    readings = (f"{reading}:{name}" for name in signals for reading in _READINGS)
    return ("joined", "joined-behind", *readings, *_SHARED)


TEXT_FEATURES = names(SIGNALS)
SENTENCE_FEATURES = names((*SIGNALS, SENTENCE))
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Words:
    """The stems of a text's label and of each of its labels, as sets."""

    label: frozenset[str]
    labels: frozenset[frozenset[str]]


def words_of(texts: Sequence[Text]) -> list[Words]:
    """Stems of the labels of each text; a label without a word shares nothing."""
    found = []
    for text in texts:
        sets = [frozenset(words(label)) for label in text.labels]
        found.append(Words(frozenset(words(text.label)), frozenset(one for one in sets if one)))
    return found


def text_features(
    total: Floats,
    standards: dict[str, Floats],
    signals: dict[str, Floats],
    columns: Integers,
    pair: tuple[Sequence[Words], Sequence[Words]],
) -> Doubles:
    """Queries × candidates × features, in the order of TEXT_FEATURES; with a sentence model, of SENTENCE_FEATURES.

    `columns` are the candidates, queries × POOL; `pair` the words of the sources and of all targets.
    """
    picked = np.take_along_axis(total, columns, axis=1)
    made = [picked, picked - picked.max(axis=1, keepdims=True)]
    for name in (*SIGNALS, *({SENTENCE} & signals.keys())):
        scores = np.take_along_axis(standards[name], columns, axis=1)
        values = np.take_along_axis(signals[name], columns, axis=1)
        ranks = np.argsort(np.argsort(-values, axis=1, kind="stable"), axis=1, kind="stable")
        made += [scores, values, scores - scores.max(axis=1, keepdims=True), 1.0 / (1 + ranks)]
    shared = np.array(
        [
            [_shared(source, pair[1][column]) for column in row]
            for source, row in zip(pair[0], columns, strict=True)
        ],
        dtype=np.float64,
    ).reshape(*columns.shape, len(_SHARED))
    return np.concatenate([np.stack(made, axis=2).astype(np.float64), shared], axis=2)


def _shared(source: Words, target: Words) -> tuple[float, ...]:
    if not source.labels:
        return _NOTHING_SHARED
    common = len(source.labels & target.labels)
    union = len(source.label | target.label)
    return (
        float(bool(source.label) and source.label == target.label),
        float(source.label in target.labels),
        float(common > 0),
        float(np.log1p(common)),
        len(source.label & target.label) / union if union else 0.0,
    )
