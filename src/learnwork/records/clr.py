"""Comprehensive Learner Records 2.0: their members, whose they are, and the associations between them.

A record's own signature says only that its issuer put these members together; each member is verified by itself
(`verification.py`), and here are the rules that tie them: no member contains itself, all are about the same person,
associations name what is there. Source: Comprehensive Learner Record 2.0 (1EdTech, 2024), section B.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from learnwork.records.data_model import as_list, id_of, types_of
from learnwork.records.sentences import piece
from learnwork.records.verdict import Association, Check, Verdict, failed, passed, unchecked

MOST_MEMBERS = 500
MOST_DEPTH = 4
_NAMED = 10  # members that a sentence or list of checks names


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a record as they stand in it, each with its place, and what is wrong with the list."""

    found: tuple[tuple[str, Any], ...]
    checks: tuple[Check, ...] = ()


def is_clr(document: dict[str, Any]) -> bool:
    return "ClrCredential" in types_of(document)


def members_of(document: dict[str, Any], above: Sequence[str] = ()) -> Members:
    """The members to verify. above: ids of the records that this one lies in, outermost first."""
    found: list[tuple[str, Any]] = []
    checks: list[Check] = []
    for subject in as_list(document.get("credentialSubject")):
        listed = subject.get("verifiableCredential", []) if isinstance(subject, dict) else []
        for number, member in enumerate(as_list(listed)):
            found.append((f"/credentialSubject/verifiableCredential/{number}", member))
    if not found:
        return Members((), (failed("clr-empty", "The record has no members.", "/credentialSubject"),))
    if len(found) > MOST_MEMBERS:
        sentence = f"The record has {len(found):,} members; at most {MOST_MEMBERS:,} are verified."
        checks.append(unchecked("clr-too-many", sentence, "/credentialSubject"))
        found = found[:MOST_MEMBERS]
    lineage = {each for each in (*above, document.get("id")) if isinstance(each, str)}
    kept = []
    for place, member in found:
        if isinstance(member, dict) and id_of(member) and id_of(member) in lineage:
            checks.append(failed("clr-cycle", "A member has the id of the record that it lies in.", place))
        elif not isinstance(member, dict | str):
            checks.append(failed("clr-member-form", "A member is no record.", place))
        elif len(above) >= MOST_DEPTH:
            sentence = f"Records lie in each other more than {MOST_DEPTH} deep."
            checks.append(failed("clr-depth", sentence, place))
        else:
            kept.append((place, member))
    return Members(tuple(kept), tuple(checks))


def checks_of_members(document: dict[str, Any], members: Sequence[tuple[str, Verdict]]) -> list[Check]:
    """What the verdicts on its members mean for a record; places are theirs."""
    checks: list[Check] = []
    owners = _owners(document)
    for place, verdict in members:
        name = verdict.summary.title or verdict.id or "A member"
        if verdict.outcome == "rejected":
            why = next((check.sentence for check in verdict.failed() if check.decisive), "It did not verify.")
            checks.append(failed("clr-member", f"“{name[:100]}” does not verify: {why}", place))
        elif verdict.outcome == "incomplete":
            why = next((check.sentence for check in verdict.unchecked() if check.decisive), "")
            checks.append(
                unchecked("clr-member", f"“{name[:100]}” could not be checked in full: {why}", place)
            )
        owner = verdict.summary.recipient.id
        if owners and owner and owner not in owners:
            sentence = f"“{name[:100]}” is about another person than the record it lies in."
            checks.append(failed("clr-foreign", sentence, place))
    bad = [check for check in checks if check.code == "clr-member"]
    if members and not bad:
        count = "The one member verifies" if len(members) == 1 else f"All {len(members)} members verify"
        checks.insert(
            0,
            passed("clr-member", f"{count} by itself." if len(members) == 1 else f"{count}, each by itself."),
        )
    return checks


def _owners(document: dict[str, Any]) -> set[str]:
    return {id_of(each) for each in as_list(document.get("credentialSubject")) if id_of(each)}


def associations_of(document: dict[str, Any]) -> tuple[Association, ...]:
    """The associations that a record draws between its achievements and members."""
    found = []
    for subject in as_list(document.get("credentialSubject")):
        for each in as_list(subject.get("association", [])) if isinstance(subject, dict) else []:
            if isinstance(each, dict):
                texts = [each.get(name) for name in ("associationType", "sourceId", "targetId")]
                found.append(Association(*(text if isinstance(text, str) else "" for text in texts)))
    return tuple(found[:MOST_MEMBERS])


def association_checks(document: dict[str, Any]) -> Iterator[Check]:
    """Whether associations name what is in the record."""
    associations = associations_of(document)
    there = set(_ids(document))
    loose = [each for each in associations if each.source not in there or each.target not in there]
    for each in loose[:_NAMED]:
        missing = each.source if each.source not in there else each.target
        sentence = f"An association names {missing[:200] or piece('nothing')}, which is not in the record."
        yield failed("clr-association", sentence, "/credentialSubject/association", decisive=False)
    if associations and not loose:
        sentence = "Every association names what is in the record."
        yield passed("clr-association", sentence, "/credentialSubject/association", decisive=False)


def _ids(document: dict[str, Any]) -> Iterator[str]:
    for subject in as_list(document.get("credentialSubject")):
        if not isinstance(subject, dict):
            continue
        for member in (
            *as_list(subject.get("achievement", [])),
            *as_list(subject.get("verifiableCredential", [])),
        ):
            if not isinstance(member, dict):
                continue
            yield id_of(member)
            inner = member.get("credentialSubject")
            for each in as_list(inner):
                if isinstance(each, dict):
                    yield id_of(each.get("achievement"))
