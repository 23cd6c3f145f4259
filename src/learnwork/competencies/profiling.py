"""Profiles of credentials: who rated which competency how, what that comes to, and how far raters agree.

A rating is never changed: another one of the same rater supersedes it and the former stays. Summaries are computed
when they are asked for and stored nowhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.competencies import rating, rubric
from learnwork.competencies.models.profiles import CompetencyRating, Wording
from learnwork.registry import listing, queries
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import LearnworkError

LONGEST_STATEMENT = 10_000
MOST_COMPETENCIES = 500
# What of a credential's document names competencies.
NAMED_BY = (
    "ceterms:assesses",
    "ceterms:teaches",
    "ceterms:requires",
    "ceterms:competencyRequired",
    "ceterms:targetCompetency",
)
_COMPETENCIES = ("ceasn:Competency",)


class RatingRefusedError(LearnworkError):
    """A rating that cannot be kept: no statement, one that is too long, or no level at all."""

    code = "rating-refused"


@dataclass(frozen=True, slots=True)
class Competency:
    """What is rated. key: its CTID where it is a resource, else made of its text."""

    key: str
    text: str

    @property
    def href(self) -> str:
        return f"/resources/{self.key}" if is_ctid(self.key) else ""


@dataclass(frozen=True, slots=True)
class Given:
    """A rater's answer to one competency; a column absent was not rated, None does not apply."""

    competency: Competency
    levels: Mapping[str, int | None]
    rationale: str = ""
    evidence: str = ""
    status: str = CompetencyRating.Status.DRAFT


@dataclass(frozen=True, slots=True)
class Line:
    """One competency with every rating in force, and the level on which its raters come out (derived)."""

    competency: Competency
    ratings: tuple[CompetencyRating, ...]
    agreed: Mapping[str, int | float | None]


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of one credential. pattern is None where nobody rated it. agreement: by column, where two or more
    people rated the same competency."""

    credential: str
    name: str
    lines: tuple[Line, ...]
    pattern: rating.Pattern | None
    agreement: Mapping[str, rating.Agreement]
    raters: tuple[str, ...]

    @property
    def middle_text(self) -> str:
        """The median of the columns' medians in figures, "" where there is none."""
        middle = self.pattern.middle if self.pattern else None
        return "" if middle is None else f"{middle:g}"


def key_of(text: str) -> str:
    """Key of a competency that is no resource: the same for the same words, whatever the case and the spaces."""
    return "text:" + hashlib.blake2b(" ".join(text.lower().split()).encode(), digest_size=16).hexdigest()


def competencies_of(view: ResourceView) -> list[Competency]:
    """The competencies that a credential's own document names, each once, those that are resources first."""
    found = {
        link.ctid: Competency(link.ctid, link.name)
        for link in queries.links(view)
        if link.type in _COMPETENCIES and link.name and link.predicate.split("/")[0] in NAMED_BY
    }
    texts = {one.text.strip().lower() for one in found.values()}
    for term in NAMED_BY:
        for text in _target_names(view.document.get(term)):
            if text.strip().lower() not in texts:
                found.setdefault(key_of(text), Competency(key_of(text), text))
    return list(found.values())[:MOST_COMPETENCIES]


def _target_names(value: object) -> Iterable[str]:
    """Names of competencies inside alignment objects and condition profiles."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Mapping):
            continue
        name = one.get("ceterms:targetNodeName")
        if one.get("@type") == "ceterms:CredentialAlignmentObject" and isinstance(name, Mapping):
            yield from (text for text in list(name.values())[:1] if isinstance(text, str) and text.strip())
        yield from _target_names(one.get("ceterms:targetCompetency"))


def of(ctid: str) -> Profile:
    """The profile of a credential as of now. Raises `UnknownResourceError`."""
    view = queries.resource(ctid)
    rows = list(CompetencyRating.objects.filter(credential=view.ctid, superseded_at=None).order_by("id"))
    return _profile(view.ctid, view.name, competencies_of(view), rows)


def of_many(ctids: Sequence[str]) -> dict[str, rating.Pattern]:
    """CTID → pattern of those that somebody rated, in one query."""
    rows = defaultdict(list)
    for row in CompetencyRating.objects.filter(credential__in=list(ctids), superseded_at=None).order_by("id"):
        rows[row.credential].append(row)
    return {ctid: rating.pattern([_plain(row) for row in some]) for ctid, some in rows.items()}


def _profile(ctid: str, name: str, named: Sequence[Competency], rows: Sequence[CompetencyRating]) -> Profile:
    by_key: dict[str, list[CompetencyRating]] = defaultdict(list)
    for row in rows:
        by_key[row.competency].append(row)
    known = {one.key: one for one in named}
    for row in rows:
        known.setdefault(row.competency, Competency(row.competency, row.statement))
    plain = [_plain(row) for row in rows]
    agreed = rating.reconcile(plain)
    return Profile(
        credential=ctid,
        name=name,
        lines=tuple(
            Line(one, tuple(by_key.get(one.key, ())), agreed.get(one.key, {})) for one in known.values()
        ),
        pattern=rating.pattern(plain) if plain else None,
        agreement={
            column: found for column in rating.COLUMNS if (found := rating.agreement(plain, column)).units
        },
        raters=tuple(dict.fromkeys(row.rater_name for row in rows)),
    )


def _plain(row: CompetencyRating) -> rating.Rating:
    return rating.Rating(row.competency, row.rater_name, row.levels, row.rationale, row.evidence)


@transaction.atomic
def rate(ctid: str, given: Given, *, rater: User | None, name: str = "", on: date | None = None) -> bool:
    """Keep one rating; the former one of the same rater is superseded. False where it says nothing new.

    name: of a rater without an account. Raises `LevelError`, `RatingRefusedError`, `UnknownResourceError`.
    """
    view = queries.resource(ctid)
    statement = given.competency.text.strip()
    if not statement or len(statement) > LONGEST_STATEMENT:
        raise RatingRefusedError(
            _("A competency has a statement of 1 to %(most)s characters.")
            % {"most": f"{LONGEST_STATEMENT:,}"},
            hint=_("Say in one sentence what somebody knows or can do."),
        )
    levels = {
        column: rating.check_level(column, level, place=statement[:80])
        for column, level in given.levels.items()
    }
    if given.status not in CompetencyRating.Status.values:
        raise RatingRefusedError(
            _("A rating cannot be %(status)s.") % {"status": repr(given.status[:20])},
            hint=_("It is draft, reviewed or agreed."),
        )
    said = {
        "statement": statement,
        "levels": levels,
        "rationale": given.rationale.strip()[:LONGEST_STATEMENT],
        "evidence": given.evidence.strip()[:2_000],
        "status": given.status,
        "rubric": rubric_name(),
    }
    who = rater.get_username() if rater else name.strip()
    if not who:
        raise RatingRefusedError(_("A rating needs its rater."), hint=_("Say who rated."))
    former = (
        CompetencyRating.objects.select_for_update()
        .filter(credential=view.ctid, competency=given.competency.key, rater_name=who, superseded_at=None)
        .first()
    )
    if former is not None and all(getattr(former, field) == value for field, value in said.items()):
        return False
    if former is None and not levels:
        return False
    now = timezone.now()
    if former is not None:
        former.superseded_at = now
        former.save(update_fields=["superseded_at"])
        if not levels:
            return True
    CompetencyRating.objects.create(
        credential=view.ctid,
        competency=given.competency.key,
        rater=rater,
        rater_name=who,
        rated_on=on or timezone.localdate(),
        made_at=now,
        **said,
    )
    return True


def former(ctid: str) -> list[CompetencyRating]:
    """Ratings that were superseded, the latest first."""
    rows = CompetencyRating.objects.filter(credential=ctid).exclude(superseded_at=None)
    return list(rows.order_by("-superseded_at", "-id")[:200])


def state() -> str:
    """Changes whenever a profile may have changed. One query beside the registry's."""
    last = CompetencyRating.objects.aggregate(id=Max("id"), ended=Max("superseded_at"))
    return f"{listing.state()}:{last['id']}:{last['ended']}"


def wording() -> rubric.Rubric:
    """The level statements that are shown: the newest that an operator loaded, else our paraphrase."""
    row = Wording.objects.order_by("-id").first()
    return rubric.read_rubric(row.said) if row else rubric.paraphrase()


def rubric_name() -> str:
    shown = wording()
    return f"{shown.title}, {shown.version} ({shown.wording})"[:200]


def load_wording(said: Mapping[str, object], *, by: User | None = None) -> Wording:
    """Keep the official wording of the levels, to be shown from now on. Raises `RubricError`."""
    found = rubric.read_rubric(said)
    digest = hashlib.sha256(repr(found).encode()).hexdigest()
    last = Wording.objects.order_by("-id").first()
    if last is not None and last.digest == digest:
        return last
    return Wording.objects.create(said=dict(said), digest=digest, loaded_at=timezone.now(), loaded_by=by)
