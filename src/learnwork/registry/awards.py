"""Awards of a year summed over the programs of one provider or of one field: two queries, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from learnwork.registry.models import Link, Observation, Release, Resource
from learnwork.registry.queries import PROVIDERS, source_ref
from learnwork.registry.views import SourceRef
from learnwork.vocabulary.measures import by_key

FIELD = ("ceterms:instructionalProgramType",)


@dataclass(frozen=True, slots=True)
class YearOfAwards:
    """A year: the sum, of how many programs, how many of them gave no number, and who reported it."""

    period: str
    value: float
    programs: int
    withheld: int
    source: SourceRef


def of_provider(ids: Sequence[int]) -> list[YearOfAwards]:
    """Awards of all that a provider offers, oldest year first. ids: of the provider, and of those merged into it."""
    return _summed(ids, PROVIDERS)


def of_field(ids: Sequence[int]) -> list[YearOfAwards]:
    """Awards of all programs in a field of study."""
    return _summed(ids, FIELD)


def _summed(ids: Sequence[int], predicates: Sequence[str]) -> list[YearOfAwards]:
    programs = Link.objects.filter(
        object_id__in=ids, predicate__in=predicates, subject__status=Resource.Status.CURRENT
    ).values("subject_id")
    rows = (
        Observation.objects.filter(
            resource_id__in=programs,
            measure=by_key["ipeds.awards"].number,
            release__status=Release.Status.LOADED,
            release__superseded_at=None,
        )
        .values("period", "release_id")
        .annotate(total=Sum("value"), programs=Count("id"), silent=Count("id", filter=Q(value=None)))
        .order_by("period")
    )
    found = list(rows)
    releases = Release.objects.select_related("source").defer("report", "files")
    by_pk = releases.in_bulk([row["release_id"] for row in found])
    return [
        YearOfAwards(
            row["period"],
            row["total"] or 0.0,
            row["programs"],
            row["silent"],
            source_ref(by_pk[row["release_id"]]),
        )
        for row in found
    ]
