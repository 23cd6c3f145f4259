"""Editions of the map: the list, one with its digest and files, and what changed from one to another or to today."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from learnwork.landscape import editions, sheets
from learnwork.landscape.edition_words import left_out_words, rule_words
from learnwork.landscape.models import Edition as Row
from learnwork.registry import listing
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["landscape"])


class Edition(Shape):
    """An edition in the list. digest: SHA-256 of the file `document`. corrects: number of the one it corrects."""

    number: str
    title: str
    as_of: str
    published_at: datetime
    digest: str
    corrects: str | None
    page: str
    document: str

    @classmethod
    def of(cls, row: Row) -> Edition:
        return cls(**_fields(row))


class LeftOut(Shape):
    """An entry that is not in the edition, and why."""

    ctid: str
    name: str
    reason: str


class Matter(Shape):
    """What its editors knew to be open when they froze it."""

    matter: str
    ctid: str
    name: str


class WholeEdition(Edition):
    """rule: by which entries are in it, in words. covers: aspects of which it tells, empty for all. files: the same
    copy as JSON, PDF and sheets."""

    known_at: str
    note: str
    correction: str
    goals: str
    rule: list[str]
    entries: int
    organizations: int
    left_out: list[LeftOut]
    open: list[Matter]
    covers: list[str]
    files: list[str]


class Editions(Shape):
    editions: list[Edition]


class EditionChange(Shape):
    """subject: CTID of the entry or party; about: what of it; before, after: in words, empty for nothing said."""

    kind: str
    group: str
    subject: str
    name: str
    about: str
    about_name: str
    before: str
    after: str
    reason: str


class EditionChanges(Shape):
    """to: null for today. same: entries in both; only_before, only_after: those left out of every trend."""

    since: str
    to: str | None
    same: int
    only_before: int
    only_after: int
    covers: list[str]
    goals_changed: bool
    counts: dict[str, int]
    changes: list[EditionChange]


def _state() -> str:
    return f"{listing.state()}-{editions.state()}"


@router.get("/landscape/editions", response={200: Editions, **ERRORS}, summary="Editions of the map")
@answers(editions.state)
def all_editions(request: HttpRequest) -> Editions:
    """Every published edition, the newest first."""
    return Editions(editions=[Edition.of(row) for row in editions.published()])


@router.get("/landscape/editions/{number}", response={200: WholeEdition, **ERRORS}, summary="One edition")
@answers(editions.state)
def one_edition(request: HttpRequest, number: str) -> WholeEdition:
    """What it is, what is not in it, and where its files are; the map itself is in `document`."""
    row = editions.edition(number)
    frozen = editions.frozen(row)
    address = f"{settings.BASE_URL}/landscape/editions/{row.number}"
    return WholeEdition(
        **_fields(row),
        known_at=frozen.known_at,
        note=frozen.note,
        correction=frozen.correction,
        goals=frozen.landscape.scheme.title or frozen.landscape.scheme.key,
        rule=rule_words(frozen.rule),
        entries=len(frozen.landscape.entries),
        organizations=len(frozen.landscape.parties),
        left_out=[
            LeftOut(ctid=one.ctid, name=one.name, reason=left_out_words(one)) for one in frozen.left_out
        ],
        open=[Matter(matter=one.matter, ctid=one.ctid, name=one.name) for one in frozen.findings],
        covers=list(frozen.covers),
        files=[f"{address}/{name}" for name in ("edition.json", "guide.pdf", *sheets.SHEETS)],
    )


@router.get(
    "/landscape/editions/{number}/changes",
    response={200: EditionChanges, **ERRORS},
    summary="What changed since",
)
@answers(_state)
def changes(
    request: HttpRequest,
    number: str,
    to: Annotated[str, Query("", max_length=12, description="Number of a later edition; empty for today")],
) -> EditionChanges:
    """Every change from an edition to another or to today, as its page tells it."""
    found = editions.since(editions.edition(number), editions.edition(to) if to else None)
    return EditionChanges(
        since=found.former.number,
        to=found.number or None,
        same=found.trends.same,
        only_before=found.trends.only_before,
        only_after=found.trends.only_after,
        covers=list(found.covers),
        goals_changed=found.difference.scheme_changed,
        counts={str(kind): n for kind, n in found.difference.counts().items()},
        changes=[EditionChange.model_validate(one, from_attributes=True) for one in found.difference.changes],
    )


def _fields(row: Row) -> dict[str, Any]:
    address = f"{settings.BASE_URL}/landscape/editions/{row.number}"
    return {
        "number": row.number,
        "title": row.title,
        "as_of": row.as_of,
        "published_at": row.published_at,
        "digest": editions.copy(row).digest,
        "corrects": row.corrects.number if row.corrects else None,
        "page": address,
        "document": f"{address}/edition.json",
    }
