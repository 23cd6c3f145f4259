"""Pages of alignments: the list, one pair with every word on it, the queue of curators, what a new version touches."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from learnwork.competencies import alignment_rows, pairs, reading, review
from learnwork.competencies.alignment_words import relations, state
from learnwork.competencies.drift import drift as drifted
from learnwork.competencies.pairs import Asked
from learnwork.competencies.standing import STATES
from learnwork.intake.access import curator, curators_only
from learnwork.layout.pages import page

PAGE = 50
MOST_SKIPPED = 200
MOST_TOUCHED = 200


@page
def alignments(request: HttpRequest) -> HttpResponse:
    """Which frameworks have how many pairs; and the pairs that are asked for, `after` a number."""
    asked = Asked.from_params(request.GET.dict())
    after = request.GET.get("after", "")
    found = pairs.listed(asked, int(after) if after.isdecimal() and len(after) < 15 else 0, PAGE + 1)
    context = _choices(asked) | {
        "found": found[:PAGE],
        "next": _address("alignments", asked, after=found[PAGE - 1].row.pk) if len(found) > PAGE else "",
        "count": pairs.asked_for(asked).count(),
        "csv": _address("alignments-csv", asked),
    }
    return render(request, "competencies/alignments.html", context)


@page
def sheet(request: HttpRequest) -> StreamingHttpResponse:
    """The same pairs as CSV, all of them."""
    asked = Asked.from_params(request.GET.dict())
    lines = alignment_rows.lines(alignment_rows.every(asked))
    response = StreamingHttpResponse(
        (line.encode() for line in lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="alignments.csv"'
    return response


@page
def alignment(request: HttpRequest, number: int) -> HttpResponse:
    """One pair: both ends, what it comes to, and every word there ever was on it."""
    pair, words = pairs.pair(number)
    return render(
        request, "competencies/alignment.html", {"pair": pair, "words": words, "here": "alignments"}
    )


@page
def drift(request: HttpRequest, ctid: str) -> HttpResponse:
    """What a new version of a framework touches."""
    found = drifted(ctid, request.GET.get("from", "")[:60], request.GET.get("to", "")[:60])
    context = {
        "found": found,
        "shown": found.touched[:MOST_TOUCHED],
        "more": max(0, len(found.touched) - MOST_TOUCHED),
        "releases": reading.releases(ctid),
        "here": "frameworks",
    }
    return render(request, "competencies/drift.html", context)


@curators_only
def judge(request: HttpRequest) -> HttpResponse:
    """The next proposal to judge, with its reasons and context; what was judged is kept and the next one follows."""
    asked = Asked.from_params(request.GET.dict()).with_(state="")
    skipped = [int(one) for one in request.GET.get("skip", "").split(".") if one.isdecimal()][-MOST_SKIPPED:]
    if request.method == "POST":
        number = request.POST.get("pair", "")
        if request.POST.get("do") == "skip":
            skipped.append(int(number) if number.isdecimal() else 0)
            return HttpResponseRedirect(
                _address("review-alignments", asked, skip=".".join(map(str, skipped)))
            )
        review.rule(
            int(number) if number.isdecimal() else 0,
            state="rejected" if request.POST.get("do") == "reject" else "accepted",
            by=curator(request),
            relation=request.POST.get("relation", ""),
            rationale=request.POST.get("rationale", ""),
        )
        if request.POST.get("back") == "pair":
            return HttpResponseRedirect(reverse("alignment", args=[int(number)]))
        return HttpResponseRedirect(_address("review-alignments", asked, skip=".".join(map(str, skipped))))
    act, many = review.last_act(curator(request))
    context = _choices(asked) | {
        "pair": _wanted(request, asked, skipped),
        "own": bool(request.GET.get("pair")),
        "waiting": review.waiting(asked).count(),
        "act": act,
        "many": many,
    }
    return render(request, "competencies/review_alignments.html", context)


def _wanted(request: HttpRequest, asked: Asked, skipped: list[int]) -> pairs.Pair | None:
    """The pair that is named, else the next one that waits."""
    named = request.GET.get("pair", "")
    if named.isdecimal() and len(named) < 15:
        return pairs.pair(int(named))[0]
    return review.following(asked, skipped)


@curators_only
def many(request: HttpRequest) -> HttpResponse:
    """Accept all proposals from a confidence on: first how many and some of them, then, on a second press, all."""
    asked = Asked.from_params((request.POST if request.method == "POST" else request.GET).dict()).with_(
        state=""
    )
    if request.method == "POST":
        expected = request.POST.get("expected", "")
        kept = review.accept_all(
            asked,
            by=curator(request),
            expected=int(expected) if expected.isdecimal() else -1,
            rationale=request.POST.get("rationale", ""),
        )
        text = ngettext("%(n)s pair was accepted.", "%(n)s pairs were accepted.", kept.new + kept.changed)
        messages.success(request, text % {"n": f"{kept.new + kept.changed:,}"})
        return HttpResponseRedirect(_address("review-alignments", asked.with_(least=None)))
    preview = review.preview(asked) if asked.least is not None else None
    return render(request, "competencies/accept_many.html", _choices(asked) | {"preview": preview})


@curators_only
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what oneself said at once."""
    if request.method == "POST":
        kept = review.undo(request.POST.get("act", ""), by=curator(request))
        text = ngettext("%(n)s word was taken back.", "%(n)s words were taken back.", kept.changed)
        messages.success(request, text % {"n": f"{kept.changed:,}"})
    return HttpResponseRedirect(reverse("review-alignments"))


def _choices(asked: Asked) -> dict[str, Any]:
    """What the forms of all these pages offer."""
    between = pairs.overview()
    return {
        "asked": asked,
        "between": between,
        "sources": sorted({(one.source, one.source_name) for one in between}, key=lambda one: one[1]),
        "targets": sorted({(one.target, one.target_name) for one in between}, key=lambda one: one[1]),
        "relations": relations(),
        "states": [(key, state(key)) for key in STATES if key != "withdrawn"],
        "here": "alignments",
    }


def _address(name: str, asked: Asked, **more: str | int) -> str:
    query = "&".join(one for one in (asked.query, urlencode({k: v for k, v in more.items() if v})) if one)
    return f"{reverse(name)}?{query}" if query else reverse(name)
