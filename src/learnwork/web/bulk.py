"""Handing out bulk files: whole, or from where a download broke off. What an address gives never changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learnwork.intake import dumps
from learnwork.layout.negotiation import settled
from learnwork.layout.problems import problem, problem_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.web.pages import page

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_CHUNK = 1 << 18


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The newest set for a person: what there is, how large, and where to take it."""
    return render(request, "web/bulk.html", {"made": dumps.newest(), "here": "bulk"})


@require_safe
def file(request: HttpRequest, sequence: int, name: str) -> HttpResponseBase:
    """A file of a set. One range of bytes (RFC 9110, section 14) is served, others get the whole."""
    try:
        path, described = dumps.path_of(sequence, name)
    except LearnworkError as error:
        return problem_of(error)
    tag = f'"{described.sha256}"'
    if (early := settled(request, tag)) is not None:
        return _marked(early, tag)
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match and request.headers.get("If-Range", tag) == tag:
        return _marked(_part(path, described, int(match[1]), match[2]), tag)
    # No Content-Encoding: the file itself is what the digest is of, and what is to be stored.
    response = FileResponse(path.open("rb"), content_type=_kind(described))
    return _marked(response, tag)


def _part(path: Path, described: dumps.File, first: int, last: str) -> HttpResponseBase:
    end = min(int(last) if last else described.bytes - 1, described.bytes - 1)
    if first > end:
        refused = problem(
            416,
            "range-unsatisfiable",
            f"The file has {described.bytes:,} bytes.",
            "Ask for a part that it has.",
        )
        refused["Content-Range"] = f"bytes */{described.bytes}"
        return refused
    response = StreamingHttpResponse(
        _read(path, first, end - first + 1), status=206, content_type=_kind(described)
    )
    response["Content-Length"] = str(end - first + 1)
    response["Content-Range"] = f"bytes {first}-{end}/{described.bytes}"
    return response


def _read(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(first)
        while length > 0 and (chunk := stream.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _kind(described: dumps.File) -> str:
    return "application/gzip" if described.encoding == "gzip" else described.media_type


def _marked(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    if response.status_code in (200, 206, 304):
        response["ETag"] = tag
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["Accept-Ranges"] = "bytes"
        if isinstance(response, HttpResponse | StreamingHttpResponse):
            response["Content-Encoding"] = "identity"  # so that nothing on the way compresses it once more
    return response
