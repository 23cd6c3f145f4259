"""The small version of benchmarks/alignment.py: what the project promises, on a part of the published pairs.

Everything is held out: no figure is of pairs that were learned from.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from learnwork.competencies import datasets, learning
from learnwork.competencies.learning import Asked, HeldOut


def reached(asked: Asked, held: HeldOut) -> tuple[float, float]:
    """How often the first is right, and the mean reciprocal rank."""
    ranks = learning.first_right(held.scores, asked.right)
    return float((ranks == 1).mean()), float(np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0).mean())


@pytest.mark.big
def test_alignment_keeps_what_is_promised(shared_data: Path) -> None:
    occupations = learning.ask(datasets.esco_onet(shared_data, 250))
    fields = learning.ask(datasets.cip_soc(shared_data, 500))
    first, mrr = reached(occupations, learning.hold_out([occupations], precedent=False, grouped=True)[0])
    assert first >= 0.55
    assert mrr >= 0.67
    assert (occupations.ranks["words-everything"] == 1).mean() < first
    held = learning.hold_out([fields], precedent=True, grouped=False)[0]
    first, _ = reached(fields, held)
    assert first >= 0.69
    sure = held.confidences >= 0.7
    assert sure.sum() >= 50
    assert fields.right[sure].mean() >= 0.85
