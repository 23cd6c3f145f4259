"""What costs a machine more than a page does (verifying, asking the web) is allowed less often."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from learnwork.layout.limits import Limiter, client_of
from learnwork.layout.pages import said
from learnwork.layout.problems import problem_of_status, sentence

A_MINUTE = 60  # of one client, unless the whole site allows less


@cache
def _limiter() -> Limiter:
    return Limiter(settings.DATA / "wallet-limits.bin", min(settings.LIMIT, A_MINUTE), settings.SECRET_KEY)


def limited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose POST counts against the share of its client; LEARNWORK_LIMIT=0 lets all through."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and settings.LIMIT:
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            client = client_of(request.META.get("REMOTE_ADDR", ""), forwarded, settings.PROXIES)
            share = _limiter().take(client) if client else None
            if share is not None and not share.allowed:
                return _refused(request, share.wait)
        return view(request, *args, **kwargs)

    return answer


def _refused(request: HttpRequest, wait: int) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = problem_of_status(429)
    else:
        _code, detail, hint = sentence(429)
        response = said(request, 429, _("This cannot be shown"), _(detail), _(hint))
    response["Retry-After"] = str(wait)
    return response
