"""Circles in what is said to be broader than what."""

from __future__ import annotations

from collections.abc import Iterable

import rustworkx


def circles(wider: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """The sets of things that are broader than each other, given (narrower, broader); the largest first."""
    graph: rustworkx.PyDiGraph[str, None] = rustworkx.PyDiGraph(multigraph=False)
    numbers: dict[str, int] = {}
    for pair in wider:
        for key in pair:
            if key not in numbers:
                numbers[key] = graph.add_node(key)
        graph.add_edge(numbers[pair[0]], numbers[pair[1]], None)
    found = [
        frozenset(graph[number] for number in part)
        for part in rustworkx.strongly_connected_components(graph)
        if len(part) > 1
    ]
    return sorted(found, key=lambda part: (-len(part), min(part)))
