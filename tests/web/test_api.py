"""The API: the same answers as the pages, errors as problem documents, open to other sites for reading."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.web.world import OCCUPATION, PUBLISHED, ctid

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
    figures = get(client, f"/resources/{ctid('welding')}/observations")["observations"]
    wage = next(one for one in figures if one["measure"] == "etpl.quarterly_wage_q2")
    assert (wage["value"], wage["unit"], wage["base"], wage["shared_by"]) == (6821.0, "USD a quarter", 31, 2)
    hidden = next(one for one in figures if one["measure"] == "etpl.quarterly_wage_q8")
    assert (hidden["value"], hidden["status"]) == (None, "suppressed")
    areas = get(client, f"/resources/{OCCUPATION}/observations?area=state:NJ")["observations"]
    assert {one["area"] for one in areas} == {"state:NJ"}
    medians = get(client, f"/resources/{OCCUPATION}/observations?measure=oews.annual_median")["observations"]
    assert [one["value"] for one in medians] == [53750.0, 59440.0]
    assert get(client, f"/resources/{OCCUPATION}/observations?measure=moon.light")["observations"] == []


def test_links_both_ways(client: Client) -> None:
    found = get(client, f"/resources/{ctid('college')}/links?direction=incoming&size=2&counts=true")
    assert found["counts"] == {"ceterms:offeredBy": 4}
    assert len(found["links"]) == 2
    to = get(client, f"/resources/{ctid('welding')}/links?predicate=ceterms:offeredBy")
    assert [link["name"] for link in to["links"]] == ["Riverside College"]
    assert to["counts"] is None


def test_a_link_to_what_was_merged_leads_to_the_survivor(client: Client) -> None:
    merged = get(client, f"/resources/{ctid('double')}")
    assert merged["tombstone"]["into"] == ctid("badge")


def test_claims_name_their_property(client: Client) -> None:
    found = get(client, f"/resources/{ctid('welding')}/claims?property=ceterms:name")["claims"]
    assert [(one["property"], one["preferred"]) for one in found] == [
        ("ceterms:name", True),
        ("ceterms:name", False),
    ]


LISTS = [
    (f"/resources/{ctid('welding')}/claims", "claims"),
    (f"/resources/{ctid('welding')}/observations", "observations"),
    (f"/resources/{OCCUPATION}/observations", "observations"),
    (f"/resources/{ctid('college')}/links?direction=incoming", "links"),
    (f"/resources/{ctid('welding')}/links", "links"),
    (f"/resources/{ctid('welding')}/versions", "versions"),
    ("/sources", "sources"),
    ("/search?q=welding", "hits"),
]


@pytest.mark.parametrize(("address", "member"), LISTS)
def test_every_list_can_be_read_to_its_end(client: Client, address: str, member: str) -> None:
    asked = "&" if "?" in address else "?"
    whole = get(client, f"{address}{asked}size=100")
    assert whole["next"] is None
    read: list[Any] = []
    after = ""
    for _ in range(100):
        response = client.get(f"/api{address}{asked}size=1{f'&after={after}' if after else ''}")
        piece = response.json()
        read += piece[member]
        after = piece["next"]
        if not after:
            break
        assert response["Link"].endswith('rel="next"')
        assert response["Link"].startswith("<http")
    assert read == whole[member]


@pytest.mark.parametrize(("address", "member"), LISTS)
def test_a_wrong_cursor_says_the_way_on(client: Client, address: str, member: str) -> None:
    asked = "&" if "?" in address else "?"
    for wrong in ("x", "A" * 900, "eyJhIjoxfQ", "%00", "🦉", "W10"):
        problem = get(client, f"{address}{asked}after={wrong}", 404)
        assert problem["code"] == "cursor-unknown"
        first = problem["first"].partition("/api")[2]
        assert get(client, first)[member]


def test_a_cursor_belongs_to_its_question(client: Client) -> None:
    cursor = get(client, f"/resources/{ctid('welding')}/claims?size=1")["next"]
    assert get(client, f"/resources/{ctid('welding')}/claims?size=3&after={cursor}")["claims"]
    for other in (f"/resources/{ctid('badge')}/claims", f"/resources/{ctid('welding')}/versions"):
        assert get(client, f"{other}?after={cursor}", 404)["code"] == "cursor-unknown"


def test_a_cursor_of_yesterday_goes_on_where_it_stopped(client: Client) -> None:
    from tests.made import reading, said

    from learnwork.intake.loading import load

    first = get(client, f"/resources/{ctid('welding')}/versions?size=1")
    load(
        reading(said("welding", "ceterms:LearningProgram", ceterms_name={"en": "Later"}), by="later"), "made"
    )
    following = get(client, f"/resources/{ctid('welding')}/versions?size=1&after={first['next']}")
    assert following["versions"][0]["number"] < first["versions"][0]["number"]


def test_versions_and_what_differs_between_them(client: Client) -> None:
    address = f"/resources/{ctid('welding')}"
    versions = get(client, f"{address}/versions")["versions"]
    numbers = {one["source"]["key"]: one["number"] for one in versions}
    one = get(client, f"{address}/versions/{numbers['state-list']}")
    assert one["document"]["ceterms:name"] == {"en": "Welding"}
    found = get(client, f"{address}/difference?from={numbers['state-list']}&to={numbers['catalogue']}")
    name = next(one for one in found["differences"] if one["property"] == "ceterms:name")
    assert (name["kind"], name["path"]) == ("changed", ["ceterms:name", "en"])
    assert (name["before"], name["after"]) == ("Welding", "Welding for beginners")
    nothing = get(client, f"{address}/difference?from=2001-01-01")
    assert {one["kind"] for one in nothing["differences"]} == {"added"}
    long_ago = get(client, f"{address}/difference?from=0001-01-01T00:00:00%2B14:00")
    assert long_ago["differences"] == nothing["differences"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("versions/99999999", 404, "version-unknown"),
        ("versions/-1", 400, "bad-request"),
        (f"versions/{10**30}", 400, "bad-request"),
        ("versions/x", 400, "bad-request"),
        ("difference?from=soon", 400, "bad-request"),
        ("difference", 400, "bad-request"),
        ("difference?from=2001-13-01", 400, "bad-request"),
        ("difference?from=99999999", 404, "version-unknown"),
        ("links?direction=up", 400, "bad-request"),
        ("links?size=0", 400, "bad-request"),
        ("links?size=501", 400, "bad-request"),
    ],
)
def test_what_never_was(client: Client, address: str, status: int, code: str) -> None:
    assert get(client, f"/resources/{ctid('welding')}/{address}", status)["code"] == code


def test_the_graph_is_what_the_owner_published(client: Client) -> None:
    response = client.get(f"/api/graph/{ctid('badge')}")
    assert response["Content-Type"] == "application/ld+json"
    assert response.content == client.get(f"/graph/{ctid('badge')}").content == PUBLISHED.encode()


def test_types_and_their_properties(client: Client) -> None:
    every = get(client, "/types")["types"]
    one = get(client, f"/types/{every[0]['key']}")
    assert one == every[0]
    assert get(client, "/types/moon", 404)["code"] == "type-unknown"
    assert get(client, "/sources/state-list")["licence"] == "CC0-1.0"


def test_changes_go_on_from_the_last(client: Client) -> None:
    first = get(client, "/changes?size=3")
    assert len(first["changes"]) == 3
    following = get(client, f"/changes?since={first['last']}")
    assert following["changes"][0]["seq"] > first["last"]
    assert first["more"] is True
    end = {"changes": [], "last": following["last"], "more": False}
    assert get(client, f"/changes?since={following['last']}") == end


def test_sources_with_their_reports(client: Client) -> None:
    found = {one["key"]: one for one in get(client, "/sources")["sources"]}
    assert [release["status"] for release in found["state-list"]["releases"]] == ["serving", "replaced"]
    assert found["state-list"]["releases"][0]["report"]["documents"]["withdrawn"] == 1


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/resources/ce-00000000-0000-4000-8000-000000000000", 404, "resource-unknown"),
        ("/resources/nonsense/observations", 404, "resource-unknown"),
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
    # Other rooms add their own; each address is in the reference, which the next test holds.
    assert {path.removeprefix("/api/") for path in described["paths"]} >= {
        "search",
        "suggest",
        "resources/{ctid}",
        "resources/{ctid}/claims",
        "resources/{ctid}/observations",
        "resources/{ctid}/links",
        "resources/{ctid}/versions",
        "resources/{ctid}/versions/{number}",
        "resources/{ctid}/difference",
        "graph/{ctid}",
        "changes",
        "changes.atom",
        "sources",
        "sources/{key}",
        "types",
        "types/{key}",
        "bulk",
        "compare",
        "surveys",
        "surveys/{key}",
        "surveys/studies/{key}",
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
