"""The models that come with Learnwork: coefficients learned from published crosswalks, as one readable table.

`trained.json` is written by `benchmarks/alignment.py --learn`, with the digest of every file that it was learned
from; `trained_sentences.json`, for alignment with a sentence model, by `benchmarks/alignment_sentences.py --learn`.
They hold numbers and names of features only, no text of any framework.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from learnwork.competencies.calibration import Calibration
from learnwork.competencies.reranking import Confidence, Ranker

PATH = Path(__file__).with_name("trained.json")
WITH_SENTENCES = Path(__file__).with_name("trained_sentences.json")
KINDS = {False: "text", True: "precedents"}


@dataclass(frozen=True, slots=True)
class Model:
    """How candidates are put in order, and how certain each is."""

    ranker: Ranker
    confidence: Confidence


@cache
def trained(*, precedent: bool, sentences: bool = False) -> Model:
    """The model for alignment by text alone, or by text and accepted pairs; without or with a sentence model."""
    path = WITH_SENTENCES if sentences else PATH
    return read(json.loads(path.read_text(encoding="utf-8"))["models"][KINDS[precedent]])


def read(said: dict[str, Any]) -> Model:
    """A model from its table."""
    rows = said["features"]
    ranker = Ranker(
        tuple(row[0] for row in rows),
        *(np.array([row[column] for row in rows], dtype=np.float64) for column in (1, 2, 3)),
    )
    points = said["calibration"]
    line = Calibration(tuple(point[0] for point in points), tuple(point[1] for point in points))
    return Model(ranker, Confidence(np.array(said["confidence"], dtype=np.float64), line))


def written(model: Model) -> dict[str, Any]:
    """A table of a model: features as name, mean, spread, coefficient; calibration as score, confidence."""
    ranker, confidence = model.ranker, model.confidence
    numbers = zip(ranker.features, ranker.means, ranker.spreads, ranker.coefficients, strict=True)
    line = zip(confidence.calibration.scores, confidence.calibration.confidences, strict=True)
    return {
        "features": [[name, *(round(float(number), 6) for number in rest)] for name, *rest in numbers],
        "confidence": [round(float(number), 6) for number in confidence.coefficients],
        "calibration": [[round(score, 6), round(level, 6)] for score, level in line],
    }
