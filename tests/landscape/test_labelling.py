"""Names never lie over each other or over a node, stay inside, and zooming in adds names."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from learnwork.landscape.labelling import LINE, ZOOMS, Name, lines_of, make_room, names, width_of

SIZE = (600.0, 400.0)
points = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), min_size=1, max_size=40, unique=True)


def box(name: Name, at: np.ndarray, zoom: int) -> tuple[float, float, float, float]:
    wide = max(width_of(line) for line in name.lines)
    left = at[0] * zoom + name.dx - {"start": 0, "middle": wide / 2, "end": wide}[name.anchor]
    top = at[1] * zoom + name.dy - LINE * 0.78
    return left, top, left + wide, top + LINE * len(name.lines)


@given(points)
@settings(max_examples=60)
def test_no_name_over_another_or_over_a_node(where: list[tuple[float, float]]) -> None:
    at = np.array(where)
    made = names(at, [5.0] * len(at), [f"Name number {n}" for n in range(len(at))], range(len(at)), SIZE)
    for zoom in ZOOMS:
        boxes = {one.node: box(one, at[one.node], zoom) for one in made if zoom in one.zooms}
        for node, (left, top, right, bottom) in boxes.items():
            assert left >= -0.2
            assert top >= -0.2
            assert right <= SIZE[0] * zoom + 0.2
            assert bottom <= SIZE[1] * zoom + 0.2
            for other, (left2, top2, right2, bottom2) in boxes.items():
                if other != node:
                    across, down = (
                        min(right, right2) - max(left, left2),
                        min(bottom, bottom2) - max(top, top2),
                    )
                    assert min(across, down) <= 0.2
            for other, (x, y) in enumerate(at * zoom):
                if other != node:
                    across, down = min(right, x + 5) - max(left, x - 5), min(bottom, y + 5) - max(top, y - 5)
                    assert min(across, down) <= 0.2


def test_zooming_in_adds_names() -> None:
    random = np.random.default_rng(1)
    at = random.random((150, 2)) * SIZE
    made = names(at, [4.0] * 150, [f"An initiative called {n}" for n in range(150)], range(150), SIZE)
    seen = [{one.node for one in made if zoom in one.zooms} for zoom in ZOOMS]
    assert len(seen[0]) < len(seen[1]) < len(seen[2])
    assert len(seen[3]) == 150 or seen[2] < seen[3]


def test_the_most_important_name_comes_first() -> None:
    at = np.array([[300.0, 200.0], [301.0, 201.0]])
    made = names(at, [4.0, 4.0], ["first", "second"], [1, 0], SIZE)
    assert next(one.node for one in made if 1 in one.zooms) == 1


def test_a_long_name_has_two_lines() -> None:
    assert lines_of("Employment and Earnings Record Standards of the T3 Innovation Network") == (
        "Employment and Earnings",
        "Record Standards of the…",
    )
    assert lines_of("") == ("",)


def test_a_crowd_makes_room_for_the_name_of_its_middle() -> None:
    turn = np.arange(14) * 2 * np.pi / 14
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    at = np.concatenate([[[300.0, 200.0]], 30 * ring[:12] + [300.0, 200.0], 60 * ring + [300.0, 200.0]])
    texts = ["A name in the middle", *["leaf"] * (len(at) - 1)]
    radii = [9.0] + [4.4] * (len(at) - 1)
    assert not any(one.node == 0 and 1 in one.zooms for one in names(at, radii, texts, range(len(at)), SIZE))
    moved = make_room(at, radii, texts, [0], SIZE)
    assert any(one.node == 0 and 1 in one.zooms for one in names(moved, radii, texts, range(len(at)), SIZE))
    assert (moved[0] == at[0]).all()
    assert np.hypot(*(moved - at).T).max() < 80
    assert (moved >= 0).all()


@given(points)
@settings(max_examples=40)
def test_making_room_puts_no_node_on_another(where: list[tuple[float, float]]) -> None:
    at = np.array(where)
    radii = [4.0] * len(at)
    moved = make_room(at, radii, [f"Name {n}" for n in range(len(at))], range(min(8, len(at))), SIZE)
    for one in np.flatnonzero((moved != at).any(axis=1)):
        apart = np.hypot(*(moved - moved[one]).T)
        apart[one] = np.inf
        assert apart.min() >= 8
