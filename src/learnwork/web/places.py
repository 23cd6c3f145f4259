"""The page of a place: what is offered in a state or a county, by whom, in which fields, and what work pays there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.formats.states import NAMES as STATES
from learnwork.layout.presentation import number
from learnwork.registry import outlook, queries
from learnwork.registry.outlook import Prospect
from learnwork.search.engine import spread
from learnwork.search.results import Results
from learnwork.vocabulary.errors import LearnworkError
from learnwork.web import maps
from learnwork.web.asking import Params, address, ask, counted, found
from learnwork.web.claims import Notes, Reference
from learnwork.web.pages import page
from learnwork.web.parts import Drawn, Glance, Part, part
from learnwork.web.prospects import prospects

OFFERED = ["credential", "learning_opportunity"]
WORK = 15  # occupations with the most jobs
_FIPS = re.compile(r"\d{5}")


class UnknownPlaceError(LearnworkError):
    """No state or county has that key, or nothing is here of it."""

    code = "place-unknown"


@dataclass(frozen=True, slots=True)
class PlacePage:
    """See web/place.html. state: (letters, name) of the state that a county lies in. search: all that is there."""

    kind: str
    name: str
    state: tuple[str, str]
    search: str
    total: int
    glances: tuple[Glance, ...]
    parts: tuple[Part, ...]
    notes: tuple[Reference, ...]


def state_page(key: str) -> PlacePage:
    """A state by its two letters. Raises `UnknownPlaceError`."""
    letters = key.upper()
    if letters not in STATES:
        raise UnknownPlaceError(
            _("No state is called %(key)s.") % {"key": f"“{key[:20]}”"},
            hint=_("Use the two letters of the post: /places/state/NJ."),
        )
    where: Params = {"state": letters}
    offered, providers = _offered(where), _providers(where)
    if not offered.total and not providers.total:
        raise UnknownPlaceError(
            _("Nothing here is known to be in %(name)s.") % {"name": STATES[letters]},
            hint=_("Browse what there is: /search."),
        )
    notes = Notes()
    parts = [
        *_what(offered, where),
        *part("counties", _("In which counties?"), _counties(offered, letters)),
        *_who(providers, where),
        *_work([f"state:{letters}"], notes),
    ]
    return PlacePage(
        _("State"),
        STATES[letters],
        ("", ""),
        address(where),
        offered.total,
        _glances(offered, providers),
        tuple(parts),
        notes.all(),
    )


def county_page(code: str) -> PlacePage:
    """A county by its FIPS code of five digits. Raises `UnknownPlaceError`."""
    where: Params = {"county": code}
    known = _FIPS.fullmatch(code) is not None
    offered = _offered(where) if known else Results(ask({}).query)
    providers = _providers(where) if known else offered
    hit = next(iter((*offered.hits, *providers.hits)), None)
    if hit is None:
        raise UnknownPlaceError(
            _("Nothing here is known to be in a county %(code)s.") % {"code": f"“{code[:20]}”"},
            hint=_(
                "Counties have codes of five digits; those of a state are on its page, such as /places/state/NJ."
            ),
        )
    notes = Notes()
    work = _work([f"county:{code}", f"state:{hit.state}"], notes)
    parts = [*_what(offered, where), *_who(providers, where), *work]
    return PlacePage(
        _("County"),
        ", ".join(part for part in (hit.county_name, hit.state) if part),
        (hit.state, STATES.get(hit.state, hit.state)),
        address(where),
        offered.total,
        _glances(offered, providers),
        tuple(parts),
        notes.all(),
    )


def _offered(where: Params) -> Results:
    return ask(
        {**where, "type": OFFERED, "sort": "awards"}, "type", "class", "field", "county", "provider", size=8
    )


def _providers(where: Params) -> Results:
    return ask({**where, "type": "organization"}, "kind", "county", size=8)


def _glances(offered: Results, providers: Results) -> tuple[Glance, ...]:
    found = [
        Glance(_("Credentials and programs"), number(offered.total), "", "#offers"),
        Glance(_("Organizations"), number(providers.total), "", "#who"),
    ]
    return tuple(one for one in found if one.value != "0")


def _what(offered: Results, where: Params) -> list[Part]:
    query: Params = {**where, "type": OFFERED}
    return part(
        "offers",
        _("What can I study here?"),
        counted(offered, "field", query, _("Largest fields of study")),
        counted(offered, "class", query, _("By kind of credential")),
        found(offered, query, _("Those with the most completers")),
    )


def _counties(offered: Results, letters: str) -> Drawn | None:
    """The counties with what is offered in each; a shape and a row lead to the county's own page."""
    counts = spread(offered.query, "county")
    drawn = maps.state(letters, counts, offered.total, lambda code: f"/places/county/{code}")
    return Drawn(drawn) if drawn.places else None


def _who(providers: Results, where: Params) -> list[Part]:
    query: Params = {**where, "type": "organization"}
    return part(
        "who",
        _("Who offers it?"),
        counted(providers, "kind", query, _("By kind of provider")),
        found(providers, query, _("Some of them"), offered=False),
    )


def _work(nearest: Sequence[str], notes: Notes) -> list[Part]:
    """The occupations with the most jobs in the nearest area that has figures, with their pay there."""
    area, employing = next(((area, found) for area in nearest if (found := _employing(area))), ("", []))
    named = next(
        (figure.area_name for one in employing for figure in one.pay.values() if figure.area_key == area), ""
    )
    heading = _("The occupations with the most jobs: %(where)s") % {"where": named}
    return part(
        "work",
        _("What work is there, and what does it pay?"),
        prospects(employing, ["us", area], notes, heading=heading if named else ""),
    )


def _employing(area: str) -> list[Prospect]:
    """Remembered until something changes: the jobs of every occupation are read for it."""
    key = f"work:{area}:{queries.last_change()}"
    found: list[Prospect] | None = cache.get(key)
    if found is None:
        found = outlook.employing(area, WORK)
        cache.set(key, found, timeout=86_400)
    return found


@page
def state(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "web/place.html", {"page": state_page(key)})


@page
def county(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "web/place.html", {"page": county_page(code)})
