"""From the registry into the index: what is found of a loaded release, and how the index keeps up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.made import figure, reading, said
from tests.search.college import COLLEGE, PROGRAM, college, program

from learnwork.formats.model import Group, Observed, Said
from learnwork.intake.loading import load
from learnwork.registry import decisions, queries
from learnwork.registry.models import Change, Resource
from learnwork.search import index
from learnwork.search.engine import search, suggest
from learnwork.search.errors import IndexBusyError
from learnwork.search.follow import follow, position, rebuild
from learnwork.search.query import Query
from learnwork.search.results import Results

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    settings.INDEX = tmp_path / "index"
    return settings.INDEX


def ask(**params: str | list[str]) -> Results:
    return search(Query.from_params(params))


def _load(*items: Any, **more: Any) -> None:
    report = load(reading(*items, **more), "made")
    assert report.outcome == "loaded", report


def test_a_loaded_program_is_found_by_what_it_and_its_provider_say(root: Path) -> None:
    _load(college(), program(), figure("welding", 4.0), figure("welding", 9.0, period="2023"))
    assert follow() > 0
    results = ask(q="weldign camden county", count=["cost", "weeks", "awarded"])
    assert results.corrected == "welding camden county"
    (hit,) = results.hits
    assert (hit.ctid, hit.type, hit.ctdl_class) == (PROGRAM, "credential", "ceterms:AssociateDegree")
    assert (hit.provider, hit.provider_name) == (COLLEGE, "Camden County College")
    assert (hit.state, hit.county, hit.city, hit.zip) == ("NJ", "34007", "Blackwood", "08012")
    assert (hit.cost, hit.weeks, hit.hours, hit.awards, hit.level) == (5500.0, 26.0, 300.0, 4, "3")
    assert hit.fields == ("48", "48.05", "48.0508")
    assert ask(occupation="51-4121").total == 1, "the crosswalk leads from the field to the occupation"
    assert ask(near="08012", q="welding").hits[0].distance == pytest.approx(0, abs=0.01)
    assert [s.type for s in suggest("camden")] == ["organization", "credential"]


def test_what_follows_is_only_what_changed(root: Path) -> None:
    _load(college(), program())
    follow()
    assert follow() == 0
    assert position() == queries.last_change()
    _load(said("nursing", ceterms_name={"en": "Nursing"}), by="other")
    seen: list[int] = []
    assert follow(seen.append) == 1
    assert seen == [1]
    assert ask(q="nursing").total == 1
    assert ask().total == 3


def test_programs_change_with_their_provider(root: Path) -> None:
    _load(college(), program())
    follow()
    _load(college("Delaware Valley College"), program(), label="2025", digest="x")
    follow()
    assert ask(q="welding college camden county").total == 1, "the county is still Camden"
    assert ask(q='"camden county college"').total == 0
    assert ask(q="welding valley").hits[0].provider_name == "Delaware Valley College"
    assert ask().total == 2


def test_shared_earnings_of_a_quarter_are_not_those_of_a_year(root: Path) -> None:
    group = Group(COLLEGE, "48.05", ("3",))
    _load(
        college(),
        program(),
        Observed(group, "etpl.quarterly_wage_q2", "2024", 6821.0, base=31),
        Observed(group, "scorecard.earnings_4yr", "2024", None, "suppressed"),
    )
    follow()
    (hit,) = ask(q="welding").hits
    assert (hit.earnings, hit.earnings_1yr, hit.earnings_quarter) == (None, None, 6821.0)
    assert ask(earnings_min="1").total == 0
    assert ask(earnings_quarter_min="6821").total == 1


def test_reported_zero_awards_are_not_the_same_as_nobody_counting(root: Path) -> None:
    _load(college(), program(), figure("welding", 0.0), said("nursing", ceterms_name={"en": "Nursing"}))
    follow()
    assert [hit.name for hit in ask(awarded="no").hits] == ["Welding Technology"]
    assert ask(awards_min="0").total == 1


def test_merged_retired_and_withdrawn_things_are_not_found_and_come_back_by_undo(
    root: Path, admin_user: Any
) -> None:
    _load(college(), program(), said("copy", ceterms_name={"en": "Welding Technology, copy"}))
    follow()
    assert ask(q="welding").total == 2
    merged = decisions.same(PROGRAM, said("copy").ctid, author=admin_user, reason="The same program.")
    follow()
    assert [hit.ctid for hit in ask(q="welding").hits] == [PROGRAM]
    retired = decisions.retire(PROGRAM, author=admin_user, reason="Closed.")
    follow()
    assert ask(q="welding").total == 0
    for decision in (retired, merged):
        decisions.undo(getattr(decision, "pk", decision), author=admin_user)
    follow()
    assert ask(q="welding").total == 2
    _load(college(), label="2025", digest="y", snapshot=True)
    follow()
    assert [hit.ctid for hit in ask().hits] == [COLLEGE]


def test_an_index_that_cannot_be_read_is_built_anew(root: Path) -> None:
    _load(college(), program())
    follow()
    folder = index.state(root).folder
    assert folder is not None
    (folder / "meta.json").write_text("{}")
    assert not ask().ready
    follow()
    assert ask().total == 2
    (root / "current").write_text('{"folder": "x", "schema": "older"}')
    follow()
    assert ask().total == 2
    assert rebuild() == 2


def test_while_another_process_writes_following_waits_and_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _load(college())
    monkeypatch.setattr("learnwork.search.follow._PATIENCE", 0.2)
    with index.writing(root), pytest.raises(IndexBusyError):
        follow()


def test_many_programs_of_one_release(root: Path) -> None:
    _load(*(Said(*_numbered(number)) for number in range(2_500)))
    assert follow() == 2_500
    assert ask().total == 2_500
    assert ask(q="number 1234").total == 1


def test_an_index_that_is_ahead_of_a_restored_registry_is_built_anew(root: Path) -> None:
    _load(said("kept", ceterms_name={"en": "Kept program"}))
    follow()
    _load(said("gone", ceterms_name={"en": "Program of a later day"}), by="later")
    follow()
    assert ask(q="later day").total == 1
    last = Change.objects.latest("seq")
    Resource.objects.filter(pk=last.resource_id).update(status="withdrawn")  # as in the backup
    last.delete()
    assert follow() == 1
    assert (ask(q="later day").total, ask(q="kept").total) == (0, 1)


def _numbered(number: int) -> Said:
    return said(f"p{number}", ceterms_name={"en": f"Program number {number}"})


def test_what_a_type_declares_as_faceted_narrows_and_counts(root: Path) -> None:
    block = said("block", "lw:BuildingBlock", ceterms_name={"en": "Wallets"})
    _load(
        college(),
        block,
        said(
            "one",
            "lw:Initiative",
            ceterms_name={"en": "Records for all"},
            lw_kind={"cy": "Cynllun", "en-GB": "Pilot  scheme"},
            lw_buildingBlock=[{"@id": block.ctid}, "https://example.org/no-resource"],
            lw_geography=[f"District {number:02}" for number in range(30)],
        ),
        said("two", "lw:Initiative", ceterms_name={"en": "Wallets for some"}, lw_kind="Law", lw_geography="x" * 90),
        said(
            "office",
            "ceterms:Organization",
            ceterms_name={"en": "One-stop office"},
            lw_childcare=False,
            ceterms_agentType=[{"ceterms:targetNode": "orgType:Business"}],
            lw_spokenLanguages=["Welsh", 7],
        ),
    )  # fmt: skip
    follow()
    facets = {facet.key: facet for facet in ask(type="initiative").facets}
    assert {(v.value, v.count) for v in facets["is:lw:kind"].values} == {("Pilot scheme", 1), ("Law", 1)}
    (wallets,) = facets["is:lw:buildingBlock"].values
    assert (wallets.value, wallets.label, wallets.count) == (block.ctid, "Wallets", 1)
    assert (len(facets["is:lw:geography"].values), facets["is:lw:geography"].more) == (12, True)
    assert ask(**{"is": "lw:geography=" + "x" * 90}).hits[0].name == "Wallets for some"
    assert ask(**{"is": ["lw:kind=Law", "lw:kind=Pilot scheme"]}).total == 2
    assert ask(**{"is": ["lw:kind=Law", f"lw:buildingBlock={block.ctid}"]}).total == 0

    offices = {facet.key: facet for facet in ask(type="organization").facets}
    assert [(v.value, v.label) for v in offices["is:lw:childcare"].values] == [("false", "No")]
    assert [v.value for v in offices["is:ceterms:agentType"].values] == ["orgType:Business"]
    assert [v.value for v in offices["is:lw:spokenLanguages"].values] == ["Welsh"]
    assert not any(key.startswith("is:") for key in (facet.key for facet in ask().facets))
    assert ask(type="organization", count="").facets[0].key == "type", "nobody asked for more"
    assert len(ask(type="organization", count="").facets) == 1
