"""CTDL documents of a training list's rows: provider, program, licence, industry credential, occupation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from learnwork.formats import etpl_cells as read
from learnwork.formats.etpl_model import Cell, MappingOfList, Table
from learnwork.formats.model import Document
from learnwork.vocabulary.codes import cip as cip_codes
from learnwork.vocabulary.codes import soc as soc_codes
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue
from learnwork.vocabulary.terms import vocabulary

Row = Mapping[str, str]
Lookups = Mapping[str, Mapping[str, Row]]
T = TypeVar("T")
_YES = {"yes", "true", "t", "y", "1"}
_NO = {"no", "false", "f", "n", "0"}
_PLACE = {
    "street": "ceterms:streetAddress",
    "city": "ceterms:addressLocality",
    "region": "ceterms:addressRegion",
    "country": "ceterms:addressCountry",
}
_COUNTY = {"county": "lw:county", "county_code": "lw:countyCode"}


class RowReader:
    """One row of one table, with the means to read its cells and to report what cannot be read."""

    def __init__(self, mapping: MappingOfList, table: Table, lookups: Lookups) -> None:
        self.mapping = mapping
        self.table = table
        self.lookups = lookups
        self.row: Row = {}
        self.place = ""
        self.issues: list[Issue] = []

    def turn_to(self, row: Row, place: str) -> None:
        self.row = row
        self.place = place
        self.issues = []

    def report(self, code: str, message: str, hint: str = "", *, refuses: bool = False) -> None:
        severity = "error" if refuses else "warning"
        self.issues.append(Issue(code, message, self.place, hint, severity))  # type: ignore[arg-type]

    def raw(self, cell: Cell) -> str:
        """The text of a cell before its value map; "" where it is missing."""
        if cell.constant is not None:
            return cell.constant
        found = [self._plain(cell, column) for column in cell.columns]
        if cell.join:
            return cell.join.join(dict.fromkeys(filter(None, found)))
        return next(filter(None, found), "")

    def _plain(self, cell: Cell, column: str) -> str:
        text = self.row.get(column, "")
        folded = text.casefold()
        return "" if folded in self.mapping.missing or folded in cell.missing else text

    def text(self, cell: Cell | None) -> str:
        """The text of a cell after lookup and value map; "" where it is missing or its code is not known."""
        if cell is None or not (raw := self.raw(cell)):
            return ""
        if cell.lookup:
            table = self.lookups.get(cell.lookup)
            if table is None:
                return ""
            if not cell.take:
                return "true" if raw in table else "false"
            raw = table.get(raw, {}).get(cell.take, "")
        if cell.values is None:
            return raw
        meaning = cell.values.get(raw.casefold())
        if meaning is None and not cell.keep:
            self.report(
                "code-unknown", f"“{raw[:80]}” in {self._names(cell)} is not a code that the mapping knows."
            )
        return raw if meaning is None and cell.keep else (meaning or "")

    def _names(self, cell: Cell) -> str:
        return " or ".join(cell.columns) or "a constant"

    def field(self, name: str) -> str:
        return self.text(self.table.fields.get(name))

    def parsed(self, cell: Cell, parse: Callable[[str], T | None], what: str) -> T | None:
        """A cell read by `parse`; what cannot be read is reported and left out."""
        text = self.text(cell)
        if not text:
            return None
        found = parse(text)
        if found is None:
            self.report("value-bad", f"“{text[:80]}” in {self._names(cell)} is not {what}; it was left out.")
        return found


def scheme(mapping: MappingOfList, role: str) -> str:
    """The scheme of derived CTIDs of one role in one list: "etpl.us-nj-etpl.program"."""
    return f"etpl.{mapping.source.key}.{role}"


def english(text: str) -> dict[str, str]:
    return {"en": text}


def concept(term: str) -> dict[str, Any]:
    """A concept of a CTDL scheme as an alignment object."""
    found: dict[str, Any] = {"@type": "ceterms:CredentialAlignmentObject"}
    known = vocabulary().concepts.get(term)
    if known:
        found["ceterms:framework"] = vocabulary().schemes[known.scheme].iri
    found["ceterms:targetNode"] = term
    if known:
        found["ceterms:targetNodeName"] = english(known.label)
    return found


def field_of_study(code: str) -> dict[str, Any]:
    return _code("CIP 2020", code, cip_codes.title(code), "cip2020")


def occupation(code: str) -> dict[str, Any]:
    return _code("SOC 2018", code, soc_codes.title(code), "soc2018")


def _code(framework: str, code: str, title: str | None, scheme_: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": english(framework),
        "ceterms:codedNotation": code,
    }
    if title:
        found["ceterms:targetNodeName"] = english(title)
        found["ceterms:targetNode"] = derived_ctid(scheme_, code)
    return found


def base(reader: RowReader, type_: str, ctid: str, name: str) -> Document:
    """What every document of a list has, its mapped properties included."""
    found: Document = {"@type": type_, "ceterms:ctid": ctid, "ceterms:name": english(name)}
    for term, cell in reader.table.properties.items():
        value = _property(reader, cell)
        if value is not None:
            found[term] = value
    if reader.mapping.sample:
        found["lw:sample"] = True
    return found


def _property(reader: RowReader, cell: Cell) -> Any:
    if cell.kind == "number":
        return reader.parsed(cell, _number, "a number")
    if cell.kind == "boolean":
        return reader.parsed(cell, _boolean, "yes or no")
    if cell.kind == "date":
        return reader.parsed(cell, read.day, "a date")
    if cell.kind == "url":
        return reader.parsed(cell, read.web, "a web address")
    text = reader.text(cell)
    if not text:
        return None
    if cell.kind == "list":
        items = [item.strip() for item in text.split(cell.split or ",")]
        return list(dict.fromkeys(filter(None, items))) or None
    if cell.kind == "language map":
        return english(text)
    return [concept(text)] if cell.kind == "concept" else text


def _number(text: str) -> float | int | None:
    value = read.amount(text)
    return int(value) if value is not None and value.is_integer() else value


def _boolean(text: str) -> bool | None:
    folded = text.casefold()
    return True if folded in _YES else False if folded in _NO else None


def provider(reader: RowReader, ctid: str, name: str) -> Document:
    found = base(reader, "ceterms:CredentialOrganization", ctid, name)
    if place := _place(reader):
        found["ceterms:address"] = [place]
    return found


def program(reader: RowReader, ctid: str, name: str, provider_ctid: str) -> Document:
    found = base(reader, "ceterms:LearningProgram", ctid, name)
    found["ceterms:offeredBy"] = [provider_ctid]
    fields = reader.table.fields
    if cell := fields.get("cip"):
        code = reader.parsed(cell, read.cip, "a CIP code")
        if code:
            found["ceterms:instructionalProgramType"] = [field_of_study(code)]
            if code not in cip_codes:
                reader.report("cip-unknown", f"{code} is not in CIP 2020; it is kept without a title.")
    if codes := _occupations(reader):
        found["ceterms:occupationType"] = [occupation(code) for code in codes]
    if costs := _costs(reader):
        found["ceterms:estimatedCost"] = costs
    if durations := _durations(reader):
        found["ceterms:estimatedDuration"] = durations
    if place := _place(reader):
        found["ceterms:availableAt"] = [place]
    if text := reader.field("prerequisites"):
        found["ceterms:requires"] = [
            {"@type": "ceterms:ConditionProfile", "ceterms:description": english(text)},
        ]
    targets = [
        derived_ctid(scheme(reader.mapping, role), key)
        for role in ("license", "credential")
        if (key := reader.field(role))
    ]
    if targets:
        found["ceterms:isPreparationFor"] = [
            {"@type": "ceterms:ConditionProfile", "ceterms:targetCredential": targets},
        ]
    return found


def awarded(reader: RowReader, type_: str, ctid: str, name: str) -> Document:
    """A licence or an industry credential that the list names."""
    found = base(reader, type_, ctid, name)
    if codes := _occupations(reader):
        found["ceterms:occupationType"] = [occupation(code) for code in codes]
    return found


def _occupations(reader: RowReader) -> list[str]:
    cell = reader.table.fields.get("soc")
    text = reader.text(cell) if cell else ""
    codes = []
    for item in text.split(cell.split) if cell and cell.split else [text]:
        if not item.strip():
            continue
        code = read.soc(item)
        if code is None:
            reader.report("value-bad", f"“{item.strip()[:80]}” is not a SOC code; it was left out.")
        else:
            codes.append(code)
    return list(dict.fromkeys(codes))


def _costs(reader: RowReader) -> list[dict[str, Any]]:
    costs = []
    for type_, cell in reader.table.costs.items():
        price = reader.parsed(cell, read.amount, "an amount of money")
        if price is None:
            continue
        if price < 0:
            reader.report(
                "cost-negative", f"A cost of {price:g}; it was left out.", "Ask the publisher of the list."
            )
            continue
        profile: dict[str, Any] = {"@type": "ceterms:CostProfile"}
        if type_ == "other":
            profile["ceterms:name"] = english("Other costs")
        else:
            profile["ceterms:directCostType"] = concept(type_)
        profile["ceterms:price"] = int(price) if price.is_integer() else price
        profile["ceterms:currency"] = reader.mapping.currency
        costs.append(profile)
    return _without_empty_total(reader, costs)


def _without_empty_total(reader: RowReader, costs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A total of 0 beside parts that are not: nobody added them up, and the program is not free."""
    rest = [cost for cost in costs if cost["ceterms:price"] or not _is_total(cost)]
    if len(rest) == len(costs) or not any(cost["ceterms:price"] for cost in rest):
        return costs
    reader.report(
        "cost-contradicts",
        "The total cost is 0 and its parts are not; the total was left out.",
        "Ask the publisher of the list.",
    )
    return rest


def _is_total(cost: Mapping[str, Any]) -> bool:
    return bool(cost.get("ceterms:directCostType", {}).get("ceterms:targetNode") == "costType:AggregateCost")


def _durations(reader: RowReader) -> list[dict[str, Any]]:
    durations = []
    for cell in reader.table.durations:
        found = reader.parsed(cell, partial(read.duration, unit=cell.unit), "a length of time")
        if found is None:
            continue
        low, high = found
        profile: dict[str, Any] = {"@type": "ceterms:DurationProfile"}
        if low == high:
            profile["ceterms:exactDuration"] = low
        else:
            if low:
                profile["ceterms:minimumDuration"] = low
            if high:
                profile["ceterms:maximumDuration"] = high
        durations.append(profile)
    return durations


def _place(reader: RowReader) -> dict[str, Any] | None:
    cells = reader.table.place
    found: dict[str, Any] = {
        term: english(text)
        for part, term in _PLACE.items()
        if part in cells and (text := reader.text(cells[part]))
    }
    for part, term in _COUNTY.items():
        if part in cells and (text := reader.text(cells[part])):
            found[term] = text
    if "postal_code" in cells and (code := reader.text(cells["postal_code"])):
        found["ceterms:postalCode"] = read.postal_code(code)
    if "latitude" in cells and "longitude" in cells:
        latitude = reader.parsed(cells["latitude"], read.amount, "a latitude")
        longitude = reader.parsed(cells["longitude"], read.amount, "a longitude")
        if latitude is not None and longitude is not None:
            if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
                found |= {"ceterms:latitude": latitude, "ceterms:longitude": longitude}
            else:
                reader.report(
                    "value-bad", f"{latitude:g}, {longitude:g} is not a place on earth; it was left out."
                )
    return {"@type": "ceterms:Place", **found} if found else None
