"""The first guide, as far as a stored copy of it gave its facts back: rows of goals and stages, and nothing else. Pure.

The file (`guide.yaml`) says which rows are aligned with the years; of the others the order is known and no year. What
the copy does not show (leads, partners, funders, pages of entries, rows after the cut) is not covered, so that a
difference with a later edition does not take silence for change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnwork.formats import ecosystem_documents as documents
from learnwork.landscape.facts import Aspect
from learnwork.landscape.freezing import BadEditionError
from learnwork.landscape.model import Entry, Goal, GoalScheme, Landscape, Said, Stage
from learnwork.landscape.progress import year_of

COVERS = (Aspect.GOAL, Aspect.STAGE, Aspect.STAGE_OF)


@dataclass(frozen=True, slots=True)
class Recovered:
    title: str
    as_of: str
    note: str
    source: str
    landscape: Landscape


def recovered(made: Any, scheme: GoalScheme, issued: str) -> Recovered:
    """The map of a recovered guide. scheme: its goals as the registry knows them, by key; issued: the year of its
    issue, after which columns are forecasts. Raises `BadEditionError`.
    """
    rows = made.get("rows") if isinstance(made, Mapping) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise BadEditionError("The file has no list `rows`.", hint="Give the facts of a recovered guide.")
    about: Mapping[str, Any] = next((one for one in made.get("editions", ()) if one.get("source")), {})
    source = str(about.get("source", ""))
    said = Said((source,) if source else ())
    goals = {goal.key: goal for goal in scheme.goals}
    entries, stages = {}, []
    for number, row in enumerate(rows, 1):
        entry = _entry(row, number, goals, said)
        entries[entry.ctid] = entry
        stages += _stages(entry.ctid, row, issued, said)
    aligned = sum(1 for row in rows if row.get("aligned"))
    note = (
        f"Recovered from a stored copy of an early edition; which one is inferred. {len(rows)} rows were recovered, "
        f"{aligned} of them with their years; of the others only the order of stages is known. "
        f"{about.get('note', '')}".strip()
    )
    landscape = Landscape(entries, stages=tuple(stages), scheme=scheme, schemes=(scheme,), valid_on=issued)
    return Recovered(str(made.get("title") or "Recovered guide"), issued, note, source, landscape)


def _entry(row: Mapping[str, Any], number: int, goals: Mapping[str, Goal], said: Said) -> Entry:
    key, label = row.get("initiative"), row.get("label")
    if not (isinstance(key, str) and key and isinstance(label, str) and label):
        raise BadEditionError(f"Row {number} lacks its initiative or its label.", hint="Name both.")
    goal = goals.get(str(row.get("goal")))
    if goal is None:
        raise BadEditionError(
            f"Row {number} has the goal {row.get('goal')!r}, which its scheme lacks.",
            hint="Load the goals first.",
        )
    return Entry(documents.ctid(documents.INITIATIVE, key), key, label, goals=(goal.ctid,), said=said)


def _stages(entry: str, row: Mapping[str, Any], issued: str, said: Said) -> list[Stage]:
    """By column where the row is aligned; else in their order, without years."""
    columns = row.get("by_column") if row.get("aligned") else None
    said_so = (
        list(columns.items())
        if isinstance(columns, Mapping)
        else [("", one) for one in row.get("stages") or ()]
    )
    found = []
    for at, (period, levels) in enumerate(said_so):
        if not (
            isinstance(levels, list) and len(levels) == 2 and all(isinstance(one, int) for one in levels)
        ):
            raise BadEditionError(
                f"{row['label']}: a stage is no pair of numbers.", hint="Write low and high."
            )
        low, high = levels
        if not 1 <= low <= high <= 5:
            raise BadEditionError(f"{row['label']}: a stage outside 1 to 5.", hint="Write low and high.")
        forecast = (year_of(str(period)) or 0) > int(issued[:4])
        found.append(Stage(entry, str(period), low, high, forecast, issued, at, said))
    return found
