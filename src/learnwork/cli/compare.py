"""`learnwork compare`: two to five resources side by side, the same questions as rows."""

from __future__ import annotations

from typing import Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, table

_LEAST, _MOST = 2, 5


def compare(
    ctids: Annotated[list[str], typer.Argument(help="Two to five identifiers.", metavar="CTID CTID…")],
    differences: Annotated[bool, typer.Option("--differences", help="Only the rows that differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare resources: rows of the same questions, differences marked with ≠."""
    asked = list(dict.fromkeys(ctids))
    if not _LEAST <= len(asked) <= _MOST:
        raise typer.BadParameter(f"Name {_LEAST} to {_MOST} different resources, not {len(asked)}.")
    site.ready()
    from learnwork.layout.comparison import compare as compared

    made = compared(asked)
    rows = [row for row in made.rows if row.differs or not differences]
    if as_json:
        things = [{"ctid": view.ctid, "name": view.name, "type": view.type} for view in made.things]
        said = [
            {
                "question": row.question,
                "term": row.term,
                "answers": [cell.words for cell in row.cells],
                "differs": row.differs,
            }
            for row in rows
        ]
        print_json({"resources": things, "rows": said})
    else:
        lines = [
            ["≠" if row.differs else "", row.question, *(cell.words for cell in row.cells)] for row in rows
        ]
        table(["", "", *(view.name for view in made.things)], lines)
