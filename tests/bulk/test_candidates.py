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
    candidates.prepare(spark, sources, targets, terms)
    spark.write(candidates.find(terms), tmp_path / "out")
    # What the workers wrote is read by the other engine: Parquet in, Parquet out.
    duck.read("written", tmp_path / "out")
    assert duck.rows(f"SELECT * FROM written ORDER BY {candidates.ORDER}") == one


def test_scores_are_those_of_the_formula(duck: DuckEngine, tmp_path: Path) -> None:
    from tests.bulk.conftest import write_texts

    sources = write_texts(tmp_path / "a.parquet", ["Weld, weld pipe"])
    targets = write_texts(tmp_path / "b.parquet", ["weld steel", "pipe", "read"])
    found = candidates.rows(duck, sources, targets)

    def weight(length: int) -> int:
        idf = math.log(1 + (3 - 1 + 0.5) / 1.5)
        return round(1000 * idf * 2.2 / (1 + 1.2 * (0.5 + 0.5 * length / (4 / 3))))

    assert found == [(0, 1, weight(1), 1), (0, 0, weight(2), 2)]


def test_a_word_that_is_everywhere_leads_to_the_shortest_and_to_no_more_than_asked(
    duck: DuckEngine, tmp_path: Path
) -> None:
    from tests.bulk.conftest import write_texts

    sources = write_texts(tmp_path / "a.parquet", ["plan", "plan steel", "nothing"])
    targets = write_texts(
        tmp_path / "b.parquet", ["plan the care of wards", "plan", "plan care", "plan steel", "steel"]
    )
    found = candidates.rows(duck, sources, targets, Terms(most=2))
    # Steel is rarer and reaches two by itself, so that nothing is asked for the plan beside it.
    assert [(source, target) for source, target, _, _ in found] == [(0, 1), (0, 2), (1, 4), (1, 3)]


def test_parts_are_the_whole(duck: DuckEngine, texts: Made) -> None:
    sources, targets = texts("s", 40), texts("t", 90)
    whole = candidates.rows(duck, sources, targets)
    parts = [
        duck.rows(f"{candidates.find(Terms(), range(start, start + 15))} ORDER BY {candidates.ORDER}")
        for start in range(0, 40, 15)
    ]
    assert [row for part in parts for row in part] == whole


@pytest.mark.parametrize("wrong", [{"k": 0}, {"most": 0}, {"k1": -1}, {"b": 2}])
def test_terms_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(BadBulkError):
        Terms(**wrong)
