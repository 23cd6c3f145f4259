"""`learnwork map`: the ecosystem map out into one file, and in again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from learnwork.cli import site
from learnwork.cli.archive import whole_file
from learnwork.cli.curate import curator
from learnwork.cli.files import read_bytes
from learnwork.cli.index import follow_unless_served
from learnwork.cli.output import AsJson, print_json, say

app = typer.Typer(help="The ecosystem map as one file: export, import.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


@app.command("export")
def export(file: File, as_json: AsJson = False) -> None:
    """Write the map, with who says what of it and the rulings in force, into one JSON file."""
    site.ready()
    from learnwork.landscape import exporting

    body = exporting.export()
    with whole_file(file.absolute()) as stream:
        stream.write(body)
    if as_json:
        print_json({"file": str(file), "bytes": len(body)})
    else:
        say(f"{file}: {len(body):,} bytes.")


@app.command("import")
def bring_in(
    file: File,
    author: Annotated[
        str, typer.Option("--as", help="The curator whose rulings they become.", metavar="USER")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Load such a file. Where there was no map before, it has to have the digest that the file states."""
    site.ready()
    from learnwork.landscape import importing

    done = importing.bring_in(read_bytes(file), curator(author) if author else None)
    follow_unless_served(quiet=True)
    if as_json:
        print_json({name: getattr(done, name) for name in done.__dataclass_fields__})
        return
    say(f"{done.statements:,} statements, {done.changed:,} new or changed; {done.rulings:,} rulings.")
    say(
        f"digest {done.digest}"
        + ("" if done.same else ", not that of the file: the map has more than the file")
    )
