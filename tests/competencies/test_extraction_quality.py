"""The small version of benchmarks/extraction.py: what is promised of the half of the sentences that is held out."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import pytest

from learnwork.competencies import datasets
from learnwork.competencies.extraction import Reader


@pytest.mark.big
def test_half_of_what_is_found_is_right(shared_data: Path) -> None:
    reader = Reader(datasets.esco_skills(shared_data))
    right = found = marked = 0
    for name in ("house", "tech"):
        for sentence, spans in datasets.annotated(shared_data, name).items():
            if blake2b(sentence.encode(), digest_size=8).digest()[0] % 2:
                keys = frozenset().union(*spans.values())
                said = {one.key for one in reader.read(sentence)}
                right, found, marked = right + len(said & keys), found + len(said), marked + len(keys)
    assert marked == 69
    assert right / found >= 0.5
    assert right / marked >= 0.37
