"""What is longer than an address may be gets a page that says so, over a real connection."""

from __future__ import annotations

import socket
import threading

import pytest

from learnwork.web import worker


@pytest.mark.parametrize("status", ["414 URI Too Long", "431 Request Header Fields Too Large"])
def test_the_answer_arrives_though_the_request_was_not_read(status: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(10)
        sending = threading.Thread(target=theirs.sendall, args=(b"GET /" + b"a" * 300_000 + b"\r\n\r\n",))
        sending.start()
        answering = threading.Thread(target=worker._answer, args=(ours, status))
        answering.start()
        got = b""
        while piece := theirs.recv(65_536):
            got += piece
        sending.join(10)
        answering.join(10)
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status}\r\n".encode())
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"fewer words or fewer filters" in body
    assert b"default-src 'none'" in head


def test_nobody_is_waited_for() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        worker._answer(ours, "414 URI Too Long")
