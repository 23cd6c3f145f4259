"""Saved searches: nothing is mailed before it is confirmed, only what is new is, and one click ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.made import ctid, reading, said

from learnwork.intake.loading import load
from learnwork.search import saved
from learnwork.search.errors import SavedSearchRefusedError
from learnwork.search.follow import follow, rebuild
from learnwork.search.models import SavedSearch
from learnwork.search.news import news
from learnwork.search.query import Query

pytestmark = pytest.mark.django_db
WELDING = Query.from_params({"q": "welding"})
ALICE = "alice@example.org"


@pytest.fixture(autouse=True)
def _index(settings: object, tmp_path: Path) -> None:
    settings.INDEX = tmp_path / "index"  # type: ignore[attr-defined]
    publish("first", "Welding one", "Baking one")


def publish(label: str, *names: str) -> None:
    """A release of certificates with these names, and the index brought up to it."""
    release(label, *names)
    try:
        follow()
    except Exception:
        rebuild()


def release(label: str, *names: str) -> None:
    load(
        reading(
            *(said(name, ceterms_name={"en": name}) for name in names),
            label=label,
            digest=label.ljust(64, "0"),
            part=label,
        ),
        "made",
    )


def names(query: Query, since: int = 0, limit: int = 50) -> list[str]:
    return [entry.hit.name for entry in news(query, since, limit=limit).entries]


def link_in(body: str, what: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/alerts/{what}/\S+)", body)
    assert found
    return found[1]


@pytest.fixture
def confirmed(client: Client) -> SavedSearch:
    saved.ask(ALICE, WELDING, "welding", "day", "en")
    client.post(link_in(mail.outbox[-1].body, "confirm"))
    mail.outbox.clear()
    return SavedSearch.objects.get()


def tomorrow(days: int = 1) -> int:
    return saved.send_due(timezone.now() + timedelta(days=days, minutes=1))


def test_news_is_what_answers_and_changed_since() -> None:
    from learnwork.registry.queries import last_change

    assert names(WELDING) == ["Welding one"]
    before = last_change()
    publish("second", "Welding two", "Baking two")
    assert names(WELDING, before) == ["Welding two"]
    assert names(WELDING) == ["Welding two", "Welding one"], "newest first"
    assert names(WELDING, limit=1) == ["Welding two"]
    assert news(WELDING, before).entries[0].new


def test_it_works(client: Client) -> None:
    shown = client.get("/alerts/new?q=welding")
    assert shown.status_code == 200
    told = client.post("/alerts/new?q=welding", {"address": ALICE, "every": "week"})
    assert "Look into your mail" in told.content.decode()
    (question,) = mail.outbox
    assert question.to == [ALICE]
    assert "welding" in question.subject
    link = link_in(question.body, "confirm")
    assert client.get(link).status_code == 200
    assert SavedSearch.objects.get().confirmed_at is None, "programs that open links confirm nothing"
    assert "It is confirmed" in client.post(link).content.decode()
    publish("second", "Welding two", "Baking two")
    assert tomorrow(1) == 0, "it was asked for once a week"
    assert tomorrow(7) == 1
    sent = mail.outbox[-1]
    assert "Welding two" in sent.body
    assert "Baking" not in sent.body
    assert f"/resources/{ctid('Welding two')}" in sent.body


def test_nothing_new_no_mail(confirmed: SavedSearch) -> None:
    assert tomorrow() == 0
    assert mail.outbox == []
    publish("second", "Welding two")
    assert tomorrow(2) == 1
    assert tomorrow(4) == 0, "it was told once"


def test_what_cannot_be_searched_yet_is_told_the_next_time(confirmed: SavedSearch) -> None:
    release("second", "Welding two")
    assert tomorrow() == 0
    follow()
    assert tomorrow(3) == 1
    assert "Welding two" in mail.outbox[-1].body


def test_nothing_is_sent_before_it_is_confirmed() -> None:
    saved.ask(ALICE, WELDING, "welding", "day", "en")
    publish("second", "Welding two")
    mail.outbox.clear()
    assert tomorrow(2) == 0
    assert mail.outbox == []
    tomorrow(8)
    assert not SavedSearch.objects.exists(), "an address that was not confirmed is forgotten"


def test_one_click_ends_it(client: Client, confirmed: SavedSearch) -> None:
    publish("second", "Welding two")
    tomorrow()
    sent = mail.outbox[-1]
    link = link_in(sent.body, "end")
    assert sent.extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(link).status_code == 200
    assert SavedSearch.objects.exists(), "looking ends nothing"
    assert strict.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not SavedSearch.objects.exists()
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 200, "twice is no fault"


def test_a_mail_that_fails_is_sent_later(
    confirmed: SavedSearch, settings: object, monkeypatch: object
) -> None:
    publish("second", "Welding two")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    assert tomorrow() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert tomorrow() == 1
    assert "Welding two" in mail.outbox[-1].body


def test_where_no_mail_goes_out_it_is_said_and_nothing_is_kept(client: Client, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    told = client.post("/alerts/new?q=welding", {"address": ALICE, "every": "week"})
    assert "could not be sent" in told.content.decode()
    assert not SavedSearch.objects.exists()


def test_an_address_is_not_flooded(client: Client) -> None:
    for number in range(8):
        saved.ask(ALICE, Query.from_params({"q": f"welding {number}"}), "welding", "day", "en")
    assert len(mail.outbox) == saved.PENDING


def test_an_installation_does_not_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "HOURLY", 2)
    for name in ("alice", "bob"):
        saved.ask(f"{name}@example.org", WELDING, "welding", "day", "en")
    with pytest.raises(SavedSearchRefusedError):
        saved.ask("charlie@example.org", WELDING, "welding", "day", "en")


@pytest.mark.parametrize(
    "given",
    [
        {"address": "nobody", "every": "day"},
        {"address": "", "every": "day"},
        {"address": f"{ALICE}\nBcc: bob@example.org", "every": "day"},
        {"address": f"{'a' * 300}@example.org", "every": "day"},
        {"address": ALICE, "every": "second"},
    ],
)
def test_what_is_no_address_is_said(client: Client, given: dict[str, str]) -> None:
    shown = client.post("/alerts/new?q=welding", given)
    assert shown.status_code == 400
    assert 'class="errors"' in shown.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize("token", ["x", "a:b:c", "<script>", "ImEi:1abc:def"])
@pytest.mark.parametrize("what", ["confirm", "end"])
def test_a_link_that_is_not_ours(client: Client, what: str, token: str) -> None:
    assert client.get(f"/alerts/{what}/{token}").status_code == 404


def test_a_link_confirms_or_ends_but_not_both(client: Client) -> None:
    saved.ask(ALICE, WELDING, "welding", "day", "en")
    link = link_in(mail.outbox[-1].body, "confirm")
    client.post(link.replace("/confirm/", "/end/"))
    assert SavedSearch.objects.exists()


def test_no_address_is_in_the_log(
    confirmed: SavedSearch, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    publish("second", "Welding two")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    tomorrow()
    assert "could not be sent" in caplog.text
    assert ALICE not in caplog.text


def test_the_feed(client: Client) -> None:
    publish("second", "Welding <two> & more")
    shown = client.get("/search.atom?q=welding&view=map&after=nonsense&size=3")
    assert shown["Content-Type"].startswith("application/atom+xml")
    text = shown.content.decode()
    assert re.findall(r"<title>([^<]*)</title>", text) == [
        "Learnwork: welding",
        "Welding &lt;two&gt; &amp; more",
        "Welding one",
    ]
    assert "view=" not in text
    assert client.get("/search.atom").status_code == 200


def test_the_worker_sends_what_is_due(confirmed: SavedSearch) -> None:
    from learnwork.cli import work

    publish("second", "Welding two")
    SavedSearch.objects.update(looked_at=timezone.now() - timedelta(days=2))
    due = dict.fromkeys((task.name for task in work.PERIODIC), 0.0)
    work._run_due(due)
    assert len(mail.outbox) == 1
    work._run_due(due)
    assert len(mail.outbox) == 1
    assert all(isinstance(task.run, Callable) for task in work.PERIODIC)  # type: ignore[arg-type]
