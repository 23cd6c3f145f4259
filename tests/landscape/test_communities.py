"""Communities where there are some, and silence where there are too few or none that last."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.communities import Outcome, adjusted_rand, communities, louvain
from learnwork.landscape.layers import pairs_from


def cliques(*sizes: int, bridges: bool = True) -> dict[tuple[int, int], int]:
    found, start = {}, 0
    for size in sizes:
        found |= dict.fromkeys(combinations(range(start, start + size), 2), 1)
        if bridges and start:
            found[(start - 1, start)] = 1
        start += size
    return found


def test_plain_communities_are_found_whole_largest_first() -> None:
    found = communities(pairs_from(cliques(9, 12, 10)), 33)
    assert found.outcome is Outcome.FOUND
    assert found.agreement == pytest.approx(1)
    assert found.linked == 31
    assert found.groups == (tuple(range(9, 21)), tuple(range(21, 31)), tuple(range(9)))


def test_below_thirty_linked_nothing_is_told() -> None:
    found = communities(pairs_from(cliques(10, 10, 9)), 100)
    assert (found.outcome, found.linked, found.agreement, found.groups) == (Outcome.TOO_FEW, 29, None, ())


def test_a_network_of_chance_has_no_communities_that_last() -> None:
    random = np.random.default_rng(2)
    drawn = {(a, b): 1 for a, b in combinations(range(60), 2) if random.random() < 0.12}
    found = communities(pairs_from(drawn), 60)
    assert found.outcome is Outcome.UNSTABLE
    assert found.agreement is not None
    assert found.agreement < 0.75
    assert found.groups == ()


def test_more_pairs_than_are_sought_in_say_so() -> None:
    assert communities(pairs_from(cliques(40)), 40, most=700).outcome is Outcome.TOO_MANY


def test_one_clique_is_not_divided() -> None:
    assert communities(pairs_from(cliques(40)), 40).outcome is Outcome.UNDIVIDED


def test_what_is_shared_more_holds_together() -> None:
    ring = {(min(a, b), max(a, b)): 5 if a % 2 == 0 else 1 for a in range(8) for b in [(a + 1) % 8]}
    weights: list[dict[int, float]] = [{} for _ in range(8)]
    for (a, b), weight in ring.items():
        weights[a][b] = weights[b][a] = weight
    labels = louvain(weights, 0)
    assert all(labels[a] == labels[a + 1] for a in range(0, 8, 2))


def test_adjusted_rand_by_hand() -> None:
    # Of the 15 pairs of six nodes, 2 are together in both divisions, 6 in the first, 3 in the second.
    a, b = [0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]
    both, one, other, every = 2, 6, 3, 15
    expected = one * other / every
    assert adjusted_rand(a, b) == pytest.approx((both - expected) / ((one + other) / 2 - expected))


@given(st.lists(st.integers(0, 4), max_size=20), st.permutations(range(5)))
def test_names_of_communities_do_not_matter(labels: list[int], names: list[int]) -> None:
    assert adjusted_rand(labels, [names[label] for label in labels]) == pytest.approx(1)
