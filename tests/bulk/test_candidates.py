"""Candidates in bulk: the same on every engine, and those that BM25 says."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from learnwork.bulk import candidates
from learnwork.bulk.candidates import BadBulkError, Terms
from learnwork.bulk.engines import DuckEngine, SparkEngine

Made = Callable[[str, int], Path]


def test_both_engines_say_the_same(duck: DuckEngine, spark: SparkEngine, texts: Made, tmp_path: Path) -> None:
    sources, targets = texts("s", 120), texts("t", 400)
    terms = Terms(k=7, most=150)
    one = candidates.rows(duck, sources, targets, terms)
    assert len(one) > 700
    spark.write(candidates.find(spark, sources, targets, terms), tmp_path / "out")
    # What the workers wrote is read by the other engine: Parquet in, Parquet out.
    duck.read("written", tmp_path / "out")
    assert duck.rows(f"SELECT * FROM written ORDER BY {candidates.ORDER}") == one


def test_scores_are_those_of_the_formula(duck: DuckEngine, tmp_path: Path) -> None:
    from tests.bulk.conftest import write

    sources = write(tmp_path / "a.parquet", {"key": ["s"], "text": ["Weld, weld pipe"]})
    targets = write(tmp_path / "b.parquet", {"key": ["x", "y", "z"], "text": ["weld steel", "pipe", "read"]})
    found = candidates.rows(duck, sources, targets)

    def weight(length: int) -> int:
        idf = math.log(1 + (3 - 1 + 0.5) / 1.5)
        return round(1000 * idf * 2.2 / (1 + 1.2 * (0.5 + 0.5 * length / (4 / 3))))

    assert found == [("s", "y", weight(1), 1), ("s", "x", weight(2), 2)]


def test_words_that_are_everywhere_find_nothing(duck: DuckEngine, texts: Made) -> None:
    assert candidates.rows(duck, texts("s", 30), texts("t", 60), Terms(most=1)) == []


def test_what_is_written_is_what_is_read(duck: DuckEngine, texts: Made, tmp_path: Path) -> None:
    sources, targets = texts("s", 20), texts("t", 50)
    duck.write(candidates.find(duck, sources, targets, Terms(k=2)), tmp_path / "out")
    duck.read("written", tmp_path / "out")
    found = duck.rows(f"SELECT * FROM written ORDER BY {candidates.ORDER}")
    assert found == candidates.rows(duck, sources, targets, Terms(k=2))


@pytest.mark.parametrize("wrong", [{"k": 0}, {"most": 0}, {"k1": -1}, {"b": 2}])
def test_terms_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(BadBulkError):
        Terms(**wrong)
