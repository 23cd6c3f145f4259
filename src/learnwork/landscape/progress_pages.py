"""The page of progress: the matrix of entries by years, slip, years in a stage, what stands still, whose money ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.landscape import drawings, editions, facts, money, progress, slip
from learnwork.landscape.answering import Asked, ask
from learnwork.landscape.days import latest
from learnwork.landscape.downloads import download
from learnwork.landscape.filters import Params
from learnwork.landscape.model import Landscape, Stage
from learnwork.landscape.narrowing import narrowing
from learnwork.landscape.slip import Outcome
from learnwork.layout import presentation
from learnwork.layout.pages import page

_EDITION = "edition-"
OUTCOMES = {
    Outcome.REACHED: gettext_lazy("reached"),
    Outcome.MOVED: gettext_lazy("foreseen for another year now"),
    Outcome.KEPT: gettext_lazy("foreseen as before"),
    Outcome.BEHIND: gettext_lazy("was not reached when foreseen"),
    Outcome.SILENT: gettext_lazy("nobody has reported since"),
    Outcome.DROPPED: gettext_lazy("no longer foreseen"),
}
STAGES = {
    1: gettext_lazy("drawing board"),
    2: gettext_lazy("under construction"),
    3: gettext_lazy("in testing"),
    4: gettext_lazy("scaling"),
    5: gettext_lazy("sustainable"),
}


def as_of(params: Params, asked: Asked) -> date:
    """The day on which the reader stands: `as_of`, else the last day of `valid_on` or of the edition, else today."""
    given = params.get("as_of")
    text = given if isinstance(given, str) else ""
    of_edition = asked.frozen.as_of if asked.frozen else ""
    return latest(text[:10]) or latest(asked.filter.valid_on or of_edition) or timezone.localdate()


@page
def progress_page(request: HttpRequest) -> HttpResponse:
    """Everything about pace, narrowed by the filter of the address."""
    asked = ask(request.GET)
    day = as_of(request.GET, asked)
    also = {key: request.GET[key] for key in ("as_of", "against") if request.GET.get(key)}
    matrix = progress.matrix(asked.shown, day)
    context = {
        "narrowing": narrowing(asked.filter, asked.whole, request.path, also),
        "matrix": matrix,
        "has_loose": any(row.loose for row in matrix.rows),
        "entries": asked.shown.entries,
        "query": request.GET.urlencode(),
        "stages": STAGES.items(),
        "stalled": progress.stalled(asked.shown, day),
        "stalled_years": progress.STALLED_YEARS,
        "cliffs": with_funders(money.cliffs(asked.shown, day), asked.shown),
        "ended": with_funders(money.ended(asked.shown, day), asked.shown),
        "milestones": slip.milestones(asked.shown, day),
        "here": "landscape",
        "at": "progress",
        **_stays(asked.shown),
        **_slips(request, asked.shown, day),
    }
    return render(request, "landscape/progress.html", context)


@page
def progress_sheet(request: HttpRequest) -> HttpResponse:
    """The matrix as CSV: one line for each stage that is said of an entry."""
    asked = ask(request.GET)
    head = ("entry", "name", "period", "position", "low", "high", "mark", "issued", "stands", "cited")
    return download("progress", head, _lines(asked.shown, as_of(request.GET, asked)))


def _lines(landscape: Landscape, day: date) -> Iterator[tuple[object, ...]]:
    for row in progress.matrix(landscape, day).rows:
        for cell in row.cells:
            said = ((cell.stage, True), *((other, False) for other in cell.others))
            for stage, stands in said:
                if stage is not None:
                    yield _line(row.entry.ctid, row.entry.name, stage, stands)
        for stage in row.loose:
            yield _line(row.entry.ctid, row.entry.name, stage, True)


def _line(ctid: str, name: str, stage: Stage, stands: bool) -> tuple[object, ...]:
    mark = "forecast" if stage.forecast else "recorded" if stage.period else "order only"
    pages = " ".join(stage.said.citations)
    period = stage.period or "not known"
    return ctid, name, period, stage.position, stage.low, stage.high, mark, stage.issued, stands, pages


def _stays(landscape: Landscape) -> dict[str, Any]:
    """Years in each stage, recorded and planned, with the picture of those that are known."""
    kinds = []
    for planned in (False, True):
        stays = progress.stays(landscape, forecast=planned)
        known = [(_("stage %(n)s") % {"n": one.level}, one.years) for one in stays if one.years]
        if known or any(one.unfinished for one in stays):
            kinds.append((planned, stays, drawings.boxes(known)))
    return {"stays": kinds}


def _slips(request: HttpRequest, landscape: Landscape, day: date) -> dict[str, Any]:
    """What became of the forecasts of an edition or an issue; of the oldest issue where the address names none."""
    choices = [(one, presentation.day(one)) for one in slip.issues(landscape)]
    choices += [(_EDITION + one.number, f"{one.title} ({one.number})") for one in editions.published()]
    asked = request.GET.get("against", "")
    against = asked if asked in dict(choices) else choices[0][0] if choices else ""
    found = slip.slips(forecasts(landscape, against), landscape, day)
    counts = [(words, len(found.of(outcome))) for outcome, words in OUTCOMES.items() if found.of(outcome)]
    rows = [(one, landscape.entries[one.entry], OUTCOMES[one.outcome]) for one in found.slips]
    shown = {"against_choices": choices, "against": against, "against_words": dict(choices).get(against, "")}
    return {**shown, "slips": found, "slip_rows": rows, "slip_counts": counts}


def forecasts(landscape: Landscape, against: str) -> list[Stage]:
    """What was said of stages: by the edition of a number ("edition-2.0"), else by the issue of a date."""
    if not against.startswith(_EDITION):
        return slip.as_issued(landscape, against) if against else []
    then = editions.frozen(editions.edition(against.removeprefix(_EDITION))).landscape
    moved = facts.merged(landscape)
    return [replace(one, entry=moved.get(one.entry, one.entry)) for one in then.stages]


def with_funders(cliffs: Sequence[money.Cliff], landscape: Landscape) -> list[tuple[money.Cliff, str]]:
    """Each with the name of who gives; "" where it is not stated."""
    return [(one, party.name if (party := landscape.parties.get(one.grant.funder)) else "") for one in cliffs]


urls: list[URLPattern | URLResolver] = [
    path("landscape/progress", progress_page, name="landscape-progress"),
    path("landscape/progress.csv", progress_sheet, name="landscape-progress-sheet"),
]
