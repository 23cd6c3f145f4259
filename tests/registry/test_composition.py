"""Composition is one pure function: deterministic, order-free, and nothing said is lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from learnwork.registry.composition import (
    Preference,
    Statement,
    as_list,
    canonical,
    claims,
    compose,
    valid_at,
)

TERMS = ["ceterms:name", "ceterms:keyword", "ceterms:subjectWebpage", "lw:unheardOf", "ceterms:ownedBy"]
VALUES = st.one_of(
    st.text(max_size=5),
    st.integers(-5, 5),
    st.dictionaries(st.sampled_from(["en", "es"]), st.text(max_size=3), min_size=1),
    st.lists(st.text(max_size=3), max_size=3),
)
STATEMENTS = st.lists(
    st.builds(
        lambda source, trust, days, document: Statement(
            source,
            trust,
            date(2020, 1, 1) + timedelta(days),
            "k",
            {"@type": "ceterms:Certificate", **document},
        ),
        st.sampled_from("abcdef"),
        st.integers(0, 3),
        st.integers(0, 3),
        st.dictionaries(st.sampled_from(TERMS), VALUES, max_size=4),
    ),
    max_size=5,
    unique_by=lambda s: s.source,
)
PREFERENCES = st.lists(st.builds(Preference, st.sampled_from(TERMS), st.sampled_from("abcdef")), max_size=2)


def statement(source: str, trust: int = 50, day: date = date(2024, 1, 1), **terms: object) -> Statement:
    named = {term.replace("_", ":", 1): value for term, value in terms.items()}
    return Statement(source, trust, day, "k", {"@type": "ceterms:Certificate", **named})


def test_one_statement_is_its_own_composition() -> None:
    alone = statement("a", ceterms_name={"en": "Welding"})
    assert compose([alone]) is alone.document


def test_of_nothing_nothing_is_composed() -> None:
    assert compose([]) == {}
    assert claims([]) == {}


def test_trust_then_date_then_key_decides() -> None:
    old = statement("a", 50, date(2020, 1, 1), ceterms_subjectWebpage="https://old.example")
    new = statement("b", 50, date(2024, 1, 1), ceterms_subjectWebpage="https://new.example")
    trusted = statement("c", 90, date(2019, 1, 1), ceterms_subjectWebpage="https://owner.example")
    assert compose([old, new])["ceterms:subjectWebpage"] == "https://new.example"
    assert compose([old, new, trusted])["ceterms:subjectWebpage"] == "https://owner.example"
    said = claims([old, new, trusted])["ceterms:subjectWebpage"]
    assert [claim.value for claim in said] == [
        "https://owner.example",
        "https://new.example",
        "https://old.example",
    ]
    assert [claim.preferred for claim in said] == [True, False, False]
    assert said[0].reason == "the source ranks higher in trust"


def test_a_decision_comes_before_trust() -> None:
    trusted = statement("a", 90, ceterms_subjectWebpage="https://a.example")
    other = statement("b", 10, ceterms_subjectWebpage="https://b.example")
    ruling = [Preference("ceterms:subjectWebpage", "b")]
    assert compose([trusted, other], ruling)["ceterms:subjectWebpage"] == "https://b.example"
    assert claims([trusted, other], ruling)["ceterms:subjectWebpage"][0].reason == (
        "a curator preferred this source"
    )


def test_languages_of_a_name_are_united_and_conflicts_in_one_language_decided() -> None:
    first = statement("a", 90, ceterms_name={"en": "Welding"})
    second = statement("b", 10, ceterms_name={"en": "Welder", "es": "Soldadura"})
    assert compose([first, second])["ceterms:name"] == {"en": "Welding", "es": "Soldadura"}


def test_many_values_are_united_each_once() -> None:
    first = statement("a", 90, ceterms_keyword=["x", "y"])
    second = statement("b", 10, ceterms_keyword=["y", "z"])
    assert compose([first, second])["ceterms:keyword"] == ["x", "y", "z"]
    assert [[s.source for s in c.statements] for c in claims([first, second])["ceterms:keyword"]] == [
        ["a"],
        ["a", "b"],
        ["b"],
    ]


@given(STATEMENTS, PREFERENCES)
def test_the_order_of_what_is_said_does_not_matter(
    statements: list[Statement], preferences: list[Preference]
) -> None:
    expected = compose(statements, preferences)
    for other in list(permutations(statements))[:24]:
        assert compose(other, preferences[::-1]) == expected
        assert list(compose(other, preferences)) == list(expected)


@given(STATEMENTS, PREFERENCES)
def test_nothing_said_is_lost_and_everything_composed_was_said(
    statements: list[Statement], preferences: list[Preference]
) -> None:
    said = claims(statements, preferences)
    composed = compose(statements, preferences)
    for one in statements:
        for term, value in one.document.items():
            heard = {canonical(claim.value) for claim in said[term]}
            whole = canonical(value) in heard
            assert whole or all(canonical(part) in heard for part in as_list(value))
    for term, values in said.items():
        assert term in composed
        assert sum(claim.preferred for claim in values) >= (1 if values else 0)


@given(STATEMENTS)
def test_composing_twice_is_composing_once(statements: list[Statement]) -> None:
    once = compose(statements)
    again = Statement("again", 50, date(2024, 1, 1), "k", once)
    assert compose([again]) == once


def test_dated_parts_hold_only_in_their_time() -> None:
    document = {
        "ceterms:name": {"en": "X"},
        "lw:role": [
            {"lw:roleType": "lead", "ceterms:startDate": "2018", "ceterms:endDate": "2020-06-30"},
            {"lw:roleType": "lead", "ceterms:startDate": "2020-07-01"},
        ],
    }
    assert valid_at(document, "2019-05-01")["lw:role"] == [document["lw:role"][0]]
    assert valid_at(document, "2024-01-01")["lw:role"] == [document["lw:role"][1]]
    assert "lw:role" not in valid_at({"lw:role": document["lw:role"][:1]}, "2024-01-01")


def test_who_held_a_role_on_a_day_is_named_without_dates_as_well() -> None:
    document = {
        "lw:ledBy": ["ce-later", "ce-always"],
        "lw:roles": [
            {"lw:key": "1", "lw:role": "lead", "lw:actorName": "Earlier", "ceterms:endDate": "2023-10-04"},
            {"lw:key": "2", "lw:role": "lead", "lw:actor": "ce-later", "ceterms:startDate": "2023-10-04"},
            {"lw:key": "2", "lw:role": "lead", "lw:actor": "ce-later"},
            {"lw:key": "3", "lw:role": "partner", "lw:actor": "ce-never", "lw:removed": True},
        ],
    }
    before, after = valid_at(document, "2022-01-01"), valid_at(document, "2024-01-01")
    assert before["lw:ledBy"] == ["ce-always", {"ceterms:name": {"en": "Earlier"}}]
    assert after["lw:ledBy"] == ["ce-always", "ce-later"]
    assert before["lw:partner"] == []
    assert valid_at({"lw:ledBy": ["ce-a"], "lw:roles": "network"}, "2022-01-01")["lw:ledBy"] == ["ce-a"]


def test_a_value_is_proposed_where_the_one_that_is_preferred_is() -> None:
    plain = statement("a", 60, lw_kind="fund")
    ours = statement("b", 50, lw_kind="body", lw_proposed=["lw:kind"])
    assert compose([ours, plain])["lw:kind"] == "fund"
    assert "lw:proposed" not in compose([ours, plain])
    chosen = compose([ours, plain], [Preference("lw:kind", "b")])
    assert (chosen["lw:kind"], chosen["lw:proposed"]) == ("body", ["lw:kind"])
