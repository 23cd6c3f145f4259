"""The index on disk: versioned folders, one writing process a host, and the snapshot that a reader holds.

    INDEX/current        names the folder that serves, and what it was made with; replaced in one step
    INDEX/lock           held by the one process that writes
    INDEX/20261122T…/    one index, complete in itself; the number of the last change is part of its last commit

A reader never needs the lock. A writer that is killed leaves the last commit, or an unfinished folder that nobody
names and that the next rebuild removes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import orjson
import tantivy

from learnwork.search import schema
from learnwork.search.errors import IndexBrokenError, IndexBusyError
from learnwork.search.record import Record

_HEAP = 64_000_000  # bytes


@dataclass(frozen=True, slots=True)
class State:
    """What is at hand: "ready", or why not, in words for a person."""

    folder: Path | None
    message: str = ""

    @property
    def ready(self) -> bool:
        return self.folder is not None


def state(root: Path) -> State:
    """Which folder serves. Never raises for what it finds there."""
    try:
        named = orjson.loads((root / "current").read_bytes())
        folder, made_with = root / Path(str(named["folder"])).name, str(named["schema"])
    except FileNotFoundError:
        return State(None, "There is no search index yet.")
    except (OSError, ValueError, KeyError, TypeError):
        return State(None, "The search index does not say which of its folders serves.")
    if made_with != schema.fingerprint():
        return State(None, "The search index was made by another version of Learnwork.")
    if not (folder / "meta.json").is_file():
        return State(None, f"The folder {folder.name} of the search index is missing or unfinished.")
    return State(folder)


@contextmanager
def writing(root: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of the host's one writing process. Raises `IndexBusyError` after `wait` seconds."""
    root.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait
    with (root / "lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise IndexBusyError(
                        "Another process is writing the search index.",
                        hint="It will take in the same changes; wait for it, or try again in a minute.",
                    ) from None
                time.sleep(0.1)
        yield


def new_folder(root: Path) -> Path:
    """A folder for a new index; what earlier rebuilds left unfinished is removed. Call with the lock held."""
    serving = state(root).folder
    for old in root.iterdir():
        if old.is_dir() and old != serving:
            shutil.rmtree(old, ignore_errors=True)
    folder = root / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    folder.mkdir()
    return folder


def switch(root: Path, folder: Path) -> None:
    """Let `folder` serve from now on, in one step, and remove the others (readers keep what they have open)."""
    named = orjson.dumps({"folder": folder.name, "schema": schema.fingerprint()})
    new = root / "current.new"
    with new.open("wb") as out:
        out.write(named)
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, root / "current")
    for old in root.iterdir():
        if old.is_dir() and old != folder:
            shutil.rmtree(old, ignore_errors=True)


def open_index(folder: Path) -> tantivy.Index:
    """Raises `IndexBrokenError` where the folder holds no index that can be read."""
    try:
        index = tantivy.Index.open(str(folder))
        index.config_reader("manual", 0)
        index.register_tokenizer("words", schema.analyzer())
    except (OSError, ValueError) as error:
        raise IndexBrokenError(
            f"The search index in {folder.name} cannot be read.", hint="Run: learnwork index --rebuild"
        ) from error
    return index


def heap_for(count: int) -> int:
    """Memory for a writer of so many records, in bytes: enough that they become one segment, which counts fastest.

    A program takes about 650 bytes of it (measured); the writer flushes a segment when it is full.
    """
    return max(_HEAP, min(800 * count, 1_600_000_000))


class Writer:
    """Writes one index folder. Hold the lock (`writing`) while it lives; `close` it, or nothing uncommitted stays."""

    def __init__(self, folder: Path, *, create: bool = False, heap: int = _HEAP) -> None:
        self._schema = schema.schema()
        if create:
            self._index = tantivy.Index(self._schema, str(folder))
            self._index.register_tokenizer("words", schema.analyzer())
        else:
            self._index = open_index(folder)
        try:
            self._writer = self._index.writer(heap, 1)
        except ValueError as error:
            raise IndexBusyError(
                "Another process is writing the search index.", hint="Wait for it."
            ) from error
        self._fresh = create
        self.cursor = 0 if create else cursor_of(self._index)

    def put(self, records: Iterable[Record]) -> int:
        """Add records, each in place of what was there of the same id."""
        count = 0
        for record in records:
            if not self._fresh:
                self._writer.delete_documents_by_term("key", str(record.id))
            self._writer.add_document(schema.document(record, self._schema))
            count += 1
        return count

    def delete(self, ids: Iterable[int]) -> None:
        for id_ in ids:
            self._writer.delete_documents_by_term("key", str(id_))

    def commit(self, cursor: int) -> None:
        """Publish what was put and deleted, with the number of the change up to which that goes: both or neither."""
        self._writer.delete_documents_by_term("key", schema.CURSOR)
        mark = {"key": schema.CURSOR, "stored": orjson.dumps(cursor)}
        self._writer.add_document(tantivy.Document.from_dict(mark, self._schema))
        self._writer.commit()
        self.cursor, self._fresh = cursor, False

    def close(self) -> None:
        """Let running merges end and release the files."""
        self._writer.wait_merging_threads()


def cursor_of(index: tantivy.Index) -> int:
    """The number of the last change that is in the index; 0 for none."""
    index.reload()
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.term_query(index.schema, "key", schema.CURSOR), 1, count=False).hits
    return int(orjson.loads(cast(bytes, searcher.doc(hits[0][1]).get_first("stored")))) if hits else 0
