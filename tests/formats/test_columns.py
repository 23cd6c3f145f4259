"""Columns of long files: the same from CSV and Parquet, bounded, with errors that name the column."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.formats import columns
from learnwork.formats.expectations import of_a_part
from learnwork.formats.model import Expectation, SourceDeclaration
from learnwork.vocabulary.errors import TooLargeError, UnreadableFileError


def csv_file(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return path


def test_it_works(tmp_path: Path) -> None:
    path = csv_file(tmp_path, 'A;"b c";D\n 1 ;"x;y";\n2;z;4\n')
    read = columns.read(path, ("a", "b c"), ("d", "e"))
    assert read.table.to_pydict() == {"a": ["1", "2"], "b c": ["x;y", "z"], "d": ["", "4"]}
    assert read.first == 2
    assert columns.names(path) == ["a", "b c", "d"]
    assert columns.row_count(path) is None


def test_parquet_keeps_numbers(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"A": [1, None], "B": [" x ", None], "C": [[1], [2]]}), path)
    read = columns.read(path, ("a", "b"))
    assert read.table.to_pydict() == {"a": [1, None], "b": ["x", None]}
    assert (read.first, columns.row_count(path), columns.names(path)) == (1, 2, ["a", "b", "c"])
    with pytest.raises(UnreadableFileError, match="column C holds list"):
        columns.read(path, ("a", "c"))


def test_a_head_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert len(columns.read(csv_file(tmp_path, "a,b\n"), ("a",)).table) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,c\n1,2\n", "lacks the column B. It has: a, c"),
        ("a,b,B\n1,2,3\n", "two columns named B"),
        ("\n1,2\n", "no names of columns"),
        ("a,b\n1\n", "cannot be read as a table"),
        ("a,b\n1,2,3\n", "cannot be read as a table"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        columns.read(csv_file(tmp_path, text), ("a", "b"))


def test_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MAX_ROWS", 2)
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3]}), path)
    for long in (csv_file(tmp_path, "a\n1\n2\n3\n"), path):
        with pytest.raises(TooLargeError, match="more than 2 rows"):
            columns.read(long, ("a",))


@given(values=st.lists(st.integers(-10, 300) | st.none()))
def test_whole_numbers_are_the_same_from_text_and_numbers(values: list[int | None]) -> None:
    expected = [value if value is not None and 0 <= value <= 99 else None for value in values]
    texts = [None if value is None else str(value) for value in values]
    floats = [None if value is None else float(value) for value in values]
    for made in (pa.array(values, pa.int64()), pa.array(texts, pa.string()), pa.array(floats, pa.float64())):
        assert columns.whole(pa.chunked_array([made]), 99).to_pylist() == expected
    assert (
        columns.whole(pa.chunked_array([pa.array([0.5, float("nan"), float("inf")])]), 99).to_pylist()
        == [None] * 3
    )


def test_a_state_is_not_asked_for_the_counts_of_the_nation() -> None:
    expects = Expectation(
        resources={"": (10, None)},
        observations=(10, None),
        filled={"a": {"b": 1.0, "c": 0.9}, "d": {"e": 0.5}},
        withdrawn=0.1,
        refused=0.02,
    )
    part = of_a_part(SourceDeclaration("k", "n", "p", "https://example.org", "l", expects=expects)).expects
    assert part == Expectation(filled={"a": {"b": 1.0}}, withdrawn=0.5, refused=0.02)
