"""Results: what a person asks of each, facets that narrow, a page that never breaks."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from tests.web.world import ctid, words

pytestmark = [pytest.mark.usefixtures("index"), pytest.mark.django_db]


def results(client: Client, query: str) -> str:
    response = client.get(f"/search?{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(client: Client) -> None:
    text = words(results(client, "q=welding+riverside"))
    assert "Welding" in text
    assert "Riverside College · Riverside, NJ" in text
    assert "Takes 6 months to 1 year" in text
    assert "Completers earn $6,821 a quarter of 31" in text
    assert "shared by 2 programs" in text


def test_a_misspelt_word_is_mended_and_said(client: Client) -> None:
    shown = results(client, "q=weldign")
    assert "These are the results for <strong>welding</strong>" in shown
    exact = unescape(re.search(r'href="(/search\?[^"]*exact=1[^"]*)"', shown)[1])  # type: ignore[index]
    assert "Nothing matches" in client.get(exact).content.decode()


def test_facets_narrow_and_chips_take_away(client: Client) -> None:
    shown = results(client, "q=welding")
    links = [unescape(link) for link in re.findall(r'<li class="depth-0"><a href="([^"]*)"', shown)]
    by_type = next(link for link in links if "type=learning_opportunity" in link)
    narrowed = client.get(by_type).content.decode()
    assert "Type: " in words(narrowed)
    assert 'aria-current="true"' in narrowed
    away = unescape(re.search(r'aria-label="Chosen filters"><li><a href="([^"]*)"', narrowed)[1])  # type: ignore[index]
    assert "type=" not in away
    assert "q=welding" in away


def test_the_form_carries_the_question_along(client: Client) -> None:
    shown = results(client, "q=welding&type=learning_opportunity&cost_max=9000&near=08012&within=10")
    for field in (
        'name="type" value="learning_opportunity"',
        'name="cost_max" value="9000"',
        'name="near" value="08012"',
    ):
        assert field in shown


def test_pages_go_on_by_cursor(client: Client) -> None:
    first = results(client, "q=welding&size=2")
    names = re.findall(r'<h2><a href="/resources/([^"]*)"', first)
    following = unescape(re.search(r'href="([^"]*)" rel="next"', first)[1])  # type: ignore[index]
    second = client.get(following).content.decode()
    assert len(names) == 2
    assert not set(names) & set(re.findall(r'<h2><a href="/resources/([^"]*)"', second))
    assert "First page" in second


def test_marks_stand_on_results(client: Client) -> None:
    shown = results(client, "q=degree")
    assert "not reported since 2022" in shown
    assert "sample data" in results(client, "q=intro")


def test_nothing_found_says_what_to_try(client: Client) -> None:
    text = words(results(client, "q=zzzzqqqq&type=credential"))
    assert "Nothing matches. What to try:" in text
    assert "Take all filters away" in text


def test_what_was_not_understood_is_said(client: Client) -> None:
    assert "was left out" in words(results(client, "q=welding&cost_min=much"))


def test_ten_thousand_words_are_bounded(client: Client) -> None:
    assert "Only the first" in words(results(client, "q=" + "welding+" * 3_000))


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get("/search?q=welding&size=1")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get("/search?q=welding&size=100")


def test_the_queries_of_a_page_do_not_grow_with_what_is_said(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/resources/{ctid(name)}").status_code == 200
        return len(captured)

    assert queries("welding") <= 32
    assert queries("welding") <= queries("intro")


def test_what_is_suspended_says_so_in_results(client: Client) -> None:
    found = client.get("/search", {"q": "intro to welding"}).content.decode()
    assert '<span class="mark attention">suspended</span>' in found
