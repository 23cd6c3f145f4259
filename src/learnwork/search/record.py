"""What the index holds of one resource: plain values, made by `gather.py` or by the generator of the benchmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource is offered. state: "NJ"; county: FIPS code "34007"; degrees of WGS 84, both or none."""

    state: str = ""
    county: str = ""
    county_name: str = ""
    city: str = ""
    zip: str = ""
    latitude: float | None = None
    longitude: float | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Record:
    """One resource as it is searched.

    id: the registry's number of the resource. type: key of the resource type. text: further words to be found
    (descriptions, keywords, titles of codes). fields, occupations: codes of CIP and SOC with all their wider
    codes. cost: dollars for the whole program. hours, weeks: duration. earnings: three measures that are
    never compared, see `facets.EARNINGS`. awards: of the latest period; `awarded` is None where nobody counts awards.
    more: (term, value) of the filters that the type brings with it, see `own`.
    popularity: breaks ties between equal answers and orders suggestions.
    """

    id: int
    ctid: str
    type: str
    ctdl_class: str
    name: str
    alternates: tuple[str, ...] = ()
    text: str = ""
    provider: str = ""
    provider_name: str = ""
    provider_kind: str = ""
    level: str = ""
    fields: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    place: Place = NOWHERE
    delivery: tuple[str, ...] = ()
    cost: float | None = None
    hours: float | None = None
    weeks: float | None = None
    earnings: float | None = None
    earnings_1yr: float | None = None
    earnings_quarter: float | None = None
    awards: int | None = None
    awarded: bool | None = None
    quality: tuple[str, ...] = ()
    status: str = "current"
    sources: tuple[str, ...] = ()
    derived: bool = False
    more: tuple[tuple[str, str], ...] = ()
    popularity: int = 0
