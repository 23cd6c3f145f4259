"""Terms: CTDL's and our own, labels, what stands under what, the context made from the tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from learnwork.vocabulary.terms import ancestors, context, is_a, known, label, vocabulary


def test_our_own_terms_stand_beside_those_of_ctdl() -> None:
    assert vocabulary().classes["lw:FieldOfStudy"].iri == "urn:learnwork:FieldOfStudy"
    assert vocabulary().properties["lw:busRoutes"].status == "own"
    assert vocabulary().properties["ceterms:name"].status == "stable"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("ceterms:estimatedCost", "Estimated Cost"),
        ("ceterms:AssociateDegree", "Associate Degree"),
        ("lw:FieldOfStudy", "Field of study"),
        ("deliveryType:OnlineOnly", "Online Only"),
        ("nobody:heardOfThis", "Heard Of This"),
        ("https://example.org/terms/someThing", "Some Thing"),
        ("https://example.org/terms#some_thing", "Some thing"),
        ("", ""),
    ],
)
def test_labels(term: str, expected: str) -> None:
    assert label(term) == expected


def test_is_a() -> None:
    assert is_a("ceterms:AssociateOfArtsDegree", "ceterms:Credential")
    assert is_a("ceterms:Course", "ceterms:LearningOpportunityProfile")
    assert is_a("nobody:Thing", "nobody:Thing")
    assert not is_a("ceterms:Credential", "ceterms:AssociateDegree")
    assert not is_a("nobody:Thing", "ceterms:Credential")
    assert "schema:CreativeWork" in ancestors("ceterms:Course")


def test_known() -> None:
    for term in ("ceterms:name", "ceterms:Course", "ceterms:Delivery", "deliveryType:OnlineOnly", "lw:Topic"):
        assert known(term), term
    assert known("qdata:DataSetProfile"), "named by domains, declared elsewhere"
    assert known("qdata:median"), "named by a context only"
    assert not known("ceterms:nmae")


def test_the_context_reads_references_maps_and_values() -> None:
    terms = context()["@context"]
    assert terms["ceterms"] == "https://purl.org/ctdl/terms/"
    assert terms["lw"] == "urn:learnwork:"
    assert terms["ceterms:name"] == {"@container": "@language"}
    assert terms["ceterms:ownedBy"] == {"@type": "@id"}
    assert terms["ceterms:dateEffective"] == {"@type": "xsd:date"}
    assert terms["lw:ledBy"] == {"@type": "@id"}
    assert json.loads(json.dumps(context())) == context()


@pytest.mark.big
def test_the_context_agrees_with_the_official_ones(shared_data: Path) -> None:
    ours = context()["@context"]
    for path in (shared_data / "ctdl/vocabulary").glob("*context*.json"):
        for term, value in json.loads(path.read_bytes())["@context"].items():
            assert ours[term] == value, term
