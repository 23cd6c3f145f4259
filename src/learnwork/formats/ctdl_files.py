"""CTDL documents out of files: plain JSON, a list, newline-delimited JSON, gzip, a ZIP of any of these.

Memory holds one document at a time. What is wrong with one document is an `Issue`; what is wrong with a
container (cut off, damaged, a bomb) is an error from `archives`, because the rest of it cannot be trusted.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

from learnwork.formats import archives, json_spans
from learnwork.formats.json_spans import BadJsonError
from learnwork.vocabulary.errors import Issue, TooLargeError

# The largest published competency frameworks are about 10 MB; reading takes some 15 bytes for each of text.
MAX_DOCUMENT = 32_000_000
SUFFIXES = (".json", ".jsonld", ".json-ld", ".ndjson", ".jsonl", ".zip", ".gz")
_LINES = (".ndjson", ".jsonl")
_ARCHIVES = (".zip", ".gz", ".tgz", ".7z", ".tar", ".bz2", ".xz")
_CHUNK = 1 << 20


class Piece(NamedTuple):
    """The text of one document, as it stands in its file (without a UTF-8 mark), and where it stands."""

    text: str
    place: str


def pieces(path: Path, name: str = "") -> Iterator[Piece | Issue]:
    """Every document of a file or archive, in order. name: what to call the file in places."""
    if archives.is_zip(path):
        yield from _zipped(path, name or path.name)
        return
    with archives.open_bytes(path) as stream:
        yield from _streamed(stream, name or path.name)


def files(paths: Sequence[Path]) -> dict[Path, str]:
    """The files meant by files and folders, with what to call each; of a folder, all that can hold documents."""
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            for inside in sorted(path.rglob("*")):
                if inside.is_file() and inside.name.lower().endswith(SUFFIXES):
                    found[inside] = inside.relative_to(path).as_posix()
        else:
            found[path] = path.name
    return found


def _zipped(path: Path, called: str) -> Iterator[Piece | Issue]:
    packed = max(1, path.stat().st_size)
    unpacked = 0
    for name, stream in archives.open_members(path):
        place = f"{called}/{name}"
        if name.lower().endswith(_ARCHIVES):
            yield Issue(
                "archive-in-archive",
                f"{name} is an archive inside the archive; it was not opened.",
                place,
                "Unpack it and load it by itself.",
            )
        elif not name.lower().endswith(SUFFIXES):
            yield Issue(
                "not-a-document",
                f"{name} does not end in .json; it was passed over.",
                place,
                "Nothing to do if it is no document.",
                "advice",
            )
        else:
            for piece in _streamed(stream, place):
                unpacked += len(piece.text) if isinstance(piece, Piece) else 0
                yield piece
        # Each entry may be small enough and all together a bomb (entries that share their bytes).
        if unpacked > max(archives.RATIO_FREE, archives.MAX_RATIO * packed):
            raise TooLargeError(
                f"{path.name} unpacks to over {archives.MAX_RATIO} times its size: it looks like a ZIP bomb.",
                hint="If you trust it, unpack it yourself and load the folder.",
                file=str(path),
                limit=archives.MAX_RATIO,
            )


def _streamed(stream: BinaryIO, place: str) -> Iterator[Piece | Issue]:
    """Documents of one stream: lines where the first line is a whole value and more follows, else a text."""
    first = stream.readline(MAX_DOCUMENT + 1)
    if (encoding := _other_encoding(first)) is not None:
        yield Issue(
            "encoding",
            f"The file is {encoding}; JSON between systems is UTF-8 (RFC 8259).",
            place,
            f"Convert it: iconv -f {encoding} -t UTF-8.",
        )
        return
    first = first.removeprefix(codecs.BOM_UTF8)
    if place.lower().removesuffix(".gz").endswith(_LINES) or (_is_value(first) and _has_more(stream)):
        yield from _lined(stream, first, place)
        return
    rest = b"" if len(first) > MAX_DOCUMENT else stream.read(MAX_DOCUMENT + 1 - len(first))
    if len(first) + len(rest) > MAX_DOCUMENT:
        yield _too_large(place)
        return
    yield from _text(first + rest, place)


def _lined(stream: BinaryIO, line: bytes, place: str) -> Iterator[Piece | Issue]:
    number = 1
    while line:
        here = f"{place} line {number}"
        if len(line) > MAX_DOCUMENT:
            yield _too_large(here)
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
        elif line.strip():
            yield from _text(line.rstrip(b"\r\n"), here)
        line = stream.readline(MAX_DOCUMENT + 1)
        number += 1


def _text(data: bytes, place: str) -> Iterator[Piece | Issue]:
    """The documents of one JSON text: itself, or the elements of a list."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        yield Issue("encoding", _not_utf8(data, error), place, "Save it as UTF-8, or ask the publisher to.")
        return
    if not text.lstrip(" \t\r\n").startswith("["):
        yield Piece(text, place)
        return
    try:
        json_spans.check(text)
    except BadJsonError as error:
        yield Issue(error.code, error.message, place, error.hint)
        return
    for number, span in enumerate(json_spans.elements(text), 1):
        yield Piece(text[span.start : span.end], f"{place} item {number}")


def _is_value(line: bytes) -> bool:
    if len(line) > MAX_DOCUMENT:
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _has_more(stream: BinaryIO) -> bool:
    """Whether anything but white space follows; a look ahead that takes nothing."""
    peek = getattr(stream, "peek", None)
    return bool(peek and peek(1).strip())


def _other_encoding(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    # A JSON text begins with an ASCII character, so zeros tell UTF-16 without its mark (RFC 4627 §3).
    if head[:1] == b"\0" and head[1:2] not in (b"", b"\0"):
        return "UTF-16BE"
    if head[:1] not in (b"", b"\0") and head[1:2] == b"\0":
        return "UTF-16LE"
    return None


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    at = f"byte {error.start:,} (0x{data[error.start]:02x})"
    try:
        meant = data[error.start : error.start + 1].decode("cp1252")
    except UnicodeDecodeError:
        return f"Not UTF-8 at {at}."
    return f"Not UTF-8 at {at}; as Windows-1252 that byte is “{meant}”, so the file is probably Windows-1252."


def _too_large(place: str) -> Issue:
    return Issue(
        "too-large",
        f"The document is larger than {MAX_DOCUMENT // 1_000_000} MB.",
        place,
        "Publish it in parts, or give a long list as newline-delimited JSON.",
    )
