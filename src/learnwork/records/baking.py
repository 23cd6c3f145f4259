"""Baking: a record put into a PNG or SVG picture, so that the picture is the badge.

    baked = bake(Path("badge.png").read_bytes(), orjson.dumps(record))

Sources: Open Badges 3.0 section 5.3 (`iTXt` with the keyword `openbadgecredential`; the element `credential` in SVG),
PNG 3 section 11.3.3. `reading.py` takes records out again.
"""

from __future__ import annotations

import re
import zlib
from xml.sax.saxutils import escape, quoteattr

from learnwork.records.errors import BakingError
from learnwork.records.reading import MOST_PICTURE, Found, read

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_PNG) + 12 + 13  # the first chunk, IHDR, has 13 bytes
_END = b"IEND\xaeB`\x82"  # kind and sum of the last chunk, which is empty
_KEYWORD = b"openbadgecredential"
_SPACE = "https://purl.imsglobal.org/ob/v3p0"
# The start tag of the root; attribute values may hold ">".
_ROOT = re.compile(rb"<svg(?=[\s>/])(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_FIRST = re.compile(rb"<(?=[A-Za-z_])")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def bake(picture: bytes, record: bytes) -> bytes:
    """The picture with the record in it. record: a JSON document with its proof, or a compact token.

    Raises BakingError for what is no picture, for a picture that carries a record already, and for what is no single
    signed record.
    """
    found = _one(record)
    if len(picture) > MOST_PICTURE:
        raise BakingError(f"The picture is over {MOST_PICTURE:,} bytes.", hint="Make it smaller.")
    if picture.startswith(_PNG):
        _empty(picture)
        return _into_png(picture, found.raw or record)
    if _root(picture):
        _empty(picture)
        return _into_svg(picture, found)
    raise BakingError("The picture is neither a PNG nor an SVG.", hint="Save it as PNG or SVG.")


def _root(picture: bytes) -> re.Match[bytes] | None:
    """The start tag of an SVG, where that is the first element."""
    first = _FIRST.search(picture)
    return _ROOT.match(picture, first.start()) if first else None


def carries(picture: bytes) -> bool:
    """Whether a picture has a record in it. Raises BakingError where the picture cannot be read."""
    try:
        _empty(picture)
    except BakingError as error:
        if error.data.get("reason") == "carries":
            return True
        raise
    return False


def _one(record: bytes) -> Found:
    found = read(record)
    if len(found) != 1 or found[0].kind not in ("document", "jwt", "sd-jwt"):
        raise BakingError("This is not one record.", hint="Give one signed record, as JSON or as a token.")
    one = found[0]
    if one.kind == "document" and "proof" not in one.value:
        raise BakingError("The record is not signed.", hint="Issue it first, then bake it.")
    return one


def _empty(picture: bytes) -> None:
    """Raises BakingError unless the picture is whole and has no record in it."""
    found = read(picture)
    code = getattr(found[0].error, "code", "") if len(found) == 1 else ""
    if code == "no-record":
        return
    if found[0].kind != "problem" or code == "two-records":
        raise BakingError(
            "The picture carries a record already.", hint="Take the picture without it.", reason="carries"
        )
    why = found[0].error.message if found[0].error else "It cannot be read."
    raise BakingError(f"The picture cannot be used: {why}", hint="Save it anew.")


def _into_png(picture: bytes, record: bytes) -> bytes:
    if picture[len(_PNG) + 4 : len(_PNG) + 8] != b"IHDR" or _END not in picture:
        raise BakingError("The picture is no whole PNG.", hint="Save it anew.")
    # Keyword, NUL, not compressed, method 0, no language, no translated keyword.
    data = b"iTXt" + _KEYWORD + b"\0\0\0\0\0" + record
    chunk = (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    return picture[:_HEADER_END] + chunk + picture[_HEADER_END:]


def _into_svg(picture: bytes, found: Found) -> bytes:
    root = _root(picture)
    if root is None or root[1]:
        raise BakingError("The picture draws nothing.", hint="Use a picture with something in it.")
    text = found.value if isinstance(found.value, str) else found.raw.decode("utf-8")
    if _NO_TEXT.search(text):
        raise BakingError(
            "The record holds characters that XML has no way to write.", hint="Bake it into a PNG."
        )
    verify = f" verify={quoteattr(text)}" if found.kind != "document" else ""
    inner = "" if verify else escape(text)
    element = f'<openbadges:credential xmlns:openbadges="{_SPACE}"{verify}>{inner}</openbadges:credential>'
    encoding = re.match(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)", picture)
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        raise BakingError("The picture is not written in UTF-8.", hint="Save it in UTF-8.")
    return picture[: root.end()] + element.encode() + picture[root.end() :]
