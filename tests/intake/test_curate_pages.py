"""The curator's pages: merge with preview, split, prefer, retire, each undone; refused to others."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.made import ctid, reading, said, source

from learnwork.accounts.models import User
from learnwork.intake import curating
from learnwork.intake.loading import load
from learnwork.registry import decisions, queries

pytestmark = pytest.mark.django_db
COLLEGE = "ceterms:CredentialOrganization"
KEEP, OTHER = ctid("camden"), ctid("camden again")


@pytest.fixture(autouse=True)
def _world() -> None:
    listed = said("camden", COLLEGE, ceterms_name={"en": "Camden College"}, ceterms_ipedsID="1")
    load(reading(listed, by=source("directory", trust=80)), "made")
    again = said(
        "camden again", COLLEGE, ceterms_name={"en": "CAMDEN COLLEGE"}, ceterms_fein="22", lw_childcare=True
    )
    load(reading(again, by=source("list", trust=70)), "made")
    third = said("third", COLLEGE, of="camden", ceterms_name={"en": "Camden County College"})
    load(reading(third, by=source("third", trust=40)), "made")


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR))
    return client


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:300]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode().partition("<main")[2]))


def undo_last(client: Client) -> None:
    response = client.post(f"/curate/decisions/{decisions.listing()[0].pk}/undo")
    assert response.status_code == 302


def test_two_are_merged_and_parted(curator: Client) -> None:
    preview = shown(curator, f"/curate/merge?keep={KEEP}&other=http://127.0.0.1:8000/resources/{OTHER}")
    assert "Employer number" in preview
    assert "differs" in preview
    assert queries.resource(OTHER).tombstone is None, "a preview changes nothing"
    made = curator.post("/curate/merge", {"keep": KEEP, "other": OTHER, "reason": "One college."})
    assert made["Location"] == f"/resources/{KEEP}"
    assert queries.resource(KEEP).document["ceterms:fein"] == "22"
    assert curator.get(f"/resources/{OTHER}").status_code == 301
    undo_last(curator)
    assert "ceterms:fein" not in queries.resource(KEEP).document
    assert curator.get(f"/resources/{OTHER}").status_code == 200


def test_the_preview_is_what_merging_gives() -> None:
    rows = curating.merge_preview(queries.resource(KEEP), queries.resource(OTHER))
    decisions.same(KEEP, OTHER, author=None, reason="One.")
    document = queries.resource(KEEP).document
    assert {row.label for row in rows} >= {"Name", "Childcare"}
    assert len(rows) == len([term for term in document if term not in ("@type", "ceterms:ctid")])


def test_a_reason_is_needed(curator: Client) -> None:
    curator.post("/curate/merge", {"keep": KEEP, "other": OTHER, "reason": " "})
    curator.post(f"/curate/resources/{KEEP}", {"ruling": "retire", "reason": ""})
    assert not decisions.listing()


@pytest.mark.parametrize("other", ["ce-nonsense", "", "x" * 400])
def test_what_is_no_identifier_is_asked_again(curator: Client, other: str) -> None:
    assert curator.get("/curate/merge", {"keep": KEEP, "other": other}).status_code == 400


def test_itself_and_the_unknown_cannot_be_merged(curator: Client) -> None:
    assert "one already" in shown(curator, f"/curate/merge?keep={KEEP}&other={KEEP}", 409)
    nobody = "ce-00000000-0000-4000-8000-000000000000"
    assert "Nothing here has the identifier" in shown(
        curator, f"/curate/merge?keep={KEEP}&other={nobody}", 404
    )


def test_a_claim_is_preferred_and_let_go(curator: Client) -> None:
    assert "Whose value is shown?" in shown(curator, f"/curate/resources/{KEEP}")
    asked = {"ruling": "prefer", "claim": "ceterms:name third", "reason": "It says so on the door."}
    curator.post(f"/curate/resources/{KEEP}", asked)
    assert queries.resource(KEEP).name == "Camden County College"
    undo_last(curator)
    assert queries.resource(KEEP).name == "Camden College"


def test_a_statement_is_split_off_and_brought_back(curator: Client) -> None:
    page = curator.get(f"/curate/resources/{KEEP}").content.decode()
    assert "What would change here" in page
    numbers = re.findall(r'name="statement" value="(\d+)"', page)
    curator.post(
        f"/curate/resources/{KEEP}", {"ruling": "split", "statement": numbers[1], "reason": "Another one."}
    )
    apart = decisions.listing()[0].other
    assert apart
    assert queries.resource(apart.ctid).name == "Camden County College"
    undo_last(curator)
    assert queries.resource(apart.ctid).tombstone is not None


def test_another_things_statement_cannot_be_split_off(curator: Client) -> None:
    page = curator.get(f"/curate/resources/{KEEP}").content.decode()
    number = re.findall(r'name="statement" value="(\d+)"', page)[0]
    asked = {"ruling": "split", "statement": number, "reason": "x"}
    assert curator.post(f"/curate/resources/{OTHER}", asked).status_code == 409


def test_a_thing_is_retired_and_shown_again(curator: Client) -> None:
    curator.post(f"/curate/resources/{KEEP}", {"ruling": "retire", "reason": "It never existed."})
    assert "It never existed." in shown(curator, f"/resources/{KEEP}", 410)
    assert "Undo" in shown(curator, f"/curate/resources/{KEEP}")
    undo_last(curator)
    assert curator.get(f"/resources/{KEEP}").status_code == 200


def test_likely_duplicates_are_of_one_name(curator: Client) -> None:
    [twins] = curating.likely_duplicates()
    assert {one.ctid for one in twins.resources} == {KEEP, OTHER}
    assert "Which organizations have one name?" in shown(curator, "/curate")


def test_decisions_can_be_undone_from_their_list(curator: Client) -> None:
    decisions.retire(KEEP, author=None, reason="It never existed.")
    assert "/undo" in curator.get("/decisions").content.decode()
    curator.logout()
    assert "/undo" not in curator.get("/decisions").content.decode()


@pytest.mark.parametrize("role", [None, User.Role.NONE])
def test_others_are_refused(client: Client, role: str | None) -> None:
    if role is not None:
        client.force_login(User.objects.create_user("bob", password="a long password", role=role))
    wanted = 302 if role is None else 403
    decision = decisions.retire(OTHER, author=None, reason="Gone.")
    addresses = [
        "/curate",
        "/curate/merge",
        f"/curate/resources/{KEEP}",
        f"/curate/decisions/{decision.pk}/undo",
    ]
    for address in addresses:
        assert client.get(address).status_code == wanted
        assert client.post(address, {"ruling": "retire", "reason": "x"}).status_code == wanted
    assert queries.resource(KEEP).tombstone is None
    assert queries.resource(OTHER).tombstone is not None


def test_administrators_may(client: Client) -> None:
    client.force_login(
        User.objects.create_user("carol", password="a long password", role=User.Role.ADMINISTRATOR)
    )
    assert client.get("/curate").status_code == 200


def test_undoing_needs_a_form(curator: Client) -> None:
    decision = decisions.retire(KEEP, author=None, reason="Gone.")
    assert curator.get(f"/curate/decisions/{decision.pk}/undo").status_code == 405
    assert curator.post("/curate/decisions/999999/undo").status_code == 409
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(User.objects.get(username="alice"))
    assert guarded.post(f"/curate/decisions/{decision.pk}/undo").status_code == 403
    assert guarded.post(f"/curate/resources/{OTHER}", {"ruling": "retire", "reason": "x"}).status_code == 403
