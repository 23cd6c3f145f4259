"""Published reports of surveys, and studies known by their printed percentages: the tables of their pages as data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from learnwork.surveys import library, models, studies
from learnwork.surveys.errors import UnknownSurveyError
from learnwork.surveys.reports import Asked, build, document
from learnwork.surveys.services import title_of
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["surveys"])
_SHARE = r"^([0-9]{1,6}/[1-9][0-9]{0,5}|[0-9]{1,3}%?)?$"
Most = Annotated[str, Query("", pattern=_SHARE, description="Most common: at least, such as 3/4 or 75%")]
Least = Annotated[str, Query("", pattern=_SHARE, description="Least common: at most, such as 1/2")]
Intervals = Annotated[bool, Query(False, description="With Wilson, Clopper–Pearson and Jeffreys intervals")]


class Report(Shape):
    """A published report in the list. page: for people; data: its tables. smallest: cells of fewer are withheld."""

    key: str
    title: str
    opened_at: datetime | None
    closed_at: datetime | None
    smallest: int
    page: str
    data: str

    @classmethod
    def of(cls, row: models.Survey) -> Report:
        return cls(
            key=row.key,
            title=title_of(row),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            smallest=row.smallest,
            page=f"{settings.BASE_URL}/surveys/{row.key}/report",
            data=f"{settings.BASE_URL}/api/surveys/{row.key}",
        )


class Study(Shape):
    """A study known by its printed percentages, in the list."""

    key: str
    title: str
    page: str
    data: str

    @classmethod
    def of(cls, row: models.PublishedStudy) -> Study:
        return cls(
            key=row.key,
            title=row.title,
            page=f"{settings.BASE_URL}/studies/{row.key}",
            data=f"{settings.BASE_URL}/api/surveys/studies/{row.key}",
        )


class Published(Shape):
    reports: list[Report]
    studies: list[Study]


class Column(Shape):
    key: str
    label: str


class Table(Shape):
    """rows: each by column key; counts and percentages are numbers, everything else is in words."""

    key: str
    title: str
    columns: list[Column]
    rows: list[dict[str, Any]]
    notes: list[str]


class Limits(Shape):
    most: str
    least: str


class ReportTables(Shape):
    """chosen: respondents were picked rather than drawn at random, so that shares are about them alone."""

    survey: str
    title: str
    limits: Limits
    chosen: bool
    invited: int
    responded: int
    notes: list[str]
    tables: list[Table]


class StudyTables(Shape):
    """respondents_inferred: the base that most of the printed percentages fit, null where none does."""

    study: str
    title: str
    source: list[str]
    respondents_inferred: int | None
    tables: list[Table]


@router.get("/surveys", response={200: Published, **ERRORS}, summary="Published surveys")
@answers(library.state)
def published(request: HttpRequest) -> Published:
    """Every published report, the newest first, and every study that is known by its percentages."""
    return Published(
        reports=[Report.of(one) for one in library.reports()],
        studies=[Study.of(one) for one in library.studies()],
    )


@router.get("/surveys/studies/{key}", response={200: StudyTables, **ERRORS}, summary="A printed study")
@answers(library.state)
def study(request: HttpRequest, key: str, most: Most, least: Least, intervals: Intervals) -> StudyTables:
    """What was printed, what follows from it, and what contradicts what."""
    asked = Asked(most=most, least=least, intervals=intervals)
    return StudyTables.model_validate(studies.document(studies.study(_key(key), asked)))


@router.get("/surveys/{key}", response={200: ReportTables, **ERRORS}, summary="A published report")
@answers(library.state)
def report(
    request: HttpRequest,
    key: str,
    most: Most,
    least: Least,
    intervals: Intervals,
    category: Annotated[str, Query("", max_length=300, description="Only this category, by its name")],
    universal: Annotated[bool, Query(True, description="Likeness with features that nearly all have")],
) -> ReportTables:
    """The tables of the report as everybody may see them, to the last digit those of its page."""
    asked = Asked(most=most, least=least, category=category, intervals=intervals, universal=universal)
    return ReportTables.model_validate(document(build(library.report(_key(key)), asked, public=True)))


def _key(key: str) -> str:
    if "\x00" in key:
        raise UnknownSurveyError("No survey has such a key.", hint="They are listed at /api/surveys.")
    return key
