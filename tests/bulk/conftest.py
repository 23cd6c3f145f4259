"""Made tables, and DuckDB in this process."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from learnwork.bulk.engines import DuckEngine, duckdb_engine

WORDS = (
    "weld",
    "pipe",
    "résumé",
    "nurse",
    "care",
    "plan",
    "data",
    "Müller",
    "steel",
    "frame",
    "read",
    "Code",
    "test",
)


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckEngine]:
    """DuckDB in this process."""
    with duckdb_engine(threads=1, memory="1GB") as engine:
        yield engine


def write(path: Path, columns: Mapping[str, Sequence[str | None]]) -> Path:
    """A Parquet file of text columns."""
    pq.write_table(pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}), path)
    return path


def write_texts(path: Path, texts: Sequence[str | None]) -> Path:
    """A Parquet file of numbered texts."""
    numbers = pa.array(range(len(texts)), pa.int32())
    pq.write_table(pa.table({"key": numbers, "text": pa.array(texts, pa.string())}), path)
    return path


Made = Callable[[str, int], Path]


@pytest.fixture
def texts(tmp_path: Path) -> Made:
    """Makes a table of numbered texts: phrases of few words, some empty, one missing."""

    def make(name: str, count: int) -> Path:
        chance = random.Random(name)
        phrases: list[str | None] = [
            " ".join(chance.choices(WORDS, k=chance.randint(1, 6))) for _ in range(count)
        ]
        phrases[0], phrases[1] = "", None
        return write_texts(tmp_path / f"{name}.parquet", phrases)

    return make


@pytest.fixture
def organizations(tmp_path: Path) -> tuple[Path, Path]:
    """Two tables of 300 organizations: of each ten, six are the same in both, two misspelt, two others."""
    chance = random.Random(7)
    rows: dict[str, dict[str, list[str | None]]] = {
        side: {"key": [], "name": [], "place": [], "code": []} for side in ("left", "right")
    }
    for number in range(300):
        made = "".join(chance.choice("bcdfglmnprstv") + chance.choice("aeiou") for _ in range(6)).title()
        name = f"{made} {chance.choice(WORDS)} college"
        place, code = f"Town {number % 40}", f"{number:09}" if number % 3 else None
        other = number % 10 >= 8
        spelt = name.replace("college", "colege") if number % 10 in (6, 7) else name.upper()
        pair = (name, place, code), (f"Elsewhere {number}", place, None) if other else (spelt, place, code)
        for side, values in zip(("left", "right"), pair, strict=True):
            for column, value in zip(
                ("key", "name", "place", "code"), (f"{side[0]}{number:03}", *values), strict=True
            ):
                rows[side][column].append(value)
    left, right = (write(tmp_path / f"{side}.parquet", rows[side]) for side in ("left", "right"))
    return left, right
