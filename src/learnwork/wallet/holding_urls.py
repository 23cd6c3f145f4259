"""Addresses of the verify page, of a learner's collection and of what is shared from it."""

from __future__ import annotations

from django.urls import path

from learnwork.wallet import (
    asking_pages,
    collection_pages,
    open_badges_api,
    opening_pages,
    permission_pages,
    share_pages,
    sign_up_pages,
    verify_pages,
)

holding = [
    path("verify", verify_pages.verify, name="verify"),
    path("verify/lists", verify_pages.lists, name="verify-lists"),
    path("verify/ask", asking_pages.ask, name="verify-ask"),
    path("verify/asked", asking_pages.asked, name="verify-asked"),
    path("verify/requests/<str:id_>", asking_pages.request_object, name="verify-request"),
    path("verify/answers/<str:id_>", asking_pages.take, name="verify-answer"),
    path("records", collection_pages.records, name="records"),
    path("records/sign-up", sign_up_pages.sign_up, name="records-sign-up"),
    path("records/add", collection_pages.add, name="records-add"),
    path("records/export.zip", collection_pages.archive, name="records-export"),
    path("records/restore", collection_pages.restore, name="records-restore"),
    path("records/delete-everything", collection_pages.delete_everything, name="records-delete-everything"),
    path("records/files/<int:work>", collection_pages.work, name="record-work"),
    path("records/match", opening_pages.match, name="records-match"),
    path("records/present", asking_pages.present, name="present"),
    path("records/shares", share_pages.shares, name="shares"),
    path("records/shares/new", share_pages.new, name="share-new"),
    path("records/shares/<int:share>/withdraw", share_pages.withdraw, name="share-withdraw"),
    path("records/shares/<int:share>/records.pdf", share_pages.sheet, name="share-sheet"),
    path("records/programs", permission_pages.programs, name="programs"),
    path("records/programs/about", permission_pages.about, name="programs-about"),
    path("records/programs/<int:pk>/withdraw", permission_pages.withdraw, name="program-withdraw"),
    path("oauth/register", permission_pages.register, name="oauth-register"),
    path("oauth/authorize", permission_pages.authorize, name="oauth-authorize"),
    path("oauth/token", permission_pages.token, name="oauth-token"),
    path("oauth/revoke", permission_pages.revoke, name="oauth-revoke"),
    path("ims/ob/v3p0/discovery", open_badges_api.discovery, name="ob-discovery"),
    path("ims/ob/v3p0/credentials", open_badges_api.credentials, name="ob-credentials"),
    path("ims/ob/v3p0/profile", open_badges_api.profile, name="ob-profile"),
    path("shared", share_pages.enter, name="shared-enter"),
    path("shared/records", share_pages.shared, name="shared"),
    path("shared/presentation.json", share_pages.presentation, name="shared-presentation"),
    path("records/<int:pk>", collection_pages.record, name="record"),
    path("records/<int:pk>/file", collection_pages.record_file, name="record-file"),
    path("records/<int:pk>/groups", collection_pages.groups, name="record-groups"),
    path("records/<int:pk>/ties", collection_pages.ties, name="record-ties"),
    path("records/<int:pk>/files", collection_pages.works, name="record-works"),
    path("records/<int:pk>/delete", collection_pages.delete, name="record-delete"),
]
