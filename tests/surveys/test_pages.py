"""The researchers' pages: who may, the way from a feature list to live tables, and what the public sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.surveys import making

from learnwork.accounts.models import User
from learnwork.surveys.models import Survey

pytestmark = pytest.mark.django_db
FEATURES = """
study: small
categories:
- {id: partners, name: Partnerships}
features:
- {id: many, category: partners, label: Has more than one partner}
- {id: held, category: null, label: null, published: false}
"""


@pytest.fixture
def researcher() -> Client:
    user = User.objects.create_user("ada", password="correct horse battery", role=User.Role.CURATOR)
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, made: Survey, name: str, content: bytes) -> None:
    response = client.post(
        f"/surveys/{made.key}/design/change",
        {"do": "import", "revision": made.revision, "file": SimpleUploadedFile(name, content)},
    )
    assert response.status_code == 302
    made.refresh_from_db()


def test_it_works_from_a_feature_list_to_live_tables(researcher: Client) -> None:
    making.registry()
    settings = {
        "title": "Mapping", "zone": "America/New_York", "deadline": "2099-03-31T17:00", "remind_before": 3,
        "smallest": 0, "most": "3/4", "least": "1/2", "chosen": "on", "contact": "ada@example.org",
    }  # fmt: skip
    assert researcher.post("/surveys/new", settings)["Location"] == "/surveys/mapping/design"
    made = Survey.objects.get(key="mapping")
    assert made.deadline is not None
    assert made.deadline.isoformat() == "2099-03-31T21:00:00+00:00", "summer time of New York"
    upload(researcher, made, "features.yaml", FEATURES.encode())
    page = researcher.get("/surveys/mapping/design").content.decode()
    assert "Has more than one partner" in page
    assert "held has no label" in page
    assert "Preview: nothing is saved" in researcher.get("/surveys/mapping/preview").content.decode()
    for step in ("freeze", "open"):
        researcher.post("/surveys/mapping/act", {"do": step})
    for name in making.NAMES:
        data = {"ctid": making.ctid(name), "email": f"{name.split()[0].lower()}@example.org", "name": "Lee"}
        assert researcher.post("/surveys/mapping/respondents", data).status_code == 302
    researcher.post("/surveys/mapping/respondents/send", {"do": "invite"})
    assert len(mail.outbox) == 3
    body = str(mail.outbox[0].body)
    assert "31 March 2099, 17:00 (America/New_York; 21:00 UTC)" in body
    code = body.partition("/answer#")[2].split()[0]
    invitation = made.invitations.get(email=mail.outbox[0].to[0])
    client = making.seated(invitation, code)
    client.post(f"/answer/{invitation.pk}/pages/1", making.form(client, invitation) | {"s-many": "yes"})
    live = researcher.get("/surveys/mapping/results").content.decode()
    assert "1 of 3 invited responded." in live
    assert "100.00%" in live


@pytest.mark.big
def test_the_published_feature_list_becomes_questions(researcher: Client, shared_data: Path) -> None:
    researcher.post(
        "/surveys/new",
        {"title": "Again", "zone": "UTC", "remind_before": 0, "smallest": 0, "most": "3/4", "least": "1/2"},
    )
    made = Survey.objects.get(key="again")
    upload(researcher, made, "f.yaml", (shared_data / "ecosystem" / "survey_features.yaml").read_bytes())
    assert len(made.draft["features"]) == 44
    assert len(made.draft["categories"]) == 7
    researcher.post("/surveys/again/act", {"do": "freeze"})
    assert made.versions.get().number == 1
