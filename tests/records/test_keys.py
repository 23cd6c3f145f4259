"""Keys: read in every form, written again, signed with, and refused where they are weak."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.multibase import (
    base58_decode,
    base58_encode,
    base64url_decode,
    base64url_encode,
)
from learnwork.records.proof_errors import (
    KeySecretShownError,
    KeyUnreadableError,
    KeyUnsupportedError,
    KeyWeakError,
)

KINDS = ["Ed25519", "P-256", "P-384", "P-521"]
SMALL_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
]


@pytest.fixture(scope="module")
def rsa_key() -> PrivateKey:
    return PrivateKey.generate("RSA")


@pytest.mark.parametrize("kind", KINDS)
def test_it_works(kind):
    key = PrivateKey.generate(kind)
    signature = key.sign(b"a badge")
    assert key.public.verify(b"a badge", signature)
    assert not key.public.verify(b"a bodge", signature)
    assert not key.public.verify(b"a badge", signature[:-1])
    assert not key.public.verify(b"a badge", signature + b"\0")
    assert not key.public.verify(b"a badge", bytes(len(signature)))
    assert not PrivateKey.generate(kind).public.verify(b"a badge", signature)


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_comes_back(kind):
    key = PrivateKey.generate(kind)
    assert PublicKey.from_multibase(key.public.to_multibase()) == key.public
    assert PublicKey.from_jwk(key.public.to_jwk()) == key.public
    assert PrivateKey.from_multibase(key.to_multibase()) == key
    jwk = key.public.to_jwk() | {"d": base64url_encode(key.secret)}
    assert PrivateKey.from_jwk(jwk) == key


def test_signatures_are_the_same_each_time():
    for kind in KINDS:
        key = PrivateKey.generate(kind)
        assert key.sign(b"twice") == key.sign(b"twice")


def test_rsa(rsa_key: PrivateKey):
    signature = rsa_key.sign(b"a badge")
    public = PublicKey.from_jwk(rsa_key.public.to_jwk())
    assert public == rsa_key.public
    assert public.verify(b"a badge", signature)
    assert not public.verify(b"a bodge", signature)
    assert PrivateKey.from_secret("RSA", rsa_key.secret) == rsa_key
    for form in (public.to_multibase, rsa_key.to_multibase):
        with pytest.raises(KeyUnsupportedError):
            form()


def test_a_secret_does_not_show():
    key = PrivateKey.from_secret("Ed25519", b"0123456789abcdef0123456789abcdef")
    assert "0123456789" not in repr(key)
    assert "secret" not in repr(key)


@pytest.mark.parametrize("raw", SMALL_ORDER)
def test_a_point_of_small_order_is_refused(raw):
    with pytest.raises(KeyWeakError):
        PublicKey("Ed25519", raw).checked()
    with pytest.raises(KeyWeakError):
        PublicKey.from_multibase("z" + base58_encode(b"\xed\x01" + raw))
    with pytest.raises(KeyWeakError):
        PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(raw)})


def test_a_short_modulus_is_refused():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    numbers = short.public_key().public_numbers()
    jwk = {"kty": "RSA", "e": "AQAB", "n": base64url_encode(numbers.n.to_bytes(128, "big"))}
    with pytest.raises(KeyWeakError, match="1024 bits"):
        PublicKey.from_jwk(jwk)


def test_a_modulus_that_would_take_minutes_is_refused():
    with pytest.raises(KeyUnsupportedError):
        PublicKey.from_jwk({"kty": "RSA", "e": "AQAB", "n": base64url_encode(b"\xff" * 4096)})


def test_an_exponent_of_one_is_refused(rsa_key: PrivateKey):
    with pytest.raises(KeyWeakError):
        PublicKey.from_jwk(rsa_key.public.to_jwk() | {"e": "AQ"})


def test_a_point_off_its_curve_is_refused():
    jwk = PrivateKey.generate("P-256").public.to_jwk()
    with pytest.raises(KeyUnreadableError):
        PublicKey.from_jwk(jwk | {"y": jwk["x"]})
    with pytest.raises(KeyUnreadableError):
        PublicKey.from_multibase("z" + base58_encode(b"\x80\x24\x02" + b"\xff" * 32))


@pytest.mark.parametrize(
    ("jwk", "error"),
    [
        ({}, KeyUnsupportedError),
        ({"kty": "oct", "k": "c2VjcmV0"}, KeySecretShownError),
        ({"kty": "OKP", "crv": "Ed25519"}, KeyUnreadableError),
        ({"kty": "OKP", "crv": "Ed25519", "x": "AA"}, KeyUnreadableError),
        ({"kty": "OKP", "crv": "Ed25519", "x": 7}, KeyUnreadableError),
        ({"kty": "OKP", "crv": "X25519", "x": "AA"}, KeyUnsupportedError),
        ({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}, KeyUnsupportedError),
        ({"kty": "EC", "crv": ["P-256"], "x": "AA", "y": "AA"}, KeyUnsupportedError),
    ],
)
def test_a_jwk_that_is_no_key_here(jwk, error):
    with pytest.raises(error):
        PublicKey.from_jwk(jwk)


def test_a_private_key_in_public_is_refused():
    key = PrivateKey.generate("P-256")
    with pytest.raises(KeySecretShownError):
        PublicKey.from_jwk(key.public.to_jwk() | {"d": base64url_encode(key.secret)})
    with pytest.raises(KeySecretShownError):
        PublicKey.from_multibase(key.to_multibase())


def test_two_halves_that_do_not_belong_together():
    one, other = PrivateKey.generate("P-256"), PrivateKey.generate("P-256")
    with pytest.raises(KeyUnreadableError):
        PrivateKey.from_jwk(one.public.to_jwk() | {"d": base64url_encode(other.secret)})


@pytest.mark.parametrize(
    "text", ["", "z", "m123", "u7QE", "z0OIl", "z6Mk", "z" + "1" * 5000, None, 5, "z6MkinvalidVm"]
)
def test_a_text_that_is_no_multikey(text):
    with pytest.raises((KeyUnreadableError, KeyUnsupportedError)):
        PublicKey.from_multibase(text)


@pytest.mark.parametrize("secret", [b"", b"\0" * 32, b"\xff" * 32, b"short"])
def test_a_scalar_that_is_none(secret):
    with pytest.raises(KeyUnreadableError):
        PrivateKey.from_secret("P-256", secret)


@given(st.binary(max_size=120))
def test_base58_and_base64url_come_back(data):
    assert base58_decode(base58_encode(data)) == data
    assert base64url_decode(base64url_encode(data)) == data


@pytest.mark.parametrize("text", ["A", "AB==", "A+/A", "AA\n", "AB", "AAB"])
def test_base64url_has_one_form_only(text):
    with pytest.raises(ValueError, match="base64url"):
        base64url_decode(text)


@pytest.mark.big
def test_the_keys_of_the_vectors(shared_data: Path):
    folder = shared_data / "records/vectors"
    files = ["w3c-di-eddsa/keyPair.json", "w3c-di-ecdsa/p256KeyPair.json", "w3c-di-ecdsa/p384KeyPair.json"]
    pairs = [json.loads((folder / name).read_text()) for name in files]
    pairs += json.loads((folder / "w3c-di-eddsa/proof-set-chain/multiKeyPairs.json").read_text()).values()
    material = json.loads((folder / "w3c-di-ecdsa/ecdsa-sd-2023/SDKeyMaterial.json").read_text())
    pairs += [material["baseKeyPair"], material["proofKeyPair"]]
    for pair in pairs:
        secret = pair.get("privateKeyMultibase") or pair["secretKeyMultibase"]
        assert PrivateKey.from_multibase(secret).public.to_multibase() == pair["publicKeyMultibase"]
    assert len(pairs) == 9


def test_pkcs8_of_another_kind_is_no_rsa_key():
    from cryptography.hazmat.primitives.asymmetric import ed25519

    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(KeyUnreadableError):
        PrivateKey.from_secret("RSA", other)
