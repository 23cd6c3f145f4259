"""Addresses of the verify page, of a learner's collection and of what is shared from it."""

from __future__ import annotations

from django.urls import path

from learnwork.wallet import verify_pages

holding = [
    path("verify", verify_pages.verify, name="verify"),
]
