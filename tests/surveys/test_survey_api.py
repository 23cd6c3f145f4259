"""Published surveys as data: what is on the page and nothing more, refused in problem documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.surveys import making

from learnwork.surveys import responding, services, studies
from learnwork.surveys.models import Survey
from learnwork.surveys.responding import Sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    making.registry()
    survey = making.survey()
    for name in making.NAMES:
        invitation, _code = making.invite(survey, name, email=f"{name.split()[0].lower()}@example.org")
        responding.consent(invitation, "public", publishes=False)
        responding.save(invitation.pk, 1, [Sent("federal", "said", "yes")])
    services.close(survey)
    return survey


def test_a_published_report_is_listed_with_its_tables(client: Client, survey: Survey) -> None:
    services.publish(survey, public=True)
    (one,) = client.get("/api/surveys").json()["reports"]
    assert one["data"].endswith(f"/api/surveys/{survey.key}")
    response = client.get(f"/api/surveys/{survey.key}?most=2/3&intervals=true")
    assert response.status_code == 200
    found = response.json()
    assert (found["invited"], found["responded"], found["limits"]["most"]) == (3, 3, "2/3")
    tables = {table["key"]: table for table in found["tables"]}
    page = client.get(f"/surveys/{survey.key}/report/report.json?most=2/3&intervals=1").json()
    assert list(tables.values()) == page["tables"], "the same tables as on the page"
    federal = next(row for row in tables["items"]["rows"] if row["item"] == "federal")
    assert (federal["yes"], federal["base"], federal["share"]) == (3, 3, 100.0)
    assert "@example.org" not in response.content.decode(), "contacts are nobody's"


def test_a_copy_is_not_good_any_more_once_somebody_takes_consent_back(client: Client, survey: Survey) -> None:
    services.publish(survey, public=True)
    had = client.get(f"/api/surveys/{survey.key}")
    again = client.get(f"/api/surveys/{survey.key}", headers={"If-None-Match": had["ETag"]})
    assert again.status_code == 304
    survey.invitations.filter(pk=survey.invitations.earliest("pk").pk).update(consent="private")
    again = client.get(f"/api/surveys/{survey.key}", headers={"If-None-Match": had["ETag"]})
    assert again.status_code == 200


def test_a_report_that_is_not_public_is_not_there(client: Client, survey: Survey) -> None:
    assert client.get("/api/surveys").json() == {"reports": [], "studies": []}
    response = client.get(f"/api/surveys/{survey.key}")
    assert (response.status_code, response.json()["code"]) == (404, "survey-unknown")
    assert response["Content-Type"] == "application/problem+json"
    assert client.get("/api/surveys/%00").status_code == 404
    assert client.get("/api/surveys/studies/none").json()["code"] == "survey-unknown"


def test_limits_that_are_none_are_refused(client: Client, survey: Survey) -> None:
    services.publish(survey, public=True)
    assert client.get(f"/api/surveys/{survey.key}?most=plenty").json()["code"] == "bad-request"
    response = client.get(f"/api/surveys/{survey.key}?most=1/4&least=1/2")
    assert response.status_code == 400
    assert "make no bands" in response.json()["detail"]


def test_a_copy_holds_until_an_answer_is_deleted(client: Client, survey: Survey) -> None:
    services.publish(survey, public=True)
    first = client.get(f"/api/surveys/{survey.key}")
    again = {"If-None-Match": first["ETag"]}
    assert client.get(f"/api/surveys/{survey.key}", headers=again).status_code == 304
    invitation = survey.invitations.first()
    assert invitation is not None
    responding.erase(invitation)
    changed = client.get(f"/api/surveys/{survey.key}", headers=again)
    assert (changed.status_code, changed.json()["responded"]) == (200, 2)


def test_a_printed_study_is_there(client: Client, tmp_path: Path) -> None:
    (tmp_path / "printed.csv").write_text("item,percent\r\na,44.44\r\nb,33.33\r\n")
    row = studies.load(tmp_path / "printed.csv", title="Printed")
    (one,) = client.get("/api/surveys").json()["studies"]
    assert (one["key"], one["title"]) == (row.key, "Printed")
    found = client.get(f"/api/surveys/studies/{row.key}").json()
    assert found["respondents_inferred"] == 9
    assert [table["key"] for table in found["tables"]][3:] == ["published", "bases", "contradictions"]
