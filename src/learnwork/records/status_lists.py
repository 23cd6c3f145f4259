"""Status lists made: the unsigned list, and the entry that a record carries. Signing is the issuer's (`proofs.py`).

    bits = Bits.empty()
    bits[free_index(taken)] = 1
    bitstring_list(bits, url="https://college.example/status/1", issuer="did:web:college.example", purpose="revocation")

Sources: Bitstring Status List 1.0 (W3C, 2025) sections 2 and 3; the revocation list of Open Badges 3.0;
draft-ietf-oauth-status-list for tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from learnwork.records.bits import Bits
from learnwork.records.data_model import V2
from learnwork.records.times import moment_text

Messages = Sequence[tuple[int, str]]


def bitstring_list(
    bits: Bits,
    *,
    url: str,
    issuer: str,
    purpose: str | Sequence[str] = "revocation",
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """The unsigned credential of a bitstring status list, to be served at `url`."""
    document: dict[str, Any] = {
        "@context": [V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
    }
    if valid_from:
        document["validFrom"] = moment_text(valid_from)
    if valid_until:
        document["validUntil"] = moment_text(valid_until)
    document["credentialSubject"] = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose if isinstance(purpose, str) else list(purpose),
        "encodedList": "u" + bits.packed(),
    }
    return document


def bitstring_entry(
    url: str, index: int, *, purpose: str = "revocation", size: int = 1, messages: Messages = ()
) -> dict[str, Any]:
    """The `credentialStatus` of a record. messages: value and text of every possible status, for more than one bit."""
    entry: dict[str, Any] = {
        "id": f"{url}#{purpose}-{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
    if size > 1:
        entry["statusSize"] = size
    if messages:
        entry["statusMessage"] = [{"status": f"{value:#x}", "message": text} for value, text in messages]
    return entry


def revocation_list(url: str, issuer: str, revoked: Mapping[str, str]) -> dict[str, Any]:
    """The revocation list of 1EdTech. revoked: ids of records, each with the reason, or ""."""
    listed = []
    for identifier, reason in sorted(revoked.items()):
        said = {"revocationReason": reason} if reason else {}
        listed.append({"id": identifier, "revoked": True, **said})
    return {"id": url, "type": "1EdTechRevocationList", "issuer": issuer, "revokedCredential": listed}


def revocation_entry(url: str) -> dict[str, Any]:
    """The `credentialStatus` of a record with a revocation list."""
    return {"id": url, "type": "1EdTechRevocationList"}


def token_list_claims(
    bits: Bits, *, url: str, now: datetime, until: datetime | None = None, ttl: int | None = None
) -> dict[str, Any]:
    """The claims of a token status list (typ `statuslist+jwt`). bits: made with `lsb=True`, 1, 2, 4 or 8 wide."""
    claims: dict[str, Any] = {"sub": url, "iat": int(now.timestamp())}
    if until:
        claims["exp"] = int(until.timestamp())
    if ttl:
        claims["ttl"] = ttl
    claims["status_list"] = {"bits": bits.size, "lst": bits.packed()}
    return claims


def token_reference(url: str, index: int) -> dict[str, Any]:
    """The `status` claim of a record that a token status list covers."""
    return {"status_list": {"idx": index, "uri": url}}
