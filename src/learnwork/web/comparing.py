"""The page of a comparison: `/compare?ids=CTID,CTID`. What cannot be compared gets a page that helps to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learnwork.competencies.comparison_section import CompetencyPart, part
from learnwork.layout import comparison
from learnwork.layout.comparison import Cell, Comparison, Row
from learnwork.layout.problems import status_of
from learnwork.registry import queries
from learnwork.vocabulary.ctid import is_ctid
from learnwork.vocabulary.errors import LearnworkError
from learnwork.web.claims import Chip, Notes, Reference

READ = 200  # identifiers of an address that are read at all


@dataclass(frozen=True, slots=True)
class ShownCell:
    """What one thing answers, with its chip. name: of the thing, for where the column heads are not to be seen."""

    cell: Cell
    chip: Chip | None
    name: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    row: Row
    cells: tuple[ShownCell, ...]

    @property
    def first(self) -> ShownCell:
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Thing:
    """A column. who: offers it. without: the comparison of the others, "" where too few would be left."""

    name: str
    who: str
    href: str
    without: str


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """sections: (key, heading, rows that differ). equal: the rows in which all say the same. more: a search to add.

    competencies: None where none is known of any of them.
    """

    things: tuple[Thing, ...]
    sections: tuple[tuple[str, str, tuple[ShownRow, ...]], ...]
    equal: tuple[ShownRow, ...]
    more: str
    notes: tuple[Reference, ...]
    competencies: CompetencyPart | None


def asked(request: HttpRequest) -> list[str]:
    """The identifiers of an address: `ids=A,B` or `ids=A&ids=B`, repeated ones once."""
    words = ",".join(request.GET.getlist("ids")[:READ])[: READ * 41].split(",")
    return list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))


def comparison_page(made: Comparison) -> ComparisonPage:
    notes, ctids = Notes(), [view.ctid for view in made.things]
    offered = _offered(made)
    names = _told_apart([view.name for view in made.things], offered)

    def shown(row: Row) -> ShownRow:
        cells = tuple(
            ShownCell(cell, notes.chip(cell.sources) if cell.sources else None, name)
            for cell, name in zip(row.cells, names, strict=True)
        )
        return ShownRow(row, cells)

    sections = tuple(
        (section.key, section.heading, tuple(map(shown, section.different)))
        for section in made.sections
        if section.different
    )
    equal = tuple(map(shown, made.equal))
    return ComparisonPage(
        tuple(
            Thing(view.name, who, f"/resources/{view.ctid}", _without(ctids, view.ctid))
            for view, who in zip(made.things, offered, strict=True)
        ),
        sections,
        equal,
        f"/search?{urlencode({'keep': ctids}, doseq=True)}" if len(ctids) < comparison.MOST else "",
        notes.all(),
        part(made.things, names),
    )


def _told_apart(names: Sequence[str], offered: Sequence[str]) -> list[str]:
    """What to call each thing briefly: by its name, or by who offers it where that alone tells them apart."""
    if len(set(names)) == len(names):
        return list(names)
    if all(offered) and len(set(offered)) == len(offered) and len(set(names)) == 1:
        return list(offered)
    return [", ".join(filter(None, pair)) for pair in zip(names, offered, strict=True)]


def _offered(made: Comparison) -> list[str]:
    """Who offers each thing: many have the same name."""
    rows = {row.term: row for row in made.rows}
    found = [""] * len(made.things)
    for term in ("ceterms:ownedBy", "ceterms:offeredBy"):
        if term in rows:
            found = [
                cell.words if cell.known else said for cell, said in zip(rows[term].cells, found, strict=True)
            ]
    return found


def _without(ctids: Sequence[str], ctid: str) -> str:
    left = [one for one in ctids if one != ctid]
    return f"/compare?ids={','.join(left)}" if len(left) >= comparison.LEAST else ""


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    ids = asked(request)
    try:
        page = comparison_page(comparison.compare(ids))
    except LearnworkError as error:
        return _refused(request, ids, error)
    return render(request, "web/compare.html", {"page": page})


def _refused(request: HttpRequest, ids: Sequence[str], error: LearnworkError) -> HttpResponse:
    """What went wrong, the things that can be compared, and a search that keeps them."""
    known = queries.captions([one for one in ids if is_ctid(one)])
    gone = str(error.data.get("ctid", ""))
    things = [(known[ctid][0], ctid) for ctid in dict.fromkeys(ids) if ctid in known and ctid != gone]
    kept = [ctid for _name, ctid in things][: comparison.MOST]
    context = {
        "error": error,
        "things": things[:20],
        "kept": kept,
        "others": f"/compare?ids={','.join(kept)}" if len(kept) >= comparison.LEAST and kept != ids else "",
        "nothing": not ids,
    }
    return render(request, "web/compare_refused.html", context, status=200 if not ids else status_of(error))
