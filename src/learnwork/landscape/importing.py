"""A file of `exporting` → envelopes of the sources that it names, and its rulings, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Self

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from learnwork.formats.model import Reading, Release, Said, SourceDeclaration
from learnwork.intake.loading import load
from learnwork.landscape import canonical, judgements
from learnwork.landscape.canonical import LARGEST, BadLandscapeError
from learnwork.landscape.exporting import FORMAT
from learnwork.landscape.judgements import Judgements
from learnwork.landscape.reading import landscape
from learnwork.registry import decisions
from learnwork.registry.models import Decision
from learnwork.vocabulary.errors import TooLargeError

if TYPE_CHECKING:
    from learnwork.accounts.models import User

MOST = 200_000  # statements of one file


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceShape(_Shape):
    key: str = Field(pattern=r"^[a-z0-9][a-z0-9:._-]{0,99}$")
    name: str = Field(min_length=1, max_length=300)
    short_name: str = Field(max_length=60)
    publisher: str = Field(max_length=300)
    url: str = Field(max_length=1000)
    licence: str = Field(max_length=200)
    licence_url: str = Field(max_length=1000)
    trust: int = Field(ge=0, le=100)
    note: str = Field(max_length=10_000)


class SaidShape(_Shape):
    source: str
    key: str = Field(min_length=1, max_length=1000)
    ctid: str
    date: date
    digest: str = Field(pattern=r"^[0-9a-f]{32}$")
    place: str = Field(max_length=1000)
    derived: bool
    document: dict[str, Any]


class RulingShape(_Shape):
    kind: Literal["same", "not-same", "prefer", "retire"]
    resource_ctid: str
    other_ctid: str
    property: str
    source_key: str
    key: str
    reason: str


class MapShape(_Shape):
    format: Literal["learnwork-map/1", "learnwork-map/2"]
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    sources: list[SourceShape]
    said: list[SaidShape] = Field(max_length=MOST)
    rulings: list[RulingShape] = Field(max_length=MOST)
    judged: Judgements = Judgements()
    judged_digest: str = Judgements().digest

    @model_validator(mode="after")
    def whole(self) -> Self:
        """A file of the newer format says what was judged, and all of it."""
        given = {"judged", "judged_digest"} & self.model_fields_set
        if len(given) != (0 if self.format == "learnwork-map/1" else 2):
            raise ValueError(
                "what was judged belongs to a file of the format learnwork-map/2, and to no other"
            )
        if self.judged.digest != self.judged_digest:
            raise ValueError("what was judged has not the digest that the file states")
        return self


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. rulings: new ones, judgements included. digest: of the map now; same: as in the file."""

    statements: int
    changed: int
    rulings: int
    digest: str
    same: bool


def read(body: bytes) -> MapShape:
    """Raises `BadLandscapeError`, `TooLargeError`."""
    if len(body) > LARGEST:
        raise TooLargeError(_("The file is too large."), hint=_("Export the map again."))
    try:
        made = MapShape.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadLandscapeError(
            f"This is no file of the format {FORMAT}: {'/'.join(map(str, first['loc']))}: {first['msg']}.",
            hint=_("Export the map again."),
        ) from None
    known = {source.key for source in made.sources}
    if missing := sorted({said.source for said in made.said} - known):
        raise BadLandscapeError(
            f"The file does not declare these sources: {', '.join(missing)[:200]}.",
            hint=_("Export the map again."),
        )
    return made


def bring_in(body: bytes, author: User | None) -> Imported:
    """Load a file. Into a registry without a map, the result has to have the digest that the file states.

    Raises `BadLandscapeError` where it has not, or a document is refused; then nothing was loaded.
    """
    made = read(body)
    with transaction.atomic():
        empty = not landscape().entries
        reports = [load(reading, "map", accept=True, reread=True) for reading in _readings(made)]
        if refused := sum(report.refused for report in reports):
            why = next(iter(one for report in reports for one in report.samples.values()))[0]
            raise BadLandscapeError(f"{refused} documents are refused: {why.message}", hint=why.hint)
        ruled = sum(_rule(ruling, author) for ruling in made.rulings)
        judged = judgements.restate(made.judged, author)
        digest = canonical.digest(landscape())
        if empty and digest != made.digest:
            raise BadLandscapeError(
                _("The file was altered: it does not make the map whose digest it states."),
                hint=_("Export the map again."),
            )
    changed = sum(report.new + report.changed for report in reports)
    return Imported(len(made.said), changed, ruled + judged, digest, digest == made.digest)


def _readings(made: MapShape) -> Iterator[Reading]:
    """One for each source and day, the oldest first."""
    grouped: dict[tuple[date, str], list[SaidShape]] = {}
    for said in made.said:
        grouped.setdefault((said.date, said.source), []).append(said)
    declared = {source.key: SourceDeclaration(**source.model_dump()) for source in made.sources}
    for (day, source), statements in sorted(grouped.items(), key=lambda one: one[0]):
        items = list(_items(statements))
        yield Reading(declared[source], Release(day.isoformat(), day), lambda items=items: iter(items))  # type: ignore[misc]


def _items(statements: Iterable[SaidShape]) -> Iterator[Said]:
    for said in statements:
        document = said.document
        yield Said(
            key=said.key,
            ctid=said.ctid,
            type=str(document.get("@type", "")),
            document=lambda document=document: document,  # type: ignore[misc]
            digest=bytes.fromhex(said.digest),
            derived=said.derived,
            place=said.place,
        )


def _rule(ruling: RulingShape, author: User | None) -> bool:
    """Rule again, unless that is in force already. Whether it was new."""
    about = {"author": author, "reason": ruling.reason}
    known = Decision.objects.filter(kind=ruling.kind, resource__ctid=ruling.resource_ctid, undone_at=None)
    if ruling.other_ctid:
        known = known.filter(other__ctid=ruling.other_ctid)
    if ruling.property:
        known = known.filter(property=ruling.property, source__key=ruling.source_key)
    if known.exists():
        return False
    if ruling.kind == "same":
        decisions.same(ruling.resource_ctid, ruling.other_ctid, again=True, **about)  # type: ignore[arg-type]
    elif ruling.kind == "not-same":
        decisions.not_same(ruling.resource_ctid, ruling.source_key, ruling.key, **about)  # type: ignore[arg-type]
    elif ruling.kind == "prefer":
        decisions.prefer(ruling.resource_ctid, ruling.property, ruling.source_key, **about)  # type: ignore[arg-type]
    else:
        decisions.retire(ruling.resource_ctid, **about)  # type: ignore[arg-type]
    return True
