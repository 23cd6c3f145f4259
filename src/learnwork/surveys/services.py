"""What changes a survey: made, designed, frozen, opened, closed. Pages and tests call these and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.surveys.analysis import Limits
from learnwork.surveys.design import Design, DesignError, digest, document, read, say, slug
from learnwork.surveys.errors import DraftChangedError, SurveyStateError, UnknownSurveyError
from learnwork.surveys.models import Survey, Version

_FRACTION = re.compile(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*")
_PER_CENT = re.compile(r"\s*(\d{1,3})\s*%?\s*")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a researcher says about a survey beside its questions. deadline is in `zone`, as the form has it."""

    title: str
    intro: str = ""
    contact: str = ""
    several: bool = False
    chosen: bool = True
    smallest: int = 0
    most: str = "3/4"
    least: str = "1/2"
    deadline: str = ""
    zone: str = "UTC"
    remind_before: int = 3
    former: str = ""


def now() -> datetime:
    return datetime.now(UTC)


def survey(key: str) -> Survey:
    """Raises `UnknownSurveyError`."""
    found = Survey.objects.filter(key=key).first()
    if found is None:
        raise UnknownSurveyError(
            _("There is no survey %(key)s.") % {"key": repr(key[:60])}, hint=_("See the list of surveys.")
        )
    return found


def make(settings: Settings, owner: User | None, design: Design | None = None, key: str = "") -> Survey:
    """A new survey with a draft. Its key is made from its title; a number tells two of one title apart."""
    wanted = slug(key or settings.title)
    for number in range(1, 1_000):
        candidate = wanted if number == 1 else f"{wanted}-{number}"
        made = Survey(key=candidate, owner=owner, made_at=now(), draft=document(design or Design()))
        _apply(made, settings)
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError:
            continue
        return made
    raise SurveyStateError(_("There are too many surveys of this title."), hint=_("Choose another title."))


def change(one: Survey, settings: Settings) -> None:
    """Change what is said about a survey; the questions stay."""
    _apply(one, settings)
    one.save()


def translate(one: Survey, language: str, *, title: str, intro: str) -> None:
    """The title and the introduction in a further language; empty to fall back to the first."""
    for name, words, most in (("title", title, 300), ("intro", intro, 10_000)):
        kept = {key: text for key, text in (getattr(one, name) or {}).items() if key != language}
        setattr(one, name, {**kept, language: words.strip()[:most]} if words.strip() else kept)
    one.save(update_fields=["title", "intro"])


def _apply(one: Survey, settings: Settings) -> None:
    if not settings.title.strip():
        raise DesignError(_("A survey has a title."), hint=_("Give it one."))
    language = language_of(one)
    one.title = {**(one.title or {}), language: settings.title.strip()[:300]}
    one.intro = {**(one.intro or {}), language: settings.intro.strip()[:10_000]}
    one.contact = settings.contact
    one.several, one.chosen = settings.several, settings.chosen
    if settings.smallest == 1:
        raise DesignError(
            _("Withholding groups under 1 protects nobody."), hint=_("Write 0 for no promise, or 5.")
        )
    if settings.smallest < one.smallest and one.pk and _answered(one):
        raise SurveyStateError(
            _("Respondents answered under the promise that groups under %(n)s are withheld.")
            % {"n": one.smallest},
            hint=_("The promise can be made wider, not narrower."),
        )
    one.smallest = settings.smallest
    limits(settings.most, settings.least)
    one.most, one.least = settings.most.strip(), settings.least.strip()
    one.zone = settings.zone
    one.deadline = moment(settings.deadline, settings.zone) if settings.deadline else None
    one.remind_before = settings.remind_before
    one.former = survey(settings.former) if settings.former and settings.former != one.key else None
    _check_waves(one)


def _answered(one: Survey) -> bool:
    return one.invitations.filter(answers__isnull=False).exists()


def _check_waves(one: Survey) -> None:
    """Waves follow each other; none comes before itself."""
    seen, wave = {one.key}, one.former
    while wave is not None:
        if wave.key in seen:
            raise DesignError(
                _("%(title)s comes after this survey already.") % {"title": title_of(wave)},
                hint=_("Choose a wave that came before both, or none."),
            )
        seen.add(wave.key)
        wave = wave.former


def fraction(text: str) -> Fraction:
    """ "3/4" or "75%" as an exact fraction. Raises `DesignError`."""
    if match := _FRACTION.fullmatch(text):
        if int(match[2]):
            return Fraction(int(match[1]), int(match[2]))
    elif match := _PER_CENT.fullmatch(text):
        return Fraction(int(match[1]), 100)
    raise DesignError(
        _("%(text)s is no share.") % {"text": repr(text[:20])},
        hint=_("Write a fraction such as 3/4, or 75%."),
    )


def limits(most: str, least: str) -> Limits:
    """Where bands begin, from two fractions as people write them."""
    return Limits(fraction(most), fraction(least))


def moment(local: str, zone: str) -> datetime:
    """A clock time in a time zone as a moment. An hour that is skipped or comes twice is taken as the earlier."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise DesignError(
            _("The deadline %(local)s in %(zone)s cannot be read.")
            % {"local": local[:40], "zone": zone[:40]},
            hint=_("Write 2027-03-31T17:00 and a time zone such as America/New_York."),
        ) from error


def draft(one: Survey) -> Design:
    return read(one.draft)


def save_draft(one: Survey, design: Design, revision: int) -> Survey:
    """Keep a draft, if nobody changed it since `revision` was read. Raises `DraftChangedError`."""
    made = document(read(document(design)))
    changed = Survey.objects.filter(pk=one.pk, revision=revision).update(draft=made, revision=revision + 1)
    if not changed:
        raise DraftChangedError(
            _("Somebody changed the questions since you opened this page; nothing was overwritten."),
            hint=_("Load the page again and repeat your change."),
        )
    one.refresh_from_db()
    return one


def freeze(one: Survey, by: User | None) -> Version:
    """Freeze the draft as the next version; a draft that is the last version's makes none."""
    design = draft(one)
    if not design.items:
        raise SurveyStateError(_("There are no questions to freeze."), hint=_("Add some first."))
    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=one.pk)
        last = one.versions.order_by("-number").first()
        if last is not None and last.digest == digest(design):
            return last
        return Version.objects.create(
            survey=one,
            number=last.number + 1 if last else 1,
            design=document(design),
            digest=digest(design),
            frozen_at=now(),
            frozen_by=by,
        )


def version(one: Survey, number: int | None = None) -> Version:
    """A version; the newest where no number is given. Raises `SurveyStateError` where there is none."""
    rows = one.versions.order_by("-number")
    found = (rows.filter(number=number) if number is not None else rows).first()
    if found is None:
        raise SurveyStateError(_("The survey has no such version."), hint=_("Freeze its questions first."))
    return found


def open_survey(one: Survey) -> None:
    """Let invitations out and answers in. Raises `SurveyStateError` where there is no version."""
    version(one)
    if one.deadline is not None and one.deadline <= now():
        raise SurveyStateError(_("The deadline has passed already."), hint=_("Set a later one."))
    one.state = Survey.State.OPEN
    one.opened_at = one.opened_at or now()
    one.closed_at = None
    one.public = False
    one.save(update_fields=["state", "opened_at", "closed_at", "public"])


def close(one: Survey) -> None:
    one.state = Survey.State.CLOSED
    one.closed_at = now()
    one.save(update_fields=["state", "closed_at"])


def publish(one: Survey, public: bool) -> None:
    """Show the report of a closed survey to everybody, or to researchers again.

    While answers come in, two looks at the tables would tell what was answered between them.
    """
    if public and one.state != Survey.State.CLOSED:
        raise SurveyStateError(
            _("The survey is not closed yet; two looks at a growing report would tell who answered what."),
            hint=_("Close it first."),
        )
    one.public = public
    one.save(update_fields=["public"])


def close_overdue(at: datetime | None = None) -> int:
    """Close surveys whose deadline and every extension have passed. Returns how many."""
    at = at or now()
    overdue = Survey.objects.filter(state=Survey.State.OPEN, deadline__lt=at).exclude(
        invitations__extended__gte=at
    )
    closed = list(overdue)
    for one in closed:
        close(one)
    return len(closed)


def language_of(one: Survey) -> str:
    """The survey's first language. The order of its texts does not tell it: PostgreSQL keeps none."""
    return str((one.draft.get("languages") or ["en"])[0])


def title_of(one: Survey) -> str:
    return say(one.title or {}, language_of(one))


def intro_of(one: Survey) -> str:
    return say(one.intro or {}, language_of(one))
