"""Answering a verifier that asks for records, as the learner's wallet: OpenID4VP, `direct_post`.

The request is read, its signature checked where its client identifier promises one, and the learner told which host
asks and gets the answer; nothing is sent before the learner chose. Source: OpenID for Verifiable Presentations 1.0,
sections 5.9 (client identifiers), 5.10 (request_uri), 6 (DCQL) and 8.2 (direct_post).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import orjson

from learnwork.accounts.models import User
from learnwork.records import showing
from learnwork.records.dids import method_of
from learnwork.records.fetching import url_parts
from learnwork.records.jose import check_signature, read_token
from learnwork.records.parsing import parse
from learnwork.records.showing import Record
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import holders, sharing
from learnwork.wallet.asking import BY_DID
from learnwork.wallet.holder_errors import PresentationRefusedError
from learnwork.wallet.models import Held, Holder
from learnwork.wallet.reaching import Reach
from learnwork.wallet.verifying import fetcher

BY_ADDRESS = "redirect_uri:"
_FORMATS = {"ldp_vc", "jwt_vc_json", "dc+sd-jwt", "vc+sd-jwt"}
_AGAIN = "Ask the verifier for a new request."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a verifier asks. client: its identifier; answer_to: where the answer goes; wanted: (id, format, types)."""

    client: str
    answer_to: str
    nonce: str
    state: str
    wanted: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def host(self) -> str:
        return url_parts(self.answer_to).netloc

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Asked:
        wanted = tuple((id_, format_, tuple(types)) for id_, format_, types in data["wanted"])
        return cls(**(data | {"wanted": wanted}))


def read_request(text: str) -> Asked:
    """Read and check a request from its link. Raises PresentationRefusedError, FetchError, errors of signatures."""
    fields = {name: values[0] for name, values in parse_qs(url_parts(text.strip()).query).items()}
    client = fields.get("client_id", "")
    token = fields.get("request", "")
    if "request_uri" in fields:
        token = Reach().text(fields["request_uri"])
    if client.startswith(BY_DID):
        claims: Mapping[str, Any] = _signed(token, client)
    elif client.startswith(BY_ADDRESS) and not token:
        claims = fields
    else:
        raise PresentationRefusedError(
            "Who asks is named in a way that cannot be checked here.",
            hint="Ask the verifier to sign the request with a key that its DID names.",
        )
    return _asked(claims, client)


def _signed(token: str, client: str) -> Mapping[str, Any]:
    """The claims of a request that the DID in the client's identifier signed."""
    did = client.removeprefix(BY_DID)
    read = read_token(token, where="The request")
    kid = read.header.get("kid")
    if read.type != "oauth-authz-req+jwt" or not isinstance(kid, str) or kid.partition("#")[0] != did:
        raise PresentationRefusedError("The request is not signed by who asks.", hint=_AGAIN)
    method = method_of(kid, purpose="authentication", fetcher=fetcher(web=True))
    check_signature(read, method.key)
    if read.claims.get("client_id") != client:
        raise PresentationRefusedError("The request is somebody else's.", hint=_AGAIN)
    ends = read.claims.get("exp")
    if isinstance(ends, int | float) and ends < datetime.now(UTC).timestamp():
        raise PresentationRefusedError("The request is over.", hint=_AGAIN)
    return read.claims


def _asked(claims: Mapping[str, Any], client: str) -> Asked:
    answer_to, nonce = claims.get("response_uri"), claims.get("nonce")
    if claims.get("response_type") != "vp_token" or claims.get("response_mode") != "direct_post":
        raise PresentationRefusedError(
            "The request wants an answer of a kind that is not given here.", hint=_AGAIN
        )
    if not isinstance(answer_to, str) or not isinstance(nonce, str) or not nonce:
        raise PresentationRefusedError(
            "The request does not say where the answer goes, or has no nonce.", hint=_AGAIN
        )
    if client.startswith(BY_ADDRESS) and client.removeprefix(BY_ADDRESS) != answer_to:
        raise PresentationRefusedError(
            "The answer would go to another address than the asker's.", hint=_AGAIN
        )
    query = claims.get("dcql_query")
    try:
        query = parse(query) if isinstance(query, str) else query
        listed = query["credentials"] if isinstance(query, dict) else ()
        wanted = tuple((str(one["id"]), str(one["format"]), _types(one.get("meta"))) for one in listed)
    except (KeyError, TypeError, LearnworkError) as error:
        raise PresentationRefusedError(
            "The request does not say which records it wants.", hint=_AGAIN
        ) from error
    if not any(format_ in _FORMATS for _, format_, _ in wanted):
        raise PresentationRefusedError(
            "The request wants records of kinds that are not kept here.", hint=_AGAIN
        )
    return Asked(client, answer_to, nonce, str(claims.get("state", "")), wanted[:20])


def _types(meta: Any) -> tuple[str, ...]:
    """The types of a query, any of which will do; () for any record."""
    if not isinstance(meta, dict):
        return ()
    listed = [each for one in meta.get("type_values") or [] if isinstance(one, list) for each in one[-1:]]
    return tuple(
        str(one).rpartition("#")[2].rpartition("/")[2] for one in [*listed, *(meta.get("vct_values") or [])]
    )


def fits(asked: Asked, record: Record) -> str:
    """The id of the first part of the request that a record answers, or ""."""
    formats, types = _kind(record)
    for id_, format_, wanted in asked.wanted:
        named = {one for one in wanted if one != "VerifiableCredential"}
        if format_ in formats and (not named or named & types):
            return id_
    return ""


def _kind(record: Record) -> tuple[set[str], set[str]]:
    if isinstance(record, dict):
        types = record.get("type", [])
        return {"ldp_vc"}, set(types if isinstance(types, list) else [types])
    claims = read_token(record.partition("~")[0]).claims
    if "~" in record:
        return {"dc+sd-jwt", "vc+sd-jwt"}, {str(claims.get("vct", "")).rpartition("/")[2]}
    inner = claims.get("vc", claims)
    types = inner.get("type", []) if isinstance(inner, dict) else []
    return {"jwt_vc_json"}, set(types if isinstance(types, list) else [types])


def candidates(owner: User, asked: Asked) -> list[sharing.Selectable]:
    """The records of a collection that would answer a request."""
    found = []
    for held in Held.objects.filter(owner=owner).order_by("-added_at"):
        try:
            record = sharing.record_of(held)
            if record is not None and fits(asked, record):
                found.append(sharing.Selectable(held, sharing.choices_of(held)))
        except LearnworkError:
            continue
    return found


def answer(owner: User, asked: Asked, chosen: Mapping[int, Sequence[str]]) -> str:
    """Present the chosen records; answers where the verifier wants the learner to go on, or "".

    chosen: pointers of what is shown, by record. Raises PresentationRefusedError, HeldUnknownError, FetchError.
    """
    holder = holders.holder_of(owner)
    vp_token: dict[str, list[Any]] = {}
    for one in sharing.selectable(owner, list(chosen)):
        record = sharing.record_of(one.held)
        id_ = fits(asked, record) if record is not None else ""
        if record is None or not id_:
            raise PresentationRefusedError(f"“{one.held.title}” was not asked for.", hint="Choose another.")
        vp_token.setdefault(id_, []).append(_presented(record, one, chosen[one.held.pk], holder, asked))
    fields = {"vp_token": orjson.dumps(vp_token).decode()} | ({"state": asked.state} if asked.state else {})
    told = Reach().post_form(asked.answer_to, fields).get("redirect_uri", "")
    return told if isinstance(told, str) and told.startswith("https://") else ""


def _presented(
    record: Record, one: sharing.Selectable, pointers: Sequence[str], holder: Holder, asked: Asked
) -> Any:
    key, method = holders.key_of(holder), holders.method_of(holder)
    about = {"domain": asked.client, "challenge": asked.nonce}
    if showing.is_selective(record):
        offered = {choice.pointer for choice in one.choices if not choice.always}
        pointers = [pointer for pointer in pointers if pointer in offered]
        if isinstance(record, str):
            return showing.bound(record, pointers, key=key, **about)
        record = showing.part(record, pointers)
    if isinstance(record, str):
        return showing.presentation_token([record], holder=holder.did, method=method, key=key, **about)
    now = datetime.now(UTC)
    return showing.presentation([record], holder=holder.did, method=method, key=key, now=now, **about)
