"""Multibase texts: base58btc (prefix z) and base64url without padding (prefix u).

Source: Controlled Identifiers 1.0, section 2.4 (Multibase), draft-msporny-base58.
"""

from __future__ import annotations

import base64
import binascii
import re

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MOST_BASE58 = (
    4_000  # the work grows with the square; keys and signatures have at most some hundred characters
)
_DIGIT = {letter: value for value, letter in enumerate(ALPHABET)}
_STEP = 10  # 58**10 < 2**63: one machine word a step
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")


def base58_decode(text: str) -> bytes:
    """The bytes of a base58btc text without its prefix. Raises ValueError."""
    if len(text) > MOST_BASE58:
        raise ValueError("a base58 text of that length is no key and no signature")
    number = 0
    for start in range(0, len(text), _STEP):
        piece = text[start : start + _STEP]
        value = 0
        for letter in piece:
            digit = _DIGIT.get(letter)
            if digit is None:
                raise ValueError(f"{letter!r} is no letter of base58")
            value = value * 58 + digit
        number = number * 58 ** len(piece) + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


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
        raise ValueError("not base64url without padding")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("not base64url without padding") from None
    if len(text) % 4 and base64url_encode(data[-(len(data) % 3) :])[-1] != text[-1]:
        raise ValueError("base64url with stray bits at the end")
    return data


def base64url_encode(data: bytes) -> str:
    """The unpadded base64url text of bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def multibase_decode(text: str, *, prefixes: str = "zu") -> bytes:
    """The bytes of a multibase text whose first letter is one of `prefixes`. Raises ValueError."""
    if not text or text[0] not in prefixes:
        raise ValueError(f"does not begin with {' or '.join(prefixes)}")
    return base58_decode(text[1:]) if text[0] == "z" else base64url_decode(text[1:])
