"""Opening files that cannot be trusted: what comes out of good ones, what bad ones get, at which cost."""

from __future__ import annotations

import gzip
import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from learnwork.formats import archives, files, workbooks
from learnwork.formats.files import (
    members,
    open_bytes,
    open_members,
    rows,
    source_file,
    text_encoding,
    text_lines,
)
from learnwork.vocabulary.errors import Issue, LearnworkError, TooLargeError, UnreadableFileError

TABLE = "Id,Name\n1,Café\n2, Straße \n"
READ = [(2, {"id": "1", "name": "Café"}), (3, {"id": "2", "name": "Straße"})]


def made(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(folder: Path, entries: dict[str, bytes], name: str = "table.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return path


def sheet(folder: Path, records: list[list[object]], name: str = "table.xlsx") -> Path:
    book = Workbook()
    for record in records:
        book.active.append(record)
    book.save(folder / name)
    return folder / name


def read_or_refused(path: Path) -> tuple[list[tuple[int, dict[str, str]]], LearnworkError | None]:
    """The rows that came before the error, and the error; any other exception is a failure of the test."""
    found = []
    try:
        for item in rows(path):
            found.append(item)  # noqa: PERF402 - what came before an error counts
    except LearnworkError as error:
        return found, error
    return found, None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = made(tmp_path, TABLE.encode(encoding))
    assert list(rows(path)) == READ
    assert text_encoding(path) == encoding


def test_big_endian_utf_16_with_its_mark(tmp_path: Path) -> None:
    assert list(rows(made(tmp_path, b"\xfe\xff" + TABLE.encode("utf-16-be")))) == READ


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_from_the_header(tmp_path: Path, delimiter: str) -> None:
    path = made(tmp_path, f'"Id, No"{delimiter}Name\n1{delimiter}Café\n')
    assert list(rows(path)) == [(2, {"id, no": "1", "name": "Café"})]


def test_gzip_and_zip_are_told_by_content(tmp_path: Path) -> None:
    assert list(rows(made(tmp_path, gzip.compress(TABLE.encode()), "named.csv"))) == READ
    assert (
        list(rows(zipped(tmp_path, {"a/table.csv": TABLE.encode(), "readme.md": b"x"}, "named.csv"))) == READ
    )


def test_workbooks(tmp_path: Path) -> None:
    path = sheet(
        tmp_path, [["Id", "Name", "When", "Ok"], [1.0, "Café", None, True], [], [2, "x", None, None]]
    )
    assert [number for number, _ in rows(path)] == [2, 4]
    assert next(rows(path))[1] == {"id": "1", "name": "Café", "when": "", "ok": "true"}


def test_row_numbers_are_those_of_a_sheet_program(tmp_path: Path) -> None:
    path = made(tmp_path, '\n\nid,name\n1,"two\nlines"\n\n2,x\n')
    assert [(number, row["id"]) for number, row in rows(path)] == [(4, "1"), (6, "2")]


def test_short_rows_are_filled_and_long_ones_reported(tmp_path: Path) -> None:
    found: list[Issue] = []
    path = made(tmp_path, "a,b\n1\n1,2,3\n1,2,,\n")
    assert [row for _, row in rows(path, on_issue=found.append)] == [
        {"a": "1", "b": ""},
        {"a": "1", "b": "2"},
        {"a": "1", "b": "2"},
    ]
    assert [(issue.code, issue.place) for issue in found] == [("row-too-long", "table.csv row 3")]


def test_nul_characters_are_taken_out_and_reported(tmp_path: Path) -> None:
    found: list[Issue] = []
    path = made(tmp_path, "a\nx\x00y\n" + "z\n" * 50)
    assert next(rows(path, on_issue=found.append)) == (2, {"a": "xy"})
    assert [issue.code for issue in found] == ["nul-character"]


def test_missing_columns_are_named_with_what_may_be_meant(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        list(rows(made(tmp_path, "unitid,nmae\n1,x\n"), required=["UNITID", "name"]))
    assert "table.csv lacks the column name" in caught.value.message
    assert "“nmae” is meant" in caught.value.hint
    assert caught.value.data["missing"] == ["name"]


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="columns 1 and 3 are both named “a”"):
        list(rows(made(tmp_path, "a,b,A\n1,2,3\n")))


def test_a_million_empty_columns(tmp_path: Path) -> None:
    path = made(tmp_path, f"a,b{',' * 1_000_000}\n1,2{',' * 1_000_000}\n")
    assert list(rows(path)) == [(2, {"a": "1", "b": "2"})]


def test_too_many_named_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(files.MAX_COLUMNS + 1))
    with pytest.raises(TooLargeError, match="5,001 columns"):
        list(rows(made(tmp_path, f"{header}\n")))


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", ",,,\n"])
def test_empty_files(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFileError, match="is empty"):
        list(rows(made(tmp_path, content)))


def test_mixed_encodings_are_an_error_with_a_place(tmp_path: Path) -> None:
    content = "a\n" + "é" * 50 + "\n"
    with pytest.raises(UnreadableFileError, match="UTF-8 but for some bytes"):
        list(rows(made(tmp_path, content.encode() + b"\xff\n")))


def test_bytes_that_no_encoding_has(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="after line"):
        list(rows(made(tmp_path, b"a\n\x81\x8d\x81\n")))


def test_utf_16_without_mark_and_binary(tmp_path: Path) -> None:
    for content in (TABLE.encode("utf-16-le"), b"\x7fELF" + bytes(200)):
        with pytest.raises(UnreadableFileError, match="not text, or is UTF-16"):
            list(rows(made(tmp_path, content)))


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match="quotation mark that is never closed"):
        list(rows(made(tmp_path, 'a,b\n1,"x\n' + "1,2\n" * 800_000)))


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.99])
def test_cut_off_archives(tmp_path: Path, keep: float) -> None:
    import random

    noise = "a,b\n" + "".join(f"{random.random()},x\n" for _ in range(20_000))
    whole = gzip.compress(noise.encode())
    with pytest.raises(UnreadableFileError, match="damaged or cut off"):
        list(rows(made(tmp_path, whole[: int(len(whole) * keep)], "cut.csv.gz")))
    whole = zipped(tmp_path, {"t.csv": noise.encode()}).read_bytes()
    with pytest.raises(UnreadableFileError, match=r"cut off|not a whole ZIP"):
        list(rows(made(tmp_path, whole[: int(len(whole) * keep)], "cut.zip")))


def test_a_changed_byte_in_an_archive(tmp_path: Path) -> None:
    whole = bytearray(zipped(tmp_path, {"t.csv": TABLE.encode() * 1000}).read_bytes())
    whole[60] ^= 0xFF
    with pytest.raises(LearnworkError):
        list(rows(made(tmp_path, bytes(whole), "changed.zip")))


def test_archives_with_several_tables_ask_which(tmp_path: Path) -> None:
    path = zipped(
        tmp_path, {"a.csv": b"x\n1\n", "b.csv": b"x\n2\n", "__MACOSX/._a.csv": b"", "c/.hidden": b""}
    )
    assert members(path) == ["a.csv", "b.csv"]
    with pytest.raises(UnreadableFileError, match="holds 2 files that could be meant; it has: a"):
        list(rows(path))
    assert list(rows(path, member="b.csv")) == [(2, {"x": "2"})]
    assert [(name, stream.read()) for name, stream in open_members(path)] == [
        ("a.csv", b"x\n1\n"),
        ("b.csv", b"x\n2\n"),
    ]


def test_what_is_no_file(tmp_path: Path) -> None:
    for path, what in ((tmp_path / "none.csv", "does not exist"), (tmp_path, "is a folder")):
        with pytest.raises(UnreadableFileError, match=what):
            list(rows(path))


def test_bombs_stop_at_their_ratio(tmp_path: Path) -> None:
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 40_000_000)
    with pytest.raises(TooLargeError, match="ZIP bomb"):
        sum(1 for _ in text_lines(made(tmp_path, bomb, "bomb.csv.gz")))


def test_limits_hold_for_what_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.csv": b"x" * 1000})
    with open_bytes(path, 2000) as stream:
        assert len(stream.read()) == 1000
    with pytest.raises(TooLargeError, match="larger than 999 bytes"), open_bytes(path, 999) as stream:
        stream.read()


def test_packing_that_unpacks_a_block_at_once_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("t.csv", TABLE)
    with pytest.raises(UnreadableFileError, match="other than deflate"):
        list(rows(path))


def test_two_far_cells_of_a_workbook_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "b"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(TooLargeError, match="1,048,576 rows by 16,384 columns"):
        list(rows(tmp_path / "far.xlsx"))


def open_document(folder: Path, content: str) -> Path:
    names = ["office:1.0", "table:1.0", "text:1.0"]
    spaces = " ".join(
        f'xmlns:{name.partition(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name}"' for name in names
    )
    body = f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">'
    end = "</table:table></office:spreadsheet></office:body></office:document-content>"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    path = folder / "table.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body + content + end)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def cells(*texts: str, times: int = 1) -> str:
    found = (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(found)}</table:table-row>'


def test_open_document_sheets(tmp_path: Path) -> None:
    path = open_document(tmp_path, cells("a", "b") + cells("1", "x", times=3))
    assert list(rows(path)) == [
        (2, {"a": "1", "b": "x"}),
        (3, {"a": "1", "b": "x"}),
        (4, {"a": "1", "b": "x"}),
    ]


def test_repeated_cells_of_open_document_sheets_are_counted(tmp_path: Path) -> None:
    wide = '<table:table-row><table:table-cell table:number-columns-repeated="999999999"/>' + cells("x")[17:]
    for content in (cells("a") + cells("1", times=900_000_000), cells("a") + wide):
        with pytest.raises(TooLargeError, match="cells"):
            list(rows(open_document(tmp_path, content)))


@pytest.mark.parametrize("size", [1, 7, 40, 100, 10_000])
@pytest.mark.parametrize(("cell", "rows_"), [(b'<c r="C9" s="1"/>', 1), (b'<c r="C9" s="1"></c>', 1),
                                             (b'<x:c r="C9"> </x:c>', 1), (b'<c r="C9"><v>1</v></c>', 9)])  # fmt: skip
def test_only_cells_with_values_count_wherever_a_part_is_cut(size: int, cell: bytes, rows_: int) -> None:
    from learnwork.formats.workbooks import _Extent

    whole = (
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        + b"<!-- x -->" * 20
        + b'<row r="9">'
        + cell
        + b"</row></sheet>"
    )
    extent = _Extent()
    for start in range(0, len(whole), size):
        extent.add(whole[start : start + size])
    assert extent.rows == rows_


def test_empty_cells_of_a_workbook_cost_nothing(tmp_path: Path) -> None:
    from openpyxl.styles import Font

    book = Workbook()
    book.active.append(["a"])
    book.active.append([1])
    book.active["XFD1048576"].font = Font(bold=True)
    book.save(tmp_path / "styled.xlsx")
    assert list(rows(tmp_path / "styled.xlsx")) == [(2, {"a": "1"})]


def test_a_workbook_that_lies_about_its_size(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["a"]])
    source = zipfile.ZipFile(path)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in source.namelist():
            archive.writestr(name, b" " * 150_000_000 if name.endswith("sheet1.xml") else source.read(name))
    # The directory says 10 bytes; the stream says otherwise.
    content = bytearray(bomb.read_bytes())
    at = content.find((150_000_000).to_bytes(4, "little"))
    while at >= 0:
        content[at : at + 4] = (10).to_bytes(4, "little")
        at = content.find((150_000_000).to_bytes(4, "little"), at)
    bomb.write_bytes(content)
    with pytest.raises(TooLargeError, match="too large for a workbook"):
        list(rows(bomb))


def test_damaged_workbooks(tmp_path: Path) -> None:
    whole = sheet(tmp_path, [["a"], [1]]).read_bytes()
    with pytest.raises(UnreadableFileError):
        list(rows(made(tmp_path, whole[:-200], "cut.xlsx")))
    with pytest.raises(LearnworkError):
        list(rows(made(tmp_path, workbooks.OLE + bytes(600), "old.xls")))
    with pytest.raises(UnreadableFileError, match="no sheet “none”"):
        list(rows(made(tmp_path, whole, "whole.xlsx"), sheet="none"))


def test_lines_are_numbered_and_bounded(tmp_path: Path) -> None:
    path = made(tmp_path, "one\r\ntwo\n\nfour")
    assert list(text_lines(path)) == [(1, "one"), (2, "two"), (3, ""), (4, "four")]
    with pytest.raises(TooLargeError, match="line 1: a record of more than 4"):
        list(text_lines(path, limit=4))


def test_source_files_have_the_digest_of_their_bytes(tmp_path: Path) -> None:
    found = source_file(made(tmp_path, b"abc"))
    assert (found.name, found.bytes) == ("table.csv", 3)
    assert found.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


LONG_LINE = """
import sys, tracemalloc
from pathlib import Path
from learnwork.formats.files import rows, text_lines
from learnwork.vocabulary.errors import TooLargeError
tracemalloc.start()
for read in (rows, text_lines):
    try:
        list(read(Path(sys.argv[1])))
    except TooLargeError as error:
        print(error)
print(tracemalloc.get_traced_memory()[1])
"""


def test_a_line_of_200_mb_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n")
        for _ in range(200):
            stream.write(b"x" * 1_000_000)
    done = subprocess.run(
        [sys.executable, "-c", LONG_LINE, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("long.csv, line 2: a record of more than") == 2
    assert int(done.stdout.split()[-1]) < 100_000_000, "bytes at the peak"


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "table.csv"
    path.write_bytes(content)
    found, error = read_or_refused(path)
    assert all(number > 1 for number, _ in found)
    assert all(text == text.strip() and "\x00" not in text for _, row in found for text in row.values())
    assert error is None or ("table.csv" in error.message and error.hint)


@given(st.data())
def test_damage_of_any_kind_to_archives_and_workbooks(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    maker = data.draw(st.sampled_from(["zip", "gz", "xlsx"]))
    if maker == "gz":
        whole = bytearray(gzip.compress(TABLE.encode() * 20))
    else:
        path = (
            zipped(folder, {"t.csv": TABLE.encode() * 20})
            if maker == "zip"
            else sheet(folder, [["a", "b"], [1, "x"]])
        )
        whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[int(data.draw(st.floats(0, 0.9999)) * len(whole))] = data.draw(st.integers(0, 255))
    path = made(folder, bytes(whole[: 1 + int(data.draw(st.floats(0, 1)) * len(whole))]), f"damaged.{maker}")
    _, error = read_or_refused(path)
    assert error is None or "damaged" in error.message


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=2), max_size=5
    )
)
def test_what_csv_writes_is_read(tmp_path_factory: pytest.TempPathFactory, records: list[list[str]]) -> None:
    import csv

    path = tmp_path_factory.mktemp("written") / "table.csv"
    target = io.StringIO(newline="")
    csv.writer(target).writerows([["a", "b"], *records])
    path.write_text(target.getvalue(), "utf-8", newline="")
    expected = [[cell.strip() for cell in record] for record in records]
    assert [list(row.values()) for _, row in rows(path)] == [record for record in expected if any(record)]


def test_directories_of_archives_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path, {f"{number}.csv": b"" for number in range(50)})
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 1000)
    with pytest.raises(TooLargeError, match="directory of"):
        members(path)


def test_the_wide_record_of_a_directory_counts_whatever_the_narrow_one_says(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"made.csv": b"a\n1\n"})
    data = path.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    entries, size, start = struct.unpack_from("<HII", data, end + 10)
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, 1 << 40, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    assert size < 1000
    path.write_bytes(data[:end] + wide + locator + data[end:])
    with pytest.raises(TooLargeError, match="directory of"):
        members(path)
