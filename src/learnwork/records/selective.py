"""ecdsa-sd-2023: the issuer signs each statement, the holder shows some, a verifier checks those.

The base proof is the holder's; from it the holder derives a proof for what is shown. Blank nodes are named by a keyed
digest, so that what is hidden cannot be guessed from the names of what is shown.
Source: Data Integrity ECDSA Cryptosuites 1.0, sections 3.4 to 3.6.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cbor2

from learnwork.records.canonical import canonize, canonize_quads, to_quads
from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.multibase import base58_decode, base58_encode, base64url_encode, multibase_decode
from learnwork.records.nquads import Quad
from learnwork.records.pointers import select
from learnwork.records.proof_errors import (
    BaseProofError,
    KeyFaultError,
    PointerError,
    ProofMissingError,
    ProofValueError,
    SignatureError,
    TooManyProofsError,
)
from learnwork.records.work import Work

BASE, DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
NAME = "ecdsa-sd-2023"
MOST_STATEMENTS = 4_000  # each has a signature of its own; a verifier looks at some 10,000 in a second
MOST_TEXT = 2_000_000
_SIGNATURE = 20  # statements that take as long as to check one signature
_AGAIN = "Ask the holder to present it again."
_DISTRUST = "Do not rely on it; ask the holder to present it again."


@dataclass(frozen=True, slots=True)
class BaseProof:
    """What an issuer hands to the holder: signatures over every statement that may be hidden."""

    signature: bytes
    public_key: bytes  # of the key made for this one proof, as Multikey bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory: tuple[str, ...]

    def text(self) -> str:
        return _packed(
            BASE,
            [self.signature, self.public_key, self.hmac_key, list(self.signatures), list(self.mandatory)],
        )


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """What a holder shows: signatures over the statements shown, names of their blank nodes, which are mandatory."""

    signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: dict[int, bytes]
    mandatory: tuple[int, ...]

    def text(self) -> str:
        return _packed(
            DERIVED,
            [self.signature, self.public_key, list(self.signatures), self.labels, list(self.mandatory)],
        )


@dataclass(frozen=True, slots=True)
class _Named:
    """A document whose blank nodes have names that survive selection: `prefix` marks them, `names` gives the keyed."""

    document: dict[str, Any]
    prefix: str
    names: dict[str, str]
    lines: list[str]

    def group(self, pointers: Sequence[str]) -> list[int]:
        """Which of the lines the pointers select."""
        shown = {_line(quad, self.names) for quad in self.selected(pointers)}
        return [place for place, line in enumerate(self.lines) if line in shown]

    def selected(self, pointers: Sequence[str]) -> list[Quad]:
        part = select(self.document, pointers)
        return _statements(part, self.prefix) if part else []


def add_base_proof(
    document: dict[str, Any],
    proof: dict[str, Any],
    key: PrivateKey,
    mandatory: Sequence[str],
    *,
    hmac_key: bytes | None = None,
    proof_key: PrivateKey | None = None,
) -> str:
    """The value of a base proof over `document` (without it). The two keys are made anew unless a vector gives them.

    Raises PointerError, TooManyProofsError, and what canonization raises.
    """
    hmac_key = hmac_key or secrets.token_bytes(32)
    proof_key = proof_key or PrivateKey.generate("P-256")
    named = _name(document, hmac_key)
    always = set(named.group(mandatory))
    signatures = tuple(
        proof_key.sign(line.encode()) for place, line in enumerate(named.lines) if place not in always
    )
    public_key = base58_decode(proof_key.public.to_multibase()[1:])
    shown = [named.lines[place] for place in sorted(always)]
    signature = key.sign(_signed(document, proof, public_key, shown))
    return BaseProof(signature, public_key, hmac_key, signatures, tuple(mandatory)).text()


def derive(document: dict[str, Any], pointers: Sequence[str]) -> dict[str, Any]:
    """The document that a holder shows: what the issuer made mandatory, what `pointers` select, and its proof.

    Of several proofs the first base proof is derived from. Raises ProofMissingError, ProofValueError, PointerError.
    """
    given = document.get("proof")
    proofs = given if isinstance(given, list) else [given]
    proof = next((one for one in proofs if isinstance(one, dict) and one.get("cryptosuite") == NAME), None)
    if proof is None:
        raise ProofMissingError(
            f"The record has no proof of {NAME}, so no part of it can be shown.",
            hint="Show the whole record, or ask the issuer for one that allows it.",
        )
    base = read_base(proof.get("proofValue"))
    unsecured = {member: value for member, value in document.items() if member != "proof"}
    named = _name(unsecured, base.hmac_key)
    together = [*base.mandatory, *pointers]
    if not together:
        raise PointerError("Nothing was chosen to be shown.", hint="Choose at least one property.")
    always, shown = set(named.group(base.mandatory)), named.group(together)
    hidable = [place for place in range(len(named.lines)) if place not in always]
    if len(hidable) != len(base.signatures):
        raise ProofValueError("The base proof is not of this document.", hint="Ask the issuer for it again.")
    kept = set(shown) - always
    signatures = tuple(one for place, one in zip(hidable, base.signatures, strict=True) if place in kept)
    _, labels = canonize_quads(named.selected(together))
    keyed = {
        int(label.removeprefix("_:c14n")): multibase_decode(
            named.names[node].removeprefix("_:"), prefixes="u"
        )
        for node, label in labels.items()
    }
    mandatory = tuple(place for place, line in enumerate(shown) if line in always)
    derived = DerivedProof(
        base.signature, base.public_key, signatures, dict(sorted(keyed.items())), mandatory
    )
    return {**select(unsecured, together), "proof": {**proof, "proofValue": derived.text()}}


def verify_derived(
    document: dict[str, Any], proof: dict[str, Any], key: PublicKey, work: Work | None = None
) -> None:
    """Check a derived proof over `document` (without it) with the issuer's key; `work` is what it may cost.

    Raises BaseProofError, ProofValueError, SignatureError, and what canonization raises.
    """
    derived = read_derived(proof.get("proofValue"))
    work = work or Work()
    work.state(_SIGNATURE * len(derived.signatures))
    _, labels = canonize_quads(quads := to_quads(document, work=work), work=work)
    names = {}
    for node, label in labels.items():
        keyed = derived.labels.get(int(label.removeprefix("_:c14n")))
        if keyed is None:
            raise ProofValueError("The proof does not name every blank node of the document.", hint=_AGAIN)
        names[node] = f"_:u{base64url_encode(keyed)}"
    lines = sorted({_line(quad, names) for quad in quads})
    if any(place >= len(lines) for place in derived.mandatory):
        raise ProofValueError("The proof counts more statements than the document has.", hint=_AGAIN)
    always = set(derived.mandatory)
    _check(
        document,
        proof,
        derived.signature,
        derived.public_key,
        [lines[place] for place in sorted(always)],
        key,
    )
    _check_lines(
        [line for place, line in enumerate(lines) if place not in always],
        derived.signatures,
        derived.public_key,
    )


def verify_base(document: dict[str, Any], proof: dict[str, Any], key: PublicKey) -> None:
    """Check a base proof: for the issuer that made it and the holder that received it, never for a verifier.

    Raises ProofValueError, PointerError, SignatureError, and what canonization raises.
    """
    base = read_base(proof.get("proofValue"))
    named = _name(document, base.hmac_key)
    always = set(named.group(base.mandatory))
    shown = [named.lines[place] for place in sorted(always)]
    _check(document, proof, base.signature, base.public_key, shown, key)
    others = [line for place, line in enumerate(named.lines) if place not in always]
    _check_lines(others, base.signatures, base.public_key)


def read_base(value: Any) -> BaseProof:
    """A base proof read from its text. Raises ProofValueError."""
    match _unpacked(value, BASE):
        case [bytes(signature), bytes(public), bytes(hmac_key), list(signatures), list(mandatory)] if (
            len(signature) == 64
            and len(public) == 35
            and len(hmac_key) == 32
            and all(isinstance(one, bytes) and len(one) == 64 for one in signatures)
            and all(isinstance(one, str) for one in mandatory)
        ):
            return BaseProof(signature, public, hmac_key, tuple(signatures), tuple(mandatory))
    raise ProofValueError("The base proof does not have the five parts of one.", hint=_AGAIN)


def read_derived(value: Any) -> DerivedProof:
    """A derived proof read from its text. Raises BaseProofError, ProofValueError."""
    match _unpacked(value, DERIVED):
        case [bytes(signature), bytes(public), list(signatures), dict(labels), list(mandatory)] if (
            len(signature) == 64
            and len(public) == 35
            and all(isinstance(one, bytes) and len(one) == 64 for one in signatures)
            and all(type(place) is int and place >= 0 for place in [*labels, *mandatory])
            and all(isinstance(name, bytes) and len(name) == 32 for name in labels.values())
            and len(set(labels.values())) == len(labels)
            and len(set(mandatory)) == len(mandatory)
        ):
            return DerivedProof(signature, public, tuple(signatures), labels, tuple(mandatory))
    raise ProofValueError("The derived proof does not have the five parts of one.", hint=_AGAIN)


def _unpacked(value: Any, header: bytes) -> Any:
    try:
        if not isinstance(value, str) or len(value) > MOST_TEXT:
            raise ValueError("It is no text of a sensible length.")
        data = multibase_decode(value, prefixes="u")
    except ValueError as problem:
        raise ProofValueError(
            f"The proof's value is no base64url with prefix u. {problem}", hint=_AGAIN
        ) from None
    if header == DERIVED and data.startswith(BASE):
        raise BaseProofError(
            "This is the full form of the proof, which only the holder should have.",
            hint="Ask the holder to show the derived form: this one reveals how to disclose everything.",
        )
    if not data.startswith(header):
        raise ProofValueError("The proof's value does not begin as one of this suite.", hint=_AGAIN)
    stream = io.BytesIO(data[3:])
    try:
        parts = cbor2.load(stream)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise ProofValueError("The proof's value is no CBOR.", hint=_AGAIN) from None
    if stream.read(1):
        raise ProofValueError("Something follows the proof's value.", hint=_AGAIN)
    return parts


def _packed(header: bytes, parts: list[Any]) -> str:
    return "u" + base64url_encode(header + cbor2.dumps(parts))


def _name(document: dict[str, Any], hmac_key: bytes) -> _Named:
    """Give every blank node a name of its own in the document, and find its keyed name."""
    prefix = f"urn:bnid:{secrets.token_hex(8)}:"
    marked = _marked(document, prefix, iter(range(10**9)))
    quads = _statements(marked, prefix)
    lines, labels = canonize_quads(quads)
    if "".join(lines) != canonize(document):
        raise ProofValueError(
            "The record holds literal JSON or maps, of which no part can be shown.", hint="Use another suite."
        )
    names = {
        node: "_:u" + base64url_encode(hmac.digest(hmac_key, label.removeprefix("_:").encode(), "sha256"))
        for node, label in labels.items()
    }
    keyed = sorted({_line(quad, names) for quad in quads})
    if len(keyed) > MOST_STATEMENTS:
        raise TooManyProofsError(
            f"The record makes more than {MOST_STATEMENTS:,} statements.",
            hint="Use another suite, or split it.",
        )
    return _Named(marked, prefix, names, keyed)


def _marked(value: Any, prefix: str, numbers: Any) -> Any:
    """A copy in which every blank node, named or not, has an identifier that is told apart by its prefix."""
    if isinstance(value, list):
        return [_marked(one, prefix, numbers) for one in value]
    if isinstance(value, str) and value.startswith("_:"):
        return f"{prefix}own:{value[2:]}"
    if not isinstance(value, dict) or "@value" in value:
        return value
    made = {
        member: inner if member == "@context" else _marked(inner, prefix, numbers)
        for member, inner in value.items()
    }
    if "@id" not in value and "id" not in value:
        made["id"] = f"{prefix}{next(numbers)}"
    return made


def _statements(document: dict[str, Any], prefix: str) -> list[Quad]:
    """The statements of a marked document, its marks blank nodes again."""
    start = f"<{prefix}"

    def term(text: str) -> str:
        return f"_:{text[len(start) : -1]}" if text.startswith(start) else text

    return [(term(s), p, term(o), term(g)) for s, p, o, g in to_quads(document)]


def _line(quad: Quad, names: dict[str, str]) -> str:
    s, p, o, g = (names.get(term, term) for term in quad)
    return f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n"


def _signed(
    document: dict[str, Any], proof: dict[str, Any], public_key: bytes, shown: Sequence[str]
) -> bytes:
    """What the issuer's key signs: the proof's options, the key of the proof, the mandatory statements."""
    options = {member: value for member, value in proof.items() if member != "proofValue"}
    options["@context"] = document.get("@context")
    of_options = hashlib.sha256(canonize(options).encode()).digest()
    return of_options + public_key + hashlib.sha256("".join(shown).encode()).digest()


def _check(
    document: dict[str, Any],
    proof: dict[str, Any],
    signature: bytes,
    public_key: bytes,
    shown: Sequence[str],
    key: PublicKey,
) -> None:
    if not key.verify(_signed(document, proof, public_key, shown), signature):
        raise SignatureError(
            "The issuer's signature does not fit: what it made mandatory was changed, or another key signed it.",
            hint=_DISTRUST,
        )


def _check_lines(lines: Sequence[str], signatures: Sequence[bytes], public_key: bytes) -> None:
    if len(lines) != len(signatures) or len(lines) > MOST_STATEMENTS:
        raise SignatureError("The document has other statements than were signed.", hint=_DISTRUST)
    try:
        key = PublicKey.from_multibase("z" + base58_encode(public_key))
    except KeyFaultError:
        raise ProofValueError("The key of the proof is none.", hint=_AGAIN) from None
    if not all(key.verify(line.encode(), one) for line, one in zip(lines, signatures, strict=True)):
        raise SignatureError("A statement was changed after it was signed.", hint=_DISTRUST)
