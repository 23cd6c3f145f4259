"""Style sheets and scripts go out compressed: packed once a process, for they come with every first visit."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

_TYPES = ("text/css", "text/javascript", "image/svg+xml")
_LARGEST = 200  # files that are kept packed


def packed_static(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware around WhiteNoise: gzip for its files of text. Fonts and pictures are packed already."""
    packed: dict[tuple[str, str], bytes] = {}

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path.startswith("/static/") or response.status_code != 200 or request.method != "GET":
            return response
        kind = response.get("Content-Type", "").partition(";")[0]
        if kind not in _TYPES or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" not in request.headers.get("Accept-Encoding", "") or "Range" in request.headers:
            return response
        key = (request.path, response.get("Last-Modified", ""))
        if key not in packed:
            if len(packed) >= _LARGEST:
                packed.clear()
            packed[key] = gzip.compress(_body(response), 9, mtime=0)
        # The answer keeps its file, which is closed with it: closing it here would end the request twice.
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = [packed[key]]
        elif isinstance(response, HttpResponse):
            response.content = packed[key]
        response["Content-Length"] = str(len(packed[key]))
        response["Content-Encoding"] = "gzip"
        return response

    return answer


def _body(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    return response.content if isinstance(response, HttpResponse) else b""
