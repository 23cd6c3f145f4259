"""The library's pages over a made map: what they say, where they lead, who may change something."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape import overviewing
from learnwork.registry import decisions

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def made_map() -> None:
    items = [
        said("block", "lw:BuildingBlock", ceterms_name={"en": "Records"}),
        said("topic", "lw:Topic", ceterms_name={"en": "Wallets"}, lw_buildingBlock=[ctid("block")]),
        said(
            "term",
            "lw:GlossaryTerm",
            ceterms_name={"en": "Wallet"},
            ceterms_description={"en": "Holds records."},
        ),
        said("funder", "lw:Funder", ceterms_name={"en": f"Fund {SCRIPT}"}),
        *(
            said(
                f"entry-{n}",
                "lw:Initiative",
                ceterms_name={"en": f"Entry {n} {SCRIPT}"},
                ceterms_description={"en": f"A wallet with trust framework; {SCRIPT}."},
                lw_status="ended" if n else "active",
                lw_buildingBlock=[ctid("block")],
                lw_ledBy=[{"ceterms:name": {"en": "Acme"}}],
                lw_fundedBy=[ctid("funder")],
                lw_citation=["https://example.org/entry"],
            )
            for n in range(5)
        ),
    ]
    load(reading(*items), "made")
    other = said("other", "lw:Initiative", of="entry-0", lw_status="planned")
    load(reading(other, by="other"), "made")


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(User.objects.create_user("curator", role=User.Role.CURATOR))
    return client


PAGES = ["", "/entries", "/blocks", "/organizations", "/glossary", "/wanted", "/conflicts", "/stale"]


@pytest.mark.usefixtures("made_map")
@pytest.mark.parametrize("path", PAGES)
def test_no_page_lets_markup_of_a_document_through(client, path):
    answer = client.get(f"/landscape{path}")
    assert answer.status_code == 200
    assert SCRIPT not in answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_without_a_map(client, path):
    assert client.get(f"/landscape{path}").status_code == 200


@pytest.mark.usefixtures("made_map")
def test_the_address_narrows_and_explains_terms(client):
    page = client.get("/landscape/entries?status=active").content.decode()
    assert "1 of 5 entries" in page
    assert "Entry 0" in page
    assert "Entry 1" not in page
    assert "Holds records." in page
    assert "write it as 2022" in client.get("/landscape/entries?valid_on=x").content.decode()


@pytest.mark.usefixtures("made_map")
def test_what_is_wanted_and_in_conflict_is_found():
    assert "trust framework" in {one.text for one in overviewing.wanted_terms()}
    (conflict,) = overviewing.conflicts()
    assert (conflict.matter, {version.text for version in conflict.versions}) == (
        "Status",
        {"active", "planned"},
    )


@pytest.mark.usefixtures("made_map")
def test_a_permanent_address_leads_on_after_a_merger(client):
    decisions.same(ctid("entry-0"), ctid("entry-1"), author=None, reason="The same")
    answer = client.get(f"/landscape/entries/{ctid('entry-1')}")
    assert (answer.status_code, answer["Location"]) == (301, f"/resources/{ctid('entry-0')}")
    assert client.get("/landscape/entries/never-was").status_code == 404


@pytest.mark.usefixtures("made_map")
def test_reviewed_today_takes_an_entry_off_the_list(curator):
    before = len(overviewing.stale_today())
    answer = curator.post(
        "/landscape/stale", {"ctid": ctid("entry-0"), "citation": "https://example.org/entry"}
    )
    assert answer.status_code == 302
    assert len(overviewing.stale_today()) == before - 1


@pytest.mark.usefixtures("made_map")
def test_only_curators_review(client):
    assert client.post("/landscape/stale", {"ctid": ctid("entry-0")}).status_code == 302
    assert all(not one.what.reviewed_on for one in overviewing.stale_today())


@pytest.mark.usefixtures("made_map")
def test_the_page_of_an_entry_tells_who_held_a_role_when(client):
    roles = [
        {"lw:key": "a", "lw:role": "lead", "lw:actorName": "Markle", "ceterms:endDate": "2023-10-04"},
        {"lw:key": "b", "lw:role": "lead", "lw:actorName": "Jobs", "ceterms:startDate": "2023-10-04"},
    ]
    load(reading(said("dated", "lw:Initiative", of="entry-0", lw_roles=roles), by="dated"), "made")
    address = f"/resources/{ctid('entry-0')}"

    def leads(when):
        page = client.get(f"{address}{when}").content.decode()
        told = page.partition('id="map-roles"')[2].partition("</table>")[0]
        assert SCRIPT not in page
        return [name for name in ("Markle", "Jobs") if name in told]

    assert leads("") == ["Markle", "Jobs"]
    assert leads("?valid=2022") == ["Markle"]
    assert leads("?valid=2024-01-01") == ["Jobs"]
    assert leads("?valid=nonsense") == ["Markle", "Jobs"]


@pytest.mark.usefixtures("made_map")
def test_the_page_of_an_entry_as_of_a_time_knows_no_milestone_of_later(client):
    pilot = {"lw:key": "m", "ceterms:name": {"en": "Pilot"}, "lw:plans": [{"lw:date": "2021"}]}
    stones = [{**pilot, "lw:actual": "2023-05"}]
    load(reading(said("dated", "lw:Initiative", of="entry-0", lw_milestones=stones), by="dated"), "made")

    def outcome(when):
        page = client.get(f"/resources/{ctid('entry-0')}{when}").content.decode()
        told = page.partition('id="map-stages"')[2].partition("</table>")[0]
        return [words for words in ("May 2023", "not reached in time", "not yet") if words in told]

    assert outcome("") == ["May 2023"]
    assert outcome("?valid=2022") == ["not reached in time"]
    assert outcome("?valid=2020") == ["not yet"]


@pytest.mark.usefixtures("made_map")
@pytest.mark.parametrize("name", ["block", "topic", "term", "funder"])
def test_blocks_topics_terms_and_funders_lead_to_entries(client, name):
    page = client.get(f"/resources/{ctid(name)}").content.decode()
    assert 'id="map-' in page
    assert f"/resources/{ctid('entry-1')}" in page
