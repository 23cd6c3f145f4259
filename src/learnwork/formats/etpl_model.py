"""The parts of a training list's mapping, as `etpl_mapping` reads them and `etpl` uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from learnwork.formats.model import SourceDeclaration

Role = Literal["provider", "program", "outcome", "license", "credential", "occupation", "lookup"]
Kind = Literal["text", "language map", "number", "boolean", "date", "concept", "url", "list"]

ROLES = ("lookup", "license", "credential", "provider", "program", "outcome", "occupation")
KINDS = ("text", "language map", "number", "boolean", "date", "concept", "url", "list")
UNITS = {"hours": "PT{}H", "days": "P{}D", "weeks": "P{}W", "months": "P{}M", "years": "P{}Y", "iso": "{}"}
FIELDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # role: (required, allowed)
    "lookup": (frozenset({"key"}), frozenset({"key"})),
    "license": (frozenset({"key", "name"}), frozenset({"key", "name", "soc"})),
    "credential": (frozenset({"key", "name"}), frozenset({"key", "name", "soc"})),
    "provider": (frozenset({"key", "name"}), frozenset({"key", "name", "fein"})),
    "program": (
        frozenset({"key", "name", "provider"}),
        frozenset({"key", "name", "provider", "cip", "soc", "license", "credential", "prerequisites"}),
    ),
    "outcome": (frozenset(), frozenset({"provider", "cip", "program", "period", "cohort"})),
    "occupation": (frozenset({"soc"}), frozenset({"soc", "area", "area_kind", "period", "cohort"})),
}
# Names of people and how to reach them have no place in a registry, whatever a list publishes.
PERSONAL = re.compile(r"phone|e-?mail|\bfax|contact|social.?security|\bssn\b|birth", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value comes from and how to read it.

    columns: the first that is filled counts, or all of them joined where `join` is set. values: what the
    list's codes mean; a code that is not in it is reported, and kept as it is where `keep` is set.
    lookup: a lookup table; the value is whether the table has the key, or its column `take`.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    values: Mapping[str, str] | None = None
    missing: frozenset[str] = frozenset()
    split: str = ""
    join: str = ""
    keep: bool = False
    lookup: str = ""
    take: str = ""
    kind: Kind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure of a row. not_known: where this column says one of these, the figure is not known.

    `not_known_value` narrows that to figures of this value (a rate of 0 on a base of 0).
    """

    measure: str
    value: Cell
    base: Cell | None = None
    times: float = 1.0
    suppressed: frozenset[str] | None = None
    not_known: Cell | None = None
    not_known_if: frozenset[str] = frozenset()
    not_known_value: float | None = None
    period: Cell | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that the list itself calls doubtful: reported, not refused."""

    cell: Cell
    when: frozenset[str]
    message: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the list. pattern: of the file's name. path: of the rows in a JSON file ("programs.*")."""

    name: str
    role: Role
    pattern: str
    path: str = ""
    sheet: str | None = None
    fields: Mapping[str, Cell] = field(default_factory=dict)
    costs: Mapping[str, Cell] = field(default_factory=dict)
    durations: tuple[Cell, ...] = ()
    place: Mapping[str, Cell] = field(default_factory=dict)
    properties: Mapping[str, Cell] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    fallback: bool = False
    optional: bool = False

    def columns(self) -> set[str]:
        """Every column that the mapping reads from the table."""
        cells = [*self.fields.values(), *self.costs.values(), *self.durations, *self.place.values()]
        cells += [*self.properties.values(), *(doubt.cell for doubt in self.doubts)]
        for figure in self.figures:
            cells += [cell for cell in (figure.value, figure.base, figure.not_known, figure.period) if cell]
        return {column for cell in cells for column in cell.columns}


@dataclass(frozen=True, slots=True)
class MappingOfList:
    """A whole mapping. suppressed: tokens that stand for a figure withheld to protect people."""

    source: SourceDeclaration
    tables: tuple[Table, ...]
    state: str = ""
    currency: str = "USD"
    missing: frozenset[str] = frozenset({"", "null", "n/a"})
    suppressed: frozenset[str] = frozenset()
    release_date: date | None = None
    release_from: tuple[str, str] | None = None
    sample: bool = False

    def table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)
