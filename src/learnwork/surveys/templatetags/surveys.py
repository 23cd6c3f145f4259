"""Tables of the analysis in templates: each cell exactly as in the files, marked where it is no figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import template
from django.utils.translation import get_language, gettext

from learnwork.surveys.charts import Chart
from learnwork.surveys.design import say
from learnwork.surveys.tables import Column, Mark, Table, shown

register = template.Library()


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    head: bool = False
    figure: bool = False
    missing: bool = False


@register.filter
def columns(table: Table) -> list[Column]:
    """The columns that a page shows: keys of items are for programs, where a label stands beside them."""
    return [column for at, column in enumerate(table.columns) if at in _shown(table)]


def _shown(table: Table) -> list[int]:
    keys = [column.key for column in table.columns]
    return [at for at, key in enumerate(keys) if key != "item" or "label" not in keys]


@register.filter
def cells(table: Table) -> Iterator[list[ShownCell]]:
    """Rows of cells; the label heads its row, or the first cell where there is none."""
    keys = [column.key for column in table.columns]
    head = keys.index("label") if "label" in keys else 0
    places = _shown(table)
    for row in table.rows:
        yield [
            ShownCell(shown(row[at]), at == head, table.columns[at].figure, isinstance(row[at], Mark))
            for at in places
        ]


@register.filter
def said(text: str) -> str:
    """A text of the analysis, which marks it for translators, in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def in_language(text: Mapping[str, str]) -> str:
    """A text of a survey in the reader's language, or in the first one it has."""
    return say(text, get_language() or "en")


@register.filter
def charted(charts: Mapping[str, Chart], table: Table) -> list[Chart]:
    """The pictures that belong to a table: of the same key, or of a tree of likeness."""
    wanted = (
        [table.key] if table.key != "similarity" else [key for key in charts if key.startswith("dendrogram")]
    )
    return [charts[key] for key in wanted if key in charts]
