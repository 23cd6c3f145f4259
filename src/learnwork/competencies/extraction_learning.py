"""What a reader of texts learns: how much each sign of a run and a label says, from sentences that people marked.

People marked which competencies a sentence names, not always where. So each competency that shares words with the
sentence is asked about once, at the run that speaks most for it by what was learned so far; a few rounds are enough for
the choice to stay. A binary logit with a weak penalty on all but the constant.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from learnwork.competencies.extraction import SIGNS, Candidates, Reader

Doubles = NDArray[np.float64]
ROUNDS = 4
PENALTY = 0.3


def learn(reader: Reader, marked: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Coefficients by name, of one and of SIGNS. marked: sentence → keys of the competencies that people saw in it."""
    seen = [(reader.candidates(sentence), keys) for sentence, keys in marked.items()]
    found = np.array([0.0, *np.ones(len(SIGNS))])
    for _ in range(ROUNDS):
        rows: list[Doubles] = []
        right: list[bool] = []
        for candidates, keys in seen:
            for key, at in _best(reader, candidates, found).items():
                rows.append(candidates.signs[at])
                right.append(key in keys)
        found = _fitted(
            np.column_stack([np.ones(len(rows)), np.array(rows)]), np.array(right, dtype=np.float64)
        )
    return {name: round(float(number), 4) for name, number in zip(("one", *SIGNS), found, strict=True)}


def _best(reader: Reader, candidates: Candidates, found: Doubles) -> dict[str, int]:
    """Key → the candidate that speaks most for it."""
    odds = candidates.signs @ found[1:]
    best: dict[str, int] = {}
    for at in np.argsort(-odds, kind="stable"):
        best.setdefault(reader.labels[candidates.labels[at]][0], int(at))
    return best


def _fitted(signs: Doubles, right: Doubles) -> Doubles:
    held = np.array([0.0, *np.full(signs.shape[1] - 1, PENALTY)])

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        odds = signs @ weights
        value = float((np.logaddexp(0, odds) - right * odds).sum() + (held * weights) @ weights / 2)
        return value, signs.T @ (expit(odds) - right) + held * weights

    found = minimize(loss, np.zeros(signs.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x, dtype=np.float64)
