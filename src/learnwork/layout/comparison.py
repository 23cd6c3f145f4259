"""Two to five things side by side: rows of the same questions, for the page, the API and the command alike.

A figure is compared with the same measure in the same area alone: horizons (a quarter, a year) and units are other
measures and stand in other rows. A row differs where two things do not say the same; what nobody says has no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learnwork.layout.presentation import FigureText, format_figure, period
from learnwork.layout.values import Known, Shown, Text, plain, show
from learnwork.registry import queries
from learnwork.registry.views import Claim, Figure, ResourceView, SourceRef
from learnwork.vocabulary.codes import award_levels
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.errors import LearnworkError
from learnwork.vocabulary.measures import Measure
from learnwork.vocabulary.terms import label as term_label
from learnwork.vocabulary.types import Property, by_class

LEAST, MOST = 2, 5
NATION = "us"
_DEPTH = 12
_NOT_STATED = "not stated"
_ELSEWHERE = frozenset(
    {"@id", "@context", "@graph", "ceterms:ctid", "ceterms:name", "ceasn:name", "lw:proposed", "lw:sample"}
)
# Questions in the order in which people ask them: key, heading, the terms and the kinds of measures that answer.
SECTIONS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "what",
        gettext_noop("What is it, and who offers it?"),
        (
            "@type",
            "ceterms:offeredBy",
            "ceterms:ownedBy",
            "lw:awardLevel",
            "ceterms:availableAt",
            "ceterms:address",
        ),
        (),
    ),
    (
        "cost",
        gettext_noop("What does it cost?"),
        ("ceterms:estimatedCost", "lw:booksAndMaterials"),
        ("cost",),
    ),
    (
        "takes",
        gettext_noop("What does it take?"),
        (
            *("ceterms:estimatedDuration", "ceterms:creditValue", "ceterms:deliveryType"),
            *(
                "ceterms:learningDeliveryType",
                "ceterms:inLanguage",
                "lw:spokenLanguages",
                "lw:eveningCourses",
            ),
            *(
                "lw:childcare",
                "lw:accessible",
                "lw:busRoutes",
                "lw:jobPlacementHelp",
                "lw:customizedTraining",
            ),
        ),
        (),
    ),
    (
        "needs",
        gettext_noop("What do I need first?"),
        ("ceterms:requires", "ceterms:entryCondition", "ceterms:prerequisite", "ceterms:corequisite"),
        (),
    ),
    (
        "leads",
        gettext_noop("Where does it lead?"),
        (
            *("ceterms:instructionalProgramType", "ceterms:occupationType", "lw:leadsTo", "lw:inDemand"),
            *("lw:inDemandIn", "ceterms:isPreparationFor", "ceterms:industryType"),
        ),
        (),
    ),
    ("earnings", gettext_noop("What do completers earn?"), (), ("earnings",)),
    (
        "outcomes",
        gettext_noop("What becomes of those who enrol?"),
        (),
        ("rate", "count", "duration", "awards"),
    ),
    ("debt", gettext_noop("What do completers owe?"), (), ("debt",)),
    ("wage", gettext_noop("What does the occupation pay?"), (), ("wage",)),
    ("projection", gettext_noop("How many jobs are expected?"), (), ("projection",)),
    (
        "vouches",
        gettext_noop("Who vouches for it?"),
        ("ceterms:accreditedBy", "ceterms:approvedBy", "ceterms:recognizedBy", "ceterms:regulatedBy"),
        (),
    ),
    ("rest", gettext_noop("What else is said?"), (), ()),
)


class ComparisonRefusedError(LearnworkError):
    """Not two to five different things."""

    code = "compare-refused"


class NothingToCompareError(LearnworkError):
    """One of the things was withdrawn or retired."""

    code = "resource-gone"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one thing answers. shown: the value of a property. figure: a measured one, `text` its words with its unit.

    when: its period. disputed: other sources say otherwise. proposed: not published by those cited.
    """

    shown: tuple[Shown, ...] = ()
    text: FigureText | None = None
    figure: Figure | None = None
    when: str = ""
    sources: tuple[SourceRef, ...] = ()
    disputed: bool = False
    proposed: bool = False

    @property
    def known(self) -> bool:
        return bool(self.shown or self.text)

    @property
    def words(self) -> str:
        """The whole answer on one line."""
        if self.text is None:
            return plain(self.shown) or _("not known")
        shared = self.figure.shared_by if self.figure else None
        more = _("shared by %(n)s programs") % {"n": shared} if shared and shared > 1 else ""
        said = ", ".join(part for part in (str(self.text), more) if part)
        return _("%(figure)s in %(period)s") % {"figure": said, "period": self.when} if self.when else said


@dataclass(frozen=True, slots=True)
class Row:
    """One question. term: the property or the measure's key. derived: computed by the source, not counted."""

    question: str
    term: str
    cells: tuple[Cell, ...]
    derived: bool = False

    @property
    def differs(self) -> bool:
        return len({cell.words for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def different(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.differs)


@dataclass(frozen=True, slots=True)
class Comparison:
    things: tuple[ResourceView, ...]
    sections: tuple[Section, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def equal(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.differs)


def compare(ctids: Sequence[str], areas: Sequence[str] = (NATION,)) -> Comparison:
    """The comparison of two to five things, in the order in which they are named; what was merged is followed.

    Raises `ComparisonRefusedError`, `UnknownResourceError`, `NothingToCompareError`.
    """
    asked = tuple(dict.fromkeys(ctid.strip().lower() for ctid in ctids if ctid.strip()))
    if not LEAST <= len(asked) <= MOST:
        raise ComparisonRefusedError(
            _("A comparison takes %(least)s to %(most)s different things, not %(n)s.")
            % {"least": LEAST, "most": MOST, "n": len(asked)},
            hint=_("Keep two to five results of a search, and compare those."),
        )
    views = tuple({view.ctid: view for view in map(_view, asked)}.values())
    if len(views) < LEAST:
        raise ComparisonRefusedError(
            _("These are one and the same thing: a curator merged them into %(name)s.")
            % {"name": views[0].name},
            hint=_("Compare it with another."),
        )
    return Comparison(views, tuple(_sections(views, areas)))


def _view(ctid: str) -> ResourceView:
    view = queries.resource(ctid)
    if view.tombstone and view.tombstone.into:
        view = queries.resource(view.tombstone.into)
    if view.tombstone:
        retired = view.tombstone.kind == "retired"
        said = _("%(name)s was retired. %(reason)s") if retired else _("%(name)s was withdrawn. %(reason)s")
        raise NothingToCompareError(
            (said % {"name": view.name, "reason": view.tombstone.reason}).strip(),
            hint=_("Compare the others without it."),
            ctid=ctid,
        )
    return view


def _sections(views: Sequence[ResourceView], areas: Sequence[str]) -> Iterator[Section]:
    facts, measured = _facts(views), _measured(views, areas)
    placed = {term for _key, _heading, terms, _kinds in SECTIONS for term in terms}
    kinds = {kind for *_rest, of in SECTIONS for kind in of}
    for key, heading, terms, of in SECTIONS:
        rest = key == "rest"
        here = [facts[term] for term in terms if term in facts]
        if rest:
            here = [row for term, row in facts.items() if term not in placed]
        here += [row for kind, row in measured if (kind not in kinds if rest else kind in of)]
        if here:
            yield Section(key, _(heading), tuple(here))


def _facts(views: Sequence[ResourceView]) -> dict[str, Row]:
    """A row a property, in the order of the sheets of their types."""
    describer = Describer(views)
    told = [{fact.term: fact for fact in describer.facts(view)} for view in views]
    rows = {
        "@type": Row(_("Kind"), "@type", tuple(Cell((Text(_(term_label(view.type))),)) for view in views))
    }
    for term in dict.fromkeys(term for facts in told for term in facts):
        label = next(facts[term].label for facts in told if term in facts)
        rows[term] = Row(
            _(label), term, tuple(facts[term].cell if term in facts else Cell() for facts in told)
        )
    return rows


def _measured(views: Sequence[ResourceView], areas: Sequence[str]) -> list[tuple[str, Row]]:
    """A row a measure and area, the newest figure of each thing; figures about an item of their own are left out."""
    last = [newest(queries.figures(view, areas)) for view in views]
    rows = []
    keys = {key for found in last for key in found}
    for number, area in sorted(keys):
        figures = [found.get((number, area)) for found in last]
        measure = next(figure.measure for figure in figures if figure)
        question = ", ".join(part for part in (_(measure.label), _horizon(measure), area) if part)
        cells = tuple(_cell(figure) for figure in figures)
        rows.append((measure.kind, Row(question, measure.key, cells, measure.derived)))
    return rows


def _horizon(measure: Measure) -> str:
    """How long after, where the label does not say it already."""
    return _(measure.horizon) if measure.horizon and " after " not in measure.label else ""


def newest(figures: Iterable[Figure]) -> dict[tuple[int, str], Figure]:
    """(measure, area) → its newest figure, of figures newest first; those about an item of their own are left out."""
    found: dict[tuple[int, str], Figure] = {}
    for figure in figures:
        if not figure.item_ctid:
            found.setdefault((figure.measure.number, figure.area_name), figure)
    return found


def _cell(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell()
    when = "" if figure.period == _NOT_STATED else period(figure.period)
    return Cell(text=format_figure(figure), figure=figure, when=when, sources=(figure.source,))


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of one thing, with what it is called."""

    term: str
    label: str
    cell: Cell = field(default_factory=Cell)


class Describer:
    """Puts the properties of some things into words; the names of what they refer to are read once."""

    def __init__(self, views: Sequence[ResourceView]) -> None:
        referred = {ctid for view in views for ctid in _references(view.document)}
        self._names = {ctid: name for ctid, (name, _kind) in queries.captions(sorted(referred)).items()}

    def facts(self, view: ResourceView) -> Iterator[Fact]:
        """Every property but names and marks: those of the type's sheet first, in its order, then the others."""
        sheet: Mapping[str, Property] = {prop.term: prop for prop in by_class(view.type).properties}
        known = Known(self._names, {part.term: (part.label, part.kind) for part in by_class(view.type).parts})
        proposed = view.document.get("lw:proposed")
        marked = frozenset(map(str, proposed)) if isinstance(proposed, list) else frozenset()
        terms = [*(t for t in sheet if t in view.claims), *(t for t in view.claims if t not in sheet)]
        for term in terms:
            if term in _ELSEWHERE or term == "@type":
                continue
            prop = sheet.get(term)
            shown, speaking = _said(view.claims[term], term, prop.kind if prop else "", known)
            if shown:
                disputed = any(not claim.preferred for claim in view.claims[term])
                cell = Cell(shown, sources=speaking, disputed=disputed, proposed=term in marked)
                yield Fact(term, prop.label if prop else term_label(term), cell)


def _said(
    claims: Sequence[Claim], term: str, kind: str, known: Known
) -> tuple[tuple[Shown, ...], tuple[SourceRef, ...]]:
    """The preferred values, and who says them."""
    preferred = [claim for claim in claims if claim.preferred]
    shown = [one for claim in preferred for one in _value(claim.value, term, kind, known)]
    speaking = {(s.key, s.release): s for claim in preferred for s in claim.sources}
    return tuple(dict.fromkeys(shown)), tuple(speaking.values())


def _value(value: Any, term: str, kind: str, known: Known) -> tuple[Shown, ...]:
    level = award_levels.get(str(value)) if term == "lw:awardLevel" else None
    return (Text(_(level.label)),) if level else show(value, kind, known)


def _references(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if ctid := ctid_in(value):
            yield ctid
    elif isinstance(value, dict | list) and depth < _DEPTH:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _references(inner, depth + 1)
