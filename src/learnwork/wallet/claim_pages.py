"""The page on which a recipient claims a record: into their records here, with a wallet, as a file or as a picture."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from learnwork.accounts.models import User
from learnwork.records.baking import bake
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import collection, offers, oid4vci, picture
from learnwork.wallet.errors import OfferUnknownError
from learnwork.wallet.holders import holder_of
from learnwork.wallet.models import Offer

_PICTURES = {"png": ("image/png", picture.png), "svg": ("image/svg+xml", picture.svg)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("code", "body")
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """What waits, and how to take it. It is signed when it is taken, not when it is seen."""
    try:
        offer = offers.opened(code)[0]
        if request.method == "POST":
            return _taken(request, offer, code)
    except OfferUnknownError as error:
        return render(request, "wallet/claim.html", {"error": error}, status=404)
    except LearnworkError as error:
        return render(request, "wallet/claim.html", {"error": error}, status=400)
    uri = f"{oid4vci.identifier(offer.issuer)}/oid4vci/offer/{code}"
    wallet = f"openid-credential-offer://?credential_offer_uri={quote(uri, safe='')}"
    context = {"offer": offer, "wallet": wallet, "parts": f"{wallet}{quote('?form=sd-jwt', safe='')}"}
    answer = render(request, "wallet/claim.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _taken(request: HttpRequest, offer: Offer, code: str) -> HttpResponse:
    form = request.POST.get("as", "")
    if form == "mine":
        return _kept(request, code)
    return _download(offers.claim(code), offer, form)


def _kept(request: HttpRequest, code: str) -> HttpResponse:
    """Signed for the learner's own key and put into their records; who is not signed in signs in and comes back."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    signed = offers.claim(code, holder=holder_of(request.user).did)
    taken = collection.take_in(request.user, signed, via="offer")
    if not taken.new:
        messages.info(request, _("The record is among yours already."))
        return HttpResponseRedirect(reverse("records"))
    messages.success(request, _("The record is yours; only you can present it."))
    return HttpResponseRedirect(reverse("record", args=[taken.new[0].pk]))


def _download(body: bytes, offer: Offer, form: str) -> HttpResponse:
    """The record as it is, or baked into a picture of itself."""
    kind, suffix = ("application/vc", "json") if body.startswith(b"{") else ("application/vc+jwt", "jwt")
    if form in _PICTURES:
        kind, draw = _PICTURES[form]
        body, suffix = bake(draw(offer.title, offer.issuer.name), body), form
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="record.{suffix}"'
    return answer
