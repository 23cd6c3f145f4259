"""The null model against counting out every world, against drawn worlds, and in its laws."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from learnwork.landscape.layers import TwoMode, pairs_of
from learnwork.landscape.nullmodel import discoveries, judge, probabilities, tails


def two(cells: np.ndarray) -> TwoMode:
    return TwoMode(
        tuple(f"e{n}" for n in range(cells.shape[0])),
        tuple(f"p{n}" for n in range(cells.shape[1])),
        csr_array(cells.astype(np.int64)),
    )


SMALL = np.array([[1, 1, 0, 1], [1, 0, 0, 1], [0, 0, 1, 0]])


def every_world(table: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """All incidences of the shape, each with its chance under independent cells."""
    worlds = []
    for bits in product((0, 1), repeat=table.size):
        world = np.array(bits).reshape(table.shape)
        worlds.append((world, float(np.where(world, table, 1 - table).prod())))
    return worlds


def test_chance_of_a_pair_is_that_of_counting_out_every_world() -> None:
    incidence = two(SMALL)
    table = probabilities(incidence).matrix()
    worlds = every_world(table)
    assert sum(chance for _, chance in worlds) == pytest.approx(1)
    pairs = pairs_of(incidence)
    judged = judge(incidence, pairs)
    for a, b, shared, chance in zip(pairs.first, pairs.second, pairs.shared, judged.chance, strict=True):
        brute = sum(weight for world, weight in worlds if (world[a] & world[b]).sum() >= shared)
        assert chance == pytest.approx(brute, rel=1e-12)


def test_no_other_world_of_these_degrees_has_greater_entropy() -> None:
    table = probabilities(two(SMALL)).matrix()
    entropy = _entropy(table)
    for a, b in combinations(range(3), 2):
        for c, d in combinations(range(4), 2):
            moved = table.copy()
            # A swap around a rectangle keeps every degree.
            moved[a, c] += 1e-3
            moved[b, d] += 1e-3
            moved[a, d] -= 1e-3
            moved[b, c] -= 1e-3
            if moved.min() > 0 and moved.max() < 1:
                assert _entropy(moved) < entropy


def _entropy(table: np.ndarray) -> float:
    return float(-(table * np.log(table) + (1 - table) * np.log(1 - table)).sum())


@given(st.integers(1, 12), st.integers(1, 12), st.randoms(use_true_random=False))
def test_expected_degrees_are_the_given_ones(rows: int, columns: int, random: object) -> None:
    cells = np.array([[random.random() < 0.4 for _ in range(columns)] for _ in range(rows)], dtype=int)  # type: ignore[attr-defined]
    table = probabilities(two(cells)).matrix()
    assert np.abs(table.sum(1) - cells.sum(1)).max() < 1e-4
    assert np.abs(table.sum(0) - cells.sum(0)).max() < 1e-4
    assert ((table >= 0) & (table <= 1)).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.integers(0, 9))
def test_tail_is_that_of_counting_out_all_draws(chances: list[float], least: int) -> None:
    exact = 0.0
    for draws in product((0, 1), repeat=len(chances)):
        if sum(draws) >= least:
            exact += float(np.prod([p if draw else 1 - p for p, draw in zip(chances, draws, strict=True)]))
    sizes = np.ones(len(chances), dtype=np.int64)
    found = tails(np.array([chances]), sizes, np.array([least]))
    assert found[0] == pytest.approx(exact, rel=1e-9, abs=1e-300)


def test_a_tiny_tail_keeps_its_digits() -> None:
    # Ten of ten draws of 1 in 1,000: 1e-30, which a difference of two numbers near 1 would lose.
    found = tails(np.full((1, 1), 1e-3), np.array([10]), np.array([10]))
    assert found[0] == pytest.approx(1e-30, rel=1e-9)


def test_on_worlds_of_chance_few_pairs_are_called_more_than_chance() -> None:
    random = np.random.default_rng(5)
    strengths, widths = random.normal(-1.6, 0.9, 40), random.normal(0, 0.9, 60)
    table = 1 / (1 + np.exp(-(strengths[:, None] + widths[None, :])))
    worlds, wrong, small, tested = 60, 0, 0, 0
    for _ in range(worlds):
        incidence = two((random.random(table.shape) < table).astype(int))
        judged = judge(incidence, pairs_of(incidence))
        wrong += bool(judged.beyond.any())
        small += int((judged.chance <= 0.05).sum())
        tested += judged.tested
    assert small / tested < 0.055  # discrete counts are on the careful side of 5%
    assert wrong / worlds < 0.12


def test_a_planted_group_is_found_and_a_hub_is_not() -> None:
    random = np.random.default_rng(3)
    cells = (random.random((60, 200)) < 0.03).astype(int)
    cells[:, 0] = random.random(60) < 0.7  # a partner of nearly all: sharing it says nothing
    cells[:4, 80:92] = 1
    judged_on = two(cells)
    pairs = pairs_of(judged_on)
    judged = judge(judged_on, pairs)
    found = {key for key, beyond in zip(sorted(pairs.keys), judged.beyond, strict=True) if beyond}
    assert set(combinations(range(4), 2)) <= found
    only_hub = [
        judged.beyond[at]
        for at, (a, b) in enumerate(zip(pairs.first, pairs.second, strict=True))
        if judged_on.shared(int(a), int(b)) == ("p0",)
    ]
    assert only_hub
    assert not any(only_hub)


def test_false_discoveries_by_hand() -> None:
    # Limits of five tests: .01, .02, .03, .04, .05; the third is the last that holds, and takes the second with it.
    found = discoveries(np.array([0.029, 0.005, 0.025, 0.9]), tested=5, level=0.05)
    assert found.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    "cells",
    [np.zeros((3, 2)), np.ones((3, 2)), np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]]), np.ones((1, 1))],
    ids=["nothing", "everything", "forced", "one"],
)
def test_degrees_that_leave_no_choice_surprise_nobody(cells: np.ndarray) -> None:
    incidence = two(cells)
    judged = judge(incidence, pairs_of(incidence))
    assert not judged.beyond.any()
    assert (judged.chance > 0.999).all()
