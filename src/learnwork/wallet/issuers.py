"""Issuers and their keys: made, rotated, marked as compromised; and the document that tells others which hold.

An issuer on a public host is `did:web`, so that keys can be rotated under one name; elsewhere, and for tests, it is
named by its key (`did:key`, or `did:jwk` for RSA) and has that one for good.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import transaction

from learnwork.records.keys import Kind, PrivateKey, PublicKey
from learnwork.records.suites import SUITES
from learnwork.records.times import moment_text
from learnwork.wallet import vault
from learnwork.wallet.errors import IssuerRefusedError, IssuerUnknownError, NotAllowedError
from learnwork.wallet.models import Issued, Issuer, Key

TOKENS: dict[str, Kind] = {"EdDSA": "Ed25519", "ES256": "P-256", "ES384": "P-384", "RS256": "RSA"}
PURPOSES = ("revocation", "suspension")
NAMED = "revocation-list"  # of 1EdTech, which names the revoked by their ids; in place of a bitstring
LASTS = timedelta(hours=24)  # a throw-away issuer
_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def signs_tokens(issuer: Issuer) -> bool:
    return issuer.suite in TOKENS


def make(
    name: str,
    suite: str,
    *,
    slug: str = "",
    kind: Kind | None = None,
    url: str = "",
    ctid: str = "",
    purposes: tuple[str, ...] = PURPOSES[:1],
    web: bool = True,
    until: datetime | None = None,
) -> tuple[Issuer, str]:
    """A new issuer with its first key, and the secret that machines show to issue in its name: told once, here.

    kind: of its key, where the suite leaves a choice. web: named by its address here. Raises IssuerRefusedError.
    """
    kind = _kind(suite, kind)
    slug = slug or secrets.token_urlsafe(24).lower().replace("_", "0").strip("-")
    if Issuer.objects.filter(slug=slug).exists():
        raise IssuerRefusedError(f"There is an issuer {slug} already.", hint="Choose another short name.")
    if wrong := set(purposes) - {*PURPOSES, NAMED}:
        raise IssuerRefusedError(
            f"{sorted(wrong)[0]} is no purpose of a status list here.",
            hint=f"Choose of {', '.join((*PURPOSES, NAMED))}.",
        )
    key, caller = PrivateKey.generate(kind), secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    with transaction.atomic():
        issuer = Issuer.objects.create(
            slug=slug, name=name, url=url, ctid=ctid, suite=suite, status=",".join(purposes), made_at=now, until=until,
            did=web_name(slug) if web and has_name() else key_name(key.public),
            caller=sha256(caller.encode()).hexdigest(),
        )  # fmt: skip
        _keep(issuer, key, now)
    return issuer, caller


def _kind(suite: str, kind: Kind | None) -> Kind:
    """The kind of key for a suite. Raises IssuerRefusedError."""
    kinds = (TOKENS[suite],) if suite in TOKENS else SUITES[suite].kinds if suite in SUITES else ()
    if not kinds:
        raise IssuerRefusedError(
            f"{suite!r} is no suite in which records are signed here.",
            hint=f"Choose of {', '.join([*SUITES, *TOKENS])}.",
        )
    if kind is not None and kind not in kinds:
        raise IssuerRefusedError(
            f"{suite} takes no key of the kind {kind}.", hint=f"Choose of {', '.join(kinds)}."
        )
    return kind or kinds[0]


def has_name() -> bool:
    """Whether the site is reached by the name of a host: did:web takes no number (its specification, section 3.1)."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    return not (host.replace(".", "").isdigit() or ":" in host)


def web_name(slug: str) -> str:
    """The did:web of an issuer here: its document is at /issuers/{slug}/did.json."""
    return f"did:web:{quote(urlsplit(settings.BASE_URL).netloc, safe='')}:issuers:{slug}"


def key_name(key: PublicKey) -> str:
    """did:key of a key, did:jwk of an RSA key."""
    if key.kind != "RSA":
        return f"did:key:{key.to_multibase()}"
    text = json.dumps(key.to_jwk(), separators=(",", ":"), sort_keys=True)
    return "did:jwk:" + urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _keep(issuer: Issuer, key: PrivateKey, now: datetime) -> Key:
    name = {"did:key": issuer.did[8:], "did:jwk": "0"}.get(
        issuer.did[:7], f"key-{now:%Y%m%d}-{secrets.token_hex(4)}"
    )
    return Key.objects.create(
        issuer=issuer,
        name=name,
        kind=key.kind,
        public=key.public.to_jwk(),
        sealed=vault.seal(key.secret, _context(issuer, name)),
        made_at=now,
    )


def _context(issuer: Issuer, name: str) -> str:
    return f"the key {name[:60]} of {issuer.slug}"


def issuer_named(slug: str) -> Issuer:
    """Raises IssuerUnknownError; a throw-away issuer that ended is not known any more."""
    found = Issuer.objects.filter(slug=slug).first()
    if found is None or (found.until and found.until < datetime.now(UTC)):
        raise IssuerUnknownError(
            f"Nobody issues here as {slug[:80]!r}.", hint="`learnwork issue issuers` lists who does."
        )
    return found


def check_caller(issuer: Issuer, shown: str) -> None:
    """Raises NotAllowedError unless the secret of the issuer's callers is shown.

    A throw-away issuer's slug is a secret itself: who knows its address may use it until it ends.
    """
    if issuer.until is not None:
        return
    digest = sha256(shown.encode()).hexdigest()
    if not issuer.caller or not hmac.compare_digest(digest, issuer.caller):
        raise NotAllowedError(
            f"Issuing as {issuer.slug} takes its key for callers.",
            hint="Send it as Authorization: Bearer …; `learnwork issue issuers --new-caller-key` makes a new one.",
        )


def new_caller(issuer: Issuer) -> str:
    """A new secret for the machines that issue in an issuer's name, told once, here; the former one counts no more."""
    caller = secrets.token_urlsafe(32)
    issuer.caller = sha256(caller.encode()).hexdigest()
    issuer.save(update_fields=["caller"])
    return caller


def current_key(issuer: Issuer) -> Key:
    """The key that signs now. Raises IssuerRefusedError where every key was retired."""
    found = issuer.keys.filter(retired_at=None, compromised_at=None).order_by("-made_at", "-pk").first()
    if found is None:
        raise IssuerRefusedError(
            f"{issuer.slug} has no key that signs.", hint="Make one: `learnwork keys rotate`."
        )
    return found


def secret_of(key: Key) -> PrivateKey:
    """The key to sign with, opened for this moment. Raises VaultError."""
    secret = vault.unseal(bytes(key.sealed), _context(key.issuer, key.name))
    return PrivateKey.from_secret(key.kind, secret)  # type: ignore[arg-type]


def method_of(key: Key) -> str:
    """The URL of a key in its controller's document."""
    return f"{key.issuer.did}#{key.name}"


def rotate(issuer: Issuer, *, compromised: datetime | None = None) -> Key:
    """A new key; the former one signs no more, and what it signed still holds.

    compromised: the moment from which somebody else may have had the former key: it leaves the controller's document,
    so that nothing it signed verifies any more, whatever date it carries. Raises IssuerRefusedError for an issuer
    that is named by its key.
    """
    if not issuer.did.startswith("did:web:"):
        raise IssuerRefusedError(
            f"{issuer.slug} is named by its key and cannot change it.", hint="Make a new issuer instead."
        )
    now = datetime.now(UTC)
    with transaction.atomic():
        former = issuer.keys.select_for_update().filter(retired_at=None)
        if compromised is not None:
            former.update(compromised_at=compromised)
        former.update(retired_at=now)
        return _keep(issuer, PrivateKey.generate(_kind_of(issuer)), now)


def _kind_of(issuer: Issuer) -> Kind:
    last = issuer.keys.order_by("-made_at", "-pk").first()
    return _kind(issuer.suite, last.kind if last else None)  # type: ignore[arg-type]


def controller_document(issuer: Issuer) -> dict[str, Any]:
    """The DID document of an issuer: every key that was not compromised, the retired ones for verifying only."""
    methods = []
    for key in issuer.keys.filter(compromised_at=None).order_by("made_at", "pk"):
        public = PublicKey.from_jwk(key.public)
        entry: dict[str, Any] = {"id": method_of(key), "controller": issuer.did}
        if public.kind == "RSA":
            entry |= {"type": "JsonWebKey", "publicKeyJwk": public.to_jwk()}
        else:
            entry |= {"type": "Multikey", "publicKeyMultibase": public.to_multibase()}
        methods.append(entry)
    document: dict[str, Any] = {"@context": _CONTEXTS, "id": issuer.did}
    if issuer.url:
        document["alsoKnownAs"] = [issuer.url]
    return document | {"verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def throw_away(suites: tuple[tuple[str, Kind | None], ...], purposes: tuple[str, ...] = ()) -> list[Issuer]:
    """Issuers for a test harness, one a suite, named by their keys, open to who knows their addresses for a day.

    purposes: of their status lists; none unless asked for, because many verifiers refuse a record whose status they
    were given no means to look up.
    """
    until = datetime.now(UTC) + LASTS
    name = f"Throw-away issuer, until {moment_text(until)}"
    return [
        make(name, suite, kind=kind, purposes=purposes, web=False, until=until)[0] for suite, kind in suites
    ]


def remove_ended() -> int:
    """Throw-away issuers that ended, gone with their keys and lists; how many there were."""
    ended = Issuer.objects.filter(until__lt=datetime.now(UTC))
    with transaction.atomic():
        Issued.objects.filter(issuer__in=ended).delete()
        return ended.delete()[1].get("wallet.Issuer", 0)
