"""Which language a page speaks, and how numbers, dates and money are written in it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from learnwork.layout import presentation


@pytest.mark.django_db
class TestChoice:
    def test_a_page_speaks_as_the_browser_asks(self, client: Client) -> None:
        shown = client.get("/licences", headers={"accept-language": "es-MX,es;q=0.9"})
        assert '<html lang="es">' in shown.content.decode()
        assert shown["Content-Language"] == "es"
        assert {"Accept-Language", "Cookie"} <= {one.strip() for one in shown["Vary"].split(",")}

    def test_a_choice_is_kept(self, client: Client) -> None:
        chosen = client.get("/licences?language=es")
        assert chosen.cookies["language"].value == "es"
        assert '<html lang="es">' in client.get("/sources").content.decode()
        assert '<html lang="en">' in client.get("/sources?language=en").content.decode()

    def test_english_where_nobody_says(self, client: Client) -> None:
        shown = client.get("/licences", headers={"accept-language": "tlh"}).content.decode()
        assert '<html lang="en">' in shown

    @pytest.mark.parametrize("language", ["tlh", "", "<script>", "e" * 5_000, "en\r\nSet-Cookie:x"])
    def test_a_language_nobody_speaks_gets_help(self, client: Client, language: str) -> None:
        shown = client.get("/licences", {"language": language})
        assert shown.status_code == 404
        text = shown.content.decode()
        assert "Nobody here speaks this language" in text
        assert "?language=es" in text
        assert "<script>" not in text.partition("<body>")[2]
        assert "language" not in shown.cookies

    def test_the_switch_keeps_the_question(self, client: Client) -> None:
        assert "?q=welding&amp;language=es" in client.get("/licences?q=welding").content.decode()

    def test_data_never_changes_with_a_language(self, client: Client) -> None:
        plain = client.get("/api/sources")
        asked = client.get("/api/sources?language=es", headers={"accept-language": "es"})
        assert asked.status_code == 200
        assert asked.content == plain.content
        assert "language" not in asked.cookies


def test_dates_numbers_and_money_in_spanish() -> None:
    with translation.override("es"):
        assert presentation.day("2026-06-10") == "10 de junio de 2026"
        assert presentation.day("2026-06") == "junio de 2026"
        assert presentation.number(1234567.5) == "1,234,567.5"
        assert presentation.money(4500) == "$4,500"
    assert presentation.day("2026-06-10") == "10 June 2026"


def test_a_language_with_other_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from learnwork.layout import locales

    german = replace(locales.ENGLISH, code="de", group=".", point=",", day="{day}. {month} {year}")
    monkeypatch.setitem(locales.LOCALES, "de", german)
    with translation.override("de"):
        assert presentation.number(1234567.5) == "1.234.567,5"
        assert presentation.money(4500.25) == "$4.500,25"
        assert presentation.day("2026-06-10") == "10. June 2026"
