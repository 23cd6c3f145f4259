"""Candidates for alignments that outgrow one process: BM25 over words, the best `k` of each source, on any engine.

In: two Parquet tables of (key, text). Out: source, target, score, rank. A score is a whole number, a thousandth of the
weight of a word, so that both engines add the same. Words of more than `most` targets find nothing by themselves, which
bounds the work: a source whose every word is that common has no candidate.
"""

from __future__ import annotations

# ruff: noqa: S608 - statements are made of our own names and of checked numbers, never of what somebody sent.
from dataclasses import dataclass
from pathlib import Path

from learnwork.bulk.engines import Engine, Row
from learnwork.bulk.folding import folded
from learnwork.vocabulary.errors import LearnworkError

ORDER = "source, rank"


class BadBulkError(LearnworkError):
    """What bulk work was asked for cannot be done."""

    code = "bulk-bad"


@dataclass(frozen=True, slots=True)
class Terms:
    """How candidates are found. k1, b as in BM25; a word counts once in a text, however often it stands there."""

    k: int = 10
    most: int = 5_000
    k1: float = 1.2
    b: float = 0.5

    def __post_init__(self) -> None:
        if self.k < 1 or self.most < 1 or self.k1 < 0 or not 0 <= self.b <= 1:
            raise BadBulkError(
                "Candidates need k and most of at least 1, k1 of at least 0 and b from 0 to 1."
            )


def find(engine: Engine, sources: Path, targets: Path, terms: Terms = Terms()) -> str:
    """Prepare the work; returns the statement whose result are the candidates. Give it to `rows` or `write`."""
    for name, path in (("source", sources), ("target", targets)):
        engine.read(f"{name}_texts", path)
        words = engine.dialect.rows_of_words.format(folded("text", engine.dialect))
        engine.view(f"{name}_words", f"SELECT key, {words} AS word FROM {name}_texts")
    engine.view(
        "target_lengths", "SELECT key, count(*) AS length FROM target_words WHERE word <> '' GROUP BY key"
    )
    engine.view(
        "all_lengths",
        "SELECT count(*) AS texts, CAST(sum(length) AS DOUBLE) / count(*) AS mean FROM target_lengths",
    )
    # What is asked once stands within what asks it: kept, the scores of all pairs would be the largest table of all.
    counts = "(SELECT word, count(*) AS known FROM target_words WHERE word <> '' GROUP BY word)"
    # One occurrence a word, so that BM25's weight is a function of length and rarity, rounded once, then only added.
    weight = (
        "1000.0 * ln(1.0 + (texts - known + 0.5) / (known + 0.5))"
        f" * ({terms.k1 + 1}) / (1.0 + {terms.k1} * ({1 - terms.b} + {terms.b} * length / mean))"
    )
    weights = (
        f"(SELECT w.key, w.word, {engine.dialect.whole.format(weight)} AS weight FROM target_words w"
        f" JOIN target_lengths l ON l.key = w.key JOIN {counts} c ON c.word = w.word CROSS JOIN all_lengths"
        f" WHERE c.known <= {terms.most})"
    )
    scores = (
        "(SELECT s.key AS source, t.key AS target, CAST(sum(t.weight) AS BIGINT) AS score"
        f" FROM source_words s JOIN {weights} t ON t.word = s.word GROUP BY s.key, t.key)"
    )
    return (
        "SELECT source, target, score, rank FROM (SELECT source, target, score, CAST(row_number() OVER"
        f" (PARTITION BY source ORDER BY score DESC, target) AS INTEGER) AS rank FROM {scores} scores) ranked"
        f" WHERE rank <= {terms.k}"
    )


def rows(engine: Engine, sources: Path, targets: Path, terms: Terms = Terms()) -> list[Row]:
    """The candidates, in the order of sources and ranks."""
    return engine.rows(f"{find(engine, sources, targets, terms)} ORDER BY {ORDER}")
