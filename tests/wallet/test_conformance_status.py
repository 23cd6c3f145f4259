"""What the suite of Bitstring Status List 1.0 asks of an issuer and a verifier, in our own cases."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from learnwork.records.bits import Bits
from learnwork.records.multibase import base64url_decode
from learnwork.records.proofs import add_proof
from learnwork.records.status_lists import bitstring_entry, bitstring_list

pytestmark = pytest.mark.django_db
V2 = "https://www.w3.org/ns/credentials/v2"
PLAIN: dict[str, Any] = {
    "@context": [V2],
    "id": "urn:uuid:4a2f0a4e-5b0f-4f1e-9d0b-3b8c8a1d2e3f",
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:learner"},
}
LIST = "https://college.example/status/1"
PROVEN = ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023"]


def listed(api: Any, record: dict[str, Any], **headers: str) -> Any:
    return api.client.get(urlsplit(record["credentialStatus"]["statusListCredential"]).path, headers=headers)


@pytest.mark.parametrize("suite", PROVEN)
def test_the_entry_and_the_list(harness: Any, suite: str) -> None:
    api = harness(suite, purposes=("revocation",))
    record = api.issued(PLAIN)
    entry = record["credentialStatus"]
    assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    assert entry["id"] != entry["statusListCredential"]
    assert str(int(entry["statusListIndex"])) == entry["statusListIndex"]
    assert int(entry["statusListIndex"]) >= 0
    answer = listed(api, record)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vc")
    document = json.loads(answer.content)
    assert document["@context"][0] == V2
    assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(document["type"])
    assert (document["id"], document["issuer"]) == (entry["statusListCredential"], api.issuer.did)
    subject = document["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject["encodedList"][0] == "u"
    assert "=" not in subject["encodedList"]
    assert len(gzip.decompress(base64url_decode(subject["encodedList"][1:]))) == 16_384
    assert api.verify(document).status_code == 200
    if suite != "ecdsa-sd-2023":
        assert api.verify(record).status_code == 200


def test_a_list_is_served_as_the_kind_of_json_that_is_asked_for(harness: Any) -> None:
    api = harness(purposes=("revocation",))
    record = api.issued(PLAIN)
    for accept, kind in (
        ("*/*", "application/vc"),
        ("application/vc, application/json", "application/vc"),
        ("application/ld+json, application/json, */*", "application/ld+json"),
        ("application/json", "application/json"),
    ):
        answer = listed(api, record, Accept=accept)
        assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == (kind, "*")
        assert "Accept" in answer["Vary"]
    path = urlsplit(record["credentialStatus"]["statusListCredential"]).path
    assert api.client.post(f"{path}/publish", {}, content_type="application/json").status_code == 204
    assert api.client.get("/status/0123456789abcdef01234567").status_code == 404


@pytest.mark.parametrize("suite", ["EdDSA", "ES256", "ES384", "RS256"])
def test_a_list_in_a_token(harness: Any, suite: str) -> None:
    api = harness(suite, purposes=("revocation",))
    record = api.issued(PLAIN)
    payload = json.loads(base64url_decode(record["id"].split(".")[1]))
    answer = listed(api, payload)
    assert answer["Content-Type"] == "application/vc+jwt"
    inner = json.loads(base64url_decode(answer.content.decode().split(".")[1]))
    assert inner["credentialSubject"]["type"] == "BitstringStatusList"
    assert api.verify(answer.content.decode()).status_code == 200
    assert api.verify(record).status_code == 200
    body = {"credentialId": PLAIN["id"], "credentialStatus": {"statusPurpose": "revocation"}}
    assert api.post("credentials/status", body).status_code == 200
    assert api.verify(record).status_code == 400


def test_a_status_is_set_as_the_interface_says(harness: Any) -> None:
    api = harness(purposes=("revocation", "suspension"))
    record = api.issued(PLAIN)
    assert [each["statusPurpose"] for each in record["credentialStatus"]] == ["revocation", "suspension"]
    kind = {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}
    body = {"credentialId": record["id"], "credentialStatus": kind}
    assert api.post("credentials/status", body).status_code == 200
    found = api.verify(record)
    assert (found.status_code, found.json()["verified"]) == (400, False)
    assert [said["code"] for said in found.json()["errors"]] == ["suspended"]
    assert api.post("credentials/status", {**body, "status": False}).status_code == 200
    assert api.verify(record).status_code == 200
    assert api.post("credentials/status", {**body, "credentialId": "urn:uuid:unknown"}).status_code == 404
    assert api.post("credentials/status", {**body, "status": "yes"}).status_code == 400


BROKEN: dict[str, dict[str, Any]] = {
    "index a truth": {"statusListIndex": True},
    "index a number": {"statusListIndex": 5},
    "index negative": {"statusListIndex": "-1"},
    "index out of range": {"statusListIndex": "99999999999"},
    "no index": {"statusListIndex": None},
    "no purpose": {"statusPurpose": None},
    "another purpose": {"statusPurpose": "suspension"},
    "purpose a list": {"statusPurpose": ["revocation"]},
    "no list": {"statusListCredential": None},
    "list no url": {"statusListCredential": "not a url"},
    "size nought": {"statusSize": 0},
    "size a text": {"statusSize": "1"},
    "size two without messages": {"statusSize": 2},
    "messages too few": {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "good"}]},
    "message without text": {"statusSize": 1, "statusMessage": [{"status": "0x0"}, {"status": "0x1"}]},
    "id the list": {"id": "LIST"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_entries_that_are_malformed_are_refused(harness: Any, signer: Any, name: str) -> None:
    api, who = harness(purposes=("revocation",)), signer()
    entry = api.issued(PLAIN)["credentialStatus"]
    changes = {
        key: entry["statusListCredential"] if value == "LIST" else value
        for key, value in BROKEN[name].items()
    }
    broken = {key: value for key, value in {**entry, **changes}.items() if value is not None}
    document = {**PLAIN, "issuer": who.did, "credentialStatus": broken}
    if name not in ("index out of range", "another purpose"):  # which the list alone can tell
        assert api.issue({**PLAIN, "credentialStatus": broken}).status_code == 400
    now = datetime.now(UTC).replace(microsecond=0)
    record = add_proof(document, key=who.key, suite="eddsa-jcs-2022", method=who.method, created=now)
    assert api.verify(record).status_code == 400


def test_an_entry_under_another_name_is_an_undefined_term(harness: Any) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusListIndex": True,
        "statusListCredential": "https://example.com",
    }
    assert harness().issue({**PLAIN, "statusEntry": entry}).status_code == 400


def test_that_a_list_is_anothers_is_told(harness: Any) -> None:
    one, other = harness(purposes=("revocation",)), harness(purposes=("revocation",))
    foreign = other.issued(PLAIN)["credentialStatus"]
    record = one.issued({**PLAIN, "credentialStatus": foreign})
    answer = one.verify(record).json()
    assert "status-other-issuer" in answer["checks"]


def test_entries_and_lists_are_made_by_the_rules() -> None:
    bits = Bits.empty()
    purposes = ["revocation", "suspension"]
    document = bitstring_list(bits, url=LIST, issuer="did:example:i", purpose=purposes)
    assert document["credentialSubject"]["statusPurpose"] == ["revocation", "suspension"]
    entry = bitstring_entry(LIST, 7, purpose="message", size=2, messages=[(0, "a"), (1, "b")])
    assert entry["statusMessage"][1] == {"status": "0x1", "message": "b"}
