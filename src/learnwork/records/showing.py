"""What a holder does with records: chooses which part is shown, and presents it, signed for one verifier or for all.

A part can be shown where the issuer's proof allows it: ecdsa-sd-2023 and SD-JWT. What tells whether a record still
holds (its end, its status) and what makes it the kind of record that it is stays in every part. Sources: Verifiable
Credentials Data Model 2.0, section 4.13; Data Integrity ECDSA Cryptosuites 1.0, section 3.5.5; RFC 9901, section 7.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from learnwork.records.data_model import ENVELOPED, V2, as_list, types_of
from learnwork.records.keys import PrivateKey
from learnwork.records.open_badges import is_badge
from learnwork.records.pointers import steps_of, value_at
from learnwork.records.proof_errors import PointerError
from learnwork.records.proofs import add_proof
from learnwork.records.reading import Found
from learnwork.records.sd_jwt_making import hidden_places, show
from learnwork.records.selective import NAME, derive, read_base
from learnwork.records.tokens import make_token

MOST_CHOICES = 300
_CAMEL = re.compile(r"(?<=[a-z])[A-Z](?=[a-z])")
_LONGEST = 200  # characters of a value that is offered
_ALWAYS = (
    "/issuer", "/validFrom", "/validUntil", "/issuanceDate", "/expirationDate", "/credentialStatus",
    "/credentialSchema",
)  # fmt: skip
_OF_A_BADGE = tuple(
    f"/credentialSubject/achievement/{name}" for name in ("id", "type", "name", "description", "criteria")
)
Record = str | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A place of a record that may be shown or not. always: it is shown whatever the holder chooses."""

    pointer: str
    value: str
    always: bool = False

    @property
    def label(self) -> str:
        """The way to the place, in words: `achievement › name`, `credits earned`."""
        steps = [step for step in steps_of(self.pointer) if step != "credentialSubject"]
        return " › ".join(_CAMEL.sub(lambda match: f" {match[0].lower()}", step) for step in steps)


def record_of(found: Found) -> Record | None:
    """The record to present: a credential or a token; None for what no presentation can carry (Open Badges 2.0)."""
    if found.kind in ("jwt", "sd-jwt"):
        return str(found.value)
    if found.kind == "document" and "VerifiableCredential" in types_of(found.value):
        return dict(found.value)
    return None


def choices(record: Record) -> tuple[Choice, ...]:
    """What a holder may choose of; () where the record is shown whole or not at all. Raises RecordError."""
    if isinstance(record, str):
        if "~" not in record:
            return ()
        places = list(hidden_places(record).items())[:MOST_CHOICES]
        return tuple(Choice(place, _said(value)) for place, value in places)
    mandatory = _mandatory(record)
    if mandatory is None:
        return ()
    needed = (*mandatory, *_needed(record))
    found = []
    for pointer, value in _leaves(record):
        always = any(pointer == one or pointer.startswith(f"{one}/") for one in needed)
        found.append(Choice(pointer, _said(value), always))
        if len(found) == MOST_CHOICES:
            break
    return tuple(found)


def part(record: Record, pointers: Iterable[str]) -> Record:
    """The part of a record that its holder shows. Raises RecordError where a pointer leads nowhere."""
    chosen = list(dict.fromkeys(pointers))
    if isinstance(record, str):
        return show(record, chosen)
    return derive(record, list(dict.fromkeys([*_needed(record), *chosen])))


def is_selective(record: Record) -> bool:
    """Whether a part can be shown; a base proof of ecdsa-sd-2023 must not be shown as it is."""
    return "~" in record if isinstance(record, str) else _mandatory(record) is not None


def presentation(
    records: Sequence[Record],
    *,
    holder: str,
    method: str,
    key: PrivateKey,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
) -> dict[str, Any]:
    """A presentation of records, signed by their holder (of a key for ecdsa-rdfc-2019). Raises RecordError."""
    document = _unsigned(records, holder)
    return add_proof(
        document, key=key, suite="ecdsa-rdfc-2019", method=method, created=now.replace(microsecond=0),
        purpose="authentication", domain=domain, challenge=challenge,
    )  # fmt: skip


def presentation_token(
    records: Sequence[str], *, holder: str, method: str, key: PrivateKey, domain: str, challenge: str
) -> str:
    """A presentation of tokens as a token of the first generation (jwt_vc_json of OpenID4VP 1.0, appendix B.1.3.1)."""
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(records),
    }
    return make_token(document, key=key, method=method, version="1.1", domain=domain, challenge=challenge)


def bound(record: str, pointers: Iterable[str], *, key: PrivateKey, domain: str, challenge: str) -> str:
    """A part of an SD-JWT with the holder's signature for one verifier."""
    return show(record, pointers, holder=key, domain=domain, challenge=challenge)


def _unsigned(records: Sequence[Record], holder: str) -> dict[str, Any]:
    members = [_enveloped(one) if isinstance(one, str) else one for one in records]
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": members,
    }


def _enveloped(token: str) -> dict[str, Any]:
    kind = "application/dc+sd-jwt" if "~" in token else "application/vc+jwt"
    return {"@context": V2, "id": f"data:{kind},{token}", "type": ENVELOPED}


def _mandatory(record: dict[str, Any]) -> tuple[str, ...] | None:
    """What the issuer always shows, None where the record has no base proof."""
    for proof in as_list(record.get("proof")):
        if isinstance(proof, dict) and proof.get("cryptosuite") == NAME:
            return read_base(proof.get("proofValue")).mandatory
    return None


def _needed(record: dict[str, Any]) -> tuple[str, ...]:
    """What is in every part of this record, so far as it is there."""
    wanted = (*_ALWAYS, *(_OF_A_BADGE if is_badge(record) else ()))
    return tuple(pointer for pointer in wanted if _is_there(record, pointer))


def _is_there(record: dict[str, Any], pointer: str) -> bool:
    try:
        value_at(record, pointer)
    except PointerError:
        return False
    return True


def _leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every place that says something; ids and types come along by themselves."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("@context", "proof", "id", "@id", "type", "@type"):
                continue
            yield from _leaves(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{pointer}/{number}")
    else:
        yield pointer, value


def _said(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
