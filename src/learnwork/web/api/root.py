"""What holds for every address of the API: its description, its errors as problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from learnwork import __version__
from learnwork.layout.problems import MEDIA_TYPE, problem, problem_of, problem_of_status, sentence
from learnwork.vocabulary.errors import LearnworkError
from learnwork.web.api import examples


class Problem(Schema):
    """RFC 9457. `code` is stable; `hint` says how to mend it; further members are data of the error."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""


# Every address may answer with these: 400 a parameter, 404 nothing there, 405 not GET, 410 gone, 413 and 414 too
# much asked, 429 too often, 500 our fault, 503 the index or the disk.
ERRORS: dict[int | frozenset[int], Any] = {frozenset({400, 404, 405, 410, 413, 414, 429, 500, 503}): Problem}

_DESCRIPTION = (
    "Read-only access to everything on the site, without a key, from any other site (CORS). Every error is a problem"
    " document (application/problem+json) with `code`, `detail` and `hint`. Lists come in pieces: `next` is the cursor"
    " of the following one, given back as `after`. Answers carry an ETag; asking with If-None-Match costs next to"
    " nothing. RateLimit says what is left of a client's share. The examples are of this very site."
)


_CTID = "ce-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MOMENT = {
    "type": "string",
    "anyOf": [{"pattern": "^[0-9]{1,18}$"}, {"format": "date-time"}, {"const": "now"}],
}
# Parameters that are one text with a form of its own, which a view reads itself so that it can say what is wrong.
_FORMS: dict[str, dict[str, Any]] = {
    "/api/resources/{ctid}/difference from": _MOMENT,
    "/api/resources/{ctid}/difference to": {**_MOMENT, "default": "now"},
    "/api/compare ids": {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{_CTID}$"},
        "minItems": 2,
        "maxItems": 5,
        "uniqueItems": True,
    },
}


class _Described(NinjaAPI):
    """Ninja's description, completed: errors in their media type, examples of what is here."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**kwargs)
        for path, operations in described["paths"].items():
            for operation in operations.values():
                _complete(path, operation)
        return described


api = _Described(
    title="Learnwork",
    version=__version__,
    description=_DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
)


def _complete(path: str, operation: dict[str, Any]) -> None:
    known = examples.here()
    for parameter in operation.get("parameters", ()):
        value = known.get(f"{path} {parameter['name']}", known.get(parameter["name"]))
        parameter["schema"] = _FORMS.get(f"{path} {parameter['name']}", parameter["schema"])
        joined = "uniqueItems" in parameter["schema"]
        if joined:
            parameter["explode"] = False  # one text, its parts joined by commas
        if value is not None:
            parameter["example"] = value.split(",") if joined else value
    for status, response in operation["responses"].items():
        code = int(status)
        if code >= 400:
            shape = response["content"].pop("application/json")
            response["description"] = sentence(code)[1]
            response["content"] = {MEDIA_TYPE: shape}
    kinds = (operation.get("x-media-types") or {}).get("200")
    if kinds:
        content = operation["responses"][200]["content"]
        operation["responses"][200]["content"] = dict.fromkeys(kinds, content["application/json"])
    operation["responses"][304] = {"description": "The client's own copy still holds."}


@api.exception_handler(LearnworkError)
def _known(request: HttpRequest, error: LearnworkError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(ValidationError)
def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    where = next((part for part in reversed(first.get("loc", ())) if isinstance(part, str)), "request")
    detail = f"The parameter {where!r} cannot be used: {first.get('msg', 'not valid')}."
    return problem(400, "bad-request", detail, "Its form is in /api/openapi.json.", {"parameter": where})


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_of_status(404)
