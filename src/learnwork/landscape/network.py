"""The picture of a layer: nodes with their places, lines, and the names that fit. Pure; `drawing` writes it as SVG.

What entries share is drawn as a node of its own: fifteen entries with one partner are fifteen lines, where joining
every two of them would be a hundred and five, and the picture says by whom they are linked. Pairs beyond chance are
joined besides. Declared ties join entries directly. Entries that nothing joins stand in words below the picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from learnwork.landscape.connecting import SHARED, Connected, name_of
from learnwork.landscape.labelling import Name, make_room, names
from learnwork.landscape.layers import Whole
from learnwork.landscape.model import Landscape
from learnwork.landscape.placing import Canvas, Floats, place

MOST_DRAWN = 400  # entries; more are shown as groups first
# The width of a desk's column, and of a phone's. Pictures are as high as their nodes need: the more, the closer.
WIDE = Canvas(width=1140, room=2500, apart=20)
TALL = Canvas(width=340, room=1700, apart=17, margin=12, least_wide=168, least_high=52)
_HEIGHTS = {WIDE: 560.0, TALL: 900.0}  # of a picture whose nodes need less
_MOST_ROOM = 6000.0
_NAMED = 28  # the most joined nodes get a name in any case: one for so many pixels of width


@dataclass(frozen=True, slots=True)
class Dot:
    """key: CTID of an entry, or key of what is shared (`hub`). joins: lines that end here. ended: is over."""

    key: str
    name: str
    x: float
    y: float
    radius: float
    hub: bool
    joins: int
    ended: bool = False

    @property
    def node(self) -> str:
        """By what it is picked."""
        return SHARED + self.key if self.hub else self.key


@dataclass(frozen=True, slots=True)
class Line:
    """Between two dots by number. beyond: joins two entries that share more than chance."""

    first: int
    second: int
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Keys of entries, then of hubs, with the lines between them, before anything has a place."""

    entries: tuple[str, ...]
    hubs: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def edges(self) -> Whole:
        flat = [(line.first, line.second) for line in self.lines]
        return np.array(flat, dtype=np.int64).reshape(-1, 2)


def picture(landscape: Landscape, connected: Connected, canvas: Canvas) -> Picture:
    """The picture of all linked entries on a canvas; the same for the same map."""
    nodes = _nodes(connected)
    keys = (*nodes.entries, *nodes.hubs)
    spare = _HEIGHTS.get(canvas, 0.0) * canvas.width / max(len(keys), 1)
    roomy = replace(canvas, room=max(canvas.room, min(spare, _MOST_ROOM)))
    at, height = place(len(keys), nodes.edges, roomy)
    joins = np.bincount(nodes.edges.ravel(), minlength=len(keys)) if keys else np.zeros(0, dtype=np.int64)
    texts = [name_of(landscape, key) for key in keys]
    radii = [_radius(int(many)) for many in joins]
    order = sorted(range(len(keys)), key=lambda n: (-int(joins[n]), n < len(nodes.entries), n))
    size = (canvas.width, height)
    at = make_room(at, radii, texts, order[: int(canvas.width / _NAMED)], size)
    dots = tuple(
        _dot(landscape, key, at[n], int(joins[n]), n >= len(nodes.entries)) for n, key in enumerate(keys)
    )
    found = names(at, radii, texts, order, size)
    return Picture(canvas.width, round(height, 1), dots, nodes.lines, tuple(found))


def _nodes(connected: Connected) -> _Nodes:
    linked = [connected.rows[at] for at in np.flatnonzero(connected.degrees).tolist()]
    number = {ctid: at for at, ctid in enumerate(linked)}
    row = {at: number.get(ctid, -1) for at, ctid in enumerate(connected.rows)}
    joined = [
        (row[a], row[b])
        for a, b in zip(connected.pairs.first.tolist(), connected.pairs.second.tolist(), strict=True)
    ]
    if connected.two is None:
        return _Nodes(tuple(linked), (), tuple(Line(a, b) for a, b in joined))
    hubs = connected.hubs()
    lines = [
        Line(number[entry], len(linked) + at) for at, (_key, entries) in enumerate(hubs) for entry in entries
    ]
    if connected.judged is not None:
        lines += [Line(*joined[at], beyond=True) for at in np.flatnonzero(connected.judged.beyond).tolist()]
    return _Nodes(tuple(linked), tuple(key for key, _ in hubs), tuple(lines))


def _radius(joins: int) -> float:
    return round(min(3.5 + 0.9 * math.sqrt(joins), 9.0), 1)


def _dot(landscape: Landscape, key: str, at: Floats, joins: int, hub: bool) -> Dot:
    entry = landscape.entries.get(key)
    return Dot(
        key,
        name_of(landscape, key),
        round(float(at[0]), 1),
        round(float(at[1]), 1),
        _radius(joins),
        hub,
        joins,
        entry is not None and not hub and entry.status == "ended",
    )


def neighbours(shown: Picture, node: str) -> frozenset[int]:
    """Numbers of the dots that are lit when `node` is picked: itself, what it is joined with, and what that joins."""
    by_dot: Mapping[int, set[int]] = _near(shown)
    start = next((n for n, dot in enumerate(shown.dots) if dot.node == node), None)
    if start is None:
        return frozenset()
    lit = {start, *by_dot.get(start, ())}
    for n in tuple(lit):
        if shown.dots[n].hub and n != start:
            lit |= by_dot[n]
    return frozenset(lit)


def _near(shown: Picture) -> dict[int, set[int]]:
    near: dict[int, set[int]] = {}
    for line in shown.lines:
        near.setdefault(line.first, set()).add(line.second)
        near.setdefault(line.second, set()).add(line.first)
    return near
