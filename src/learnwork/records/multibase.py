"""Multibase texts: base58btc (prefix z) and base64url without padding (prefix u).

Source: Controlled Identifiers 1.0, section 2.4 (Multibase), draft-msporny-base58.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MOST_BASE58 = (
    4_000  # the work grows with the square; keys and signatures have at most some hundred characters
)
_DIGITS = bytes(ALPHABET.find(chr(code)) % 256 for code in range(256))
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")


def base58_decode(text: str) -> bytes:
    """The bytes of a base58btc text without its prefix. Raises ValueError."""
    if len(text) > MOST_BASE58:
        raise ValueError("It is too long for a key or a signature.")
    digits = text.encode("latin-1", "replace").translate(_DIGITS)
    if 255 in digits:
        raise ValueError(f"{text[digits.index(255)]!r} is no letter of base58.")
    # Neighbours are joined side by side: digits in fields of 8 bits, pairs of them in 16, and so on.
    number, base, width = int.from_bytes(digits, "big"), 58, 8
    while width < 8 * len(digits):
        mask = _mask(width, 8 * len(digits))
        number = (number >> width & mask) * base + (number & mask)
        base, width = base * base, 2 * width
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


@lru_cache(maxsize=4096)
def _mask(width: int, bits: int) -> int:
    """Every other field of `width` bits set, over `bits` at least."""
    return sum(((1 << width) - 1) << start for start in range(0, bits, 2 * width))


def base58_encode(data: bytes) -> str:
    """The base58btc text of bytes, without prefix."""
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, digit = divmod(number, 58)
        letters.append(ALPHABET[digit])
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + "".join(reversed(letters))


def base64url_decode(text: str) -> bytes:
    """The bytes of an unpadded base64url text, strictly: no padding, no line breaks, no stray bits.

    Raises ValueError.
    """
    if not _BASE64URL.match(text) or len(text) % 4 == 1:
        raise ValueError("It is not base64url without padding.")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("It is not base64url without padding.") from None
    if len(text) % 4 and base64url_encode(data[-(len(data) % 3) :])[-1] != text[-1]:
        raise ValueError("It is base64url with stray bits at the end.")
    return data


def base64url_encode(data: bytes) -> str:
    """The unpadded base64url text of bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def multibase_decode(text: str, *, prefixes: str = "zu") -> bytes:
    """The bytes of a multibase text whose first letter is one of `prefixes`. Raises ValueError."""
    if not text or text[0] not in prefixes:
        raise ValueError(f"It does not begin with {'/'.join(prefixes)}.")
    return base58_decode(text[1:]) if text[0] == "z" else base64url_decode(text[1:])
