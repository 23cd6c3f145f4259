"""The verify page: every kind of record, told in words; nothing kept; hostile uploads."""

from __future__ import annotations

import io
import json
import logging
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.badges import OTHER, badge, clr, did, raw, signed

from learnwork.records.fetching import FixedFetcher
from learnwork.records.keeping import verify_and_keep
from learnwork.records.proofs import add_proof
from learnwork.wallet import prose, questions, showing_verdicts, verify_pages
from learnwork.wallet.models import Issued
from learnwork.wallet.verifying import judge

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def send(client: Client, data: bytes, name: str = "badge.json", **more: Any) -> Any:
    return client.post("/verify", {"file": SimpleUploadedFile(name, data), **more})


def baked(document: dict[str, Any]) -> bytes:
    text = b"openbadgecredential\0\0\0\0\0" + raw(document)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"iTXt", text) + chunk(b"IEND", b"")


def test_the_form_works_without_a_script_or_a_session(client: Client) -> None:
    page = client.get("/verify")
    assert page.status_code == 200
    assert 'type="file"' in page.content.decode()
    assert "Nothing you put here is kept." in page.content.decode()
    assert not page.cookies
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("how", ["json", "png", "svg", "text"])
def test_a_good_badge_is_told_to_be_good(client: Client, how: str) -> None:
    document = signed(badge())
    if how == "text":
        page = client.post("/verify", {"text": json.dumps(document)})
    elif how == "svg":
        inner = json.dumps(document).replace("&", "&amp;").replace("<", "&lt;")
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
            f"<openbadges:credential>{inner}</openbadges:credential><script>alert(1)</script></svg>"
        )
        page = send(client, svg.encode(), "badge.svg")
    else:
        page = send(client, raw(document) if how == "json" else baked(document), f"badge.{how}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "This record verifies" in text
    assert "Pipe welding" in text
    assert "<em>four</em> positions" in text
    assert "alert(1)" not in text


def test_questions_stand_in_order_with_a_word_beside_each_shape(client: Client) -> None:
    text = send(client, raw(signed(badge())), recipient="did:example:ana").content.decode()
    asked = ["Is it real and unchanged?", "Who issued it?", "Is it still valid?", "Is it about this person?"]
    places = [text.index(words) for words in asked]
    assert places == sorted(places)
    assert "could not be checked" not in text[places[0] : places[3]]
    assert "The badge names this person as its recipient." in text


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (badge(), "anybody can have written it"),
        (signed(badge(), OTHER), "its key is not bound to the issuer"),
        (signed(badge(validUntil="2026-02-01T00:00:00Z")), "expired"),
        (signed(badge()) | {"name": "Master of welding"}, "Do not rely on this record"),
    ],
)
def test_a_bad_badge_is_told_to_be_bad(client: Client, document: dict[str, Any], said: str) -> None:
    text = send(client, raw(document)).content.decode()
    assert "Do not rely on this record" in text
    assert said in text


def test_a_list_that_was_not_asked_is_never_not_revoked(client: Client) -> None:
    status = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "5",
        "statusListCredential": "https://college.example/list",
    }  # fmt: skip
    text = send(client, raw(signed(badge(credentialStatus=status)))).content.decode()
    assert "Not everything could be checked" in text
    assert "The web was not asked." in text
    assert "not revoked" not in text


def test_members_have_verdicts_and_associations_are_drawn_with_a_table(client: Client) -> None:
    first, second = (
        signed(badge()),
        signed(badge(id="urn:uuid:0c1d7f0e-5f7a-4b6f-8a0c-2f6f9a6b1d12", name="Fitting")),
    )
    record = clr(first, second)
    tie = {
        "type": ["Association"],
        "associationType": "precedes",
        "sourceId": second["id"],
        "targetId": first["id"],
    }
    record["credentialSubject"]["association"] = [tie]
    text = send(client, raw(signed(record))).content.decode()
    assert "The 2 records inside" in text
    assert text.count("This record verifies") >= 3
    assert 'class="tie"' in text
    assert "precedes" in text


def test_json_is_answered_with_json(client: Client) -> None:
    answer = client.post(
        "/verify",
        raw(signed(badge())),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert answer.json()["outcome"] == "accepted"
    refused = client.post(
        "/verify", b"", content_type="application/json", headers={"Accept": "application/json"}
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "upload-refused")


def test_a_kept_verdict_is_checked_again_and_a_changed_one_refused(client: Client) -> None:
    page = send(client, raw(signed(badge())))
    kept = page.context["judged"].kept
    assert page.context["judged"].kept_link in page.content.decode()
    again = send(client, kept.encode(), "verdict.json").content.decode()
    assert "As it was verified on" in again
    assert "made again from what was kept" in again
    assert "This record verifies" in again
    changed = json.loads(kept)
    changed["verdict"]["outcome"] = "rejected"
    text = send(client, json.dumps(changed).encode(), "verdict.json").content.decode()
    assert "Do not rely on this kept verdict" in text


def test_a_kept_verdict_that_somebody_made_up_verifies_nothing(client: Client) -> None:
    """Whoever writes the file also writes what was fetched: the keys of any college."""
    college = "did:web:college.example"
    keys = {"id": f"{college}#1", "type": "Multikey", "controller": college}
    keys["publicKeyMultibase"] = OTHER.public.to_multibase()
    fetched = {"id": college, "verificationMethod": [keys], "assertionMethod": [keys["id"]]}
    document = badge(issuer={"id": college, "type": ["Profile"]})
    forged = add_proof(document, key=OTHER, suite="eddsa-rdfc-2022", method=keys["id"], created=None)
    web = FixedFetcher({"https://college.example/.well-known/did.json": raw(fetched)})
    kept = verify_and_keep(raw(forged), fetcher=web)
    assert kept.verdict.accepted
    for more in ({}, {"seal": ""}, {"seal": "0" * 64}, {"seal": 5, "large": 10**30}):
        judged = judge(raw({**kept.to_json(), **more}))
        assert (judged.again, judged.verdict.outcome) == (True, "incomplete")
    page = send(client, raw(kept.to_json()), "diploma.json").content.decode()
    assert "This record verifies" not in page
    assert "was not kept here" in page


def test_scripts_in_names_criteria_and_links_do_nothing(client: Client) -> None:
    document = badge(name=f"Welding {SCRIPT}")
    achievement = document["credentialSubject"]["achievement"]
    achievement["criteria"] = {
        "narrative": f"{SCRIPT}<img src=x onerror=alert(1)> [here](javascript:alert(1)) ![x](https://a.example/x)"
    }
    achievement["alignment"] = [
        {
            "type": ["Alignment"],
            "targetName": SCRIPT,
            "targetUrl": "javascript:alert(1)",
            "targetType": "CTDL",
        }
    ]
    text = send(client, raw(signed(document)), f"{SCRIPT}.json").content.decode()
    assert SCRIPT not in text
    assert 'href="javascript' not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_an_alignment_leads_into_the_registry_where_it_is_known(client: Client) -> None:
    from tests.web import world

    world.load()
    known = world.ctid("welding")
    document = badge()
    document["credentialSubject"]["achievement"]["alignment"] = [
        {
            "type": ["Alignment"],
            "targetName": "Welding",
            "targetUrl": f"https://registry.example/resources/{known}",
        }
    ]
    text = send(client, raw(signed(document))).content.decode()
    assert f'href="/resources/{known}"' in text
    assert "in this registry" in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"   ", "Nothing was sent."),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"%PDF-1.7", "neither JSON, nor a token"),
        (b"<svg><!ENTITY", "not a whole SVG"),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_what_is_no_record_is_said_to_be_none(client: Client, data: bytes, said: str) -> None:
    page = send(client, data)
    assert page.status_code in (200, 400)
    assert said in page.content.decode()
    assert "This record verifies" not in page.content.decode()


def test_what_is_too_large_is_refused_before_it_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_pages, "MOST_BYTES", 1_000)
    page = send(client, b"{" + b" " * 30_000)
    assert page.status_code == 400
    assert "bytes were sent" in page.content.decode()
    long = client.post("/verify", {"text": "x" * 3_000_000})
    assert long.status_code == 400


def test_an_archive_is_told_record_by_record_up_to_a_bound(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("good.json", raw(signed(badge())))
        archive.writestr("bad.json", raw(badge()))
    text = send(client, made.getvalue(), "all.zip").content.decode()
    assert "1 of 2 records verify." in text
    monkeypatch.setattr("learnwork.wallet.verifying.MOST_RECORDS", 1)
    assert "more than 1 records" in send(client, made.getvalue(), "all.zip").content.decode()


def test_nothing_is_stored_or_logged(
    client: Client,
    settings: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
    document = signed(badge(description="A secret of Ana " * 250_000))
    with caplog.at_level(logging.DEBUG):
        page = send(client, raw(document))
    assert page.status_code == 200
    assert list(tmp_path.iterdir()) == []
    assert "secret of Ana" not in caplog.text
    assert not Issued.objects.exists()
    assert not page.cookies


def test_who_verifies_too_often_waits(client: Client, settings: Any, tmp_path: Path) -> None:
    from learnwork.wallet import fair_use

    settings.LIMIT, settings.DATA = 3, tmp_path
    fair_use._limiter.cache_clear()
    try:
        answers = [client.post("/verify", {"text": "x"}, REMOTE_ADDR="203.0.113.9") for _ in range(5)]
    finally:
        fair_use._limiter.cache_clear()
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_every_check_has_its_question() -> None:
    from learnwork.records.check_codes import CHECKS

    sorted_ = {code: questions.question_of(code) for code in CHECKS}
    assert sorted_["revoked"] == "when"
    assert sorted_["issuer-bound"] == "who"
    assert sorted_["recipient-match"] == "whom"
    assert sorted_["clr-member"] == "within"
    assert sorted_["proof"] == "real"
    assert set(sorted_.values()) == {"real", "who", "when", "whom", "within"}


def test_long_keys_are_cut_and_short_ones_are_not() -> None:
    assert questions.short(f"by {did(OTHER)}.") == f"by {did(OTHER)[:20]}…{did(OTHER)[-6:]}."
    assert questions.short("by did:web:college.example.") == "by did:web:college.example."


def test_prose_and_links_are_harmless() -> None:
    assert prose.safe_html("# Big\n\n*so*") == "<p><strong>Big</strong></p>\n<p><em>so</em></p>\n"
    assert "<b onclick" not in prose.safe_html("<b onclick=x>a</b>")
    assert not showing_verdicts.web_address("data:text/html,x")
    assert not showing_verdicts.web_address("https://[")
    assert showing_verdicts.web_address("https://a.example/")
