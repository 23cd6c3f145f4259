"""What respondents do: save, come back, finish, look at what they gave, delete it.

Two people may have the same link open. Every form says which revision of each answer it was made from; an answer that
changed meanwhile is not overwritten but shown beside the other one, and what was not touched is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.surveys.answering import BadAnswerError, asked, fitting
from learnwork.surveys.design import SAID, WITHOUT, Design, Item, Value, read, same_question
from learnwork.surveys.invitations import State, must_be_open, reached
from learnwork.surveys.models import Answer, Invitation, Version
from learnwork.surveys.services import now, version


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer as a form sends it.

    status: "said", what is said instead, or "" for none. revision: of the answer that the form showed, 0 for none.
    was: fingerprint of what it showed, by which an untouched field is known.
    """

    item: str
    status: str
    value: Value = None
    consent: str = ""
    revision: int = 0
    was: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An answer that somebody else changed meanwhile: theirs is kept, ours waits for a decision."""

    item: str
    theirs: Answer | None
    ours: Sent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What saving did. refused: item → why. removed: items that this version does not ask, kept all the same."""

    revision: int
    saved: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refused: Mapping[str, BadAnswerError] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a respondent has given, with a code that changes with every answer."""

    invitation: Invitation
    version: Version
    design: Design
    answers: Mapping[str, Answer]
    no_longer_asked: tuple[Answer, ...]
    saved_at: datetime | None
    code: str


def fingerprint(status: str, value: Value, consent: str = "") -> str:
    """Tells two answers apart; "" for none."""
    if not status:
        return ""
    return sha256(orjson.dumps([status, value, consent])).hexdigest()[:12]


def fingerprint_of(answer: Answer | None) -> str:
    return fingerprint(answer.status, answer.value, answer.consent) if answer else ""


def answers_of(invitation: Invitation) -> dict[str, Answer]:
    return {answer.item: answer for answer in invitation.answers.select_related("version")}


def given(answers: Mapping[str, Answer]) -> dict[str, tuple[str, Value]]:
    """Answers as branching reads them."""
    return {key: (answer.status, answer.value) for key, answer in answers.items()}


def save(invitation_id: int, number: int, sent: Sequence[Sent]) -> Outcome:
    """Keep answers given in the version `number`; raises `TooLateError` where none are taken any more.

    One transaction under the lock of the invitation: two savers follow each other.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",)).select_related("survey").get(pk=invitation_id)
        )
        must_be_open(invitation)
        keeper = _Keeper(invitation, number)
        for one in sent:
            keeper.take(one)
        keeper.close()
        return keeper.outcome()


class _Keeper:
    """One save: the answers that are there, and what becomes of those that come."""

    def __init__(self, invitation: Invitation, number: int) -> None:
        self._invitation = invitation
        self._version = version(invitation.survey, number)
        self._newest = version(invitation.survey)
        self._design = read(self._version.design)
        self._now = read(self._newest.design)
        self._here = answers_of(invitation)
        self._next = invitation.revision + 1
        self._saved: list[str] = []
        self._conflicts: list[Conflict] = []
        self._refused: dict[str, BadAnswerError] = {}
        self._removed: list[str] = []

    def take(self, sent: Sent) -> None:
        item = self._design.item(sent.item)
        if item is None:
            self._refused[sent.item] = BadAnswerError(
                _("There is no question %(key)s in this version.") % {"key": repr(sent.item[:80])},
                hint=_("Load the page again."),
            )
            return
        there = self._here.get(sent.item)
        try:
            status, value = _said(item, sent)
        except BadAnswerError as error:
            self._refused[sent.item] = error
            return
        now_is, wanted = fingerprint_of(there), fingerprint(status, value, sent.consent)
        if wanted in (sent.was, now_is):
            return
        if sent.revision != (there.revision if there else 0) and sent.was != now_is:
            self._conflicts.append(Conflict(sent.item, there, sent))
            return
        self._keep(item, status, value, sent.consent)

    def _keep(self, item: Item, status: str, value: Value, consent: str) -> None:
        asked_now = self._now.item(item.key)
        same = asked_now is not None and same_question(item, asked_now, self._now.languages[0])
        if not same:
            self._removed.append(item.key)
        if status:
            Answer.objects.update_or_create(
                invitation=self._invitation,
                item=item.key,
                defaults={
                    "version": self._newest if same else self._version,
                    "status": status,
                    "value": value,
                    "consent": consent,
                    "revision": self._next,
                    "saved_at": now(),
                },
            )
        else:
            Answer.objects.filter(invitation=self._invitation, item=item.key).delete()
        self._saved.append(item.key)

    def close(self) -> None:
        if not self._saved:
            return
        invitation = self._invitation
        invitation.revision = self._next
        invitation.answered_at = now()
        if invitation.state != State.COMPLETE:
            invitation.state = State.PARTIAL if invitation.answers.exists() else State.OPENED
        invitation.save(update_fields=["revision", "answered_at", "state"])

    def outcome(self) -> Outcome:
        return Outcome(
            self._invitation.revision,
            tuple(self._saved),
            tuple(self._conflicts),
            self._refused,
            tuple(self._removed),
        )


def _said(item: Item, sent: Sent) -> tuple[str, Value]:
    """Status and value as they are kept. Raises `BadAnswerError`."""
    if sent.consent not in ("", *Invitation.Consent.values):
        raise BadAnswerError(
            _("There is no such choice of who may see it."), hint=_("Choose one of the three.")
        )
    if sent.status in ("", SAID):
        value = fitting(item, sent.value)
        return (SAID, value) if value is not None else ("", None)
    if sent.status not in WITHOUT:
        raise BadAnswerError(_("There is no such answer."), hint=_("Choose one of those that are offered."))
    if sent.value:
        raise BadAnswerError(
            _("There is an answer, and beside it “%(status)s”.") % {"status": sent.status},
            hint=_("Empty the field, or take the other back."),
        )
    return sent.status, None


def consent(invitation: Invitation, choice: str, publishes: bool) -> None:
    """Who may see the answers that have no choice of their own, and whether some may go to the entry on the map."""
    if choice not in Invitation.Consent.values:
        raise BadAnswerError(
            _("There is no such choice of who may see it."), hint=_("Choose one of the three.")
        )
    must_be_open(invitation)
    invitation.consent, invitation.publishes = choice, publishes
    invitation.save(update_fields=["consent", "publishes"])


def complete(invitation: Invitation) -> Receipt:
    """Say that this is all. Answers can still be changed until the deadline."""
    must_be_open(invitation)
    reached(invitation, State.COMPLETE)
    if invitation.state != State.COMPLETE:  # declined before, and thought better of it
        invitation.state = State.COMPLETE
        invitation.save(update_fields=["state"])
    return receipt(invitation)


def receipt(invitation: Invitation) -> Receipt:
    newest = version(invitation.survey)
    design = read(newest.design)
    here = answers_of(invitation)
    kept = {key: one for key, one in here.items() if counts(one, design)}
    body = [[key, one.status, one.value, one.consent] for key, one in sorted(here.items())]
    return Receipt(
        invitation=invitation,
        version=newest,
        design=design,
        answers=kept,
        no_longer_asked=tuple(one for key, one in here.items() if key not in kept),
        saved_at=max((one.saved_at for one in here.values()), default=None),
        code=sha256(orjson.dumps([invitation.pk, body])).hexdigest()[:16],
    )


def counts(answer: Answer, design: Design) -> bool:
    """Whether an answer answers a question of this design: asked there in the same words and with the same choices."""
    item = design.item(answer.item)
    if item is None:
        return False
    then = read(answer.version.design).item(answer.item)
    return then is not None and same_question(then, item, design.languages[0])


def erase(invitation: Invitation) -> int:
    """Delete every answer for good, at any time, even after the deadline. Returns how many there were."""
    with transaction.atomic():
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        gone, _by_model = Answer.objects.filter(invitation=locked).delete()
        locked.revision += 1
        locked.completed_at = locked.answered_at = None
        locked.publishes = False
        if locked.state in (State.PARTIAL, State.COMPLETE):
            locked.state = State.OPENED
        locked.save()
    invitation.refresh_from_db()
    return gone


def put_to(design: Design, answers: Mapping[str, Answer]) -> set[str]:
    """Keys of the questions that this respondent is asked."""
    return asked(design, given({key: one for key, one in answers.items() if design.item(key)}))
