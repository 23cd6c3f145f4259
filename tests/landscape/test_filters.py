"""The one filter of the map: what it keeps, what it lets go, and that a URL carries it whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.filters import (
    FACETS,
    MAX_CHOSEN,
    MAX_VALUES,
    Filter,
    counts,
    holds,
    is_day,
    milestone_then,
    valid,
)
from learnwork.landscape.model import (
    Entry,
    Grant,
    Landscape,
    Milestone,
    Party,
    Plan,
    Role,
    RoleKind,
    Span,
    Stage,
    Tie,
)

A, B, C = "ce-a", "ce-b", "ce-c"
MAP = Landscape(
    entries={
        A: Entry(A, "alpha", "Alpha Records", status="active", blocks=("x", "y"), places=("US-NJ",)),
        B: Entry(B, "beta", "Beta Skills", kind="policy", status="ended", blocks=("y",)),
        C: Entry(C, "gamma", "Gamma", status="active", goals=("g",), span=Span("2021", "2023-05")),
    },
    parties={
        "p": Party("p", "Parent"),
        "q": Party("q", "Child", parent="p"),
        "f": Party("f", "Funder"),
        "s": Party("s", "Stranger"),
    },
    roles=(
        Role(A, "q", RoleKind.LEAD, Span("2018", "2021")),
        Role(A, "f", RoleKind.LEAD, Span("2022")),
        Role(B, "f", RoleKind.FUNDER),
        Role(C, "s", RoleKind.PARTNER),
    ),
    grants=(Grant("ce-g", "f", A, span=Span("2020", "2021")),),
    ties=(Tie(A, B, declared_by=(A,)), Tie(A, C)),
    milestones=(Milestone(A, "m", "Pilot", (Plan("2024"),)),),
    stages=(Stage(B, "2019", 1, 2),),
)


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({}, {A, B, C}),
        ({"block": "y"}, {A, B}),
        ({"block": ["x", "y"], "status": "ended"}, {B}),
        ({"kind": "policy"}, {B}),
        ({"state": "US-NJ"}, {A}),
        ({"goal": "g"}, {C}),
        ({"funder": "f"}, {A, B}),
        ({"lead": "f"}, {A}),
        ({"lead": "none"}, {B, C}),
        ({"lead": ["none", "q"]}, {A, B, C}),
        ({"block": "none"}, {C}),
        ({"text": "records ALPHA"}, {A}),
        ({"text": "alpha beta"}, set()),
        ({"block": "nowhere"}, set()),
    ],
)
def test_entries_satisfy_every_facet_and_any_of_its_values(params, kept):
    assert set(Filter.of(params).apply(MAP).entries) == kept


def test_what_is_said_of_an_entry_goes_with_it():
    narrowed = Filter.of({"status": "active"}).apply(MAP)
    assert {role.entry for role in narrowed.roles} == {A, C}
    assert narrowed.ties == (Tie(A, C),)
    assert narrowed.stages == ()
    assert len(narrowed.milestones) == 1
    assert len(narrowed.grants) == 1


def test_parties_stay_with_whoever_they_belong_to():
    assert set(Filter.of({"text": "alpha"}).apply(MAP).parties) == {"p", "q", "f"}


def test_valid_on_names_who_led_then_and_who_leads_later():
    def leads(day):
        return {role.party for role in Filter.of({"valid_on": day}).apply(MAP).roles if role.entry == A}

    assert leads("2020") == {"q"}
    assert leads("2022-03-01") == {"f"}


def test_an_entry_that_had_ended_is_not_valid_and_its_ties_are_not():
    later = Filter.of({"valid_on": "2024"}).apply(MAP)
    assert set(later.entries) == {A, B}
    assert later.ties == (Tie(A, B, declared_by=(A,)),)
    assert later.valid_on == "2024"


def test_money_given_stays_given_and_is_not_given_before():
    assert [len(Filter.of({"valid_on": day}).apply(MAP).grants) for day in ("2019", "2020", "2024")] == [
        0,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("start", "end", "day", "so"),
    [
        ("", "", "2022", True),
        ("2022", "", "2021-12-31", False),
        ("2022-06", "", "2022", True),
        ("", "2022-06", "2022-07", False),
        ("", "2022", "2022-12-31", True),
        ("", "2021-05-04", "2022", False),
    ],
)
def test_the_coarser_of_two_dates_decides(start, end, day, so):
    assert holds(Span(start, end), day) is so


def test_what_cannot_be_taken_is_said_and_left_out():
    many = [f"v{n}" for n in range(MAX_VALUES + 5)]
    asked = Filter.of({"valid_on": "2022-13", "block": many, "text": "a\x00b" + "x" * 500})
    assert asked.valid_on == ""
    assert [(one.parameter, one.reason) for one in asked.problems] == [
        ("block", "too-many"),
        ("valid_on", "not-a-day"),
    ]
    assert len(asked.values("block")) == MAX_VALUES
    assert len(asked.text) <= 200


def test_all_facets_together_take_a_bounded_number_of_values():
    many = [f"v{n}" for n in range(MAX_VALUES)]
    asked = Filter.of(dict.fromkeys(FACETS, many))
    assert sum(len(values) for _, values in asked.chosen) == MAX_CHOSEN
    assert [one.parameter for one in asked.problems] == list(FACETS[2:])
    assert Filter.of(asked.to_params()) == asked


@pytest.mark.parametrize("text", ["2022", "2022-02", "2024-02-29"])
def test_days_that_exist(text):
    assert is_day(text)


@pytest.mark.parametrize("text", ["", "22", "2022-00", "2023-02-29", "0000", "2022-1", "today"])
def test_days_that_do_not(text):
    assert not is_day(text)


def test_what_an_entry_hands_out_is_no_money_for_it():
    own = replace(MAP, grants=(Grant("ce-g", "f", C, given_by_entry=True),))
    assert Filter.of({"funder": "f"}).keeps(own) == {B}


def test_a_value_that_is_cut_is_cut_once():
    asked = Filter.of({"block": "x" * 199 + " y"})
    assert Filter.of(asked.to_params()) == asked


def test_a_milestone_stands_as_it_stood_then():
    pilot = Milestone(A, "m", "Pilot", (Plan("2022"), Plan("2023", "2022-11")), "2023-05")
    launch = Milestone(A, "n", "Launch", (Plan(""),), "2023")
    then = valid(replace(MAP, milestones=(pilot, launch)), "2022-06").milestones
    assert then == (replace(pilot, plans=(Plan("2022"),), actual=""),)
    assert valid(replace(MAP, milestones=(pilot, launch)), "2023-05").milestones == (pilot, launch)
    odd = Milestone(A, "o", "Odd", (Plan("2022", "soon"),), "phase 1")
    assert milestone_then(odd, "1999") == odd


def test_counts_of_a_facet_leave_its_own_choice_aside():
    found = counts(MAP, Filter.of({"status": "ended"}))
    assert found["status"] == {"active": 2, "ended": 1}
    assert found["block"] == {"y": 1}


def test_toggling_twice_changes_nothing():
    asked = Filter.of({"block": "x"})
    assert asked.toggle("status", "ended").toggle("status", "ended") == asked


_values = st.lists(st.text(max_size=30), max_size=4)


@given(
    st.dictionaries(st.sampled_from(FACETS), _values),
    st.text(max_size=40),
    st.sampled_from(["", "2022", "x"]),
)
def test_a_url_carries_the_whole_filter(facets, text, day):
    asked = Filter.of({**facets, "text": text, "valid_on": day, "edition": "spring"})
    assert Filter.of(asked.to_params()) == asked
