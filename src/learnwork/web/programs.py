"""The page of a credential or a program: what people ask of it, in the order in which they ask. Pure but reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.layout.presentation import format_figure, money, period
from learnwork.layout.values import plain, worded
from learnwork.registry import outlook
from learnwork.registry.figures import sharing
from learnwork.registry.views import Figure
from learnwork.search.gather import total_cost
from learnwork.web import charts, related
from learnwork.web import figures as measured_in
from learnwork.web.claims import Chip, Field
from learnwork.web.gathered import Gathered
from learnwork.web.parts import Chart, Glance, Measured, Part, Prospects, Suit, Suits, facts, part
from learnwork.web.prospects import prospects
from learnwork.web.sections import COST, DOES, LEADS, NEEDS, STACKS, SUITS, TAKES, VOUCHES

# Paths by which others stack into it.
_INTO = (
    "ceterms:isPreparationFor/ceterms:targetCredential",
    "ceterms:isPreparationFor/ceterms:targetLearningOpportunity",
    "ceterms:isPreparationFor",
    "ceterms:hasPart",
    "ceterms:advancedStandingFor/ceterms:targetCredential",
    "ceterms:requires/ceterms:targetCredential",
    "ceterms:isRequiredFor/ceterms:targetCredential",
)
TOLD = frozenset(_INTO)


def page(about: Gathered) -> tuple[list[Glance], list[Part]]:
    """What stands on top, and the questions."""
    areas = ["us", f"state:{about.place.region}"] if about.place.region else ["us"]
    found = outlook.prospects(about.links, areas)
    leading = prospects(found, areas, about.notes, learning=True)
    return [*_glances(about), *_pay(found, areas)], _parts(about, leading)


def _parts(about: Gathered, leading: Prospects | None) -> list[Part]:
    """The four things people ask, then how it turned out, what it stacks into, and how many complete it."""
    take = about.answers.take
    take("lw:reportedProgram")  # a mark at the top of the page says it
    tables = measured_in.tables(about.figures, about.notes)
    costs = tuple(table for table in tables if table.heading == measured_in.COSTS)
    others = tuple(table for table in tables if table not in costs)
    shared = tuple(sharing(about.view)) if any(f.shared_by for f in about.figures) else ()
    suiting = suits(take(*SUITS), _("Does it fit my life?"))
    does = part("does", _("What will I be able to do?"), facts(take(*DOES)))
    cost = part(
        "cost",
        _("What does it cost and take?"),
        facts(take(*COST, *TAKES)),
        Measured(costs, shared_with=shared) if costs else None,
        facts(take(*NEEDS), _("What do I need first?")),
        suiting,
    )
    leads = part("leads", _("Where does it lead?"), facts(take(*LEADS)), leading)
    stacks = part(
        "stacks",
        _("What does it stack into?"),
        facts(take(*STACKS)),
        related.listing(about, _("What leads up to it"), _INTO),
    )
    vouches = part("vouches", _("Who vouches for it?"), facts(take(*VOUCHES)))
    turned = part(
        "turned",
        _("How did it turn out for others?"),
        *(Measured(found, _(found[0].heading), shared_with=shared) for found in by_question(others)),
    )
    return [*does, *cost, *leads, *vouches, *turned, *stacks, *_completers(about)]


def by_question(
    tables: Sequence[measured_in.Table | measured_in.Grid],
) -> list[tuple[measured_in.Table | measured_in.Grid, ...]]:
    """Tables that answer one question together."""
    found: dict[str, list[measured_in.Table | measured_in.Grid]] = {}
    for table in tables:
        found.setdefault(table.heading, []).append(table)
    return [tuple(same) for same in found.values()]


def _completers(about: Gathered) -> list[Part]:
    awards = charts.awards(about.figures)
    newest = outlook.newest_figures(awards[-1].source.key) if awards else None
    trend = charts.trend(awards, newest, about.notes)
    return part("awards", _("How many complete it?"), Chart(trend) if trend else None)


def suits(fields: Sequence[Field], heading: str = "") -> Suits | None:
    """What learners ask of the circumstances; one chip where one source says it all."""
    if not fields:
        return None
    chips: list[Chip | None] = [field.chip for field in fields]
    alike = len({chip.numbers if chip else "" for chip in chips}) == 1
    return Suits(
        tuple(Suit(field, _answer(field)) for field in fields),
        chips[0] if alike and len(fields) > 1 else None,
        heading,
    )


def _answer(field: Field) -> str:
    said = plain([value for item in field.items for value in item.values])
    return {_("yes"): "yes", _("no"): "no"}.get(said, "")


def _glances(about: Gathered) -> list[Glance]:
    """What a learner wants before reading on: price, time, what became of others, what the work pays."""
    document = about.view.document
    found = []
    if (cost := total_cost(document)) is not None:
        found.append(Glance(_("Cost"), money(cost), _("all that is named, together"), "#cost"))
    if duration := document.get("ceterms:estimatedDuration"):
        found.append(Glance(_("Time"), _time(duration), "", "#cost"))
    for kinds, label in ((("earnings",), _("Completers earn")), (("rate",), _("Of completers"))):
        if figure := _first(about.figures, kinds):
            found.append(_of_figure(figure, label))
    awards = charts.awards(about.figures)
    if awards and awards[-1].value is not None:
        last = awards[-1]
        text = format_figure(last)
        found.append(Glance(_("Completed it"), text.value, period(last.period), "#awards", text.missing))
    return found


def _pay(found: Sequence[outlook.Prospect], areas: Sequence[str]) -> list[Glance]:
    """What half of those in the occupations earn more than, in the nearest place: the occupations', never its own."""
    for area in reversed(areas):
        medians = [one.pay[area] for one in found if area in one.pay]
        yearly = [f for f in medians if f.value is not None and f.measure.key == "oews.annual_median"]
        if yearly:
            values = sorted(f.value or 0 for f in yearly)
            paid = money(values[0]) if len(values) == 1 else f"{money(values[0])} – {money(values[-1])}"
            note = ngettext(
                "a year, the median of the occupation it leads to, %(where)s",
                "a year, the medians of %(n)s occupations it leads to, %(where)s",
                len(values),
            )
            where = worded(yearly[0].area_name)
            return [Glance(_("The work pays"), paid, note % {"n": len(values), "where": where}, "#leads")]
    return []


def _first(figures: Sequence[Figure], kinds: Sequence[str]) -> Figure | None:
    """The first figure with a value of one of some kinds, of the newest period; not what somebody derived."""
    fit = [f for f in figures if f.measure.kind in kinds and f.value is not None and not f.measure.derived]
    if not fit:
        return None
    lead = fit[0].measure.number
    return max((f for f in fit if f.measure.number == lead), key=lambda f: f.period)


def _of_figure(figure: Figure, label: str) -> Glance:
    text = format_figure(figure)
    when = figure.measure.horizon
    what = "" if figure.measure.kind == "earnings" else _(figure.measure.label).lower()
    shared = _("shared by %(n)s programs") % {"n": figure.shared_by} if (figure.shared_by or 0) > 1 else ""
    note = ", ".join(part for part in (what, text.base, _(when) if when else "", shared) if part)
    return Glance(label, text.value, note, "#turned")


def _time(value: Any) -> str:
    from learnwork.layout.values import show

    return plain(show(value, "duration")[:2])
