"""OpenID4VP, both sides on one site, over real HTTP; and claiming what an issuer offers (OpenID4VCI)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from tests.records.badges import badge, did, method, raw, signed

from learnwork.accounts.models import User
from learnwork.records.jose import check_signature, read_token, sign_token
from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.sd_jwt_making import issue_sd_jwt
from learnwork.records.tokens import make_token
from learnwork.wallet import answering, asking, claiming, collection
from learnwork.wallet.holder_errors import OfferRefusedError, PresentationRefusedError
from learnwork.wallet.holders import holder_of
from learnwork.wallet.models import Held

ISSUER = PrivateKey.from_secret("P-256", bytes(range(1, 33)))


@pytest.fixture
def ana(transactional_db: None, settings: Any, tmp_path: Path) -> User:
    settings.DATA = tmp_path
    return User.objects.create_user("ana")


@pytest.fixture
def here(live_server: LiveServer, settings: Any) -> str:
    settings.BASE_URL = live_server.url
    return live_server.url


def keep(owner: User, data: bytes) -> Held:
    return collection.take_in(owner, data).new[0]


def of_ana(owner: User, **changes: Any) -> dict[str, Any]:
    document = badge(ISSUER, **changes)
    document["credentialSubject"]["id"] = holder_of(owner).did
    document["credentialSubject"]["term"] = "Spring"
    return document


def present(owner: User, link: str, *held: Held) -> Any:
    """What the learner does on the page: paste, choose, send."""
    client = Client()
    client.force_login(owner)
    page = client.post("/records/present", {"request": link})
    kept = page.context["kept"]
    return client.post("/records/present", {"asked": kept, "record": [one.pk for one in held]})


def test_a_wallet_is_asked_and_answers_for_this_verifier_alone(ana: User, here: str) -> None:
    held = keep(ana, raw(signed(of_ana(ana), ISSUER, suite="ecdsa-sd-2023", mandatory=("/issuer",))))
    verifier = Client()
    page = verifier.post("/verify/ask", follow=True).content.decode()
    link = re.search(r"openid4vp://[^<]+", page)[0].replace("&amp;", "&")
    asked = present(ana, link, held)
    assert "has your answer" in asked.content.decode()
    shown = verifier.post("/verify/asked").content.decode()
    assert "What the wallet showed" in shown
    assert "This record verifies" in shown
    assert "Spring" not in shown
    assert verifier.post("/verify/asked").status_code == 400, "what was looked at is gone"


def test_tokens_are_presented_as_tokens(ana: User, here: str) -> None:
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": did(ISSUER),
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": holder_of(ana).did},
    }
    held = keep(ana, make_token(document, key=ISSUER, method=method(ISSUER), version="1.1").encode())
    request = asking.ask()
    present(ana, request.link, held)
    verdicts = asking.look(request.id)
    assert [one.outcome for one in verdicts] == ["accepted"], [c for v in verdicts for c in v.checks]


def test_a_token_with_claims_to_choose_is_bound_to_the_verifier(ana: User) -> None:
    holder = PublicKey.from_multibase(holder_of(ana).did.removeprefix("did:key:"))
    claims = {"iss": did(ISSUER), "vct": "https://college.example/diploma", "grade": "A", "born": "2001"}
    header = {"typ": "dc+sd-jwt", "kid": method(ISSUER)}
    held = keep(
        ana, issue_sd_jwt(claims, ["/grade", "/born"], key=ISSUER, header=header, holder=holder).encode()
    )
    asked = answering.Asked(
        "redirect_uri:https://v.example/a",
        "https://v.example/a",
        "n-1",
        "",
        (("d", "dc+sd-jwt", ("diploma",)),),
    )
    one = answering.candidates(ana, asked)[0]
    assert one.held == held
    shown = answering._presented(held.raw.decode(), one, ["/grade"], holder_of(ana), asked)
    from learnwork.records.verification import verify

    assert verify(shown, domain=asked.client, challenge="n-1").outcome == "accepted"
    assert verify(shown, domain=asked.client, challenge="n-2").outcome == "rejected"
    assert "born" not in str(verify(shown).to_json())


def test_an_answer_to_another_request_does_not_verify(ana: User, here: str) -> None:
    held = keep(ana, raw(signed(of_ana(ana), ISSUER, suite="ecdsa-rdfc-2019")))
    first, second = asking.ask(), asking.ask()
    present(ana, first.link, held)
    stolen = asking._kept(first.id)["answer"]
    verdicts = asking.look(first.id)
    assert [one.outcome for one in verdicts] == ["accepted"]
    assert stolen
    other = answering.read_request(second.link)
    answer = answering._presented(
        signed(of_ana(ana), ISSUER, suite="ecdsa-rdfc-2019"), answering.candidates(ana, other)[0], [], holder_of(ana),
        answering.Asked(other.client, other.answer_to, "another nonce", other.state, other.wanted),
    )  # fmt: skip
    asking.take_answer(second.id, json.dumps({"record": [answer]}), second.id)
    assert [one.outcome for one in asking.look(second.id)] == ["rejected"]


@pytest.mark.parametrize(
    ("vp_token", "state"),
    [("", None), ("{}", None), ('{"a":[1]}', None), ("{", None), ("x", "other"), ('{"a":', None)],
)
def test_answers_that_are_none_are_refused(
    ana: User, client: Client, vp_token: str, state: str | None
) -> None:
    request = asking.ask()
    fields = {"vp_token": vp_token, "state": request.id if state is None else state}
    answer = client.post(f"/verify/answers/{request.id}", fields)
    assert (answer.status_code, answer.json()["code"]) == (400, "presentation-refused")
    assert asking.look(request.id) is None


def test_unknown_requests_are_refused(ana: User, client: Client) -> None:
    assert client.get("/verify/requests/none").status_code == 400
    assert client.post("/verify/answers/none", {"vp_token": "x"}).status_code == 400
    assert client.get("/verify/asked").status_code == 400
    request = asking.ask()
    asking.take_answer(request.id, '{"record": ["x"]}', request.id)
    with pytest.raises(PresentationRefusedError):
        asking.take_answer(request.id, '{"record": ["y"]}', request.id)


def test_a_request_is_signed_by_who_asks(ana: User, here: str, client: Client) -> None:
    request = asking.ask()
    token = read_token(client.get(f"/verify/requests/{request.id}").content.decode())
    assert token.type == "oauth-authz-req+jwt"
    name = token.claims["client_id"].removeprefix(asking.BY_DID)
    check_signature(token, PublicKey.from_multibase(name.removeprefix("did:key:")))
    forged = sign_token(
        {"typ": "oauth-authz-req+jwt", "kid": token.header["kid"]}, token.claims, PrivateKey.generate("P-256")
    )
    client_id = token.claims["client_id"]
    for text in (
        "openid4vp://?" + urlencode({"client_id": client_id, "request": forged}),
        "openid4vp://?" + urlencode({"client_id": "x509_san_dns:v.example", "request": token.text}),
        "openid4vp://?" + urlencode({"client_id": asking.BY_DID + did(ISSUER), "request": token.text}),
        "openid4vp://?",
        "hello",
    ):
        client.force_login(ana)
        page = client.post("/records/present", {"request": text})
        assert page.status_code == 400, text


def test_an_unsigned_request_answers_only_to_its_own_address(ana: User) -> None:
    query = json.dumps({"credentials": [{"id": "r", "format": "ldp_vc", "meta": {}}]})
    fields = {
        "client_id": "redirect_uri:https://v.example/a", "response_uri": "https://v.example/a", "nonce": "n",
        "response_type": "vp_token", "response_mode": "direct_post", "dcql_query": query,
    }  # fmt: skip
    assert answering.read_request("openid4vp://?" + urlencode(fields)).host == "v.example"
    for change in (
        {"response_uri": "https://thief.example/a"}, {"response_mode": "fragment"}, {"nonce": ""},
        {"dcql_query": "{}"}, {"dcql_query": '{"credentials":[{"id":"r","format":"mso_mdoc"}]}'},
    ):  # fmt: skip
        with pytest.raises(PresentationRefusedError):
            answering.read_request("openid4vp://?" + urlencode(fields | change))


def test_requests_and_offers_cannot_reach_inside(ana: User, client: Client) -> None:
    client.force_login(ana)
    inside = quote("http://127.0.0.1:1/x", safe="")
    page = client.post("/records/present", {"request": f"openid4vp://?client_id=x&request_uri={inside}"})
    assert (page.status_code, "Nothing was fetched" in page.content.decode()) == (400, True)
    offer = f"openid-credential-offer://?credential_offer_uri={inside}"
    assert "Nothing was fetched" in client.post("/records/add", {"text": offer}, follow=True).content.decode()


# Claiming -----------------------------------------------------------------------------------------------------


class Issuer(BaseHTTPRequestHandler):
    """A small issuer as OpenID4VCI 1.0 describes it, which gives its badge to who proves to hold a key."""

    spent: set[str] = set()

    def log_message(self, *_args: Any) -> None: ...

    def do_GET(self) -> None:
        base = f"http://{self.headers['Host']}"
        if self.path == "/.well-known/openid-credential-issuer/college":
            self._say({
                "credential_issuer": f"{base}/college", "credential_endpoint": f"{base}/credential",
                "nonce_endpoint": f"{base}/nonce", "authorization_servers": [base],
                "credential_configurations_supported": {"badge": {"format": "ldp_vc"}},
            })  # fmt: skip
        elif self.path == "/.well-known/oauth-authorization-server":
            self._say({"issuer": base, "token_endpoint": f"{base}/token"})
        else:
            self._say({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/nonce":
            self._say({"c_nonce": "fresh"})
        elif self.path == "/token":
            fields = parse_qs(body.decode())
            code = fields["pre-authorized_code"][0]
            if code in self.spent or fields.get("tx_code") != ["1234"]:
                self._say({"error": "invalid_grant"}, 400)
                return
            self.spent.add(code)
            self._say({"access_token": "access", "token_type": "Bearer"})
        else:
            self._say(*self._credential(json.loads(body)))

    def _credential(self, asked: dict[str, Any]) -> tuple[dict[str, Any], int]:
        proof = read_token(asked["proofs"]["jwt"][0])
        holder = proof.header["kid"].partition("#")[0]
        check_signature(proof, PublicKey.from_multibase(holder.removeprefix("did:key:")))
        audience = f"http://{self.headers['Host']}/college"
        fine = proof.claims["nonce"] == "fresh" and proof.claims["aud"] == audience
        if not fine or self.headers["Authorization"] != "Bearer access":
            return {"error": "invalid_proof"}, 400
        document = badge(ISSUER)
        document["credentialSubject"]["id"] = holder
        return {"credentials": [{"credential": signed(document, ISSUER, suite="ecdsa-rdfc-2019")}]}, 200

    def _say(self, body: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def issuer(settings: Any) -> Iterator[str]:
    """Its address, which stands for this site's own, so that it may be on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Issuer.spent = set()
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield settings.BASE_URL
    server.shutdown()
    server.server_close()


def offer_of(issuer: str, *, tx_code: bool = True) -> str:
    grant: dict[str, Any] = {"pre-authorized_code": "code-1"} | (
        {"tx_code": {"length": 4}} if tx_code else {}
    )
    offer = {
        "credential_issuer": f"{issuer}/college", "credential_configuration_ids": ["badge"],
        "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant},
    }  # fmt: skip
    return "openid-credential-offer://?" + urlencode({"credential_offer": json.dumps(offer)})


def test_an_offer_is_claimed_with_the_code_that_came_with_it(ana: User, client: Client, issuer: str) -> None:
    client.force_login(ana)
    without = client.post("/records/add", {"text": offer_of(issuer)}, follow=True).content.decode()
    assert "asks for a code" in without
    page = client.post("/records/add", {"text": offer_of(issuer), "code": "1234"}, follow=True)
    assert "This record verifies" in page.content.decode()
    held = Held.objects.get()
    assert held.via == "offer"
    assert json.loads(bytes(held.raw))["credentialSubject"]["id"] == holder_of(ana).did
    again = client.post(
        "/records/add", {"text": offer_of(issuer), "code": "1234"}, follow=True
    ).content.decode()
    assert "The issuer refused" in again


@pytest.mark.parametrize("offer", ["{}", "[]", "{", '{"credential_issuer":"https://a.example","grants":{}}'])
def test_offers_that_are_none_are_refused(ana: User, offer: str) -> None:
    with pytest.raises(OfferRefusedError):
        claiming.claim(ana, "openid-credential-offer://?" + urlencode({"credential_offer": offer}))
