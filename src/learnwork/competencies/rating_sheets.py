"""Ratings as a sheet: the empty template of a credential, filled ones read back, all ratings out. Pure.

Columns: credential, competency, statement, rater, rated_on, knowledge, specialized, personal, social, rationale,
evidence, status. A level is 1 to 8, `n/a` where the column does not apply, and empty where it was not rated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from learnwork.competencies.rating import COLUMNS, LevelError, read_level
from learnwork.formats.files import rows
from learnwork.formats.sheet_cells import guarded, unguarded
from learnwork.vocabulary.errors import Issue

HEAD = (
    "credential",
    "competency",
    "statement",
    "rater",
    "rated_on",
    *COLUMNS,
    "rationale",
    "evidence",
    "status",
)
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be used; number counts from 1, the heading included."""

    number: int
    credential: str
    competency: str
    statement: str
    rater: str
    rated_on: date | None
    levels: Mapping[str, int | None]
    rationale: str
    evidence: str
    status: str


def read(path: Path) -> tuple[list[Row], list[Issue]]:
    """The rows that can be used, and what is wrong with the others. A row without any level is passed over silently:
    it is the template's. Raises `LearnworkError` where the file cannot be read or lacks the columns."""
    found: list[Row] = []
    issues: list[Issue] = []
    seen: set[tuple[str, str, str]] = set()
    for number, cells in rows(path, required=("statement", *COLUMNS)):
        if number > MOST_ROWS:
            issues.append(
                Issue("rows-too-many", f"Only the first {MOST_ROWS:,} rows were read.", f"row {number}")
            )
            break
        try:
            row = _row(number, {name: unguarded(cell) for name, cell in cells.items()})
        except (LevelError, ValueError) as error:
            issues.append(Issue("rating-refused", str(error), f"row {number}"))
            continue
        if not row.levels:
            continue
        who = (row.credential, row.competency or row.statement.lower(), row.rater)
        if who in seen:
            issues.append(
                Issue(
                    "rated-twice",
                    f"{row.rater or 'The rater'} rates “{row.statement[:80]}” twice.",
                    f"row {number}",
                )
            )
            continue
        seen.add(who)
        found.append(row)
    return found, issues


def _row(number: int, cells: Mapping[str, str]) -> Row:
    levels: dict[str, int | None] = {}
    for column in COLUMNS:
        level = read_level(column, cells.get(column, ""), place=f"Row {number}")
        if level != "":
            levels[column] = level  # type: ignore[assignment]  # "" is the only text that read_level gives
    if levels and not cells.get("statement", "").strip():
        raise ValueError(f"Row {number} rates no statement.")
    on = cells.get("rated_on", "").strip()
    try:
        rated_on = date.fromisoformat(on) if on else None
    except ValueError as error:
        raise ValueError(f"Row {number}: rated_on is {on[:20]!r}, not a date such as 2026-05-31.") from error
    return Row(
        number,
        cells.get("credential", ""),
        cells.get("competency", ""),
        cells.get("statement", ""),
        cells.get("rater", ""),
        rated_on,
        levels,
        cells.get("rationale", ""),
        cells.get("evidence", ""),
        cells.get("status", "").lower() or "draft",
    )


def write(lines: Iterable[Mapping[str, object]]) -> str:
    """CSV with the columns of `HEAD`; what a sheet program would run is guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([guarded(str(line.get(name, ""))) for name in HEAD])
    return out.getvalue()


def level_text(levels: Mapping[str, int | float | None], column: str) -> str:
    """A level as a cell shows it: "5", "4.5", "n/a", or "" where it was not rated."""
    if column not in levels:
        return ""
    level = levels[column]
    return "n/a" if level is None else f"{level:g}"
