"""What do my records open? The match of the competencies that a learner's records name.

It is asked by POST, so that no address and no log says who has what; nothing is kept. Only a link that the learner
takes to share it holds the competencies.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learnwork.accounts.models import User
from learnwork.competencies import matches, questions
from learnwork.wallet.fair_use import limited
from learnwork.wallet.learners import learners
from learnwork.wallet.opening import opening

SHOWN, MOST_SHOWN = 10, 50


@require_http_methods(["GET", "HEAD", "POST"])
@limited
@learners
def match(request: HttpRequest, owner: User) -> HttpResponse:
    """The answer for the records that are chosen, or for all."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("records"))
    picks = [int(each) for each in request.POST.getlist("record") if each.isdecimal() and len(each) < 18]
    found = opening(owner, picks)
    more = bool(request.POST.get("more"))
    context: dict[str, Any] = {"opening": found, "picks": picks, "here": "records", "held": True}
    if found.competencies:
        context |= {
            "answer": matches.answer(found.question, limit=MOST_SHOWN if more else SHOWN),
            "address": questions.address(found.question),
            "wants_more": not more,
        }
    return render(request, "wallet/opening.html", context)
