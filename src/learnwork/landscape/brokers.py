"""Brokers: entries through which others are linked, by betweenness.

Of every two other entries that a chain of links joins, betweenness counts the share of their shortest chains that
pass through an entry, and adds these up. An entry with a high number stands between groups that are otherwise far
apart; were it to end, their ways to each other would grow long. It says nothing about size or merit.

Source: L. Freeman, "A set of measures of centrality based on betweenness", Sociometry 40 (1977).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rustworkx as rx

from learnwork.landscape.layers import Pairs


@dataclass(frozen=True, slots=True)
class Broker:
    """row: number of the entry. between: pairs of others, counted by share of their shortest chains. rank: 1 is the
    highest, equal ones share it; base: linked entries that are ranked; reaches: joined with how many directly."""

    row: int
    between: float
    rank: int
    base: int
    reaches: int


def graph_of(pairs: Pairs, size: int) -> rx.PyGraph[int, None]:
    graph: rx.PyGraph[int, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    graph.add_edges_from_no_data(list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)))
    return graph


def brokers(pairs: Pairs, size: int) -> list[Broker]:
    """Every linked entry, the highest first, equals in the order of the map."""
    degrees = pairs.degrees(size)
    linked = np.flatnonzero(degrees)
    if not len(linked):
        return []
    found = rx.betweenness_centrality(graph_of(pairs, size), normalized=False)
    between = np.array([round(found[at], 9) for at in linked.tolist()])
    order = np.lexsort((linked, -between))
    ordered = between[order]
    ranks = np.searchsorted(-ordered, -ordered, side="left") + 1
    return [
        Broker(int(linked[at]), float(between[at]), int(rank), len(linked), int(degrees[linked[at]]))
        for at, rank in zip(order.tolist(), ranks.tolist(), strict=True)
    ]
