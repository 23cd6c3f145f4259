"""Learning the re-ranker from published crosswalks, and measuring it only on what it did not learn from.

Sources are dealt into folds by their group (or, where a set has none, by their key): all pairs of a group lie in one
fold. A fold is ranked by what was learned of the others, its confidence by what *they* showed when held out in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies import features as seen
from learnwork.competencies.precedents import PRECEDENT_FEATURES, Views, precedents, views
from learnwork.competencies.reranking import Confidence, Ranker, fit_confidence, fit_ranker
from learnwork.competencies.scoring import Floats, Integers, Signals, first, joined
from learnwork.competencies.texts import Text

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]
FOLDS = 5
INNER = 2
"""Parts in which a confidence is learned: the folds, gathered."""


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Published pairs: `gold` names for each source the targets that its publisher accepted."""

    name: str
    sources: tuple[Text, ...]
    targets: tuple[Text, ...]
    gold: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A crosswalk whose candidates were found. `ranks` are of the first right target by each way, 0 where it is none.

    `columns`, `right` are queries × candidates; `seen` queries × candidates × features.
    """

    crosswalk: Crosswalk
    columns: Integers
    right: Booleans
    seen: Doubles
    ranks: Mapping[str, Integers]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What a model that had not seen the fold said: queries × candidates."""

    scores: Doubles
    confidences: Doubles


def ask(crosswalk: Crosswalk, signals: Signals | None = None) -> Asked:
    """Find candidates of every source, and note where each single way of asking puts the right one."""
    asked = signals or Signals(crosswalk.targets)
    number = {target.key: column for column, target in enumerate(crosswalk.targets)}
    target_words = seen.words_of(crosswalk.targets)
    parts: list[tuple[Integers, Booleans, Doubles, dict[str, Integers]]] = []
    size = asked.block(crosswalk.sources)
    for start in range(0, len(crosswalk.sources), size):
        sources = crosswalk.sources[start : start + size]
        values = asked.of(sources)
        total, standards = joined(values)
        columns = first(total, seen.POOL)
        truth = np.zeros(total.shape, dtype=bool)
        for row, source in enumerate(sources):
            truth[row, [number[key] for key in crosswalk.gold[source.key]]] = True
        ranks = {name: first_right(one, truth) for name, one in {**values, "joined": total}.items()}
        pair = (seen.words_of(sources), target_words)
        parts.append(
            (
                columns,
                np.take_along_axis(truth, columns, axis=1),
                seen.text_features(total, standards, values, columns, pair),
                ranks,
            )
        )
    return Asked(
        crosswalk,
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
        {name: np.concatenate([part[3][name] for part in parts]) for name in parts[0][3]},
    )


def first_right(scores: Floats | Doubles, right: Booleans) -> Integers:
    """Rank of the best right column of each row, from 1; 0 where no column is right. Of equals the earlier is first."""
    best = np.where(right, scores, -np.inf).max(axis=1, keepdims=True)
    column = (right & (scores == best)).argmax(axis=1)
    before = (scores > best).sum(axis=1)
    tied = ((scores == best) & (np.arange(scores.shape[1])[None, :] < column[:, None])).sum(axis=1)
    return np.where(right.any(axis=1), before + tied + 1, 0).astype(np.intp)


def folds(sources: Sequence[Text], *, grouped: bool, count: int = FOLDS) -> Integers:
    """The fold of each source, by the digest of its group or key: the same on every machine."""
    names = [(source.group if grouped else "") or source.key for source in sources]
    digests = [blake2b(name.encode(), digest_size=8).digest() for name in names]
    return np.array([int.from_bytes(digest) % count for digest in digests], dtype=np.intp)


def with_precedents(asked: Asked, known: Booleans, *, grouped: bool) -> Doubles:
    """Features of text and of precedents, where only the sources in `known` have accepted pairs."""
    walk = asked.crosswalk
    apart = [(source.group if grouped else "") or source.key for source in walk.sources]
    teachers = [
        Text(source.key, source.label, source.alternates, source.long, source.code, group)
        for source, group, is_known in zip(walk.sources, apart, known, strict=True)
        if is_known
    ]
    accepted = {source.key: sorted(walk.gold[source.key]) for source in teachers}
    seen_as = _views(walk.sources)
    told = precedents(teachers, walk.targets, accepted, seen_as.rows(known))
    blocks = [slice(start, start + 512) for start in range(0, len(walk.sources), 512)]
    made = [
        told.features(walk.sources[part], asked.columns[part], apart[part], seen_as.rows(part))
        for part in blocks
    ]
    return np.concatenate([asked.seen, np.concatenate(made)], axis=2)


@lru_cache(maxsize=4)
def _views(sources: tuple[Text, ...]) -> Views:
    """Views of the sources of a set, made once for all folds."""
    return views(sources)


def names(*, precedent: bool, sentences: bool = False) -> tuple[str, ...]:
    """Names of the features, in order."""
    text = seen.SENTENCE_FEATURES if sentences else seen.TEXT_FEATURES
    return (*text, *PRECEDENT_FEATURES) if precedent else text


def hold_out(
    sets: Sequence[Asked], *, precedent: bool, grouped: bool, sentences: bool = False
) -> list[HeldOut]:
    """Scores and confidences of every query of every set, by models that had not seen its fold of any set."""
    dealt = [folds(one.crosswalk.sources, grouped=grouped) for one in sets]
    found = [HeldOut(np.zeros(one.right.shape), np.zeros(one.right.shape)) for one in sets]
    for fold in range(FOLDS):
        features = [
            with_precedents(one, part != fold, grouped=grouped) if precedent else one.seen
            for one, part in zip(sets, dealt, strict=True)
        ]
        train = [
            (x[part != fold], one.right[part != fold], part[part != fold])
            for x, one, part in zip(features, sets, dealt, strict=True)
        ]
        ranker, confidence = learn(train, precedent=precedent, sentences=sentences)
        for held, x, part in zip(found, features, dealt, strict=True):
            if (part == fold).any():
                held.scores[part == fold] = ranker.scores(x[part == fold])
                held.confidences[part == fold] = confidence(held.scores[part == fold])
    return found


def learn(
    sets: Sequence[tuple[Doubles, Booleans, Integers]], *, precedent: bool, sentences: bool = False
) -> tuple[Ranker, Confidence]:
    """A ranker of all queries; its confidence from rankers each of which left a part of the folds out.

    Each set is (features, right, fold of each query).
    """
    said = names(precedent=precedent, sentences=sentences)
    every = sorted({int(fold) for _, _, part in sets for fold in part})
    shown: list[tuple[Doubles, Booleans]] = []
    for fold in every:
        rest = fit_ranker([(x[part != fold], y[part != fold]) for x, y, part in sets], said)
        shown += [
            (rest.scores(x[part == fold]), y[part == fold]) for x, y, part in sets if (part == fold).any()
        ]
    return fit_ranker([(x, y) for x, y, _ in sets], said), fit_confidence(shown)
