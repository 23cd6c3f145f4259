"""The question: round trips, clipping, and what each bad parameter is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.search.facets import BANDS, CHOICES, SORTS
from learnwork.search.query import MAX_VALUES, MAX_WORDS, Limit, Query

texts = st.text(max_size=40) | st.sampled_from(
    [
        "lw:kind=Fund",
        "lw:kind=Fund = two",
        "lw:spokenLanguages=" + 90 * "x",
        "lw:no=1",
        "lw:kind=",
        "1",
        "-1",
        "nan",
        "08102",
        "39.9,-75.1",
        '"a b',
        "1e400",
        "\x00",
        " ",
    ]
)
keys = st.sampled_from(
    (
        *CHOICES,
        *(f"{band}_{end}" for band in BANDS for end in ("min", "max")),
        *("q", "near", "within", "sort", "after"),
    )
) | st.sampled_from(["size", "exact", "count", "is", "nonsense"])


@given(st.dictionaries(keys, texts | st.lists(texts, max_size=5)))
def test_whatever_is_asked_becomes_a_question_that_survives_its_url(
    params: Mapping[str, str | list[str]],
) -> None:
    query = Query.from_params(params)
    assert Query.from_params(query.to_params()) == query
    assert Query.from_params(query.to_params()).problems == ()
    assert Query.from_params(parse_qs(query.to_url(), keep_blank_values=True)) == query


def test_a_full_question() -> None:
    query = Query.from_params(
        {
            "q": 'welding "camden county" -online',
            "level": ["3", "2", "3"],
            "cost_max": "$5,000",
            "near": "08102-1234",
            "within": "10",
            "sort": "cost",
        }
    )
    assert query.words == 'welding "camden county" -online'
    assert query.values("level") == ("2", "3")
    assert query.limit("cost") == Limit("cost", None, 5000.0)
    assert (query.near, query.within, query.sort, query.problems) == ("08102", 10.0, "cost", ())


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({"within": "-5", "near": "08102"}, "within"),
        ({"within": "nan", "near": "08102"}, "within"),
        ({"within": "99999", "near": "08102"}, "within"),
        ({"near": "Camden"}, "near"),
        ({"near": "95,10"}, "near"),
        ({"near": "nan,nan"}, "near"),
        ({"cost_max": "cheap"}, "cost_max"),
        ({"cost_min": "inf"}, "cost_min"),
        ({"cost_min": "10", "cost_max": "5"}, "cost_min"),
        ({"size": "0"}, "size"),
        ({"size": "1000000000"}, "size"),
        ({"sort": "beauty"}, "sort"),
        ({"colour": "blue"}, "colour"),
        ({"count": "colour"}, "count"),
        ({"is": "Fund"}, "is"),
        ({"is": "lw:kind="}, "is"),
        ({"is": "lw:colour=blue"}, "is"),
        ({"is": "ceterms:deliveryType=deliver:OnlineOnly"}, "is"),
        ({"is": [f"lw:kind={n}" for n in range(500)]}, "is"),
        ({"q": 'say "hello'}, "q"),
        ({"q": "word " * 10_000}, "q"),
        ({"q": "x" * 1_000_000}, "q"),
        ({"provider": [f"ce-{n}" for n in range(500)]}, "provider"),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_sentence(
    params: Mapping[str, str | list[str]], parameter: str
) -> None:
    query = Query.from_params(params)
    assert [problem.parameter for problem in query.problems] == [parameter]
    assert query.problems[0].message.endswith(".")
    assert len(query.words.split()) <= MAX_WORDS
    assert sum(len(values) for _, values in query.filters) <= MAX_VALUES


def test_filters_of_a_type_are_taken_by_term_and_cut_as_the_index_cuts_them() -> None:
    long = "A fund that lasts for as long as it takes to train everybody in the county, and a year"
    query = Query.from_params({"is": ["lw:kind=Fund", "lw:stage=idea", f"lw:kind={long}", "lw:kind=Fund"]})
    assert query.filters == (("is:lw:kind", (long[:80].strip(), "Fund")), ("is:lw:stage", ("idea",)))
    assert query.problems == ()
    assert query.to_params() == {"is": [f"lw:kind={long[:80].strip()}", "lw:kind=Fund", "lw:stage=idea"]}
    assert query.toggle("is:lw:stage", "idea").values("is:lw:stage") == ()


def test_a_term_with_a_filter_built_in_is_sent_there() -> None:
    (problem,) = Query.from_params({"is": "ceterms:deliveryType=deliver:OnlineOnly"}).problems
    assert "delivery=…" in problem.message


def test_limits_in_the_wrong_order_are_exchanged() -> None:
    assert Query.from_params({"cost_min": "10", "cost_max": "5"}).limit("cost") == Limit("cost", 5.0, 10.0)


def test_toggling_adds_and_takes_away_and_goes_back_to_the_first_page() -> None:
    query = Query.from_params({"q": "welding", "level": "3", "after": "somewhere"})
    both = query.toggle("level", "2")
    assert both.values("level") == ("2", "3")
    assert both.after == ""
    assert both.toggle("level", "2").toggle("level", "3") == replace(query, filters=(), after="")
    band = query.toggle("cost", "1000-2499.99")
    assert band.limit("cost") == Limit("cost", 1000.0, 2499.99)
    assert band.toggle("cost", "1000-2499.99").limit("cost") is None
    assert query.toggle("cost", "50000-").limit("cost") == Limit("cost", 50000.0, None)


def test_every_sort_has_a_label_and_every_band_a_column() -> None:
    from learnwork.search.facets import SORT_LABELS
    from learnwork.search.schema import schema

    assert SORTS.keys() == SORT_LABELS.keys()
    assert schema() is not None
