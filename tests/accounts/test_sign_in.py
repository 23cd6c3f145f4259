"""Signing in and out, and who cannot."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from learnwork.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", password=PASSWORD, role=User.Role.CURATOR)


def sign_in(client: Client, name: str, password: str, **more: str) -> object:
    return client.post("/accounts/sign-in", {"login": name, "password": password, **more})


def test_it_works(client: Client, alice: User) -> None:
    response = sign_in(client, "alice", PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/")  # type: ignore[attr-defined,index]
    shown = client.get("/").content.decode()
    assert "Sign out alice" in shown
    client.post("/accounts/sign-out")
    assert "Sign out" not in client.get("/").content.decode()


def test_signing_out_takes_a_form_not_a_link(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "You are signed in as alice" in client.get("/accounts/sign-out").content.decode()
    assert "Sign out alice" in client.get("/").content.decode()


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_pair_is_refused_alike(client: Client, alice: User, name: str, password: str) -> None:
    shown = sign_in(client, name, password).content.decode()  # type: ignore[attr-defined]
    assert 'role="alert"' in shown or 'aria-invalid="true"' in shown
    assert PASSWORD not in shown
    assert "Sign in" in client.get("/").content.decode()


def test_wrong_and_unknown_names_get_the_same_words(client: Client, alice: User) -> None:
    def told(name: str) -> str:
        shown: str = sign_in(client, name, "wrong").content.decode()  # type: ignore[attr-defined]
        return shown.partition('role="alert">')[2].partition("</div>")[0]

    assert told("alice") == told("nobody") != ""


def test_guessing_is_slowed_down(client: Client, alice: User) -> None:
    for _ in range(5):
        sign_in(client, "alice", "wrong")
    refused = sign_in(client, "alice", PASSWORD)
    assert "Too many" in refused.content.decode() or refused.status_code == 429  # type: ignore[attr-defined]
    assert "Sign out" not in client.get("/").content.decode()


def test_a_closed_account_cannot_sign_in(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save()
    sign_in(client, "alice", PASSWORD)
    assert "Sign out" not in client.get("/").content.decode()


def test_nobody_signs_up(client: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    for address in ("/accounts/signup/", "/accounts/signup", "/accounts/password/reset/", "/accounts/email/"):
        assert client.get(address).status_code == 404


def test_the_way_back_stays_on_this_site(client: Client, alice: User) -> None:
    assert sign_in(client, "alice", PASSWORD, next="/sources")["Location"] == "/sources"  # type: ignore[index]
    client.post("/accounts/sign-out")
    away = sign_in(client, "alice", PASSWORD, next="https://evil.example/")
    assert away["Location"] == "/"  # type: ignore[index]


def test_forms_are_guarded(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/sign-in", {"login": "alice", "password": PASSWORD})
    assert response.status_code == 403
    assert "did not come from this site" in response.content.decode()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client, alice: User) -> None:
    sign_in(client, "alice", PASSWORD)
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_roles(alice: User) -> None:
    assert alice.may_curate
    assert not alice.may_administer
    root = User(username="root", role=User.Role.ADMINISTRATOR)
    assert root.may_curate
    assert root.may_administer
    root.is_active = False
    assert not root.may_curate
    assert not User(username="bob").may_curate


def test_whoever_guesses_through_a_proxy_locks_out_nobody_else(client: Client, alice: User) -> None:
    guesser, alices = {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.8"}
    for number in range(12):
        client.post("/accounts/sign-in", {"login": f"name{number}", "password": "wrong"}, **guesser)
    given = {"login": "alice", "password": PASSWORD}
    assert client.post("/accounts/sign-in", given, **guesser).status_code != 302
    assert client.post("/accounts/sign-in", given, **alices).status_code == 302


def test_a_client_does_not_choose_by_what_name_it_is_counted(client: Client, alice: User) -> None:
    for number in range(12):
        pretended = {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        client.post("/accounts/sign-in", {"login": f"name{number}", "password": "wrong"}, **pretended)
    given = {"login": "alice", "password": PASSWORD}
    assert client.post("/accounts/sign-in", given, **pretended).status_code != 302


@pytest.mark.parametrize(("path", "size"), [("/accounts/sign-in", 26_000_001), ("/records/add", 101_000_001)])
def test_what_no_page_takes_is_not_read(client: Client, path: str, size: int) -> None:
    refused = client.generic("POST", path, b"x", CONTENT_LENGTH=str(size), content_type="multipart/form-data")
    assert refused.status_code == 413
