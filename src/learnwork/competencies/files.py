"""Frameworks out of files, without a registry: to compare two versions before either is loaded."""

from __future__ import annotations

from pathlib import Path

from learnwork.competencies.frameworks import Framework, framework
from learnwork.competencies.reading import FRAMEWORK
from learnwork.formats.model import Format, Options, Said
from learnwork.formats.registry import FORMATS, format_named
from learnwork.vocabulary.documents import Document
from learnwork.vocabulary.errors import UnknownFormatError, UnreadableFileError

# Formats that bring frameworks, in the order in which they are asked whether they know a file.
NAMES = ("case", "esco", "nice", "osmt", "onet-technology", "onet", "ctdl", "framework-sheet")


def format_of(path: Path, name: str = "") -> Format:
    """The named format, else the first of those that bring frameworks which knows the file."""
    if name:
        return format_named(name)
    path.stat()
    found = next((one for each in NAMES if (one := FORMATS[each]).recognise(path)), None)
    if found is None:
        raise UnknownFormatError(
            f"No format of frameworks recognises {path.name}.",
            hint=f"Name it with --format: {', '.join(NAMES)}.",
        )
    return found


def read_framework(path: Path, name: str = "", ctid: str = "") -> Framework:
    """The framework in a file or folder; ctid: which, where there are several. Nothing is stored."""
    documents = [
        item.document()
        for reading in format_of(path, name).open([path], Options())
        for item in reading.items()
        if isinstance(item, Said)
    ]
    own = [
        one for one in documents if one.get("@type") == FRAMEWORK and ctid in ("", one.get("ceterms:ctid"))
    ]
    if len(own) != 1:
        named = ", ".join(str(one.get("ceterms:ctid")) for one in own[:10])
        raise UnreadableFileError(
            f"{path.name} has {len(own)} frameworks{f': {named}' if named else ''}; one is needed.",
            hint="Give a file with one framework.",
            file=path.name,
        )
    return framework(own[0], [one for one in documents if _within(one, own[0])])


def _within(one: Document, frame: Document) -> bool:
    value = one.get("ceasn:isPartOf")
    ctid = str(frame.get("ceterms:ctid"))
    return any(
        isinstance(each, str) and each.endswith(ctid)
        for each in (value if isinstance(value, list) else [value])
    )
