"""Opening plain, gzip and ZIP files as streams of bytes within bounds, whatever the file claims about itself.

Kinds are told by their first bytes, never by the name. Nothing is ever unpacked to disk, so paths inside an
archive have no power.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from learnwork.vocabulary.errors import TooLargeError, UnreadableFileError

# The largest public file we know of (wages of all areas) unpacks to under 1 GB.
MAX_UNPACKED = 8_000_000_000
# Sheets of repeated cells reach 100 to 1; a deflate bomb 1,032 to 1. Small files may have any ratio.
MAX_RATIO = 200
RATIO_FREE = 64_000_000
# zipfile keeps about 600 bytes for an entry that takes 46 in the directory: this keeps it under 1 GB.
MAX_DIRECTORY = 64_000_000

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
_AGAIN = "Download it again, or unpack it and load the file inside."
_DAMAGE = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, struct.error, NotImplementedError)


def first_bytes(path: Path, count: int = 8) -> bytes:
    """The first bytes of a file; raises `UnreadableFileError` where it cannot be opened."""
    with open_plain(path) as stream:
        return stream.read(count)


def open_plain(path: Path) -> BinaryIO:
    """The file as it lies on disk; `UnreadableFileError` where it is missing, a folder, or not to be read."""
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist"
            raise UnreadableFileError(f"{path.name} {what}.", hint="Check the path.", file=str(path))
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(
            f"{path.name} cannot be opened: {reason}.",
            hint="Check the path and its permissions.",
            file=str(path),
        ) from error


def is_zip(path: Path) -> bool:
    return first_bytes(path, 4) in (ZIP, EMPTY_ZIP)


def is_gzip(path: Path) -> bool:
    return first_bytes(path, 2) == GZIP


class _Bounded(io.RawIOBase):
    """A stream that stops with an error at its limit, and names the file in every error from below."""

    def __init__(self, source: IO[bytes], name: str, packed: int, limit: int) -> None:
        self._source = source
        self._name = name
        self._packed = packed
        self._limit = limit
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._source.read(len(buffer))
        except _DAMAGE as error:
            raise UnreadableFileError(
                f"{self._name} is damaged or cut off after {self._read:,} bytes ({error}).",
                hint=_AGAIN,
                file=self._name,
                offset=self._read,
            ) from error
        except OSError as error:
            raise UnreadableFileError(
                f"{self._name} cannot be read: {error}.", hint=_AGAIN, file=self._name
            ) from error
        buffer[: len(data)] = data
        self._read += len(data)
        self._check()
        return len(data)

    def _check(self) -> None:
        if self._read > self._limit:
            raise TooLargeError(
                f"{self._name} is larger than {self._limit:,} bytes.",
                hint="Split it and load the parts.",
                file=self._name,
                limit=self._limit,
            )
        if self._packed and self._read > RATIO_FREE and self._read > MAX_RATIO * self._packed:
            raise TooLargeError(
                f"{self._name} unpacks to more than {MAX_RATIO} times its size: it looks like a ZIP bomb.",
                hint="If you trust it, unpack it yourself and load the file inside.",
                file=self._name,
                limit=MAX_RATIO,
            )

    def close(self) -> None:
        if not self.closed:
            with suppress(*_DAMAGE):
                self._source.close()
        super().close()


def _buffered(source: IO[bytes], name: str, packed: int, limit: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Bounded(source, name, packed, limit), 1 << 18))


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, its directory checked for size."""
    with open_plain(path) as stream:
        _check_directory(stream, path)
        try:
            archive = zipfile.ZipFile(stream)
        except (*_DAMAGE, OSError, ValueError, UnicodeDecodeError) as error:
            raise UnreadableFileError(
                f"{path.name} is not a whole ZIP file ({error}).", hint=_AGAIN, file=str(path)
            ) from error
        with archive:
            yield archive


def _check_directory(stream: BinaryIO, path: Path) -> None:
    """Refuse a directory over its bound before zipfile reads it (APPNOTE 4.3.14 to 4.3.16)."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 20:
        raise UnreadableFileError(
            f"{path.name} is cut off: the directory at the end of the ZIP file is missing.",
            hint=_AGAIN,
            file=str(path),
        )
    length = struct.unpack_from("<I", tail, at + 12)[0]
    # zipfile believes the wide record (56 bytes, then its locator of 20) whatever the narrow one says.
    for wide in (at - 76, tail.rfind(b"PK\x06\x06", 0, at)):
        if wide >= 0 and tail.startswith(b"PK\x06\x06", wide) and len(tail) >= wide + 48:
            length = max(length, struct.unpack_from("<Q", tail, wide + 40)[0])
    if length > MAX_DIRECTORY:
        raise TooLargeError(
            f"{path.name} has a directory of {length:,} bytes; {MAX_DIRECTORY:,} is the most that is read.",
            hint="Split the archive and load the parts.",
            file=str(path),
            limit=MAX_DIRECTORY,
        )


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        entry
        for entry in archive.infolist()
        if not entry.filename.endswith("/")
        and not entry.filename.startswith("__MACOSX/")
        and not _hidden(entry.filename)
    ]


def _hidden(name: str) -> bool:
    return name.rsplit("/", 1)[-1].startswith(".")


def members(path: Path) -> list[str]:
    """Names of the files in a ZIP archive, without folders and hidden files."""
    with opened_zip(path) as archive:
        return [entry.filename for entry in _entries(archive)]


def _open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, limit: int) -> BinaryIO:
    name = f"{path.name}/{entry.filename}"
    if entry.flag_bits & 1:
        raise UnreadableFileError(
            f"{name} is encrypted.", hint="Unpack it with its password first.", file=name
        )
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Others unpack a block at once: 4 kB of bzip2 can become hundreds of MB.
        raise UnreadableFileError(f"{name} is packed by a method other than deflate.", hint=_AGAIN, file=name)
    try:
        source = archive.open(entry)
    except (*_DAMAGE, OSError, RuntimeError) as error:
        raise UnreadableFileError(f"{name} is damaged ({error}).", hint=_AGAIN, file=name) from error
    return _buffered(source, name, max(1, entry.compress_size), limit)


def open_members(path: Path, *, limit: int = MAX_UNPACKED) -> Iterator[tuple[str, BinaryIO]]:
    """Each file of a ZIP archive with its name; `limit` bounds each. Read one before taking the next."""
    with opened_zip(path) as archive:
        for entry in _entries(archive):
            with _open_entry(archive, entry, path, limit) as stream:
                yield entry.filename, stream


def _choose(
    archive: zipfile.ZipFile, path: Path, member: str | None, suffixes: tuple[str, ...]
) -> zipfile.ZipInfo:
    entries = _entries(archive)
    if member is not None:
        found = [entry for entry in entries if entry.filename == member]
    elif len(entries) > 1 and suffixes:
        found = [entry for entry in entries if entry.filename.lower().endswith(suffixes)]
    else:
        found = entries
    if len(found) == 1:
        return found[0]
    names = ", ".join(entry.filename for entry in entries[:10]) or "nothing"
    asked = f"no single file “{member}”" if member else f"{len(found)} files that could be meant"
    raise UnreadableFileError(
        f"{path.name} holds {asked}; it has: {names}.",
        hint="Unpack it and load the file that you mean.",
        file=str(path),
        members=[entry.filename for entry in entries[:100]],
    )


@contextmanager
def open_bytes(
    path: Path, limit: int = MAX_UNPACKED, *, member: str | None = None, suffixes: tuple[str, ...] = ()
) -> Iterator[BinaryIO]:
    """The content of a plain, gzip or ZIP file as a stream; use it in a `with` statement.

    member: which file of a ZIP archive; without it the only one, or the only one that ends in one of
    `suffixes`. Raises `TooLargeError` over `limit` bytes unpacked or over `MAX_RATIO`, `UnreadableFileError`
    for a damaged file; both may come in the middle of reading.
    """
    if is_zip(path):
        with opened_zip(path) as archive:
            entry = _choose(archive, path, member, suffixes)
            with _open_entry(archive, entry, path, limit) as stream:
                yield stream
        return
    with open_plain(path) as plain:
        if is_gzip(path):
            packed = path.stat().st_size
            with (
                gzip.GzipFile(fileobj=plain) as unpacked,
                _buffered(cast(BinaryIO, unpacked), path.name, packed, limit) as stream,
            ):
                yield stream
        else:
            with _buffered(plain, path.name, 0, limit) as stream:
                yield stream
