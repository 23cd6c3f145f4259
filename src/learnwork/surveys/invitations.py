"""Who is invited, by which link, and how far each has come. Links are unguessable and kept as digests only.

A key has 130 bits, in groups that can be typed. In a link it stands behind the #, which no browser sends: it is in no
access log, no referrer and no error report. The page of the link hands it over in the body of a request.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.registry import queries
from learnwork.registry.models import Resource
from learnwork.search.engine import search
from learnwork.search.query import Query
from learnwork.surveys.errors import BadLinkError, InvitationRefusedError, SurveyStateError, TooLateError
from learnwork.surveys.models import Invitation, InvitationKey, Survey
from learnwork.surveys.services import now

_ALPHABET = "abcdefghjkmnpqrstvwxyz0123456789"  # 32 that are not taken for each other
_LENGTH = 26
_ALIKE = str.maketrans({"i": "1", "l": "1", "o": "0", "u": "v"})
State = Invitation.State
# A later event never takes a respondent back to an earlier state.
_ORDER = (State.NEW, State.BOUNCED, State.INVITED, State.OPENED, State.PARTIAL, State.COMPLETE)
MOST_SEARCHED = 200


def invite(
    survey: Survey,
    ctid: str,
    email: str = "",
    name: str = "",
    *,
    language: str = "en",
    pilot: bool = False,
) -> Invitation:
    """Put an initiative of the registry on the list. Nothing is sent yet. Raises `InvitationRefusedError`."""
    if survey.state == Survey.State.CLOSED:
        raise SurveyStateError(_("The survey is closed."), hint=_("Open it again to invite."))
    entry = queries.find(ctid)
    entry = entry.merged_into or entry
    _check_address(email)
    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=survey.pk)
        _check_invited(survey, entry, email, pilot)
        return Invitation.objects.create(
            survey=survey,
            ctid=entry.ctid,
            initiative=entry.name[:300],
            name=name[:200],
            email=email,
            language=language,
            pilot=pilot,
        )


def _check_address(email: str) -> None:
    if not email:
        return
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvitationRefusedError(
            _("%(address)s is no address for mail.") % {"address": repr(email[:80])},
            hint=_("Write name@example.org, or leave it empty and hand the link over yourself."),
        ) from error


def contact(invitation: Invitation, name: str, email: str) -> None:
    """Another person for the same initiative. Links of the former one end: they were personal."""
    _check_address(email)
    if email.casefold() != invitation.email.casefold():
        withdraw_keys(invitation)
        if invitation.state in (State.BOUNCED, State.INVITED):
            invitation.state, invitation.invited_at = State.NEW, None
    invitation.name, invitation.email = name.strip()[:200], email
    invitation.save(update_fields=["name", "email", "state", "invited_at"])


def _check_invited(survey: Survey, entry: Resource, email: str, pilot: bool) -> None:
    there = Invitation.objects.filter(survey=survey, ctid=entry.ctid, pilot=pilot)
    if not survey.several and there.exists():
        raise InvitationRefusedError(
            _("%(name)s is invited already, and gives one answer.") % {"name": entry.name},
            hint=_("Let the survey take several answers an initiative, or change the contact."),
        )
    if email and there.filter(email__iexact=email).exists():
        raise InvitationRefusedError(
            _("This address is invited already for %(name)s.") % {"name": entry.name},
            hint=_("Nothing is to do."),
        )


def find_initiatives(survey: Survey, asked: Query) -> list[tuple[str, str, bool]]:
    """What a question to the registry finds: (CTID, name, whether invited). The question stays with the survey."""
    invited = set(survey.invitations.filter(pilot=False).values_list("ctid", flat=True))
    found: list[tuple[str, str, bool]] = []
    question = asked
    answer = search(question)
    total = answer.total
    while True:
        found += [(hit.ctid, hit.name, hit.ctid in invited) for hit in answer.hits]
        if not answer.next or len(found) >= MOST_SEARCHED:
            break
        question = Query.from_params({**asked.to_params(), "after": answer.next})
        answer = search(question)
    survey.search, survey.search_found, survey.search_at = asked.to_url(), total, now()
    survey.save(update_fields=["search", "search_found", "search_at"])
    return found[:MOST_SEARCHED]


def new_key(invitation: Invitation) -> str:
    """A fresh key of the invitation, told once. Earlier keys stay good, so that every mail's link works."""
    code = "".join(secrets.choice(_ALPHABET) for _i in range(_LENGTH))
    InvitationKey.objects.create(invitation=invitation, digest=_digest(code), made_at=now())
    return "-".join((code[:5], code[5:10], code[10:15], code[15:20], code[20:]))


def _digest(code: str) -> bytes:
    return sha256(f"learnwork.survey:{code}".encode()).digest()


def normal(code: str) -> str:
    """A key as typed: case, spaces and dashes do not matter; letters taken for digits are digits."""
    return "".join(one for one in code.lower().translate(_ALIKE) if one.isalnum() and one.isascii())


def by_code(code: str) -> tuple[Invitation, InvitationKey]:
    """Whose link it is. Raises `BadLinkError`, which does not tell why."""
    plain = normal(code[:200])
    key = (
        InvitationKey.objects.select_related("invitation__survey")
        .filter(digest=_digest(plain), withdrawn_at=None)
        .first()
        if len(plain) == _LENGTH
        else None
    )
    if key is None:
        raise BadLinkError(
            _("This link does not open a survey."),
            hint=_(
                "It may be cut off or withdrawn. Copy the whole code from the mail, or ask who invited you."
            ),
        )
    return key.invitation, key


def withdraw_keys(invitation: Invitation) -> int:
    """Make every link of the invitation useless: it reached the wrong person, or leaked."""
    return invitation.keys.filter(withdrawn_at=None).update(withdrawn_at=now())


def reached(invitation: Invitation, state: str) -> None:
    """Note that a respondent came this far; what was reached before is not taken back."""
    at = {"opened": "opened_at", "complete": "completed_at", "invited": "invited_at"}.get(state)
    fields = []
    if at and getattr(invitation, at) is None:
        setattr(invitation, at, now())
        fields.append(at)
    further = invitation.state in _ORDER and _ORDER.index(State(state)) > _ORDER.index(
        State(invitation.state)
    )
    if further:
        invitation.state = state
        fields.append("state")
    if fields:
        invitation.save(update_fields=fields)


def decline(invitation: Invitation, reason: str = "") -> None:
    """The respondent does not want to answer: no more reminders. The link still opens, should they think better."""
    invitation.state = State.DECLINED
    invitation.reason = reason.strip()[:300]
    invitation.send_at = None
    invitation.save(update_fields=["state", "reason", "send_at"])


def bounced(invitation: Invitation, reason: str = "") -> None:
    invitation.state = State.BOUNCED
    invitation.reason = reason[:300]
    invitation.send_at = invitation.claimed_at = None
    invitation.save(update_fields=["state", "reason", "send_at", "claimed_at"])


def extend(invitation: Invitation, until: datetime | None) -> None:
    """A later deadline for one respondent."""
    invitation.extended = until
    invitation.save(update_fields=["extended"])


def remove(invitation: Invitation) -> None:
    """Take somebody off the list who has answered nothing. Raises `SurveyStateError` where there are answers."""
    if invitation.answers.exists():
        raise SurveyStateError(
            _("There are answers of this respondent."), hint=_("Only they can delete what they gave.")
        )
    invitation.delete()


def deadline_of(invitation: Invitation) -> datetime | None:
    """The later of the survey's deadline and this respondent's own."""
    both = [one for one in (invitation.survey.deadline, invitation.extended) if one is not None]
    return max(both) if invitation.survey.deadline is not None else None


def must_be_open(invitation: Invitation) -> None:
    """Raises `TooLateError` or `SurveyStateError` where no answer is taken any more, or not yet."""
    survey, until = invitation.survey, deadline_of(invitation)
    if invitation.pilot and survey.state != Survey.State.CLOSED:
        return
    if survey.state == Survey.State.DRAFT:
        raise SurveyStateError(_("The survey has not begun."), hint=_("Come back with the same link later."))
    if survey.state == Survey.State.CLOSED or (until is not None and until <= now()):
        raise TooLateError(
            _("The survey is over; answers are not taken any more. What you saved before is kept."),
            hint=_("If you need more time, write to %(contact)s.")
            % {"contact": survey.contact or _("those who invited you")},
        )
