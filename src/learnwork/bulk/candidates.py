"""Candidates for alignments that outgrow one process: BM25 over words, the best `k` of each source, on any engine.

In: two Parquet tables of (key, text), keys whole numbers of 32 bits, best from 0 on without gaps: what is joined and
grouped is then a fifth of the work that names would be. Out: source, target, score, rank. A score is a whole number,
a thousandth of the weight of a word, so that both engines add the same.

The work is bounded by the source, not by the frameworks: a source asks with its words from the rarest on until they
reach `most` targets, with one word at least, and a word leads to `most` targets at most, those of greatest weight. So
no source whose words are known is without candidates, and none meets more than twice `most` targets.
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
    most: int = 2_000
    k1: float = 1.2
    b: float = 0.5

    def __post_init__(self) -> None:
        if self.k < 1 or self.most < 1 or self.k1 < 0 or not 0 <= self.b <= 1:
            raise BadBulkError(
                "Candidates need k and most of at least 1, k1 of at least 0 and b from 0 to 1."
            )


def prepare(engine: Engine, sources: Path, targets: Path, terms: Terms = Terms()) -> None:
    """Weigh the words of the targets and choose those that each source asks with. Afterwards `find` says the rest."""
    for name, path in (("source", sources), ("target", targets)):
        engine.read(f"{name}_texts", path)
        words = engine.dialect.rows_of_words.format(folded("text", engine.dialect))
        engine.view(f"{name}_words", f"SELECT key, {words} AS word FROM {name}_texts")
    engine.view("counts", "SELECT word, count(*) AS known FROM target_words WHERE word <> '' GROUP BY word")
    engine.view("lengths", "SELECT key, count(*) AS length FROM target_words WHERE word <> '' GROUP BY key")
    # One occurrence a word, so that BM25's weight is a function of length and rarity, rounded once, then only added.
    weight = (
        "1000.0 * ln(1.0 + (texts - known + 0.5) / (known + 0.5))"
        f" * ({terms.k1 + 1}) / (1.0 + {terms.k1} * ({1 - terms.b} + {terms.b} * length / mean))"
    )
    weighed = (
        f"(SELECT w.key, w.word, {engine.dialect.whole.format(weight)} AS weight FROM target_words w"
        " JOIN lengths l ON l.key = w.key JOIN counts c ON c.word = w.word CROSS JOIN"
        " (SELECT count(*) AS texts, CAST(sum(length) AS DOUBLE) / count(*) AS mean FROM lengths) every)"
    )
    engine.view(
        "weights",
        f"SELECT key, word, weight FROM (SELECT key, word, weight, row_number() OVER"
        f" (PARTITION BY word ORDER BY weight DESC, key) AS place FROM {weighed} weighed) placed"
        f" WHERE place <= {terms.most}",
    )
    engine.view(
        "asked",
        "SELECT key, word FROM (SELECT s.key, s.word, coalesce(sum(c.known) OVER (PARTITION BY s.key"
        " ORDER BY c.known, s.word ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS reached"
        f" FROM source_words s JOIN counts c ON c.word = s.word) rarest WHERE reached < {terms.most}",
    )


def find(terms: Terms, sources: range | None = None) -> str:
    """The statement whose result are the candidates, of some sources or of all. Give it to `rows` or `write`."""
    part = "" if sources is None else f" WHERE s.key >= {sources.start:d} AND s.key < {sources.stop:d}"
    return (
        "SELECT source, target, score, rank FROM (SELECT source, target, score, CAST(row_number() OVER"
        " (PARTITION BY source ORDER BY score DESC, target) AS INTEGER) AS rank FROM"
        " (SELECT s.key AS source, t.key AS target, CAST(sum(t.weight) AS INTEGER) AS score"
        f" FROM asked s JOIN weights t ON t.word = s.word{part} GROUP BY s.key, t.key) scores) ranked"
        f" WHERE rank <= {terms.k}"
    )


def rows(engine: Engine, sources: Path, targets: Path, terms: Terms = Terms()) -> list[Row]:
    """The candidates of every source, in the order of sources and ranks; for small ones."""
    prepare(engine, sources, targets, terms)
    return engine.rows(f"{find(terms)} ORDER BY {ORDER}")
