"""The figures of a training list: whom they are about, what they are, and what is suppressed or not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b

from learnwork.formats import etpl_cells
from learnwork.formats.etpl_documents import RowReader, scheme
from learnwork.formats.etpl_model import Figure
from learnwork.formats.model import Area, Group, Item, Observed, Status
from learnwork.vocabulary.codes import cip as cip_codes
from learnwork.vocabulary.ctid import derived_ctid

# A list that does not say when its figures were so says nothing about it; no year is invented.
NOT_STATED = "not stated"
_OTHER = re.compile(r"[^a-z0-9]+")


def subject_of_outcome(reader: RowReader) -> str | Group | None:
    """The program, or the programs of a provider in a field; None where the row names neither."""
    if "program" in reader.table.fields:
        program = reader.field("program")
        if program:
            return derived_ctid(scheme(reader.mapping, "program"), program)
        reader.report("key-missing", "The row names no program.", refuses=True)
        return None
    provider, text = reader.field("provider"), reader.field("cip")
    field = etpl_cells.cip(text)
    if not provider or field is None:
        reader.report("key-missing", f"The row names no provider, or no field (“{text[:40]}”).", refuses=True)
        return None
    if field not in cip_codes:
        reader.report(
            "cip-unknown", f"{field} is not a field of CIP 2020; its figures are kept under that code."
        )
    return Group(derived_ctid(scheme(reader.mapping, "provider"), provider), field)


def observations(reader: RowReader, subject: str | Group, number: int) -> Iterator[Item]:
    """Every figure of the row, its area before it where it has one."""
    if not reader.table.figures:
        return
    area = _area(reader)
    if area:
        yield area
    period = reader.field("period")[:10] or NOT_STATED
    cohort = reader.field("cohort")[:60] or NOT_STATED
    for figure in reader.table.figures:
        found = _observed(reader, figure)
        if found is None:
            continue
        value, status, base = found
        own = (reader.text(figure.period)[:10] or NOT_STATED) if figure.period else period
        yield Observed(
            subject, figure.measure, own, value, status, area.key if area else "", cohort, base, row=number
        )


def _area(reader: RowReader) -> Area | None:
    if "area" not in reader.table.fields:
        return None
    name = reader.field("area")
    state = reader.mapping.state
    if not name:
        return None
    if reader.field("area_kind") == "state":
        return Area(f"state:{state}", name, "state", state)
    slug = _OTHER.sub("-", name.casefold()).strip("-")
    if len(slug) > 24:
        slug = f"{slug[:24]}-{blake2b(slug.encode(), digest_size=4).hexdigest()}"
    return Area(f"{state.lower()}:{slug}", name, reader.field("area_kind") or "region", state)


def _observed(reader: RowReader, figure: Figure) -> tuple[float | None, Status, int | None] | None:
    """Value, status and base of one figure; None where the cell cannot be read, which is reported."""
    text = next((found for column in figure.value.columns if (found := reader.row.get(column, ""))), "")
    folded = text.casefold()
    base = _base(reader, figure)
    suppressed = reader.mapping.suppressed if figure.suppressed is None else figure.suppressed
    unknown = figure.not_known is not None and _says(reader, figure)
    if unknown and figure.not_known_value is None:
        return None, "not known", base
    if folded in suppressed:
        return None, "suppressed", base
    if folded in reader.mapping.missing or folded in figure.value.missing:
        return None, "not known", base
    value = etpl_cells.amount(text)
    if value is None:
        column = " or ".join(figure.value.columns)
        reader.report("value-bad", f"“{text[:80]}” in {column} is not a number; the figure was left out.")
        return None
    if unknown and value == figure.not_known_value:
        return None, "not known", base
    if value < 0 and figure.measure not in _MAY_FALL:
        reader.report("value-bad", f"{value:g} for {figure.measure} is below zero; the figure was left out.")
        return None
    return round(value * figure.times, 6), "reported", base


# Change over years is the one measure here that may be below zero.
_MAY_FALL = {"ca.percent_change", "ca.numeric_change"}


def _says(reader: RowReader, figure: Figure) -> bool:
    cell = figure.not_known
    return cell is not None and any(
        reader.row.get(column, "").casefold() in figure.not_known_if for column in cell.columns
    )


def _base(reader: RowReader, figure: Figure) -> int | None:
    if figure.base is None:
        return None
    text = reader.raw(figure.base)
    if not text or text.casefold() in reader.mapping.suppressed:
        return None
    value = etpl_cells.amount(text)
    if value is None or value < 0 or not value.is_integer():
        reader.report("value-bad", f"“{text[:80]}” is not a number of people; the base was left out.")
        return None
    return int(value)
