"""Every address of the wallet."""

from __future__ import annotations

from django.urls import path

from learnwork.wallet import claim_pages, issuing_pages, oid4vci, pages, transcript_pages, vc_api
from learnwork.wallet.holding_urls import holding

issuing = [
    path("issuers/<slug:issuer>/did.json", pages.did_document, name="did-document"),
    path("issuers/<slug:issuer>/revocations", pages.named_list, name="revocations"),
    path("status/<slug:slug>", pages.status_list, name="status-list"),
    path("status/<slug:slug>/publish", pages.publish_list, name="status-list-publish"),
    path("vc-api/<slug:issuer>/credentials/issue", vc_api.issue, name="vc-issue"),
    path("vc-api/<slug:issuer>/credentials/verify", vc_api.verify_credential, name="vc-verify"),
    path("vc-api/<slug:issuer>/credentials/derive", vc_api.derive, name="vc-derive"),
    path("vc-api/<slug:issuer>/credentials/status", vc_api.set_status, name="vc-status"),
    path("vc-api/<slug:issuer>/presentations/verify", vc_api.verify_presentation, name="vp-verify"),
    path(".well-known/openid-credential-issuer/issuers/<slug:issuer>", oid4vci.metadata, name="vci-metadata"),
    path(
        ".well-known/oauth-authorization-server/issuers/<slug:issuer>",
        oid4vci.server_metadata,
        name="vci-server",
    ),
    path("issuers/<slug:issuer>/oid4vci/offer/<str:code>", oid4vci.offer, name="vci-offer"),
    path("issuers/<slug:issuer>/oid4vci/token", oid4vci.token, name="vci-token"),
    path("issuers/<slug:issuer>/oid4vci/nonce", oid4vci.nonce, name="vci-nonce"),
    path("issuers/<slug:issuer>/oid4vci/credential", oid4vci.credential, name="vci-credential"),
    path("vct/OpenBadgeCredential", oid4vci.type_metadata, name="vct"),
    path("issuing", issuing_pages.issuers, name="issuing"),
    path("issuing/<slug:issuer>", issuing_pages.issuer, name="issuing-issuer"),
    path("issuing/<slug:issuer>/keys", issuing_pages.keys, name="issuing-keys"),
    path("issuing/<slug:issuer>/give", issuing_pages.give, name="issuing-give"),
    path("issuing/<slug:issuer>/clr", transcript_pages.transcript, name="issuing-clr"),
    path("issuing/<slug:issuer>/records/<int:number>", issuing_pages.status, name="issuing-status"),
    path("claim/<str:code>", claim_pages.claim, name="claim"),
]
urlpatterns = [*issuing, *holding]
