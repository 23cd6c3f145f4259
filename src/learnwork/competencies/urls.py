"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from learnwork.competencies import profile_pages

_resource = "resources/<slug:ctid>"

profile_urls = [
    path(f"{_resource}/profile", profile_pages.show, name="profile"),
    path(f"{_resource}/profile.csv", profile_pages.sheet, name="profile-sheet"),
    path(f"{_resource}/profile/template", profile_pages.template, name="profile-template"),
    path(f"{_resource}/profile/rate", profile_pages.rate, name="profile-rate"),
    path(f"{_resource}/profile/load", profile_pages.load, name="profile-load"),
]

urlpatterns = [*profile_urls]
