"""Pools: what is scored where there are too many targets, and that it stands for all of them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.bulk.candidates import Terms
from learnwork.competencies import pools
from learnwork.competencies.alignment import Accepted, Index
from learnwork.competencies.pools import Pools
from learnwork.competencies.scoring import standard
from learnwork.competencies.texts import Text
from learnwork.competencies.vectors import vectors

WORK = ("weld", "read", "plan", "nurse", "test", "teach", "cook", "build", "paint", "drive", "count", "write")
THINGS = ("steel", "drawings", "wards", "patients", "software", "pupils", "soups", "roads", "walls", "buses")
WAYS = ("by hand", "at night", "in teams", "with care", "under water", "for customers", "by rules", "alone")


def made(name: str, count: int) -> list[Text]:
    chance = random.Random(name)
    return [
        Text(
            f"{name}{number}",
            f"{chance.choice(WORK)} {chance.choice(THINGS)}",
            (f"{chance.choice(WORK)} {chance.choice(WAYS)}",) * (number % 3),
            f"{chance.choice(THINGS)} {chance.choice(WAYS)}" * (number % 2),
        )
        for number in range(count)
    ]


SOURCES, TARGETS = made("s", 70), made("t", 240)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(TARGETS)


TAUGHT = tuple(made("a", 120))
ACCEPTED = Accepted(TAUGHT, {text.key: [f"t{number % 9}"] for number, text in enumerate(TAUGHT)})


@pytest.mark.parametrize("more", [{}, {"accepted": ACCEPTED}, {"sentences": vectors}])
def test_where_everything_is_sampled_it_is_as_if_everything_were_scored(more: dict[str, Any]) -> None:
    index = Index(TARGETS, **more)
    exact = list(index.align(SOURCES, k=3))
    pooled = list(index.align(SOURCES, k=3, pools=pools.find(SOURCES, TARGETS)))
    assert [(one.source, one.target, one.relation) for one in pooled] == [
        (one.source, one.target, one.relation) for one in exact
    ]
    assert all(abs(a.confidence - b.confidence) < 0.002 for a, b in zip(pooled, exact, strict=True))


def test_a_pool_and_a_sample_find_nearly_what_all_find(index: Index) -> None:
    found = pools.find(SOURCES, TARGETS, terms=Terms(k=60, most=100), sample=60)
    exact = [one.target for one in index.align(SOURCES, k=1)]
    pooled = [one.target for one in index.align(SOURCES, k=1, pools=found)]
    assert np.mean([a == b for a, b in zip(exact, pooled, strict=True)]) >= 0.9


def test_each_source_has_its_own_pool_whatever_stands_beside_it(index: Index) -> None:
    found = pools.find(SOURCES, TARGETS, terms=Terms(k=5), sample=60)
    sample = set(found.sample.tolist())
    for one in index.align(SOURCES, k=20, pools=found):
        row, column = int(one.source[1:]), int(one.target[1:])
        assert column in sample or column in found.found[row]


def test_threads_change_nothing(index: Index) -> None:
    found = pools.find(SOURCES, TARGETS, terms=Terms(k=5), sample=60)
    one, two = (list(index.align(SOURCES, pools=found, workers=workers)) for workers in (1, 2))
    assert one == two


def test_the_sample_is_of_the_keys_and_not_of_their_order() -> None:
    chosen = {TARGETS[column].key for column in pools.sampled(TARGETS, 30)}
    backwards = TARGETS[::-1]
    assert chosen == {backwards[column].key for column in pools.sampled(backwards, 30)}
    assert len(chosen) == 30
    assert len(pools.sampled(TARGETS, 10_000)) == len(TARGETS)


@given(
    st.lists(st.lists(st.integers(0, 29), max_size=4, unique=True), min_size=1, max_size=6),
    st.lists(st.integers(0, 29), min_size=1, max_size=12, unique=True),
)
def test_what_counts_adds_to_one_and_only_own_columns_count(pool: list[list[int]], sample: list[int]) -> None:
    found = np.array([[*own, *[-1] * (4 - len(own))] for own in pool], dtype=np.int32)
    columns, weights = Pools(found, np.sort(np.array(sample)), 30).among(slice(0, len(pool)))
    assert columns.tolist() == sorted({*sample, *(one for own in pool for one in own)})
    assert np.allclose(weights.sum(axis=1), 1)
    for row, own in enumerate(pool):
        assert {columns[place] for place in np.nonzero(weights[row])[0]} == {*own, *sample}


def test_weights_that_are_alike_give_the_scores_without_weights() -> None:
    scores = np.random.default_rng(1).random((3, 50)).astype(np.float32)
    assert np.allclose(standard(scores), standard(scores, np.full((3, 50), 1 / 50, np.float32)), atol=1e-5)
