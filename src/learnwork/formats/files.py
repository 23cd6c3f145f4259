"""Opening files that cannot be trusted: digests, bounds, encodings, lines, rows of tables.

`rows` reads any table (CSV, TSV, gzip, ZIP, XLSX, XLS, ODS) as dictionaries of text; `text_lines` reads
lines; `open_bytes` and `open_members` (from `archives`) read bytes. Memory stays flat but for workbooks.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from learnwork.formats import workbooks
from learnwork.formats.archives import (
    MAX_UNPACKED,
    first_bytes,
    members,
    open_bytes,
    open_members,
    open_plain,
)
from learnwork.formats.model import SourceFile
from learnwork.vocabulary.errors import Issue, TooLargeError, UnreadableFileError

__all__ = [
    "members",
    "open_bytes",
    "open_members",
    "read_text",
    "rows",
    "source_file",
    "text_encoding",
    "text_lines",
]

# A line of newline-delimited JSON carries one document; the largest published graphs are about 10 MB.
MAX_LINE = 16_000_000
# One record of a table, over all its physical lines. The widest real ones stay under 100 kB.
MAX_RECORD = 2_000_000
# The widest public table we read (Scorecard's institutions) has 3,300 columns.
MAX_COLUMNS = 5_000
MAX_TEXT = 64_000_000
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

OnIssue = Callable[[Issue], None]

# Larger than any record may be, so that the bound on records, which says more, is met first.
csv.field_size_limit(MAX_RECORD * 4)


def source_file(path: Path) -> SourceFile:
    """Name, size and SHA-256 of a file as it lies on disk."""
    digest = hashlib.sha256()
    size = 0
    with open_plain(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return SourceFile(path.name, size, digest.hexdigest())


def text_encoding(
    path: Path, *, member: str | None = None, suffixes: tuple[str, ...] = TABLE_SUFFIXES
) -> str:
    """The encoding of a text file: "utf-8-sig", "utf-8", "utf-16" (with mark) or "cp1252". Reads it once.

    A file that is UTF-8 but for a few bytes is damaged, and an error; one in which most of the bytes above
    ASCII are not UTF-8 is Windows-1252.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    good = False
    with open_bytes(path, member=member, suffixes=suffixes) as stream:
        head = stream.read(_CHUNK)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if head[:4096].count(0) * 5 > len(head[:4096]):
            raise UnreadableFileError(
                f"{path.name} is not text, or is UTF-16 without its mark.",
                hint="Save it as UTF-8.",
                file=str(path),
            )
        chunk, at = head, 0
        while True:
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return _other_than_utf8(path, chunk, good, at + error.start)
            if not chunk:
                return "utf-8"
            # Windows-1252 beyond ASCII is practically never UTF-8 by chance, so one such chunk decides.
            good = good or not text.isascii()
            at += len(chunk)
            chunk = stream.read(_CHUNK)


def _other_than_utf8(path: Path, chunk: bytes, good: bool, at: int) -> str:
    text = chunk.decode("utf-8", errors="replace")
    bad = text.count("�")
    if not good and 2 * bad > sum(character > "\x7f" for character in text):
        return "cp1252"
    raise UnreadableFileError(
        f"{path.name} is UTF-8 but for some bytes, the first near byte {at:,}.",
        hint="Save it again as UTF-8, or download it again.",
        file=str(path),
        offset=at,
    )


class _Lines:
    """Decoded physical lines, bounded: `pending` counts characters since the last finished record."""

    def __init__(self, stream: BinaryIO, encoding: str, path: Path, limit: int) -> None:
        self._text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        self._path = path
        self._limit = limit
        self.number = 0
        self.pending = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(self._limit + 1)
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                f"{self._path.name}, after line {self.number}: bytes that are not {error.encoding}.",
                hint="Save it again as UTF-8.",
                file=str(self._path),
                line=self.number + 1,
            ) from error
        if not line:
            raise StopIteration
        self.number += 1
        self.pending += len(line)
        if self.pending > self._limit:
            raise TooLargeError(
                f"{self._path.name}, line {self.number}: a record of more than {self._limit:,} characters.",
                hint="Look for a quotation mark that is never closed, or for line ends that were lost.",
                file=str(self._path),
                line=self.number,
                limit=self._limit,
            )
        return line


def text_lines(
    path: Path, *, member: str | None = None, suffixes: tuple[str, ...] = (), limit: int = MAX_LINE
) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of each line, without its end. A line over `limit` is a `TooLargeError`."""
    encoding = text_encoding(path, member=member, suffixes=suffixes)
    with open_bytes(path, member=member, suffixes=suffixes) as stream:
        lines = _Lines(stream, encoding, path, limit)
        for line in lines:
            lines.pending = 0
            yield lines.number, line.rstrip("\r\n")


def read_text(path: Path, *, limit: int = MAX_TEXT) -> str:
    """The whole of a text file of moderate size (JSON, YAML), decoded."""
    encoding = text_encoding(path, suffixes=())
    with open_bytes(path, limit) as stream:
        try:
            return stream.read().decode(encoding)
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                f"{path.name}, byte {error.start:,}: not {encoding}.",
                hint="Save it again as UTF-8.",
                file=str(path),
            ) from error


def rows(
    path: Path,
    *,
    required: Sequence[str] = (),
    member: str | None = None,
    sheet: str | None = None,
    keep: Collection[str] | None = None,
    on_issue: OnIssue | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a table: its number (the first row is 1) and {lower-cased column name: stripped text}.

    required: columns without which the file is refused. member: file of a ZIP archive. sheet: sheet of a
    workbook (else its first). keep: read these columns only, which saves time in wide files. on_issue: told
    of rows with more cells than columns and of NUL characters; such rows come all the same, cut to the
    columns. Rows with fewer cells are filled up with "". Empty rows are passed over.
    """
    if workbooks.is_workbook(path):
        records: Iterator[tuple[int, list[str]]] = workbooks.records(path, sheet)
        yield from _as_dictionaries(path, records, required, keep, on_issue)
        return
    encoding = text_encoding(path, member=member)
    with open_bytes(path, MAX_UNPACKED, member=member, suffixes=TABLE_SUFFIXES) as stream:
        lines = _Lines(stream, encoding, path, MAX_RECORD)
        yield from _as_dictionaries(path, _records(lines, path), required, keep, on_issue)


def _records(lines: _Lines, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Records of a delimited file with their number; the first line that has text tells the delimiter."""
    number = 0
    first = ""
    for first in lines:
        if first.strip("\r\n \ufeff"):
            break
        number += 1
    delimiter = _delimiter(first)
    reader = csv.reader(_chain(first, lines), delimiter=delimiter)
    try:
        for record in reader:
            number += 1
            lines.pending = 0
            if record:
                yield number, record
    except csv.Error as error:
        raise UnreadableFileError(
            f"{path.name}, line {lines.number}: {error}.",
            hint="Look for a quotation mark that is never closed.",
            file=str(path),
            line=lines.number,
        ) from error


def _chain(first: str, lines: Iterable[str]) -> Iterator[str]:
    if first:
        yield first
        yield from lines


def _delimiter(header: str) -> str:
    """The candidate that stands most often outside of quotation marks in the header; else the comma."""
    outside = "".join(header.split('"')[::2])
    return max(",;\t|", key=outside.count)


def _as_dictionaries(
    path: Path,
    records: Iterator[tuple[int, list[str]]],
    required: Sequence[str],
    keep: Collection[str] | None,
    on_issue: OnIssue | None,
) -> Iterator[tuple[int, dict[str, str]]]:
    names: list[str] = []
    for _number, record in records:
        if names := _column_names(path, record):
            break
    _check_columns(path, names, required)
    wanted = [(at, name) for at, name in enumerate(names) if keep is None or name in keep]
    for number, record in records:
        found = len(record)
        if found > len(names):
            _report_surplus(path, number, record, len(names), on_issue)
        row = {name: record[at].strip() if at < found else "" for at, name in wanted}
        if any("\x00" in text for text in row.values()):
            row = _without_nul(path, number, row, on_issue)
        if any(row.values()) or any(map(str.strip, record)):
            yield number, row


def _column_names(path: Path, record: list[str]) -> list[str]:
    """Lower-cased names; empty columns at the end are cut, those between are named by their number."""
    names = [" ".join(cell.replace("\ufeff", "").replace("\x00", "").split()).lower() for cell in record]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise TooLargeError(
            f"{path.name} has {len(names):,} columns; {MAX_COLUMNS:,} is the most that is read.",
            hint="Delete the columns that are not needed.",
            file=str(path),
            limit=MAX_COLUMNS,
        )
    names = [name or f"column {at}" for at, name in enumerate(names, 1)]
    first: dict[str, int] = {}
    for at, name in enumerate(names, 1):
        if name in first:
            raise UnreadableFileError(
                f"{path.name}: columns {first[name]} and {at} are both named “{name[:80]}”.",
                hint="Rename one of the two.",
                file=str(path),
                column=name,
            )
        first[name] = at
    return names


def _check_columns(path: Path, names: list[str], required: Sequence[str]) -> None:
    if not names:
        raise UnreadableFileError(
            f"{path.name} is empty.", hint="Its first row must name the columns.", file=str(path)
        )
    missing = [name for name in required if name.lower() not in names]
    if not missing:
        return
    near = {name: get_close_matches(name.lower(), names, 1, 0.6) for name in missing}
    meant = "; ".join(f"for “{name}” perhaps “{match[0]}” is meant" for name, match in near.items() if match)
    found = ", ".join(names[:40]) + (" …" if len(names) > 40 else "")
    raise UnreadableFileError(
        f"{path.name} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. It has: {found}.",
        hint=(meant[:1].upper() + meant[1:] + "." if meant else "Check that this is the right file."),
        file=str(path),
        missing=missing,
    )


def _report_surplus(
    path: Path, number: int, record: list[str], columns: int, on_issue: OnIssue | None
) -> None:
    surplus = sum(1 for cell in record[columns:] if cell.strip())
    if surplus and on_issue:
        on_issue(
            Issue(
                "row-too-long",
                f"{surplus} cells more than the {columns} columns; they were left out.",
                f"{path.name} row {number}",
                "Look for a delimiter inside a cell that is not in quotation marks.",
                "warning",
            )
        )


def _without_nul(path: Path, number: int, row: dict[str, str], on_issue: OnIssue | None) -> dict[str, str]:
    if on_issue:
        on_issue(
            Issue(
                "nul-character",
                "A cell has NUL characters; they were left out.",
                f"{path.name} row {number}",
                "Save the file again as UTF-8 text.",
                "warning",
            )
        )
    return {name: text.replace("\x00", "") for name, text in row.items()}


def looks_like_text(path: Path) -> bool:
    """Whether the first bytes could be text: cheap, for telling formats apart."""
    head = first_bytes(path, 4096)
    return bool(head) and (head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" not in head)
