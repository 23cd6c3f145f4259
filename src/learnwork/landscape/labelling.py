"""Which names a picture can carry, and where: none over another, none over a node, the most important first.

Names are set greedily in a given order, each at the first of eight places around its node that is free. For every
step of zooming it is done again (nodes move apart, names keep their size), a name keeping its place where it can, so
that zooming in adds names. The same nodes give the same names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ZOOMS = (1, 2, 4, 8)
SIZE = 13.0  # CSS pixels of the names
LINE = 15.0
_LONGEST = 26  # characters of a line; a name has two at most
_NARROW, _BROAD = frozenset("iljtfrI.,:;'’|()[] -"), frozenset("mwMWQGO@%—")
_GAP = 3.0


@dataclass(frozen=True, slots=True)
class Name:
    """A name beside its node: at which zooms it is seen, its lines, and where the first begins, from the node on.

    anchor: as in SVG ("start", "middle", "end").
    """

    node: int
    lines: tuple[str, ...]
    dx: float
    dy: float
    anchor: str
    zooms: tuple[int, ...]


def width_of(text: str) -> float:
    """How wide a text is at most in the faces that a page may have, in CSS pixels."""
    units = sum(0.36 if one in _NARROW else 0.86 if one in _BROAD else 0.6 for one in text)
    return units * SIZE


def lines_of(name: str) -> tuple[str, ...]:
    found = wrap(name, _LONGEST, max_lines=2, placeholder="…", break_long_words=True)
    return tuple(found) or ("",)


def names(
    at: Floats,
    radii: Sequence[float],
    texts: Sequence[str],
    order: Sequence[int],
    size: tuple[float, float],
) -> list[Name]:
    """The names that fit. order: nodes, the most important first; size: of the picture, which no name leaves."""
    lines = [lines_of(text) for text in texts]
    boxes = [(max(width_of(one) for one in some), LINE * len(some)) for some in lines]
    held: dict[int, int] = {}
    seen: dict[tuple[int, int], list[int]] = {}
    for zoom in ZOOMS:
        held = _step(at * zoom, radii, boxes, order, (size[0] * zoom, size[1] * zoom), held)
        for node, side in held.items():
            seen.setdefault((node, side), []).append(zoom)
    made = []
    for (node, side), zooms in seen.items():
        dx, dy, anchor = _anchor(side, radii[node], len(lines[node]))
        made.append(Name(node, lines[node], dx, dy, anchor, tuple(zooms)))
    return made


def make_room(
    at: Floats, radii: Sequence[float], texts: Sequence[str], order: Sequence[int], size: tuple[float, float]
) -> Floats:
    """Positions with a few nodes moved aside, so that the most important names stand however crowded it is there.

    order: the nodes whose names are to stand, the most important first. Each takes the side where the fewest nodes
    have to go; a node goes the shortest way that leads it over nothing. Where there is none, the name stays without.
    """
    at, reach = at.copy(), np.asarray(radii, dtype=float)
    kept: list[Floats] = []
    fixed: set[int] = set()
    for node in order:
        lines = lines_of(texts[node])
        wide, high = max(width_of(one) for one in lines), LINE * len(lines)
        fixed.add(node)
        boxes = [_rectangle(side, at[node], reach[node], (wide, high)) for side in range(8)]
        free = [
            box
            for box in boxes
            if _inside(box, size) and not _meets(box, np.array(kept).reshape(-1, 4)).any()
        ]
        for box in sorted(free, key=lambda one: len(_under(one, at, reach, node))):
            moved = _aside(box, at, reach, node, fixed, kept, size)
            if moved is not None:
                at = moved
                kept.append(box)
                break
    return at


def _inside(box: Floats, size: tuple[float, float]) -> bool:
    return bool(box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1])


def _under(box: Floats, at: Floats, reach: Floats, node: int) -> list[int]:
    discs = np.concatenate([at - reach[:, None], at + reach[:, None]], axis=1)
    return [int(one) for one in np.flatnonzero(_meets(box, discs)) if one != node]


def _aside(
    box: Floats,
    at: Floats,
    reach: Floats,
    node: int,
    fixed: set[int],
    kept: Sequence[Floats],
    size: tuple[float, float],
) -> Floats | None:
    """Positions with every node moved out of a box; None where one cannot be."""
    at = at.copy()
    for one in _under(box, at, reach, node):
        if one in fixed:
            return None
        x, y, r = at[one][0], at[one][1], reach[one] + 1.5
        ways = np.array([[x, box[1] - r], [x, box[3] + r], [box[0] - r, y], [box[2] + r, y]])
        for way in ways[np.argsort(np.abs(ways - at[one]).sum(axis=1), kind="stable")]:
            disc = np.concatenate([way - reach[one], way + reach[one]])
            apart = np.hypot(*(at - way).T) - reach - reach[one]
            apart[one] = np.inf
            blocked = _meets(disc, np.array([*kept, box])).any() or apart.min() < 1.5
            if _inside(disc, size) and not blocked:
                at[one] = way
                break
        else:
            return None
    return at


def _step(
    at: Floats,
    radii: Sequence[float],
    boxes: Sequence[tuple[float, float]],
    order: Sequence[int],
    size: tuple[float, float],
    before: dict[int, int],
) -> dict[int, int]:
    """Node → place of its name at one zoom. Those that stood before come first, at their places first."""
    reach = np.asarray(radii, dtype=float)
    discs = np.concatenate([at - reach[:, None], at + reach[:, None]], axis=1)
    taken = np.empty((len(order), 4))
    many = 0
    found: dict[int, int] = {}
    for node in [one for one in order if one in before] + [one for one in order if one not in before]:
        sides = [before[node]] if node in before else []
        for side in sides + [one for one in range(8) if one not in sides]:
            box = _rectangle(side, at[node], reach[node], boxes[node])
            if not _inside(box, size) or _meets(box, taken[:many]).any():
                continue
            over = _meets(box, discs)
            over[node] = False
            if over.any():
                continue
            taken[many] = box
            many += 1
            found[node] = side
            break
    return found


def _meets(box: Floats, others: Floats) -> NDArray[np.bool_]:
    met: NDArray[np.bool_] = (
        (others[:, 0] < box[2]) & (others[:, 2] > box[0]) & (others[:, 1] < box[3]) & (others[:, 3] > box[1])
    )
    return met


# Right, left, below, above, then the corners: (side in x, side in y), -1, 0 or 1.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


def _rectangle(side: int, at: Floats, radius: float, box: tuple[float, float]) -> Floats:
    across, down = _SIDES[side]
    away = radius + _GAP if not (across and down) else radius * 0.7 + 1
    wide, high = box
    left = at[0] + (across * away if across else -wide / 2) - (wide if across < 0 else 0)
    top = at[1] + (down * away if down else -high / 2) - (high if down < 0 else 0)
    return np.array([left, top, left + wide, top + high])


def _anchor(side: int, radius: float, lines: int) -> tuple[float, float, str]:
    """From the node to the baseline of the first line. The rectangle's top stands 0.8 of a line above it."""
    across, down = _SIDES[side]
    away = radius + _GAP if not (across and down) else radius * 0.7 + 1
    high = LINE * lines
    top = down * away - (high if down < 0 else 0) if down else -high / 2
    return round(across * away, 1), round(top + LINE * 0.78, 1), ("end", "middle", "start")[across + 1]
