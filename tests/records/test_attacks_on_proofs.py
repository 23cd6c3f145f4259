"""Our own corpus of attacks on embedded proofs: one case a rule, each with its own code, none accepted, none slow."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learnwork.records.fetching import Fetched, FixedFetcher, NoNetwork, WebFetcher
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base58_encode, base64url_encode
from learnwork.records.proofs import ProofResult, add_proof, all_hold, verify_proofs

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
V2 = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
KEY = PrivateKey.from_secret("Ed25519", bytes(range(32)))
OTHER = PrivateKey.from_secret("Ed25519", bytes(range(1, 33)))
P256 = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
NAME = KEY.public.to_multibase()
DID_KEY = f"did:key:{NAME}#{NAME}"
DID = "did:web:college.example"
SUITES = ["eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"]


def a_badge(**changes: Any) -> dict[str, Any]:
    return {
        "@context": [V2, BADGES],
        "id": "urn:uuid:0b7f1f9e-0a6f-4b5e-9a8c-3f6e1a2b4c5d",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:holder"},
    } | changes


def sign(
    document: dict[str, Any] | None = None, suite: str = "eddsa-rdfc-2022", **options: Any
) -> dict[str, Any]:
    options = {"key": KEY, "method": DID_KEY, "created": CREATED} | options
    return add_proof(document or a_badge(), suite=suite, **options)


def with_proof(signed: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same with members of the proof changed; None removes one."""
    proof = {name: value for name, value in (signed["proof"] | changes).items() if value is not REMOVED}
    return signed | {"proof": proof}


REMOVED = object()


def check(document: dict[str, Any], **options: Any) -> ProofResult:
    (result,) = verify_proofs(document, **({"fetcher": NoNetwork(), "now": NOW} | options))
    return result


def refused(document: dict[str, Any], **options: Any) -> str:
    """The code of the refusal, after looking that it says what to do, and that nothing was accepted."""
    result = check(document, **options)
    assert not result.ok
    assert result.error is not None
    assert result.error.message.endswith((".", "}", ")"))
    assert result.error.hint
    return result.error.code


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": REMOVED}, "proof-malformed"),
        ({"type": None}, "proof-malformed"),
        ({"type": ""}, "proof-type-unknown"),
        ({"type": ["DataIntegrityProof"]}, "proof-malformed"),
        ({"type": "UnknownProofType"}, "proof-type-unknown"),
        ({"type": "RsaSignature2018"}, "proof-type-unknown"),
        ({"type": "DataIntegrityProof", "cryptosuite": REMOVED}, "proof-malformed"),
        ({"type": "DataIntegrityProof", "cryptosuite": 5}, "proof-malformed"),
        ({"type": "DataIntegrityProof", "cryptosuite": "UnknownCryptosuite"}, "cryptosuite-unknown"),
        ({"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"}, "cryptosuite-unknown"),
        ({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019"}, "key-unfit"),
        ({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}, "key-unfit"),
        ({"verificationMethod": REMOVED}, "proof-method-missing"),
        ({"verificationMethod": None}, "proof-method-missing"),
        ({"verificationMethod": "did:key:invalidVm"}, "key-unreadable"),
        ({"verificationMethod": "did:example:1#key"}, "did-method-unknown"),
        ({"verificationMethod": "key-1"}, "did-unreadable"),
        ({"verificationMethod": {"id": DID_KEY, "publicKeyMultibase": NAME}}, "method-unreadable"),
        ({"verificationMethod": [DID_KEY]}, "method-unreadable"),
        ({"proofPurpose": REMOVED}, "proof-purpose"),
        ({"proofPurpose": 5}, "proof-purpose"),
        ({"proofPurpose": "authentication"}, "proof-purpose"),
        ({"proofPurpose": "invalidPurpose"}, "proof-purpose"),
        ({"proofValue": REMOVED}, "proof-value"),
        ({"proofValue": None}, "proof-value"),
        ({"proofValue": ""}, "proof-value"),
        ({"proofValue": "z"}, "signature-wrong"),
        ({"proofValue": "u" + base64url_encode(bytes(64))}, "proof-value"),
        ({"proofValue": "z0OIl"}, "proof-value"),
        ({"proofValue": "z" + base58_encode(bytes(64))}, "signature-wrong"),
        ({"proofValue": "z" + "1" * 100_000}, "proof-value"),
        ({"created": "invalidDate"}, "proof-time"),
        ({"created": None}, "proof-time"),
        ({"created": 1735689600}, "proof-time"),
        ({"created": "2026-01-01"}, "proof-time"),
        ({"created": "2026-02-30T00:00:00Z"}, "proof-time"),
        ({"created": "2026-01-01T00:00:00"}, "proof-time-zone"),
        ({"expires": "2026-01-03T00:00:00"}, "proof-time-zone"),
        ({"expires": "soon"}, "proof-time"),
        ({"expires": "2026-01-01T12:00:00Z"}, "proof-expired"),
        ({"created": "2026-01-03T00:00:00Z"}, "proof-not-yet"),
        ({"created": REMOVED}, "signature-wrong"),
        ({"previousProof": "urn:uuid:nowhere"}, "proof-previous"),
        ({"previousProof": ["urn:uuid:nowhere"]}, "proof-previous"),
        ({"previousProof": 5}, "proof-previous"),
        ({"previousProof": [5]}, "proof-previous"),
        ({"previousProof": None}, "proof-previous"),
        ({"id": "urn:x", "previousProof": "urn:x"}, "proof-previous"),
    ],
)
def test_a_member_of_a_proof_that_is_wrong(suite: str, changes: dict[str, Any], code: str):
    signed = with_proof(sign(suite=suite), **changes)
    if suite == "Ed25519Signature2020" and changes.get("cryptosuite") == "ecdsa-sd-2023":
        assert refused(signed) == "key-unfit"
    assert refused(signed) == code


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (None, "proof-missing"),
        ([], "proof-missing"),
        ("text", "proof-malformed"),
        (5, "proof-malformed"),
        ({}, "proof-malformed"),
        ([None], "proof-malformed"),
        ([[]], "proof-malformed"),
    ],
)
def test_a_proof_that_is_none(proof: Any, code: str):
    assert refused(a_badge(proof=proof)) == code


def test_a_record_without_proof():
    assert refused(a_badge()) == "proof-missing"


def test_expired_to_the_second():
    signed = sign(expires=NOW)
    assert refused(signed) == "proof-expired"
    assert check(signed, now=NOW - timedelta(seconds=1)).ok


def test_a_purpose_that_the_verifier_did_not_ask_for():
    assert refused(sign(), purpose="authentication") == "proof-purpose"
    assert check(sign(purpose="authentication"), purpose="authentication").ok


# Whose key


def documents(*methods: dict[str, Any], **members: Any) -> FixedFetcher:
    document = {"id": DID, "verificationMethod": list(methods)} | members
    return FixedFetcher({"https://college.example/.well-known/did.json": json.dumps(document).encode()})


def a_method(name: str = "key-1", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{DID}#{name}",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": NAME,
    } | changes


FIRST = f"{DID}#key-1"
RIGHT = documents(a_method(), assertionMethod=[FIRST])


def test_the_right_key():
    result = check(sign(method=FIRST), fetcher=RIGHT)
    assert (result.ok, result.controller) == (True, DID)


@pytest.mark.parametrize(
    ("fetcher", "method", "code"),
    [
        (documents(a_method(), authentication=[FIRST]), FIRST, "key-not-authorised"),
        (documents(a_method()), FIRST, "key-not-authorised"),
        (
            documents(a_method(controller="did:web:evil.example"), assertionMethod=[FIRST]),
            FIRST,
            "controller-mismatch",
        ),
        (documents(assertionMethod=[FIRST]), FIRST, "method-unknown"),
        (documents(a_method(revoked="2025-12-01T00:00:00Z"), assertionMethod=[FIRST]), FIRST, "key-revoked"),
        (documents(a_method(expires="2025-12-01T00:00:00Z"), assertionMethod=[FIRST]), FIRST, "key-revoked"),
        (documents(a_method(publicKeyMultibase="z0OIl"), assertionMethod=[FIRST]), FIRST, "key-unreadable"),
        (documents(a_method(secretKeyMultibase="z3u2"), assertionMethod=[FIRST]), FIRST, "key-secret-shown"),
        (RIGHT, f"{DID}#{NAME}", "method-unknown"),
        (RIGHT, DID, "method-unknown"),
        (RIGHT, f"{DID}?service=x#key-1", "did-unreadable"),
        (RIGHT, "did:web:evil.example#key-1", "network-off"),
        (NoNetwork(), FIRST, "network-off"),
    ],
)
def test_a_key_that_may_not_sign(fetcher: Any, method: str, code: str):
    assert refused(sign(method=method), fetcher=fetcher) == code


def test_a_key_of_another_is_named_as_such():
    """A good signature by somebody else's key: `controller` says whose, for the verdict to compare with the issuer."""
    result = check(
        sign(key=OTHER, method=f"did:key:{OTHER.public.to_multibase()}#{OTHER.public.to_multibase()}")
    )
    assert result.ok
    assert result.controller != DID


def test_a_key_taken_from_a_fragment():
    forged = sign(key=OTHER, method=f"{DID}#{OTHER.public.to_multibase()}")
    assert refused(forged, fetcher=RIGHT) == "method-unknown"
    forged = sign(key=OTHER, method=f"did:key:{NAME}#{OTHER.public.to_multibase()}")
    assert refused(forged) == "method-unknown"


def test_a_weak_key_for_which_anything_is_signed():
    """With a key of small order and R of small order, a signature of zeros fits many messages."""
    for raw in (bytes(32), b"\x01" + bytes(31)):
        weak = "z" + base58_encode(b"\xed\x01" + raw)
        signed = with_proof(
            sign(),
            verificationMethod=f"did:key:{weak}#{weak}",
            proofValue="z" + base58_encode(raw + bytes(32)),
        )
        assert refused(signed) == "key-weak"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1", "%5B%3A%3A1%5D", "2130706433", "0x7f000001"],
)
def test_a_did_that_points_inside(host: str):
    fetcher = WebFetcher(resolve=lambda _host, _port: ["127.0.0.1"])
    assert refused(sign(method=f"did:web:{host}#key-1"), fetcher=fetcher) in (
        "did-unreadable",
        "address-refused",
    )
    assert refused(sign(method=f"https://{host}/x#key-1"), fetcher=fetcher) in (
        "url-refused",
        "address-refused",
    )


def test_what_could_not_be_fetched_is_unchecked_and_what_is_wrong_has_failed():
    assert check(sign(method=FIRST)).state == "unchecked"
    assert check(sign(method=FIRST), fetcher=documents()).state == "failed"


# Sets and chains


def two(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return first | {"proof": [first["proof"], second["proof"]]}


def test_one_good_proof_beside_one_bad():
    good, bad = sign(), with_proof(sign(), created="2025-01-01T00:00:00Z")
    for document in (two(good, bad), two(bad, good)):
        results = verify_proofs(document, fetcher=NoNetwork(), now=NOW)
        assert sorted(result.ok for result in results) == [False, True]
        assert not all_hold(results)


def test_one_good_proof_beside_one_that_nobody_knows():
    unknown = {"proof": {"type": "UnknownProofType"}}
    assert not all_hold(verify_proofs(two(sign(), a_badge() | unknown), fetcher=NoNetwork(), now=NOW))


def test_proofs_that_stand_on_each_other_in_a_circle():
    first, second = (
        with_proof(sign(), id=f"urn:{one}", previousProof=f"urn:{other}")
        for one, other in (("a", "b"), ("b", "a"))
    )
    results = verify_proofs(two(first, second), fetcher=NoNetwork(), now=NOW)
    assert [result.error and result.error.code for result in results] == ["proof-previous"] * 2


def test_a_previous_proof_that_stands_there_twice():
    first = sign(proof_id="urn:a")
    last = sign(first, previous="urn:a")
    doubled = last | {"proof": [last["proof"][0], *last["proof"]]}
    results = verify_proofs(doubled, fetcher=NoNetwork(), now=NOW)
    assert results[-1].error is not None
    assert results[-1].error.code == "proof-previous"


def test_a_chain_whose_first_link_was_exchanged():
    chain = sign(sign(proof_id="urn:a"), previous="urn:a")
    other = sign(proof_id="urn:a", created=CREATED - timedelta(days=1))
    forged = chain | {"proof": [other["proof"], chain["proof"][1]]}
    assert [one.ok for one in verify_proofs(forged, fetcher=NoNetwork(), now=NOW)] == [True, False]


def test_many_proofs_cost_no_more_than_a_bound():
    signed = sign()
    began = time.monotonic()
    assert refused(signed | {"proof": [signed["proof"]] * 10_000}) == "proofs-too-many"
    assert time.monotonic() - began < 1


# Contexts


def test_contexts_that_were_exchanged():
    subject = {"type": ["AchievementSubject"], "identifier": []}
    signed = sign(a_badge(credentialSubject=subject))
    assert refused(signed | {"@context": [V2]}) == "term-undefined"
    assert refused(signed | {"@context": [V2, "https://w3id.org/citizenship/v4rc1"]}) == "term-undefined"
    examples = "https://www.w3.org/ns/credentials/examples/v2"
    assert refused(signed | {"@context": [V2, examples]}) == "signature-wrong"
    jcs = sign(suite="eddsa-jcs-2022")
    assert refused(jcs | {"@context": [BADGES, V2]}) == "proof-context"
    assert refused(jcs | {"@context": [V2]}) == "proof-context"
    assert refused(jcs | {"@context": V2}) == "proof-context"
    assert refused(with_proof(jcs, **{"@context": [V2]})) == "signature-wrong"
    assert refused(with_proof(jcs, **{"@context": REMOVED})) == "signature-wrong"


def test_contexts_added_behind_those_of_a_jcs_proof_are_allowed_by_the_standard():
    """The proof's own contexts are what was signed (EdDSA Cryptosuites 1.0, section 3.3.2, step 3)."""
    jcs = sign(suite="eddsa-jcs-2022")
    assert check(jcs | {"@context": [V2, BADGES, "https://www.w3.org/ns/credentials/examples/v2"]}).ok


def test_a_term_that_no_context_defines_is_not_signed_away():
    signed = sign()
    assert refused(signed | {"secretClaim": "anything"}) == "term-undefined"
    assert refused(with_proof(signed, secretClaim="anything")) == "term-undefined"
    assert refused(signed | {"@context": [V2, "https://evil.example/context"]}) == "context-unknown"


def test_a_key_twice_never_gets_here():
    from learnwork.records.errors import DuplicateKeyError
    from learnwork.records.parsing import parse

    text = json.dumps(sign()).replace('"issuer"', '"issuer": "did:web:evil.example", "issuer"', 1)
    with pytest.raises(DuplicateKeyError):
        parse(text)


def test_a_document_of_the_controller_with_another_type_of_content_is_read_all_the_same():
    body = RIGHT.answers["https://college.example/.well-known/did.json"]
    assert isinstance(body, bytes)
    answer = Fetched("https://college.example/.well-known/did.json", body, "text/html")
    assert check(sign(method=FIRST), fetcher=FixedFetcher({answer.url: answer})).ok


def test_a_large_number_that_canonical_json_cannot_write():
    signed = sign(suite="eddsa-jcs-2022")
    assert refused(signed | {"number": 2**60}) == "not-canonical"


def test_a_p256_key_in_an_eddsa_proof():
    name = P256.public.to_multibase()
    assert refused(with_proof(sign(), verificationMethod=f"did:key:{name}#{name}")) == "key-unfit"
