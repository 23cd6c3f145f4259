"""Matches: a text, an occupation or a list of competencies against every program and occupation, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router

from learnwork.competencies import matches, profiling, questions
from learnwork.competencies.match_answers import answer_document, why_document
from learnwork.competencies.matching import Question
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["competencies"])
_Identifiers = Annotated[str, Query(description="CTIDs, joined by commas")]
_Text = Annotated[str, Query(description="A short job description, or skills")]
_Have = Annotated[bool, Query(description="They are what somebody has, instead of what is asked for")]
_Size = Annotated[int, Query(ge=1, le=matches.MOST_MATCHES, description="How many of each kind")]


class MatchThing(Shape):
    """here: whether it has a page; false for what is known by its words only."""

    ctid: str
    name: str
    here: bool


class AlignedThing(MatchThing):
    """What stands for a competency, by an alignment: its relation, state, confidence and who says so."""

    relation: str
    state: str
    confidence: float | None
    raters: list[str]


class LevelRange(Shape):
    median: float
    least: float
    most: float


class CoveredCompetency(MatchThing):
    """How a competency is had. stated: by the credential's own document. expected, seldom (derived): asked by
    `asking` of the `of` occupations behind, which is at least half or fewer. asked: by the occupation itself.

    level, level_asked: O*NET's, 0 to 7. profile: levels of raters of the credential, 1 to 8, by column.
    """

    how: Literal["stated", "expected", "seldom", "asked"]
    derived: bool
    asking: int
    of: int
    strength: float
    level: LevelRange | None
    level_asked: float | None
    profile: dict[str, float | None] | None
    via: AlignedThing | None


class ExampleProgram(Shape):
    ctid: str
    name: str
    provider: str


class MatchedThing(MatchThing):
    """One place in the ranking. share: of what is asked, weighed. leads: how far it leads to the work of the question.

    through, behind, silent: occupations that its field leads to; detailed ones below these that say what they ask,
    and that do not. programs: how many start there; search: the search that lists them.
    """

    kind: Literal["field", "occupation", "credential"]
    score: float
    share: float
    leads: float | None
    leads_to: list[MatchThing]
    derived: bool
    through: int
    behind: int
    silent: int
    covered: list[CoveredCompetency]
    lacking: list[MatchThing]
    programs: int
    examples: list[ExampleProgram]
    search: str


class ChangedThing(Shape):
    """Something of the question that is not as it was. name: as it was called. now: what it means today, null where
    nothing does. before, after: releases with the old and with the new, empty where not known; on: when we knew.

    removed things are asked for still, and what is aligned with them counts; unknown ones are left out.
    """

    ctid: str
    name: str
    how: Literal["unknown", "removed", "replaced", "identified anew", "merged", "reworded"]
    now: MatchThing | None
    before: str
    after: str
    on: datetime | None


class WhyMatch(MatchedThing):
    """as_of, changed: as of `MatchAnswer`."""

    as_of: datetime | None
    changed: list[ChangedThing]


class TextPlace(Shape):
    """Characters [start, end) of the text, and the competency that they name. confidence: 0 to 1, that they do."""

    start: int
    end: int
    ctid: str
    confidence: float


class TitledWork(MatchThing):
    """An occupation of which a title stands in the first line of the text. taken: whether it is work of the question;
    a title of many occupations means none of them in particular."""

    title: str
    score: float
    taken: bool


class MatchNumbers(Shape):
    programs: int
    occupations: int


class MatchAnswer(Shape):
    """unmatched: what nothing here has. address: the page with the same answer; it holds identifiers only.

    read: where a text was asked, the places in it. as_of: null for an answer of now; while what was published last is
    being taken in, when that was published which the answer stands on. changed: what of the question is not as it was.
    """

    held: bool
    asked: list[MatchThing]
    work: list[MatchThing]
    unmatched: list[MatchThing]
    address: str
    compared: MatchNumbers
    as_of: datetime | None
    changed: list[ChangedThing]
    programs: list[MatchedThing]
    occupations: list[MatchedThing]
    read: list[TextPlace] | None
    titled: list[TitledWork]


@router.get(
    "/match", response={200: MatchAnswer, **ERRORS}, summary="Programs and occupations by competencies"
)
@answers(matches.state)
def match(
    request: HttpRequest,
    competencies: _Identifiers = "",
    occupations: _Identifiers = "",
    text: _Text = "",
    have: _Have = False,
    size: _Size = 10,
) -> MatchAnswer:
    """Ranked by what they cover of the competencies, or of what the occupations ask, and by the work they lead to.

    A text adds the competencies and the work that it names, with their places in it. It stands in the address, which
    servers on the way may keep: what is personal goes to the page, by POST, or to the command.
    """
    read = questions.read(text) if text.strip() else None
    own = questions.question_of(read, have) if read else Question()
    question = _question([*own.competencies, *competencies.split(",")], occupations, own.occupations, have)
    return MatchAnswer.model_validate(answer_document(matches.answer(question, limit=size), read))


def _question(competencies: Sequence[str], occupations: str, work: Sequence[str], have: bool) -> Question:
    """A question that asks nothing has an answer as well: nothing."""
    try:
        return questions.question(competencies, [*work, *occupations.split(",")], have)
    except questions.NothingAskedError:
        return Question(held=have)


@router.get("/match/{ctid}", response={200: WhyMatch, **ERRORS}, summary="Why one of them matches")
@answers(lambda: f"{matches.state()}:{profiling.state()}")
def why(
    request: HttpRequest,
    ctid: str,
    competencies: _Identifiers = "",
    occupations: _Identifiers = "",
    have: _Have = False,
) -> WhyMatch:
    """One program, credential, field or occupation against the question, line by line."""
    question = _question(competencies.split(","), occupations, (), have)
    return WhyMatch.model_validate(why_document(matches.why(question, ctid)))
