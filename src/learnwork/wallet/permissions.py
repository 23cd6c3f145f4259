"""What a learner lets a program do with their records: OAuth 2.0, authorization code with PKCE, for one scope or more.

A program registers itself; the learner allows it, once signed in; it exchanges the code for a token that lasts an hour
and one that renews it. Every secret is told once and kept as a digest.

Sources: RFC 6749 (sections 4.1, 5, 6), RFC 7591 (registration), RFC 7636 (PKCE, S256 alone), RFC 7009 (revocation);
Open Badges 3.0 section 7.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from learnwork.accounts.models import User
from learnwork.wallet.errors import PermissionRefusedError
from learnwork.wallet.models import Permission, Program

_BASE = "https://purl.imsglobal.org/spec/ob/v3p0/scope"
READ, WRITE = f"{_BASE}/credential.readonly", f"{_BASE}/credential.upsert"
READ_PROFILE, WRITE_PROFILE = f"{_BASE}/profile.readonly", f"{_BASE}/profile.update"
SCOPES = (READ, WRITE, READ_PROFILE, WRITE_PROFILE)
CODE_LASTS = timedelta(minutes=5)
ACCESS_LASTS = timedelta(hours=1)
LASTS = timedelta(days=180)  # a permission, however often it is renewed
UNUSED = timedelta(days=30)  # after which a program that nobody allowed anything is forgotten
MOST_PROGRAMS = 10_000
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Its host becomes part of a content security policy, so it has no letter that could end a directive there.
_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?"
)
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, section 4.2


def refused(error: str, message: str, hint: str = "") -> PermissionRefusedError:
    """An error with its word in OAuth."""
    return PermissionRefusedError(message, hint=hint or "Look at /ims/ob/v3p0/discovery.", error=error)


def register(said: dict[str, Any]) -> tuple[Program, str]:
    """A program, and the secret with which it asks: told once, here. Raises PermissionRefusedError."""
    redirects = said.get("redirect_uris")
    if not isinstance(redirects, list) or not 1 <= len(redirects) <= 10:
        raise refused("invalid_redirect_uri", "One to ten addresses to come back to are asked for.")
    for each in redirects:
        if not _good_redirect(each):
            raise refused(
                "invalid_redirect_uri",
                f"{each!r:.200} is no https address that a program can be sent back to.",
            )
    name = said.get("client_name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 200 or not name.strip().isprintable():
        raise refused("invalid_client_metadata", "The program does not say its name.")
    grants = said.get("grant_types", ["authorization_code"])
    if not isinstance(grants, list) or "authorization_code" not in grants:
        raise refused("invalid_client_metadata", "Only the authorization code is granted here.")
    if Program.objects.count() >= MOST_PROGRAMS:
        raise refused(
            "invalid_client_metadata", "No more programs are taken now.", "Ask whoever runs this site."
        )
    public = said.get("token_endpoint_auth_method") == "none"
    secret = "" if public else secrets.token_urlsafe(32)
    url = said.get("client_uri")
    return Program.objects.create(
        key=secrets.token_urlsafe(24),
        secret=digest(secret) if secret else "",
        name=name.strip(),
        url=url if isinstance(url, str) and len(url) <= 2_000 and url.startswith("https://") else "",
        redirects=redirects,
        scopes=" ".join(_scopes(said.get("scope", " ".join(SCOPES)))),
        made_at=datetime.now(UTC),
    ), secret


def _good_redirect(url: Any) -> bool:
    """https, or http to the machine that the program runs on; no fragment (RFC 6749, 3.1.2).

    A host is plain ASCII without a user before it, so that the learner reads where the answer really goes.
    """
    if not isinstance(url, str) or len(url) > 2_000 or not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and port != 0 and (parts.scheme == "https" or host in _LOOPBACK)


def _scopes(text: Any) -> list[str]:
    asked = text.split() if isinstance(text, str) else []
    known = [scope for scope in SCOPES if scope in asked]
    if not known:
        raise refused("invalid_scope", "None of the scopes that are asked for is known here.")
    return known


def _program(key: str) -> Program | None:
    return Program.objects.filter(key=key).first() if key.isprintable() else None


def program_of(key: str, redirect: str) -> Program:
    """A registered program, for an address of its own. Raises PermissionRefusedError: then nothing is sent there."""
    found = _program(key)
    if found is None:
        raise refused("invalid_client", "This program is not registered here.")
    if redirect not in found.redirects:
        raise refused("invalid_redirect_uri", "The program did not register the address to come back to.")
    return found


def asked_of(program: Program, said: dict[str, str]) -> list[str]:
    """The scopes that a request asks for, where everything else of it is in order. Raises PermissionRefusedError."""
    if said.get("response_type") != "code":
        raise refused("unsupported_response_type", "Only a code can be asked for (response_type).")
    challenge = said.get("code_challenge", "")
    if said.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise refused("invalid_request", "A code challenge by S256 is asked for (PKCE).")
    allowed = program.scopes.split()
    scopes = [scope for scope in _scopes(said.get("scope", "")) if scope in allowed]
    if not scopes:
        raise refused("invalid_scope", "The program did not register these scopes.")
    return scopes


def allow(owner: User, program: Program, scopes: list[str], redirect: str, challenge: str) -> str:
    """The code that the program exchanges. What the learner allowed it before ends."""
    code, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with transaction.atomic():
        Permission.objects.filter(owner=owner, program=program).delete()
        Permission.objects.create(
            owner=owner, program=program, scopes=" ".join(scopes), redirect=redirect, challenge=challenge,
            code=digest(code), code_until=now + CODE_LASTS, until=now + LASTS, made_at=now,
        )  # fmt: skip
    return code


def authenticated(key: str, secret: str) -> Program:
    """The program that asks at the token endpoint. Raises PermissionRefusedError."""
    found = _program(key)
    if found is None or (found.secret and not hmac.compare_digest(found.secret, digest(secret))):
        raise refused("invalid_client", "The program is not registered, or its secret is another.")
    return found


def exchange(program: Program, code: str, redirect: str, verifier: str) -> dict[str, Any]:
    """Tokens for a code. A code that is shown again ends the permission. Raises PermissionRefusedError."""
    bad = refused("invalid_grant", "The code is not good, or not any more.")
    with transaction.atomic():
        found = Permission.objects.select_for_update().filter(program=program, code=digest(code)).first()
        if found is None:
            raise bad
        if not found.spent:
            proof = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            good = found.redirect == redirect and hmac.compare_digest(proof, found.challenge)
            if not good or found.code_until < datetime.now(UTC):
                raise bad
            found.spent = True
            return _renewed(found)
        found.delete()
    raise bad


def renew(program: Program, refresh: str) -> dict[str, Any]:
    """New tokens for the one that renews, which is replaced. Raises PermissionRefusedError."""
    with transaction.atomic():
        found = (
            Permission.objects.select_for_update()
            .filter(program=program, refresh=digest(refresh), until__gt=datetime.now(UTC))
            .first()
        )
        if not refresh or found is None:
            raise refused("invalid_grant", "The token that renews is not good, or not any more.")
        return _renewed(found)


def _renewed(permission: Permission) -> dict[str, Any]:
    access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    permission.access, permission.refresh = digest(access), digest(refresh)
    permission.access_until = min(datetime.now(UTC) + ACCESS_LASTS, permission.until)
    permission.save(update_fields=["access", "refresh", "access_until", "spent"])
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int((permission.access_until - datetime.now(UTC)).total_seconds()),
        "refresh_token": refresh,
        "scope": permission.scopes,
    }


def end(program: Program, token: str) -> None:
    """End the permission of either token; an unknown token is no error (RFC 7009, 2.2)."""
    if token:
        Permission.objects.filter(program=program, access=digest(token)).delete()
        Permission.objects.filter(program=program, refresh=digest(token)).delete()


def owner_for(access: str, scope: str) -> User:
    """Whose records a token opens. Raises PermissionRefusedError (`invalid_token`, `insufficient_scope`)."""
    found = (
        Permission.objects.select_related("owner")
        .filter(access=digest(access), access_until__gt=datetime.now(UTC), owner__is_active=True)
        .first()
    )
    if not access or found is None:
        raise refused("invalid_token", "The access token is not good, or not any more.")
    if scope not in found.scopes.split():
        raise refused("insufficient_scope", f"The learner did not allow {scope.rpartition('/')[2]}.")
    return found.owner


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def remove_ended(now: datetime | None = None) -> int:
    """Permissions that ended, and programs that nobody allows anything; how many permissions there were."""
    now = now or datetime.now(UTC)
    ended = Permission.objects.filter(until__lt=now).delete()[1].get("wallet.Permission", 0)
    unclaimed = Permission.objects.filter(spent=False, code_until__lt=now)
    ended += unclaimed.delete()[1].get("wallet.Permission", 0)
    Program.objects.filter(made_at__lt=now - UNUSED, permissions=None).delete()
    return ended
