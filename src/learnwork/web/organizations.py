"""The page of an organization: what it offers, where, who vouches for it, how many complete what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnwork.layout.presentation import number, period
from learnwork.registry import awards
from learnwork.registry.figures import documents_of
from learnwork.registry.models import Link, Resource
from learnwork.vocabulary.types import by_class
from learnwork.web import charts, related
from learnwork.web import figures as measured_in
from learnwork.web.asking import ask, counted, found
from learnwork.web.gathered import PROVIDERS, Gathered
from learnwork.web.parts import Chart, Glance, Measured, Part, facts, part
from learnwork.web.programs import by_question, suits
from learnwork.web.sections import SUITS, VOUCHES

TOLD = frozenset(PROVIDERS)
_WHERE = (
    "ceterms:address",
    "ceterms:availableAt",
    "ceterms:subjectWebpage",
    "lw:locale",
    "ceterms:contactPoint",
)
# What readers look for: of the organization itself, and of what it offers.
_WANTED = (
    "ceterms:description",
    "ceterms:subjectWebpage",
    "ceterms:address",
    "ceterms:agentType",
    "ceterms:agentSectorType",
    "ceterms:accreditedBy",
)
_OFFERED = (
    "ceterms:description",
    "ceterms:estimatedCost",
    "ceterms:estimatedDuration",
    "ceterms:teaches",
    "ceterms:deliveryType",
    "ceterms:subjectWebpage",
)
SAMPLE = 100  # of what it offers, looked at for what is missing


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not published: of the organization itself, and of how many of the looked-at programs.

    lacking: (label, address at which it can be suggested). programs: (label, how many lack it).
    """

    template: ClassVar[str] = "web/parts/missing.html"
    ctid: str
    lacking: tuple[tuple[str, str], ...]
    programs: tuple[tuple[str, int], ...]
    looked_at: int
    all: bool


def page(about: Gathered) -> tuple[list[Glance], list[Part]]:
    """What stands on top, and the questions."""
    take = about.answers.take
    query = {"provider": about.view.ctid}
    offers = ask(query, "type", "class", "level", "field", size=8)
    listed = found(offers, query, _("Some of it"), offered=False) if offers.total else None
    offered = part(
        "offers",
        _("What does it offer?"),
        counted(offers, "class", query, _("By kind of credential")) if offers.total else None,
        counted(offers, "field", query, _("By field of study")) if offers.total else None,
        listed,
        related.listing(about, _("What it offers"), PROVIDERS) if not offers.total else None,
    )
    where = part("where", _("Where is it?"), facts(take(*_WHERE)))
    fits = part("fits", _("What does it do for learners?"), suits(take(*SUITS)))
    vouches = part("vouches", _("Who vouches for it?"), facts(take(*VOUCHES)))
    tables = measured_in.tables(about.figures, about.notes)
    measured = (Measured(found, _(found[0].heading)) for found in by_question(tables))
    turned = part("turned", _("How did it turn out for others?"), *measured)
    years = awards.of_provider(about.view.ids)
    completers = _completers(about, years)
    return _glances(offers.total, years), [*offered, *where, *fits, *vouches, *turned, *completers]


def _completers(about: Gathered, years: Sequence[awards.YearOfAwards]) -> list[Part]:
    help_ = _(
        "Our own sum of what was reported for each program it offers, in years that run from July to June."
    )
    trend = charts.summed(years, about.notes, help_)
    return part("awards", _("How many complete a program here?"), Chart(trend) if trend else None)


def closing(about: Gathered) -> list[Part]:
    """The word to the provider itself, at the end of the page."""
    sheet = {prop.term: prop.label for prop in about.type.properties}
    view = about.view
    lacking = tuple(
        (sheet[term], about.notes.report(term))
        for term in _WANTED
        if term in sheet and term not in view.document
    )
    programs, looked_at, every = _programs(about)
    if not lacking and not programs:
        return []
    return part("yours", _("Is this you?"), Missing(view.ctid, lacking, programs, looked_at, every))


def _programs(about: Gathered) -> tuple[tuple[tuple[str, int], ...], int, bool]:
    links = Link.objects.filter(
        object_id__in=about.view.ids, predicate__in=PROVIDERS, subject__status=Resource.Status.CURRENT
    )
    ids = list(links.order_by("id").values_list("subject_id", flat=True)[: SAMPLE + 1])
    documents = list(documents_of(list(dict.fromkeys(ids[:SAMPLE]))).values())
    if not documents:
        return (), 0, True
    labels = {prop.term: prop.label for prop in by_class(str(documents[0].get("@type", ""))).properties}
    lacking = [
        (labels[term], sum(term not in document for document in documents))
        for term in _OFFERED
        if term in labels
    ]
    return tuple((label, n) for label, n in lacking if n), len(documents), len(ids) <= SAMPLE


def _glances(offers: int, years: Sequence[awards.YearOfAwards]) -> list[Glance]:
    result = []
    if offers:
        result.append(Glance(_("Offers"), number(offers), _("credentials and programs"), "#offers"))
    if years:
        last = years[-1]
        note = ngettext("award in %(year)s", "awards in %(year)s", int(last.value))
        result.append(
            Glance(_("Completed"), number(last.value), note % {"year": period(last.period)}, "#awards")
        )
    return result
