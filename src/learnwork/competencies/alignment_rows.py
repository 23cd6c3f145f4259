"""Aligned pairs as rows of a sheet and as data: relation, state, rater, date, method, confidence, rationale of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from learnwork.competencies import pairs
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.pairs import Asked, Pair, Shown
from learnwork.formats.sheet_cells import guarded

HEAD = (
    "number",
    "source",
    "source_scheme",
    "source_name",
    "source_framework",
    "relation",
    "target",
    "target_scheme",
    "target_name",
    "target_framework",
    "state",
    "confidence",
    "rater",
    "date",
    "received",
    "method",
    "licence",
    "note",
    "disputed",
)
_PIECE = 500


def every(asked: Asked) -> Iterator[Pair]:
    """All pairs that are asked for, read in pieces."""
    after = 0
    while piece := pairs.listed(asked, after, _PIECE):
        yield from piece
        after = piece[-1].row.pk


def lines(found: Iterable[Pair]) -> Iterator[str]:
    """CSV, a line a pair, heading first. Its columns are those that `learnwork align load` reads."""
    yield _line(HEAD)
    for one in found:
        row = one.row
        yield _line(
            (
                row.pk,
                row.source_key,
                row.source_scheme,
                one.source.name,
                one.source.within,
                one.standing.relation,
                row.target_key,
                row.target_scheme,
                one.target.name,
                one.target.within,
                one.standing.state,
                "" if one.standing.confidence is None else one.standing.confidence,
                row.rater_name,
                row.said_on.isoformat() if row.said_on else "",
                row.made_at.date().isoformat(),
                row.method,
                row.origin.licence if row.origin else "",
                row.rationale,
                "yes" if one.standing.disputed else "",
            )
        )


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([guarded(str(cell)) for cell in cells])
    return out.getvalue()


def document(one: Pair) -> dict[str, Any]:
    """A pair with the word that counts, for programs: JSON values only."""
    return {
        "source": _end(one.source, one.row.source_scheme),
        "target": _end(one.target, one.row.target_scheme),
        "relation": one.standing.relation,
        "state": one.standing.state,
        "confidence": one.standing.confidence,
        "disputed": one.standing.disputed,
        "word": word(one.row),
    }


def word(row: Alignment) -> dict[str, Any]:
    """What one rater said. reasons: of a method, with the part of the score that each carries."""
    return {
        "number": row.pk,
        "relation": row.relation,
        "state": row.state,
        "rater": row.rater_name,
        "kind": row.get_rank_display(),
        "date": row.said_on.isoformat() if row.said_on else None,
        "received": row.made_at.date().isoformat(),
        "method": row.method,
        "confidence": row.confidence,
        "rationale": row.rationale,
        "reasons": [{"reason": key, "weight": weight} for key, weight in row.reasons],
        "licence": row.origin.licence if row.origin else None,
        "superseded_at": row.superseded_at.isoformat() if row.superseded_at else None,
    }


def _end(one: Shown, scheme: str) -> dict[str, Any]:
    """ctid is null while the end is open. retired: key is of an edition before, and ctid and name are what it became;
    wider: together with other codes."""
    return {
        "ctid": one.ctid or None,
        "scheme": scheme,
        "key": one.key,
        "name": one.name,
        "framework": one.within,
        "framework_name": one.within_name,
        "retired": bool(one.since),
        "wider": one.wider,
    }
