"""From issuing to showing on one site: an offer made here is claimed here over HTTP, shared, and then revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from learnwork.accounts.models import User
from learnwork.records.issuing import Recipient, badge_of, profile
from learnwork.wallet import issuers, offers, signing
from learnwork.wallet.models import Held, Issued

ACHIEVEMENT = {
    "id": "https://college.example/achievements/welding",
    "type": ["Achievement"],
    "name": "Pipe welding",
    "description": "Welds pipes.",
    "criteria": {"narrative": "Passes a bend test."},
}


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-sd-2023", "ES256"])
def test_an_offer_is_claimed_shared_and_revoked(
    transactional_db: None, live_server: LiveServer, settings: Any, tmp_path: Path, suite: str
) -> None:
    settings.BASE_URL, settings.DATA = live_server.url, tmp_path
    issuer, _ = issuers.make("College", suite, slug="college", purposes=("revocation",))
    to = Recipient(mail="ana@college.example")
    who = profile(issuer.did, "College")
    document = badge_of(ACHIEVEMENT, issuer=who, to=to, now=datetime.now(UTC) - timedelta(hours=1))
    _, code = offers.make(issuer, document, to, title="Pipe welding")
    ana = Client()
    ana.force_login(User.objects.create_user("ana"))
    uri = f"{live_server.url}/issuers/college/oid4vci/offer/{code}"
    page = ana.post(
        "/records/add", {"text": f"openid-credential-offer://?credential_offer_uri={uri}"}, follow=True
    )
    assert "This record verifies" in page.content.decode()
    held = Held.objects.get()
    assert held.via == "offer"
    until = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    made = ana.post("/records/shares/new", {"record": held.pk, "make": "1", "title": "Work", "until": until})
    visitor, shown = Client(), {"code": made.context["code"]}
    assert "This record verifies" in visitor.post("/shared", shown, follow=True).content.decode()
    signing.set_status(Issued.objects.get(), "revocation", True)
    text = visitor.get("/shared/records").content.decode()
    assert "Do not rely on this record" in text
    assert "revoked" in text
