"""The library of the map as pure lists: counts, rows, shelves."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from tests.landscape.maps import landscapes

from learnwork.landscape.glossary import Term
from learnwork.landscape.library import (
    entry_rows,
    letters,
    party_rows,
    shelf_rows,
    tallies,
)
from learnwork.landscape.model import Entry, Grant, Landscape, Party, Role, RoleKind, Said, Span
from learnwork.landscape.shelves import Block, Shelves, Topic

A, B = "ce-a", "ce-b"
MAP = Landscape(
    entries={
        A: Entry(A, "alpha", "Alpha", blocks=("x", "x", "y"), topics=("t",)),
        B: Entry(B, "beta", "Beta", kind="policy", blocks=("y",)),
    },
    parties={"p": Party("p", "Markle"), "q": Party("q", "Jobs for the Future")},
    roles=(
        Role(A, "p", RoleKind.LEAD, Span("2020", "2023")),
        Role(A, "q", RoleKind.LEAD, Span("2023"), Said(proposed=True)),
        Role(A, "name:Acme", RoleKind.FUNDER),
        Role(B, "p", RoleKind.CO_LEAD, Span("", "2019")),
    ),
    labels={"x": "Block X", "y": "Block Y"},
)


def test_a_list_names_who_leads_now_and_a_former_lead_only_where_nobody_does():
    alpha, beta = entry_rows(MAP)
    assert [(who.name, who.proposed) for who in alpha.leads] == [("Jobs for the Future", True)]
    assert [(who.name, who.ctid) for who in alpha.funders] == [("Acme", "")]
    assert [who.name for who in beta.leads] == ["Markle"]


def test_a_list_of_a_time_names_everybody_who_led_then():
    then = replace(
        MAP, roles=(Role(A, "p", RoleKind.LEAD, Span("2020", "2023")), Role(A, "q", RoleKind.LEAD))
    )
    (alpha, _beta) = entry_rows(replace(then, valid_on="2021"))
    assert [who.name for who in alpha.leads] == ["Markle", "Jobs for the Future"]


def test_an_entry_counts_once_in_each_of_its_blocks():
    held = Shelves(
        (Block("x", "Block X", (Topic("t", "Topic"),)), Block("y", "Block Y"), Block("z", "Block Z"))
    )
    rows = shelf_rows(held, MAP)
    assert [(row.block.ctid, row.number, row.share) for row in rows] == [
        ("x", 1, 0.5),
        ("y", 2, 1.0),
        ("z", 0, 0.0),
    ]
    assert rows[0].topics[0][1] == 1


def test_the_busiest_party_comes_first_with_its_capacities():
    first = party_rows(MAP)[0]
    assert (first.party.name, first.number) == ("Markle", 2)
    assert first.roles == ((RoleKind.LEAD, 1), (RoleKind.CO_LEAD, 1))
    assert [row.ctid for row in party_rows(MAP) if row.party.name == "Acme"] == [""]


def test_tallies_count_what_is_known():
    counted = tallies(MAP)
    assert (counted.entries, counted.parties, counted.funders, counted.with_lead, counted.sorted) == (
        2,
        3,
        1,
        2,
        2,
    )
    assert counted.kinds == (("initiative", 1), ("policy", 1))


def test_a_grant_of_which_nobody_says_who_gives_makes_no_funder():
    grants = (Grant("g1", "", A), Grant("g2", "name:Acme", A), Grant("g3", "q", B))
    assert tallies(replace(MAP, grants=grants)).funders == 2


def test_terms_stand_under_their_first_letter():
    found = letters([Term("1", "badge"), Term("2", "100-year life"), Term("3", "Alliance")])
    assert [(letter, [term.ctid for term in some]) for letter, some in found] == [
        ("#", ["2"]),
        ("A", ["3"]),
        ("B", ["1"]),
    ]


@given(landscapes())
def test_every_entry_has_one_row_and_every_count_is_of_entries(drawn):
    assert {row.entry.ctid for row in entry_rows(drawn)} == set(drawn.entries)
    assert all(
        row.number == len({r.entry for r in drawn.roles if r.party == row.party.ctid})
        for row in party_rows(drawn)
    )
