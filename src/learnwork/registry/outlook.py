"""What belongs beside a resource on its page: where a field leads, which areas have figures, what fell silent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from learnwork.registry.figures import documents_of, measured, membership
from learnwork.registry.models import Area, Group, Link, Observation, Release, Resource
from learnwork.registry.queries import PROVIDERS
from learnwork.registry.views import BulkRow, Figure, LinkView, ResourceView
from learnwork.vocabulary.measures import by_key, by_number

# What one wants to know of an occupation's pay, the first that is there: the median of a year, its lower bound
# where the publisher prints no more, the median of an hour where the work has no year.
PAY = (
    "oews.annual_median",
    "oews.annual_median_at_least",
    "oews.hourly_median",
    "oews.hourly_median_at_least",
)
OPENINGS = "projections.openings"
_DETAILED = re.compile(r"\d\d-\d{3}[1-9]")  # codes of SOC that name one occupation, not a group


@dataclass(frozen=True, slots=True)
class Prospect:
    """An occupation that a field leads to, with the occupation's pay by area key. Never what completers earn.

    openings: those expected in a year, in the nation; a forecast.
    """

    ctid: str
    name: str
    pay: dict[str, Figure]
    openings: Figure | None = None


def prospects(links: Sequence[LinkView], areas: Sequence[str]) -> list[Prospect]:
    """The occupations that a resource leads to, by its own word or through its fields of study. Two queries.

    links: the resource's, from `queries.links`.
    """
    named = [
        one.ctid for one in links if one.predicate in ("ceterms:occupationType", "lw:leadsTo") and one.ctid
    ]
    fields = [one.ctid for one in links if one.predicate == "ceterms:instructionalProgramType" and one.ctid]
    through = Link.objects.filter(subject__ctid__in=fields, predicate="lw:leadsTo", object__isnull=False)
    rows = Resource.objects.filter(status=Resource.Status.CURRENT, ctid__in=named) | Resource.objects.filter(
        status=Resource.Status.CURRENT, pk__in=through.values("object_id")
    )
    return with_pay({row.pk: row for row in rows.order_by("name")}, areas)


def with_pay(found: Mapping[int, Resource], areas: Sequence[str]) -> list[Prospect]:
    """Occupations with what they pay in some areas, and their openings. One query."""
    paid, opening = _pay(list(found), areas)
    return [Prospect(row.ctid, row.name, paid.get(pk, {}), opening.get(pk)) for pk, row in found.items()]


def _pay(ids: Sequence[int], areas: Sequence[str]) -> tuple[dict[int, dict[str, Figure]], dict[int, Figure]]:
    numbers = [by_key[key].number for key in PAY if key in by_key]
    forecast = by_key[OPENINGS].number
    asked = (*numbers, forecast)
    kinds, places = (", ".join(["%s"] * len(each)) for each in (asked, areas))
    near = f"o.area_id IN (SELECT id FROM registry_area WHERE key IN ({places}))"  # noqa: S608
    where = f"o.measure IN ({kinds}) AND {near} AND o.resource_id IN ({{}})"
    best: dict[tuple[int, str], tuple[tuple[bool, int], Figure]] = {}
    opening: dict[int, Figure] = {}
    for resource, _, figure in measured(where, ids, *asked, *areas) if areas else ():
        if resource is None:
            continue
        if figure.measure.number == forecast:
            if figure.area_key == "us":
                opening[resource] = figure
            continue
        rank = (figure.value is None, numbers.index(figure.measure.number))
        place = (resource, figure.area_key)
        if place not in best or rank < best[place][0]:
            best[place] = (rank, figure)
    pay: dict[int, dict[str, Figure]] = {}
    for (pk, area), (_, figure) in best.items():
        pay.setdefault(pk, {})[area] = figure
    return pay, opening


def groups_of(
    rows: Sequence[BulkRow], measures: Sequence[int]
) -> dict[int, dict[tuple[str, str, float | None], Group]]:
    """Resource → (measure key, period, value) → the group that shares the figure. Two queries for a page of results."""
    members = {row.id: membership(row.document) for row in rows}
    providers = {provider for member in members.values() for provider in member.providers}
    fields = {code[:n] for member in members.values() for code in member.fields for n in (2, 5, 7)}
    groups = {group.pk: group for group in Group.objects.filter(provider__in=providers, field__in=fields)}
    covered = {
        pk: [group for group in groups.values() if member.covers(group)] for pk, member in members.items()
    }
    wanted = {group.pk for found in covered.values() for group in found}
    shared: dict[int, list[tuple[str, str, float | None]]] = {}
    for pk, measure, period, value in Observation.objects.filter(
        group_id__in=wanted,
        measure__in=measures,
        release__status=Release.Status.LOADED,
        release__superseded_at=None,
    ).values_list("group_id", "measure", "period", "value"):
        shared.setdefault(pk or 0, []).append((by_number[measure].key, period, value))
    return {
        pk: {figure: group for group in found for figure in shared.get(group.pk, ())}
        for pk, found in covered.items()
    }


def providers_of(ctids: Sequence[str]) -> dict[str, str]:
    """Who offers each of several programs, by CTID: the first provider's name, to tell programs of one name apart."""
    rows = Link.objects.filter(
        subject__ctid__in=ctids, predicate__in=PROVIDERS, object__isnull=False
    ).order_by("-id")
    return dict(rows.values_list("subject__ctid", "object__name"))


def employing(area: str, limit: int) -> list[Prospect]:
    """The detailed occupations with the most jobs in an area, with their pay there. Four queries."""
    occupations = Resource.objects.filter(type="ceterms:Occupation", status=Resource.Status.CURRENT)
    jobs = Observation.objects.filter(
        resource_id__in=occupations.values("id"),
        area__in=Area.objects.filter(key=area).values("id"),
        measure=by_key["oews.employment"].number,
        value__isnull=False,
        release__status=Release.Status.LOADED,
        release__superseded_at=None,
    )
    # Groups of occupations employ more than any occupation in them, and come first: read on until there are enough.
    most = [pk for pk in jobs.order_by("-value").values_list("resource_id", flat=True)[: 5 * limit] if pk]
    detailed = {
        pk: document
        for pk, document in documents_of(list(dict.fromkeys(most))).items()
        if _DETAILED.fullmatch(str(document.get("ceterms:codedNotation")))
    }
    kept = [pk for pk in dict.fromkeys(most) if pk in detailed][:limit]
    rows = Resource.objects.in_bulk(kept)
    return with_pay({pk: rows[pk] for pk in kept}, ["us", area])


def areas(view: ResourceView) -> list[Area]:
    """The areas that the resource has figures for: nation, states, then the rest, by name."""
    ids = (
        Observation.objects.filter(resource_id__in=view.ids, area__isnull=False).values("area_id").distinct()
    )
    order = {"nation": 0, "state": 1, "county": 3}
    return sorted(Area.objects.filter(pk__in=ids), key=lambda a: (order.get(a.kind, 2), a.name))


def newest_figures(source_key: str) -> date | None:
    """The date of the newest serving release of a source that brought figures: what is older than it fell silent."""
    releases = Release.objects.filter(
        source__key=source_key,
        status=Release.Status.LOADED,
        superseded_at=None,
        first_figure__isnull=False,
    )
    found: date | None = releases.aggregate(newest=Max("date"))["newest"]
    return found
