"""Sharing a selection: by a link with an end, as it is shown at that moment, as a presentation, as a printed sheet.

The code of a link has 256 bits, stands behind the # of its address (no browser sends that, so no log has it), and is
stored as a digest. Forged, ended and withdrawn codes get the same answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.records import showing
from learnwork.records.reading import read
from learnwork.records.showing import Choice, Record
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet.holder_errors import HeldUnknownError, ShareRefusedError, ShareUnknownError
from learnwork.wallet.holders import holder_of, key_of, method_of
from learnwork.wallet.models import Held, Share, Shared
from learnwork.wallet.verifying import Judged, judge

MOST_ITEMS = 50
MOST_SHARES = 500


@dataclass(frozen=True, slots=True)
class Selectable:
    """A record with what may be chosen of it."""

    held: Held
    choices: tuple[Choice, ...]


def selectable(owner: User, pks: Sequence[int]) -> list[Selectable]:
    """The records of a selection. Raises HeldUnknownError, ShareRefusedError."""
    found = {held.pk: held for held in Held.objects.filter(owner=owner, pk__in=pks)}
    if missing := set(pks) - set(found):
        raise HeldUnknownError(
            _("%(n)s of the records are not in your collection.") % {"n": len(missing)},
            hint=_("Choose from your records."),
        )
    if not 0 < len(found) <= MOST_ITEMS:
        raise ShareRefusedError(
            _("Choose 1 to %(n)s records.") % {"n": MOST_ITEMS}, hint=_("Go back to your records.")
        )
    return [Selectable(found[pk], choices_of(found[pk])) for pk in dict.fromkeys(pks)]


def choices_of(held: Held) -> tuple[Choice, ...]:
    """What may be chosen of a record; () also where its proof cannot be read, which its verdict will say."""
    record = record_of(held)
    try:
        return showing.choices(record) if record is not None else ()
    except LearnworkError:
        return ()


def record_of(held: Held) -> Record | None:
    found = read(bytes(held.raw), held.name)
    return showing.record_of(found[0]) if len(found) == 1 else None


def whole_of(held: Held) -> bytes:
    """All that may be shown of a record: what its verdict is made on, since a base proof is for its holder only."""
    return part_of(held, [choice.pointer for choice in choices_of(held)])[0]


def part_of(held: Held, pointers: Sequence[str]) -> tuple[bytes, bool]:
    """What is shown of a record, and whether that is a part. Raises ShareRefusedError."""
    record = record_of(held)
    try:
        if record is None or not showing.is_selective(record):
            return bytes(held.raw), False
        offered = {choice.pointer for choice in showing.choices(record) if not choice.always}
        chosen = [pointer for pointer in pointers if pointer in offered]
        shown = showing.part(record, chosen)
    except LearnworkError as error:
        raise ShareRefusedError(
            f"“{held.title}” cannot be shown: {error.message}", hint="Leave it out."
        ) from error
    return shown.encode() if isinstance(shown, str) else orjson.dumps(shown), set(chosen) != offered


def make(
    owner: User, records: Sequence[Held], *, title: str, until: date, chosen: Mapping[int, Sequence[str]]
) -> tuple[Share, str]:
    """A new share, and its code: told once, here.

    chosen: pointers of what is shown, by record. Raises ShareRefusedError.
    """
    end = datetime.combine(until + timedelta(days=1), time(), UTC)
    if end <= datetime.now(UTC):
        raise ShareRefusedError(_("The day is over already."), hint=_("Choose a later one."))
    if Share.objects.filter(owner=owner).count() >= MOST_SHARES:
        raise ShareRefusedError(
            _("You have %(n)s shares.") % {"n": MOST_SHARES}, hint=_("Delete some that have ended.")
        )
    code = secrets.token_urlsafe(32)
    with transaction.atomic():
        share = Share.objects.create(
            owner=owner, digest=_digest(code), title=title[:200], made_at=datetime.now(UTC), until=end
        )
        for position, held in enumerate(records, 1):
            content, partial = part_of(held, chosen.get(held.pk, ()))
            Shared.objects.create(share=share, held=held, position=position, content=content, partial=partial)
    return share, code


def _digest(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def link_of(code: str) -> str:
    return f"{settings.BASE_URL}/shared#{code}"


def enter(code: str) -> Share:
    """The share of a code, one more view counted. Raises ShareUnknownError."""
    share = live(Share.objects.filter(digest=_digest(code.strip())).first())
    Share.objects.filter(pk=share.pk).update(views=F("views") + 1)
    return share


def live(share: Share | None) -> Share:
    """The share, if it holds at this moment. Raises ShareUnknownError."""
    if share is None or share.revoked_at is not None or share.until <= datetime.now(UTC):
        raise ShareUnknownError(
            _("This link is not one that holds: it is misspelt, has ended or was withdrawn."),
            hint=_("Ask whoever gave it to you for a new one."),
        )
    return share


def share_of(owner: User, pk: int) -> Share:
    """Raises HeldUnknownError."""
    found = Share.objects.filter(owner=owner, pk=pk).first()
    if found is None:
        raise HeldUnknownError(_("You have no such share."), hint=_("Go back to what you shared."))
    return found


def check_code(share: Share, code: str) -> None:
    """Raises ShareUnknownError where the code is another share's."""
    if not secrets.compare_digest(share.digest, _digest(code)):
        live(None)


def revoke(share: Share) -> None:
    """Withdraw a share: its link is as good as none from now on."""
    share.revoked_at = share.revoked_at or datetime.now(UTC)
    share.save(update_fields=["revoked_at"])


def judged(share: Share, *, web: bool = False) -> list[tuple[Shared, Judged]]:
    """Each record of a share with its verdict of this moment."""
    items = share.items.select_related("held").order_by("position")
    return [(item, judge(bytes(item.content), item.held.name, web=web)) for item in items]


def presentation(share: Share) -> dict[str, Any]:
    """What is shared, as a presentation signed by its owner.

    Raises ShareRefusedError where nothing of it can be one.
    """
    found = [read(bytes(item.content)) for item in share.items.order_by("position")]
    records = [showing.record_of(one[0]) for one in found if len(one) == 1]
    presentable = [one for one in records if one is not None]
    if not presentable:
        raise ShareRefusedError(
            "Badges of the second generation cannot be put into a presentation.", hint="Use the link itself."
        )
    holder = holder_of(share.owner)
    try:
        return showing.presentation(
            presentable,
            holder=holder.did,
            method=method_of(holder),
            key=key_of(holder),
            now=datetime.now(UTC),
        )
    except LearnworkError as error:
        raise ShareRefusedError(
            f"It cannot be presented: {error.message}", hint="Leave that record out."
        ) from error
