"""The intake's addresses."""

from __future__ import annotations

from django.urls import path

from learnwork.intake import curating_pages, pages

urlpatterns = [
    path("resources/<slug:ctid>/suggest", pages.suggest, name="suggest"),
    path("suggestions/<str:token>", pages.status, name="suggestion"),
    path("curate", curating_pages.desk, name="curate"),
    path("curate/suggestions", pages.review_queue, name="review-queue"),
    path("curate/suggestions/<int:number>", pages.review, name="review"),
    path("curate/merge", curating_pages.merge, name="merge"),
    path("curate/resources/<slug:ctid>", curating_pages.rule, name="rule"),
    path("curate/decisions/<int:number>/undo", curating_pages.undo, name="undo"),
]
