"""The page of a place: what is offered in a state or a county, by whom, in which fields, and what work pays there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from learnwork.formats.states import NAMES as STATES
from learnwork.layout.presentation import number
from learnwork.registry import outlook, queries
from learnwork.registry.models import Area
from learnwork.search.results import Results
from learnwork.vocabulary.errors import LearnworkError
from learnwork.web.asking import Params, address, ask, counted, found
from learnwork.web.claims import Notes, Reference
from learnwork.web.pages import page
from learnwork.web.parts import Counts, Glance, Part, part
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
        *part(
            "counties",
            _("In which counties?"),
            _counties(offered, where),
        ),
        *_who(providers, where),
        *_work(f"state:{letters}", notes),
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
    area = f"county:{code}" if Area.objects.filter(key=f"county:{code}").exists() else f"state:{hit.state}"
    parts = [*_what(offered, where), *_who(providers, where), *_work(area, notes, hit.state)]
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


def _counties(offered: Results, where: Params) -> Counts | None:
    """Counties, each leading to its own page."""
    block = counted(offered, "county", where, _("Credentials and programs by county"), 60)
    if block is None:
        return None
    values = next(facet.values for facet in offered.facets if facet.key == "county")
    codes = {value.label: value.value for value in values}
    rows = tuple(replace(row, href=f"/places/county/{codes[row.label]}") for row in block.rows)
    return replace(block, rows=rows)


def _who(providers: Results, where: Params) -> list[Part]:
    query: Params = {**where, "type": "organization"}
    return part(
        "who",
        _("Who offers it?"),
        counted(providers, "kind", query, _("By kind of provider")),
        found(providers, query, _("Some of them"), offered=False),
    )


def _work(area: str, notes: Notes, state: str = "") -> list[Part]:
    """The occupations with the most jobs there, with their pay; remembered until something changes."""
    key = f"work:{area}:{queries.last_change()}"
    employing = cache.get(key)
    if employing is None:
        employing = outlook.employing(area, WORK)
        if not employing and state:
            employing = outlook.employing(f"state:{state}", WORK)
        cache.set(key, employing, timeout=86_400)
    areas = ["us", f"state:{state}", area] if state else ["us", area]
    heading = _("The occupations with the most jobs")
    if state and employing and area not in employing[0].pay:
        heading = _("The occupations with the most jobs in the state")
    return part(
        "work",
        _("What work is there, and what does it pay?"),
        prospects(employing, list(dict.fromkeys(areas)), notes, heading=heading),
    )


@page
def state(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "web/place.html", {"page": state_page(key)})


@page
def county(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "web/place.html", {"page": county_page(code)})
