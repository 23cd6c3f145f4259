"""What the suites of the EdDSA and ECDSA cryptosuites ask of an issuer and a verifier, in our own cases."""

from __future__ import annotations

import base64
import os
import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest

from learnwork.records import contexts
from learnwork.records.canonical import canonize
from learnwork.records.dids import method_of
from learnwork.records.fetching import NoNetwork
from learnwork.records.multibase import base58_encode, multibase_decode
from learnwork.records.proofs import add_proof

pytestmark = pytest.mark.django_db
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"
LICENCE_1 = "https://w3id.org/vdl/v1"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
CREDENTIALS: dict[str, dict[str, Any]] = {
    "1.1": {
        "@context": [V1, INTEGRITY],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuanceDate": "2024-03-15T19:23:24Z",
        "credentialSubject": {"id": "did:example:learner"},
    },
    "2.0": {
        "@context": [V2],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:learner", "name": "Ana"},
    },
}
PROVEN = [
    ("eddsa-rdfc-2022", None, 64, 34),
    ("eddsa-jcs-2022", None, 64, 34),
    ("ecdsa-rdfc-2019", "P-256", 64, 35),
    ("ecdsa-rdfc-2019", "P-384", 96, 51),
    ("ecdsa-jcs-2019", "P-256", 64, 35),
    ("ecdsa-jcs-2019", "P-384", 96, 51),
]
SELECTIVE = "ecdsa-sd-2023"
MANDATORY = {"1.1": ["/issuer", "/issuanceDate"], "2.0": ["/issuer"]}
ALL = [*((suite, kind) for suite, kind, _, _ in PROVEN), (SELECTIVE, None)]


def recent() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize("version", CREDENTIALS)
@pytest.mark.parametrize(("suite", "kind", "signature", "key"), PROVEN)
def test_the_form_of_a_proof(
    harness: Any, suite: str, kind: Any, signature: int, key: int, version: str
) -> None:
    api = harness(suite, kind)
    record = api.issued(CREDENTIALS[version])
    proof = record["proof"]
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof",
        suite,
        "assertionMethod",
    )
    assert STAMP.fullmatch(proof["created"])
    assert V2 in record["@context"] or INTEGRITY in record["@context"]
    assert proof["proofValue"].startswith("z")
    assert len(multibase_decode(proof["proofValue"], prefixes="z")) == signature
    method = method_of(
        proof["verificationMethod"], purpose=proof["proofPurpose"], fetcher=NoNetwork(), now=recent()
    )
    multibase = method.key.to_multibase()
    assert multibase.startswith("z")
    assert len(multibase_decode(multibase, prefixes="z")) == key
    assert method.controller == api.issuer.did
    assert api.verify(record).status_code == 200
    said = {name: proof[name] for name in ("type", "cryptosuite", "verificationMethod")}
    described = {"@context": record["@context"], **said}
    statements = canonize(described)
    assert "<https://w3id.org/security#DataIntegrityProof>" in statements
    assert (
        f'<https://w3id.org/security#cryptosuite> "{suite}"^^<https://w3id.org/security#cryptosuiteString>'
        in statements
    )


def prepared(harness: Any, suite: str, kind: Any, version: str = "2.0") -> tuple[Any, dict[str, Any]]:
    """A harness, and a record as it is shown: of a base proof of selective disclosure, the part that is derived."""
    api = harness(suite, kind)
    if suite != SELECTIVE:
        return api, api.issued(CREDENTIALS[version])
    record = api.issued(CREDENTIALS[version], mandatoryPointers=MANDATORY[version])
    answer = api.derive(record, "/credentialSubject")
    assert answer.status_code == 201
    return api, answer.json()["verifiableCredential"]


@pytest.mark.parametrize("version", CREDENTIALS)
@pytest.mark.parametrize(("suite", "kind"), ALL)
def test_proofs_that_are_refused(harness: Any, suite: str, kind: Any, version: str) -> None:
    api, record = prepared(harness, suite, kind, version)
    assert api.verify(record).status_code == 200
    value = record["proof"]["proofValue"]

    def refused(change: dict[str, Any], **options: Any) -> None:
        proof = {name: said for name, said in {**record["proof"], **change}.items() if said != "gone"}
        answer = api.verify({**record, "proof": proof}, **options)
        assert answer.status_code == 400, (change, options)
        assert answer.json()["detail" if "detail" in answer.json() else "errors"]

    for change in (
        {"type": "gone"},
        {"type": "UnknownProofType"},
        {"type": ""},
        {"cryptosuite": "gone"},
        {"cryptosuite": "UnknownCryptosuite"},
        {"cryptosuite": ""},
        {"cryptosuite": "eddsa-rdfc-2022" if suite.startswith("ecdsa") else "ecdsa-rdfc-2019"},
        {"verificationMethod": "gone"},
        {"verificationMethod": "did:key:invalidVm"},
        {"verificationMethod": 5},
        {"proofPurpose": "gone"},
        {"proofPurpose": "invalidPurpose"},
        {"proofPurpose": "authentication"},
        {"proofValue": "gone"},
        {"proofValue": None},
        {"proofValue": value[1:]},
        {"proofValue": "a"},
        {"proofValue": f"{value[0]}{value[1:]}1111"},
        {"created": "invalidDate"},
        {"created": "2024-01-01T00:00:00"},
        {"created": "2023-01-01T00:00:00Z"},
        {"expires": "2090-01-01T00:00:00"},
        {"expires": "2020-01-01T00:00:00Z"},
        {"previousProof": "urn:uuid:of-no-proof"},
        {"previousProof": ["urn:uuid:of-no-proof"]},
        {"previousProof": 5},
    ):
        refused(change)
    refused({}, expectedProofPurpose="authentication")
    for whole in (
        {**record, "proof": None},
        {name: said for name, said in record.items() if name != "proof"},
    ):
        assert api.verify(whole).status_code == 400
    changed = deepcopy(record)
    changed["credentialSubject"]["id"] = "urn:invalid"
    assert api.verify(changed).status_code == 400


@pytest.mark.parametrize(("suite", "kind"), ALL[:-1])
def test_signed_times_are_held_to(signer: Any, harness: Any, suite: str, kind: Any) -> None:
    """Proofs that are signed with a wrong time, domain or purpose: the signature is right, the rest is not."""
    who, api = signer(kind or "Ed25519"), harness(suite, kind)
    document = {**CREDENTIALS["2.0"], "issuer": who.did}

    def answer(**more: Any) -> int:
        made = {"created": recent(), **more}
        signed = add_proof(document, key=who.key, suite=suite, method=who.method, **made)
        return int(api.verify(signed).status_code)

    assert answer() == 200
    assert answer(created=None) == 200
    assert answer(created=recent() - timedelta(days=365)) == 200
    assert answer(expires=recent() + timedelta(days=1)) == 200
    assert answer(expires=recent() - timedelta(days=1)) == 400
    assert answer(purpose="authentication", domain="invalid.example", challenge="1235abcd6789") == 400
    assert answer(purpose="capabilityInvocation") == 400


@pytest.mark.parametrize(("suite", "kind"), ALL[:-1])
def test_proof_sets_and_chains(signer: Any, harness: Any, suite: str, kind: Any) -> None:
    who, api = signer(kind or "Ed25519"), harness(suite, kind)
    document = {**CREDENTIALS["2.0"], "issuer": who.did}
    names = [f"urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc454{number}" for number in range(2)]
    more = {"key": who.key, "suite": suite, "method": who.method, "created": recent()}
    one = add_proof(document, proof_id=names[0], **more)
    chain = add_proof(one, proof_id=names[1], previous=names[0], **more)
    listed = add_proof(one, proof_id=names[1], previous=[names[0]], **more)
    beside = add_proof(one, proof_id=names[1], **more)
    for good in (chain, listed, beside):
        assert api.verify(good).status_code == 200
    for number in range(2):
        broken = deepcopy(chain)
        broken["proof"][number]["id"] = "urn:uuid:d8a0e0ba-61f1-4a0a-9a1f-3fb1a6d2b1d5"
        assert api.verify(broken).status_code == 400
    for previous in ([names[0], "urn:uuid:of-no-proof"], 7, [names[1]]):
        broken = deepcopy(listed)
        broken["proof"][1]["previousProof"] = previous
        assert api.verify(broken).status_code == 400


# Selective disclosure -----------------------------------------------------------------------------------------

LICENCE: dict[str, Any] = {
    "@context": [V2, {"@vocab": "https://example.org/sailing#"}],
    "type": ["VerifiableCredential"],
    "credentialSubject": {
        "sailNumber": "Earth101",
        "sails": [
            {"size": 5.5, "sailName": "Kihei", "year": 2023},
            {"size": 6.1, "sailName": "Lahaina", "year": 2023},
            {"size": 7, "sailName": "Lahaina", "year": 2020},
            {"size": 7.8, "sailName": "Lahaina", "year": 2023},
        ],
        "boards": [
            {"boardName": "CompFoil170", "brand": "Wailea", "year": 2022},
            {"boardName": "Kanaha Custom", "brand": "Wailea", "year": 2019},
        ],
    },
}  # fmt: skip
ALWAYS = [
    "/issuer",
    "/credentialSubject/sailNumber",
    "/credentialSubject/sails/1",
    "/credentialSubject/boards/0/year",
    "/credentialSubject/sails/2",
]
CHOICES = [
    (),
    ("/credentialSubject/boards/0", "/credentialSubject/boards/1"),
    ("/credentialSubject/sails",),
    ("/credentialSubject/sails/0", "/credentialSubject/sails/3"),
    ("/credentialSubject/sails/3/size",),
    ("/credentialSubject",),
]


@pytest.mark.parametrize("with_id", [True, False])
@pytest.mark.parametrize("pointers", CHOICES)
def test_what_is_derived_verifies(harness: Any, pointers: tuple[str, ...], with_id: bool) -> None:
    api = harness(SELECTIVE)
    whole = {**LICENCE, "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"} if with_id else LICENCE
    record = api.issued(whole, mandatoryPointers=ALWAYS)
    proof = record["proof"]
    raw = base64.urlsafe_b64decode(proof["proofValue"][1:] + "==")
    assert (proof["proofValue"][:4], raw[:3]) == ("u2V0", b"\xd9\x5d\x00")
    parts = cbor2.loads(raw[3:])
    assert [type(part) for part in parts] == [bytes, bytes, bytes, list, list]
    assert (len(parts[0]), len(parts[1]), len(parts[2]), parts[4]) == (64, 35, 32, ALWAYS)
    assert api.verify(record).status_code == 400, "a base proof is for the holder alone"
    answer = api.derive(record, *pointers)
    assert answer.status_code == 201
    shown = answer.json()["verifiableCredential"]
    assert shown["credentialSubject"]["sails"]
    found = api.verify(shown)
    assert (found.status_code, found.json()["errors"]) == (200, [])
    changed = deepcopy(shown)
    changed["credentialSubject"]["sailNumber"] = "Mars7"
    assert api.verify(changed).status_code == 400


def test_pointers_that_point_nowhere_are_refused(harness: Any) -> None:
    api = harness(SELECTIVE)
    for pointer in (
        "/non/existent/path",
        "/credentialSubject/sails/9",
        "credentialSubject",
        "/credentialSubject/sails/x",
    ):
        assert api.issue(LICENCE, mandatoryPointers=[pointer]).status_code == 400, pointer
    assert api.issue(LICENCE, mandatoryPointers="/issuer").status_code == 400
    record = api.issued(LICENCE, mandatoryPointers=["/issuer"])
    assert api.derive(record, "/non/existent/path").status_code == 400
    assert api.derive({**record, "proof": None}, "/credentialSubject").status_code == 400
    assert api.derive("text", "/credentialSubject").status_code == 400


def _with_parts(proof: dict[str, Any], change: Any, header: bytes = b"\xd9\x5d\x01") -> dict[str, Any]:
    parts = cbor2.loads(base64.urlsafe_b64decode(proof["proofValue"][1:] + "==")[3:])
    parts = change(parts)
    raw = header + (parts if isinstance(parts, bytes) else cbor2.dumps(parts))
    return {**proof, "proofValue": "u" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}


CHANGES = {
    "header of a base proof": (lambda parts: parts, b"\xd9\x5d\x00"),
    "no header": (lambda parts: parts, b""),
    "no list": (lambda parts: {"0": parts}, b"\xd9\x5d\x01"),
    "four parts": (lambda parts: parts[:4], b"\xd9\x5d\x01"),
    "short signature": (lambda parts: [parts[0][:-1], *parts[1:]], b"\xd9\x5d\x01"),
    "key of another length": (lambda parts: [parts[0], parts[1] + b"1", *parts[2:]], b"\xd9\x5d\x01"),
    "a text among signatures": (lambda parts: [*parts[:2], [*parts[2], "x"], *parts[3:]], b"\xd9\x5d\x01"),
    "one signature less": (lambda parts: [*parts[:2], parts[2][:-1], *parts[3:]], b"\xd9\x5d\x01"),
    "one signature more": (lambda parts: [*parts[:2], [*parts[2], os.urandom(64)], *parts[3:]], b"\xd9\x5d\x01"),
    "a text as label": (lambda parts: [*parts[:3], {**parts[3], "push": "x"}, parts[4]], b"\xd9\x5d\x01"),
    "a text as index": (lambda parts: [*parts[:4], ["0", *parts[4][1:]]], b"\xd9\x5d\x01"),
    "tagged": (lambda parts: cbor2.CBORTag(18, parts), b"\xd9\x5d\x01"),
    "no CBOR": (lambda parts: b"\xff\xff", b"\xd9\x5d\x01"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_derived_proof_of_another_shape_is_refused(harness: Any, name: str) -> None:
    api = harness(SELECTIVE)
    shown = api.derive(api.issued(LICENCE, mandatoryPointers=ALWAYS), "/credentialSubject/boards").json()[
        "verifiableCredential"
    ]
    change, header = CHANGES[name]
    assert api.verify({**shown, "proof": _with_parts(shown["proof"], change, header)}).status_code == 400


def test_a_key_that_is_not_the_issuers_is_told_and_not_called_verified(signer: Any, harness: Any) -> None:
    """The record was processed, hence 200; `verified` is false, and why stands among the warnings."""
    who, api = signer("P-256"), harness("ecdsa-rdfc-2019", "P-256")
    document = {**CREDENTIALS["2.0"], "issuer": "https://college.example/issuers/1"}
    signed = add_proof(document, key=who.key, suite="ecdsa-rdfc-2019", method=who.method, created=recent())
    answer = api.verify(signed)
    assert (answer.status_code, answer.json()["verified"], answer.json()["errors"]) == (200, False, [])
    assert "issuer-bound" in [said["code"] for said in answer.json()["warnings"]]
    broken = {**signed, "issuer": "https://college.example/issuers/2"}
    assert api.verify(broken).status_code == 400
    late = {**document, "validUntil": "2020-01-01T00:00:00Z"}
    expired = add_proof(late, key=who.key, suite="ecdsa-rdfc-2019", method=who.method, created=recent())
    assert api.verify(expired).status_code == 400


def test_signatures_of_other_lengths_are_refused(harness: Any) -> None:
    for suite, kind, length, _ in PROVEN:
        api = harness(suite, kind)
        record = api.issued(CREDENTIALS["2.0"])
        raw = multibase_decode(record["proof"]["proofValue"], prefixes="z")
        for value in (raw + os.urandom(32), raw[:-1], b"", os.urandom(length)):
            proof = {**record["proof"], "proofValue": "z" + base58_encode(value)}
            assert api.verify({**record, "proof": proof}).status_code == 400, (suite, len(value))


def test_the_contexts_that_the_suites_use_are_known() -> None:
    assert {V1, V2, INTEGRITY, LICENCE_1, "https://w3id.org/citizenship/v4rc1"} <= contexts.table().keys()
