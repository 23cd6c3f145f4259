"""Who holds a key: controllers' documents resolved, and in them the key that may be used for a purpose.

did:key and did:jwk carry their document in themselves; did:web and https addresses are fetched. A key counts only if
its controller's document lists it under the purpose: never because a proof, a header or a fragment brings it along.
Sources: Controlled Identifiers 1.0 (section 3.3, retrieving a verification method), DID Core 1.0, did:key, did:web
and did:jwk method specifications.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urldefrag

from learnwork.records.errors import RecordError
from learnwork.records.fetching import Fetcher, fetch_word
from learnwork.records.keys import PublicKey
from learnwork.records.multibase import base64url_decode
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import (
    ControllerDocumentError,
    ControllerMismatchError,
    DidMethodUnknownError,
    DidUnreadableError,
    KeyNotAuthorisedError,
    KeyRevokedError,
    KeySecretShownError,
    KeyUnreadableError,
    MethodUnknownError,
    MethodUnreadableError,
)
from learnwork.records.times import parse_moment

PURPOSES = (
    "assertionMethod",
    "authentication",
    "capabilityInvocation",
    "capabilityDelegation",
    "keyAgreement",
)
LIMIT = 200_000  # bytes of a controller's document
MOST_METHODS = 500
_DID = re.compile(r"did:([a-z0-9]+):((?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})+)", re.ASCII)
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=@-]+", re.ASCII)
_KEY_MEMBERS = ("publicKeyMultibase", "publicKeyJwk")
_AGAIN = "Ask the issuer for the record again."
_DOCUMENT = "Ask the issuer to mend its document."
_DISTRUST = "Do not rely on it; ask the issuer."


@dataclass(frozen=True, slots=True)
class Method:
    """A key that its controller lets be used: its URL, whose it is, and the key."""

    id: str
    controller: str
    key: PublicKey
    name: str = ""  # `kid` of its JWK
    expires: datetime | None = None
    revoked: datetime | None = None


def method_of(url: Any, *, purpose: str, fetcher: Fetcher, now: datetime | None = None) -> Method:
    """The key behind a verification method's URL, if its controller lets it be used for `purpose`.

    With `now`, a key that expired or was revoked by then is refused. Raises ControllerError's and KeyFaultError's
    subclasses, and FetchError where the controller's document cannot be had.
    """
    if not isinstance(url, str):
        raise MethodUnreadableError(
            "The key is given in the proof itself instead of by the address where its controller lists it.",
            hint="A key that comes with what it signs proves nothing. " + _AGAIN,
        )
    if url.startswith("did:key:"):
        return _method_of_did_key(url, purpose)
    base, fragment = urldefrag(url)
    document = resolve(base, fetcher=fetcher)
    if not fragment and document.get("id") == url and _is_method(document):
        return _standing_alone(document, purpose, fetcher, now)
    return _pick(document, url, purpose, now)


def methods_of(
    controller: str, *, purpose: str, fetcher: Fetcher, now: datetime | None = None
) -> list[Method]:
    """Every key that a controller lists for a purpose and that can be read here."""
    if controller.startswith("did:key:"):
        return [_method_of_did_key(f"{controller}#{controller.removeprefix('did:key:')}", purpose)]
    document = resolve(controller, fetcher=fetcher)
    found = []
    for url in _listed(document, purpose):
        try:
            found.append(_pick(document, url, purpose, now))
        except RecordError:
            continue  # a key of another kind, or one that is over, is no candidate
    return found


def resolve(controller: str, *, fetcher: Fetcher) -> dict[str, Any]:
    """The document of a controller: a DID, or an https address.

    Raises DidUnreadableError, DidMethodUnknownError, ControllerDocumentError, FetchError.
    """
    if controller.startswith("https://"):
        return _fetched(controller, controller, fetcher)
    match = _DID.fullmatch(controller)
    if match is None:
        raise DidUnreadableError(f"{controller[:200]!r} is neither a DID nor an https address.", hint=_AGAIN)
    method, identifier = match.groups()
    if method == "key":
        return _did_key_document(controller)
    if method == "jwk":
        return _did_jwk_document(controller, identifier)
    if method == "web":
        return _fetched(controller, did_web_address(controller), fetcher)
    raise DidMethodUnknownError(
        f"DIDs of the method {method[:30]!r} are not resolved here.",
        hint="did:key, did:web, did:jwk and https addresses are.",
    )


def did_web_address(did: str) -> str:
    """The https address of a did:web document. Raises DidUnreadableError."""
    host, *path = did.removeprefix("did:web:").split(":")
    name, _, port = unquote(host).partition(":")
    segments = [unquote(segment) for segment in path]
    fit = _HOST.fullmatch(name) and (not port or port.isdecimal()) and not _is_address(name)
    if not fit or not all(_SEGMENT.fullmatch(one) and one not in (".", "..") for one in segments):
        raise DidUnreadableError(
            f"{did[:200]!r} is no did:web with a name of a host and a path.", hint=_AGAIN
        )
    place = "/".join(segments) if segments else ".well-known"
    return f"https://{name}{':' + port if port else ''}/{place}/did.json"


def _is_address(host: str) -> bool:
    """Whether a host is written as a number, which did:web does not allow."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdecimal()
    return True


def _fetched(controller: str, address: str, fetcher: Fetcher) -> dict[str, Any]:
    answer = fetch_word(fetcher, address, limit=LIMIT)
    document = parse(answer.body, where=address)
    if not isinstance(document, dict):
        raise ControllerDocumentError(f"{address[:200]} is no controller's document.", hint=_DOCUMENT)
    if document.get("id") != controller:
        raise ControllerDocumentError(
            f"The document at {address[:200]} is about {document.get('id')!r:.200}, not about {controller[:200]!r}.",
            hint=_DISTRUST,
        )
    return document


def _did_key_document(did: str) -> dict[str, Any]:
    text = did.removeprefix("did:key:")
    PublicKey.from_multibase(text)
    url = f"{did}#{text}"
    method = {"id": url, "type": "Multikey", "controller": did, "publicKeyMultibase": text}
    return {"id": did, "verificationMethod": [method], **{purpose: [url] for purpose in PURPOSES[:4]}}


def _did_jwk_document(did: str, identifier: str) -> dict[str, Any]:
    try:
        jwk = parse(base64url_decode(identifier), where=did[:60])
    except ValueError:
        raise DidUnreadableError(f"{did[:200]!r} holds no JWK.", hint=_AGAIN) from None
    if not isinstance(jwk, dict):
        raise DidUnreadableError(f"{did[:200]!r} holds no JWK.", hint=_AGAIN)
    method = {"id": f"{did}#0", "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
    purposes = PURPOSES[4:] if jwk.get("use") == "enc" else PURPOSES[:4]
    return {"id": did, "verificationMethod": [method], **{purpose: [f"{did}#0"] for purpose in purposes}}


@lru_cache(maxsize=4096)
def _method_of_did_key(url: str, purpose: str) -> Method:
    """The fast way for did:key, whose document says nothing that its name does not say."""
    did, _, fragment = url.partition("#")
    text = did.removeprefix("did:key:")
    if _DID.fullmatch(did) is None:
        raise DidUnreadableError(f"{did[:200]!r} is no did:key.", hint=_AGAIN)
    key = PublicKey.from_multibase(text)
    if fragment != text:
        raise MethodUnknownError(f"{did[:200]} has one key, and it is not {fragment[:80]!r}.", hint=_AGAIN)
    if purpose not in PURPOSES[:4]:
        raise _not_authorised(url, did, purpose)
    return Method(url, did, key)


def _pick(document: dict[str, Any], url: str, purpose: str, now: datetime | None) -> Method:
    """The method of that URL out of its controller's document, if it is listed under the purpose."""
    controller = str(document.get("id", ""))
    description = next((one for name, one in _described(document) if name == url), None)
    if description is None:
        raise MethodUnknownError(
            f"The document of {controller[:200]} has no key {url[:200]!r}.",
            hint="The issuer may have removed it. Ask for a record signed with a current key.",
        )
    method = _read_method(description, url)
    if method.controller != controller:
        raise ControllerMismatchError(
            f"The key {url[:200]!r} says that {method.controller[:200]!r} controls it, not {controller[:200]!r}.",
            hint=_DISTRUST,
        )
    if url not in _listed(document, purpose):
        raise _not_authorised(url, controller, purpose)
    return _in_time(method, now)


def _not_authorised(url: str, controller: str, purpose: str) -> KeyNotAuthorisedError:
    return KeyNotAuthorisedError(
        f"{controller[:200]} does not list the key {url[:200]!r} for {purpose[:60]!r}.",
        hint="The issuer must list the key for that purpose; until then do not rely on it.",
    )


def _standing_alone(document: dict[str, Any], purpose: str, fetcher: Fetcher, now: datetime | None) -> Method:
    """A key with a document of its own: its controller's document must list it."""
    method = _read_method(document, document["id"])
    owner = resolve(method.controller, fetcher=fetcher)
    if method.id not in _listed(owner, purpose):
        raise _not_authorised(method.id, method.controller, purpose)
    return _in_time(method, now)


def _in_time(method: Method, now: datetime | None) -> Method:
    key = f"{method.id[:200]!r}"
    if now is not None and method.revoked is not None and now >= method.revoked:
        raise _over(method, method.revoked, f"The key {key} was revoked at {method.revoked.isoformat()}.")
    if now is not None and method.expires is not None and now >= method.expires:
        raise _over(method, method.expires, f"The key {key} expired at {method.expires.isoformat()}.")
    return method


def _over(method: Method, moment: datetime, sentence: str) -> KeyRevokedError:
    hint = "Ask the issuer for a record signed with a current key."
    return KeyRevokedError(sentence, hint=hint, method=method.id, moment=moment)


def _is_method(document: dict[str, Any]) -> bool:
    return any(member in document for member in _KEY_MEMBERS)


def _described(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every method that a document describes, with its absolute URL: in the list, and embedded under a purpose."""
    for member in ("verificationMethod", *PURPOSES):
        for one in _entries(document, member):
            if isinstance(one, dict):
                yield _absolute(document, one.get("id")), one


def _listed(document: dict[str, Any], purpose: str) -> list[str]:
    """The URLs of the methods under a purpose, by reference or embedded."""
    if purpose not in PURPOSES:
        return []
    entries = _entries(document, purpose)
    return [_absolute(document, one.get("id") if isinstance(one, dict) else one) for one in entries]


def _entries(document: dict[str, Any], member: str) -> list[Any]:
    entries = document.get(member, [])
    if not isinstance(entries, list) or len(entries) > MOST_METHODS:
        raise ControllerDocumentError(
            f"In the document of {str(document.get('id'))[:200]}, {member!r} is no list of a sensible length.",
            hint=_DOCUMENT,
        )
    return entries


def _absolute(document: dict[str, Any], url: Any) -> str:
    text = url if isinstance(url, str) else ""
    return f"{document.get('id', '')}{text}" if text.startswith("#") else text


def _read_method(description: dict[str, Any], url: str) -> Method:
    """A verification method read and checked. Raises MethodUnreadableError, KeyFaultError."""
    controller, given = description.get("controller"), [one for one in _KEY_MEMBERS if one in description]
    if "secretKeyMultibase" in description or "secretKeyJwk" in description:
        raise KeySecretShownError(
            f"The document shows the private key of {url[:200]!r}.",
            hint="Everything signed with it is worthless: the issuer must replace the key and issue anew.",
        )
    if not isinstance(description.get("type"), str) or not isinstance(controller, str) or len(given) != 1:
        raise MethodUnreadableError(
            f"The key {url[:200]!r} lacks its type, its controller or its one public key.", hint=_DOCUMENT
        )
    jwk = description.get("publicKeyJwk")
    if jwk is None:
        key, name = PublicKey.from_multibase(description["publicKeyMultibase"]), ""
    elif isinstance(jwk, dict):
        key, name = PublicKey.from_jwk(jwk), str(jwk.get("kid", ""))
    else:
        raise KeyUnreadableError(f"The key {url[:200]!r} is no JWK.", hint=_DOCUMENT)
    moments = [_moment(description, member, url) for member in ("expires", "revoked")]
    return Method(url, controller, key, name, *moments)


def _moment(description: dict[str, Any], member: str, url: str) -> datetime | None:
    value = description.get(member)
    if value is None:
        return None
    try:
        return parse_moment(value)
    except (TypeError, ValueError):
        raise MethodUnreadableError(
            f"The key {url[:200]!r} has a {member!r} that is no time.", hint=_DOCUMENT
        ) from None
