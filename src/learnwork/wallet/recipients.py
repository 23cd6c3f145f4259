"""A credential of the registry issued to one person or to a sheet of people: planned first, row by row, then done.

A plan names every row that cannot be used; nothing is issued while there is one. What is issued waits as an offer for
its recipient (`offers.py`), who claims it by a link or with a wallet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from learnwork.records.data_model import is_url
from learnwork.records.errors import IssuingError
from learnwork.records.issuing import Recipient, achievement_of, badge_of, profile
from learnwork.registry import queries
from learnwork.wallet import offers, signing
from learnwork.wallet.errors import IssuerRefusedError
from learnwork.wallet.models import Issuer
from learnwork.wallet.sheets import Row

_MAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,253}\.[^@\s<>\".]{2,63}")
_MOST = {"name": 300, "mail": 320, "did": 2_000, "result": 200, "evidence": 2_000, "given": 40, "until": 40}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: where, and why."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that can be issued, with its unsigned record."""

    row: int
    to: Recipient
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be issued. title: of the credential."""

    issuer: Issuer
    ctid: str
    title: str
    ready: tuple[Ready, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A record that was issued to a row. claim: the link for its recipient; body: the signed record, token: whether
    that is one; both empty while it waits."""

    row: int
    identifier: str
    claim: str = ""
    body: bytes = b""
    token: bool = False


def plan(issuer: Issuer, ctid: str, rows: Sequence[Row], *, now: datetime | None = None) -> Plan:
    """Look at every row. Raises UnknownResourceError, IssuerRefusedError, IssuingError."""
    view = queries.resource(ctid)
    if issuer.ctid and view.document and issuer.ctid not in _providers(view.document):
        raise IssuerRefusedError(
            f"{issuer.name} does not offer {view.name} by what is published here.",
            hint="Publish that it does, or issue as the provider.",
        )
    achievement = achievement_of(view.document, url=url_of(view.ctid), url_of=url_of)
    ready: list[Ready] = []
    refused: list[Refused] = []
    seen: dict[str, int] = {}
    for row in rows:
        faults = [*_faults(row), *_twice(row, seen)]
        if faults:
            refused += faults
            continue
        try:
            ready.append(_ready(issuer, achievement, row, now or datetime.now(UTC)))
        except IssuingError as error:
            refused.append(Refused(row.number, "", error.message))
    return Plan(issuer, view.ctid, str(achievement["name"]), tuple(ready), tuple(refused))


def url_of(ctid: str) -> str:
    """The page of a resource of this registry; "" for what is no CTID."""
    return f"{settings.BASE_URL}/resources/{ctid}" if ctid.startswith("ce-") else ""


def _providers(document: dict[str, Any]) -> set[str]:
    found = [document.get(term, []) for term in queries.PROVIDERS]
    return {
        each
        for value in found
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str)
    }


def _faults(row: Row) -> Iterator[Refused]:
    cells = row.cells
    for name, text in cells.items():
        if len(text) > _MOST[name]:
            yield Refused(row.number, name, f"It is longer than {_MOST[name]} characters.")
    if "mail" not in cells and "did" not in cells:
        yield Refused(row.number, "mail", "It says neither an address nor a DID.")
    if "mail" in cells and not _MAIL.fullmatch(cells["mail"]):
        yield Refused(row.number, "mail", "It is no mail address.")
    if "did" in cells and not (cells["did"].startswith("did:") and is_url(cells["did"])):
        yield Refused(row.number, "did", "It is no DID.")
    if "evidence" in cells and not (cells["evidence"].startswith("https://") and is_url(cells["evidence"])):
        yield Refused(row.number, "evidence", "It is no link that begins with https.")
    for name in ("given", "until"):
        if name in cells and _day(cells[name]) is None:
            yield Refused(row.number, name, "It is no date such as 2026-05-31.")


def _twice(row: Row, seen: dict[str, int]) -> Iterator[Refused]:
    for name in ("mail", "did"):
        who = row.cells.get(name, "").lower()
        if who and who in seen:
            yield Refused(row.number, name, f"The same person stands in row {seen[who]}.")
        elif who:
            seen[who] = row.number


def _day(text: str) -> date | None:
    try:
        return (
            date.fromisoformat(text[:10]) if re.fullmatch(r"\d{4}-\d\d-\d\d([T ]00:00:00)?", text) else None
        )
    except ValueError:
        return None


def _moment(text: str, at: time) -> datetime | None:
    day = _day(text)
    return datetime.combine(day, at, UTC) if day else None


def _ready(issuer: Issuer, achievement: dict[str, Any], row: Row, now: datetime) -> Ready:
    cells = row.cells
    to = Recipient(did=cells.get("did", ""), mail=cells.get("mail", ""), name=cells.get("name", ""))
    given = _moment(cells.get("given", ""), time(0)) or now
    document = badge_of(
        achievement,
        issuer=profile(issuer.did, issuer.name, issuer.url),
        to=to,
        now=given,
        until=_moment(cells.get("until", ""), time(23, 59, 59)),
        evidence=[cells["evidence"]] if "evidence" in cells else [],
        result=cells.get("result", ""),
    )
    return Ready(row.number, to, document)


def issue_all(made: Plan, *, sign: bool = False, tell: Callable[[int], None] = lambda _: None) -> list[Done]:
    """Issue every row of a plan, or, where one fails, none. sign: at once, else each is signed when it is claimed.

    Raises IssuerRefusedError where the plan names a row that cannot be used.
    """
    if made.refused:
        raise IssuerRefusedError("Rows of the sheet cannot be used.", hint="Mend them; nothing was issued.")
    done: list[Done] = []
    with transaction.atomic():
        for number, one in enumerate(made.ready, 1):
            done.append(_sign(made, one) if sign else _offer(made, one))
            tell(number)
    return done


def _offer(made: Plan, one: Ready) -> Done:
    offer, code = offers.make(
        made.issuer, one.document, one.to, ctid=made.ctid, title=made.title, row=one.row
    )
    return Done(one.row, offer.identifier, offers.link(code))


def _sign(made: Plan, one: Ready) -> Done:
    signed = signing.sign(made.issuer, one.document, ctid=made.ctid)
    body = signed.token.encode() or orjson.dumps(signed.document)
    return Done(one.row, signed.issued.identifier, "", body, bool(signed.token))
