"""The key with which a learner shows records as their own: made when it is first needed, sealed, and never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from learnwork.accounts.models import User
from learnwork.records.jose import sign_token
from learnwork.records.keys import PrivateKey
from learnwork.wallet import vault
from learnwork.wallet.models import Holder

KIND: Literal["P-256"] = "P-256"  # what wallets and issuers of every country take


def holder_of(owner: User) -> Holder:
    """The learner's key, made now if there is none."""
    found = Holder.objects.filter(owner=owner).first()
    if found is None:
        key = PrivateKey.generate(KIND)
        values = {
            "did": f"did:key:{key.public.to_multibase()}",
            "sealed": vault.seal(key.secret, _context(owner)),
            "made_at": datetime.now(UTC),
        }
        found = Holder.objects.get_or_create(owner=owner, defaults=values)[0]
    return found


def key_of(holder: Holder) -> PrivateKey:
    """Raises VaultError."""
    return PrivateKey.from_secret(KIND, vault.unseal(bytes(holder.sealed), _context(holder.owner)))


def method_of(holder: Holder) -> str:
    return f"{holder.did}#{holder.did.removeprefix('did:key:')}"


def _context(owner: User) -> str:
    return f"the holder's key of user {owner.pk}"


def possession(holder: Holder, audience: str, nonce: str) -> str:
    """The proof that the key is held, for an issuer (OpenID4VCI 1.0, appendix F.1)."""
    claims: dict[str, Any] = {"aud": audience, "iat": int(datetime.now(UTC).timestamp())}
    if nonce:
        claims["nonce"] = nonce
    header = {"typ": "openid4vci-proof+jwt", "kid": method_of(holder)}
    return sign_token(header, claims, key_of(holder))
