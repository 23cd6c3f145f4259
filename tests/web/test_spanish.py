"""Pages in Spanish: no English of ours is left on the main kinds of page, and what says so to browsers and caches."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
from django.test import Client
from tests.made import ctid
from tests.web.world import FIELD, OCCUPATION

import learnwork

CATALOGUE = Path(learnwork.__file__).parent / "locale" / "es" / "LC_MESSAGES" / "django.po"
LEAST = 12  # letters of a text that is looked for; shorter ones may be a word of both languages, or a name
READABLE = ("aria-label", "title", "placeholder", "alt", "data-label", "data-found")
ABOUT = (
    *("welding", "college", "badge", "surgeon", "initiative", "funder", "hostile"),
    *("field", "occupation"),
)
PAGES = [
    "/",
    "/search",
    "/search?q=welding",
    "/search?q=welding&rows=compact&cost_min=1&cost_max=9000",
    "/search?view=map",
    "/search?q=nothing+at+all+like+this",
    '/search?q="a&near=nowhere&size=x&sort=odd&after=x&odd=1&cost_min=x&is=odd',
    "/search?near=99999",
    f"/search?keep={ctid('welding')}&keep={ctid('badge')}",
    *(f"/resources/{ctid(name)}" for name in ABOUT),
    f"/resources/{ctid('welding')}/history",
    f"/resources/{ctid('welding')}/suggest",
    f"/resources/{ctid('retired')}",
    f"/resources/{ctid('nobody')}",
    f"/embed/{ctid('welding')}",
    f"/compare?ids={ctid('welding')},{ctid('badge')}",
    f"/compare?ids={FIELD},{OCCUPATION}",
    "/compare",
    f"/compare?ids={ctid('welding')}",
    "/places/state/NJ",
    "/places/state/ZZ",
    "/places/county/34007",
    "/decisions",
    "/sources",
    "/sources/state-list",
    "/sources/ipeds-completions",
    "/sources/nobody",
    "/licences",
    "/about/marks",
    "/about/style",
    "/alerts/new?q=welding",
    "/alerts/confirm/nothing",
    "/surveys",
    "/surveys/nothing",
    "/studies/nothing",
    "/answer",
    "/verify",
    "/curate",
    "/accounts/login/",
    "/no/such/page",
]


class Reader(HTMLParser):
    """Collects what a person reads or hears: text and readable attributes, without code."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "code", "pre")
        self.read += [value for name, value in attrs if name in READABLE and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.read.append(data)


def trimmed(text: str) -> str:
    return " ".join(text.split()).strip(" .,:;·()")


@cache
def english() -> tuple[frozenset[str], re.Pattern[str]]:
    """Texts of ours that Spanish says otherwise: whole ones, and one pattern of those with variables."""
    whole, open_ = set(), set()
    for entry in polib.pofile(str(CATALOGUE)):
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            plain = trimmed(re.sub(r"<[^>]+>", "", text))
            letters = sum(one.isalpha() for one in re.sub(r"%\(\w+\)[sd]", "", plain))
            if letters <= LEAST or text in (entry.msgstr, *entry.msgstr_plural.values()):
                continue
            if "%(" in plain:
                open_.add(re.sub(r"%\\\(\w+\\\)[sd]", ".+", re.escape(plain)))
            else:
                whole.add(plain)
    return frozenset(whole), re.compile("|".join(f"(?:{one})" for one in sorted(open_)))


def left(html: str) -> list[str]:
    """What of a page is English of ours."""
    reader = Reader()
    reader.feed(html)
    whole, open_ = english()
    return [text for text in map(trimmed, reader.read) if text in whole or open_.fullmatch(text)]


def test_what_is_looked_for_is_found() -> None:
    page = (
        "<h1>Compare two to five things</h1><p title='Skip to the content'>x</p><p>No state is called ZZ.</p>"
    )
    assert left(page) == ["Compare two to five things", "Skip to the content", "No state is called ZZ"]
    assert left("<p>Compare de dos a cinco opciones</p><code>Skip to the content</code>") == []


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
class TestSpanish:
    @pytest.mark.parametrize("address", PAGES)
    def test_no_english_of_ours_is_left(self, client: Client, address: str) -> None:
        shown = client.get(address, headers={"accept-language": "es"}, follow=True)
        html = shown.content.decode()
        assert '<html lang="es">' in html
        assert shown["Content-Language"] == "es"
        assert {"Accept-Language", "Cookie"} <= {one.strip() for one in shown["Vary"].split(",")}
        assert left(html) == []

    def test_two_languages_do_not_mix(self, client: Client) -> None:
        """What is remembered of an answer is remembered in one language."""
        address = "/search?q=welding&odd=1"
        spanish = client.get(address, headers={"accept-language": "es"}).content.decode()
        plain = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert "No hay ningún filtro “odd”" in spanish
        assert "There is no filter “odd”" in plain
        assert "No hay ningún filtro" not in plain

    def test_the_switch_keeps_the_address(self, client: Client) -> None:
        shown = client.get("/search?q=welding&sort=cost", headers={"accept-language": "es"}).content.decode()
        assert '?q=welding&amp;sort=cost&amp;language=en"' in shown

    def test_names_of_sources_stay(self, client: Client) -> None:
        shown = client.get("/sources/state-list", headers={"accept-language": "es"}).content.decode()
        assert "Made source state-list" in shown

    def test_data_speaks_plain_english(self, client: Client) -> None:
        for address in (f"/resources/{ctid('welding')}.json", f"/resources/{ctid('nobody')}.json"):
            plain = client.get(address).content
            assert client.get(address, headers={"accept-language": "es"}).content == plain
