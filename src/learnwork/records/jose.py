"""Signed tokens (JWS): read strictly, verified with a key that was found elsewhere, made.

What a token says about itself is never believed: its algorithm must be on a short list and fit the key; a key in the
header, an address of one, and extensions that must be understood are refused. joserfc does the JOSE, with Ed25519 put
through libsodium. Sources: RFC 7515, 7518, 8037, 8725 (best practices).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from learnwork.records.errors import RecordError
from learnwork.records.keys import Kind, PrivateKey, PublicKey
from learnwork.records.multibase import base64url_decode, base64url_encode
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import KeyUnfitError
from learnwork.records.sentences import piece
from learnwork.records.token_errors import (
    AlgorithmNoneError,
    AlgorithmRefusedError,
    HeaderAddressError,
    HeaderCriticalError,
    HeaderKeyError,
    TokenMalformedError,
    TokenSignatureError,
)

ALGORITHMS: dict[str, Kind] = {
    "EdDSA": "Ed25519",
    "Ed25519": "Ed25519",  # its name since RFC 9864
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "RS256": "RSA",
}
ALGORITHM_OF: dict[Kind, str] = {
    "Ed25519": "EdDSA",
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "RSA": "RS256",
}
MOST_TEXT = 12_000_000
MOST_HEADER = 16_000
_AGAIN = "Send the token exactly as it was issued."
_DISTRUST = "Do not rely on it; ask the issuer for the record."
_BY_KID = "The issuer must publish its key where it is known to be the issuer's, and name it by kid."


class _Libsodium(jws.JWSAlgModel):  # type: ignore[name-defined,misc]  # joserfc does not list it in __all__
    """Ed25519 for joserfc by libsodium, which refuses keys of small order."""

    key_type = "OKP"
    description = "Ed25519 by libsodium"

    def __init__(self, name: str) -> None:
        self.name = name

    def sign(self, msg: bytes, key: OKPKey) -> bytes:
        return PrivateKey.from_jwk(key.as_dict(private=True)).sign(msg)

    def verify(self, msg: bytes, sig: bytes, key: OKPKey) -> bool:
        return PublicKey.from_jwk(key.as_dict(private=False)).verify(msg, sig)


class Registry(jws.JWSRegistry):
    """The algorithms and sizes that are accepted. Headers that mean nothing here are ignored (RFC 7515, section 4)."""

    algorithms = {
        **{name: jws.JWSRegistry.algorithms[name] for name in ("ES256", "ES384", "ES512", "RS256")},
        **{name: _Libsodium(name) for name in ("EdDSA", "Ed25519")},
    }
    max_header_length = MOST_HEADER
    max_payload_length = MOST_TEXT
    max_signature_length = 2_048

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm], strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A token in three parts, read and not yet verified."""

    text: str
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def type(self) -> str:
        """What `typ` says, in small letters and without `application/`; "" if it says nothing."""
        return media_type(self.header.get("typ"))


def media_type(value: Any) -> str:
    """A `typ` or `cty` in small letters and without `application/` (RFC 7515, section 4.1.9)."""
    return value.lower().removeprefix("application/") if isinstance(value, str) else ""


def read_token(text: str, *, where: str = piece("The token")) -> Token:
    """A compact token, its signature not looked at. Raises TokenMalformedError and what `check_header` raises."""
    if len(text) > MOST_TEXT:
        raise TokenMalformedError(f"{where} has more than {MOST_TEXT:,} letters.", hint=_AGAIN)
    parts = text.split(".")
    if len(parts) != 3:
        raise TokenMalformedError(f"{where} has {len(parts)} parts, not three.", hint=_AGAIN)
    header = _object(parts[0], piece(f"{where}'s header"), MOST_HEADER)
    check_header(header)
    claims = _object(parts[1], piece(f"{where}'s content"), MOST_TEXT)
    _bytes(parts[2], piece(f"{where}'s signature"))
    return Token(text, header, claims)


def _bytes(part: str, what: str) -> bytes:
    try:
        return base64url_decode(part)
    except ValueError:
        raise TokenMalformedError(f"{what} is not base64url.", hint=_AGAIN) from None


def _object(part: str, what: str, limit: int) -> dict[str, Any]:
    try:
        value = parse(_bytes(part, what), where=what, limit=limit)
    except TokenMalformedError:
        raise
    except RecordError as problem:
        raise TokenMalformedError(f"{what} cannot be read: {problem.message}", hint=_AGAIN) from None
    if not isinstance(value, dict):
        raise TokenMalformedError(f"{what} is no JSON object.", hint=_AGAIN)
    return value


def check_header(header: Mapping[str, Any]) -> None:
    """Refuse headers that ask for trust. Raises one of the errors of headers and algorithms."""
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise TokenMalformedError("The token does not say how it is signed (alg).", hint=_AGAIN)
    if algorithm.lower() == "none":
        raise AlgorithmNoneError("The token says of itself that it is not signed (alg none).", hint=_DISTRUST)
    if algorithm not in ALGORITHMS:
        raise AlgorithmRefusedError(
            f"The token is signed by {algorithm[:30]!r}, which is not accepted.",
            hint=f"{', '.join(ALGORITHMS)} are.",
        )
    for member, error in (("jwk", HeaderKeyError), ("x5c", HeaderKeyError)):
        if member in header:
            raise error(
                f"The token brings its own key ({member}): that proves nothing about who signed it.",
                hint=_BY_KID,
            )
    for member in ("jku", "x5u"):
        if member in header:
            raise HeaderAddressError(
                f"The token says itself where its key is fetched ({member}).", hint=_BY_KID
            )
    if "crit" in header or header.get("b64") is False:
        raise HeaderCriticalError(
            f"The token must not be read without extensions ({header.get('crit')!r:.80}) that are not known here.",
            hint="Ask for a token without them.",
        )


def check_signature(token: Token, key: PublicKey) -> None:
    """Raises KeyUnfitError where the algorithm is not the key's, TokenSignatureError where the signature is wrong."""
    algorithm = token.header["alg"]
    if ALGORITHMS.get(algorithm) != key.kind:
        raise KeyUnfitError(
            f"The token says {algorithm}, and the issuer's key is {key.kind}: one of the two was exchanged.",
            hint=_DISTRUST,
        )
    try:
        jws.deserialize_compact(token.text, _public(key), registry=Registry(algorithm))
    except JoseError:
        raise TokenSignatureError(
            "The signature does not fit: the token was changed after it was signed, or another key signed it.",
            hint=_DISTRUST,
        ) from None


def sign_token(header: Mapping[str, Any], claims: Mapping[str, Any], key: PrivateKey) -> str:
    """A compact token over `claims`; `alg` is the key's."""
    algorithm = ALGORITHM_OF[key.kind]
    return jws.serialize_compact(
        {"alg": algorithm, **header}, json_bytes(claims), _private(key), registry=Registry(algorithm)
    )


def json_bytes(value: Any) -> bytes:
    """A JSON value as tokens carry it: compact, in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


@lru_cache(maxsize=256)
def _public(key: PublicKey) -> ECKey | OKPKey | RSAKey:
    made = import_key(dict(key.to_jwk()))
    assert isinstance(made, ECKey | OKPKey | RSAKey)  # noqa: S101  (narrows the type)
    return made


def _private(key: PrivateKey) -> ECKey | OKPKey | RSAKey:
    if key.kind == "RSA":
        return RSAKey.import_key(_pem(key.secret))
    made = import_key({**key.public.to_jwk(), "d": base64url_encode(key.secret)})
    assert isinstance(made, ECKey | OKPKey)  # noqa: S101  (narrows the type)
    return made


def _pem(der: bytes) -> bytes:
    return b"-----BEGIN PRIVATE KEY-----\n" + base64.encodebytes(der) + b"-----END PRIVATE KEY-----\n"
