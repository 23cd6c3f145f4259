"""The registry as Parquet tables for analysis: resources, links, figures, sources. Streaming; memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection
from django.utils.translation import gettext_noop

from learnwork.intake import outgoing
from learnwork.registry.models import Observation
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.measures import by_number
from learnwork.vocabulary.types import by_class

_ROWS = 20_000  # in a row group
_STATUS = dict(Observation.Status.choices)
Advance = Callable[[int], None]
Row = Sequence[Any]
_text, _number = pa.string(), pa.float64()

RESOURCES = pa.schema(
    [
        ("ctid", _text), ("type", _text), ("class", _text), ("name", _text), ("derived", pa.bool_()),
        ("providers", pa.list_(_text)), ("document", _text),
    ]
)  # fmt: skip
LINKS = pa.schema(
    [
        ("subject", _text), ("predicate", _text), ("object", _text), ("reference", _text),
        ("valid_from", _text), ("valid_to", _text),
    ]
)  # fmt: skip
OBSERVATIONS = pa.schema(
    [
        ("ctid", _text), ("group_provider", _text), ("group_field", _text), ("group_levels", _text),
        ("measure", _text), ("unit", _text), ("area", _text), ("period", _text), ("cohort", _text),
        ("value", _number), ("status", _text), ("base", pa.int32()), ("precision", _number), ("item", _text),
        ("source", _text), ("release", _text), ("row", pa.int32()),
    ]
)  # fmt: skip


def write(path: Path, schema: Any, rows: Iterable[Row], advance: Advance) -> int:
    """Write rows, in the order of the schema's columns, as one Parquet file; returns how many."""
    iterator, done = iter(rows), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while chunk := list(islice(iterator, _ROWS)):
            columns = [
                pa.array(values, field.type)
                for values, field in zip(zip(*chunk, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
            done += len(chunk)
            advance(done)
    return done


def _resources() -> Iterator[Row]:
    for row, document in outgoing.documents(None):
        yield (
            row.ctid,
            by_class(row.type).key,
            row.type,
            row.name,
            row.derived,
            _providers(document),
            orjson.dumps(document).decode(),
        )


def _providers(document: Document) -> list[str]:
    found = []
    for term in ("ceterms:offeredBy", "ceterms:ownedBy"):
        value = document.get(term) or []
        found += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return list(dict.fromkeys(found))


def _links() -> Iterator[Row]:
    return _pieces(
        "SELECT l.id, s.ct_id, l.predicate, COALESCE(m.ct_id, o.ct_id, ''), l.reference, l.valid_from, l.valid_to"
        " FROM registry_link l JOIN registry_resource s ON s.id = l.subject_id"
        " LEFT JOIN registry_resource o ON o.id = l.object_id"
        " LEFT JOIN registry_resource m ON m.id = o.merged_into_id"
        " WHERE l.id > %s AND s.status = 'current' ORDER BY l.id LIMIT %s"
    )


def _observations() -> Iterator[Row]:
    rows = _pieces(
        "SELECT o.id, COALESCE(m.ct_id, r.ct_id, ''), COALESCE(g.provider, ''), COALESCE(g.field, ''),"
        " COALESCE(g.levels, ''), o.measure, COALESCE(a.key, ''), o.period, COALESCE(o.cohort, ''), o.value,"
        " o.status, o.base, o.precision, COALESCE(i.ct_id, ''), s.key, e.label, o.row FROM registry_observation o"
        " JOIN registry_release e ON e.id = o.release_id JOIN registry_source s ON s.id = e.source_id"
        " LEFT JOIN registry_resource r ON r.id = o.resource_id"
        " LEFT JOIN registry_resource m ON m.id = r.merged_into_id"
        " LEFT JOIN registry_group g ON g.id = o.group_id LEFT JOIN registry_area a ON a.id = o.area_id"
        " LEFT JOIN registry_resource i ON i.id = o.item_id"
        " WHERE o.id > %s AND e.status = 'loaded' AND e.superseded_at IS NULL ORDER BY o.id LIMIT %s"
    )
    for about, provider, field, levels, number, area, period, cohort, value, status, *rest in rows:
        measure = by_number[number]
        who = (about, provider, field, levels, measure.key, measure.unit, area, period, cohort)
        yield (*who, value, _STATUS[status], *rest)


def _pieces(sql: str) -> Iterator[Row]:
    """Rows of a SELECT that begins with the key it goes on from, without it."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, [last, _ROWS])
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from (row[1:] for row in rows)


ALL: tuple[tuple[str, str, Callable[[Path, Advance], int]], ...] = (
    (
        "resources",
        gettext_noop("a current resource with its composed document as JSON"),
        lambda path, advance: write(path, RESOURCES, _resources(), advance),
    ),
    (
        "links",
        gettext_noop(
            "a link of a current resource: subject, predicate, object (or the reference that is not here)"
        ),
        lambda path, advance: write(path, LINKS, _links(), advance),
    ),
    (
        "observations",
        gettext_noop("a figure that serves, of a resource (ctid) or of a group of programs (group_*)"),
        lambda path, advance: write(path, OBSERVATIONS, _observations(), advance),
    ),
)
