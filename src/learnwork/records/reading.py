"""What somebody puts in front of us, taken apart: the records in a file, a picture, a text or a ZIP.

    read(Path("badge.png").read_bytes(), "badge.png") → [Found("document", {…}, name="badge.png")]

Reads JSON, JWT and SD-JWT texts, links, PNG and SVG with a baked record, presentations, answers of the Open Badges
API, and ZIPs of all these. Everything is bounded: size, chunks, what is compressed, entries of an archive. Nothing is
fetched. Sources: Open Badges 2.0 baking specification, Open Badges 3.0 section 5.3 (baking), PNG 3 section 11.3.3.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from learnwork.records.check_codes import CheckError
from learnwork.records.parsing import parse
from learnwork.records.sentences import piece
from learnwork.vocabulary.errors import LearnworkError, TooLargeError

Kind = Literal["document", "jwt", "sd-jwt", "link", "problem"]

MOST_BYTES = 12_000_000  # of a record, expanded
MOST_PICTURE = 40_000_000
MOST_TOGETHER = 80_000_000  # of all entries of an archive that is read in one piece
MOST_ENTRIES = 250_000
# What Python's zipfile raises for archives that are damaged, encrypted, or made to break it.
BROKEN_ARCHIVE = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError),
    *(zlib.error, lzma.LZMAError, struct.error, OverflowError, AttributeError),
)
MOST_LISTED = 10_000  # records in one JSON list
_PNG = b"\x89PNG\r\n\x1a\n"
_PART = r"[A-Za-z0-9_-]+"
_JWT = re.compile(rf"{_PART}\.(?:{_PART})?\.(?:{_PART})?", re.ASCII)
_SD_JWT = re.compile(rf"{_PART}\.{_PART}\.(?:{_PART})?~[A-Za-z0-9_~.-]*", re.ASCII)
_KEYWORDS = {b"openbadges", b"openbadgecredential"}
_SVG_SPACES = (
    "http://openbadges.org",
    "https://purl.imsglobal.org/ob/v3p0",
    "http://purl.imsglobal.org/ob/v3p0",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One record as it was found. value: a JSON object, a compact token, or a URL, by kind; error: of a problem."""

    kind: Kind
    value: Any
    name: str = ""
    raw: bytes = b""
    error: LearnworkError | None = None


def read(data: bytes | str, name: str = "") -> list[Found]:
    """The records in some bytes or text; one Found of kind "problem" for each that cannot be read. Raises nothing."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if raw[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return list(read_zip(io.BytesIO(raw), name, together=MOST_PICTURE))
    return _taken(raw, name)


def read_path(path: Path) -> Iterator[Found]:
    """The records in a file, one at a time, so that an archive never lies in memory whole. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if head in (b"PK\x03\x04", b"PK\x05\x06"):
            yield from read_zip(file, path.name, together=None)
        else:
            yield from _taken(file.read(MOST_PICTURE + 1), path.name)


def read_zip(file: IO[bytes], name: str = "", *, together: int | None = MOST_TOGETHER) -> Iterator[Found]:
    """The records in an archive, entry by entry; archives in archives are problems.

    together: bytes that all entries may expand to; what follows them is one problem.
    """
    left = together
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in wanted_entries(archive):
                raw = unpacked(archive, entry, MOST_PICTURE if left is None else min(left, MOST_PICTURE))
                if left is not None:
                    left -= len(raw or b"")
                    if left < 0:
                        sentence = (
                            f"The rest of {name or piece('the archive')} was not read: it is too large."
                        )
                        hint = "Split it, or verify it with the command learnwork verify."
                        raise TooLargeError(sentence, hint=hint)
                yield from read_entry(raw, f"{name}/{entry.filename}" if name else entry.filename)
    except LearnworkError as error:
        yield _problem(error, name)
    except BROKEN_ARCHIVE:
        yield _problem(
            CheckError("readable", f"{name or piece('The archive')} is not a whole ZIP archive."), name
        )


def wanted_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries of an archive that may be records. Raises TooLargeError."""
    entries = [each for each in archive.infolist() if not each.is_dir() and "__MACOSX/" not in each.filename]
    if len(entries) > MOST_ENTRIES:
        raise TooLargeError(f"The archive has more than {MOST_ENTRIES:,} entries.", hint="Split it.")
    return entries


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int = MOST_PICTURE) -> bytes | None:
    """The bytes of an entry, one more than the limit at most whatever the archive claims; None for a broken one."""
    try:
        with archive.open(entry) as opened:
            return opened.read(limit + 1)
    except BROKEN_ARCHIVE:
        return None


def read_entry(raw: bytes | None, place: str) -> list[Found]:
    """The records in one entry of an archive, from what `unpacked` gave."""
    if raw is None:
        return [_problem(CheckError("readable", f"{place} cannot be unpacked."), place)]
    if raw[:4] == b"PK\x03\x04":
        return [_problem(CheckError("readable", f"{place} is an archive in an archive."), place)]
    return _taken(raw, place)


def _taken(raw: bytes, name: str) -> list[Found]:
    try:
        if len(raw) > MOST_PICTURE:
            raise TooLargeError(
                f"{name or piece('The file')} is over {MOST_PICTURE:,} bytes.", hint="Send the record itself."
            )
        if raw.startswith(_PNG):
            return _from_texts(_png_texts(raw), name)
        head = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
        if head.startswith(b"<"):
            return _from_texts(_svg_texts(raw), name)
        return _from_text(raw, name)
    except LearnworkError as error:
        return [_problem(error, name, raw if len(raw) <= MOST_BYTES else b"")]


def _problem(error: LearnworkError, name: str, raw: bytes = b"") -> Found:
    return Found("problem", None, name, raw, error)


def _from_texts(texts: list[bytes], name: str) -> list[Found]:
    """The one record of a picture."""
    if not texts:
        raise CheckError("no-record", f"There is no record in the picture {name}".rstrip() + ".")
    if len(texts) > 1:
        raise CheckError(
            "two-records", f"The picture carries {len(texts)} records; which one is meant is not clear."
        )
    return _from_text(texts[0], name)


def _from_text(raw: bytes, name: str) -> list[Found]:
    if len(raw) > MOST_BYTES:
        raise TooLargeError(
            f"{name or piece('The record')} is over {MOST_BYTES:,} bytes.", hint="Send one record at a time."
        )
    stripped = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if stripped[:1] in (b"{", b"[", b'"'):
        return _from_json(parse(stripped, where=name), name, stripped)
    text = stripped.decode("ascii", "replace")
    return [_token(text, name, stripped)]


def _token(text: str, name: str, raw: bytes) -> Found:
    """A record that is no JSON: a compact token, or a link to a record."""
    if text.startswith("data:") and "," in text:
        text = unquote(text.partition(",")[2])
    if _JWT.fullmatch(text):
        return Found("jwt", text, name, raw)
    if _SD_JWT.fullmatch(text):
        return Found("sd-jwt", text, name, raw)
    if re.fullmatch(r"https?://\S{1,4000}", text):
        return Found("link", text, name, raw)
    raise CheckError(
        "no-record",
        f"{name or piece('The text')} is neither JSON, nor a token, nor a link, nor a baked picture.",
    )


def _from_json(value: Any, name: str, raw: bytes) -> list[Found]:
    if isinstance(value, str):
        return [_token(value.strip(), name, raw)]
    if isinstance(value, dict):
        inner = _answered(value)
        if inner is None:
            return [Found("document", value, name, raw)]
        value = inner
    if not isinstance(value, list) or not value:
        raise CheckError("no-record", f"{name or piece('The text')} holds no record.")
    if len(value) > MOST_LISTED:
        raise TooLargeError(f"{name} lists more than {MOST_LISTED:,} records.", hint="Split it.")
    found: list[Found] = []
    for number, each in enumerate(value):
        place = f"{name}#/{number}" if len(value) > 1 else name
        if isinstance(each, dict):
            found.append(Found("document", each, place))
        elif isinstance(each, str):
            found.append(_listed_token(each, place))
        else:
            found.append(_problem(CheckError("no-record", "An item of the list is no record."), place))
    return found


def _listed_token(text: str, place: str) -> Found:
    try:
        return _token(text.strip(), place, text.encode("utf-8", "surrogatepass"))
    except LearnworkError as error:
        return _problem(error, place)


def _answered(value: dict[str, Any]) -> list[Any] | None:
    """The records of an answer of the Open Badges API, the CLR API or the VC API; None where it is a record itself."""
    if "@context" in value or "type" in value:
        return None
    found: list[Any] = []
    for key in ("credential", "compactJwsString", "verifiableCredential", "verifiablePresentation"):
        if key in value:
            found += value[key] if isinstance(value[key], list) else [value[key]]
    return found or None


def _png_texts(raw: bytes) -> list[bytes]:
    """The texts of a PNG under the keywords of Open Badges; chunks are checked by their sums."""
    found, place = [], len(_PNG)
    while place + 12 <= len(raw):
        length = int.from_bytes(raw[place : place + 4], "big")
        kind, data = raw[place + 4 : place + 8], raw[place + 8 : place + 8 + length]
        if len(data) != length or place + 12 + length > len(raw):
            raise CheckError("readable", "The picture is cut off.")
        keyword = data.partition(b"\0")[0]
        if kind in (b"iTXt", b"tEXt", b"zTXt") and keyword in _KEYWORDS:
            if zlib.crc32(kind + data) != int.from_bytes(
                raw[place + 8 + length : place + 12 + length], "big"
            ):
                raise CheckError("readable", "The record in the picture is damaged (its sum is wrong).")
            found.append(_chunk_text(kind, data.partition(b"\0")[2]))
        if kind == b"IEND":
            break
        place += 12 + length
    return found


def _chunk_text(kind: bytes, data: bytes) -> bytes:
    """The text of a chunk after its keyword: compression, language and translated keyword taken off."""
    if kind == b"tEXt":
        return data
    compressed = kind == b"zTXt"
    if kind == b"iTXt":
        if len(data) < 4:
            raise CheckError("readable", "The record in the picture is damaged.")
        compressed = data[0] == 1
        data = data[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        data = data[1:]
    if not compressed:
        return data
    try:
        expander = zlib.decompressobj()
        text = expander.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise CheckError("readable", "The record in the picture cannot be decompressed.") from error
    if len(text) > MOST_BYTES:
        raise TooLargeError(
            f"The record in the picture expands to over {MOST_BYTES:,} bytes.", hint="Do not use it."
        )
    return text


def _svg_texts(raw: bytes) -> list[bytes]:
    """The texts of an SVG in elements of Open Badges; documents with entities are refused."""
    if len(raw) > MOST_BYTES:
        raise TooLargeError(f"The picture is over {MOST_BYTES:,} bytes.", hint="Send the record itself.")
    try:
        root: Element = fromstring(raw, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise CheckError("readable", "The picture defines entities, which a badge has no need of.") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise CheckError("readable", "The picture is not a whole SVG.") from error
    if root.tag.rpartition("}")[2] != "svg":
        raise CheckError("no-record", "This is XML, but no SVG picture.")
    names = {f"{{{space}}}{tag}" for space in _SVG_SPACES for tag in ("assertion", "credential")}
    found = []
    for element in root.iter():
        if element.tag in names:
            text = (element.text or "").strip() or element.get("verify", "").strip()
            if text:
                found.append(text.encode("utf-8", "surrogatepass"))
    return found
