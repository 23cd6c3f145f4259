"""Which form of a thing a client gets, and whether it needs any: Accept, entity tags, conditional requests.

RFC 9110, sections 12.5.1 (Accept), 8.8.3 (ETag) and 13 (conditional requests).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from learnwork import __version__
from learnwork.layout.problems import problem

HTML = "text/html"
JSON = "application/json"
LD_JSON = "application/ld+json"
ATOM = "application/atom+xml"


def chosen(request: HttpRequest, offers: Sequence[str]) -> str | None:
    """The offer that the client likes best, the first of those it likes equally; None where it takes none of them."""
    if not request.headers.get("Accept", "").strip():
        return offers[0]
    return request.get_preferred_type(list(offers))


def not_acceptable(request: HttpRequest, offers: Sequence[str]) -> HttpResponse:
    """406: what was asked for, and all that there is."""
    asked = request.headers.get("Accept", "")[:100]
    answer = problem(
        406,
        "not-acceptable",
        f"There is no form of this that fits “{asked}”.",
        f"Ask for one of: {', '.join(offers)}.",
        {"available": list(offers)},
    )
    answer["Vary"] = "Accept"
    return answer


def entity_tag(*parts: object) -> str:
    """A strong entity tag of whatever an answer depends on; the version of the program always counts."""
    text = "\n".join(map(str, (__version__, *parts)))
    return f'"{blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'


def settled(request: HttpRequest, tag: str) -> HttpResponse | None:
    """304 (or 412) where the client's own copy decides, before any work is done; None where the answer is wanted."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        return None  # it asks whether there is anything, which only the work tells
    early = get_conditional_response(request, etag=tag)
    return early if isinstance(early, HttpResponse) else None
