"""`learnwork export`: the registry out to files, streaming, in forms that load back."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from learnwork.cli import site
from learnwork.cli.archive import whole_file
from learnwork.cli.output import progress, say

if TYPE_CHECKING:
    from learnwork.vocabulary.types import ResourceType


class Form(StrEnum):
    """ctdl: a ZIP with one JSON-LD file a document. ndjson: one document a line. csv, xlsx: a sheet of one type."""

    ctdl = "ctdl"
    ndjson = "ndjson"
    csv = "csv"
    xlsx = "xlsx"


def export(
    type_key: Annotated[
        str, typer.Option("--type", help="Only resources of this type (a sheet wants one).", metavar="TYPE")
    ] = "",
    form: Annotated[
        Form, typer.Option("--format", help="ctdl (ZIP of JSON-LD), ndjson, csv or xlsx.", metavar="FORMAT")
    ] = Form.ndjson,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File to write; it appears when it is whole. Else standard output.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """Write the current resources. What publishers sent goes out unchanged, the rest as composed."""
    from learnwork.vocabulary.types import all_types

    kinds = {one.key: one for one in all_types()}
    if type_key and type_key not in kinds:
        raise typer.BadParameter(f"There is no type {type_key!r}. The types are: {', '.join(kinds)}.")
    if form in (Form.csv, Form.xlsx) and not type_key:
        raise typer.BadParameter("A sheet holds resources of one type: name it with --type.")
    site.ready()
    classes = _classes(type_key)
    from learnwork.intake import outgoing

    with _stream(out) as stream, progress("Writing", outgoing.current(classes).count()) as advance:
        written = _write(form, kinds.get(type_key), classes, stream, advance)
    say(f"Wrote {written:,} resources.", errors=True)


@contextmanager
def _stream(out: Path | None) -> Iterator[IO[bytes]]:
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with whole_file(out.absolute()) as stream:
            yield stream


def _classes(type_key: str) -> tuple[str, ...] | None:
    """The classes in the registry that belong to a type; None for all types."""
    from learnwork.intake import outgoing
    from learnwork.vocabulary.types import by_class

    return tuple(one for one in outgoing.classes() if by_class(one).key == type_key) if type_key else None


def _write(
    form: Form,
    kind: ResourceType | None,
    classes: tuple[str, ...] | None,
    stream: IO[bytes],
    advance: Callable[[int], None],
) -> int:
    from django.conf import settings

    from learnwork.formats import ctdl_writer, sheet_writer
    from learnwork.intake import outgoing

    if form is Form.ctdl:
        return ctdl_writer.write_zip(outgoing.items(classes, advance), stream, settings.BASE_URL)
    if form is Form.ndjson or kind is None:
        return ctdl_writer.write_ndjson(outgoing.items(classes, advance), stream, settings.BASE_URL)
    documents = (document for _, document in outgoing.documents(classes, advance))
    if form is Form.xlsx:
        return sheet_writer.write_xlsx(documents, kind, cast(BinaryIO, stream))
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        return sheet_writer.write_csv(documents, kind, text)
    finally:
        text.detach()
