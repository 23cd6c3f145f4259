"""The whole map as data: the same rows as its pages, narrowed alike, as of two times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.made import ctid, reading, said

from learnwork.intake.loading import load
from learnwork.registry.models import Envelope

pytestmark = pytest.mark.django_db
ENTRY = ctid("entry")


@pytest.fixture(autouse=True)
def _made_map() -> None:
    roles = [
        {"lw:key": "a", "lw:role": "lead", "lw:actorName": "Markle", "ceterms:endDate": "2023-10-04"},
        {"lw:key": "b", "lw:role": "lead", "lw:actorName": "Jobs", "ceterms:startDate": "2023-10-04"},
    ]
    load(
        reading(
            said("entry", "lw:Initiative", ceterms_name={"en": "Alpha"}, lw_status="active", lw_roles=roles),
            said("other", "lw:Initiative", ceterms_name={"en": "Beta"}, lw_status="ended"),
        ),
        "made",
    )


def ask(client, **params):
    return client.get("/api/landscape", params)


def leads(answer):
    return [role["party"] for role in answer.json()["roles"]]


def test_both_times_are_asked_apart(client):
    assert leads(ask(client, valid_on="2022")) == ["name:Markle"]
    assert leads(ask(client, valid_on="2024")) == ["name:Jobs"]
    first = Envelope.objects.order_by("received_at").first()
    before = (first.received_at - timedelta(seconds=1)).isoformat()
    assert ask(client, known_at=before).json()["entries"] == []
    now = datetime.now(UTC).isoformat()
    assert leads(ask(client, known_at=now, valid_on="2022")) == ["name:Markle"]


def test_it_agrees_with_the_page_of_the_same_filter(client):
    made = ask(client, status="active").json()
    assert ([entry["name"] for entry in made["entries"]], made["total"]) == (["Alpha"], 2)
    assert made["counts"]["entries"] == 1
    page = client.get("/landscape/entries", {"status": "active"}).content.decode()
    assert "1 of 2 entries" in page
    assert "Beta" not in page


def test_the_same_map_has_the_same_digest_and_is_not_sent_twice(client):
    first, again = ask(client), ask(client, known_at=datetime.now(UTC).isoformat())
    assert first.json()["digest"] == again.json()["digest"]
    assert client.get("/api/landscape", headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("params", [{"known_at": "yesterday"}, {"valid_on": "2022-13"}, {"edition": "99"}])
def test_what_cannot_be_asked_is_a_problem_document(client, params):
    answer = ask(client, **params)
    assert answer.status_code in (400, 404)
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["hint"]
