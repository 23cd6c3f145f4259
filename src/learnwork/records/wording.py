"""The sentence that a verdict begins with, and what kind of record it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learnwork.records.clr import is_clr
from learnwork.records.data_model import generation, types_of
from learnwork.records.open_badges import is_badge
from learnwork.records.sentences import piece
from learnwork.records.verdict import Check, Outcome, Summary

# What is told first where several things failed: a record that is not genuine before one that has expired.
_ORDER = (
    "proof-missing",
    "signature-wrong",
    "proof",
    "issuer-bound",
    "revoked",
    "suspended",
    "valid-until",
    "valid-from",
)


def kind_of(document: dict[str, Any]) -> str:
    """The kind of a credential or presentation, in the words of its standard."""
    types = types_of(document)
    if "VerifiablePresentation" in types:
        return piece("Presentation")
    if is_clr(document):
        return "Comprehensive Learner Record 2.0"
    if "EndorsementCredential" in types:
        return "Endorsement (Open Badges 3.0)"
    if is_badge(document):
        return "Open Badges 3.0"
    if any(each.endswith(("StatusListCredential", "StatusList2021Credential")) for each in types):
        return piece("Status list")
    return f"Verifiable Credential {generation(document)}".strip()


def sentence_of(outcome: Outcome, checks: Sequence[Check], summary: Summary) -> str:
    """What a person is told first; it claims nothing that was not checked."""
    if outcome == "rejected":
        return f"Do not rely on this record. {_first(checks).sentence}"
    if outcome == "incomplete":
        missing = [check for check in checks if check.state == "unchecked" and check.decisive]
        if not missing:
            return "Nothing about this record could be checked."
        said = f"Nothing wrong was found, but not everything could be checked. {missing[0].sentence}"
        return f"{said} ({len(missing) - 1} more could not be checked.)" if missing[1:] else said
    return _good(checks, summary)


def _good(checks: Sequence[Check], summary: Summary) -> str:
    codes = {check.code for check in checks if check.state == "passed"}
    issuer = summary.issuer
    who = issuer.id or "its issuer"
    if issuer.name:
        who = f"{who}, which calls itself “{issuer.name[:100]}”"
    said = _IT_IS[bool(codes & {"valid-until", "valid-from"}), "status" in codes]
    if "hosted" in codes:
        return f"This record stands where {who} publishes it; {said}"
    if "issuer-bound" in codes:
        return f"This record was signed with a key of {who}; {said}"
    return "What was checked of this record is right."


# By whether it is valid now and whether a status was looked up.
_IT_IS = {
    (False, False): "it is unchanged.",
    (True, False): "it is unchanged and valid at this time.",
    (False, True): "it is unchanged and not revoked.",
    (True, True): "it is unchanged, valid at this time and not revoked.",
}


def _first(checks: Sequence[Check]) -> Check:
    failing = [check for check in checks if check.state == "failed" and check.decisive]
    return min(failing, key=lambda check: _ORDER.index(check.code) if check.code in _ORDER else len(_ORDER))
