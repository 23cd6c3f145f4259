"""`learnwork compare`: two to five resources side by side, the same questions as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from learnwork.cli import site
from learnwork.cli.output import AsJson, print_json, table

if TYPE_CHECKING:
    from learnwork.registry.views import ResourceView

_LEAST, _MOST = 2, 5
_UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what each resource answers. term: the property or the measure's key."""

    question: str
    term: str
    answers: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.answers)) > 1


def compare(
    ctids: Annotated[list[str], typer.Argument(help="Two to five identifiers.", metavar="CTID CTID…")],
    differences: Annotated[bool, typer.Option("--differences", help="Only the rows that differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare resources: rows of the same questions, differences marked with ≠."""
    asked = list(dict.fromkeys(ctids))
    if not _LEAST <= len(asked) <= _MOST:
        raise typer.BadParameter(f"Name {_LEAST} to {_MOST} different resources; {len(asked)} were named.")
    site.ready()
    from learnwork.registry import queries

    views = [queries.resource(ctid) for ctid in asked]
    rows = [row for row in _rows(views) if row.differs or not differences]
    if as_json:
        resources = [{"ctid": view.ctid, "name": view.name, "type": view.type} for view in views]
        print_json({"resources": resources, "rows": [asdict(row) | {"differs": row.differs} for row in rows]})
    else:
        lines = [["≠" if row.differs else "", row.question, *row.answers] for row in rows]
        table(["", "", *(view.name for view in views)], lines)


def _rows(views: Sequence[ResourceView]) -> list[Row]:
    from learnwork.cli.describe import Describer, newest, sentence_of
    from learnwork.registry import queries
    from learnwork.vocabulary.terms import label

    describer = Describer(views)
    facts = [{fact.term: fact for fact in describer.facts(view)} for view in views]
    terms = list(dict.fromkeys(term for found in facts for term in found))
    labels = {term: found[term].label for found in reversed(facts) for term in found}
    rows = [Row("Kind", "@type", tuple(label(view.type) for view in views))]
    rows += [
        Row(labels[term], term, tuple(found[term].text if term in found else _UNKNOWN for found in facts))
        for term in terms
    ]
    # A measure is compared with itself alone, in one area: units and horizons never mix.
    figures = [newest(queries.figures(view, ["us"])) for view in views]
    for measure, area in sorted({key for found in figures for key in found}):
        found = [one.get((measure, area)) for one in figures]
        key = next(figure.measure.key for figure in found if figure)
        answers = tuple(
            f"{sentence_of(f)}{f' in {f.period}' if f.period else ''}" if f else _UNKNOWN for f in found
        )
        rows.append(Row(f"{measure}{f', {area}' if area else ''}", key, answers))
    return rows
