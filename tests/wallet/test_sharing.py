"""Shares: unguessable, ended, withdrawn, counted; in part where the proof allows it; as presentation and on paper."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.records.badges import badge, did, method, raw, signed

from learnwork.accounts.models import User
from learnwork.records import showing
from learnwork.records.keys import PrivateKey
from learnwork.records.sd_jwt_making import issue_sd_jwt
from learnwork.records.verification import verify
from learnwork.wallet import collection, sharing
from learnwork.wallet.holder_errors import ShareRefusedError, ShareUnknownError
from learnwork.wallet.holders import holder_of, key_of
from learnwork.wallet.models import Held, Holder, Share

pytestmark = pytest.mark.django_db
ISSUER = PrivateKey.from_secret("P-256", bytes(range(1, 33)))
LATER = datetime.now(UTC).date() + timedelta(days=30)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana")


@pytest.fixture
def signed_in(client: Client, ana: User) -> Client:
    client.force_login(ana)
    return client


def selective() -> dict[str, Any]:
    document = badge(ISSUER, name="Pipe welding", validUntil="2036-01-01T00:00:00Z")
    document["credentialSubject"]["activityStartDate"] = "2025-03-01T00:00:00Z"
    document["credentialSubject"]["term"] = "Spring"
    return signed(document, ISSUER, suite="ecdsa-sd-2023", mandatory=("/issuer", "/validFrom"))


def token() -> str:
    claims = {
        "iss": did(ISSUER), "vct": "https://college.example/diploma", "name": "Diploma", "sub": "did:example:ana",
        "grade": "A", "born": "2001-02-03", "place": {"city": "Camden", "street": "Main"},
    }  # fmt: skip
    return issue_sd_jwt(
        claims,
        ["/grade", "/born", "/place/street"],
        key=ISSUER,
        header={"typ": "dc+sd-jwt", "kid": method(ISSUER)},
    )


def keep(owner: User, data: bytes | str) -> Held:
    return collection.take_in(owner, data.encode() if isinstance(data, str) else data).new[0]


def share(owner: User, *held: Held, **chosen: list[str]) -> tuple[Share, str]:
    pointers = {one.pk: chosen.get("pointers", []) for one in held}
    return sharing.make(owner, held, title="For Riverside Works", until=LATER, chosen=pointers)


def test_a_share_is_made_opened_and_counted(signed_in: Client, ana: User) -> None:
    held = keep(ana, raw(signed(badge())))
    assert "Make the link" in signed_in.post("/records/shares/new", {"record": held.pk}).content.decode()
    asked = {"record": held.pk, "make": "1", "title": "For work", "until": LATER.isoformat()}
    made = signed_in.post("/records/shares/new", asked)
    code = re.search(r"/shared#([\w-]{43})<", made.content.decode())[1]
    assert code not in str(Share.objects.values().get())
    visitor = Client()
    assert "The code of the link" in visitor.get("/shared").content.decode()
    page = visitor.post("/shared", {"code": code}, follow=True)
    assert page.request["PATH_INFO"] == "/shared/records"
    assert "This record verifies" in page.content.decode()
    visitor.get("/shared/records")
    assert Share.objects.get().views == 1
    assert "1 view" in signed_in.get("/records/shares").content.decode()


def test_forged_ended_and_withdrawn_codes_get_one_answer(signed_in: Client, ana: User) -> None:
    (first, code), (second, other) = (share(ana, keep(ana, raw(signed(badge(name=name))))) for name in "ab")
    visitor = Client()
    visitor.post("/shared", {"code": code})
    signed_in.post(f"/records/shares/{first.pk}/withdraw")
    Share.objects.filter(pk=second.pk).update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert visitor.get("/shared/records").status_code == 404
    told = {Client().post("/shared", {"code": one}).content for one in (code, other, "forged", "", "é" * 300)}
    assert len(told) == 1
    assert b"not one that holds" in told.pop()
    assert visitor.get("/shared/presentation.json").status_code == 404


def test_the_code_is_never_logged_nor_in_an_address(ana: User, caplog: pytest.LogCaptureFixture) -> None:
    _, code = share(ana, keep(ana, raw(signed(badge()))))
    with caplog.at_level(logging.DEBUG):
        page = Client().post("/shared", {"code": code}, follow=True)
    assert page.status_code == 200
    assert code not in caplog.text
    assert all(code not in where for where, _ in page.redirect_chain)
    assert sharing.link_of(code).endswith(f"#{code}")


def test_a_machine_is_answered_with_verdicts_and_a_presentation(ana: User) -> None:
    _, code = share(ana, keep(ana, raw(signed(badge()))))
    answer = Client().post("/shared", {"code": code}, headers={"Accept": "application/json"}).json()
    assert answer["records"][0]["verdict"]["outcome"] == "accepted"
    assert verify(answer["presentation"]).outcome == "accepted"
    refused = Client().post("/shared", {"code": "no"}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (404, "share-unknown")


def test_part_of_a_badge_is_shown_and_verifies(signed_in: Client, ana: User) -> None:
    held = keep(ana, raw(selective()))
    form = signed_in.post("/records/shares/new", {"record": held.pk}).content.decode()
    assert "term: <em>Spring</em>" in form
    _, code = share(ana, held, pointers=["/credentialSubject/activityStartDate"])
    answer = Client().post("/shared", {"code": code}, headers={"Accept": "application/json"}).json()
    record = answer["presentation"]["verifiableCredential"][0]
    assert record["credentialSubject"]["activityStartDate"] == "2025-03-01T00:00:00Z"
    assert "term" not in record["credentialSubject"]
    assert record["validUntil"] == "2036-01-01T00:00:00Z"
    assert "Spring" not in json.dumps(answer)
    assert answer["records"][0]["partial"] is True
    assert answer["records"][0]["verdict"]["outcome"] == "accepted"
    assert verify(answer["presentation"]).outcome == "accepted"


def test_a_record_with_a_base_proof_is_judged_for_its_holder(signed_in: Client, ana: User) -> None:
    held = keep(ana, raw(selective()))
    assert "This record verifies" in signed_in.get(f"/records/{held.pk}").content.decode()


def test_part_of_a_token_is_shown_and_verifies(ana: User) -> None:
    held = keep(ana, token())
    _, code = share(ana, held, pointers=["/grade"])
    item = Share.objects.get(digest=sharing._digest(code)).items.get()
    shown = showing.hidden_places(bytes(item.content).decode())
    assert shown == {"/grade": "A"}
    assert verify(bytes(item.content)).outcome == "accepted"


@given(
    chosen=st.sets(
        st.sampled_from(["/credentialSubject/term", "/credentialSubject/activityStartDate", "/name"])
    )
)
def test_whatever_is_chosen_only_that_is_shown(chosen: set[str]) -> None:
    part = showing.part(WHOLE, sorted(chosen))
    assert isinstance(part, dict)
    for pointer in ("/credentialSubject/term", "/credentialSubject/activityStartDate", "/name"):
        *way, last = pointer.split("/")[1:]
        place = part[way[0]] if way else part
        assert (last in place) == (pointer in chosen)
    assert verify(part).outcome == "accepted"


WHOLE = selective()


def test_what_tells_whether_it_holds_cannot_be_hidden() -> None:
    always = {choice.pointer for choice in showing.choices(WHOLE) if choice.always}
    assert {"/validFrom", "/validUntil", "/issuer/name"} <= always
    assert showing.choices(signed(badge())) == ()


def test_what_cannot_be_presented_is_said(ana: User) -> None:
    assertion = {
        "@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://college.example/a",
        "recipient": {"type": "email", "hashed": False, "identity": "ana@example.org"}, "issuedOn": "2026-01-01",
        "badge": "https://college.example/b", "verification": {"type": "hosted"},
    }  # fmt: skip
    made, code = share(ana, keep(ana, raw(assertion)))
    with pytest.raises(ShareRefusedError):
        sharing.presentation(made)
    assert Client().post("/shared", {"code": code}, follow=True).status_code == 200


def test_the_sheet_is_a_pdf_for_who_knows_the_code(signed_in: Client, ana: User) -> None:
    evil = '#panic("x") *bold* <script>'
    made, code = share(ana, keep(ana, raw(signed(badge(name=evil)))))
    page = signed_in.post(f"/records/shares/{made.pk}/records.pdf", {"code": code})
    assert page.content.startswith(b"%PDF-")
    assert signed_in.post(f"/records/shares/{made.pk}/records.pdf", {"code": "other"}).status_code == 404
    bob = Client()
    bob.force_login(User.objects.create_user("bob"))
    assert bob.post(f"/records/shares/{made.pk}/records.pdf", {"code": code}).status_code == 404
    assert bob.post(f"/records/shares/{made.pk}/withdraw").status_code == 404


def test_somebody_elses_records_cannot_be_shared(ana: User) -> None:
    held = keep(ana, raw(signed(badge())))
    bob = Client()
    bob.force_login(User.objects.create_user("bob"))
    assert bob.post("/records/shares/new", {"record": held.pk}).status_code == 404
    assert not Share.objects.exists()


@pytest.mark.parametrize("until", ["2020-01-01", "2999-01-01", "soon", ""])
def test_the_day_is_within_a_year(signed_in: Client, ana: User, until: str) -> None:
    held = keep(ana, raw(signed(badge())))
    asked = {"record": held.pk, "make": "1", "title": "x", "until": until}
    assert "Make the link" in signed_in.post("/records/shares/new", asked).content.decode()
    assert not Share.objects.exists()


def test_a_deleted_record_leaves_what_was_shared(ana: User) -> None:
    held = keep(ana, raw(signed(badge())))
    _, code = share(ana, held)
    collection.delete(held)
    page = Client().post("/shared", {"code": code}, follow=True)
    assert "Pipe welding" not in page.content.decode()


def test_the_key_is_sealed_and_one_a_learner(ana: User) -> None:
    holder = holder_of(ana)
    assert holder_of(ana) == holder
    assert key_of(holder).secret not in bytes(Holder.objects.get().sealed)
    assert holder.did == f"did:key:{key_of(holder).public.to_multibase()}"


def test_an_unknown_code_raises() -> None:
    with pytest.raises(ShareUnknownError):
        sharing.enter("x")
