"""Every rule of the data model, broken one at a time; good documents break none."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from learnwork.records.check_codes import CHECKS
from learnwork.records.data_model import (
    V1,
    V2,
    Fault,
    faults_of_credential,
    faults_of_envelope,
    faults_of_presentation,
    is_url,
)

EMPTY = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # of no bytes
GOOD: dict[str, Any] = {
    "@context": [V2],
    "id": "urn:uuid:7c0c2b5e-3c8b-4f43-9f4e-0d2f4f1f7a11",
    "type": ["VerifiableCredential"],
    "name": {"@value": "Welding", "@language": "en", "@direction": "ltr"},
    "description": [{"@value": "Welding", "@language": "en"}, {"@value": "Soldadura", "@language": "es"}],
    "issuer": {"id": "https://college.example/", "name": "A college"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2027-01-01T00:00:00+05:30",
    "credentialSubject": [{"id": "did:example:ana"}, {"name": "Ana"}],
    "credentialSchema": {"id": "https://college.example/schema.json", "type": "JsonSchema"},
    "credentialStatus": {"type": "BitstringStatusListEntry"},
    "relatedResource": {
        "id": "https://college.example/a.png",
        "digestSRI": EMPTY,
    },
    "refreshService": {"id": "https://college.example/refresh", "type": "Refresh"},
    "termsOfUse": [{"type": "Policy"}],
    "evidence": [{"type": "Evidence", "id": "https://college.example/e"}],
}
BROKEN: dict[str, list[tuple[str, Any]]] = {
    "context-missing": [("@context", None)],
    "context-first": [("@context", []), ("@context", ["https://x.example/c", V2]), ("@context", "https://x.example/c")],
    "context-list": [("@context", V2)],
    "context-mixed": [("@context", [V2, V1])],
    "context-entry": [("@context", [V2, 7]), ("@context", [V2, "not a url"])],
    "id-not-url": [
        ("id", None),
        ("id", "https ://x.example/"),
        ("id", ["urn:a:b", "urn:c:d"]),
        ("id", 5),
        ("credentialSubject", {"id": "Ana"}),
        ("credentialSubject", {"id": ["did:example:a", "did:example:b"]}),
    ],
    "type-missing": [("type", None), ("type", [])],
    "type-form": [("type", ["VerifiableCredential", 4]), ("type", ["VerifiableCredential", ""])],
    "type-base": [("type", ["OpenBadgeCredential"])],
    "language-value": [
        ("name", {"@value": "x", "@language": "en", "url": "did:example:a"}),
        ("description", {"@language": "en"}),
        ("name", 5),
        ("name", {"@value": "x", "@language": "not a tag"}),
        ("name", {"@value": "x", "@direction": "up"}),
        ("issuer", {"id": "https://x.example/", "name": {"en": "x"}}),
    ],
    "issuer-missing": [("issuer", None)],
    "issuer-not-url": [
        ("issuer", "fake-issuer"),
        ("issuer", {"id": None}),
        ("issuer", {"name": "x"}),
        ("issuer", []),
        ("issuer", ["https://a.example/", "https://b.example/"]),
    ],
    "subject-missing": [("credentialSubject", None), ("credentialSubject", [])],
    "subject-form": [("credentialSubject", "did:example:a")],
    "subject-empty": [("credentialSubject", {}), ("credentialSubject", [{"id": "did:example:a"}, {}])],
    "date-form": [("validFrom", "Sat 25 Feb 2023"), ("validUntil", 5), ("validFrom", "2026-02-30T00:00:00Z")],
    "date-zone": [("validFrom", "2026-01-01T00:00:00")],
    "date-order": [("validUntil", "2025-01-01T00:00:00Z")],
    "status-form": [("credentialStatus", {"id": "https://x.example/1"}), ("credentialStatus", "https://x.example")],
    "refresh-form": [("refreshService", {"id": "https://x.example/1"})],
    "terms-of-use-form": [("termsOfUse", {"id": "did:example:terms"})],
    "evidence-form": [("evidence", "https://x.example/1"), ("evidence", [{"id": "https://x.example/1"}])],
    "render-form": [("renderMethod", {"id": "https://x.example/1"})],
    "confidence-form": [("confidenceMethod", {"id": "https://x.example/1"})],
    "schema-form": [
        ("credentialSchema", {"type": "JsonSchema", "id": "https ://x"}),
        ("credentialSchema", {"id": "urn:a:b"}),
    ],
    "proof-form": [("proof", "z123"), ("proof", [{"proofValue": "z123"}])],
    "related-form": [("relatedResource", ["https://x.example/"])],
    "related-id": [("relatedResource", {"digestSRI": EMPTY})],
    "related-twice": [("relatedResource", [{"id": "urn:a:b", "digestSRI": EMPTY}] * 2)],
    "related-digest-missing": [("relatedResource", {"id": "urn:a:b", "mediaType": "text/plain"})],
    "related-digest-form": [
        ("relatedResource", {"id": "urn:a:b", "digestSRI": "sha256-" + "ab" * 32}),
        ("relatedResource", {"id": "urn:a:b", "digestSRI": "md5-47DEQpj8HBSa"}),
        ("relatedResource", {"id": "urn:a:b", "digestMultibase": "uZTQ0MjM1NiAgcmVwb3J0cw"}),
        ("relatedResource", {"id": "urn:a:b", "digestMultibase": ["z1"]}),
    ],
}  # fmt: skip


def codes(faults: list[Fault]) -> set[str]:
    return {fault.code for fault in faults}


def test_a_good_credential_breaks_no_rule():
    assert faults_of_credential(GOOD) == []


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [(code, name, value) for code, cases in BROKEN.items() for name, value in cases],
)
def test_each_broken_rule_has_its_code(code: str, name: str, value: Any):
    document = copy.deepcopy(GOOD)
    if value is None and name not in ("id", "issuer"):
        del document[name]
    else:
        document[name] = value
    found = faults_of_credential(document)
    assert codes(found) == {code}
    assert code in CHECKS
    assert all(fault.sentence.endswith(".") and fault.place.startswith("/") for fault in found)


def test_version_1_asks_for_the_date_of_issue():
    document = {
        "@context": [V1],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:a",
        "credentialSubject": {"a": 1},
    }
    assert codes(faults_of_credential(document)) == {"date-missing"}
    assert faults_of_credential({**document, "issuanceDate": "2020-01-01T00:00:00Z"}) == []
    late = {**document, "issuanceDate": "2020-01-01T00:00:00Z", "expirationDate": "2019-01-01T00:00:00Z"}
    assert codes(faults_of_credential(late)) == {"date-order"}


def test_presentations_have_rules_of_their_own():
    good: dict[str, Any] = {"@context": [V2], "type": ["VerifiablePresentation"]}
    assert faults_of_presentation(good) == []
    assert codes(faults_of_presentation({**good, "holder": {"name": "Acme"}})) == {"holder-not-url"}
    assert codes(faults_of_presentation({**good, "type": ["Other"]})) == {"type-base"}
    assert codes(faults_of_presentation({**good, "verifiableCredential": ["a.b.c"]})) == {"presented-form"}
    old = {"@context": [V1], "type": "VerifiablePresentation", "verifiableCredential": ["a.b.c"]}
    assert faults_of_presentation(old) == []


def test_an_envelope_is_exactly_one():
    good = {"@context": V2, "id": "data:application/vc+jwt,a.b.c", "type": "EnvelopedVerifiableCredential"}
    assert faults_of_envelope(good) == []
    assert codes(faults_of_envelope({**good, "@context": []})) == {"context-first"}
    assert codes(faults_of_envelope({**good, "id": "a.b.c"})) == {"envelope-id"}
    assert codes(faults_of_envelope({**good, "type": ["EnvelopedVerifiableCredential", "Other"]})) == {
        "envelope-type"
    }


@pytest.mark.parametrize(
    "text", ["https://a.example/b", "did:key:z6Mk", "urn:uuid:1", "data:text/plain,a", "http://1.2.3.4"]
)
def test_urls(text: str):
    assert is_url(text)


@pytest.mark.parametrize(
    "text",
    ["", "fake", "https ://a", "https://", "//a.example", "a b:c", "https://a b", 5, None, ["urn:a:b"]],
)
def test_what_is_no_url(text: object):
    assert not is_url(text)


def _official(shared_data: Path) -> list[tuple[str, dict[str, Any]]]:
    folder = shared_data / "records" / "vectors" / "vcdm2"
    return [(path.stem, json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


# What these break is found by the contexts in safe mode, not by the data model alone.
BY_CONTEXT = {"credential-redef-type2-fail", "credential-type-unmapped-fail"}


@pytest.mark.big
def test_the_inputs_of_the_official_suite(shared_data: Path):
    seen = 0
    for name, document in _official(shared_data):
        if name in BY_CONTEXT:
            continue
        if name.startswith("presentation"):
            found = faults_of_presentation(document)
            for each in document.get("verifiableCredential", []):
                found += (
                    faults_of_credential(each)
                    if isinstance(each, dict) and "credentialSubject" in each
                    else []
                )
        else:
            issuer = document.setdefault(
                "issuer", {"id": "did:example:issuer"}
            )  # the suite leaves it to the issuer
            if isinstance(issuer, dict):
                issuer.setdefault("id", "did:example:issuer")
            for date, said in (("validFrom", "2030-01-01T00:00:00Z"), ("validUntil", "2020-01-01T00:00:00Z")):
                if "DATE" in str(document.get(date)):
                    document[date] = said
            found = faults_of_credential(document)
        assert bool(found) == name.endswith("-fail"), (name, found)
        seen += 1
    assert seen == 48
