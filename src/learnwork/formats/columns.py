"""Reading a few columns of a long CSV or Parquet file at once, within bounds.

`files.rows` gives a dictionary a row, which is kind to small files. National files have hundreds of thousands of
rows and up to 170 columns of which a reader wants ten; here they become an Arrow table, about fifty times faster.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from learnwork.formats.archives import first_bytes, open_bytes, open_plain
from learnwork.formats.files import TABLE_SUFFIXES, text_encoding
from learnwork.vocabulary.errors import TooLargeError, UnreadableFileError

# The longest national file that is read this way has 308,000 rows; ten times that still fits in 500 MB.
MAX_ROWS = 3_000_000
# A value of the columns that are read is a code, a number or a name.
MAX_VALUE = 2_000
# A physical line of a CSV. Arrow refuses a line longer than its block.
MAX_LINE = 1 << 20
PARQUET = b"PAR1"
_AGAIN = "Download it again."


class Columns(NamedTuple):
    """Columns by lower-case name (those optional ones that are missing are not there), and the row number of the first.

    A CSV's columns are all text, stripped. Rows count from 1; the head of a CSV is row 1.
    """

    table: pa.Table
    first: int


def is_parquet(path: Path) -> bool:
    return first_bytes(path, 4) == PARQUET


def names(path: Path, member: str | None = None) -> list[str]:
    """Lower-cased names of all columns of a CSV or Parquet file. Reads the head alone, of a file of any size."""
    if is_parquet(path):
        with _parquet(path) as parquet:
            return [name.lower() for name in parquet.schema_arrow.names]
    with _open(path, member) as stream:
        wide = stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    header, _delimiter = _header(path, member, "utf-16" if wide else "utf-8-sig")
    return [name.lower() for name in header]


def row_count(path: Path) -> int | None:
    """Number of rows where the file says so (Parquet); None for a CSV."""
    if not is_parquet(path):
        return None
    with _parquet(path) as parquet:
        return int(parquet.metadata.num_rows)


def read(
    path: Path, required: Sequence[str], optional: Sequence[str] = (), member: str | None = None
) -> Columns:
    """The columns asked for. Raises `UnreadableFileError` that names missing columns and those it found."""
    if is_parquet(path):
        return Columns(_read_parquet(path, required, optional), 1)
    return Columns(_read_csv(path, required, optional, member), 2)


def _wanted(
    path: Path, found: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> dict[str, str]:
    """Lower-case name → name in the file, of the columns asked for; in the file's order."""
    by_lower: dict[str, str] = {}
    for name in found:
        lower = name.lower()
        if lower in by_lower and (lower in required or lower in optional):
            raise UnreadableFileError(
                f"{path.name} has two columns named {name[:80]}.",
                hint="Rename one of the two.",
                file=str(path),
            )
        by_lower[lower] = name
    missing = [name for name in required if name not in by_lower]
    if missing:
        has = ", ".join(name[:40] for name in found[:40]) + (" …" if len(found) > 40 else "")
        raise UnreadableFileError(
            f"{path.name} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing).upper()}. It has: {has}.",
            hint="Check that this is the right file.",
            file=str(path),
            missing=missing,
        )
    return {lower: name for lower, name in by_lower.items() if lower in required or lower in optional}


# --- Parquet ---


@contextmanager
def _parquet(path: Path, dictionaries: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    with open_plain(path) as stream:
        try:
            yield pq.ParquetFile(stream, read_dictionary=list(dictionaries))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableFileError(
                f"{path.name} is not a whole Parquet file ({_first_line(error)}).",
                hint=_AGAIN,
                file=str(path),
            ) from error


def _read_parquet(path: Path, required: Sequence[str], optional: Sequence[str]) -> pa.Table:
    with _parquet(path) as parquet:
        wanted = _wanted(path, parquet.schema_arrow.names, required, optional)
        _check_rows(path, parquet.metadata.num_rows)
        kinds = {name: parquet.schema_arrow.field(name).type for name in wanted.values()}
    for name, kind in kinds.items():
        if not (_is_text(kind) or any(test(kind) for test in _PLAIN)):
            raise UnreadableFileError(
                f"{path.name}: column {name} holds {str(kind)[:40]}, not text or numbers.",
                hint=_AGAIN,
                file=str(path),
            )
    texts = [name for name, kind in kinds.items() if _is_text(kind)]
    # Texts stay dictionaries, so that a small file cannot unfold one long value into millions.
    with _parquet(path, texts) as parquet:
        table = parquet.read(columns=list(wanted.values()), use_threads=False)
        table = table.select(list(wanted.values())).rename_columns(list(wanted))
        for at, column in enumerate(table.columns):
            if pa.types.is_dictionary(column.type):
                _check_values(path, table.column_names[at], column)
                plain = column.cast(pa.string())
                table = table.set_column(at, table.column_names[at], pc.utf8_trim_whitespace(plain))
    return table


_PLAIN = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_null)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _check_rows(path: Path, count: int) -> None:
    if count > MAX_ROWS:
        raise TooLargeError(
            f"{path.name} has more than {MAX_ROWS:,} rows.",
            hint="Split it and load the parts.",
            file=str(path),
            limit=MAX_ROWS,
        )


def _check_values(path: Path, name: str, column: pa.ChunkedArray) -> None:
    for chunk in column.chunks:
        longest = pc.max(pc.binary_length(chunk.dictionary.cast(pa.string()))).as_py() or 0
        if longest > MAX_VALUE:
            raise TooLargeError(
                f"{path.name}: column {name} holds a value of {longest:,} characters; {MAX_VALUE:,} is the most.",
                hint="Check that this is the right file.",
                file=str(path),
                limit=MAX_VALUE,
            )


# --- CSV ---


def _open(path: Path, member: str | None) -> Any:
    return open_bytes(path, member=member, suffixes=TABLE_SUFFIXES)


def _header(path: Path, member: str | None, encoding: str) -> tuple[list[str], str]:
    """Column names and delimiter."""
    with _open(path, member) as stream:
        head = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="").readline(MAX_LINE)
    delimiter = max(",;\t|", key="".join(head.split('"')[::2]).count)
    try:
        cells = next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error as error:
        raise UnreadableFileError(
            f"{path.name}, line 1: {error}.", hint="Its first row must name the columns.", file=str(path)
        ) from error
    cells = [cell.strip() for cell in cells]
    if not any(cells):
        raise UnreadableFileError(
            f"{path.name} has no names of columns in its first row.",
            hint="Its first row must name the columns.",
            file=str(path),
        )
    return cells, delimiter


def _read_csv(path: Path, required: Sequence[str], optional: Sequence[str], member: str | None) -> pa.Table:
    encoding = text_encoding(path, member=member)
    header, delimiter = _header(path, member, encoding)
    wanted = _wanted(path, header, required, optional)
    # Columns are named by number: a file may leave names empty or repeat those that nobody asked for.
    numbers = {str(header.index(name)): lower for lower, name in wanted.items()}
    batches: list[pa.RecordBatch] = []
    count = 0
    try:
        with (
            _open(path, member) as stream,
            _batches(stream, header, encoding, delimiter, list(numbers)) as reader,
        ):
            schema = reader.schema
            for batch in reader:
                count += batch.num_rows
                _check_rows(path, count)
                batches.append(batch)
    except (pa.ArrowException, UnicodeDecodeError, LookupError, csv.Error) as error:
        raise UnreadableFileError(
            f"{path.name} cannot be read as a table ({_first_line(error)}).",
            hint="A row with too few or too many cells often means that the download was cut off. Download it again.",
            file=str(path),
        ) from error
    table = pa.Table.from_batches(batches, schema).rename_columns([numbers[name] for name in schema.names])
    return pa.table({name: pc.utf8_trim_whitespace(table[name]) for name in table.column_names})


def _batches(
    stream: BinaryIO, header: Sequence[str], encoding: str, delimiter: str, include: list[str]
) -> pyarrow.csv.CSVStreamingReader:
    return pyarrow.csv.open_csv(
        stream,
        pyarrow.csv.ReadOptions(
            column_names=[str(number) for number in range(len(header))],
            skip_rows=1,
            block_size=MAX_LINE,
            use_threads=False,
            encoding="utf8" if encoding.startswith("utf-8") else encoding,
        ),
        pyarrow.csv.ParseOptions(delimiter=delimiter),
        pyarrow.csv.ConvertOptions(
            include_columns=include,
            column_types=dict.fromkeys(include, pa.string()),
            strings_can_be_null=False,
        ),
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


# --- values ---


def whole(column: pa.ChunkedArray, most: int) -> pa.ChunkedArray:
    """A column as whole numbers from 0 to `most`; null where a value is missing, negative or no whole number."""
    kind = column.type
    if pa.types.is_string(kind):
        digits = pc.match_substring_regex(column, rf"^[0-9]{{1,{len(str(most))}}}$")
        numbers = pc.if_else(digits, column, pa.scalar(None, pa.string())).cast(pa.int64())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        fits = pc.and_(pc.greater_equal(column, 0), pc.less_equal(column, most))
        if pa.types.is_floating(kind):
            fits = pc.and_(fits, pc.equal(pc.floor(column), column))
        numbers = pc.if_else(fits, column, pa.scalar(None, kind)).cast(pa.int64())
    else:
        return pa.chunked_array([pa.nulls(len(column), pa.int64())])
    return pc.if_else(pc.less_equal(numbers, most), numbers, pa.scalar(None, pa.int64()))


def text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text; numbers as they are written."""
    return column if pa.types.is_string(column.type) else column.cast(pa.string())
