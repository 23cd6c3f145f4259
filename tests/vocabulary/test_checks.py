"""The checks: each code from a document that deserves it, real documents, bounds, and any JSON value at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from learnwork.vocabulary.checks import MAX_DEPTH, MAX_FINDINGS, check
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.findings import FINDINGS

ROOT = Path(__file__).parents[2]
CTID = "ce-59e8d15f-7895-4346-a5a8-7a0739a3d344"
OTHER = "ce-d9a8ddae-ea6e-4f69-9c36-3f51a3104a0e"
HOST = "https://registry.example/resources/"


def course(**more: Any) -> dict[str, Any]:
    """A course without a flaw, and what is laid on top of it (name__term stands for name:term)."""
    base = {"@type": "ceterms:Course", "ceterms:ctid": CTID, "ceterms:name": {"en": "Welding"}}
    return base | {key.replace("__", ":"): value for key, value in more.items()}


def codes(document: Any) -> list[str]:
    return [issue.code for issue in check(document)]


def nested(depth: int) -> Any:
    inner: Any = CTID
    for _ in range(depth):
        inner = {"@type": "ceterms:Course", "ceterms:hasPart": inner}
    return inner


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": list(nodes)}


def framework(**more: Any) -> dict[str, Any]:
    base = {"@type": "ceasn:CompetencyFramework", "@id": HOST + CTID, "ceterms:ctid": CTID}
    return base | {key.replace("__", ":"): value for key, value in more.items()}


# What each code is found in. The documents on the right have the flaw mended and no findings.
FLAWS: dict[str, tuple[Any, Any]] = {
    "document-shape": ("text", course()),
    "document-deep": (
        course(ceterms__hasPart=nested(MAX_DEPTH)),
        course(ceterms__hasPart=nested(MAX_DEPTH - 1)),
    ),
    "document-large": (course(ceterms__description={"en": "x" * 200_001}), course()),
    "findings-cut": (
        course(ceterms__keyword=["word"] * (MAX_FINDINGS + 1)),
        course(ceterms__keyword={"en": ["word"]}),
    ),
    "ctid-missing": ({"@type": "ceterms:Course"}, course()),
    "ctid-malformed": (course(ceterms__ctid=CTID[3:]), course()),
    "ctid-case": (course(ceterms__ctid="ce-" + CTID[3:].upper()), course()),
    "ctid-version": (course(ceterms__ctid="ce-59e8d15f-7895-1346-a5a8-7a0739a3d344"), course()),
    "ctid-not-in-id": ({"@id": HOST + OTHER} | course(), {"@id": HOST + CTID} | course()),
    "ctid-twice": (graph(course(), course()), graph(course(), course(ceterms__ctid=OTHER))),
    "type-missing": ({"ceterms:ctid": CTID}, course()),
    "type-unknown": (course() | {"@type": "ceterms:Cuorse"}, course()),
    "property-unknown": (
        course(ceterms__descripton={"en": "Joining"}),
        course(ceterms__description={"en": "Joining"}),
    ),
    "domain-unexpected": (course(ceterms__legalName={"en": "Welding"}), course()),
    "range-unexpected": (
        course(ceterms__ownedBy={"@type": "ceterms:Course"}),
        course(ceterms__ownedBy={"@type": "ceterms:CredentialOrganization"}),
    ),
    "value-empty": (course(ceterms__description=None), course()),
    "list-in-list": (course(ceterms__ownedBy=[[CTID]]), course(ceterms__ownedBy=[CTID])),
    "text-bad": (course(ceterms__codedNotation=48.05), course(ceterms__codedNotation="48.05")),
    "language-map-missing": (course(ceterms__name="Welding"), course(ceterms__name={"en-US": "Welding"})),
    "language-tag-bad": (
        course(ceterms__name={"in English": "Welding"}),
        course(ceterms__inLanguage=["en", "es-MX"]),
    ),
    "language-value-bad": (
        course(ceterms__name={"en": 7}),
        course(ceterms__name={"en": ["Welding", "Joining"]}),
    ),
    "date-bad": (course(ceterms__dateEffective="0000-00-00"), course(ceterms__dateEffective="2024-02-29")),
    "date-partial": (
        course(ceterms__dateEffective="2024"),
        course(ceterms__dateEffective="2024-01-01T10:00:00Z"),
    ),
    "duration-bad": (
        course(
            ceterms__estimatedDuration={
                "@type": "ceterms:DurationProfile",
                "ceterms:exactDuration": "two years",
            }
        ),
        course(
            ceterms__estimatedDuration={"@type": "ceterms:DurationProfile", "ceterms:exactDuration": "P1Y6M"}
        ),
    ),
    "number-bad": (
        course(ceterms__estimatedCost=[{"@type": "ceterms:CostProfile", "ceterms:price": "1,200"}]),
        course(ceterms__estimatedCost=[{"@type": "ceterms:CostProfile", "ceterms:price": 1200}]),
    ),
    "number-negative": (
        course(ceterms__estimatedCost=[{"@type": "ceterms:CostProfile", "ceterms:price": -1.0}]),
        course(ceterms__estimatedCost=[{"@type": "ceterms:CostProfile", "ceterms:price": 0}]),
    ),
    "boolean-bad": (course(ceterms__isNonCredit="no"), course(ceterms__isNonCredit=False)),
    "uri-unsafe": (
        course(ceterms__subjectWebpage="java\tscript:alert(1)"),
        course(ceterms__subjectWebpage="https://college.example/welding"),
    ),
    "uri-bad": (
        course(ceterms__subjectWebpage="college dot example"),
        course(ceterms__subjectWebpage=HOST + CTID),
    ),
    "concept-unknown": (
        course(ceterms__deliveryType="deliveryType:Online"),
        course(ceterms__deliveryType=CTID),
    ),
    "concept-elsewhere": (
        course(ceterms__deliveryType=["audience:FullTime"]),
        course(ceterms__deliveryType=["deliveryType:OnlineOnly"]),
    ),
    "reference-dangling": (
        course(ceterms__ownedBy=["_:owner"]),
        graph(
            course(ceterms__ownedBy=["_:owner"]),
            {"@id": "_:owner", "@type": "ceterms:CredentialOrganization"},
        ),
    ),
    "framework-elsewhere": (
        graph(
            framework(), {"@type": "ceasn:Competency", "ceterms:ctid": OTHER, "ceasn:isPartOf": HOST + OTHER}
        ),
        graph(
            framework(), {"@type": "ceasn:Competency", "ceterms:ctid": OTHER, "ceasn:isPartOf": [HOST + CTID]}
        ),
    ),
    "inverse-mismatch": (
        graph(course(ceterms__hasPart=[OTHER]), course(ceterms__ctid=OTHER, ceterms__isPartOf=["ce-nobody"])),
        graph(course(ceterms__hasPart=[OTHER]), course(ceterms__ctid=OTHER, ceterms__isPartOf=[CTID])),
    ),
}
FLAWS["inverse-mismatch"][0]["@graph"][1]["ceterms:isPartOf"] = [
    HOST + "ce-79298677-d0e4-4799-853a-a633d9071826"
]


def test_every_code_has_a_flaw_here() -> None:
    assert FLAWS.keys() == FINDINGS.keys()


@pytest.mark.parametrize("code", FLAWS)
def test_each_flaw_is_found_once_and_its_mend_ends_it(code: str) -> None:
    flawed, mended = FLAWS[code]
    found = check(flawed, "file.json")
    assert [issue for issue in found if issue.code == code], found
    assert {issue.code for issue in found} <= {code, "language-map-missing"}
    assert check(mended) == []
    for issue in found:
        assert issue.severity == FINDINGS[issue.code].severity
        assert issue.place.startswith("file.json#")
        assert issue.message.endswith(".")
        assert issue.hint


def test_the_reference_lists_every_code_as_it_is() -> None:
    text = (ROOT / "docs/reference/checks.md").read_text("utf-8")
    for finding in FINDINGS.values():
        assert f"| `{finding.code}` | {finding.severity} | {finding.meaning} | {finding.mend} |" in text
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == FINDINGS.keys()


def test_places_are_json_pointers_behind_the_file() -> None:
    document = [course(), course(ceterms__ctid=OTHER, ceterms__keyword=[{"en": "a"}, "b"])]
    (issue,) = check(document, "in.json:3")
    assert issue.place == "in.json:3#/1/ceterms:keyword/1"
    (issue,) = check(course(**{"https://a.example/x~y": None}))
    assert issue.place == "/https:~1~1a.example~1x~0y"


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        (course(ceterms__descripton={"en": "x"}), "Did you mean ceterms:description?"),
        (course(name="x"), "Did you mean ceterms:name?"),
        (course(schema__name="x"), "Did you mean ceterms:name?"),
        (course() | {"@type": "ceterms:course"}, "Did you mean ceterms:Course?"),
        (course(ceterms__deliveryType="deliveryType:OnlineOnyl"), "Did you mean deliveryType:OnlineOnly?"),
        (course(ceterms__ctid=CTID[3:]), f"Write {CTID}, if that is the CTID."),
        (course(ceterms__zzzzzzzzzz="x"), FINDINGS["property-unknown"].mend),
        (course(**{"ceterms:" + "z" * 5000: "x"}), FINDINGS["property-unknown"].mend),
    ],
)
def test_a_mend_names_what_was_probably_meant(document: dict[str, Any], hint: str) -> None:
    (issue,) = check(document)
    assert issue.hint == hint


def test_a_version_5_uuid_is_ours_only_without_an_id() -> None:
    derived = derived_ctid("cip2020", "48.0508")
    assert codes(course(ceterms__ctid=derived)) == []
    assert codes(course(ceterms__ctid=derived) | {"@id": HOST + derived}) == ["ctid-version"]


@pytest.mark.parametrize(
    "value",
    [
        "deliveryType:OnlineOnly",
        {"@id": "deliveryType:OnlineOnly"},
        "https://purl.org/ctdl/vocabs/deliveryType/OnlineOnly",
        {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "deliveryType:OnlineOnly"},
        {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNode": {"@id": "deliveryType:OnlineOnly"},
        },
        {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": "On the web"}},
        {"@type": "skos:Concept", "@id": "_:mine", "skos:prefLabel": {"en": "By post"}},
        CTID,
        HOST + CTID,
    ],
)
def test_a_concept_may_be_given_in_every_way_that_is_met(value: Any) -> None:
    assert codes(course(ceterms__deliveryType=[value])) == []


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", " JavaScript:x", "data:text/html,x", "java\nscript:x", "file:/x"]
)
@pytest.mark.parametrize("term", ["ceterms:subjectWebpage", "ceterms:ownedBy", "nobody:link", "@id"])
def test_unsafe_addresses_are_errors_wherever_they_stand(value: str, term: str) -> None:
    assert "uri-unsafe" in codes(course(**{term: value}))


@pytest.mark.parametrize(
    "day",
    ["0000-00-00", "2023-02-30", "2023-13-01", "soon", "", "12/31/2024", "２０２４-01-01", "2024-01-01Tnoon"],
)
def test_days_that_no_calendar_has(day: str) -> None:
    assert codes(course(ceterms__dateEffective=day)) == ["date-bad"]


@pytest.mark.parametrize("text", ["P", "PT", "P1", "1Y", "PY", "P1H", "two"])
def test_durations_that_are_none(text: str) -> None:
    profile = {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": text}
    assert codes(course(ceterms__estimatedDuration=profile)) == ["duration-bad"]


def test_numbers_that_json_should_not_have() -> None:
    for value in (float("nan"), float("inf"), True, "12"):
        cost = {"@type": "ceterms:CostProfile", "ceterms:price": value}
        assert codes(course(ceterms__estimatedCost=cost)) == ["number-bad"], value
    cost = {"@type": "ceterms:CostProfile", "ceterms:price": 10**400}
    assert codes(course(ceterms__estimatedCost=cost)) == []


def test_a_context_inside_the_document_is_not_taken_for_data() -> None:
    document = {"@context": {"ceterms:x": {"@type": "@id"}}} | course()
    assert codes(document) == []
    assert codes({"@context": {"ceterms:x": {"@type": "@id"}}, "@graph": [course()]}) == []


def test_unknown_terms_are_kept_and_what_is_inside_is_still_checked() -> None:
    document = course(nobody__thing={"@type": "ceterms:CostProfile", "ceterms:price": -1})
    assert codes(document) == ["property-unknown", "number-negative"]
    assert document["nobody:thing"] == {"@type": "ceterms:CostProfile", "ceterms:price": -1}


# Real documents ---------------------------------------------------------------------------------------------

EXPECTED = {
    "bug_class_250_bare_uuid_for_ctid": {"ctid-malformed"},
    "bug_class_252_wrong_framework_identifier": {"framework-elsewhere", "range-unexpected"},
    "clean_framework": set(),
    "clean_optional_only": {"ctid-missing"},
    "clean_single_entity": set(),
    "external_reference": set(),
    "ctid_warnings": {"ctid-case", "ctid-version"},
    "domain_violation": {"domain-unexpected", "ctid-missing"},
    "inverse_mismatch": {"inverse-mismatch"},
    "unresolved_bnode": {"reference-dangling"},
}


@pytest.mark.big
@pytest.mark.parametrize("name", EXPECTED)
def test_fixtures_of_another_validator_give_what_their_names_promise(name: str, shared_data: Path) -> None:
    folder = shared_data / "ctdl/documents/ChelseaKR+ctdl-validate/tests/fixtures"
    found = check(json.loads((folder / f"{name}.json").read_bytes()))
    assert {issue.code for issue in found} == EXPECTED[name]
    if name.startswith("clean"):
        assert not [issue for issue in found if issue.severity == "error"]


@pytest.mark.big
def test_all_49_real_documents_are_judged(shared_data: Path) -> None:
    files = sorted((shared_data / "ctdl/documents").rglob("*.json"))
    assert len(files) == 49
    for path in files:
        found = check(json.loads(path.read_text("utf-8-sig")), path.name)
        assert len(found) <= MAX_FINDINGS, path.name
        assert all(issue.place.startswith(f"{path.name}#") for issue in found)
        errors = {issue.code for issue in found if issue.severity == "error"}
        assert errors <= {"ctid-malformed", "reference-dangling", "uri-unsafe"}, (path.name, errors)
