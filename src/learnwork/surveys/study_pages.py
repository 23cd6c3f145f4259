"""The pages of studies that are known by their printed percentages."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from learnwork.surveys import studies
from learnwork.surveys.answer_pages import message
from learnwork.surveys.design_pages import MOST_BYTES
from learnwork.surveys.forms import StudyForm
from learnwork.surveys.models import PublishedStudy
from learnwork.surveys.pages import researchers
from learnwork.surveys.report_pages import picture
from learnwork.surveys.reports import Asked
from learnwork.vocabulary.errors import LearnworkError, TooLargeError


@require_safe
def study(request: HttpRequest, key: str) -> HttpResponse:
    """What was printed, what follows from it, and what contradicts what."""
    try:
        found = studies.study(key, Asked.of(request.GET.dict()))
    except LearnworkError as error:
        return message(request, error)
    context = {
        "study": found,
        "title": found.row.title,
        "tables": found.tables(),
        "charts": {chart.key: chart for chart in found.charts()},
        "base": reverse("study", args=[key]),
        "query": request.GET.urlencode(),
        "here": "surveys",
    }
    return render(request, "surveys/study.html", context)


@require_safe
def study_file(request: HttpRequest, key: str, name: str) -> HttpResponse:
    try:
        found = studies.study(key, Asked.of(request.GET.dict()))
    except LearnworkError as error:
        return message(request, error)
    tables = {table.key: table for table in found.tables()}
    if name == "study.json":
        body = orjson.dumps(studies.document(found), option=orjson.OPT_INDENT_2)
        return HttpResponse(body, content_type="application/json")
    if name.endswith(".svg"):
        return picture(found.charts(), name)
    table = tables.get(name.removesuffix(".csv"))
    if table is None or not name.endswith(".csv"):
        raise Http404
    response = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}-{table.key}.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@researchers
def new(request: HttpRequest) -> HttpResponse:
    """Enter a study from a file."""
    form = StudyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = _loaded(form)
        except LearnworkError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(reverse("study", args=[row.key]))
    return render(request, "surveys/study_new.html", {"form": form, "here": "surveys"})


def _loaded(form: StudyForm) -> PublishedStudy:
    with tempfile.TemporaryDirectory() as folder:
        results = _kept(form.cleaned_data["results"], Path(folder), "results")
        features = form.cleaned_data["features"]
        listed = _kept(features, Path(folder), "features") if features else None
        return studies.load(results, listed, title=form.cleaned_data["title"])


def _kept(upload: UploadedFile[bytes], folder: Path, name: str) -> Path:
    if (upload.size or 0) > MOST_BYTES:
        raise TooLargeError(_("The file is too large."), hint=_("A study is a few kilobytes."))
    suffix = PurePath(upload.name or "").suffix.lower()[:8]
    path = folder / f"{name}{suffix if suffix.lstrip('.').isalnum() else ''}"
    path.write_bytes(b"".join(upload.chunks()))
    return path
