"""The respondent's pages: open the link, choose who may see the answers, answer, look at them, delete them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.layout.problems import problem_of, problem_of_status, status_of
from learnwork.surveys import claims, invitations, questionnaire, responding, seats
from learnwork.surveys.design import Design, read, say
from learnwork.surveys.errors import BadLinkError
from learnwork.surveys.mail import told
from learnwork.surveys.models import Invitation, Version
from learnwork.surveys.services import version
from learnwork.vocabulary.errors import LearnworkError

View = Callable[..., HttpResponse]


def message(request: HttpRequest, error: LearnworkError, title: str = "") -> HttpResponse:
    """An error as a page that says what and how."""
    status = 403 if isinstance(error, BadLinkError) else status_of(error)
    context = {"title": title or _("This cannot be done"), "detail": error.message, "hint": error.hint}
    return render(request, "surveys/message.html", context, status=status)


def respondents(view: View) -> View:
    """A page of one respondent: the seat is checked, the language is theirs, nothing is kept by caches."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        try:
            invitation = seats.of(request, pk)
            with translation.override(invitation.language):
                wait = seats.wait_of(invitation)
                return _too_often(request, wait) if wait else view(request, invitation, **kwargs)
        except LearnworkError as error:
            if request.headers.get("Accept") == "application/json":
                return problem_of(error)
            return message(request, error)

    return answer


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """More requests with one link than a person makes; the script of the page tries again by itself."""
    if request.headers.get("Accept") == "application/json":
        response = problem_of_status(429)
    else:
        context = {
            "title": _("Too many requests with this link"),
            "detail": _("What you saved is kept."),
            "hint": _("Go back in a minute and send it again."),
        }
        response = render(request, "surveys/message.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The page of every link. The code comes in the body of a request, from a script or typed in."""
    if request.method != "POST":
        return render(request, "surveys/enter.html")
    try:
        invitation, key = invitations.by_code(request.POST.get("code", ""))
    except BadLinkError as error:
        return render(request, "surveys/enter.html", {"error": error}, status=403)
    invitations.reached(invitation, "opened")
    response = HttpResponseRedirect(reverse("answer-start", args=[invitation.pk]))
    seats.take(response, invitation, key)
    return response


def _frame(invitation: Invitation, design: Design | None = None) -> dict[str, Any]:
    """What every page of a respondent shows."""
    survey = invitation.survey
    return {
        "invitation": invitation,
        "title": say(survey.title, invitation.language),
        "intro": say(survey.intro, invitation.language),
        "deadline": told(invitations.deadline_of(invitation), survey.zone),
        "contact": survey.contact,
        "survey": survey,
        "pages": len(design.pages) if design else 0,
    }


def _newest(invitation: Invitation) -> tuple[Version, Design]:
    newest = version(invitation.survey)
    return newest, read(newest.design)


@require_http_methods(["GET", "HEAD", "POST"])
@respondents
def start(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What it is about, who may see the answers, and the way in."""
    _version, design = _newest(invitation)
    if request.method == "POST":
        was = invitation.consent, invitation.publishes
        responding.consent(invitation, request.POST.get("consent", ""), "publishes" in request.POST)
        if was != (invitation.consent, invitation.publishes) and (was[1] or invitation.publishes):
            claims.publish(invitation.survey)
        return HttpResponseRedirect(reverse("answer-page", args=[invitation.pk, 1]))
    receipt = responding.receipt(invitation)
    context = _frame(invitation, design) | {
        "consents": questionnaire.CONSENTS.items(),
        "offers": [say(item.label, invitation.language) for item in design.items if item.publishes],
        "receipt": receipt,
        "languages": design.languages if len(design.languages) > 1 else (),
    }
    return render(request, "surveys/start.html", context)


@require_POST
@respondents
def language(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    _version, design = _newest(invitation)
    chosen = request.POST.get("language", "")
    if chosen in design.languages:
        invitation.language = chosen
        invitation.save(update_fields=["language"])
    return HttpResponseRedirect(reverse("answer-start", args=[invitation.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@respondents
def questions(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """One page of questions. Without scripts it is saved as a whole when one goes on."""
    newest, design = _newest(invitation)
    pages = len(design.pages)
    if not 1 <= number <= pages:
        return HttpResponseRedirect(reverse("answer-start", args=[invitation.pk]))
    if request.method == "POST":
        return _saved(request, invitation, newest, number)
    who = questionnaire.respondent(invitation, design, responding.answers_of(invitation))
    return _questions(request, invitation, newest, who, number)


def _questions(
    request: HttpRequest,
    invitation: Invitation,
    newest: Version,
    who: questionnaire.Respondent,
    number: int,
    **more: Any,
) -> HttpResponse:
    context = _frame(invitation, who.design) | {
        "page": questionnaire.page(who, number),
        "version": newest,
        "consent": questionnaire.CONSENTS[invitation.consent],
        **more,
    }
    return render(request, "surveys/questions.html", context, status=422 if more.get("unsaved") else 200)


def _saved(request: HttpRequest, invitation: Invitation, newest: Version, number: int) -> HttpResponse:
    """Save a whole page; go where the button says, unless something waits for the respondent here."""
    asked_in = version(invitation.survey, _whole(request.POST.get("version", "")))
    design = read(asked_in.design)
    given = questionnaire.sent(request.POST, design)
    before = responding.put_to(read(newest.design), responding.answers_of(invitation))
    try:
        outcome = responding.save(invitation.pk, asked_in.number, given)
    except LearnworkError as error:
        # Too late: what was typed is shown once more, so that it can be copied.
        kept = {one.item: error for one in given}
        outcome = responding.Outcome(invitation.revision, refused=kept)  # type: ignore[arg-type]
        who = questionnaire.respondent(
            invitation, read(newest.design), responding.answers_of(invitation), outcome, given
        )
        return _questions(request, invitation, newest, who, number, unsaved=error)
    _told_the_map(invitation, asked_in, outcome)
    answers = responding.answers_of(invitation)
    design = read(newest.design)
    here = {item.key for item in design.of(design.pages[number - 1].key)}
    appeared = (responding.put_to(design, answers) - before) & here
    if not (outcome.conflicts or outcome.refused or outcome.removed or appeared):
        return _onwards(request, invitation, number, len(design.pages))
    who = questionnaire.respondent(invitation, design, answers, outcome, given)
    return _questions(
        request,
        invitation,
        newest,
        who,
        number,
        removed=[say(item.label, invitation.language) for item in _items(asked_in, outcome.removed)],
        appeared=bool(appeared),
    )


def _items(asked_in: Version, keys: tuple[str, ...]) -> list[Any]:
    return [item for item in read(asked_in.design).items if item.key in keys]


def _told_the_map(invitation: Invitation, asked_in: Version, outcome: responding.Outcome) -> None:
    """What stands beside the entry follows an answer that is changed, or taken back, after it was sent off."""
    sent_off = invitation.publishes and invitation.completed_at is not None
    if sent_off and any(item.publishes for item in _items(asked_in, outcome.saved)):
        claims.publish(invitation.survey)


def _onwards(request: HttpRequest, invitation: Invitation, number: int, pages: int) -> HttpResponse:
    where = request.POST.get("go", "next")
    to = {"back": number - 1, "stay": number}.get(where, number + 1)
    if where.isascii() and where.isdigit() and len(where) < 5:
        to = int(where)
    if to < 1:
        return HttpResponseRedirect(reverse("answer-start", args=[invitation.pk]))
    if to > pages:
        return HttpResponseRedirect(reverse("answer-receipt", args=[invitation.pk]))
    return HttpResponseRedirect(reverse("answer-page", args=[invitation.pk, to]))


@require_POST
@respondents
def save(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Answers while one types, for the script of the page: what was kept, and what waits for a decision."""
    asked_in = version(invitation.survey, _whole(request.POST.get("version", "")))
    design = read(asked_in.design)
    outcome = responding.save(invitation.pk, asked_in.number, questionnaire.sent(request.POST, design))
    _told_the_map(invitation, asked_in, outcome)
    answers = responding.answers_of(invitation)
    shown = [item for item in design.items if f"w-{item.key}" in request.POST]
    return JsonResponse(
        {
            "items": {
                item.key: {
                    "revision": answers[item.key].revision if item.key in answers else 0,
                    "was": responding.fingerprint_of(answers.get(item.key)),
                }
                for item in shown
            },
            "refused": {key: f"{error.message} {error.hint}" for key, error in outcome.refused.items()},
            "conflicts": {one.item: _conflict(design, one, invitation) for one in outcome.conflicts},
            "asked": sorted(responding.put_to(read(version(invitation.survey).design), answers)),
        }
    )


def _conflict(design: Design, one: responding.Conflict, invitation: Invitation) -> str:
    item = design.item(one.item)
    assert item is not None  # noqa: S101 - conflicts are about items of this version
    words = questionnaire.in_words(item, one.theirs, invitation.language)
    return _("Somebody with the same link answered “%(theirs)s” meanwhile. Yours is not saved yet.") % {
        "theirs": words
    }


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@respondents
def receipt(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """All that was given, to look through; sent off with the button, and the proof of it afterwards."""
    if request.method == "POST":
        responding.complete(invitation)
        if invitation.publishes:
            claims.publish(invitation.survey)
        return HttpResponseRedirect(reverse("answer-receipt", args=[invitation.pk]))
    found = responding.receipt(invitation)
    put = responding.put_to(found.design, found.answers)
    document = claims.entry(invitation)
    rows = [
        {
            "category": say(category.name, invitation.language),
            "page": number,
            "items": [
                {
                    "label": say(item.label, invitation.language),
                    "answer": questionnaire.in_words(item, found.answers.get(item.key), invitation.language),
                    "missing": item.key not in found.answers,
                    "known": claims.known(item, document),
                    "consent": questionnaire.CONSENTS.get(
                        found.answers[item.key].consent if item.key in found.answers else ""
                    ),
                }
                for item in found.design.of(category.key)
                if item.key in put
            ],
        }
        for number, category in enumerate(found.design.pages, 1)
    ]
    context = _frame(invitation, found.design) | {
        "receipt": found,
        "rows": rows,
        "open": sum(one["missing"] for row in rows for one in row["items"]),  # type: ignore[attr-defined]
        "consent": questionnaire.CONSENTS[invitation.consent],
    }
    return render(request, "surveys/receipt.html", context)


@require_safe
@respondents
def own_data(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Everything that was given, as a file."""
    every = invitation.answers.select_related("version").order_by("item")
    rows = [
        {
            "item": one.item,
            "version": one.version.number,
            "status": one.status,
            "value": one.value,
            "consent": one.consent or invitation.consent,
            "saved_at": one.saved_at.isoformat(),
        }
        for one in every
    ]
    body = {
        "survey": invitation.survey.key,
        "initiative": {"ctid": invitation.ctid, "name": invitation.initiative},
        "answers": rows,
        "receipt": responding.receipt(invitation).code,
    }
    response = JsonResponse(body, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="answers.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@respondents
def decline(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        invitations.decline(invitation, request.POST.get("reason", ""))
        response = render(request, "surveys/declined.html", _frame(invitation))
        seats.leave(response, invitation)
        return response
    return render(request, "surveys/decline.html", _frame(invitation))


@require_http_methods(["GET", "HEAD", "POST"])
@respondents
def erase(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Delete everything, after one more question."""
    context = _frame(invitation) | {"count": invitation.answers.count()}
    if request.method == "POST":
        published = invitation.publishes
        context |= {"gone": responding.erase(invitation), "erased": True}
        if published:
            claims.publish(invitation.survey)
    return render(request, "surveys/erase.html", context)
