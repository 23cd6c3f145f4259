"""Home, sources, decisions, licences, marks, health, errors."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.world import words


@pytest.mark.django_db
@pytest.mark.usefixtures("registry")
class TestPages:
    def test_home_counts_link_to_their_lists(self, client: Client) -> None:
        shown = client.get("/").content.decode()
        assert '<a href="/search?type=learning_opportunity"><strong>3</strong>' in shown
        assert "Made source state-list" in shown

    def test_a_source_says_what_it_brought_and_promises(self, client: Client) -> None:
        text = words(client.get("/sources/state-list").content.decode())
        assert "CC0-1.0" in text
        assert "1 withdrawn" in text
        assert "Certificate 1 0" in text, "kinds before and now"
        assert "replaced" in text
        packaged = words(client.get("/sources/ipeds-completions").content.decode())
        assert "What must every release contain?" in packaged

    def test_a_held_release_is_shown_as_held(self, client: Client) -> None:
        from tests.made import reading, source

        from learnwork.formats.model import Expectation
        from learnwork.intake.loading import load

        strict = source("state-list", trust=70, expects=Expectation(resources={"": (50, None)}))
        load(reading(by=strict, snapshot=True, label="2026"), "made")
        text = words(client.get("/sources/state-list").content.decode())
        assert "2026 is held back." in text
        assert "held back" in words(client.get("/sources").content.decode())

    def test_cited_pages_stand_apart_from_data_sets(self, client: Client) -> None:
        data, _, cited = client.get("/sources").content.decode().partition('id="cited"')
        assert "/sources/state-list" in data
        assert "/sources/cited:made.example" not in data
        assert "/sources/cited:made.example" in cited

    def test_an_unknown_source_is_not_found(self, client: Client) -> None:
        assert client.get("/sources/nobody").status_code == 404

    def test_decisions_are_public(self, client: Client) -> None:
        text = words(client.get("/decisions").content.decode())
        assert "Two names of one badge." in text
        assert "It never existed." in text
        assert "the operator" in text

    def test_licences_name_every_source(self, client: Client) -> None:
        text = words(client.get("/licences").content.decode())
        assert text.count("CC0-1.0") == 7

    def test_pages_are_for_reading(self, client: Client) -> None:
        assert client.post("/search", {"q": "x"}).status_code == 405


@pytest.mark.django_db
def test_health(client: Client) -> None:
    assert client.get("/health").content == b"ok\n"


@pytest.mark.django_db
def test_a_missing_page_says_so_in_plain_words(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "No page has this address." in words(response.content.decode())


@pytest.mark.django_db
def test_a_fault_is_owned_up_to_and_logged(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from learnwork.web import overview

    def broken() -> None:
        raise RuntimeError("made to fail")

    monkeypatch.setattr(overview, "home", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    text = words(response.content.decode())
    assert "The fault is ours" in text
    assert "made to fail" not in text
    assert "made to fail" in caplog.text


def test_static_files_carry_their_digest(client: Client) -> None:
    from django.template import engines

    asset = engines["django"].from_string("{% asset 'layout/learnwork.css' %}").render()
    assert asset.startswith("/static/layout/learnwork.css?")
    assert len(asset.partition("?")[2]) == 12
