from __future__ import annotations

import io
import json

import pytest

from learnwork.cli.app import run

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch):
    def typed(password: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    return typed


@pytest.fixture
def alice(type_in):
    from learnwork.accounts.models import User

    type_in(GOOD)
    assert run(["user", "add", "alice", "--role", "curator"]) == 0
    return User.objects.get(username="alice")


def test_it_adds_a_person_with_a_role_and_a_password(alice):
    assert alice.may_curate
    assert not alice.may_administer
    assert alice.check_password(GOOD)
    assert not alice.is_superuser


def test_it_lists_people_without_their_secrets(alice, capsys):
    capsys.readouterr()
    assert run(["user", "list", "--json"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == {
        "users": [{"name": "alice", "role": "curator", "active": True, "last_sign_in": None}]
    }


@pytest.mark.parametrize("password", ["", "short", "password1234"])
def test_a_weak_password_is_refused_and_nobody_is_added(password: str, type_in, capsys):
    type_in(password)
    assert run(["user", "add", "alice"]) == 1
    assert capsys.readouterr().err.startswith("user-bad: ")
    assert run(["user", "role", "alice", "curator"]) == 1


@pytest.mark.parametrize("name", ["", "a b", "x" * 151, "al\nice", "<script>"])
def test_a_name_that_cannot_be_one_is_refused(name: str, type_in, capsys):
    type_in(GOOD)
    assert run(["user", "add", name]) == 1
    assert capsys.readouterr().err.startswith("user-bad: ")


def test_a_name_is_taken_once(alice, type_in, capsys):
    type_in(GOOD)
    assert run(["user", "add", "alice"]) == 1
    assert "user-exists: " in capsys.readouterr().err


def test_a_role_is_changed_and_taken_away(alice):
    assert run(["user", "role", "alice", "administrator"]) == 0
    alice.refresh_from_db()
    assert alice.may_administer
    assert run(["user", "role", "alice", "none"]) == 0
    alice.refresh_from_db()
    assert not alice.may_curate


def test_a_role_that_is_none_of_ours_is_wrong_usage(alice):
    assert run(["user", "role", "alice", "emperor"]) == 2


def test_a_password_is_changed(alice, type_in):
    type_in("another horse battery staple")
    assert run(["user", "password", "alice"]) == 0
    alice.refresh_from_db()
    assert alice.check_password("another horse battery staple")


def test_a_person_without_rulings_is_removed(alice, capsys):
    assert run(["user", "remove", "alice"]) == 0
    assert run(["user", "remove", "alice"]) == 1
    assert "user-unknown: There is no user alice." in capsys.readouterr().err


def test_a_person_with_rulings_stays_as_their_author_and_cannot_sign_in(alice):
    from datetime import UTC, datetime

    from learnwork.registry.models import Decision, Resource

    resource = Resource.objects.create(id=1, ctid="ce-1", type="x", name="x", derived=True)
    Decision.objects.create(
        kind="retire", resource=resource, reason="x", author=alice, made_at=datetime.now(UTC)
    )
    assert run(["user", "remove", "alice"]) == 0
    alice.refresh_from_db()
    assert (alice.is_active, alice.role, alice.has_usable_password()) == (False, "", False)


def test_no_command_takes_a_password_as_an_argument():
    assert run(["user", "add", "bob", "--password", GOOD]) == 2
    assert run(["user", "password", "bob", GOOD]) == 2
