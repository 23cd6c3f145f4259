"""Invitations: links, mail, states, reminders, bounces, deadlines in other time zones, choosing by a search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from tests.surveys import making

from learnwork.search.follow import rebuild
from learnwork.search.query import Query
from learnwork.surveys import invitations, mail, responding, services
from learnwork.surveys.errors import (
    BadLinkError,
    InvitationRefusedError,
    SurveyStateError,
    TooLateError,
)
from learnwork.surveys.models import Invitation, InvitationKey, Survey
from learnwork.surveys.responding import Sent

pytestmark = pytest.mark.django_db


class Refusing(EmailBackend):
    def send_messages(self, messages: object) -> int:
        raise SMTPRecipientsRefused({"lee@example.org": (550, b"no such user")})


class Silent(EmailBackend):
    def send_messages(self, messages: object) -> int:
        raise SMTPServerDisconnected("gone")


@pytest.fixture
def survey() -> Survey:
    making.registry()
    return making.survey(contact="ada@example.org")


def code_of(message: outgoing.EmailMessage) -> str:
    return str(message.body).partition("/answer#")[2].split()[0]


def test_it_works_by_mail(survey: Survey) -> None:
    invitation = invitations.invite(survey, making.ctid(making.NAMES[0]), "lee@example.org", "Lee")
    assert mail.queue(survey) == 1
    assert mail.send_due() == 1
    assert mail.send_due() == 0, "once"
    message = outgoing.outbox[0]
    assert message.to == ["lee@example.org"]
    assert message.reply_to == ["ada@example.org"]
    assert "Dear Lee," in str(message.body)
    invitation.refresh_from_db()
    assert invitation.state == "invited"
    making.seated(invitation, code_of(message))
    invitation.refresh_from_db()
    assert invitation.state == "opened"


class TestLinks:
    def test_a_key_is_kept_as_a_digest_only(self, survey: Survey) -> None:
        invitation, code = making.invite(survey)
        key = InvitationKey.objects.get()
        assert len(bytes(key.digest)) == 32
        plain = invitations.normal(code)
        assert len(plain) == 26
        assert plain.encode() not in bytes(key.digest)
        assert invitations.by_code(code)[0] == invitation

    def test_a_key_can_be_typed(self, survey: Survey) -> None:
        invitation, code = making.invite(survey)
        typed = code.upper().replace("-", " ").replace("0", "O").replace("1", "l")
        assert invitations.by_code(typed)[0] == invitation

    @pytest.mark.parametrize(
        "code", ["", "x", "a" * 26, "a" * 10_000, "../../etc", "'; --", "\x00" * 26, "é" * 26]
    )
    def test_a_forged_key_opens_nothing(self, survey: Survey, code: str) -> None:
        making.invite(survey)
        with pytest.raises(BadLinkError):
            invitations.by_code(code)

    def test_an_earlier_mail_still_works_until_links_are_withdrawn(self, survey: Survey) -> None:
        invitation, first = making.invite(survey)
        second = invitations.new_key(invitation)
        assert invitations.by_code(first)[0] == invitations.by_code(second)[0]
        assert invitations.withdraw_keys(invitation) == 2
        with pytest.raises(BadLinkError):
            invitations.by_code(first)

    def test_another_contact_ends_the_links_of_the_former(self, survey: Survey) -> None:
        invitation, code = making.invite(survey, email="lee@example.org")
        invitations.contact(invitation, "Lee", "LEE@example.org")
        assert invitations.by_code(code)
        invitations.contact(invitation, "Kim", "kim@example.org")
        with pytest.raises(BadLinkError):
            invitations.by_code(code)


class TestMail:
    def test_a_refused_address_bounces(self, survey: Survey, settings: object) -> None:
        invitation, _code = making.invite(survey, email="lee@example.org")
        mail.queue(survey)
        settings.EMAIL_BACKEND = "tests.surveys.test_invite.Refusing"  # type: ignore[attr-defined]
        assert mail.send_due() == 0
        invitation.refresh_from_db()
        assert invitation.state == "bounced"
        assert "refused" in invitation.reason

    def test_a_silent_server_is_asked_again_ever_more_slowly(self, survey: Survey, settings: object) -> None:
        invitation, _code = making.invite(survey, email="lee@example.org")
        mail.queue(survey)
        settings.EMAIL_BACKEND = "tests.surveys.test_invite.Silent"  # type: ignore[attr-defined]
        at = services.now()
        waits = []
        for _try in range(6):
            mail.send_due(at)
            invitation.refresh_from_db()
            if invitation.send_at:
                waits.append(invitation.send_at - at)
                at = invitation.send_at
        assert waits == [timedelta(minutes=5 * 2**n) for n in range(1, 6)]
        assert invitation.state == "bounced"

    def test_a_sender_that_died_is_replaced_after_a_while(self, survey: Survey) -> None:
        invitation, _code = making.invite(survey, email="lee@example.org")
        mail.queue(survey)
        Invitation.objects.update(claimed_at=services.now())
        assert mail.send_due() == 0
        assert mail.send_due(services.now() + timedelta(minutes=11)) == 1
        invitation.refresh_from_db()
        assert invitation.state == "invited"

    def test_titles_break_no_header(self, survey: Survey) -> None:
        survey.title = {"en": "Mapping\r\nBcc: all@example.org"}
        invitation, code = making.invite(survey, email="lee@example.org")
        assert "\n" not in mail.compose(invitation, code).subject

    def test_one_reminder_before_the_deadline_to_those_who_owe(self, survey: Survey) -> None:
        survey.deadline = services.now() + timedelta(days=10)
        survey.save()
        owing, _code = making.invite(survey, making.NAMES[0], email="a@example.org")
        done, _code = making.invite(survey, making.NAMES[1], email="b@example.org")
        no, _code = making.invite(survey, making.NAMES[2], email="c@example.org")
        mail.queue(survey)
        mail.send_due()
        responding.complete(Invitation.objects.get(pk=done.pk))
        invitations.decline(Invitation.objects.get(pk=no.pk), "No time")
        outgoing.outbox.clear()
        assert mail.schedule_reminders(services.now() + timedelta(days=5)) == 0
        near = services.now() + timedelta(days=8)
        assert mail.schedule_reminders(near) == 1
        assert mail.send_due(near) == 1
        assert outgoing.outbox[0].to == ["a@example.org"]
        assert outgoing.outbox[0].subject.startswith("A reminder")
        assert mail.schedule_reminders(near) == 0
        owing.refresh_from_db()
        assert owing.reminders == 1


class TestWho:
    def test_one_official_answer_an_initiative(self, survey: Survey) -> None:
        making.invite(survey)
        with pytest.raises(InvitationRefusedError, match="gives one answer"):
            making.invite(survey)
        making.invite(survey, pilot=True)
        survey.several = True
        making.invite(survey, email="a@example.org")
        with pytest.raises(InvitationRefusedError, match="already"):
            making.invite(survey, email="A@example.org")

    def test_an_address_that_is_none(self, survey: Survey) -> None:
        with pytest.raises(InvitationRefusedError, match="no address"):
            making.invite(survey, email="lee@example.org\nBcc: x@example.org")

    def test_who_answered_is_not_taken_off_the_list(self, survey: Survey) -> None:
        invitation, _code = making.invite(survey)
        responding.save(invitation.pk, 1, [Sent("many", "said", "yes")])
        with pytest.raises(SurveyStateError, match="There are answers"):
            invitations.remove(invitation)
        responding.erase(invitation)
        invitations.remove(invitation)
        assert not Invitation.objects.exists()

    def test_the_search_that_chose_them_stays_with_the_survey(self, survey: Survey) -> None:
        rebuild()
        making.invite(survey, "Data Dock")
        found = invitations.find_initiatives(survey, Query.from_params({"q": "dock", "type": "initiative"}))
        assert found == [(making.ctid("Data Dock"), "Data Dock", True)]
        survey.refresh_from_db()
        assert "q=dock" in survey.search
        assert survey.search_found == 1
        assert survey.search_at is not None


class TestDeadlines:
    @pytest.mark.parametrize(
        ("local", "zone", "universal"),
        [
            ("2027-03-31T17:00", "America/New_York", "2027-03-31T21:00:00+00:00"),
            ("2027-01-31T17:00", "America/New_York", "2027-01-31T22:00:00+00:00"),
            ("2027-03-31T00:30", "Asia/Tokyo", "2027-03-30T15:30:00+00:00"),
            ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00+00:00"),
        ],
    )
    def test_a_clock_in_another_place(self, local: str, zone: str, universal: str) -> None:
        assert services.moment(local, zone).isoformat() == universal

    def test_it_is_told_in_both_clocks(self) -> None:
        at = datetime(2027, 3, 31, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert mail.told(at, "Asia/Tokyo") == "31 March 2027, 00:30 (Asia/Tokyo; 2027-03-30 15:30 UTC)"
        assert mail.told(datetime(2027, 3, 31, 17, 0, tzinfo=UTC), "UTC") == "31 March 2027, 17:00 (UTC)"

    def test_after_it_nothing_is_taken_and_what_was_typed_is_shown(self, survey: Survey) -> None:
        invitation, code = making.invite(survey)
        client = making.seated(invitation, code)
        responding.save(invitation.pk, 1, [Sent("many", "said", "yes")])
        data = making.form(client, invitation, 2) | {"v-note": "A long thought."}
        survey.deadline = services.now() - timedelta(minutes=1)
        survey.save()
        response = client.post(f"/answer/{invitation.pk}/pages/2", data)
        assert response.status_code == 422
        page = response.content.decode()
        assert "The survey is over" in page
        assert "ada@example.org" in page
        assert "A long thought." in page
        sent = {"version": "1", "s-many": "no", "w-many": "", "r-many": "0"}
        headers = {"accept": "application/json"}
        refused = client.post(f"/answer/{invitation.pk}/save", sent, headers=headers).json()
        assert refused["code"] == "survey-over"
        assert invitation.answers.get().value == "yes"
        invitations.extend(invitation, services.now() + timedelta(days=1))
        assert client.post(f"/answer/{invitation.pk}/pages/2", data).status_code == 302

    def test_a_survey_closes_by_itself(self, survey: Survey) -> None:
        survey.deadline = services.now() + timedelta(days=1)
        survey.save()
        invitation, _code = making.invite(survey)
        invitations.extend(invitation, services.now() + timedelta(days=3))
        assert services.close_overdue(services.now() + timedelta(days=2)) == 0
        assert services.close_overdue(services.now() + timedelta(days=4)) == 1
        with pytest.raises(TooLateError):
            responding.save(invitation.pk, 1, [Sent("many", "said", "yes")])


def test_declining_and_thinking_better_of_it(survey: Survey) -> None:
    invitation, code = making.invite(survey)
    client = making.seated(invitation, code)
    assert (
        "You have declined"
        in client.post(f"/answer/{invitation.pk}/decline", {"reason": "No time"}).content.decode()
    )
    invitation.refresh_from_db()
    assert (invitation.state, invitation.reason) == ("declined", "No time")
    again = making.seated(invitation, code, Client())
    assert "You declined." in again.get(f"/answer/{invitation.pk}").content.decode()
    again.post(f"/answer/{invitation.pk}/receipt")
    invitation.refresh_from_db()
    assert invitation.state == "complete"


class Answering(EmailBackend):
    """A slow mail server: while it takes the mail, the respondent answers with an earlier link."""

    def send_messages(self, email_messages: Sequence[outgoing.EmailMessage]) -> int:
        invitation = Invitation.objects.get(email=email_messages[0].to[0])
        responding.save(invitation.pk, 1, [Sent("federal", "said", "yes")])
        return len(email_messages)


def test_mail_that_takes_long_undoes_no_answer(survey: Survey, settings: Any) -> None:
    invitation, _code = making.invite(survey, email="lee@example.org")
    mail.queue(survey)
    settings.EMAIL_BACKEND = "tests.surveys.test_invite.Answering"
    assert mail.send_due() == 1
    invitation.refresh_from_db()
    assert (invitation.state, invitation.revision) == ("partial", 1)
    assert invitation.invited_at is not None
    assert invitation.send_at is None
