"""Every address of the wallet."""

from __future__ import annotations

from django.urls import path

from learnwork.wallet import pages, vc_api
from learnwork.wallet.holding_urls import holding

issuing = [
    path("issuers/<slug:issuer>/did.json", pages.did_document, name="did-document"),
    path("status/<slug:slug>", pages.status_list, name="status-list"),
    path("status/<slug:slug>/publish", pages.publish_list, name="status-list-publish"),
    path("vc-api/<slug:issuer>/credentials/issue", vc_api.issue, name="vc-issue"),
    path("vc-api/<slug:issuer>/credentials/verify", vc_api.verify_credential, name="vc-verify"),
    path("vc-api/<slug:issuer>/credentials/derive", vc_api.derive, name="vc-derive"),
    path("vc-api/<slug:issuer>/credentials/status", vc_api.set_status, name="vc-status"),
    path("vc-api/<slug:issuer>/presentations/verify", vc_api.verify_presentation, name="vp-verify"),
]
urlpatterns = [*issuing, *holding]
