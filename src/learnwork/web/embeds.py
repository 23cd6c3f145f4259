"""A card of a resource for other people's pages: a frame that any site may show, and oEmbed, which finds it.

oEmbed 1.0 (oembed.com): `/oembed?url=…` answers with the frame as `rich` content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from learnwork.layout.negotiation import entity_tag, settled
from learnwork.layout.problems import problem, problem_of
from learnwork.registry import listing, queries
from learnwork.registry.errors import UnknownResourceError
from learnwork.registry.views import ResourceView, SourceRef
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.documents import in_language
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import by_class

WIDTH, HEIGHT = 480, 200  # CSS pixels of a card unless less is asked for
_SMALLEST = 200
_ADDRESS = re.compile(r"https?://(?P<host>[^/]+)/resources/(?P<ctid>ce-[0-9a-f-]{36})(?:\.json)?")
# Any site may frame a card, and a card may load nothing but its style and send nobody anywhere but by a link.
_POLICY = "; ".join(
    ("default-src 'none'", "style-src 'self'", "frame-ancestors *", "form-action 'none'", "base-uri 'none'")
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. provider: who offers it. gone: why it is not shown any more, "" where it is."""

    ctid: str
    kind: str
    name: str
    provider: str
    description: str
    sources: tuple[SourceRef, ...]
    gone: str


def card(view: ResourceView) -> Card:
    offered = [
        one
        for term in queries.PROVIDERS
        for value in [view.document.get(term) or []]
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str) and is_ctid(one)
    ]
    names = queries.captions(offered[:3]) if offered else {}
    described = in_language(
        view.document.get("ceterms:description") or view.document.get("ceasn:description")
    )
    return Card(
        ctid=view.ctid,
        kind=gettext(by_class(view.type).label),
        name=view.name or view.ctid,
        provider=", ".join(dict.fromkeys(name for name, _ in names.values() if name)),
        description=described,
        sources=view.sources[:3],
        gone=view.tombstone.reason if view.tombstone else "",
    )


@xframe_options_exempt
@require_safe
def embed(request: HttpRequest, ctid: str) -> HttpResponseBase:
    """The card as a page of its own, to be framed."""
    tag = entity_tag(listing.state(), request.get_full_path(), get_language() or "")
    response: HttpResponse | None = settled(request, tag)
    if response is None:
        try:
            view = _survivor(ctid)
        except UnknownResourceError:
            response = render(request, "web/embed.html", {"base_url": settings.BASE_URL}, status=404)
        else:
            status = 410 if view.tombstone else 200
            context = {"card": card(view), "base_url": settings.BASE_URL}
            response = render(request, "web/embed.html", context, status=status)
    if response.status_code in (200, 304):
        response["ETag"] = tag
        response["Cache-Control"] = "public, max-age=300"
    response["Content-Security-Policy"] = _POLICY
    return response


def _survivor(ctid: str) -> ResourceView:
    """The resource, or the one it was merged into."""
    view = queries.resource(ctid)
    return queries.resource(view.tombstone.into) if view.tombstone and view.tombstone.into else view


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed of a resource's address here. 404 for other addresses, 501 for forms other than JSON."""
    if request.GET.get("format", "json") != "json":
        return problem(501, "form-unknown", "oEmbed is given as JSON only.", "Ask with format=json.")
    match = _ADDRESS.fullmatch(request.GET.get("url", "")[:2_000].partition("?")[0].partition("#")[0])
    # http and https of this site are one to those who paste an address.
    if match is not None and match["host"] != settings.BASE_URL.partition("://")[2]:
        match = None
    if match is None:
        return problem(
            404,
            "not-found",
            "That is no address of a resource here.",
            f"Resources are at {settings.BASE_URL}/resources/…",
        )
    try:
        view = _survivor(match["ctid"])
    except LearnworkError as error:
        return problem_of(error)
    if view.tombstone:
        return problem(410, "resource-gone", view.tombstone.reason, "It will not come back by itself.")
    return JsonResponse(
        _described(view, _pixels(request, "maxwidth", WIDTH), _pixels(request, "maxheight", HEIGHT))
    )


def _described(view: ResourceView, width: int, height: int) -> dict[str, object]:
    shown = card(view)
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Learnwork",
        "provider_url": settings.BASE_URL,
        "title": shown.name,
        **({"author_name": shown.provider} if shown.provider else {}),
        "cache_age": 3600,
        "width": width,
        "height": height,
        "html": (
            f'<iframe src="{settings.BASE_URL}/embed/{shown.ctid}" width="{width}" height="{height}"'
            f' title="{escape(shown.name)}" loading="lazy" sandbox="allow-popups"></iframe>'
        ),
    }


def _pixels(request: HttpRequest, name: str, most: int) -> int:
    text = request.GET.get(name, "")
    return (
        max(_SMALLEST, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 7 else most
    )
