"""Many entries as groups first: how many each holds, how many pairs are joined inside it, and across every two. Pure.

A group is a building block; an entry in two blocks is counted in both, and so are its pairs, as on every page that a
block leads to. Groups stand below each other with arcs between them, so that no name can lie over another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from learnwork.landscape.connecting import Connected
from learnwork.landscape.model import Landscape

MOST_ARCS = 40  # the strongest are drawn; the table has them all


@dataclass(frozen=True, slots=True)
class Group:
    """key: CTID of the block, "" for entries without one. within: pairs of its entries that are joined."""

    key: str
    name: str
    entries: int
    linked: int
    within: int


@dataclass(frozen=True, slots=True)
class Groups:
    """between: (number of a group, of another, joined pairs across), most first."""

    groups: tuple[Group, ...]
    between: tuple[tuple[int, int, int], ...]


def groups(landscape: Landscape, connected: Connected) -> Groups:
    """The blocks of a map, the largest first."""
    size = len(connected.rows)
    held = [(at, block) for at, ctid in enumerate(connected.rows) for block in _blocks(landscape, ctid)]
    keys = list(dict.fromkeys(block for _, block in held))
    place = {key: at for at, key in enumerate(keys)}
    ones = np.ones(len(held), dtype=np.int64)
    member = csr_array(
        (ones, ([row for row, _ in held], [place[key] for _, key in held])), shape=(size, len(keys))
    )
    pairs = connected.pairs
    joined = csr_array((np.ones(len(pairs), dtype=np.int64), (pairs.first, pairs.second)), shape=(size, size))
    across = np.asarray((member.T @ (joined + joined.T) @ member).todense())
    linked = np.asarray(member.T @ (connected.degrees > 0).astype(np.int64))
    counts = np.asarray(member.sum(axis=0))
    order = sorted(range(len(keys)), key=lambda at: (-int(counts[at]), keys[at]))
    made = tuple(
        Group(
            keys[at],
            landscape.labels.get(keys[at], keys[at]),
            int(counts[at]),
            int(linked[at]),
            int(across[at, at]) // 2,
        )
        for at in order
    )
    between = [
        (a, b, int(across[order[a], order[b]]))
        for a in range(len(order))
        for b in range(a + 1, len(order))
        if across[order[a], order[b]]
    ]
    return Groups(made, tuple(sorted(between, key=lambda one: (-one[2], one[0], one[1]))))


def _blocks(landscape: Landscape, ctid: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(landscape.entries[ctid].blocks)) or ("",)
