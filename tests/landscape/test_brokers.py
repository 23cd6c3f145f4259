"""Brokers against counting chains by hand, and equals sharing a rank."""

from __future__ import annotations

from learnwork.landscape.brokers import brokers
from learnwork.landscape.layers import pairs_from


def test_who_stands_between() -> None:
    # 0 - 1 - 2 - 3, and 4 alone: 1 lies between 0 and 2, 0 and 3; 2 between 0 and 3, 1 and 3.
    found = brokers(pairs_from({(0, 1): 1, (1, 2): 5, (2, 3): 1}), 5)
    assert [(one.row, one.between, one.rank, one.base, one.reaches) for one in found] == [
        (1, 2.0, 1, 4, 2),
        (2, 2.0, 1, 4, 2),
        (0, 0.0, 3, 4, 1),
        (3, 0.0, 3, 4, 1),
    ]


def test_two_equal_ways_are_half_each() -> None:
    found = brokers(pairs_from({(0, 1): 1, (0, 2): 1, (1, 3): 1, (2, 3): 1}), 4)
    assert {one.row: one.between for one in found} == {0: 0.5, 1: 0.5, 2: 0.5, 3: 0.5}


def test_nobody_is_linked() -> None:
    assert brokers(pairs_from({}), 3) == []
