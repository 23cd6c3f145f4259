"""Competencies of two to five things side by side: what all have, what some have, what only one has.

The same competency is the same; one that is aligned with another (exact, close, broad or narrow, not rejected) stands
beside it with its degree and who says so. What is expected of a program is derived from occupations and says from how
many. Levels are shown by column and decide nothing: they say how much is asked, not of what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from learnwork.competencies import aligning, knowing, profiling
from learnwork.competencies.expected import Known, Thing
from learnwork.competencies.expecting import OCCUPATION
from learnwork.competencies.matching import How
from learnwork.competencies.rating import Pattern
from learnwork.competencies.standing import Standing
from learnwork.registry.views import ResourceView
from learnwork.vocabulary.ctid import is_ctid

# A relation that says that two competencies have something in common; "related" says no more than that they touch.
_SHARING = frozenset({"exact", "close", "broad", "narrow"})
Pairs = Mapping[tuple[str, str], Standing]


@dataclass(frozen=True, slots=True)
class Has:
    """That one thing has a competency. asking, of: of so many occupations so many ask for it; 0 where it is stated.
    strength: mean of how much they ask, 0 to 1; 1 where it is stated.

    via: the competency that it has instead, with the alignment of the two; None where it is the same.
    """

    how: How
    asking: int = 0
    of: int = 0
    strength: float = 1.0
    via: Thing | None = None
    standing: Standing | None = None

    @property
    def derived(self) -> bool:
        return self.how != How.STATED


@dataclass(frozen=True, slots=True)
class Row:
    competency: Thing
    cells: tuple[Has | None, ...]

    @property
    def has(self) -> int:
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known of one thing: how many competencies it states, how many are expected of it, from how many
    occupations that say what they ask. rated: it is such an occupation itself. pattern: None where nobody rated it."""

    ctid: str
    name: str
    stated: int
    expected: int
    behind: int
    silent: int
    rated: bool
    pattern: Pattern | None

    @property
    def known(self) -> bool:
        return bool(self.stated or self.expected)


@dataclass(frozen=True, slots=True)
class Compared:
    """things: in the order of the comparison. rows: those that tell most first."""

    things: tuple[Basis, ...]
    rows: tuple[Row, ...]

    @property
    def shared(self) -> tuple[Row, ...]:
        """What all of them have."""
        return tuple(row for row in self.rows if row.has == len(self.things))

    @property
    def some(self) -> tuple[Row, ...]:
        """What more than one and not all have."""
        return tuple(row for row in self.rows if 1 < row.has < len(self.things))

    @property
    def only(self) -> tuple[tuple[Basis, tuple[Row, ...]], ...]:
        """For each thing what only it has."""
        return tuple(
            (thing, tuple(row for row in self.rows if row.has == 1 and row.cells[place] is not None))
            for place, thing in enumerate(self.things)
        )

    @property
    def rated(self) -> bool:
        return any(thing.pattern for thing in self.things)

    def __bool__(self) -> bool:
        return bool(self.rows) or self.rated


def compare(views: Sequence[ResourceView]) -> Compared:
    """The competencies of some things. Where nothing is known of any, it is false."""
    here = knowing.known(now=True)
    named: dict[str, Thing] = {}
    had = [_of(view, here, named) for view in views]
    patterns = profiling.of_many([view.ctid for view in views])
    ctids = [key for key in named if is_ctid(key)]
    aligned = aligning.between(ctids, ctids) if aligning.in_force().exists() else {}
    sharing = {pair: one for pair, one in aligned.items() if one.relation in _SHARING}
    things = tuple(
        _basis(view, here, found, patterns.get(view.ctid)) for view, found in zip(views, had, strict=True)
    )
    rows = sorted(_rows(had, named, sharing), key=_weight)
    return Compared(things, tuple(rows))


def _of(view: ResourceView, here: Known, named: dict[str, Thing]) -> dict[str, Has]:
    """Key of a competency → how a thing has it: stated, or expected by at least half of the occupations behind."""
    found: dict[str, Has] = {}
    for one in profiling.competencies_of(view):
        named.setdefault(one.key, Thing(one.key, one.text, here=bool(one.href)))
        found[one.key] = Has(How.STATED)
    table, row = here.table, here.row_of(view.id)
    if row is None:
        return found
    of = len(table.rows[row].behind)
    for column, (strength, asking) in table.cells(row).items():
        thing = table.competencies[column]
        if 2 * asking >= of and asking and thing.ctid not in found:
            named.setdefault(thing.ctid, thing)
            found[thing.ctid] = Has(How.EXPECTED, asking, of, round(strength, 3))
    return found


def _basis(view: ResourceView, here: Known, found: Mapping[str, Has], pattern: Pattern | None) -> Basis:
    table, row = here.table, here.row_of(view.id)
    behind = len(table.rows[row].behind) if row is not None else 0
    stated = sum(not one.derived for one in found.values())
    return Basis(
        view.ctid,
        view.name,
        stated,
        len(found) - stated,
        behind,
        table.rows[row].silent if row is not None else 0,
        behind == 1 and view.type == OCCUPATION,
        pattern,
    )


def _rows(had: Sequence[Mapping[str, Has]], named: Mapping[str, Thing], aligned: Pairs) -> Iterator[Row]:
    """A row for each competency; one that stands in the row of another everywhere has none of its own."""
    others: dict[str, list[str]] = {}
    for own, other in sorted(aligned, key=lambda pair: (not aligned[pair].confirmed, pair)):
        others.setdefault(own, []).append(other)
    told: set[tuple[str, int]] = set()
    for key, thing in named.items():
        if all((key, place) in told for place, found in enumerate(had) if key in found):
            continue
        cells: list[Has | None] = []
        for place, found in enumerate(had):
            cell = found.get(key)
            if cell is None:
                near = next((one for one in others.get(key, ()) if one in found), None)
                if near is not None:
                    told.add((near, place))
                    cell = replace(found[near], via=named[near], standing=aligned[key, near])
            cells.append(cell)
        yield Row(thing, tuple(cells))


def _weight(row: Row) -> tuple[bool, float, float, str]:
    """What is stated first; then by how many of the occupations ask for it, and how much."""
    has = [one for one in row.cells if one]
    return (
        all(one.derived for one in has),
        -max(one.asking / one.of if one.of else 1.0 for one in has),
        -max(one.strength for one in has),
        row.competency.name.casefold(),
    )
