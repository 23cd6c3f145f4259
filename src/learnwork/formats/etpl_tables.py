"""The rows of a training list's tables: sheets as `files.rows` reads them, JSON flattened to the same shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from learnwork.formats import files
from learnwork.formats.etpl_cells import day
from learnwork.formats.etpl_model import Table
from learnwork.vocabulary.errors import BadMappingError, UnreadableFileError

# Lists of states have a few thousand programs; 64 MB of JSON hold some hundred thousand.
MAX_JSON = 64_000_000
MAX_DEPTH = 12
LIST = " | "


def table_rows(path: Path, table: Table, on_issue: files.OnIssue) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of each row. All columns that the mapping reads must be there."""
    if path.suffix.lower() == ".json" or table.path:
        yield from _json_rows(path, table)
    else:
        columns = sorted(table.columns())
        keep = None if table.role == "lookup" else columns
        yield from files.rows(path, required=columns, sheet=table.sheet, keep=keep, on_issue=on_issue)


def released_on(path: Path, table: Table, column: str) -> date | None:
    """The newest day in a column of a table, or the value of a name at the top of a JSON file."""
    found: list[str | None] = []
    if path.suffix.lower() == ".json":
        top = _parse(path)
        if isinstance(top, dict):
            found = [day(str(value)) for name, value in top.items() if name.lower() == column]
    else:
        found = [
            day(row[column]) for _, row in files.rows(path, required=[column], keep=[column]) if row[column]
        ]
    days = sorted(text for text in found if text)
    return date.fromisoformat(days[-1]) if days else None


def _parse(path: Path) -> Any:
    try:
        return orjson.loads(files.read_text(path, limit=MAX_JSON))
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(
            f"{path.name} is not JSON (line {error.lineno}: {error.msg}).",
            hint="Download it again.",
            file=str(path),
        ) from error


def _json_rows(path: Path, table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by `path`: names joined by dots, `*` for every item of a list or every value of an object."""
    found = [_parse(path)]
    for step in filter(None, table.path.split(".")):
        found = [inner for outer in found for inner in _step(outer, step)]
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    rows = [item for item in found if isinstance(item, dict)]
    if not rows:
        raise BadMappingError(
            f"{path.name} has no rows at `{table.path}`.",
            hint="Check `path` of the table in the mapping.",
            file=str(path),
            key=f"tables.{table.name}.path",
        )
    columns = table.columns()
    known: set[str] = set()
    for number, item in enumerate(rows, 1):
        row: dict[str, str] = {}
        _flatten(item, "", row, 0)
        known |= row.keys()
        yield number, row
    # A column may be missing from a row, whose parent is null, but not from all.
    if missing := sorted(column for column in columns if column not in known):
        raise BadMappingError(
            f"{path.name} has no value named {', '.join(missing)} at `{table.path}`.",
            hint="Check the columns of the table in the mapping.",
            file=str(path),
            key=f"tables.{table.name}",
        )


def _step(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


def _flatten(value: Any, name: str, row: dict[str, str], depth: int) -> None:
    """{"cost": {"tuition": 5660.0}} is {"cost.tuition": "5660"}; null is "null"; plain lists are joined."""
    if isinstance(value, dict) and depth < MAX_DEPTH:
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key}".lstrip(".").lower(), row, depth + 1)
    elif isinstance(value, list):
        row[name] = LIST.join(_text(item) for item in value if not isinstance(item, dict | list))
    else:
        row[name] = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace("\x00", "").strip()
