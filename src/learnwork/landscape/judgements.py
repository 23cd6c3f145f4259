"""What curators ruled beside the facts, for the file of `exporting`: pairs of entries, gaps, words that are no terms.

    {"pairs": [{"kind": "different", "first": "ce-…", "second": "ce-…", "reason": "…"}],
     "gaps": [{"rows": "goal", "columns": "state", "row": "ce-…", "column": "", "says": "checked", "on": "2026-05-01",
               "note": "…"}],
     "words": ["open badge"]}

Only what stands goes out: rulings that were undone, declarations that a later one of the same extent replaced, authors
and times stay here. Gaps keep the order in which they were declared, which decides between a row and a column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from learnwork.landscape import canonical, declaring, services_library
from learnwork.landscape.canonical import BadLandscapeError
from learnwork.landscape.checks import LONGEST
from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says
from learnwork.landscape.models import GapDeclaration, NoTerm, Ruling
from learnwork.registry.models import Envelope, Resource

if TYPE_CHECKING:
    from learnwork.accounts.models import User


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PairShape(_Shape):
    kind: Ruling.Kind
    first: str
    second: str
    reason: str = Field(max_length=LONGEST)


class GapShape(_Shape):
    rows: RowAxis
    columns: ColumnAxis
    row: str = Field(max_length=300)
    column: str = Field(max_length=300)
    says: Says
    on: date
    note: str = Field(max_length=500)


class Judgements(_Shape):
    """words: as they were listed."""

    pairs: tuple[PairShape, ...] = Field(default=(), max_length=declaring.MOST)
    gaps: tuple[GapShape, ...] = Field(default=(), max_length=declaring.MOST)
    words: tuple[str, ...] = Field(default=(), max_length=declaring.MOST)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all of it."""
        return hashlib.sha256(canonical.canonical(self.model_dump(mode="json"))).hexdigest()


def standing(ids: Collection[int]) -> Judgements:
    """What stands now. ids: resources whose pairs go out; those of whom nobody speaks any more do not."""
    words = tuple(sorted(services_library.waved_away()))
    return Judgements(pairs=tuple(_pairs(ids)), gaps=tuple(_gaps()), words=words)


def _pairs(ids: Collection[int]) -> list[PairShape]:
    """As they were ruled: a merger of one of the two changes whom a ruling is about, and not what it says."""
    said = Envelope.objects.filter(superseded_at=None, withdrawn_at=None, resource_id__in=ids)
    spoken_of = set(said.values_list("resource_id", flat=True))
    made = []
    for row in Ruling.objects.filter(undone_at=None).select_related("first", "second"):
        if {row.first_id, row.second_id} <= spoken_of:
            first, second = sorted((row.first.ctid, row.second.ctid))
            made.append(PairShape(kind=Ruling.Kind(row.kind), first=first, second=second, reason=row.reason))
    return sorted(made, key=lambda one: (one.kind, one.first, one.second))


def _gaps() -> list[GapShape]:
    """Of each extent the declaration that counts, in the order in which they were made."""
    last: dict[tuple[str, ...], GapDeclaration] = {}
    for row in GapDeclaration.objects.order_by("on", "pk"):
        last[row.rows, row.columns, row.row, row.column] = row
    return [
        GapShape.model_validate({name: getattr(row, name) for name in GapShape.model_fields})
        for row in sorted(last.values(), key=lambda row: row.pk)
    ]


def restate(given: Judgements, author: User | None) -> int:
    """Rule again what does not stand here. How much was new. Raises `BadLandscapeError`, `BadDeclarationError`."""
    return (
        sum(_pair(one, author) for one in given.pairs)
        + _restate_gaps(given.gaps, author)
        + sum(_word(one, author) for one in given.words)
    )


def _pair(one: PairShape, author: User | None) -> bool:
    rows = sorted(Resource.objects.filter(ctid__in=(one.first, one.second)).values_list("pk", flat=True))
    if len(rows) != 2 or (one.kind is Ruling.Kind.DIFFERENT and not one.reason.strip()):
        raise BadLandscapeError(
            _("A ruling on two entries cannot be made: %(pair)s.") % {"pair": f"{one.first}, {one.second}"},
            hint=_("Export the map again."),
        )
    about = {"kind": one.kind, "first_id": rows[0], "second_id": rows[1]}
    if Ruling.objects.filter(**about, undone_at=None).exists():
        return False
    Ruling.objects.create(**about, reason=one.reason, author=author, made_at=datetime.now(UTC))
    return True


def _restate_gaps(gaps: Iterable[GapShape], author: User | None) -> int:
    here, new = set(_gaps()), 0
    for one in gaps:
        if one not in here:
            said = Declaration(one.rows, one.columns, one.row, one.column, one.says, one.on, one.note)
            declaring.declare(said, author)
            new += 1
    return new


def _word(word: str, author: User | None) -> bool:
    if NoTerm.objects.filter(text=word, undone_at=None).exists():
        return False
    services_library.wave_away(word, author)
    return True
