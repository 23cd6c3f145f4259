"""A learner record put together of others: every member verified first, by command and on the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.badges import OTHER, badge, raw, signed

from learnwork.cli.app import run
from learnwork.records import verify
from learnwork.records.fetching import NoNetwork
from learnwork.wallet import issuers, offers, transcripts
from learnwork.wallet.errors import ClaimRefusedError, IssuerRefusedError
from learnwork.wallet.models import Issued, Issuer, Offer

pytestmark = pytest.mark.django_db
FIRST = badge(id="urn:uuid:0b1b4a0c-7a0e-4d35-8d1c-3a6a3cf9e0a1")
SECOND = badge(id="urn:uuid:0b1b4a0c-7a0e-4d35-8d1c-3a6a3cf9e0a2")


@pytest.fixture
def college(settings: Any, tmp_path: Path) -> Issuer:
    settings.DATA = tmp_path
    return issuers.make("College", "eddsa-rdfc-2022", slug="college", web=False)[0]


def written(folder: Path, *documents: dict[str, Any]) -> list[str]:
    paths = []
    for number, document in enumerate(documents):
        path = folder / f"member-{number}.json"
        path.write_bytes(raw(document))
        paths.append(str(path))
    return paths


def test_a_record_of_two_verifies_as_a_whole_and_part_by_part(
    college: Issuer, tmp_path: Path, capsys: Any
) -> None:
    out = tmp_path / "clr.json"
    tie = f"{FIRST['id']} precedes {SECOND['id']}"
    made = ["issue", "clr", *written(tmp_path, signed(FIRST), signed(SECOND)), "--issuer", "college"]
    more = ["--to", "did:example:ana", "--title", "Welding so far", "--tie", tie, "--offline", "--json"]
    assert run([*made, *more, "--dry-run"]) == 0
    assert Issued.objects.count() == 0
    capsys.readouterr()
    assert run([*made, *more, "--out", str(out)]) == 0
    from learnwork.wallet.knowledge import OwnFetcher

    verdict = verify(out.read_bytes(), fetcher=OwnFetcher(NoNetwork()))
    assert verdict.accepted, verdict.sentence
    assert [member.outcome for member in verdict.members] == ["accepted", "accepted"]
    assert [(one.source, one.kind) for one in verdict.associations] == [(FIRST["id"], "precedes")]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([signed(FIRST), signed(SECOND) | {"name": "Master"}], "is not put into a record"),
        ([signed(FIRST), signed(SECOND, OTHER)], "is not put into a record"),
        ([signed(FIRST), signed(FIRST)], "is there twice"),
        ([FIRST], "is not put into a record"),
    ],
)
def test_a_member_that_does_not_hold_stops_the_whole(
    college: Issuer, tmp_path: Path, capsys: Any, members: list[Any], said: str
) -> None:
    made = ["issue", "clr", *written(tmp_path, *members), "--issuer", "college", "--title", "x"]
    assert run([*made, "--to", "did:example:ana", "--offline", "--json"]) == 1
    assert said in json.loads(capsys.readouterr().out)["fault"]
    assert Issued.objects.count() == Offer.objects.count() == 0


def test_somebody_elses_record_and_a_loose_tie_are_refused(college: Issuer, tmp_path: Path) -> None:
    made = ["issue", "clr", *written(tmp_path, signed(FIRST)), "--issuer", "college", "--title", "x"]
    assert run([*made, "--to", "did:example:bob", "--offline"]) == 1
    mine = [*made, "--to", "did:example:ana", "--offline"]
    for tie in ("a b", f"{FIRST['id']} precedes urn:uuid:none", f"{FIRST['id']} likes {FIRST['id']}"):
        assert run([*mine, "--tie", tie]) == 1
    assert run([*mine, "--dry-run"]) == 0
    with pytest.raises(IssuerRefusedError):
        transcripts.ties_of("one two three four")


def test_on_the_page_what_was_looked_at_is_issued(college: Issuer, client: Client) -> None:
    from learnwork.accounts.models import User

    client.force_login(User.objects.create_user("curator", role="curator"))
    said = {"title": "Welding so far", "to": "did:example:ana", "ties": ""}
    files = [SimpleUploadedFile(f"{n}.json", raw(signed(one))) for n, one in enumerate((FIRST, SECOND))]
    page = client.post("/issuing/college/clr", {**said, "do": "look", "given": files})
    assert "Issue it, with 2 records inside" in page.content.decode()
    assert Offer.objects.count() == 0
    handed = page.context["handed"]
    page = client.post("/issuing/college/clr", {**said, "do": "issue", "records": handed})
    assert "/claim/" in page.content.decode()
    code = page.context["done"].claim.rpartition("/")[2]
    with pytest.raises(ClaimRefusedError):
        offers.claim(code, holder="did:example:bob")
    record = offers.claim(code, holder="did:example:ana")
    assert verify(record, fetcher=NoNetwork()).outcome != "rejected"
    bad = SimpleUploadedFile("bad.json", raw(signed(FIRST) | {"name": "Master"}))
    text = client.post("/issuing/college/clr", {**said, "do": "issue", "given": [bad]}).content.decode()
    assert "does not verify" in text
    assert "Choose the records" in client.post("/issuing/college/clr", said).content.decode()
    assert Offer.objects.count() == 1
