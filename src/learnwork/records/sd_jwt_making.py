"""Tokens whose claims can be shown one by one (SD-JWT), made: issued, and shown in part by their holder.

Sources: RFC 9901; SD-JWT VC (dc+sd-jwt). `sd_jwt` verifies them.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from learnwork.records.jose import json_bytes, sign_token
from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.pointers import steps_of, value_at
from learnwork.records.sd_jwt import NEVER_HIDDEN, Opening, Shown, digest_of, read_sd_jwt
from learnwork.records.token_errors import DisclosureClashError, DisclosureUnknownError

# What we do not hide beside: a holder would keep to themselves that a credential has ended or was revoked.
_TELLING = {
    "issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "@context", "type"
}  # fmt: skip


def issue_sd_jwt(
    claims: Mapping[str, Any],
    hidden: Iterable[str],
    *,
    key: PrivateKey,
    header: Mapping[str, Any],
    holder: PublicKey | None = None,
    salt: Callable[[], str] = lambda: secrets.token_urlsafe(16),
) -> str:
    """An SD-JWT in which each place of `hidden` (JSON pointers) can be shown or not; places may lie in each other.

    Raises PointerError, DisclosureClashError (a claim that must always be seen).
    """
    made = copy.deepcopy(dict(claims))
    inmost_first = sorted(set(hidden), key=lambda one: len(steps_of(one)), reverse=True)
    disclosures = [_hide(made, pointer, salt()) for pointer in inmost_first]
    if disclosures:
        made["_sd_alg"] = "sha-256"
    if holder is not None:
        made["cnf"] = {"jwk": holder.to_jwk()}
    return "~".join([sign_token(header, made, key), *disclosures, ""])


def _hide(made: dict[str, Any], pointer: str, salt: str) -> str:
    *way, last = steps_of(pointer) or [""]
    if not way and last in NEVER_HIDDEN | _TELLING | {""}:
        raise DisclosureClashError(f"{pointer!r} must always be seen.", hint="Choose another claim to hide.")
    value = value_at(made, pointer)
    parent = value_at(made, pointer.rpartition("/")[0])
    parts = [salt, value] if isinstance(parent, list) else [salt, last, value]
    text = base64url_encode(json_bytes(parts))
    digest = digest_of(text, "sha-256")
    if isinstance(parent, list):
        parent[int(last)] = {"...": digest}
    else:
        del parent[last]
        parent["_sd"] = sorted([*parent.get("_sd", []), digest])
    return text


def hidden_places(text: str) -> dict[str, Any]:
    """What a holder may show or not: the places (JSON pointers) of an SD-JWT with their values."""
    whole = read_sd_jwt(text)
    opening = Opening(whole)
    opening.run(whole.token.claims)
    return {place: one.value for place, one in opening.places.items()}


def show(
    text: str,
    pointers: Iterable[str],
    *,
    holder: PrivateKey | None = None,
    domain: str = "",
    challenge: str = "",
    now: datetime | None = None,
) -> str:
    """What a holder shows of an SD-JWT: the places that `pointers` name, with those that they lie in; and its binding.

    Raises DisclosureUnknownError where nothing that can be shown lies at a pointer.
    """
    whole = read_sd_jwt(text)
    opening = Opening(whole)
    opening.run(whole.token.claims)
    kept: set[str] = set()
    for pointer in pointers:
        on_the_way = [place for place in opening.places if f"{pointer}/".startswith(f"{place}/")]
        if not on_the_way:
            raise DisclosureUnknownError(
                f"Nothing hidden lies at {pointer[:100]!r}.", hint="Choose a hidden claim."
            )
        kept |= {opening.places[place].digest for place in on_the_way}
    shown = Shown(whole.token, tuple(one for one in whole.disclosures if one.digest in kept), "")
    if holder is None:
        return shown.covered
    moment = int((now or datetime.now(UTC)).timestamp())
    hash_ = digest_of(shown.covered, shown.algorithm)
    claims = {"iat": moment, "aud": domain, "nonce": challenge, "sd_hash": hash_}
    return shown.covered + sign_token({"typ": "kb+jwt"}, claims, holder)
