"""Verification of presentations: who presents, what is presented, and each record in it by itself.

Source: Verifiable Credentials Data Model 2.0, section 4.13; 1.1, section 4.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from learnwork.records.data_model import ENVELOPED, as_list, faults_of_presentation, id_of, types_of
from learnwork.records.judging import Judge, Parts, verdict_of
from learnwork.records.proof_checks import proof_checks
from learnwork.records.proofs import verify_proofs
from learnwork.records.sentences import piece
from learnwork.records.verdict import (
    Check,
    Party,
    Summary,
    Verdict,
    failed,
    outcome_of,
    passed,
    unchecked,
)
from learnwork.records.wording import kind_of, sentence_of

MOST_PRESENTED = 500


def is_presentation(document: dict[str, Any]) -> bool:
    return "VerifiablePresentation" in types_of(document)


def presentation(
    judge: Judge, document: dict[str, Any], *, name: str = "", secured: Sequence[Check] | None = None
) -> Verdict:
    """The verdict on a presentation and on each record in it. secured: checks of the envelope, where there is one."""
    faults = faults_of_presentation(document)
    checks = [failed(fault.code, fault.sentence, fault.place) for fault in faults]
    if not faults:
        checks.append(passed("form", "The presentation follows the rules of the W3C data model."))
    signed = list(secured) if secured is not None else _signatures(judge, document)
    checks += signed
    holds = bool(signed) and all(check.state == "passed" for check in signed)
    presented = as_list(document.get("verifiableCredential", []))
    members = tuple(
        _presented(judge, each, f"/verifiableCredential/{number}", document, signed if holds else None)
        for number, each in enumerate(presented[:MOST_PRESENTED])
    )
    checks += _of_members(document, members)
    if holds and members:
        checks.append(_of_subjects(judge, id_of(document.get("holder")), members))
    if len(presented) > MOST_PRESENTED:
        sentence = f"{len(presented):,} records are presented; {MOST_PRESENTED} were looked at."
        checks.append(unchecked("too-many", sentence, "/verifiableCredential"))
    identifier = document.get("id")
    parts = Parts(
        kind_of(document),
        name,
        identifier if isinstance(identifier, str) else "",
        Summary(title="Presentation", issuer=Party(id_of(document.get("holder")))),
        members,
    )
    return verdict_of(judge.asked, checks, parts)


def _signatures(judge: Judge, document: dict[str, Any]) -> list[Check]:
    asked = judge.asked
    if "proof" not in document:
        sentence = "Nobody signed this presentation: who presents it is not known."
        return [
            unchecked(
                "presentation-unsigned", sentence, "/proof", decisive=bool(asked.challenge or asked.domain)
            )
        ]
    results = verify_proofs(
        document,
        fetcher=judge.fetcher,
        now=asked.now,
        purpose="authentication",
        domain=asked.domain,
        challenge=asked.challenge,
        work=judge.fetcher.work,
    )
    holder = id_of(document.get("holder"))
    controllers = {result.controller for result in results if result.ok}
    checks = [
        check
        for result in results
        for check in proof_checks([result], holder or result.controller)
        if check.code != "issuer-bound"
    ]
    if holder and controllers - {holder}:
        other = min(controllers - {holder})
        sentence = f"The presentation is signed by {other[:200]}, and names {holder[:200]} as its holder."
        checks.append(failed("holder-not-signer", sentence, "/holder"))
    return checks


def _presented(
    judge: Judge, value: Any, place: str, document: dict[str, Any], signed: Sequence[Check] | None
) -> Verdict:
    """The verdict on one presented record. signed: checks of the presentation's own signature, if that holds."""
    if isinstance(value, dict) and ENVELOPED in types_of(value):
        value = envelope_content(value)
    if isinstance(value, str):
        return judge.token(value, name=place)
    if not isinstance(value, dict):
        check = failed("presented-form", "What is presented is not a credential object.", place)
        return verdict_of(judge.asked, [check], Parts(piece("Not readable"), place))
    if "proof" in value or signed is None:
        return judge.credential(value, name=place)
    # Secured by the presentation alone: then it is the holder's own word (section 4.13.4).
    holder = id_of(document.get("holder"))
    if not holder:
        checks = [
            failed(
                "holder-missing", "A record that only the presentation secures has no holder named.", place
            )
        ]
    elif id_of(value.get("issuer")) != holder:
        sentence = "A record without a signature of its own is issued by somebody other than the holder."
        checks = [failed("holder-not-issuer", sentence, place)]
    else:
        checks = [
            passed(
                "proof", "The holder says this of themselves; the presentation's signature secures it.", place
            )
        ]
    return judge.credential(value, name=place, secured=checks)


def _of_members(document: dict[str, Any], members: Sequence[Verdict]) -> list[Check]:
    if not members:
        return [unchecked("presentation-empty", "The presentation carries no record.", decisive=False)]
    checks = []
    for verdict in members:
        name = verdict.summary.title or verdict.id or verdict.name
        if verdict.outcome == "rejected":
            why = next(check.sentence for check in verdict.failed() if check.decisive)
            checks.append(
                failed("presentation-member", f"“{name[:100]}” does not verify: {why}", verdict.name)
            )
        elif verdict.outcome == "incomplete":
            sentence = f"“{name[:100]}” could not be checked in full."
            checks.append(unchecked("presentation-member", sentence, verdict.name))
    return checks or [passed("presentation-member", "Each record in the presentation verifies.")]


def _of_subjects(judge: Judge, holder: str, members: Sequence[Verdict]) -> Check:
    """Whether the records are about whoever presents them; it decides where a verifier asked for an answer of its own.

    A record may be presented by somebody else (section 4.13), a parent say; whoever copied it presents it just so.
    """
    others = [member for member in members if not holder or member.summary.recipient.id != holder]
    if not others:
        return passed("subject-presents", "Whoever presents is the one whom each record is about.", "/holder")
    first = others[0]
    name, whom = first.summary.title or first.id or first.name, first.summary.recipient.id
    if whom and holder:
        sentence = (
            f"“{name[:100]}” is about {whom[:200]}, and {holder[:200]} presents it: "
            "whether that is the same person is not known."
        )
    else:
        sentence = (
            f"Whether “{name[:100]}” is about whoever presents it is not known: one of the two is not named."
        )
    decisive = judge.asked.challenge is not None or judge.asked.domain is not None
    return unchecked("subject-presents", sentence, first.name, decisive=decisive)


def unpresented(judge: Judge, verdict: Verdict) -> Verdict:
    """The verdict on a record that came alone where a verifier asked for a presentation: a copy looks just like it."""
    if judge.asked.challenge is None and judge.asked.domain is None:
        return verdict
    sentence = "Nobody signed for showing this record here: whoever has a copy of it could have sent it."
    checks = (*verdict.checks, unchecked("presentation-unsigned", sentence))
    outcome = outcome_of(checks)
    said = sentence_of(outcome, checks, verdict.summary)
    return replace(verdict, checks=checks, outcome=outcome, sentence=said)


def envelope_content(envelope: dict[str, Any]) -> str:
    """The token in an enveloped credential or presentation; "" where its id is no data: URL."""
    identifier = envelope.get("id")
    if not isinstance(identifier, str) or not identifier.startswith("data:"):
        return ""
    return unquote(identifier.partition(",")[2])
