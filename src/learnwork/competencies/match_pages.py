"""`/match`: what fits a job description, an occupation or a list of competencies; and why something does.

A text is read and answered with, and neither kept nor logged: long ones come by POST. The address of a match holds
identifiers alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learnwork.competencies import comparing_competencies, matches, questions
from learnwork.competencies.extraction import MOST_CHARACTERS
from learnwork.competencies.matching import Question
from learnwork.competencies.pattern_chart import chart
from learnwork.competencies.reading_text import ReadText
from learnwork.competencies.words import names
from learnwork.intake.access import LARGEST
from learnwork.layout.pages import page, refusal
from learnwork.layout.problems import status_of
from learnwork.registry import queries
from learnwork.vocabulary.errors import LearnworkError, TooLargeError

SHOWN, MOST_SHOWN = 10, 50
MOST_EXPECTED = 500


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest) -> HttpResponse:
    """The form, and below it the answer to what it or the address asks."""
    context: dict[str, Any] = {"here": "match", "most": MOST_CHARACTERS}
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise TooLargeError(
                _("The text is longer than what is read at once."),
                hint=_("Give the part that says what is asked for."),
            )
        given = request.POST if request.method == "POST" else request.GET
        text = given.get("q", "").strip()
        context |= {"text": text[:MOST_CHARACTERS], "held": bool(given.get("have"))}
        read = questions.read(text) if text else None
        context |= {"read": read, "titled": questions.titled(read) if read else ()}
        question = _asked(given, read)
        if question is not None:
            context |= _answer(question, given.get("show", ""))
        else:
            questions.make_ready()
    except LearnworkError as error:
        context |= {"error": error}
        return render(request, "competencies/match.html", context, status=status_of(error))
    return render(request, "competencies/match.html", context)


def _asked(given: Mapping[str, str], read: ReadText | None) -> Question | None:
    """What the address or the form asks; None where it asks nothing yet."""
    competencies = given.get("competencies", "").split(",")
    occupations = given.get("occupations", "").split(",")
    held = bool(given.get("have"))
    if read or any(one.strip() for one in (*competencies, *occupations)):
        return questions.question_with(read, competencies, occupations, held)
    return None


def _answer(question: Question, show: str) -> dict[str, Any]:
    limit = min(int(show), MOST_SHOWN) if show.isdecimal() and len(show) < 4 else SHOWN
    address = questions.address(question)
    return {
        "answer": matches.answer(question, limit=limit),
        "address": address,
        "held": question.held,
        "more": f"{address}&show={MOST_SHOWN}" if limit < MOST_SHOWN else "",
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def why(request: HttpRequest, ctid: str) -> HttpResponse:
    """Why one thing matches: line by line, at which level, and how much of it is derived. What somebody has comes by
    POST where no address is to say it."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        question = questions.question(
            given.get("competencies", "").split(","),
            given.get("occupations", "").split(","),
            bool(given.get("have")),
        )
        found = matches.why(question, ctid)
    except LearnworkError as error:
        return refusal(request, error)
    context = {
        "match": found,
        "held": question.held,
        "private": request.method == "POST",
        "address": questions.address(question),
        "chart": chart(found.pattern, names()) if found.pattern else None,
        "levels": any(line.level or line.asked_level is not None for line in found.covered),
        "profiled": any(line.profile for line in found.covered),
        "columns": names(),
    }
    return render(request, "competencies/match_why.html", context)


@page
def expected(request: HttpRequest, ctid: str) -> HttpResponse:
    """What a credential states, and what is expected of it by the occupations that it leads to."""
    found = comparing_competencies.compare([queries.resource(ctid)])
    context = {"basis": found.things[0], "rows": [(row, row.cells[0]) for row in found.rows[:MOST_EXPECTED]]}
    return render(request, "competencies/expected.html", context)
