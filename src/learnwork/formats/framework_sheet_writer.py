"""A framework as a sheet that loads back: one row a competency, in the order given."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from learnwork.formats.model import Document
from learnwork.formats.sheet_cells import guarded
from learnwork.vocabulary.ctid import ctid_in
from learnwork.vocabulary.documents import caption, in_language, texts

HEADER = (
    "framework",
    "framework identifier",
    "identifier",
    "parent",
    "order",
    "code",
    "statement",
    "language",
    "label",
    "kind",
    "keywords",
    "notes",
)


def write_framework_csv(framework: Document, items: Iterable[Document], target: TextIO) -> int:
    """Write to a text stream opened with newline="" and UTF-8; returns the number of competencies."""
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEADER)
    name, own = caption(framework), str(framework["ceterms:ctid"])
    count = 0
    for count, one in enumerate(items, 1):
        statement = one.get("ceasn:competencyText")
        language = next(iter(statement), "") if isinstance(statement, dict) else ""
        cells = (
            name,
            own,
            str(one["ceterms:ctid"]),
            "; ".join(ctid_in(parent) or parent for parent in texts(one.get("ceasn:isChildOf"))),
            str(count),
            str(one.get("ceasn:codedNotation", "")),
            in_language(statement),
            "" if language == "und" else language,
            in_language(one.get("ceasn:competencyLabel")),
            in_language(one.get("ceasn:competencyCategory")),
            "; ".join(texts(one.get("ceasn:conceptKeyword"))),
            "\n\n".join(texts(one.get("ceasn:comment"))),
        )
        writer.writerow([guarded(cell) for cell in cells])
    return count
