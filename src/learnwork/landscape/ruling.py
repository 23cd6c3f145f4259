"""Curators on two entries that overlap: different in fact, introduced to each other, and undoing either.

That they do work together is a tie (`services.add_tie`), a fact with its source, and no ruling.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from learnwork.landscape.checks import written
from learnwork.landscape.model import Landscape
from learnwork.landscape.models.rulings import Ruling
from learnwork.landscape.overlap import Overlap, Two, two
from learnwork.registry import queries
from learnwork.registry.models import Resource
from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from learnwork.accounts.models import User

_FIELDS = "id", "kind", "reason", "made_at", "first_id", "second_id"


class RulingError(LearnworkError):
    """A ruling on two entries that cannot be made or undone."""

    code = "ruling-refused"


class UnknownRulingError(LearnworkError):
    """No ruling on two entries has that number."""

    code = "ruling-unknown"


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling that stands, about a pair in the order of `two`."""

    id: int
    kind: str
    pair: Two
    reason: str
    made_at: datetime


def different(a: str, b: str, reason: str, author: User | None) -> Ruling:
    """Rule that two entries only look alike. Raises `RulingError`, `MapEditError`, `UnknownResourceError`."""
    return _rule(Ruling.Kind.DIFFERENT, a, b, written(reason, _("The reason")), author)


def introduce(a: str, b: str, note: str, author: User | None) -> Ruling:
    """Record that somebody wrote to both. Raises as `different` does."""
    return _rule(Ruling.Kind.INTRODUCED, a, b, written(note, _("The note")) if note.strip() else "", author)


def undo(pk: int, author: User | None) -> None:
    """Take a ruling back. Raises `UnknownRulingError`, `RulingError` where it was taken back already."""
    now = datetime.now(UTC)
    if Ruling.objects.filter(pk=pk, undone_at=None).update(undone_at=now, undone_by=author):
        return
    if not Ruling.objects.filter(pk=pk).exists():
        raise UnknownRulingError(_("No ruling has that number."), hint=_("Look at the list of rulings."))
    raise RulingError(_("This was undone already."), hint=_("Look at the list of rulings."))


def standing(at: datetime | None = None) -> list[Ruled]:
    """Every ruling that stands, or stood at a time, the newest first. What was merged since goes by its CTID of now."""
    stands = (
        Q(undone_at=None) if at is None else Q(made_at__lte=at) & (Q(undone_at=None) | Q(undone_at__gt=at))
    )
    rows = list(Ruling.objects.filter(stands).order_by("-id").values_list(*_FIELDS))
    ids = {pk for row in rows for pk in row[4:]}
    now = {
        pk: into or ctid
        for pk, ctid, into in Resource.objects.filter(id__in=ids).values_list(
            "id", "ctid", "merged_into__ctid"
        )
    }
    return [
        Ruled(pk, kind, two(now[first], now[second]), reason, made_at)
        for pk, kind, reason, made_at, first, second in rows
        if now[first] != now[second]
    ]


def state() -> str:
    """Equal as long as nothing was ruled or undone. One query."""
    last = Ruling.objects.aggregate(last=Max("id"), undone=Count("undone_at"))
    return f"{last['last'] or 0}-{last['undone']}"


def letter(landscape: Landscape, found: Overlap) -> str:
    """The text of a mail that introduces two entries to each other. Nothing sends it: a curator copies it."""
    first, second = landscape.entries[found.first], landscape.entries[found.second]
    labels = landscape.labels
    return _(
        "Subject: %(first)s and %(second)s\n\n"
        "Hello,\n\n"
        "on the map of initiatives you both stand with the same aims (%(aims)s) and have this in common: %(means)s. "
        "Neither of you names the other. If you know each other, tell us, and the map will say so. "
        "If not, a conversation may spare both of you some work.\n\n"
        "You can answer to all of us."
    ) % {
        "first": first.name,
        "second": second.name,
        "aims": ", ".join(labels.get(key, key) for key in found.aims),
        "means": ", ".join(labels.get(key, key) for key in found.means),
    }


def _rule(kind: Ruling.Kind, a: str, b: str, reason: str, author: User | None) -> Ruling:
    first, second = sorted(row.merged_into_id or row.pk for row in (queries.find(a), queries.find(b)))
    if first == second:
        raise RulingError(_("These two are one."), hint=_("Choose two different entries."))
    try:
        with transaction.atomic():
            return Ruling.objects.create(
                kind=kind,
                first_id=first,
                second_id=second,
                reason=reason,
                author=author,
                made_at=datetime.now(UTC),
            )
    except IntegrityError as error:
        raise RulingError(
            _("This was ruled already."), hint=_("Undo the ruling first, then make another.")
        ) from error
