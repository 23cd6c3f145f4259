"""Errors of keys, of what is fetched, of controllers and of proofs: one code for each thing that can be wrong.

docs/reference/errors.md says what to do about each.
"""

from __future__ import annotations

from learnwork.records.errors import RecordError

# Keys


class KeyFaultError(RecordError):
    """Something is wrong with a key."""

    code = "key"


class KeyUnreadableError(KeyFaultError):
    """A key is in no form that can be read."""

    code = "key-unreadable"


class KeyUnsupportedError(KeyFaultError):
    """A key is of a kind that is not read here."""

    code = "key-unsupported"


class KeyWeakError(KeyFaultError):
    """A key can be broken: small order, or a short modulus."""

    code = "key-weak"


class KeySecretShownError(KeyFaultError):
    """A private key stands where everybody can read it."""

    code = "key-secret-shown"


class KeyUnfitError(KeyFaultError):
    """A key is not of the kind that the proof or token says."""

    code = "key-unfit"


class NotCanonicalError(RecordError):
    """A value that canonical JSON cannot write."""

    code = "not-canonical"


# Fetching


class FetchError(RecordError):
    """Something outside could not be had; what depends on it stays unchecked."""

    code = "fetch-failed"


class NetworkOffError(FetchError):
    """It would have to be fetched, and the network is off."""

    code = "network-off"


class AddressRefusedError(FetchError):
    """A name leads to an address inside, or one that no public service has."""

    code = "address-refused"


class UrlRefusedError(FetchError):
    """A URL that is not fetched: not https, with a password, with a strange port."""

    code = "url-refused"


class UnreachableError(FetchError):
    """No answer, or a connection that cannot be trusted."""

    code = "unreachable"


class AnswerRefusedError(FetchError):
    """An answer that is not the document: another status, an encoding that was not asked for."""

    code = "answer-refused"


class AnswerTooLargeError(FetchError):
    """An answer is over its bound."""

    code = "answer-too-large"


class AnswerTooSlowError(FetchError):
    """An answer was not complete in time."""

    code = "answer-too-slow"


class TooManyRedirectsError(FetchError):
    """One address leads to the next without end."""

    code = "redirects-too-many"


class TooManyRequestsError(FetchError):
    """One record asks for more documents than are fetched for one record."""

    code = "requests-too-many"


# Controllers and their keys


class ControllerError(RecordError):
    """Something is wrong with who is said to hold a key."""

    code = "controller"


class DidUnreadableError(ControllerError):
    """A text is no DID, or not one of its method."""

    code = "did-unreadable"


class DidMethodUnknownError(ControllerError):
    """A DID of a method that is not resolved here."""

    code = "did-method-unknown"


class ControllerDocumentError(ControllerError):
    """A controller's document is not one, or is another's."""

    code = "controller-document"


class MethodUnreadableError(ControllerError):
    """A verification method is no URL of a key in a controller's document."""

    code = "method-unreadable"


class MethodUnknownError(ControllerError):
    """The controller's document has no such key."""

    code = "method-unknown"


class ControllerMismatchError(ControllerError):
    """A key says that another controls it."""

    code = "controller-mismatch"


class KeyNotAuthorisedError(ControllerError):
    """The controller does not let that key be used for that purpose."""

    code = "key-not-authorised"


class KeyRevokedError(ControllerError):
    """The controller has withdrawn the key, or its time is over."""

    code = "key-revoked"


# Proofs


class ProofError(RecordError):
    """A proof does not hold."""

    code = "proof"


class ProofMissingError(ProofError):
    """A document is not signed."""

    code = "proof-missing"


class ProofMalformedError(ProofError):
    """A proof lacks a member, or one has a wrong form."""

    code = "proof-malformed"


class ProofTypeUnknownError(ProofError):
    """A proof of a type that is not verified here."""

    code = "proof-type-unknown"


class CryptosuiteUnknownError(ProofError):
    """A cryptosuite that is not verified here."""

    code = "cryptosuite-unknown"


class ProofPurposeError(ProofError):
    """A proof was made for another purpose, or for none."""

    code = "proof-purpose"


class ProofMethodMissingError(ProofError):
    """A proof does not say which key made it."""

    code = "proof-method-missing"


class ProofValueError(ProofError):
    """The value of a proof is absent, or not encoded as its suite asks."""

    code = "proof-value"


class ProofTimeError(ProofError):
    """A time of a proof is no date and time."""

    code = "proof-time"


class ProofTimeZoneError(ProofError):
    """A time of a proof does not say its zone."""

    code = "proof-time-zone"


class ProofExpiredError(ProofError):
    """The time of a proof is over."""

    code = "proof-expired"


class ProofNotYetError(ProofError):
    """A proof says that it was made later than now."""

    code = "proof-not-yet"


class ProofDomainError(ProofError):
    """A proof was made for another domain."""

    code = "proof-domain"


class ProofChallengeError(ProofError):
    """A proof does not answer the challenge."""

    code = "proof-challenge"


class ProofContextError(ProofError):
    """A proof was made under other contexts than the document has."""

    code = "proof-context"


class PreviousProofError(ProofError):
    """A proof stands on another that is not there, or on itself."""

    code = "proof-previous"


class TooManyProofsError(ProofError):
    """More proofs than are looked at."""

    code = "proofs-too-many"


class SignatureError(ProofError):
    """A signature does not fit the document: one of the two was changed, or another key made it."""

    code = "signature-wrong"


class BaseProofError(ProofError):
    """The form of a proof that only the holder should have, shown to a verifier."""

    code = "proof-base"


class PointerError(ProofError):
    """A JSON pointer leads nowhere in the document."""

    code = "pointer"
