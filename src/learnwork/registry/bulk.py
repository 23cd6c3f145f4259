"""Reading resources by the thousand, for the index and for exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from learnwork.registry.figures import Membership, documents_of, membership
from learnwork.registry.models import Area, Observation, Release, Resource
from learnwork.registry.store import select_in
from learnwork.registry.views import BulkRow
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.measures import by_number

_STATUS = dict(Observation.Status.choices)
_FEW = 200  # fields that are named in a query
Read = tuple[str, str, float | None, str, int | None, bool]


def read(ids: Sequence[int], measures: Sequence[int] = ()) -> list[BulkRow]:
    """Resources in the order of `ids`, with figures that are for no area or for the nation; see `queries.bulk`."""
    rows = {
        row[0]: row[1:]
        for row in select_in(
            "SELECT id, ct_id, type, name, status, derived FROM registry_resource WHERE id IN ({})", ids
        )
    }
    documents = documents_of([pk for pk, row in rows.items() if row[3] == Resource.Status.CURRENT])
    sources = _sources(list(documents))
    figures = _figures(documents, frozenset(measures))
    return [
        BulkRow(
            pk,
            rows[pk][0],
            rows[pk][1],
            rows[pk][2],
            rows[pk][3],
            bool(rows[pk][4]),
            documents.get(pk, {}),
            sources.get(pk, ()),
            figures.get(pk, []),
        )
        for pk in ids
        if pk in rows
    ]


def _sources(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Keys of the sources that speak of each, those of merged resources included."""
    found: dict[int, set[str]] = defaultdict(set)
    merged = dict(
        select_in("SELECT id, merged_into_id FROM registry_resource WHERE merged_into_id IN ({})", ids)
    )
    for resource, key in select_in(
        "SELECT e.resource_id, s.key FROM registry_envelope e JOIN registry_source s ON s.id = e.source_id"
        " WHERE e.superseded_at IS NULL AND e.withdrawn_at IS NULL AND e.resource_id IN ({})",
        [*ids, *merged],
    ):
        found[merged.get(resource, resource)].add(key)
    return {pk: tuple(sorted(keys)) for pk, keys in found.items()}


def serving() -> list[int]:
    """Releases whose figures are shown."""
    rows = Release.objects.filter(status=Release.Status.LOADED, superseded_at=None)
    return list(rows.values_list("id", flat=True))


def _figures(documents: dict[int, Document], measures: frozenset[int]) -> dict[int, list[Read]]:
    shown = frozenset(serving())
    found: dict[int, list[Read]] = defaultdict(list)
    for owner, row in _own(list(documents), shown, measures):
        found[owner].append((*row, False))
    members = {pk: m for pk, d in documents.items() if (m := membership(d)).providers and m.fields}
    for group, row in _shared(members, shown, measures):
        for pk in group:
            found[pk].append((*row, True))
    return found


_Raw = tuple[str, str, float | None, str, int | None]


def _raw(
    rows: Iterator[tuple[object, ...]], shown: frozenset[int], measures: frozenset[int]
) -> Iterator[tuple[int, _Raw]]:
    for owner, release, number, period, value, status, base in rows:
        if release in shown and (not measures or number in measures):
            key = by_number[number].key  # type: ignore[index]
            yield owner, (key, period, value, _STATUS[status], base)  # type: ignore[misc,index]


_COLUMNS = "release_id, measure, period, value, status, base"


def _own(ids: Sequence[int], shown: frozenset[int], measures: frozenset[int]) -> Iterator[tuple[int, _Raw]]:
    sql = f"SELECT resource_id, {_COLUMNS} FROM registry_observation WHERE resource_id IN ({{}})"  # noqa: S608
    yield from _raw(select_in(f"{sql} AND area_id IS NULL", ids), shown, measures)
    nation = Area.objects.filter(key="us").values_list("id", flat=True).first()
    if nation is not None:
        yield from _raw(select_in(f"{sql} AND area_id = {nation:d}", ids), shown, measures)


def _shared(
    members: dict[int, Membership], shown: frozenset[int], measures: frozenset[int]
) -> Iterator[tuple[list[int], _Raw]]:
    by_field: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, member in members.items():
        for field in {wider for code in member.fields for wider in (code, code[:5], code[:2])}:
            for provider in member.providers:
                by_field[(provider, field)].append(pk)
    covered: dict[int, list[int]] = {}
    fields = {field for _, field in by_field}
    # A page of results asks for a few fields; thousands of programs have nearly all, and then naming them costs more.
    inside = f"field IN ({', '.join(['%s'] * len(fields))}) AND " if len(fields) <= _FEW else ""
    for group, provider, field, levels in select_in(
        f"SELECT id, provider, field, levels FROM registry_group WHERE {inside}provider IN ({{}})",  # noqa: S608
        {provider for provider, _ in by_field},
        *(fields if inside else ()),
    ):
        wanted = levels.split(",") if levels else None
        if share := [
            pk for pk in by_field.get((provider, field), ()) if wanted is None or members[pk].level in wanted
        ]:
            covered[group] = share
    sql = f"SELECT group_id, {_COLUMNS} FROM registry_observation WHERE group_id IN ({{}})"  # noqa: S608
    for group_id, row in _raw(select_in(sql, covered), shown, measures):
        yield covered[group_id], row
