"""CTDL and CTDL-ASN as JSON-LD: a resource, a `@graph`, a list, lines, a ZIP; also envelopes.

What a publisher sent is kept as it is, unknown classes and terms included. Files are grouped by the host of
their documents' URIs: each host is a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from learnwork.formats import archives, ctdl_files
from learnwork.formats.ctdl_documents import said
from learnwork.formats.ctdl_files import Piece
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.model import (
    Format,
    Item,
    Options,
    Reading,
    Said,
    SourceDeclaration,
)
from learnwork.formats.releases import release_of
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

# Documents looked at to learn the host; in what registries publish, the first one tells.
_LOOK = 20
_UNKNOWN_HOST = "unknown"
_SIGN = re.compile(rb'"(?:@graph|ceterms:[A-Za-z]+|ceasn:[A-Za-z]+|decoded_resource)"')


def open_ctdl(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a source: that of the options, else one for each host.

    options.extra: "source", a source's key; "snapshot" = "yes" where the files are all that the source has,
    so that what is missing is withdrawn. options.release: a label, with a date in it where there is one.
    """
    found = ctdl_files.files(paths)
    if not found:
        raise UnreadableFileError(
            "There is no CTDL file there.", hint=f"Files end in {', '.join(ctdl_files.SUFFIXES)}."
        )
    sources: dict[str, SourceDeclaration] = {}
    groups: dict[str, dict[Path, str]] = {}
    for path, name in found.items():
        source = _source(path, options)
        sources.setdefault(source.key, source)
        groups.setdefault(source.key, {})[path] = name
    snapshot = options.extra.get("snapshot", "").lower() in ("yes", "true", "1")
    return [
        Reading(sources[key], release_of(list(files), options), partial(_items, files), snapshot)
        for key, files in groups.items()
    ]


def _source(path: Path, options: Options) -> SourceDeclaration:
    if options.source is not None:
        return read_declaration(options.source)
    generic = declaration("ctdl")
    if key := options.extra.get("source", ""):
        return replace(generic, key=key, name=options.extra.get("name", key))
    host = _host(path)
    if host == _UNKNOWN_HOST:
        return replace(generic, key=f"ctdl:{host}", name="CTDL documents of an unknown publisher")
    name = f"CTDL documents of {host}"
    return replace(generic, key=f"ctdl:{host}", name=name, url=f"https://{host}", short_name=host[:60])


def _host(path: Path) -> str:
    """The host in the URIs of the first documents."""
    for piece in islice(ctdl_files.pieces(path), _LOOK):
        if isinstance(piece, Piece):
            for item in said(piece):
                if isinstance(item, Said) and item.identifiers:
                    return _host_of(item.identifiers[0].value)
    return _UNKNOWN_HOST


def _host_of(uri: str) -> str:
    try:
        return (urlsplit(uri).hostname or _UNKNOWN_HOST)[:90]
    except ValueError:
        return _UNKNOWN_HOST


def _items(files: Mapping[Path, str]) -> Iterator[Item]:
    """What all documents say. The first document about a thing stands; a second that differs is an issue."""
    heard: dict[str, bytes] = {}
    for path, name in files.items():
        for piece in ctdl_files.pieces(path, name):
            if isinstance(piece, Issue):
                yield piece
            else:
                yield from _unheard(piece, heard)


def _unheard(piece: Piece, heard: dict[str, bytes]) -> Iterator[Item]:
    left_out = ""
    for item in said(piece):
        if isinstance(item, Issue):
            yield item
            continue
        former = heard.setdefault(item.key, item.digest)
        if former is item.digest:
            yield item._replace(graph="") if item.graph == left_out else item
            continue
        left_out = left_out if item.graph else item.key
        if former != item.digest:
            yield _again(item)


def _again(item: Said) -> Issue:
    return Issue(
        "said-twice",
        f"Another document of this release is already about {item.key[:200]}; this one was left out.",
        item.place,
        "Keep the one that holds.",
        "warning",
    )


def _recognise(path: Path) -> bool:
    """Whether the beginning of a file (of the first document of an archive) has keys of CTDL."""
    if path.is_dir() or not path.name.lower().endswith(ctdl_files.SUFFIXES):
        return False
    try:
        if archives.is_zip(path):
            for name, stream in islice(archives.open_members(path), 3):
                if name.lower().endswith(ctdl_files.SUFFIXES):
                    return _SIGN.search(stream.read(65_536)) is not None
            return False
        with archives.open_bytes(path) as stream:
            return _SIGN.search(stream.read(65_536)) is not None
    except LearnworkError:
        return False


FORMAT = Format("ctdl", "CTDL JSON-LD", open_ctdl, _recognise)
