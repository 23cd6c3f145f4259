"""Addresses of the map, all under /landscape. One list a group of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from learnwork.landscape import (
    coordination_pages,
    editing_pages,
    edition_pages,
    funder_pages,
    gap_pages,
    goal_pages,
    pages,
    progress_pages,
)

library_urls: list[URLPattern | URLResolver] = [
    path("landscape", pages.overview, name="landscape"),
    path("landscape/entries", pages.entries, name="landscape-entries"),
    path("landscape/blocks", pages.blocks, name="landscape-blocks"),
    path("landscape/organizations", pages.organizations, name="landscape-organizations"),
    path("landscape/glossary", pages.terms, name="landscape-glossary"),
    path("landscape/wanted", pages.wanted, name="landscape-wanted"),
    path("landscape/conflicts", pages.conflicts, name="landscape-conflicts"),
    *(
        path(f"landscape/{kind}/<str:key>", pages.moved, {"kind": kind}, name=f"landscape-{kind}-key")
        for kind in ("entries", "organizations", "blocks", "topics", "glossary")
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *library_urls,
    *editing_pages.urls,
    *progress_pages.urls,
    *gap_pages.urls,
    *goal_pages.urls,
    *funder_pages.urls,
    *coordination_pages.urls,
    *edition_pages.urls,
]
