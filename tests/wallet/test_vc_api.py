"""The VC API: issued here, verified here, with every suite; and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from learnwork.wallet import issuers, signing
from learnwork.wallet.errors import IssuerRefusedError
from learnwork.wallet.models import Issued, Issuer, Key, StatusList

pytestmark = pytest.mark.django_db
V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL: dict[str, Any] = {
    "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:2f8b1c7e-0f0e-4b43-9a51-1a2f0c9d7e10",
    "type": ["VerifiableCredential", "ExampleDegreeCredential"],
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:learner", "degree": {"type": "ExampleBachelorDegree", "name": "Welding"}},
}  # fmt: skip
SUITES = [
    ("eddsa-rdfc-2022", None),
    ("eddsa-jcs-2022", None),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
    ("Ed25519Signature2020", None),
    *((algorithm, None) for algorithm in issuers.TOKENS),
]


@pytest.fixture
def on_the_web(settings: Any) -> None:
    settings.BASE_URL = "https://records.example"


def post(client: Client, issuer: Issuer, path: str, body: Any, key: str = "") -> Any:
    more = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(f"/vc-api/{issuer.slug}/{path}", body, content_type="application/json", headers=more)


def throw_away(suite: str, kind: Any = None) -> Issuer:
    return issuers.throw_away(((suite, kind),), purposes=("revocation",))[0]


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_what_is_issued_verifies_and_what_was_changed_does_not(client: Client, suite: str, kind: Any) -> None:
    issuer = throw_away(suite, kind)
    made = post(client, issuer, "credentials/issue", {"credential": CREDENTIAL})
    assert made.status_code == 201, made.content
    record = made.json()["verifiableCredential"]
    found = post(client, issuer, "credentials/verify", {"verifiableCredential": record})
    assert (found.status_code, found.json()["verified"], found.json()["errors"]) == (200, True, [])
    if suite in issuers.TOKENS:
        start, _, token = record["id"].partition(",")
        head, body, signature = token.split(".")
        changed = {
            **record,
            "id": f"{start},{head}.{body}.{signature[:-2]}{'A' if signature[-2] != 'A' else 'B'}{signature[-1]}",
        }
    else:
        changed = {**record, "validFrom": "2025-01-01T00:00:00Z"}
    refused = post(client, issuer, "credentials/verify", {"verifiableCredential": changed})
    assert refused.status_code == 400
    assert refused.json()["errors"]


def test_a_part_of_a_record_is_derived_and_verifies(client: Client) -> None:
    issuer = throw_away("ecdsa-sd-2023")
    whole = {**CREDENTIAL, "validUntil": "2031-01-01T00:00:00Z"}
    body = {"credential": whole, "options": {"mandatoryPointers": ["/issuer", "/validFrom"]}}
    record = post(client, issuer, "credentials/issue", body).json()["verifiableCredential"]
    options = {"selectivePointers": ["/credentialSubject/degree/name"]}
    shown = post(client, issuer, "credentials/derive", {"verifiableCredential": record, "options": options})
    assert shown.status_code == 201
    part = shown.json()["verifiableCredential"]
    assert part["credentialSubject"]["degree"]["name"] == "Welding"
    assert "validUntil" not in part
    found = post(client, issuer, "credentials/verify", {"verifiableCredential": part})
    assert (found.status_code, found.json()["verified"]) == (200, True), found.json()["errors"]


@pytest.mark.usefixtures("on_the_web")
def test_a_record_is_suspended_reinstated_and_revoked_for_good(client: Client) -> None:
    issuer, key = issuers.make("College", "eddsa-rdfc-2022", slug="college", purposes=issuers.PURPOSES)
    record = post(client, issuer, "credentials/issue", {"credential": CREDENTIAL}, key).json()[
        "verifiableCredential"
    ]
    assert [entry["statusPurpose"] for entry in record["credentialStatus"]] == ["revocation", "suspension"]

    def change(purpose: str, value: bool) -> int:
        status = {"statusPurpose": purpose}
        body = {"credentialId": CREDENTIAL["id"], "credentialStatus": status, "status": value}
        return int(post(client, issuer, "credentials/status", body, key).status_code)

    def found() -> Any:
        return post(client, issuer, "credentials/verify", {"verifiableCredential": record}).json()

    assert found()["verified"] is True
    assert (change("suspension", True), found()["verified"]) == (200, False)
    assert (change("suspension", False), found()["verified"]) == (200, True)
    assert (change("revocation", True), found()["verified"]) == (200, False)
    assert change("revocation", False) == 400
    assert change("message", True) == 400


def test_every_record_has_an_entry_of_its_own_at_random(client: Client) -> None:
    issuer = throw_away("eddsa-jcs-2022")
    indexes = []
    for _ in range(20):
        record = post(client, issuer, "credentials/issue", {"credential": CREDENTIAL}).json()[
            "verifiableCredential"
        ]
        indexes.append(int(record["credentialStatus"]["statusListIndex"]))
    assert len(set(indexes)) == 20
    assert indexes != sorted(indexes)
    assert StatusList.objects.get().count == 20
    listed = client.get(record["credentialStatus"]["statusListCredential"])
    assert listed.headers["Access-Control-Allow-Origin"] == "*"
    whole = post(client, issuer, "credentials/verify", {"verifiableCredential": json.loads(listed.content)})
    assert (whole.status_code, whole.json()["verified"]) == (200, True)


def test_issuing_takes_the_key_of_the_issuer(client: Client) -> None:
    issuer, key = issuers.make("College", "eddsa-rdfc-2022", slug="college")
    other, _ = issuers.make("Other", "eddsa-rdfc-2022", slug="other")
    body = {"credential": CREDENTIAL}
    for shown in ("", "wrong", key[:-1]):
        answer = post(client, issuer, "credentials/issue", body, shown)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert post(client, other, "credentials/issue", body, key).status_code == 403
    assert post(client, issuer, "credentials/issue", body, key).status_code == 201
    assert Issued.objects.count() == 1
    foreign = {"credential": {**CREDENTIAL, "issuer": other.did}}
    answer = post(client, issuer, "credentials/issue", foreign, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "credential-refused")


def test_a_throw_away_issuer_ends(client: Client) -> None:
    issuer = throw_away("eddsa-rdfc-2022")
    Issuer.objects.update(until="2020-01-01T00:00:00Z")
    answer = post(client, issuer, "credentials/issue", {"credential": CREDENTIAL})
    assert (answer.status_code, answer.json()["code"]) == (404, "issuer-unknown")


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {**CREDENTIAL, "@context": []},
        {**CREDENTIAL, "type": ["Other"]},
        {**CREDENTIAL, "credentialSubject": {}},
        {**CREDENTIAL, "validFrom": "yesterday"},
        {**CREDENTIAL, "@context": [V2], "undefinedTerm": 1},
        [],
        "text",
    ],
)
def test_what_breaks_the_data_model_is_not_signed(client: Client, credential: Any) -> None:
    answer = post(client, throw_away("eddsa-rdfc-2022"), "credentials/issue", {"credential": credential})
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert Issued.objects.count() == 0


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"credential": 1, "credential": 2}', '{"credential": NaN}', '"a"']
)
def test_a_request_that_is_no_json_object(client: Client, body: str) -> None:
    issuer = throw_away("eddsa-rdfc-2022")
    answer = client.post(f"/vc-api/{issuer.slug}/credentials/issue", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert client.get(f"/vc-api/{issuer.slug}/credentials/issue").status_code == 405


@pytest.mark.usefixtures("on_the_web")
def test_keys_are_sealed_and_rotate_under_one_name(client: Client) -> None:
    issuer, key = issuers.make("College", "eddsa-rdfc-2022", slug="college")
    former = Key.objects.get()
    assert issuers.secret_of(former).secret not in bytes(former.sealed)
    record = post(client, issuer, "credentials/issue", {"credential": CREDENTIAL}, key).json()[
        "verifiableCredential"
    ]
    issuers.rotate(issuer)
    later = {**CREDENTIAL, "id": "urn:uuid:7d1c3f0a-52a1-4b44-8a3c-5c4d7e8f9a0b"}
    again = post(client, issuer, "credentials/issue", {"credential": later}, key).json()[
        "verifiableCredential"
    ]
    assert record["proof"]["verificationMethod"] != again["proof"]["verificationMethod"]
    for each in (record, again):
        assert post(client, issuer, "credentials/verify", {"verifiableCredential": each}).json()["verified"]
    document = client.get("/issuers/college/did.json").json()
    assert (document["id"], len(document["verificationMethod"])) == (issuer.did, 2)


@pytest.mark.usefixtures("on_the_web")
def test_what_a_compromised_key_signed_holds_no_more(client: Client) -> None:
    issuer, _ = issuers.make("College", "eddsa-rdfc-2022", slug="college")
    record = signing.sign(issuer, CREDENTIAL).document
    issuers.rotate(issuer, compromised=datetime.now(UTC))
    answer = post(client, issuer, "credentials/verify", {"verifiableCredential": record})
    assert (answer.status_code, answer.json()["verified"]) == (400, False)
    assert len(client.get("/issuers/college/did.json").json()["verificationMethod"]) == 1


def test_where_the_site_has_no_name_an_issuer_is_named_by_its_key(settings: Any) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    issuer, _ = issuers.make("College", "eddsa-rdfc-2022", slug="college")
    assert issuer.did.startswith("did:key:z6Mk")
    with pytest.raises(IssuerRefusedError, match="named by its key"):
        issuers.rotate(issuer)
