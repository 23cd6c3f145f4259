"""The page on which an issuer puts a learner record together of other records."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learnwork.intake.access import curators_only
from learnwork.wallet import issuers, sheets, transcripts, verifying
from learnwork.wallet.issuing_forms import TranscriptForm
from learnwork.wallet.questions import short
from learnwork.wallet.wording import said


@partial(curators_only, largest=sheets.MOST_SENT)
def transcript(request: HttpRequest, issuer: str) -> HttpResponse:
    """First a verdict on every member, then the record. The web is asked, or most members could not be verified."""
    found = issuers.issuer_named(issuer)
    form = TranscriptForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"issuer": found, "form": form, "here": "issuing"}
    if request.method == "POST" and form.is_valid():
        made = transcripts.look(
            found,
            form.members(),
            form.recipient(),
            form.cleaned_data["title"],
            ties=transcripts.ties_of(form.cleaned_data["ties"]),
            fetcher=verifying.fetcher(web=True),
        )
        if request.POST.get("do") == "issue" and made.document is not None:
            context["done"] = transcripts.issue(made)
        lines = [(one, short(said(one.sentence))) for one in made.members]
        context |= {"look": made, "lines": lines, "fault": short(said(made.fault)), "handed": _handed(made)}
    return render(request, "wallet/issuing_clr.html", context)


def _handed(made: transcripts.Look) -> str:
    """The members as text, so that what is issued is what was looked at."""
    if made.document is None:
        return ""
    members = made.document["credentialSubject"]["verifiableCredential"]
    named = zip(made.members, members, strict=True)
    return orjson.dumps([{"name": one.name, "record": record} for one, record in named]).decode()
