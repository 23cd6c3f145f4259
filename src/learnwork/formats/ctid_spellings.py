"""CTIDs as documents spell them: upper case, in the registry's former notation, in the URI alone."""

from __future__ import annotations

import re
from typing import Any

from learnwork.vocabulary.ctid import ctid_in, is_ctid

TERM = "ceterms:ctid"
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# The registry's notation before 2017: `urn:ctid:14525AEA-…` is today's `ce-14525aea-…`.
_FORMER = re.compile(rf"urn:ctid:({UUID})", re.IGNORECASE)


def spelled(said: Any) -> str | None:
    """The CTID that a value of `ceterms:ctid` means; None where it is none."""
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if not isinstance(said, str):
        return None
    if is_ctid(said):
        return said
    return said.lower() if is_ctid(said.lower()) else _former(said)


def in_uri(uri: Any) -> str | None:
    """The CTID that an @id carries."""
    if not isinstance(uri, str):
        return None
    return ctid_in(uri) or ctid_in(uri.lower()) or _former(uri)


def ctid_of(node: dict[str, Any]) -> str | None:
    """The CTID of a node: what it says of itself, else what its @id carries."""
    return spelled(node[TERM]) if node.get(TERM) is not None else in_uri(node.get("@id"))


def _former(text: str) -> str | None:
    match = _FORMER.search(text)
    return f"ce-{match[1].lower()}" if match else None
