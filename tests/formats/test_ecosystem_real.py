"""The real ecosystem files beside the checkout: counts, the expected graph, every mark, every claim."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from learnwork.formats.model import Reading, Said
from learnwork.formats.registry import open_readings
from learnwork.vocabulary.errors import Issue

pytestmark = pytest.mark.big


def said(reading: Reading) -> dict[str, dict[str, Any]]:
    return {item.key: item.document() for item in reading.items() if isinstance(item, Said)}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "ecosystem"


@pytest.fixture(scope="module")
def real(folder: Path) -> list[Reading]:
    return open_readings("ecosystem", [folder])


@pytest.fixture(scope="module")
def documents(real: list[Reading]) -> dict[str, dict[str, Any]]:
    return said(real[0])


def test_counts(real: list[Reading], documents: dict[str, dict[str, Any]]) -> None:
    assert Counter(document["@type"] for document in documents.values()) == {
        "lw:Initiative": 117,
        "lw:Alliance": 97,
        "lw:Funder": 21,
        "lw:BuildingBlock": 12,
        "lw:Topic": 91,
        "lw:GlossaryTerm": 136,
        "lw:CrossCuttingTheme": 2,
        "lw:Grant": 26,
        "lw:Goal": 10,
        "lw:GoalScheme": 2,
    }
    told = {item.severity for item in real[0].items() if isinstance(item, Issue)}
    assert told == {"advice"}, "every field is read"


def test_the_graph_is_the_expected_one(folder: Path, documents: dict[str, dict[str, Any]]) -> None:
    expected = yaml.safe_load((folder / "expected_graph.yaml").read_text("utf-8"))
    names = {document["ceterms:ctid"]: document["ceterms:name"]["en"] for document in documents.values()}
    initiatives = [d for d in documents.values() if d["@type"] == "lw:Initiative"]
    funded = [document["lw:fundedBy"] for document in initiatives if "lw:fundedBy" in document]
    links = Counter(names[funder] for funders in funded for funder in funders)
    assert len(funded) == expected["with_funders"]
    assert links.total() == expected["funder_links"]
    assert len(links) == expected["distinct_funders"]
    assert (links["Lumina Foundation"], links["Walmart"]) == (expected["lumina"], expected["walmart"])
    assert sum(len(funders) == 1 for funders in funded) == expected["single_funder"]
    shares = [count / links.total() for count in links.values()]
    assert round(sum(share * share for share in shares), 4) == expected["funder_concentration_hhi"]
    slugs = {d["ceterms:ctid"]: key.split("/")[1] for key, d in documents.items()}
    blocks = Counter(slugs[block] for d in initiatives for block in d["lw:buildingBlock"])
    assert blocks == expected["initiatives_per_block"]


def test_funders_agree_with_initiatives(documents: dict[str, dict[str, Any]]) -> None:
    there = {(d["ceterms:ctid"], f) for d in documents.values() for f in d.get("lw:fundedBy", [])}
    back = {(i, d["ceterms:ctid"]) for d in documents.values() for i in d.get("lw:funds", [])}
    assert there == back
    assert len(there) == 65


def test_every_reference_is_here(documents: dict[str, dict[str, Any]]) -> None:
    here = {document["ceterms:ctid"] for document in documents.values()}
    predicates = ("lw:ledBy", "lw:partner", "lw:fundedBy", "lw:funds", "lw:buildingBlock", "lw:partOf")
    named = [v for d in documents.values() for p in predicates for v in d.get(p, []) if isinstance(v, str)]
    assert set(named) <= here
    assert len(named) > 600


def test_what_notes_flag_is_marked(documents: dict[str, dict[str, Any]]) -> None:
    flagged = {"ceterms:startDate", "lw:ledBy", "ceterms:name"}
    marked = {
        key.split("/")[1]: flagged & set(document["lw:proposed"])
        for key, document in documents.items()
        if document["@type"] == "lw:Initiative" and flagged & set(document["lw:proposed"])
    }
    years = {key for key, terms in marked.items() if "ceterms:startDate" in terms}
    leads = {key for key, terms in marked.items() if "lw:ledBy" in terms}
    assert years == {
        "certification-degree-pathways",
        "credential-engine",
        "data-for-the-american-dream",
        "reach-collaborative",
        "t3-innovation-network",
        "texas-credentials-for-the-future",
        "walmart-retail-opportunity-grants-to-three-workforce-education-organizations",
    }
    assert leads == {
        "chatgpt-study-mode",
        "fastforward",
        "ler-accelerator-coalition",
        "open-skills-network",
        "project-unicorn",
        "trusted-learner-network",
        "unmudl",
    }
    assert len(marked) == 14


def test_leads_that_changed_are_dated(documents: dict[str, dict[str, Any]]) -> None:
    dated = {
        key: d["lw:roles"]
        for key, d in documents.items()
        if d["@type"] == "lw:Initiative" and "lw:roles" in d
    }
    [(key, (before, after))] = dated.items()
    assert key == "initiative/rework-america-alliance"
    names = {document["ceterms:ctid"]: document["ceterms:name"]["en"] for document in documents.values()}
    assert (names[before["lw:actor"]], before["ceterms:endDate"]) == ("Markle Foundation", "2023-10-04")
    assert (names[after["lw:actor"]], after["ceterms:startDate"]) == (
        "Jobs for the Future (JFF)",
        "2023-10-04",
    )
    assert before["lw:marks"] == ["derived"]


def test_grants_are_those_that_events_state(documents: dict[str, dict[str, Any]]) -> None:
    names = {document["ceterms:ctid"]: document["ceterms:name"]["en"] for document in documents.values()}
    grants = [document for document in documents.values() if document["@type"] == "lw:Grant"]

    def givers(grant: dict[str, Any]) -> list[str]:
        return [
            names[one] if isinstance(one, str) else one["ceterms:name"]["en"]
            for one in grant.get("lw:funder", [])
        ]

    stated = {
        (giver, grant["lw:amount"], grant.get("lw:date", ""), grant.get("ceterms:endDate", ""))
        for grant in grants
        for giver in givers(grant)
        if "lw:amount" in grant
    }
    assert stated == {
        ("Charles Koch Foundation", 500_000, "2020-10-05", ""),
        ("Institute of Education Sciences, U.S. Department of Education", 2_999_998.13, "2021", ""),
        ("Walmart", 1_000_000, "2024-07-29", ""),
        ("Carnegie Corporation of New York", 550_000, "2011", ""),
        ("Lumina Foundation", 900_000, "2014-10", "2017-10-31"),
        ("USA Funds", 200_000, "2015-10", ""),
        ("USA Funds", 2_500_000, "", ""),
        ("Walmart", 3_400_000, "2023-10-26", ""),
        ("SkillsFWD", 8_400_000, "2023-12", ""),
    }
    assert sum("lw:amount" in grant and not givers(grant) for grant in grants) == 8, "nobody is guessed"
    pooled = {
        grant["lw:pooledAmount"]: len(grant["lw:pooledWith"]) + 1
        for grant in grants
        if "lw:pooledAmount" in grant
    }
    assert pooled == {2_800_000: 2, 6_300_000: 4}
    assert all("lw:amount" not in grant for grant in grants if "lw:pooledAmount" in grant)
    assert {grant["ceterms:currency"] for grant in grants if "lw:amount" in grant} == {"USD"}
    assert all(grant["lw:citation"] and grant["lw:position"] and grant["lw:sentence"] for grant in grants)
    assert sum(grant.get("lw:givenByEntry", False) for grant in grants) == 4


def test_the_guide_keeps_every_value(folder: Path, documents: dict[str, dict[str, Any]]) -> None:
    guide = yaml.safe_load((folder / "guide.yaml").read_text("utf-8"))
    stages = {key.split("/")[1]: d["lw:stages"] for key, d in documents.items() if "lw:stages" in d}
    assert stages.keys() == {row["initiative"] for row in guide["rows"]}
    for row in guide["rows"]:
        told = stages[row["initiative"]]
        assert [[one["lw:low"], one["lw:high"]] for one in told] == row["stages"]
        assert [one["lw:position"] for one in told] == list(range(len(told)))
        years = [one.get("lw:period") for one in told]
        assert years == (guide["timeline_columns"] if row["aligned"] else [None] * len(told))
        forecast = {one.get("lw:period") for one in told if one.get("lw:forecast")}
        assert forecast == ({"2020", "2021", "2022", "2023", "2024", "2025"} if row["aligned"] else set())
        assert {(one["lw:issued"], *one["lw:marks"]) for one in told} == {("2019", "derived")}
    goals = {
        d["ceterms:ctid"]: (d["lw:key"], d["ceterms:name"]["en"])
        for d in documents.values()
        if d["@type"] == "lw:Goal"
    }
    ordered = Counter(goals[d["lw:goal"][0]][0] for d in documents.values() if "lw:goal" in d)
    assert ordered == Counter(row["goal"] for row in guide["rows"])
    same = [d for d in documents.values() if "lw:sameAs" in d]
    assert {(d["lw:key"], *goals[d["lw:sameAs"][0]]) for d in same} == {
        (key, key, label) for key, label in list(goals.values()) if key in ("g1", "g2", "g3")
    }


def test_ties_are_those_that_a_partner_list_states(documents: dict[str, dict[str, Any]]) -> None:
    ties = [(d, tie) for d in documents.values() for tie in d.get("lw:ties", [])]
    assert len(ties) == 10
    assert all(
        tie["lw:declaredBy"] == [d["ceterms:ctid"]] and tie["lw:marks"] == ["derived"] for d, tie in ties
    )


def test_every_claim_is_said_once(folder: Path, real: list[Reading]) -> None:
    content = yaml.safe_load((folder / "conflicting_claims.yaml").read_text("utf-8"))
    claimed = sum(len(item["claims"]) for item in content["items"])
    heard = [document for reading in real[1:] for document in said(reading).values()]
    in_words = sum(len(document.get("lw:claim", [])) for document in heard)
    as_years = sum("ceterms:startDate" in d and "lw:claim" not in d for d in heard)
    assert (claimed, in_words + as_years) == (22, 22)
    assert {d["ceterms:startDate"] for d in heard if "ceterms:startDate" in d} == {"2018", "2019", "2021"}
