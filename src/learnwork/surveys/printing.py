"""A report as PDF, set by typst from the same tables as the page. The text goes in as data, never as markup.

In the survey's first language, where the texts are there in it; tagged, with words for every picture (PDF/UA-1).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from learnwork.surveys.charts import Chart
from learnwork.surveys.services import language_of
from learnwork.surveys.tables import Column, Table

if TYPE_CHECKING:
    from learnwork.surveys.reports import Report

# Tables that grow with the number of respondents are printed up to so many; files have them whole.
MOST_ON_PAPER = 30
# Shares of a line that columns take; others take 1 for a figure, 2 for words.
_WIDTHS = {"label": 7.0, "category": 3.0, "certain": 2.5, "band": 2.0, "contradiction": 6.0, "said": 4.0}
_NARROW = 0.9
_LONGEST = 36  # characters of a name that stands upright
_TALLEST = 0.52  # height of a picture over the length of a line
_GROWING = {"grid", "similarity"}


def pdf(report: Report) -> bytes:
    """The printed report, one section a table."""
    language = language_of(report.survey)
    with translation.override(language):
        made = {"title": report.title, "language": language.partition("-")[0], **_body(report)}
    template = files("learnwork.surveys").joinpath("report.typ").read_bytes()
    return bytes(
        typst.compile(template, format="pdf", sys_inputs={"report": json.dumps(made)}, pdf_standards=["ua-1"])
    )


def _body(report: Report) -> dict[str, Any]:
    found = report.found
    lines = [
        _("%(responded)s of %(invited)s invited responded.")
        % {"responded": found.responded, "invited": found.invited},
        _("Most common: at least %(most)s. Least common: at most %(least)s.")
        % {"most": report.limits.most, "least": report.limits.least},
        *([_("They were chosen, not sampled: what they say is about them.")] if found.chosen else []),
        *report.notes,
    ]
    tables = []
    large = len(report.named.respondents) > MOST_ON_PAPER
    for key in report.table_keys():
        if large and key in _GROWING:
            continue
        if (table := report.table(key)) is not None and table.rows:
            tables.append(_table(table, report.charts_of(key)))
    if large:
        lines.append(_("Tables of each respondent are in the files, because they are too large for paper."))
    return {"lines": lines, "tables": tables}


def _table(table: Table, charts: Sequence[Chart]) -> dict[str, Any]:
    """As on the page: keys are for programs, and left out where a label stands beside them."""
    keys = [column.key for column in table.columns]
    places = [at for at, key in enumerate(keys) if key != "item" or "label" not in keys]
    columns = [_column(table.columns[at]) for at in places]
    return {
        "title": _(table.title),
        "pictures": [_picture(one) for one in charts],
        "columns": columns,
        "size": 8.5 if len(columns) < 9 else 7 if len(columns) < 16 else 6,
        "rows": [[_(row[at]) if row[at] else "" for at in places] for row in table.texts()],
        "notes": list(table.notes),
    }


def _picture(chart: Chart) -> dict[str, Any]:
    """Its drawing, at most 70% of the line wide and as tall as the paper lets it be."""
    svg = chart.svg()
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    wide = float(size[1]) / float(size[2]) * _TALLEST if size else 1.0
    return {"svg": svg, "alt": f"{chart.title}. {chart.caption}", "width": round(100 * min(0.7, wide), 1)}


def _column(column: Column) -> dict[str, Any]:
    upright = column.key.startswith("respondent_")
    label = _(column.label) if column.label else ""
    return {
        "label": f"{label[:_LONGEST]}…" if upright and len(label) > _LONGEST else label,
        "figure": column.figure,
        "upright": upright,
        "width": _NARROW if upright else _WIDTHS.get(column.key, 1.0 if column.figure else 2.0),
    }
