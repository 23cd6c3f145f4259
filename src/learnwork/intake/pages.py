"""The pages of a suggestion: making one, following it, and judging it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.intake import suggestions
from learnwork.intake.access import curator, curators_only, form_page
from learnwork.intake.differences import Line, lines
from learnwork.intake.forms import AcceptForm, AnswerForm, DeclineForm, SendBackForm, SuggestionForm
from learnwork.intake.models import Suggestion
from learnwork.intake.suggested_values import is_plain, value_of, value_of_json
from learnwork.intake.suggestions import Given, Subject
from learnwork.layout.limits import client_of
from learnwork.layout.values import Known, Shown, show
from learnwork.registry import queries
from learnwork.vocabulary.documents import dated_references
from learnwork.vocabulary.errors import LearnworkError


@form_page
def suggest(request: HttpRequest, ctid: str) -> HttpResponse:
    """Report an error of one fact (`about`), or of the page."""
    view = queries.resource(ctid)
    meant = suggestions.subject(view, request.GET.get("about", ""))
    form = SuggestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = suggestions.suggest(view.ctid, meant.about, _given(request, form.cleaned_data))
        return HttpResponseRedirect(f"/suggestions/{made.token}?made=1")
    context = {"view": view, "subject": meant, "now": _shown(meant), "form": form}
    return render(request, "intake/suggest.html", context, status=400 if form.errors else 200)


def _given(request: HttpRequest, data: dict[str, Any]) -> Given:
    client = client_of(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXIES
    )
    return Given(data["wrong"], data["right"], data["evidence"], data.get("mail", ""), client=client)


def _shown(meant: Subject, values: Sequence[Any] | None = None) -> tuple[Shown, ...]:
    """The values of a fact in words, what they refer to under its name."""
    values = list(meant.values if values is None else values)
    named = {ref.target for value in values for ref in dated_references({meant.about or "lw:value": value})}
    names = {ctid: name for ctid, (name, _kind) in queries.captions(sorted(named)).items()}
    kind = meant.property.kind if meant.property else ""
    return tuple(one for value in values for one in show(value, kind, Known(names)))


@form_page
def status(request: HttpRequest, token: str) -> HttpResponse:
    """The author's own page of a suggestion; where a curator asked something, with the form to answer."""
    suggestion = suggestions.of_token(token)
    asked = suggestion.state == Suggestion.State.RETURNED
    before = {"wrong": suggestion.wrong, "right": suggestion.right, "evidence": suggestion.evidence}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=before) if asked else None
    if form is not None and form.is_valid():
        suggestions.amend(token, _given(request, form.cleaned_data))
        return HttpResponseRedirect(f"/suggestions/{token}")
    view = queries.resource(suggestion.resource.ctid)
    context = {
        "suggestion": suggestion,
        "subject": suggestions.subject(view, suggestion.about),
        "form": form,
        "made": request.GET.get("made") == "1",
        "link": f"{settings.BASE_URL}/suggestions/{token}",
    }
    answer = render(request, "intake/status.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@curators_only
def review_queue(request: HttpRequest) -> HttpResponse:
    """What waits for a curator, the oldest first; other states on request."""
    asked = request.GET.get("state", "")
    state = asked if asked in Suggestion.State.values else Suggestion.State.WAITING
    shown = Paginator(suggestions.queue(state), 40).get_page(request.GET.get("page"))
    context = {"page": shown, "state": state, "states": Suggestion.State.choices}
    return render(request, "intake/queue.html", context)


@curators_only
def review(request: HttpRequest, number: int) -> HttpResponse:
    """One suggestion beside what stands there now, what accepting would change, and the three answers."""
    suggestion = suggestions.of_number(number)
    if request.method == "POST":
        return _judge(request, suggestion)
    return _review(request, suggestion, {})


def _judge(request: HttpRequest, suggestion: Suggestion) -> HttpResponse:
    """Accept, return or decline; a preview changes nothing."""
    answer = request.POST.get("answer", "")
    who = curator(request)
    if answer == "return" and (back := SendBackForm(request.POST)).is_valid():
        suggestions.send_back(suggestion.pk, back.cleaned_data["comment"], author=who)
        return _done(request, _("The reader has been asked."))
    if answer == "decline" and (no := DeclineForm(request.POST)).is_valid():
        suggestions.decline(suggestion.pk, no.cleaned_data["reason"], no.cleaned_data["comment"], author=who)
        return _done(request, _("Declined."))
    if answer == "accept" and (form := AcceptForm(request.POST)).is_valid():
        suggestions.accept(suggestion.pk, _value(suggestion, form.cleaned_data["value"]), author=who)
        return _done(request, _("Accepted. It is stated by the source “suggestions”."))
    return _review(request, suggestion, request.POST)


def _done(request: HttpRequest, what: str) -> HttpResponse:
    messages.success(request, what)
    return HttpResponseRedirect("/curate/suggestions")


def _value(suggestion: Suggestion, text: str) -> Any:
    prop = suggestions.subject(queries.resource(suggestion.resource.ctid), suggestion.about).property
    return value_of(prop, text) if prop and is_plain(prop) else value_of_json(prop, text)


def _review(request: HttpRequest, suggestion: Suggestion, given: Any) -> HttpResponse:
    view = queries.resource(suggestion.resource.ctid)
    meant = suggestions.subject(view, suggestion.about)
    statable = bool(meant.about) and not meant.measured and suggestion.open and not suggestion.change
    typed = given.get("value") or (suggestion.right if is_plain(meant.property) else _as_text(meant))
    changes: tuple[Line, ...] = ()
    problem = ""
    if statable and typed:
        try:
            changes = lines(suggestions.preview(suggestion, _value(suggestion, typed)), view)
        except LearnworkError as error:
            problem = str(error)
    context = {
        "suggestion": suggestion,
        "view": view,
        "subject": meant,
        "now": _shown(meant),
        "then": _shown(meant, orjson.loads(suggestion.said or "[]")),
        "moved": suggestion.open and suggestions.changed_meanwhile(suggestion, view),
        "statable": statable,
        "form_at": f"{suggestion.change['at']}?suggestion={suggestion.pk}" if suggestion.change else "",
        "plain": is_plain(meant.property),
        "changes": changes,
        "problem": problem,
        "value": AcceptForm(initial={"value": typed}),
        "back": SendBackForm(),
        "no": DeclineForm(),
    }
    return render(request, "intake/review.html", context)


def _as_text(meant: Subject) -> str:
    """What stands there now as JSON, to be mended by hand."""
    several = meant.property is not None and meant.property.many
    value = list(meant.values) if several or len(meant.values) != 1 else meant.values[0]
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if meant.values else ""
