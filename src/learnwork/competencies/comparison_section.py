"""The part of a comparison's page that is about competencies: which are shared, which are not, at what level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from learnwork.competencies.comparing_competencies import Compared, Has, Row, compare
from learnwork.competencies.expected import Thing
from learnwork.competencies.pattern_chart import Chart, chart
from learnwork.competencies.words import names
from learnwork.registry.views import ResourceView

MOST_ROWS = 25


@dataclass(frozen=True, slots=True)
class ShownRow:
    """cells: what each thing is called, and how it has the competency; None where that is not known."""

    competency: Thing
    cells: tuple[tuple[str, Has | None], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """alone: of one thing only, so that the others need no column. more: rows that are not shown here."""

    heading: str
    rows: tuple[ShownRow, ...]
    more: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class CompetencyPart:
    """See competencies/compared.html. called: of each thing. charts: of each thing, empty where nobody rated any."""

    found: Compared
    called: tuple[str, ...]
    groups: tuple[Group, ...]
    charts: tuple[tuple[str, Chart | None], ...]


def part(views: Sequence[ResourceView], called: Sequence[str]) -> CompetencyPart | None:
    """called: how the page calls each thing. None where no competency of any is known."""
    found = compare(views)
    if not found:
        return None
    groups = [_group(_("All of them"), found.shared, called)]
    if found.some:
        groups.append(_group(_("More than one of them"), found.some, called))
    groups += [
        replace(_group(_("Only %(name)s") % {"name": name}, rows, called), alone=True)
        for name, (_thing, rows) in zip(called, found.only, strict=True)
    ]
    charts = tuple(
        (name, chart(thing.pattern, names()) if thing.pattern else None)
        for name, thing in zip(called, found.things, strict=True)
    )
    return CompetencyPart(found, tuple(called), tuple(groups), charts if found.rated else ())


def _group(heading: str, rows: Sequence[Row], called: Sequence[str]) -> Group:
    shown = tuple(
        ShownRow(row.competency, tuple(zip(called, row.cells, strict=True))) for row in rows[:MOST_ROWS]
    )
    return Group(heading, shown, max(0, len(rows) - MOST_ROWS))
