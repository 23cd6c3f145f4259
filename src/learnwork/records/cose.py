"""Credentials and presentations as COSE_Sign1, the token form of the small devices: verified and made.

The same rules hold as for tokens (JWT): the algorithm is on a short list and must fit a key that was found elsewhere;
what must be understood and is not known is refused.
Sources: RFC 9052 section 4.2, RFC 9053, RFC 9596 (typ); Securing Verifiable Credentials using JOSE and COSE 1.0.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import cbor2

from learnwork.records.errors import RecordError
from learnwork.records.fetching import Fetcher
from learnwork.records.jose import ALGORITHMS, Token, check_header, json_bytes, media_type
from learnwork.records.keys import Kind, PrivateKey, PublicKey
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import KeyUnfitError, ProofChallengeError
from learnwork.records.proofs import ProofResult
from learnwork.records.sentences import piece
from learnwork.records.token_errors import (
    AlgorithmRefusedError,
    HeaderCriticalError,
    TokenMalformedError,
    TokenSignatureError,
    TokenTypeError,
)
from learnwork.records.tokens import TokenResult, key_of

TAG = 18
ALGORITHM, CRITICAL, CONTENT, KID, TYPE = 1, 2, 3, 4, 16
# Numbers of algorithms (RFC 9053; RFC 9864 for -9, -51, -19, which name the curve) and their names in tokens.
NAMES = {
    -7: "ES256",
    -35: "ES384",
    -36: "ES512",
    -8: "EdDSA",
    -9: "ES256",
    -51: "ES384",
    -52: "ES512",
    -19: "Ed25519",
}
NUMBER: dict[Kind, int] = {"P-256": -7, "P-384": -35, "P-521": -36, "Ed25519": -8}
KINDS = {name: ALGORITHMS[name] for name in NAMES.values()}
MOST_BYTES = 12_000_000
_AGAIN = "Send the record exactly as it was issued."
_ASK = "Ask the holder to present it as a token, or with a proof inside."
_DISTRUST = "Do not rely on it; ask the issuer for the record."


def cose_bytes(text: str) -> bytes:
    """The bytes of a COSE record written as base64, with or without padding. Raises TokenMalformedError."""
    try:
        return base64.b64decode(text.strip() + "=" * (-len(text.strip()) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise TokenMalformedError("The COSE record is not base64.", hint=_AGAIN) from None


def verify_cose(data: bytes, *, fetcher: Fetcher, now: datetime, key: PublicKey | None = None) -> TokenResult:
    """Open a COSE_Sign1. `key` only where the verifier holds the issuer's key already. Nothing is raised for a bad one:
    the result says what is wrong.
    """
    opened: dict[str, Any] = {}
    known: dict[str, Any] = {}
    try:
        protected, header, content, signature = _read(data)
        document = parse(content, where=piece("The COSE record's content"))
        opened["kind"] = kind = _kind(header, document)
        opened |= {"document": document, "header": header, "claims": {}}
        known |= {
            "suite": f"COSE {header['alg']}",
            "purpose": "authentication" if kind == "presentation" else "assertionMethod",
        }
        if key is None:
            token = Token("", header, {})
            method = key_of(token, document, purpose=known["purpose"], fetcher=fetcher, now=now)
            known |= {"method": method.id, "controller": method.controller}
            key = method.key
        _check_signature(header["alg"], key, _signed(protected, content), signature)
    except RecordError as error:
        return TokenResult(ProofResult(error=error, **known), **opened)
    return TokenResult(ProofResult(ok=True, **known), **opened)


def verify_cose_text(
    text: str, *, fetcher: Fetcher, now: datetime, domain: str | None = None, challenge: str | None = None
) -> TokenResult:
    """The same for base64, as data: URLs have it. The form has no room for a verifier's name and challenge, so that a
    presentation of which they are asked is refused.
    """
    try:
        found = verify_cose(cose_bytes(text), fetcher=fetcher, now=now)
    except TokenMalformedError as error:
        return TokenResult(ProofResult(error=error))
    if found.kind == "presentation" and found.result.ok and (domain is not None or challenge is not None):
        answer = ProofChallengeError("A presentation in COSE does not say for whom it was made.", hint=_ASK)
        return replace(found, result=replace(found.result, ok=False, error=answer))
    return found


def _read(data: bytes) -> tuple[bytes, dict[str, Any], bytes, bytes]:
    """The protected header as signed and as read, the content, the signature."""
    if len(data) > MOST_BYTES:
        raise TokenMalformedError(f"The COSE record has more than {MOST_BYTES:,} bytes.", hint=_AGAIN)
    value = _loaded(data)
    if isinstance(value, cbor2.CBORTag) and value.tag == TAG:
        value = value.value
    match value:
        case [bytes(protected), Mapping() as loose, bytes(content), bytes(signature)]:
            fixed = _loaded(protected) if protected else {}
            if isinstance(fixed, Mapping) and not fixed.keys() & loose.keys():
                return protected, _header(fixed, loose), content, signature
    raise TokenMalformedError("The COSE record has not the four parts of a COSE_Sign1.", hint=_AGAIN)


def _loaded(data: bytes) -> Any:
    stream = io.BytesIO(data)
    try:
        value = cbor2.load(stream)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise TokenMalformedError("The COSE record is no CBOR.", hint=_AGAIN) from None
    if stream.read(1):
        raise TokenMalformedError("Something follows the COSE record.", hint=_AGAIN)
    return value


def _header(fixed: Mapping[Any, Any], loose: Mapping[Any, Any]) -> dict[str, Any]:
    """The header in the words of tokens. Only the key's name may stand unprotected."""
    if CRITICAL in fixed or CRITICAL in loose:
        raise HeaderCriticalError(
            "The record must not be read without extensions (crit) that are not known here.",
            hint="Ask for a record without them.",
        )
    number = fixed.get(ALGORITHM)
    if not isinstance(number, int) or isinstance(number, bool) or number not in NAMES:
        raise AlgorithmRefusedError(
            f"The record is signed by the algorithm {number!r:.30}, which is not accepted.",
            hint=f"{', '.join(KINDS)} are.",
        )
    kid = fixed.get(KID, loose.get(KID))
    header = {
        "alg": NAMES[number],
        "typ": fixed.get(TYPE),
        "cty": fixed.get(CONTENT),
        "kid": kid.decode("utf-8", "replace") if isinstance(kid, bytes) else None,
    }
    check_header(header)
    return {name: inner for name, inner in header.items() if inner is not None}


def _kind(header: dict[str, Any], document: Any) -> Literal["credential", "presentation"]:
    """What the record is, by its types and its content. Raises TokenTypeError."""
    typ, content = (media_type(header[name]) if name in header else "" for name in ("typ", "cty"))
    types = document.get("type") if isinstance(document, dict) else None
    listed = types if isinstance(types, list) else [types]
    for kind, name, word in (
        ("credential", "vc", "VerifiableCredential"),
        ("presentation", "vp", "VerifiablePresentation"),
    ):
        fits = typ in ("", f"{name}+cose") and ("typ" in header) == bool(typ)
        if fits and content in ("", name) and ("cty" in header) == bool(content) and word in listed:
            return kind  # type: ignore[return-value]
    raise TokenTypeError(
        f"The record is of the type {typ or content or piece('unknown')!r}, or its content is none of that.",
        hint="Ask for a verifiable credential or presentation.",
    )


def _signed(protected: bytes, content: bytes) -> bytes:
    """What is signed (RFC 9052, section 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", content])


def _check_signature(algorithm: str, key: PublicKey, message: bytes, signature: bytes) -> None:
    if KINDS[algorithm] != key.kind:
        raise KeyUnfitError(
            f"The record says {algorithm}, and the issuer's key is {key.kind}: one of the two was exchanged.",
            hint=_DISTRUST,
        )
    if not key.verify(message, signature):
        raise TokenSignatureError(
            "The signature does not fit: the record was changed after it was signed, or another key signed it.",
            hint=_DISTRUST,
        )


def make_cose(document: dict[str, Any], *, key: PrivateKey, method: str) -> bytes:
    """A credential or presentation as COSE_Sign1; `method` is the URL of the key. Raises KeyUnfitError for RSA."""
    if key.kind not in NUMBER:
        raise KeyUnfitError(
            f"COSE records are not signed with a key of {key.kind}.", hint="Take P-256 or Ed25519."
        )
    types = document.get("type", [])
    name = "vp" if "VerifiablePresentation" in (types if isinstance(types, list) else [types]) else "vc"
    protected = cbor2.dumps(
        {
            ALGORITHM: NUMBER[key.kind],
            CONTENT: f"application/{name}",
            KID: method.encode(),
            TYPE: f"application/{name}+cose",
        }
    )
    content = json_bytes(document)
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, content, key.sign(_signed(protected, content))]))
