"""What strangers send to the pages and endpoints of a learner: refused with words, never a fault of the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.records.badges import badge, signed

from learnwork.accounts.models import User
from learnwork.records.status_lists import bitstring_entry
from learnwork.wallet import asking, claiming

pytestmark = pytest.mark.django_db
NO_URL = "https://["
QUERY = json.dumps({"credentials": [{"id": "r", "format": "ldp_vc", "meta": {"type_values": [[]]}}]})


@pytest.fixture
def ana(settings: Any, tmp_path: Path) -> User:
    settings.DATA = tmp_path
    return User.objects.create_user("ana")


@pytest.fixture
def signed_in(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "9" * 30, "-1", "٣"])
def test_numbers_that_are_none_choose_nothing(signed_in: Client, number: str) -> None:
    assert signed_in.get("/records", {"group": number}).status_code == 200
    assert signed_in.post("/records/shares/new", {"record": number}).status_code in (302, 404)
    assert signed_in.post("/records/present", {"asked": "x", "record": number}).status_code == 400


def offer(issuer: str) -> str:
    grants = {claiming._GRANT: {"pre-authorized_code": "x"}}
    said = {"credential_issuer": issuer, "credential_configuration_ids": ["a"], "grants": grants}
    return "openid-credential-offer://?" + urlencode({"credential_offer": json.dumps(said)})


@pytest.mark.parametrize(
    "text",
    [
        NO_URL, "http://[", f"{NO_URL}?credential_offer=x", "openid-credential-offer://[?credential_offer=x",
        "openid-credential-offer://?" + urlencode({"credential_offer_uri": NO_URL}), offer(NO_URL), offer("\ud800"),
    ],
)  # fmt: skip
def test_addresses_that_are_none_are_no_records_and_no_offers(signed_in: Client, text: str) -> None:
    assert signed_in.post("/records/add", {"text": text}).status_code == 302
    assert not User.objects.get().records.exists()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "openid4vp://[", "openid4vp://?" + urlencode({"client_id": "x", "request_uri": NO_URL}),
        "openid4vp://?" + urlencode({
            "client_id": f"redirect_uri:{NO_URL}", "response_uri": NO_URL, "nonce": "n", "response_type": "vp_token",
            "response_mode": "direct_post", "dcql_query": json.dumps({"credentials": 5}),
        }),
    ],
)  # fmt: skip
def test_addresses_that_are_none_ask_for_nothing(signed_in: Client, text: str) -> None:
    assert signed_in.post("/records/present", {"request": text}).status_code == 400


@pytest.mark.parametrize("web", ["", "1"])
def test_addresses_that_are_none_in_a_record(client: Client, web: str) -> None:
    entry = bitstring_entry(f"{NO_URL}x", 7)
    document = signed(badge(credentialStatus=entry))
    document["credentialSubject"]["achievement"]["id"] = NO_URL
    answer = client.post("/verify", {"text": json.dumps(document), "web": web})
    assert answer.status_code == 200
    assert client.post("/verify", {"text": f"{NO_URL}#x", "web": web}).status_code == 200


def test_a_kept_verdict_with_addresses_that_are_none(client: Client) -> None:
    kept = {"format": 1, "verdict": {}, "record": "", "fetched": [{"url": NO_URL}]}
    assert client.post("/verify", {"text": json.dumps(kept)}).status_code == 200


def test_a_null_character_is_kept_by_no_database_and_breaks_nothing(signed_in: Client, ana: User) -> None:
    """PostgreSQL takes none in a text; a record as it came is bytes."""
    named = signed(badge(name="a\0b"))
    for document in (
        named, badge(name="\0", issuer={"id": "did:web:a\0.example", "type": ["Profile"], "name": "\0"}),
        badge(id="urn:\0", type=["VerifiableCredential", "Open\0Badge"]),
    ):  # fmt: skip
        text = json.dumps(document)
        assert signed_in.post("/records/add", {"text": text}).status_code == 302
        assert signed_in.post("/verify", {"text": text, "recipient": "\0"}).status_code == 200
    held = ana.records.get(title="a b")  # type: ignore[attr-defined]
    assert json.loads(bytes(held.raw)) == named
    page = f"/records/{held.pk}"
    assert signed_in.get(page, {"q": "\0"}).status_code == 200
    assert signed_in.post(f"{page}/ties", {"ctid": "ce-\0"}).status_code == 404
    assert signed_in.post(f"{page}/ties", {"ctid": "\0", "act": "untie"}).status_code in (302, 404)
    assert signed_in.post(f"{page}/groups", {"groups": "\0"}).status_code == 302
    asked = {"record": held.pk, "make": "1", "title": "\0", "until": "2026-01-01"}
    assert signed_in.post("/records/shares/new", asked).status_code == 200
    assert signed_in.post("/shared", {"code": "\0"}).status_code == 404
    assert signed_in.get("/oauth/authorize", {"client_id": "\0"}).status_code == 400
    assert signed_in.post("/oauth/token", {"client_id": "\0"}).status_code == 401
    assert signed_in.get("/claim/%00").status_code == 404
    assert signed_in.post("/accounts/sign-in", {"login": "\0", "password": "\0"}).status_code in (200, 302)


def test_numbers_of_any_size_are_read(signed_in: Client) -> None:
    document = {**badge(), "size": 10**100}
    assert signed_in.post("/records/add", {"text": json.dumps([document, badge()])}).status_code == 302
    request = asking.ask()
    fields = {"vp_token": json.dumps({"record": [document]}), "state": request.id}
    assert signed_in.post(f"/verify/answers/{request.id}", fields).status_code == 200
    assert [one.outcome for one in asking.look(request.id) or []] == ["rejected"]
