"""What people type and what documents hold is words, never code."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.web.world import SCRIPT, ctid

ADDRESSES = [
    f"/resources/{ctid('hostile')}",
    f"/resources/{ctid('hostile')}?area={SCRIPT}&in={SCRIPT}&from={SCRIPT}&merged={SCRIPT}",
    f"/search?q={SCRIPT}",
    "/search?q=script",
    f"/search?near={SCRIPT}&within={SCRIPT}&sort={SCRIPT}&after={SCRIPT}&size={SCRIPT}",
    f"/search?type={SCRIPT}&provider={SCRIPT}&cost_min={SCRIPT}&{SCRIPT}={SCRIPT}",
    '/search?q="><img src=x onerror=alert(1)>',
    "/search?q=%00%0d%0aSet-Cookie:x",
    f"/sources/{SCRIPT}",
    f"/decisions?page={SCRIPT}",
    f"/{SCRIPT}",
]


class Reader(HTMLParser):
    """Collects what could run: scripts, handlers, styles, and addresses that are not of the web.

    A block of JSON-LD is data: it must be JSON, all of it, with nothing in it that could end it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action") and not re.match(r"/(?!/)|\?|#|https?://", value or ""):
                self.found.append(f"{tag} {name}={value}")
        self.data = tag == "script" and attrs == [("type", "application/ld+json")]
        if tag == "script" and not self.data and not dict(attrs).get("src", "").startswith("/static/"):  # type: ignore[union-attr]
            self.found.append("script")
        if tag in ("img", "iframe", "object", "embed", "base"):
            self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if self.data:
            json.loads(data)
            self.found += [c for c in "<>&" if c in data]
            self.data = False


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_of_it_runs(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code in (200, 404), address
    reader = Reader()
    reader.feed(response.content.decode())
    assert reader.found == []
    assert SCRIPT not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
def test_words_of_a_hostile_document_are_kept_as_words(client: Client) -> None:
    shown = client.get(f"/resources/{ctid('hostile')}").content.decode()
    assert "&lt;script&gt;" in shown
    assert "javascript:alert(1)" in shown, "shown as words"
    assert 'href="javascript:' not in shown
    assert 'href="data:' not in shown
    assert "nested too deep" in shown


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
def test_every_page_has_the_strict_policy(client: Client) -> None:
    for address in (
        "/",
        "/search?q=welding",
        f"/resources/{ctid('welding')}",
        "/sources",
        "/nowhere",
        "/api/sources",
    ):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy


@pytest.mark.django_db
@given(
    text=st.text(max_size=60),
    key=st.sampled_from(["q", "near", "cost_min", "after", "type", "size", "field"]),
)
def test_any_parameter_gets_a_page(text: str, key: str) -> None:
    from learnwork.web.results import results_page

    page = results_page({key: [text]})
    assert len(page.hits) == len(page.results.hits)
    assert all(url.startswith("/search?") for _, url, _ in page.sorts)
