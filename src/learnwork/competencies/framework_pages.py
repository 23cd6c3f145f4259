"""Pages of frameworks: the list, a framework as a tree with search inside, its files, what changed between releases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from learnwork.competencies import outline, pairs, reading, versions, writing
from learnwork.competencies.frameworks import Framework
from learnwork.competencies.uses import uses
from learnwork.layout.negotiation import JSON, entity_tag, settled
from learnwork.layout.pages import page
from learnwork.registry import listing
from learnwork.vocabulary.documents import in_language

MOST_FOUND = 100
MOST_CHANGES = 200
View = Callable[..., HttpResponseBase]
# Ending of the address → form of `writing.FORMS`.
FILES = {"case.json": "case", "jsonld": "ctdl", "csv": "csv"}


@page
def frameworks(request: HttpRequest) -> HttpResponse:
    return render(request, "competencies/frameworks.html", {"rows": reading.listed(), "here": "frameworks"})


@page
def framework(request: HttpRequest, ctid: str) -> HttpResponse:
    """The tree, opened at `at` from `from` on; with `q` what holds these words, each with the way to it."""
    frame = reading.current(ctid)
    words = " ".join(request.GET.get("q", "")[:300].split())
    at = request.GET.get("at", "")[:60].lower()
    context: dict[str, Any] = {
        "frame": frame,
        "publisher": in_language(frame.document.get("ceasn:publisherName")),
        "words": words,
        "at": at,
        "releases": len(reading.releases(ctid)),
        "aligned": pairs.beside(frame.ctid),
        "files": FILES,
        "here": "frameworks",
    }
    context |= _found(frame, words) if words else _opened(frame, at, _number(request.GET.get("from", "")))
    return render(request, "competencies/framework.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0


def _found(frame: Framework, words: str) -> dict[str, Any]:
    found = frame.find(words)
    shown = found[:MOST_FOUND]
    ways = [[frame.items[key] for key in frame.tree.way(one.ctid)[:-1]] for one in shown]
    return {"found": list(zip(shown, ways, strict=True)), "count": len(found)}


def _opened(frame: Framework, at: str, start: int) -> dict[str, Any]:
    level, apart = outline.opened(frame, at, start)
    shown = [*level.items(), *(apart.items() if apart else ())]
    return {"level": level, "apart": apart, "uses": uses(one.ctid for one in shown)}


@page
def file(request: HttpRequest, ctid: str, ending: str) -> HttpResponse:
    """The whole framework as a file."""
    form = FILES[ending]
    tag = entity_tag(listing.state(), request.get_full_path())
    response = settled(request, tag) or HttpResponse(
        writing.written(ctid, form), content_type=writing.FORMS[form]
    )
    response["ETag"] = tag
    response["Content-Disposition"] = f'attachment; filename="{ctid}.{ending}"'
    return response


@page
def changes(request: HttpRequest, ctid: str) -> HttpResponse:
    """What changed between two releases; the last two unless others are chosen. As JSON with `format=json`."""
    there = reading.releases(ctid)
    old = request.GET.get("from", "") or (str(there[1].pk) if len(there) > 1 else "")
    new = request.GET.get("to", "") or (str(there[0].pk) if there else "")
    context: dict[str, Any] = {"frame": reading.current(ctid), "releases": there, "here": "frameworks"}
    if old and new:
        before, after = reading.release(ctid, old), reading.release(ctid, new)
        found = versions.difference(reading.at_release(ctid, before), reading.at_release(ctid, after))
        if request.GET.get("format") == "json":
            return HttpResponse(orjson.dumps(found.to_dict()), content_type=JSON)
        context |= {
            "old": before,
            "new": after,
            "found": found,
            "counts": [(name, count) for name, count in found.counts().items() if count],
            "most": MOST_CHANGES,
        }
    return render(request, "competencies/framework_changes.html", context)
