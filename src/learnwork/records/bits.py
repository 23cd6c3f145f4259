"""The bits of a status list: packed, compressed, and expanded within a bound.

Bitstring Status List 1.0 (W3C, 2025) and Status List 2021 number bits from the left of each byte and use GZIP;
the token status list of the IETF (draft-ietf-oauth-status-list) numbers them from the right and uses ZLIB.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import zlib
from collections.abc import Container
from dataclasses import dataclass

from learnwork.records.check_codes import CheckError

LEAST = 131_072  # entries: Bitstring Status List section 2.2, for privacy in a crowd
MOST = 1 << 26  # bits that a list may expand to, 8 MiB
_MOST_TEXT = 12_000_000


@dataclass(slots=True)
class Bits:
    """Entries of `size` bits each. lsb: numbered from the least significant bit, as the IETF does."""

    data: bytearray
    size: int = 1
    lsb: bool = False

    @classmethod
    def empty(cls, entries: int = LEAST, size: int = 1, *, lsb: bool = False) -> Bits:
        """All entries zero. Raises CheckError where the list would be over its bound."""
        if size < 1 or entries < 1 or entries * size > MOST:
            raise CheckError("status-list-large", "A status list of this length or width cannot be made.")
        return cls(bytearray((entries * size + 7) // 8), size, lsb)

    @property
    def entries(self) -> int:
        return len(self.data) * 8 // self.size

    def __getitem__(self, index: int) -> int:
        """The value of an entry. Raises CheckError outside the list."""
        self._inside(index)
        value = 0
        start = index * self.size
        for offset in range(self.size):
            place = start + (self.size - 1 - offset if self.lsb else offset)
            value = value << 1 | self._bit(place)
        return value

    def __setitem__(self, index: int, value: int) -> None:
        """Set an entry. Raises CheckError outside the list or where the value is too wide."""
        self._inside(index)
        if not 0 <= value < 1 << self.size:
            raise CheckError("status-list-form", f"An entry of {self.size} bits cannot be {value}.")
        start = index * self.size
        for offset in range(self.size):
            place = start + (offset if self.lsb else self.size - 1 - offset)
            byte, mask = place >> 3, self._mask(place)
            self.data[byte] = self.data[byte] | mask if value >> offset & 1 else self.data[byte] & ~mask

    def _inside(self, index: int) -> None:
        if not 0 <= index < self.entries:
            raise CheckError(
                "status-index", f"Entry {index} lies outside the status list, which has {self.entries}."
            )

    def _mask(self, place: int) -> int:
        return 1 << (place & 7) if self.lsb else 0x80 >> (place & 7)

    def _bit(self, place: int) -> int:
        return 1 if self.data[place >> 3] & self._mask(place) else 0

    def packed(self) -> str:
        """GZIP (or ZLIB for the IETF's) in base64url without padding; multibase's `u` is the caller's."""
        compressor = zlib.compressobj(9, zlib.DEFLATED, 15 if self.lsb else 31)
        raw = compressor.compress(bytes(self.data)) + compressor.flush()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str, size: int = 1, *, lsb: bool = False) -> Bits:
    """The bits of an encoded list; expansion stops at the bound, whatever is compressed in it.

    Raises CheckError (`status-list-form`, `status-list-large`).
    """
    if not isinstance(text, str) or len(text) > _MOST_TEXT:
        raise CheckError("status-list-form", "The encoded status list is no text, or too long.")
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        expander = zlib.decompressobj(15 if lsb else 31)
        data = expander.decompress(raw, MOST // 8 + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise CheckError("status-list-form", "The status list cannot be decompressed.") from error
    if len(data) > MOST // 8:
        raise CheckError("status-list-large", f"The status list expands to more than {MOST:,} bits.")
    if not expander.eof or expander.unused_data:
        raise CheckError("status-list-form", "The compressed status list is cut off, or more follows it.")
    return Bits(bytearray(data), size, lsb)


def free_index(taken: Container[int], entries: int = LEAST) -> int:
    """An index that is not taken, at random, so that neighbours in a list say nothing about time of issue.

    Raises CheckError (`status-list-large`) where the list is nearly full.
    """
    for _ in range(10_000):
        index = secrets.randbelow(entries)
        if index not in taken:
            return index
    raise CheckError("status-list-large", "The status list is full.")
