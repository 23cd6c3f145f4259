"""Editions: set up, looked over, frozen, published, corrected; and read again from the frozen copy.

made = make(Setting("The guide", as_of="2026-06-30"), by)
prepared(made).findings                        what to look at first
freeze(made, by); publish(made)                nothing in it ever changes from then on
correct(made, "The lead of … was wrong", by)   a draft of 2.1, which says that it corrects 2.0
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from learnwork.intake.models import Suggestion
from learnwork.landscape import declaring, overviewing, reading, reviewing
from learnwork.landscape.days import earliest, latest
from learnwork.landscape.differing import Difference, difference
from learnwork.landscape.filters import is_day
from learnwork.landscape.freezing import Frozen, covered, digest_of
from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis
from learnwork.landscape.inclusion import LeftOut, Rule, Why, in_scheme, without
from learnwork.landscape.model import Landscape
from learnwork.landscape.models import Edition, EditionPrint, FrozenEdition
from learnwork.landscape.preflight import Known, findings
from learnwork.landscape.recovered import COVERS, recovered
from learnwork.landscape.trends import Trends, trends
from learnwork.registry.models import Decision, Envelope, Resource
from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from learnwork.accounts.models import User

_OPEN = (Suggestion.State.WAITING, Suggestion.State.RETURNED)


class EditionError(LearnworkError):
    """An edition that cannot be set up, frozen or published this way."""

    code = "edition-refused"


class AlreadyFrozenError(EditionError):
    """An edition that is frozen is frozen for good; also of two who freeze at once, the one who comes second."""

    code = "edition-frozen"


class UnknownEditionError(LearnworkError):
    """No edition has that number, or it is not published."""

    code = "edition-unknown"


@dataclass(frozen=True, slots=True)
class Setting:
    """What curators decide of an edition. as_of: a year, month or day; scheme: key of the goals, "" for the usual."""

    title: str
    as_of: str
    scheme: str = ""
    rule: Rule = field(default_factory=Rule)
    note: str = ""
    correction: str = ""


def make(setting: Setting, by: User | None = None) -> Edition:
    """A draft of the next edition. Raises `EditionError`."""
    _checked(setting)
    last = Edition.objects.aggregate(last=Max("major"))["last"] or 0
    return _kept(Edition(major=last + 1), setting, by)


def change(edition: Edition, setting: Setting) -> Edition:
    """Raises `EditionError`; `AlreadyFrozenError` where it is no draft any more."""
    _checked(setting)
    with transaction.atomic():
        _draft(edition)
        return _kept(edition, setting, edition.made_by)


def correct(edition: Edition, correction: str, by: User | None = None) -> Edition:
    """A draft of the next minor edition, which names what it corrects. Raises `EditionError`."""
    if not is_frozen(edition):
        raise EditionError(_("A draft is not corrected."), hint=_("Change the draft itself."))
    if not correction.strip():
        raise EditionError(_("A correction says what was wrong."), hint=_("Name it in a sentence."))
    last = Edition.objects.filter(major=edition.major).aggregate(last=Max("minor"))["last"] or 0
    setting = replace(setting_of(edition), correction=correction)
    return _kept(Edition(major=edition.major, minor=last + 1, corrects=edition), setting, by)


def drop(edition: Edition) -> None:
    """Take a draft away. Raises `AlreadyFrozenError`."""
    with transaction.atomic():
        _draft(edition)
        edition.delete()


def setting_of(edition: Edition) -> Setting:
    rule = Rule.of(edition.rule)
    return Setting(edition.title, edition.as_of, edition.scheme, rule, edition.note, edition.correction)


def edition(number: str, *, drafts: bool = False) -> Edition:
    """The edition "2" or "2.0". drafts: also what is not published. Raises `UnknownEditionError`."""
    major, _dot, minor = number.partition(".")
    found = None
    if len(number) < 12 and major.isdecimal() and (minor or "0").isdecimal():
        found = Edition.objects.filter(major=int(major), minor=int(minor or 0)).first()
    if found is None or not (drafts or found.published_at):
        raise UnknownEditionError(
            _("There is no edition of that number."), hint=_("They are listed at /landscape/editions.")
        )
    return found


def published() -> list[Edition]:
    """The newest first."""
    rows = Edition.objects.filter(published_at__isnull=False).select_related("frozen", "corrects")
    return list(rows.order_by("-major", "-minor"))


def drafts() -> list[Edition]:
    """What is frozen or not yet frozen, and not published; the newest first."""
    return list(
        Edition.objects.filter(published_at=None).select_related("frozen").order_by("-major", "-minor")
    )


def state() -> str:
    """What pages of editions depend on."""
    last = Edition.objects.aggregate(at=Max("published_at"))["at"]
    return f"editions-{last.timestamp()}" if last else "editions-0"


def is_frozen(edition: Edition) -> bool:
    return FrozenEdition.objects.filter(pk=edition.pk).exists()


def before(edition: Edition) -> Edition | None:
    """The frozen edition that came before: what it corrects, else the last of a lower number.

    Of a published one the last that is published too: readers see nothing of others.
    """
    if edition.corrects is not None:
        return edition.corrects
    rows = Edition.objects.filter(frozen__isnull=False, major__lt=edition.major)
    if edition.published_at:
        rows = rows.filter(published_at__isnull=False)
    return rows.order_by("-major", "-minor").first()


def prepared(edition: Edition, now: datetime | None = None) -> Frozen:
    """What would be frozen now: the map of that day by the rule, what is left out and why, what to look at."""
    at = now or datetime.now(UTC)
    whole = in_scheme(reading.landscape(valid_on=edition.as_of, scheme=edition.scheme), edition.scheme)
    whole = _with_merged(whole)
    not_yet = _not_begun(whole, edition.as_of)
    rule = Rule.of(edition.rule)
    shown, left = rule.apply(without(whole, {one.ctid for one in not_yet}))
    former = before(edition)
    gone = _gone(frozen(former).landscape, whole) if former else []
    made = replace(shown, known_at=at.isoformat(timespec="seconds"))
    return Frozen(
        edition.number,
        edition.title,
        edition.as_of,
        made.known_at,
        made.known_at,
        made,
        rule,
        edition.note,
        edition.corrects.number if edition.corrects else "",
        edition.correction,
        tuple(sorted((*left, *not_yet, *gone), key=lambda one: (one.name.casefold(), one.ctid))),
        findings(shown, _known(shown, edition.as_of)),
        tuple(_declarations()),
        tuple(_sources(shown)),
    )


def freeze(edition: Edition, by: User | None = None, now: datetime | None = None) -> FrozenEdition:
    """Make the copy. Raises `AlreadyFrozenError`, `EditionError` of an edition without entries."""
    return keep(edition, prepared(edition, now), by, now)


def keep(
    edition: Edition, made: Frozen, by: User | None = None, now: datetime | None = None
) -> FrozenEdition:
    """Keep what was prepared, once. Raises `AlreadyFrozenError`, `EditionError`."""
    if not made.landscape.entries:
        raise EditionError(_("The edition would hold no entry."), hint=_("Change its rule."))
    body = made.text()
    row = FrozenEdition(edition=edition, body=body, digest=digest_of(body))
    row.frozen_at, row.frozen_by = now or datetime.now(UTC), by
    try:
        with transaction.atomic():
            _draft(edition)
            row.save()
    except IntegrityError:
        raise _frozen_already(edition) from None
    return row


def publish(edition: Edition, now: datetime | None = None) -> None:
    """Show it to everybody; that is not undone. Raises `EditionError` of a draft."""
    if not is_frozen(edition):
        raise EditionError(_("Only what is frozen is published."), hint=_("Freeze the edition first."))
    if edition.published_at is None:
        edition.published_at = now or datetime.now(UTC)
        with transaction.atomic():
            edition.save(update_fields=["published_at"])
            # A print tells what changed since the edition before, which may be another one from now on.
            EditionPrint.objects.filter(frozen__edition__major__gte=edition.major).delete()


def frozen(edition: Edition) -> Frozen:
    """The copy. Raises `UnknownEditionError` of a draft."""
    return by_digest(copy(edition).digest)


def copy(edition: Edition) -> FrozenEdition:
    """The row of the copy, with its bytes and digest. Raises `UnknownEditionError` of a draft."""
    row = FrozenEdition.objects.filter(pk=edition.pk).first()
    if row is None:
        raise UnknownEditionError(_("This edition is not frozen yet."), hint=_("Freeze it first."))
    return row


@lru_cache(maxsize=4)
def by_digest(digest: str) -> Frozen:
    """The copy of a digest; it never changes, so that it is read once."""
    return Frozen.read(bytes(FrozenEdition.objects.get(digest=digest).body))


@dataclass(frozen=True, slots=True)
class Since:
    """What changed between two; covers: aspects of which both tell, () for all. number: of the later, "" for today."""

    former: Frozen
    number: str
    difference: Difference
    trends: Trends
    covers: tuple[str, ...] = ()


def since(from_: Edition, to: Edition | None = None) -> Since:
    """What changed from one edition to another, or to today (None), and how the same entries fared."""
    former = frozen(from_)
    if to is not None:
        copy_ = frozen(to)
        later, reasons, told = copy_.landscape, copy_.reasons, covered(former, copy_)
    else:
        today = datetime.now(UTC).date()
        later = _with_merged(reading.landscape(valid_on=today, scheme=former.landscape.scheme.key))
        reasons, told = {one.ctid: one.reason for one in _gone(former.landscape, later)}, covered(former)
    found = difference(former.landscape, later, reasons=reasons, covers=told)
    fared = trends(former.landscape, later, found, covers=told)
    return Since(former, to.number if to else "", found, fared, told)


def changes(from_: Edition, to: Edition | None = None) -> Difference:
    """What changed from one edition to another, or to today (None)."""
    return since(from_, to).difference


def recover(made: Any, scheme: str, issued: str, by: User | None = None) -> Edition:
    """Freeze the facts of a recovered guide as the next edition. made: plain data of its file; scheme: key of its
    goals, which are on the map; issued: its year. Raises `EditionError`, `BadEditionError`."""
    known = {one.key: one for one in reading.landscape().schemes}
    if scheme not in known:
        raise EditionError(
            _("The map has no goals of that key: %(key)s.") % {"key": scheme[:60]},
            hint=_("It has: %(keys)s.") % {"keys": ", ".join(known) or "–"},
        )
    found = recovered(made, known[scheme], issued)
    row = make(Setting(found.title, issued, scheme, note=found.note), by)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    copy_ = Frozen(row.number, row.title, issued, at, at, found.landscape, note=found.note, covers=COVERS)
    keep(row, replace(copy_, sources=((found.source, "facts cited"),)), by)
    return row


def _kept(row: Edition, setting: Setting, by: User | None) -> Edition:
    row.title, row.as_of, row.scheme = setting.title.strip(), setting.as_of, setting.scheme
    row.rule, row.note = setting.rule.document(), setting.note
    row.correction = setting.correction.strip()
    if row.pk is None:
        row.made_at, row.made_by = datetime.now(UTC), by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise EditionError(
            _("Somebody made an edition at the same moment."), hint=_("Try again; it gets the next number.")
        ) from None
    return row


def _checked(setting: Setting) -> None:
    if not setting.title.strip() or len(setting.title) > 200:
        raise EditionError(_("An edition has a title of at most 200 letters."), hint=_("Give one."))
    if not is_day(setting.as_of):
        raise EditionError(
            _("That is no day: %(text)s.") % {"text": setting.as_of[:40]},
            hint=_("Write 2026, 2026-06 or 2026-06-30."),
        )
    if (first := earliest(setting.as_of)) is not None and first > datetime.now(UTC).date():
        raise EditionError(_("Nobody knows the map of a day to come."), hint=_("Name today or a day before."))


def _draft(edition: Edition) -> None:
    """Hold the row while it is changed (PostgreSQL; SQLite has one writer anyway)."""
    Edition.objects.select_for_update().filter(pk=edition.pk).first()
    if is_frozen(edition):
        raise _frozen_already(edition)


def _frozen_already(edition: Edition) -> AlreadyFrozenError:
    return AlreadyFrozenError(
        _("Edition %(number)s is frozen already.") % {"number": edition.number},
        hint=_("Nothing in it changes; mend it with a correction, which is an edition of its own."),
    )


def _with_merged(landscape: Landscape) -> Landscape:
    """Entries with the CTIDs that went into them, which a later difference follows."""
    rows = Resource.objects.filter(merged_into__ctid__in=list(landscape.entries)).order_by("ctid")
    olds: dict[str, list[str]] = {}
    for old, now in rows.values_list("ctid", "merged_into__ctid"):
        olds.setdefault(now, []).append(old)
    entries = dict(landscape.entries)
    for ctid, merged in olds.items():
        entries[ctid] = replace(entries[ctid], merged=tuple(sorted({*entries[ctid].merged, *merged})))
    return replace(landscape, entries=entries)


def _not_begun(landscape: Landscape, as_of: str) -> list[LeftOut]:
    day = latest(as_of) or date.max
    return [
        LeftOut(one.ctid, one.name, Why.NOT_YET, one.span.start)
        for one in landscape.entries.values()
        if (first := earliest(one.span.start)) is not None and first > day
    ]


def _gone(former: Landscape, now: Landscape) -> list[LeftOut]:
    """Entries that an edition had and the map has no more, with what the curator said when it was taken away."""
    merged = {old: one.name for one in now.entries.values() for old in one.merged}
    gone = {ctid: one.name for ctid, one in former.entries.items() if ctid not in now.entries}
    rulings = Decision.objects.filter(
        kind=Decision.Kind.RETIRE, undone_at=None, resource__ctid__in=list(gone)
    ).order_by("id")
    words = dict(rulings.values_list("resource__ctid", "reason"))
    return [
        LeftOut(ctid, name, Why.MERGED, merged[ctid])
        if ctid in merged
        else LeftOut(ctid, name, Why.GONE, words.get(ctid, ""))
        for ctid, name in gone.items()
    ]


def _known(landscape: Landscape, as_of: str) -> Known:
    """What else the registry knows of these entries."""
    waiting = Suggestion.objects.filter(state__in=_OPEN).values_list("resource__ctid", flat=True)
    conflicts: dict[str, tuple[str, ...]] = {}
    for one in overviewing.conflicts():
        if not one.settled:
            conflicts[one.ctid] = (*conflicts.get(one.ctid, ()), one.matter)
    entries = (
        reviewing.Reviewable(one.ctid, one.name, one.kind, one.reviewed_on, one.status == "ended")
        for one in landscape.entries.values()
    )
    stale = reviewing.stale(entries, latest(as_of) or datetime.now(UTC).date())
    return Known(_only(Counter(waiting), landscape), conflicts, frozenset(one.what.ctid for one in stale))


def _only(counted: Mapping[str, int], landscape: Landscape) -> dict[str, int]:
    return {ctid: n for ctid, n in counted.items() if ctid in landscape.entries}


def _declarations() -> Iterable[Declaration]:
    for rows in RowAxis:
        for columns in ColumnAxis:
            yield from declaring.declared(rows, columns)


def _sources(landscape: Landscape) -> list[tuple[str, str]]:
    """Name and licence of every source that speaks of an entry."""
    rows = Envelope.objects.filter(resource__ctid__in=list(landscape.entries), superseded_at=None)
    return sorted(rows.values_list("source__name", "source__licence").distinct())
