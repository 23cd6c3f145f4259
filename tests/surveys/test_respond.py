"""Respondents: the link, saving with and without scripts, coming back, two at once, the receipt, deleting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.surveys import making

from learnwork.registry import queries
from learnwork.surveys import claims, dataset, responding, seats, services
from learnwork.surveys.design import read
from learnwork.surveys.models import Answer, FrozenError, Invitation
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


def test_an_answer_is_saved_alone_while_one_types(invited: tuple[Invitation, str]) -> None:
    invitation, code = invited
    client = making.seated(invitation, code)
    at = f"/answer/{invitation.pk}/save"
    first = client.post(at, {"version": "1", "s-many": "yes", "r-many": "0", "w-many": ""}).json()
    assert first["items"]["many"]["revision"] == 1
    assert "which" in first["asked"]
    again = {"version": "1", "s-many": "no", "r-many": "1", "w-many": first["items"]["many"]["was"]}
    second = client.post(at, again).json()
    assert second["items"]["many"]["revision"] == 2
    assert "which" not in second["asked"]
    third = {"version": "1", "s-many": "", "r-many": "2", "w-many": second["items"]["many"]["was"]}
    assert client.post(at, third).json()["items"]["many"] == {"revision": 0, "was": ""}
    assert not invitation.answers.exists(), "taken back"
    invitation.refresh_from_db()
    assert invitation.state == "opened"


def test_a_number_of_another_kind_is_refused_and_the_rest_is_kept(invited: tuple[Invitation, str]) -> None:
    invitation, code = invited
    client = making.seated(invitation, code)
    data = making.form(client, invitation, 2) | {"v-years": "11 of 12", "s-federal": "yes"}
    page = client.post(f"/answer/{invitation.pk}/pages/2", data).content.decode()
    assert "is not a number" in page
    assert 'value="11 of 12"' in page, "still there to be mended"
    assert {one.item for one in invitation.answers.all()} == {"federal", "note"}


def test_an_answer_and_its_refusal_at_once_are_asked_about(invited: tuple[Invitation, str]) -> None:
    invitation, code = invited
    client = making.seated(invitation, code)
    data = making.form(client, invitation, 2) | {"v-years": "3", "s-years": "rather not say"}
    page = client.post(f"/answer/{invitation.pk}/pages/2", data).content.decode()
    assert "There is an answer, and beside it" in page
    assert 'value="3"' in page


class TestTwoPeople:
    """One link, two browsers."""

    def test_different_questions_do_not_meet(self, invited: tuple[Invitation, str]) -> None:
        invitation, code = invited
        one, other = making.seated(invitation, code), making.seated(invitation, code)
        at = f"/answer/{invitation.pk}/pages/1"
        first, second = making.form(one, invitation), making.form(other, invitation)
        one.post(at, first | {"s-lead": "a-state"})
        assert other.post(at, second | {"s-trust": "2"}).status_code == 302, (
            "what was not touched is left alone"
        )
        kept = {answer.item: answer.value for answer in invitation.answers.all()}
        assert kept == {"lead": "a-state", "trust": "2"}

    def test_the_same_question_is_decided_by_a_person(self, invited: tuple[Invitation, str]) -> None:
        invitation, code = invited
        one, other = making.seated(invitation, code), making.seated(invitation, code)
        at = f"/answer/{invitation.pk}/pages/1"
        first, second = making.form(one, invitation), making.form(other, invitation)
        one.post(at, first | {"s-lead": "a-state"})
        page = other.post(at, second | {"s-lead": "a-college"})
        text = page.content.decode()
        assert "Somebody with the same link answered “A state” meanwhile" in text
        assert 'value="a-college" checked' in text, "ours still stands in the form"
        assert invitation.answers.get(item="lead").value == "a-state", "theirs is not overwritten"
        revision = invitation.answers.get(item="lead").revision
        was = responding.fingerprint_of(invitation.answers.get(item="lead"))
        keep = {"version": "1", "s-lead": "a-college", "r-lead": str(revision), "w-lead": was}
        assert other.post(f"/answer/{invitation.pk}/save", keep).json()["conflicts"] == {}
        assert invitation.answers.get(item="lead").value == "a-college"

    def test_the_same_answer_twice_is_no_conflict(self, invited: tuple[Invitation, str]) -> None:
        invitation, code = invited
        one, other = making.seated(invitation, code), making.seated(invitation, code)
        sent = {"version": "1", "s-lead": "a-state", "r-lead": "0", "w-lead": ""}
        for client in (one, other):
            assert client.post(f"/answer/{invitation.pk}/save", sent).json()["conflicts"] == {}


class TestVersions:
    def test_answers_in_the_same_words_go_on_counting(self, invited: tuple[Invitation, str]) -> None:
        invitation, code = invited
        client = making.seated(invitation, code)
        old = making.form(client, invitation)
        client.post(
            f"/answer/{invitation.pk}/save", {"version": "1", "s-many": "yes", "w-many": "", "r-many": "0"}
        )
        features = [one for one in making.DESIGN["features"] if one["id"] != "trust"]
        features = [{**one, "label": "Who pays"} if one["id"] == "lead" else one for one in features]
        survey = invitation.survey
        services.save_draft(survey, read({**making.DESIGN, "features": features}), survey.revision)
        assert services.freeze(survey, None).number == 2
        sent = old | {"s-many": "yes", "s-lead": "a-state", "s-trust": "3"}
        page = client.post(f"/answer/{invitation.pk}/pages/1", sent).content.decode()
        assert "The questions were changed while you answered." in page
        assert "How well it works" in page
        kept = {one.item: one.version.number for one in invitation.answers.select_related("version")}
        assert kept == {"many": 1, "lead": 1, "trust": 1}, "nothing is lost"
        study = dataset.study(survey)
        assert [(one.item, one.state) for one in study.answers()] == [("many", "yes")]
        assert {(one.item, one.why) for one in study.set_aside} == {
            ("lead (version 1)", "answer-to-removed-item"),
            ("trust (version 1)", "answer-to-removed-item"),
        }
        receipt = client.get(f"/answer/{invitation.pk}/receipt").content.decode()
        assert "No longer asked" in receipt

    def test_a_version_never_changes(self, invited: tuple[Invitation, str]) -> None:
        version = invited[0].survey.versions.get()
        version.number = 7
        with pytest.raises(FrozenError):
            version.save()
        assert services.freeze(invited[0].survey, None).number == 1, "the same questions make no version"


def test_pilot_answers_are_never_with_the_real_ones(invited: tuple[Invitation, str]) -> None:
    real, _code = invited
    pilot, code = making.invite(real.survey, pilot=True)
    responding.save(real.pk, 1, [Sent("many", "said", "yes")])
    responding.save(pilot.pk, 1, [Sent("many", "said", "no")])
    assert "This is a pilot" in making.seated(pilot, code).get(f"/answer/{pilot.pk}").content.decode()
    assert [one.state for one in dataset.study(real.survey).answers()] == ["yes"]
    assert [one.state for one in dataset.study(real.survey, pilot=True).answers()] == [
        "no",
        "does not apply",  # the question that hangs on a yes
    ]


def test_everything_given_can_be_taken_along_and_deleted(invited: tuple[Invitation, str]) -> None:
    invitation, code = invited
    client = making.seated(invitation, code)
    responding.save(invitation.pk, 1, [Sent("many", "said", "yes"), Sent("note", "said", "Ours.")])
    services.close(invitation.survey)
    mine = client.get(f"/answer/{invitation.pk}/answers.json").json()
    assert [(one["item"], one["value"]) for one in mine["answers"]] == [("many", "yes"), ("note", "Ours.")]
    assert "2 answers will be deleted" in client.get(f"/answer/{invitation.pk}/erase").content.decode()
    assert "2 answers were deleted." in client.post(f"/answer/{invitation.pk}/erase").content.decode()
    assert not Answer.objects.exists()


def test_another_language(invited: tuple[Invitation, str]) -> None:
    invitation, code = invited
    client = making.seated(invitation, code)
    client.post(f"/answer/{invitation.pk}/language", {"language": "es"})
    page = client.get(f"/answer/{invitation.pk}/pages/1").content.decode()
    assert "Varios socios" in page
    assert "Who leads" in page, "in the first language where it is not translated"
    client.post(f"/answer/{invitation.pk}/language", {"language": "xx"})
    invitation.refresh_from_db()
    assert invitation.language == "es"


class TestTheEntry:
    """Answers beside the entry; never in it but as an envelope of their own source."""

    def test_what_a_respondent_agrees_to_becomes_an_envelope(self, invited: tuple[Invitation, str]) -> None:
        invitation, code = invited
        client = making.seated(invitation, code)
        page = client.get(f"/answer/{invitation.pk}/pages/2").content.decode()
        assert "Your entry on the map says:" in page
        assert "proposed as your answer" in page
        responding.save(invitation.pk, 1, [Sent("note", "said", "We also keep records.")])
        client.post(f"/answer/{invitation.pk}", {"consent": "aggregate", "publishes": "on"})
        client.post(f"/answer/{invitation.pk}/receipt")
        assert not said_of(invitation), "for totals only, so not on the map"
        client.post(f"/answer/{invitation.pk}", {"consent": "public", "publishes": "on"})
        client.post(f"/answer/{invitation.pk}/receipt")
        assert said_of(invitation) == ["We also keep records."]
        before = queries.resource(invitation.ctid).claims["lw:note"]
        assert "Known for badges." in [claim.value for claim in before], "what others say stays"
        client.post(f"/answer/{invitation.pk}/erase")
        assert not said_of(invitation), "withdrawn"

    def test_what_is_taken_back_after_it_was_sent_leaves_the_map(
        self, invited: tuple[Invitation, str]
    ) -> None:
        invitation, code = invited
        client = making.seated(invitation, code)
        agreed = {"consent": "public", "publishes": "on"}
        client.post(f"/answer/{invitation.pk}", agreed)
        responding.save(invitation.pk, 1, [Sent("note", "said", "We also keep records.")])
        claims.publish(invitation.survey)
        assert not said_of(invitation), "not sent off yet"
        client.post(f"/answer/{invitation.pk}/receipt")
        assert said_of(invitation) == ["We also keep records."]
        client.post(f"/answer/{invitation.pk}", {"consent": "public"})
        assert not said_of(invitation), "they may not stand there any more"
        client.post(f"/answer/{invitation.pk}", agreed)
        assert said_of(invitation) == ["We also keep records."]
        answer = invitation.answers.get(item="note")
        made_from = {"r-note": answer.revision, "w-note": responding.fingerprint_of(answer)}
        client.post(f"/answer/{invitation.pk}/pages/2", {"version": 1, "v-note": "No records.", **made_from})
        assert said_of(invitation) == ["No records."]
        client.post(f"/answer/{invitation.pk}", {**agreed, "consent": "private"})
        assert not said_of(invitation), "nobody may see them any more"


def said_of(invitation: Invitation) -> list[str]:
    """What the survey's own source says about the note of the entry."""
    claims = queries.resource(invitation.ctid).claims.get("lw:note", ())
    return [
        one.value for one in claims if any(source.key == "survey:mapping-survey" for source in one.sources)
    ]


class TestManyBehindOneAddress:
    @pytest.fixture
    def limited(self, settings: Any, tmp_path: Path) -> Iterator[None]:
        settings.LIMIT, settings.DATA = 6, tmp_path
        seats._limiter.cache_clear()
        yield
        seats._limiter.cache_clear()

    @pytest.mark.usefixtures("limited")
    def test_each_has_a_share_of_their_own(self) -> None:
        making.registry()
        survey = making.survey()
        for name in making.NAMES:
            invitation, code = making.invite(survey, name)
            client = making.seated(invitation, code, Client(REMOTE_ADDR="198.51.100.7"))
            for _n in range(5):
                assert client.get(f"/answer/{invitation.pk}").status_code == 200
        assert Client(REMOTE_ADDR="198.51.100.7").get("/answer").status_code == 200

    @pytest.mark.usefixtures("limited")
    def test_one_link_cannot_take_all(self) -> None:
        making.registry()
        invitation, code = making.invite(making.survey())
        client = making.seated(invitation, code, Client(REMOTE_ADDR="198.51.100.7"))
        answers = [client.get(f"/answer/{invitation.pk}") for _n in range(7)]
        assert [one.status_code for one in answers] == [200] * 6 + [429]
        assert int(answers[-1]["Retry-After"]) > 0
        assert "What you saved is kept" in answers[-1].content.decode()
        saved = client.post(f"/answer/{invitation.pk}/save", {}, headers={"Accept": "application/json"})
        assert (saved.status_code, saved["Content-Type"]) == (429, "application/problem+json")
