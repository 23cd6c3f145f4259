"""Open Badges 2.0: hosted badges, which are worth what stands at their address, and signed ones.

A hosted badge is fetched from its own address and compared; the address must lie within what its issuer's profile,
fetched from the issuer's own address and never taken from the badge, claims (`startsWith`, `allowedOrigins`, else the
issuer's host). A signed badge is a JWS by a key that the issuer's profile lists and that names the issuer as owner.
Source: Open Badges 2.0 (1EdTech, 2018), sections "Verification Types", "Hosted", "Signed", "RevocationList".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from learnwork.records.check_codes import CheckError
from learnwork.records.data_model import as_list, id_of, is_url, moment, types_of
from learnwork.records.fetching import Fetcher, fetch_word, url_parts
from learnwork.records.jose import check_signature, read_token
from learnwork.records.keys import PublicKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.open_badges import image_of, is_identity, name_of, party_of, text_of
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import FetchError
from learnwork.records.sentences import piece
from learnwork.records.validity import validity_checks
from learnwork.records.verdict import Check, Item, Party, Summary, failed, from_error, passed, unchecked
from learnwork.vocabulary.errors import LearnworkError

CONTEXT = "https://w3id.org/openbadges/v2"
_HOSTED = {"hosted", "HostedBadge"}
_SIGNED = {"signed", "SignedBadge"}
_LIMIT = 2_000_000


def is_assertion(document: dict[str, Any]) -> bool:
    """Whether a JSON object is an assertion of Open Badges 2.0."""
    return "Assertion" in types_of(document) and (
        "badge" in document or CONTEXT in as_list(document.get("@context"))
    )


@dataclass(slots=True)
class Badge:
    """A badge being verified. token: the compact JWS it came in, or ""."""

    assertion: dict[str, Any]
    fetcher: Fetcher
    now: datetime
    token: str = ""
    checks: list[Check] = field(default_factory=list)
    badge_class: dict[str, Any] = field(default_factory=dict)
    issuer: dict[str, Any] = field(default_factory=dict)

    def verify(self) -> None:
        """Fill in `checks`, `badge_class` and `issuer`."""
        faults = list(assertion_faults(self.assertion))
        self.checks += [failed("assertion-form", sentence, place) for sentence, place in faults]
        if not faults:
            self.checks.append(passed("form", "The record follows the rules of Open Badges 2.0."))
        kinds = set(types_of(_part(self.assertion, "verification", "verify")))
        hosted = self._hosted() if kinds & _HOSTED and not self.token else False
        self._read_class()
        self._read_issuer()
        if self.token:
            self._signature()
        elif hosted:
            self._scope()
        elif kinds & _SIGNED:
            self.checks.append(
                failed("proof-missing", "The badge says that it is signed, but comes without its signature.")
            )
        issued, expires = self.assertion.get("issuedOn"), self.assertion.get("expires")
        self.checks += validity_checks(issued, expires, self.now, ("/issuedOn", "/expires"))
        self._revocation()

    def _hosted(self) -> bool:
        """Whether what stands at the badge's address is this badge."""
        url = id_of(self.assertion)
        try:
            there = self._fetch(url)
        except FetchError as error:
            if error.data.get("status") == 410:
                self.checks.append(
                    failed("revoked", "The issuer took the badge back: its address says that it is gone.")
                )
            else:
                sentence = f"The badge could not be fetched from its address: {error.message}"
                self.checks.append(unchecked("hosted-unreachable", sentence, "/id"))
            return False
        except LearnworkError as error:
            self.checks.append(
                failed("hosted", f"What stands at the badge's address is no badge: {error.message}", "/id")
            )
            return False
        if there.get("revoked") is True:
            reason = text_of(there.get("revocationReason"))
            said = f" The reason given: {reason[:300]}" if reason else ""
            self.checks.append(failed("revoked", f"The issuer revoked this badge.{said}", "/id"))
            return False
        if there != self.assertion:
            self.checks.append(
                failed("hosted", "What stands at the badge's address differs from this badge.", "/id")
            )
            return False
        self.checks.append(
            passed("hosted", "The badge stands at its own address with the same content.", "/id")
        )
        return True

    def _read_class(self) -> None:
        self.badge_class = self._document(
            self.assertion.get("badge"), "badge-class", piece("description"), "/badge"
        )

    def _read_issuer(self) -> None:
        self.issuer = self._document(
            self.badge_class.get("issuer"), "badge-issuer", piece("issuer's profile"), "/badge/issuer"
        )

    def _document(self, value: Any, code: str, what: str, place: str) -> dict[str, Any]:
        """What a badge refers to, from its own address where it has one, whatever is embedded."""
        embedded = value if isinstance(value, dict) else {}
        url = id_of(value)
        if not url.startswith(("http://", "https://")):
            if embedded:
                sentence = (
                    f"The {what} of the badge stands in the badge itself and has no address of its own."
                )
                self.checks.append(passed(code, sentence, place))
            elif value is not None:
                self.checks.append(failed(code, f"The {what} of the badge has no address.", place))
            return embedded
        try:
            found = self._fetch(url)
        except FetchError as error:
            self.checks.append(
                unchecked(code, f"The {what} of the badge could not be fetched: {error.message}", place)
            )
            return embedded
        except LearnworkError as error:
            self.checks.append(
                failed(code, f"The {what} of the badge cannot be read: {error.message}", place)
            )
            return embedded
        if id_of(found) != url:
            self.checks.append(failed(code, f"The {what} of the badge says that it is another.", place))
            return embedded
        self.checks.append(passed(code, f"The {what} of the badge was read at its address.", place))
        return found

    def _fetch(self, url: str) -> dict[str, Any]:
        value = parse(fetch_word(self.fetcher, url, limit=_LIMIT).body, where=url)
        if not isinstance(value, dict):
            raise CheckError("readable", "it is not a JSON object.")
        return value

    def _scope(self) -> None:
        """Whether the badge's address is one that its issuer claims."""
        url, issuer = id_of(self.assertion), id_of(self.issuer)
        if not issuer.startswith(("http://", "https://")) or not self._has_passed("badge-issuer"):
            self.checks.append(
                unchecked("hosted-scope", "Which addresses the issuer claims could not be found out.", "/id")
            )
            return
        policy = _part(self.issuer, "verification")
        if within_scope(url, issuer, policy):
            self.checks.append(
                passed("hosted-scope", "The badge stands at an address that its issuer claims.", "/id")
            )
        else:
            sentence = f"The badge stands at {url_parts(url).hostname}, which is not an address that its issuer claims."
            self.checks.append(failed("hosted-scope", sentence, "/id"))

    def _has_passed(self, code: str) -> bool:
        return any(check.code == code and check.state == "passed" for check in self.checks)

    # Signed -----------------------------------------------------------------------------------------------

    def _signature(self) -> None:
        if not self._has_passed("badge-issuer"):
            sentence = "The signature could not be checked: its issuer's profile, which lists its keys, was not read."
            self.checks.append(unchecked("proof-key-unreachable", sentence))
            return
        try:
            key = self._key()
            check_signature(read_token(self.token), key)
        except FetchError as error:
            sentence = f"The signature could not be checked: its key could not be fetched. {error.message}"
            self.checks.append(unchecked("proof-key-unreachable", sentence))
        except LearnworkError as error:
            self.checks.append(from_error(error))
        else:
            self.checks.append(passed("proof", "The signature is right, and the badge unchanged."))
            self.checks.append(passed("issuer-bound", "The key that signed belongs to the badge's issuer."))

    def _key(self) -> PublicKey:
        """The key that signed: the issuer lists it, and it names the issuer as its owner."""
        creator = _part(self.assertion, "verification", "verify").get("creator")
        listed = as_list(self.issuer.get("publicKey", []))
        wanted = id_of(creator) or id_of(listed[0] if listed else "")
        if not wanted or wanted not in {id_of(each) for each in listed}:
            raise CheckError("issuer-bound", "The signature's key is none that the issuer's profile lists.")
        key = self._fetch(wanted)
        if id_of(key.get("owner")) != id_of(self.issuer):
            raise CheckError("issuer-bound", "The signature's key does not name the issuer as its owner.")
        return _key_of_pem(key.get("publicKeyPem"))

    # Revocation -------------------------------------------------------------------------------------------

    def _revocation(self) -> None:
        """The issuer's list of revoked badges, for signed ones."""
        url = id_of(self.issuer.get("revocationList"))
        if not self.token or not url:
            return
        try:
            revoked = self._fetch(url).get("revokedAssertions")
        except LearnworkError as error:
            unknown = "Whether the badge was revoked is not known: the list of its issuer could not be read."
            sentence = f"{unknown} {error.message}"
            self.checks.append(unchecked("status-unreachable", sentence))
            return
        names = {text for name in ("id", "uid") if isinstance(text := self.assertion.get(name), str)}
        for each in revoked if isinstance(revoked, list) else []:
            entry = each if isinstance(each, dict) else {"id": each}
            if names & {text for name in ("id", "uid") if isinstance(text := entry.get(name), str)}:
                reason = text_of(entry.get("revocationReason"))
                said = f" The reason given: {reason[:300]}" if reason else ""
                self.checks.append(failed("revoked", f"The issuer revoked this badge.{said}"))
                return
        self.checks.append(passed("status", "The badge is not on its issuer's list of revoked badges."))

    def summary(self) -> Summary:
        """What the badge says about itself, with what was read of its class and issuer."""
        about, criteria = self.badge_class, self.badge_class.get("criteria")
        return Summary(
            title=name_of(about.get("name")),
            description=text_of(about.get("description")),
            criteria=text_of(criteria.get("narrative") or criteria.get("id"))
            if isinstance(criteria, dict)
            else text_of(criteria),
            achievement=name_of(about.get("name")),
            image=image_of(self.assertion.get("image") or about.get("image")),
            issuer=party_of(self.issuer or about.get("issuer")),
            recipient=_recipient(self.assertion),
            valid_from=text_of(self.assertion.get("issuedOn")),
            valid_until=text_of(self.assertion.get("expires")),
            alignments=tuple(_alignments(about)),
            evidence=tuple(_evidence(self.assertion)),
        )


def assertion_faults(assertion: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Sentence and place of each rule that an assertion breaks by itself."""
    if not is_url(assertion.get("id")):
        yield "The badge has no id that is a URL.", "/id"
    recipient = assertion.get("recipient")
    if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
        yield "The badge does not say who received it.", "/recipient"
    elif type(recipient.get("hashed", False)) is not bool:
        yield "The badge does not say whether its recipient is hidden.", "/recipient/hashed"
    if not isinstance(assertion.get("badge"), dict | str):
        yield "The badge does not say what it is for.", "/badge"
    if not set(types_of(_part(assertion, "verification", "verify"))) & (_HOSTED | _SIGNED):
        yield "The badge does not say how it is verified: hosted or signed.", "/verification"
    for name in ("issuedOn", "expires"):
        if (name in assertion or name == "issuedOn") and moment(assertion.get(name)) is None:
            yield f"{name} is not a date and time with a time zone.", f"/{name}"


def within_scope(url: str, issuer: str, policy: dict[str, Any]) -> bool:
    """Whether a badge's address lies within what its issuer's profile claims."""
    host = url_parts(url).hostname
    starts = [each for each in as_list(policy.get("startsWith", [])) if isinstance(each, str)]
    if starts and not any(url.startswith(each) and url_parts(each).hostname == host for each in starts):
        return False
    origins = [each.lower() for each in as_list(policy.get("allowedOrigins", [])) if isinstance(each, str)]
    if origins:
        return host in origins
    return bool(starts) or (host is not None and host == url_parts(issuer).hostname)


def recipient_check(assertion: dict[str, Any], identity: str) -> Check:
    """Whether a badge was given to the person with an identity."""
    recipient = _part(assertion, "recipient")
    written, salt = text_of(recipient.get("identity")), text_of(recipient.get("salt"))
    plain = not recipient.get("hashed") and written.strip().lower() == identity.strip().lower()
    if plain or (recipient.get("hashed") and is_identity(written, salt, identity)):
        return passed("recipient-match", "The badge names this person as its recipient.", "/recipient")
    return failed("recipient-match", "The badge names another person as its recipient.", "/recipient")


def claims_of(token: str) -> dict[str, Any] | None:
    """The assertion in a JWS, not verified; None where there is none."""
    try:
        claims = read_token(token).claims
    except LearnworkError:
        return None
    return claims if is_assertion(claims) else None


def _key_of_pem(text: Any) -> PublicKey:
    if (
        not isinstance(text, str)
        or not re.search(r"-----BEGIN (?:RSA )?PUBLIC KEY-----", text)
        or len(text) > 20_000
    ):
        raise CheckError("proof", "The issuer's key is not a public key in PEM.")
    try:
        native = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CheckError("proof", "The issuer's key cannot be read.") from error
    if not isinstance(native, RSAPublicKey):
        raise CheckError("proof", "The issuer's key is not an RSA key.")
    numbers = native.public_numbers()
    parts = {
        name: base64url_encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        for name, number in (("n", numbers.n), ("e", numbers.e))
    }
    return PublicKey.from_jwk({"kty": "RSA", **parts})


def _part(document: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        value = document.get(name)
        if isinstance(value, dict):
            return value
    return {}


def _recipient(assertion: dict[str, Any]) -> Party:
    recipient = _part(assertion, "recipient")
    return Party("" if recipient.get("hashed") else text_of(recipient.get("identity")))


def _alignments(badge_class: dict[str, Any]) -> Iterator[Item]:
    for each in as_list(badge_class.get("alignment", [])):
        if isinstance(each, dict):
            parts = ("targetName", "targetDescription", "targetUrl", "targetFramework")
            name, text, url, framework = (text_of(each.get(part)) for part in parts)
            yield Item("Alignment", name, text, url, framework)


def _evidence(assertion: dict[str, Any]) -> Iterator[Item]:
    for each in as_list(assertion.get("evidence", [])):
        if isinstance(each, dict):
            name, text, url = (text_of(each.get(part)) for part in ("name", "narrative", "id"))
            yield Item(text_of(each.get("genre")) or "Evidence", name, text, url)
        elif isinstance(each, str):
            yield Item("Evidence", url=each)
