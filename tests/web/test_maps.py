"""Maps of counts: classes, links, places without an outline, no outlines at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.web import maps

fetched = pytest.mark.skipif(
    not (maps.FOLDER / "states.json").exists(), reason="set-up could not fetch the outlines (no npm here)"
)


def link(key: str) -> str:
    return f"/search?state={key}"


@fetched
def test_states_are_shapes_and_rows() -> None:
    made = maps.nation({"NJ": 90, "NY": 5, "PR": 2}, 100, link)
    assert [(place.name, place.count, place.href) for place in made.places] == [
        ("New Jersey", 90, "/search?state=NJ"),
        ("New York", 5, "/search?state=NY"),
        ("Puerto Rico", 2, "/search?state=PR"),
    ]
    assert [place.key for place in made.drawn] == ["NJ", "NY"], "Puerto Rico is not on the atlas"
    assert len(made.ground) == 49
    assert made.nowhere == 3
    assert made.places[0].said == "New Jersey: 90 results"
    assert made.width > made.height > 0


@fetched
def test_counties_of_one_state() -> None:
    made = maps.state("NJ", {"34007": 4, "34001": 1, "36061": 7}, 6, link, ["34007"])
    assert [(place.name, place.chosen) for place in made.places] == [("Camden", True), ("Atlantic", False)]
    assert len(made.ground) == 21 - 2
    assert made.title == "By county of New Jersey"


@fetched
def test_every_state_has_its_counties() -> None:
    from learnwork.formats.states import NAMES

    drawn = [key for key in NAMES if maps._fips(key)]
    assert len(drawn) == 51
    assert all(maps.state(key, {}, 0, link).ground for key in drawn)


def test_without_outlines_the_table_says_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(maps, "FOLDER", tmp_path)
    maps._read.cache_clear()
    try:
        made = maps.nation({"NJ": 3}, 3, link)
        assert [(place.name, place.count) for place in made.places] == [("New Jersey", 3)]
        assert not made.drawn
        assert maps.state("NJ", {"34007": 3}, 3, link).places[0].name == "34007"
    finally:
        maps._read.cache_clear()


@given(st.dictionaries(st.sampled_from(sorted(maps.NAMES)), st.integers(1, 10**6), max_size=50))
def test_classes_cover_every_count_once(counts: dict[str, int]) -> None:
    made = maps.nation(counts, sum(counts.values()), link)
    assert len(made.places) == len(counts)
    assert all(1 <= place.shade <= 5 for place in made.places)
    ordered = sorted(made.places, key=lambda place: place.count)
    assert [place.shade for place in ordered] == sorted(place.shade for place in made.places)
    if counts:
        assert ordered[-1].shade == 5
    assert {shade for shade, _ in made.scale} == {place.shade for place in made.places}
