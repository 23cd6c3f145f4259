"""The index on disk: switched in one step, never half-written, one writer, killed without loss."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.search.corpus import RECORDS, build, record

from learnwork.search import index
from learnwork.search.engine import search
from learnwork.search.errors import IndexBrokenError, IndexBusyError
from learnwork.search.query import Query

ROOT = Path(__file__).parents[2]


def test_a_reader_sees_each_commit_and_each_switch(tmp_path: Path) -> None:
    root = build(tmp_path, RECORDS)
    assert search(Query(), root).total == 5
    folder = index.state(root).folder
    assert folder is not None
    with index.writing(root):
        writer = index.Writer(folder, heap=20_000_000)
        writer.put([record(6, "Plumbing"), record(2, "Brazing")])
        writer.delete([1])
        assert search(Query(), root).total == 5, "nothing is seen before the commit"
        writer.commit(9)
        writer.close()
    assert search(Query(), root).total == 5
    assert {hit.name for hit in search(Query(words="brazing"), root).hits} == {"Brazing"}
    assert index.cursor_of(index.open_index(folder)) == 9
    build(root, RECORDS[:2])
    assert search(Query(), root).total == 2
    assert [path.name for path in root.iterdir() if path.is_dir()] == [index.state(root).folder.name]  # type: ignore[union-attr]


def test_only_one_process_writes(tmp_path: Path) -> None:
    with (
        index.writing(tmp_path),
        pytest.raises(IndexBusyError, match="Another process"),
        index.writing(tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda root, folder: (root / "current").unlink(), "no search index yet"),
        (lambda root, folder: (root / "current").write_text("{"), "does not say which"),
        (
            lambda root, folder: (root / "current").write_text('{"folder": "../../etc", "schema": ""}'),
            "another version",
        ),
        (lambda root, folder: (folder / "meta.json").unlink(), "missing or unfinished"),
        (lambda root, folder: (folder / "meta.json").write_text("{}"), "cannot be read"),
        (lambda root, folder: [path.unlink() for path in folder.glob("*.store")], "cannot be read"),
    ],
)
def test_a_spoilt_index_is_told_and_never_raises(tmp_path: Path, spoil: object, message: str) -> None:
    root = build(tmp_path, RECORDS)
    spoil(root, index.state(root).folder)  # type: ignore[operator]
    results = search(Query(words="welding"), root)
    assert not results.ready
    assert message in results.problems[0].message


def test_an_id_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with index.writing(tmp_path):
        writer = index.Writer(index.new_folder(tmp_path), create=True, heap=20_000_000)
        with pytest.raises(IndexBrokenError, match="4,294,967,294"):
            writer.put([record(1 << 32, "Too large")])
        writer.close()


_WRITE = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tests.search.corpus import record
from learnwork.search import index
root = Path(sys.argv[1])
with index.writing(root):
    writer = index.Writer(index.state(root).folder, heap=20_000_000)
    number = writer.cursor
    while True:
        number += 1
        writer.put(record(n, f"Welding {number}") for n in range(number, number + 50))
        writer.commit(number)
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_killed_writer_loses_nothing_it_told_and_blocks_nobody(tmp_path: Path, after: int) -> None:
    root = build(tmp_path, [], cursor=0)
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITE, str(root), str(ROOT)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = 0
    for _ in range(after):
        told = int(process.stdout.readline())
    time.sleep(0.01 * after)  # somewhere inside the next commit
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    folder = index.state(root).folder
    assert folder is not None
    committed = index.cursor_of(index.open_index(folder))
    assert committed >= told
    assert search(Query(), root).total == committed + 49
    with index.writing(root):
        writer = index.Writer(folder, heap=20_000_000)
        writer.put([record(1, "Brazing")])
        writer.commit(committed + 1)
        writer.close()
    assert search(Query(words="brazing"), root).total == 1


def test_searches_go_on_while_the_index_is_written_and_exchanged(tmp_path: Path) -> None:
    root = build(tmp_path, RECORDS)
    failures: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            results = search(Query(words="welding"), root, remember=False)
            if not results.ready or results.total != 2:
                failures.append(results)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(6):
        build(root, RECORDS, cursor=number)
        with index.writing(root):
            folder = index.state(root).folder
            assert folder is not None
            writer = index.Writer(folder, heap=20_000_000)
            writer.put(RECORDS[1:3])
            writer.commit(number)
            writer.close()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
