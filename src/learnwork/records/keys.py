"""Keys of issuers and holders: Ed25519, P-256, P-384, P-521 and RSA; read, written, signed with, verified with.

Ed25519 goes through libsodium (PyNaCl), which refuses keys of small order; the others through `cryptography`.
Signatures of ECDSA are r and s side by side (RFC 4754 section 7), made deterministically (RFC 6979).
Sources: Controlled Identifiers 1.0 sections 2.2.2 (Multikey) and 2.2.3 (JsonWebKey); RFC 7517, 7518, 8037.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from learnwork.records.multibase import base58_encode, base64url_decode, base64url_encode, multibase_decode
from learnwork.records.proof_errors import (
    KeySecretShownError,
    KeyUnreadableError,
    KeyUnsupportedError,
    KeyWeakError,
)
from learnwork.records.sentences import piece

Kind = Literal["Ed25519", "P-256", "P-384", "P-521", "RSA"]
MULTIKEYS: tuple[Kind, ...] = ("Ed25519", "P-256", "P-384", "P-521")
LEAST_RSA_BITS = 2048
MOST_RSA_BITS = 8192  # beyond that one verification takes too long
_PUBLIC = {"Ed25519": b"\xed\x01", "P-256": b"\x80\x24", "P-384": b"\x81\x24", "P-521": b"\x82\x24"}
_SECRET = {"Ed25519": b"\x80\x26", "P-256": b"\x86\x26", "P-384": b"\x87\x26", "P-521": b"\x88\x26"}
_PUBLIC_LENGTH = {"Ed25519": 32, "P-256": 33, "P-384": 49, "P-521": 67}
_SECRET_LENGTH = {"Ed25519": 32, "P-256": 32, "P-384": 48, "P-521": 66}
_CURVE: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
_HASH: dict[str, hashes.HashAlgorithm] = {
    "P-256": hashes.SHA256(),
    "P-384": hashes.SHA384(),
    "P-521": hashes.SHA512(),
}
_SECRET_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_HINT = "Ask the issuer to publish an Ed25519, P-256 or P-384 key as Multikey or JsonWebKey."


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to verify with. `raw`: 32 bytes (Ed25519), compressed point (P-256, P-384, P-521), PKCS #1 DER (RSA)."""

    kind: Kind
    raw: bytes

    @classmethod
    def from_multibase(cls, text: object) -> PublicKey:
        """Read a Multikey (`z6Mk…`, `zDna…`, `z82L…`). Raises KeyUnreadableError, KeyUnsupportedError, KeyWeakError."""
        if not isinstance(text, str):
            raise KeyUnreadableError("A public key is not in Multikey form. It is no text.", hint=_HINT)
        return _key_of_multibase(text)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PublicKey:
        """Read a public JWK. Raises the same, and KeySecretShownError where a private member is in it."""
        if any(member in jwk for member in _SECRET_MEMBERS):
            raise KeySecretShownError(
                "A document that anyone may read shows a private key.",
                hint="Everything signed with it is worthless: the issuer must replace the key and issue anew.",
            )
        match jwk.get("kty"), jwk.get("crv"):
            case "OKP", "Ed25519":
                return cls("Ed25519", _jwk_bytes(jwk, "x", 32)).checked()
            case "EC", ("P-256" | "P-384" | "P-521") as kind:
                length = _SECRET_LENGTH[kind]
                point = b"\x04" + _jwk_bytes(jwk, "x", length) + _jwk_bytes(jwk, "y", length)
                return _key_of_point(kind, point)
            case "RSA", None:
                return _rsa_key(
                    int.from_bytes(_jwk_bytes(jwk, "n"), "big"), int.from_bytes(_jwk_bytes(jwk, "e"), "big")
                )
            case kty, crv:
                raise KeyUnsupportedError(
                    f"A key of type {kty!s:.20} {crv or ''!s:.20} is not read here.", hint=_HINT
                )

    def checked(self) -> PublicKey:
        """Itself, if it is a sound key. Raises KeyUnreadableError, KeyWeakError."""
        _native(self.kind, self.raw)
        return self

    def to_multibase(self) -> str:
        """The Multikey text. RSA has none (KeyUnsupportedError)."""
        if self.kind == "RSA":
            raise KeyUnsupportedError("An RSA key has no Multikey form.", hint="Publish it as JsonWebKey.")
        return "z" + base58_encode(_PUBLIC[self.kind] + self.raw)

    def to_jwk(self) -> dict[str, str]:
        """The public JWK."""
        if self.kind == "Ed25519":
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(self.raw)}
        native = _native(self.kind, self.raw)
        if isinstance(native, rsa.RSAPublicKey):
            numbers = native.public_numbers()
            return {"kty": "RSA", "n": _unsigned(numbers.n), "e": _unsigned(numbers.e)}
        assert isinstance(native, ec.EllipticCurvePublicKey)  # noqa: S101  (narrows the type)
        point = native.public_numbers()
        length = _SECRET_LENGTH[self.kind]
        x, y = (base64url_encode(number.to_bytes(length, "big")) for number in (point.x, point.y))
        return {"kty": "EC", "crv": self.kind, "x": x, "y": y}

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` was made over `message` with this key. RSA means PKCS #1 v1.5 with SHA-256 (RS256)."""
        native = _native(self.kind, self.raw)
        try:
            if isinstance(native, VerifyKey):
                if len(signature) != bindings.crypto_sign_BYTES:
                    return False
                native.verify(message, signature)
            elif isinstance(native, ec.EllipticCurvePublicKey):
                length = _SECRET_LENGTH[self.kind]
                if len(signature) != 2 * length:
                    return False
                r, s = int.from_bytes(signature[:length], "big"), int.from_bytes(signature[length:], "big")
                native.verify(encode_dss_signature(r, s), message, ec.ECDSA(_HASH[self.kind]))
            else:
                native.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except (CryptoError, InvalidSignature):
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key to sign with. `secret` never shows in a repr, a log or an error; RSA is PKCS #8 DER."""

    public: PublicKey
    secret: bytes = field(repr=False)

    @property
    def kind(self) -> Kind:
        return self.public.kind

    @classmethod
    def generate(cls, kind: Kind) -> PrivateKey:
        """A new key from the system's source of randomness."""
        if kind == "Ed25519":
            return cls.from_secret(kind, secrets.token_bytes(32))
        if kind == "RSA":
            return cls.from_secret(
                kind, _pkcs8(rsa.generate_private_key(public_exponent=65537, key_size=3072))
            )
        number = ec.generate_private_key(_CURVE[kind]).private_numbers().private_value
        return cls.from_secret(kind, number.to_bytes(_SECRET_LENGTH[kind], "big"))

    @classmethod
    def from_secret(cls, kind: Kind, secret: bytes) -> PrivateKey:
        """The key of a seed (Ed25519), a scalar (curves P) or PKCS #8 DER (RSA). Raises KeyUnreadableError."""
        native = _native_private(kind, secret)
        if isinstance(native, SigningKey):
            return cls(PublicKey("Ed25519", bytes(native.verify_key)).checked(), secret)
        if isinstance(native, ec.EllipticCurvePrivateKey):
            return cls(_key_of_native_point(kind, native.public_key()), secret)
        numbers = native.public_key().public_numbers()
        return cls(_rsa_key(numbers.n, numbers.e), secret)

    @classmethod
    def from_multibase(cls, text: str) -> PrivateKey:
        """Read a secretKeyMultibase. Raises KeyUnreadableError, KeyUnsupportedError."""
        data = _multibase_bytes(text, piece("A secret key"))
        for kind in MULTIKEYS:
            if data.startswith(_SECRET[kind]) and len(data) == 2 + _SECRET_LENGTH[kind]:
                return cls.from_secret(kind, data[2:])
        raise KeyUnsupportedError("That text is no secret key of a kind that is read here.", hint=_HINT)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PrivateKey:
        """Read a private JWK, of RSA excepted. Raises KeyUnreadableError, KeyUnsupportedError."""
        public = PublicKey.from_jwk({key: value for key, value in jwk.items() if key not in _SECRET_MEMBERS})
        if public.kind == "RSA":
            raise KeyUnsupportedError("A private RSA key is read from PKCS #8, not from a JWK.", hint=_HINT)
        made = cls.from_secret(public.kind, _jwk_bytes(jwk, "d", _SECRET_LENGTH[public.kind]))
        if made.public != public:
            raise KeyUnreadableError(
                "The two halves of the key do not belong together.", hint="Export it anew."
            )
        return made

    def to_multibase(self) -> str:
        """The secretKeyMultibase text: unencrypted, for vectors and for a store that encrypts."""
        if self.kind == "RSA":
            raise KeyUnsupportedError("An RSA key has no Multikey form.", hint="Keep it as PKCS #8.")
        return "z" + base58_encode(_SECRET[self.kind] + self.secret)

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`: r and s side by side for curves P, as long as the modulus for RSA."""
        native = _native_private(self.kind, self.secret)
        if isinstance(native, SigningKey):
            return native.sign(message).signature
        if isinstance(native, ec.EllipticCurvePrivateKey):
            der = native.sign(message, ec.ECDSA(_HASH[self.kind], deterministic_signing=True))
            length = _SECRET_LENGTH[self.kind]
            return b"".join(number.to_bytes(length, "big") for number in decode_dss_signature(der))
        return native.sign(message, padding.PKCS1v15(), hashes.SHA256())


@lru_cache(maxsize=1024)
def _key_of_multibase(text: str) -> PublicKey:
    data = _multibase_bytes(text, piece("A public key"))
    for kind in MULTIKEYS:
        if data.startswith(_PUBLIC[kind]):
            if len(data) != 2 + _PUBLIC_LENGTH[kind]:
                raise KeyUnreadableError(f"A public {kind} key has the wrong length.", hint=_HINT)
            return PublicKey(kind, data[2:]).checked()
    if data[:2] in _SECRET.values():
        raise KeySecretShownError(
            "A private key stands where a public one belongs.", hint="The issuer must replace that key."
        )
    raise KeyUnsupportedError("A public key is of a kind that is not read here.", hint=_HINT)


def _multibase_bytes(text: object, what: str) -> bytes:
    try:
        if not isinstance(text, str):
            raise ValueError("It is no text.")
        return multibase_decode(text, prefixes="z")
    except ValueError as problem:
        raise KeyUnreadableError(f"{what} is not in Multikey form. {problem}", hint=_HINT) from None


def _jwk_bytes(jwk: Mapping[str, Any], member: str, length: int | None = None) -> bytes:
    try:
        data = base64url_decode(jwk[member])
    except (KeyError, TypeError, ValueError):
        raise KeyUnreadableError(
            f"The JWK's member {member!r} is absent or not base64url.", hint=_HINT
        ) from None
    if length is not None and len(data) != length:
        raise KeyUnreadableError(f"The JWK's member {member!r} has the wrong length.", hint=_HINT)
    return data


def _unsigned(number: int) -> str:
    return base64url_encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _key_of_point(kind: Kind, point: bytes) -> PublicKey:
    try:
        return _key_of_native_point(kind, ec.EllipticCurvePublicKey.from_encoded_point(_CURVE[kind], point))
    except ValueError:
        raise KeyUnreadableError(f"A {kind} key is not a point of its curve.", hint=_HINT) from None


def _key_of_native_point(kind: Kind, native: ec.EllipticCurvePublicKey) -> PublicKey:
    form = serialization.PublicFormat.CompressedPoint
    return PublicKey(kind, native.public_bytes(serialization.Encoding.X962, form))


def _rsa_key(n: int, e: int) -> PublicKey:
    if n.bit_length() < LEAST_RSA_BITS or e < 3 or e % 2 == 0 or n % 2 == 0:
        raise KeyWeakError(
            f"An RSA key of {n.bit_length()} bits can be broken.",
            hint="Ask the issuer for 2,048 bits or more.",
        )
    if n.bit_length() > MOST_RSA_BITS or e.bit_length() > 64:
        raise KeyUnsupportedError(
            f"An RSA key of {n.bit_length()} bits is longer than is read here.", hint=_HINT
        )
    try:
        native = rsa.RSAPublicNumbers(e, n).public_key()
    except ValueError:
        raise KeyUnreadableError("An RSA key is not one.", hint=_HINT) from None
    return PublicKey("RSA", native.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1))


def _pkcs8(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@lru_cache(maxsize=1024)
def _native(kind: Kind, raw: bytes) -> VerifyKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """The library's object of a public key, checked once: on its curve, not of small order."""
    if kind == "Ed25519":
        if len(raw) != 32:
            raise KeyUnreadableError("An Ed25519 key has 32 bytes.", hint=_HINT)
        if not bindings.crypto_core_ed25519_is_valid_point(raw):
            raise KeyWeakError(
                "An Ed25519 key is a point of small order or no point: anyone could sign for it.",
                hint="Ask the issuer for a new key; do not trust what was signed with this one.",
            )
        return VerifyKey(raw)
    try:
        if kind == "RSA":
            native = serialization.load_der_public_key(raw)
            if isinstance(native, rsa.RSAPublicKey):
                return native
            raise ValueError
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE[kind], raw)
    except ValueError:
        raise KeyUnreadableError(f"A {kind} key is not a point of its curve.", hint=_HINT) from None


def _native_private(kind: Kind, secret: bytes) -> SigningKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    try:
        if kind == "Ed25519":
            return SigningKey(secret)
        if kind == "RSA":
            native = serialization.load_der_private_key(secret, None)
            if isinstance(native, rsa.RSAPrivateKey):
                return native
            raise ValueError
        if len(secret) != _SECRET_LENGTH[kind]:
            raise ValueError
        return ec.derive_private_key(int.from_bytes(secret, "big"), _CURVE[kind])
    except (ValueError, TypeError, CryptoError):
        raise KeyUnreadableError(f"That is no secret {kind} key.", hint="Export it anew.") from None
