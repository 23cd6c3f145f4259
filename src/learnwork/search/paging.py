"""Cursors: where a page stopped, so that the next goes on there although the index has changed since.

A sort by a column ends at a value that no other record has, and the next page is what lies beyond it. A ranking by
words has no such value, and its scores shift with every commit: its cursor names the last few hits and their rank.
The next page begins behind the last of them that is still found.
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

_NAMED = 5  # hits that a cursor of a ranking names

Found = list[tuple[tantivy.DocAddress, int | float | str, int]]
"""Address, value that it was sorted by, id."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """value: of the column; for a ranking the ids of the last hits, last first. rank: hits before the next page."""

    question: str
    value: int | str | list[int]
    rank: int

    def __str__(self) -> str:
        body = orjson.dumps([self.question, self.value, self.rank])
        return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def question(query: Query) -> str:
    """A digest of all that decides which hits come in which order."""
    asked = replace(query, after="", size=20, counted=()).to_url()
    return blake2b(asked.encode(), digest_size=6).hexdigest()


def read(query: Query) -> Cursor | None:
    """The cursor that a question carries. None if it has none, or one of another question or of no sense."""
    try:
        body = orjson.loads(base64.urlsafe_b64decode(query.after + "=" * (-len(query.after) % 4)))
        asked, value, rank = body
        cursor = Cursor(str(asked), value, int(rank))
    except (ValueError, TypeError):
        return None
    if query.sort == "name":
        sound = isinstance(value, str) and value.isalnum()
    elif isinstance(value, list):
        sound = query.sort == "relevance" and all(isinstance(one, int) for one in value)
    else:
        sound = isinstance(value, int) and 0 <= value < 1 << 64
    return cursor if sound and cursor.question == question(query) and 0 < cursor.rank < 1 << 40 else None


def page(query: Query, made: Compiled, cursor: Cursor | None) -> tuple[Found, str | None]:
    """The hits of one page, and the cursor of the next."""
    by_score = query.sort == "relevance" and made.ranked
    if cursor is not None and isinstance(cursor.value, list) != by_score:
        cursor = None  # its words were mended differently then: whether words rank is part of the question
    found = _by_score(query.size, made, cursor) if by_score else _by_column(query, made, cursor)
    rank = (cursor.rank if cursor else 0) + query.size
    if len(found) <= query.size or (by_score and rank >= DEEPEST):
        return found[: query.size], None
    found = found[: query.size]
    value = [id_ for _, _, id_ in found[: -_NAMED - 1 : -1]] if by_score else found[-1][1]
    return found, str(Cursor(question(query), value, rank))  # type: ignore[arg-type]


def _by_column(query: Query, made: Compiled, cursor: Cursor | None) -> Found:
    column, descending = SORTS[query.sort]
    asked, snapshot = made.counting(), made.snapshot
    if cursor is not None and not isinstance(cursor.value, list):
        beyond = _beyond(column, cursor.value, descending, made)
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), (tantivy.Occur.Must, beyond)])
    order = tantivy.Order.Desc if descending else tantivy.Order.Asc
    hits = snapshot.searcher.search(
        asked, query.size + 1, count=False, order_by_field=column, order=order
    ).hits
    return _with_ids(hits, made)


def _beyond(column: str, value: int | str, descending: bool, made: Compiled) -> tantivy.Query:
    if isinstance(value, str):
        # The binding takes text in a range only through the parser; such a key is letters and digits alone.
        return made.snapshot.index.parse_query(f"{column}:{{{value} TO *}}")
    low, high = (None, value) if descending else (value, None)
    # An open end counts as included; the engine refuses it otherwise.
    return tantivy.Query.range_query(
        made.snapshot.schema, column, tantivy.FieldType.Unsigned, low, high, low is None, high is None
    )


def _by_score(size: int, made: Compiled, cursor: Cursor | None) -> Found:
    if cursor is None or not isinstance(cursor.value, list):
        return _ranked(made, size + 1, 0)
    near = max(0, cursor.rank - _WINDOW)
    for offset, limit in ((near, 2 * _WINDOW + size + 1), (0, DEEPEST + size + 1)):
        hits = _ranked(made, limit, offset)
        at = {id_: place for place, (_, _, id_) in enumerate(hits)}
        last = next((at[id_] for id_ in cursor.value if id_ in at), None)
        if last is not None and (last + size + 1 < limit or len(hits) < limit):
            return hits[last + 1 : last + 2 + size]
    return hits[max(0, cursor.rank - len(cursor.value)) :][: size + 1]


def _ranked(made: Compiled, limit: int, offset: int) -> Found:
    return _with_ids(
        made.snapshot.searcher.search(made.scoring(), limit, count=False, offset=offset).hits, made
    )


def _with_ids(hits: Sequence[tuple[int | float | str, tantivy.DocAddress]], made: Compiled) -> Found:
    addresses = [address for _, address in hits]
    ids = cast(list[int], made.snapshot.searcher.fast_field_values("id", addresses))
    return [(address, value, id_) for (value, address), id_ in zip(hits, ids, strict=True)]
