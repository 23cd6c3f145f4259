"""`learnwork verify` as a person runs it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from tests.cli.conftest import Learnwork
from tests.records.badges import badge, raw, signed

AT = "2026-06-01"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    path.write_bytes(raw(signed(badge())))
    return path


@pytest.fixture
def forged(tmp_path: Path) -> Path:
    record = signed(badge())
    record["name"] = "Brain surgery"
    path = tmp_path / "forged.json"
    path.write_bytes(raw(record))
    return path


def test_a_good_badge(learnwork: Learnwork, good: Path):
    said = learnwork("verify", good, "--offline", "--at", AT).stdout
    assert "This record was signed with a key of did:key:" in said.replace("\n", " ")
    assert "✓ issuer-bound" in said


def test_a_forged_badge(learnwork: Learnwork, forged: Path):
    said = learnwork("verify", forged, "--offline", "--at", AT, code=1).stdout
    assert "Do not rely on this record." in said
    assert "✗ signature-wrong" in said


def test_what_the_network_is_needed_for_is_said(learnwork: Learnwork, tmp_path: Path):
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://riverside.example/status/1",
    }
    path = tmp_path / "status.json"
    path.write_bytes(raw(signed(badge(credentialStatus=status))))
    said = learnwork("verify", path, "--offline", "--at", AT, code=3).stdout
    assert "? status-unreachable" in said


def test_json_and_the_input(learnwork: Learnwork, good: Path, forged: Path):
    told = json.loads(learnwork("verify", good, forged, "--offline", "--at", AT, "--json", code=1).stdout)
    assert [each["outcome"] for each in told["records"]] == ["accepted", "rejected"]
    assert told["counts"] == {"accepted": 1, "rejected": 1}
    told = json.loads(learnwork("verify", "-", "--offline", "--json", stdin=good.read_text(), code=0).stdout)
    assert told["records"][0]["outcome"] == "accepted"


def test_recipient_and_registry(learnwork: Learnwork, good: Path, tmp_path: Path):
    learnwork("verify", good, "--offline", "--at", AT, "--recipient", "did:example:ben", code=1)
    issuer = json.loads(good.read_text())["issuer"]["id"]
    known = tmp_path / "known.json"
    known.write_text(json.dumps({"registry": {issuer: {"name": "Riverside College"}}}))
    said = learnwork("verify", good, "--offline", "--at", AT, "--registry", known).stdout
    assert "✓ issuer-known: known names the issuer: Riverside College." in said


@pytest.mark.parametrize("arguments", [["verify", "absent.json"], ["verify", "x.json", "--at", "yesterday"]])
def test_what_cannot_be_asked(learnwork: Learnwork, arguments: list[str]):
    assert learnwork(*arguments, code=1).stderr


def archive(path: Path, count: int) -> Path:
    """An archive of badges, each with an id of its own; every thousandth is forged."""
    record = raw(signed(badge())).decode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(count):
            text = record if number % 1000 else record.replace("Pipe welding", "Brain surgery")
            made.writestr(f"badge-{number:06}.json", text)
    return path


def test_an_archive_on_several_cores(learnwork: Learnwork, tmp_path: Path):
    path = archive(tmp_path / "badges.zip", 1_001)
    told = json.loads(learnwork("verify", path, "--offline", "--at", AT, "--json", code=1).stdout)
    assert told["counts"] == {"accepted": 999, "rejected": 2}
    assert [each["name"] for each in told["records"]] == [
        f"badge-{number:06}.json" for number in range(1_001)
    ]
    said = learnwork("verify", path, "--offline", "--at", AT, code=1).stdout
    assert "1,001 records" in said.replace("\n", " ") or "rejected: badge-000000.json" in said


def test_a_broken_archive(learnwork: Learnwork, tmp_path: Path):
    path = tmp_path / "broken.zip"
    path.write_bytes(archive(tmp_path / "whole.zip", 5).read_bytes()[:-30])
    assert "readable" in learnwork("verify", path, "--offline", code=1).stderr
