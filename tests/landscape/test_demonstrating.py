"""The demonstration begins with two editions that can be compared."""

from __future__ import annotations

from pathlib import Path

import pytest

import learnwork
from learnwork.formats.model import Options
from learnwork.formats.registry import format_named
from learnwork.intake.loading import load
from learnwork.landscape import editions, overviewing
from learnwork.landscape.demonstrating import join_twins, load_demonstration
from learnwork.landscape.reading import landscape

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
    parties = landscape().parties.values()
    assert sum(one.name == "Strada Education Foundation" for one in parties) == 1
    assert {one.name for one in parties if one.merged} == {
        "Lumina Foundation",
        "Schmidt Futures",
        "Strada Education Foundation",
    }
    kinds = {one.name: one.kind for one in parties if one.merged}
    assert kinds["Strada Education Foundation"] == "private foundation", "it stays a funder"
    assert len(overviewing.conflicts()) == 10, "only those of the file of conflicting claims"
    assert "USA Funds" in {one.name for one in parties}, "the files count a former name apart"
    assert join_twins() == [], "once"
