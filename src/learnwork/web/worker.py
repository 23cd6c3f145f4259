"""The web process: gunicorn's worker with threads, and words for whoever sends a longer address than it reads.

Django never sees such a request, and gunicorn's own answer is a line of its own words. The limit itself keeps one
visitor from filling the memory.
"""

from __future__ import annotations

import contextlib
import gc
import socket
from typing import Any

from django.urls import get_resolver
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from learnwork.layout.security import CONTENT_SECURITY_POLICY

_READ = 1 << 20  # bytes of such a request that are taken off the line, so that the answer arrives
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>This is too long · Learnwork</title></head>
<body>
<h1>This is too long</h1>
<p>The address, or what the browser sent with it, has more characters than are read here (8,190 for an address).</p>
<p>Ask with fewer words or fewer filters: a search takes 32 words and 100 chosen values at most.</p>
<p><a href="/">Go to the start page</a></p>
</body>
</html>
"""


class Worker(ThreadWorker):  # type: ignore[misc]
    def load_wsgi(self) -> None:
        """Load every page before the first request, which would wait seconds for it. What is loaded stays for good: the
        collector need not walk over it in the middle of an answer."""
        super().load_wsgi()
        get_resolver().url_patterns  # noqa: B018 - imported by being asked for
        gc.collect()
        gc.freeze()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """414 for an address that is too long and 431 for headers that are; the rest is gunicorn's."""
        if isinstance(exc, LimitRequestLine):
            _answer(client, "414 URI Too Long")
        elif isinstance(exc, LimitRequestHeaders):
            _answer(client, "431 Request Header Fields Too Large")
        else:
            super().handle_error(req, client, addr, exc)


def _answer(client: socket.socket, status: str) -> None:
    body = _PAGE.encode()
    head = (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nContent-Security-Policy: {CONTENT_SECURITY_POLICY}\r\n\r\n"
    )
    with contextlib.suppress(OSError):
        client.sendall(head.encode() + body)
        client.shutdown(socket.SHUT_WR)
        client.settimeout(0.5)
        left = _READ
        while left > 0 and (read := client.recv(65_536)):
            left -= len(read)
