"""Filters written once for hundreds of links lead where the question itself would; what is counted alone is right."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.world import ctid

from learnwork.search import engine
from learnwork.search.facets import BANDS, CHOICES
from learnwork.search.labels import band_value
from learnwork.search.query import Query
from learnwork.web.api.search_shapes import PARAMETERS, SearchAnswer
from learnwork.web.narrowing import toggling
from learnwork.web.screen import Screen

values = st.sampled_from(["a", "48.05", "Bücher & Co", "x=y", "3"])
choices = st.sampled_from([*CHOICES, "is:lw:kind"])


@st.composite
def questions(draw: st.DrawFn) -> Query:
    query = Query(words=draw(st.sampled_from(["", "welding", "a&b"])))
    for key in draw(st.lists(choices, max_size=3)):
        query = query.with_values(key, draw(st.lists(values, max_size=3)))
    for key in draw(st.lists(st.sampled_from(list(BANDS)), max_size=2)):
        low, high = draw(st.sampled_from(BANDS[key].bands()))
        query = query.with_limit(key, low, high)
    return query


def asked(address: str) -> tuple[dict[str, list[str]], Query]:
    params = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return params, Query.from_params({key: params[key] for key in params if key not in ("view", "keep")})


@settings(max_examples=200, deadline=None)
@given(questions(), choices, values, st.booleans())
def test_an_address_asks_what_the_question_with_the_value_asks(
    query: Query, key: str, value: str, kept: bool
) -> None:
    screen = Screen(view="map", kept=(ctid("welding"),)) if kept else Screen()
    address = toggling(key, query, screen)(value)
    assert asked(address)[1] == query.toggle(key, value)
    assert asked(address)[0].get("keep", []) == list(screen.kept)


@settings(max_examples=100, deadline=None)
@given(questions(), st.sampled_from(list(BANDS)), st.integers(0, 6))
def test_a_band_is_put_on_and_taken_off(query: Query, key: str, place: int) -> None:
    bands = BANDS[key].bands()
    value = band_value(*bands[place % len(bands)])
    assert asked(toggling(key, query, Screen())(value))[1] == query.toggle(key, value)


@given(st.lists(st.sampled_from([ctid(name) for name in "abcdefg"]), unique=True, max_size=5), st.data())
def test_what_is_kept_is_let_go_by_the_same_link(kept: list[str], data: st.DataObject) -> None:
    screen, query = Screen(kept=tuple(kept)), Query(words="welding")
    other = data.draw(st.sampled_from([ctid(name) for name in "abcdefg"]))
    address = screen.keeping(query)(other)
    if other not in kept and len(kept) == 5:
        assert address == ""
    else:
        assert address == screen.toggled(other).url(query)


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
def test_a_count_alone_is_the_total_of_the_search() -> None:
    college = ctid("college")
    for field, levels in (("48.0508", ()), ("48.05", ()), ("48", ("3",)), ("11", ())):
        params = {"provider": [college], "field": [field], "level": list(levels)}
        wanted = engine.search(Query.from_params(params)).total
        assert engine.total({"provider": (college,), "field": (field,), "level": levels}) == wanted


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
def test_a_long_filter_is_shown_whole_without_scripts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learnwork.web.narrowing._FEW", 2)
    monkeypatch.setattr("learnwork.web.narrowing._SPARED", 0)
    shown = client.get("/search?q=welding").content.decode()
    found = re.search(r'href="([^"]*open=type[^"]*)#by-type"', shown)
    assert found
    whole = client.get(unescape(found[1])).content.decode()
    listed = [part.partition("</ul>")[0] for part in whole.split('id="by-type"')[1:]]
    assert listed[0].count("<li") > 2
    assert "open=type" not in listed[0], "a chosen value closes it again"


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
def test_the_answer_of_the_api_has_its_shape_and_its_parameters(client: Client) -> None:
    response = client.get("/api/search?q=welding&count=type&count=cost&near=08012&sort=cost")
    answer = SearchAnswer.model_validate_json(response.content, strict=True)
    assert answer.total
    assert answer.facets
    described = client.get("/api/openapi.json").json()["paths"]["/api/search"]["get"]["parameters"]
    assert [one["name"] for one in described] == [one["name"] for one in PARAMETERS]


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
def test_bulk_files_have_a_page_before_there_are_any(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.DATA", tmp_path)
    assert "learnwork dump" in client.get("/bulk").content.decode()
