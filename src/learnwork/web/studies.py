"""The page of a field of study: where one can study it, where it leads, how many complete it."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.layout.presentation import number, period
from learnwork.registry import awards, outlook, queries
from learnwork.search.results import Results
from learnwork.web import charts, related
from learnwork.web.asking import Params, ask, counted, found
from learnwork.web.gathered import Gathered
from learnwork.web.parts import Chart, Glance, Near, Part, Prospects, facts, part
from learnwork.web.prospects import prospects

_NARROWER = ("lw:broader",)
_PROGRAMS = ("ceterms:instructionalProgramType",)
TOLD = frozenset((*_NARROWER, *_PROGRAMS))


def page(about: Gathered) -> tuple[list[Glance], list[Part]]:
    """What stands on top, and the questions."""
    take = about.answers.take
    query: Params = {"field": about.code, "type": ["credential", "learning_opportunity"]}
    results = ask({**query, "sort": "awards"}, "class", "state", size=8) if about.code else None
    total = results.total if results else 0
    years = _years(about)
    take("lw:leadsTo")  # the table of occupations says the same, with their pay
    where = (
        part(
            "where",
            _("Where can I study it?"),
            counted(results, "class", query, _("By kind")),
            counted(results, "state", query, _("By state")),
            found(results, query, _("Those with the most completers")),
            Near((("field", about.code),)),
        )
        if results and total
        else part("where", _("Where can I study it?"), related.listing(about, _("Programs"), _PROGRAMS))
    )
    leads = part("leads", _("Where does it lead?"), _prospects(about, results))
    help_ = _("Our own sum of what each program in the field reported, in years that run from July to June.")
    trend = charts.summed(years, about.notes, help_)
    completers = part("awards", _("How many complete it?"), Chart(trend) if trend else None)
    near = part(
        "near",
        _("Which fields are near it?"),
        facts(take("lw:broader")),
        related.listing(about, _("Narrower ones"), _NARROWER),
    )
    return _glances(total, years), [*where, *leads, *completers, *near]


def _years(about: Gathered) -> list[awards.YearOfAwards]:
    """Awards of the whole field; remembered until something changes, for some fields have thousands of programs."""
    if not about.counts.get(_PROGRAMS[0]):
        return []
    key = f"awards:{about.view.id}:{queries.last_change()}"
    found: list[awards.YearOfAwards] | None = cache.get(key)
    if found is None:
        found = awards.of_field(about.view.ids)
        cache.set(key, found, timeout=86_400)
    return found


def _prospects(about: Gathered, results: Results | None) -> Prospects | None:
    region = about.place.region or _home(results)
    areas = ["us", f"state:{region}"] if region else ["us"]
    return prospects(outlook.prospects(about.links, areas), areas, about.notes)


def _home(results: Results | None) -> str:
    """The state with the most programs in the field: its wages stand beside the nation's."""
    values = next((facet.values for facet in results.facets if facet.key == "state"), ()) if results else ()
    return max(values, key=lambda value: value.count).value if values else ""


def _glances(total: int, years: list[awards.YearOfAwards]) -> list[Glance]:
    result = []
    if total:
        result.append(Glance(_("Programs here"), number(total), "", "#where"))
    if years:
        last = years[-1]
        note = ngettext("award in %(year)s", "awards in %(year)s", int(last.value))
        result.append(
            Glance(_("Completed"), number(last.value), note % {"year": period(last.period)}, "#awards")
        )
    return result
