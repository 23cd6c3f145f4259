"""Records that wait for their recipients: claimed once, by a link in a browser or by a wallet that shows its key.

Who has the code has the record. What is sealed in an offer is wiped when it ends or is withdrawn; a claimed one can be
fetched again until then, because browsers lose downloads.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from learnwork.records.clr import is_clr, members_of
from learnwork.records.data_model import as_list, id_of
from learnwork.records.issuing import Recipient
from learnwork.records.keys import PublicKey
from learnwork.wallet import signing, vault
from learnwork.wallet.errors import ClaimRefusedError, OfferUnknownError
from learnwork.wallet.models import Issuer, Offer

LASTS = timedelta(days=90)
TOKEN_LASTS = timedelta(minutes=10)


def make(
    issuer: Issuer,
    document: dict[str, Any],
    to: Recipient,
    *,
    ctid: str = "",
    title: str = "",
    row: int = 0,
    lasts: timedelta = LASTS,
) -> tuple[Offer, str]:
    """A record that waits, and the code with which it is claimed: told once, here."""
    code, now = secrets.token_urlsafe(32), datetime.now(UTC)
    inside = {"document": document, "to": {"mail": to.mail, "name": to.name, "did": to.did}}
    offer = Offer.objects.create(
        issuer=issuer, code=digest(code), sealed=vault.seal(orjson.dumps(inside), _context(code)), ctid=ctid,
        identifier=document["id"], title=title[:500], row=row, made_at=now, until=now + lasts,
    )  # fmt: skip
    return offer, code


def link(code: str) -> str:
    """The page on which a recipient claims."""
    return f"{settings.BASE_URL}/claim/{code}"


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _context(code: str) -> str:
    return f"the offer {digest(code)[:16]}"


def opened(code: str, *, of: Issuer | None = None) -> tuple[Offer, dict[str, Any]]:
    """An offer and what is sealed in it. Raises OfferUnknownError, VaultError."""
    found = Offer.objects.select_related("issuer", "issued").filter(code=digest(code)).first()
    if (
        found is None
        or found.until < datetime.now(UTC)
        or not found.sealed
        or (of and found.issuer_id != of.pk)
    ):
        raise OfferUnknownError("No record waits here.", hint="Ask the issuer for a new link.")
    return found, orjson.loads(vault.unseal(bytes(found.sealed), _context(code)))


def claim(code: str, *, holder: str = "", of: Issuer | None = None, bound: PublicKey | None = None) -> bytes:
    """The signed record, for a browser or, under its holder's DID, for a wallet; the same one when asked again.

    bound: the holder's key, for an SD-JWT VC. Raises OfferUnknownError; also where it was claimed under another DID,
    or in another form.
    """
    with transaction.atomic():
        # Taken for changing, so that two claims at once sign one record and not two.
        list(Offer.objects.select_for_update().filter(code=digest(code)).values_list("pk"))
        offer, inside = opened(code, of=of)
        if "signed" not in inside:
            _sign(offer, inside, holder, code, bound)
        elif holder and (inside.get("holder", ""), "~" in inside["signed"]) != (holder, bound is not None):
            raise OfferUnknownError("The record was claimed already.", hint="Ask the issuer for a new one.")
    signed: str = inside["signed"]
    return signed.encode()


def _sign(offer: Offer, inside: dict[str, Any], holder: str, code: str, bound: PublicKey | None) -> None:
    document = inside["document"]
    if holder:
        _check_members(document, holder)
        document["credentialSubject"] = {"id": holder, **document["credentialSubject"]} | {"id": holder}
    signed = signing.sign(offer.issuer, document, ctid=offer.ctid, holder=bound)
    inside["signed"] = signed.token or orjson.dumps(signed.document).decode()
    inside["holder"] = holder
    offer.issued, offer.sealed = signed.issued, vault.seal(orjson.dumps(inside), _context(code))
    offer.save(update_fields=["issued", "sealed"])


def _check_members(document: dict[str, Any], holder: str) -> None:
    """A learner record whose members name somebody would be about two people under another key."""
    if not is_clr(document):
        return
    for place, member in members_of(document).found:
        subjects = as_list(member.get("credentialSubject")) if isinstance(member, dict) else []
        named = {id_of(one) for one in subjects if id_of(one)}
        if named - {holder}:
            raise ClaimRefusedError(
                f"The records inside are about another holder than this wallet ({place}).",
                hint="Claim it with the wallet that they are about, or as a file.",
                error="invalid_proof",
            )


def withdraw(offer: Offer) -> None:
    """Take an offer back; a record that was claimed already stays issued, and is revoked by its status."""
    offer.delete()


def wipe_ended(now: datetime | None = None) -> int:
    """Offers that ended, gone with everything that they held; how many there were."""
    return Offer.objects.filter(until__lt=now or datetime.now(UTC)).delete()[1].get("wallet.Offer", 0)
