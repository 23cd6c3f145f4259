"""From the topology of states and counties to compact SVG paths: shared borders are simplified once, so none gapes.

TopoJSON keeps every border once, as an arc of quantised steps; a shape is a list of arcs, `~n` for arc n backwards.
The coordinates are already projected (Albers, Alaska and Hawaii set in), 975 by 610.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIDE = 1000  # units along the longer side of a state's own map
STATES_SCALE = 1.6  # units a pixel of the atlas, on the map of the nation
Point = tuple[float, float]
Arcs = list[list[Point]]


def write(package: Path, folder: Path) -> int:
    """Writes `states.json` and one file for the counties of each state; returns how many files.

    Each file: {"box": [width, height], "shapes": [{"id": FIPS, "name": …, "path": …, "at": [x, y]}]}.
    """
    folder.mkdir(parents=True, exist_ok=True)
    states = json.loads((package / "states-albers-10m.json").read_text())
    shapes = _shapes(states, "states", _arcs(states), tolerance=0.45)
    _save(folder / "states.json", shapes, STATES_SCALE)
    counties = json.loads((package / "counties-albers-10m.json").read_text())
    every = _shapes(counties, "counties", _arcs(counties), tolerance=0.05)
    by_state: dict[str, list[dict[str, Any]]] = {}
    for shape in every:
        by_state.setdefault(shape["id"][:2], []).append(shape)
    for state, inside in by_state.items():
        _save(folder / f"{state}.json", inside, None)
    return 1 + len(by_state)


def _arcs(topology: dict[str, Any]) -> Arcs:
    """Every arc in the units of the atlas: the file holds differences of quantised points."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * sx + tx, y * sy + ty))
        arcs.append(arc)
    return arcs


def _shapes(topology: dict[str, Any], name: str, arcs: Arcs, tolerance: float) -> list[dict[str, Any]]:
    simple = [_simplified(arc, tolerance) for arc in arcs]
    found = []
    for one in topology["objects"][name]["geometries"]:
        polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        rings = [_ring(ring, simple) for polygon in polygons for ring in polygon]
        found.append({"id": one["id"], "name": one["properties"]["name"], "rings": rings})
    return found


def _ring(indices: list[int], arcs: Arcs) -> list[Point]:
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _simplified(arc: list[Point], tolerance: float) -> list[Point]:
    """The line with no more points than it needs to stay within the tolerance (Douglas and Peucker, 1973)."""
    keep = {0, len(arc) - 1}
    open_ = [(0, len(arc) - 1)]
    while open_:
        first, last = open_.pop()
        farthest, at = tolerance, -1
        for n in range(first + 1, last):
            distance = _distance(arc[n], arc[first], arc[last])
            if distance > farthest:
                farthest, at = distance, n
        if at >= 0:
            keep.add(at)
            open_ += [(first, at), (at, last)]
    return [arc[n] for n in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    along = max(0.0, min(1.0, along))
    x, y = start[0] + along * dx - point[0], start[1] + along * dy - point[1]
    return float((x * x + y * y) ** 0.5)


def _save(path: Path, shapes: list[dict[str, Any]], scale: float | None) -> None:
    points = [point for shape in shapes for ring in shape["rings"] for point in ring]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    wide, high = max(x for x, _ in points) - left, max(y for _, y in points) - top
    scale = scale or WIDE / max(wide, high)

    def placed(point: Point) -> tuple[int, int]:
        return round((point[0] - left) * scale), round((point[1] - top) * scale)

    drawn = []
    for shape in shapes:
        rings = [[placed(point) for point in ring] for ring in shape["rings"]]
        at = _middle(max(rings, key=_area))
        drawn.append({"id": shape["id"], "name": shape["name"], "path": _path(rings), "at": at})
    body = {"box": [round(wide * scale), round(high * scale)], "shapes": drawn}
    path.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def _path(rings: list[list[tuple[int, int]]]) -> str:
    """Relative steps of whole units; rings that vanish at this scale are left out, but never a whole shape."""
    kept = [ring for ring in rings if _area(ring) >= 4] or [max(rings, key=_area)]
    parts = []
    for ring in kept:
        x, y = ring[0]
        steps = []
        for nx, ny in ring[1:]:
            if (nx, ny) != (x, y):
                steps.append(f"{nx - x}{'' if ny < y else ' '}{ny - y}")
                x, y = nx, ny
        parts.append(f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z" if steps else "")
    return "".join(parts)


def _area(ring: list[tuple[int, int]]) -> float:
    around = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in around)) / 2


def _middle(ring: list[tuple[int, int]]) -> list[int]:
    """The middle of the ring's box: where a label may stand."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return [(min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2]
