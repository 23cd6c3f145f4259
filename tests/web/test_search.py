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


def test_close_rows_say_the_same_in_a_table(client: Client) -> None:
    shown = results(client, "q=welding&rows=compact")
    text = words(shown)
    assert '<table class="close folds">' in shown
    assert "Riverside College, Riverside, NJ" in text
    assert "$6,821 a quarter of 31" in text
    assert "Average quarterly wage, second quarter" in text


def test_list_and_map_answer_the_same_question(client: Client) -> None:
    listed = results(client, "q=welding")
    to_map = unescape(re.search(r'href="(/search\?[^"]*view=map[^"]*)" rel="nofollow">Map', listed)[1])  # type: ignore[index]
    assert "q=welding" in to_map
    mapped = client.get(to_map).content.decode()
    total = re.search(r"<strong>(\d+) results</strong>", listed)[1]  # type: ignore[index]
    assert f"<strong>{total} results</strong>" in mapped
    rows = re.findall(r'<th scope="row"><a href="([^"]*)" rel="nofollow">New Jersey</a>', mapped)
    counties = client.get(unescape(rows[0])).content.decode()
    assert "By county of New Jersey" in counties
    assert "Show all states" in counties


def test_a_tray_keeps_two_to_five_without_scripts(client: Client) -> None:
    shown = results(client, "q=welding")
    first = unescape(re.search(r'class="keep" href="([^"]*)"', shown)[1])  # type: ignore[index]
    one = client.get(first).content.decode()
    assert "Keep one more" in one
    others = [unescape(link) for link in re.findall(r'class="keep" href="([^"]*)" rel="nofollow">', one)]
    two = client.get(others[0]).content.decode()
    compared = unescape(re.search(r'class="button" href="(/compare\?ids=[^"]*)"', two)[1])  # type: ignore[index]
    assert "2 things side by side" in client.get(compared).content.decode()
    narrowed = re.findall(r'<li class="depth-0"><a href="([^"]*)"', two)
    assert all("keep=ce-" in link for link in narrowed), "a filter lets go of nothing"


def test_a_tray_is_full_with_five(client: Client) -> None:
    names = ("welding", "intro", "badge", "old", "new", "hostile")
    shown = results(client, "q=welding&" + "&".join(f"keep={ctid(name)}" for name in names))
    assert "Five is the most." in shown
    assert "Compare these 5" in shown
    assert 'rel="nofollow">Compare<' not in shown
    assert results(client, "q=welding&keep=<script>&keep=nobody&keep=" + "x" * 2_000)


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"field={n:02d}.{n:04d}" for n in range(500)),
        "page=1000000",
        "after=" + "A" * 3_000,
        "after=eyJ4IjoxfQ",
        "size=1000000&sort=backwards",
        "view=<script>&rows=<script>&keep=<script>",
        "cost_min=1e999&cost_max=-1",
        "near=00000&within=99999999",
    ],
)
def test_nonsense_gets_a_page_that_says_what_was_not_taken(client: Client, query: str) -> None:
    shown = results(client, query)
    assert "<script>" not in shown.partition("<main")[2]
    if not query.startswith("view="):
        assert 'class="notice"' in shown


def test_a_feed_and_mail_are_offered(client: Client) -> None:
    shown = results(client, "q=welding&type=learning_opportunity&view=list&sort=name")
    assert 'type="application/atom+xml" href="/search.atom?q=welding&amp;type=learning_opportunity"' in shown
    assert 'href="/alerts/new?q=welding&amp;type=learning_opportunity"' in shown
