"""Searching five records that can be counted by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from learnwork.search.engine import search, suggest
from learnwork.search.facets import CHOICES
from learnwork.search.query import Query
from learnwork.search.results import Facet, Results


def ask(root: Path, **params: str | list[str]) -> Results:
    return search(Query.from_params({key.rstrip("_"): value for key, value in params.items()}), root)


def ids(results: Results) -> list[int]:
    return [hit.id for hit in results.hits]


def counts(results: Results, key: str) -> dict[str, int]:
    facet: Facet = next(facet for facet in results.facets if facet.key == key)
    return {value.value: value.count for value in facet.values}


def test_it_works(root: Path) -> None:
    results = ask(root, q="welding camden")
    assert (set(ids(results)), results.total) == ({2, 3}, 2)
    hit = next(hit for hit in results.hits if hit.id == 3)
    assert (hit.name, hit.provider_name) == (
        "Welding Technology/Welder, Certificate",
        "Camden County College",
    )
    assert (hit.cost, hit.weeks, hit.county_name, hit.fields) == (
        4000.5,
        26.0,
        "Camden County",
        ("48", "48.05", "48.0508"),
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("weldign camden county", {2, 3}),
        ("welder associate", {2}),
        ("welding -associate", {3}),
        ('"technology welder"', {2, 3}),
        ('"welder technology"', set()),
        ("nurses", {4, 5}),
        ("-welding", {1, 4, 5}),
        ("new jersey welding", {2, 3}),
        ("licence", {5}),
        ("boston nursing", {4}),
        ("zebra", set()),
    ],
)
def test_words(root: Path, words: str, found: set[int]) -> None:
    results = ask(root, q=words)
    assert set(ids(results)) == found
    assert results.total == len(found)


def test_a_misspelt_word_is_mended_and_told_unless_asked_not_to(root: Path) -> None:
    assert ask(root, q="weldign").corrected == "welding"
    literal = ask(root, q="weldign", exact="1")
    assert (literal.corrected, literal.total) == ("", 0)


def test_counts_of_a_facet_ignore_its_own_choice(root: Path) -> None:
    results = ask(root, q="welding", level="3")
    assert ids(results) == [2]
    assert counts(results, "level") == {"3": 1, "2": 1}
    assert counts(results, "type") == {"credential": 1}


def test_values_of_one_facet_are_alternatives_and_facets_conditions(root: Path) -> None:
    assert set(ids(ask(root, level=["3", "5"]))) == {2, 4}
    assert ids(ask(root, level=["3", "5"], state="MA")) == [4]
    assert ids(ask(root, level="99")) == []


def test_trees_open_under_what_is_chosen(root: Path) -> None:
    top = ask(root, count=["field", "occupation"])
    assert counts(top, "field") == {"48": 2, "51": 1}
    assert counts(top, "occupation") == {"51-0000": 2}
    opened = ask(root, field="48")
    assert counts(opened, "field") == {"48": 2, "48.05": 2, "51": 1}
    deep = ask(root, field="48.05", occupation="51-4121")
    assert counts(deep, "field") == {"48": 2, "48.05": 2, "48.0508": 2}
    facet = next(facet for facet in deep.facets if facet.key == "field")
    assert [(v.value, v.depth, v.selected) for v in facet.values] == [
        ("48", 0, False),
        ("48.05", 1, True),
        ("48.0508", 2, False),
    ]
    assert facet.values[2].label == "Welding Technology/Welder"
    assert set(ids(deep)) == {2, 3}


def test_bands_count_and_limit_what_is_known(root: Path) -> None:
    results = ask(root, count=["cost", "earnings", "earnings_quarter"])
    assert {value: n for value, n in counts(results, "cost").items() if n} == {
        "0-0": 1,
        "2500-4999.99": 1,
        "50000-": 1,
    }
    assert sum(counts(results, "earnings").values()) == 1, "a quarter's earnings are not a year's"
    assert sum(counts(results, "earnings_quarter").values()) == 1
    assert ids(ask(root, cost_max="4000.5", sort="cost")) == [5, 3]
    assert ids(ask(root, cost_min="4000.51")) == [4]
    assert ids(ask(root, cost_max="0")) == [5]
    assert set(ids(ask(root, awards_max="0"))) == {3}, "what nobody counts is not zero"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("relevance", [1, 4, 2, 5, 3]),
        ("name", [1, 5, 4, 2, 3]),
        ("cost", [5, 3, 4, 1, 2]),
        ("duration", [3, 1, 2, 4, 5]),
        ("earnings", [4, 5, 3, 2, 1]),
        ("earnings_quarter", [5, 4, 3, 2, 1]),
        ("awards", [4, 2, 3, 5, 1]),
    ],
)
def test_sorts_put_what_is_not_known_last(root: Path, sort: str, order: list[int]) -> None:
    assert ids(ask(root, sort=sort)) == order


def test_places(root: Path) -> None:
    near = ask(root, near="08012", within="30", q="welding")
    assert set(ids(near)) == {2, 3}
    assert near.place == "approximate: centre of the institutions in ZIP 08012"
    assert near.hits[0].distance == pytest.approx(0, abs=0.01)
    assert ids(ask(root, near="42.36,-71.06", within="5")) == [4]
    assert ask(root, near="90,0", within="10").total == 0
    assert ask(root, near="90,0", within="12500").total == 5
    unknown = ask(root, near="99999")
    assert (unknown.total, unknown.problems[0].parameter) == (5, "near")
    assert counts(ask(root, county="34007"), "county") == {"34007": 4, "25025": 1}
    labels = {v.label for f in ask(root, count="county").facets for v in f.values}
    assert labels == {"Camden County, NJ", "Suffolk County, MA"}


def test_other_filters(root: Path) -> None:
    assert ids(ask(root, delivery="deliver:OnlineOnly")) == [4]
    assert ids(ask(root, awarded="no")) == [3]
    assert ids(ask(root, origin="derived")) == [2]
    assert ids(ask(root, quality="approved")) == [5]
    assert set(ids(ask(root, source="ipeds"))) == {2, 3}
    assert ids(ask(root, source="list")) == [3]
    assert ids(ask(root, class_="ceterms:Certificate")) == [3]


def test_a_chosen_value_without_answers_is_shown_as_zero(root: Path) -> None:
    assert counts(ask(root, q="nursing", provider="ce-unknown"), "provider")["ce-unknown"] == 0


BAD: list[Mapping[str, str | list[str]]] = [
    {"q": " ".join(f"word{n}" for n in range(10_000))},
    {"q": "a" * 1_000_000},
    {"q": "\x00\x01\x02"},
    {"q": '"""""'},
    {"q": "-" * 1000},
    {"q": "-welding -nursing -nurse -camden"},
    {"q": "AND OR NOT text:* [a TO b] {} ( ) ^5 ~2 \\"},
    {"q": "💥 中文 العربية"},
    {"provider": [f"ce-{n}" for n in range(500)], "level": [str(n) for n in range(500)]},
    {"field": "48.05.08", "occupation": "x"},
    {"near": "90,180", "within": "12500"},
    *({key: ["odd:value", "::", "-", "0", "é"]} for key in CHOICES),
    {"after": "x" * 100_000},
    {"after": "W10"},
    {"sort": "name", "after": "bnVsbA"},
    {"cost_min": "1e308", "earnings_max": "0.001"},
]


@pytest.mark.parametrize("params", BAD, ids=lambda params: next(iter(params.items()))[1][:20])
def test_bad_questions_are_answered_in_bounded_time(
    root: Path, params: Mapping[str, str | list[str]]
) -> None:
    begun = time.perf_counter()
    results = search(Query.from_params(params), root)
    assert results.total >= 0
    assert time.perf_counter() - begun < 2
    assert suggest(str(params.get("q", "")), root=root) is not None


def test_without_an_index_the_answer_says_so(tmp_path: Path) -> None:
    results = search(Query(), tmp_path)
    assert not results.ready
    assert results.hits == ()
    assert "There is no search index yet" in results.problems[0].message
    assert suggest("weld", root=tmp_path) == []


def test_suggestions_begin_with_what_was_typed_and_name_each_thing_once(root: Path) -> None:
    assert suggest("camden co", root=root)[0].name == "Camden County College"
    found = suggest("weld", root=root)
    assert {s.name for s in found} == {
        "Welding Technology/Welder, Associate's degree",
        "Welding Technology/Welder, Certificate",
    }
    assert found[0].provider_name == "Camden County College"
    assert {s.type for s in suggest("welding camd", root=root)} == {"credential"}
    assert suggest("zzz", root=root) == []
    assert suggest("", root=root) == []
    assert len(suggest("c", limit=1, root=root)) == 1
