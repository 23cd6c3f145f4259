"""Which occupations ask most of a competency, by the ratings that a source gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnwork.registry.models import Observation, Release, Resource
from learnwork.registry.queries import source_ref
from learnwork.registry.views import SourceRef
from learnwork.vocabulary.measures import by_key


@dataclass(frozen=True, slots=True)
class Rated:
    """An occupation and how important the competency is to it, and at which level; None where that is not rated."""

    ctid: str
    name: str
    importance: float | None
    level: float | None
    source: SourceRef


def most_asking(competency: Sequence[int], limit: int) -> list[Rated]:
    """The occupations to which a competency matters most, the highest first. Four queries.

    Ratings are found by occupation, not by competency, so this reads every rating there is: remember the answer.
    """
    importance, level = by_key["onet.importance"].number, by_key["onet.level"].number
    occupations = Resource.objects.filter(type="ceterms:Occupation", status=Resource.Status.CURRENT)
    rows = Observation.objects.filter(
        resource_id__in=occupations.values("id"),
        item_id__in=competency,
        release__status=Release.Status.LOADED,
        release__superseded_at=None,
    )
    highest = rows.filter(measure=importance, value__isnull=False).order_by("-value", "resource_id")[:limit]
    found = list(highest)
    ids = [row.resource_id for row in found if row.resource_id]
    levels = dict(rows.filter(measure=level, resource_id__in=ids).values_list("resource_id", "value"))
    named = Resource.objects.in_bulk(ids)
    releases = Release.objects.select_related("source").defer("report", "files")
    by_pk = releases.in_bulk({row.release_id for row in found})
    return [
        Rated(
            named[row.resource_id].ctid,
            named[row.resource_id].name,
            row.value,
            levels.get(row.resource_id),
            source_ref(by_pk[row.release_id]),
        )
        for row in found
        if row.resource_id in named
    ]
