"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from learnwork.competencies import alignment_pages, framework_pages, match_pages, profile_pages

_resource = "resources/<slug:ctid>"

profile_urls = [
    path(f"{_resource}/profile", profile_pages.show, name="profile"),
    path(f"{_resource}/profile.csv", profile_pages.sheet, name="profile-sheet"),
    path(f"{_resource}/profile/template", profile_pages.template, name="profile-template"),
    path(f"{_resource}/profile/rate", profile_pages.rate, name="profile-rate"),
    path(f"{_resource}/profile/load", profile_pages.load, name="profile-load"),
]

_framework = "frameworks/<slug:ctid>"

framework_urls = [
    path("frameworks", framework_pages.frameworks, name="frameworks"),
    path(_framework, framework_pages.framework, name="framework"),
    path(f"{_framework}/changes", framework_pages.changes, name="framework-changes"),
    *(
        path(f"{_framework}.{ending}", framework_pages.file, {"ending": ending})
        for ending in framework_pages.FILES
    ),
]

match_urls = [
    path("match", match_pages.match, name="match"),
    path("match/<slug:ctid>", match_pages.why, name="match-why"),
    path(f"{_resource}/expected", match_pages.expected, name="expected"),
]

alignment_urls = [
    path("alignments", alignment_pages.alignments, name="alignments"),
    path("alignments.csv", alignment_pages.sheet, name="alignments-csv"),
    path("alignments/review", alignment_pages.judge, name="review-alignments"),
    path("alignments/review/many", alignment_pages.many, name="accept-many"),
    path("alignments/review/undo", alignment_pages.undo, name="undo-alignments"),
    path("alignments/<int:number>", alignment_pages.alignment, name="alignment"),
    path(f"{_framework}/drift", alignment_pages.drift, name="framework-drift"),
]

urlpatterns = [*alignment_urls, *match_urls, *profile_urls, *framework_urls]
