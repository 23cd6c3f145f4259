"""Sheets of recipients: a heading row and one person a row, from CSV or a workbook, all of them bounded."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from learnwork.formats.workbooks import records as workbook_rows
from learnwork.vocabulary.errors import LearnworkError, TooLargeError, UnreadableFileError

MOST_ROWS = 20_000
MOST_BYTES = 10_000_000
MOST_SENT = MOST_BYTES + 100_000  # bytes of a form with a sheet in it
# What a column is called here, and what else people call it.
COLUMNS = {
    "mail": {"mail", "email", "e-mail", "email address", "correo"},
    "did": {"did", "wallet"},
    "name": {"name", "full name", "nombre"},
    "given": {"given", "date", "issued", "issued on", "fecha"},
    "until": {"until", "expires", "valid until"},
    "evidence": {"evidence", "link", "evidence url"},
    "result": {"result", "grade", "score"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet by the names of COLUMNS; number counts from 1, the heading included."""

    number: int
    cells: dict[str, str]


class SheetError(LearnworkError):
    """A sheet of recipients has no heading that says who they are."""

    code = "recipients-sheet"


_WORKBOOKS = (".xlsx", ".xls", ".ods")


def read(path: Path) -> list[Row]:
    """Raises SheetError, UnreadableFileError, TooLargeError."""
    if path.suffix.lower() in _WORKBOOKS:
        return _rows(workbook_rows(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}.", hint="Check the path.") from error
    return from_csv(data)


def from_upload(data: bytes, name: str) -> list[Row]:
    """Rows of a sheet that came without a path: a workbook by its name's end, else CSV.

    Raises SheetError, UnreadableFileError, TooLargeError.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in _WORKBOOKS:
        return from_csv(data)
    # The reader of workbooks takes files; this one is gone before anything is answered.
    with tempfile.NamedTemporaryFile(prefix="learnwork-", suffix=suffix) as file:
        file.write(data)
        file.flush()
        return read(Path(file.name))


def to_csv(rows: Iterable[Row]) -> str:
    """The rows as CSV that `from_csv` reads back with the same numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    written = 1
    for row in rows:
        out.write("\n" * (row.number - written - 1))
        writer.writerow([row.cells.get(name, "") for name in COLUMNS])
        written = row.number
    return out.getvalue()


def from_csv(data: bytes) -> list[Row]:
    """Rows of a CSV file in UTF-8, separated by commas, semicolons or tabs. Raises SheetError, TooLargeError."""
    if len(data) > MOST_BYTES:
        raise TooLargeError(f"The sheet is over {MOST_BYTES:,} bytes.", hint="Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError("The sheet is not written in UTF-8.", hint="Save it as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return _rows(enumerate(csv.reader(io.StringIO(text), delimiter=separator, strict=True), 1))
    except csv.Error as error:
        raise SheetError(f"The sheet cannot be read: {error}.", hint="Save it anew as CSV.") from error


def _rows(lines: Iterable[tuple[int, list[str]]]) -> list[Row]:
    lines = iter(lines)
    heading = _heading(next(lines, (1, []))[1])
    if not {"mail", "did"} & set(heading):
        raise SheetError(
            "No column says who gets the record.", hint="Name one `mail` or `did` in the first row."
        )
    found: list[Row] = []
    for row in _filled(lines, heading):
        if len(found) >= MOST_ROWS:
            raise TooLargeError(f"The sheet has more than {MOST_ROWS:,} rows.", hint="Split it.")
        found.append(row)
    return found


def _heading(cells: list[str]) -> list[str]:
    said = [cell.strip().lower() for cell in cells]
    return [next((name for name, words in COLUMNS.items() if cell in words), "") for cell in said]


def _filled(lines: Iterator[tuple[int, list[str]]], heading: list[str]) -> Iterator[Row]:
    for number, cells in lines:
        row = {
            name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name and cell.strip()
        }
        if row:
            yield Row(number, row)
