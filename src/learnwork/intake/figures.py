"""Taking observations into the store, by the ten thousand."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from learnwork.formats.model import Area as AreaItem
from learnwork.formats.model import Group as GroupItem
from learnwork.formats.model import Observed
from learnwork.intake.report import Report
from learnwork.registry.models import Area, Group, Observation, Release
from learnwork.registry.store import Numbers, insert, resource_ids, select_in
from learnwork.vocabulary.errors import Issue
from learnwork.vocabulary.measures import by_key

_COLUMNS = (
    "id",
    "release_id",
    "resource_id",
    "group_id",
    "measure",
    "area_id",
    "period",
    "cohort",
    "value",
    "status",
    "base",
    "precision",
    "item_id",
    "row",
)
_STATUS = {label: number for number, label in Observation.Status.choices}


class FiguresIn:
    """The observations of one release. `compare_only` resolves and hashes them without writing any."""

    def __init__(
        self, release: Release, numbers: Numbers, report: Report, *, compare_only: bool = False
    ) -> None:
        self._release = release
        self._numbers = numbers
        self._report = report
        self.wrote = not compare_only
        self._hash = blake2b(digest_size=16)
        self._resources: dict[str, int | None] = {"": None}
        self._groups: dict[tuple[str, str, str], int] = {}
        self._providers: set[str] = set()
        self._areas: dict[str, int | None] = {"": None, **dict(Area.objects.values_list("key", "id"))}
        self._measures = {key: measure.number for key, measure in by_key.items()}
        self.first = self.last = 0

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def take_areas(self, areas: list[AreaItem]) -> None:
        for area in areas:
            if area.key not in self._areas:
                row = Area.objects.create(key=area.key, name=area.name, kind=area.kind, state=area.state)
                self._areas[area.key] = row.pk

    def take(self, chunk: list[Observed]) -> None:
        self._resolve(chunk)
        rows = []
        groups, resources, areas, measures = self._groups, self._resources, self._areas, self._measures
        for subject, measure, period, value, status, area, cohort, base, precision, item, row in chunk:
            if isinstance(subject, str):
                resource, group = resources.get(subject), None
            else:
                resource, group = (
                    None,
                    groups.get((subject.provider, subject.field, ",".join(subject.levels))),
                )
            number, place = measures.get(measure), areas.get(area, -1)
            if (
                (resource is None and group is None)
                or number is None
                or place == -1
                or (item and not resources.get(item))
            ):
                self._refuse(subject, measure, area, item, row)
                continue
            rows.append(
                (
                    resource,
                    group,
                    number,
                    place,
                    period,
                    cohort or None,
                    value,
                    _STATUS[status],
                    base,
                    precision,
                    resources[item],
                    row,
                )
            )
        self._report.observations += len(rows)
        self._hash.update(marshal.dumps(rows, 2))
        if self.wrote:
            self._insert(rows)

    def _insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        release, first = self._release.pk, self._numbers.next(Observation)
        insert(Observation, _COLUMNS, [(first + n, release, *row) for n, row in enumerate(rows)])
        self.first, self.last = self.first or first, first + len(rows) - 1
        self._numbers.advance(Observation, self.last)

    def _resolve(self, chunk: list[Observed]) -> None:
        names = {o.subject for o in chunk if isinstance(o.subject, str)}
        names.update(o.item for o in chunk)
        names.update(o.subject.provider for o in chunk if not isinstance(o.subject, str))
        missing = names - self._resources.keys()
        if missing:
            self._resources.update(dict.fromkeys(missing))
            self._resources.update(resource_ids(missing))
        groups = {o.subject for o in chunk if not isinstance(o.subject, str)}
        if groups:
            self._resolve_groups(groups)

    def _resolve_groups(self, groups: set[GroupItem]) -> None:
        providers = {g.provider for g in groups} - self._providers
        self._providers |= providers
        for pk, provider, field, levels in select_in(
            "SELECT id, provider, field, levels FROM registry_group WHERE provider IN ({})", providers
        ):
            self._groups[(provider, field, levels)] = pk
        rows = []
        for group in sorted(groups):
            name = (group.provider, group.field, ",".join(group.levels))
            if name not in self._groups and self._resources.get(group.provider) is not None:
                self._groups[name] = self._numbers.next(Group)
                rows.append((self._groups[name], *name))
        insert(Group, ("id", "provider", "field", "levels"), rows)

    def _refuse(self, subject: str | GroupItem, measure: str, area: str, item: str, row: int) -> None:
        self._report.observations_refused += 1
        if measure not in self._measures:
            issue = Issue(
                "measure-unknown", f"The measure {measure!r} is not in measures.yaml.", f"row {row}"
            )
        elif area not in self._areas:
            issue = Issue(
                "area-unknown", f"The area {area!r} was not described before its figures.", f"row {row}"
            )
        else:
            name = subject if isinstance(subject, str) else subject.provider
            who = item if isinstance(subject, str) and self._resources.get(subject) is not None else name
            issue = Issue(
                "subject-unknown",
                f"A figure is about {who}, which is not here.",
                f"row {row}",
                "Load the source that describes it first.",
            )
        self._report.add(issue)
