"""Pages: nothing twice, nothing left out, also when the index changes between two of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.search.corpus import build, record

from learnwork.search import index
from learnwork.search.engine import search
from learnwork.search.facets import SORTS
from learnwork.search.query import Query
from learnwork.search.record import Record


def _many() -> list[Record]:
    """Three in four share their name and their numbers, as programs do."""
    return [
        record(
            number,
            "Welding" if number % 4 else f"Welding school {number % 12}",
            cost=float(number % 3) if number % 5 else None,
            earnings=1000.0 * (number % 2),
            popularity=number % 3,
        )
        for number in range(1, 121)
    ]


def _put(root: Path, records: list[Record], gone: list[int]) -> None:
    with index.writing(root):
        folder = index.state(root).folder
        assert folder is not None
        writer = index.Writer(folder, heap=20_000_000)
        writer.put(records)
        writer.delete(gone)
        writer.commit(writer.cursor + 1)
        writer.close()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("words", ["", "welding"])
def test_pages_hold_everything_once_in_the_order_of_one_long_page(
    tmp_path: Path, sort: str, words: str
) -> None:
    root = build(tmp_path, _many())
    seen: list[int] = []
    query = Query(words=words, sort=sort, size=7)
    after: str | None = ""
    while after is not None:
        results = search(replace(query, after=after), root)
        assert results.problems == ()
        seen += [hit.id for hit in results.hits]
        after = results.next
    assert len(seen) == len(set(seen)) == results.total == 120
    assert seen[:100] == [hit.id for hit in search(replace(query, size=100), root).hits]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("words", ["", "welding"])
def test_what_did_not_change_comes_once_although_the_index_does(
    tmp_path: Path, sort: str, words: str
) -> None:
    root = build(tmp_path, _many())
    query = Query(words=words, sort=sort, size=10)
    first = search(query, root)
    seen = [hit.id for hit in first.hits]
    removed = [seen[3], 60]
    _put(root, [record(number, "Welding", popularity=5) for number in range(500, 505)], removed)
    after = first.next
    while after:
        results = search(replace(query, after=after), root)
        seen += [hit.id for hit in results.hits]
        after = results.next
    assert len(seen) == len(set(seen))
    assert set(range(1, 121)) - set(removed) <= set(seen)


def test_a_page_goes_on_behind_a_last_hit_that_is_gone(tmp_path: Path) -> None:
    root = build(tmp_path, [record(n, "welding " * n) for n in range(1, 31)])
    query = Query(words="welding", size=10)
    order = [hit.id for hit in search(replace(query, size=30), root).hits]
    first = search(query, root)
    assert first.next
    _put(root, [], [order[9]])
    assert [hit.id for hit in search(replace(query, after=first.next), root).hits] == order[10:20]


def test_a_cursor_of_another_question_or_of_no_sense_gives_the_first_page_and_says_so(tmp_path: Path) -> None:
    root = build(tmp_path, _many())
    cursor = search(Query(size=10), root).next
    assert cursor
    for other in (
        Query(words="welding", after=cursor),
        Query(sort="name", after=cursor),
        Query(after="nonsense"),
    ):
        results = search(other, root)
        assert results.problems[0].parameter == "after"
        assert [hit.id for hit in results.hits] == [
            hit.id for hit in search(replace(other, after=""), root).hits
        ]
    longer = search(Query(size=30, after=cursor), root)
    assert longer.problems == (), "another size is the same question"
