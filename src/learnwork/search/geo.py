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

from django.utils.translation import gettext as _

EARTH = 3958.7613  # mean radius in miles (IUGG)


@dataclass(frozen=True, slots=True)
class Centre:
    """Where a radius is drawn from, and in words what that point is."""

    latitude: float
    longitude: float
    note: str = ""


def term(latitude: float | None, longitude: float | None, zip_code: str) -> str:
    """The term that stands for a place in the index; "" for one that is nowhere on earth.

    A place of which only the ZIP code is known lies where that ZIP code is; see `Points`.
    """
    digits = zip_code[:5] if zip_code[:5].isdigit() else ""
    if latitude is None or longitude is None or not isfinite(latitude) or not isfinite(longitude):
        return digits and f",,{digits}"
    if abs(latitude) > 90 or abs(longitude) > 180:
        return digits and f",,{digits}"
    return f"{latitude:.5f},{longitude:.5f},{digits}"


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
        rows, only_zip = [], []
        for name in terms:
            latitude, longitude, zip_code = name.split(",", 2)
            if latitude:
                rows.append((float(latitude), float(longitude), zip_code, name))
            else:
                only_zip.append(zip_code)
        self._centres = _centres(rows)
        located = [(zip_code, middle) for zip_code in only_zip if (middle := self.centre(zip_code))]
        rows += [
            (middle.latitude, middle.longitude, zip_code, f",,{zip_code}") for zip_code, middle in located
        ]
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
            for latitude, longitude, _zip, name in rows
            # The difference of two longitudes the short way round: across the date line, too.
            if abs((longitude - centre.longitude + 180) % 360 - 180) <= half + 1e-6
            and miles(centre.latitude, centre.longitude, latitude, longitude) <= radius
        ]

    def centre(self, zip_code: str) -> Centre | None:
        """Where a ZIP code is: the middle of the institutions in it, else of those whose ZIP begins alike."""
        near = _("the ZIP area %(start)sxx") % {"start": zip_code[:3]}
        for start, kind in ((zip_code, f"ZIP {zip_code}"), (zip_code[:3], near)):
            if start in self._centres:
                note = _("approximate: centre of the institutions in %(where)s") % {"where": kind}
                return Centre(*self._centres[start], note)
        return None


def _centres(rows: Iterable[tuple[float, float, str, str]]) -> dict[str, tuple[float, float]]:
    """ZIP codes and ZIP areas (three digits) → mean latitude and longitude; no area spans the date line."""
    sums: dict[str, tuple[float, float, int]] = {}
    for latitude, longitude, zip_code, _name in rows:
        for start in {zip_code, zip_code[:3]} - {""}:
            north, east, count = sums.get(start, (0.0, 0.0, 0))
            sums[start] = (north + latitude, east + longitude, count + 1)
    return {start: (north / count, east / count) for start, (north, east, count) in sums.items()}
