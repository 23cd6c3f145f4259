"""`learnwork dump`: a set of bulk files, made beside the former one."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, say, table


def dump(
    if_older: Annotated[
        float | None,
        typer.Option(
            help="Only where the newest set is older than so many hours and something changed.",
            metavar="HOURS",
            min=0,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the bulk files that the site hands out: NDJSON, CSV and Parquet, with digests and licences."""
    site.ready()
    from dataclasses import asdict

    from learnwork.intake import dumps

    if if_older is not None and not dumps.due(timedelta(hours=if_older)):
        if as_json:
            print_json({"made": None})
        else:
            say("The newest set still does.")
        return
    made = dumps.make(advance=lambda name, rows: None)
    if as_json:
        print_json({"made": asdict(made)})
        return
    say(f"The set of change {made.sequence:,}:")
    table(
        ["file", "rows", "bytes"],
        [[one.name, f"{one.rows:,}", f"{one.bytes:,}"] for one in made.files],
        right=(1, 2),
    )
