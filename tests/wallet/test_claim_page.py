"""The page on which a record is claimed, in each of its ways; and sheets of recipients that are workbooks."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from learnwork.records.issuing import Recipient, badge_of, profile
from learnwork.records.reading import read
from learnwork.wallet import picture
from learnwork.wallet.sheets import Row, SheetError, from_csv, from_upload, to_csv

ACHIEVEMENT: dict[str, Any] = {
    "id": "https://college.example/achievements/welding",
    "type": ["Achievement"],
    "name": "Pipe welding & <cutting>",
    "description": "Welds pipes.",
    "criteria": {"narrative": "Passes a bend test."},
}


@pytest.fixture
def waiting(db: None, settings: Any, tmp_path: Any) -> str:
    """The page of a record that waits."""
    from learnwork.wallet import issuers, offers

    settings.DATA = tmp_path
    issuer, _ = issuers.make("College", "eddsa-rdfc-2022", slug="college", web=False)
    document = badge_of(
        ACHIEVEMENT,
        issuer=profile(issuer.did, "College"),
        to=Recipient(mail="ana@college.example"),
        now=datetime.now(UTC) - timedelta(hours=1),
    )
    _, code = offers.make(issuer, document, Recipient(mail="ana@college.example"), title=ACHIEVEMENT["name"])
    return reverse("claim", args=[code])


def test_a_record_is_downloaded_in_every_form_and_is_one_record(waiting: str, client: Client) -> None:
    assert "Pipe welding &amp; &lt;cutting&gt;" in client.get(waiting).content.decode()
    plain = client.post(waiting, {"as": "file"})
    record = orjson.loads(plain.content)
    for form, kind in (("png", "image/png"), ("svg", "image/svg+xml")):
        answer = client.post(waiting, {"as": form})
        assert (answer["Content-Type"], f"record.{form}" in answer["Content-Disposition"]) == (kind, True)
        (found,) = read(answer.content)
        assert found.value == record
    assert client.post(waiting, {"as": "anything"}).content == plain.content


def test_a_learner_puts_it_among_their_records_and_nobody_else_does(waiting: str, client: Client) -> None:
    from learnwork.accounts.models import User
    from learnwork.wallet.models import Held, Holder, Issued

    sent = client.post(waiting, {"as": "mine"})
    assert sent["Location"].startswith(f"{reverse('account_login')}?next={waiting}")
    assert Issued.objects.count() == 0, "nothing is signed for somebody unknown"
    client.force_login(User.objects.create_user("ana"))
    page = client.post(waiting, {"as": "mine"}, follow=True).content.decode()
    assert "This record verifies" in page
    subject = orjson.loads(bytes(Held.objects.get().raw))["credentialSubject"]
    assert subject["id"] == Holder.objects.get().did
    again = client.post(waiting, {"as": "mine"}, follow=True).content.decode()
    assert "among yours already" in again
    other = Client()
    other.force_login(User.objects.create_user("bob"))
    assert other.post(waiting, {"as": "mine"}).status_code == 404
    assert (Held.objects.count(), Issued.objects.count()) == (1, 1)


def test_a_badge_is_drawn_whatever_its_title() -> None:
    for title in ("", "A", "Ünïcode 溶接", "word " * 60, "x" * 300, "a\x00b\ufffe", '"><script>'):
        drawn = picture.svg(title, title)
        assert drawn.startswith(b"<svg")
        assert b"<script>" not in drawn
    assert picture.png("Welding", "College").startswith(b"\x89PNG")


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def test_a_workbook_says_the_same_as_its_text() -> None:
    made = workbook(
        ("E-mail", "Name"), ("ana@college.example", "Ana"), (None, None), ("bo@college.example", "Bo")
    )
    rows = from_upload(made, "People.XLSX")
    assert rows == [
        Row(2, {"mail": "ana@college.example", "name": "Ana"}),
        Row(4, {"mail": "bo@college.example", "name": "Bo"}),
    ]
    assert from_csv(to_csv(rows).encode()) == rows
    with pytest.raises(SheetError):
        from_upload(workbook(("who",), ("ana",)), "a.xlsx")


def test_a_workbook_is_looked_at_on_the_page_and_nothing_is_issued(
    db: None, client: Client, settings: Any, tmp_path: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from tests.made import CERTIFICATE, ORGANIZATION, ctid, reading, said

    from learnwork.accounts.models import User
    from learnwork.intake.loading import load
    from learnwork.wallet import issuers
    from learnwork.wallet.models import Offer

    settings.DATA = tmp_path
    college = said("college", ORGANIZATION, ceterms_name={"en": "College"})
    load(reading(college, said("welding", CERTIFICATE, ceterms_name={"en": "Welding"})), "made")
    issuers.make("College", "eddsa-rdfc-2022", slug="college", web=False)
    client.force_login(User.objects.create_user("curator", role="curator"))
    sheet = SimpleUploadedFile("p.xlsx", workbook(("mail",), ("ana@college.example",), ("nobody",)))
    asked = {"ctid": ctid("welding"), "do": "look"}
    page = client.post("/issuing/college/give", {**asked, "file": sheet}).content.decode()
    assert "1 row can be issued" in page
    assert "It is no mail address." in page
    sheet = SimpleUploadedFile("p.xlsx", workbook(("mail",), ("ana@college.example",)))
    page = client.post("/issuing/college/give", {**asked, "file": sheet}).content.decode()
    assert "Issue 1 record" in page
    assert Offer.objects.count() == 0
    many = "mail\n" + "\n".join(f"ana+{number:05}@college.example" for number in range(12_000))
    page = client.post("/issuing/college/give", {**asked, "people": many})
    assert "12000 rows can be issued" in page.content.decode().replace(",", ""), "300 kB"
    page = client.post("/issuing/college/give", {**asked, "people": "x" * 11_000_000})
    assert (page.status_code, "10,100,000 bytes" in page.content.decode()) == (413, True)
    assert client.post("/issuing/college", {"x": "x" * 300_000}).status_code == 413
    people = to_csv([Row(2, {"mail": "ana@college.example"})])
    page = client.post("/issuing/college/give", {**asked, "do": "issue", "people": people}).content.decode()
    assert "/claim/" in page
    assert Offer.objects.count() == 1
