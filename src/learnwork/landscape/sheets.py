"""A map as CSV, one file of each kind of row; every CTID has its name beside it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from learnwork.formats.sheet_cells import guarded
from learnwork.landscape.model import Landscape

Cell = Callable[[Any, Landscape], object]
Rows = Callable[[Landscape], Iterable[Any]]


def sheets(landscape: Landscape) -> dict[str, str]:
    """Name of a file → CSV (RFC 4180). Cells that a sheet program would run are guarded."""
    return {name: sheet(landscape, name) for name in SHEETS}


def sheet(landscape: Landscape, name: str) -> str:
    """One file of `SHEETS`."""
    rows, columns = SHEETS[name]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows(landscape):
        writer.writerow([guarded(str(cell(row, landscape))) for cell in columns.values()])
    return stream.getvalue()


def _field(name: str) -> Cell:
    return lambda row, made: getattr(row, name)


def _name(name: str) -> Cell:
    return lambda row, made: called(made, getattr(row, name))


def _names(name: str) -> Cell:
    return lambda row, made: "; ".join(called(made, ctid) for ctid in getattr(row, name))


def _flag(so: bool) -> str:
    return "yes" if so else "no"


def called(made: Landscape, ctid: str) -> str:
    """The name of an entry, party, goal, block or topic; a party known by its name only is called by that."""
    known = made.entries.get(ctid) or made.parties.get(ctid)
    if known:
        return known.name
    goals = {goal.ctid: goal.label for goal in made.scheme.goals}
    return goals.get(ctid) or made.labels.get(ctid) or ctid.removeprefix("name:")


_SPAN: Mapping[str, Cell] = {
    "start": lambda row, made: row.span.start,
    "end": lambda row, made: row.span.end,
}
_SAID: Mapping[str, Cell] = {
    "proposed": lambda row, made: _flag(row.said.proposed),
    "derived": lambda row, made: _flag(row.said.derived),
    "sources": lambda row, made: "; ".join(row.said.citations),
}
_ENTRY: Mapping[str, Cell] = {"entry": _field("entry"), "entry_name": _name("entry")}
SHEETS: Mapping[str, tuple[Rows, Mapping[str, Cell]]] = {
    "entries.csv": (
        lambda made: made.entries.values(),
        {
            **{name: _field(name) for name in ("ctid", "key", "name", "kind", "status")},
            **_SPAN,
            **{name: _names(name) for name in ("goals", "blocks", "topics")},
            "states": lambda row, made: "; ".join(row.places),
            "parent": _name("parent"),
            "url": _field("url"),
            "reviewed_on": _field("reviewed_on"),
            "description": _field("description"),
            "proposed": lambda row, made: "; ".join(sorted(row.proposed)),
            "sources": _SAID["sources"],
        },
    ),
    "organizations.csv": (
        lambda made: made.parties.values(),
        {
            **{name: _field(name) for name in ("ctid", "name", "kind")},
            "parent": _name("parent"),
            "names": lambda row, made: "; ".join(name.text for name in row.names),
            **_SAID,
        },
    ),
    "roles.csv": (
        lambda made: made.roles,
        {**_ENTRY, "party": _field("party"), "party_name": _name("party"), "role": _field("kind")}
        | {**_SPAN, **_SAID},
    ),
    "grants.csv": (
        lambda made: made.grants,
        {
            "grant": _field("ctid"),
            "funder": _field("funder"),
            "funder_name": _name("funder"),
            **_ENTRY,
            "recipient": _name("recipient"),
            "amount": lambda row, made: "" if row.amount is None else f"{row.amount:f}",
            "currency": _field("currency"),
            "amount_type": _field("amount_type"),
            "amount_words": _field("words"),
            "sum_of": _field("number"),
            "each": lambda row, made: "" if row.each is None else f"{row.each:f}",
            "pooled": lambda row, made: "" if row.pooled is None else f"{row.pooled:f}",
            "pooled_with": _names("pooled_with"),
            "given_by_entry": lambda row, made: _flag(row.given_by_entry),
            **_SPAN,
            "duration": _field("duration"),
            "stated_on": _field("stated_on"),
            "regrant_of": _field("regrant_of"),
            "passes_on": _names("passes_on"),
            **_SAID,
        },
    ),
    "ties.csv": (
        lambda made: made.ties,
        {**_ENTRY, "tie": _field("kind"), "other": _field("other"), "other_name": _name("other")}
        | {"declared_by": _names("declared_by"), **_SPAN, **_SAID},
    ),
    "milestones.csv": (
        lambda made: made.milestones,
        {
            **_ENTRY,
            "milestone": _field("name"),
            "first_plan": lambda row, made: row.plans[0].date,
            "plan": lambda row, made: row.plans[-1].date,
            "reason": lambda row, made: row.plans[-1].reason,
            "actual": _field("actual"),
            **_SAID,
        },
    ),
    "stages.csv": (
        lambda made: made.stages,
        {
            **_ENTRY,
            **{name: _field(name) for name in ("period", "position", "low", "high")},
            "forecast": lambda row, made: _flag(row.forecast),
            "issued": _field("issued"),
            **_SAID,
        },
    ),
}
