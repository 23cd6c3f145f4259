"""Sharing: the owner's pages to make, list and withdraw; the visitor's to see what was shared."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learnwork.accounts.models import User
from learnwork.layout.problems import problem_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import sharing
from learnwork.wallet.fair_use import limited
from learnwork.wallet.forms import ShareForm
from learnwork.wallet.holder_errors import ShareUnknownError
from learnwork.wallet.learners import learners, told
from learnwork.wallet.models import Share
from learnwork.wallet.printing import pdf, qr
from learnwork.wallet.showing_verdicts import shown

_SEAT = "share"  # of the session: the share whose code was shown


@require_safe
@learners
def shares(request: HttpRequest, owner: User) -> HttpResponse:
    """What the learner shared, with its end and its count of views."""
    found = Share.objects.filter(owner=owner).prefetch_related("items__held").order_by("-made_at")
    return render(request, "wallet/shares.html", {"shares": found, "now": timezone.now()})


@sensitive_post_parameters()
@require_POST
@limited
@learners
def new(request: HttpRequest, owner: User) -> HttpResponse:
    """First what is shown of the chosen records and until when; then, with `make`, the link: told once."""
    pks = [int(each) for each in request.POST.getlist("record") if each.isdecimal() and len(each) < 18]
    chosen = sharing.selectable(owner, pks)
    making = request.POST.get("make") == "1"
    start = {"until": timezone.now().date() + timedelta(days=30)}
    form = ShareForm(request.POST) if making else ShareForm(initial=start)
    if not making or not form.is_valid():
        return render(request, "wallet/share_new.html", {"form": form, "chosen": chosen})
    share, code = sharing.make(
        owner,
        [one.held for one in chosen],
        title=form.cleaned_data["title"],
        until=form.cleaned_data["until"],
        chosen={one.held.pk: request.POST.getlist(f"show-{one.held.pk}") for one in chosen},
    )
    link = sharing.link_of(code)
    return render(
        request, "wallet/share_made.html", {"share": share, "code": code, "link": link, "qr": qr(link)}
    )


@require_POST
@learners
def withdraw(request: HttpRequest, owner: User, share: int) -> HttpResponse:
    """Withdraw a share; one that is over is deleted."""
    found = sharing.share_of(owner, share)
    if request.POST.get("act") == "delete":
        found.delete()
    else:
        sharing.revoke(found)
        messages.success(request, _("The link does not work any more."))
    return HttpResponseRedirect(reverse("shares"))


@sensitive_post_parameters()
@require_POST
@limited
@learners
def sheet(request: HttpRequest, owner: User, share: int) -> HttpResponse:
    """The printed sheet; its code is known only where the share was just made."""
    found, code = sharing.share_of(owner, share), request.POST.get("code", "")
    sharing.check_code(found, code)
    response = HttpResponse(pdf(found, code), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="records.pdf"'
    return response


# The visitor --------------------------------------------------------------------------------------------------


@csrf_exempt
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@limited
def enter(request: HttpRequest) -> HttpResponse:
    """The page of every link. The code comes in the body of a request, from a script or typed in; JSON for machines."""
    if request.method != "POST":
        return render(request, "wallet/share_enter.html")
    as_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        share = sharing.enter(request.POST.get("code", "")[:200])
    except ShareUnknownError as error:
        if as_json:
            return problem_of(error)
        return render(request, "wallet/share_enter.html", {"error": error}, status=404)
    if as_json:
        return HttpResponse(orjson.dumps(_machine(share)), content_type="application/json")
    request.session[_SEAT] = share.pk
    return HttpResponseRedirect(reverse("shared"))


def _machine(share: Share) -> dict[str, Any]:
    found = sharing.judged(share)
    return {
        "title": share.title,
        "until": share.until.isoformat(),
        "records": [{"partial": item.partial, "verdict": one.verdict.to_json()} for item, one in found],
        "presentation": _presentation(share),
    }


def _presentation(share: Share) -> dict[str, Any] | None:
    try:
        return sharing.presentation(share)
    except LearnworkError:
        return None


def _seated(request: HttpRequest) -> Share:
    """The share whose code this visitor showed, if it still holds. Raises ShareUnknownError."""
    return sharing.live(Share.objects.filter(pk=request.session.get(_SEAT, 0)).first())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited
def shared(request: HttpRequest) -> HttpResponse:
    """What was shared, each record with its verdict of this moment; POST with `web` asks the web too."""
    web = request.method == "POST" and request.POST.get("web") == "1"
    try:
        share = _seated(request)
    except ShareUnknownError as error:
        return told(request, error)
    items = [(item, shown(one.verdict, one.document)) for item, one in sharing.judged(share, web=web)]
    return render(request, "wallet/shared.html", {"share": share, "items": items, "web": web})


@never_cache
@require_safe
def presentation(request: HttpRequest) -> HttpResponse:
    """What was shared as a presentation signed by its owner, for the verifier's own tools."""
    try:
        document = sharing.presentation(_seated(request))
    except LearnworkError as error:
        return told(request, error)
    response = HttpResponse(orjson.dumps(document), content_type="application/vp")
    response["Content-Disposition"] = 'attachment; filename="presentation.json"'
    return response
