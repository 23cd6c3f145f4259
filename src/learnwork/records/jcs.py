"""Canonical JSON: the one way to write a JSON value as bytes, so that two parties sign the same bytes.

Source: RFC 8785 (JSON Canonicalization Scheme), by the library rfc8785.
"""

from __future__ import annotations

from typing import Any

import rfc8785

from learnwork.records.proof_errors import NotCanonicalError


def canonical_bytes(value: Any) -> bytes:
    """The canonical UTF-8 form of a JSON value.

    Raises NotCanonicalError for what RFC 8785 cannot write: NaN, infinities, integers beyond 2**53, keys that are
    no strings.
    """
    try:
        return bytes(rfc8785.dumps(value))
    except (rfc8785.CanonicalizationError, RecursionError):
        raise NotCanonicalError(
            "The document has a value that canonical JSON cannot write, such as a number that is too large.",
            hint="Write large numbers as strings, or use a proof of an rdfc suite.",
        ) from None
