"""How a program is let at a learner's records: it registers, the learner allows it, it fetches its tokens."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.accounts.models import User
from learnwork.layout.security import CONTENT_SECURITY_POLICY
from learnwork.records.parsing import parse
from learnwork.wallet import permissions
from learnwork.wallet.errors import PermissionRefusedError
from learnwork.wallet.fair_use import limited
from learnwork.wallet.learners import learners
from learnwork.wallet.models import Permission, Program
from learnwork.wallet.open_badges_api import answered, as_oauth

_MOST = 20_000  # bytes of a registration


def _words() -> dict[str, str]:
    return {
        permissions.READ: _("read the badges among your records"),
        permissions.WRITE: _("add badges to your records, and replace those of the same id"),
        permissions.READ_PROFILE: _("read how you describe yourself"),
        permissions.WRITE_PROFILE: _("change how you describe yourself"),
    }


@limited
@as_oauth
def register(request: HttpRequest) -> HttpResponse:
    """POST a registration (RFC 7591) → 201 {client_id, client_secret, …}."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST:
        raise permissions.refused("invalid_client_metadata", "The registration is too long.")
    said = parse(request.body, where="the registration")
    if not isinstance(said, dict):
        raise permissions.refused("invalid_client_metadata", "The registration is no JSON object.")
    program, secret = permissions.register(said)
    told: dict[str, Any] = {
        "client_id": program.key,
        "client_id_issued_at": int(program.made_at.timestamp()),
        "client_name": program.name,
        "redirect_uris": program.redirects,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
        "scope": program.scopes,
    }
    if secret:
        told |= {"client_secret": secret, "client_secret_expires_at": 0}
    return answered(told, 201)


@require_http_methods(["GET", "HEAD", "POST"])
@learners
@sensitive_variables("code")
def authorize(request: HttpRequest, owner: User) -> HttpResponse:
    """The learner reads what a program asks for, and allows it or not."""
    said = {name: value for name, value in (request.POST or request.GET).items() if isinstance(value, str)}
    redirect = said.get("redirect_uri", "")
    program = permissions.program_of(said.get("client_id", ""), redirect)
    try:
        scopes = permissions.asked_of(program, said)
    except PermissionRefusedError as error:
        return _sent_back(redirect, said, error=str(error.data["error"]), error_description=error.message)
    if request.method == "POST":
        if said.get("do") != "allow":
            return _sent_back(redirect, said, error="access_denied")
        code = permissions.allow(owner, program, scopes, redirect, said["code_challenge"])
        return _sent_back(redirect, said, code=code)
    words = _words()
    context = {
        "program": program,
        "asks": [words[scope] for scope in scopes],
        "host": urlsplit(redirect).netloc,
        "said": said,
        "here": "records",
    }
    answer = render(request, "wallet/program_allow.html", context)
    answer["Content-Security-Policy"] = _may_return(redirect)
    return answer


def _may_return(redirect: str) -> str:
    """Browsers hold a form to where its answer leads; here that is the program's registered address."""
    parts = urlsplit(redirect)
    return CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )


def _sent_back(redirect: str, said: dict[str, str], **more: str) -> HttpResponse:
    state = {"state": said["state"]} if said.get("state") else {}
    joint = "&" if urlsplit(redirect).query else "?"
    answer = HttpResponseRedirect(f"{redirect}{joint}{urlencode({**more, **state})}")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _asking(request: HttpRequest) -> Program:
    """The program, by HTTP Basic or by what the form says (RFC 6749, 2.3.1)."""
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    key, secret = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(shown.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            text = ""
        name, _colon, given = text.partition(":")
        key, secret = unquote_plus(name), unquote_plus(given)
    return permissions.authenticated(key, secret)


@as_oauth
@sensitive_post_parameters()
@sensitive_variables()
def token(request: HttpRequest) -> HttpResponse:
    """POST a form {grant_type, code, redirect_uri, code_verifier} or {grant_type, refresh_token} → tokens."""
    program, form = _asking(request), request.POST
    kind = form.get("grant_type")
    if kind == "authorization_code":
        made = permissions.exchange(
            program, form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", "")
        )
    elif kind == "refresh_token":
        made = permissions.renew(program, form.get("refresh_token", ""))
    else:
        raise permissions.refused("unsupported_grant_type", "Only codes and tokens that renew are exchanged.")
    return answered(made)


@as_oauth
@sensitive_post_parameters()
def revoke(request: HttpRequest) -> HttpResponse:
    """POST a form {token} → 200; the permission ends (RFC 7009)."""
    permissions.end(_asking(request), request.POST.get("token", ""))
    return answered({})


@require_safe
@learners
def programs(request: HttpRequest, owner: User) -> HttpResponse:
    """Which programs a learner let at their records, and what each may do."""
    found = Permission.objects.filter(owner=owner, spent=True).select_related("program").order_by("-made_at")
    words = _words()
    listed = [(one, [words[scope] for scope in one.scopes.split()]) for one in found]
    return render(request, "wallet/programs.html", {"programs": listed, "here": "records"})


@require_POST
@learners
def withdraw(request: HttpRequest, owner: User, pk: int) -> HttpResponse:
    """Take back what a program was allowed: its tokens open nothing from now on."""
    Permission.objects.filter(owner=owner, pk=pk).delete()
    messages.success(request, _("Withdrawn. The program can read and change nothing of yours any more."))
    return HttpResponseRedirect(reverse("programs"))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What programs may do here and what is kept of them: the terms that the service description names."""
    return render(request, "wallet/programs_about.html", {"here": "records"})
