"""Respondents: the link, saving with and without scripts, coming back, two at once, the receipt, deleting."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.surveys import making

from learnwork.surveys import dataset, responding, services
from learnwork.surveys.models import Answer, Invitation
from learnwork.surveys.responding import Sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited() -> tuple[Invitation, str]:
    making.registry()
    return making.invite(making.survey())


def test_it_works(invited: tuple[Invitation, str]) -> None:
    invitation, code = invited
    client = making.seated(invitation, code)
    start = client.get(f"/answer/{invitation.pk}").content.decode()
    assert "Mapping survey" in start
    assert "Badge Bridge" in start
    assert client.post(f"/answer/{invitation.pk}", {"consent": "public"}).status_code == 302
    first = making.form(client, invitation, 1) | {"s-many": "yes", "s-lead": "a-state", "s-trust": "4"}
    shown = client.post(f"/answer/{invitation.pk}/pages/1", first)
    assert "Your answers bring more questions on this page." in shown.content.decode()
    again = making.form(client, invitation, 1)
    assert again["s-many"] == "yes"
    gone_on = client.post(f"/answer/{invitation.pk}/pages/1", again | {"v-which": ["employers", "colleges"]})
    assert gone_on["Location"].endswith("/pages/2")
    second = making.form(client, invitation, 2)
    assert second["v-note"] == "Known for badges."
    second |= {"s-federal": "do not know", "v-years": "2.50", "v-since": "2023-03-15"}
    assert client.post(f"/answer/{invitation.pk}/pages/2", second)["Location"].endswith("/receipt")
    assert client.post(f"/answer/{invitation.pk}/receipt").status_code == 302
    invitation.refresh_from_db()
    assert invitation.state == "complete"
    kept = {one.item: (one.status, one.value) for one in invitation.answers.all()}
    assert kept == {
        "many": ("said", "yes"),
        "which": ("said", ["colleges", "employers"]),
        "lead": ("said", "a-state"),
        "trust": ("said", "4"),
        "federal": ("do not know", None),
        "years": ("said", "2.5"),
        "since": ("said", "2023-03-15"),
        "note": ("said", "Known for badges."),
    }
    text = client.get(f"/answer/{invitation.pk}/receipt").content.decode()
    assert "This is your receipt" in text
    assert responding.receipt(invitation).code in text
