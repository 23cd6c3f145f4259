"""Verification: the door. Any badge, transcript-like record or verifiable credential gets a verdict.

    from learnwork.records import verify
    verdict = verify(Path("badge.png").read_bytes())
    verdict.outcome, verdict.sentence, [(check.code, check.state) for check in verdict.checks]

Nothing is fetched unless a fetcher is given (`fetching.WebFetcher`), and the verdict says what that left unchecked.
Time, network, lists of issuers and our own registry are parameters. Nothing is raised for a bad record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from learnwork.records import contexts, open_badges_2
from learnwork.records.check_codes import CheckError
from learnwork.records.data_model import (
    ENVELOPED,
    ENVELOPED_PRESENTATION,
    Fault,
    as_list,
    faults_of_envelope,
    types_of,
)
from learnwork.records.enveloped import open_token
from learnwork.records.fetching import Fetcher, NoNetwork
from learnwork.records.judging import Asked, Judge, Parts, Recording, digest_of, verdict_of
from learnwork.records.presenting import envelope_content, is_presentation, presentation, unpresented
from learnwork.records.proof_errors import FetchError
from learnwork.records.reading import MOST_BYTES, Found, read
from learnwork.records.sentences import piece
from learnwork.records.trust import Knows, Registry
from learnwork.records.verdict import Check, Material, Verdict, failed, from_error, passed, unchecked
from learnwork.records.work import Work
from learnwork.vocabulary.errors import LearnworkError

MOST_TOGETHER = 500  # records of one file; `bulk` verifies archives of any number


def verify(
    record: Found | bytes | str | dict[str, Any],
    *,
    fetcher: Fetcher | None = None,
    now: datetime | None = None,
    registries: Iterable[Registry] = (),
    knows: Knows | None = None,
    recipient: str = "",
    domain: str | None = None,
    challenge: str | None = None,
    name: str = "",
) -> Verdict:
    """The verdict on a record: bytes of a file, text, a parsed document, or what `read` found.

    fetcher: None for no network; now: the time to judge by, else this moment; registries: lists of known issuers, most
    authoritative first; knows: what our own registry knows of an issuer; recipient: an address, DID or number that the
    record should be about; domain, challenge: what a presentation must answer. Several records in one file become one
    verdict with members.
    """
    moment = datetime.now(UTC)
    asked = Asked(
        now or moment, moment, fetcher or NoNetwork(), tuple(registries), knows, recipient, domain, challenge
    )
    if isinstance(record, dict):
        return verify_found(Found("document", record, name), asked)
    if isinstance(record, Found):
        return verify_found(record, asked)
    found = read(record, name)
    if len(found) == 1:
        return verify_found(found[0], asked)
    return _several(found, asked, name)


def verify_found(found: Found, asked: Asked, work: Work | None = None) -> Verdict:
    """The verdict on one record that was found, with what it rested on. work: what it may cost, if others share it."""
    judge = Judge(asked, Recording(asked.fetcher, work))
    try:
        verdict = _by_kind(judge, found)
    except RecursionError:
        error = CheckError("readable", "The record is nested too deep to be read.")
        verdict = judge.unreadable(Found("problem", None, found.name, error=error))
    return replace(verdict, materials=(*_own(found), *judge.fetcher.materials()))


def _by_kind(judge: Judge, found: Found) -> Verdict:
    if found.kind == "document":
        return _document(judge, found.value, found.name)
    if found.kind in ("jwt", "sd-jwt"):
        return _token(judge, found.value, found.name)
    if found.kind == "link":
        return _link(judge, found)
    return judge.unreadable(found)


def _document(judge: Judge, document: dict[str, Any], name: str) -> Verdict:
    if open_badges_2.is_assertion(document):
        return _badge_2(judge, document, name)
    types = types_of(document)
    for kind in (ENVELOPED, ENVELOPED_PRESENTATION):
        if kind in types:
            return _envelope(judge, document, kind, name)
    if is_presentation(document):
        return presentation(judge, document, name=name)
    return unpresented(judge, judge.credential(document, name=name))


def _envelope(judge: Judge, document: dict[str, Any], kind: str, name: str) -> Verdict:
    faults: list[Fault] = faults_of_envelope(document, kind)
    if faults:
        checks = [failed(fault.code, fault.sentence, fault.place) for fault in faults]
        return verdict_of(judge.asked, checks, Parts(piece("Envelope"), name))
    return _token(judge, envelope_content(document), name)


def _token(judge: Judge, text: str, name: str) -> Verdict:
    assertion = open_badges_2.claims_of(text)
    if assertion is not None:
        return _badge_2(judge, assertion, name, text)
    asked = judge.asked
    opened = open_token(
        text, fetcher=judge.fetcher, now=asked.now, domain=asked.domain, challenge=asked.challenge
    )
    if opened.document is not None and opened.presentation:
        return presentation(judge, opened.document, name=name, secured=opened.checks)
    verdict = judge.opened(opened, name=name)
    # An SD-JWT answers by the binding of its holder, which was looked at with its signature.
    return verdict if "~" in text else unpresented(judge, verdict)


def _badge_2(judge: Judge, assertion: dict[str, Any], name: str, token: str = "") -> Verdict:
    badge = open_badges_2.Badge(assertion, judge.fetcher, judge.asked.now, token)
    badge.verify()
    checks: list[Check] = badge.checks
    if judge.asked.recipient:
        checks.append(open_badges_2.recipient_check(assertion, judge.asked.recipient))
    identifier = assertion.get("id")
    parts = Parts("Open Badges 2.0", name, identifier if isinstance(identifier, str) else "", badge.summary())
    return unpresented(judge, verdict_of(judge.asked, checks, parts))


def _link(judge: Judge, found: Found) -> Verdict:
    """A link to a record; what it leads to is verified, a second link is not followed."""
    url = found.value
    try:
        fetched = judge.fetcher.fetch(url, accept="application/json, image/*, */*;q=0.5", limit=MOST_BYTES)
    except FetchError as error:
        check = unchecked(
            "hosted-unreachable", f"The record could not be fetched from its address: {error.message}"
        )
        return verdict_of(judge.asked, [check], Parts(piece("Link"), found.name))
    except LearnworkError as error:
        return verdict_of(judge.asked, [from_error(error)], Parts(piece("Link"), found.name))
    inner = read(fetched.body, found.name or url)
    if len(inner) != 1 or inner[0].kind == "link":
        reason = CheckError("no-record", "What the link leads to is not one record.")
        return judge.unreadable(Found("problem", None, found.name, error=reason))
    return _by_kind(judge, inner[0])


def _several(found: list[Found], asked: Asked, name: str) -> Verdict:
    """One verdict with a member for each record of a file."""
    work = Work()
    members = tuple(verify_found(each, asked, work) for each in found[:MOST_TOGETHER])
    good = sum(member.accepted for member in members)
    sentence = f"{good} of {len(members)} records verify."
    if good == len(members) and members:
        checks = [passed("presentation-member", sentence)]
    elif any(member.outcome == "rejected" for member in members) or not members:
        checks = [failed("presentation-member", sentence)]
    else:
        checks = [unchecked("presentation-member", sentence)]
    if len(found) > MOST_TOGETHER:
        sentence = f"There are {len(found):,} records; {MOST_TOGETHER} were looked at."
        checks.append(unchecked("too-many", sentence))
    return verdict_of(asked, checks, Parts(piece("Several records"), name, members=members))


def _own(found: Found) -> list[Material]:
    """The record itself and the pinned contexts that it was read by."""
    own = [Material("record", "", digest_of(found.raw))] if found.raw else []
    if isinstance(found.value, dict):
        known = contexts.table()
        contexts_named = as_list(found.value.get("@context"))
        named = dict.fromkeys(url for url in contexts_named if isinstance(url, str) and url in known)
        own += [Material("context", url, known[url].sha256) for url in named]
    return own
