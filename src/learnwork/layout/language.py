"""Which language a page speaks: as chosen (`?language=es`, kept in a cookie), else as the browser asks.

Data never changes with a language: paths of the API and of documents always speak plain English.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from learnwork.layout.locales import LOCALES

PARAMETER = "language"
_YEAR = 365 * 24 * 60 * 60
_DATA = ("/api/", "/ims/", "/graph/", "/static/", "/health")
_FILES = (".json", ".csv", ".ndjson", ".parquet")
Answer = Callable[[HttpRequest], HttpResponseBase]


def language_rules(get_response: Answer) -> Answer:
    """Middleware: puts a language in force for one request, says which in the answer, keeps what was chosen."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(_DATA) or request.path.endswith(_FILES):
            with translation.override("en"):
                return get_response(request)
        chosen = request.GET.get(PARAMETER)
        wanted = chosen if chosen in LOCALES else translation.get_language_from_request(request)
        with translation.override(wanted):
            if chosen is not None and chosen not in LOCALES:
                return _unknown(request, chosen)
            response = get_response(request)
        response.headers.setdefault("Content-Language", wanted)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if chosen is not None:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=_YEAR,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    return answer


def _unknown(request: HttpRequest, chosen: str) -> HttpResponse:
    context = {
        "title": _("Nobody here speaks this language"),
        "detail": _("There are no pages in “%(language)s”.") % {"language": chosen[:40]},
        "hint": _("Choose one of the languages at the foot of the page."),
    }
    return render(request, "layout/message.html", context, status=404)
