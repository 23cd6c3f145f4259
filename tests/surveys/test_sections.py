"""The page of an initiative tells what it said in published surveys, if it agreed, and nothing else of them."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from tests.made import ctid
from tests.surveys import making

from learnwork.surveys import responding, services
from learnwork.surveys.models import Survey
from learnwork.surveys.responding import Sent

pytestmark = pytest.mark.django_db
HEADING = "What did it say about itself?"


@pytest.fixture
def survey() -> Survey:
    making.registry()
    survey = making.survey(title="Mapping 2027")
    for name, consent in zip(making.NAMES, ("public", "public", "private"), strict=True):
        invitation, _code = making.invite(survey, name)
        responding.consent(invitation, consent, publishes=False)
        responding.save(
            invitation.pk,
            1,
            [
                Sent("many", "said", "yes"),
                Sent("which", "said", ["states", "colleges"]),
                Sent("federal", "do not know"),
                Sent("years", "said", "4"),
                Sent("note", "said", f"<b>{name}</b>"),
            ],
        )
    services.close(survey)
    return survey


def page(name: str) -> str:
    response = Client().get(f"/resources/{ctid(name)}")
    assert response.status_code == 200
    return response.content.decode()


def test_its_answers_stand_on_its_page_with_the_report(survey: Survey) -> None:
    assert HEADING not in page("Badge Bridge"), "not published yet"
    services.publish(survey, public=True)
    text = page("Badge Bridge")
    assert HEADING in text
    assert f'<a href="/surveys/{survey.key}/report">Mapping 2027</a>' in text
    words = unescape(text)
    expected = {
        "Has more than one partner": "yes",
        "Which partners": "Colleges; States",
        "Funded by the federal government": "do not know",
        "For how many years": "4",
    }
    for label, answer in expected.items():
        assert f"<dt>{label}</dt><dd>{answer}</dd>" in words
    assert "&lt;b&gt;Badge Bridge&lt;/b&gt;" in text, "scripts are words"
    assert "<b>Badge Bridge" not in text
    assert "Credit Commons" not in text.partition(HEADING)[2]


def test_private_answers_stand_on_no_page(survey: Survey) -> None:
    services.publish(survey, public=True)
    assert HEADING not in page("Data Dock")


def test_what_is_deleted_leaves_the_page(survey: Survey) -> None:
    services.publish(survey, public=True)
    assert HEADING in page("Badge Bridge")
    invitation = survey.invitations.get(initiative="Badge Bridge")
    responding.erase(invitation)
    assert HEADING not in page("Badge Bridge")
    assert HEADING in page("Credit Commons")
    services.publish(survey, public=False)
    assert HEADING not in page("Credit Commons")


def test_pilot_answers_stand_on_no_page() -> None:
    making.registry()
    survey = making.survey()
    invitation, _code = making.invite(survey, pilot=True)
    responding.consent(invitation, "public", publishes=False)
    responding.save(invitation.pk, 1, [Sent("many", "said", "yes")])
    services.close(survey)
    services.publish(survey, public=True)
    assert HEADING not in page("Badge Bridge")
