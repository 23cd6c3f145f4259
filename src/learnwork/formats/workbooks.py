"""Reading workbooks (XLSX, XLS, ODS) as records of text, their true size known before they are unpacked.

The reader below us builds a dense table from the first to the last cell that has a value, so two cells in
opposite corners of an empty sheet would take 400 GB. The size is therefore measured on the packed XML first.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from learnwork.formats.archives import MAX_RATIO, RATIO_FREE, first_bytes, is_zip, opened_zip
from learnwork.vocabulary.errors import TooLargeError, UnreadableFileError

# A workbook is held in memory: 20 million cells take about 700 MB. The largest we know of has 13 million.
MAX_CELLS = 20_000_000
MAX_XML = 1_500_000_000
MAX_PACKED = 300_000_000
OLE = b"\xd0\xcf\x11\xe0"
_HINT = "Save the sheet as CSV and load that."
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})"[^>]*?(/>|>\s*</(?:\w+:)?c>|>)')
_OPEN_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]*>\s*$")
# Rows and cells of ODS, which say how often they are repeated.
_REPEATED = re.compile(rb"<table:(table-row|table-cell|covered-table-cell)\b([^>]*?)(/?)>")
_TIMES = re.compile(rb'number-(?:columns|rows)-repeated="([0-9]{1,12})"')
_OVERLAP = 512


def is_workbook(path: Path) -> bool:
    """Whether the file is a workbook, by its content: OLE2, or a ZIP with a workbook's parts."""
    if first_bytes(path, 4) == OLE:
        return True
    if not is_zip(path):
        return False
    with opened_zip(path) as archive:
        names = archive.NameToInfo
        return "xl/workbook.xml" in names or "content.xml" in names or "xl/workbook.bin" in names


def records(path: Path, sheet: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Number (from 1) and cells as text of each row of a sheet (the first unless named)."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _check_size(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if not names or (sheet is not None and sheet not in names):
            asked = f"“{sheet}”" if sheet else "at all"
            raise UnreadableFileError(
                f"{path.name} has no sheet {asked}; it has: {', '.join(names[:20])}.",
                hint="Name one of its sheets.",
                file=str(path),
            )
        table = book.get_sheet_by_name(sheet or names[0])
        for number, row in enumerate(table.iter_rows(), 1 + (table.start[0] if table.start else 0)):
            lead = table.start[1] if table.start else 0
            yield number, [""] * lead + [_text(cell) for cell in row]
    except PasswordError as error:
        raise UnreadableFileError(
            f"{path.name} is protected by a password.", hint="Save it without one.", file=str(path)
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _broken(path, error) from error
    except BaseException as error:
        # A panic of the Rust below is no Exception; it is one more way to say that the file is damaged.
        if type(error).__name__ == "PanicException":
            raise _broken(path, error) from error
        raise


def _broken(path: Path, error: BaseException) -> UnreadableFileError:
    return UnreadableFileError(f"{path.name} is not a whole workbook ({error}).", hint=_HINT, file=str(path))


def _text(cell: Any) -> str:
    """A cell as a person would have typed it; whole numbers without a fraction, midnight as a date."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _check_size(path: Path) -> None:
    """Refuse what would not fit into memory."""
    packed = path.stat().st_size
    if packed > MAX_PACKED:
        raise _too_large(path, f"{packed:,} bytes")
    if not is_zip(path):
        return  # XLS ends at 65,536 rows and 256 columns
    with opened_zip(path) as archive:
        if "xl/workbook.bin" in archive.NameToInfo:
            raise UnreadableFileError(f"{path.name} is a binary XLSB workbook.", hint=_HINT, file=str(path))
        total = 0
        for entry in archive.infolist():
            measure = _Extent()
            for chunk in _unpacked(path, archive, entry):
                total += len(chunk)
                if total > MAX_XML or (total > RATIO_FREE and total > MAX_RATIO * packed):
                    raise _too_large(path, f"more than {total:,} bytes of XML in {packed:,}")
                measure.add(chunk)
            if measure.cells > MAX_CELLS:
                raise _too_large(
                    path, f"{measure.rows:,} rows by {measure.columns:,} columns or {measure.cells:,} cells"
                )


def _too_large(path: Path, what: str) -> TooLargeError:
    return TooLargeError(f"{path.name} is too large for a workbook: {what}.", hint=_HINT, file=str(path))


class _Extent:
    """How far the cells with values of one XML part reach, found while it streams by."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self._filled = 0
        self._times = 1
        self._at = 0
        self._last = 0
        self._tail = b""

    @property
    def cells(self) -> int:
        return max(self.rows * self.columns, self._filled + self._times * self._last)

    def add(self, chunk: bytes) -> None:
        # What is cut in two by the end of a chunk is read with the next one; a tag is shorter than the overlap.
        data = self._tail + chunk
        cut = data.rfind(b"<", max(0, len(data) - _OVERLAP))
        if cut >= 0 and (begun := _OPEN_CELL.search(data, max(0, cut - _OVERLAP), cut)):
            cut = begun.start()  # whether it is empty is told by what follows
        data, self._tail = (data[:cut], data[cut:]) if cut >= 0 else (data, b"")
        found = [(letters, number) for letters, number, end in _CELL.findall(data) if end == b">"]
        if found:
            self.rows = max(self.rows, max(int(number) for _, number in found))
            self.columns = max(self.columns, *map(_column_number, {letters for letters, _ in found}))
        for name, attributes, empty in _REPEATED.findall(data):
            times = int(match[1]) if (match := _TIMES.search(attributes)) else 1
            if name == b"table-row":
                self._filled += self._times * self._last
                self._times, self._at, self._last = times, 0, 0
            else:
                self._at += times
                self._last = self._last if empty else self._at


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpacked(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The true content of an entry, whatever size its header claims."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
        raise UnreadableFileError(
            f"{path.name} is packed in a way that workbooks are not.", hint=_HINT, file=str(path)
        )
    stream = archive.fp
    assert stream is not None  # noqa: S101 - open, by opened_zip
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise UnreadableFileError(f"{path.name} is not a whole workbook.", hint=_HINT, file=str(path))
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = entry.compress_size
    inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        data = stream.read(min(left, 1 << 16))
        left -= len(data)
        if not data:
            raise UnreadableFileError(f"{path.name} is cut off.", hint=_HINT, file=str(path))
        if inflater is None:
            yield data
            continue
        while data:
            try:
                out = inflater.decompress(data, 1 << 20)
            except zlib.error as error:
                raise UnreadableFileError(
                    f"{path.name} is damaged ({error}).", hint=_HINT, file=str(path)
                ) from error
            yield out
            data = inflater.unconsumed_tail
            if inflater.eof:
                return
