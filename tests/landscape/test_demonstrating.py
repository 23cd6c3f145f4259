"""The demonstration begins with two editions that can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest

import learnwork
from learnwork.formats.model import Options
from learnwork.formats.registry import format_named
from learnwork.intake.loading import load
from learnwork.landscape import editions
from learnwork.landscape.demonstrating import load_demonstration

pytestmark = pytest.mark.django_db
FILES = Path(learnwork.__file__).parent / "demonstration" / "ecosystem"


def test_the_recovered_guide_and_the_map_are_published_once() -> None:
    assert load_demonstration(FILES) == []
    for one in format_named("ecosystem").open(sorted(FILES.glob("*.yaml")), Options(release="2026-09-26")):
        load(one, "ecosystem")
    guide, today = load_demonstration(FILES)
    assert (guide.as_of, today.as_of) == ("2019", "2026-09-26")
    assert [len(editions.frozen(one).landscape.entries) for one in (guide, today)] == [18, 117]
    assert list(editions.published()) == [today, guide]
    since = editions.since(guide, today)
    assert since.covers == ("goal", "stage", "stage of a period")
    assert (
        since.difference.changes == ()
    )  # the guide is cut after its 18th row: what it does not tell is no change
    assert (since.trends.same, since.trends.only_after) == (18, 99)
    assert load_demonstration(FILES) == []
