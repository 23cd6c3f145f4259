"""Asking a wallet for records, as a verifier: OpenID4VP with a signed request and `direct_post`.

Each request has a key, a nonce and an address of its own, lives for ten minutes in the cache, and its answer lies there
sealed until it is looked at once. The verifier is named by the key of the request (did:key): a wallet shows its holder
the host that the answer goes to. Source: OpenID for Verifiable Presentations 1.0, sections 5, 6, 8 and appendix B.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from learnwork.records.jose import json_bytes, sign_token
from learnwork.records.keys import PrivateKey
from learnwork.records.parsing import parse
from learnwork.records.verdict import Verdict
from learnwork.records.verification import verify
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import issuer_lists, vault
from learnwork.wallet.holder_errors import PresentationRefusedError
from learnwork.wallet.knowledge import knows
from learnwork.wallet.verifying import MOST_BYTES, fetcher

LASTS = 600  # seconds
MOST_SHOWN = 50  # presentations of one answer
REQUEST_TYPE = "oauth-authz-req+jwt"
BY_DID = "decentralized_identifier:"
_AGAIN = "Make a new request."
_QUERY = {
    "credentials": [
        {
            "id": "record",
            "format": "ldp_vc",
            "multiple": True,
            "meta": {
                "type_values": [
                    ["VerifiableCredential"],
                    ["https://www.w3.org/2018/credentials#VerifiableCredential"],
                ]
            },
        },
        {
            "id": "token",
            "format": "jwt_vc_json",
            "multiple": True,
            "meta": {"type_values": [["VerifiableCredential"]]},
        },
    ],
    "credential_sets": [{"options": [["record"], ["token"], ["record", "token"]]}],
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was made. link: what a wallet opens."""

    id: str
    link: str


def ask() -> Request:
    """A new request for any records."""
    key, id_ = PrivateKey.generate("P-256"), secrets.token_urlsafe(24)
    did = f"did:key:{key.public.to_multibase()}"
    client, now = BY_DID + did, int(datetime.now(UTC).timestamp())
    nonce = secrets.token_urlsafe(24)
    claims = {
        "iss": client,
        "aud": "https://self-issued.me/v2",
        "client_id": client,
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": f"{settings.BASE_URL}/verify/answers/{id_}",
        "nonce": nonce,
        "state": id_,
        "dcql_query": _QUERY,
        "client_metadata": {"client_name": "Learnwork", "vp_formats_supported": _FORMATS},
        "iat": now,
        "exp": now + LASTS,
    }
    token = sign_token({"typ": REQUEST_TYPE, "kid": f"{did}#{did[8:]}"}, claims, key)
    cache.set(_place(id_), {"token": token, "nonce": nonce, "client": client}, LASTS)
    return Request(id_, link_of(id_, client))


_FORMATS = {
    "ldp_vc": {
        "proof_type_values": ["DataIntegrityProof", "Ed25519Signature2020"],
        "cryptosuite_values": [
            "eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023"
        ],
    },
    "jwt_vc_json": {"alg_values": ["EdDSA", "ES256", "ES384", "RS256"]},
}  # fmt: skip


def link_of(id_: str, client: str = "") -> str:
    client = client or _kept(id_)["client"]
    uri = f"{settings.BASE_URL}/verify/requests/{id_}"
    return "openid4vp://?" + urlencode({"client_id": client, "request_uri": uri})


def _place(id_: str) -> str:
    return f"wallet-asked-{id_}"


def _kept(id_: str) -> dict[str, Any]:
    found = cache.get(_place(id_)) if id_ else None
    if not isinstance(found, dict):
        raise PresentationRefusedError("There is no such request, or its ten minutes are over.", hint=_AGAIN)
    return found


def request_of(id_: str) -> str:
    """The signed request, as a wallet fetches it. Raises PresentationRefusedError."""
    return str(_kept(id_)["token"])


def take_answer(id_: str, vp_token: str, state: str) -> None:
    """Keep what a wallet answered, sealed, until it is looked at. Raises PresentationRefusedError."""
    kept = _kept(id_)
    if state != id_ or "answer" in kept:
        raise PresentationRefusedError("The answer is to another request, or the second one.", hint=_AGAIN)
    if not vp_token or len(vp_token) > MOST_BYTES:
        raise PresentationRefusedError("The answer holds no presentation.", hint="Send `vp_token`.")
    _presentations(vp_token)
    sealed = vault.seal(vp_token.encode("utf-8", "surrogatepass"), _place(id_))
    cache.set(_place(id_), {**kept, "answer": base64.b64encode(sealed).decode()}, LASTS)


def look(id_: str, *, web: bool = False) -> list[Verdict] | None:
    """The verdicts on what was answered, None where nothing was; then all of it is forgotten.

    Raises PresentationRefusedError.
    """
    kept = _kept(id_)
    if "answer" not in kept:
        return None
    cache.delete(_place(id_))
    text = vault.unseal(base64.b64decode(kept["answer"]), _place(id_)).decode("utf-8", "surrogatepass")
    network, lists = fetcher(web=web), issuer_lists.registries()
    return [
        verify(
            one,
            fetcher=network,
            knows=knows,
            registries=lists,
            domain=kept["client"],
            challenge=kept["nonce"],
        )
        for one in _presentations(text)
    ]


def _presentations(vp_token: str) -> list[str | bytes]:
    """The presentations in an answer: by ids of the query (1.0), or alone as drafts had it."""
    text = vp_token.strip()
    if not text.startswith(("{", "[")):
        return [text]
    try:
        value = parse(text)
    except LearnworkError as error:
        raise PresentationRefusedError(f"The answer cannot be read: {error.message}", hint=_AGAIN) from error
    listed = value
    if isinstance(value, dict):
        listed = [value] if "type" in value or "@context" in value else list(value.values())
    flat = [each for one in listed for each in (one if isinstance(one, list) else [one])]
    found = [one if isinstance(one, str) else json_bytes(one) for one in flat if isinstance(one, str | dict)]
    if not 0 < len(found) <= MOST_SHOWN or len(found) != len(flat):
        raise PresentationRefusedError("The answer holds no presentation, or too many.", hint=_AGAIN)
    return found
