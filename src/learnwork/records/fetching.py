"""What stands outside of a record (keys, lists, hosted badges) fetched so that nobody can aim us at an inner address.

Nothing is fetched unless it is asked for: `NoNetwork` is the default everywhere. `FixedFetcher` answers from material
that is at hand. `WebFetcher` goes to the web: https only; a name is resolved once, every address of it must be public,
and the connection goes to the address that was checked; each redirect is checked anew; size, time and number are
bounded. To write another: have `fetch(url, *, accept, limit)` answer `Fetched` or raise FetchError.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

import httpcore

from learnwork.records.proof_errors import (
    AddressRefusedError,
    AnswerRefusedError,
    AnswerTooLargeError,
    AnswerTooSlowError,
    NetworkOffError,
    TooManyRedirectsError,
    TooManyRequestsError,
    UnreachableError,
    UrlRefusedError,
)

LIMIT = 2_000_000  # bytes of one answer
SECONDS = 10.0  # for one answer with its redirects, from the name to the last byte
REDIRECTS = 4
REQUESTS = 100  # of one fetcher, which serves one record
PORTS = (443,)
JSON_TYPES = "application/json, application/ld+json, application/did+json, application/cid, */*;q=0.1"
_LATER = "Try again later; until then this could not be checked."
_INSIDE = "Nothing was fetched. Ask who sent this for a public address."
_BLOCKED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "100.64.0.0/10",  # shared by providers' customers
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "64:ff9b::/96",  # IPv4 behind translators
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo and its kin
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: the address that finally gave it, its bytes, and what it says that they are."""

    url: str
    body: bytes
    content_type: str = ""


class Fetcher(Protocol):
    """Whoever gets documents from outside. `limit` in bytes. Raises FetchError."""

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched: ...


class NoNetwork:
    """The default: nothing leaves the machine."""

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched:
        raise NetworkOffError(
            f"{url[:200]} was not fetched: the network is off.",
            hint="Check again with access to the network.",
        )


class FixedFetcher:
    """Answers from a table of URL to bytes (or Fetched); asks `otherwise` for the rest."""

    def __init__(self, answers: Mapping[str, bytes | Fetched], *, otherwise: Fetcher | None = None) -> None:
        self.answers = dict(answers)
        self.otherwise: Fetcher = otherwise or NoNetwork()

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched:
        answer = self.answers.get(url)
        if answer is None:
            return self.otherwise.fetch(url, accept=accept, limit=limit)
        found = answer if isinstance(answer, Fetched) else Fetched(url, answer)
        if len(found.body) > limit:
            raise _too_large(url, limit)
        return found


def url_parts(url: str) -> SplitResult:
    """A URL taken apart; empty parts for what is none, such as an open bracket where a host belongs."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def fetch_word(fetcher: Fetcher, url: str, *, limit: int = LIMIT) -> Fetched:
    """What a host says at one of its addresses: not what an open redirect of it brings from somebody else's.

    A redirect between a name and a name below it (www.) is the host's own. Raises FetchError.
    """
    found = fetcher.fetch(url, limit=limit)
    asked, gave = f".{url_parts(url).hostname}", f".{url_parts(found.url).hostname}"
    if not (asked.endswith(gave) or gave.endswith(asked)):
        raise AnswerRefusedError(
            f"{url[:200]} leads to another host, {gave[1:200]}, whose word this would be.",
            hint="Ask the issuer for the final address.",
        )
    return found


def is_public(address: str) -> bool:
    """Whether an IP address is one that a public service may have."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip.version == block.version and ip in block for block in _BLOCKED)


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses of a name, by the system's resolver. Raises OSError."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class WebFetcher:
    """Fetches from the public web.

    `resolve` gives the addresses of a name (the system's by default), `trust` the certificates; `loopback` lets
    http://127.0.0.1 and its like through where that is asked for itself: for a site that is tried out, and for tests.
    Safe to share between threads.
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        requests: int = REQUESTS,
        resolve: Callable[[str, int], Iterable[str]] = system_addresses,
        trust: ssl.SSLContext | None = None,
        loopback: bool = False,
        agent: str = "Learnwork (records)",
    ) -> None:
        self.seconds = seconds
        self.requests = requests
        self.loopback = loopback
        self._resolve = resolve
        self._trust = trust or ssl.create_default_context()
        self._agent = agent
        self._made = 0
        self._lock = threading.Lock()

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched:
        """The document at `url`. Raises FetchError's subclasses, each with its code."""
        deadline = time.monotonic() + self.seconds
        here = _joined(url)
        for _ in range(REDIRECTS + 1):
            self._count(here)
            # Whoever may be on this machine may not send us to somebody else on it.
            loopback = self.loopback and urlsplit(here)[:2] == urlsplit(url)[:2]
            self._check_url(here, loopback)
            answer = self._once(here, accept, limit, deadline, loopback=loopback)
            if isinstance(answer, Fetched):
                return answer
            here = _joined(here, answer)
        raise TooManyRedirectsError(
            f"{url[:200]} leads from one address to the next, more than {REDIRECTS} times.",
            hint="Ask the issuer for the final address.",
        )

    def send(
        self, url: str, body: bytes, *, content_type: str, bearer: str = "", limit: int = LIMIT
    ) -> Fetched:
        """What `url` answers to a POST of some bytes; no redirect is followed. Raises FetchError's subclasses."""
        self._count(url)
        self._check_url(url, self.loopback)
        more: dict[bytes | str, bytes | str] = {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
        }
        if bearer:
            more["Authorization"] = f"Bearer {bearer}"
        deadline = time.monotonic() + self.seconds
        answer = self._once(url, JSON_TYPES, limit, deadline, loopback=self.loopback, body=body, more=more)
        if isinstance(answer, Fetched):
            return answer
        raise AnswerRefusedError(
            f"{url[:200]} leads elsewhere, where nothing is sent.", hint=_LATER, status=302
        )

    def _count(self, url: str) -> None:
        with self._lock:
            self._made += 1
            if self._made > self.requests:
                raise TooManyRequestsError(
                    f"{url[:200]} was not fetched: {self.requests} documents were asked for already.",
                    hint="Check the members of the record one by one.",
                )

    def _check_url(self, url: str, loopback: bool) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _no_url() from None
        inner = loopback and parts.hostname in ("127.0.0.1", "::1", "localhost")
        strange = any(ord(letter) <= 32 or ord(letter) > 126 or letter == "\\" for letter in url)
        if inner and not strange:
            return
        if parts.scheme != "https" or not parts.hostname or strange:
            raise UrlRefusedError(f"{url[:200]!r} is not a plain https address.", hint=_INSIDE)
        if "@" in parts.netloc or port not in (None, *PORTS):
            raise UrlRefusedError(f"{url[:200]!r} names a user or a port of its own.", hint=_INSIDE)

    def _once(
        self,
        url: str,
        accept: str,
        limit: int,
        deadline: float,
        *,
        loopback: bool,
        body: bytes | None = None,
        more: Mapping[bytes | str, bytes | str] | None = None,
    ) -> Fetched | str:
        """The document, or where a redirect leads. body: what is posted, with `more` headers; None asks with GET."""
        headers: dict[bytes | str, bytes | str] = {
            "Accept": accept,
            "Accept-Encoding": "identity",
            "User-Agent": self._agent,
            **(more or {}),
        }
        method = "GET" if body is None else "POST"
        wait = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self.seconds)}
        backend = _CheckedBackend(self._resolve, deadline, loopback=loopback)
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._trust, network_backend=backend, max_connections=1
                ) as pool,
                pool.stream(method, url, headers=headers, content=body, extensions=wait) as response,
            ):
                return _answer(url, response, limit)
        except httpcore.TimeoutException:
            raise _too_slow(url) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as problem:
            raise UnreachableError(f"{url[:200]} gave no answer ({problem!s:.120}).", hint=_LATER) from None


def _answer(url: str, response: httpcore.Response, limit: int) -> Fetched | str:
    headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in (301, 302, 303, 307, 308) and b"location" in headers:
        return headers[b"location"]
    if response.status not in (200, 201, 202):
        raise AnswerRefusedError(
            f"{url[:200]} answered with status {response.status}.",
            hint="Ask the issuer what became of the document.",
            status=response.status,
        )
    if headers.get(b"content-encoding", "identity").lower() != "identity":
        raise AnswerRefusedError(f"{url[:200]} sent packed bytes that were not asked for.", hint=_LATER)
    if headers.get(b"content-length", "0").isdecimal() and int(headers.get(b"content-length", "0")) > limit:
        raise _too_large(url, limit)
    body = bytearray()
    for piece in response.iter_stream():
        body += piece
        if len(body) > limit:
            raise _too_large(url, limit)
    return Fetched(url, bytes(body), headers.get(b"content-type", ""))


def _joined(url: str, onward: str = "") -> str:
    """Where an address leads on to, without its fragment. Raises UrlRefusedError."""
    try:
        return urldefrag(urljoin(url, onward)).url
    except ValueError:
        raise _no_url() from None


def _no_url() -> UrlRefusedError:
    return UrlRefusedError("An address is no URL.", hint=_INSIDE)


def _too_large(url: str, limit: int) -> AnswerTooLargeError:
    return AnswerTooLargeError(f"{url[:200]} is larger than {limit:,} bytes.", hint="Ask the issuer.")


def _too_slow(url: str) -> AnswerTooSlowError:
    return AnswerTooSlowError(f"{url[:200]} was not there in time.", hint=_LATER)


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to an address that was looked at, never to a name, and gives up at the deadline."""

    def __init__(
        self, resolve: Callable[[str, int], Iterable[str]], deadline: float, *, loopback: bool
    ) -> None:
        self._resolve = resolve
        self._deadline = deadline
        self._loopback = loopback
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port)
        for address in addresses:
            if not (is_public(address) or (self._loopback and ipaddress.ip_address(address).is_loopback)):
                raise AddressRefusedError(f"{host} leads to {address}, which is not public.", hint=_INSIDE)
        for number, address in enumerate(addresses, 1):
            try:
                stream = self._plain.connect_tcp(address, port, timeout=self._left(host))
            except httpcore.ConnectError:
                if number == len(addresses):
                    raise
            else:
                return _TimedStream(stream, self._deadline)
        raise UnreachableError(f"{host} has no address.", hint=_LATER)

    def _left(self, host: str) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _too_slow(host)
        return left

    def _addresses(self, host: str, port: int) -> list[str]:
        """What the resolver says, in time: the system's has no limit of its own."""
        found: list[list[str] | Exception] = []

        def ask() -> None:
            try:
                found.append(list(self._resolve(host, port)))
            except (OSError, UnicodeError) as problem:
                found.append(problem)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self._left(host))
        if not found:
            raise _too_slow(host)
        if isinstance(found[0], Exception):
            raise UnreachableError(f"The name {host} is not known.", hint=_LATER)
        return found[0]


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends at one deadline, so that a drip of bytes gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._left())
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
