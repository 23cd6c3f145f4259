"""Taking observations into the store, by the ten thousand."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
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
_REMEMBER = 500_000  # CTIDs kept with what they mean: about 100 MB
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
        self._groups: dict[GroupItem, int] = {}
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

    def learn(self, resources: Mapping[str, int]) -> None:
        """Tell which resources the CTIDs mean that documents of this release are about."""
        if len(self._resources) > _REMEMBER:
            self._resources = {"": None}
        self._resources.update(resources)

    def take(self, chunk: list[Observed]) -> None:
        self._resolve(chunk)
        rows = []
        groups, resources, areas, measures = self._groups, self._resources, self._areas, self._measures
        for subject, measure, period, value, status, area, cohort, base, precision, item, row in chunk:
            # Each figure is told apart by its class alone: this loop runs millions of times.
            if subject.__class__ is str:
                resource, group = resources.get(subject), None
            else:
                resource, group = None, groups.get(subject)  # type: ignore[arg-type]
            number, place, about = measures.get(measure), areas.get(area, -1), resources.get(item, -1)
            if (resource is None and group is None) or number is None or place == -1 or about == -1:
                self._refuse(subject, measure, area, item, row)
                continue
            known = _STATUS[status]
            rows.append(
                (
                    resource,
                    group,
                    number,
                    place,
                    period,
                    cohort or None,
                    value,
                    known,
                    base,
                    precision,
                    about,
                    row,
                )
            )
        self._report.observations += len(rows)
        self._hash.update(marshal.dumps(rows, 2))
        if self.wrote:
            self._insert(rows)

    def _insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        numbers = self._numbers.range(Observation, len(rows))
        release = self._release.pk
        insert(Observation, _COLUMNS, [(n, release, *row) for n, row in zip(numbers, rows, strict=True)])
        if rows:
            self.first, self.last = self.first or numbers[0], numbers[-1]

    def _resolve(self, chunk: list[Observed]) -> None:
        resources = self._resources
        missing = {s for o in chunk if (s := o[0]).__class__ is str and s not in resources}
        missing |= {item for o in chunk if (item := o[9]) not in resources}
        groups = {s for o in chunk if (s := o[0]).__class__ is not str and s not in self._groups}
        missing |= {g.provider for g in groups if g.provider not in resources}  # type: ignore[union-attr]
        if missing:
            resources.update(resource_ids(missing))
        if groups:
            self._resolve_groups(groups)  # type: ignore[arg-type]

    def _resolve_groups(self, groups: set[GroupItem]) -> None:
        """Find or make groups of providers that are here."""
        for pk, provider, field, levels in select_in(
            "SELECT id, provider, field, levels FROM registry_group WHERE provider IN ({})",
            {g.provider for g in groups} - self._providers,
        ):
            self._groups[GroupItem(provider, field, tuple(levels.split(",")) if levels else ())] = pk
        self._providers |= {g.provider for g in groups}
        rows = []
        for group in sorted(groups - self._groups.keys()):
            if self._resources.get(group.provider) is not None:
                self._groups[group] = self._numbers.next(Group)
                rows.append((self._groups[group], group.provider, group.field, ",".join(group.levels)))
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
