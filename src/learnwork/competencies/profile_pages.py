"""The profile of a credential: read it, rate a competency, print the template, fill it as a sheet."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.competencies import profile_loading, profiling, rating_sheets, rubric
from learnwork.competencies.models.profiles import CompetencyRating
from learnwork.competencies.pattern_chart import chart
from learnwork.competencies.profiling import Competency, Given, Profile
from learnwork.competencies.rating import COLUMNS, LEAST, MOST, read_level
from learnwork.competencies.vectors import NoVectorsError
from learnwork.competencies.words import asks, names
from learnwork.intake.access import curator, curators_only
from learnwork.layout.pages import page
from learnwork.vocabulary.errors import TooLargeError

MOST_BYTES = 5_000_000
_LEVELS = tuple(str(level) for level in range(LEAST, MOST + 1))


@page
def show(request: HttpRequest, ctid: str) -> HttpResponse:
    found = profiling.of(ctid)
    context = {
        **_context(found),
        "former": profiling.former(found.credential),
        "agreements": [(names()[column], one) for column, one in found.agreement.items()],
    }
    return render(request, "competencies/profile.html", context)


@page
def template(request: HttpRequest, ctid: str) -> HttpResponse:
    """The empty template on paper: the levels first, then a row for every competency."""
    found = profiling.of(ctid)
    return render(
        request,
        "competencies/template.html",
        {**_context(found), "blank": range(max(0, 8 - len(found.lines)))},
    )


@page
def sheet(request: HttpRequest, ctid: str) -> HttpResponse:
    """Ratings as CSV; `?template` gives the rows to fill instead."""
    found = profiling.of(ctid)
    rows = profile_loading.template_rows(found) if "template" in request.GET else profile_loading.rows(found)
    response = HttpResponse(rating_sheets.write(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="profile-{found.credential}.csv"'
    return response


@curators_only
def rate(request: HttpRequest, ctid: str) -> HttpResponse:
    """One competency, four columns, with the nearest statements of the levels beside them."""
    found = profiling.of(ctid)
    asked = request.POST if request.method == "POST" else request.GET
    competency = _competency(found, asked.get("competency", ""), asked.get("statement", ""))
    if request.method == "POST" and competency is not None:
        given = Given(
            competency,
            _levels(request),
            request.POST.get("rationale", ""),
            request.POST.get("evidence", ""),
            request.POST.get("status", "draft"),
        )
        kept = profiling.rate(ctid, given, rater=curator(request))
        messages.success(request, _("Kept.") if kept else _("Nothing was changed."))
        return HttpResponseRedirect(_after(found, competency))
    context = {**_context(found), "competency": competency, "statuses": CompetencyRating.Status.choices}
    if competency is not None:
        own = _own(found, competency, curator(request).get_username())
        context |= {"own": own, "columns": _columns(competency, own)}
    return render(request, "competencies/rate.html", context)


@curators_only
def load(request: HttpRequest, ctid: str) -> HttpResponse:
    """A filled sheet: first what would happen, then, with the box ticked, what happened."""
    found = profiling.of(ctid)
    report = None
    if request.method == "POST":
        with tempfile.TemporaryDirectory(prefix="learnwork-") as folder:
            path = _uploaded(request, Path(folder))
            rows, issues = rating_sheets.read(path)
        dry = request.POST.get("do") != "load"
        report = profile_loading.load(rows, credential=found.credential, rater=curator(request), dry_run=dry)
        report = report.with_issues(issues)
        if not dry and report.kept:
            messages.success(
                request,
                ngettext("%(n)s rating was kept.", "%(n)s ratings were kept.", report.kept)
                % {"n": report.kept},
            )
    return render(request, "competencies/load_profile.html", {**_context(found), "report": report})


def _uploaded(request: HttpRequest, folder: Path) -> Path:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise profiling.RatingRefusedError(_("No file was chosen."), hint=_("Choose the filled sheet."))
    if (file.size or 0) > MOST_BYTES:
        raise TooLargeError(
            _("The sheet is larger than %(n)s bytes.") % {"n": f"{MOST_BYTES:,}"}, hint=_("Split it.")
        )
    suffix = Path(file.name or "").suffix.lower()
    path = folder / f"sheet{suffix if suffix in ('.csv', '.tsv', '.xlsx', '.xls', '.ods') else '.csv'}"
    path.write_bytes(file.read())
    return path


def _context(found: Profile) -> dict[str, Any]:
    shown = profiling.wording()
    return {
        "profile": found,
        "chart": chart(found.pattern, names()) if found.pattern else None,
        "columns_named": [(column, names()[column], asks()[column]) for column in COLUMNS],
        "rubric": shown,
        "official": shown.wording == rubric.OFFICIAL,
        "rubric_rows": [
            (level, [(names()[column], shown.of(column)[level - LEAST].text) for column in COLUMNS])
            for level in range(LEAST, MOST + 1)
        ],
        "lines": [
            (line, [(names()[column], _cell(line.agreed, column)) for column in COLUMNS])
            for line in found.lines
        ],
    }


def _cell(levels: Any, column: str) -> str:
    return rating_sheets.level_text(levels, column)


def _competency(found: Profile, key: str, statement: str) -> Competency | None:
    """The competency that is asked for: one of the profile, or one newly stated."""
    for line in found.lines:
        if line.competency.key == key:
            return line.competency
    text = statement.strip()
    return Competency(profiling.key_of(text), text) if text else None


def _levels(request: HttpRequest) -> dict[str, int | None]:
    levels: dict[str, int | None] = {}
    for column in COLUMNS:
        level = read_level(column, request.POST.get(column, ""))
        if level != "":
            levels[column] = level  # type: ignore[assignment]  # "" is the only text that read_level gives
    return levels


def _own(found: Profile, competency: Competency, name: str) -> CompetencyRating | None:
    ratings = (one for line in found.lines if line.competency == competency for one in line.ratings)
    return next((one for one in ratings if one.rater_name == name), None)


def _columns(competency: Competency, own: CompetencyRating | None) -> list[dict[str, Any]]:
    """What the form asks of each column, and the statements that are near the competency's words."""
    try:
        near = rubric.nearest(profiling.wording(), competency.text)
    except NoVectorsError:
        near = {}
    return [
        {
            "key": column,
            "name": names()[column],
            "asks": asks()[column],
            "near": near.get(column, ()),
            "choices": [(value, value in _chosen(own, column)) for value in _LEVELS],
            "inapplicable": "n/a" in _chosen(own, column),
        }
        for column in COLUMNS
    ]


def _chosen(own: CompetencyRating | None, column: str) -> tuple[str, ...]:
    return (rating_sheets.level_text(own.levels, column),) if own else ()


def _after(found: Profile, competency: Competency) -> str:
    """The next competency that waits, else the profile."""
    keys = [line.competency.key for line in found.lines]
    waiting = [
        line.competency.key for line in found.lines if not line.ratings and line.competency != competency
    ]
    later = [
        key for key in waiting if competency.key in keys and keys.index(key) > keys.index(competency.key)
    ]
    if following := (later or waiting):
        return f"{reverse('profile-rate', args=[found.credential])}?{urlencode({'competency': following[0]})}"
    return reverse("profile", args=[found.credential])
