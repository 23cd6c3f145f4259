"""Errors as RFC 9457 problem documents, the one form of every error of the API.

Members: type (a name made from the code), title, status, detail (what happened), hint (how to mend it), code
(stable; docs/reference/errors.md explains each), and the data of the error.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext_noop

from learnwork.vocabulary.errors import LearnworkError

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:learnwork:problem:"

# Codes whose status is not 400, the status of a question that has to be asked differently.
STATUS: Mapping[str, int] = {
    "resource-unknown": 404,
    "source-unknown": 404,
    "not-acceptable": 406,
    "not-allowed": 403,
    "resource-gone": 410,
    "decision-refused": 409,
    "index-broken": 503,
    "index-busy": 503,
    "storage-full": 503,
    "mapping-bad": 500,
    "file-unreadable": 500,
    "failure": 500,
}
_SENTENCES: Mapping[int, tuple[str, str, str]] = {
    400: (
        "bad-request",
        gettext_noop("The request cannot be read."),
        gettext_noop("Look at the parameters in /api/openapi.json."),
    ),
    403: (
        "forbidden",
        gettext_noop("You may not do this."),
        gettext_noop("Sign in with an account that may."),
    ),
    404: (
        "not-found",
        gettext_noop("There is nothing at this address."),
        gettext_noop("The addresses are listed in /api/openapi.json."),
    ),
    405: ("method-not-allowed", gettext_noop("The API is for reading only."), gettext_noop("Ask with GET.")),
    406: (
        "not-acceptable",
        gettext_noop("There is no such form of this."),
        gettext_noop("Ask with Accept: application/json."),
    ),
    410: (
        "resource-gone",
        gettext_noop("It was withdrawn or retired."),
        gettext_noop("The answer says where its record is kept."),
    ),
    413: (
        "content-too-large",
        gettext_noop("More came with the question than it needs."),
        gettext_noop("Ask with GET and no body."),
    ),
    414: (
        "address-too-long",
        gettext_noop("The question is longer than an address may be: 8,190 characters."),
        gettext_noop("Use fewer words or filters."),
    ),
    429: (
        "too-many-requests",
        gettext_noop("There were more requests from your address than its share."),
        gettext_noop(
            "Wait as many seconds as Retry-After says. For everything at once take the bulk files: /api/bulk."
        ),
    ),
    503: (
        "index-busy",
        gettext_noop("It cannot be answered just now."),
        gettext_noop("Try again in a minute."),
    ),
    500: (
        "failure",
        gettext_noop("Something broke on our side."),
        gettext_noop("It is in the log. Try again later."),
    ),
}


def status_of(error: LearnworkError) -> int:
    return STATUS.get(error.code, 404 if error.code.endswith("-unknown") else 400)


def problem(
    status: int, code: str, detail: str, hint: str = "", data: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The answer that carries a problem document. Keys of `data` never replace the standard members."""
    body = {
        **{key: value for key, value in (data or {}).items() if isinstance(value, str | int | float | list)},
        "type": f"{TYPE}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if hint:
        body["hint"] = hint
    return HttpResponse(orjson.dumps(body), status=status, content_type=MEDIA_TYPE)


def problem_of(error: LearnworkError) -> HttpResponse:
    return problem(status_of(error), error.code, error.message, error.hint, error.data)


def sentence(status: int) -> tuple[str, str, str]:
    """Code, sentence and mend of an error that only has a status."""
    return _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400])


def problem_of_status(status: int) -> HttpResponse:
    """For an error that only has a status: a sentence and a mend in our words."""
    return problem(status, *sentence(status))
