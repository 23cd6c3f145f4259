"""Verification of one record of any generation: which checks are made, in which order, and what they amount to.

`verification.py` is the door; this module walks a credential, its members and its endorsements. All that is fetched
goes through one `Recording`, so that a verdict can name what it rested on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from learnwork.records import contexts
from learnwork.records.canonical import canonize
from learnwork.records.check_codes import CheckError
from learnwork.records.clr import (
    MOST_DEPTH,
    association_checks,
    associations_of,
    checks_of_members,
    is_clr,
    members_of,
)
from learnwork.records.data_model import as_list, faults_of_credential, id_of, types_of
from learnwork.records.enveloped import Opened, claim_checks, claim_summary, open_token, token_status_checks
from learnwork.records.fetching import JSON_TYPES, LIMIT, Fetched, Fetcher, NoNetwork
from learnwork.records.open_badges import badge_checks, is_badge, recipient_check, summary_of
from learnwork.records.proof_checks import proof_checks
from learnwork.records.proof_errors import (
    ControllerError,
    FetchError,
    KeyFaultError,
    ProofError,
    SignatureError,
)
from learnwork.records.proofs import ProofResult, verify_proofs
from learnwork.records.reading import Found, read
from learnwork.records.related_resources import matches, matches_pinned
from learnwork.records.schemas import schema_checks
from learnwork.records.sentences import piece
from learnwork.records.status import StatusReader
from learnwork.records.trust import Knows, Registry, trust_checks
from learnwork.records.validity import credential_validity
from learnwork.records.verdict import (
    Association,
    Check,
    Material,
    Summary,
    Verdict,
    failed,
    from_error,
    outcome_of,
    passed,
    unchecked,
)
from learnwork.records.wording import kind_of, sentence_of
from learnwork.records.work import Work
from learnwork.vocabulary.errors import LearnworkError

_MOST_ENDORSEMENTS = 20
_MOST_RELATED = 50  # resources that are compared


@dataclass(frozen=True, slots=True)
class Asked:
    """What a verification is asked: by which time, with which network, lists and expectations.

    now: the time that is judged by; made: the time of the verification itself; recipient: who the record should be
    about; domain, challenge: what a presentation must answer.
    """

    now: datetime
    made: datetime
    fetcher: Fetcher = field(default_factory=NoNetwork)
    registries: tuple[Registry, ...] = ()
    knows: Knows | None = None
    recipient: str = ""
    domain: str | None = None
    challenge: str | None = None


class Recording:
    """A fetcher that remembers what it got, and asks for nothing twice. work: what the verification may still cost."""

    def __init__(self, inner: Fetcher, work: Work | None = None) -> None:
        self.inner = inner
        self.work = work or Work()
        self.got: dict[str, Fetched] = {}
        self.refused: dict[str, FetchError] = {}

    def fetch(self, url: str, *, accept: str = JSON_TYPES, limit: int = LIMIT) -> Fetched:
        if url in self.refused:
            raise self.refused[url]
        if url not in self.got:
            try:
                self.got[url] = self.inner.fetch(url, accept=accept, limit=limit)
            except FetchError as error:
                self.refused[url] = error
                raise
        return self.got[url]

    def materials(self) -> tuple[Material, ...]:
        return tuple(Material("fetched", url, digest_of(found.body)) for url, found in self.got.items())


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a verdict is made of, beside its checks."""

    kind: str
    name: str = ""
    id: str = ""
    summary: Summary = field(default_factory=Summary)
    members: tuple[Verdict, ...] = ()
    associations: tuple[Association, ...] = ()
    endorsements: tuple[Verdict, ...] = ()


def verdict_of(asked: Asked, checks: Sequence[Check], parts: Parts) -> Verdict:
    """The verdict that checks amount to."""
    outcome = outcome_of(checks)
    return Verdict(
        sentence_of(outcome, checks, parts.summary),
        outcome,
        parts.kind,
        asked.now,
        asked.made,
        tuple(checks),
        parts.name,
        parts.id,
        parts.summary,
        parts.members,
        parts.associations,
        parts.endorsements,
    )


@dataclass(slots=True)
class Judge:
    """Verifies credentials, tokens and status lists with one fetcher and one set of questions."""

    asked: Asked
    fetcher: Recording
    in_list: bool = False  # whether a status list is being verified, whose own status is not asked

    def credential(
        self,
        document: dict[str, Any],
        *,
        name: str = "",
        above: tuple[str, ...] = (),
        secured: Sequence[Check] | None = None,
    ) -> Verdict:
        """The verdict on a credential.

        above: ids of the records that it lies in; secured: checks of the envelope where that secures it, else the
        proofs in the document do.
        """
        if not self.fetcher.work.look():
            return self._too_many(kind_of(document), name)
        checks = self._form(document)
        checks += self._kind_rules(document)
        proofs = [] if secured is None else [*self._terms(document), *secured]
        if secured is None or "proof" in document:
            proofs += self._proofs(document, [*checks, *proofs])
        checks += proofs
        checks += credential_validity(document, self.asked.now)
        if not self.in_list:
            checks += StatusReader(self.fetcher, self.asked.now, self._list).checks(document)
            checks += self._related(document)
            checks += self._trust(document, above)
        if self.asked.recipient and not above and not self.in_list:
            checks.append(recipient_check(document, self.asked.recipient))
        members, more = self._members(document, above)
        checks += more
        endorsements = self._endorsements(document, above)
        checks += self._left_out(document, endorsements)
        identifier = document.get("id")
        parts = Parts(
            kind_of(document),
            name,
            identifier if isinstance(identifier, str) else "",
            summary_of(document),
            members,
            associations_of(document) if is_clr(document) else (),
            endorsements,
        )
        return verdict_of(self.asked, checks, parts)

    # The document -----------------------------------------------------------------------------------------

    def _form(self, document: dict[str, Any]) -> list[Check]:
        faults = faults_of_credential(document)
        if faults:
            return [failed(fault.code, fault.sentence, fault.place) for fault in faults]
        return [passed("form", "The record follows the rules of the W3C data model.")]

    def _kind_rules(self, document: dict[str, Any]) -> list[Check]:
        checks = badge_checks(document) if is_badge(document) else []
        checks += schema_checks(document)
        if has_own_words(document):
            uses = contexts.uses(document)
            if uses.inline:
                sentence = (
                    "Some terms are defined in the record itself, by its issuer, not by a published context."
                )
                checks.append(unchecked("inline-terms", sentence, uses.inline[0], decisive=False))
            if uses.vocabularies:
                sentence = f"Words without a definition mean what the issuer says: {uses.vocabularies[0]} allows any."
                checks.append(unchecked("inline-terms", sentence, "/@context", decisive=False))
        return checks

    def _terms(self, document: dict[str, Any]) -> list[Check]:
        """Whether contexts define every term: found out by canonicalization in safe mode."""
        try:
            unsigned = {key: value for key, value in document.items() if key != "proof"}
            canonize(unsigned, work=self.fetcher.work)
        except LearnworkError as error:
            return [from_error(error, "/@context")]
        return [passed("terms", "Every term and type is defined by the contexts.")]

    # Signatures -------------------------------------------------------------------------------------------

    def _proofs(self, document: dict[str, Any], so_far: list[Check]) -> list[Check]:
        results = verify_proofs(document, fetcher=self.fetcher, now=self.asked.now, work=self.fetcher.work)
        checks = proof_checks(results, id_of(document.get("issuer")))
        if not any(_was_canonical(result) for result in results):
            terms = self._terms(document)
            known = {check.code for check in (*checks, *so_far)}
            checks += [check for check in terms if check.state == "passed" or check.code not in known]
        return checks

    # What it points at ------------------------------------------------------------------------------------

    def _list(self, body: bytes, url: str) -> tuple[dict[str, Any] | None, Verdict]:
        """Verify a status list; its own status is not asked, so lists cannot lead in circles."""
        judge = replace(self, in_list=True)
        found = read(body, url)[0]
        if found.kind == "document":
            return found.value, judge.credential(found.value, name=url)
        if found.kind == "jwt":
            opened = open_token(found.value, fetcher=self.fetcher, now=self.asked.now)
            return opened.document, judge.opened(opened, name=url)
        return None, judge.unreadable(found)

    def _related(self, document: dict[str, Any]) -> list[Check]:
        checks: list[Check] = []
        listed = as_list(document.get("relatedResource", []))
        for number, each in enumerate(listed[:_MOST_RELATED]):
            if isinstance(each, dict) and isinstance(each.get("id"), str):
                checks.append(self._resource(each, f"/relatedResource/{number}"))
        if len(listed) > _MOST_RELATED:
            sentence = f"The record refers to {len(listed):,} resources; {_MOST_RELATED} were compared."
            checks.append(unchecked("too-many", sentence, "/relatedResource"))
        return checks

    def _resource(self, resource: dict[str, Any], place: str) -> Check:
        known = matches_pinned(resource)
        if known is not None:
            return _related_check(known, place)
        try:
            body = self.fetcher.fetch(resource["id"], accept="*/*").body
        except FetchError as error:
            sentence = f"What the record refers to could not be compared: {error.message}"
            return unchecked("related-unreachable", sentence, place, decisive=False)
        return _related_check(matches(resource, body), place)

    def _trust(self, document: dict[str, Any], above: tuple[str, ...]) -> list[Check]:
        issuer = id_of(document.get("issuer"))
        if not issuer or not (self.asked.registries or self.asked.knows):
            return []
        knows = self.asked.knows
        return trust_checks(
            issuer, document, registries=self.asked.registries, knows=knows, now=self.asked.now
        )

    # Members and endorsements -----------------------------------------------------------------------------

    def _members(
        self, document: dict[str, Any], above: tuple[str, ...]
    ) -> tuple[tuple[Verdict, ...], list[Check]]:
        if not is_clr(document):
            return (), []
        found = members_of(document, above)
        identifier = document.get("id")
        lineage = (*above, identifier if isinstance(identifier, str) else "")
        verdicts = [(place, self.member(value, lineage, place)) for place, value in found.found]
        checks = [*found.checks, *checks_of_members(document, verdicts), *association_checks(document)]
        return tuple(verdict for _, verdict in verdicts), checks

    def member(self, value: Any, above: tuple[str, ...], place: str) -> Verdict:
        """The verdict on a record that lies in another."""
        if isinstance(value, str):
            return self.token(value, name=place, above=above)
        return self.credential(value, name=place, above=above)

    # Tokens -----------------------------------------------------------------------------------------------

    def token(self, text: str, *, name: str = "", above: tuple[str, ...] = ()) -> Verdict:
        """The verdict on a credential in a compact token."""
        if self.fetcher.work.records <= 0:
            return self._too_many(piece("Token"), name)
        return self.opened(open_token(text, fetcher=self.fetcher, now=self.asked.now), name=name, above=above)

    def opened(self, opened: Opened, *, name: str = "", above: tuple[str, ...] = ()) -> Verdict:
        """The verdict on a token whose signature was looked at."""
        if opened.document is None or opened.plain:
            self.fetcher.work.look()
        if opened.document is None:
            return verdict_of(self.asked, opened.checks, Parts(piece("Token"), name))
        status = token_status_checks(opened.claims, fetcher=self.fetcher, now=self.asked.now)
        if opened.plain:
            checks = [*claim_checks(opened.claims), *opened.checks, *status]
            return verdict_of(
                self.asked, checks, Parts(piece("SD-JWT credential"), name, "", claim_summary(opened.claims))
            )
        return self.credential(opened.document, name=name, above=above, secured=(*opened.checks, *status))

    def _too_many(self, kind: str, name: str) -> Verdict:
        sentence = "This record was not looked at: too many lie in what was given."
        return verdict_of(self.asked, [unchecked("too-many", sentence)], Parts(kind, name))

    def unreadable(self, found: Found) -> Verdict:
        """The verdict on what is no record."""
        error = found.error or CheckError("no-record", "This is no record.")
        return verdict_of(self.asked, [from_error(error)], Parts(piece("Not readable"), found.name))

    def _endorsements(self, document: dict[str, Any], above: tuple[str, ...]) -> tuple[Verdict, ...]:
        if len(above) > MOST_DEPTH or self.in_list or "EndorsementCredential" in types_of(document):
            return ()
        lineage = (*above, "")
        found = endorsements_in(document)[:_MOST_ENDORSEMENTS]
        return tuple(self.member(value, lineage, place) for place, value in found)

    def _left_out(self, document: dict[str, Any], endorsements: Sequence[Verdict]) -> list[Check]:
        """Whether more endorse the record than are looked at; that decides nothing about the record itself."""
        if len(endorsements) < _MOST_ENDORSEMENTS:
            return []
        sentence = f"Of its endorsements, {_MOST_ENDORSEMENTS} were looked at."
        return [unchecked("too-many", sentence, "/endorsement", decisive=False)]


def _related_check(same: bool, place: str) -> Check:
    if same:
        return passed("related-digest", "What the record refers to is as it was when it was signed.", place)
    return failed("related-digest", "What the record refers to was changed since it was signed.", place)


def _was_canonical(result: ProofResult) -> bool:
    """Whether looking at a signature went as far as the canonical form, where undefined terms are found."""
    before = (KeyFaultError, FetchError, ControllerError, ProofError)
    return "jcs" not in result.suite and (
        isinstance(result.error, SignatureError) or not isinstance(result.error, before)
    )


def has_own_words(document: dict[str, Any]) -> bool:
    """Whether a context stands in the record itself, at any depth, or one that gives a meaning to every word."""
    wide = contexts.vocabularies()
    waiting: list[Any] = [document]
    for value in waiting:
        if value.__class__ is dict:
            here = value.get("@context")
            for each in here if here.__class__ is list else (here,):
                if each.__class__ is dict or (each.__class__ is str and each in wide):
                    return True
            value = value.values()
        waiting.extend(each for each in value if each.__class__ is dict or each.__class__ is list)
    return False


def endorsements_in(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """Endorsements of a record, its achievement and its issuer, each with its place."""
    found: list[tuple[str, Any]] = []
    owners: list[tuple[str, Any]] = [("", document), ("/issuer", document.get("issuer"))]
    subjects = [each for each in as_list(document.get("credentialSubject")) if isinstance(each, dict)]
    owners += [("/credentialSubject/achievement", subject.get("achievement")) for subject in subjects]
    for place, owner in owners:
        if not isinstance(owner, dict):
            continue
        for key, kind in (("endorsement", dict), ("endorsementJwt", str)):
            listed = enumerate(as_list(owner.get(key, []))[:_MOST_ENDORSEMENTS])
            found += [(f"{place}/{key}/{number}", each) for number, each in listed if isinstance(each, kind)]
    return found
