"""The cryptosuites: which key each takes, what exactly it signs.

A suite turns a document without its proof, and the proof without its value, into the bytes that are signed: the digest
of the proof's canonical form followed by that of the document's. P-384 digests with SHA-384, also inside of RDFC-1.0.
Sources: Data Integrity EdDSA Cryptosuites 1.0 section 3, Data Integrity ECDSA Cryptosuites 1.0 section 3.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from learnwork.records.canonical import canonize
from learnwork.records.jcs import canonical_bytes
from learnwork.records.keys import Kind
from learnwork.records.proof_errors import (
    CryptosuiteUnknownError,
    KeyUnfitError,
    ProofMalformedError,
    ProofTypeUnknownError,
)
from learnwork.records.work import Work

DATA_INTEGRITY = "DataIntegrityProof"
ED25519_2020 = "Ed25519Signature2020"
SELECTIVE = "ecdsa-sd-2023"
_STATEMENT = 100  # bytes of canonical JSON that cost as much as a statement
_AGAIN = "Ask the issuer for the record again."


@dataclass(frozen=True, slots=True)
class Suite:
    """name: what `cryptosuite` says (or the proof's type, for suites older than that); form: what is signed."""

    name: str
    kinds: tuple[Kind, ...]
    form: Literal["rdfc", "jcs", "selective"]
    type: str = DATA_INTEGRITY

    def check_key(self, kind: Kind) -> None:
        """Raises KeyUnfitError where a key of that kind cannot sign in this suite."""
        if kind not in self.kinds:
            raise KeyUnfitError(
                f"A proof of {self.name} takes a key of {'/'.join(self.kinds)}, and its key is {kind}.",
                hint=_AGAIN,
            )


SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("eddsa-rdfc-2022", ("Ed25519",), "rdfc"),
        Suite("eddsa-jcs-2022", ("Ed25519",), "jcs"),
        Suite("ecdsa-rdfc-2019", ("P-256", "P-384"), "rdfc"),
        Suite("ecdsa-jcs-2019", ("P-256", "P-384"), "jcs"),
        Suite(SELECTIVE, ("P-256",), "selective"),
        Suite(ED25519_2020, ("Ed25519",), "rdfc", type=ED25519_2020),
    )
}


def suite_named(name: str) -> Suite:
    """The suite of that name. Raises CryptosuiteUnknownError."""
    if name not in SUITES:
        raise CryptosuiteUnknownError(
            f"The cryptosuite {name[:60]!r} is not verified here.",
            hint=f"Ask for one of {', '.join(SUITES)}.",
        )
    return SUITES[name]


def suite_of(proof: dict[str, Any]) -> Suite:
    """The suite of a proof. Raises ProofMalformedError, ProofTypeUnknownError, CryptosuiteUnknownError."""
    kind, name = proof.get("type"), proof.get("cryptosuite")
    if not isinstance(kind, str):
        raise ProofMalformedError("A proof does not say its type.", hint=_AGAIN)
    if kind == ED25519_2020 and name is None:
        return SUITES[ED25519_2020]
    if kind != DATA_INTEGRITY:
        raise ProofTypeUnknownError(
            f"A proof of the type {kind[:60]!r} is not verified here.", hint=f"Ask for a {DATA_INTEGRITY}."
        )
    if not isinstance(name, str):
        raise ProofMalformedError("A proof does not say its cryptosuite.", hint=_AGAIN)
    suite = suite_named(name)
    if suite.type != DATA_INTEGRITY:
        raise CryptosuiteUnknownError(f"{name[:60]!r} is no cryptosuite.", hint=_AGAIN)
    return suite


def digest_of(kind: Kind) -> Literal["sha256", "sha384"]:
    """The digest that goes with a key."""
    return "sha384" if kind == "P-384" else "sha256"


def canonical_document(document: dict[str, Any], suite: Suite, kind: Kind, work: Work | None = None) -> bytes:
    """The canonical form of a document or of a proof's options, in UTF-8. Raises what canonization raises."""
    if suite.form == "jcs":
        work = work or Work()
        work.state(0)
        found = canonical_bytes(document)
        work.state(len(found) // _STATEMENT)
        return found
    return canonize(document, algorithm=digest_of(kind), work=work).encode()


def signed_bytes(options: bytes, document: bytes, kind: Kind) -> bytes:
    """What the key signs, from the canonical forms of the proof's options and of the document."""
    digest = digest_of(kind)
    return hashlib.new(digest, options).digest() + hashlib.new(digest, document).digest()
