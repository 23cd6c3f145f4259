"""Claiming a record that an issuer offers: OpenID4VCI, the pre-authorized code flow, as a wallet.

Reads offers by value and by reference, asks for the metadata, exchanges the code (with the transaction code where one
is wanted), proves possession of the holder's key, and takes the records in. Understands the final specification and
its draft 13. Source: OpenID for Verifiable Credential Issuance 1.0, sections 4, 6, 7, 8 and 12.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson

from learnwork.accounts.models import User
from learnwork.records.data_model import as_list
from learnwork.records.fetching import url_parts
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import AnswerRefusedError
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import collection
from learnwork.wallet.collection import Taken
from learnwork.wallet.holder_errors import OfferRefusedError
from learnwork.wallet.holders import holder_of, possession
from learnwork.wallet.models import Holder
from learnwork.wallet.reaching import Reach

_GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
_SCHEME = re.compile(r"(?:openid-credential-offer|haip|openid-initiate-issuance)://", re.IGNORECASE)
_MOST = 10  # records of one offer
_AGAIN = "Ask the issuer for a new offer."


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered. wants_code: whether the issuer sends a transaction code by another way."""

    issuer: str
    wanted: tuple[str, ...]
    code: str
    wants_code: bool
    server: str = ""


def is_offer(text: str) -> bool:
    """Whether a text is an offer: a link of the scheme, or a web link that carries one."""
    if _SCHEME.match(text):
        return True
    return text.startswith("https://") and ("credential_offer=" in text or "credential_offer_uri=" in text)


def claim(owner: User, text: str, *, code: str = "") -> Taken:
    """Take what an offer offers into a collection. code: the transaction code. Raises OfferRefusedError, FetchError."""
    reach = Reach()
    offer = read_offer(text, reach)
    if offer.wants_code and not code:
        raise OfferRefusedError(
            "The issuer asks for a code that it sent in another way.",
            hint="Enter the offer and that code together.",
        )
    try:
        metadata = _metadata(offer.issuer, reach)
        token = _token(offer, metadata, reach, code)
        holder = holder_of(owner)
        records = [
            one for wanted in _wanted(offer, token) for one in _ask(metadata, token, wanted, holder, reach)
        ]
    except AnswerRefusedError as error:
        raise OfferRefusedError(
            f"The issuer refused: {error.message}", hint="The offer may be used or over. " + _AGAIN
        ) from error
    taken = [collection.take_in(owner, raw, name="", via="offer") for raw in records]
    if not taken:
        raise OfferRefusedError("The issuer gave no record.", hint=_AGAIN)
    new = tuple(held for one in taken for held in one.new)
    return Taken(new, sum(one.known for one in taken), tuple(word for one in taken for word in one.refused))


def read_offer(text: str, reach: Reach) -> Offer:
    """Raises OfferRefusedError, FetchError."""
    fields = parse_qs(url_parts(text.strip()).query)
    if "credential_offer_uri" in fields:
        value: Any = reach.json(fields["credential_offer_uri"][0])
    else:
        try:
            value = parse(fields.get("credential_offer", [""])[0])
        except LearnworkError as error:
            raise OfferRefusedError(f"The offer cannot be read: {error.message}", hint=_AGAIN) from error
    grants = value.get("grants") if isinstance(value, dict) else None
    grant = grants.get(_GRANT) if isinstance(grants, dict) else None
    issuer = value.get("credential_issuer") if isinstance(value, dict) else None
    if isinstance(grant, dict) and isinstance(issuer, str):
        wanted = value.get("credential_configuration_ids", value.get("credentials", []))
        if not isinstance(wanted, list) or not wanted or not all(isinstance(one, str) for one in wanted):
            raise OfferRefusedError("The offer does not say what it offers.", hint=_AGAIN)
        code, server = grant.get("pre-authorized_code"), grant.get("authorization_server", "")
        if isinstance(code, str) and isinstance(server, str):
            wants = isinstance(grant.get("tx_code"), dict) or grant.get("user_pin_required") is True
            return Offer(issuer.rstrip("/"), tuple(wanted[:_MOST]), code, wants, server)
    raise OfferRefusedError(
        "The offer has no code that was authorized beforehand.", hint="Claim it with the issuer's own page."
    )


def _well_known(issuer: str, name: str) -> tuple[str, str]:
    """Where metadata stand: between host and path (RFC 8414, section 3), or behind it as drafts had it."""
    parts = url_parts(issuer)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    return f"{origin}/.well-known/{name}{path}", f"{origin}{path}/.well-known/{name}"


def _metadata(issuer: str, reach: Reach) -> dict[str, Any]:
    found = _first(_well_known(issuer, "openid-credential-issuer"), reach)
    if found is None or str(found.get("credential_issuer", "")).rstrip("/") != issuer:
        raise OfferRefusedError("Who offers the record does not say how it issues.", hint=_AGAIN)
    return found


def _first(addresses: tuple[str, ...], reach: Reach) -> dict[str, Any] | None:
    for address in dict.fromkeys(addresses):
        try:
            return reach.json(address)
        except AnswerRefusedError:
            continue
    return None


def _token(offer: Offer, metadata: dict[str, Any], reach: Reach, code: str) -> dict[str, Any]:
    servers = metadata.get("authorization_servers")
    known = [one for one in servers if isinstance(one, str)] if isinstance(servers, list) else [offer.issuer]
    server = offer.server if offer.server in known else known[0] if known else offer.issuer
    names = (*_well_known(server, "oauth-authorization-server"), *_well_known(server, "openid-configuration"))
    endpoint = (_first(names, reach) or metadata).get("token_endpoint")
    if not isinstance(endpoint, str):
        raise OfferRefusedError("The issuer does not say where codes are exchanged.", hint=_AGAIN)
    fields = {"grant_type": _GRANT, "pre-authorized_code": offer.code}
    answer = reach.post_form(endpoint, fields | ({"tx_code": code} if code else {}))
    if not isinstance(answer.get("access_token"), str):
        raise OfferRefusedError("The issuer did not take the code.", hint=_AGAIN)
    return answer


def _wanted(offer: Offer, token: dict[str, Any]) -> list[dict[str, str]]:
    """What to ask for: by identifiers where the token names them (section 6.2), else by configuration."""
    details = token.get("authorization_details")
    named = [
        {"credential_identifier": each}
        for one in (details if isinstance(details, list) else [])
        if isinstance(one, dict)
        for each in as_list(one.get("credential_identifiers", []))
        if isinstance(each, str)
    ]
    return (named or [{"credential_configuration_id": each} for each in offer.wanted])[:_MOST]


def _ask(
    metadata: dict[str, Any], token: dict[str, Any], wanted: dict[str, str], holder: Holder, reach: Reach
) -> list[bytes]:
    endpoint = metadata.get("credential_endpoint")
    if not isinstance(endpoint, str):
        raise OfferRefusedError("The issuer does not say where records are asked for.", hint=_AGAIN)
    former = isinstance(token.get("c_nonce"), str)  # draft 13 gave it with the token
    nonce = token["c_nonce"] if former else ""
    if not former and isinstance(metadata.get("nonce_endpoint"), str):
        nonce = str(reach.post_form(metadata["nonce_endpoint"], {}).get("c_nonce", ""))
    proof = possession(holder, metadata["credential_issuer"], nonce)
    shown = {"proof": {"proof_type": "jwt", "jwt": proof}} if former else {"proofs": {"jwt": [proof]}}
    body = {**wanted, **shown, **(_form(metadata, wanted) if former else {})}
    answer = reach.post_json(endpoint, body, bearer=token["access_token"])
    given = as_list(answer.get("credentials", answer.get("credential")))
    found = [one.get("credential") if isinstance(one, dict) and "credential" in one else one for one in given]
    return [_bytes(one) for one in found if isinstance(one, str | dict)]


def _form(metadata: dict[str, Any], wanted: dict[str, str]) -> dict[str, Any]:
    """The format of what is asked for, which draft 13 wants said in the request."""
    configurations = metadata.get("credential_configurations_supported")
    known = (
        configurations.get(wanted.get("credential_configuration_id"))
        if isinstance(configurations, dict)
        else None
    )
    if not isinstance(known, dict):
        return {}
    return {name: known[name] for name in ("format", "vct", "credential_definition") if name in known}


def _bytes(record: str | dict[str, Any]) -> bytes:
    return record.encode() if isinstance(record, str) else orjson.dumps(record)
