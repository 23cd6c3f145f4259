"""Fetching: what is bounded, what is refused, and that no request reaches an address inside.

A server on the loopback stands for the web; a resolver of the test says which name leads where.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from learnwork.records.fetching import Fetched, FixedFetcher, NoNetwork, WebFetcher, fetch_word, is_public
from learnwork.records.proof_errors import (
    AddressRefusedError,
    AnswerRefusedError,
    AnswerTooLargeError,
    AnswerTooSlowError,
    FetchError,
    NetworkOffError,
    TooManyRedirectsError,
    TooManyRequestsError,
    UnreachableError,
    UrlRefusedError,
)

INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "no address",
]


class Handler(BaseHTTPRequestHandler):
    """Answers by path; counts what arrives."""

    seen: list[str] = []

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.seen.append(self.path)
        match self.path.strip("/").split("/"):
            case ["did.json"]:
                self.answer(b'{"id": 1}')
            case ["to", *rest]:
                self.answer(b"", 302, Location="/".join(rest).replace("COLON", ":"))
            case ["round"]:
                self.answer(b"", 302, Location="/round")
            case ["large"]:
                self.answer(b"x" * 3000)
            case ["endless"]:
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(b"x" * 1000)
            case ["drip"]:
                self.send_response(200)
                self.end_headers()
                for _ in range(100):
                    self.wfile.write(b"x")
                    time.sleep(0.05)
            case ["packed"]:
                self.answer(b"\x1f\x8b", 200, **{"Content-Encoding": "gzip"})
            case _:
                self.answer(b"no", 404)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what these tests are about."""


@pytest.fixture
def web() -> Iterator[str]:
    server = QuietServer(("127.0.0.1", 0), Handler)
    Handler.seen = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_it_works(web: str):
    found = WebFetcher(loopback=True).fetch(f"{web}/did.json#key-1")
    assert found == Fetched(f"{web}/did.json", b'{"id": 1}', "application/json")


def test_no_network_is_the_default_and_says_so():
    with pytest.raises(NetworkOffError) as caught:
        NoNetwork().fetch("https://example.org/did.json")
    assert caught.value.code == "network-off"
    assert isinstance(caught.value, FetchError)


def test_material_at_hand_answers_and_the_rest_is_asked_elsewhere():
    fetcher = FixedFetcher({"https://example.org/a": b"{}"})
    assert fetcher.fetch("https://example.org/a").body == b"{}"
    with pytest.raises(NetworkOffError):
        fetcher.fetch("https://example.org/b")
    with pytest.raises(AnswerTooLargeError):
        fetcher.fetch("https://example.org/a", limit=1)


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(web: str, address: str):
    fetcher = WebFetcher(resolve=lambda _host, _port: [address])
    with pytest.raises(AddressRefusedError) as caught:
        fetcher.fetch("https://issuer.example/did.json")
    assert caught.value.code == "address-refused"
    assert Handler.seen == []


def test_one_inner_address_among_public_ones_is_enough():
    fetcher = WebFetcher(resolve=lambda _host, _port: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(AddressRefusedError):
        fetcher.fetch("https://issuer.example/did.json")


def test_an_inner_address_written_in_the_url_is_refused():
    for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "2130706433", "0x7f.1"):
        with pytest.raises(AddressRefusedError):
            WebFetcher(seconds=3).fetch(f"https://{host}/")


def test_public_addresses_are_public():
    assert all(is_public(address) for address in ("93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "https:///path",
        "https://user:password@example.org/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://exam ple.org/",
        "https://example.org/\r\nX-Injected: 1",
        "https://example.org\\@inside/",
        "https://[::1/",
        "https://[::1/#key-1",
        "//example.org/",
        "",
        "http://127.0.0.1/",
        "http://localhost/",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str):
    with pytest.raises(UrlRefusedError):
        WebFetcher(resolve=lambda _host, _port: pytest.fail("was resolved")).fetch(url)


def test_a_redirect_to_an_inner_address_is_refused(web: str):
    fetcher = WebFetcher(
        loopback=True, resolve=lambda host, _: ["127.0.0.1" if host == "127.0.0.1" else "10.0.0.1"]
    )
    with pytest.raises(AddressRefusedError):
        fetcher.fetch(f"{web}/to/httpsCOLON//inside.example/")


def test_a_redirect_to_plain_http_is_refused(web: str):
    with pytest.raises(UrlRefusedError):
        WebFetcher(loopback=True).fetch(f"{web}/to/httpCOLON//outside.example/")


def test_a_redirect_to_another_server_of_this_machine_is_refused(web: str):
    other = web.replace("127.0.0.1", "localhost").replace("://", "COLON//", 1)
    with pytest.raises(UrlRefusedError):
        WebFetcher(loopback=True).fetch(f"{web}/to/{other}/did.json")


def test_a_redirect_is_followed(web: str):
    assert WebFetcher(loopback=True).fetch(f"{web}/to//did.json").url == f"{web}/did.json"


def test_a_redirect_to_what_is_no_address_is_refused(web: str):
    with pytest.raises(UrlRefusedError):
        WebFetcher(loopback=True).fetch(f"{web}/to/httpsCOLON//[/")


@pytest.mark.parametrize(
    ("final", "same"),
    [
        ("https://college.example/other", True),
        ("https://www.college.example/a", True),
        ("https://evil.example/a", False),
        ("https://evilcollege.example/a", False),
        ("https://college.example.evil.example/a", False),
    ],
)
def test_a_redirect_puts_no_word_into_a_hosts_mouth(final: str, same: bool):
    url = "https://college.example/leave?to=elsewhere"
    fetcher = FixedFetcher({url: Fetched(final, b"{}")})
    if same:
        assert fetch_word(fetcher, url).body == b"{}"
        return
    with pytest.raises(AnswerRefusedError):
        fetch_word(fetcher, url)


def test_redirects_end(web: str):
    with pytest.raises(TooManyRedirectsError):
        WebFetcher(loopback=True).fetch(f"{web}/round")
    assert len(Handler.seen) == 5


def test_requests_are_counted(web: str):
    fetcher = WebFetcher(loopback=True, requests=2)
    fetcher.fetch(f"{web}/did.json")
    fetcher.fetch(f"{web}/did.json")
    with pytest.raises(TooManyRequestsError):
        fetcher.fetch(f"{web}/did.json")


@pytest.mark.parametrize("path", ["large", "endless"])
def test_a_large_body_is_cut_off(web: str, path: str):
    with pytest.raises(AnswerTooLargeError):
        WebFetcher(loopback=True).fetch(f"{web}/{path}", limit=2000)


def test_a_drip_of_bytes_ends_at_the_deadline(web: str):
    began = time.monotonic()
    with pytest.raises(AnswerTooSlowError):
        WebFetcher(loopback=True, seconds=0.4).fetch(f"{web}/drip")
    assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(AnswerTooSlowError):
            WebFetcher(loopback=True, seconds=0.3).fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    assert time.monotonic() - began < 2


def test_a_resolver_that_hangs_ends_at_the_deadline():
    def hang(_host: str, _port: int) -> list[str]:
        time.sleep(2)
        return []

    began = time.monotonic()
    with pytest.raises(AnswerTooSlowError):
        WebFetcher(seconds=0.2, resolve=hang).fetch("https://issuer.example/")
    assert time.monotonic() - began < 1


def test_nobody_there(web: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnreachableError):
        WebFetcher(loopback=True).fetch(f"http://127.0.0.1:{port}/")


def test_a_name_that_nobody_knows():
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(UnreachableError):
        WebFetcher(resolve=unknown).fetch("https://issuer.example/")
    with pytest.raises(UnreachableError):
        WebFetcher(resolve=lambda _host, _port: []).fetch("https://issuer.example/")


@pytest.mark.parametrize("path", ["missing", "packed"])
def test_an_answer_that_is_not_the_document(web: str, path: str):
    with pytest.raises(AnswerRefusedError):
        WebFetcher(loopback=True).fetch(f"{web}/{path}")


def test_the_next_address_is_tried_where_one_does_not_answer(web: str):
    fetcher = WebFetcher(loopback=True, resolve=lambda _host, _port: ["127.0.0.2", "127.0.0.1"])
    assert fetcher.fetch(web.replace("127.0.0.1", "localhost") + "/did.json").body


def test_the_name_is_resolved_once_so_that_it_cannot_change_in_between(web: str):
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    WebFetcher(loopback=True, resolve=resolve).fetch(web.replace("127.0.0.1", "localhost") + "/did.json")
    assert asked == ["localhost"]
