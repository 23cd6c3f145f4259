"""The mapping of a state's training list: which file is what, and which column says what. Read from YAML.

docs/reference/formats/etpl.md describes every key. A mapping is checked in full when it is read: an unknown
key, role, property, measure or value map is a `BadMappingError` that names the file and the place in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from learnwork.formats.declarations import declaration, parse_declaration, read_yaml
from learnwork.formats.etpl_model import (
    FIELDS,
    KINDS,
    PERSONAL,
    ROLES,
    UNITS,
    Cell,
    Doubt,
    Figure,
    Kind,
    MappingOfList,
    Role,
    Table,
)
from learnwork.vocabulary.errors import BadMappingError
from learnwork.vocabulary.measures import by_key

_TABLE = {"file", "role", "path", "sheet", "fields", "costs", "durations", "place", "properties", "figures"}
_TABLE |= {"warn", "fallback", "optional", "like"}
_TOP = {
    "source",
    "state",
    "currency",
    "release",
    "missing",
    "suppressed",
    "values",
    "tables",
    "sample",
    "note",
}
_CELL = {"column", "columns", "constant", "values", "missing", "split", "in", "from", "take", "kind", "unit"}
_CELL |= {"join", "keep"}
_PLACE = {
    "street",
    "city",
    "region",
    "postal_code",
    "county",
    "county_code",
    "country",
    "latitude",
    "longitude",
}
_FIGURE = {"measure", "value", "base", "times", "unit", "suppressed", "not_known", "period"}
_PROPERTY = re.compile(r"(ceterms|lw|ceasn|schema):[A-Za-z][A-Za-z0-9]*")
_INTERVAL = re.compile(r"(P[0-9YMWDTHS.]*)?(/(P[0-9YMWDTHS.]*)?)?")


def read_mapping(path: Path) -> MappingOfList:
    """A mapping from YAML, checked. `source` is the key of a declaration that we ship, or a declaration."""
    return _Reader(path, read_yaml(path)).read()


class _Reader:
    """Reads one mapping; knows the file and the named value maps for messages and lookups."""

    def __init__(self, path: Path, content: Mapping[str, Any]) -> None:
        self.path = path
        self.content = content
        self.values: dict[str, Mapping[str, str]] = {}
        self.tables: set[str] = set()

    def read(self) -> MappingOfList:
        content = self.content
        self.only("", content, _TOP)
        source = content.get("source")
        if isinstance(source, str):
            declared = declaration(source)
        else:
            declared = parse_declaration(self.names("source", source), self.path)
        values = self.names("values", content.get("values", {}))
        self.values = {name: self.value_map(f"values.{name}", found) for name, found in values.items()}
        tables = self.names("tables", content.get("tables", {}))
        self.tables = set(tables)
        if not tables:
            raise self.bad("tables", "is missing", "Name at least the table of programs.")
        read = [
            self.table(name, self.with_like(f"tables.{name}", table, tables))
            for name, table in tables.items()
        ]
        released = self.names("release", content.get("release", {}))
        self.only("release.", released, {"date", "table", "column"})
        return MappingOfList(
            source=declared,
            tables=tuple(sorted(read, key=lambda table: (ROLES.index(table.role), table.fallback))),
            state=self.text("state", content.get("state", "")),
            currency=self.text("currency", content.get("currency", "USD")),
            missing=self.tokens("missing", content.get("missing", [])) | {"", "null"},
            suppressed=self.tokens("suppressed", content.get("suppressed", [])),
            release_date=self.date("release.date", released.get("date")),
            release_from=self.release_from(released),
            sample=self.flag("sample", content.get("sample", False)),
        )

    def release_from(self, released: Mapping[str, Any]) -> tuple[str, str] | None:
        if "table" not in released:
            return None
        table = self.text("release.table", released["table"])
        if table not in self.tables:
            raise self.bad("release.table", f"names no table: {table}", "Name one of `tables`.")
        return table, self.text("release.column", released.get("column", "")).lower()

    def with_like(self, where: str, said: Any, tables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The table with place and properties of the one that it is `like`; its own win, null leaves one out."""
        content = self.names(where, said)
        if "like" not in content:
            return content
        other = tables.get(self.text(f"{where}.like", content["like"]))
        if other is None or other is content or "like" in self.names(f"{where}.like", other):
            raise self.bad(
                f"{where}.like", "names no table, or one that is itself like another", "Name a table."
            )
        merged = dict(content)
        for part in ("place", "properties"):
            shared = self.names(f"{where}.{part}", other.get(part, {}))
            both = {**shared, **self.names(f"{where}.{part}", content.get(part, {}))}
            merged[part] = {name: cell for name, cell in both.items() if cell is not None}
        return merged

    def table(self, name: str, content: Mapping[str, Any]) -> Table:
        where = f"tables.{name}."
        self.only(where, content, _TABLE)
        role = self.text(f"{where}role", content.get("role", ""))
        if role not in FIELDS:
            raise self.bad(f"{where}role", f"is “{role}”", f"Choose one of {', '.join(ROLES)}.")
        pattern = self.text(f"{where}file", content.get("file", ""))
        if not pattern:
            raise self.bad(
                f"{where}file", "is missing", "Write a pattern of file names, such as *programs*.csv."
            )
        fields = self.cells(f"{where}fields", content.get("fields", {}))
        required, allowed = FIELDS[role]
        self.only(f"{where}fields.", fields, set(allowed))
        if lacking := sorted(required - set(fields)):
            raise self.bad(f"{where}fields", f"lacks {', '.join(lacking)}", f"A {role} needs them.")
        if role == "outcome" and "program" not in fields and not {"provider", "cip"} <= set(fields):
            raise self.bad(
                f"{where}fields", "lacks whom the outcomes are about", "Give program, or provider and cip."
            )
        place = self.cells(f"{where}place", content.get("place", {}))
        self.only(f"{where}place.", place, _PLACE)
        return Table(
            name=name,
            role=cast(Role, role),
            pattern=pattern,
            path=self.text(f"{where}path", content.get("path", "")),
            sheet=content.get("sheet"),
            fields=fields,
            costs=self.costs(where, content.get("costs", {})),
            durations=tuple(
                self.duration(f"{where}durations[{at}]", cell)
                for at, cell in enumerate(self.sequence(f"{where}durations", content.get("durations", [])))
            ),
            place=place,
            properties=self.properties(where, content.get("properties", {})),
            figures=tuple(
                self.figure(f"{where}figures[{at}]", figure)
                for at, figure in enumerate(self.sequence(f"{where}figures", content.get("figures", [])))
            ),
            doubts=tuple(
                self.doubt(f"{where}warn[{at}]", doubt)
                for at, doubt in enumerate(self.sequence(f"{where}warn", content.get("warn", [])))
            ),
            fallback=self.flag(f"{where}fallback", content.get("fallback", False)),
            optional=self.flag(f"{where}optional", content.get("optional", False)),
        )

    def costs(self, where: str, content: Any) -> dict[str, Cell]:
        costs = self.cells(f"{where}costs", content)
        for name in costs:
            if not name.startswith("costType:") and name != "other":
                hint = "Write a concept such as costType:Tuition, or other."
                raise self.bad(f"{where}costs.{name}", "is not a type of cost", hint)
        return costs

    def properties(self, where: str, content: Any) -> dict[str, Cell]:
        properties = self.cells(f"{where}properties", content)
        for name in properties:
            if not _PROPERTY.fullmatch(name):
                hint = "Write a CTDL term such as ceterms:description, or lw:…"
                raise self.bad(f"{where}properties.{name}", "is not a property", hint)
        return properties

    def duration(self, where: str, content: Any) -> Cell:
        cell = self.cell(where, content)
        if not cell.unit:
            raise self.bad(where, "has no unit", f"Add `unit:` with one of {', '.join(UNITS)}.")
        for code, text in (cell.values or {}).items():
            if cell.unit == "iso" and not (text and _INTERVAL.fullmatch(text)):
                raise self.bad(f"{where}.values.{code}", f"“{text}” is no duration", "Write P3M/P5M, or P1D.")
        return cell

    def figure(self, where: str, content: Any) -> Figure:
        content = self.names(where, content)
        self.only(f"{where}.", content, _FIGURE)
        key = self.text(f"{where}.measure", content.get("measure", ""))
        measure = by_key.get(key)
        if measure is None:
            raise self.bad(
                f"{where}.measure", f"“{key}” is not a measure", "docs/reference/measures.md lists them."
            )
        unit = self.text(f"{where}.unit", content.get("unit", ""))
        if unit != measure.unit:
            hint = f"Write `unit: {measure.unit}`, or choose the measure for {unit or 'your unit'}."
            raise self.bad(f"{where}.unit", f"is “{unit}”, but {key} is in {measure.unit}", hint)
        times = content.get("times", 1)
        if not isinstance(times, int | float) or isinstance(times, bool) or times not in (1, 100, 1000):
            raise self.bad(f"{where}.times", f"is {times!r}", "Write 100 (shares) or 1000 (thousands).")
        unknown = self.names(f"{where}.not_known", content.get("not_known", {}))
        self.only(f"{where}.not_known.", unknown, {"column", "is", "value"})
        only_value = unknown.get("value")
        return Figure(
            measure=key,
            value=self.cell(f"{where}.value", content.get("value")),
            base=self.cell(f"{where}.base", content["base"]) if "base" in content else None,
            times=float(times),
            suppressed=self.tokens(f"{where}.suppressed", content["suppressed"])
            if "suppressed" in content
            else None,
            not_known=self.cell(f"{where}.not_known", unknown.get("column")) if unknown else None,
            not_known_if=self.tokens(f"{where}.not_known.is", unknown.get("is", [])),
            not_known_value=float(only_value) if isinstance(only_value, int | float) else None,
            period=self.cell(f"{where}.period", content["period"]) if "period" in content else None,
        )

    def doubt(self, where: str, content: Any) -> Doubt:
        content = self.names(where, content)
        self.only(f"{where}.", content, {"column", "is", "message"})
        return Doubt(
            cell=self.cell(f"{where}.column", content.get("column")),
            when=self.tokens(f"{where}.is", content.get("is", [])),
            message=self.text(f"{where}.message", content.get("message", "")) or "The list marks this row.",
        )

    def cells(self, where: str, content: Any) -> dict[str, Cell]:
        return {name: self.cell(f"{where}.{name}", cell) for name, cell in self.names(where, content).items()}

    def cell(self, where: str, content: Any) -> Cell:
        cell = self.described_cell(where, content)
        for column in cell.columns:
            if PERSONAL.search(column):
                hint = "Leave it out: names, phones and mail addresses of people are not read."
                raise self.bad(where, f"reads “{column}”, which looks like personal data", hint)
        return cell

    def described_cell(self, where: str, content: Any) -> Cell:
        if isinstance(content, str) and content.strip():
            return Cell(columns=(content.strip().lower(),))
        content = self.names(where, content)
        self.only(f"{where}.", content, _CELL)
        listed = [content["column"]] if "column" in content else content.get("columns", [])
        columns = tuple(self.text(f"{where}.columns", name).lower() for name in self.sequence(where, listed))
        constant = content.get("constant")
        if bool(columns) == (constant is not None):
            raise self.bad(where, "has neither column nor constant, or both", "Write `column: name`.")
        kind = self.text(f"{where}.kind", content.get("kind", "text"))
        unit = self.text(f"{where}.unit", content.get("unit", ""))
        if kind not in KINDS:
            raise self.bad(f"{where}.kind", f"is “{kind}”", f"Choose one of {', '.join(KINDS)}.")
        if unit and unit not in UNITS:
            raise self.bad(f"{where}.unit", f"is “{unit}”", f"Choose one of {', '.join(UNITS)}.")
        lookup = self.text(f"{where}.in", content.get("in", content.get("from", "")))
        if lookup and lookup not in self.tables:
            raise self.bad(f"{where}.in", f"names no table: {lookup}", "Name a table of role lookup.")
        values = content.get("values")
        return Cell(
            columns=columns,
            constant=None if constant is None else self.scalar(f"{where}.constant", constant),
            values=self.named_values(f"{where}.values", values) if values is not None else None,
            missing=self.tokens(f"{where}.missing", content.get("missing", [])),
            split=self.text(f"{where}.split", content.get("split", ""), strip=False),
            join=self.text(f"{where}.join", content.get("join", ""), strip=False),
            keep=self.flag(f"{where}.keep", content.get("keep", False)),
            lookup=lookup,
            take=self.text(f"{where}.take", content.get("take", "")).lower(),
            kind=cast(Kind, kind),
            unit=unit,
        )

    def named_values(self, where: str, values: Any) -> Mapping[str, str]:
        if isinstance(values, str):
            if values not in self.values:
                raise self.bad(
                    where, f"“{values}” is not in `values`", "Define it there, or write the map here."
                )
            return self.values[values]
        return self.value_map(where, values)

    def value_map(self, where: str, content: Any) -> dict[str, str]:
        """Code → meaning; YAML's yes, no, true and numbers are taken as they are written."""
        if not isinstance(content, dict):
            raise self.bad(where, "is not a map of codes", 'Write `"1": yes` below it.')
        return {
            self.scalar(where, code).casefold(): self.scalar(f"{where}.{code}", meaning)
            for code, meaning in content.items()
        }

    def tokens(self, where: str, content: Any) -> frozenset[str]:
        items = content if isinstance(content, list) else [content]
        return frozenset(self.scalar(where, item).casefold() for item in items)

    def scalar(self, where: str, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if value is None:
            return "null"
        if isinstance(value, str | int | float):
            return str(value).strip()
        raise self.bad(where, f"is {value!r}", "Write plain text or a number.")

    def text(self, where: str, value: Any, *, strip: bool = True) -> str:
        if not isinstance(value, str):
            raise self.bad(where, f"is {value!r}, not text", "Put it into quotation marks.")
        return value.strip() if strip else value

    def flag(self, where: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.bad(where, f"is {value!r}", "Write true or false.")
        return value

    def date(self, where: str, value: Any) -> date | None:
        if value is None or type(value) is date:
            return value
        raise self.bad(where, f"is {value!r}", "Write a date such as 2024-05-01.")

    def sequence(self, where: str, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.bad(where, "is not a list", "Write one item a line, each after a dash.")
        return value

    def names(self, where: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise self.bad(
                where, "does not hold names with values", "Write `name: value` below it, indented."
            )
        return value

    def only(self, where: str, content: Mapping[str, Any], known: set[str]) -> None:
        for name in content:
            if name not in known:
                raise self.bad(
                    f"{where}{name}", "is not known here", f"Known are: {', '.join(sorted(known))}."
                )

    def bad(self, key: str, what: str, hint: str) -> BadMappingError:
        return BadMappingError(f"{self.path.name}: `{key}` {what}.", hint=hint, file=str(self.path), key=key)
