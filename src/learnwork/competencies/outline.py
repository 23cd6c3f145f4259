"""The part of a framework's tree that one page shows: the way to what is open, and its branches, a window at a time.

However large the framework, a page holds at most `WINDOW` siblings a level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learnwork.competencies.frameworks import Framework, Item

WINDOW = 100


@dataclass(frozen=True, slots=True)
class Branch:
    """One statement in the tree. size: how many stand right under it. up: what closing it opens, "" for the top."""

    item: Item
    size: int
    open: bool
    up: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Siblings side by side. start: how many stand before them; total: how many there are; parent: of all of them."""

    branches: tuple[Branch, ...]
    start: int
    total: int
    parent: str

    @property
    def first(self) -> int:
        return self.start + 1

    @property
    def last(self) -> int:
        return self.start + len(self.branches)

    @property
    def before(self) -> int | None:
        """Where the window before this one begins; None where this is the first."""
        return max(0, self.start - WINDOW) if self.start else None

    @property
    def after(self) -> int | None:
        return self.last if self.last < self.total else None

    def items(self) -> Iterator[Item]:
        """Every statement that is shown, at this level and below."""
        for one in self.branches:
            yield one.item
            if one.level is not None:
                yield from one.level.items()


def opened(frame: Framework, at: str = "", start: int = 0) -> tuple[Level, Level | None]:
    """The tree, and what no way from the top leads to (None where everything is in the tree), opened down to `at`.

    start: from which on the branches of `at` are shown; of the top, where nothing is open.
    """
    tree = frame.tree
    way = tree.way(at)
    within, beside = (way, ()) if not way or way[0] in tree.roots else ((), way)
    apart = _level(frame, tree.apart, "", beside, start if beside else 0) if tree.apart else None
    return _level(frame, tree.roots, "", within, 0 if beside else start), apart


def _level(frame: Framework, keys: Sequence[str], parent: str, way: Sequence[str], start: int) -> Level:
    """way: what is open of these and below; its first is one of `keys`, and decides which of them are shown."""
    begin = keys.index(way[0]) // WINDOW * WINDOW if way else start
    begin = begin if 0 <= begin < len(keys) else 0
    shown = keys[begin : begin + WINDOW]
    branches = tuple(
        _branch(frame, key, parent, way if way and key == way[0] else (), start) for key in shown
    )
    return Level(branches, begin, len(keys), parent)


def _branch(frame: Framework, key: str, parent: str, way: Sequence[str], start: int) -> Branch:
    below = frame.tree.below(key)
    level = _level(frame, below, key, way[1:], start) if way and below else None
    return Branch(frame.items[key], len(below), level is not None, parent, level)
