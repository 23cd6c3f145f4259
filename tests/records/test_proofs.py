"""Proofs made and verified: every suite, sets, chains, and the vectors of the W3C with all that lies between."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from learnwork.records.fetching import NoNetwork
from learnwork.records.jcs import canonical_bytes
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base58_decode
from learnwork.records.proof_errors import KeyUnfitError, PreviousProofError
from learnwork.records.proofs import ProofResult, add_proof, all_hold, verify_proofs
from learnwork.records.suites import SUITES, canonical_document, digest_of, signed_bytes

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ED25519 = PrivateKey.from_secret("Ed25519", bytes(range(32)))
P256 = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
P384 = PrivateKey.from_secret("P-384", bytes(range(1, 49)))
MADE = [
    ("eddsa-rdfc-2022", ED25519),
    ("eddsa-jcs-2022", ED25519),
    ("ecdsa-rdfc-2019", P256),
    ("ecdsa-rdfc-2019", P384),
    ("ecdsa-jcs-2019", P256),
    ("ecdsa-jcs-2019", P384),
    ("Ed25519Signature2020", ED25519),
]


def did_of(key: PrivateKey) -> str:
    return f"did:key:{key.public.to_multibase()}"


def method_url(key: PrivateKey) -> str:
    return f"{did_of(key)}#{key.public.to_multibase()}"


def a_badge(**changes: Any) -> dict[str, Any]:
    badge = {
        "@context": [V2, BADGES],
        "id": "urn:uuid:0b7f1f9e-0a6f-4b5e-9a8c-3f6e1a2b4c5d",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Welding, first certificate",
        "issuer": {"id": did_of(ED25519), "type": ["Profile"], "name": "Riverside College"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://college.example/achievements/welding",
                "type": ["Achievement"],
                "name": "Welding",
                "description": "Joins steel by three methods.",
                "criteria": {"narrative": "Passes the practical test."},
            },
        },
    }
    return badge | changes


def sign(
    document: dict[str, Any], key: PrivateKey = ED25519, suite: str = "eddsa-rdfc-2022", **options: Any
) -> Any:
    options = {"created": CREATED, "method": method_url(key)} | options
    return add_proof(document, key=key, suite=suite, **options)


def check(document: dict[str, Any], **options: Any) -> list[ProofResult]:
    return verify_proofs(document, **({"fetcher": NoNetwork(), "now": NOW} | options))


@pytest.mark.parametrize(("suite", "key"), MADE)
def test_it_works(suite: str, key: PrivateKey):
    signed = sign(a_badge(), key, suite)
    (result,) = check(signed)
    assert result.error is None
    assert result == ProofResult(suite, method_url(key), CREATED, True, None, did_of(key), "assertionMethod")
    assert result.state == "passed"


@pytest.mark.parametrize(("suite", "key"), MADE)
def test_any_change_is_found(suite: str, key: PrivateKey):
    signed = sign(a_badge(), key, suite)
    changed = [
        signed | {"name": "Welding, second certificate"},
        signed | {"credentialSubject": signed["credentialSubject"] | {"id": "did:example:mallory"}},
        {name: value for name, value in signed.items() if name != "validFrom"},
        signed | {"validUntil": "2030-01-01T00:00:00Z"},
        signed | {"proof": signed["proof"] | {"created": "2025-01-01T00:00:00Z"}},
        signed | {"proof": signed["proof"] | {"expires": "2030-01-01T00:00:00Z"}},
        signed | {"proof": signed["proof"] | {"id": "urn:uuid:1"}},
    ]
    for document in changed:
        (result,) = check(document)
        assert (result.state, result.error and result.error.code) == ("failed", "signature-wrong")


def test_the_document_itself_is_left_as_it_was():
    badge = a_badge()
    before = json.dumps(badge)
    signed = sign(badge, suite="Ed25519Signature2020")
    check(signed)
    assert json.dumps(badge) == before


@pytest.mark.parametrize(
    ("contexts", "suite", "added"),
    [
        ([V2, BADGES], "eddsa-rdfc-2022", []),
        ([V1], "eddsa-rdfc-2022", ["https://w3id.org/security/data-integrity/v2"]),
        ([V2, BADGES], "Ed25519Signature2020", ["https://w3id.org/security/suites/ed25519-2020/v1"]),
    ],
)
def test_the_context_that_a_proof_needs_is_added(contexts: list[str], suite: str, added: list[str]):
    document = {
        "@context": contexts,
        "type": ["VerifiableCredential"],
        "issuer": did_of(ED25519),
        "credentialSubject": {"id": "did:example:holder"},
    }
    signed = sign(document, suite=suite)
    assert signed["@context"] == [*contexts, *added]
    assert all_hold(check(signed))


def test_a_set_of_proofs_by_different_suites():
    signed = a_badge()
    for suite, key in MADE[:6]:
        signed = sign(signed, key, suite)
    results = check(signed)
    assert [result.suite for result in results] == [suite for suite, _ in MADE[:6]]
    assert all_hold(results)


def test_one_bad_proof_beside_a_good_one_spoils_the_document():
    signed = sign(sign(a_badge()), P256, "ecdsa-rdfc-2019")
    signed["proof"][1] = signed["proof"][1] | {"created": "2024-01-01T00:00:00Z"}
    good, bad = check(signed)
    assert (good.ok, bad.ok) == (True, False)
    assert not all_hold([good, bad])
    assert not all_hold([])


@pytest.mark.parametrize("suite", ["rdfc", "jcs"])
def test_a_chain_of_proofs(suite: str):
    first = sign(a_badge(), suite=f"eddsa-{suite}-2022", proof_id="urn:uuid:first")
    second = sign(first, P256, f"ecdsa-{suite}-2019", proof_id="urn:uuid:second", previous="urn:uuid:first")
    both = ["urn:uuid:first", "urn:uuid:second"]
    third = sign(second, P384, f"ecdsa-{suite}-2019", previous=both)
    assert [result.ok for result in check(third)] == [True, True, True]
    other = sign(
        a_badge(),
        suite=f"eddsa-{suite}-2022",
        proof_id="urn:uuid:first",
        created=datetime(2025, 1, 1, tzinfo=UTC),
    )
    forged = third | {"proof": [other["proof"], *third["proof"][1:]]}
    assert [result.ok for result in check(forged)] == [True, False, False]
    without = third | {"proof": third["proof"][1:]}
    assert [result.error and result.error.code for result in check(without)] == ["proof-previous"] * 2


def test_a_previous_proof_that_is_not_there_cannot_be_named():
    with pytest.raises(PreviousProofError):
        sign(a_badge(), previous="urn:uuid:nowhere")


@pytest.mark.parametrize(("suite", "key"), [("eddsa-rdfc-2022", P256), ("ecdsa-jcs-2019", ED25519)])
def test_a_key_of_another_kind_cannot_sign(suite: str, key: PrivateKey):
    with pytest.raises(KeyUnfitError):
        sign(a_badge(), key, suite)


def test_domain_and_challenge():
    signed = sign(a_badge(), purpose="authentication", domain=["a.example", "b.example"], challenge="77")
    asked = {"purpose": "authentication", "domain": ["b.example", "a.example"], "challenge": "77"}
    assert all_hold(check(signed, **asked))
    for change, code in (
        ({"domain": "a.example"}, "proof-domain"),
        ({"domain": "c.example"}, "proof-domain"),
        ({"challenge": "78"}, "proof-challenge"),
        ({"purpose": "assertionMethod"}, "proof-purpose"),
    ):
        (result,) = check(signed, **(asked | change))
        assert result.error is not None
        assert result.error.code == code


# The vectors of the W3C

EDDSA, ECDSA = "w3c-di-eddsa", "w3c-di-ecdsa"
STEPS = [
    (EDDSA, "eddsa-rdfc-2022", "DataInt", "signedDataInt.json", "keyPair.json"),
    (EDDSA, "eddsa-rdfc-2022/employ", "DataInt", "signedDataInt.json", "keyPair.json"),
    (EDDSA, "eddsa-jcs-2022", "JCS", "signedJCS.json", "keyPair.json"),
    (EDDSA, "Ed25519Signature2020", "EdSig", "signedEdSig.json", "keyPair.json"),
    (ECDSA, "ecdsa-rdfc-2019-p256", "ECDSAP256", "signedECDSAP256.json", "p256KeyPair.json"),
    (ECDSA, "ecdsa-rdfc-2019-p384", "ECDSAP384", "signedECDSAP384.json", "p384KeyPair.json"),
    (ECDSA, "ecdsa-jcs-2019-p256", "JCSECDSAP256", "signedJCSECDSAP256.json", "p256KeyPair.json"),
    (ECDSA, "ecdsa-jcs-2019-p384", "JCSECDSAP384", "signedJCSECDSAP384.json", "p384KeyPair.json"),
]


@pytest.mark.big
@pytest.mark.parametrize(("group", "folder", "ending", "signed_name", "key_name"), STEPS)
def test_a_vector_with_every_step(
    shared_data: Path, group: str, folder: str, ending: str, signed_name: str, key_name: str
):
    top = shared_data / "records/vectors" / group
    place = top / folder
    pair = json.loads((top / key_name).read_text())
    key = PrivateKey.from_multibase(pair.get("privateKeyMultibase") or pair["secretKeyMultibase"])
    signed = json.loads((place / signed_name).read_text())
    options = json.loads((place / f"proofConfig{ending}.json").read_text())
    suite = SUITES[options.get("cryptosuite", options["type"])]
    unsecured = {name: value for name, value in signed.items() if name != "proof"}
    text = {name: (place / f"{name}{ending}.txt").read_text() for name in ("canonDoc", "proofCanon")}
    hexes = {
        name: (place / f"{name}{ending}.txt").read_text().strip()
        for name in ("docHash", "proofHash", "combinedHash", "sigHex", "sigBTC58")
    }
    document = canonical_document(unsecured, suite, key.kind)
    config = canonical_document(options, suite, key.kind)
    assert (document.decode(), config.decode()) == (text["canonDoc"], text["proofCanon"])
    digest = digest_of(key.kind)
    assert hashlib.new(digest, document).hexdigest() == hexes["docHash"]
    assert hashlib.new(digest, config).hexdigest() == hexes["proofHash"]
    to_sign = signed_bytes(config, document, key.kind)
    assert to_sign.hex() == hexes["combinedHash"]
    assert key.sign(to_sign).hex() == hexes["sigHex"]
    assert "z" + hexes["sigBTC58"].removeprefix("z") == signed["proof"]["proofValue"]
    assert base58_decode(signed["proof"]["proofValue"][1:]).hex() == hexes["sigHex"]
    assert all_hold(check(signed))


@pytest.mark.big
def test_we_make_the_very_proofs_of_the_vectors(shared_data: Path):
    for group, folder, _, signed_name, key_name in STEPS:
        top = shared_data / "records/vectors" / group
        pair = json.loads((top / key_name).read_text())
        key = PrivateKey.from_multibase(pair.get("privateKeyMultibase") or pair["secretKeyMultibase"])
        signed = json.loads((top / folder / signed_name).read_text())
        proof = signed["proof"]
        made = sign(
            {name: value for name, value in signed.items() if name != "proof"},
            key,
            proof.get("cryptosuite", proof["type"]),
            method=proof["verificationMethod"],
            created=datetime.fromisoformat(proof["created"]),
        )
        assert canonical_bytes(made) == canonical_bytes(signed), folder


@pytest.mark.big
@pytest.mark.parametrize("name", ["Set1", "Set2", "Chain1", "Chain2"])
def test_sets_and_chains_of_the_vectors(shared_data: Path, name: str):
    folder = shared_data / "records/vectors/w3c-di-eddsa/proof-set-chain"
    signed = json.loads((folder / f"signedProof{name}.json").read_text())
    pairs = json.loads((folder / "multiKeyPairs.json").read_text()).values()
    keys = {pair["publicKeyMultibase"]: pair["privateKeyMultibase"] for pair in pairs}
    assert all_hold(check(signed))
    made = {member: value for member, value in signed.items() if member != "proof"}
    proofs = signed["proof"] if isinstance(signed["proof"], list) else [signed["proof"]]
    for proof in proofs:
        key = PrivateKey.from_multibase(keys[proof["verificationMethod"].rpartition("#")[2]])
        previous, created = proof.get("previousProof"), datetime.fromisoformat(proof["created"])
        made = sign(made, key, proof_id=proof.get("id"), previous=previous, created=created)
    assert canonical_bytes({**made, "proof": made["proof"]}) == canonical_bytes(
        {**signed, "proof": signed["proof"]}
    )


@pytest.mark.big
def test_every_vector_of_the_manifest_is_as_it_says(shared_data: Path):
    manifest = json.loads((shared_data / "records/manifest.json").read_text())
    cases = [
        case for case in manifest if case["set"] in (EDDSA, ECDSA) and "addSignedSDBase" not in case["file"]
    ]
    for case in cases:
        results = check(json.loads((shared_data / "records" / case["file"]).read_text()))
        assert all_hold(results) == (case["expect"]["proofs"] == "valid"), case["file"]
    assert len(cases) == 13
