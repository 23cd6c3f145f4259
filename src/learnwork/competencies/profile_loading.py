"""Sheets of ratings into the registry and out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from learnwork.accounts.models import User
from learnwork.competencies import profiling
from learnwork.competencies.profiling import Competency, Given, Profile
from learnwork.competencies.rating import COLUMNS
from learnwork.competencies.rating_sheets import Row, level_text
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError


@dataclass(frozen=True, slots=True)
class Report:
    """What a sheet came to. kept: ratings that are new or changed; same: those that say what was known."""

    kept: int
    same: int
    issues: tuple[Issue, ...]
    dry_run: bool

    def with_issues(self, more: Sequence[Issue]) -> Report:
        return replace(self, issues=(*more, *self.issues))


def load(
    rows: Sequence[Row], *, credential: str = "", rater: User | None = None, dry_run: bool = False
) -> Report:
    """Keep the ratings of a sheet, all that can be kept, in one transaction; a dry run keeps none.

    credential: where the sheet names none; a row about another one is refused then. rater: who is meant where a row
    names nobody.
    """
    kept = same = 0
    issues: list[Issue] = []
    with transaction.atomic():
        for row in rows:
            try:
                if _rate(row, credential, rater):
                    kept += 1
                else:
                    same += 1
            except LearnworkError as error:
                issues.append(Issue(error.code, error.message, place=f"row {row.number}", hint=error.hint))
        transaction.set_rollback(dry_run)
    return Report(kept, same, tuple(issues), dry_run)


def _rate(row: Row, credential: str, rater: User | None) -> bool:
    about = row.credential or credential
    if credential and about != credential:
        raise profiling.RatingRefusedError(
            _("The row is about another credential, %(ctid)s.") % {"ctid": about[:60]},
            hint=_("Load it on that credential's page, or by command."),
        )
    key = row.competency if is_ctid(row.competency) else profiling.key_of(row.statement)
    given = Given(Competency(key, row.statement), row.levels, row.rationale, row.evidence, row.status)
    own = not row.rater or (rater is not None and row.rater == rater.get_username())
    if not own and User.objects.filter(username=row.rater).exists():
        raise profiling.RatingRefusedError(
            _("%(name)s has an account here and rates under it.") % {"name": row.rater[:60]},
            hint=_("Let them load their own rows, or name the rater otherwise."),
        )
    return profiling.rate(
        about, given, rater=rater if own else None, name="" if own else row.rater, on=row.rated_on
    )


def rows(found: Profile) -> Iterator[dict[str, str]]:
    """One row for each rating in force."""
    for line in found.lines:
        for one in line.ratings:
            yield {
                **_head(found, line.competency),
                "rater": one.rater_name,
                "rated_on": one.rated_on.isoformat(),
                **{column: level_text(one.levels, column) for column in COLUMNS},
                "rationale": one.rationale,
                "evidence": one.evidence,
                "status": one.status,
            }


def template_rows(found: Profile) -> Iterator[dict[str, str]]:
    """One empty row for each competency."""
    for line in found.lines:
        yield _head(found, line.competency)


def _head(found: Profile, competency: Competency) -> dict[str, str]:
    return {
        "credential": found.credential,
        "competency": competency.key if is_ctid(competency.key) else "",
        "statement": competency.text,
    }
