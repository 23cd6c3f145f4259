"""The catalogues of languages: compiled ones agree with their sources, and translations keep every variable."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import polib
import pytest

import learnwork
from learnwork.layout.locales import LOCALES

LOCALE = Path(learnwork.__file__).parent / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def test_every_language_but_english_has_one() -> None:
    assert {path.parts[-3] for path in CATALOGUES} == set(LOCALES) - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_is_compiled_agrees_with_its_source(path: Path) -> None:
    compiled = path.with_suffix(".mo").read_bytes()
    assert compiled == polib.pofile(str(path)).to_binary(), "run python tools/messages.py"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_translations_keep_what_is_put_in(path: Path) -> None:
    entries = polib.pofile(str(path))
    assert len(entries) > 1_000
    for entry in entries:
        said = [one for one in (entry.msgstr, *entry.msgstr_plural.values()) if one]
        allowed = [variables(one) for one in (entry.msgid, entry.msgid_plural) if one]
        for one in said:
            assert variables(one) in allowed, entry.msgid


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_waits_for_its_translation(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert all(one.strip() for one in said), f"translate: {entry.msgid}"
        assert len(said) == (2 if entry.msgid_plural else 1), entry.msgid
        assert not entry.fuzzy, entry.msgid


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_translations_keep_elements_and_lines(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        for one in filter(None, (entry.msgstr, *entry.msgstr_plural.values())):
            assert elements(one) in [elements(text) for text in (entry.msgid, entry.msgid_plural)], (
                entry.msgid
            )
            assert one.endswith("\n") == entry.msgid.endswith("\n"), entry.msgid


def variables(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\(\w+\)[sd]", text))


def elements(text: str) -> Counter[str]:
    return Counter(re.findall(r"</?\w[^>]*>", text))


def test_the_pages_of_this_room_are_collected() -> None:
    texts = {entry.msgid for entry in polib.pofile(str(CATALOGUES[0]))}
    assert {
        "Skip to the content",
        "What brings you here?",
        "Narrow the results",
        "Compare two to five things",
    } <= texts
    assert {"Credentials", "Award level", "withheld (small group)", "result"} <= texts
