"""Verdicts in the reader's language: the words translated, what the record says left as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real
from tests.records.badges import badge, raw, signed
from tests.wallet.test_verify_pages import send

from learnwork.wallet.wording import said

WORDS = {
    "Do not rely on this record. %(sentence)s": "No confíe en este registro. %(sentence)s",
    "The record has expired: it ended on %(ends)s.": "El registro venció: terminó el %(ends)s.",
    "“%(name)s” does not verify: %(why)s": "«%(name)s» no se verifica: %(why)s",
    "Ask for a current record.": "Pida un registro vigente.",
}


@pytest.fixture
def spanish(settings: Any, tmp_path: Path) -> Any:
    """A catalogue of a few words."""
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    made = polib.POFile()
    made.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    made += [polib.POEntry(msgid=one, msgstr=other) for one, other in WORDS.items()]
    made.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [str(tmp_path)]
    vars(trans_real)["_translations"].clear()
    with translation.override("es"):
        yield
    vars(trans_real)["_translations"].clear()


def test_in_english_nothing_changes() -> None:
    text = "Do not rely on this record. Whatever it is."
    with translation.override("en"):
        assert said(text) == text


def test_sentences_within_sentences_are_translated(spanish: Any) -> None:
    inner = "“Pipe welding” does not verify: The record has expired: it ended on 2026-02-01."
    assert said(inner) == "«Pipe welding» no se verifica: El registro venció: terminó el 2026-02-01."
    whole = f"Do not rely on this record. {inner}"
    assert said(whole) == f"No confíe en este registro. {said(inner)}"


def test_what_is_not_translated_stays_whole(spanish: Any) -> None:
    for text in ("", "Pipe welding", "The record says its type.", "100% of 5%(x)s"):
        assert said(text) == text


@pytest.mark.django_db
def test_the_verify_page_says_it(spanish: Any, client: Client) -> None:
    record = raw(signed(badge(validUntil="2026-02-01T00:00:00Z")))
    client.cookies["language"] = "es"
    text = send(client, record).content.decode()
    assert "El registro venció" in text
    assert "The record has expired" not in text
