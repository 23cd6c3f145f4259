"""Pages on which the map is changed: what wants another look, and the form of every change (`acts`).

The same form serves all: of a curator it makes the change, of a reader a suggestion, which a curator then opens in the
same form, with what it would change, and saves, returns or declines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.intake import suggestions
from learnwork.intake.access import curator, curators_only, form_page
from learnwork.intake.differences import Line, lines
from learnwork.landscape import (
    curating,
    overviewing,
    parts,
    services,
    services_library,
    services_rulings,
    telling,
)
from learnwork.landscape.acts import (
    ACTS,
    BEGINNING,
    OF_PARTY,
    OF_TYPE,
    Act,
    UnknownChangeError,
    act,
    described,
)
from learnwork.landscape.answering import living
from learnwork.landscape.compiling import ENTRY
from learnwork.landscape.curating import By
from learnwork.landscape.forms import (
    ChangeForm,
    NewEntryForm,
    NewPartyForm,
    NewSchemeForm,
    NewTermForm,
    ReaderForm,
)
from learnwork.landscape.goals import GOAL, SCHEME
from learnwork.layout.limits import client_of
from learnwork.registry import queries
from learnwork.registry.difference import difference
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.errors import LearnworkError

AT_ONCE = 50
_ABOUT = {"entry": ENTRY, "scheme": SCHEME, "goal": GOAL}


@form_page
def stale(request: HttpRequest) -> HttpResponse:
    """What was not reviewed within the period of its kind; a curator says that something was, today."""
    if request.method == "POST":
        return reviewed(request)
    found = overviewing.stale_today()
    kinds = sorted(Counter(one.what.kind for one in found).items())
    chosen = request.GET.get("kind", "")
    shown = [one for one in found if not chosen or one.what.kind == chosen]
    context = {
        "rows": Paginator(shown, AT_ONCE).get_page(request.GET.get("page")),
        "kinds": kinds,
        "chosen": chosen,
        "here": "landscape",
    }
    return render(request, "landscape/stale.html", context)


@curators_only
def reviewed(request: HttpRequest) -> HttpResponse:
    """A curator has looked at the page of a thing today, and what is said of it still holds."""
    by = By(curator(request), request.POST.get("citation", ""))
    services.mark_reviewed(request.POST.get("ctid", ""), datetime.now(UTC).date().isoformat(), by)
    messages.success(request, _("Kept: reviewed today."))
    return HttpResponseRedirect("/landscape/stale")


@form_page
def changes(request: HttpRequest, ctid: str) -> HttpResponse:
    """Everything that can be changed of one thing, each with its form."""
    view = queries.resource(ctid)
    known, today = living(), datetime.now(UTC).date()
    entry = view.type == ENTRY and view.ctid in known.entries
    context = {
        "view": view,
        "told": telling.entry_told(known, view.ctid, today) if entry else None,
        "stages": [(parts.stage_key(one), one) for one in known.stages if entry and one.entry == view.ctid],
        "known_as": curating.said_by_curators(view.ctid, parts.KNOWN_AS),
        "beginning": [ACTS[key] for key in (BEGINNING if entry else OF_TYPE.get(view.type, OF_PARTY))],
        "here": "landscape",
    }
    return render(request, "landscape/changes.html", context)


@form_page
def change(request: HttpRequest, ctid: str, key: str) -> HttpResponse:
    """One change: a curator's is made, a reader's suggested."""
    view = queries.resource(ctid)
    what = act(key)
    if what.of != "any" and view.type != _ABOUT[what.of]:
        raise UnknownChangeError(
            _("No such change can be made of this."), hint=_("Look at what can be changed of it.")
        )
    if request.user.is_authenticated and request.user.may_curate:
        return _state(request, view, what)
    return _suggest(request, view, what)


def _state(request: HttpRequest, view: ResourceView, what: Act) -> HttpResponse:
    """A curator's change, perhaps of what a reader suggested; first shown, where that is asked for."""
    suggested = _suggested(request, view, what)
    part = suggested.change.get("part", "") if suggested else _part(request)
    begins = suggested.change.get("data", {}) if suggested else {}
    form = _form(request, view, what, part, {**begins, "citation": suggested.evidence if suggested else ""})
    shown: tuple[Line, ...] | None = None
    problem: LearnworkError | None = None
    if form.is_valid():
        by = By(curator(request), form.cleaned_data["citation"], form.cleaned_data["seen"])
        try:
            if "preview" not in request.POST:
                return _done(request, view, what, part, form, by)
            shown = preview(view, what, part, form.cleaned_data, by)
        except LearnworkError as error:
            problem = error
    context = {"shown": shown, "problem": problem, "suggestion": suggested, "curates": True}
    return _page(request, view, what, form, context, 400 if form.errors or problem else 200)


def _done(
    request: HttpRequest, view: ResourceView, what: Act, part: str, form: ChangeForm, by: By
) -> HttpResponse:
    with transaction.atomic():
        what.apply(view.ctid, part, form.cleaned_data, by)
        number = request.POST.get("suggestion", "")
        if number.isdigit():
            suggestions.taken_over(int(number), author=curator(request))
    messages.success(request, _("Kept. It is stated by the source “Curators of this registry”."))
    return HttpResponseRedirect(what.then or f"/resources/{view.ctid}")


@curators_only
def wave(request: HttpRequest) -> HttpResponse:
    """A wanted word is no term, or is listed again."""
    if request.method == "POST":
        word = request.POST.get("word", "")
        if request.POST.get("back"):
            services_library.bring_back(word)
        else:
            services_library.wave_away(word, curator(request))
    return HttpResponseRedirect("/landscape/wanted")


_NEW: dict[str, tuple[Any, type[ChangeForm], Callable[[dict[str, Any], By], str]]] = {
    "entries": (
        gettext_lazy("Enter an initiative"),
        NewEntryForm,
        lambda data, by: services.add_entry(data["name"], data["kind"], by),
    ),
    "organizations": (
        gettext_lazy("Enter an organization"),
        NewPartyForm,
        lambda data, by: services.add_party(data["name"], data["kind"], by),
    ),
    "glossary": (
        gettext_lazy("Explain a word"),
        NewTermForm,
        lambda data, by: services_library.add_term(data["name"], data["means"], by),
    ),
    "goals": (
        gettext_lazy("Enter a goal scheme"),
        NewSchemeForm,
        lambda data, by: services_rulings.add_scheme(data["key"], data["title"], by),
    ),
}


@curators_only
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """An initiative, an organization, a term or a goal scheme that is not on the map yet."""
    label, form_of, add = _NEW[kind]
    begins = {"name": request.GET.get("name", "")}
    form = form_of(request.POST if request.method == "POST" else None, initial=begins)
    problem: LearnworkError | None = None
    if form.is_valid():
        try:
            made = add(form.cleaned_data, By(curator(request), form.cleaned_data["citation"]))
            return HttpResponseRedirect(f"/resources/{made}")
        except LearnworkError as error:
            problem = error
    context = {"label": label, "form": form, "problem": problem, "kind": kind, "here": "landscape"}
    return render(request, "landscape/new.html", context, status=400 if form.errors or problem else 200)


def preview(view: ResourceView, what: Act, part: str, data: dict[str, Any], by: By) -> tuple[Line, ...]:
    """What a change would change in the composed document; nothing is kept."""
    with transaction.atomic():
        what.apply(view.ctid, part, data, by)
        after = queries.resource(view.ctid)
        transaction.set_rollback(True)
    return lines(difference(view.document, after.document), view)


def _suggested(request: HttpRequest, view: ResourceView, what: Act) -> Any:
    """The suggestion that the form is opened with; None where it is opened without."""
    number = (request.POST if request.method == "POST" else request.GET).get("suggestion", "")
    if not number.isdigit():
        return None
    return _matching(suggestions.of_number(int(number)), view, what)


def _returned(request: HttpRequest, view: ResourceView, what: Act) -> Any:
    """The reader's own suggestion, by its secret, that a curator has returned; None of a new one."""
    token = (request.POST if request.method == "POST" else request.GET).get("again", "")
    return _matching(suggestions.of_token(token), view, what) if token else None


def _matching(found: Any, view: ResourceView, what: Act) -> Any:
    if found.change.get("act") != what.key or found.resource_id not in view.ids:
        raise UnknownChangeError(
            _("That suggestion is about something else."), hint=_("Open it from the queue.")
        )
    return found


def _suggest(request: HttpRequest, view: ResourceView, what: Act) -> HttpResponse:
    """A reader's change, with the page that says so: it waits for a curator, and nothing of it is shown before."""
    before = _returned(request, view, what)
    part = before.change.get("part", "") if before else _part(request)
    begins = {**before.change.get("data", {}), "citation": before.evidence} if before else {}
    form = _form(request, view, what, part, begins)
    first = {"wrong": before.wrong} if before else {}
    reader = ReaderForm(request.POST if request.method == "POST" else None, initial=first)
    if before:
        del reader.fields["mail"]
    if form.is_valid() and reader.is_valid():
        given = _given(request, view, what, part, form, reader)
        if before:
            made = suggestions.amend(before.token, given)
            return HttpResponseRedirect(f"/suggestions/{made.token}")
        about = what.about if what.about in view.claims else ""
        made = suggestions.suggest(view.ctid, about, given)
        return HttpResponseRedirect(f"/suggestions/{made.token}?made=1")
    status = 400 if form.errors or reader.errors else 200
    return _page(request, view, what, form, {"reader": reader, "again": before, "curates": False}, status)


def _given(
    request: HttpRequest, view: ResourceView, what: Act, part: str, form: ChangeForm, reader: ReaderForm
) -> suggestions.Given:
    """What a reader says with a form, for the queue and for the form in which a curator opens it."""
    data = {
        name: _plain(value) for name, value in form.cleaned_data.items() if name not in ("seen", "citation")
    }
    asked = {
        "at": f"/landscape/change/{view.ctid}/{what.key}",
        "act": what.key,
        "part": part,
        "data": data,
        "seen": form.cleaned_data["seen"],
    }
    right = (f"{what.label}: {part}" if part else "", described(form))
    return suggestions.Given(
        reader.cleaned_data["wrong"].strip() or str(what.label),
        "\n".join(one for one in right if one),
        form.cleaned_data["citation"],
        reader.cleaned_data.get("mail", ""),
        asked,
        client=client_of(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.PROXIES,
        ),
    )


def _plain(value: Any) -> Any:
    """A cleaned value as JSON keeps it: amounts as text."""
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)


def _part(request: HttpRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("part", "")[:300]


def _form(
    request: HttpRequest, view: ResourceView, what: Act, part: str, begins: dict[str, Any]
) -> ChangeForm:
    now = what.now(living(), view.ctid, part) if what.now else {}
    begin = {**now, **{name: value for name, value in begins.items() if value}}
    begin["seen"] = curating.version(part if what.apart else view.ctid)
    return what.form(request.POST if request.method == "POST" else None, initial=begin)


def _page(
    request: HttpRequest,
    view: ResourceView,
    what: Act,
    form: ChangeForm,
    more: dict[str, Any],
    status: int,
) -> HttpResponse:
    known = living()
    suggestion: Any = more.get("suggestion")
    opened: Any = suggestion or more.get("again")
    names = {one.name for one in known.parties.values()} | {one.name for one in known.entries.values()}
    context = {
        "view": view,
        "act": what,
        "form": form,
        "part": opened.change.get("part", "") if opened else _part(request),
        "moved": bool(suggestion) and suggestion.change.get("seen") != form.initial.get("seen"),
        "names": sorted(names, key=str.casefold),
        "here": "landscape",
        **more,
    }
    return render(request, "landscape/change.html", context, status=status)


urls = [
    path("landscape/stale", stale, name="landscape-stale"),
    *(path(f"landscape/new/{kind}", new, {"kind": kind}, name=f"landscape-new-{kind}") for kind in _NEW),
    path("landscape/wanted/wave", wave, name="landscape-wave"),
    path("landscape/change/<slug:ctid>", changes, name="landscape-changes"),
    path("landscape/change/<slug:ctid>/<slug:key>", change, name="landscape-change"),
]
