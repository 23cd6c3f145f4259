"""Coordination as pages and as data: four layers, three views, overlap, and what curators rule."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape import coordination, coordination_pages, matrix_view
from learnwork.landscape.drawing import anchor
from learnwork.registry import queries

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert('“x”')</script>"
A, B, C, D = (ctid(name) for name in "abcd")
PAIR = f"/landscape/coordination/pairs/{A}/{B}"


@pytest.fixture(autouse=True)
def _world() -> None:
    organization = said("org", "lw:Alliance", ceterms_name={"en": f"Org & {SCRIPT}"})
    blocks = [said(key, "lw:BuildingBlock", ceterms_name={"en": key.title()}) for key in ("data", "quality")]
    both, one = [ctid("data"), ctid("quality")], [ctid("data")]
    entries = [
        said(
            key,
            "lw:Initiative",
            ceterms_name={"en": f"Initiative {key} {SCRIPT}"},
            lw_partner=[ctid("org")] if key in "abc" else [],
            lw_buildingBlock=both if key in "ab" else one,
            lw_proposed=["lw:buildingBlock"],
            lw_status="ended" if key == "c" else "active",
        )
        for key in "abcd"
    ]
    load(reading(organization, *blocks, *entries), "made")


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR))
    return client


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:300]
    body = response.content.decode()
    assert SCRIPT not in body
    return body.partition("<main")[2]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_the_front_tells_of_all_four_layers(client: Client) -> None:
    text = words(shown(client, "/landscape/coordination"))
    assert "Shared organizations 3 of 4 3 0" in text
    assert "Declared ties 0 of 4 0 n/a" in text
    assert "0 of 1 pairs that share two building blocks" in text
    assert "Too few entries are joined to tell: 3 of the 30" in text


def test_network_matrix_and_table_say_the_same(client: Client) -> None:
    address = "/landscape/coordination/organizations"
    network = shown(client, address)
    assert network.count('class="dot entry') == 2 * 3  # for a desk and for a phone
    assert network.count('class="dot hub') == 2
    assert network.count('<path class="line') == 2 * 3
    assert f'id="n-{anchor(A)}"' in network
    assert "1 entry stands with nobody" in words(network)
    matrix = shown(client, f"{address}?view=matrix")
    assert f'id="c-{anchor(A)}-{anchor(B)}"' in matrix
    assert len(re.findall(r'<td id="c-', matrix)) == 6
    table = shown(client, f"{address}?view=table")
    assert len(re.findall(r'<tr id="p-', table)) == 3


def test_a_filter_is_kept_in_every_view(client: Client) -> None:
    query = f"block={ctid('quality')}"
    for view in ("network", "matrix", "table"):
        html = shown(client, f"/landscape/coordination/organizations?view={view}&{query}")
        assert "2 of 2 entries stand with another, in 1 pairs" in words(html)
        assert len(re.findall(rf'<a href="[^"]*{query}[^"]*"[^>]*>(?:Network|Matrix|Table)<', html)) == 3


def test_a_node_tells_its_story_without_a_script(client: Client) -> None:
    html = shown(client, f"/landscape/coordination/organizations?node={A}")
    story = words(html.partition('id="story"')[2].partition("</section>")[0])
    assert "Stands with 2 other entries through:" in story
    assert "picking" in html
    assert html.count("dot entry lit picked") == 2
    hub = words(shown(client, f"/landscape/coordination/organizations?node=shared:{ctid('org')}"))
    assert "Shared by 3 entries:" in hub
    unknown = words(shown(client, f"/landscape/coordination/organizations?node={D}"))
    assert "stands with nobody here" in unknown


def test_too_many_for_one_picture_are_shown_as_groups(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordination_pages, "MOST_DRAWN", 2)
    html = shown(client, "/landscape/coordination/organizations")
    assert "3 entries are too many for one picture" in words(html)
    assert "Data 4 3 3" in words(html.partition('id="same"')[2])
    monkeypatch.setattr(matrix_view, "MOST_ROWS", 2)
    assert "Building blocks by building blocks" in words(
        shown(client, "/landscape/coordination/organizations?view=matrix")
    )


def test_what_is_not_there(client: Client) -> None:
    assert client.get("/landscape/coordination/friendship").status_code == 404
    assert client.get(f"/landscape/coordination/pairs/{A}/{A}").status_code == 404
    assert client.get(f"/landscape/coordination/pairs/{A}/x").status_code == 404
    assert "Nothing on record joins" in words(shown(client, "/landscape/coordination/ties"))


def test_only_curators_rule(client: Client) -> None:
    assert "What do you know of them?" not in shown(client, PAIR)
    assert "/accounts/sign-in" in client.post(f"{PAIR}/rule", {"act": "different", "reason": "x"})["Location"]
    client.force_login(User.objects.create_user("bob", password="a long password"))
    assert client.post(f"{PAIR}/rule", {"act": "different", "reason": "x"}).status_code == 403
    assert coordination.different() == frozenset()


def test_different_in_fact_leaves_the_list_and_comes_back(curator: Client) -> None:
    assert PAIR in shown(curator, "/landscape/coordination/overlap") or f"{B}/{A}" in shown(
        curator, "/landscape/coordination/overlap"
    )
    curator.post(f"{PAIR}/rule", {"act": "different", "reason": f"Two ages. {SCRIPT}"})
    listed = words(shown(curator, "/landscape/coordination/overlap"))
    assert "1 pair was found different in fact" in listed
    assert "Two ages." in listed
    page = shown(curator, PAIR)
    number = re.search(r'name="ruling" value="(\d+)"', page)
    assert number is not None
    curator.post(f"{PAIR}/rule", {"act": "undo", "ruling": number[1]})
    assert "was found different" not in words(shown(curator, "/landscape/coordination/overlap"))
    refused = curator.post(f"{PAIR}/rule", {"act": "different", "reason": " "})
    assert refused.status_code == 400


def test_working_together_becomes_a_tie_with_its_page(curator: Client) -> None:
    curator.post(
        f"{PAIR}/rule",
        {"act": "together", "kind": "builds on", "citation": "https://example.org/both"},
    )
    ties = queries.resource(A).document["lw:ties"]
    assert "https://example.org/both" in str(ties)
    text = words(shown(curator, "/landscape/coordination/ties"))
    assert "2 of 4 entries declare a tie" in text
    assert "1 of 1 pairs that share two building blocks declares a tie." in words(
        shown(curator, "/landscape/coordination/overlap")
    )


def test_the_same_as_data(client: Client) -> None:
    layer = client.get("/api/landscape/coordination/organizations").json()
    assert (layer["counts"]["linked"], layer["counts"]["pairs"], layer["total"]) == (3, 3, 3)
    assert {one["beyond_chance"] for one in layer["pairs"]} == {False}
    assert layer["communities"]["outcome"] == "too few"
    assert [one["layer"] for one in client.get("/api/landscape/coordination").json()["layers"]] == [
        "ties",
        "organizations",
        "funders",
        "subjects",
    ]
    overlap = client.get("/api/landscape/coordination/overlap").json()
    assert (overlap["ground"], overlap["base"], overlap["tied"], overlap["rate"]) == ("blocks", 1, 0, 0.0)
    narrow = client.get(f"/api/landscape/coordination/organizations?node={A}&limit=1").json()
    assert (narrow["total"], len(narrow["pairs"])) == (2, 1)
    assert client.get("/api/landscape/coordination/friendship").status_code == 400
