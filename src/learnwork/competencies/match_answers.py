"""Matches and compared competencies as plain data: what the API answers and the commands print, from one place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learnwork.competencies.comparing_competencies import Compared, Has
from learnwork.competencies.expected import Thing
from learnwork.competencies.following import Changed
from learnwork.competencies.matches import Answer, Line, Match
from learnwork.competencies.questions import address, titled
from learnwork.competencies.reading_text import ReadText
from learnwork.competencies.standing import Standing


def answer_document(found: Answer, read: ReadText | None = None) -> dict[str, Any]:
    """read: where the question came from a text."""
    return {
        "held": found.question.held,
        "asked": [_thing(one) for one in found.asked],
        "work": [_thing(one) for one in found.work],
        "unmatched": [_thing(one) for one in found.unmatched],
        "address": f"/match?{address(found.question)}",
        "compared": {"programs": found.compared[0], "occupations": found.compared[1]},
        "as_of": _moment(found.as_of),
        "changed": [_changed(one) for one in found.changed],
        "programs": [match_document(one) for one in found.programs],
        "occupations": [match_document(one) for one in found.occupations],
        "read": _read(read) if read else None,
        "titled": [
            {**_thing(one.occupation), "title": one.title, "score": one.score, "taken": one.taken}
            for one in (titled(read) if read else ())
        ],
    }


def _read(read: ReadText) -> list[dict[str, Any]]:
    """Places in the text, in characters from 0: each with what it names."""
    found, at = [], 0
    for piece in read.pieces:
        end = at + len(piece.text)
        if piece.competency:
            place = {"start": at, "end": end, "ctid": piece.competency.ctid, "confidence": piece.confidence}
            found.append(place)
        at = end
    return found


def match_document(found: Match) -> dict[str, Any]:
    return {
        **_thing(found.thing),
        "kind": found.kind,
        "score": found.score,
        "share": found.share,
        "leads": found.leads,
        "leads_to": [_thing(one) for one in found.leads_to],
        "derived": found.derived,
        "through": found.through,
        "behind": found.behind,
        "silent": found.silent,
        "covered": [_line(one, rated=found.rated) for one in found.covered],
        "lacking": [_thing(one) for one in found.lacking],
        "programs": found.programs,
        "examples": [
            {"ctid": one.ctid, "name": one.name, "provider": one.provider} for one in found.examples
        ],
        "search": found.search,
    }


def why_document(found: Match) -> dict[str, Any]:
    """One match asked for alone."""
    changed = [_changed(one) for one in found.changed]
    return match_document(found) | {"as_of": _moment(found.as_of), "changed": changed}


def _changed(one: Changed) -> dict[str, Any]:
    return {
        "ctid": one.ctid,
        "name": one.name,
        "how": one.how.value,
        "now": _thing(one.now) if one.now else None,
        "before": one.before,
        "after": one.after,
        "on": _moment(one.on),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _line(line: Line, *, rated: bool) -> dict[str, Any]:
    least, middle, most = line.level or (None, None, None)
    return {
        **_thing(line.competency),
        "how": "asked" if rated else line.how.value,
        "derived": line.derived and not rated,
        "asking": line.asking,
        "of": line.of,
        "strength": line.strength,
        "level": {"median": middle, "least": least, "most": most} if line.level else None,
        "level_asked": line.asked_level,
        "profile": dict(line.profile) if line.profile else None,
        "via": _via(line.via, line.standing),
    }


def compared_document(found: Compared) -> dict[str, Any]:
    """things: what is known of each. rows: shared by how many, and how each thing has it, null where not known."""
    return {
        "note": "Levels alone make nothing equivalent.",
        "things": [
            {
                "ctid": one.ctid,
                "stated": one.stated,
                "expected": one.expected,
                "behind": one.behind,
                "silent": one.silent,
                "levels": {column: said.median for column, said in one.pattern.columns.items()}
                if one.pattern
                else None,
            }
            for one in found.things
        ],
        "rows": [
            {
                **_thing(row.competency),
                "has": row.has,
                "cells": [
                    _cell(cell, rated=thing.rated)
                    for cell, thing in zip(row.cells, found.things, strict=True)
                ],
            }
            for row in found.rows
        ],
    }


def _cell(cell: Has | None, *, rated: bool) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "how": "asked" if rated and cell.derived else cell.how.value,
        "derived": cell.derived and not rated,
        "asking": cell.asking,
        "of": cell.of,
        "via": _via(cell.via, cell.standing),
    }


def _via(thing: Thing | None, standing: Standing | None) -> dict[str, Any] | None:
    if thing is None or standing is None:
        return None
    return {
        **_thing(thing),
        "relation": standing.relation,
        "state": standing.state,
        "confidence": standing.confidence,
        "raters": list(standing.raters),
    }


def _thing(one: Thing) -> dict[str, Any]:
    return {"ctid": one.ctid, "name": one.name, "here": one.here}
