"""Where the nodes of a network stand: near what they are linked with, apart from all others, the same every time.

Each connected part is laid out by stress majorization (distances in the picture like distances in the network), with
pivots instead of all pairs so that thousands of nodes take a second, turned along the picture, spread to fill a box
of its own size, and pushed apart; the boxes are then shelved, the largest first.

Sources: E. Gansner, Y. Koren, S. North, "Graph drawing by stress majorization", GD 2004; M. Ortmann, M. Klimenta,
U. Brandes, "A sparse stress model", GD 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from learnwork.landscape.layers import Whole

Floats = NDArray[np.float64]
PIVOTS = 50
_ROUNDS = 60
_PUSHES = 80
_TURN = 2.399963  # the golden angle: neighbours in number are never neighbours in direction


@dataclass(frozen=True, slots=True)
class Canvas:
    """How a picture is to be filled, in CSS pixels. room: area a node; apart: least distance of two centres."""

    width: float
    room: float
    apart: float
    margin: float = 16.0
    least_wide: float = 150.0
    least_high: float = 64.0


def place(size: int, edges: Whole, canvas: Canvas) -> tuple[Floats, float]:
    """Position of each of `size` nodes, and the height that the picture takes. edges: shape (n, 2), no loops."""
    if not size:
        return np.zeros((0, 2)), 0.0
    links = _adjacency(size, edges)
    _many, part = connected_components(links, directed=False)
    members = [np.flatnonzero(part == one) for one in np.unique(part)]
    members.sort(key=lambda one: (-len(one), int(one[0])))
    boxes = [_box(len(one), size, canvas) for one in members]
    corners, height = _shelve(boxes, canvas)
    at = np.empty((size, 2))
    for nodes, (wide, high), corner in zip(members, boxes, corners, strict=True):
        inside = _fill(_stress(links[nodes][:, nodes].tocsr()), wide, high, canvas)
        at[nodes] = _pushed(inside, wide, high, canvas) + np.array(corner)
    return at, height


def _adjacency(size: int, edges: Whole) -> csr_array:
    both = np.concatenate([edges, edges[:, ::-1]]) if len(edges) else np.zeros((0, 2), dtype=np.int64)
    links = csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size))
    links.sum_duplicates()
    links.data[:] = 1
    return links


def _box(many: int, size: int, canvas: Canvas) -> tuple[float, float]:
    """Width and height of a part. The one that holds most of the nodes is as wide as the picture."""
    area = many * canvas.room
    own = min(canvas.width, max(canvas.least_wide, (area * 1.3) ** 0.5))
    wide = canvas.width if many > size / 3 else own
    return wide, max(canvas.least_high if many > 1 else canvas.least_high / 2, area / wide)


def _shelve(boxes: list[tuple[float, float]], canvas: Canvas) -> tuple[list[tuple[float, float]], float]:
    corners, x, y, shelf = [], 0.0, 0.0, 0.0
    for wide, high in boxes:
        if x and x + wide > canvas.width + 0.5:
            x, y, shelf = 0.0, y + shelf, 0.0
        corners.append((x, y))
        x, shelf = x + wide, max(shelf, high)
    return corners, y + shelf


def _stress(links: csr_array) -> Floats:
    """Coordinates of a connected part, in no unit."""
    many = links.shape[0]
    if many < 3:
        return np.stack([np.arange(many, dtype=float), np.zeros(many)], axis=1)
    pivots, far = _pivots(links, min(many, PIVOTS))
    at = _classical(far)
    turn = np.arange(many) * _TURN
    at += 0.1 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    first, second, wish = _terms(links, pivots, far)
    weight = 1 / wish**2
    total = np.bincount(first, weight, many)
    for _ in range(_ROUNDS):
        apart = at[first] - at[second]
        length = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
        wanted = at[second] + apart * (wish / length)[:, None]
        at = np.stack([np.bincount(first, weight * wanted[:, d], many) / total for d in (0, 1)], axis=1)
    return at


def _pivots(links: csr_array, many: int) -> tuple[Whole, Floats]:
    """Nodes far from each other, from the best linked on, and the distance of every node to each."""
    chosen = [int(np.diff(links.indptr).argmax())]
    far = [dijkstra(links, directed=False, unweighted=True, indices=chosen[0])]
    nearest = far[0].copy()
    while len(chosen) < many:
        chosen.append(int(nearest.argmax()))
        far.append(dijkstra(links, directed=False, unweighted=True, indices=chosen[-1]))
        nearest = np.minimum(nearest, far[-1])
        if not nearest.any():
            break
    return np.array(chosen), np.array(far).T


def _classical(far: Floats) -> Floats:
    """Pivot multidimensional scaling: where to start from."""
    squared = far**2
    centred = squared - squared.mean(0) - squared.mean(1, keepdims=True) + squared.mean()
    _values, vectors = np.linalg.eigh(centred.T @ centred)
    at = centred @ vectors[:, -2:][:, ::-1]
    # Which way an axis points is left open by the mathematics; the picture is to be the same on every machine.
    for axis in (0, 1):
        if at[np.abs(at[:, axis]).argmax(), axis] < 0:
            at[:, axis] *= -1
    spread = at.std() or 1.0
    scaled: Floats = at / spread * far.mean()
    return scaled


def _terms(links: csr_array, pivots: Whole, far: Floats) -> tuple[Whole, Whole, Floats]:
    """Which distances are wished: of links 1, to pivots theirs, of two neighbours of the same node 2."""
    coo = links.tocoo()
    nodes = np.repeat(np.arange(len(far)), len(pivots))
    to_pivot = np.tile(pivots, len(far))
    kept = nodes != to_pivot
    starts, ends = links.indptr[:-1], links.indptr[1:]
    beside, other = [], []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        near = links.indices[start:end]
        for step in {1, len(near) // 3, len(near) // 2} if len(near) > 2 else ():
            beside.append(near)
            other.append(np.roll(near, step))
    pairs = np.concatenate(beside) if beside else np.zeros(0, dtype=np.int64)
    others = np.concatenate(other) if other else np.zeros(0, dtype=np.int64)
    first = np.concatenate([coo.row, nodes[kept], pairs, others])
    second = np.concatenate([coo.col, to_pivot[kept], others, pairs])
    wish = np.concatenate([np.ones(len(coo.row)), far.ravel()[kept], np.full(2 * len(pairs), 2.0)])
    apart = first != second
    return first[apart], second[apart], wish[apart]


def _fill(at: Floats, wide: float, high: float, canvas: Canvas) -> Floats:
    """Turned so that the longer axis lies along the longer side, and spread evenly: half by distance, half by order."""
    centred = at - at.mean(axis=0)
    _values, axes = np.linalg.eigh(np.cov(centred.T) if len(at) > 1 else np.eye(2))
    turned = centred @ axes[:, ::-1]
    for axis in (0, 1):
        if turned[np.abs(turned[:, axis]).argmax(), axis] < 0:
            turned[:, axis] *= -1
    if high > wide:
        turned = turned[:, ::-1]
    filled: Floats = np.empty_like(turned)
    for axis, length in ((0, wide), (1, high)):
        values = turned[:, axis]
        low, span = values.min(), np.ptp(values)
        line = (values - low) / span if span > 1e-9 else np.full(len(values), 0.5)
        order = np.argsort(np.argsort(values, kind="stable")) / max(len(values) - 1, 1)
        share = 0.5 * line + 0.5 * order if span > 1e-9 else line
        inner = max(length - 2 * canvas.margin, 1.0)
        filled[:, axis] = canvas.margin + share * inner
    return filled


def _pushed(at: Floats, wide: float, high: float, canvas: Canvas) -> Floats:
    """Moved apart until no two centres are nearer than they may, inside the box."""
    low = np.array([canvas.margin, canvas.margin])
    top = np.maximum(np.array([wide, high]) - canvas.margin, low)
    at = at.copy()
    for _ in range(_PUSHES):
        close = cKDTree(at).query_pairs(canvas.apart, output_type="ndarray")
        if not len(close):
            break
        a, b = close[:, 0], close[:, 1]
        apart = at[a] - at[b]
        length = np.hypot(apart[:, 0], apart[:, 1])
        same = length < 1e-6
        apart[same] = np.stack([np.cos(a[same] * _TURN), np.sin(a[same] * _TURN)], axis=1)
        length[same] = 1.0
        missing = canvas.apart + 0.2 - np.where(same, 0.0, length)
        step = apart / length[:, None] * (missing / 2)[:, None]
        move = np.zeros_like(at)
        np.add.at(move, a, step)
        np.add.at(move, b, -step)
        at += move
        np.clip(at, low, top, out=at)
    return at
