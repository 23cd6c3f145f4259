"""Whether a record is valid at a time: not before it begins, not after it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learnwork.records.data_model import generation, moment
from learnwork.records.verdict import Check, failed, passed


def validity_checks(first: object, last: object, now: datetime, places: tuple[str, str]) -> list[Check]:
    """Checks of a period. first, last: as written, or None; what is no date is left to the rules of the data model."""
    begins, ends = moment(first), moment(last)
    checks = []
    if begins is not None and begins > now:
        sentence = f"The record is not valid yet: it begins on {begins:%Y-%m-%d at %H:%M %Z}."
        checks.append(failed("valid-from", sentence, places[0]))
    if ends is not None and ends <= now:
        sentence = f"The record has expired: it ended on {ends:%Y-%m-%d at %H:%M %Z}."
        checks.append(failed("valid-until", sentence, places[1]))
    if checks or (begins is None and ends is None):
        return checks
    if ends is not None:
        return [passed("valid-until", f"The record is valid until {ends:%Y-%m-%d}.", places[1])]
    return [passed("valid-from", f"The record is valid since {begins:%Y-%m-%d}, without an end.", places[0])]


def credential_validity(document: dict[str, Any], now: datetime) -> list[Check]:
    """The period of a credential, by the names of its data model."""
    old = generation(document) == "1.1"
    names = ("issuanceDate", "expirationDate") if old else ("validFrom", "validUntil")
    if old and "expirationDate" not in document and "validUntil" in document:
        names = ("issuanceDate", "validUntil")  # reserved by version 1.1 (section 4.6), and written by some
    first, last = (document.get(name) for name in names)
    return validity_checks(first, last, now, (f"/{names[0]}", f"/{names[1]}"))
