"""`learnwork bake`: a record put into a picture, so that the picture is the badge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from learnwork.cli.files import read_bytes, write_bytes
from learnwork.cli.output import AsJson, print_json, say

File = Annotated[Path, typer.Argument(help="A PNG or SVG picture.", metavar="PICTURE")]


def bake(
    picture: File,
    record: Annotated[
        Path, typer.Argument(help="A record: JSON with its proof, or a token.", metavar="RECORD")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where to write the badge.", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Put a record into a PNG or SVG picture. A picture that carries a record already is refused."""

    from learnwork.records.baking import bake as baked_of  # slow to import, for this command alone

    made = baked_of(read_bytes(picture), read_bytes(record))
    write_bytes(out, made)
    if as_json:
        print_json({"file": str(out), "bytes": len(made)})
    else:
        say(f"{out} carries the record ({len(made):,} bytes).")
