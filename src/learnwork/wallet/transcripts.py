"""A learner record put together of other records: every member verified first, then signed as a whole (CLR 2.0).

`look` says what each member is worth and whether the whole can be issued; `issue` issues what was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from learnwork.records.errors import IssuingError
from learnwork.records.fetching import Fetcher
from learnwork.records.issuing import ASSOCIATIONS, Recipient, clr_of, profile
from learnwork.records.reading import read
from learnwork.records.verdict import Verdict
from learnwork.records.verification import verify
from learnwork.wallet import offers, signing
from learnwork.wallet.errors import IssuerRefusedError
from learnwork.wallet.knowledge import knows
from learnwork.wallet.models import Issuer
from learnwork.wallet.recipients import Done

MOST_MEMBERS = 100
Tie = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """A record as it was given. verdict: None where it cannot be a member whatever it is worth; fault: why."""

    name: str
    verdict: Verdict | None = None
    fault: str = ""

    @property
    def title(self) -> str:
        return (self.verdict.summary.title if self.verdict else "") or self.name

    @property
    def sentence(self) -> str:
        return self.fault or (self.verdict.sentence if self.verdict else "")


@dataclass(frozen=True, slots=True)
class Look:
    """What would be issued. document: unsigned, None where something is wrong with the whole; fault: what."""

    issuer: Issuer
    title: str
    to: Recipient
    members: tuple[Member, ...]
    document: dict[str, Any] | None = None
    fault: str = ""


def look(
    issuer: Issuer,
    records: Sequence[tuple[str, bytes]],
    to: Recipient,
    title: str,
    *,
    ties: Sequence[Tie] = (),
    fetcher: Fetcher,
    now: datetime | None = None,
) -> Look:
    """Verify every record (name, bytes), and put together those that hold. Nothing is kept."""
    now = now or datetime.now(UTC)
    found = [_member(name, data, fetcher, now) for name, data in records[:MOST_MEMBERS]]
    members = tuple(member for member, _ in found)
    bad = next((member for member in members if member.fault), None)
    if len(records) > MOST_MEMBERS:
        return Look(issuer, title, to, members, fault=f"At most {MOST_MEMBERS} records go into one.")
    if bad is not None:
        return Look(issuer, title, to, members, fault=f"“{bad.name[:100]}”: {bad.fault}")
    documents = [document for _, document in found]
    # Asked by identity: two members may be equal, and each has its own verdict.
    verdicts = {id(document): member.verdict for member, document in found}
    try:
        made = clr_of(
            documents,
            verify=lambda document: verdicts[id(document)],  # type: ignore[arg-type,return-value]
            issuer=profile(issuer.did, issuer.name, issuer.url),
            to=to,
            name=title,
            now=now,
            associations=ties,
        )
    except IssuingError as error:
        return Look(issuer, title, to, members, fault=f"{error.message} {error.hint}")
    return Look(issuer, title, to, members, made)


def _member(name: str, data: bytes, fetcher: Fetcher, now: datetime) -> tuple[Member, dict[str, Any]]:
    found = read(data, name)
    if len(found) != 1 or found[0].error is not None:
        why = found[0].error.message if len(found) == 1 and found[0].error else "It is not one record."
        return Member(name, fault=why), {}
    one = found[0]
    if one.kind != "document" or not isinstance(one.value, dict):
        return Member(name, fault="Only a record with its proof inside can be a member."), {}
    return Member(name, verify(one, fetcher=fetcher, knows=knows, now=now)), one.value


def ties_of(lines: str) -> list[Tie]:
    """Associations, one a line: source, kind and target with spaces between. Raises IssuerRefusedError."""
    found: list[Tie] = []
    for number, line in enumerate(lines.splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 3:
            raise IssuerRefusedError(
                f"Line {number} of the associations is not a source, a kind and a target.",
                hint=f"For example: urn:uuid:… precedes urn:uuid:…; the kinds are {', '.join(ASSOCIATIONS)}.",
            )
        found.append((parts[0], parts[1], parts[2]))
    return found


def issue(made: Look, *, sign: bool = False) -> Done:
    """Issue what was looked at: signed at once, or as an offer under a link. Raises IssuerRefusedError."""
    if made.document is None:
        raise IssuerRefusedError(
            made.fault or "The record cannot be issued.", hint="Mend it; nothing was issued."
        )
    if not sign:
        offer, code = offers.make(made.issuer, made.document, made.to, title=made.title)
        return Done(0, offer.identifier, offers.link(code))
    signed = signing.sign(made.issuer, made.document)
    body = signed.token.encode() or orjson.dumps(signed.document)
    return Done(0, signed.issued.identifier, "", body, bool(signed.token))
