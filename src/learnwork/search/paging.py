"""Cursors: where a page stopped, so that the next goes on there although the index has changed since.

A sort by a column ends at a value that no other record has, and the next page is what lies beyond it. A ranking by
words has no such value: its cursor names the last hit, its score and its rank. The next page begins behind that
hit wherever it stands now, or, if it is gone, behind its score.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import cast

import orjson
import tantivy

from learnwork.search.compiling import Compiled
from learnwork.search.facets import SORTS
from learnwork.search.query import Query

DEEPEST = 10_000  # hits of a ranking that can be paged through; a sort by a column has no end
_WINDOW = 200  # how far from its former rank the last hit is looked for before everything is

Found = list[tuple[tantivy.DocAddress, int | float | str, int]]
"""Address, value that it was sorted by, id."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """value: of the column, or the score. id: of the last hit. rank: how many hits went before the next page."""

    question: str
    value: int | float | str
    id: int
    rank: int

    def __str__(self) -> str:
        body = orjson.dumps([self.question, self.value, self.id, self.rank])
        return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def question(query: Query) -> str:
    """A digest of all that decides which hits come in which order."""
    asked = replace(query, after="", size=20, counted=()).to_url()
    return blake2b(asked.encode(), digest_size=6).hexdigest()


def read(query: Query) -> Cursor | None:
    """The cursor that a question carries. None if it has none, or one of another question or of no sense."""
    try:
        body = orjson.loads(base64.urlsafe_b64decode(query.after + "=" * (-len(query.after) % 4)))
        asked, value, id_, rank = body
        cursor = Cursor(str(asked), value, int(id_), int(rank))
    except (ValueError, TypeError):
        return None
    by_name = query.sort == "name"
    sound = (
        isinstance(value, str) and value.isalnum()
        if by_name
        else isinstance(value, int | float) and value >= 0
    )
    return cursor if sound and cursor.question == question(query) and 0 < cursor.rank < 1 << 40 else None


def page(query: Query, made: Compiled, cursor: Cursor | None) -> tuple[Found, str | None]:
    """The hits of one page, and the cursor of the next."""
    by_score = query.sort == "relevance" and made.ranked
    found = _by_score(query.size, made, cursor) if by_score else _by_column(query, made, cursor)
    before = cursor.rank if cursor else 0
    if len(found) <= query.size:
        return found, None
    found = found[: query.size]
    rank = before + len(found)
    if by_score and rank >= DEEPEST:
        return found, None
    _, value, id_ = found[-1]
    return found, str(Cursor(question(query), value, id_, rank))


def _by_column(query: Query, made: Compiled, cursor: Cursor | None) -> Found:
    column, descending = SORTS[query.sort]
    asked, snapshot = made.counting(), made.snapshot
    if cursor is not None:
        beyond = _beyond(column, cursor.value, descending, made)
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), (tantivy.Occur.Must, beyond)])
    order = tantivy.Order.Desc if descending else tantivy.Order.Asc
    hits = snapshot.searcher.search(
        asked, query.size + 1, count=False, order_by_field=column, order=order
    ).hits
    return _with_ids(hits, made)


def _beyond(column: str, value: int | float | str, descending: bool, made: Compiled) -> tantivy.Query:
    if isinstance(value, str):
        # The binding takes text in a range only through the parser; such a key is letters and digits alone.
        return made.snapshot.index.parse_query(f"{column}:{{{value} TO *}}")
    if not 0 <= int(value) < 1 << 64:
        return tantivy.Query.empty_query()
    low, high = (None, int(value)) if descending else (int(value), None)
    # An open end counts as included; the engine refuses it otherwise.
    return tantivy.Query.range_query(
        made.snapshot.schema, column, tantivy.FieldType.Unsigned, low, high, low is None, high is None
    )


def _by_score(size: int, made: Compiled, cursor: Cursor | None) -> Found:
    if cursor is None:
        return _ranked(made, size + 1, 0)
    near = max(0, cursor.rank - _WINDOW)
    for offset, limit in ((near, 2 * _WINDOW + size + 1), (0, DEEPEST + size + 1)):
        hits = _ranked(made, limit, offset)
        at = next((i for i, (_, _, id_) in enumerate(hits) if id_ == cursor.id), None)
        if at is not None and at + size + 1 <= limit:
            return hits[at + 1 : at + 2 + size]
    rest = [hit for hit in hits if float(hit[1]) < float(cursor.value)]
    return rest[: size + 1]


def _ranked(made: Compiled, limit: int, offset: int) -> Found:
    return _with_ids(
        made.snapshot.searcher.search(made.scoring(), limit, count=False, offset=offset).hits, made
    )


def _with_ids(hits: Sequence[tuple[int | float | str, tantivy.DocAddress]], made: Compiled) -> Found:
    addresses = [address for _, address in hits]
    ids = cast(list[int], made.snapshot.searcher.fast_field_values("id", addresses))
    return [(address, value, id_) for (value, address), id_ in zip(hits, ids, strict=True)]
