"""Nodes stand apart, inside the picture, near their neighbours, and the same every time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from learnwork.landscape.placing import Canvas, place

WIDE = Canvas(width=1100, room=2600, apart=18)


def edges_of(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


@given(st.integers(0, 40), st.data())
@settings(max_examples=40)
def test_nodes_stand_apart_inside_the_picture(size: int, data: st.DataObject) -> None:
    node = st.integers(0, max(size - 1, 0))
    drawn = data.draw(st.lists(st.tuples(node, node), max_size=80)) if size else []
    at, height = place(size, edges_of(*[pair for pair in drawn if pair[0] != pair[1]]), WIDE)
    assert at.shape == (size, 2)
    if size:
        assert (at >= 0).all()
        assert at[:, 0].max() <= WIDE.width
        assert at[:, 1].max() <= height
    if size > 1:
        assert pdist(at).min() > 10


def test_the_same_picture_every_time() -> None:
    random = np.random.default_rng(0)
    edges = random.integers(0, 120, (200, 2))
    edges = edges[edges[:, 0] != edges[:, 1]]
    first, second = place(120, edges, WIDE), place(120, edges, WIDE)
    assert (first[0] == second[0]).all()
    assert first[1] == second[1]


def test_a_chain_is_laid_out_in_its_order() -> None:
    chain = edges_of(*pairwise(range(12)))
    along = place(12, chain, WIDE)[0][:, 0]
    assert (np.diff(along) > 0).all() or (np.diff(along) < 0).all()


def test_two_groups_stand_apart() -> None:
    inside = [(a, b) for a in range(8) for b in range(a)]
    edges = edges_of(*inside, *[(a + 8, b + 8) for a, b in inside], (0, 8))
    at, _ = place(16, edges, WIDE)
    one, other = at[:8], at[8:]
    between = np.hypot(*(one.mean(0) - other.mean(0)))
    assert between > np.hypot(*(one - one.mean(0)).T).mean() * 1.5


@pytest.mark.parametrize("many", [1, 2, 3])
def test_few_nodes(many: int) -> None:
    at, height = place(many, edges_of(*pairwise(range(many))), WIDE)
    assert np.isfinite(at).all()
    assert height > 0
