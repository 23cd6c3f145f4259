"""Cards that other sites frame, and oEmbed, which finds them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.web.world import ctid

pytestmark = [pytest.mark.usefixtures("registry"), pytest.mark.django_db]
BASE = "http://127.0.0.1:8000"


def test_a_card_says_what_it_is_and_who_says_so(client: Client) -> None:
    response = client.get(f"/embed/{ctid('welding')}")
    shown = response.content.decode()
    assert response.status_code == 200
    for words in ("Welding", "Riverside College", "Joining metal.", f"{BASE}/resources/{ctid('welding')}"):
        assert words in shown
    assert "<script" not in shown


def test_any_site_may_frame_it_and_nothing_runs_in_it(client: Client) -> None:
    response = client.get(f"/embed/{ctid('welding')}")
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "X-Frame-Options" not in response
    page = client.get(f"/resources/{ctid('welding')}")
    assert page["X-Frame-Options"] == "DENY", "pages stay unframed"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("key", "status"), [("gone", 410), ("retired", 410), ("double", 200), ("hostile", 200)]
)
def test_what_is_gone_merged_or_hostile(client: Client, key: str, status: int) -> None:
    response = client.get(f"/embed/{ctid(key)}")
    shown = response.content.decode()
    assert response.status_code == status
    assert "<script" not in shown
    if key == "double":
        assert "Open Badge of Welding" in shown
    if key == "retired":
        assert "It never existed." in shown


def test_a_card_of_nothing(client: Client) -> None:
    response = client.get("/embed/ce-00000000-0000-4000-8000-000000000000")
    assert response.status_code == 404
    assert "Nothing here has this identifier." in response.content.decode()


def test_oembed_finds_the_card(client: Client) -> None:
    page = client.get(f"/resources/{ctid('welding')}").content.decode()
    address = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    response = client.get(address)
    found = response.json()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (found["version"], found["type"], found["title"]) == ("1.0", "rich", "Welding")
    frame = re.fullmatch(r'<iframe src="([^"]+)" width="480" height="200"[^>]*></iframe>', found["html"])
    assert frame is not None
    assert client.get(frame[1].removeprefix(BASE)).status_code == 200


def test_oembed_keeps_to_the_space_there_is(client: Client) -> None:
    url = f"{BASE}/resources/{ctid('hostile')}"
    found = client.get("/oembed", {"url": url, "maxwidth": 300, "maxheight": "x"}).json()
    assert (found["width"], found["height"]) == (300, 200)
    assert "<script" not in found["html"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 404),
        ({"url": "https://elsewhere.example/resources/ce-00000000-0000-4000-8000-000000000000"}, 404),
        ({"url": f"{BASE}/sources"}, 404),
        ({"url": f"{BASE}/resources/ce-00000000-0000-4000-8000-000000000000"}, 404),
        ({"url": f"{BASE}/resources/{ctid('retired')}"}, 410),
        ({"url": f"{BASE}/resources/{ctid('welding')}", "format": "xml"}, 501),
        ({"url": "http://[::1"}, 404),
    ],
)
def test_what_oembed_has_no_card_for(client: Client, asked: dict[str, str], status: int) -> None:
    response = client.get("/oembed", asked)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
