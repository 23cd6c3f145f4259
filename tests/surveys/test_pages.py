"""The researchers' pages: who may, the way from a feature list to live tables, and what the public sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.surveys import making

from learnwork.accounts.models import User
from learnwork.surveys import services
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


def test_every_text_can_be_translated_in_the_browser(researcher: Client) -> None:
    made = services.make(services.Settings(title="Mapping", intro="Read me."), None, making.design())
    address = f"/surveys/{made.key}/design/languages/es"
    assert address in researcher.get(f"/surveys/{made.key}/design").content.decode()
    page = researcher.get(address).content.decode()
    assert 'value="Varios socios"' in page
    assert "Colleges" in page
    sent = {
        "revision": made.revision,
        "category": "partners",
        "survey-title": "Mapa",
        "survey-intro": "Lea.",
        "t-name": "Socios",
        "t-many.label": "",
        "t-lead.choice.a-state": "Un estado",
        "t-which.label": "<script>",
    }
    assert researcher.post(address, sent)["Location"] == f"{address}?category=money"
    made.refresh_from_db()
    design = services.draft(made)
    assert (made.title["es"], made.intro["es"], services.title_of(made)) == ("Mapa", "Lea.", "Mapping")
    assert design.categories[0].name["es"] == "Socios"
    many, lead = design.item("many"), design.item("lead")
    assert many is not None
    assert lead is not None
    assert many.label == {"en": "Has more than one partner"}, "empty falls back"
    assert lead.choices[0].label == {"en": "A state", "es": "Un estado"}
    assert "&lt;script&gt;" in researcher.get(address).content.decode()
    assert researcher.post(address, sent | {"revision": 1}).status_code == 302
    assert services.draft(Survey.objects.get(pk=made.pk)) == design, "an old page overwrites nothing"
    for nowhere in ("de", "en"):
        assert researcher.get(f"/surveys/{made.key}/design/languages/{nowhere}").status_code == 404
    assert researcher.get(f"{address}?category=none").status_code == 404


def test_an_empty_list_says_what_comes_here_and_nothing_else() -> None:
    text = Client().get("/surveys").content.decode()
    assert "No survey is published yet" in text
    assert "Published reports" not in text
    assert "Studies known by their percentages" not in text
