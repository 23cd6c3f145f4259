"""Communities of linked entries, told only where there are enough of them and chance of the method changes little.

Communities are sought by the Louvain method, which depends on the order in which it visits: it is run from `SEEDS`
orders. The adjusted Rand index of two results is 1 where they are the same and about 0 where they agree as by chance;
the mean over all pairs of runs has to reach `STABLE`, else nothing is told. What is told is the run that agrees most
with the others. Below `ENOUGH` linked entries nothing is sought, nor among more than `MOST` pairs.

Sources: V. Blondel and others, "Fast unfolding of communities in large networks", Journal of Statistical Mechanics
(2008); L. Hubert, P. Arabie, "Comparing partitions", Journal of Classification 2 (1985).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from learnwork.landscape.layers import Pairs, Whole

ENOUGH = 30
MOST = 20_000  # pairs; the runs over so many take some seconds
SEEDS = 20
STABLE = 0.75
Weights = list[dict[int, float]]


class Outcome(StrEnum):
    FOUND = "found"
    TOO_FEW = "too few"
    TOO_MANY = "too many"
    UNSTABLE = "unstable"
    UNDIVIDED = "undivided"


@dataclass(frozen=True, slots=True)
class Communities:
    """groups: row numbers, the largest community first; () unless found. agreement: mean adjusted Rand index of the
    runs, None where none were made. linked: entries that are joined with another."""

    outcome: Outcome
    linked: int
    agreement: float | None = None
    groups: tuple[tuple[int, ...], ...] = ()


def communities(pairs: Pairs, size: int, enough: int = ENOUGH, most: int = MOST) -> Communities:
    """Communities by how much entries share (`pairs.shared` is the weight). The same pairs give the same answer."""
    linked = np.flatnonzero(pairs.degrees(size)).tolist()
    if len(linked) < enough:
        return Communities(Outcome.TOO_FEW, len(linked))
    if len(pairs) > most:
        return Communities(Outcome.TOO_MANY, len(linked))
    number = {row: at for at, row in enumerate(linked)}
    weights: Weights = [{} for _ in linked]
    for a, b, shared in zip(pairs.first.tolist(), pairs.second.tolist(), pairs.shared.tolist(), strict=True):
        weights[number[a]][number[b]] = weights[number[b]][number[a]] = float(shared)
    runs = [louvain(weights, seed) for seed in range(SEEDS)]
    alike = np.array([[adjusted_rand(a, b) for b in runs] for a in runs])
    agreement = float(alike[np.triu_indices(len(runs), 1)].mean())
    if agreement < STABLE:
        return Communities(Outcome.UNSTABLE, len(linked), agreement)
    best = runs[int(alike.sum(axis=1).argmax())]
    groups: dict[int, list[int]] = {}
    for at, label in enumerate(best):
        groups.setdefault(label, []).append(linked[at])
    ordered = tuple(tuple(group) for group in sorted(groups.values(), key=lambda one: (-len(one), one)))
    if len(ordered) < 2:
        return Communities(Outcome.UNDIVIDED, len(linked), agreement)
    return Communities(Outcome.FOUND, len(linked), agreement, ordered)


def louvain(weights: Weights, seed: int) -> list[int]:
    """A community number for each node. weights: for each node its neighbours; symmetric, without loops."""
    order = random.Random(seed)  # noqa: S311 - a visiting order, nothing secret
    labels = list(range(len(weights)))
    now, loops = weights, [0.0] * len(weights)
    while True:
        moved = _moves(now, loops, order)
        if len(set(moved)) == len(now):
            return labels
        number = {label: at for at, label in enumerate(dict.fromkeys(moved))}
        moved = [number[label] for label in moved]
        labels = [moved[label] for label in labels]
        now, loops = _joined(now, loops, moved, len(number))


def _moves(weights: Weights, loops: list[float], order: random.Random) -> list[int]:
    """Each node moves to the neighbouring community that gains most modularity, until none gains."""
    degree = [sum(near.values()) + 2 * loop for near, loop in zip(weights, loops, strict=True)]
    total = sum(degree)
    labels, held = list(range(len(weights))), list(degree)
    visit = list(range(len(weights)))
    order.shuffle(visit)
    changed = total > 0
    while changed:
        changed = False
        for node in visit:
            mine = labels[node]
            held[mine] -= degree[node]
            near: dict[int, float] = {mine: 0.0}
            for other, weight in weights[node].items():
                near[labels[other]] = near.get(labels[other], 0.0) + weight
            best, gain = mine, near[mine] - held[mine] * degree[node] / total
            for label, weight in near.items():
                this = weight - held[label] * degree[node] / total
                if this > gain + 1e-12:
                    best, gain = label, this
            labels[node] = best
            held[best] += degree[node]
            changed |= best != mine
    return labels


def _joined(
    weights: Weights, loops: list[float], labels: list[int], size: int
) -> tuple[Weights, list[float]]:
    """Every community as one node; what was inside becomes its loop."""
    joined: Weights = [{} for _ in range(size)]
    inside = [0.0] * size
    for node, near in enumerate(weights):
        mine = labels[node]
        inside[mine] += loops[node]
        for other, weight in near.items():
            theirs = labels[other]
            if theirs == mine:
                inside[mine] += weight / 2
            else:
                joined[mine][theirs] = joined[mine].get(theirs, 0.0) + weight
    return joined, inside


def adjusted_rand(first: Sequence[int], second: Sequence[int]) -> float:
    """How alike two divisions of the same nodes are, corrected for chance; 1 where they are the same."""
    a, b = np.unique(first, return_inverse=True)[1], np.unique(second, return_inverse=True)[1]
    if not len(a):
        return 1.0
    table = np.zeros((a.max() + 1, b.max() + 1), dtype=np.int64)
    np.add.at(table, (a, b), 1)
    both, one, other = _twos(table), _twos(table.sum(axis=1)), _twos(table.sum(axis=0))
    every = len(a) * (len(a) - 1) / 2
    expected = one * other / every if every else 0.0
    most = (one + other) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _twos(counts: Whole) -> float:
    return float((counts * (counts - 1) // 2).sum())
