"""`learnwork compare`: two to five resources side by side, the same questions as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, heading, print_json, say, table

if TYPE_CHECKING:
    from learnwork.competencies.comparing_competencies import Compared, Has

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
    from learnwork.competencies.comparing_competencies import compare as competencies_of
    from learnwork.competencies.match_answers import compared_document
    from learnwork.layout.comparison import compare as compared

    made = compared(asked)
    competencies = competencies_of(made.things)
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
        print_json({"resources": things, "rows": said, "competencies": compared_document(competencies)})
    else:
        lines = [
            ["≠" if row.differs else "", row.question, *(cell.words for cell in row.cells)] for row in rows
        ]
        table(["", "", *(view.name for view in made.things)], lines)
        _print(competencies, differences=differences)


def _print(found: Compared, *, differences: bool) -> None:
    """How each has each competency; derived ones say of how many occupations so many ask for it."""
    rows = [row for row in found.rows if row.has < len(found.things) or not differences]
    if not rows:
        return
    heading("Competencies")
    lines = [
        ["≠" if row.has < len(found.things) else "", row.competency.name, *map(_cell, row.cells)]
        for row in rows
    ]
    table(["", "", *(one.name for one in found.things)], lines)
    say("Expected ones are derived from occupations. Levels alone make nothing equivalent.")


def _cell(cell: Has | None) -> str:
    if cell is None:
        return "not known"
    said = f"expected ({cell.asking} of {cell.of})" if cell.derived else "stated"
    if cell.via is None or cell.standing is None:
        return said
    return f"{said}, as {cell.via.name} ({cell.standing.relation}, {cell.standing.state})"
