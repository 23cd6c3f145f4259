"""`learnwork framework`: competency frameworks in, out, as a tree, and what changed between two versions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.cli import load as loading
from learnwork.cli import site
from learnwork.cli.archive import whole_file
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.competencies.frameworks import Framework
    from learnwork.competencies.versions import Difference, Piece

app = typer.Typer(help="Competency frameworks: load, show, export, compare versions.", no_args_is_help=True)

FormatName = Annotated[
    str, typer.Option("--format", help="Format of the files; else it is recognised.", metavar="FORMAT")
]
Ctid = Annotated[str, typer.Argument(help="Its CTID; `learnwork framework show` lists them.", metavar="CTID")]


class Form(StrEnum):
    """case: a CFPackage of CASE 1.1. ctdl: a `@graph` of CTDL-ASN. csv: a sheet."""

    case = "case"
    ctdl = "ctdl"
    csv = "csv"


@app.command("load")
def load(
    files: Annotated[list[Path], typer.Argument(help="Files or folders.", metavar="FILE...")],
    format_name: FormatName = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, keep nothing, report.")] = False,
    release: Annotated[str, typer.Option(help="Name of the release, where the files do not say it.")] = "",
    accept: Annotated[
        bool, typer.Option("--accept", help="Load a release although it breaks its source's promise.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load frameworks, whatever format they are in; the same as `learnwork load` with that format."""
    site.ready()
    from learnwork.competencies.files import format_of

    name = format_of(files[0], format_name).name
    loading.load(name, files, dry_run=dry_run, release=release, accept=accept, as_json=as_json)


@app.command("show")
def show(
    ctid: Annotated[str, typer.Argument(help="A framework; none for the list.", metavar="CTID")] = "",
    find: Annotated[str, typer.Option(help="Only statements with these words.", metavar="WORDS")] = "",
    depth: Annotated[int, typer.Option(help="How many levels of the tree.", min=1)] = 2,
    as_json: AsJson = False,
) -> None:
    """List the frameworks, or print one as a tree."""
    site.ready()
    from learnwork.competencies import reading

    if not ctid:
        _print_list(as_json=as_json)
        return
    frame = reading.current(ctid)
    lines = [(1, one.ctid) for one in frame.find(find)] if find else list(_lines(frame, depth))
    if as_json:
        rows = [
            {"ctid": key, "level": level, "code": frame.items[key].code, "text": frame.items[key].text}
            for level, key in lines
        ]
        apart = list(frame.tree.apart)
        print_json(
            {"ctid": frame.ctid, "name": frame.name, "size": len(frame.items), "items": rows, "apart": apart}
        )
        return
    heading(frame.name)
    say(f"{frame.ctid} · {len(frame.items):,} competencies")
    for level, key in lines:
        one = frame.items[key]
        more = len(frame.tree.below(key)) if level == depth and not find else 0
        say(
            f"{'  ' * (level - 1)}{f'{one.code} ' if one.code else ''}{one.name[:160]}{f' (+{more})' if more else ''}"
        )
    if frame.tree.apart and not find:
        say(
            f"{len(frame.tree.apart):,} beginnings stand apart from the tree: in circles, or without a place."
        )


def _print_list(*, as_json: bool) -> None:
    from learnwork.competencies import reading

    rows = reading.listed()
    if as_json:
        print_json({"frameworks": [{"ctid": one.ctid, "name": one.name, "size": one.size} for one in rows]})
        return
    table(
        ["framework", "competencies", "ctid"],
        [[one.name, f"{one.size:,}", one.ctid] for one in rows],
        right=[1],
    )


def _lines(frame: Framework, depth: int) -> Iterator[tuple[int, str]]:
    """(level, CTID) down to a level, from the top; what stands apart after that."""
    waiting = [(1, key) for key in reversed((*frame.tree.roots, *frame.tree.apart))]
    seen: set[str] = set()
    while waiting:
        level, key = waiting.pop()
        yield level, key
        if level < depth and key not in seen:
            seen.add(key)
            waiting += [(level + 1, one) for one in reversed(frame.tree.below(key))]


@app.command("export")
def export(
    ctid: Ctid,
    form: Annotated[Form, typer.Option("--format", help="case, ctdl or csv.", metavar="FORMAT")] = Form.case,
    out: Annotated[
        Path | None, typer.Option(help="File to write; else standard output.", metavar="FILE")
    ] = None,
) -> None:
    """Write one framework. What came as a CASE package goes out as that package."""
    site.ready()
    from learnwork.competencies.writing import written

    body = written(ctid, form.value)
    if out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    with whole_file(out.absolute()) as stream:
        stream.write(body)
    say(f"Wrote {len(body):,} bytes.", errors=True)


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="A file, a CTID, or CTID@RELEASE.", metavar="OLD")],
    new: Annotated[str, typer.Argument(help="The same; a CTID alone is what stands now.", metavar="NEW")],
    format_name: FormatName = "",
    as_json: AsJson = False,
) -> None:
    """Print what changed between two versions: added, removed, moved, reworded, and what else differs."""
    site.ready()
    from learnwork.competencies.versions import difference

    found = difference(_version(old, format_name), _version(new, format_name))
    if as_json:
        print_json(found.to_dict())
        return
    _print(found)


def _version(said: str, format_name: str) -> Framework:
    from learnwork.competencies import files, reading
    from learnwork.vocabulary.ctid import is_ctid

    ctid, _, label = said.partition("@")
    if not is_ctid(ctid):
        return files.read_framework(Path(said), format_name)
    return reading.at_release(ctid, reading.release(ctid, label)) if label else reading.current(ctid)


def _print(found: Difference) -> None:
    heading(found.new.name)
    say(", ".join(f"{count:,} {what}" for what, count in found.counts().items() if count) or "nothing")
    for title, rows in (("Added", found.added), ("Removed", found.removed)):
        if rows:
            heading(title)
            for item, way in rows:
                say(f"{item.code or item.ctid}  {item.name[:300]}{_under(way)}")
    if found.altered:
        heading("Changed")
    for one in found.altered:
        say(f"{one.new.code or one.new.ctid}  {one.new.name[:300]}")
        if one.reworded:
            say(f"  reworded: {_pieces(one.reworded)}")
        if one.moved:
            say(f"  moved: from {_way(one.moved[0])} to {_way(one.moved[1])}")
        if one.reordered:
            say("  stands elsewhere among its siblings")
        if one.identified_anew:
            say(f"  was {one.old.ctid}")
        for name, before, after in one.fields:
            say(f"  {name}: {before[:200] or 'nothing'} → {after[:200] or 'nothing'}")


def _pieces(pieces: Sequence[Piece]) -> str:
    """As `git diff --word-diff` writes it: [-gone-] and {+new+}."""
    marks = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
    return " ".join(f"{marks[one.kind][0]}{one.words}{marks[one.kind][1]}" for one in pieces)


def _under(way: tuple[str, ...]) -> str:
    return f"  (under {' › '.join(way)})" if way else ""


def _way(way: tuple[str, ...]) -> str:
    return " › ".join(way) or "the top"
