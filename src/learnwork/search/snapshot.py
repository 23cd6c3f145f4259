"""What a search reads: one state of the index, and what was learnt from it so far.

A process holds one snapshot an index folder. Each search looks (two file stats, some 5 µs) whether the index has
been committed or exchanged since, and takes a new snapshot if so; what was learnt from the old one goes with it.
"""

from __future__ import annotations

import os
import threading
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

import tantivy

from learnwork.search import index as store
from learnwork.search import schema, words
from learnwork.search.errors import IndexBrokenError
from learnwork.search.geo import Points
from learnwork.search.query import Query
from learnwork.search.results import Results, Suggestion
from learnwork.search.schema import Hit


class Snapshot:
    """One committed state of one index, never changing: safe to share between threads."""

    def __init__(self, folder: Path, index: tantivy.Index, version: str) -> None:
        self.folder = folder
        self.index = index
        self.version = version
        self.schema = index.schema
        self.searcher = index.searcher()
        # A snapshot's own caches: they end with it. 4,096 entries are well under a megabyte.
        self.terms = lru_cache(4096)(self._terms)
        self.forms = lru_cache(4096)(self._forms)
        self.example = lru_cache(4096)(self._example)
        self.corrections = lru_cache(4096)(self._corrections)
        self.answers: dict[tuple[Query, str], Results] = {}  # of a question in a language
        self.totals: dict[tuple[tuple[str, tuple[str, ...]], ...], int] = {}
        self.suggestions: dict[tuple[str, ...], list[Suggestion]] = {}

    def _terms(self, prefix: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = self.searcher.terms_with_prefix("text", prefix)
        return found

    def _forms(self, word: str) -> list[tuple[str, int]]:
        return words.forms(word, self.terms)

    def _corrections(self, word: str) -> list[tuple[str, int]]:
        return words.corrections(word, self.terms)

    def _example(self, column: str, value: str | int) -> Hit | None:
        """Any one resource with a value: it knows what its provider or county is called."""
        query = tantivy.Query.term_query(self.schema, column, value)
        hits = self.searcher.search(query, 1, count=False).hits
        return self.stored(hits[0][1]) if hits else None

    def stored(self, address: tantivy.DocAddress) -> Hit:
        return schema.restore(cast(bytes, self.searcher.doc(address).get_first("stored")))

    def total(self, query: tantivy.Query) -> int:
        answer = self.searcher.aggregate(query, {"total": {"value_count": {"field": "id"}}})
        return int(answer["total"]["value"])

    @cached_property
    def points(self) -> Points:
        return Points(term for term, _ in self.searcher.terms_with_prefix("point", ""))

    @cached_property
    def cardinality(self) -> int:
        """An upper bound of the values of any facet: asked for, it makes counts over several segments exact."""
        return 1 if self.searcher.num_segments == 1 else 200_000


_held: dict[Path, Snapshot] = {}
_lock = threading.Lock()


def current(root: Path) -> tuple[Snapshot | None, str]:
    """The snapshot to search, or None and why there is none."""
    root = root if root.is_absolute() else Path(os.path.abspath(root))
    try:
        version = _version(root)
    except OSError:
        version = ""
    held = _held.get(root)
    if held is not None and version and held.version == version:
        return held, ""
    with _lock:
        return _renew(root)


def _version(root: Path) -> str:
    """Changes with each commit and each switch."""
    pointer = os.stat(f"{root}/current")
    held = _held.get(root)
    folder = held.folder if held else store.state(root).folder
    meta = os.stat(f"{folder}/meta.json") if folder else pointer
    return f"{pointer.st_ino}-{pointer.st_mtime_ns}-{meta.st_ino}-{meta.st_mtime_ns}"


def _renew(root: Path) -> tuple[Snapshot | None, str]:
    for _ in range(5):
        at_hand = store.state(root)
        if at_hand.folder is None:
            _held.pop(root, None)
            return None, at_hand.message
        held = _held.get(root)
        try:
            if held is not None and held.folder != at_hand.folder:
                _held.pop(root)
                held = None
            version = _version(root)
            if held is not None and held.version == version:
                return held, ""
            index = store.open_index(at_hand.folder)
            index.reload()
            _held[root] = Snapshot(at_hand.folder, index, version)
        except (OSError, IndexBrokenError, ValueError) as error:
            broken = str(error)
            continue  # the folder was exchanged between the two looks; look again
        return _held[root], ""
    return None, f"The search index cannot be read: {broken}"
