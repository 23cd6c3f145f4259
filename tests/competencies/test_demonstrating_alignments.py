"""The demonstration begins with proposals between its two frameworks, made once and certain of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import learnwork
from learnwork.competencies import aligning
from learnwork.competencies.demonstrating import PAIR, load_demonstration
from learnwork.formats.model import Options
from learnwork.formats.registry import format_named
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
FILES = Path(learnwork.__file__).parent / "demonstration"


def test_two_frameworks_are_proposed_to_each_other_once() -> None:
    assert load_demonstration() is None
    for name, options in (("onet", Options()), ("esco", Options(release="1.2"))):
        for reading in format_named(name).open([FILES / ("onet_29_3" if name == "onet" else name)], options):
            load(reading, name)
    run = load_demonstration()
    assert run is not None
    assert (run.source, run.asked) == ("ESCO skills and competences", 95 + 34)
    kept = list(aligning.counted())
    assert len(kept) == run.kept.new > 0
    assert {(row.source_in, row.target_in, row.state) for row in kept} == {(*PAIR, "proposed")}
    assert all(0.5 <= (row.confidence or 0) < 1 for row in kept)
    assert load_demonstration() is None
