"""Style sheets and scripts are packed for whoever takes gzip, and come as they are for others."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.test import Client

import learnwork.layout

SHEET = "/static/layout/learnwork.css"
FILE = Path(learnwork.layout.__file__).parent / "static" / "layout" / "learnwork.css"


def body(response: object) -> bytes:
    streamed = getattr(response, "streaming", False)
    return b"".join(response.streaming_content) if streamed else response.content  # type: ignore[attr-defined]


def test_it_is_packed_for_whoever_takes_it(client: Client) -> None:
    for _again in range(2):
        packed = client.get(SHEET, headers={"accept-encoding": "gzip, deflate"})
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert packed["Content-Type"].startswith("text/css")
        assert gzip.decompress(body(packed)) == FILE.read_bytes()
        assert len(body(packed)) < len(FILE.read_bytes()) / 3


def test_it_comes_as_it_is_for_others(client: Client) -> None:
    plain = client.get(SHEET)
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]
    assert body(plain) == FILE.read_bytes()


def test_what_is_there_already_is_not_sent_again(client: Client) -> None:
    stamp = client.get(SHEET)["Last-Modified"]
    again = client.get(SHEET, headers={"accept-encoding": "gzip", "if-modified-since": stamp})
    assert again.status_code == 304


def test_nothing_else_is_touched(client: Client) -> None:
    assert client.get("/static/nothing.css", headers={"accept-encoding": "gzip"}).status_code == 404
    assert client.get("/health", headers={"accept-encoding": "gzip"}).get("Content-Encoding") is None
