"""Keeping up with a search: its feed, and mail that is asked for, confirmed and ended without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from learnwork.layout.pages import said
from learnwork.layout.problems import status_of
from learnwork.search import saved
from learnwork.search.errors import SavedSearchRefusedError
from learnwork.search.facets import DEFAULT
from learnwork.search.models import SavedSearch
from learnwork.search.news import news
from learnwork.search.query import DEFAULT_SIZE, Query
from learnwork.vocabulary.types import by_key
from learnwork.web import feeds, screen
from learnwork.web.results import title_of

ENTRIES = 50


class AskForm(forms.Form):
    """Where news of a search shall go, and how often."""

    address = forms.EmailField(max_length=254, label=gettext_lazy("Mail address"))
    every = forms.ChoiceField(
        choices=(("week", gettext_lazy("Once a week")), ("day", gettext_lazy("Once a day"))),
        label=gettext_lazy("How often"),
    )


def question(params: Mapping[str, Any]) -> Query:
    """The question of an address without what only says how its answer is looked at."""
    asked = Query.from_params(screen.without_screen(params))
    return replace(asked, after="", size=DEFAULT_SIZE, sort="relevance", counted=DEFAULT, problems=())


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """`/search.atom`: what answers the question, last changed first (RFC 4287)."""
    query = question(request.GET)
    asked = query.to_url()
    made = feeds.feed(
        feeds.legal(_("Learnwork: %(title)s") % {"title": title_of(query)}),
        f"/search.atom?{asked}",
        f"/search?{asked}",
        about=_("What answers this search, last changed first."),
    )
    made.feed["id"] = f"{feeds.base()}/search.atom?{asked}"  # every search is a feed of its own
    for entry in news(query, limit=ENTRIES).entries:
        kind = by_key(entry.hit.type).label
        place = ", ".join(filter(None, (entry.hit.city, entry.hit.state)))
        made.add_item(
            feeds.legal(entry.hit.name),
            f"{feeds.base()}/resources/{entry.hit.ctid}",
            feeds.legal(" · ".join(filter(None, (kind, entry.hit.provider_name, place)))),
            unique_id=f"{feeds.base()}/resources/{entry.hit.ctid}#{entry.seq}",
            updateddate=entry.at,
            categories=("new" if entry.new else "changed",),
        )
    return HttpResponse(feeds.text(made), content_type="application/atom+xml; charset=utf-8")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Asks where news shall go; the answer is the same whatever is known of an address."""
    query = question(request.GET)
    form = AskForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "query": query, "title": title_of(query)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "web/alert_new.html", context, status=400 if form.errors else 200)
    given = form.cleaned_data
    try:
        saved.ask(given["address"], query, title_of(query), given["every"], get_language() or "en")
    except SavedSearchRefusedError as error:
        return said(request, status_of(error), _("Not now"), _(error.message), _(error.hint))
    detail = _(
        "If the address can be reached, there is a mail with a link. Nothing is sent until it is confirmed."
    )
    return said(request, 200, _("Look into your mail"), detail)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button: programs that open every link of a mail confirm nothing."""
    found = saved.read(token, "confirm")
    if found is None:
        return _too_late(request)
    if request.method == "POST":
        saved.confirm(found)
        detail = _("What is new to “%(title)s” will come by mail.") % {"title": found.title}
        return said(request, 200, _("It is confirmed"), detail, _("Every mail has a link that ends it."))
    weekly = found.every == SavedSearch.Every.WEEK
    context = {"saved": found, "weekly": weekly, "what": "confirm"}
    return render(request, "web/alert_answer.html", context)


@csrf_exempt  # mail programs post here by themselves, as List-Unsubscribe-Post tells them (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """One click ends it; the token alone says which, and deletes the address too."""
    found = saved.read(token, "end")
    if request.method == "POST":
        if found is not None:
            saved.end(found)
        return said(
            request, 200, _("It has ended"), _("No further mail comes, and your address was deleted.")
        )
    if found is None:
        return _too_late(request)
    return render(request, "web/alert_answer.html", {"saved": found, "what": "end"})


def _too_late(request: HttpRequest) -> HttpResponse:
    detail = _("This link is not valid any more: it was made too long ago, or the mail has ended already.")
    return said(
        request, 404, _("There is nothing here"), detail, _("Save the search again if you still want it.")
    )
