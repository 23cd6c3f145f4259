"""The page of an occupation: what one does in it, what it pays and where, what it asks, which programs lead there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from learnwork.layout.presentation import format_figure, period
from learnwork.layout.values import worded
from learnwork.registry.views import Figure
from learnwork.web import figures as measured_in
from learnwork.web import related
from learnwork.web.asking import Params, ask, counted, found
from learnwork.web.gathered import Gathered
from learnwork.web.parts import Glance, Measured, Near, Part, facts, part

_DOES = ("lw:tasks", "ceterms:hasTask", "lw:supplementalTasks")
_ASKS = (
    "lw:typicalEducation",
    "lw:workExperience",
    "lw:onTheJobTraining",
    "lw:jobZone",
    "ceterms:requires",
    "ceasn:knowledgeEmbodied",
    "ceasn:skillEmbodied",
    "ceasn:abilityEmbodied",
    "lw:hotTechnologies",
    "lw:technologySkills",
    "lw:interests",
)
_NEAR = ("lw:broader", "ceterms:isSpecializationOf", "ceterms:hasSpecialization", "ceterms:isSimilarTo")
_NARROWER = ("lw:broader", "ceterms:isSpecializationOf")
_PROGRAMS = ("ceterms:occupationType",)
TOLD = frozenset((*_NARROWER, *_PROGRAMS, "lw:leadsTo"))
_AT_TOP = (
    ("oews.annual_median", "oews.annual_median_at_least", "oews.hourly_median"),
    ("oews.employment",),
    ("projections.openings",),
)


def page(about: Gathered) -> tuple[list[Glance], list[Part]]:
    """What stands on top, and the questions."""
    take = about.answers.take
    tables = measured_in.tables(about.figures, about.notes)
    pays = tuple(table for table in tables if table.key.startswith("wage"))
    asks = tuple(table for table in tables if table.key.startswith("rating"))
    jobs = tuple(table for table in tables if table not in pays and table not in asks)
    choice = about.areas if len(about.areas) > 1 else ()
    shown = [
        *part("does", _("What does one do?"), facts(take(*_DOES))),
        *part(
            "wage",
            _("What does it pay?"),
            Measured(pays, areas=choice, area=about.area) if pays else None,
        ),
        *part("jobs", _("How many jobs are there?"), *(Measured((table,)) for table in jobs)),
        *part("asks", _("What does it ask for?"), facts(take(*_ASKS)), Measured(asks) if asks else None),
        *_programs(about),
        *part(
            "near",
            _("Which occupations are near it?"),
            facts(take(*_NEAR)),
            related.listing(about, _("Narrower ones"), _NARROWER),
        ),
    ]
    return _glances(about), shown


def _programs(about: Gathered) -> list[Part]:
    """Which programs lead there: of the state whose figures are shown, where one is; else of all."""
    if not about.code:
        return part("programs", _("What leads there?"), related.listing(about, _("Programs"), _PROGRAMS))
    code = about.code[:7]
    state = about.area.removeprefix("state:") if about.area.startswith("state:") else ""
    query: Params = {"occupation": code, "type": ["credential", "learning_opportunity"]}
    near: Params = {**query, "state": state} if state else query
    results = ask({**near, "sort": "awards"}, "field", size=8)
    if state and not results.total:
        near, results = query, ask({**query, "sort": "awards"}, "field", size=8)
    if not results.total:
        return []
    return part(
        "programs",
        _("Which programs lead there?"),
        found(results, near, _("Those with the most completers")),
        counted(results, "field", near, _("By field of study"), 8),
        Near((("occupation", code),)),
        related.listing(about, _("Fields of study that lead there"), ("lw:leadsTo",)),
    )


def _glances(about: Gathered) -> list[Glance]:
    result = []
    for keys in _AT_TOP:
        fit = [f for f in about.figures if f.measure.key in keys and f.value is not None]
        here = [f for f in fit if f.area_key == about.area] or fit
        if here:
            result.append(_glance(min(here, key=lambda f: keys.index(f.measure.key))))
    return result


def _glance(figure: Figure) -> Glance:
    text = format_figure(figure)
    forecast = figure.measure.kind == "projection"
    href = "#wage" if figure.measure.kind == "wage" else "#jobs"
    note = ", ".join(part for part in (worded(figure.area_name), period(figure.period)) if part)
    label = _("Half earn more than") if "median" in figure.measure.key else _(figure.measure.label)
    return Glance(label, text.value, f"{note}, {_('forecast')}" if forecast else note, href)
