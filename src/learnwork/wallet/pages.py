"""What an issuer shows to everybody: its keys and its status lists."""

from __future__ import annotations

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from learnwork.wallet import issuers, signing
from learnwork.wallet.errors import IssuerUnknownError
from learnwork.wallet.models import StatusList


def _open(body: bytes, content_type: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=content_type)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={signing.FRESH}"
    return answer


@require_safe
def did_document(request: HttpRequest, issuer: str) -> HttpResponse:
    """The DID document of a did:web issuer (did:web method specification, section 2.5.2)."""
    try:
        found = issuers.issuer_named(issuer)
    except IssuerUnknownError as error:
        raise Http404 from error
    return _open(orjson.dumps(issuers.controller_document(found)), "application/did+json")


@require_safe
def status_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A status list, signed now: as a token where its issuer signs tokens, else with a proof inside."""
    found = StatusList.objects.select_related("issuer").filter(slug=slug).first()
    if found is None:
        raise Http404
    signed = signing.published_list(found)
    if signed.token:
        return _open(signed.token.encode(), signing.media_type_of(found, signed))
    answer = _open(orjson.dumps(signed.document), _type_for(request))
    answer["Vary"] = "Accept"
    return answer


def _type_for(request: HttpRequest) -> str:
    """The media type of a credential, or one of those of JSON where only such are named: many clients know no other."""
    accepted = request.headers.get("Accept", "*/*")
    if "application/vc" in accepted:
        return "application/vc"
    return next(
        (kind for kind in ("application/ld+json", "application/json") if kind in accepted), "application/vc"
    )


@require_safe
def named_list(request: HttpRequest, issuer: str) -> HttpResponse:
    """The revocation list of 1EdTech (Open Badges 3.0: 1EdTechRevocationList): what was revoked, by id."""
    try:
        found = issuers.issuer_named(issuer)
    except IssuerUnknownError as error:
        raise Http404 from error
    return _open(orjson.dumps(signing.named_list(found)), "application/json")


@csrf_exempt
@require_POST
def publish_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Some clients ask for a list to be published after a change. Here every list is as it was last changed."""
    if not StatusList.objects.filter(slug=slug).exists():
        raise Http404
    return HttpResponse(status=204)
