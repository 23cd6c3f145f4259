"""Distances on the earth, and which of the index's points lie within a radius.

The index names each place of a resource by one term, "latitude,longitude,ZIP": a search around a point asks which
terms lie near, exactly, and then for the documents with one of those terms. No gazetteer is needed: a ZIP code is
located at the centre of the institutions that have it, and the answer says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, degrees, isfinite, pi, radians, sin, sqrt

EARTH = 3958.7613  # mean radius in miles (IUGG)


@dataclass(frozen=True, slots=True)
class Centre:
    """Where a radius is drawn from, and in words what that point is."""

    latitude: float
    longitude: float
    note: str = ""


def term(latitude: float | None, longitude: float | None, zip_code: str) -> str:
    """The term that stands for a place in the index; "" for one that is nowhere on earth."""
    if latitude is None or longitude is None or not isfinite(latitude) or not isfinite(longitude):
        return ""
    if abs(latitude) > 90 or abs(longitude) > 180:
        return ""
    return f"{latitude:.5f},{longitude:.5f},{zip_code[:5]}"


def miles(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance (haversine formula)."""
    south, north = radians(latitude), radians(other_latitude)
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def box(latitude: float, longitude: float, radius: float) -> tuple[float, float, float]:
    """South, north, and the half width in degrees of longitude of a box that holds the whole circle.

    Within reach of a pole the circle crosses every meridian: the half width is 180.
    """
    reach = radius / EARTH
    south, north = latitude - degrees(reach), latitude + degrees(reach)
    if south <= -90 or north >= 90 or reach >= pi / 2:
        return max(south, -90.0), min(north, 90.0), 180.0
    # The widest point of the circle lies polewards of its centre, hence not reach / cos(latitude).
    return south, north, degrees(asin(min(1.0, sin(reach) / cos(radians(latitude)))))


class Points:
    """Every place that the index knows, by latitude."""

    def __init__(self, terms: Iterable[str]) -> None:
        rows = []
        for name in terms:
            latitude, longitude, zip_code = name.split(",", 2)
            rows.append((float(latitude), float(longitude), zip_code, name))
        self._rows = sorted(rows)
        self._latitudes = [row[0] for row in self._rows]

    def within(self, centre: Centre, radius: float) -> list[str]:
        """Terms of the points at most `radius` miles from the centre."""
        south, north, half = box(centre.latitude, centre.longitude, radius)
        rows = self._rows[
            bisect_left(self._latitudes, south - 1e-6) : bisect_right(self._latitudes, north + 1e-6)
        ]
        return [
            name
            for latitude, longitude, _, name in rows
            # The difference of two longitudes the short way round: across the date line, too.
            if abs((longitude - centre.longitude + 180) % 360 - 180) <= half + 1e-6
            and miles(centre.latitude, centre.longitude, latitude, longitude) <= radius
        ]

    def centre(self, zip_code: str) -> Centre | None:
        """Where a ZIP code is: the middle of the institutions in it, else of those whose ZIP begins alike."""
        for digits, kind in ((5, "ZIP"), (3, "the ZIP area")):
            start = zip_code[:digits]
            found = [row for row in self._rows if row[2].startswith(start)]
            if found:
                # A ZIP area never spans the date line, so a plain mean is the middle.
                latitude = sum(row[0] for row in found) / len(found)
                longitude = sum(row[1] for row in found) / len(found)
                shown = start if digits == 5 else f"{start}xx"
                note = f"approximate: centre of the institutions in {kind} {shown}"
                return Centre(latitude, longitude, note)
        return None
