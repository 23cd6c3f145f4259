"""Everything out as files for whoever works with all of it: NDJSON, CSV and Parquet, with digests and licences.

A set of files is one folder `bulk/{sequence}` in the data folder, made beside the others and named last, so that a
set is whole or not there. `manifest.json` in it lists each file with its size, rows and SHA-256, every source with
its licence, and the sequence number of the last change that the set holds: a follower takes the set, then asks
/api/changes?since= for what came later. All files are of one moment of the database.

The former set stays beside the newest, so that a download that has begun ends well.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, cast

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from learnwork.formats import ctdl_writer, sheet_writer
from learnwork.intake import outgoing, tables
from learnwork.registry import queries
from learnwork.registry.models import Release, Source
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.types import ResourceType, all_types, by_class

FOLDER = "bulk"
MANIFEST = "manifest.json"
KEPT = 2  # sets, the newest included
_NAME = re.compile(r"[a-z0-9_.-]{1,100}")
_NDJSON = "application/x-ndjson"
_PARQUET = "application/vnd.apache.parquet"
Advance = Callable[[str, int], None]


class NoDumpError(LearnworkError):
    """No set of bulk files was made yet, or none has that file."""

    code = "bulk-unknown"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a set. of: what a line or row is. encoding: "gzip" where the bytes are compressed with it."""

    name: str
    of: str
    media_type: str
    encoding: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Licensed:
    """A source of what the files hold. releases: labels of those that serve."""

    key: str
    name: str
    publisher: str
    url: str
    licence: str
    licence_url: str
    releases: list[str]


@dataclass(frozen=True, slots=True)
class Manifest:
    sequence: int
    made_at: str
    base_url: str
    files: list[File]
    sources: list[Licensed]

    @classmethod
    def read(cls, path: Path) -> Manifest:
        held = orjson.loads(path.read_bytes())
        files = [File(**one) for one in held.pop("files")]
        return cls(files=files, sources=[Licensed(**one) for one in held.pop("sources")], **held)

    def file(self, name: str) -> File | None:
        return next((one for one in self.files if one.name == name), None)


def newest(root: Path | None = None) -> Manifest | None:
    """The manifest of the newest whole set, None where there is none."""
    for sequence in _sets(root or settings.DATA):
        with suppress(OSError, ValueError, TypeError, KeyError):
            return Manifest.read(_folder(root, sequence) / MANIFEST)
    return None


def path_of(sequence: int, name: str, root: Path | None = None) -> tuple[Path, File]:
    """A file of a set. Raises `NoDumpError` where there is none of that name."""
    folder = _folder(root, sequence)
    hint = "The newest set is listed at /api/bulk."
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise NoDumpError(f"There is no bulk file {sequence}/{name[:60]}.", hint=hint)
    found = Manifest.read(folder / MANIFEST).file(name)
    if found is None:
        raise NoDumpError(f"There is no bulk file {sequence}/{name[:60]}.", hint=hint)
    return folder / name, found


def due(least_age: timedelta, root: Path | None = None) -> bool:
    """Whether something changed since the newest set, and that set is old enough. For whoever follows the changes."""
    last = newest(root)
    if last is None:
        return True
    old = datetime.now(UTC) - datetime.fromisoformat(last.made_at) >= least_age
    return old and queries.last_change() != last.sequence


def make(root: Path | None = None, advance: Advance = lambda name, rows: None) -> Manifest:
    """Make a set from what is here now, and drop all but the one before. advance: told file and rows so far."""
    folder = (root or settings.DATA) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        with _one_moment():
            made = _write(beside, advance)
        _name(beside, folder / str(made.sequence))
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    for sequence in _sets(root or settings.DATA)[KEPT:]:
        shutil.rmtree(folder / str(sequence), ignore_errors=True)
    return made


def _name(beside: Path, place: Path) -> None:
    """Give a whole set its name; one of the same sequence number makes room."""
    os.chmod(beside, 0o755)  # noqa: S103 - it is there to be read
    if place.exists():
        former = place.with_name(f".former-{beside.name}")
        place.rename(former)
        beside.rename(place)
        shutil.rmtree(former, ignore_errors=True)
    else:
        beside.rename(place)


def _folder(root: Path | None, sequence: int) -> Path:
    return (root or settings.DATA) / FOLDER / str(sequence)


def _sets(root: Path) -> list[int]:
    folder = root / FOLDER
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted((int(name) for name in names if name.isascii() and name.isdigit()), reverse=True)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reading inside sees the database as it is now; nobody who writes has to wait."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not `atomic`, which would take the writers' lock: a deferred transaction on SQLite only reads.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _write(folder: Path, advance: Advance) -> Manifest:
    sequence = queries.last_change()
    files = [_documents(folder, advance)]
    files += [_sheet(folder, kind, classes, advance) for kind, classes in _types()]
    for name, of, write in tables.ALL:
        target = folder / f"{name}.parquet"
        rows = write(target, partial(advance, target.name))
        files.append(_file(target, of, _PARQUET, "", rows))
    made = Manifest(
        sequence, datetime.now(UTC).isoformat(timespec="seconds"), settings.BASE_URL, files, _sources()
    )
    target = folder / MANIFEST
    target.write_bytes(orjson.dumps(asdict(made), option=orjson.OPT_INDENT_2))
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return made


def _types() -> list[tuple[ResourceType, tuple[str, ...]]]:
    """Types of which there is something, each with its classes that are here."""
    here = outgoing.classes()
    found = [(kind, tuple(one for one in here if by_class(one).key == kind.key)) for kind in all_types()]
    return [(kind, classes) for kind, classes in found if classes]


def _documents(folder: Path, advance: Advance) -> File:
    name = "resources.ndjson.gz"
    with _compressed(folder / name) as stream:
        items = outgoing.items(None, partial(advance, name))
        rows = ctdl_writer.write_ndjson(items, stream, settings.BASE_URL)
    return _file(
        folder / name,
        gettext_noop("a current resource as JSON-LD, as its owner published it or as composed"),
        _NDJSON,
        "gzip",
        rows,
    )


def _sheet(folder: Path, kind: ResourceType, classes: tuple[str, ...], advance: Advance) -> File:
    name = f"{kind.key}.csv.gz"
    with _compressed(folder / name) as stream:
        documents = (one for _, one in outgoing.documents(classes, partial(advance, name)))
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        rows = sheet_writer.write_csv(documents, kind, text)
        text.detach()
    return _file(
        folder / name,
        gettext_noop("a current resource of the type that the name says, a column a property"),
        "text/csv",
        "gzip",
        rows,
    )


@contextmanager
def _compressed(path: Path) -> Iterator[IO[bytes]]:
    """A file that is compressed as it is written; the same content gives the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as stream:
        buffered = io.BufferedWriter(cast(io.RawIOBase, stream), 1 << 20)
        yield buffered
        buffered.flush()
        buffered.detach()


def _file(path: Path, of: str, media_type: str, encoding: str, rows: int) -> File:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return File(path.name, of, media_type, encoding, rows, path.stat().st_size, digest)


def _sources() -> list[Licensed]:
    serving: dict[int, list[str]] = {}
    rows = Release.objects.filter(status=Release.Status.LOADED, superseded_at=None).order_by("id")
    for source, label in rows.values_list("source_id", "label"):
        serving.setdefault(source, []).append(label)
    fields = ("key", "name", "publisher", "url", "licence", "licence_url")
    return [
        Licensed(**{name: getattr(one, name) for name in fields}, releases=serving.get(one.pk, []))
        for one in Source.objects.order_by("key")
    ]
