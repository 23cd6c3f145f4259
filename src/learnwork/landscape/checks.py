"""What a map must not say: cycles, impossible dates, stages and amounts. Pure; each refusal says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from learnwork.landscape.days import earliest, latest
from learnwork.landscape.model import Landscape, Span
from learnwork.vocabulary.errors import LearnworkError

LONGEST = 2_000  # letters of a text that a curator writes
_CURRENCY = re.compile(r"[A-Z]{3}")


class MapEditError(LearnworkError):
    """A change of the map that would make it say something impossible."""

    code = "map-edit-refused"


class ChangedMeanwhileError(LearnworkError):
    """What a curator looked at is not what is there now."""

    code = "map-changed-meanwhile"


class GoalInUseError(LearnworkError):
    """A goal that entries are ordered by; `data` names them as `entries` (CTID → name)."""

    code = "goal-in-use"


def written(text: str, what: str) -> str:
    """A text as it is kept: as typed, without space around it. Markup stays text. Raises `MapEditError`."""
    kept = text.strip()
    if not kept or len(kept) > LONGEST or any(ord(letter) < 32 and letter not in "\n\t" for letter in kept):
        raise MapEditError(
            _("%(what)s is empty, too long or holds control characters.") % {"what": what},
            hint=_("Write at most %(n)s letters.") % {"n": LONGEST},
        )
    return kept


def page(address: str) -> str:
    """The page that says so. Raises `MapEditError`."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fit = False
    if not fit or " " in address or len(address) > LONGEST:
        raise MapEditError(
            _("A change needs the address of a page that says so."),
            hint=_("Give an address that begins with https://."),
        )
    return address


def day(text: str, what: str) -> str:
    """A date as precise as it is known, or "". Raises `MapEditError`."""
    text = text.strip()
    if text and earliest(text) is None:
        raise MapEditError(
            _("%(what)s is no date: %(date)s.") % {"what": what, "date": text[:40]},
            hint=_("Write 2023, 2023-10 or 2023-10-04."),
        )
    return text


def span(start: str, end: str) -> Span:
    """Raises `MapEditError` where the end lies before the start for certain."""
    made = Span(day(start, _("The start")), day(end, _("The end")))
    first, last = earliest(made.start), latest(made.end)
    if first is not None and last is not None and last < first:
        raise MapEditError(
            _("The end, %(end)s, is before the start, %(start)s.") % {"end": made.end, "start": made.start},
            hint=_("Change one of the two dates."),
        )
    return made


def stages(low: int, high: int) -> tuple[int, int]:
    if not 1 <= low <= high <= 5:
        raise MapEditError(
            _("There is no stage %(low)s to %(high)s.") % {"low": low, "high": high},
            hint=_("A stage is 1 to 5; a range goes upwards, such as 3 to 4."),
        )
    return low, high


def money(amount: Decimal | None, currency: str) -> str:
    """The currency. Raises `MapEditError` for an amount without one, or below zero."""
    currency = currency.strip().upper()
    if amount is not None and (not amount.is_finite() or amount < 0):
        raise MapEditError(_("This is no amount of money."), hint=_("Write a number, such as 550000."))
    if (amount is not None or currency) and not _CURRENCY.fullmatch(currency):
        raise MapEditError(
            _("An amount needs its currency."), hint=_("Write its three letters, such as USD or EUR.")
        )
    return currency


def cycle(parents: Mapping[str, str], begin: str) -> tuple[str, ...]:
    """The way from `begin` upwards that comes back to `begin`; () where there is none."""
    way, seen = [begin], {begin}
    while above := parents.get(way[-1], ""):
        way.append(above)
        if above == begin:
            return tuple(way)
        if above in seen:
            return ()
        seen.add(above)
    return ()


def parents(landscape: Landscape) -> dict[str, str]:
    """Entry or party → what it is part of."""
    found = {ctid: entry.parent for ctid, entry in landscape.entries.items() if entry.parent}
    return found | {ctid: party.parent for ctid, party in landscape.parties.items() if party.parent}


def no_cycle(landscape: Landscape, above: Mapping[str, str], begin: str) -> None:
    """Raises `MapEditError` where something would be part of itself, and says by which way."""
    if way := cycle(above, begin):
        named = [_name(landscape, ctid) for ctid in way]
        raise MapEditError(
            _("It would be part of itself: %(way)s.") % {"way": " → ".join(named)},
            hint=_("Choose another parent, or take away one of these first."),
        )


def _name(landscape: Landscape, ctid: str) -> str:
    known = landscape.entries.get(ctid) or landscape.parties.get(ctid)
    return known.name if known else ctid
