"""Maps of counts: which state or county has how many, drawn on the server, each shape a link, its table beside it.

The outlines are fetched at set-up (`tools/fetch_browser_libraries.py`). Where they are not there, or a place has none
(Puerto Rico is not on the atlas), the table says it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import learnwork.layout
from learnwork.formats.states import NAMES
from learnwork.layout.presentation import number

FOLDER = Path(learnwork.layout.__file__).parent / "outlines"
CLASSES = 5
_ABBREVIATIONS = {name: key for key, name in NAMES.items()}
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the table, and one shape where its outline is known. shade: 0 for none, to 5 for the most."""

    key: str
    name: str
    count: int
    href: str
    shade: int
    chosen: bool
    path: str = ""

    @property
    def said(self) -> str:
        """What the shape is called by a screen reader and a tooltip."""
        results = ngettext("%(n)s result", "%(n)s results", self.count) % {"n": number(self.count)}
        return f"{self.name}: {results}"


@dataclass(frozen=True, slots=True)
class Map:
    """places: all with a count, most first. ground: outlines without one. nowhere: results without such a place."""

    title: str
    column: str
    width: int
    height: int
    places: tuple[Place, ...]
    ground: tuple[str, ...]
    scale: tuple[tuple[int, str], ...]
    nowhere: int

    @property
    def drawn(self) -> tuple[Place, ...]:
        """From the west to the east of the file, so that the keyboard walks the map in one order always."""
        return tuple(sorted((p for p in self.places if p.path), key=lambda place: place.name))


def nation(counts: Mapping[str, int], total: int, link: Link, chosen: Sequence[str] = ()) -> Map:
    """The map of the states. counts: by "NJ". link: from a state to where its shape leads."""
    outlines = {_ABBREVIATIONS.get(shape["name"], shape["id"]): shape for shape in _outlines("states")}
    names = {key: NAMES.get(key, key) for key in {*counts, *outlines}}
    return _map(_("By state"), _("State"), "states", counts, total, link, chosen, names, outlines)


def state(key: str, counts: Mapping[str, int], total: int, link: Link, chosen: Sequence[str] = ()) -> Map:
    """The map of one state's counties. counts: by FIPS code; those of other states are left out."""
    file = _fips(key)
    outlines = {shape["id"]: shape for shape in _outlines(file)} if file else {}
    inside = {code: n for code, n in counts.items() if not file or code[:2] == file}
    names = {code: shape["name"] for code, shape in outlines.items()}
    title = _("By county of %(state)s") % {"state": NAMES.get(key, key)}
    return _map(title, _("County"), file, inside, total, link, chosen, names, outlines)


def _map(
    title: str,
    column: str,
    file: str,
    counts: Mapping[str, int],
    total: int,
    link: Link,
    chosen: Sequence[str],
    names: Mapping[str, str],
    outlines: Mapping[str, Mapping[str, Any]],
) -> Map:
    limits = _limits([n for n in counts.values() if n])
    places = [
        Place(
            key,
            names.get(key, key),
            n,
            link(key),
            _shade(n, limits),
            key in chosen,
            outlines[key]["path"] if key in outlines else "",
        )
        for key, n in counts.items()
        if n
    ]
    width, height = _box(file)
    placed = {place.key for place in places}
    return Map(
        title,
        column,
        width,
        height,
        tuple(sorted(places, key=lambda place: (-place.count, place.name))),
        tuple(shape["path"] for key, shape in outlines.items() if key not in placed),
        tuple(_scale(limits, [place.count for place in places])),
        max(0, total - sum(counts.values())) if not chosen else 0,
    )


def _limits(counts: Sequence[int]) -> list[int]:
    """The greatest count of each class: as many places in one as in another, equal counts in the same."""
    found = sorted(counts)
    at = (
        {found[min(len(found) - 1, len(found) * n // CLASSES)] for n in range(1, CLASSES)} if found else set()
    )
    return sorted({*at, *found[-1:]})


def _shade(n: int, limits: Sequence[int]) -> int:
    """The class of a count, the last always the darkest."""
    within = next(at for at, limit in enumerate(limits) if n <= limit)
    return CLASSES - (len(limits) - 1 - within)


def _scale(limits: Sequence[int], counts: Sequence[int]) -> list[tuple[int, str]]:
    """Each class in words: "1 to 12"."""
    scale, low = [], 0
    for limit in limits:
        inside = [n for n in counts if low < n <= limit]
        low = limit
        if inside:
            first, last = number(min(inside)), number(max(inside))
            words = first if first == last else _("%(low)s to %(high)s") % {"low": first, "high": last}
            scale.append((_shade(limit, limits), words))
    return scale


def _fips(state: str) -> str:
    name = NAMES.get(state, "")
    return next((str(shape["id"]) for shape in _outlines("states") if shape["name"] == name), "")


def _outlines(file: str) -> Sequence[Mapping[str, Any]]:
    shapes: Sequence[Mapping[str, Any]] = _read(file).get("shapes", ())
    return shapes


def _box(file: str) -> tuple[int, int]:
    width, height = _read(file).get("box", (0, 0))
    return width, height


@lru_cache(60)
def _read(file: str) -> Mapping[str, Any]:
    path = FOLDER / f"{file}.json"
    try:
        read: Mapping[str, Any] = orjson.loads(path.read_bytes())
    except OSError:
        return {}
    return read
