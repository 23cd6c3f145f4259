"""The page of goal schemes: their goals, how many entries each orders, and which goal of another scheme each is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path

from learnwork.landscape.answering import living
from learnwork.landscape.goals import SchemeRow, scheme_rows
from learnwork.layout.pages import page


def schemes_now() -> tuple[SchemeRow, ...]:
    """Every scheme of the map of today, the one in force first."""
    known = living()
    return scheme_rows({one.key: living(scheme=one.key) for one in known.schemes}, known.scheme.key)


@page
def goals(request: HttpRequest) -> HttpResponse:
    context = {"schemes": schemes_now(), "total": len(living().entries), "here": "landscape", "at": "goals"}
    return render(request, "landscape/goals.html", context)


urls: list[URLPattern | URLResolver] = [path("landscape/goals", goals, name="landscape-goals")]
