"""Alignments as data: pairs with relation, state, rater, date, method, confidence and rationale; and drift."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router

from learnwork.competencies import aligning, alignment_rows, pairs, profiling
from learnwork.competencies import drift as drifting
from learnwork.competencies.pairs import Asked
from learnwork.registry import queries
from learnwork.web.api import cursors
from learnwork.web.api.answers import Page, answers, piece
from learnwork.web.api.resources import After, Size
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["competencies"])
Relation = Literal["", "exact", "broad", "narrow", "close", "related"]
State = Literal["", "proposed", "accepted", "rejected"]
Framework = Annotated[
    str, Query("", max_length=40, description="CTID of a framework, or a scheme: cip2020, onet …")
]


class End(Shape):
    """ctid: null while the end is open, because what it names is not loaded. framework: a CTID, or a scheme."""

    ctid: str | None
    scheme: str
    key: str
    name: str
    framework: str
    framework_name: str
    retired: bool
    wider: bool


class Reason(Shape):
    """A sign that a method saw, and the part of the score that it carries."""

    reason: str
    weight: float


class Word(Shape):
    """What one rater said. kind: person, published or method. confidence: 0 to 1, null where nobody said. date: when it
    was said, null where a publisher does not tell."""

    number: int
    relation: str
    state: str
    rater: str
    kind: str
    date: str | None
    received: str
    method: str
    confidence: float | None
    rationale: str
    reasons: list[Reason]
    licence: str | None
    superseded_at: str | None


class Pair(Shape):
    """relation: what the target is to the source (SKOS). state: accepted only where a person or a publisher said so.

    word: the one that counts. disputed: others that count as much say otherwise.
    """

    source: End
    target: End
    relation: str
    state: str
    confidence: float | None
    disputed: bool
    word: Word


class Alignments(Page):
    alignments: list[Pair]


class OfResource(Shape):
    """Pairs of one resource, whichever end it is, confirmed ones first; at most 200."""

    ctid: str
    alignments: list[Pair]


class Rated(Shape):
    ctid: str
    name: str


class BeforeAndNow(Shape):
    before: int
    now: int


class Touched(Shape):
    """A statement that a new version changed. taught, tested, certified, required: how many things name it.

    occupations, programs: how many a match finds by it, with the release before and now; match: the match itself.
    """

    ctid: str
    code: str
    text: str
    how: list[str]
    alignments: list[Pair]
    profiles: list[Rated]
    taught: int
    tested: int
    certified: int
    required: int
    occupations: BeforeAndNow
    programs: BeforeAndNow
    match: str


class Drift(Shape):
    """What is older than the new version and hangs on what it changed. before, after: null where there is but one."""

    framework: str
    before: str | None
    after: str | None
    counts: dict[str, int]
    touched: list[Touched]


@router.get("/alignments", response={200: Alignments, **ERRORS}, summary="Alignments")
@answers(aligning.state)
def alignments(
    request: HttpRequest,
    after: After,
    size: Size,
    source: Framework,
    target: Framework,
    relation: Annotated[Relation, Query("", description="What the target is to the source")],
    state: Annotated[State, Query("", description="proposed: nobody has confirmed it")],
    least: Annotated[float | None, Query(None, ge=0, le=1, description="Confidence of at least this")],
) -> Alignments:
    """Pairs of frameworks and classifications, each with the word that counts, in the order in which they were said."""
    asked = Asked(source, target, relation, state, least)
    found = pairs.listed(asked, cursors.read(request, after) or 0, size + 1)
    shown, following = piece(request, [(one.row.pk, one) for one in found], size)
    return Alignments(alignments=[_pair(one) for one in shown], next=following)


@router.get(
    "/resources/{ctid}/alignments",
    response={200: OfResource, **ERRORS},
    summary="What it is called elsewhere",
)
@answers(aligning.state)
def of_resource(request: HttpRequest, ctid: str) -> OfResource:
    """What corresponds to it in other frameworks, and how sure that is. Its hierarchy is no alignment."""
    row = queries.find(ctid)
    return OfResource(ctid=row.ctid, alignments=[_pair(one) for one in pairs.of_resource(row.ctid)])


@router.get("/frameworks/{ctid}/drift", response={200: Drift, **ERRORS}, summary="What a new version touches")
@answers(lambda: f"{aligning.state()}:{profiling.state()}")
def drift(
    request: HttpRequest,
    ctid: str,
    older: Annotated[str, Query("", max_length=120, description="A release, by number or label")],
    newer: Annotated[str, Query("", max_length=120, description="The same; else the last two are compared")],
) -> Drift:
    """Alignments and profiles older than the later release that hang on what it changed, and what matches rest on."""
    return Drift.model_validate(drifting.document(drifting.drift(ctid, older, newer)))


def _pair(one: pairs.Pair) -> Pair:
    return Pair.model_validate(alignment_rows.document(one))
