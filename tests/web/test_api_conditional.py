"""What an answer costs and whom it goes to: conditional requests, fair shares, sizes, forms, numbers of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from tests.web.world import OCCUPATION, PUBLISHED, ctid

pytestmark = [pytest.mark.usefixtures("index"), pytest.mark.django_db]
WELDING = f"/api/resources/{ctid('welding')}"
ADDRESSES = [
    WELDING,
    f"{WELDING}/claims",
    f"{WELDING}/observations",
    f"{WELDING}/links",
    f"{WELDING}/versions",
    f"/api/graph/{ctid('badge')}",
    "/api/changes",
    "/api/changes.atom",
    "/api/search?q=welding",
    "/api/suggest?q=wel",
    "/api/sources",
    "/api/types",
    f"/resources/{ctid('badge')}.json",
    f"/graph/{ctid('badge')}",
    f"/embed/{ctid('welding')}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unchanged_answer_costs_a_query_at_most(client: Client, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert first["Cache-Control"].startswith("public")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert len(queries) <= 2
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_what_is_published_changes_the_answer(client: Client) -> None:
    from tests.made import reading, said

    from learnwork.intake.loading import load

    tag = client.get(WELDING)["ETag"]
    load(reading(said("brand-new", ceterms_name={"en": "New"}), by="others"), "made")
    assert client.get(WELDING, headers={"If-None-Match": tag}).status_code == 200


def test_nothing_is_unchanged_that_is_not_there(client: Client) -> None:
    nobody = "/api/resources/ce-00000000-0000-4000-8000-000000000000"
    assert client.get(nobody, headers={"If-None-Match": "*"}).status_code == 404


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (WELDING, 8),
        (f"{WELDING}/claims", 8),
        (f"{WELDING}/observations", 16),
        (f"{WELDING}/links", 5),
        (f"/api/resources/{ctid('college')}/links?direction=incoming", 5),
        (f"{WELDING}/versions", 5),
        ("/api/changes", 2),
        ("/api/changes.atom", 2),
        ("/api/sources", 4),
        ("/api/search?q=welding", 0),
        (f"/resources/{ctid('welding')}.json", 8),
    ],
)
def test_the_number_of_queries_does_not_depend_on_the_size(client: Client, address: str, most: int) -> None:
    for size in (1, 5):
        asked = "&" if "?" in address else "?"
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{address}{asked}size={size}").status_code == 200
        assert len(queries) <= most, [query["sql"] for query in queries]


def test_head_is_get_without_the_body(client: Client) -> None:
    asked, read = client.head(WELDING), client.get(WELDING)
    assert (asked.status_code, asked["ETag"]) == (200, read["ETag"])
    assert (asked.content, asked["Content-Length"]) == (b"", str(len(read.content)))
    tag = {"If-None-Match": read["ETag"]}
    assert client.head(WELDING, headers=tag).status_code == 304


@override_settings(LIMIT=3)
def test_a_client_has_its_share(client: Client) -> None:
    answers = [client.get("/api/types", REMOTE_ADDR="203.0.113.50") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit"] == '"client";r=2;t=20'
    assert answers[0]["RateLimit-Policy"] == '"client";q=3;w=60'
    refused = answers[-1]
    assert refused.json()["code"] == "too-many-requests"
    assert 0 < int(refused["Retry-After"]) <= 20
    assert refused["Access-Control-Allow-Origin"] == "*", "a browser may read why"
    page = client.get("/search?q=x", REMOTE_ADDR="203.0.113.50", headers={"Accept": "text/html"})
    assert page.status_code == 429
    assert b"<html" in page.content
    assert client.get("/health", REMOTE_ADDR="203.0.113.50").status_code == 200
    assert client.get("/api/types", REMOTE_ADDR="203.0.113.51").status_code == 200
    assert "RateLimit" not in client.get("/api/types"), "this machine itself has no share"


@override_settings(LIMIT=0)
def test_an_operator_may_do_without_limits(client: Client) -> None:
    assert "RateLimit" not in client.get("/api/types", REMOTE_ADDR="203.0.113.52")


def test_too_much_is_refused(client: Client) -> None:
    assert client.get("/api/search?q=" + "welding+" * 10_000).json()["code"] == "address-too-long"
    large = client.post("/api/search", b"x" * 100_000, content_type="application/json")
    assert (large.status_code, large.json()["code"]) == (413, "content-too-large")
    assert client.generic("BREW", "/api/types").json()["code"] == "method-not-allowed"


class TestForms:
    ADDRESS = f"/resources/{ctid('badge')}"

    @pytest.mark.parametrize(
        ("accept", "form"),
        [
            ("", "text/html"),
            ("*/*", "text/html"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
            ("application/ld+json", "application/ld+json"),
            ("application/json", "application/json"),
            ("application/json;q=0.5, application/ld+json", "application/ld+json"),
            ("application/*;q=0.9", "application/ld+json"),
            ("text/turtle, application/json;q=0.1", "application/json"),
        ],
    )
    def test_each_gets_what_it_likes_best(self, client: Client, accept: str, form: str) -> None:
        response = client.get(self.ADDRESS, headers={"Accept": accept})
        assert response.status_code == 200
        assert response["Content-Type"].partition(";")[0] == form
        assert "Accept" in response["Vary"]
        assert f'{self.ADDRESS}.json>; rel="alternate"' in response["Link"]
        if form != "text/html":
            assert response.content == PUBLISHED.encode(), "byte for byte"

    @pytest.mark.parametrize("accept", ["image/png", "text/turtle", "application/ld+json;q=0"])
    def test_what_there_is_not_is_named(self, client: Client, accept: str) -> None:
        response = client.get(self.ADDRESS, headers={"Accept": accept})
        assert response.status_code == 406
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["available"] == ["text/html", "application/ld+json", "application/json"]
        assert "Accept" in response["Vary"]

    def test_forms_have_tags_of_their_own(self, client: Client) -> None:
        tags = {
            client.get(self.ADDRESS, headers={"Accept": form})["ETag"]
            for form in ("application/json", "application/ld+json", "text/html")
        }
        assert len(tags) == 3

    def test_what_was_merged_leads_on(self, client: Client) -> None:
        response = client.get(f"/resources/{ctid('double')}", headers={"Accept": "application/ld+json"})
        assert response.status_code == 301
        assert response["Location"].endswith(f"/resources/{ctid('badge')}")
        assert response["Cache-Control"] == "no-cache"

    def test_what_is_gone_leaves_a_tombstone(self, client: Client) -> None:
        response = client.get(f"/resources/{ctid('retired')}", headers={"Accept": "application/json"})
        told = response.json()
        assert (response.status_code, told["code"], told["kind"]) == (410, "resource-gone", "retired")
        assert told["reason"] == "It never existed."
        assert client.get(told["record"].partition("8000")[2]).json()["tombstone"]["kind"] == "retired"

    def test_an_occupation_is_described_for_search_engines(self, client: Client) -> None:
        import json
        import re

        shown = client.get(f"/resources/{OCCUPATION}").content.decode()
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown)
        schema_org, ctdl = map(json.loads, blocks)
        assert (schema_org["@type"], schema_org["name"]) == ("Occupation", "Welders")
        assert ctdl["ceterms:ctid"] == OCCUPATION
        assert f'<link rel="canonical" href="http://127.0.0.1:8000/resources/{OCCUPATION}">' in shown
        assert '<meta property="og:title" content="Welders">' in shown
