"""The history of a resource: versions by source and composed, any two compared, and what never was."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.web.world import ctid, words

pytestmark = [pytest.mark.usefixtures("registry"), pytest.mark.django_db]


def page(client: Client, of: str, status: int = 200, **params: str) -> str:
    response = client.get(f"/resources/{ctid(of)}/history", params)
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def versions(html: str, kind: str) -> list[str]:
    """Names of versions, newest first, each once."""
    return list(dict.fromkeys(re.findall(rf'value="({kind}:[^"]+)"', html)))


def test_it_works(client: Client) -> None:
    shown = page(client, "welding")
    text = words(shown)
    assert "Made source state-list" in text
    assert "Made source catalogue" in text
    assert len(versions(shown, "s")) == 2, "the list said the same twice, the catalogue once"
    assert len(versions(shown, "t")) == 2


def test_two_times_are_compared(client: Client) -> None:
    newest, oldest = versions(page(client, "welding"), "t")
    text = words(page(client, "welding", **{"from": oldest, "to": newest}))
    assert "What differs?" in text
    assert re.search(r"Keywords? .*not said.* metal", text)
    assert "Both say the same." in words(page(client, "welding", **{"from": newest, "to": newest}))


def test_two_sources_are_compared(client: Client) -> None:
    catalogue, listed = versions(page(client, "welding"), "s")
    text = words(page(client, "welding", **{"from": listed, "to": catalogue}))
    assert re.search(r"changed Welding Welding for beginners", text)
    assert "Evening courses removed" in text


def test_a_ruling_is_a_moment(client: Client) -> None:
    shown = page(client, "badge")
    assert "A curator ruled: Two names of one badge." in words(shown)
    newest, *_, oldest = versions(shown, "t")
    text = words(page(client, "badge", **{"from": oldest, "to": newest}))
    assert "Both say the same." in text, "the other said nothing that this one did not"


@pytest.mark.parametrize(
    "version",
    ["s:999999999", "s:x", "t:yesterday", "t:20200101T000000.000000", "x", "s:" + "9" * 40, "<script>"],
)
def test_a_version_that_never_was_is_not_found(client: Client, version: str) -> None:
    newest = versions(page(client, "welding"), "t")[0]
    shown = page(client, "welding", 404, **{"from": version, "to": newest})
    assert "/history" in words(shown) or "/versions" in words(shown)
    assert "<script>" not in shown.partition("<main")[2]


def test_another_resources_version_is_not_this_ones(client: Client) -> None:
    other = versions(page(client, "badge"), "s")[0]
    page(client, "welding", 404, **{"from": other, "to": other})


def test_what_is_gone_keeps_its_history(client: Client) -> None:
    assert "did not list it any more" in words(page(client, "gone"))
    assert "A curator has retired it." in words(page(client, "retired"))
    merged = page(client, "double")
    assert "It was merged into another thing." in words(merged)
    assert ctid("badge") in merged


def test_an_unknown_one_is_not_found(client: Client) -> None:
    assert client.get("/resources/ce-00000000-0000-4000-8000-000000000000/history").status_code == 404
