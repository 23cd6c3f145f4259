"""What costs a machine more than a page does (verifying, asking the web) is allowed less often."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from learnwork.layout.limits import Limiter, client_of
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
        _, detail, hint = sentence(429)
        context = {"title": "This cannot be shown", "detail": detail, "hint": hint}
        response = render(request, "layout/message.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response
