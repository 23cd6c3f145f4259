"""Mail to respondents: invitations and reminders, each with a link of its own. Called by hand and by `learnwork work`.

A sender takes a row for itself before it sends, so that two senders never write to one person twice; a row whose
sender died is taken again after ten minutes. What the mail says is never logged.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from learnwork.surveys.design import say
from learnwork.surveys.invitations import State, bounced, deadline_of, new_key
from learnwork.surveys.models import Invitation, Survey
from learnwork.surveys.services import close_overdue, now

_TAKEN_FOR = timedelta(minutes=10)
_MOST_TRIES = 6
_MOST_AT_ONCE = 200
_WAITING = (State.INVITED, State.OPENED, State.PARTIAL)


def work() -> int:
    """What is due now: surveys to close, reminders to put on the way, mail to send. Returns how many went out."""
    close_overdue()
    schedule_reminders()
    return send_due()


def queue(survey: Survey, ids: list[int] | None = None, *, again: bool = False) -> int:
    """Put mail on the way to those who were not invited yet, or a reminder to those who still owe an answer."""
    rows = survey.invitations.exclude(email="").filter(send_at=None)
    rows = rows.filter(state__in=_WAITING) if again else rows.filter(state=State.NEW)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(send_at=now(), tries=0)


def schedule_reminders(at: datetime | None = None) -> int:
    """One reminder before the deadline, as many days as the survey says, to those who still owe an answer."""
    at = at or now()
    scheduled = 0
    for survey in Survey.objects.filter(state=Survey.State.OPEN, deadline__gt=at, remind_before__gt=0):
        assert survey.deadline is not None  # noqa: S101 - the filter above
        if at < survey.deadline - timedelta(days=survey.remind_before):
            continue
        due = survey.invitations.exclude(email="").filter(
            state__in=_WAITING, reminders=0, send_at=None, invited_at__lt=at - timedelta(days=1)
        )
        scheduled += due.update(send_at=at, tries=0)
    return scheduled


def send_due(at: datetime | None = None) -> int:
    """Send what is due. Refused addresses bounce; a server that does not answer is asked again, ever more slowly."""
    at = at or now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - _TAKEN_FOR)
    open_for = Q(survey__state=Survey.State.OPEN) | Q(survey__state=Survey.State.DRAFT, pilot=True)
    due = Invitation.objects.filter(free, open_for, send_at__lte=at).order_by("send_at")
    sent = 0
    for pk in list(due.values_list("pk", flat=True)[:_MOST_AT_ONCE]):
        if Invitation.objects.filter(free, pk=pk, send_at__lte=at).update(claimed_at=at):
            sent += _send(Invitation.objects.select_related("survey").get(pk=pk), at)
    return sent


def _send(invitation: Invitation, at: datetime) -> bool:
    message = compose(invitation, new_key(invitation))
    try:
        message.send()
    except SMTPRecipientsRefused:
        bounced(invitation, _("The mail server refused the address."))
        return False
    except (SMTPException, OSError) as error:
        _try_again(invitation, at, type(error).__name__)
        return False
    _sent(invitation, at)
    return True


def _sent(invitation: Invitation, at: datetime) -> None:
    """Note that mail went out. The respondent may have answered while it took: only what is ours is written."""
    with transaction.atomic():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.invited_at is None:
            row.invited_at = at
            if row.state in (State.NEW, State.BOUNCED):
                row.state = State.INVITED
        else:
            row.reminded_at = at
            row.reminders += 1
        row.send_at = row.claimed_at = None
        row.tries = 0
        fields = ["invited_at", "state", "reminded_at", "reminders", "send_at", "claimed_at", "tries"]
        row.save(update_fields=fields)


def _try_again(invitation: Invitation, at: datetime, why: str) -> None:
    invitation.tries += 1
    if invitation.tries >= _MOST_TRIES:
        bounced(invitation, _("The mail server could not be reached: %(why)s.") % {"why": why})
        return
    invitation.send_at = at + timedelta(minutes=5 * 2**invitation.tries)
    invitation.claimed_at = None
    invitation.save(update_fields=["tries", "send_at", "claimed_at"])


def compose(invitation: Invitation, code: str) -> EmailMessage:
    """The mail with its link, in the respondent's language."""
    survey = invitation.survey
    with translation.override(invitation.language):
        title = say(survey.title, invitation.language)
        context = {
            "invitation": invitation,
            "title": title,
            "intro": say(survey.intro, invitation.language),
            "link": link(code),
            "code": code,
            "page": f"{settings.BASE_URL}/answer",
            "deadline": told(deadline_of(invitation), survey.zone),
            "reminder": invitation.invited_at is not None,
            "contact": survey.contact,
        }
        body = render_to_string("surveys/mail.txt", context)
        words = _("A reminder: %(title)s") if context["reminder"] else _("You are asked: %(title)s")
        subject = " ".join((words % {"title": title}).split())[:200]
    reply = [survey.contact] if survey.contact else None
    return EmailMessage(subject, body, to=[invitation.email], reply_to=reply)


def link(code: str) -> str:
    """The personal link. What follows the # is never sent by a browser."""
    return f"{settings.BASE_URL}/answer#{code}"


def told(at: datetime | None, zone: str) -> str:
    """A deadline in the survey's clock and in universal time: "31 March 2027, 17:00 (America/New_York; 21:00 UTC)"."""
    if at is None:
        return ""
    local, universal = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo("UTC"))
    date_words = translation.gettext("%(day)s %(month)s %(year)s") % {
        "day": local.day,
        "month": _month(local.month),
        "year": local.year,
    }
    if zone == "UTC":
        return f"{date_words}, {local:%H:%M} (UTC)"
    other = "" if universal.date() == local.date() else f"{universal:%Y-%m-%d} "
    return f"{date_words}, {local:%H:%M} ({zone}; {other}{universal:%H:%M} UTC)"


def _month(number: int) -> str:
    from django.utils.dates import MONTHS

    return str(MONTHS[number])
