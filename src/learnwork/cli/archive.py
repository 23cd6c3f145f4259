"""The file that a backup is: a ZIP with a manifest that carries the digest of everything in it.

Written beside its place and renamed when it is whole and on the disk, so that a backup is either all there or not
there. Reading believes nothing: names, sizes and digests are checked against the manifest before use.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
_FORMAT = 1
_CHUNK = 1 << 20
# What the standard library raises on archives that are damaged, each met by a test that damages them.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    TypeError,
    AttributeError,
    ValueError,
    EOFError,
    RuntimeError,
    OSError,
)
_FAST = 1  # zlib's level: level 6 takes three times as long for a tenth less


class BadBackupError(LearnworkError):
    """A file is no backup, or is damaged; nothing was restored."""

    code = "backup-bad"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup: its size and SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. database: "sqlite" or "postgresql". made_at: ISO 8601, UTC."""

    version: str
    made_at: str
    database: str
    files: Mapping[str, Part] = field(default_factory=dict)
    format: int = _FORMAT


def write(path: Path, version: str, made_at: str, database: str, files: Mapping[str, Path]) -> Manifest:
    """Write a backup of files, each under its name, to `path`, which must not exist or is replaced at the end."""
    with (
        whole_file(path) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive,
    ):
        parts = {name: _store(archive, name, source) for name, source in files.items()}
        manifest = Manifest(version, made_at, database, parts)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
    return manifest


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that gets its name when it is whole and on the disk; on any error nothing stays behind."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _store(archive: zipfile.ZipFile, name: str, source: Path) -> Part:
    digest = hashlib.sha256()
    size = 0
    with source.open("rb") as stream, archive.open(name, "w", force_zip64=True) as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return Part(size, digest.hexdigest())


def read_manifest(path: Path) -> Manifest:
    """The manifest of a backup. Raises `BadBackupError` where the file is none, or is of a later format."""
    with _believing_nothing(path):
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(MANIFEST).file_size > _CHUNK:
                raise ValueError("its manifest is too large")
            fields = json.loads(archive.read(MANIFEST))
        if fields["format"] != _FORMAT:
            raise ValueError(f"it has format {fields['format']}, and this version reads {_FORMAT}")
        files = {
            name: Part(int(part["bytes"]), str(part["sha256"])) for name, part in fields["files"].items()
        }
        return Manifest(str(fields["version"]), str(fields["made_at"]), str(fields["database"]), files)


def extract(path: Path, manifest: Manifest, name: str, target: Path) -> None:
    """Write one file of a backup to `target`; its size and digest must be the manifest's."""
    digest = hashlib.sha256()
    size = 0
    try:
        with _believing_nothing(path):
            part = manifest.files[name]
            with zipfile.ZipFile(path) as archive, archive.open(name) as stream, target.open("wb") as out:
                while size <= part.bytes and (chunk := stream.read(_CHUNK)):
                    size += len(chunk)
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if size != part.bytes or digest.hexdigest() != part.sha256:
                raise ValueError(f"{name} is not what was saved")
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def _believing_nothing(path: Path) -> Iterator[None]:
    """Turn what the standard library raises on damaged archives into `BadBackupError`."""
    try:
        yield
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise  # of the disk, not of the archive: EINVAL is a seek to before the beginning
        raise BadBackupError(
            f"{path.name} is not a backup of Learnwork, or is damaged ({error}).",
            hint="Take another copy of the backup. Nothing was restored.",
            file=str(path),
        ) from error
