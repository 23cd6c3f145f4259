"""The pages. Each view reads the question, calls one service and renders its answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from learnwork.layout.negotiation import HTML, JSON, LD_JSON, chosen, entity_tag, not_acceptable, settled
from learnwork.layout.pages import refusal, said
from learnwork.layout.problems import problem, problem_of
from learnwork.registry import decisions, listing, queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import by_class
from learnwork.web import documents, overview
from learnwork.web.resource import resource_page
from learnwork.web.results import results_page
from learnwork.web.style import style_page

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """GET and HEAD only; an error that a person can act on becomes a page that says what and how."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LearnworkError as error:
            if wants_data(request):
                return problem_of(error)
            return refusal(request, error)

    return answer


def wants_data(request: HttpRequest) -> bool:
    """Whether the client asks for JSON(-LD) rather than for a page. A page where it does not say."""
    return chosen(request, documents.FORMS) in (LD_JSON, JSON)


@page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "web/home.html", {"home": overview.home()})


@page
def search(request: HttpRequest) -> HttpResponse:
    shown = results_page(request.GET)
    return render(request, "web/search.html", {"page": shown, "here": "map" if shown.map else "search"})


@vary_on_headers("Accept")
@page
def resource(request: HttpRequest, ctid: str) -> HttpResponse:
    form = chosen(request, documents.FORMS)
    if form is None:
        return not_acceptable(request, documents.FORMS)
    if form != HTML:
        return _data(request, ctid, documents.resource_bytes)
    view = queries.resource(ctid)
    if view.tombstone:
        return _gone(request, view)
    shown = resource_page(
        view,
        area=request.GET.get("area", ""),
        predicate=request.GET.get("in", ""),
        offset=_whole(request.GET.get("from", "")),
        valid=request.GET.get("valid", ""),
    )
    context = {"page": shown, "merged_from": _merged(request, view), "head": documents.head(view)}
    response = render(request, "web/resource.html", context)
    response["Link"] = documents.links(view.ctid)
    return response


@page
def resource_data(request: HttpRequest, ctid: str) -> HttpResponse:
    return _data(request, ctid, documents.resource_bytes)


@page
def graph(request: HttpRequest, ctid: str) -> HttpResponse:
    return _data(request, ctid, documents.graph_bytes)


def _data(request: HttpRequest, ctid: str, read: Callable[[str], bytes]) -> HttpResponse:
    """JSON-LD: unchanged (304) before anything is read, moved where merged, 410 with a tombstone where gone."""
    form = chosen(request, (LD_JSON, JSON)) or LD_JSON
    tag = entity_tag(listing.state(), request.path, form)
    response = settled(request, tag)
    if response is None:
        row = queries.find(ctid)
        if row.status in (row.Status.WITHDRAWN, row.Status.RETIRED):
            return problem(410, "resource-gone", *documents.tombstone(ctid))
        if row.merged_into:
            return _moved(request.path.replace(ctid, row.merged_into.ctid))
        response = HttpResponse(read(ctid), content_type=form)
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    response["Link"] = documents.links(ctid)
    return response


def _gone(request: HttpRequest, view: ResourceView) -> HttpResponse:
    if view.tombstone and view.tombstone.kind == "merged":
        return _moved(f"/resources/{view.tombstone.into}?merged={view.ctid}")
    return render(
        request, "web/tombstone.html", {"view": view, "kind": by_class(view.type).label}, status=410
    )


def _moved(to: str) -> HttpResponse:
    """Moved for good, but not to be remembered: a curator may undo the merge."""
    response = HttpResponseRedirect(to)
    response.status_code = 301
    response["Cache-Control"] = "no-cache"
    return response


def _merged(request: HttpRequest, view: ResourceView) -> str:
    """The CTID that led here, if it really was merged into this."""
    former = request.GET.get("merged", "")
    if not is_ctid(former):
        return ""
    try:
        return former if queries.find(former).pk in view.ids and former != view.ctid else ""
    except UnknownResourceError:
        return ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


@page
def sources(request: HttpRequest) -> HttpResponse:
    every = overview.sources()
    context = {
        "sources": [one for one in every if not one.cited],
        "cited": [one for one in every if one.cited],
        "here": "sources",
    }
    return render(request, "web/sources.html", context)


@page
def source(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "web/source.html", {"page": overview.source_page(key), "here": "sources"})


@page
def licences(request: HttpRequest) -> HttpResponse:
    return render(request, "web/licences.html", {"sources": overview.sources()})


@page
def decision_list(request: HttpRequest) -> HttpResponse:
    shown = Paginator(decisions.listing(), 50).get_page(request.GET.get("page"))
    return render(request, "web/decisions.html", {"decisions": shown, "here": "decisions"})


@page
def marks(request: HttpRequest) -> HttpResponse:
    return render(request, "web/marks.html", {"here": "marks"})


@page
def style(request: HttpRequest) -> HttpResponse:
    return render(request, "web/style.html", {"page": style_page(), "here": "style"})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For supervisors: "ok" when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    hint = _("The address may be misspelt, or the page has moved. Search for what you want.")
    return said(request, 404, _("There is nothing here"), _("No page has this address."), hint)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    hint = _("Sign in with an account that may.")
    return said(request, 403, _("This cannot be done"), _("You have no right to do this."), hint)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    hint = _("Go back, load the page again, and repeat what you did. Cookies must be allowed for it.")
    detail = _("The form was too old, or did not come from this site.")
    return said(request, 403, _("This cannot be done"), detail, hint)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    detail = _("There were too many attempts from your address or for this account.")
    return said(request, 429, _("Wait a little"), detail, _("Try again in five minutes."))


def failure(request: HttpRequest) -> HttpResponse:
    """500: without template context, in case that is what broke."""
    try:
        detail = _("The fault is ours and is in the log.")
        return said(request, 500, _("Something broke"), detail, _("Try again in a minute."))
    except Exception:
        return HttpResponse(
            "Something broke. The fault is ours and is in the log.\n", status=500, content_type="text/plain"
        )
