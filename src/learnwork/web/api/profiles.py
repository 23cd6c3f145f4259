"""Profiles of credentials: levels of their competencies, what they come to, and how far raters agree."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from learnwork.competencies import profiling
from learnwork.competencies.answers import document
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["competencies"])


class LevelColumn(Shape):
    """Levels of one column over the competencies that have one: median, range, most frequent, how many. Derived."""

    column: str
    median: float | None
    least: float | None
    most: float | None
    modes: list[int]
    n: int
    inapplicable: int
    unrated: int


class RaterAgreement(Shape):
    """Of how many pairs of raters of the same competency. alpha: Krippendorff's for ordinal data, null if undefined."""

    column: str
    units: int
    pairs: int
    exact: int
    within_one: int
    alpha: float | None


class CompetencyRating(Shape):
    """What one rater said. levels: by column, 1 to 8, null where the column does not apply."""

    rater: str
    rated_on: str
    status: str
    rubric: str
    levels: dict[str, int | None]
    rationale: str
    evidence: str


class RatedCompetency(Shape):
    """levels: the median of its raters, derived. ctid: null where it is known by its statement only."""

    ctid: str | None
    statement: str
    levels: dict[str, float | None]
    ratings: list[CompetencyRating]


class Profile(Shape):
    """derived: which members are computed here. middle: median of the columns' medians; read it beside the pattern."""

    credential: str
    name: str
    derived: list[str]
    competencies_rated: int
    raters: int
    middle: float | None
    pattern: list[LevelColumn] | None
    agreement: list[RaterAgreement]
    competencies: list[RatedCompetency]


@router.get(
    "/resources/{ctid}/profile", response={200: Profile, **ERRORS}, summary="Levels of its competencies"
)
@answers(profiling.state)
def profile(request: HttpRequest, ctid: str) -> Profile:
    """The profile of a credential by the Connecting Credentials Framework. Levels alone make nothing equivalent."""
    return Profile.model_validate(document(profiling.of(ctid)))
