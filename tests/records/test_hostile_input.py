"""Whatever is put in front of the verifiers: an answer with a reason, never an exception, never an acceptance."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from learnwork.records import selective
from learnwork.records.cose import make_cose, verify_cose
from learnwork.records.fetching import FixedFetcher, NoNetwork
from learnwork.records.jose import json_bytes
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.proofs import add_proof, all_hold, verify_proofs
from learnwork.records.sd_jwt import verify_sd_jwt
from learnwork.records.sd_jwt_making import issue_sd_jwt
from learnwork.records.tokens import make_token, verify_token
from learnwork.records.verification import verify as verdict_on

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ED25519 = PrivateKey.from_secret("Ed25519", bytes(range(32)))
P256 = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
ASKED: dict[str, Any] = {"fetcher": NoNetwork(), "now": NOW}


def method_url(key: PrivateKey) -> str:
    return f"did:key:{key.public.to_multibase()}#{key.public.to_multibase()}"


BADGE = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:web:college.example",
    "credentialSubject": {"id": "did:example:holder"},
}
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
SIGNED = [
    add_proof(BADGE, key=ED25519, suite="eddsa-rdfc-2022", method=method_url(ED25519), created=CREATED),
    add_proof(BADGE, key=ED25519, suite="eddsa-jcs-2022", method=method_url(ED25519), created=CREATED),
    selective.derive(
        add_proof(
            BADGE,
            key=P256,
            suite="ecdsa-sd-2023",
            method=method_url(P256),
            created=CREATED,
            mandatory=["/issuer"],
        ),
        ["/credentialSubject"],
    ),
]
TOKEN = make_token(BADGE, key=P256, method=method_url(P256))
DISCLOSING = issue_sd_jwt({"name": "Ada"}, ["/name"], key=P256, header={"kid": method_url(P256)})
COSE = make_cose(BADGE, key=P256, method=method_url(P256))

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(
    [*SIGNED[0]["proof"], "expires", "domain", "previousProof", "@context", "id", "nonce", "x"]
)


def says_nothing(value: Any) -> bool:
    """Whether a value is none to JSON-LD, so that a signature over statements does not see it."""
    return value is None or (isinstance(value, list) and all(map(says_nothing, value)))


@given(values)
def test_any_value_in_place_of_a_proof(value):
    assert not all_hold(verify_proofs({**BADGE, "proof": value}, **ASKED))


@given(st.sampled_from(SIGNED), members, values)
def test_any_value_in_a_member_of_a_proof(signed, member, value):
    changed = {**signed, "proof": {**signed["proof"], member: value}}
    unseen = signed is not SIGNED[1] and (member == "@context" or says_nothing(value))
    if changed["proof"] == signed["proof"] or (unseen and member not in SIGNED[0]["proof"]):
        return
    assert not all_hold(verify_proofs(changed, **ASKED))


@given(st.sampled_from(SIGNED), st.sampled_from([*BADGE, "id", "validUntil", "evidence"]), values)
def test_any_value_in_a_member_of_a_document(signed, member, value):
    if json.dumps(signed.get(member)) == json.dumps(value):
        return
    if signed is not SIGNED[1] and says_nothing(value) and member not in BADGE:
        return
    results = verify_proofs({**signed, member: value}, **ASKED)
    assert not all_hold(results)


@given(st.binary(max_size=60))
def test_any_bytes_as_the_value_of_a_selective_proof(data):
    signed = SIGNED[2]
    for header in (selective.BASE, selective.DERIVED, b""):
        proof = {**signed["proof"], "proofValue": "u" + base64url_encode(header + data)}
        assert not all_hold(verify_proofs({**signed, "proof": proof}, **ASKED))


@given(st.text(max_size=60))
def test_any_text_as_a_token(text):
    for verify in (verify_token, verify_sd_jwt):
        found = verify(text, **ASKED)
        assert not found.result.ok
        assert found.result.error is not None


@given(values, values)
def test_any_header_and_any_claims(header, claims):
    parts = [base64url_encode(json_bytes(one)) for one in (header, claims)]
    assert not verify_token(".".join([*parts, "AA"]), **ASKED).result.ok
    headed = base64url_encode(json_bytes({"alg": "ES256", "kid": method_url(P256), "typ": header}))
    assert not verify_token(f"{headed}.{parts[1]}.AA", **ASKED).result.ok
    assert not verify_sd_jwt(f"{headed}.{parts[1]}.AA~{parts[0]}~", **ASKED).result.ok


@given(
    st.sampled_from(["iss", "sub", "jti", "exp", "nbf", "iat", "aud", "nonce", "vc", "vp", "issuer", "id"]),
    values,
)
def test_any_value_in_a_claim(claim, value):
    """Rightly signed, so that what is wrong is only what it says: an answer, whichever."""
    from learnwork.records.jose import sign_token

    for claims in ({**BADGE, claim: value}, {"vc": BADGE, claim: value}):
        found = verify_token(sign_token({"kid": method_url(P256)}, claims, P256), **ASKED)
        assert found.result.ok == (found.result.error is None)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("Az0-_.~=\n "))
def test_any_letter_of_a_token_exchanged(place, letter):
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert verify_token(changed, **ASKED).result.ok == (changed == TOKEN)


@given(st.integers(0, len(DISCLOSING) - 1), st.sampled_from("Az0-_.~=\n "))
def test_any_letter_of_an_sd_jwt_exchanged(place, letter):
    changed = DISCLOSING[:place] + letter + DISCLOSING[place + 1 :]
    assert verify_sd_jwt(changed, **ASKED).result.ok == (changed == DISCLOSING)


@given(st.integers(0, len(COSE) - 1), st.integers(0, 255))
def test_any_byte_of_a_cose_record_exchanged(place, byte):
    changed = COSE[:place] + bytes([byte]) + COSE[place + 1 :]
    assert verify_cose(changed, **ASKED).result.ok == (changed == COSE)


@given(st.binary(max_size=100))
def test_any_bytes_as_a_cose_record(data):
    assert not verify_cose(data, **ASKED).result.ok


COLLEGE = "did:web:college.example"
METHOD = {"id": f"{COLLEGE}#1", "type": "Multikey", "controller": COLLEGE}
METHOD["publicKeyMultibase"] = ED25519.public.to_multibase()
CONTROLLER = {"id": COLLEGE, "verificationMethod": [METHOD], "assertionMethod": [METHOD["id"]]}
OF_COLLEGE = add_proof(BADGE, key=ED25519, suite="eddsa-rdfc-2022", method=METHOD["id"], created=CREATED)


@given(
    st.sampled_from([*METHOD, "publicKeyJwk", "expires", "revoked"]),
    st.sampled_from([*CONTROLLER, ""]),
    values,
)
def test_any_value_in_a_controllers_document(inner, outer, value):
    described = {**METHOD, inner: value}
    document = {**CONTROLLER, outer: value} if outer else {**CONTROLLER, "verificationMethod": [described]}
    fetcher = FixedFetcher({"https://college.example/.well-known/did.json": json_bytes(document)})
    results = verify_proofs(OF_COLLEGE, fetcher=fetcher, now=NOW)
    unseen = inner in ("expires", "revoked") and value is None
    assert outer or unseen or described == METHOD or inner == "type" or not all_hold(results)


HOST = "https://college.example"
HOSTED = {
    "id": f"{HOST}/1", "type": "Assertion", "recipient": {"type": "email", "identity": "ana@home.example"},
    "badge": f"{HOST}/class", "verification": {"type": "hosted"}, "issuedOn": "2026-01-01T00:00:00Z",
}  # fmt: skip
CLASS = {"id": f"{HOST}/class", "type": "BadgeClass", "name": "Welding", "issuer": f"{HOST}/issuer"}
PROFILE = {"id": f"{HOST}/issuer", "type": "Profile", "name": "College", "verification": {}}
inside = st.sampled_from(["type", "startsWith", "allowedOrigins", "identity", "hashed", "id"])


@given(st.sampled_from([HOSTED, CLASS, PROFILE]), st.data(), inside, values)
def test_any_value_in_a_hosted_badge(document, data, within, value):
    member = data.draw(st.sampled_from([*document, "criteria", "image", "revocationList"]))
    changed = {**document, member: data.draw(st.sampled_from([value, {within: value}]))}
    documents = [changed if each is document else each for each in (HOSTED, CLASS, PROFILE)]
    names = (HOSTED["id"], CLASS["id"], PROFILE["id"])
    web = FixedFetcher({name: json_bytes(each) for name, each in zip(names, documents, strict=True)})
    assert verdict_on(json_bytes(documents[0]), fetcher=web, now=NOW).checks
