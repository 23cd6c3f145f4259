"""What a survey says: live for those who work on it, published for everybody; as page and as files."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from learnwork.surveys import library, reports, services
from learnwork.surveys.answer_pages import message
from learnwork.surveys.charts import Chart
from learnwork.surveys.models import Survey
from learnwork.surveys.pages import may_work_on, to, workers
from learnwork.vocabulary.errors import LearnworkError

FILES = {
    "report.pdf": gettext_lazy("The report, printed (PDF)"),
    "report.json": gettext_lazy("The report as data (JSON)"),
    "wide.csv": gettext_lazy("The answers, one row a respondent (CSV)"),
    "long.csv": gettext_lazy("The answers, one row an answer, with consent (CSV)"),
    "codebook.csv": gettext_lazy("The codebook (CSV)"),
    "answers.json": gettext_lazy("The answers (JSON)"),
}


@require_safe
def front(request: HttpRequest, key: str) -> HttpResponse:
    """The address one gives to others: the report, or where one works on it."""
    try:
        survey = services.survey(key)
        if may_work_on(request, survey):
            return HttpResponseRedirect(to("survey", survey))
        library.report(key)
    except LearnworkError as error:
        return message(request, error, _("There is nothing here"))
    return HttpResponseRedirect(to("survey-report", survey))


@require_safe
@workers
def results(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Live: every answer so far."""
    return _page(request, survey, public=False)


@require_safe
@workers
def results_file(request: HttpRequest, survey: Survey, name: str) -> HttpResponse:
    return _file(request, survey, name, public=False)


@require_safe
def report(request: HttpRequest, key: str) -> HttpResponse:
    """For everybody, once it is published; those who work on it see it before."""
    try:
        survey = services.survey(key)
        if not may_work_on(request, survey):
            library.report(key)
        return _page(request, survey, public=True)
    except LearnworkError as error:
        return message(request, error)


@require_safe
def report_file(request: HttpRequest, key: str, name: str) -> HttpResponse:
    try:
        survey = services.survey(key)
        if not may_work_on(request, survey):
            library.report(key)
        return _file(request, survey, name, public=True)
    except LearnworkError as error:
        return message(request, error)


def _page(request: HttpRequest, survey: Survey, *, public: bool) -> HttpResponse:
    made = reports.build(survey, reports.Asked.of(request.GET.dict()), public=public)
    context = {
        "survey": survey,
        "report": made,
        "title": made.title,
        "tables": made.tables(),
        "charts": {chart.key: chart for chart in made.charts()},
        "query": request.GET.urlencode(),
        "base": to("survey-report" if public else "survey-results", survey),
        "files": FILES.items(),
        "here": "surveys",
    }
    return render(request, "surveys/report.html", context)


def _file(request: HttpRequest, survey: Survey, name: str, *, public: bool) -> HttpResponse:
    made = reports.build(survey, reports.Asked.of(request.GET.dict()), public=public)
    found = reports.file(made, name)
    if found is None:
        raise Http404
    body, kind = found
    response = HttpResponse(body, content_type=kind)
    if not name.endswith(".svg"):
        response["Content-Disposition"] = f'attachment; filename="{survey.key}-{name}"'
    return response


def picture(charts: Iterable[Chart], name: str) -> HttpResponse:
    """KEY.svg or KEY.night.svg of some charts. Raises `Http404`."""
    key, _dot, rest = name.partition(".")
    for chart in charts:
        if chart.key == key and rest in ("svg", "night.svg"):
            return HttpResponse(chart.svg(night=rest != "svg"), content_type="image/svg+xml")
    raise Http404
