"""Opaque cursors: where a page of a list ended, bound to the question and sealed, so that a made-up one is told.

A cursor holds the position of the last row itself, so one of yesterday goes on where it stopped, whatever was
published since.
"""

from __future__ import annotations

import base64
from hashlib import blake2b
from hmac import compare_digest
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, QueryDict

from learnwork.vocabulary.errors import LearnworkError

_SEAL = 8  # bytes
_NO_QUESTION = ("after", "size")
LONGEST = 600


class UnknownCursorError(LearnworkError):
    """A cursor belongs to another question, or was never given out here."""

    code = "cursor-unknown"


def write(request: HttpRequest, position: Any) -> str:
    """The cursor of a page that ended at a position: anything of JSON."""
    body = orjson.dumps([_question(request), position])
    return base64.urlsafe_b64encode(_seal(body) + body).rstrip(b"=").decode()


def read(request: HttpRequest, text: str) -> Any:
    """The position in a cursor, None where there is no cursor. Raises `UnknownCursorError`."""
    if not text:
        return None
    try:
        sealed = base64.urlsafe_b64decode(text[:LONGEST] + "=" * (-len(text) % 4))
        body = sealed[_SEAL:]
        if not compare_digest(_seal(body), sealed[:_SEAL]):
            raise ValueError
        question, position = orjson.loads(body)
    except ValueError:
        raise refused(request, "This is no cursor that was given out here.") from None
    if question != _question(request):
        raise refused(request, "The cursor belongs to another question.")
    return position


def refused(request: HttpRequest, message: str) -> UnknownCursorError:
    """The error, with the address of the first page as the way on."""
    first = address(request, "")
    return UnknownCursorError(
        message, hint=f"Start again from the first page: {first}", parameter="after", first=first
    )


def address(request: HttpRequest, after: str) -> str:
    """The address of a page of the same list; of the first one where `after` is empty."""
    asked = request.GET.copy()
    asked.pop("after", None)
    if after:
        asked["after"] = after
    query = asked.urlencode()
    return f"{settings.BASE_URL}{request.path}" + (f"?{query}" if query else "")


def _question(request: HttpRequest) -> str:
    asked: QueryDict = request.GET.copy()
    for name in _NO_QUESTION:
        asked.pop(name, None)
    text = (
        request.path + "\n" + "&".join(sorted(f"{key}={one}" for key, all_ in asked.lists() for one in all_))
    )
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _seal(body: bytes) -> bytes:
    return blake2b(body, digest_size=_SEAL, key=blake2b(settings.SECRET_KEY.encode()).digest()).digest()
