"""Credential Transparency Identifiers: `ce-` and a lower-case UUID (CTDL handbook, "CTID")."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha1
from uuid import UUID

CTID = re.compile(r"ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_IN_URI = re.compile(rf"/({CTID.pattern})(?:$|[?#])")

# The namespace of every identifier that Learnwork derives. Changing it changes every derived CTID.
NAMESPACE = UUID("6b1d6a3c-0d5e-5f0a-9a7e-2f5c1b9d4e10")
_NAMESPACE = NAMESPACE.bytes
_VARIANT = {
    digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"
}  # RFC 9562: the two high bits are 10


def derived_ctid(scheme: str, key: str) -> str:
    """The CTID of something that a source names by `key` in `scheme`: a UUIDv5 (RFC 9562 §5.5).

    The same scheme and key always give the same CTID, on every installation: `derived_ctid("cip2020", "48.0508")`.
    """
    text = sha1(_NAMESPACE + f"{scheme}\n{key}".encode(), usedforsecurity=False).hexdigest()
    return f"ce-{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


def is_ctid(text: str) -> bool:
    """Whether a text is a well-formed CTID."""
    return len(text) == 39 and _well_formed(text)


@lru_cache(maxsize=65_536)
def _well_formed(text: str) -> bool:
    """Remembered: a load asks about the same few thousand again and again. Never asked about a long text."""
    return CTID.fullmatch(text) is not None


def ctid_in(reference: str) -> str | None:
    """The CTID that a reference carries: `ce-…` itself, or the last segment of a registry's URI. None if none."""
    if len(reference) == 39 and reference.startswith("ce-"):
        return reference if is_ctid(reference) else None
    if "/ce-" not in reference:
        return None
    match = _IN_URI.search(reference)
    return match[1] if match else None
