"""The peers of the search benchmark: SQLite FTS5 and PostgreSQL full text over the same records.

Both get the words as our index has them, cut by the same tokenizer, so that membership is the same. Both answer a
question as our engine does: the best twenty by their own ranking, the total, and five facets of which each ignores
what is chosen of itself. The matches of the words are found once and materialised, then grouped: the fastest form
of several that were tried on both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from learnwork.search import words
from learnwork.search.record import Record
from learnwork.search.schema import found_by

FACETS = {"type": "type", "level": "level", "field": "field2", "state": "state", "provider": "provider"}
COLUMNS = tuple(FACETS.values())
Answer = tuple[int, dict[str, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Question:
    """Words that must all be there, and facet → value."""

    words: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]


class Peer(Protocol):
    name: str

    def load(self, records: Iterable[Record]) -> None: ...

    def ask(self, question: Question) -> Answer: ...


def row(record: Record) -> tuple[int, str, str, str, str, str]:
    field = next((code for code in record.fields if len(code) == 2), "")
    return record.id, record.type, record.level, field, record.place.state, record.provider


def tokens(record: Record) -> tuple[str, ...]:
    return words.tokens(found_by(record))


def grouped(question: Question, mark: str) -> tuple[str, list[str]]:
    """The counts, from the materialised matches `m`: one grouping a facet, with the choices of the others."""
    parts, values = [], []
    for column in COLUMNS:
        chosen = [(FACETS[key], value) for key, value in question.filters if FACETS[key] != column]
        where = " AND ".join([f"{name} = {mark}" for name, _ in chosen] + [f"{column} <> ''"])
        parts.append(f"SELECT '{column}', {column}, count(*) FROM m WHERE {where} GROUP BY {column}")
        values += [value for _, value in chosen]
    every = " AND ".join(f"{FACETS[key]} = {mark}" for key, _ in question.filters) or "true"
    parts.append(f"SELECT 'total', '', count(*) FROM m WHERE {every}")
    return " UNION ALL ".join(parts), [*values, *(value for _, value in question.filters)]


def answer(rows: Iterable[tuple[str, str, int]]) -> Answer:
    total, counts = 0, {column: dict[str, int]() for column in COLUMNS}
    for kind, value, count in rows:
        if kind == "total":
            total = count
        else:
            counts[kind][value] = count
    return total, {key: counts[column] for key, column in FACETS.items()}


class Sqlite:
    """SQLite FTS5, contentless, ranked by its own BM25; covering indexes on what is filtered."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "peer.sqlite3"
        self.db = sqlite3.connect(self.path)
        self.db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA mmap_size=4294967296;"
            "PRAGMA temp_store=MEMORY;"
        )

    def load(self, records: Iterable[Record]) -> None:
        columns = ", ".join(f"{column} TEXT" for column in COLUMNS)
        self.db.execute(f"CREATE TABLE r (id INTEGER PRIMARY KEY, {columns})")
        self.db.execute("CREATE VIRTUAL TABLE f USING fts5(text, content='', tokenize='ascii')")
        for record in records:
            self.db.execute("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?)", row(record))
            self.db.execute(
                "INSERT INTO f (rowid, text) VALUES (?, ?)", (record.id, " ".join(tokens(record)))
            )
        self.db.execute("INSERT INTO f (f) VALUES ('optimize')")
        self.db.execute("ANALYZE")
        self.db.commit()

    def ask(self, question: Question) -> Answer:
        match = " ".join(f'"{word}"' for word in question.words)
        where = "".join(f" AND r.{FACETS[key]} = ?" for key, _ in question.filters)
        chosen = [value for _, value in question.filters]
        self.db.execute(
            f"SELECT r.id FROM f JOIN r ON r.id = f.rowid WHERE f MATCH ?{where} ORDER BY f.rank LIMIT 20",
            [match, *chosen],
        ).fetchall()
        counts, values = grouped(question, "?")
        sql = f"WITH m AS MATERIALIZED (SELECT r.* FROM f JOIN r ON r.id = f.rowid WHERE f MATCH ?) {counts}"
        return answer(self.db.execute(sql, [match, *values]))

    def bytes(self) -> int:
        return self.path.stat().st_size


class Postgres:
    """PostgreSQL full text: a GIN index over tsvectors, ranked by ts_rank; two parallel workers allowed."""

    name = "PostgreSQL full text"

    def __init__(self, url: str) -> None:
        self.db = psycopg.connect(url, autocommit=True)
        for setting in ("work_mem = '256MB'", "max_parallel_workers_per_gather = 2", "jit = off"):
            self.db.execute(f"SET {setting}")

    def load(self, records: Iterable[Record]) -> None:
        columns = ", ".join(f"{column} text" for column in COLUMNS)
        self.db.execute("DROP TABLE IF EXISTS r")
        self.db.execute(f"CREATE TABLE r (id int PRIMARY KEY, {columns}, t tsvector)")
        self.db.execute(f"CREATE TEMP TABLE raw (id int, {columns}, words text[])")
        with self.db.cursor().copy(f"COPY raw (id, {', '.join(COLUMNS)}, words) FROM STDIN") as copy:
            for record in records:
                copy.write_row((*row(record), list(set(tokens(record)))))
        self.db.execute(f"INSERT INTO r SELECT id, {', '.join(COLUMNS)}, array_to_tsvector(words) FROM raw")
        self.db.execute("DROP TABLE raw")
        self.db.execute("CREATE INDEX ON r USING gin (t) WITH (fastupdate = off)")
        for column in COLUMNS:
            self.db.execute(f"CREATE INDEX ON r ({column})")
        self.db.execute("VACUUM ANALYZE r")

    def ask(self, question: Question) -> Answer:
        match = " & ".join(f"'{word}'" for word in question.words)
        where = "".join(f" AND {FACETS[key]} = %s" for key, _ in question.filters)
        chosen = [value for _, value in question.filters]
        self.db.execute(
            f"SELECT id FROM r WHERE t @@ %s::tsquery{where} ORDER BY ts_rank(t, %s::tsquery) DESC LIMIT 20",
            [match, *chosen, match],
        ).fetchall()
        counts, values = grouped(question, "%s")
        names = ", ".join(COLUMNS)
        sql = f"WITH m AS MATERIALIZED (SELECT {names} FROM r WHERE t @@ %s::tsquery) {counts}"
        return answer(self._rows(sql, [match, *values]))

    def _rows(self, sql: str, values: list[str]) -> Iterator[tuple[str, str, int]]:
        yield from self.db.execute(sql, values)  # type: ignore[arg-type,misc]

    def bytes(self) -> int:
        found = self.db.execute("SELECT pg_total_relation_size('r')").fetchone()
        return int(found[0]) if found else 0
