"""The small re-ranker: a linear score of a candidate's features, and the confidence that it is right.

Ranking is a conditional logit (McFadden 1974): among the candidates of one query, the chance that the right ones are
chosen is the sum of their shares of exp(score); a query with several right targets needs only one of them. Confidence
is a binary logit on score, lead and share, made true by isotonic regression on each set of pairs; the least of these is
said, because the next pair of frameworks may be like the hardest. Some fifty coefficients: a table that can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from learnwork.competencies.calibration import Calibration, isotonic, least

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]
PENALTY = 3.0


@dataclass(frozen=True, slots=True)
class Ranker:
    """Coefficients of standardised features. `features` names them in the order of the last axis."""

    features: tuple[str, ...]
    means: Doubles
    spreads: Doubles
    coefficients: Doubles

    def scores(self, features: Doubles) -> Doubles:
        """Queries × candidates."""
        return np.asarray(((features - self.means) / self.spreads) @ self.coefficients, dtype=np.float64)

    def parts(self, features: Doubles) -> Doubles:
        """What each feature adds to one candidate's score."""
        return np.asarray((features - self.means) / self.spreads * self.coefficients, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Confidence:
    """Coefficients of (1, score, lead, share), then a calibration."""

    coefficients: Doubles
    calibration: Calibration

    def __call__(self, scores: Doubles) -> Doubles:
        """The confidence of each candidate, queries × candidates."""
        return self.calibration(_readings(scores) @ self.coefficients)


def _readings(scores: Doubles) -> Doubles:
    """One, the score, its lead over (or distance to) the best other candidate, and the log of its share."""
    share = scores - logsumexp(scores, axis=1, keepdims=True)
    ordered = np.sort(scores, axis=1)
    best = ordered[:, -1:]
    second = ordered[:, -2:-1] if scores.shape[1] > 1 else best - 10
    lead = np.clip(np.where(scores >= best, scores - second, scores - best), -10, 10)
    return np.stack([np.ones_like(scores), scores, lead, np.maximum(share, -20)], axis=2)


def fit_ranker(
    blocks: Sequence[tuple[Doubles, Booleans]], names: tuple[str, ...], *, penalty: float = PENALTY
) -> Ranker:
    """Learn from sets of queries (features, which candidates are right); each set counts alike, however large.

    Queries whose right targets are not among the candidates teach nothing and are passed over.
    """
    kept = [(features[right.any(axis=1)], right[right.any(axis=1)]) for features, right in blocks]
    kept = [block for block in kept if len(block[0])]
    flat = np.concatenate([features.reshape(-1, features.shape[2]) for features, _ in kept])
    means, spreads = flat.mean(axis=0), flat.std(axis=0)
    spreads = np.where(spreads > 1e-9, spreads, 1.0)
    most = max(len(features) for features, _ in kept)
    ready = [
        (((features - means) / spreads).reshape(-1, features.shape[2]), right, most / len(features))
        for features, right in kept
    ]

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        value, slope = penalty * float(weights @ weights) / 2, penalty * weights
        for features, right, weight in ready:
            scores = (features @ weights).reshape(right.shape)
            share = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
            chance = np.maximum((share * right).sum(axis=1), 1e-12)
            value -= weight * float(np.log(chance).sum())
            slope = slope + weight * (features.T @ (share - share * right / chance[:, None]).ravel())
        return value, slope

    found = minimize(
        loss, np.zeros(flat.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 100, "ftol": 1e-6}
    )
    return Ranker(names, means, spreads, np.asarray(found.x, dtype=np.float64))


def fit_confidence(blocks: Sequence[tuple[Doubles, Booleans]]) -> Confidence:
    """Learn from scores of queries that the ranker had not seen, and which candidates are right; a block a set."""
    each = [_readings(scores).reshape(-1, 4) for scores, _ in blocks]
    readings = np.concatenate(each)
    right = np.concatenate([one.ravel() for _, one in blocks])

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        odds = readings @ weights
        value = float((np.logaddexp(0, odds) - right * odds).sum()) + 0.01 * float(weights @ weights) / 2
        return value, readings.T @ (expit(odds) - right) + 0.01 * weights

    found = minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    coefficients = np.asarray(found.x, dtype=np.float64)
    lines = [
        isotonic(one @ coefficients, truth.ravel()) for one, (_, truth) in zip(each, blocks, strict=True)
    ]
    return Confidence(coefficients, least(lines))
