"""Whether a record is revoked, suspended or carries another status: the status lists of the field, read.

Reads Bitstring Status List 1.0 (W3C, 2025), Status List 2021, the revocation list of 1EdTech (Open Badges 3.0 section
on credentialStatus) and the token status list of the IETF. A list that cannot be fetched or whose own signature cannot
be checked leaves the status *unchecked*; a list that is forged, expired, too short or for another purpose fails.
Making of lists: `status_lists.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from learnwork.records.bits import LEAST, Bits, unpacked
from learnwork.records.check_codes import CheckError
from learnwork.records.data_model import as_list, id_of, is_url, types_of
from learnwork.records.fetching import Fetcher
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import FetchError
from learnwork.records.sentences import piece
from learnwork.records.verdict import Check, Verdict, failed, from_error, passed, unchecked
from learnwork.vocabulary.errors import LearnworkError

LIMIT = 12_000_000  # bytes of a fetched list
_MOST_ENTRIES = 20  # statuses of one record
_LISTS = {
    "BitstringStatusListEntry": ("BitstringStatusListCredential", "BitstringStatusList"),
    "StatusList2021Entry": ("StatusList2021Credential", "StatusList2021"),
}
REVOCATION = "1EdTechRevocationList"


class ListVerifier(Protocol):
    """Verifies a fetched status list credential: its document (None where there is none) and the verdict on it."""

    def __call__(self, body: bytes, url: str) -> tuple[dict[str, Any] | None, Verdict]: ...


@dataclass(frozen=True, slots=True)
class StatusReader:
    """What reading a status needs: fetcher, the time that it is judged by, and who verifies lists."""

    fetcher: Fetcher
    now: datetime
    verify_list: ListVerifier

    def checks(self, document: dict[str, Any]) -> list[Check]:
        """One check or more for each status entry of a credential; none where it has no status."""
        if "credentialStatus" not in document:
            return []
        entries = as_list(document["credentialStatus"])
        if len(entries) > _MOST_ENTRIES:
            return [
                failed(
                    "status-form", f"The record has more than {_MOST_ENTRIES} statuses.", "/credentialStatus"
                )
            ]
        found: list[Check] = []
        for number, entry in enumerate(entries):
            place = f"/credentialStatus/{number}" if len(entries) > 1 else "/credentialStatus"
            found += self._entry(document, entry, place)
        return found

    def _entry(self, document: dict[str, Any], entry: Any, place: str) -> list[Check]:
        if not isinstance(entry, dict):
            return [failed("status-form", "A status entry is not an object.", place)]
        kinds = types_of(entry)
        try:
            if REVOCATION in kinds:
                return [self._revocation_list(document, entry, place)]
            known = next((kind for kind in kinds if kind in _LISTS), None)
            if known:
                return self._bitstring(document, entry, known, place)
        except CheckError as error:
            return [failed(error.code, error.message, place)]
        except FetchError as error:
            return [unreachable(error, place)]
        except LearnworkError as error:
            return [failed("status-list-form", f"The status list cannot be read: {error.message}", place)]
        said = ", ".join(kinds) or piece("no type")
        return [
            unchecked(
                "status-unknown",
                f"The record has a status of a kind that is not known here ({said[:80]}).",
                place,
            )
        ]

    # Bitstring Status List and Status List 2021 -----------------------------------------------------------

    def _bitstring(
        self, document: dict[str, Any], entry: dict[str, Any], kind: str, place: str
    ) -> list[Check]:
        for sentence in entry_faults(entry, kind):
            return [failed("status-form", sentence, place)]
        url = entry["statusListCredential"]
        fetched = self.fetcher.fetch(url, limit=LIMIT)
        listed, verdict = self.verify_list(fetched.body, url)
        bad = _bad_list(verdict, place)
        if listed is None or (bad is not None and bad.state == "failed"):
            return [
                bad
                or failed("status-list-form", "What stands at the list's address is no status list.", place)
            ]
        subject = _list_subject(listed, kind)
        _purposes(subject, entry["statusPurpose"])
        size = entry.get("statusSize", 1)
        bits = _bits(subject, kind, size)
        value = bits[int(entry["statusListIndex"])]
        check = _meaning(entry, value, place)
        if bad is not None and check.state == "passed":
            return [bad]
        return [check, *_length(bits, place), *_keeper(document, listed, place)]

    # The revocation list of 1EdTech -----------------------------------------------------------------------

    def _revocation_list(self, document: dict[str, Any], entry: dict[str, Any], place: str) -> Check:
        url = entry.get("id")
        if not is_url(url):
            return failed("status-form", "The status entry does not say where its list is.", place)
        body = self.fetcher.fetch(str(url), limit=LIMIT).body
        listed = parse(body, where=str(url))
        revoked = (
            listed.get("revokedCredential", listed.get("revokedCredentials"))
            if isinstance(listed, dict)
            else None
        )
        if not isinstance(revoked, list):
            raise CheckError("status-list-form", "The revocation list does not list revoked records.")
        keeper = id_of(listed.get("issuer"))
        if keeper and keeper != id_of(document.get("issuer")):
            raise CheckError(
                "status-list-forged", f"The revocation list is that of another issuer, {keeper[:200]}."
            )
        if not isinstance(document.get("id"), str):
            raise CheckError("status-form", "The record has a revocation list, but no id to look up in it.")
        for each in revoked:
            if id_of(each) == document["id"] and not (
                isinstance(each, dict) and each.get("revoked") is False
            ):
                reason = each.get("revocationReason") if isinstance(each, dict) else None
                return failed("revoked", _with_reason("The issuer revoked this record.", reason), place)
        return passed("status", "The record is not on its issuer's list of revoked records.", place)


def unreachable(error: LearnworkError, place: str) -> Check:
    """The status is not known: never that it is good."""
    unknown = "Whether the record was revoked is not known: its status list could not be fetched."
    return unchecked("status-unreachable", f"{unknown} {error.message}", place)


def entry_faults(entry: dict[str, Any], kind: str = "BitstringStatusListEntry") -> Iterator[str]:
    """What is wrong with a status entry by itself (Bitstring Status List section 2.1)."""
    url, index, size = (
        entry.get("statusListCredential"),
        entry.get("statusListIndex"),
        entry.get("statusSize", 1),
    )
    if not isinstance(entry.get("statusPurpose"), str):
        yield "The status entry does not say its purpose."
    if not is_url(url):
        yield "The status entry does not say where its list is."
    if not (isinstance(index, str) and index.isascii() and index.isdigit() and len(index) < 12):
        yield "The place in the status list is not a whole number, written as a text."
    if "id" in entry and (
        not is_url(entry["id"]) or (entry["id"] == url and kind == "BitstringStatusListEntry")
    ):
        yield "The id of the status entry is no URL, or is that of the list itself."
    if type(size) is not int or not 1 <= size <= 16:
        yield "The size of the status is not a whole number of bits from 1 to 16."
        return
    messages = entry.get("statusMessage")
    if messages is None and size == 1:
        return
    if not isinstance(messages, list) or len(messages) != 1 << size:
        yield f"A status of {size} bits needs {1 << size} messages."
    elif not all(isinstance(each, dict) and _is_message(each) for each in messages):
        yield "A status message lacks its status or its text."


def _is_message(each: dict[str, Any]) -> bool:
    return isinstance(each.get("message"), str) and _value_of(each) is not None


def _value_of(message: dict[str, Any]) -> int | None:
    """The value that a message belongs to, which is written as 0x and hexadecimal digits."""
    text = message.get("status")
    try:
        return int(text, 16) if isinstance(text, str) and text.startswith("0x") else None
    except ValueError:
        return None


def _bad_list(verdict: Verdict, place: str) -> Check | None:
    """What the verdict on the list itself means for the record; None where the list is good."""
    if verdict.accepted:
        return None
    for check in verdict.failed():
        if not check.decisive:
            continue
        if check.code == "valid-until":
            return failed("status-list-expired", "The status list that the record names has expired.", place)
        if check.code == "valid-from":
            return failed(
                "status-list-early", "The status list that the record names is not valid yet.", place
            )
        if check.code in ("readable", "no-record", "type-base", "form"):
            return failed("status-list-form", f"The status list is not a credential: {check.sentence}", place)
        return failed("status-list-forged", f"The status list does not verify: {check.sentence}", place)
    why = next(
        (check.sentence for check in verdict.unchecked() if check.decisive),
        "Its signature could not be checked.",
    )
    unknown = "Whether the record was revoked is not known: its status list could not be checked."
    return unchecked("status", f"{unknown} {why}", place)


def _list_subject(listed: dict[str, Any], kind: str) -> dict[str, Any]:
    credential_type, subject_type = _LISTS[kind]
    if credential_type not in types_of(listed):
        raise CheckError("status-list-form", f"The status list does not say that it is a {credential_type}.")
    subject = listed.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, dict) or subject_type not in types_of(subject):
        raise CheckError("status-list-form", f"The subject of the status list is not a {subject_type}.")
    return subject


def _purposes(subject: dict[str, Any], purpose: str) -> None:
    purposes = as_list(subject.get("statusPurpose"))
    if purpose not in purposes:
        said = ", ".join(str(each) for each in purposes)[:100]
        raise CheckError(
            "status-list-purpose", f"The status list is for {said}; the record asks it for {purpose[:40]}."
        )


def _bits(subject: dict[str, Any], kind: str, size: int) -> Bits:
    text = subject.get("encodedList")
    if not isinstance(text, str):
        raise CheckError("status-list-form", "The status list has no encoded list.")
    if kind == "BitstringStatusListEntry":
        if not text.startswith("u"):
            raise CheckError("status-list-form", "The encoded list is not in base64url with the prefix u.")
        text = text[1:]
    return unpacked(text, size)


def _length(bits: Bits, place: str) -> list[Check]:
    """A short list gives away who is asked about; it is refused, but what it says is told all the same."""
    if bits.entries >= LEAST:
        return []
    sentence = f"The status list has {bits.entries:,} entries; its standard asks for {LEAST:,} at least."
    return [failed("status-list-short", sentence, place)]


def _meaning(entry: dict[str, Any], value: int, place: str) -> Check:
    purpose = entry["statusPurpose"]
    message = next(
        (each["message"] for each in entry.get("statusMessage", ()) if _value_of(each) == value), None
    )
    if purpose == "revocation":
        if value:
            return failed("revoked", _with_reason("The issuer revoked this record.", message), place)
        return passed("status", "The issuer has not revoked this record.", place)
    if purpose == "suspension":
        if value:
            return failed("suspended", _with_reason("The issuer suspended this record.", message), place)
        return passed("status", "The issuer has not suspended this record.", place)
    if purpose == "message":
        said = message or f"{value:#x}"
        return passed(
            "status-message", f"The status list says about this record: {said[:300]}", place, decisive=False
        )
    if purpose == "refresh":
        sentence = (
            "The issuer offers a newer version of this record."
            if value
            else "The issuer offers no newer version."
        )
        return passed("status-message", sentence, place, decisive=False)
    if value:
        return unchecked("status-set", f"The issuer set the status “{purpose[:60]}” for this record.", place)
    return passed("status", f"The status “{purpose[:60]}” is not set.", place)


def _with_reason(sentence: str, reason: object) -> str:
    if not isinstance(reason, str) or not reason:
        return sentence
    given = f"The reason given: {reason[:300]}"
    return f"{sentence} {given}"


def _keeper(document: dict[str, Any], listed: dict[str, Any], place: str) -> list[Check]:
    issuer, keeper = id_of(document.get("issuer")), id_of(listed.get("issuer"))
    if issuer == keeper:
        return []
    sentence = f"The status list is kept and signed by {keeper[:200]}, not by the issuer; the record names its address."
    return [passed("status-other-issuer", sentence, place, decisive=False)]


# The token status list of the IETF -------------------------------------------------------------------------

TOKEN_STATES = {0: "valid", 1: "revoked", 2: "suspended"}
_NOT_VALID = {"revoked": "The issuer revoked this record.", "suspended": "The issuer suspended this record."}


def token_check(
    claims: dict[str, Any], reference: dict[str, Any], now: datetime, place: str = "/status"
) -> Check:
    """What a token status list, whose signature was verified before, says at the place that a record refers to.

    claims: of the list; reference: `status_list` of the record, with `idx` and `uri`.
    """
    try:
        listed = claims.get("status_list")
        index = reference.get("idx")
        if claims.get("sub") != reference.get("uri"):
            raise CheckError("status-list-forged", "The status list is not the one that the record names.")
        if "exp" in claims and type(claims["exp"]) not in (int, float):
            raise CheckError("status-list-form", "The status list does not say in seconds when it ends.")
        if "exp" in claims and claims["exp"] <= now.timestamp():
            raise CheckError("status-list-expired", "The status list that the record names has expired.")
        if not isinstance(listed, dict) or listed.get("bits") not in (1, 2, 4, 8) or type(index) is not int:
            raise CheckError("status-list-form", "The status list or the place in it cannot be read.")
        value = unpacked(listed.get("lst", ""), listed["bits"], lsb=True)[index]
    except CheckError as error:
        return from_error(error, place)
    state = TOKEN_STATES.get(value)
    if state == "valid":
        return passed("status", "The issuer has neither revoked nor suspended this record.", place)
    if state is None:
        return unchecked(
            "status-set", f"The issuer set a status of its own ({value:#x}) for this record.", place
        )
    return failed(state, _NOT_VALID[state], place)
