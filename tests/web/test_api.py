"""The API: the same answers as the pages, errors as problem documents, open to other sites for reading."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.web.world import OCCUPATION, ctid

pytestmark = [pytest.mark.usefixtures("index"), pytest.mark.django_db]


def get(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(f"/api{address}")
    assert response.status_code == status, response.content[:300]
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()


def test_it_works(client: Client) -> None:
    found = get(client, "/search?q=welding&count=type")
    assert found["total"] == len(found["hits"])
    assert {hit["ctid"] for hit in found["hits"]} >= {ctid("welding"), ctid("intro")}
    assert found["facets"][0]["key"] == "type"
    assert found["query"] == {"q": ["welding"], "count": ["type"]}


def test_a_search_never_fails(client: Client) -> None:
    found = get(client, "/search?q=welding&size=999&cost_min=x&odd=1&near=nowhere")
    assert {problem["parameter"] for problem in found["problems"]} == {"size", "cost_min", "odd", "near"}


def test_suggestions(client: Client) -> None:
    first = get(client, "/suggest?q=riv")["suggestions"][0]
    assert first["text"] == "Riverside College"
    assert first["href"] == f"/resources/{ctid('college')}"
    assert get(client, "/suggest?q=") == {"suggestions": []}


def test_a_resource_with_every_claim(client: Client) -> None:
    found = get(client, f"/resources/{ctid('welding')}")
    names = found["claims"]["ceterms:name"]
    assert [claim["value"]["en"] for claim in names] == ["Welding", "Welding for beginners"]
    assert [claim["preferred"] for claim in names] == [True, False]
    assert names[0]["sources"][0]["key"] == "state-list"
    assert names[0]["sources"][0]["place"] == "made.csv row welding"
    assert found["document"]["ceterms:name"]["en"] == "Welding"


def test_what_is_gone_keeps_its_record(client: Client) -> None:
    assert get(client, f"/resources/{ctid('gone')}")["tombstone"]["kind"] == "withdrawn"
    assert get(client, f"/resources/{ctid('double')}")["tombstone"]["into"] == ctid("badge")


def test_figures_carry_unit_period_base_and_source(client: Client) -> None:
    figures = get(client, f"/resources/{ctid('welding')}/figures")["figures"]
    wage = next(one for one in figures if one["measure"] == "etpl.quarterly_wage_q2")
    assert (wage["value"], wage["unit"], wage["base"], wage["shared_by"]) == (6821.0, "USD a quarter", 31, 2)
    hidden = next(one for one in figures if one["measure"] == "etpl.quarterly_wage_q8")
    assert (hidden["value"], hidden["status"]) == (None, "suppressed")
    areas = get(client, f"/resources/{OCCUPATION}/figures?area=state:NJ")["figures"]
    assert {one["area"] for one in areas} == {"state:NJ"}


def test_links_both_ways(client: Client) -> None:
    found = get(client, f"/resources/{ctid('college')}/links?limit=2")
    assert found["incoming_total"] == 4
    assert found["incoming_counts"] == {"ceterms:offeredBy": 4}
    assert (len(found["incoming"]), found["next_offset"]) == (2, 2)


def test_changes_go_on_from_the_last(client: Client) -> None:
    first = get(client, "/changes?limit=3")
    assert len(first["changes"]) == 3
    following = get(client, f"/changes?since={first['last']}")
    assert following["changes"][0]["seq"] > first["last"]
    assert get(client, f"/changes?since={following['last']}") == {"changes": [], "last": following["last"]}


def test_sources_with_their_reports(client: Client) -> None:
    found = {one["key"]: one for one in get(client, "/sources")["sources"]}
    assert [release["status"] for release in found["state-list"]["releases"]] == ["serving", "replaced"]
    assert found["state-list"]["releases"][0]["report"]["documents"]["withdrawn"] == 1


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/resources/ce-00000000-0000-4000-8000-000000000000", 404, "resource-unknown"),
        ("/resources/nonsense/figures", 404, "resource-unknown"),
        ("/changes?since=soon", 400, "bad-request"),
        ("/nowhere", 404, "not-found"),
    ],
)
def test_every_error_is_a_problem(client: Client, address: str, status: int, code: str) -> None:
    response = client.get(f"/api{address}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"]
    assert problem["hint"]


def test_the_api_is_for_reading(client: Client) -> None:
    response = client.post("/api/search", {})
    assert response.status_code == 405
    assert response.json()["code"] == "method-not-allowed"
    assert "GET" in response["Allow"]


def test_other_sites_may_ask_first(client: Client) -> None:
    response = client.options("/api/search")
    assert response.status_code == 204
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in response


def test_the_description_is_whole(client: Client) -> None:
    described = get(client, "/openapi.json")
    assert set(described["paths"]) == {
        "/api/search",
        "/api/suggest",
        "/api/resources/{ctid}",
        "/api/resources/{ctid}/figures",
        "/api/resources/{ctid}/links",
        "/api/changes",
        "/api/sources",
    }
    parameters = {one["name"] for one in described["paths"]["/api/search"]["get"]["parameters"]}
    assert {"q", "type", "field", "cost_min", "near", "after", "count"} <= parameters
    assert "404" in described["paths"]["/api/resources/{ctid}"]["get"]["responses"]


def test_the_reference_names_every_address_and_code(client: Client) -> None:
    from pathlib import Path

    from learnwork.layout import problems

    page = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text()
    assert [path for path in get(client, "/openapi.json")["paths"] if f"`{path}" not in page] == []
    assert [code for code, _, _ in problems._SENTENCES.values() if f"`{code}`" not in page] == []
