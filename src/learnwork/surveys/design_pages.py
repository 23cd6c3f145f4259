"""The pages on which a survey's questions are written: import, categories, items, preview."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.surveys import editing, questionnaire, services, translating
from learnwork.surveys.design import Design, read, say
from learnwork.surveys.forms import KIND_WORDS, CategoryForm, ImportForm, ItemForm
from learnwork.surveys.importing import Imported, import_design
from learnwork.surveys.models import Survey
from learnwork.surveys.pages import to, workers
from learnwork.vocabulary.errors import LearnworkError, TooLargeError

MOST_BYTES = 5_000_000


@require_safe
@workers
def design(request: HttpRequest, survey: Survey) -> HttpResponse:
    drawn = services.draft(survey)
    rows = [
        (category, [(item, KIND_WORDS[item.kind]) for item in drawn.of(category.key)])
        for category in drawn.categories
    ]
    context = {
        "survey": survey,
        "title": services.title_of(survey),
        "design": drawn,
        "rows": rows,
        "import_form": ImportForm(),
        "category_form": CategoryForm(),
        "here": "surveys",
    }
    return render(request, "surveys/design.html", context)


@require_POST
@workers
def change(request: HttpRequest, survey: Survey) -> HttpResponse:
    """One change of the draft: a file, a category, an item moved or deleted, the languages."""
    what = request.POST.get("do", "")
    drawn = services.draft(survey)
    if what == "import":
        changed = _imported(request)
    elif what == "category":
        changed = editing.with_category(
            drawn, request.POST.get("name", "").strip(), request.POST.get("scope", "")
        )
    elif what == "delete-category":
        changed = editing.without_category(drawn, request.POST.get("category", ""))
    elif what in ("up", "down"):
        changed = editing.moved(drawn, request.POST.get("item", ""), -1 if what == "up" else 1)
    elif what == "delete":
        changed = editing.without_item(drawn, request.POST.get("item", ""))
    elif what == "languages":
        changed = editing.with_languages(drawn, request.POST.get("languages", "").replace(",", " ").split())
    else:
        raise Http404
    services.save_draft(survey, changed, _revision(request))
    return HttpResponseRedirect(to("survey-design", survey))


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _imported(request: HttpRequest) -> Design:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        raise TooLargeError(_("There is no file."), hint=_("Choose one first."))
    found = read_upload(form.cleaned_data["file"])
    number = len(found.design.items)
    words = ngettext("%(n)s question was imported.", "%(n)s questions were imported.", number) % {"n": number}
    messages.success(request, words)
    for issue in found.issues[:20]:
        messages.warning(request, f"{issue.place}: {issue.message} {issue.hint}")
    return found.design


def read_upload(upload: UploadedFile[bytes]) -> Imported:
    """A design from an uploaded file. Raises `LearnworkError` where it is none."""
    if (upload.size or 0) > MOST_BYTES:
        raise TooLargeError(
            _("The file has more than %(n)s MB.") % {"n": MOST_BYTES // 1_000_000}, hint=_("Split it.")
        )
    suffix = PurePath(upload.name or "").suffix.lower()[:8]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix if suffix.lstrip('.').isalnum() else ''}"
        with path.open("wb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
        return import_design(path)


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def item(request: HttpRequest, survey: Survey, item: str = "") -> HttpResponse:
    """One question: new, or changed in its place."""
    drawn = services.draft(survey)
    former = drawn.item(item) if item else None
    if item and former is None:
        raise Http404
    if request.method == "POST":
        form = ItemForm(drawn, request.POST)
        if form.is_valid():
            try:
                changed = editing.with_item(drawn, form.item(former))
                services.save_draft(survey, changed, _revision(request))
                return HttpResponseRedirect(to("survey-design", survey))
            except LearnworkError as error:
                form.add_error(None, str(error))
    else:
        form = ItemForm.of(drawn, former) if former else ItemForm(drawn, initial=request.GET.dict())
    context = {
        "survey": survey,
        "title": services.title_of(survey),
        "form": form,
        "item": former,
        "here": "surveys",
    }
    return render(request, "surveys/item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workers
def translate(request: HttpRequest, survey: Survey, language: str) -> HttpResponse:
    """The texts of one category after the other in a further language, beside those of the first."""
    drawn = services.draft(survey)
    wanted = (request.POST if request.method == "POST" else request.GET).get("category", "")
    keys = [one.key for one in drawn.categories]
    if language not in drawn.languages[1:] or not keys or (wanted and wanted not in keys):
        raise Http404
    at = keys.index(wanted) if wanted else 0
    following = drawn.categories[at + 1] if at + 1 < len(keys) else None
    if request.method == "POST":
        words = {name[2:]: str(text) for name, text in request.POST.items() if name.startswith("t-")}
        changed = translating.translated(drawn, drawn.categories[at], language, words)
        services.save_draft(survey, changed, _revision(request))
        said = {name: request.POST.get(f"survey-{name}", "") for name in ("title", "intro")}
        services.translate(survey, language, **said)
        where = f"{request.path}?category={following.key}" if following else to("survey-design", survey)
        return HttpResponseRedirect(where)
    first = drawn.languages[0]
    context = {
        "survey": survey,
        "title": say(survey.title, first),
        "intro": say(survey.intro, first),
        "survey_title": survey.title.get(language, ""),
        "survey_intro": survey.intro.get(language, ""),
        "language": language,
        "category": drawn.categories[at],
        "categories": drawn.categories,
        "following": following,
        "phrases": translating.phrases(drawn, drawn.categories[at], language),
        "here": "surveys",
    }
    return render(request, "surveys/translate.html", context)


@require_safe
@workers
def preview(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The questionnaire as respondents will see it, of the draft; nothing can be saved."""
    drawn = services.draft(survey)
    if not drawn.pages:
        messages.warning(request, _("There are no questions yet."))
        return HttpResponseRedirect(to("survey-design", survey))
    asked = request.GET.get("page", "1")
    number = min(
        max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1, 1), len(drawn.pages)
    )
    language = request.GET.get("language", drawn.languages[0])
    who = questionnaire.Respondent(
        drawn, language=language if language in drawn.languages else drawn.languages[0]
    )
    context = {
        "page": questionnaire.page(who, number),
        "preview": True,
        "survey": survey,
        "title": services.title_of(survey),
        "here": "surveys",
    }
    return render(request, "surveys/questions.html", context)


@require_safe
@workers
def frozen(request: HttpRequest, survey: Survey, number: int) -> HttpResponse:
    """What a version asks, with its digest."""
    version = services.version(survey, number)
    drawn = read(version.design)
    rows = [
        (category, [(one, KIND_WORDS[one.kind]) for one in drawn.of(category.key)])
        for category in drawn.categories
    ]
    context = {
        "survey": survey, "title": services.title_of(survey), "version": version, "rows": rows, "here": "surveys"
    }  # fmt: skip
    return render(request, "surveys/version.html", context)
