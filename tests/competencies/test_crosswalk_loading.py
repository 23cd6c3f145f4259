"""Published crosswalks: kept as accepted by their publisher, open where an end is not loaded, loaded twice as once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.made import reading, said, source

from learnwork.accounts.models import User
from learnwork.competencies import aligning, crosswalk_loading, pairs
from learnwork.competencies.aligning import AlignmentRefusedError
from learnwork.competencies.circles import circles
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.pairs import Asked
from learnwork.formats.crosswalks import ctid_of
from learnwork.intake.loading import load as load_reading
from learnwork.vocabulary.ctid import derived_ctid

URI = "http://data.europa.eu/esco/occupation/1"
HEAD = "id,esco_occupation,isco_code,onet_code,onet_occupation,confidence,concept_uri\n"


def table(folder: Path, text: str, name: str = "crosswalk.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.django_db
def test_a_known_crosswalk_is_kept_open_with_its_licence_and_closes(tmp_path: Path) -> None:
    path = table(tmp_path, f"{HEAD}1,welder,7212,51-4121.00,Welders,1.0,{URI}\n")
    report = crosswalk_loading.load(path)
    assert (report.licence, report.kept.new, report.open) == ("MIT", 1, 1)
    [row] = aligning.in_force()
    assert (row.state, row.method, row.confidence) == ("accepted", "published", None), (
        "1.0 is no probability there"
    )
    assert row.origin
    assert (row.origin.key, row.rater_name) == ("esco-onet", row.origin.name)
    assert "confidence of the source: 1.0" in row.rationale
    assert row.said_on is None, "nobody told when it was published"
    assert (row.source_name, row.target_name) == ("welder", "Welders"), "open ends are called by their names"
    again = crosswalk_loading.load(path)
    assert (again.kept.same, again.kept.act) == (1, "")
    welder, welders = ctid_of("uri", URI) or "", ctid_of("onet", "51-4121.00") or ""
    items = [
        said(
            key,
            "ceterms:Occupation",
            identifiers=[pair],
        )._replace(ctid=ctid)
        for key, pair, ctid in (("a", ("uri", URI), welder), ("b", ("onet", "51-4121.00"), welders))
    ]
    load_reading(reading(*items), "made")
    assert aligning.between([welder], [welders])[welder, welders].confirmed
    assert crosswalk_loading.load(path).open == 0


EDITIONS = "O*NET-SOC 2010 Code,O*NET-SOC 2010 Title,O*NET-SOC 2019 Code,O*NET-SOC 2019 Title\n"


def occupation(scheme: str, key: str) -> str:
    """An occupation that is here, by the CTID of its code."""
    ctid = ctid_of(scheme, key) or ""
    load_reading(
        reading(said(key, "ceterms:Occupation", identifiers=[(scheme, key)])._replace(ctid=ctid)), key
    )
    return ctid


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("editions", "relation"),
    [
        ("13-1041.01,Coroners,13-1041.06,Coroners\n", "close"),
        ("13-1041.01,Coroners,13-1041.06,Coroners\n13-1041.02,Others,13-1041.06,Coroners\n", "broad"),
        ("13-1041.01,Coroners,13-1041.06,Coroners\n13-1041.01,Coroners,13-1041.07,Others\n", ""),
        ("13-1041.02,Others,13-1041.06,Coroners\n", ""),
    ],
    ids=["one", "part of one", "several", "another"],
)
def test_a_retired_code_means_what_it_became_where_that_is_one(
    tmp_path: Path, editions: str, relation: str
) -> None:
    path = table(tmp_path, f"{HEAD}1,coroner,2619,13-1041.01,Coroners,1.0,{URI}\n")
    here, there = occupation("uri", URI), occupation("onet", "13-1041.06")
    assert crosswalk_loading.load(path).open == 1
    crosswalk_loading.load(table(tmp_path, EDITIONS + editions, "editions.csv"))
    assert crosswalk_loading.load(path).open == (0 if relation else 1)
    between = aligning.between([here], [there])
    assert {pair: one.relation for pair, one in between.items()} == (
        {(here, there): relation} if relation else {}
    )
    back = aligning.between([there], [here])
    assert [one.relation for one in back.values()] == [{"broad": "narrow"}.get(relation, relation)] * bool(
        relation
    )
    [pair] = pairs.listed(Asked(source="esco"))
    assert (pair.row.relation, pair.row.target_key) == ("close", "13-1041.01"), "what was said stays"
    assert pair.target.ctid == (there if relation else "")
    assert bool(pairs.of_resource(there)[-1:]) == bool(relation or "06" in editions)
    page = Client().get(f"/alignments/{pair.row.pk}").content.decode()
    assert ("13-1041.01 of the edition before" in page) == (relation == "broad")
    assert ("13-1041.06, 13-1041.07 instead" in page) == editions.endswith("13-1041.07,Others\n")
    section = Client().get(f"/resources/{there}").content.decode()
    assert ("broader than" in section) == (relation == "broad")


@pytest.mark.django_db
def test_a_retired_code_that_is_here_means_itself(tmp_path: Path) -> None:
    path = table(tmp_path, f"{HEAD}1,coroner,2619,13-1041.01,Coroners,1.0,{URI}\n")
    here, old, new = (
        occupation("uri", URI),
        occupation("onet", "13-1041.01"),
        occupation("onet", "13-1041.06"),
    )
    crosswalk_loading.load(path)
    crosswalk_loading.load(
        table(tmp_path, f"{EDITIONS}13-1041.01,Coroners,13-1041.06,Coroners\n", "editions.csv")
    )
    assert list(aligning.between([here], [old, new])) == [(here, old)]


@pytest.mark.django_db
def test_a_pair_that_is_published_no_more_is_withdrawn_and_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    head = "CIP2020Code,CIP2020Title,SOC2018Code,SOC2018Title\n"
    first = table(tmp_path, f"{head}48.0508,Welding,51-4121,Welders\n48.0508,Welding,51-4122,Setters\n")
    second = table(tmp_path, f"{head}48.0508,Welding,51-4121,Welders\n", "second.csv")
    dry = crosswalk_loading.load(first, dry_run=True)
    assert (dry.kept.new, Alignment.objects.count()) == (2, 0)
    crosswalk_loading.load(first)
    assert crosswalk_loading.load(second).kept.withdrawn == 1
    assert list(aligning.in_force().values_list("target_key", "state").order_by("target_key")) == [
        ("51-4121", "accepted"),
        ("51-4122", "withdrawn"),
    ]


@pytest.mark.django_db
def test_a_table_of_ones_own_needs_somebody_who_says_it(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "source,target,relation,confidence\n51-4121.00,51-4121,broad,0.9\n51-4121,51-4121.00,broad,\n"
        "51-4121,51-4121,exact,\n51-4121.00,51-4121,exact,\n",
    )
    with pytest.raises(AlignmentRefusedError, match="does not tell who"):
        crosswalk_loading.load(path)
    alice = User.objects.create_user("alice", role=User.Role.CURATOR)
    report = crosswalk_loading.load(path, rater=alice)
    assert report.kept.new == 2
    assert sorted(one.code for one in report.kept.issues) == [
        "alignment-circle",
        "alignment-refused",
        "pair-twice",
    ]
    first = aligning.in_force().order_by("id")[0]
    assert (first.confidence, first.rater, first.method) == (0.9, alice, "by hand")
    other = crosswalk_loading.load(path, source=source("other"))
    assert (other.kept.new, other.licence) == (2, "CC0-1.0"), "two raters may say the same pair"


def test_circles_are_found() -> None:
    assert circles([("a", "b"), ("b", "c")]) == []
    assert circles([("a", "b"), ("b", "c"), ("c", "a"), ("x", "y"), ("y", "x")]) == [
        frozenset("abc"),
        frozenset("xy"),
    ]


@pytest.mark.big
@pytest.mark.django_db
def test_the_published_crosswalks(shared_data: Path) -> None:
    taxonomies = shared_data / "us" / "taxonomies"
    counts = {
        name: crosswalk_loading.load(path).kept.new
        for name, path in {
            "esco": shared_data / "competency/esco_onet_crosswalk/esco_onet_crosswalk_Nov2020.csv",
            "cip": taxonomies / "CIP2020_SOC2018_Crosswalk.csv",
            "onet": taxonomies / "onet_2010_to_2019_Crosswalk.csv",
            "soc": taxonomies / "soc2010_to_2018_crosswalk.csv",
        }.items()
    }
    assert counts["cip"] == 5723
    assert counts["esco"] == 1680
    assert min(counts.values()) > 800
    assert derived_ctid("cip2020", "48.0508") in set(aligning.in_force().values_list("source", flat=True))
