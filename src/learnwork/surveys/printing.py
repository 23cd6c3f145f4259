"""A report as PDF, set by typst from the same tables as the page. The text goes in as data, never as markup."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from learnwork.surveys.reports import Report


def pdf(report: Report) -> bytes:
    """The printed report: tagged PDF, one section a table."""
    made = {
        "title": report.title,
        "lines": [
            f"Invited {report.found.invited}, responded {report.found.responded}.",
            f"Most common: at least {report.limits.most}. Least common: at most {report.limits.least}.",
            "The respondents were chosen, not sampled." if report.found.chosen else "",
            *report.notes,
        ],
        "tables": [
            {
                "title": table.title,
                "columns": [column.label for column in table.columns],
                "figures": [column.figure for column in table.columns],
                "rows": table.texts(),
                "notes": list(table.notes),
            }
            for table in report.tables()
        ],
    }
    template = files("learnwork.surveys").joinpath("report.typ").read_bytes()
    return bytes(typst.compile(template, format="pdf", sys_inputs={"report": json.dumps(made)}))
