"""Rules for every answer: what a page may load, who may read the data from another site, errors of the API."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from learnwork.layout.problems import MEDIA_TYPE, problem_of_status

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
_OPEN = ("/api/", "/resources/", "/graph/")


def response_rules(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: the content security policy on all; open reading (CORS, no credentials) and problems on data."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        data = request.path.startswith(_OPEN)
        if data and request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, HEAD"
            response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = get_response(request)
        if request.path.startswith("/api/"):
            response = _as_problem(response)
        if data:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link"
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return answer


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """An error that the framework answered in its own words (405, an unknown path) becomes a problem document."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(MEDIA_TYPE):
        return response
    problem = problem_of_status(response.status_code)
    if allowed := response.get("Allow"):
        problem["Allow"] = allowed
    return problem
