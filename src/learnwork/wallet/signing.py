"""Signing what an issuer asks to be signed: checked first, given its place in a status list, recorded, signed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from learnwork.records.bits import LEAST, Bits
from learnwork.records.canonical import canonize
from learnwork.records.clr import is_clr
from learnwork.records.data_model import (
    ENVELOPED,
    V2,
    Fault,
    as_list,
    faults_of_credential,
    generation,
    id_of,
    is_url,
    types_of,
)
from learnwork.records.jose import sign_token
from learnwork.records.keys import PublicKey
from learnwork.records.open_badges import is_badge
from learnwork.records.proofs import add_proof
from learnwork.records.related_resources import matches_pinned
from learnwork.records.sd_jwt_making import issue_sd_jwt
from learnwork.records.status import entry_faults
from learnwork.records.status_lists import (
    bitstring_entry,
    bitstring_list,
    revocation_entry,
    revocation_list,
    token_list_claims,
    token_reference,
)
from learnwork.records.tokens import make_token
from learnwork.wallet.errors import CredentialRefusedError, CredentialUnknownError, IssuerRefusedError
from learnwork.wallet.issuers import NAMED, PURPOSES, current_key, method_of, secret_of, signs_tokens
from learnwork.wallet.models import Issued, Issuer, Key, StatusList

SELECTIVE = "ecdsa-sd-2023"
BOTH = "both"  # what the lists are for that `status` claims of SD-JWT VCs name: revocation and suspension
FRESH = 60  # seconds for which others may keep a list or a key: a revocation is seen that soon
_ENTRY = "BitstringStatusListEntry"
_APART = ("identifier", "result", "narrative", "image")  # of a subject: shown or not, as the holder likes
_FULL = (
    LEAST // 2
)  # entries taken of a list before the next is begun: free ones must stay easy to find by chance


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed record: `document` with its proof, or enveloped; `token` where it is one."""

    document: dict[str, Any]
    token: str
    issued: Issued


def sign(
    issuer: Issuer,
    credential: dict[str, Any],
    *,
    ctid: str = "",
    mandatory: tuple[str, ...] = (),
    holder: PublicKey | None = None,
) -> Signed:
    """The credential, signed by the issuer's current key, with an entry in each of its status lists.

    ctid: of the registry's credential that it is of. mandatory: JSON pointers of what a holder always shows
    (ecdsa-sd-2023). holder: makes it an SD-JWT VC bound to that key, whatever the issuer's suite.
    Raises CredentialRefusedError, IssuerRefusedError, and what canonization raises.
    """
    document = _of(issuer, credential)
    faults = faults_of_credential(document) or list(_more_faults(document))
    if faults:
        raise refused(faults)
    if (
        holder or signs_tokens(issuer) or "jcs" in issuer.suite
    ):  # the other suites find undefined terms as they sign
        canonize({name: value for name, value in document.items() if name != "proof"})
    key, now = current_key(issuer), datetime.now(UTC)
    with transaction.atomic():
        if holder:
            status, entries = _refer(issuer, document)
            token = _disclosable(document | status, key, holder, now)
        else:
            entries, token = _enter(issuer, document), ""
        token = token or (_token(document, key) if signs_tokens(issuer) else "")
        signed = _enveloped(token) if token else _proven(document, key, now, mandatory=mandatory)
        issued = Issued.objects.create(
            issuer=issuer, key=key, identifier=id_of(document), ctid=ctid, entries=entries, issued_at=now,
            digest=sha256(token.encode() or orjson.dumps(signed)).digest(),
        )  # fmt: skip
    return Signed(signed, token, issued)


def refused(faults: list[Fault]) -> CredentialRefusedError:
    first = faults[0]
    more = f" {len(faults) - 1} more faults." if len(faults) > 1 else ""
    return CredentialRefusedError(
        f"{first.sentence} (at {first.place or 'the top'}){more}",
        hint="Mend it and ask again; nothing was signed.",
    )


def _more_faults(document: dict[str, Any]) -> Iterator[Fault]:
    """Related resources whose digests are known here to be others, and status entries that no list can answer."""
    for number, each in enumerate(as_list(document.get("relatedResource", []))):
        if isinstance(each, dict) and matches_pinned(each) is False:
            sentence = f"{str(each['id'])[:200]} does not have the digest that is given."
            yield Fault("related-digest", sentence, f"/relatedResource/{number}")
    for entry in as_list(document.get("credentialStatus", [])):
        if isinstance(entry, dict) and _ENTRY in types_of(entry):
            yield from (Fault("status-form", said, "/credentialStatus") for said in entry_faults(entry))


def _of(issuer: Issuer, credential: dict[str, Any]) -> dict[str, Any]:
    """A copy of the credential in the issuer's name. Raises CredentialRefusedError where it is in another's.

    A throw-away issuer puts its name in place of another's: the credentials of test harnesses name made-up issuers.
    """
    document = deepcopy(credential)
    given = document.get("issuer")
    if "issuer" not in document:
        document["issuer"] = issuer.did
    elif isinstance(given, dict) and "id" not in given:
        document["issuer"] = {"id": issuer.did, **given}
    elif issuer.until and is_url(id_of(given)):
        document["issuer"] = {**given, "id": issuer.did} if isinstance(given, dict) else issuer.did
    elif isinstance(given, str | dict) and id_of(given) != issuer.did:
        raise CredentialRefusedError(
            f"The credential names {id_of(given)[:200]!r} as its issuer, and {issuer.slug} is {issuer.did}.",
            hint="Leave the issuer out, or name the one that signs.",
        )
    return document


def _proven(
    document: dict[str, Any], key: Key, now: datetime, *, suite: str = "", mandatory: tuple[str, ...] = ()
) -> dict[str, Any]:
    suite = suite or key.issuer.suite
    always = _always(document, mandatory) if suite == SELECTIVE else ()
    return add_proof(
        document,
        key=secret_of(key),
        suite=suite,
        method=method_of(key),
        created=now.replace(microsecond=0),
        mandatory=always,
    )


def _always(document: dict[str, Any], asked: tuple[str, ...]) -> tuple[str, ...]:
    """What a holder always shows: what is asked for, and the status, or whoever was revoked would hide it."""
    chosen = asked or tuple(f"/{name}" for name in ("issuer", "issuanceDate") if name in document)
    hidden = "credentialStatus" in document and "/credentialStatus" not in chosen
    return (*chosen, "/credentialStatus") if hidden else chosen


def _token(document: dict[str, Any], key: Key) -> str:
    version = "2.0" if V2 in document.get("@context", ()) else "1.1"
    return make_token(document, key=secret_of(key), method=method_of(key), version=version)  # type: ignore[arg-type]


def _disclosable(document: dict[str, Any], key: Key, holder: PublicKey, now: datetime) -> str:
    """An SD-JWT VC: the record as its claims, with what a holder may keep to themselves apart."""
    claims = {
        **document,
        "vct": type_of_disclosable(),
        "iss": key.issuer.did,
        "iat": int(now.timestamp()),
    }
    subject = document.get("credentialSubject")
    hidden = ["/evidence"] if "evidence" in document else []
    if isinstance(subject, dict):
        hidden += [f"/credentialSubject/{name}" for name in _APART if name in subject]
    header = {"typ": "dc+sd-jwt", "kid": method_of(key)}
    return issue_sd_jwt(claims, hidden, key=secret_of(key), header=header, holder=holder)


def type_of_disclosable() -> str:
    """The type (vct) of badges in the form of SD-JWT VC; its metadata are served there."""
    return f"{settings.BASE_URL}/vct/OpenBadgeCredential"


def _enveloped(token: str) -> dict[str, Any]:
    kind = "dc+sd-jwt" if "~" in token else "vc+jwt"
    return {"@context": V2, "id": f"data:application/{kind},{token}", "type": ENVELOPED}


# Status -------------------------------------------------------------------------------------------------------


def address_of(status_list: StatusList) -> str:
    return f"{settings.BASE_URL}/status/{status_list.slug}"


def _enter(issuer: Issuer, document: dict[str, Any]) -> dict[str, list[Any]]:
    """Give the credential an entry in a list of each of the issuer's purposes, unless it brings its own status.

    The contexts of version 1.1 have no terms for such an entry, so records of that version get none.
    """
    if not issuer.status or "credentialStatus" in document or generation(document) == "1.1":
        return {}
    entries: dict[str, list[Any]] = {}
    stated = []
    purposes = issuer.status.split(",")
    # The schemas of Open Badges and CLR have room for one status: then the first purpose it is.
    single = is_badge(document) or is_clr(document)
    for purpose in purposes[:1] if single else purposes:
        if purpose == NAMED:
            if not id_of(document):
                raise CredentialRefusedError(
                    "The credential has no id by which a list could name it.", hint="Give it one: a urn:uuid."
                )
            entries[purpose] = []
            stated.append(revocation_entry(named_list_of(issuer)))
            continue
        status_list, index = _take(issuer, purpose)
        entries[purpose] = [status_list.slug, index]
        stated.append(bitstring_entry(address_of(status_list), index, purpose=purpose))
    document["credentialStatus"] = stated[0] if len(stated) == 1 else stated
    return entries


def _refer(issuer: Issuer, document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The `status` claim of an SD-JWT VC and where it points, unless the credential brings its own status."""
    if not issuer.status or "credentialStatus" in document:
        return {}, {}
    status_list, index = _take(issuer, BOTH)
    reference = token_reference(address_of(status_list), index)
    return {"status": reference}, {BOTH: [status_list.slug, index]}


def _take(issuer: Issuer, purpose: str) -> tuple[StatusList, int]:
    """A free entry at random, so that neighbours say nothing about who was issued what when."""
    # One at a time for an issuer: two that find no open list would each begin one.
    Issuer.objects.select_for_update().get(pk=issuer.pk)
    open_lists = issuer.lists.select_for_update().filter(purpose=purpose, count__lt=_FULL)
    status_list = open_lists.order_by("pk").first() or _begin(issuer, purpose)
    taken = Bits(bytearray(status_list.taken))
    index = secrets.randbelow(taken.entries)
    while taken[index]:
        index = secrets.randbelow(taken.entries)
    taken[index] = 1
    status_list.taken, status_list.count = bytes(taken.data), status_list.count + 1
    status_list.save(update_fields=["taken", "count"])
    return status_list, index


def _begin(issuer: Issuer, purpose: str) -> StatusList:
    empty = Bits.empty(size=2, lsb=True) if purpose == BOTH else Bits.empty()
    return StatusList.objects.create(
        slug=secrets.token_hex(12),
        issuer=issuer,
        purpose=purpose,
        bits=bytes(empty.data),
        taken=bytes(Bits.empty().data),
        changed_at=datetime.now(UTC),
    )


def _bits_of(status_list: StatusList) -> Bits:
    of_tokens = status_list.purpose == BOTH
    return Bits(bytearray(status_list.bits), 2 if of_tokens else 1, lsb=of_tokens)


def issued_as(issuer: Issuer, identifier: str) -> Issued:
    """Raises CredentialUnknownError."""
    found = issuer.issued.filter(identifier=identifier).order_by("-pk").first() if identifier else None
    if found is None:
        raise CredentialUnknownError(
            f"{issuer.slug} did not issue {identifier[:200]!r}.", hint="Send the `id` of the credential."
        )
    return found


def set_status(issued: Issued, purpose: str, value: bool, *, reason: str = "") -> None:
    """Revoke (for good), suspend or reinstate a record. Raises IssuerRefusedError.

    What verifiers see changes with the next copy of the list that they fetch. A record that stands in a list for
    suspension only is revoked by suspending it for good.
    """
    others = (NAMED, BOTH, "suspension") if purpose == "revocation" else (BOTH,)
    listed = next((each for each in (purpose, *others) if each in issued.entries), purpose)
    if listed not in issued.entries:
        raise IssuerRefusedError(
            f"The record stands in no status list for {purpose}.",
            hint=f"It stands in those for: {', '.join(issued.entries) or 'nothing'}.",
        )
    if listed == BOTH and purpose not in PURPOSES:
        raise IssuerRefusedError(
            f"A list of tokens knows no {purpose[:40]}.", hint=f"It knows {' and '.join(PURPOSES)}."
        )
    now = datetime.now(UTC)
    with transaction.atomic():
        status_list = _locked(issued, listed)
        issued.refresh_from_db(fields=["state"])  # as it is under the lock
        if issued.state.get("revocation") and not value:
            raise IssuerRefusedError(
                "A revoked record stays revoked.", hint="Issue it anew; suspend what may come back."
            )
        issued.state = {**issued.state, purpose: value}
        if status_list is not None:
            bits = _bits_of(status_list)
            bits[issued.entries[listed][1]] = _state_of(issued) if listed == BOTH else int(value)
            status_list.bits, status_list.changed_at = bytes(bits.data), now
            status_list.save(update_fields=["bits", "changed_at"])
        issued.state_at, issued.reason = now, reason[:500]
        issued.save(update_fields=["state", "state_at", "reason"])


def _state_of(issued: Issued) -> int:
    """The value of a record in a list of tokens."""
    state = next((name for name in ("revocation", "suspension") if issued.state.get(name)), "")
    return {"revocation": 1, "suspension": 2}.get(state, 0)


def _locked(issued: Issued, listed: str) -> StatusList | None:
    """The list that a record stands in, held for changing; None where the list names records by their ids."""
    if listed == NAMED:
        Issued.objects.select_for_update().get(pk=issued.pk)
        return None
    return StatusList.objects.select_for_update().get(slug=issued.entries[listed][0])


def named_list_of(issuer: Issuer) -> str:
    """Where the revocation list of 1EdTech of an issuer is served."""
    return f"{settings.BASE_URL}/issuers/{issuer.slug}/revocations"


def named_list(issuer: Issuer) -> dict[str, Any]:
    """What an issuer revoked, by id, whatever status lists its records name. Of a suspended record nothing is said."""
    revoked = issuer.issued.filter(state__revocation=True).exclude(identifier="")
    reasons = dict(revoked.values_list("identifier", "reason"))
    return revocation_list(named_list_of(issuer), issuer.did, reasons)


def published_list(status_list: StatusList) -> Signed:
    """The signed list, as it is served; nothing is recorded of it."""
    issuer = status_list.issuer
    key = current_key(issuer)
    if status_list.purpose == BOTH:
        return Signed({}, _token_list(status_list, key), Issued(issuer=issuer, key=key))
    document = bitstring_list(
        _bits_of(status_list),
        url=address_of(status_list),
        issuer=issuer.did,
        purpose=status_list.purpose,
        valid_from=status_list.changed_at.replace(microsecond=0),
    )
    token = _token(document, key) if signs_tokens(issuer) else ""
    # A base proof of selective disclosure is for holders; a list is for everybody, so it is signed as a whole.
    suite = "ecdsa-rdfc-2019" if issuer.suite == SELECTIVE else issuer.suite
    signed = document if token else _proven(document, key, datetime.now(UTC), suite=suite)
    return Signed(signed, token, Issued(issuer=issuer, key=key))


def _token_list(status_list: StatusList, key: Key) -> str:
    """The list that the `status` claims of tokens refer to (draft-ietf-oauth-status-list, section 5.1)."""
    now = datetime.now(UTC)
    claims = token_list_claims(_bits_of(status_list), url=address_of(status_list), now=now, ttl=FRESH)
    header = {"typ": "statuslist+jwt", "kid": method_of(key)}
    return sign_token(header, {"iss": status_list.issuer.did, **claims}, secret_of(key))


def media_type_of(status_list: StatusList, signed: Signed) -> str:
    """The media type under which a published list is served."""
    if status_list.purpose == BOTH:
        return "application/statuslist+jwt"
    return "application/vc+jwt" if signed.token else "application/vc"
