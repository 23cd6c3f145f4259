"""Digests of what a credential refers to: their form, and whether fetched bytes have them.

Source: Verifiable Credentials Data Model 2.0, section 5.3 (integrity of related resources); Subresource Integrity
(W3C, 2016) section 3.1 for `digestSRI`; Controlled Identifiers 1.0 sections 2.4 and 2.5 for `digestMultibase`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from learnwork.records import contexts
from learnwork.records.multibase import multibase_decode

_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_BARE = {size: name for name, size in _SIZES.items()}
_MULTIHASH = {0x12: "sha256", 0x20: "sha384", 0x13: "sha512"}
_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/\-_]+={0,2})(?:\?\S*)?")
_MOST = 200  # characters of a digest; the longest of SHA-512 has under a hundred

# A context that its publisher changed after records had named its digest: what it was before, by its bytes. The base
# context of July 2024 was replaced in February 2025 (comments only; every term means what it meant).
_FORMER: dict[str, tuple[dict[str, bytes], ...]] = {
    "https://www.w3.org/ns/credentials/v2": (
        {
            "sha256": bytes.fromhex("24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9"),
            "sha384": bytes.fromhex(
                "35239c36999d2155312091af194a1edb61634d6ad789a5e5"
                "b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0"
            ),
        },
    )
}

Found = tuple[str, str, str]


def faults_of_related(document: dict[str, Any], is_url: Callable[[object], bool]) -> Iterator[Found]:
    """Code, sentence and place for each rule that `relatedResource` breaks by itself."""
    value = document.get("relatedResource")
    if value is None:
        return
    seen: set[str] = set()
    for number, each in enumerate(value if isinstance(value, list) else [value]):
        place = f"/relatedResource/{number}"
        if not isinstance(each, dict):
            yield "related-form", "A related resource is not an object.", place
            continue
        identifier = each.get("id")
        if not is_url(identifier):
            yield "related-id", "A related resource has no id that is a URL.", f"{place}/id"
        elif identifier in seen:
            yield "related-twice", "Two related resources have the same id.", f"{place}/id"
        else:
            seen.add(str(identifier))
        if "digestSRI" not in each and "digestMultibase" not in each:
            yield "related-digest-missing", "A related resource has no digest.", place
        for name, good in (("digestSRI", _is_sri), ("digestMultibase", _is_multibase)):
            if name in each and not good(each[name]):
                yield (
                    "related-digest-form",
                    f"{name} of a related resource cannot be a digest.",
                    f"{place}/{name}",
                )


def matches(resource: dict[str, Any], body: bytes) -> bool:
    """Whether bytes have every digest that a related resource names; a digest of a wrong length matches nothing."""
    wanted = _wanted(resource)
    return bool(wanted) and all(
        each is not None and hashlib.new(each[0], body).digest() == each[1] for each in wanted
    )


def matches_pinned(resource: dict[str, Any]) -> bool | None:
    """Whether the digests are those of a context that Learnwork knows by its bytes; None for every other resource.

    All of them must be of one revision: the present one, or one that its publisher replaced. Nothing is known of
    SHA-512 of a context, so such a digest alone is left to whoever can fetch (None).
    """
    identifier = resource.get("id")
    pinned = contexts.table().get(identifier) if isinstance(identifier, str) else None
    if pinned is None:
        return None
    present = {"sha256": bytes.fromhex(pinned.sha256), "sha384": bytes.fromhex(pinned.sha384)}
    wanted = _wanted(resource)
    if any(each is None for each in wanted):
        return False
    digests = [each for each in wanted if each is not None and each[0] in present]
    if not digests:
        return None
    revisions = (present, *_FORMER.get(str(identifier), ()))
    return any(all(known[name] == digest for name, digest in digests) for known in revisions)


def _wanted(resource: dict[str, Any]) -> list[tuple[str, bytes] | None]:
    wanted = []
    if "digestSRI" in resource:
        wanted.append(_read_sri(resource["digestSRI"]))
    if "digestMultibase" in resource:
        wanted.append(_read_multihash(resource["digestMultibase"]))
    return wanted


def _is_sri(value: object) -> bool:
    """By the grammar; hexadecimal in place of base64, a common mistake, is refused though the grammar allows it."""
    if not isinstance(value, str):
        return False
    for each in value.split():
        found = _SRI.fullmatch(each)
        if not found:
            return False
        if len(found[2]) == 2 * _SIZES[found[1]] and re.fullmatch(r"[0-9a-fA-F]+", found[2]):
            return False
    return bool(value.split())


def _read_sri(value: object) -> tuple[str, bytes] | None:
    """The strongest of the digests, as Subresource Integrity asks."""
    found = [each for each in str(value).split() if _SRI.fullmatch(each)]
    if not found:
        return None
    name, _, text = max(found).partition("-")  # sha256 < sha384 < sha512
    text = text.partition("?")[0].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        digest = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return (name, digest) if len(digest) == _SIZES[name] else None


def _is_multibase(value: object) -> bool:
    return _read_multihash(value) is not None


def _read_multihash(value: object) -> tuple[str, bytes] | None:
    """A SHA-2 multihash in base64url (u) or base58 (z); also a digest without its header, told by its length."""
    if not isinstance(value, str) or not 2 < len(value) <= _MOST:
        return None
    try:
        raw = multibase_decode(value)
    except ValueError:
        return None
    if len(raw) in _BARE:  # as it is often written; no multihash of SHA-2 has such a length
        return _BARE[len(raw)], raw
    name = _MULTIHASH.get(raw[0]) if len(raw) > 2 else None
    if name is None or raw[1] != _SIZES[name] or len(raw) != 2 + _SIZES[name]:
        return None
    return name, raw[2:]
