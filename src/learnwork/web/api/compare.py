"""Comparing two to five resources, by the same service as the page and the command."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from django.http import HttpRequest
from ninja import Query, Router

from learnwork.competencies import aligning, comparing_competencies, profiling
from learnwork.competencies.match_answers import compared_document
from learnwork.layout import comparison
from learnwork.web.api.answers import answers
from learnwork.web.api.matching import AlignedThing, MatchThing
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["resources"])


class Compared(Shape):
    """One of the resources, in the order in which they were named."""

    ctid: str
    name: str
    type: str


class Answer(Shape):
    """What one resource answers. value, status, base: of a figure, whose measure is the row's `term`.

    sources: keys of those who say it. disputed: other sources say otherwise.
    """

    text: str
    known: bool
    value: float | None = None
    status: str = ""
    base: int | None = None
    period: str = ""
    shared_by: int | None = None
    sources: list[str]
    disputed: bool

    @classmethod
    def of(cls, cell: comparison.Cell) -> Self:
        figure = cell.figure
        return cls(
            text=cell.words,
            known=cell.known,
            value=figure.value if figure else None,
            status=figure.status if figure else "",
            base=figure.base if figure else None,
            period=figure.period if figure else "",
            shared_by=figure.shared_by if figure else None,
            sources=list(dict.fromkeys(source.key for source in cell.sources)),
            disputed=cell.disputed,
        )


class ComparedRow(Shape):
    """One question. term: the property or the measure. differs: whether two of the answers are not the same."""

    question: str
    term: str
    section: str
    differs: bool
    answers: list[Answer]


class ComparedBasis(Shape):
    """What is known of the competencies of one resource. expected: derived from `behind` occupations that say what
    they ask (`silent` do not). levels: medians of its profile by column, null where nobody rated it."""

    ctid: str
    stated: int
    expected: int
    behind: int
    silent: int
    levels: dict[str, float | None] | None


class HasCompetency(Shape):
    """How a resource has a competency; via: one that it has instead, with the alignment of the two."""

    how: Literal["stated", "expected", "asked"]
    derived: bool
    asking: int
    of: int
    via: AlignedThing | None


class ComparedCompetency(MatchThing):
    """has: how many of the resources have it. cells: in their order, null where it is not known."""

    has: int
    cells: list[HasCompetency | None]


class ComparedCompetencies(Shape):
    note: str
    things: list[ComparedBasis]
    rows: list[ComparedCompetency]


class ComparisonAnswer(Shape):
    resources: list[Compared]
    rows: list[ComparedRow]
    competencies: ComparedCompetencies


def _state() -> str:
    return f"{aligning.state()}:{profiling.state()}"


@router.get("/compare", response={200: ComparisonAnswer, **ERRORS}, summary="Two to five side by side")
@answers(_state)
def compare(
    request: HttpRequest,
    ids: Annotated[str, Query(..., description="Two to five CTIDs, joined by commas")],
) -> ComparisonAnswer:
    """Rows of the same questions. A figure is compared with the same measure in the nation alone."""
    made = comparison.compare(ids[:4_000].split(","))
    return ComparisonAnswer(
        resources=[Compared(ctid=view.ctid, name=view.name, type=view.type) for view in made.things],
        rows=[
            ComparedRow(
                question=row.question,
                term=row.term,
                section=section.key,
                differs=row.differs,
                answers=[Answer.of(cell) for cell in row.cells],
            )
            for section in made.sections
            for row in section.rows
        ],
        competencies=ComparedCompetencies.model_validate(
            compared_document(comparing_competencies.compare(made.things))
        ),
    )
