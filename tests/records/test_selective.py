"""ecdsa-sd-2023: what an issuer signs, a holder shows and a verifier sees; with the vector of the W3C, step by step."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnwork.records import selective
from learnwork.records.canonical import canonize
from learnwork.records.fetching import NoNetwork
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base64url_decode, base64url_encode
from learnwork.records.pointers import select, steps_of, value_at
from learnwork.records.proof_errors import PointerError, ProofError, ProofMissingError, ProofValueError
from learnwork.records.proofs import ProofResult, add_proof, verify_proofs

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
DID = f"did:key:{KEY.public.to_multibase()}"
METHOD = f"{DID}#{KEY.public.to_multibase()}"
MANDATORY = ["/issuer", "/validFrom"]
CHOICES = [
    "/name",
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement/alignment/0",
    "/credentialSubject/achievement/alignment/1/targetName",
    "/credentialSubject/achievement/alignment/2",
    "/credentialSubject/achievement/criteria",
    "/credentialSubject/achievement/description",
    "/evidence/1",
    "/credentialSubject",
]


def alignment(name: str) -> dict[str, Any]:
    return {"type": ["Alignment"], "targetName": name, "targetUrl": f"https://frameworks.example/{name}"}


def a_badge(**changes: Any) -> dict[str, Any]:
    badge = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:0b7f1f9e-0a6f-4b5e-9a8c-3f6e1a2b4c5d",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Welding, first certificate",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Riverside College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://college.example/achievements/welding",
                "type": ["Achievement"],
                "name": "Welding",
                "description": "Joins steel by three methods.",
                "criteria": {"narrative": "Passes the practical test."},
                "alignment": [alignment("safety"), alignment("welding"), alignment("reading")],
            },
        },
        "evidence": [{"type": ["Evidence"], "name": "Photograph"}, {"type": ["Evidence"], "name": "Report"}],
    }
    return badge | changes


def issue(document: dict[str, Any] | None = None, mandatory: list[str] = MANDATORY) -> dict[str, Any]:
    return add_proof(
        document or a_badge(),
        key=KEY,
        suite="ecdsa-sd-2023",
        method=METHOD,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        mandatory=mandatory,
    )


BASE = issue()


def check(document: dict[str, Any]) -> ProofResult:
    (result,) = verify_proofs(document, fetcher=NoNetwork(), now=NOW)
    return result


def code_of(document: dict[str, Any]) -> str:
    error = check(document).error
    assert error is not None
    return error.code


def test_it_works():
    shown = selective.derive(BASE, ["/credentialSubject/achievement/name"])
    assert check(shown).error is None
    assert check(shown).ok
    assert {name: value for name, value in shown.items() if name != "proof"} == {
        "@context": a_badge()["@context"],
        "id": a_badge()["id"],
        "type": a_badge()["type"],
        "issuer": a_badge()["issuer"],
        "validFrom": a_badge()["validFrom"],
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://college.example/achievements/welding",
                "type": ["Achievement"],
                "name": "Welding",
            },
        },
    }


@settings(max_examples=25)
@given(st.sets(st.sampled_from(CHOICES), min_size=1), st.sets(st.sampled_from([*MANDATORY, *CHOICES[:5]])))
def test_whatever_is_shown_verifies_and_nothing_else_is_there(chosen, mandatory):
    shown = selective.derive(issue(mandatory=sorted(mandatory)), sorted(chosen))
    assert check(shown).ok
    for pointer in chosen | mandatory:
        value_at_it = value_at(a_badge(), pointer)
        if not isinstance(value_at_it, dict) and "alignment" not in pointer:
            assert value_at(shown, pointer) == value_at_it
    hidden = "Photograph" in json.dumps(shown) and "/evidence/0" not in chosen | mandatory
    assert not hidden


def test_the_base_proof_is_not_for_a_verifier_but_holds():
    assert code_of(BASE) == "proof-base"
    unsecured = {name: value for name, value in BASE.items() if name != "proof"}
    selective.verify_base(unsecured, BASE["proof"], KEY.public)
    with pytest.raises(ProofError) as caught:
        selective.verify_base(unsecured | {"name": "other"}, BASE["proof"], KEY.public)
    assert caught.value.code == "signature-wrong"
    with pytest.raises(ProofError):
        selective.verify_base(unsecured, BASE["proof"], PrivateKey.generate("P-256").public)


def test_any_change_is_found():
    shown = selective.derive(BASE, CHOICES[:4])
    subject = shown["credentialSubject"]
    changes = [
        {"name": "other"},
        {"validFrom": "2025-01-01T00:00:00Z"},
        {"issuer": DID},
        {"validUntil": "2030-01-01T00:00:00Z"},
        {"credentialSubject": subject | {"id": "urn:invalid"}},
        {"proof": shown["proof"] | {"created": "2025-01-01T00:00:00Z"}},
    ]
    for change in changes:
        assert code_of(shown | change) in ("signature-wrong", "proof-value")
    for member in ("name", "validFrom", "credentialSubject"):
        without = {name: value for name, value in shown.items() if name != member}
        assert code_of(without) in ("signature-wrong", "proof-value")


def test_what_is_mandatory_cannot_be_left_out():
    derived = selective.derive(BASE, ["/name"])
    for member in ("validFrom", "issuer"):
        assert code_of({name: value for name, value in derived.items() if name != member}) in (
            "signature-wrong",
            "proof-value",
        )


def test_statements_of_two_records_cannot_be_mixed():
    one = selective.derive(issue(a_badge(name="one")), ["/name"])
    other = selective.derive(issue(a_badge(name="other")), ["/name"])
    assert code_of(one | {"name": "other"}) == "signature-wrong"
    assert code_of(one | {"proof": other["proof"]}) == "signature-wrong"


def repacked(change: Any, header: bytes = selective.DERIVED, end: bytes = b"") -> dict[str, Any]:
    shown = selective.derive(BASE, ["/credentialSubject/achievement/name"])
    parts = cbor2.loads(base64url_decode(shown["proof"]["proofValue"][1:])[3:])
    value = "u" + base64url_encode(header + cbor2.dumps(change(parts)) + end)
    return shown | {"proof": shown["proof"] | {"proofValue": value}}


def test_repacked_without_change_it_holds():
    assert check(repacked(lambda parts: parts)).ok


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:4],
        lambda parts: [*parts, 1],
        lambda parts: {"a": 1},
        lambda parts: 5,
        lambda parts: [parts[0][:63], *parts[1:]],
        lambda parts: [parts[0], parts[1][:34], *parts[2:]],
        lambda parts: [parts[0], b"\x80\x24\x02" + b"\xff" * 32, *parts[2:]],
        lambda parts: [*parts[:2], [one[:63] for one in parts[2]], *parts[3:]],
        lambda parts: [*parts[:3], {}, parts[4]],
        lambda parts: [*parts[:3], {str(k): v for k, v in parts[3].items()}, parts[4]],
        lambda parts: [*parts[:3], {k: v[:31] for k, v in parts[3].items()}, parts[4]],
        lambda parts: [*parts[:4], [-1]],
        lambda parts: [*parts[:4], [True]],
        lambda parts: [*parts[:4], [0, 0]],
        lambda parts: [*parts[:4], [9999]],
        lambda parts: [cbor2.CBORTag(64, parts[0]), *parts[1:]],
    ],
)
def test_a_derived_proof_of_another_form(change):
    assert code_of(repacked(change)) in ("proof-value", "signature-wrong")


def test_two_nodes_may_not_have_one_name():
    def merge(parts: list[Any]) -> list[Any]:
        return [*parts[:3], {**parts[3], 900: next(iter(parts[3].values()))}, parts[4]]

    assert code_of(repacked(merge)) == "proof-value"


@pytest.mark.parametrize(
    "value", ["", "u", "a", "z2V0B", "u2V0B", "u____", "u2V0A", None, 5, "u2V0B" + "A" * 3_000_000]
)
def test_a_value_that_is_none(value: Any):
    shown = selective.derive(BASE, ["/name"])
    assert code_of(shown | {"proof": shown["proof"] | {"proofValue": value}}) in ("proof-value", "proof-base")


def test_something_after_the_value_is_refused():
    assert code_of(repacked(lambda parts: parts, end=b"\0")) == "proof-value"
    assert code_of(repacked(lambda parts: parts, header=b"\xd9\x5d\x02")) == "proof-value"


def test_a_record_that_names_its_blank_nodes():
    evidence = [
        {"id": "_:photo", "type": ["Evidence"], "name": "Photograph"},
        {"type": ["Evidence"], "name": "Report"},
    ]
    base = issue(a_badge(evidence=evidence))
    for pointer in ("/evidence/0/name", "/evidence/0", "/evidence/1", "/name"):
        assert check(selective.derive(base, [pointer])).ok


def test_pointers_that_lead_nowhere():
    for pointer in ("/nowhere", "/evidence/2", "/evidence/-1", "/name/first", "name", "/~2", "/evidence/01"):
        with pytest.raises(PointerError):
            selective.derive(BASE, [pointer])
        with pytest.raises(PointerError):
            issue(mandatory=[pointer])
    with pytest.raises(PointerError):
        selective.derive(issue(mandatory=[]), [])


def test_a_record_without_a_base_proof_cannot_be_derived_from():
    with pytest.raises(ProofMissingError):
        selective.derive(a_badge(), ["/name"])
    with pytest.raises(ProofValueError):
        selective.derive(BASE | {"validFrom": None, "name": None}, ["/issuer"])
    with pytest.raises(ProofValueError):
        selective.derive(selective.derive(BASE, ["/name"]), ["/name"])


def test_selection():
    document = {
        "@context": ["c"],
        "id": "urn:a",
        "type": "T",
        "a": [{"id": "_:b", "x": 1, "y": 2}, {"x": 3}],
        "b": {"c": 4},
    }
    assert select(document, []) == {}
    assert select(document, [""]) == document
    assert select(document, ["/a/1/x"]) == {"@context": ["c"], "id": "urn:a", "type": "T", "a": [{"x": 3}]}
    assert select(document, ["/a/1", "/a/0/y"])["a"] == [{"y": 2}, {"x": 3}]
    assert select(document, ["/a", "/a/0/y"])["a"] == document["a"]
    assert select(document, ["/a/0/y", "/a"])["a"] == document["a"]
    assert select(document, ["/b/c", "/b"])["b"] == {"c": 4}
    assert steps_of("/a~1b/m~0n//0") == ["a/b", "m~n", "", "0"]


# The vector of the W3C


@pytest.fixture(scope="module")
def prc(shared_data: Path) -> Any:
    folder = shared_data / "records/vectors/w3c-di-ecdsa/ecdsa-sd-2023"

    def read(name: str) -> Any:
        text = (folder / name).read_text()
        return json.loads(text) if name.endswith(".json") else text

    return read


@pytest.mark.big
def test_the_base_proof_of_the_vector(prc: Any):
    material, signed = prc("SDKeyMaterial.json"), prc("prc/addSignedSDBase.json")
    key = PrivateKey.from_multibase(material["baseKeyPair"]["secretKeyMultibase"])
    proof_key = PrivateKey.from_multibase(material["proofKeyPair"]["secretKeyMultibase"])
    proof = signed.pop("proof")
    config = prc("prc/addProofConfig.json")
    assert canonize(config) == prc("prc/addProofConfigCanon.txt")
    assert canonize(signed).splitlines(keepends=True) == prc("prc/addBaseDocCanon.json")
    hmac_key = bytes.fromhex(material["hmacKeyString"])
    options = {name: value for name, value in config.items() if name != "@context"}
    value = selective.add_base_proof(
        signed, options, key, ["/issuer"], hmac_key=hmac_key, proof_key=proof_key
    )
    assert value == proof["proofValue"]
    raw, base = prc("prc/addRawBaseSignatureInfo.json"), selective.read_base(value)
    assert base.signature.hex() == raw["baseSignature"]
    assert [one.hex() for one in base.signatures] == raw["signatures"]
    assert list(base.mandatory) == prc("prc/addBaseTransform.json")["mandatoryPointers"]
    hashes = prc("prc/addHashData.json")
    shown = [line for _, line in prc("prc/addBaseTransform.json")["mandatory"]["value"]]
    to_sign = selective._signed(signed, options, base.public_key, shown)
    assert to_sign.hex() == hashes["proofHash"] + base.public_key.hex() + hashes["mandatoryHash"]
    selective.verify_base(signed, proof, key.public)


@pytest.mark.big
def test_the_names_and_groups_of_the_vector(prc: Any):
    signed = prc("prc/addSignedSDBase.json")
    signed.pop("proof")
    hmac_key = bytes.fromhex(prc("SDKeyMaterial.json")["hmacKeyString"])
    named = selective._name(signed, hmac_key)
    assert named.lines == prc("prc/addBaseDocHMACCanon.json")
    groups = prc("prc/derivedGroupIndexes.json")
    pointers = ["/validFrom", "/validUntil", "/credentialSubject/birthCountry"]
    assert named.group(["/issuer"]) == groups["mandatoryIndexes"]
    assert named.group(pointers) == groups["selectiveIndexes"]
    assert named.group(["/issuer", *pointers]) == groups["combinedIndexes"]


@pytest.mark.big
def test_the_derived_proof_of_the_vector(prc: Any):
    pointers = ["/validFrom", "/validUntil", "/credentialSubject/birthCountry"]
    derived = selective.derive(prc("prc/addSignedSDBase.json"), pointers)
    assert derived == prc("prc/derivedRevealDocument.json")
    unsecured = {name: value for name, value in derived.items() if name != "proof"}
    assert unsecured == prc("prc/derivedUnsignedReveal.json")
    read, expected = (
        selective.read_derived(derived["proof"]["proofValue"]),
        prc("prc/verifyDerivedProofValue.json"),
    )
    assert read.signature.hex() == expected["baseSignature"]
    assert [one.hex() for one in read.signatures] == expected["signatures"]
    labels = {f"c14n{number}": f"u{base64url_encode(name)}" for number, name in read.labels.items()}
    assert labels == dict(expected["labelMap"])
    assert list(read.mandatory) == expected["mandatoryIndexes"]
    assert check(derived).ok
