"""One layer analysed, and its picture, matrix and groups: the same data in each."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from learnwork.landscape.connecting import connected, name_of
from learnwork.landscape.grouping import groups
from learnwork.landscape.layers import Choice, Layer
from learnwork.landscape.matrix_view import of_entries, of_groups
from learnwork.landscape.model import Entry, Goal, GoalScheme, Landscape, Party, Role, RoleKind, Tie, TieKind
from learnwork.landscape.network import TALL, WIDE, neighbours, picture
from learnwork.landscape.stories import story


def made(entries: int = 40, seed: int = 4) -> Landscape:
    """Eighty organizations drawn by chance, and fourteen that only the first four entries have."""
    random = np.random.default_rng(seed)
    keys = [f"e{n:02}" for n in range(entries)]
    roles = [
        Role(key, f"o{party}", RoleKind.PARTNER)
        for key in keys
        for party in range(80)
        if random.random() < 0.06
    ]
    roles += [Role(key, f"own{n}", RoleKind.LEAD) for key in keys[:4] for n in range(14)]
    return Landscape(
        entries={
            key: Entry(key, key, f"Initiative {key}", blocks=("b1", "b2") if n % 3 == 0 else ("b1",))
            for n, key in enumerate(keys)
        },
        parties={party: Party(party, f"Organization {party}") for party in {role.party for role in roles}},
        roles=tuple(roles),
        ties=(Tie("e00", "e01", TieKind.BUILDS_ON), Tie("e01", "e00"), Tie("e02", "e01")),
        labels={"b1": "Data", "b2": "Quality"},
    )


def test_what_is_beyond_chance_comes_first() -> None:
    found = connected(made(), Choice())
    first = list(found.connections())[:6]
    assert {(one.first, one.second) for one in first} == set(combinations(["e00", "e01", "e02", "e03"], 2))
    assert all(one.beyond and one.chance is not None and one.chance < 0.001 for one in first)
    assert found.beyond >= 6
    assert len(found.isolates) + found.linked == 40


def test_about_an_entry_or_about_what_is_shared() -> None:
    found = connected(made(), Choice())
    assert all("e05" in (one.first, one.second) for one in found.connections("e05"))
    assert all("o3" in one.shared for one in found.connections("shared:o3"))
    hub = dict(found.hubs())["o3"]
    assert len(list(found.connections("shared:o3"))) == len(hub) * (len(hub) - 1) // 2
    assert list(found.connections("nobody")) == []


def test_ties_are_judged_by_nobody() -> None:
    found = connected(made(), Choice(Layer.TIES))
    lines = list(found.connections())
    assert [(one.first, one.second, one.shared, one.count) for one in lines] == [
        ("e00", "e01", ("builds on", "works with"), 2),
        ("e01", "e02", ("works with",), 1),
    ]
    assert {one.chance for one in lines} == {None}
    assert found.hubs() == []


def test_the_picture_has_every_linked_entry_and_what_joins_it() -> None:
    shown = made()
    found = connected(shown, Choice())
    for canvas in (WIDE, TALL):
        drawn = picture(shown, found, canvas)
        entries = {dot.key for dot in drawn.dots if not dot.hub}
        assert entries == set(shown.entries) - set(found.isolates)
        assert {dot.key for dot in drawn.dots if dot.hub} == {key for key, _ in found.hubs()}
        own = sum(len(entries) for _key, entries in found.hubs())
        assert sum(not line.beyond for line in drawn.lines) == own
        assert sum(line.beyond for line in drawn.lines) == found.beyond
        assert all(0 <= dot.x <= drawn.width and 0 <= dot.y <= drawn.height for dot in drawn.dots)
        assert picture(shown, found, canvas) == drawn


def test_picking_lights_whoever_shares() -> None:
    shown = made()
    found = connected(shown, Choice())
    drawn = picture(shown, found, WIDE)
    lit = {drawn.dots[n].key for n in neighbours(drawn, "e05")}
    others = {ctid for one in found.connections("e05") for ctid in (one.first, one.second)}
    assert others <= lit
    assert lit & set(shown.entries) == others
    assert neighbours(drawn, "nobody") == frozenset()


def test_the_matrix_says_the_same_on_both_sides() -> None:
    shown = made()
    found = connected(shown, Choice())
    matrix = of_entries(found, {})
    cells = {(cell.row, cell.column): cell for row in matrix.rows for cell in row.cells}
    assert len(cells) == found.linked**2
    for (row, column), cell in cells.items():
        mirrored = cells[(column, row)]
        assert (cell.count, cell.beyond, cell.at) == (mirrored.count, mirrored.beyond, mirrored.at)
        assert (cell.count is None) == (row == column)
    joined = {tuple(sorted(key)): cell.count for key, cell in cells.items() if cell.count}
    assert joined == {tuple(sorted((one.first, one.second))): one.count for one in found.connections()}


def test_groups_count_as_the_pages_do_to_which_they_lead() -> None:
    shown = made()
    found = connected(shown, Choice())
    grouped = groups(shown, found)
    data, quality = grouped.groups
    assert (data.name, data.entries, data.linked, data.within) == ("Data", 40, found.linked, len(found.pairs))
    inside = {ctid for ctid, entry in shown.entries.items() if "b2" in entry.blocks}
    pairs = [{one.first, one.second} for one in found.connections()]
    assert quality.entries == len(inside)
    assert quality.within == sum(pair <= inside for pair in pairs)
    across = sum(
        len(pair & inside) for pair in pairs
    )  # once for each end in "Quality"; the other is in "Data"
    assert grouped.between == ((0, 1, across),)
    matrix = of_groups(grouped)
    assert [cell.count for cell in matrix.rows[0].cells] == [data.within, across]


def test_names_of_all_that_is_shared() -> None:
    shown = Landscape(
        entries={"e": Entry("e", "e", "An entry")},
        parties={"p": Party("p", "A party")},
        scheme=GoalScheme("s", "S", (Goal("g", "g1", "A goal"),)),
        labels={"t": "A topic"},
    )
    keys = ["e", "p", "g", "t", "name:Somebody", "odd"]
    assert [name_of(shown, key) for key in keys] == [
        "An entry",
        "A party",
        "A goal",
        "A topic",
        "Somebody",
        "odd",
    ]


def test_an_empty_map_has_an_empty_picture() -> None:
    found = connected(Landscape(), Choice())
    drawn = picture(Landscape(), found, WIDE)
    assert (drawn.dots, drawn.lines, drawn.names, drawn.height) == ((), (), (), 0)
    assert of_entries(found, {}).rows == ()
    assert groups(Landscape(), found).groups == ()


def test_what_is_an_entry_and_also_shared_is_picked_as_either() -> None:
    entries = {key: Entry(key, key, key) for key in "abx"}
    roles = [Role("a", "x", RoleKind.PARTNER), Role("b", "x", RoleKind.PARTNER)]
    roles += [Role("x", "o", RoleKind.LEAD), Role("a", "o", RoleKind.LEAD)]
    shown = Landscape(entries=entries, roles=tuple(roles))
    found = connected(shown, Choice())
    assert [(one.first, one.second) for one in found.connections("x")] == [("a", "x")]
    assert [(one.first, one.second) for one in found.connections("shared:x")] == [("a", "b")]
    drawn = picture(shown, found, WIDE)
    assert {drawn.dots[n].node for n in neighbours(drawn, "shared:x")} == {"shared:x", "a", "b"}
    entry, shared = story(shown, found, "x"), story(shown, found, "shared:x")
    assert entry is not None
    assert shared is not None
    assert (entry.about, entry.count) == (entries["x"], 1)
    assert (shared.about, [one.key for one in shared.others]) == (None, ["a", "b"])
    assert story(shown, found, "nobody") is None
