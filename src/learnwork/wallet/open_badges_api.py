"""The API of Open Badges 3.0: a learner's own badges and profile, for programs that the learner allowed.

Errors are `Imsx_StatusInfo` objects. Source: Open Badges 3.0 (1EdTech), section 6; RFC 6750 for tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from learnwork.accounts.models import User
from learnwork.records.parsing import parse
from learnwork.records.times import parse_moment
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import open_badges_records as service
from learnwork.wallet import permissions
from learnwork.wallet.cross_origin import opened, preflight
from learnwork.wallet.errors import PermissionRefusedError
from learnwork.wallet.holder_errors import UploadRefusedError
from learnwork.wallet.verifying import MOST_BYTES

_JSON = ("application/json", "application/vc+ld+json", "application/vc", "application/ld+json")
_MINOR = {400: "invalid_data", 401: "unauthorizedrequest", 403: "forbidden", 405: "misdirected_request"}
_STATUS = {"invalid_token": 401, "insufficient_scope": 403}
_View = Callable[[HttpRequest, User], HttpResponse]
_SCOPES = {
    permissions.READ: "Read the badges among the learner's records.",
    permissions.WRITE: "Add badges to the learner's records, and replace those of the same id.",
    permissions.READ_PROFILE: "Read how the learner describes themselves.",
    permissions.WRITE_PROFILE: "Change how the learner describes themselves.",
}


def answered(body: Any, status: int = 200) -> HttpResponse:
    return opened(HttpResponse(orjson.dumps(body), status=status, content_type="application/json"))


def status_info(status: int, description: str, minor: str = "") -> HttpResponse:
    """An Imsx_StatusInfo (section 6.2)."""
    field = {
        "imsx_codeMinorFieldName": "TargetEndSystem",
        "imsx_codeMinorFieldValue": minor or _MINOR.get(status, "invalid_data"),
    }
    return answered(
        {
            "imsx_codeMajor": "failure" if status >= 400 else "success",
            "imsx_severity": "error" if status >= 400 else "status",
            "imsx_description": description,
            "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
        },
        status,
    )


def endpoint(**views: tuple[str, _View]) -> Callable[[HttpRequest], HttpResponse]:
    """A view a method, each with the scope that its token must have."""

    @csrf_exempt
    @never_cache
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return preflight(*views)
        scope, view = views.get(str(request.method), ("", None))
        if view is None:
            refused = status_info(405, f"This address takes {' and '.join(views)}.")
            refused["Allow"] = ", ".join(views)
            return refused
        try:
            scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
            access = shown.strip() if scheme.lower() == "bearer" else ""
            return view(request, permissions.owner_for(access, scope))
        except PermissionRefusedError as error:
            return _unauthorized(error)
        except LearnworkError as error:
            return status_info(400, f"{error.message} {error.hint}".strip())

    return answer


def _unauthorized(error: PermissionRefusedError) -> HttpResponse:
    word = str(error.data.get("error", "invalid_token"))
    answer = status_info(_STATUS.get(word, 401), f"{error.message} {error.hint}".strip())
    answer["WWW-Authenticate"] = f'Bearer realm="Open Badges", error="{word}"'
    return answer


def _number(request: HttpRequest, name: str, usual: int, least: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise UploadRefusedError(f"`{name}` is no whole number from {least} on.", hint="Leave it out.")
    return int(text)


def _since(request: HttpRequest) -> datetime | None:
    text = request.GET.get("since", "")
    if not text:
        return None
    try:
        # A "+" of an offset that nobody escaped arrives as a space.
        return parse_moment(text.replace(" ", "+"))
    except ValueError as error:
        raise UploadRefusedError(
            "`since` is no date and time with its zone.", hint="Write 2026-01-31T00:00:00Z."
        ) from error


def _credentials(request: HttpRequest, owner: User) -> HttpResponse:
    """GET credentials?limit&offset&since (section 6.2.2)."""
    limit = min(_number(request, "limit", service.MOST_ON_A_PAGE, 1), service.MOST_ON_A_PAGE)
    offset = _number(request, "offset", 0, 0)
    objects, tokens, total = service.page(owner, limit=limit, offset=offset, since=_since(request))
    answer = answered({"credential": objects, "compactJwsString": tokens})
    answer["X-Total-Count"] = str(total)
    answer["Link"] = ", ".join(_links(request, limit, offset, total))
    answer["Access-Control-Expose-Headers"] = "Link, X-Total-Count"
    return answer


def _links(request: HttpRequest, limit: int, offset: int, total: int) -> list[str]:
    """Where the other pages are (section 6.4)."""
    last = (max(total - 1, 0) // limit) * limit
    places = {"first": 0, "last": last}
    if offset + limit < total:
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(offset - limit, 0)
    asked = request.GET.copy()
    found = []
    for rel, place in places.items():
        asked["limit"], asked["offset"] = str(limit), str(place)
        found.append(f'<{address("credentials")}?{asked.urlencode()}>; rel="{rel}"')
    return found


def _upsert(request: HttpRequest, owner: User) -> HttpResponse:
    """POST credentials: a badge as JSON, or its compact token as text (section 6.2.3)."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return status_info(400, f"More than {MOST_BYTES:,} bytes were sent.")
    text = request.content_type == "text/plain"
    if not text and request.content_type not in _JSON:
        return status_info(400, "A badge is sent as application/json, its compact token as text/plain.")
    body = request.body.strip()
    if text == body.startswith(b"{"):
        return status_info(400, "What was sent is not of the type that it says.")
    came = service.upsert(owner, body)
    kind = "text/plain" if text else "application/json"
    return opened(HttpResponse(body, status=201 if came == "created" else 200, content_type=kind))


def _profile(_request: HttpRequest, owner: User) -> HttpResponse:
    """GET profile (section 6.2.4)."""
    return answered(service.profile(owner))


def _put_profile(request: HttpRequest, owner: User) -> HttpResponse:
    """PUT profile: the whole of it (section 6.2.5)."""
    return answered(service.put_profile(owner, parse(request.body, where="the profile")))


credentials = endpoint(GET=(permissions.READ, _credentials), POST=(permissions.WRITE, _upsert))
profile = endpoint(GET=(permissions.READ_PROFILE, _profile), PUT=(permissions.WRITE_PROFILE, _put_profile))


def address(name: str) -> str:
    return f"{settings.BASE_URL}/ims/ob/v3p0/{name}"


def _at(name: str) -> str:
    return f"{settings.BASE_URL}{reverse(name)}"


@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """The service description: what can be asked, and how a program is let in (section 6.3)."""
    scheme = {
        "type": "oauth2",
        "description": "OAuth 2.0, authorization code with PKCE (S256)",
        "x-imssf-name": "Learnwork",
        "x-imssf-registrationUrl": _at("oauth-register"),
        "x-imssf-privacyPolicyUrl": _at("programs-about"),
        "x-imssf-termsOfServiceUrl": _at("programs-about"),
        "flows": {
            "authorizationCode": {
                "authorizationUrl": _at("oauth-authorize"),
                "tokenUrl": _at("oauth-token"),
                "refreshUrl": _at("oauth-token"),
                "scopes": _SCOPES,
            }
        },
    }
    said = {
        "openapi": "3.0.1",
        "info": {
            "title": "Open Badges of the learners of this site",
            "version": "3.0",
            "termsOfService": _at("programs-about"),
            "x-imssf-privacyPolicyUrl": _at("programs-about"),
        },
        "servers": [{"url": f"{settings.BASE_URL}/ims/ob/v3p0"}],
        "paths": _paths(),
        "components": {"securitySchemes": {"OAuth2ACG": scheme}},
    }
    answer = answered(said)
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def _paths() -> dict[str, Any]:
    def operation(name: str, scope: str) -> dict[str, Any]:
        return {
            "operationId": name,
            "summary": _SCOPES[scope],
            "security": [{"OAuth2ACG": [scope]}],
            "responses": {"200": {"description": "Done"}, "default": {"description": "Imsx_StatusInfo"}},
        }

    return {
        "/credentials": {
            "get": operation("getCredentials", permissions.READ),
            "post": operation("upsertCredential", permissions.WRITE),
        },
        "/profile": {
            "get": operation("getProfile", permissions.READ_PROFILE),
            "put": operation("putProfile", permissions.WRITE_PROFILE),
        },
    }


def as_oauth(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view whose errors are those of OAuth ({error, error_description})."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return preflight("POST")
        if request.method != "POST":
            return answered(
                {"error": "invalid_request", "error_description": "This address takes POST."}, 405
            )
        try:
            return view(request)
        except PermissionRefusedError as error:
            word = str(error.data.get("error", "invalid_request"))
            status = 401 if word == "invalid_client" else 400
            said = answered(
                {"error": word, "error_description": f"{error.message} {error.hint}".strip()}, status
            )
            if status == 401:
                said["WWW-Authenticate"] = 'Basic realm="Open Badges"'
            return said
        except LearnworkError as error:
            return answered({"error": "invalid_request", "error_description": error.message}, 400)

    return answer
