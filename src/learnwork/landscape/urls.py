"""Addresses of the map, all under /landscape. One list a group of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

library_urls: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [*library_urls]
