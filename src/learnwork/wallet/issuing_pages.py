"""Pages of those who issue: curators and administrators."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from learnwork.intake.access import curators_only
from learnwork.wallet import issuers as service
from learnwork.wallet import recipients, sheets, signing
from learnwork.wallet.errors import IssuerRefusedError
from learnwork.wallet.issuing_forms import GiveForm, IssuerForm, StatusForm
from learnwork.wallet.models import Issued, Issuer

_ON_A_PAGE = 50
_ONE = "issuing-issuer"  # the page of one issuer
_SHOWN = 200  # refused rows that a page lists; all are counted


@curators_only
def issuers(request: HttpRequest) -> HttpResponse:
    """Who issues here; administrators make a new issuer."""
    form = IssuerForm(request.POST or None)
    caller = ""
    may = request.user.may_administer  # type: ignore[union-attr]
    if request.method == "POST":
        if not may:
            raise IssuerRefusedError(_("Only administrators make issuers."), hint=_("Ask one."))
        if form.is_valid():
            made, caller = form.make()
            messages.success(request, _("%(name)s issues as %(did)s.") % {"name": made.name, "did": made.did})
    found = Issuer.objects.filter(until=None).order_by("name")
    context = {"issuers": found, "form": form, "caller": caller, "may_make": may, "here": "issuing"}
    return render(request, "wallet/issuing.html", context)


@curators_only
def issuer(request: HttpRequest, issuer: str) -> HttpResponse:
    """One issuer: its keys, and what it issued, newest first."""
    found = service.issuer_named(issuer)
    listed = found.issued.select_related("key").order_by("-pk")
    page = Paginator(listed, _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "issuer": found,
        "keys": found.keys.order_by("-made_at", "-pk"),
        "page": page,
        "waiting": found.offers.filter(issued=None).count(),
        "rotates": found.did.startswith("did:web:"),
        "may_rotate": request.user.may_administer,  # type: ignore[union-attr]
        "here": "issuing",
    }
    return render(request, "wallet/issuing_issuer.html", context)


@curators_only
def keys(request: HttpRequest, issuer: str) -> HttpResponse:
    """POST: a new key; with `compromised`, the former one is marked as lost to somebody else."""
    found = service.issuer_named(issuer)
    back = HttpResponseRedirect(reverse(_ONE, args=[found.slug]))
    if request.method != "POST":
        return back
    if not request.user.may_administer:  # type: ignore[union-attr]
        raise IssuerRefusedError(_("Only administrators change keys."), hint=_("Ask one."))
    when = service.now() if request.POST.get("compromised") else None
    service.rotate(found, compromised=when)
    messages.success(request, _("There is a new key; it signs from now on."))
    return back


@partial(curators_only, largest=sheets.MOST_SENT)
def give(request: HttpRequest, issuer: str) -> HttpResponse:
    """Issue a credential to people: first a look at every row, then the records."""
    found = service.issuer_named(issuer)
    form = GiveForm(
        request.POST or None, request.FILES or None, initial={"ctid": request.GET.get("ctid", "")}
    )
    context: dict[str, Any] = {"issuer": found, "form": form, "here": "issuing"}
    if request.method == "POST" and form.is_valid():
        rows = form.rows()
        plan = recipients.plan(found, form.cleaned_data["ctid"], rows)
        if request.POST.get("do") == "issue" and not plan.refused:
            context["done"] = recipients.issue_all(plan)
        context |= {"plan": plan, "refused": plan.refused[:_SHOWN], "sheet": sheets.to_csv(rows)}
    return render(request, "wallet/issuing_give.html", context)


@curators_only
def status(request: HttpRequest, issuer: str, number: int) -> HttpResponse:
    """POST: revoke, suspend or reinstate one issued record."""
    found = service.issuer_named(issuer)
    back = HttpResponseRedirect(reverse(_ONE, args=[found.slug]))
    form = StatusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        issued = Issued.objects.filter(issuer=found, pk=number).first()
        if issued is None:
            raise IssuerRefusedError(_("There is no such record."), hint=_("Choose one from the list."))
        purpose, value = form.change()
        signing.set_status(issued, purpose, value, reason=form.cleaned_data["reason"])
        messages.success(request, _("Done. Verifiers see it when they next fetch the list."))
    return back
