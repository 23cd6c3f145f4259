"""How much one client may ask: a fair share for each, measured in a microsecond and shared by all processes.

The generic cell rate algorithm (ITU-T I.371): of each client only the time is kept at which its share will be
whole again. All times stand in one file of fixed size that every web process maps, so that a limit holds for the
machine and memory does not grow with the number of clients. Two clients may fall on one place of the file; with
a thousand of them at once that happens to fewer than one in a hundred, and then they share a share.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from pathlib import Path

_SLOTS = 1 << 17
_TIME = struct.Struct("<d")
WINDOW = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Share:
    """What is left of a client's share. reset: seconds until it is whole again. wait: until one more is allowed."""

    allowed: bool
    quota: int
    left: int
    reset: int
    wait: int


class Limiter:
    """quota: requests in `WINDOW` seconds, all at once if need be. secret: keeps places from being guessed."""

    def __init__(self, path: Path | None, quota: int, secret: str) -> None:
        self._quota = quota
        self._pace = WINDOW / quota
        self._secret = blake2b(secret.encode(), digest_size=32).digest()
        self._times = _mapped(path)

    def take(self, client: str, now: float | None = None) -> Share:
        """Count one request of a client. Of two at the very same moment one may go uncounted: no lock is worth that."""
        at = time.time() if now is None else now
        place = self._place(client)
        whole = _TIME.unpack_from(self._times, place)[0]
        if not at <= whole <= at + WINDOW:
            whole = at  # long ago, or the clock was set back
        after = whole + self._pace
        if after - at > WINDOW + 1e-6:
            return Share(False, self._quota, 0, _up(whole - at), max(1, _up(after - at - WINDOW)))
        _TIME.pack_into(self._times, place, after)
        return Share(True, self._quota, int((WINDOW - (after - at)) / self._pace + 1e-6), _up(after - at), 0)

    def _place(self, client: str) -> int:
        digest = blake2b(client.encode(), digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "little") % _SLOTS * _TIME.size


def _up(seconds: float) -> int:
    return int(-(-seconds // 1))


def _mapped(path: Path | None) -> mmap.mmap:
    """The file, made where it is not there; memory of this process alone where it cannot be."""
    size = _SLOTS * _TIME.size
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(descriptor).st_size != size:
                    os.ftruncate(descriptor, size)
                return mmap.mmap(descriptor, size)
            finally:
                os.close(descriptor)
        except OSError:
            pass
    return mmap.mmap(-1, size)


def client_of(remote: str, forwarded: str, proxies: int) -> str:
    """Who asks: an address, or the /64 of an IPv6 address; "" for this machine itself, which is not limited.

    remote: the peer's address. forwarded: X-Forwarded-For, of which each proxy appends whom it speaks for; only
    what trusted proxies appended is believed. proxies: how many stand in front on other machines; one on this
    machine is recognised by itself.
    """
    chain = [*(part.strip() for part in forwarded.split(",") if part.strip()), remote]
    hops = proxies + (_is_here(remote) and len(chain) > 1)
    return _named(chain, hops)


def _named(chain: Sequence[str], hops: int) -> str:
    for text in chain[max(0, len(chain) - 1 - hops) :]:
        if _is_here(text):
            return ""
        try:
            address = ip_address(text.strip("[]"))
        except ValueError:
            continue  # not an address: whoever handed it on answers for it
        if not isinstance(address, IPv6Address):
            return str(address)
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return ""


def _is_here(address: str) -> bool:
    """Whether an address is of this machine: loopback, or the empty one of a Unix socket."""
    try:
        return not address or ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
