"""Answers that pages of other sites may read: wallets and portfolios run in browsers.

What is asked here goes by tokens that the asker shows, never by cookies, so any origin may ask. Source: Fetch (WHATWG),
section 3.2 "CORS protocol".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed


def opened(answer: HttpResponse) -> HttpResponse:
    """The answer, for pages of any origin to read."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def preflight(*methods: str) -> HttpResponse:
    """The answer to a browser that asks before it sends."""
    answer = opened(HttpResponse(status=204))
    answer["Access-Control-Allow-Methods"] = ", ".join(methods)
    answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
    answer["Access-Control-Max-Age"] = "86400"
    return answer


def from_anywhere(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view of these methods that pages of other sites may ask, and be told by why it refused."""

    def opening(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "OPTIONS":
                return preflight(*methods)
            if request.method not in methods:
                return opened(HttpResponseNotAllowed([*methods, "OPTIONS"]))
            return opened(view(request, *args, **kwargs))

        return answer

    return opening
