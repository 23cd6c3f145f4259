"""Archives of records verified on all cores, in bounded memory.

One process reads the archive and hands out batches of bytes; the others verify and answer with short results. At any
time only a few batches a worker are under way, whatever the size of the archive.
"""

from __future__ import annotations

import os
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from learnwork.records.check_codes import CheckError
from learnwork.records.fetching import JSON_TYPES, LIMIT, Fetched, Fetcher, NoNetwork, WebFetcher
from learnwork.records.judging import Asked
from learnwork.records.proof_errors import FetchError
from learnwork.records.reading import BROKEN_ARCHIVE, read_entry, unpacked, wanted_entries
from learnwork.records.trust import Registry
from learnwork.records.verdict import Verdict
from learnwork.records.verification import verify_found
from learnwork.records.work import Work

_BATCH = 100  # records
_BATCH_BYTES = 2_000_000
_UNDER_WAY = 3  # batches a worker
_FEW = 200  # entries below which one process does it all
_KEPT_ANSWERS = 64  # of one worker's fetches

Raw = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one record of an archive, in short. checks: code and state of those that did not pass."""

    name: str
    outcome: str
    sentence: str
    kind: str
    checks: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "checks": [{"code": code, "state": state} for code, state in self.checks]}


class Shared:
    """Answers for many records: each address is asked once, failures too, and each with a fresh allowance."""

    def __init__(self) -> None:
        self.answers: dict[str, Fetched | FetchError] = {}

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched:
        if url not in self.answers:
            while len(self.answers) >= _KEPT_ANSWERS:
                self.answers.pop(next(iter(self.answers)))
            try:
                self.answers[url] = WebFetcher().fetch(url, accept=accept, limit=limit)
            except FetchError as error:
                self.answers[url] = error
        answer = self.answers[url]
        if isinstance(answer, FetchError):
            raise answer
        return answer


def is_archive(path: Path) -> bool:
    """Whether a file begins as a ZIP does."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def verify_archive(
    path: Path,
    *,
    now: datetime,
    offline: bool = True,
    registries: Sequence[Registry] = (),
    recipient: str = "",
    workers: int | None = None,
) -> Iterator[Result]:
    """The results of an archive in its order. workers: None for one a core; 1 for none but this process."""
    settings = (now, offline, tuple(registries), recipient)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = wanted_entries(archive)
            if not entries:
                raise CheckError("no-record", f"{path.name} holds no files.")
            count = (
                workers or os.process_cpu_count() if hasattr(os, "process_cpu_count") else workers or _cores()
            )
            batches = _batches(archive, entries)
            if count == 1 or len(entries) <= _FEW:
                _prepare(*settings)
                for batch in batches:
                    yield from _verify_batch(batch)
            else:
                yield from _spread(batches, count, settings)
    except BROKEN_ARCHIVE as error:
        raise CheckError("readable", f"{path.name} is not a whole ZIP archive.") from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _spread(batches: Iterator[list[Raw]], count: int, settings: tuple[Any, ...]) -> Iterator[Result]:
    context = get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_prepare, initargs=settings) as pool:
        under_way: deque[Future[list[Result]]] = deque()
        for batch in batches:
            under_way.append(pool.submit(_verify_batch, batch))
            if len(under_way) >= count * _UNDER_WAY:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def _batches(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[list[Raw]]:
    batch: list[Raw] = []
    size = 0
    for entry in entries:
        raw = unpacked(archive, entry)
        batch.append((entry.filename, raw))
        size += len(raw or b"")
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_settings: dict[str, Any] = {}


def _prepare(now: datetime, offline: bool, registries: tuple[Registry, ...], recipient: str) -> None:
    """What a worker needs for all of its batches."""
    fetcher: Fetcher = NoNetwork() if offline else Shared()
    _settings["asked"] = Asked(now, now, fetcher, registries, recipient=recipient)


def _verify_batch(batch: list[Raw]) -> list[Result]:
    results = []
    for name, raw in batch:
        work = Work()
        found = read_entry(raw, name)
        results += [_short(each.name, verify_found(each, _settings["asked"], work)) for each in found]
    return results


def _short(name: str, verdict: Verdict) -> Result:
    bad = [(check.code, check.state) for check in verdict.checks if check.state != "passed"]
    return Result(name, verdict.outcome, verdict.sentence, verdict.kind, tuple(bad))
