"""Writing in bulk: one writer at a time, identifiers handed out in order, rows by the thousand.

Everything here runs inside the caller's transaction. `begin()` first: it takes the one lock that writers of the
registry share, so that the order of `Change.seq` is the order of commits (on PostgreSQL a sequence alone would
not promise that; on SQLite the transaction itself is the lock).
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction

from learnwork.registry.models import Change, Envelope, Group, Identifier, Link, Observation, Resource

_LOCK = 0x6C77  # "lw": the advisory lock of writers on PostgreSQL
_CACHE = 131_072  # kB of pages that one who writes keeps: twice a reader's, 6% faster where 260,000 programs arrive
_MANY = 1_000  # new rows of a release after which plans made before it may be far off
_IN = 900  # values in one IN (...): SQLite's old bound on parameters is 999

# The scheme under which a resource keeps the CTID that a source derived for it before an identifier showed that it
# was here already; what refers to that CTID means the resource.
ALIAS = "ctid"

T = TypeVar("T")


def chunked(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


class Numbers:
    """Primary keys of one transaction, handed out from the greatest in use."""

    def __init__(self) -> None:
        self._last: dict[type[models.Model], int] = {}

    def next(self, model: type[models.Model]) -> int:
        last = self._last.get(model)
        if last is None:
            last = model._default_manager.aggregate(last=models.Max(model._meta.pk.attname))["last"] or 0
        self._last[model] = last + 1
        return last + 1

    def range(self, model: type[models.Model], count: int) -> range:
        """The next `count` keys."""
        if not count:
            return range(0)
        first = self.next(model)
        self._last[model] = first + count - 1
        return range(first, first + count)


@contextmanager
def no_cycles_sought() -> Iterator[None]:
    """Spare the search for cycles of objects: a load makes millions of tuples and no cycles,
    and takes a third longer with the search."""
    sought = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sought:
            gc.enable()


def begin() -> Numbers:
    """Take the writers' lock until the surrounding transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("store.begin() needs a transaction around it")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
    return Numbers()


def refresh_statistics(rows: int) -> None:
    """After many new rows, let PostgreSQL plan by what is there now, not by what its next automatic look will find."""
    if rows >= _MANY and connection.vendor == "postgresql":
        models_ = (Resource, Envelope, Identifier, Link, Group, Observation)
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models_)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def moment(at: datetime) -> Any:
    """A time as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows; columns are attribute names (`source_id`). COPY on PostgreSQL, executemany on SQLite."""
    if not rows:
        return
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks, rows = _without_nulls(rows)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def _without_nulls(rows: Sequence[Sequence[Any]]) -> tuple[str, Sequence[Sequence[Any]]]:
    """Markers and rows that bind no None: Python's sqlite3 takes 0.4 µs for each, half the time of a row of figures.

    A column of nothing but None becomes the word NULL; in a mixed one "" stands for None and NULLIF turns it back.
    """
    marks: list[str] = []
    columns: list[Sequence[Any]] = []
    for column in zip(*rows, strict=True):
        nulls = column.count(None)
        if nulls == len(column):
            marks.append("NULL")
        elif nulls and "" not in column:
            marks.append("NULLIF(%s, '')")
            columns.append(["" if value is None else value for value in column])
        else:
            marks.append("%s")
            columns.append(column)
    return ", ".join(marks), list(zip(*columns, strict=True))


def update(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one UPDATE or DELETE for every row of parameters."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def select_in(sql: str, values: Iterable[Any], *before: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of a SELECT that ends in "… IN ({})", run for as many slices of `values` as it takes."""
    with connection.cursor() as cursor:
        for chunk in chunked(values, _IN):
            cursor.execute(sql.format(", ".join(["%s"] * len(chunk))), [*before, *chunk])
            yield from cursor.fetchall()


def append_changes(
    numbers: Numbers, changes: Iterable[tuple[int | None, int]], at: datetime, release_id: int | None = None
) -> None:
    """Publish: one row for every (resource id, `Change.Kind`), in this order."""
    time = moment(at)
    rows = list(changes)
    numbered = zip(numbers.range(Change, len(rows)), rows, strict=True)
    insert(
        Change,
        ("seq", "resource_id", "kind", "release_id", "at"),
        [(seq, resource, kind, release_id, time) for seq, (resource, kind) in numbered],
    )


def resource_ids(ctids: Iterable[str]) -> dict[str, int]:
    """CTID → id of those that are here, under that CTID or as another name of a resource (`ALIAS`)."""
    wanted = list(ctids)
    found = dict(
        select_in(
            "SELECT value, resource_id FROM registry_identifier"
            " WHERE scheme = %s AND resource_id IS NOT NULL AND value IN ({})",
            wanted,
            ALIAS,
        )
    )
    found.update(select_in("SELECT ct_id, id FROM registry_resource WHERE ct_id IN ({})", wanted))
    return found
