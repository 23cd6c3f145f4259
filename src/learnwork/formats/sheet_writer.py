"""Documents of one resource type as a sheet that loads back unchanged: CSV or XLSX.

Columns: `ctid`, `type`, one for each property of the type under its term, and `more`, JSON of whatever else a
document says. `sheet_cells` describes the cells.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, TextIO

from learnwork.formats.model import Document
from learnwork.formats.sheet_cells import as_json, guarded, written
from learnwork.vocabulary.errors import TooLargeError
from learnwork.vocabulary.types import ResourceType

# Limits of XLSX itself; what is over them would be cut without a word.
MAX_XLSX_CELL = 32_767
MAX_XLSX_ROWS = 1_048_576


def columns(type_: ResourceType) -> tuple[str, ...]:
    """The header of a type's sheet."""
    return ("ctid", "type", *(item.term for item in type_.properties), "more")


def records(documents: Iterable[Document], type_: ResourceType) -> Iterator[list[str]]:
    """The cells of each document, in the order of `columns`."""
    named = {item.term for item in type_.properties} | {"ceterms:ctid", "@type"}
    for document in documents:
        # A class that is a list, or missing, cannot stand in the plain column.
        type_cell = document.get("@type")
        plain = isinstance(type_cell, str) and guarded(type_cell) == type_cell
        ctid = document.get("ceterms:ctid")
        more = {term: value for term, value in document.items() if term not in named}
        if not plain and "@type" in document:
            more["@type"] = type_cell
        if not isinstance(ctid, str) and "ceterms:ctid" in document:
            more["ceterms:ctid"] = ctid
        yield [
            ctid if isinstance(ctid, str) else "",
            str(type_cell) if plain else "",
            *(
                written(document[item.term], item) if item.term in document else ""
                for item in type_.properties
            ),
            as_json(more) if more else "",
        ]


def write_csv(documents: Iterable[Document], type_: ResourceType, target: TextIO) -> int:
    """Write to a text stream opened with newline="" and UTF-8; returns the number of rows."""
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(columns(type_))
    count = 0
    for record in records(documents, type_):
        writer.writerow(record)
        count += 1
    return count


def write_xlsx(documents: Iterable[Document], type_: ResourceType, target: BinaryIO) -> int:
    """Write a workbook with one sheet, every cell as text; returns the number of rows.

    Raises `TooLargeError` where a cell or the number of rows is over what XLSX can hold.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(type_.plural[:31].replace("/", " "))
    try:
        count = _fill(sheet.append, documents, type_)
    finally:
        sheet.close()  # else a refused sheet leaves its writer and its temporary file open
    book.save(target)
    return count


def _fill(append: Callable[[Sequence[str]], None], documents: Iterable[Document], type_: ResourceType) -> int:
    append(columns(type_))
    count = 0
    for record in records(documents, type_):
        count += 1
        longest = max(map(len, record))
        if longest > MAX_XLSX_CELL or count >= MAX_XLSX_ROWS:
            what = f"{longest:,} characters in one cell" if longest > MAX_XLSX_CELL else f"{count:,} rows"
            raise TooLargeError(
                f"Row {count + 1} ({record[0] or record[2][:60]}) does not fit into XLSX: {what}.",
                hint="Export CSV instead.",
                row=count + 1,
            )
        append(record)
    return count
