"""Declaring what the gap map covers and where somebody looked; and reading what was declared."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says
from learnwork.landscape.models import GapDeclaration
from learnwork.vocabulary.errors import LearnworkError

if TYPE_CHECKING:
    from learnwork.accounts.models import User

# No map has so many cells; a run-away script would.
MOST = 20_000


class BadDeclarationError(LearnworkError):
    """A declaration about the gap map that cannot be made."""

    code = "gap-declaration-bad"


def declared(rows: RowAxis, columns: ColumnAxis) -> list[Declaration]:
    """What was declared of one map of gaps, the oldest first."""
    found = GapDeclaration.objects.filter(rows=rows, columns=columns).order_by("pk")
    return [
        Declaration(rows, columns, one.row, one.column, Says(one.says), one.on, one.note, one.pk)
        for one in found
    ]


def declare(said: Declaration, by: User | None) -> GapDeclaration:
    """Keep a declaration. It changes no fact and no earlier declaration, and goes before the latter.

    Raises BadDeclarationError of a day that is still to come, or of too many declarations.
    """
    if said.on > today():
        raise BadDeclarationError(
            f"{said.on.isoformat()} is still to come; nobody can have looked then.",
            hint="Give the day on which it was checked or decided.",
        )
    if GapDeclaration.objects.count() >= MOST:
        raise BadDeclarationError(
            f"There are {MOST:,} declarations already.",
            hint="Declare whole rows or columns instead of cells.",
        )
    return GapDeclaration.objects.create(
        rows=said.rows,
        columns=said.columns,
        row=said.row[:300],
        column=said.column[:300],
        says=said.says,
        on=said.on,
        note=" ".join(said.note.split())[:500],
        made_at=timezone.now(),
        made_by=by,
    )


def state() -> str:
    """What pages of gaps depend on beside the registry."""
    last = GapDeclaration.objects.order_by("-pk").values_list("pk", flat=True).first()
    return str(last or 0)


def log(rows: RowAxis, columns: ColumnAxis, row: str, column: str) -> list[GapDeclaration]:
    """Everything that was ever declared of a cell, the newest first."""
    found = GapDeclaration.objects.filter(
        rows=rows, columns=columns, row__in=("", row), column__in=("", column)
    )
    return list(found.select_related("made_by").order_by("-pk"))


def today() -> date:
    """The day on which the site stands."""
    return timezone.localdate()
