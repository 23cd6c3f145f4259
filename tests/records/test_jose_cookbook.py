"""The JOSE cookbook (RFC 7520): all of it is reproduced, and what is not accepted is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import import_key

from learnwork.records.fetching import NoNetwork
from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.multibase import base64url_decode, base64url_encode
from learnwork.records.tokens import verify_token

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ACCEPTED = ["jws", "4_1.rsa_v15_signature", "4_3.ecdsa_signature"]
REFUSED = ["4_2.rsa-pss_signature", "4_4.hmac-sha2_integrity_protection"]


def vector(shared_data: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (shared_data / "records/vectors/jose-cookbook" / f"{name}.json").read_text()
    )
    return found


@pytest.mark.big
def test_the_cookbook_with_our_algorithms(shared_data: Path):
    ed = vector(shared_data, "jws")
    text, jwk = ed["output"]["compact"], ed["input"]["key"]
    key = PrivateKey.from_jwk(jwk)
    header, payload, signature = text.split(".")
    assert base64url_decode(payload).decode() == ed["input"]["payload"]
    assert base64url_encode(key.sign(f"{header}.{payload}".encode())) == signature == ed["signing"]["sig"]
    rsa = vector(shared_data, "4_1.rsa_v15_signature")
    public = PublicKey.from_jwk({name: rsa["input"]["key"][name] for name in ("kty", "n", "e")})
    start, _, end = rsa["output"]["compact"].rpartition(".")
    assert public.verify(start.encode(), base64url_decode(end))
    assert not public.verify(start.encode() + b"x", base64url_decode(end))
    curve = vector(shared_data, "4_3.ecdsa_signature")
    point = PrivateKey.from_jwk(curve["input"]["key"]).public
    start, _, end = curve["output"]["compact"].rpartition(".")
    assert point.verify(start.encode(), base64url_decode(end))


@pytest.mark.big
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # the name, not the algorithm
@pytest.mark.parametrize("name", [*ACCEPTED, *REFUSED])
def test_the_cookbook_in_compact_form(shared_data: Path, name: str):
    """The library reproduces each; what is not on our list is refused before any signature is looked at."""
    case = vector(shared_data, name)
    algorithm, text = case["input"]["alg"], case["output"]["compact"]
    registry = jws.JWSRegistry(algorithms=[algorithm])
    found = jws.deserialize_compact(text, import_key(case["input"]["key"]), registry=registry)
    assert found.payload.decode() == case["input"]["payload"]
    if name in REFUSED:
        refused = verify_token(text, fetcher=NoNetwork(), now=NOW).result.error
        assert refused is not None
        assert refused.code == "token-algorithm"


@pytest.mark.big
@pytest.mark.parametrize(
    "name", ["4_5.signature_with_detached_content", "4_6.protecting_specific_header_fields"]
)
def test_the_cookbook_in_json(shared_data: Path, name: str):
    case = vector(shared_data, name)
    registry = jws.JWSRegistry(algorithms=[case["input"]["alg"]])
    key = import_key(case["input"]["key"])
    payload = base64url_encode(case["input"]["payload"].encode())
    for form in ("json", "json_flat"):
        found = jws.deserialize_json({**case["output"][form], "payload": payload}, key, registry=registry)
        assert found.payload.decode() == case["input"]["payload"]


@pytest.mark.big
def test_the_cookbook_with_unprotected_headers_and_several_signatures(shared_data: Path):
    alone = vector(shared_data, "4_7.protecting_content_only")
    registry = jws.JWSRegistry(algorithms=["HS256"])
    found = jws.deserialize_json(
        alone["output"]["json_flat"], import_key(alone["input"]["key"]), registry=registry
    )
    assert found.payload.decode() == alone["input"]["payload"]
    several = vector(shared_data, "4_8.multiple_signatures")
    for one, jwk, algorithm in zip(
        several["output"]["json"]["signatures"], several["input"]["key"], several["input"]["alg"], strict=True
    ):
        flat = {"payload": several["output"]["json"]["payload"], **one}
        registry = jws.JWSRegistry(algorithms=[algorithm])
        assert (
            jws.deserialize_json(flat, import_key(jwk), registry=registry).payload.decode()
            == several["input"]["payload"]
        )
