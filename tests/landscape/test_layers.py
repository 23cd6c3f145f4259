"""Layers are never mixed: each joins exactly the pairs that share its own things."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from learnwork.landscape import layers
from learnwork.landscape.layers import Choice, Layer, Subject, TwoMode, pairs_of, tied, two_mode
from learnwork.landscape.model import Entry, Grant, Landscape, Role, RoleKind, Tie
from learnwork.vocabulary.errors import TooLargeError

ENTRIES = {
    key: Entry(key, key, key.upper(), goals=goals, topics=topics, blocks=("b",))
    for key, goals, topics in (
        ("a", ("g1",), ("t1",)),
        ("b", ("g1",), ("t2",)),
        ("c", (), ("t1",)),
        ("d", (), ()),
    )
}
MAP = Landscape(
    entries=ENTRIES,
    roles=(
        Role("a", "o1", RoleKind.LEAD),
        Role("b", "o1", RoleKind.PARTNER),
        Role("b", "o1", RoleKind.LEAD),
        Role("c", "o2", RoleKind.PARTNER),
        Role("d", "o2", RoleKind.FUNDER),
        Role("c", "gone", RoleKind.PARTNER),
        Role("nobody", "o1", RoleKind.PARTNER),
    ),
    grants=(Grant("x", "o2", "a"),),
    ties=(Tie("c", "a"), Tie("a", "c"), Tie("b", "b"), Tie("a", "nobody")),
)


def joined(choice: Choice) -> dict[tuple[str, str], tuple[str, ...]]:
    two = two_mode(MAP, choice)
    pairs = pairs_of(two)
    return {
        (two.rows[a], two.rows[b]): two.shared(a, b)
        for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    }


def test_organizations_join_whoever_works_with_them() -> None:
    assert joined(Choice(Layer.ORGANIZATIONS)) == {("a", "b"): ("o1",)}


def test_organizations_by_role() -> None:
    assert joined(Choice(Layer.ORGANIZATIONS, roles=frozenset({RoleKind.PARTNER}))) == {}
    assert joined(Choice(Layer.ORGANIZATIONS, roles=frozenset({RoleKind.LEAD}))) == {("a", "b"): ("o1",)}


def test_funders_are_a_layer_of_their_own_and_grants_count() -> None:
    assert joined(Choice(Layer.FUNDERS)) == {("a", "d"): ("o2",)}


def test_subjects_join_without_blocks_unless_asked() -> None:
    assert joined(Choice(Layer.SUBJECTS)) == {("a", "b"): ("g1",), ("a", "c"): ("t1",)}
    blocks = joined(Choice(Layer.SUBJECTS, subjects=frozenset({Subject.BLOCKS})))
    assert blocks == dict.fromkeys(combinations("abcd", 2), ("b",))


def test_ties_join_both_ways_once_and_nothing_with_itself() -> None:
    pairs = tied(MAP)
    assert (pairs.first.tolist(), pairs.second.tolist(), pairs.shared.tolist()) == ([0], [2], [2])


def test_an_initiative_that_leads_itself_shares_itself_with_nobody() -> None:
    roles = (Role("a", "a", RoleKind.LEAD), Role("b", "a", RoleKind.PARTNER))
    two = two_mode(Landscape(entries=ENTRIES, roles=roles), Choice())
    assert len(pairs_of(two)) == 0


@given(st.lists(st.frozensets(st.integers(0, 6)), max_size=9))
def test_pairs_are_those_of_comparing_every_two(held: list[frozenset[int]]) -> None:
    cells = np.array([[int(at in one) for at in range(7)] for one in held]).reshape(len(held), 7)
    two = TwoMode(tuple(map(str, range(len(held)))), tuple("abcdefg"), csr_array(cells))
    pairs = pairs_of(two)
    found = dict(
        zip(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True), pairs.shared.tolist(), strict=True)
    )
    compared = {(a, b): len(held[a] & held[b]) for a, b in combinations(range(len(held)), 2)}
    assert found == {pair: count for pair, count in compared.items() if count}
    assert pairs.degrees(len(held)).sum() == 2 * len(pairs)


def test_more_pairs_than_a_page_can_work_on_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MOST_PAIRS", 2)
    with pytest.raises(TooLargeError, match="More than 2 pairs"):
        pairs_of(two_mode(MAP, Choice(Layer.SUBJECTS, subjects=frozenset({Subject.BLOCKS}))))
