"""What each column of a sheet means: guessed by `sheet_guess`, saved as YAML, edited by a person, read again.

type: learning_opportunity
key: course no
columns:
  course no: {role: key}
  title: {term: "ceterms:name"}
  price: {term: "ceterms:estimatedCost", detail: "costType:Tuition"}
  hours: {term: "ceterms:estimatedDuration", detail: hours}
  remarks: {role: ignore}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from learnwork.formats.declarations import read_yaml
from learnwork.formats.etpl_model import UNITS
from learnwork.vocabulary.errors import BadMappingError
from learnwork.vocabulary.types import Property, ResourceType, all_types, by_key

PLACE_PARTS = ("street", "city", "region", "postal_code", "county", "country", "latitude", "longitude")
ROLES = (
    "property",
    "ctid",
    "type",
    "key",
    "provider",
    "more",
    "ignore",
    *(f"place.{part}" for part in PLACE_PARTS),
)
_TOP = {"type", "key", "columns", "sheet"}
_COLUMN = {"role", "term", "detail", "split", "confidence", "reason"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is for. detail: type of a cost, unit of a duration, framework of a code.

    confidence: 0 to 1, of a guess. reason: why, in words for the person who checks it.
    """

    name: str
    role: str = "ignore"
    term: str = ""
    detail: str = ""
    split: str = ""
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """The columns of a sheet, the type its rows have, and the column that tells rows apart (\"\" for none)."""

    type: ResourceType
    columns: tuple[Column, ...]
    key: str = ""
    sheet: str | None = None
    properties: Mapping[str, Property] = field(default_factory=dict)

    def by_role(self, role: str) -> str:
        """The name of the column of a role; "" where there is none."""
        return next((column.name for column in self.columns if column.role == role), "")


def mapping_of(
    type_: ResourceType, columns: tuple[Column, ...], key: str = "", sheet: str | None = None
) -> SheetMapping:
    return SheetMapping(type_, columns, key, sheet, {item.term: item for item in type_.properties})


def save(mapping: SheetMapping, path: Path) -> None:
    """Write a mapping for a person to check and edit."""
    columns = {
        column.name: {
            name: value
            for name, value in (
                ("role", column.role),
                ("term", column.term),
                ("detail", column.detail),
                ("split", column.split),
                ("confidence", round(column.confidence, 2)),
                ("reason", column.reason),
            )
            if value not in ("", "property") or name == "confidence"
        }
        for column in mapping.columns
    }
    content: dict[str, Any] = {"type": mapping.type.key, "key": mapping.key, "columns": columns}
    if mapping.sheet:
        content["sheet"] = mapping.sheet
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def read_sheet_mapping(path: Path) -> SheetMapping:
    """A mapping from YAML. Raises `BadMappingError` that names file and key."""
    content = read_yaml(path)
    _only(path, "", content, _TOP)
    key = content.get("type")
    known = [type_.key for type_ in all_types()]
    if key not in known:
        raise _bad(path, "type", f"is {key!r}", f"Choose one of {', '.join(known)}.")
    type_ = by_key(str(key))
    listed = content.get("columns")
    if not isinstance(listed, dict) or not listed:
        raise _bad(
            path, "columns", "names no columns", "Name each column of the sheet with its term or role."
        )
    columns = tuple(_column(path, type_, str(name), entry) for name, entry in listed.items())
    row_key = str(content.get("key") or "").lower()
    if row_key and row_key not in [column.name for column in columns]:
        raise _bad(path, "key", f"is “{row_key}”, which is no column", "Name one of `columns`.")
    sheet = content.get("sheet")
    return mapping_of(type_, columns, row_key, str(sheet) if sheet else None)


def _column(path: Path, type_: ResourceType, name: str, entry: Any) -> Column:
    where = f"columns.{name}"
    if isinstance(entry, str):
        entry = {"term": entry}
    if not isinstance(entry, dict):
        raise _bad(path, where, f"is {entry!r}", "Write {term: …} or {role: …}.")
    _only(path, f"{where}.", entry, _COLUMN)
    texts = {part: str(entry.get(part) or "") for part in ("role", "term", "detail", "split", "reason")}
    role = texts["role"] or ("property" if texts["term"] else "ignore")
    if role not in ROLES:
        raise _bad(path, f"{where}.role", f"is “{role}”", f"Choose one of {', '.join(ROLES)}.")
    if role == "property":
        item = next((item for item in type_.properties if item.term == texts["term"]), None)
        if item is None:
            near = get_close_matches(texts["term"], [item.term for item in type_.properties], 3, 0.5)
            raise _bad(
                path,
                f"{where}.term",
                f"“{texts['term']}” is no property of {type_.label}",
                f"Perhaps {' or '.join(near)} is meant." if near else "docs/reference/types.md lists them.",
            )
        if item.kind == "duration" and texts["detail"] and texts["detail"] not in UNITS:
            raise _bad(
                path, f"{where}.detail", f"is “{texts['detail']}”", f"Choose one of {', '.join(UNITS)}."
            )
    confidence = entry.get("confidence", 1.0)
    return Column(
        name.lower(),
        role,
        texts["term"],
        texts["detail"],
        texts["split"],
        float(confidence) if isinstance(confidence, int | float) else 1.0,
        texts["reason"],
    )


def _only(path: Path, where: str, content: Mapping[str, Any], known: set[str]) -> None:
    for name in content:
        if name not in known:
            raise _bad(path, f"{where}{name}", "is not known here", f"Known are: {', '.join(sorted(known))}.")


def _bad(path: Path, key: str, what: str, hint: str) -> BadMappingError:
    return BadMappingError(f"{path.name}: `{key}` {what}.", hint=hint, file=str(path), key=key)
