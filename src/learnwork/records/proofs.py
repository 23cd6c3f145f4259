"""Proofs embedded in a document: verified one by one (sets and chains), and made.

Sources: Verifiable Credential Data Integrity 1.0 (sections 2.1, 4.2 to 4.5), EdDSA and ECDSA Cryptosuites 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from learnwork.records.dids import Method, method_of
from learnwork.records.errors import RecordError
from learnwork.records.fetching import Fetcher
from learnwork.records.keys import Kind, PrivateKey
from learnwork.records.multibase import base58_encode, multibase_decode
from learnwork.records.proof_errors import (
    FetchError,
    PreviousProofError,
    ProofChallengeError,
    ProofContextError,
    ProofDomainError,
    ProofError,
    ProofExpiredError,
    ProofMalformedError,
    ProofMethodMissingError,
    ProofMissingError,
    ProofNotYetError,
    ProofPurposeError,
    ProofTimeError,
    ProofTimeZoneError,
    ProofValueError,
    SignatureError,
    TooManyProofsError,
)
from learnwork.records.selective import add_base_proof, verify_derived
from learnwork.records.suites import (
    ED25519_2020,
    Suite,
    canonical_document,
    signed_bytes,
    suite_named,
    suite_of,
)
from learnwork.records.times import NoZoneError, moment_text, parse_moment
from learnwork.records.work import Work

MOST_PROOFS = 32
SKEW = timedelta(minutes=5)  # by which two clocks may differ
V2_CONTEXT = "https://www.w3.org/ns/credentials/v2"
INTEGRITY_CONTEXTS = (
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/data-integrity/v1",
)
ED25519_2020_CONTEXT = "https://w3id.org/security/suites/ed25519-2020/v1"
_AGAIN = "Ask the issuer for the record again."
_DISTRUST = "Do not rely on it; ask the issuer for the record."
_PRESENT = "Ask the holder to present it anew."


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What became of one proof. `ok` only if everything about it holds; `error` says what does not.

    `method` and `controller` name the key and whose it is, once that is known: whether the controller is the issuer
    is for the caller to compare.
    """

    suite: str = ""
    method: str = ""
    created: datetime | None = None
    ok: bool = False
    error: RecordError | None = None
    controller: str = ""
    purpose: str = ""
    expires: datetime | None = None

    @property
    def state(self) -> Literal["passed", "failed", "unchecked"]:
        """Unchecked where the key could not be fetched: then nothing is known about the signature."""
        if self.ok:
            return "passed"
        return "unchecked" if isinstance(self.error, FetchError) else "failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a verifier asks of every proof. `domain` and `challenge` only where it set them itself."""

    fetcher: Fetcher
    now: datetime
    purpose: str = "assertionMethod"
    domain: str | Sequence[str] | None = None
    challenge: str | None = None
    work: Work = field(default_factory=Work)


def verify_proofs(
    document: dict[str, Any],
    *,
    fetcher: Fetcher,
    now: datetime,
    purpose: str = "assertionMethod",
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    work: Work | None = None,
) -> list[ProofResult]:
    """Every proof of a document, in order; never empty. The document holds only if all of them do (`all_hold`).

    `domain` and `challenge` are what the proofs must say, where a verifier set them; `work` what they may cost. Nothing
    is raised for a bad document: a proof that is not right is a result that says so.
    """
    asked = Asked(fetcher, now, purpose, domain, challenge, work or Work())
    given = document.get("proof")
    proofs = given if isinstance(given, list) else [given]
    if given is None or not proofs:
        error: ProofError = ProofMissingError(
            "The document carries no proof: anybody can have written it.", hint="Ask for the signed record."
        )
        return [ProofResult(error=error)]
    if len(proofs) > MOST_PROOFS:
        error = TooManyProofsError(f"The document carries more than {MOST_PROOFS} proofs.", hint=_AGAIN)
        return [ProofResult(error=error)]
    canonical: dict[Any, bytes] = {}
    return [_verify(document, proof, proofs, asked, canonical) for proof in proofs]


def all_hold(results: Iterable[ProofResult]) -> bool:
    """Whether there is a proof and every proof holds: one bad proof spoils the document."""
    states = [result.ok for result in results]
    return bool(states) and all(states)


def _verify(
    document: dict[str, Any], proof: Any, proofs: list[Any], asked: Asked, canonical: dict[Any, bytes]
) -> ProofResult:
    known: dict[str, Any] = {}
    try:
        if not isinstance(proof, dict):
            raise ProofMalformedError("A proof is no object.", hint=_AGAIN)
        suite = suite_of(proof)
        known["suite"] = suite.name
        value = _check_members(proof, asked, known)
        unsecured = _unsecured(document, proof, proofs, suite)
        method = method_of(
            proof["verificationMethod"], purpose=asked.purpose, fetcher=asked.fetcher, now=asked.now
        )
        known["controller"] = method.controller
        suite.check_key(method.key.kind)
        if suite.form == "selective":
            verify_derived(unsecured, proof, method.key, asked.work)
        else:
            _check_signature(unsecured, proof, suite, method, value, canonical, asked.work)
    except RecordError as error:
        return ProofResult(error=error, **known)
    return ProofResult(ok=True, **known)


def _check_members(proof: dict[str, Any], asked: Asked, known: dict[str, Any]) -> str:
    """What does not need the key: purpose, method, value, times, domain, challenge. The proof's value."""
    purpose, method, value = (
        proof.get(member) for member in ("proofPurpose", "verificationMethod", "proofValue")
    )
    if not isinstance(purpose, str):
        raise ProofPurposeError("A proof does not say what it is for (proofPurpose).", hint=_AGAIN)
    known["purpose"] = purpose
    if method is None or method == "":
        raise ProofMethodMissingError(
            "A proof does not say which key made it (verificationMethod).", hint=_AGAIN
        )
    known["method"] = method if isinstance(method, str) else ""
    if purpose != asked.purpose:
        raise ProofPurposeError(
            f"The proof is for {purpose[:60]!r}, and {asked.purpose!r} is asked for.", hint=_DISTRUST
        )
    if not isinstance(value, str):
        raise ProofValueError("A proof has no value, or one that is no text (proofValue).", hint=_AGAIN)
    _check_times(proof, asked.now, known)
    _check_domain(proof, asked)
    return value


def _check_times(proof: dict[str, Any], now: datetime, known: dict[str, Any]) -> None:
    created, expires = (_moment(proof, member) for member in ("created", "expires"))
    known.update(created=created, expires=expires)
    if created is not None and created > now + SKEW:
        raise ProofNotYetError(
            f"The proof says that it was made at {moment_text(created)}, which is not yet.",
            hint="Check the clock, or the date that was asked about.",
        )
    if expires is not None and now >= expires:
        raise ProofExpiredError(
            f"The proof expired at {moment_text(expires)}.", hint="Ask for a current record."
        )


def _moment(proof: dict[str, Any], member: str) -> datetime | None:
    value = proof.get(member)
    if value is None and member not in proof:
        return None
    try:
        return parse_moment(value if isinstance(value, str) else "")
    except NoZoneError:
        raise ProofTimeZoneError(
            f"The proof's {member!r} ({value!s:.40}) does not say its time zone.",
            hint="Ask the issuer to write times with Z or an offset.",
        ) from None
    except ValueError:
        raise ProofTimeError(
            f"The proof's {member!r} is no date and time: {value!r:.60}.", hint=_AGAIN
        ) from None


def _check_domain(proof: dict[str, Any], asked: Asked) -> None:
    domain, challenge = proof.get("domain"), proof.get("challenge")
    if asked.domain is not None and _texts(domain) != _texts(asked.domain):
        raise ProofDomainError(
            f"The proof is for the domain {domain!r:.100}, not for this one.", hint=_PRESENT
        )
    if asked.challenge is not None and challenge != asked.challenge:
        raise ProofChallengeError("The proof does not answer the challenge that was given.", hint=_PRESENT)


def _texts(value: Any) -> frozenset[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return frozenset(one for one in values if isinstance(one, str))


def _unsecured(
    document: dict[str, Any], proof: dict[str, Any], proofs: list[Any], suite: Suite
) -> dict[str, Any]:
    """The document as the proof's maker had it: with the proofs that this one stands on, without the others."""
    unsecured = {member: value for member, value in document.items() if member != "proof"}
    before = _previous(proof, proofs)
    if before:
        unsecured["proof"] = before
    if suite.form == "jcs" and "@context" in proof:
        theirs, ours = _as_list(proof["@context"]), _as_list(document.get("@context"))
        if ours[: len(theirs)] != theirs:
            raise ProofContextError(
                "The proof was made under contexts with which the document's do not begin.", hint=_DISTRUST
            )
        unsecured["@context"] = proof["@context"]
    return unsecured


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _previous(proof: dict[str, Any], proofs: list[Any]) -> list[dict[str, Any]]:
    """The proofs that a proof names as its previous ones. Raises PreviousProofError."""
    if "previousProof" not in proof:
        return []
    _check_chain(proof, proofs, {})
    wanted = _names(proof)
    return [one for one in proofs if isinstance(one, dict) and one.get("id") in wanted]


def _names(proof: dict[str, Any]) -> list[str]:
    names = proof.get("previousProof", [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise PreviousProofError("previousProof is neither a text nor a list of texts.", hint=_AGAIN)
    return names


def _check_chain(proof: dict[str, Any], proofs: list[Any], done: dict[int, bool]) -> None:
    """Each name is that of exactly one proof, and the chain ends. `done` says False while a proof is looked at."""
    done[id(proof)] = False
    for name in _names(proof):
        found = [one for one in proofs if isinstance(one, dict) and one.get("id") == name]
        if len(found) != 1:
            shown = f"{name[:100]!r}"
            raise PreviousProofError(
                f"The proof stands on another, {shown}, which stands there more than once."
                if found
                else f"The proof stands on another, {shown}, which is not there.",
                hint="Ask for the complete record.",
            )
        if done.get(id(found[0])) is False:
            raise PreviousProofError(
                f"The proofs stand on each other in a circle at {name[:100]!r}.", hint=_AGAIN
            )
        if id(found[0]) not in done:
            _check_chain(found[0], proofs, done)
    done[id(proof)] = True


def _options(proof: dict[str, Any], unsecured: dict[str, Any], suite: Suite) -> dict[str, Any]:
    """The proof as it was before it had its value; under rdfc, in the document's contexts."""
    options = {member: value for member, value in proof.items() if member != "proofValue"}
    if suite.form != "jcs":
        options["@context"] = unsecured.get("@context")
    return options


def _check_signature(
    unsecured: dict[str, Any],
    proof: dict[str, Any],
    suite: Suite,
    method: Method,
    value: str,
    canonical: dict[Any, bytes],
    work: Work,
) -> None:
    signature = _signature(value)
    kind = method.key.kind
    place = (suite.form, kind == "P-384", str(proof.get("previousProof")), str(unsecured.get("@context")))
    if place not in canonical:
        canonical[place] = canonical_document(unsecured, suite, kind, work)
    options = canonical_document(_options(proof, unsecured, suite), suite, kind, work)
    if not method.key.verify(signed_bytes(options, canonical[place], kind), signature):
        raise SignatureError(
            "The signature does not fit: the document was changed after it was signed, or another key signed it.",
            hint=_DISTRUST,
        )


def _signature(value: str) -> bytes:
    try:
        return multibase_decode(value, prefixes="z")
    except ValueError as problem:
        raise ProofValueError(
            f"The proof's value is no base58 with prefix z. {problem}", hint=_AGAIN
        ) from None


def add_proof(
    document: dict[str, Any],
    *,
    key: PrivateKey,
    suite: str,
    method: str,
    created: datetime | None,
    purpose: str = "assertionMethod",
    expires: datetime | None = None,
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    proof_id: str | None = None,
    previous: str | list[str] | None = None,
    mandatory: Sequence[str] = (),
) -> dict[str, Any]:
    """A copy of `document` with one more proof, beside those that it has.

    `method` is the URL of the key in its controller's document; `previous` names proofs that this one stands on;
    `mandatory` (ecdsa-sd-2023 only) the JSON pointers of what is always disclosed. A context that the proof's terms
    need is added where it lacks. Raises CryptosuiteUnknownError, KeyUnfitError, PreviousProofError, PointerError, and
    what canonization raises.
    """
    chosen = suite_named(suite)
    chosen.check_key(key.kind)
    given = document.get("proof")
    others = [] if given is None else _as_list(given)
    proof: dict[str, Any] = {"type": chosen.type}
    members = {
        "id": proof_id,
        "cryptosuite": chosen.name if chosen.name != chosen.type else None,
        "created": moment_text(created) if created else None,
        "expires": moment_text(expires) if expires else None,
        "verificationMethod": method,
        "proofPurpose": purpose,
        "domain": domain if domain is None or isinstance(domain, str) else list(domain),
        "challenge": challenge,
        "previousProof": previous,
    }
    proof.update((member, value) for member, value in members.items() if value is not None)
    made = document if others else _with_context(document, chosen)
    if chosen.form == "jcs" and "@context" in made:
        proof["@context"] = made["@context"]
    unsecured = _unsecured({**made, "proof": [*others, proof]}, proof, [*others, proof], chosen)
    if chosen.form == "selective":
        proof["proofValue"] = add_base_proof(unsecured, proof, key, mandatory)
    else:
        proof["proofValue"] = _sign(unsecured, proof, chosen, key, key.kind)
    return {**made, "proof": [*others, proof] if others else proof}


def _sign(unsecured: dict[str, Any], proof: dict[str, Any], suite: Suite, key: PrivateKey, kind: Kind) -> str:
    options = canonical_document(_options(proof, unsecured, suite), suite, kind)
    signature = key.sign(signed_bytes(options, canonical_document(unsecured, suite, kind), kind))
    return "z" + base58_encode(signature)


def _with_context(document: dict[str, Any], suite: Suite) -> dict[str, Any]:
    """The document with the context that defines the proof's terms (Data Integrity 1.0, section 2.4.1)."""
    if "@context" not in document:
        return document
    contexts = _as_list(document["@context"])
    if suite.type == ED25519_2020:
        there, missing = {ED25519_2020_CONTEXT}, ED25519_2020_CONTEXT
    else:
        there, missing = {V2_CONTEXT, *INTEGRITY_CONTEXTS}, INTEGRITY_CONTEXTS[0]
    if any(isinstance(one, str) and one in there for one in contexts):
        return document
    return {**document, "@context": [*contexts, missing]}
