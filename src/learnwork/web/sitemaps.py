"""What search engines may read, and where it all is: robots.txt, a sitemap index, and sitemaps by ranges of keys.

A sitemap holds at most 50,000 addresses (sitemaps.org, protocol 0.9). Each here holds the current resources among
50,000 consecutive keys, so any one is found by its primary key at once, however many there are, and is written out
as it is read. `lastmod` is when what is said of a thing was last published; figures, which come for thousands of things
at once, do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import BigIntegerField, Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from learnwork.layout.negotiation import entity_tag, settled
from learnwork.registry import listing
from learnwork.registry.models import Resource

SIZE = 50_000
_XML = "application/xml; charset=utf-8"
_CACHE = "public, max-age=3600"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_PAGES = ("/", "/sources", "/licences", "/decisions", "/about/marks")
# Questions have no end, and what a form or an account answers is for nobody's index.
_CLOSED = ("/search", "/api/search", "/api/suggest", "/accounts/", "/embed/", "/compare")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), ""]
    lines.append(f"Sitemap: {settings.BASE_URL}/sitemap.xml")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = _CACHE
    return response


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps: the pages, then every range of keys in use."""
    names = ["pages", *map(str, range(_ranges()))]
    entries = "".join(
        f"<sitemap><loc>{settings.BASE_URL}/sitemaps/{name}.xml</loc></sitemap>\n" for name in names
    )
    response = HttpResponse(_HEAD.format("sitemapindex") + entries + "</sitemapindex>\n", content_type=_XML)
    response["Cache-Control"] = _CACHE
    return response


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    entries = "".join(f"<url><loc>{settings.BASE_URL}{path}</loc></url>\n" for path in _PAGES)
    response = HttpResponse(_HEAD.format("urlset") + entries + "</urlset>\n", content_type=_XML)
    response["Cache-Control"] = _CACHE
    return response


@require_safe
def resources(request: HttpRequest, number: int) -> HttpResponseBase:
    """The current resources of one range of keys. 404 where none of them was ever published."""
    tag = entity_tag(listing.state(), request.path)
    response: HttpResponseBase | None = settled(request, tag)
    if response is None:
        keys = range(number * SIZE, (number + 1) * SIZE)
        dates = listing.last_published(keys) if keys.stop <= BigIntegerField.MAX_BIGINT else {}
        if not dates:
            raise Http404
        response = StreamingHttpResponse(_urls(keys, dates), content_type=_XML)
    response["ETag"] = tag
    response["Cache-Control"] = _CACHE
    return response


def _ranges() -> int:
    last = Resource.objects.aggregate(last=Max("id"))["last"]
    return last // SIZE + 1 if last else 0


def _urls(keys: range, dates: Mapping[int, datetime]) -> Iterator[str]:
    yield _HEAD.format("urlset")
    rows = Resource.objects.filter(id__gte=keys.start, id__lt=keys.stop, status=Resource.Status.CURRENT)
    some: list[str] = []
    for key, ctid in rows.order_by("id").values_list("id", "ctid").iterator(chunk_size=2_000):
        date = f"<lastmod>{dates[key].isoformat(timespec='seconds')}</lastmod>" if key in dates else ""
        some.append(f"<url><loc>{settings.BASE_URL}/resources/{ctid}</loc>{date}</url>\n")
        if len(some) == 1_000:
            yield "".join(some)
            some.clear()
    yield "".join(some) + "</urlset>\n"
