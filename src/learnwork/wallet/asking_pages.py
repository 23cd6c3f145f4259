"""Pages of OpenID4VP: the verifier asks a wallet and sees its answer; the learner answers a verifier."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.accounts.models import User
from learnwork.layout.problems import problem_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import answering, asking
from learnwork.wallet.fair_use import limited
from learnwork.wallet.holder_errors import PresentationRefusedError
from learnwork.wallet.learners import learners, told
from learnwork.wallet.printing import qr
from learnwork.wallet.showing_verdicts import shown

_SEAT = "asked"  # of the session: the request that this verifier made
_SALT = "wallet.request"
_LASTS = 600  # seconds that a learner may take to choose


@csrf_exempt
@never_cache
@require_POST
@limited
def ask(request: HttpRequest) -> HttpResponse:
    """Make a request for a wallet, and wait for its answer on a page of one's own.

    Who makes a visitor do this from another site gains nothing, so that the verify page needs no cookie for it.
    """
    request.session[_SEAT] = asking.ask().id
    return HttpResponseRedirect(reverse("verify-asked"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest) -> HttpResponse:
    """The request as a code and a link; once the wallet answered, the verdicts, once."""
    id_ = request.session.get(_SEAT, "")
    try:
        verdicts = asking.look(id_, web=request.method == "POST" and request.POST.get("web") == "1")
        if verdicts is None:
            link = asking.link_of(id_)
            return render(request, "wallet/verify_ask.html", {"link": link, "qr": qr(link), "here": "verify"})
    except LearnworkError as error:
        return told(request, error)
    del request.session[_SEAT]
    return render(request, "wallet/verify_asked.html", {"items": [shown(one) for one in verdicts]})


@never_cache
@require_safe
def request_object(request: HttpRequest, id_: str) -> HttpResponse:
    """The signed request, for the wallet that opened the link."""
    try:
        return HttpResponse(asking.request_of(id_), content_type=f"application/{asking.REQUEST_TYPE}")
    except LearnworkError as error:
        return problem_of(error)


@csrf_exempt
@sensitive_post_parameters()
@require_POST
@limited
def take(request: HttpRequest, id_: str) -> HttpResponse:
    """The wallet's answer (direct_post)."""
    try:
        asking.take_answer(id_, request.POST.get("vp_token", ""), request.POST.get("state", ""))
    except LearnworkError as error:
        return problem_of(error)
    return HttpResponse(b"{}", content_type="application/json")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@limited
@learners
def present(request: HttpRequest, owner: User) -> HttpResponse:
    """Paste a request; see who asks and choose; answer."""
    if request.method != "POST":
        return render(request, "wallet/record_present.html")
    try:
        if "asked" in request.POST:
            return _answered(request, owner)
        asked = answering.read_request(request.POST.get("request", "")[:20_000])
    except LearnworkError as error:
        return render(request, "wallet/record_present.html", {"error": error}, status=400)
    context: dict[str, Any] = {
        "asked": asked,
        "kept": signing.dumps({"owner": owner.pk, **asked.to_json()}, salt=_SALT),
        "chosen": answering.candidates(owner, asked),
    }
    return render(request, "wallet/record_present.html", context)


def _answered(request: HttpRequest, owner: User) -> HttpResponse:
    try:
        kept = signing.loads(request.POST["asked"], salt=_SALT, max_age=_LASTS)
    except signing.BadSignature as error:
        raise PresentationRefusedError("The request is over.", hint="Start again with the link.") from error
    if kept.pop("owner") != owner.pk:
        raise PresentationRefusedError("The request is somebody else's.", hint="Start again with the link.")
    asked = answering.Asked.from_json(kept)
    pks = [int(each) for each in request.POST.getlist("record") if each.isdecimal() and len(each) < 18]
    onward = answering.answer(owner, asked, {pk: request.POST.getlist(f"show-{pk}") for pk in pks})
    messages.success(request, _("The records were shown to %(host)s.") % {"host": asked.host})
    context = {"onward": onward, "asked": asked, "done": True}
    return render(request, "wallet/record_present.html", context)
