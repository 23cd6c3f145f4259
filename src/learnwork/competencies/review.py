"""What curators do with proposals: judge one, accept many above a confidence after a look at some, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.competencies import aligning, pairs
from learnwork.competencies.aligning import (
    BY_HAND,
    AlignmentRefusedError,
    Kept,
    Rater,
    Said,
    UnknownAlignmentError,
    in_force,
    said_by,
)
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.pairs import Asked, Pair
from learnwork.registry.store import chunked

SAMPLE = 12
MOST_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting all of these would do. sample: spread evenly from the most to the least certain."""

    count: int
    least: float | None
    sample: tuple[Pair, ...]


def waiting(asked: Asked) -> QuerySet[Alignment]:
    """Proposals on which neither a person nor a publisher has spoken, the most certain first."""
    rows = pairs.asked_for(asked.with_(state="proposed"))
    return rows.order_by(F("confidence").desc(nulls_last=True), "id")


def following(asked: Asked, skipped: Sequence[int] = ()) -> Pair | None:
    """The next pair to judge, with its context; None where nothing waits."""
    row = waiting(asked).exclude(pk__in=list(skipped)).select_related("origin").first()
    return pairs.with_context(pairs.shown([row]))[0] if row else None


def rule(number: int, *, state: str, by: User, relation: str = "", rationale: str = "") -> Kept:
    """A person's word on a pair, by the number of any word on it. The former word of the same person is superseded.

    Said again on another day it is a word of that day: who confirms a pair after a new release has looked again.
    Raises `AlignmentRefusedError`, `UnknownAlignmentError`.
    """
    row = Alignment.objects.filter(pk=number).first()
    if row is None:
        raise UnknownAlignmentError(
            _("There is no alignment %(n)s.") % {"n": number}, hint=_("They are listed at /alignments.")
        )
    if state not in ("accepted", "rejected"):
        raise AlignmentRefusedError(
            _("A pair cannot be made %(state)s.") % {"state": repr(state[:20])},
            hint=_("It is accepted or rejected."),
        )
    said = replace(_ruled(row, state, relation, rationale), on=timezone.localdate())
    kept = aligning.keep([said], _person(by))
    if kept.issues:
        raise AlignmentRefusedError(kept.issues[0].message, hint=kept.issues[0].hint)
    return kept


def _ruled(row: Alignment, state: str, relation: str, rationale: str) -> Said:
    """A person's word on what a row says. Reasons and confidence stay with the method whose they are."""
    return Said(*aligning.ends_of(row), relation=relation or row.relation, state=state, rationale=rationale)


def _person(by: User) -> Rater:
    return Rater(by.get_username(), BY_HAND, by)


def preview(asked: Asked) -> Preview:
    """How many proposals would be accepted, and some of them to look at. Raises `AlignmentRefusedError`."""
    rows = _many(asked)
    places = {number: place for place, number in enumerate(rows)}
    count = len(rows)
    steps = max(1, (count - 1) // (SAMPLE - 1)) if count > SAMPLE else 1
    chosen = list(Alignment.objects.filter(pk__in=rows[::steps][:SAMPLE]).select_related("origin"))
    chosen.sort(key=lambda row: places[row.pk])
    return Preview(count, asked.least, tuple(pairs.shown(chosen)))


def _many(asked: Asked) -> list[int]:
    if asked.least is None:
        raise AlignmentRefusedError(_("From which confidence on?"), hint=_("Name one from 0 to 1."))
    return list(waiting(asked).values_list("pk", flat=True)[:MOST_AT_ONCE])


@transaction.atomic
def accept_all(asked: Asked, *, by: User, expected: int, rationale: str = "") -> Kept:
    """Accept every proposal from a confidence on, as one act that can be undone at once.

    expected: how many the preview counted. Raises `AlignmentRefusedError` where it is another number by now.
    """
    numbers = _many(asked)
    if len(numbers) != expected:
        raise AlignmentRefusedError(
            _("There are %(now)s such proposals by now, and %(n)s were looked at.")
            % {"now": len(numbers), "n": expected},
            hint=_("Look at the preview again."),
        )
    rows = [row for some in chunked(numbers, 500) for row in in_force().filter(pk__in=some)]
    told = rationale.strip() or _(
        "Accepted together: %(n)s pairs with a confidence of %(least)s or more."
    ) % {
        "n": len(rows),
        "least": f"{asked.least:g}",
    }
    return aligning.keep([_ruled(row, "accepted", "", told) for row in rows], _person(by))


@transaction.atomic
def undo(act: str, *, by: User) -> Kept:
    """Take back what a person said at once: each pair is again as that person had left it before.

    Raises `UnknownAlignmentError` where nothing of it is in force.
    """
    rows = list(in_force().filter(act=act[:32], rater=by).select_related("supersedes"))
    if not rows or not act:
        raise UnknownAlignmentError(
            _("There is nothing of that to take back."),
            hint=_("It was taken back already, or overtaken since."),
        )
    former = [
        said_by(row.supersedes) if row.supersedes else said_by(row, state="withdrawn", rationale="")
        for row in rows
    ]
    return aligning.keep(former, _person(by))


def last_act(by: User) -> tuple[str, int]:
    """What a person said last that can be taken back: its name and how many pairs; ("", 0) where nothing."""
    row = in_force().filter(rater=by).exclude(state="withdrawn").order_by("-id").first()
    return (row.act, in_force().filter(act=row.act).count()) if row else ("", 0)
