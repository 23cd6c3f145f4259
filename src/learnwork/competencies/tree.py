"""What stands under what, in order, when several parents, circles and missing parents are all possible.

Each thing is shown wherever it stands; a way from the top never goes round. Building is linear in nodes and edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Node(NamedTuple):
    """parents, children: as the node itself names them; either may be missing. top: it says it is at the top."""

    key: str
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    top: bool = False


class Tree:
    """roots: where reading begins. apart: heads of what no way from the roots leads to."""

    def __init__(self, nodes: Iterable[Node], tops: Sequence[str] = ()) -> None:
        listed = {node.key: node for node in nodes}
        self._below = _below(listed)
        self._above: dict[str, list[str]] = {}
        for parent, keys in self._below.items():
            for key in keys:
                self._above.setdefault(key, []).append(parent)
        named = dict.fromkeys(key for key in tops if key in listed)
        named |= dict.fromkeys(node.key for node in listed.values() if node.top)
        if not named and not self._below:
            named = dict.fromkeys(listed)  # a plain list has no top, and needs none
        self.roots = tuple(named)
        self._step: dict[str, str] = {}  # key → the parent through which it is reached, "" at the top
        self._walk(self.roots)
        self.apart = tuple(self._heads(listed))

    def __len__(self) -> int:
        return len(self._step)

    def below(self, key: str) -> tuple[str, ...]:
        """What stands right under it."""
        return tuple(self._below.get(key, ()))

    def above(self, key: str) -> tuple[str, ...]:
        """Everything it stands right under."""
        return tuple(self._above.get(key, ()))

    def way(self, key: str) -> tuple[str, ...]:
        """From the top to it, itself last; () for what is not in the tree."""
        way: list[str] = []
        while key in self._step:
            way.append(key)
            key = self._step[key]
        return tuple(reversed(way))

    def depth_first(self) -> list[str]:
        """Every node once, as one reads from top to bottom; what stands apart comes last."""
        order: dict[str, None] = {}
        waiting = [*reversed(self.apart), *reversed(self.roots)]
        while waiting:
            key = waiting.pop()
            if key not in order:
                order[key] = None
                waiting += reversed(self._below.get(key, ()))
        return list(order)

    def _walk(self, heads: Iterable[str]) -> None:
        """Note for everything under the heads the shortest way to it."""
        level = [key for key in heads if key not in self._step]
        self._step |= dict.fromkeys(level, "")
        while level:
            following: list[str] = []
            for parent in level:
                for key in self._below.get(parent, ()):
                    if key not in self._step:
                        self._step[key] = parent
                        following.append(key)
            level = following

    def _heads(self, listed: dict[str, Node]) -> list[str]:
        """Things without any parent here come first; then one member of each circle that is left."""
        heads: list[str] = []
        for key in listed:
            if key not in self._step and not self._above.get(key):
                heads.append(key)
                self._walk([key])
        for key in listed:
            if key not in self._step:
                heads.append(self._climb(key))
                self._walk(heads[-1:])
        return heads

    def _climb(self, key: str) -> str:
        """From what no head leads to, up to a member of the circle above it."""
        seen: set[str] = set()
        while key not in seen:
            seen.add(key)
            key = self._above[key][0]
        return key


def _below(listed: dict[str, Node]) -> dict[str, list[str]]:
    """Parent → its children: those it lists, in its order; then those that name it, in theirs."""
    below: dict[str, dict[str, None]] = {}
    for node in listed.values():
        if known := dict.fromkeys(key for key in node.children if key in listed and key != node.key):
            below[node.key] = known
    for node in listed.values():
        for parent in node.parents:
            if parent in listed and parent != node.key:
                below.setdefault(parent, {})[node.key] = None
    return {parent: list(keys) for parent, keys in below.items()}
