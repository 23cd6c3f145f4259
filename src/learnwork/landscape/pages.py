"""The library of the map: overview, entries, building blocks, who takes part, glossary, what is wanted and in conflict.

Each view reads the filter from its address and renders what a pure module made of the map.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learnwork.landscape import addresses, glossary, library, overviewing, services_library
from learnwork.landscape.answering import Asked, ask, living
from learnwork.landscape.narrowing import narrowing
from learnwork.landscape.shelves import shelves
from learnwork.layout.pages import page

AT_ONCE = 50


@page
def overview(request: HttpRequest) -> HttpResponse:
    context = {"page": overviewing.overview(), "stale": len(overviewing.stale_today())}
    return render(request, "landscape/overview.html", {**context, **_here("overview")})


@page
def entries(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    rows = Paginator(library.entry_rows(asked.shown), AT_ONCE).get_page(request.GET.get("page"))
    return render(request, "landscape/entries.html", {"rows": rows, **_narrowed(request, asked, "entries")})


@page
def blocks(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    held = shelves()
    context = {"shelves": library.shelf_rows(held, asked.shown), "loose": held.loose}
    return render(request, "landscape/blocks.html", {**context, **_narrowed(request, asked, "blocks")})


@page
def organizations(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    rows = Paginator(library.party_rows(asked.shown), AT_ONCE).get_page(request.GET.get("page"))
    context = {"rows": rows, **_narrowed(request, asked, "organizations")}
    return render(request, "landscape/organizations.html", context)


@page
def terms(request: HttpRequest) -> HttpResponse:
    context = {"letters": library.letters(shelves().terms), **_here("glossary")}
    return render(request, "landscape/glossary.html", context)


@page
def wanted(request: HttpRequest) -> HttpResponse:
    found = overviewing.wanted_terms()
    entered = living().entries
    rows = [(one, [entered[ctid] for ctid in one.entries if ctid in entered]) for one in found]
    away = sorted(services_library.waved_away(), key=str.casefold)
    context = {"rows": rows, "often": glossary.OFTEN, "away": away, **_here("wanted")}
    return render(request, "landscape/wanted.html", context)


@page
def conflicts(request: HttpRequest) -> HttpResponse:
    shown = Paginator(overviewing.conflicts(), AT_ONCE).get_page(request.GET.get("page"))
    context = {"conflicts": shown, "names": overviewing.source_names(), **_here("conflicts")}
    return render(request, "landscape/conflicts.html", context)


@page
def moved(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """A permanent address: to whatever the key names today."""
    return addresses.redirect_to(kind, key)


def _here(at: str) -> dict[str, object]:
    return {"here": "landscape", "at": at}


def _narrowed(request: HttpRequest, asked: Asked, at: str) -> dict[str, object]:
    return {
        "narrowing": narrowing(asked.filter, asked.whole, request.path),
        "map": asked.shown,
        "terms": shelves().terms,
        **_here(at),
    }
