"""The CASE 1.1 read API (1EdTech Competencies and Academic Standards Exchange), at /ims/case/v1p1.

Answers and errors have the shapes of that specification, not those of /api, so that clients made for it work as they
are. An answer has an entity tag; nothing needs a key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from learnwork.competencies import case_objects
from learnwork.competencies.case_objects import DEFINITIONS, UnknownObjectError
from learnwork.competencies.case_out import PATH
from learnwork.layout.negotiation import JSON, entity_tag, settled
from learnwork.registry import listing
from learnwork.web.api.answers import CACHE
from learnwork.web.api.case_questions import Question, QuestionError, asked, links

Node = dict[str, Any]
_BASE = PATH.lstrip("/")


def failure(status: int, minor: str, message: str) -> HttpResponse:
    """An imsx_StatusInfo, the form of every error of the specification."""
    body = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": message,
        "imsx_codeMinor": {
            "imsx_codeMinorField": [
                {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}
            ]
        },
    }
    return HttpResponse(orjson.dumps(body), status=status, content_type=JSON)


def _answers(view: Callable[..., HttpResponse | Node]) -> Callable[..., HttpResponse]:
    """Only for reading; 304 where the client's copy still holds; errors as the specification has them."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            response = failure(405, "forbidden", "This API is for reading only.")
            response["Allow"] = "GET, HEAD"
            return response
        tag = entity_tag(listing.state(), request.get_full_path())
        try:
            found = settled(request, tag) or view(request, **kwargs)
        except QuestionError as error:
            return failure(400, error.minor, str(error))
        except UnknownObjectError as error:
            return failure(404, error.minor, str(error))
        if not isinstance(found, HttpResponse):
            found = HttpResponse(orjson.dumps(found), content_type=JSON)
        found["ETag"] = tag
        found["Cache-Control"] = CACHE
        return found

    return answer


@_answers
def documents(request: HttpRequest) -> HttpResponse:
    params = request.GET.dict()
    question = Question.from_params({name: str(value) for name, value in params.items()})
    page, total = asked(case_objects.documents(), question)
    response = HttpResponse(orjson.dumps({"CFDocuments": page}), content_type=JSON)
    response["X-Total-Count"] = str(total)
    response["Link"] = links(f"{settings.BASE_URL}{request.path}", question, total, request.GET.dict())
    return response


@_answers
def one(request: HttpRequest, identifier: str, read: Callable[[str], Node] = case_objects.document) -> Node:
    return read(identifier)


@_answers
def nothing(request: HttpRequest, rest: str) -> Node:
    raise UnknownObjectError(f"There is no {rest[:60]} here.", "unknownobject")


_READ: dict[str, Callable[[str], Node]] = {
    "CFDocuments": case_objects.document,
    "CFPackages": case_objects.package,
    "CFItems": case_objects.item,
    "CFItemAssociations": case_objects.associations_of,
    "CFAssociations": case_objects.association,
    "CFRubrics": case_objects.rubric,
    **{name: partial(case_objects.definition, kind) for name, kind in DEFINITIONS.items()},
}
urlpatterns = [
    path(f"{_BASE}/CFDocuments", documents, name="case-documents"),
    *(
        path(f"{_BASE}/{name}/<str:identifier>", one, {"read": read}, name=f"case-{name}")
        for name, read in _READ.items()
    ),
    path(f"{_BASE}/<path:rest>", nothing, name="case-nothing"),
]
