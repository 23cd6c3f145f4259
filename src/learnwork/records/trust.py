"""Who an issuer is, by lists of known issuers: the registries of the field, read from files, without the network.

    registry = read_registry(Path("registry.json").read_bytes(), "DCC community registry")
    registry.look_up("did:key:z6Mk…") → Known(name="A university", …)

Reads the list of the Digital Credentials Consortium (`registry` or `entries`: DID → name, location, url); entity
statements and subordinate listings of OpenID Federation 1.0 (sections 3 and 8.2), with which the Consortium's member
registry and Credential Engine's Issuer Identity Registry are published (`credential_registry_entity` carries the CTID);
and CTDL organizations that carry their DIDs as identifiers. A list says who is known, never that a record is good.

What our own registry knows enters as `knows`, a callable from the record's issuer and document to `Here`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from learnwork.records.check_codes import CheckError
from learnwork.records.jose import check_signature, read_token
from learnwork.records.keys import PublicKey
from learnwork.records.multibase import base64url_decode
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import KeyUnfitError
from learnwork.records.sentences import piece
from learnwork.records.token_errors import TokenSignatureError
from learnwork.records.verdict import Check, failed, passed, unchecked

LIMIT = 12_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """An issuer as a list names it. until: when the list's statement about it ends."""

    id: str
    name: str = ""
    legal_name: str = ""
    url: str = ""
    location: str = ""
    ctid: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """A list of known issuers. signed: True where its statements were verified with the keys given, False where
    they are signed and could not be checked for want of keys, None where nothing is signed: then it is worth what the
    place is worth that it was taken from.
    """

    name: str
    issuers: Mapping[str, Known] = field(default_factory=dict)
    until: datetime | None = None
    signed: bool | None = None

    def look_up(self, issuer: str) -> Known | None:
        return self.issuers.get(issuer) or self.issuers.get(issuer.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Here:
    """What our own registry knows of an issuer. offers: whether it offers this credential, None where not known."""

    name: str
    url: str = ""
    offers: bool | None = None
    offered: str = ""
    accreditation: tuple[str, ...] = ()


Knows = Callable[[str, dict[str, Any]], Here | None]


def read_registry(data: bytes | str, name: str, *, keys: Sequence[PublicKey] = ()) -> Registry:
    """A list of issuers in any of the forms above. keys: those of whoever publishes it, to verify entity statements.

    Raises CheckError (`issuer-list`) where it is none of them or a statement is signed by none of the keys, and errors
    of parsing and of tokens.
    """
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    if len(text) > LIMIT:
        raise CheckError("issuer-list", f"The list {name} is over {LIMIT:,} characters.")
    text = text.strip()
    if text[:1] not in ("{", "["):
        return _of_statements(name, [_claims(text, keys)], signed=bool(keys))
    value = parse(text, where=name, limit=LIMIT)
    if isinstance(value, dict):
        listed = value.get("registry", value.get("entries"))
        if isinstance(listed, dict):
            return Registry(name, dict(_entries(listed)))
        if "metadata" in value or "sub" in value:
            return _of_statements(name, [value])
        value = value.get("@graph", [value])
    if not isinstance(value, list):
        raise CheckError("issuer-list", f"{name} is no list of issuers that is known here.")
    return _of_list(name, value, keys)


def publisher_keys(data: bytes | str, name: str) -> tuple[PublicKey, ...]:
    """The keys of whoever publishes a list: a JWK, a set of them (also inside an entity configuration), or Multikeys,
    one a line. Raises CheckError (`issuer-list`), KeyUnreadableError, KeyUnsupportedError, KeyWeakError.
    """
    text = (data.decode("utf-8", "replace") if isinstance(data, bytes) else data).strip()
    if text[:1] in ("{", "["):
        value = parse(text, where=name)
        found = value.get("jwks", value) if isinstance(value, dict) else value
        found = found.get("keys", [found]) if isinstance(found, dict) else found
        keys = [PublicKey.from_jwk(each) for each in found if isinstance(each, dict)]
    else:
        keys = [PublicKey.from_multibase(line.strip()) for line in text.splitlines() if line.strip()]
    if not keys:
        raise CheckError("issuer-list", f"{name} holds no key.")
    return tuple(keys)


def _entries(listed: dict[str, Any]) -> Iterator[tuple[str, Known]]:
    for identifier, said in listed.items():
        if isinstance(said, dict):
            name, url, location = (_text(said.get(key)) for key in ("name", "url", "location"))
            yield identifier, Known(identifier, name, url=url, location=location)


def _of_list(name: str, values: list[Any], keys: Sequence[PublicKey]) -> Registry:
    """A subordinate listing (identifiers), entity statements (tokens or claims), or CTDL organizations."""
    issuers: dict[str, Known] = {}
    statements, tokens = [], 0
    for each in values:
        if isinstance(each, str) and each.count(".") == 2 and not each.startswith(("http", "did:")):
            statements.append(_claims(each, keys))
            tokens += 1
        elif isinstance(each, str):
            issuers[each] = Known(each)
        elif isinstance(each, dict) and "sub" in each:
            statements.append(each)
        elif isinstance(each, dict):
            issuers.update((known.id, known) for known in _ctdl(each))
    found = _of_statements(name, statements)
    issuers.update(found.issuers)
    if not issuers:
        raise CheckError("issuer-list", f"{name} names no issuer.")
    # Where only some of it is signed, none of it counts as signed.
    signed = bool(keys) if tokens else None
    return Registry(name, issuers, found.until, signed if tokens == len(values) else None)


def _claims(token: str, keys: Sequence[PublicKey]) -> dict[str, Any]:
    """The claims of an entity statement, its signature verified where keys are given."""
    if keys:
        return _verified(token, keys)
    parts = token.split(".")
    try:
        claims = parse(base64url_decode(parts[1]), where="an entity statement") if len(parts) == 3 else None
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise CheckError("issuer-list", "An entity statement cannot be read.")
    return claims


def _verified(token: str, keys: Sequence[PublicKey]) -> dict[str, Any]:
    read = read_token(token, where=piece("An entity statement"))
    for key in keys:
        try:
            check_signature(read, key)
        except (KeyUnfitError, TokenSignatureError):
            continue
        return read.claims
    raise CheckError("issuer-list", "An entity statement is signed by none of the keys that were given.")


def _of_statements(name: str, statements: list[dict[str, Any]], *, signed: bool | None = None) -> Registry:
    issuers, ends = {}, []
    for claims in statements:
        subject, metadata = claims.get("sub"), claims.get("metadata")
        if not isinstance(subject, str):
            continue
        entity, legal, registered = (
            _part(metadata, key)
            for key in (
                "federation_entity",
                "institution_additional_information",
                "credential_registry_entity",
            )
        )
        until = _time(claims.get("exp"))
        issuers[subject] = Known(
            subject,
            _text(entity.get("organization_name")),
            _text(legal.get("legal_name")),
            _text(entity.get("homepage_uri", entity.get("organization_uri"))),
            ctid=_text(registered.get("ctid")),
            until=until,
        )
        ends += [until] if until else []
    return Registry(name, issuers, min(ends, default=None), signed)


def _ctdl(document: dict[str, Any]) -> Iterator[Known]:
    """A CTDL organization under each DID or URL that it carries as identifier."""
    name = _text(document.get("ceterms:name"))
    ctid = _text(document.get("ceterms:ctid"))
    url = _first(document.get("ceterms:subjectWebpage"))
    identifiers = [_first(each) for each in _listed(document.get("ceterms:sameAs"))]
    identifiers += [
        _text(each.get("ceterms:identifierValueCode"))
        for each in _listed(document.get("ceterms:identifier"))
        if isinstance(each, dict)
    ]
    for identifier in identifiers:
        if identifier.startswith(("did:", "https://")):
            yield Known(identifier, name, url=url, ctid=ctid)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return _text(first.get("@id") if isinstance(first, dict) and "@id" in first else first)


def _text(value: Any) -> str:
    """A text, or the first of a language map."""
    if isinstance(value, dict) and value:
        value = next(iter(value.values()))
    return value[:500] if isinstance(value, str) else ""


def _part(metadata: Any, key: str) -> dict[str, Any]:
    part = metadata.get(key) if isinstance(metadata, dict) else None
    return part if isinstance(part, dict) else {}


def _time(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC) if type(value) in (int, float) else None
    except (ValueError, OverflowError, OSError):
        return None


def trust_checks(
    issuer: str,
    document: dict[str, Any],
    *,
    registries: Iterable[Registry] = (),
    knows: Knows | None = None,
    now: datetime,
) -> list[Check]:
    """What lists and our own registry say of an issuer. They inform and decide nothing."""
    registries = list(registries)
    checks = _by_lists(issuer, registries, now) if registries else []
    if knows is not None:
        checks += _by_registry(issuer, document, knows)
    return checks


def _by_lists(issuer: str, registries: list[Registry], now: datetime) -> list[Check]:
    checks: list[Check] = []
    for registry in registries:
        known = registry.look_up(issuer)
        if known is None:
            continue
        if known.until is not None and known.until < now:
            sentence = f"{registry.name} named the issuer, but what it said ended on {known.until:%Y-%m-%d}."
            checks.append(unchecked("issuer-list", sentence, "/issuer", decisive=False))
            continue
        legal = f" ({known.legal_name})" if known.legal_name and known.legal_name != known.name else ""
        said = f"{known.name or known.id}{legal}"
        sentence = f"{registry.name} names the issuer: {said}."
        if registry.signed is False:
            more = " The list is signed, and its signature could not be checked: no key of its publisher was given."
            checks.append(unchecked("issuer-known", sentence + more, "/issuer", decisive=False))
        else:
            checks.append(passed("issuer-known", sentence, "/issuer", decisive=False))
    if not checks:
        names = ", ".join(registry.name for registry in registries)
        sentence = f"The issuer is on none of the lists that were looked at ({names})."
        checks.append(unchecked("issuer-known", sentence, "/issuer", decisive=False))
    return checks


def _by_registry(issuer: str, document: dict[str, Any], knows: Knows) -> list[Check]:
    here = knows(issuer, document)
    if here is None:
        return [
            unchecked("issuer-here", "The issuer is not known in this registry.", "/issuer", decisive=False)
        ]
    checks = [
        passed("issuer-here", f"The issuer is {here.name} in this registry.", "/issuer", decisive=False)
    ]
    if here.offers:
        sentence = f"{here.name} offers this credential: {here.offered}."
        checks.append(passed("offered-here", sentence, decisive=False))
    elif here.offers is False:
        sentence = f"{here.name} does not offer such a credential by what it published here."
        checks.append(failed("offered-here", sentence, decisive=False))
    else:
        checks.append(
            unchecked(
                "offered-here", f"Whether {here.name} offers this credential is not known.", decisive=False
            )
        )
    if here.accreditation:
        said = ", ".join(here.accreditation)
        checks.append(passed("accredited-here", f"Accredited or approved by {said}.", decisive=False))
    else:
        sentence = f"No accreditation of {here.name} is known here."
        checks.append(unchecked("accredited-here", sentence, decisive=False))
    return checks
