"""Tokens: both generations of VC-JWT, every header that asks for trust, and the JOSE cookbook."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from learnwork.records.fetching import FixedFetcher, NoNetwork
from learnwork.records.jose import (
    ALGORITHM_OF,
    check_header,
    check_signature,
    json_bytes,
    read_token,
    sign_token,
)
from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.proof_errors import KeyUnfitError
from learnwork.records.token_errors import AlgorithmRefusedError, TokenSignatureError
from learnwork.records.tokens import TokenResult, make_token, verify_token

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ED25519 = PrivateKey.from_secret("Ed25519", bytes(range(32)))
P256 = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
P384 = PrivateKey.from_secret("P-384", bytes(range(1, 49)))
RSA = PrivateKey.generate("RSA")
KEYS = [ED25519, P256, P384, PrivateKey.generate("P-521")]
ISSUER = "did:web:college.example"
KID = f"{ISSUER}#key-1"


def did_of(key: PrivateKey) -> str:
    return f"did:key:{key.public.to_multibase()}"


def method_url(key: PrivateKey) -> str:
    return f"{did_of(key)}#{key.public.to_multibase()}"


def a_badge(version: str = "2.0", **changes: Any) -> dict[str, Any]:
    first = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2027-01-01T00:00:00Z",
    }
    second = {"@context": ["https://www.w3.org/ns/credentials/v2"], "validFrom": "2026-01-01T00:00:00Z"}
    badge = {
        "id": "urn:uuid:0b7f1f9e-0a6f-4b5e-9a8c-3f6e1a2b4c5d",
        "type": ["VerifiableCredential"],
        "issuer": {"id": did_of(P256), "name": "Riverside College"},
        "credentialSubject": {"id": "did:example:holder"},
    }
    return (first if version == "1.1" else second) | badge | changes


def a_presentation(**changes: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did_of(P256),
    } | changes


def check(text: str, **options: Any) -> TokenResult:
    return verify_token(text, **({"fetcher": NoNetwork(), "now": NOW} | options))


def code_of(text: str, **options: Any) -> str:
    found = check(text, **options)
    assert not found.result.ok
    assert found.result.error is not None
    assert found.result.error.hint
    return found.result.error.code


def a_document(key: PublicKey, **changes: Any) -> FixedFetcher:
    method = {
        "id": KID,
        "type": "JsonWebKey",
        "controller": ISSUER,
        "publicKeyJwk": key.to_jwk() | {"kid": "name"},
    }
    document = {"id": ISSUER, "verificationMethod": [method], "assertionMethod": [KID]} | changes
    return FixedFetcher({"https://college.example/.well-known/did.json": json.dumps(document).encode()})


@pytest.mark.parametrize("version", ["1.1", "2.0"])
@pytest.mark.parametrize("key", KEYS)
def test_it_works(version: Any, key: PrivateKey):
    badge = a_badge(version, issuer=did_of(key))
    found = check(make_token(badge, key=key, method=method_url(key), version=version))
    assert found.result.error is None
    assert found.result.ok
    assert found.document == badge
    assert (found.kind, found.version, found.result.controller) == ("credential", version, did_of(key))
    assert found.result.suite == ALGORITHM_OF[key.kind]


def test_rsa_by_the_issuers_document():
    token = make_token(a_badge(issuer=ISSUER), key=RSA, method=KID)
    found = check(token, fetcher=a_document(RSA.public))
    assert (found.result.ok, found.result.suite, found.result.controller) == (True, "RS256", ISSUER)


@pytest.mark.parametrize("key", [*KEYS, RSA])
def test_any_change_is_found(key: PrivateKey):
    token = sign_token({"typ": "vc+jwt", "kid": KID}, a_badge(issuer=ISSUER), key)
    header, payload, signature = token.split(".")
    other = base64url_encode(json_bytes(a_badge(issuer=ISSUER, name="another")))
    fetcher = a_document(key.public)
    assert check(token, fetcher=fetcher).result.ok
    for changed in (
        f"{header}.{other}.{signature}",
        f"{header}.{payload}.{base64url_encode(bytes(64))}",
        f"{header}.{payload}.",
    ):
        assert code_of(changed, fetcher=fetcher) == "token-signature"


@pytest.mark.parametrize("key", [*KEYS, RSA])
def test_an_algorithm_that_is_not_the_keys(key: PrivateKey):
    """Confusion: the header's algorithm was exchanged, or the key was."""
    token = sign_token({"typ": "vc+jwt", "kid": KID}, a_badge(issuer=ISSUER), key)
    for other in (one for one in [*KEYS, RSA] if one.kind != key.kind):
        assert code_of(token, fetcher=a_document(other.public)) == "key-unfit"


def test_a_public_key_used_as_a_shared_secret():
    """The classic: HS256 with the issuer's public key as the secret."""
    import hmac

    for secret in (P256.public.raw, json_bytes(P256.public.to_jwk())):
        start = ".".join(
            base64url_encode(json_bytes(one)) for one in ({"alg": "HS256", "kid": KID}, a_badge())
        )
        token = f"{start}.{base64url_encode(hmac.digest(secret, start.encode(), 'sha256'))}"
        assert code_of(token, fetcher=a_document(P256.public)) == "token-algorithm"


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_alg_none(name: str, signature: str):
    header, payload = base64url_encode(json_bytes({"alg": name})), base64url_encode(json_bytes(a_badge()))
    assert code_of(f"{header}.{payload}.{signature}") == "token-unsigned"


@pytest.mark.parametrize("name", ["HS256", "HS512", "PS256", "ES256K", "RS512", "Ed448", "", "ES256 "])
def test_algorithms_that_are_not_on_the_list(name: str):
    with pytest.raises(AlgorithmRefusedError):
        check_header({"alg": name})


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("jwk", P256.public.to_jwk(), "token-header-key"),
        ("x5c", ["MIIB"], "token-header-key"),
        ("jku", "https://evil.example/keys", "token-header-address"),
        ("x5u", "https://evil.example/key", "token-header-address"),
        ("crit", ["exp"], "token-header-critical"),
        ("crit", [], "token-header-critical"),
        ("b64", False, "token-header-critical"),
    ],
)
def test_headers_that_ask_for_trust(member: str, value: Any, code: str):
    payload = base64url_encode(json_bytes(a_badge()))
    header = base64url_encode(
        json_bytes({"alg": "ES256", "typ": "vc+jwt", "kid": method_url(P256), member: value})
    )
    signature = base64url_encode(P256.sign(f"{header}.{payload}".encode()))
    assert code_of(f"{header}.{payload}.{signature}") == code


def test_a_key_of_another_signs_for_an_issuer():
    """The signature holds; whose key it is stands in the result, and is not the issuer."""
    found = check(make_token(a_badge(issuer=ISSUER), key=P256, method=method_url(P256)))
    assert found.result.ok
    assert found.result.controller == did_of(P256) != ISSUER


def test_a_key_at_an_address_that_names_nobody_is_nobodys():
    url = "https://college.example/keys/1.json"
    token = make_token(a_badge(issuer=ISSUER), key=P256, method=url)
    found = check(token, fetcher=FixedFetcher({url: json.dumps(P256.public.to_jwk()).encode()}))
    assert (found.result.ok, found.result.controller) == (True, "")
    assert code_of(token, fetcher=FixedFetcher({url: b'{"some": "thing"}'})) == "controller-document"


@pytest.mark.parametrize("kid", ["key-1", "#key-1", "name", None])
def test_a_key_named_in_the_issuers_document(kid: str | None):
    header = {"typ": "vc+jwt"} | ({"kid": kid} if kid else {})
    token = sign_token(header, a_badge(issuer=ISSUER), P256)
    assert check(token, fetcher=a_document(P256.public)).result.ok


def test_a_name_that_no_key_has():
    token = sign_token({"typ": "vc+jwt", "kid": "other"}, a_badge(issuer=ISSUER), P256)
    assert code_of(token, fetcher=a_document(P256.public)) == "method-unknown"
    assert code_of(sign_token({}, a_badge(issuer=None), P256)) == "token-key-missing"


def test_a_key_listed_for_authentication_only():
    token = make_token(a_badge(issuer=ISSUER), key=P256, method=KID)
    fetcher = a_document(P256.public, assertionMethod=[], authentication=[KID])
    assert code_of(token, fetcher=fetcher) == "key-not-authorised"


def test_without_network_it_is_unchecked():
    found = check(make_token(a_badge(issuer=ISSUER), key=P256, method=KID))
    assert found.result.state == "unchecked"
    assert found.document is not None


def test_a_key_that_the_verifier_holds():
    token = sign_token({"typ": "vc+jwt", "kid": "anything"}, a_badge(), P384)
    assert check(token, key=P384.public).result.ok
    assert code_of(token, key=P256.public) == "key-unfit"


# What the claims say


def first_generation(document: Any, **claims: Any) -> str:
    return sign_token({"typ": "JWT", "kid": method_url(P256)}, {"vc": document, **claims}, P256)


def test_the_claims_of_a_token_fill_the_credential():
    bare = {"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"]}
    token = first_generation(
        bare | {"credentialSubject": {}},
        iss=did_of(P256),
        sub="did:example:holder",
        jti="urn:uuid:1",
        nbf=1767225600,
        exp=1798761600.0,
    )
    assert check(token).document == bare | {
        "id": "urn:uuid:1",
        "issuer": did_of(P256),
        "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2027-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:holder"},
    }


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "did:web:evil.example"}, "token-issuer"),
        ({"sub": "did:example:mallory"}, "token-claims"),
        ({"jti": "urn:uuid:other"}, "token-claims"),
        ({"jti": 5}, "token-claims"),
        ({"nbf": 1700000000}, "token-claims"),
        ({"exp": 1900000000}, "token-claims"),
        ({"exp": "2027-01-01T00:00:00Z"}, "token-claims"),
        ({"exp": True}, "token-claims"),
        ({"nbf": 1e300}, "token-claims"),
        ({"vp": {}}, "token-claims"),
    ],
)
def test_claims_that_contradict_the_credential(claims: dict[str, Any], code: str):
    assert code_of(first_generation(a_badge("1.1"), **claims)) == code


@pytest.mark.parametrize("vc", [None, [], "text", 5])
def test_a_vc_claim_that_is_no_credential(vc: Any):
    assert code_of(first_generation(vc)) == "token-claims"


def test_a_token_that_expired_or_is_not_valid_yet():
    token = make_token(a_badge(), key=P256, method=method_url(P256), expires=NOW)
    assert code_of(token) == "token-expired"
    assert check(token, now=NOW - timedelta(seconds=1)).result.ok
    assert code_of(token, now=NOW - timedelta(days=5)) == "token-not-yet"


def test_the_second_generation_has_no_vc_claim():
    for claim in ("vc", "vp"):
        token = sign_token({"typ": "vc+jwt", "kid": method_url(P256)}, a_badge(**{claim: {}}), P256)
        assert code_of(token) == "token-claims"
    token = sign_token({"typ": "vc+jwt", "kid": method_url(P256)}, a_badge(iss="did:web:evil.example"), P256)
    assert code_of(token) == "token-issuer"
    token = sign_token({"typ": "vc+jwt", "kid": method_url(P256)}, a_badge(jti="urn:uuid:other"), P256)
    assert code_of(token) == "token-claims"


def test_times_as_text_in_iat_are_let_be():
    token = sign_token({"typ": "vc+jwt", "kid": method_url(P256)}, a_badge(iat="2010-01-01T19:23:24Z"), P256)
    assert check(token).result.ok


@pytest.mark.parametrize(
    "header", [{"typ": "bad+typ"}, {"typ": "vc+jwt", "cty": "bad+cty"}, {"typ": 5.5, "cty": 1}]
)
def test_types_that_are_no_credential(header: dict[str, Any]):
    assert code_of(sign_raw(header | {"alg": "ES256", "kid": method_url(P256)}, a_badge())) == "token-type"


def sign_raw(header: Any, claims: Any) -> str:
    start = f"{base64url_encode(json_bytes(header))}.{base64url_encode(json_bytes(claims))}"
    return f"{start}.{base64url_encode(P256.sign(start.encode()))}"


def test_a_type_may_be_written_as_a_media_type():
    header = {"alg": "ES256", "typ": "application/vc+jwt", "cty": "application/vc", "kid": method_url(P256)}
    assert check(sign_raw(header, a_badge())).result.ok


def test_a_presentation():
    token = make_token(
        a_presentation(), key=P256, method=method_url(P256), domain="a.example", challenge="77"
    )
    found = check(token, domain="a.example", challenge="77")
    assert (found.result.ok, found.kind, found.result.purpose) == (True, "presentation", "authentication")
    assert found.document == a_presentation()
    assert code_of(token, domain="b.example") == "proof-domain"
    assert code_of(token, challenge="78") == "proof-challenge"
    first = sign_token(
        {"typ": "JWT", "kid": method_url(P256)},
        {"vp": {"type": "VerifiablePresentation"}, "iss": did_of(P256)},
        P256,
    )
    assert check(first).document == {"type": "VerifiablePresentation", "holder": did_of(P256)}


@pytest.mark.parametrize(("kind", "document"), [("vp+jwt", a_badge()), ("vc+jwt", a_presentation())])
def test_a_type_that_contradicts_its_content(kind: str, document: dict[str, Any]):
    assert code_of(sign_token({"typ": kind, "kid": method_url(P256)}, document, P256)) == "token-type"


def test_a_token_without_credential():
    assert code_of(sign_token({"kid": method_url(P256)}, {"hello": 1}, P256)) == "token-type"


GOOD = make_token(a_badge(), key=P256, method=method_url(P256))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.b",
        "a.b.c.d",
        GOOD + ".",
        GOOD + "=",
        " " + GOOD,
        GOOD.replace(".", "\n.", 1),
        "..",
        "e30.e30.",
        "W10.e30.AA",
        GOOD.replace(GOOD.split(".")[1], "W10"),
        GOOD.replace(GOOD.split(".")[1], base64url_encode(b'{"a": 1, "a": 2}')),
        GOOD.replace(GOOD.split(".")[1], base64url_encode(b'{"a": NaN}')),
        GOOD.replace(GOOD.split(".")[0], base64url_encode(b'{"alg":"none","alg":"ES256"}')),
        GOOD.replace(GOOD.split(".")[0], base64url_encode(b'{"alg":"ES256","x":"' + b"y" * 20_000 + b'"}')),
        GOOD.replace(GOOD.split(".")[1], base64url_encode(b"[" * 5000 + b"]" * 5000)),
    ],
)
def test_what_is_no_token(text: str):
    assert code_of(text) == "token-malformed"


@pytest.mark.big
def test_a_badge_of_the_validator_of_1edtech(shared_data: Path):
    text = (shared_data / "records/vectors/1edtech-ob30/ob30/simple.jwt").read_text().strip()
    found = check(text)
    assert (found.kind, found.version) == ("credential", "1.1")
    assert found.document is not None
    assert found.document["issuer"]["id"] == "https://example.edu/issuers/565049"
    assert found.result.state == "unchecked"


def test_signature_errors_say_which():
    token = read_token(GOOD)
    with pytest.raises(KeyUnfitError, match=re.escape("says ES256")):
        check_signature(token, ED25519.public)
    with pytest.raises(TokenSignatureError):
        check_signature(token, PrivateKey.generate("P-256").public)
