"""Tokens whose claims can be shown one by one (SD-JWT), verified: what is shown, and that its holder shows it.

The issuer signs digests; the holder adds the disclosures (salt, name, value) of what is shown, and signs with a key of
its own for whom and when (key binding). Sources: RFC 9901; SD-JWT VC (dc+sd-jwt); Securing Verifiable Credentials
using JOSE and COSE 1.0 (vc+sd-jwt, vp+sd-jwt).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from learnwork.records.errors import RecordError
from learnwork.records.fetching import Fetcher
from learnwork.records.jose import MOST_TEXT, Token, check_signature, read_token
from learnwork.records.keys import PublicKey
from learnwork.records.multibase import base64url_decode, base64url_encode
from learnwork.records.parsing import parse
from learnwork.records.proofs import ProofResult
from learnwork.records.sentences import piece
from learnwork.records.token_errors import (
    DigestRefusedError,
    DisclosureClashError,
    DisclosureMalformedError,
    DisclosureTwiceError,
    DisclosureUnknownError,
    KeyBindingError,
    KeyBindingMissingError,
    TokenError,
    TokenIssuerError,
    TokenTypeError,
)
from learnwork.records.tokens import CLAIMS, TokenResult, check_content, check_key, check_times, numeric_date

HASHES = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
MOST_DISCLOSURES = 2_000
DEPTH = 100
BINDING_AGE = timedelta(minutes=10)
# What must be seen whatever the holder shows (SD-JWT VC, section 3.2.2.2).
NEVER_HIDDEN = frozenset(
    {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "_sd", "_sd_alg", "..."}
)
_TYPES = {
    "",
    "jwt",
    "sd-jwt",
    "dc+sd-jwt",
    "vc+sd-jwt",
    "vp+sd-jwt",
    "vc+ld+json+sd-jwt",
    "vp+ld+json+sd-jwt",
}
_AGAIN = "Ask the holder to present it again."
_DISTRUST = "Do not rely on it; ask the holder to present it again."


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One claim or list element shown: its text, its digest, and what it says. `name` is None for an element."""

    text: str
    digest: str
    name: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """An SD-JWT taken apart: the issuer's token, what is disclosed, the holder's token ("" if there is none)."""

    token: Token
    disclosures: tuple[Disclosure, ...]
    binding: str

    @property
    def covered(self) -> str:
        """The text whose digest the holder signs."""
        return "~".join([self.token.text, *(one.text for one in self.disclosures), ""])

    @property
    def algorithm(self) -> str:
        return _hash(self.token.claims)


def read_sd_jwt(text: str) -> Shown:
    """An SD-JWT in its compact form. Raises TokenMalformedError, errors of headers, DisclosureError's subclasses."""
    if len(text) > MOST_TEXT or text.count("~") > MOST_DISCLOSURES:
        raise DisclosureMalformedError("The token discloses more than is looked at.", hint=_AGAIN)
    first, *rest = text.split("~")
    if not rest:
        raise DisclosureMalformedError("The token has no ~ that would make it an SD-JWT.", hint=_AGAIN)
    token = read_token(first)
    name = _hash(token.claims)
    return Shown(token, tuple(_disclosure(one, name) for one in rest[:-1]), rest[-1])


def _hash(claims: Mapping[str, Any]) -> str:
    name = claims.get("_sd_alg", "sha-256")
    if not isinstance(name, str) or name not in HASHES:
        raise DigestRefusedError(
            f"Digests by {name!r:.40} are not accepted.", hint=f"{', '.join(HASHES)} are."
        )
    return name


def digest_of(text: str, name: str) -> str:
    """The digest of a disclosure or of what is covered, as claims carry it (RFC 9901, section 4.2.3)."""
    return base64url_encode(hashlib.new(HASHES[name], text.encode("ascii", "replace")).digest())


def _disclosure(text: str, name: str) -> Disclosure:
    try:
        parts = parse(base64url_decode(text), where=piece("A disclosure"), depth=DEPTH)
    except (ValueError, RecordError):
        raise DisclosureMalformedError("A disclosure is not base64url of JSON.", hint=_AGAIN) from None
    match parts:
        case [str(), str(claim), value]:
            return Disclosure(text, digest_of(text, name), claim, value)
        case [str(), value]:
            return Disclosure(text, digest_of(text, name), None, value)
    raise DisclosureMalformedError("A disclosure is no list of salt, name and value.", hint=_AGAIN)


class Opening:
    """Puts what is disclosed where its digests stand; refuses digests twice, and disclosures that stand nowhere."""

    def __init__(self, shown: Shown) -> None:
        self.by_digest = {one.digest: one for one in shown.disclosures}
        if len(self.by_digest) != len(shown.disclosures):
            raise DisclosureTwiceError("The same disclosure stands twice.", hint=_DISTRUST)
        self.seen: set[str] = set()
        self.places: dict[str, Disclosure] = {}

    def run(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        opened = self.value({name: value for name, value in claims.items() if name != "_sd_alg"}, "", 0)
        if len(self.places) != len(self.by_digest):
            raise DisclosureUnknownError(
                "Something is disclosed that the issuer did not sign for.", hint=_DISTRUST
            )
        assert isinstance(opened, dict)  # noqa: S101  (narrows the type)
        return opened

    def value(self, value: Any, place: str, depth: int) -> Any:
        if depth > DEPTH:
            raise DisclosureMalformedError("Disclosures lie in each other too deep.", hint=_AGAIN)
        if isinstance(value, list):
            return self.elements(value, place, depth)
        return self.members(value, place, depth) if isinstance(value, dict) else value

    def members(self, value: dict[str, Any], place: str, depth: int) -> dict[str, Any]:
        digests = value.get("_sd", [])
        if not isinstance(digests, list) or "..." in value:
            raise DisclosureMalformedError(
                f"The digests at {place or '/'} are no list of digests.", hint=_DISTRUST
            )
        opened = {
            name: self.value(inner, f"{place}/{_escaped(name)}", depth + 1)
            for name, inner in value.items()
            if name != "_sd"
        }
        for found in self.found(digests):
            if found.name is None:
                raise DisclosureMalformedError(
                    "An element is disclosed where a claim belongs.", hint=_DISTRUST
                )
            if (
                found.name in opened
                or found.name in ("_sd", "...")
                or (not place and found.name in NEVER_HIDDEN)
            ):
                raise DisclosureClashError(
                    f"The claim {found.name[:60]!r} at {place or '/'} is there already, or must not be hidden.",
                    hint=_DISTRUST,
                )
            here = f"{place}/{_escaped(found.name)}"
            self.places[here] = found
            opened[found.name] = self.value(found.value, here, depth + 1)
        return opened

    def elements(self, value: list[Any], place: str, depth: int) -> list[Any]:
        opened: list[Any] = []
        for element in value:
            if not isinstance(element, dict) or "..." not in element:
                opened.append(self.value(element, f"{place}/{len(opened)}", depth + 1))
                continue
            if len(element) != 1:
                raise DisclosureMalformedError(f"A digest at {place} has company.", hint=_DISTRUST)
            for found in self.found([element["..."]]):
                if found.name is not None:
                    raise DisclosureMalformedError(
                        "A claim is disclosed where an element belongs.", hint=_DISTRUST
                    )
                here = f"{place}/{len(opened)}"
                self.places[here] = found
                opened.append(self.value(found.value, here, depth + 1))
        return opened

    def found(self, digests: list[Any]) -> Iterator[Disclosure]:
        for digest in digests:
            if not isinstance(digest, str):
                raise DisclosureMalformedError("A digest is no text.", hint=_DISTRUST)
            if digest in self.seen:
                raise DisclosureTwiceError("A digest stands twice in what was signed.", hint=_DISTRUST)
            self.seen.add(digest)
            if digest in self.by_digest:
                yield self.by_digest[digest]


def opened_claims(shown: Shown) -> dict[str, Any]:
    """The claims with what is disclosed, without digests (RFC 9901, section 7.1). Raises DisclosureError."""
    return Opening(shown).run(shown.token.claims)


def verify_sd_jwt(
    text: str,
    *,
    fetcher: Fetcher,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    binding: bool | None = None,
    key: PublicKey | None = None,
) -> TokenResult:
    """Open an SD-JWT. `domain` and `challenge` are what the holder's binding must say (aud, nonce); `binding` whether
    there must be one (by default, where either is asked for). `key` only where the verifier holds the issuer's already.

    Nothing is raised for a bad token: the result says what is wrong.
    """
    known: dict[str, Any] = {}
    opened: dict[str, Any] = {}
    try:
        shown = read_sd_jwt(text)
        known["suite"] = f"SD-JWT {shown.token.header['alg']}"
        claims = opened_claims(shown)
        kind = "presentation" if shown.token.type.startswith("vp+") else "credential"
        known["purpose"] = "authentication" if kind == "presentation" else "assertionMethod"
        opened = {
            "header": shown.token.header,
            "claims": claims,
            "kind": kind,
            "document": document_of(shown, claims),
        }
        check_key(shown.token, claims, known, fetcher=fetcher, now=now, key=key)
        check_times(claims, now, known)
        wanted = binding if binding is not None else domain is not None or challenge is not None
        check_binding(shown, claims, now=now, domain=domain, challenge=challenge, wanted=wanted)
    except RecordError as error:
        return TokenResult(ProofResult(error=error, **known), **opened)
    return TokenResult(ProofResult(ok=True, **known), **opened)


def document_of(shown: Shown, claims: dict[str, Any]) -> dict[str, Any]:
    """The credential in the opened claims. Raises TokenTypeError, TokenIssuerError."""
    if shown.token.type not in _TYPES:
        raise TokenTypeError(
            f"The token is of the type {shown.token.header.get('typ')!r:.60}, which is no credential.",
            hint="Ask for a verifiable credential or presentation.",
        )
    check_content(shown.token.header)
    document = (
        {name: value for name, value in claims.items() if name not in CLAIMS}
        if "@context" in claims
        else claims
    )
    stated = document.get("issuer")
    name = stated.get("id") if isinstance(stated, dict) else stated
    if name is not None and claims.get("iss", name) != name:
        raise TokenIssuerError(
            f"The token is by {claims['iss']!r:.200}, and the document in it says {name!r:.200}.",
            hint=_DISTRUST,
        )
    return document


def check_binding(
    shown: Shown,
    claims: Mapping[str, Any],
    *,
    now: datetime,
    domain: str | None,
    challenge: str | None,
    wanted: bool,
) -> None:
    """Check the holder's token (RFC 9901, section 7.3). Raises KeyBindingMissingError, KeyBindingError."""
    if not shown.binding:
        if wanted:
            raise KeyBindingMissingError(
                "The holder did not sign for showing this record here.",
                hint="Ask the holder to present it with key binding.",
            )
        return
    confirmed = claims.get("cnf")
    jwk = confirmed.get("jwk") if isinstance(confirmed, dict) else None
    if not isinstance(jwk, dict):
        raise KeyBindingError("The issuer did not say which key the holder has (cnf).", hint=_DISTRUST)
    try:
        token = read_token(shown.binding, where=piece("The holder's token"))
        check_signature(token, PublicKey.from_jwk(jwk))
        made = numeric_date(token.claims, "iat")
    except RecordError as problem:
        raise KeyBindingError(
            f"The holder's signature does not hold: {problem.message}", hint=_DISTRUST
        ) from None
    audience, nonce = token.claims.get("aud"), token.claims.get("nonce")
    wrong = [
        ("its type is another", token.type != "kb+jwt"),
        (
            "it is for other disclosures",
            token.claims.get("sd_hash") != digest_of(shown.covered, shown.algorithm),
        ),
        (
            "it says neither for whom nor which challenge",
            not isinstance(audience, str) or not isinstance(nonce, str),
        ),
        ("it is for another verifier", domain is not None and audience != domain),
        ("it does not answer the challenge", challenge is not None and nonce != challenge),
        ("it does not say when it was made", made is None),
        ("it was not made now", made is not None and wanted and abs(now - made) > BINDING_AGE),
    ]
    for why, is_so in wrong:
        if is_so:
            raise KeyBindingError(f"The holder's signature is not for this: {why}.", hint=_AGAIN)


def compact_forms(value: Mapping[str, Any]) -> list[str]:
    """The compact forms of an SD-JWT in JSON (RFC 9901, section 8), one for each signature; the first is the bound one.

    Raises TokenError where it is none.
    """
    signatures = value.get("signatures", [value])
    match signatures:
        case [{"header": {"disclosures": list(disclosures), **rest}}, *_] if all(
            isinstance(d, str) for d in disclosures
        ):
            binding = rest.get("kb_jwt", "")
            parts = [(one.get("protected"), value.get("payload"), one.get("signature")) for one in signatures]
            if isinstance(binding, str) and all(isinstance(part, str) for three in parts for part in three):
                return ["~".join([".".join(three), *disclosures, binding]) for three in parts]  # type: ignore[arg-type]
    raise TokenError("The JSON is no SD-JWT with its disclosures.", hint=_AGAIN)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
