"""The map of gaps, the page of one of its cells, and the form by which curators declare what was checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learnwork.intake.access import curator, curators_only
from learnwork.landscape import declaring, gapmap
from learnwork.landscape.answering import Asked, ask
from learnwork.landscape.downloads import download
from learnwork.landscape.filters import Params
from learnwork.landscape.gapforms import DeclarationForm
from learnwork.landscape.gapmap import ColumnAxis, GapMap, RowAxis, Standing
from learnwork.landscape.narrowing import label_of, narrowing
from learnwork.landscape.progress_pages import STAGES, as_of
from learnwork.landscape.shelves import shelves
from learnwork.layout.pages import page

ROWS = {RowAxis.GOAL: gettext_lazy("goals"), RowAxis.BLOCK: gettext_lazy("building blocks")}
COLUMNS = {
    ColumnAxis.STAKEHOLDER: gettext_lazy("types of stakeholders"),
    ColumnAxis.STATE: gettext_lazy("places"),
    ColumnAxis.STAGE: gettext_lazy("stages"),
    ColumnAxis.FUNDER: gettext_lazy("funders"),
}
STANDINGS = {
    Standing.FOUND: gettext_lazy("with entries"),
    Standing.NONE_FOUND: gettext_lazy("none found"),
    Standing.OUT_OF_SCOPE: gettext_lazy("out of scope"),
    Standing.NOT_CHECKED: gettext_lazy("not checked"),
}
Axis = TypeVar("Axis", bound=StrEnum)


def axes(params: Params) -> tuple[RowAxis, ColumnAxis]:
    """The two axes of an address; building blocks by stakeholders where it names none that there is."""
    return (
        _axis(RowAxis, params.get("rows"), RowAxis.BLOCK),
        _axis(ColumnAxis, params.get("columns"), ColumnAxis.STAKEHOLDER),
    )


def gap_map_of(params: Params, asked: Asked) -> tuple[GapMap, date]:
    """The map of gaps that an address asks for, and its as-of day."""
    rows, columns = axes(params)
    day = as_of(params, asked)

    def label(axis: str, key: str) -> str:
        if axis == ColumnAxis.STAGE:
            return f"{key} {STAGES[int(key)]}"
        if axis == ColumnAxis.STAKEHOLDER:
            return _(key)
        if axis == RowAxis.BLOCK:
            return asked.whole.labels.get(key) or blocks.get(key, key)
        return label_of(axis, key, asked.whole)

    blocks = {block.ctid: block.name for block in shelves().blocks}
    if asked.frozen:  # what was no building block yet when it was frozen is no row of it
        blocks = {ctid: name for ctid, name in blocks.items() if ctid in asked.whole.labels}
    known = list(blocks) if rows is RowAxis.BLOCK else [goal.ctid for goal in asked.whole.scheme.goals]
    declared = list(asked.frozen.declarations) if asked.frozen else declaring.declared(rows, columns)
    return gapmap.gap_map(asked.shown, rows, columns, declared, known=known, as_of=day, label=label), day


@page
def gaps(request: HttpRequest) -> HttpResponse:
    asked = ask(request.GET)
    made, day = gap_map_of(request.GET, asked)
    also = {"rows": str(made.rows), "columns": str(made.columns)}
    kept = asked.filter.to_params()
    context = {
        "narrowing": narrowing(asked.filter, asked.whole, request.path, also),
        "gaps": made,
        "scheme": asked.whole.scheme,
        "as_of": day,
        "tally": [(STANDINGS[standing], number) for standing, number in made.tally.items()],
        "row_choices": [(ROWS[one], _address(kept, one, made.columns), one is made.rows) for one in RowAxis],
        "column_choices": [
            (COLUMNS[one], _address(kept, made.rows, one), one is made.columns) for one in ColumnAxis
        ],
        "query": request.GET.urlencode(),
        "words": {str(key): words for key, words in STANDINGS.items()},
        **_HERE,
    }
    return render(request, "landscape/gaps.html", context)


@page
def gap_sheet(request: HttpRequest) -> HttpResponse:
    """The map of gaps as CSV, one line for each cell."""
    made, _day = gap_map_of(request.GET, ask(request.GET))
    head = (
        "row",
        "row_name",
        "column",
        "column_name",
        "standing",
        "number",
        "entries",
        "declared_on",
        "note",
    )
    return download("gaps", head, _lines(made))


@page
def cell(request: HttpRequest) -> HttpResponse:
    """One cell: its entries, what was declared of it and by whom, and for curators the form to declare."""
    asked = ask(request.GET)
    made, _day = gap_map_of(request.GET, asked)
    found = made.cell(request.GET.get("row", "")[:300], request.GET.get("column", "")[:300])
    if found is None:
        raise Http404
    first = {
        "rows": made.rows,
        "columns": made.columns,
        "row": found.row.key,
        "column": found.column.key,
        "on": declaring.today(),
    }
    user = request.user
    context = {
        "cell": found,
        "words": STANDINGS[found.standing],
        "back": _address(asked.filter.to_params(), made.rows, made.columns),
        "edition": asked.filter.edition,
        "log": []
        if asked.frozen
        else declaring.log(made.rows, made.columns, found.row.key, found.column.key),
        "form": DeclarationForm(initial=first)
        if getattr(user, "may_curate", False) and not asked.frozen
        else None,
        **_HERE,
    }
    return render(request, "landscape/gap_cell.html", context)


@curators_only
def declare(request: HttpRequest) -> HttpResponse:
    """Keep what a curator declares of a cell, its row, its column, or all."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("landscape-gaps"))
    form = DeclarationForm(request.POST)
    if not form.is_valid():
        return render(request, "landscape/gap_declare.html", {"form": form, **_HERE}, status=400)
    said = form.declaration()
    declaring.declare(said, curator(request))
    messages.success(request, _("It is declared."))
    query = urlencode({"rows": said.rows, "columns": said.columns})
    return HttpResponseRedirect(f"{reverse('landscape-gaps')}?{query}")


def _lines(made: GapMap) -> Iterator[tuple[object, ...]]:
    for line in made.lines:
        for one in line:
            said = one.declaration
            entries = " ".join(entry.ctid for entry in one.entries)
            yield (
                *(one.row.key, one.row.label, one.column.key, one.column.label, str(one.standing)),
                *(len(one.entries), entries, said.on.isoformat() if said else "", said.note if said else ""),
            )


def _axis(kind: type[Axis], value: object, default: Axis) -> Axis:
    return next((one for one in kind if one == value), default)


def _address(kept: dict[str, list[str]], rows: RowAxis, columns: ColumnAxis) -> str:
    query = urlencode({**kept, "rows": [rows], "columns": [columns]}, doseq=True)
    return f"{reverse('landscape-gaps')}?{query}"


_HERE = {"here": "landscape", "at": "gaps"}

urls: list[URLPattern | URLResolver] = [
    path("landscape/gaps", gaps, name="landscape-gaps"),
    path("landscape/gaps.csv", gap_sheet, name="landscape-gaps-sheet"),
    path("landscape/gaps/cell", cell, name="landscape-gap-cell"),
    path("landscape/gaps/declare", declare, name="landscape-gap-declare"),
]
