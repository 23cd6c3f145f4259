"""Keeping the index up with the registry: it reads the sequence of changes from its own cursor.

The cursor is part of the index's commit, so that index and cursor are never apart: a process that is killed leaves
the former commit, and the next one reads the same changes again. To read them twice does no harm, for each names
only the resource; what is indexed is what the registry says now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from learnwork.registry import queries
from learnwork.registry.models import Link, Resource
from learnwork.registry.store import chunked, no_cycles_sought
from learnwork.search import index
from learnwork.search.errors import IndexBrokenError
from learnwork.search.gather import Gatherer
from learnwork.search.gathering import gathered
from learnwork.search.index import Writer

Progress = Callable[[int], None]

_BATCH = 1_000  # resources read from the registry at a time
_CHANGES = 50_000  # changes between two commits; a resource is read once, however often it changed among them
_PATIENCE = 10.0  # seconds to wait for another writer, which is mostly about to end


def position(root: Path | None = None) -> int:
    """The number of the last change that can be searched; 0 without an index."""
    at_hand = index.state(root or settings.INDEX)
    try:
        return index.cursor_of(index.open_index(at_hand.folder)) if at_hand.folder else 0
    except IndexBrokenError:
        return 0


def follow(progress: Progress | None = None, root: Path | None = None) -> int:
    """Catch up with the registry; returns the number of changes. Raises `IndexBusyError` while another writes.

    Where there is no index that this code can read, one is built. progress: is told the number of changes so far.
    """
    root = root or settings.INDEX
    at_hand = index.state(root)
    if at_hand.folder is not None and position(root) == queries.last_change():
        return 0
    with index.writing(root, _PATIENCE), no_cycles_sought():
        at_hand = index.state(root)
        before = position(root)
        behind = queries.last_change() - before
        far = max(_CHANGES, Resource.objects.count() // 3)
        if at_hand.folder is None or behind < 0 or queries.behind(before) > far:
            # Behind the beginning: the registry was restored from a backup. Far behind: anew is faster.
            _rebuild(root, progress)
            return abs(behind)
        try:
            writer = Writer(at_hand.folder)
        except IndexBrokenError:
            _rebuild(root, progress)
            return behind
        try:
            return _catch_up(writer, progress)
        finally:
            writer.close()


def rebuild(progress: Progress | None = None, root: Path | None = None) -> int:
    """Make the index anew beside the old one, which serves meanwhile; returns the number of resources.

    progress: is told the number of resources so far. Raises `IndexBusyError` while another process writes.
    """
    root = root or settings.INDEX
    with index.writing(root, _PATIENCE), no_cycles_sought():
        return _rebuild(root, progress)


def _rebuild(root: Path, progress: Progress | None) -> int:
    folder = index.new_folder(root)
    cursor = queries.last_change()
    expected = Resource.objects.filter(status=Resource.Status.CURRENT).count()
    writer, count = Writer(folder, create=True, heap=index.heap_for(expected)), 0
    try:
        for records in gathered(_current(), expected):
            count += writer.put(records)
            if progress:
                progress(count)
        writer.commit(cursor)
        # What changed while the rest was read. Batches are read one after the other, so that a resource may have
        # been read before its change; it is read again here.
        _catch_up(writer, None)
    finally:
        writer.close()
    index.switch(root, folder)
    return count


def _current() -> Iterator[int]:
    """Ids of current resources in order, never holding more than a few thousand or a cursor open."""
    last = 0
    rows = Resource.objects.filter(status=Resource.Status.CURRENT).order_by("id")
    while ids := list(rows.filter(id__gt=last).values_list("id", flat=True)[:10_000]):
        yield from ids
        last = ids[-1]


def _catch_up(writer: Writer, progress: Progress | None) -> int:
    """Read changes until there are none; one commit for many."""
    done = 0
    while True:
        seq, touched = queries.changed(writer.cursor, _CHANGES)
        if seq == writer.cursor:
            return done
        gatherer = Gatherer()
        for ids in chunked(touched, _BATCH):
            _index(ids, writer, gatherer)
        _index_dependants(touched, writer, gatherer)
        done += seq - writer.cursor
        writer.commit(seq)
        if progress:
            progress(done)


def _index(ids: list[int], writer: Writer, gatherer: Gatherer) -> None:
    records = gatherer.records(ids)
    writer.put(records)
    writer.delete(set(ids) - {record.id for record in records})


def _index_dependants(touched: Iterable[int], writer: Writer, gatherer: Gatherer) -> None:
    """Programs carry the name and the place of their provider: they change with it."""
    known = set(touched)
    for ids in chunked(sorted(known), 500):
        merged = Resource.objects.filter(merged_into__in=ids).values("id")
        rows = Link.objects.filter(
            Q(object_id__in=ids) | Q(object_id__in=merged), predicate__in=queries.PROVIDERS
        )
        dependants = set(rows.values_list("subject_id", flat=True)) - known
        for batch in chunked(sorted(dependants), _BATCH):
            _index(batch, writer, gatherer)
        known |= dependants
