"""The API of Open Badges 3.0: a program registers, a learner allows it, badges and profile go to and fro."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.records.badges import COLLEGE, badge, did, raw, signed

from learnwork.accounts.models import User
from learnwork.records.tokens import make_token
from learnwork.wallet import permissions
from learnwork.wallet.models import Held, Permission, Program

pytestmark = pytest.mark.django_db
BACK = "https://portfolio.example/back"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-as-asked"
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
API = "/ims/ob/v3p0/"


@pytest.fixture
def ana(settings: Any, tmp_path: Path) -> User:
    settings.DATA = tmp_path
    return User.objects.create_user("ana")


class Portfolio:
    """A program as it is written elsewhere, for one learner."""

    def __init__(self, owner: User, *scopes: str) -> None:
        self.client, self.browser = Client(), Client()
        self.browser.force_login(owner)
        said = {
            "client_name": "Portfolio",
            "redirect_uris": [BACK],
            "scope": " ".join(scopes or permissions.SCOPES),
        }
        made = self.client.post("/oauth/register", said, content_type="application/json")
        assert made.status_code == 201, made.content
        self.key, self.secret = made.json()["client_id"], made.json()["client_secret"]
        self.scopes = scopes or permissions.SCOPES

    def asked(self, **more: str) -> dict[str, str]:
        return {
            "response_type": "code", "client_id": self.key, "redirect_uri": BACK, "state": "s1",
            "scope": " ".join(self.scopes), "code_challenge": CHALLENGE, "code_challenge_method": "S256", **more,
        }  # fmt: skip

    def code(self, **more: str) -> str:
        page = self.browser.get("/oauth/authorize", self.asked(**more))
        assert "Portfolio" in page.content.decode()
        back = self.browser.post("/oauth/authorize", {**self.asked(**more), "do": "allow"})
        given = parse_qs(urlsplit(back["Location"]).query)
        assert (back["Location"].startswith(BACK), given["state"]) == (True, ["s1"])
        return given["code"][0]

    def token(self, **form: str) -> Any:
        basic = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        return self.client.post("/oauth/token", form, headers={"Authorization": f"Basic {basic}"})

    def exchange(self, code: str, **more: str) -> Any:
        form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER, **more}
        return self.token(grant_type="authorization_code", **form)

    def let_in(self) -> Portfolio:
        self.tokens = self.exchange(self.code()).json()
        return self

    def ask(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return self.client.generic(method, API + path, body or b"", content_type=kind, headers=headers)


def test_badges_are_put_replaced_and_read_in_pages(ana: User) -> None:
    program = Portfolio(ana).let_in()
    first = raw(signed(badge(id="urn:uuid:1", validFrom="2026-01-01T00:00:00Z")))
    assert program.ask("POST", "credentials", first).status_code == 201
    again = program.ask("POST", "credentials", first)
    assert (again.status_code, again.content) == (200, first)
    held = Held.objects.get()
    newer = raw(signed(badge(id="urn:uuid:1", validFrom="2026-02-01T00:00:00Z", name="Newer")))
    assert program.ask("POST", "credentials", newer).status_code == 200
    assert Held.objects.get().pk == held.pk, "what hangs on the record stays"
    assert program.ask("POST", "credentials", first).status_code == 400, "an older one replaces nothing"
    document = badge(id="urn:uuid:2", validFrom="2026-03-01T00:00:00Z")
    method = f"{did(COLLEGE)}#{did(COLLEGE)[8:]}"
    token = make_token(document, key=COLLEGE, method=method, version="2.0")
    made = program.ask("POST", "credentials", token.encode(), "text/plain")
    assert (made.status_code, made["Content-Type"], made.content.decode()) == (201, "text/plain", token)
    read = program.ask("GET", "credentials?limit=1")
    assert (len(read.json()["credential"]), read["X-Total-Count"]) == (1, "2")
    assert 'offset=1>; rel="next"' in read["Link"]
    assert program.ask("GET", "credentials?limit=1&offset=1").json()["compactJwsString"] == [token]
    since = program.ask("GET", "credentials?since=2026-02-15T00:00:00Z").json()
    assert (since["credential"], since["compactJwsString"]) == ([], [token])
    for wrong in ("limit=0", "limit=x", "offset=-1", "since=yesterday"):
        assert program.ask("GET", f"credentials?{wrong}").json()["imsx_codeMajor"] == "failure"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"), (b"not json", "application/json"), (b"a.b.c", "text/plain"),
        (b'{"a":1,"a":2}', "application/json"), (b"<svg/>", "image/svg+xml"), (b"{}", "text/plain"),
        (b"https://college.example/badge.json", "text/plain"),
        (json.dumps({"type": ["VerifiableCredential"]}).encode(), "application/json"),
    ],
)  # fmt: skip
def test_what_is_no_badge_is_refused(ana: User, body: bytes, kind: str) -> None:
    answer = Portfolio(ana).let_in().ask("POST", "credentials", body, kind)
    assert (answer.status_code, answer.json()["imsx_severity"]) == (400, "error")
    assert Held.objects.count() == 0


def test_a_profile_is_put_as_a_whole(ana: User) -> None:
    program = Portfolio(ana).let_in()
    profile = program.ask("GET", "profile").json()
    assert (profile["type"], profile["name"]) == (["Profile"], "ana")
    put = program.ask("PUT", "profile", json.dumps({**profile, "name": "Ana", "url": "https://ana.example"}))
    assert (put.status_code, program.ask("GET", "profile").json()["url"]) == (200, "https://ana.example")
    for wrong in (
        {"id": "did:example:bob"},
        {"url": "javascript:x"},
        {"role": "admin"},
        {"type": ["Person"]},
        {"type": 5},
        {"name": "a\0b"},
    ):
        assert program.ask("PUT", "profile", json.dumps({**profile, **wrong})).status_code == 400
    assert program.ask("PUT", "profile", b"[]").status_code == 400
    assert program.ask("DELETE", "profile").status_code == 405


def test_a_program_gets_what_was_allowed_and_no_more(ana: User) -> None:
    bob = User.objects.create_user("bob")
    theirs = Portfolio(bob).let_in()
    theirs.ask("POST", "credentials", raw(signed(badge())))
    program = Portfolio(ana, permissions.READ).let_in()
    assert program.ask("GET", "credentials").json()["credential"] == []
    for method, path in (("POST", "credentials"), ("GET", "profile"), ("PUT", "profile")):
        answer = program.ask(method, path, b"{}")
        assert (answer.status_code, "insufficient_scope" in answer["WWW-Authenticate"]) == (403, True)
    for wrong in ("", "Bearer", "Bearer x", f"Basic {program.tokens['access_token']}"):
        assert Client().get(API + "credentials", headers={"Authorization": wrong}).status_code == 401
    denied = program.browser.post("/oauth/authorize", {**program.asked(), "do": "no"})
    assert "error=access_denied" in denied["Location"]
    ana.is_active = False
    ana.save()
    assert program.ask("GET", "credentials").status_code == 401


def test_codes_and_tokens_are_good_once_for_one_program_with_its_proof(ana: User) -> None:
    program, other = Portfolio(ana), Portfolio(ana)
    code = program.code()
    assert other.exchange(code).json()["error"] == "invalid_grant"
    assert program.exchange(code, code_verifier="another").json()["error"] == "invalid_grant"
    assert program.exchange(code, redirect_uri="https://evil.example").json()["error"] == "invalid_grant"
    program.tokens = program.exchange(code).json()
    assert program.ask("GET", "profile").status_code == 200
    old = program.tokens["refresh_token"]
    renewed = program.token(grant_type="refresh_token", refresh_token=old).json()
    assert program.ask("GET", "profile").status_code == 401, "the former token is replaced"
    assert program.token(grant_type="refresh_token", refresh_token=old).status_code == 400
    program.tokens = renewed
    assert program.exchange(code).status_code == 400
    assert program.ask("GET", "profile").status_code == 401, "a code shown twice ends the permission"
    program.let_in()
    program.secret = "another"
    assert program.token(grant_type="refresh_token", refresh_token="x").status_code == 401
    kept = str(list(Program.objects.values())) + str(list(Permission.objects.values()))
    assert program.tokens["access_token"] not in kept


def test_a_learner_takes_it_back_and_time_does(ana: User) -> None:
    program = Portfolio(ana).let_in()
    page = program.browser.get("/records/programs").content.decode()
    assert "read the badges among your records" in page
    Client().post(f"/records/programs/{Permission.objects.get().pk}/withdraw")
    assert Permission.objects.count() == 1, "only its owner"
    program.browser.post(f"/records/programs/{Permission.objects.get().pk}/withdraw")
    assert program.ask("GET", "profile").status_code == 401
    program.let_in()
    form = {
        "token": program.tokens["refresh_token"],
        "client_id": program.key,
        "client_secret": program.secret,
    }
    assert program.client.post("/oauth/revoke", form).status_code == 200
    assert program.ask("GET", "profile").status_code == 401
    program.let_in()
    assert permissions.remove_ended(datetime.now(UTC) + timedelta(days=181)) == 1
    assert Program.objects.count() == 0


def test_nobody_is_sent_to_an_address_that_was_not_registered(ana: User) -> None:
    program = Portfolio(ana)
    assert Client().get("/oauth/authorize", program.asked())["Location"].startswith("/accounts/")
    for wrong in (
        {"redirect_uri": "https://evil.example"},
        {"client_id": "none"},
        {"redirect_uri": BACK + "/x"},
    ):
        answer = program.browser.get("/oauth/authorize", program.asked(**wrong))
        assert answer.status_code == 400
        assert "evil" not in answer.get("Location", "")
    for wrong in (
        {"code_challenge": ""}, {"code_challenge": "é" * 43},
        {"code_challenge_method": "plain"}, {"response_type": "token"}, {"scope": "all"}
    ):  # fmt: skip
        back = program.browser.get("/oauth/authorize", program.asked(**wrong))["Location"]
        assert back.startswith(f"{BACK}?error=")
        assert "state=s1" in back
    page = program.browser.get("/oauth/authorize", program.asked())
    assert "form-action 'self' https://portfolio.example;" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    "said",
    [
        {}, {"client_name": "x"}, {"client_name": "x", "redirect_uris": ["http://portfolio.example"]},
        {"client_name": "x", "redirect_uris": ["javascript:alert(1)"]},
        {"client_name": "x", "redirect_uris": ["https://a.example/#x"]}, {"redirect_uris": [BACK]},
        {"client_name": "x", "redirect_uris": [BACK], "scope": "everything"},
        {"client_name": "x", "redirect_uris": [BACK], "grant_types": ["password"]},
        {"client_name": "turned \u202earound", "redirect_uris": [BACK]},
        *(
            {"client_name": "x", "redirect_uris": [url]}
            for url in (
                "https://college.example@evil.example/", "https://college.example\\@evil.example/",
                "https://аpple.example/", "https://a.example; base-uri *", "https://a.example;script-src *",
                "https://a.example/ü", "https://a.example/\r\nX: y", "https://a.example:99999/", "https://a.example:x/",
                "https://[::1", "https:///x", ["https://a.example"],
            )
        ),
    ],
)  # fmt: skip
def test_registrations_that_are_refused(said: dict[str, Any], client: Client) -> None:
    answer = client.post("/oauth/register", said, content_type="application/json")
    assert (answer.status_code, "error" in answer.json(), Program.objects.count()) == (400, True, 0)


def test_a_program_that_keeps_no_secret_has_its_proof_alone(ana: User) -> None:
    said = {
        "client_name": "App",
        "redirect_uris": ["http://127.0.0.1:4000/x"],
        "token_endpoint_auth_method": "none",
    }
    made = Client().post("/oauth/register", said, content_type="application/json").json()
    assert "client_secret" not in made
    assert permissions.authenticated(made["client_id"], "").name == "App"


def test_the_service_description_says_where_everything_is(client: Client, settings: Any) -> None:
    said = client.get(API + "discovery").json()
    scheme = said["components"]["securitySchemes"]["OAuth2ACG"]
    flow = scheme["flows"]["authorizationCode"]
    assert set(flow["scopes"]) == set(permissions.SCOPES)
    for address in (scheme["x-imssf-registrationUrl"], flow["tokenUrl"], flow["refreshUrl"]):
        assert client.get(urlsplit(address).path).status_code == 405
    assert client.get(urlsplit(said["info"]["termsOfService"]).path).status_code == 200
    assert client.options(API + "credentials")["Access-Control-Allow-Headers"].startswith("Authorization")
    for path in ("register", "token", "revoke"):
        asked = client.options(f"/oauth/{path}")
        assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "POST")
        assert asked["Access-Control-Allow-Headers"].startswith("Authorization")
