"""Rules for every answer: what a page may load, who may read the data from another site, how much one may ask."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.layout.limits import Limiter, Share, client_of
from learnwork.layout.problems import MEDIA_TYPE, problem_of_status, sentence

# Everything from here, nothing inline, nothing framed. The pages need no more than this.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
_OPEN = ("/api/", "/ims/case/", "/resources/", "/graph/", "/bulk/", "/oembed")
_UNLIMITED = ("/static/", "/health")
# Two hundred respondents of a survey may sit behind one address. There a client has this many shares; each respondent
# has one of their own, which the survey's pages count.
_CROWDED, _SHARES = "/answer", 20
LONGEST_ADDRESS = 8_190  # characters of path and query; gunicorn allows no more for the whole line
LARGEST_BODY = 64 * 1024  # bytes that come with a question, which needs none
# What no page takes is refused before it is read: the guard of forms reads a body, files and all, before a view can.
LARGEST_FORM = 26_000_000
_LARGER = {"/records/add": 101_000_000, "/records/restore": 501_000_000}
_EXPOSED = "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, X-Total-Count"


def response_rules(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the content security policy on all; limits; open reading (CORS, no credentials) of data."""
    usual = _limiter("limits.bin", settings.LIMIT)
    crowded = _limiter("crowd-limits.bin", settings.LIMIT * _SHARES)

    def answer(request: HttpRequest) -> HttpResponseBase:
        limiter = crowded if f"{request.path}/".startswith(f"{_CROWDED}/") else usual
        data = request.path.startswith(_OPEN)
        if data and request.method == "OPTIONS":
            response: HttpResponseBase = _preflight()
        else:
            response = _answer(request, get_response, limiter)
        if request.path.startswith("/api/"):
            response = _as_problem(response)
        if data:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = _EXPOSED
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return answer


def _limiter(name: str, quota: int) -> Limiter | None:
    return Limiter(settings.DATA / name, quota, settings.SECRET_KEY) if quota else None


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = "GET, HEAD"
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _answer(
    request: HttpRequest,
    get_response: Callable[[HttpRequest], HttpResponseBase],
    limiter: Limiter | None,
) -> HttpResponseBase:
    share = None
    if limiter is not None and not request.path.startswith(_UNLIMITED):
        share = _share(request, limiter)
        if share is not None and not share.allowed:
            return _counted(_refusal(request, 429), share)
    if _length(request) > _LARGER.get(request.path, LARGEST_FORM):
        return _refusal(request, 413)
    if request.path.startswith("/api/"):
        if len(request.get_full_path()) > LONGEST_ADDRESS:
            return _refusal(request, 414)
        if _length(request) > LARGEST_BODY:
            return _refusal(request, 413)
        if request.method == "HEAD":
            return _head(request, get_response, share)
    response = get_response(request)
    return response if share is None else _counted(response, share)


def _head(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase], share: Share | None
) -> HttpResponseBase:
    """The answer to GET without its body; the API's framework knows no HEAD."""
    request.method = "GET"
    response = get_response(request)
    if isinstance(response, HttpResponse):
        length = str(len(response.content))
        response.content = b""
        response["Content-Length"] = length
    return response if share is None else _counted(response, share)


def _share(request: HttpRequest, limiter: Limiter) -> Share | None:
    client = client_of(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXIES
    )
    return limiter.take(client) if client else None


def _counted(response: HttpResponseBase, share: Share) -> HttpResponseBase:
    """The headers of the IETF's draft "RateLimit header fields for HTTP", and Retry-After where it is used up."""
    response["RateLimit-Policy"] = f'"client";q={share.quota};w=60'
    response["RateLimit"] = f'"client";r={share.left};t={share.reset}'
    if not share.allowed:
        response["Retry-After"] = str(share.wait)
    return response


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _refusal(request: HttpRequest, status: int) -> HttpResponse:
    """A page for those who like pages best, else a problem document."""
    if request.path.startswith(_OPEN) or request.get_preferred_type(["text/html", MEDIA_TYPE]) != "text/html":
        return problem_of_status(status)
    _code, detail, hint = sentence(status)
    context = {"title": _("This cannot be shown"), "detail": _(detail), "hint": _(hint)}
    return render(None, "layout/message.html", context, status=status)


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """An error that the framework answered in its own words (405, an unknown path) becomes a problem document."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    problem = problem_of_status(response.status_code)
    for name in ("Allow", "Retry-After", "RateLimit", "RateLimit-Policy"):
        if value := response.get(name):
            problem[name] = value
    return problem
