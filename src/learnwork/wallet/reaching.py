"""The web as a wallet uses it: asking and sending, where an address of this very site may also be on this machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings

from learnwork.records.fetching import WebFetcher, url_parts
from learnwork.records.parsing import parse

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_REQUESTS = 30  # of one exchange


class Reach:
    """One exchange with somebody's server: bounded, and closed to addresses inside, save those of this site.

    A site that is only tried out is at http://127.0.0.1:8000; its own offers and requests should work there too.
    """

    def __init__(self) -> None:
        self._web = WebFetcher(requests=_REQUESTS)
        self._own = WebFetcher(requests=_REQUESTS, loopback=True)

    def _for(self, url: str) -> WebFetcher:
        asked, own = url_parts(url), url_parts(settings.BASE_URL)
        return self._own if (asked.scheme, asked.netloc) == (own.scheme, own.netloc) else self._web

    def text(self, url: str) -> str:
        """Raises FetchError."""
        return self._for(url).fetch(url, accept="*/*").body.decode("utf-8", "replace").strip()

    def json(self, url: str) -> dict[str, Any]:
        """Raises FetchError, RecordError."""
        return _object(self._for(url).fetch(url).body, url)

    def post_form(self, url: str, fields: dict[str, str]) -> dict[str, Any]:
        """Raises FetchError, RecordError. An empty answer is {}."""
        return _object(self._for(url).send(url, urlencode(fields).encode(), content_type=_FORM).body, url)

    def post_json(self, url: str, body: Any, *, bearer: str = "") -> dict[str, Any]:
        """Raises FetchError, RecordError."""
        return _object(
            self._for(url).send(url, orjson.dumps(body), content_type=_JSON, bearer=bearer).body, url
        )


def _object(body: bytes, url: str) -> dict[str, Any]:
    found = parse(body, where=url[:200]) if body.strip() else {}
    return found if isinstance(found, dict) else {}
