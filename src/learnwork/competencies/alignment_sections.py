"""What the page of a competency or an occupation says of its alignments: what it is called elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from learnwork.competencies import ends, pairs
from learnwork.competencies.pairs import Shown
from learnwork.competencies.standing import INVERSE, loosened
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.types import by_class

COMPETENCY = "ceasn:Competency"
MOST = 30
# Kinds that frameworks are made of; of others nobody is asked, which spares their pages four questions.
ALIGNED = frozenset({"competency", "occupation", "field_of_study", "concept", "job"})


@dataclass(frozen=True, slots=True)
class Called:
    """One of another framework. relation: what it is to the thing of the page. number: of the pair's own page."""

    other: Shown
    relation: str
    state: str
    confidence: float | None
    raters: tuple[str, ...]
    disputed: bool
    number: int


@dataclass(frozen=True, slots=True)
class AlignmentSection:
    """Pairs by how sure they are: those somebody confirmed, and those that are only proposed."""

    template: ClassVar[str] = "competencies/alignment_section.html"
    style: ClassVar[str] = "competencies/alignments.css"
    key: str
    heading: str
    confirmed: tuple[Called, ...]
    proposed: tuple[Called, ...]


def sections(view: ResourceView) -> list[AlignmentSection]:
    """One section where the thing is aligned. Of what is no competency, what is merely related is told elsewhere."""
    if by_class(view.type).key not in ALIGNED:
        return []
    found = pairs.current(pairs.of_resource(view.ctid))
    if not found:
        return []
    names = ends.names_of([view.ctid])
    called = [
        _called(one, names) for one in found if view.type == COMPETENCY or one.standing.relation != "related"
    ]
    if not called:
        return []
    heading = _("What is it called elsewhere?")
    confirmed = tuple(one for one in called if one.state == "accepted")[:MOST]
    proposed = tuple(one for one in called if one.state == "proposed")[:MOST]
    return [AlignmentSection("elsewhere", heading, confirmed, proposed)]


def _called(one: pairs.Pair, names: dict[str, str]) -> Called:
    """Read from the thing of the page, whichever end it is."""
    at_source = one.row.source in names
    relation = loosened(one.standing.relation, one.source.wider, one.target.wider)
    return Called(
        one.target if at_source else one.source,
        relation if at_source else INVERSE.get(relation, relation),
        one.standing.state,
        one.standing.confidence,
        one.standing.raters,
        one.standing.disputed,
        one.row.pk,
    )
