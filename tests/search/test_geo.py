"""Distances and radii, against brute force and at the ends of the earth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.search.geo import Centre, Points, miles, term

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def test_miles_between_camden_and_boston() -> None:
    assert miles(39.9259, -75.1196, 42.3601, -71.0589) == pytest.approx(269, abs=2)
    assert miles(0, 0, 0, 180) == pytest.approx(12437, abs=5)


@given(
    st.lists(st.tuples(latitudes, longitudes), max_size=30),
    latitudes | st.sampled_from([90.0, -90.0, 89.99]),
    longitudes | st.sampled_from([180.0, -180.0, 179.99]),
    st.floats(0, 12500) | st.sampled_from([0.0, 1.0, 25.0, 6000.0]),
)
def test_within_equals_brute_force(
    places: list[tuple[float, float]], latitude: float, longitude: float, radius: float
) -> None:
    names = {term(*place, "") for place in places}
    found = Points(names).within(Centre(latitude, longitude), radius)

    def away(name: str) -> float:
        north, east, _ = name.split(",")
        return miles(latitude, longitude, float(north), float(east))

    assert sorted(found) == sorted(name for name in names if away(name) <= radius)


def test_the_pole_and_the_date_line_are_places_like_others() -> None:
    names = [term(89.9, 10, ""), term(89.9, -170, ""), term(-17.5, 179.9, ""), term(-17.5, -179.9, "")]
    points = Points(names)
    assert len(points.within(Centre(90, 0), 10)) == 2
    assert len(points.within(Centre(-17.5, 180), 10)) == 2


def test_a_zip_code_is_the_middle_of_its_institutions_or_of_its_area() -> None:
    points = Points([term(40.0, -75.0, "08102"), term(40.2, -75.2, "08102"), term(None, None, "08102")])
    centre = points.centre("08102")
    assert centre is not None
    assert (round(centre.latitude, 6), round(centre.longitude, 6)) == (40.1, -75.1)
    assert centre.note == "approximate: centre of the institutions in ZIP 08102"
    area = points.centre("08199")
    assert area is not None
    assert "081xx" in area.note
    assert points.centre("99999") is None
    assert ",,08102" in points.within(centre, 1), "a place known by its ZIP code alone lies where that is"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 91.0, None])
def test_what_is_nowhere_on_earth_has_no_term(bad: float | None) -> None:
    assert term(bad, 0.0, "") == ""
    assert term(bad, 0.0, "08102") == ",,08102"
