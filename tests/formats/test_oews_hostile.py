"""Files of wages that are not to be trusted: cut, swapped, bombs, views, damage."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.made_oews import (
    HEAD,
    WELDER,
    WELDER_WAGES,
    WELDERS,
    as_csv,
    database,
    download,
    figures,
    packed,
    read,
)

from learnwork.formats import oews
from learnwork.formats.model import Observed
from learnwork.vocabulary.errors import LearnworkError, TooLargeError, UnreadableFileError


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("oews") / "wages.sqlite")


def test_a_packed_database_is_read(small: Path, tmp_path: Path) -> None:
    path = packed(tmp_path / "wages.sqlite.gz", small.read_bytes())
    assert [item for item in read(path) if isinstance(item, Observed)]


def test_both_layouts_are_recognised_and_other_files_are_not(small: Path, tmp_path: Path) -> None:
    assert oews.FORMAT.recognise(small)
    assert oews.FORMAT.recognise(packed(tmp_path / "wages.gz", small.read_bytes()))
    assert oews.FORMAT.recognise(as_csv(tmp_path / "x.csv", [download("us", WELDER, WELDER_WAGES)]))
    assert not oews.FORMAT.recognise(as_csv(tmp_path / "y.csv", [["1"]], ["area"]))
    assert not oews.FORMAT.recognise(tmp_path)
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    assert not oews.FORMAT.recognise(tmp_path / "other.sqlite")


def test_a_truncated_gzip_is_refused(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "wages.sqlite.gz"
    path.write_bytes(gzip.compress(small.read_bytes())[:-200])
    with pytest.raises(UnreadableFileError):
        read(path)


def test_something_else_inside_a_gzip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LearnworkError) as caught:
        read(packed(tmp_path / "oews-2025.sqlite.gz", b"\x89PNG" + bytes(5000)))
    assert caught.value.hint


def test_a_bomb_stops_at_the_size_that_the_database_declares(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "wages.sqlite.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(small.read_bytes())
        for _ in range(50):
            stream.write(bytes(1 << 20))
    with pytest.raises(UnreadableFileError, match="bytes after its end"):
        read(path)


def test_a_database_that_declares_too_much_is_refused(small: Path, tmp_path: Path) -> None:
    content = bytearray(small.read_bytes())
    content[28:32] = (2_000_000).to_bytes(4, "big")
    with pytest.raises(TooLargeError):
        read(packed(tmp_path / "wages.sqlite.gz", bytes(content)))


def test_a_database_that_was_cut_off_is_refused(small: Path, tmp_path: Path) -> None:
    content = small.read_bytes()
    with pytest.raises(UnreadableFileError, match="ends after"):
        read(packed(tmp_path / "wages.sqlite.gz", content[: len(content) // 2]))


@pytest.mark.parametrize("table", ["cell", "area", "occupation", "industry", "footnote", "meta"])
def test_a_missing_table_is_named(tmp_path: Path, table: str) -> None:
    path = database(tmp_path / "wages.sqlite")
    with sqlite3.connect(path) as made:
        made.execute(f"DROP TABLE {table}")
    made.close()
    with pytest.raises(UnreadableFileError, match=table):
        read(path)


def test_a_view_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path / "wages.sqlite")
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS name, x AS value FROM n"
    )
    with sqlite3.connect(path) as made:
        made.execute("DROP TABLE meta")
        made.execute(f"CREATE VIEW meta AS {endless}")
    made.close()
    with pytest.raises(UnreadableFileError, match="meta"):
        read(path)


def test_a_cell_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    path = database(
        tmp_path / "wages.sqlite", [("OEUN0000000000000514121", ["9" * 5_000_000] * 17, [None] * 17)]
    )
    with pytest.raises(UnreadableFileError):
        read(path)


def test_numbers_and_bytes_where_text_belongs_do_no_harm(tmp_path: Path) -> None:
    path = database(tmp_path / "wages.sqlite")
    with sqlite3.connect(path) as made:
        made.execute("UPDATE cell SET v01 = x'00ff', v03 = 12, f04 = 7 WHERE key LIKE 'OEUS%'")
        made.execute("INSERT INTO area VALUES (1, x'00', NULL, 3)")
    made.close()
    items = read(path)
    assert figures(items, WELDERS, "state:NJ")["oews.hourly_mean"].value == 12.0


_quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(suppress_health_check=_quiet)
@given(at=st.integers(0, 60_000), bytes_=st.binary(min_size=1, max_size=64))
def test_a_damaged_database_is_read_or_refused(small: Path, tmp_path: Path, at: int, bytes_: bytes) -> None:
    content = bytearray(small.read_bytes())
    at %= len(content)
    content[at : at + len(bytes_)] = bytes_
    path = tmp_path / "oews-2025.sqlite"
    path.write_bytes(content)
    try:
        items = read(path)
    except LearnworkError:
        return
    assert all(item.value is None or 0 <= item.value < 1e12 for item in items if isinstance(item, Observed))


_cells = st.one_of(
    st.sampled_from([*WELDER_WAGES, "*", "#", "**", ">=9", "99", "1", "4", "TRUE", "51-4121", ""]),
    st.text(max_size=12),
)


@settings(suppress_health_check=_quiet)
@given(rows=st.lists(st.lists(_cells, min_size=1, max_size=30), max_size=5))
def test_any_table_is_read_or_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "all_data_M_2025.csv"
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [HEAD, *rows]]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        items = read(path)
    except LearnworkError:
        return
    for item in items:
        if isinstance(item, Observed):
            assert (item.value is None) == (item.status != "reported")


@pytest.mark.parametrize("amount", ["1.2.3", "..,5", "1,,.0.0"])
def test_a_note_with_a_wage_that_is_no_number_gives_no_limit(tmp_path: Path, amount: str) -> None:
    path = database(tmp_path / "wages.sqlite")
    with sqlite3.connect(path) as connection:
        text = f"This wage is equal to or greater than ${amount} per hour or $239,200 per year."
        connection.execute("UPDATE footnote SET footnote_text = ? WHERE footnote_code = '5'", (text,))
    found = [item for item in read(path) if isinstance(item, Observed)]
    assert found
    assert not [item for item in found if item.measure.endswith("_at_least")]
