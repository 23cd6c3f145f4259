"""What search engines are told."""

from __future__ import annotations

import re
from urllib.robotparser import RobotFileParser

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.world import ctid

from learnwork.registry.models import Change, Resource
from learnwork.web import sitemaps

pytestmark = [pytest.mark.usefixtures("registry"), pytest.mark.django_db]
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    found = fromstring(b"".join(response) if response.streaming else response.content)
    return [loc.text.removeprefix("http://127.0.0.1:8000") for loc in found.iter(f"{SPACE}loc")]


def every_resource(client: Client) -> list[str]:
    maps = [path for path in addresses(client, "/sitemap.xml") if not path.endswith("pages.xml")]
    return [address for path in maps for address in addresses(client, path)]


def test_every_current_resource_is_in_one_of_them(client: Client) -> None:
    current = Resource.objects.filter(status="current").values_list("ctid", flat=True)
    found = every_resource(client)
    assert sorted(found) == sorted(f"/resources/{one}" for one in current)
    assert f"/resources/{ctid('gone')}" not in found


def test_each_is_read_at_once_and_none_is_too_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "SIZE", 3)
    found = every_resource(client)
    assert len(found) == Resource.objects.filter(status="current").count()
    for path in addresses(client, "/sitemap.xml"):
        if not path.endswith("pages.xml"):
            with CaptureQueriesContext(connection) as queries:
                assert len(addresses(client, path)) <= 3
            assert len(queries) <= 3


def test_each_says_when_it_was_last_published(client: Client) -> None:
    found = fromstring(b"".join(client.get("/sitemaps/0.xml")))
    for url in found.iter(f"{SPACE}url"):
        one = str(url.findtext(f"{SPACE}loc")).rpartition("/")[2]
        last = Change.objects.filter(resource__ctid=one).latest("seq").at
        assert url.findtext(f"{SPACE}lastmod") == last.isoformat(timespec="seconds")


def test_pages_of_the_site_are_there(client: Client) -> None:
    for path in addresses(client, "/sitemaps/pages.xml"):
        assert client.get(path).status_code == 200


def test_beyond_the_last_there_is_none(client: Client) -> None:
    assert client.get("/sitemaps/99999.xml").status_code == 404
    assert client.get(f"/sitemaps/{10**30}.xml").status_code == 404
    assert client.get("/sitemaps/x.xml").status_code == 404


def test_robots_may_read_things_and_not_questions(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.can_fetch("any", f"/resources/{ctid('welding')}")
    assert not rules.can_fetch("any", "/search?q=x")
    assert not rules.can_fetch("any", "/accounts/login/")
    assert re.search(r"^Sitemap: http://127.0.0.1:8000/sitemap.xml$", text, re.MULTILINE)


def test_an_unchanged_map_is_not_read_again(client: Client) -> None:
    tag = client.get("/sitemaps/0.xml")["ETag"]
    assert client.get("/sitemaps/0.xml", headers={"If-None-Match": tag}).status_code == 304
