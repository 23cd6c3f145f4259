"""The guide as PDF, set by typst from the frozen copy alone. The text goes in as data, never as markup.

Tagged (PDF/UA-1), with page numbers, an outline and links within; nothing in it is told by colour alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import typst
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

import learnwork
from learnwork.landscape import edition_words, editions
from learnwork.landscape.differing import Difference, Group
from learnwork.landscape.guide import Guide, Sheet, guide
from learnwork.landscape.model import Grant, Said, Span, Stage
from learnwork.landscape.models import EditionPrint, FrozenEdition
from learnwork.landscape.portfolio import FunderRow
from learnwork.landscape.progress import Matrix, stage_text
from learnwork.landscape.trends import Trends
from learnwork.landscape.wording import backward, worded
from learnwork.vocabulary.terms import label

# Lines of one group of changes that are printed; the page and the files have them whole.
MOST_CHANGES = 60
_STAGES = (
    (1, "Drawing board"),
    (2, "Under construction"),
    (3, "In testing"),
    (4, "Scaling"),
    (5, "Sustainable"),
)


def kept(copy: FrozenEdition, language: str = "en") -> bytes:
    """The print, from the shelf where this version of the program has set it already."""
    rows = EditionPrint.objects.filter(frozen=copy, language=language, version=learnwork.__version__)
    if (row := rows.first()) is not None:
        return bytes(row.body)
    former = editions.before(copy.edition)
    made = guide(editions.by_digest(copy.digest), editions.frozen(former) if former else None)
    body = pdf(made, copy.digest, language)
    try:
        with transaction.atomic():
            EditionPrint.objects.filter(frozen=copy, language=language).delete()
            EditionPrint.objects.create(
                frozen=copy, language=language, version=learnwork.__version__, body=body
            )
    except IntegrityError:
        pass  # Somebody printed it at the same moment; the two say the same.
    return body


def pdf(made: Guide, digest: str, language: str = "en") -> bytes:
    """The printed guide. digest: of the copy it is made from, which the cover shows."""
    with translation.override(language):
        told = {"digest": digest, "language": language.partition("-")[0], "words": _words(), **_body(made)}
    template = files("learnwork.landscape").joinpath("guide.typ").read_bytes()
    return bytes(
        typst.compile(template, format="pdf", sys_inputs={"guide": json.dumps(told)}, pdf_standards=["ua-1"])
    )


def _body(made: Guide) -> dict[str, Any]:
    frozen = made.frozen
    return {
        "title": frozen.title,
        "number": frozen.number,
        "as_of": frozen.as_of,
        "frozen_at": frozen.frozen_at[:10],
        "note": [line for line in frozen.note.splitlines() if line.strip()],
        "corrects": frozen.corrects,
        "correction": frozen.correction,
        "entries": len(frozen.landscape.entries),
        "rule": edition_words.rule_words(frozen.rule),
        "scheme": frozen.landscape.scheme.title,
        "by_goal": made.by_goal,
        "parts": [_part(part, made.by_goal) for part in made.parts],
        "matrix": _matrix(made.matrix),
        "sheets": [_sheet(one) for one in made.sheets],
        "gaps": _gaps(made),
        "funders": [_funder(one) for one in made.funders],
        "former": made.former.number if made.former else "",
        "trends": _trends(made.trends) if made.trends else [],
        "compared": _compared(made.trends) if made.trends else "",
        "changes": _changes(made.difference) if made.difference else [],
        "index": [_listed(one.name, one.entries) for one in made.index],
        "not_updated": [
            {"name": one.name, "link": _anchor(one.ctid), "on": one.reviewed_on or _("never")}
            for one in made.not_updated
        ],
        "left_out": [{"name": one.name, "why": edition_words.left_out_words(one)} for one in frozen.left_out],
        "sources": [{"name": name, "licence": licence} for name, licence in frozen.sources],
    }


def _anchor(ctid: str) -> str:
    """A label of typst."""
    return "e-" + "".join(one if one.isalnum() else "-" for one in ctid)


def _part(part: Any, by_goal: bool) -> dict[str, Any]:
    label = part.label or (_("No goal") if by_goal else _("No building block"))
    return {
        "label": label,
        "entries": [{"name": one.name, "link": _anchor(one.ctid)} for one in part.entries],
    }


def _matrix(matrix: Matrix) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for row in matrix.rows:
        name = {"name": row.entry.name, "link": _anchor(row.entry.ctid)}
        cells = [_cell(cell.stage) for cell in row.cells]
        rows.append({**name, "cells": cells, "loose": [stage_text(stage) for stage in row.loose]})
    return {
        "periods": list(matrix.periods),
        "line": matrix.line,
        "rows": [row for row in rows if any(cell["mark"] != "none" for cell in row["cells"])],
        "loose": [row for row in rows if row["loose"]],
        "silent": len(matrix.silent),
        "stages": [{"level": level, "label": _(label)} for level, label in _STAGES],
    }


def _cell(stage: Stage | None) -> dict[str, Any]:
    if stage is None:
        return {"mark": "none", "text": "–", "low": 0}
    mark = "forecast" if stage.forecast else "recorded"
    return {"mark": mark, "text": stage_text(stage), "low": stage.low}


def _sheet(one: Sheet) -> dict[str, Any]:
    entry = one.entry
    rows = [
        (_("When"), _span(entry.span)),
        (_("Part of"), one.parent),
        (_("Goals"), "; ".join(one.goals)),
        (_("Building blocks"), "; ".join(one.blocks)),
        (_("Topics"), "; ".join(one.topics)),
        (_("Where"), ", ".join(entry.places)),
        *((str(edition_words.ROLES[kind]), _takings(held)) for kind, held in one.roles),
        (
            _("Ties"),
            "; ".join(
                f"{backward(t.kind) if back else worded(t.kind)} {n}{_marks(t.said)}"
                for n, t, back in one.ties
            ),
        ),
    ]
    return {
        "name": entry.name,
        "label": _anchor(entry.ctid),
        "kind": worded(entry.kind),
        "status": worded(entry.status) if entry.status else "",
        "description": entry.description,
        "url": entry.url,
        "proposed": _("Not published by those cited: %(what)s.")
        % {"what": ", ".join(sorted(label(term) for term in entry.proposed))}
        if entry.proposed
        else "",
        "updated": one.updated,
        "reviewed_on": entry.reviewed_on,
        "rows": [{"head": head, "text": text} for head, text in rows if text],
        "stages": [{**_cell(stage), "period": stage.period} for stage in one.stages],
        "milestones": [_milestone(each.actual, each.plans[-1].date, each.name) for each in one.milestones],
        "grants": [
            f"{name or _('not stated')}: {_money(grant)}{_marks(grant.said)}" for name, grant in one.grants
        ],
        "sources": list(entry.said.citations),
    }


def _milestone(actual: str, planned: str, name: str) -> dict[str, str]:
    when = actual or (_("planned %(day)s") % {"day": planned} if planned else _("not dated"))
    return {"when": when, "name": name}


def _takings(held: Iterable[Any]) -> str:
    said = []
    for one in held:
        span = _span(one.role.span)
        said.append((f"{one.name} ({span})" if span else one.name) + _marks(one.role.said))
    return "; ".join(said)


def _marks(said: Said) -> str:
    """What nobody cited says so, in words."""
    marks = [words for words, so in ((_("proposed"), said.proposed), (_("derived"), said.derived)) if so]
    return f" [{', '.join(marks)}]" if marks else ""


def _span(span: Span) -> str:
    if not (span.start or span.end):
        return ""
    return f"{span.start or '…'} – {span.end or '…'}"


def _money(grant: Grant) -> str:
    amount = _("amount not stated") if grant.amount is None else f"{grant.amount:,f} {grant.currency}".strip()
    kind = f" ({worded(grant.amount_type)})" if grant.amount is not None else ""
    span = _span(grant.span)
    return f"{amount}{kind}" + (f", {span}" if span else "")


def _gaps(made: Guide) -> dict[str, Any]:
    standing = {"none found": _("none found"), "out of scope": _("out of scope"), "not checked": "·"}
    return {
        "heads": [worded(head.label) for head in made.gaps.heads],
        "lines": [
            {
                "head": line[0].row.label,
                "cells": [
                    {"text": str(len(cell.entries)) if cell.entries else standing[cell.standing]}
                    | {"found": bool(cell.entries)}
                    for cell in line
                ],
            }
            for line in made.gaps.lines
            if line
        ],
        "unplaced": len(made.gaps.unplaced),
    }


def _funder(row: FunderRow) -> dict[str, Any]:
    given = row.money.given
    sums = [f"{one.amount:,f} {one.currency} ({worded(one.amount_type)})" for one in given.sums]
    text = "; ".join(sums) or _("not known")
    if given.missing:
        text += " " + _("(%(k)s of %(n)s amounts missing)") % {"k": given.missing, "n": given.grants}
    return {"name": row.funder.name, "entries": row.entries, "alone": row.alone, "money": text}


def _compared(found: Trends) -> str:
    return _(
        "Compared are the %(n)s entries that are in both; left out are %(before)s that are only in the former and"
        " %(after)s that are only in the later."
    ) % {"n": found.same, "before": found.only_before, "after": found.only_after}


def _trends(found: Trends) -> list[dict[str, str]]:
    rows = [
        {
            "what": str(edition_words.TRENDS[one.key]),
            "before": _("%(k)s of %(n)s") % {"k": one.before, "n": one.n},
            "after": _("%(k)s of %(n)s") % {"k": one.after, "n": one.n},
        }
        for one in found.counts
        if one.n
    ]
    for middle in found.middles:
        texts = [
            f"{float(one.median):g} ({float(one.lower):g}–{float(one.upper):g}, n = {one.n})"
            for one in (middle.before, middle.after)
        ]
        what = _("%(what)s, median") % {"what": edition_words.TRENDS[middle.key]}
        rows.append({"what": what, "before": texts[0], "after": texts[1]})
    return rows


def _changes(found: Difference) -> list[dict[str, Any]]:
    """Each group with a line for each subject, which tells all that changed of it."""
    groups = []
    for group in Group:
        rows = found.of(group)
        lines: dict[tuple[str, str], list[dict[str, str]]] = {}
        for one in rows:
            told = {"kind": edition_words.kind_words(one.kind), "text": edition_words.change_words(one)}
            lines.setdefault((one.name, one.subject), []).append(told)
        if rows:
            printed = [{"name": name, "told": told} for (name, _subject), told in lines.items()]
            more = max(0, len(printed) - MOST_CHANGES)
            heading = f"{edition_words.GROUPS[group]} ({len(rows)})"
            groups.append({"heading": heading, "lines": printed[:MOST_CHANGES], "more": more})
    return groups


def _listed(name: str, entries: Iterable[tuple[str, str, tuple[Any, ...]]]) -> dict[str, Any]:
    return {
        "name": name,
        "entries": [
            {"name": called, "link": _anchor(ctid), "roles": ", ".join(worded(kind) for kind in kinds)}
            for ctid, called, kinds in entries
        ],
    }


def _words() -> dict[str, str]:
    """Headings and sentences of the print in the language in force."""
    return {
        "edition": _("Edition"),
        "as_of": _("As of"),
        "frozen": _("Frozen"),
        "digest": _("Digest (SHA-256) of the frozen copy"),
        "corrects": _("Corrects edition"),
        "contents": _("Contents"),
        "how": _("How to read this guide"),
        "how_stages": _(
            "A stage is recorded where somebody reported it, and forecast where it was foreseen for a year to come."
            " A dash says that nothing is reported, which says nothing about the work. The heavy line is the day of"
            " this edition. Two numbers are a stage between two."
        ),
        "how_gaps": _(
            "In the gap map a number counts entries; “none found” stands only where somebody looked; a dot says that"
            " nobody did."
        ),
        "how_money": _(
            "Money is what sources state. What is not stated is not known and never a zero; currencies and kinds of"
            " amounts are not added to each other, and what a pooled fund passes on is not counted again."
        ),
        "which": _("Which entries are in it"),
        "goals": _("Entries by goal"),
        "blocks": _("Entries by building block"),
        "matrix": _("Stages by year"),
        "entry": _("Entry"),
        "recorded": _("recorded"),
        "forecast": _("forecast"),
        "none": _("no report"),
        "loose": _("Stages whose years are lost, in their order"),
        "silent": _("Entries of which nothing is reported:"),
        "initiatives": _("The entries, one by one"),
        "stages": _("Stages"),
        "milestones": _("Milestones"),
        "grants": _("Grants"),
        "sources": _("Sources"),
        "not_reviewed": _("Not updated within its period; last reviewed:"),
        "never": _("never"),
        "gaps": _("Where nobody works"),
        "unplaced": _("Entries that have no place in this table:"),
        "funders": _("Funders"),
        "funder": _("Funder"),
        "count": _("Entries"),
        "alone": _("Alone"),
        "money": _("Own money that is known"),
        "changes": _("Changes since edition"),
        "before": _("before"),
        "after": _("after"),
        "same": _("Of the same entries"),
        "more": _("more, in the file of this edition"),
        "index": _("Index of organizations"),
        "not_updated": _("Entries not updated"),
        "reviewed": _("last reviewed"),
        "left_out": _("Not in this edition"),
        "nothing": _("None."),
    }
