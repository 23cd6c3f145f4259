"""The drill of docs/how-to/when-a-key-is-compromised.md, and what a thief of the database or the logs would find."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db import connection

from learnwork.records.fetching import NoNetwork
from learnwork.records.keeping import check_kept, verify_and_keep

pytestmark = pytest.mark.django_db
CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:2f8b1c7e-0f0e-4b43-9a51-1a2f0c9d7e10",
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:learner"},
}


@pytest.fixture
def college(settings: Any) -> Any:
    from learnwork.wallet import issuers

    settings.BASE_URL = "https://records.example"
    return issuers.make("College", "eddsa-rdfc-2022", slug="college")[0]


def keep(record: bytes) -> Any:
    from learnwork.wallet.knowledge import OwnFetcher

    return verify_and_keep(record, fetcher=OwnFetcher(NoNetwork()))


def test_the_drill(college: Any) -> None:
    from learnwork.wallet import issuers, signing

    record = orjson.dumps(signing.sign(college, CREDENTIAL).document)
    before = keep(record)
    assert before.verdict.accepted
    lost = datetime.now(UTC) + timedelta(hours=1)
    after = keep(record)

    stolen = issuers.secret_of(college.keys.get())
    new = issuers.rotate(college, compromised=lost)
    assert issuers.secret_of(new).secret != stolen.secret
    document = issuers.controller_document(college)
    assert [method["id"] for method in document["verificationMethod"]] == [issuers.method_of(new)]

    assert keep(record).verdict.outcome == "rejected", "what it signed verifies no more"
    anew = signing.sign(college, {**CREDENTIAL, "id": "urn:uuid:7d1c3f0a-52a1-4b44-8a3c-5c4d7e8f9a0b"})
    assert keep(orjson.dumps(anew.document)).verdict.accepted

    stands = check_kept(before, compromised={college.did: lost})
    assert stands.accepted
    assert [check.state for check in stands.checks if check.code == "key-compromised"] == ["passed"]
    falls = check_kept(after, compromised={college.did: datetime.now(UTC) - timedelta(days=1)})
    assert falls.outcome == "rejected"
    assert "compromised" in falls.sentence


def test_a_key_that_is_only_old_still_holds(college: Any) -> None:
    from learnwork.wallet import issuers, signing

    record = orjson.dumps(signing.sign(college, CREDENTIAL).document)
    for _ in range(3):
        issuers.rotate(college)
    assert keep(record).verdict.accepted
    assert len(issuers.controller_document(college)["verificationMethod"]) == 4


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "RS256"])
def test_a_secret_is_nowhere_in_the_database_or_in_logs(
    college: Any, suite: str, caplog: Any, client: Any
) -> None:
    from learnwork.wallet import issuers, signing
    from learnwork.wallet.models import Issuer, Key

    caplog.set_level(logging.DEBUG)
    one, caller = issuers.make("Other", suite, slug="other")
    signing.sign(one, CREDENTIAL)
    headers = {"Authorization": f"Bearer {caller}"}
    body = {"credential": {**CREDENTIAL, "credentialSubject": {"id": "did:example:ana", "name": 5}}}
    client.post("/vc-api/other/credentials/issue", body, content_type="application/json", headers=headers)
    secret = issuers.secret_of(Key.objects.get(issuer=one)).secret
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [
                bytes(cell) if isinstance(cell, memoryview) else cell
                for row in cursor.fetchall()
                for cell in row
            ]
    kept = b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in rows)
    said = caplog.text.encode()
    for hidden in (secret, secret.hex().encode(), caller.encode()):
        assert hidden not in kept
        assert hidden not in said
    assert b"did:example:ana" not in said
    assert b"did:example:learner" not in kept, "who got a record is not kept"
    assert caller not in str(Issuer.objects.values())
    assert secret.hex() not in repr(issuers.secret_of(Key.objects.get(issuer=one)))


def test_only_curators_issue_and_only_administrators_touch_keys(college: Any, client: Any) -> None:
    from learnwork.accounts.models import User
    from learnwork.wallet.models import Key

    pages = ["/issuing", "/issuing/college", "/issuing/college/give"]
    posts = [*pages, "/issuing/college/keys", "/issuing/college/records/1"]
    for path in pages:
        assert client.get(path)["Location"].startswith("/accounts/")
    for path in posts:
        assert client.post(path)["Location"].startswith("/accounts/")
    client.force_login(User.objects.create_user("ana"))
    for path in posts:
        assert client.post(path).status_code == 403
    client.force_login(User.objects.create_user("curator", role="curator"))
    for path in pages:
        assert client.get(path).status_code == 200
    assert client.post("/issuing/college/keys").status_code >= 400
    assert client.post("/issuing", {"name": "x", "slug": "x", "suite": "ES256"}).status_code >= 400
    assert Key.objects.count() == 1
    client.force_login(User.objects.create_user("admin", role="administrator"))
    assert client.post("/issuing/college/keys", {"compromised": "1"}).status_code == 302
    assert [key.compromised_at is not None for key in Key.objects.order_by("pk")] == [True, False]
    made = client.post("/issuing", {"name": "Two", "slug": "two", "suite": "eddsa-rdfc-2022"})
    assert b"shown only now" in made.content


def test_a_record_is_suspended_on_the_page(college: Any, client: Any) -> None:
    from learnwork.accounts.models import User
    from learnwork.wallet import signing

    issued = signing.sign(college, CREDENTIAL).issued
    client.force_login(User.objects.create_user("curator", role="curator"))
    assert b"holds" in client.get("/issuing/college").content
    client.post(f"/issuing/college/records/{issued.pk}", {"do": "revoke", "reason": "By mistake"})
    issued.refresh_from_db()
    assert (issued.state, issued.reason) == ({"revocation": True}, "By mistake")
    assert b"revoked" in client.get("/issuing/college").content
    assert client.post("/issuing/college/records/999", {"do": "revoke"}).status_code >= 400


@pytest.mark.django_db(transaction=True)
def test_indexes_of_threads_at_once_are_each_ones_own(settings: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection as own

    from learnwork.wallet import issuers, signing
    from learnwork.wallet.models import StatusList

    issuer = issuers.make("College", "eddsa-jcs-2022", slug="threads")[0]

    def sign(_: int) -> int:
        try:
            return int(signing.sign(issuer, CREDENTIAL).document["credentialStatus"]["statusListIndex"])
        finally:
            own.close()

    with ThreadPoolExecutor(4) as pool:
        indexes = list(pool.map(sign, range(24)))
    assert len(set(indexes)) == 24
    assert StatusList.objects.get().count == 24
