"""A wallet claims an offer by OpenID4VCI; and what it is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from learnwork.records import verify
from learnwork.records.issuing import Recipient, badge_of, profile
from learnwork.records.jose import sign_token

pytestmark = pytest.mark.django_db
ACHIEVEMENT = {
    "id": "https://college.example/achievements/welding",
    "type": ["Achievement"],
    "name": "Pipe welding",
    "description": "Welds pipes.",
    "criteria": {"narrative": "Passes a bend test."},
}
GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


class Waiting:
    """An issuer with one record that waits, and a wallet that comes for it."""

    def __init__(self, client: Client, suite: str = "eddsa-rdfc-2022") -> None:
        from learnwork.wallet import issuers, offers

        self.client = client
        self.issuer, _ = issuers.make("College", suite, slug="college", purposes=("revocation",))
        who = profile(self.issuer.did, "College")
        to = Recipient(mail="ana@college.example")
        document = badge_of(ACHIEVEMENT, issuer=who, to=to, now=datetime.now(UTC) - timedelta(hours=1))
        self.offer, self.code = offers.make(self.issuer, document, to, title="Pipe welding")
        self.name = "https://records.example/issuers/college"

    def get(self, url: str) -> Any:
        return self.client.get(urlsplit(url).path)

    def token(self, code: str = "", grant: str = GRANT) -> Any:
        return self.client.post(
            "/issuers/college/oid4vci/token", {"grant_type": grant, "pre-authorized_code": code or self.code}
        )

    def nonce(self) -> str:
        return str(self.client.post("/issuers/college/oid4vci/nonce").json()["c_nonce"])

    def proof(self, who: Any, **changes: Any) -> str:
        claims = {
            "aud": self.name,
            "iat": int(datetime.now(UTC).timestamp()),
            "nonce": self.nonce(),
            **changes,
        }
        head = {"typ": claims.pop("typ", "openid4vci-proof+jwt"), "kid": claims.pop("kid", who.method)}
        return sign_token(head, claims, who.key)

    def ask(self, proof: str, access: str, **more: Any) -> Any:
        body = {"credential_configuration_id": "OpenBadgeCredential", "proofs": {"jwt": [proof]}, **more}
        headers = {"Authorization": f"Bearer {access}"}
        return self.client.post(
            "/issuers/college/oid4vci/credential",
            json.dumps(body),
            content_type="application/json",
            headers=headers,
        )


@pytest.fixture
def waiting(client: Client, settings: Any) -> Any:
    settings.BASE_URL = "https://records.example"
    return lambda suite="eddsa-rdfc-2022": Waiting(client, suite)


def fetcher() -> Any:
    from learnwork.records.fetching import NoNetwork
    from learnwork.wallet.knowledge import OwnFetcher

    return OwnFetcher(NoNetwork())


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-jcs-2019", "ES256"])
@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
def test_a_wallet_claims_a_record_for_its_key(waiting: Any, signer: Any, suite: str, kind: Any) -> None:
    it, who = waiting(suite), signer(kind)
    offer = it.get(f"{it.name}/oid4vci/offer/{it.code}").json()
    assert offer["credential_issuer"] == it.name
    metadata = it.get("https://records.example/.well-known/openid-credential-issuer/issuers/college").json()
    assert metadata["credential_issuer"] == it.name
    assert set(offer["credential_configuration_ids"]) <= set(metadata["credential_configurations_supported"])
    server = it.get("https://records.example/.well-known/oauth-authorization-server/issuers/college").json()
    assert (server["issuer"], server["grant_types_supported"]) == (it.name, [GRANT])
    given = it.token(offer["grants"][GRANT]["pre-authorized_code"]).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 600)
    answer = it.ask(it.proof(who), given["access_token"])
    assert answer.status_code == 200, answer.content
    record = answer.json()["credentials"][0]["credential"]
    verdict = verify(record, fetcher=fetcher(), recipient=who.did)
    assert verdict.accepted, verdict.sentence
    assert verdict.summary.recipient.id == who.did
    again = it.ask(it.proof(who), given["access_token"])
    assert again.json()["credentials"][0]["credential"] == record, "asked again it is the same record"
    other = signer()
    assert it.ask(it.proof(other), given["access_token"]).status_code == 404
    assert it.issuer.issued.count() == 1


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-sd-2023", "RS256"])
def test_a_wallet_claims_it_as_a_token_of_which_parts_are_shown(
    waiting: Any, signer: Any, suite: str
) -> None:
    from learnwork.records.sd_jwt_making import hidden_places, show

    it, who = waiting(suite), signer("P-256")
    offer = it.client.get(f"/issuers/college/oid4vci/offer/{it.code}?form=sd-jwt").json()
    (form,) = offer["credential_configuration_ids"]
    metadata = it.get("https://records.example/.well-known/openid-credential-issuer/issuers/college").json()
    described = metadata["credential_configurations_supported"][form]
    assert (described["format"], it.get(described["vct"]).json()["vct"]) == ("dc+sd-jwt", described["vct"])
    access = it.token().json()["access_token"]
    answer = it.ask(it.proof(who), access, credential_configuration_id=form)
    assert answer.status_code == 200, answer.content
    record = answer.json()["credentials"][0]["credential"]
    assert set(hidden_places(record)) == {"/credentialSubject/identifier"}
    for shown in (record, show(record, [])):
        verdict = verify(shown, fetcher=fetcher())
        assert verdict.accepted, verdict.sentence
        assert (verdict.summary.title, verdict.summary.recipient.id) == ("Pipe welding", who.did)
    assert "ana@college.example" not in record
    assert it.ask(it.proof(who), access).status_code == 404, "one record in one form"
    assert it.issuer.issued.get().entries.keys() == {"both"}


def test_the_status_of_a_token_is_a_claim_of_its_own(waiting: Any, signer: Any) -> None:
    from learnwork.records.jose import read_token
    from learnwork.wallet import signing
    from learnwork.wallet.errors import IssuerRefusedError

    it, who = waiting(), signer("P-256")
    access = it.token().json()["access_token"]
    answer = it.ask(it.proof(who), access, credential_configuration_id="OpenBadgeSdJwt")
    record = answer.json()["credential"]
    claims = read_token(record.partition("~")[0]).claims
    assert "credentialStatus" not in claims
    place = claims["status"]["status_list"]
    served = it.get(place["uri"])
    assert served["Content-Type"] == "application/statuslist+jwt"
    listed = read_token(served.content.decode())
    assert (listed.type, listed.claims["sub"]) == ("statuslist+jwt", place["uri"])
    kept = it.issuer.issued.get()
    for purpose, value, failing in (
        ("suspension", True, "suspended"),
        ("suspension", False, ""),
        ("suspension", True, "suspended"),
        ("revocation", True, "revoked"),
    ):
        signing.set_status(kept, purpose, value)
        codes = [check.code for check in verify(record, fetcher=fetcher()).failed()]
        assert codes == ([failing] if failing else [])
    with pytest.raises(IssuerRefusedError):
        signing.set_status(kept, "revocation", False)


@pytest.mark.parametrize("path", ["token", "nonce", "credential"])
def test_wallets_in_browsers_ask_first_and_are_told_why(waiting: Any, path: str) -> None:
    it = waiting()
    address = f"/issuers/college/oid4vci/{path}"
    asked = it.client.options(address)
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "POST")
    assert asked["Access-Control-Allow-Headers"].startswith("Authorization")
    for answer in (
        it.client.get(address),
        it.client.post(address),
        it.client.post("/issuers/x/oid4vci/token"),
    ):
        assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_the_token_endpoint_refuses(waiting: Any) -> None:
    it = waiting()
    for code, grant, error in (
        ("wrong", GRANT, "invalid_grant"),
        (it.code, "authorization_code", "unsupported_grant_type"),
        (it.code[:-1], GRANT, "invalid_grant"),
    ):
        answer = it.token(code, grant)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert it.get(f"{it.name}/oid4vci/offer/wrong").status_code == 404
    assert it.client.get("/issuers/college/oid4vci/token").status_code == 405


def test_what_the_credential_endpoint_refuses(waiting: Any, signer: Any) -> None:
    it, who, other = waiting(), signer(), signer()
    access = it.token().json()["access_token"]
    now = int(datetime.now(UTC).timestamp())
    for wrong in ("", "wrong", it.code, access[:-1]):
        answer = it.ask(it.proof(who), wrong)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    cases = {
        "another audience": it.proof(who, aud="https://evil.example"),
        "too old": it.proof(who, iat=now - 10_000),
        "not yet": it.proof(who, iat=now + 10_000),
        "no time": it.proof(who, iat=None),
        "another type": it.proof(who, typ="JWT"),
        "another's key": it.proof(who, kid=other.method),
        "no key": it.proof(who, kid="key-1"),
        "a web key": it.proof(who, kid="did:web:evil.example#key"),
        "cut": it.proof(who)[:-4],
        "no token": "text",
    }
    for name, proof in cases.items():
        answer = it.ask(proof, access)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof"), name
    for nonce in ("", "made-up", None):
        answer = it.ask(it.proof(who, nonce=nonce), access)
        assert answer.json()["error"] == "invalid_nonce"
    assert it.ask("", access, proofs={"jwt": []}).json()["error"] == "invalid_proof"
    assert it.ask("", access, proofs={"jwt": [it.proof(who)] * 2}).json()["error"] == "invalid_proof"
    answer = it.ask(it.proof(who), access, credential_configuration_id="Other")
    assert answer.json()["error"] == "unknown_credential_configuration"
    assert it.issuer.issued.count() == 0


def test_a_token_ends_and_an_offer_ends(waiting: Any, signer: Any) -> None:
    from learnwork.wallet import offers
    from learnwork.wallet.models import Offer

    it, who = waiting(), signer()
    access = it.token().json()["access_token"]
    Offer.objects.update(token_until=datetime.now(UTC) - timedelta(seconds=1))
    assert it.ask(it.proof(who), access).status_code == 401
    Offer.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert it.token().status_code == 400
    assert it.client.get(f"/claim/{it.code}").status_code == 404
    assert (offers.wipe_ended(), Offer.objects.count()) == (1, 0)


def test_a_recipient_claims_in_a_browser(waiting: Any) -> None:
    it = waiting()
    seen = it.client.get(f"/claim/{it.code}")
    assert b"Pipe welding" in seen.content
    assert (seen["Referrer-Policy"], seen["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert it.issuer.issued.count() == 0, "looking signs nothing"
    taken = it.client.post(f"/claim/{it.code}")
    assert "attachment" in taken["Content-Disposition"]
    verdict = verify(taken.content, fetcher=fetcher(), recipient="ana@college.example")
    assert verdict.accepted, verdict.sentence
    assert it.client.post(f"/claim/{it.code}").content == taken.content
    assert it.issuer.issued.count() == 1
    assert it.client.get("/claim/made-up").status_code == 404


def test_nobody_can_read_what_waits(waiting: Any) -> None:
    from learnwork.wallet import offers
    from learnwork.wallet.errors import OfferUnknownError, VaultError
    from learnwork.wallet.models import Offer

    it = waiting()
    sealed = bytes(Offer.objects.get().sealed)
    assert b"college" not in sealed
    assert it.code not in str(Offer.objects.values())
    Offer.objects.update(sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(VaultError):
        offers.opened(it.code)
    offers.withdraw(it.offer)
    with pytest.raises(OfferUnknownError):
        offers.opened(it.code)
