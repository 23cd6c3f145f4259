"""COSE_Sign1: made, verified, and refused where it asks for trust."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest

from learnwork.records.cose import (
    ALGORITHM,
    CONTENT,
    CRITICAL,
    KID,
    TAG,
    TYPE,
    cose_bytes,
    make_cose,
    verify_cose,
)
from learnwork.records.fetching import NoNetwork
from learnwork.records.jose import json_bytes
from learnwork.records.keys import Kind, PrivateKey
from learnwork.records.proof_errors import KeyUnfitError
from learnwork.records.token_errors import TokenMalformedError
from learnwork.records.tokens import TokenResult

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
KINDS: list[Kind] = ["Ed25519", "P-256", "P-384", "P-521"]


def did_of(key: PrivateKey) -> str:
    return f"did:key:{key.public.to_multibase()}"


def method_url(key: PrivateKey) -> str:
    return f"{did_of(key)}#{key.public.to_multibase()}"


def a_badge(**changes: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": did_of(KEY),
        "credentialSubject": {"id": "did:example:holder"},
    } | changes


def check(data: bytes, **options: Any) -> TokenResult:
    return verify_cose(data, **({"fetcher": NoNetwork(), "now": NOW} | options))


def code_of(data: bytes, **options: Any) -> str:
    found = check(data, **options)
    assert not found.result.ok
    assert found.result.error is not None
    return found.result.error.code


@pytest.mark.parametrize("kind", KINDS)
def test_it_works(kind: Kind):
    key = PrivateKey.generate(kind)
    found = check(make_cose(a_badge(), key=key, method=method_url(key)))
    assert found.result.error is None
    assert (found.result.ok, found.document, found.kind) == (True, a_badge(), "credential")
    assert found.result.controller == did_of(key)


def test_a_presentation_and_a_key_that_is_held():
    document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation"}
    data = make_cose(document, key=KEY, method="some-key")
    found = check(data, key=KEY.public)
    assert (found.result.ok, found.kind, found.result.purpose) == (True, "presentation", "authentication")
    assert code_of(data, key=PrivateKey.generate("P-384").public) == "key-unfit"
    assert code_of(data, key=PrivateKey.generate("P-256").public) == "token-signature"


def test_base64_with_and_without_padding():
    data = make_cose(a_badge(), key=KEY, method=method_url(KEY))
    text = base64.b64encode(data).decode()
    assert cose_bytes(text) == cose_bytes(text.rstrip("=")) == cose_bytes(f" {text}\n") == data
    for bad in ("!!!!", "A", "not base64"):
        with pytest.raises(TokenMalformedError):
            cose_bytes(bad)


def made(
    header: dict[Any, Any],
    content: bytes | None = None,
    loose: dict[Any, Any] | None = None,
    tag: bool = True,
) -> bytes:
    """A rightly signed record with these headers."""
    protected = cbor2.dumps(header)
    content = json_bytes(a_badge()) if content is None else content
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, b"", content]))
    value = [protected, loose or {}, content, signature]
    return cbor2.dumps(cbor2.CBORTag(TAG, value) if tag else value)


GOOD = {ALGORITHM: -7, KID: method_url(KEY).encode(), TYPE: "application/vc+cose", CONTENT: "application/vc"}


def test_the_helper_makes_good_ones():
    assert check(made(GOOD)).result.ok
    assert check(made(GOOD, tag=False)).result.ok
    assert check(made({name: GOOD[name] for name in (ALGORITHM, TYPE)}, loose={KID: GOOD[KID]})).result.ok


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({ALGORITHM: None}, "token-algorithm"),
        ({ALGORITHM: 5}, "token-algorithm"),
        ({ALGORITHM: -37}, "token-algorithm"),
        ({ALGORITHM: True}, "token-algorithm"),
        ({ALGORITHM: "ES256"}, "token-algorithm"),
        ({ALGORITHM: -35}, "key-unfit"),
        ({CRITICAL: [3]}, "token-header-critical"),
        ({TYPE: "very/bad"}, "token-type"),
        ({TYPE: "application/vp+cose"}, "token-type"),
        ({TYPE: 5}, "token-type"),
        ({CONTENT: "really/bad"}, "token-type"),
        ({CONTENT: 60}, "token-type"),
        ({KID: b"did:key:zzz#zzz"}, "key-unsupported"),
        ({KID: b"\xff"}, "method-unknown"),
    ],
)
def test_headers_that_are_wrong(changes: dict[int, Any], code: str):
    assert code_of(made(GOOD | changes)) in (code, "key-unreadable" if code == "key-unsupported" else code)


def test_a_header_in_both_places():
    assert code_of(made(GOOD, loose={ALGORITHM: -7})) == "token-malformed"
    assert code_of(made(GOOD, loose={CRITICAL: []})) == "token-header-critical"
    unprotected = {name: inner for name, inner in GOOD.items() if name != ALGORITHM}
    assert code_of(made(unprotected, loose={ALGORITHM: -7})) == "token-algorithm"


@pytest.mark.parametrize("content", [b"[]", b'"text"', b"{}", b'{"type": "Other"}'])
def test_content_that_is_no_credential(content: bytes):
    assert code_of(made(GOOD, content)) == "token-type"


@pytest.mark.parametrize(
    ("content", "code"), [(b"{", "record-not-json"), (b'{"a":1,"a":2}', "record-duplicate-key")]
)
def test_content_that_is_no_json(content: bytes, code: str):
    assert code_of(made(GOOD, content)) == code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        cbor2.dumps(5),
        cbor2.dumps([]),
        cbor2.dumps([b"", {}, b"", b"", b""]),
        cbor2.dumps(["", {}, b"", b""]),
        cbor2.dumps([b"\x01", {}, b"", b""]),
        cbor2.dumps(cbor2.CBORTag(98, [b"", {}, b"", b""])),
        made(GOOD) + b"\0",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x81" * 100_000,
    ],
)
def test_what_is_no_cose(data: bytes):
    assert code_of(data) == "token-malformed"


def test_any_change_is_found():
    data = make_cose(a_badge(), key=KEY, method=method_url(KEY))
    assert code_of(data.replace(b"holder", b"holdes")) == "token-signature"
    assert json.dumps(check(data).document) == json.dumps(a_badge())


def test_rsa_is_not_for_cose():
    with pytest.raises(KeyUnfitError):
        make_cose(a_badge(), key=PrivateKey.generate("RSA"), method="x")


def enveloped(data: bytes, kind: str = "Credential") -> dict[str, Any]:
    text = base64.b64encode(data).decode()
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": [f"EnvelopedVerifiable{kind}"],
        "id": f"data:application/v{'c' if kind == 'Credential' else 'p'}+cose;base64,{text}",
    }


def test_an_envelope_of_cose_gets_a_verdict_like_any_other() -> None:
    from learnwork.records.verification import verify

    good = make_cose(a_badge(validFrom="2026-01-01T00:00:00Z"), key=KEY, method=method_url(KEY))
    found = verify(enveloped(good), now=NOW)
    assert found.accepted, found.sentence
    assert {"proof", "issuer-bound"} <= found.codes("passed")
    other = PrivateKey.from_secret("P-256", bytes(range(2, 34)))
    foreign = make_cose(a_badge(), key=other, method=method_url(other))
    for bad in (good[:-1] + bytes([good[-1] ^ 1]), good[:-1], b"", foreign, b"\xd2\x84"):
        assert verify(enveloped(bad), now=NOW).outcome == "rejected"


def test_a_presentation_in_cose_answers_no_challenge() -> None:
    from learnwork.records.verification import verify

    inner = enveloped(make_cose(a_badge(), key=KEY, method=method_url(KEY)))
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did_of(KEY),
        "verifiableCredential": [inner],
    }
    shown = enveloped(make_cose(document, key=KEY, method=method_url(KEY)), "Presentation")
    assert verify(shown, now=NOW).accepted
    for asked in ({"challenge": "c1"}, {"domain": "employer.example"}):
        assert "proof-challenge" in verify(shown, now=NOW, **asked).codes("failed")
