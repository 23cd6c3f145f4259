"""What the map tells of an entry and of a party."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from tests.landscape.maps import landscapes

from learnwork.landscape.model import (
    Entry,
    Grant,
    Landscape,
    Milestone,
    Name,
    Party,
    Plan,
    Role,
    RoleKind,
    Span,
    Stage,
    Tie,
    TieKind,
)
from learnwork.landscape.telling import entry_told, party_told

TODAY = date(2026, 6, 30)
A, B = "ce-a", "ce-b"
MAP = Landscape(
    entries={A: Entry(A, "alpha", "Alpha", parent=B), B: Entry(B, "beta", "Beta")},
    parties={
        "m": Party(
            "m", "Markle Foundation", names=(Name("Markle Foundation"), Name("Markle", Span("1927", "1969")))
        ),
        "j": Party("j", "Jobs for the Future", parent="m"),
    },
    roles=(
        Role(A, "j", RoleKind.PARTNER),
        Role(A, "m", RoleKind.LEAD, Span("2020", "2023-10-04")),
        Role(A, "j", RoleKind.LEAD, Span("2023-10-04")),
    ),
    grants=(Grant("g1", "m", A, "j", span=Span("2019", "2021")), Grant("g2", "m", A, stated_on="2024")),
    ties=(Tie(B, A, TieKind.BUILDS_ON, ("j",)),),
    milestones=(
        Milestone(A, "late", "Late", (Plan("2024"), Plan("2025-01", "2024-12", "staff left"))),
        Milestone(A, "met", "Met", (Plan(""),), "2021"),
        Milestone(A, "soon", "Soon", (Plan("2026"),)),
    ),
    stages=(Stage(A, "2019", 1, 2), Stage(A, "2021", 3, 3, forecast=True), Stage(B, "2016", 5, 5)),
)


def test_leads_come_first_and_whose_time_is_over_last():
    rows = entry_told(MAP, A, TODAY).roles
    assert [(row.who.name, row.role.kind, row.over) for row in rows] == [
        ("Jobs for the Future", RoleKind.LEAD, False),
        ("Markle Foundation", RoleKind.LEAD, True),
        ("Jobs for the Future", RoleKind.PARTNER, False),
    ]


def test_years_without_report_keep_their_place_and_other_entries_do_not_widen_the_strip():
    cells = entry_told(MAP, A, TODAY).cells
    assert [(cell.period, cell.mark) for cell in cells] == [
        ("2019", "recorded"),
        ("2020", "no report"),
        ("2021", "forecast"),
    ]


def test_a_milestone_is_met_missed_or_still_planned_and_keeps_its_first_plan():
    rows = {row.milestone.key: row for row in entry_told(MAP, A, TODAY).milestones}
    assert {key: row.outcome for key, row in rows.items()} == {
        "late": "missed",
        "met": "met",
        "soon": "planned",
    }
    assert (rows["late"].first.date, rows["late"].plan.date, rows["late"].reasons) == (
        "2024",
        "2025-01",
        ("staff left",),
    )


@pytest.mark.parametrize(("ctid", "back"), [(A, True), (B, False)])
def test_a_tie_is_told_from_both_ends(ctid, back):
    (row,) = entry_told(MAP, ctid, TODAY).ties
    assert (row.back, row.other.ctid, [who.name for who in row.declared]) == (
        back,
        B if back else A,
        ["Jobs for the Future"],
    )


def test_the_newest_grant_comes_first_and_one_that_ended_is_over():
    assert [(row.grant.ctid, row.over) for row in entry_told(MAP, A, TODAY).grants] == [
        ("g2", False),
        ("g1", True),
    ]


def test_a_party_has_its_names_over_time_its_parts_and_both_sides_of_money():
    told = party_told(MAP, "m", TODAY)
    assert [name.text for name in told.names] == ["Markle"]
    assert [who.name for who in told.children] == ["Jobs for the Future"]
    assert (len(told.given), len(told.received), told.funds) == (2, 0, True)
    assert [row.grant.ctid for row in party_told(MAP, "j", TODAY).received] == ["g1"]


@given(landscapes())
def test_nothing_of_an_entry_is_left_out(drawn):
    for ctid in drawn.entries:
        told = entry_told(drawn, ctid, TODAY)
        assert {row.role for row in told.roles} == {role for role in drawn.roles if role.entry == ctid}
        assert {row.grant.ctid for row in told.grants} == {g.ctid for g in drawn.grants if g.entry == ctid}
        assert len(told.milestones) == sum(1 for one in drawn.milestones if one.entry == ctid)
        assert sum(1 for cell in told.cells if cell.stage) <= sum(
            1 for one in drawn.stages if one.entry == ctid
        )
