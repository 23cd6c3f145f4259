"""OpenID for Verifiable Credential Issuance 1.0: a wallet claims an offer with its pre-authorized code.

The wallet reads the offer, the issuer's metadata and the token endpoint, gets an access token for the code, a nonce,
and asks for the record with a proof that it holds a key; the record is signed for the DID of that key.

Source: OpenID for Verifiable Credential Issuance 1.0, sections 4 (offer), 6 (token), 7 (nonce), 8 (credential), 12
(metadata), appendix F.1 (proof of the type jwt).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.core import signing as signing_of_texts
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from learnwork.layout.problems import problem_of
from learnwork.records.dids import Method
from learnwork.records.fetching import NoNetwork
from learnwork.records.jose import ALGORITHM_OF, check_signature, read_token
from learnwork.records.keys import PublicKey
from learnwork.records.parsing import parse
from learnwork.records.tokens import key_of
from learnwork.vocabulary.errors import LearnworkError
from learnwork.wallet import issuers, offers, signing
from learnwork.wallet.cross_origin import from_anywhere
from learnwork.wallet.errors import ClaimRefusedError, IssuerUnknownError, OfferUnknownError
from learnwork.wallet.models import Issuer, Offer

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
CONFIGURATION = "OpenBadgeCredential"
DISCLOSABLE = "OpenBadgeSdJwt"  # the same record as SD-JWT VC, of which a holder shows what they like
_NONCE_LASTS = 300  # seconds
_SKEW = timedelta(minutes=5)
_MOST = 100_000  # bytes of a request
_ALGORITHMS = ["EdDSA", "ES256", "ES384"]
_View = Callable[..., HttpResponse]


def identifier(issuer: Issuer) -> str:
    """The URL by which the protocol names an issuer."""
    return f"{settings.BASE_URL}/issuers/{issuer.slug}"


def offer_of(issuer: Issuer, code: str, form: str = CONFIGURATION) -> dict[str, Any]:
    """What a wallet is handed (section 4.1.1). One form of the two, because wallets ask for all that are named."""
    return {
        "credential_issuer": identifier(issuer),
        "credential_configuration_ids": [form],
        "grants": {GRANT: {"pre-authorized_code": code}},
    }


def _answer(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


def endpoint(view: _View) -> _View:
    """A view of an issuer; what is wrong is answered as OAuth does ({error, error_description})."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, issuer: str, **more: Any) -> HttpResponse:
        try:
            return view(request, issuers.issuer_named(issuer), **more)
        except ClaimRefusedError as error:
            word = str(error.data.get("error", "invalid_request"))
            status = 401 if word == "invalid_token" else 400
            return _answer({"error": word, "error_description": f"{error.message} {error.hint}"}, status)
        except (IssuerUnknownError, OfferUnknownError) as error:
            return problem_of(error)
        except LearnworkError as error:
            return _answer({"error": "invalid_credential_request", "error_description": error.message}, 400)

    return answer


def _refused(error: str, message: str, hint: str = "") -> ClaimRefusedError:
    return ClaimRefusedError(message, hint=hint, error=error)


@from_anywhere("GET", "HEAD")
@endpoint
def metadata(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The issuer's metadata (section 12.2)."""
    base = identifier(issuer)
    tokens = issuers.signs_tokens(issuer)
    configuration: dict[str, Any] = {
        "format": "jwt_vc_json" if tokens else "ldp_vc",
        "scope": CONFIGURATION,
        "cryptographic_binding_methods_supported": ["did:key", "did:jwk"],
        "credential_signing_alg_values_supported": [issuer.suite],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": _ALGORITHMS}},
        "credential_definition": {"type": ["VerifiableCredential", "OpenBadgeCredential"]},
        "credential_metadata": {"display": [{"name": "Open Badge", "locale": "en"}]},
    }
    return _answer(
        {
            "credential_issuer": base,
            "authorization_servers": [base],
            "credential_endpoint": f"{base}/oid4vci/credential",
            "nonce_endpoint": f"{base}/oid4vci/nonce",
            "display": [{"name": issuer.name, "locale": "en"}],
            "credential_configurations_supported": {
                CONFIGURATION: configuration,
                DISCLOSABLE: _disclosable(issuer),
            },
        }
    )


def _disclosable(issuer: Issuer) -> dict[str, Any]:
    """Appendix A.3."""
    return {
        "format": "dc+sd-jwt",
        "vct": signing.type_of_disclosable(),
        "scope": DISCLOSABLE,
        "cryptographic_binding_methods_supported": ["did:key", "did:jwk"],
        "credential_signing_alg_values_supported": [_algorithm(issuer)],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": _ALGORITHMS}},
        "credential_metadata": {"display": [{"name": "Open Badge", "locale": "en"}]},
    }


def _algorithm(issuer: Issuer) -> str:
    return ALGORITHM_OF[PublicKey.from_jwk(issuers.current_key(issuer).public).kind]


@from_anywhere("GET", "HEAD")
def type_metadata(request: HttpRequest) -> HttpResponse:
    """What the type of our SD-JWT VCs is (SD-JWT VC, section 6.2)."""
    return _answer(
        {
            "vct": signing.type_of_disclosable(),
            "name": "Open Badge",
            "description": "A badge of Open Badges 3.0, its document as claims.",
        }
    )


@from_anywhere("GET", "HEAD")
@endpoint
def server_metadata(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """The metadata of the authorization server (RFC 8414)."""
    base = identifier(issuer)
    said = {
        "issuer": base,
        "token_endpoint": f"{base}/oid4vci/token",
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
        "response_types_supported": [],
    }
    return _answer(said)


@from_anywhere("GET", "HEAD")
@endpoint
@sensitive_variables("code")
def offer(request: HttpRequest, issuer: Issuer, code: str) -> HttpResponse:
    """The offer by reference (section 4.1.3); ?form=sd-jwt offers the record as SD-JWT VC."""
    offers.opened(code, of=issuer)
    form = DISCLOSABLE if request.GET.get("form") == "sd-jwt" else CONFIGURATION
    return _answer(offer_of(issuer, code, form))


@from_anywhere("POST")
@endpoint
@sensitive_variables("code", "token")
def token(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """POST a form {grant_type, pre-authorized_code} → an access token, good for ten minutes (section 6)."""
    if request.POST.get("grant_type") != GRANT:
        raise _refused("unsupported_grant_type", "Only codes that were authorized beforehand are taken.")
    code = request.POST.get("pre-authorized_code", "")
    try:
        found, _ = offers.opened(code, of=issuer)
    except OfferUnknownError as error:
        raise _refused("invalid_grant", "The code is not good, or not any more.", error.hint) from error
    access = f"{code}.{secrets.token_urlsafe(24)}"
    found.token, found.token_until = offers.digest(access), datetime.now(UTC) + offers.TOKEN_LASTS
    found.save(update_fields=["token", "token_until"])
    lasts = int(offers.TOKEN_LASTS.total_seconds())
    return _answer({"access_token": access, "token_type": "Bearer", "expires_in": lasts})


@from_anywhere("POST")
@endpoint
def nonce(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """A nonce for a proof (section 7). It is signed, not kept: an access token is for one record, whoever replays."""
    made = signing_of_texts.dumps(secrets.token_urlsafe(12), salt=_salt(issuer), compress=False)
    return _answer({"c_nonce": made})


def _salt(issuer: Issuer) -> str:
    return f"learnwork.oid4vci.{issuer.slug}"


@from_anywhere("POST")
@endpoint
@sensitive_variables("access", "body")
def credential(request: HttpRequest, issuer: Issuer) -> HttpResponse:
    """POST {credential_configuration_id, proofs: {jwt: […]}} with the access token → {credentials} (section 8)."""
    scheme, _, access = request.headers.get("Authorization", "").partition(" ")
    code = _code_of(issuer, access.strip() if scheme.lower() == "bearer" else "")
    if len(request.body) > _MOST:
        raise _refused("invalid_credential_request", "The request is too long.")
    body = parse(request.body, where="the request")
    wanted = body.get("credential_configuration_id", CONFIGURATION) if isinstance(body, dict) else ""
    if wanted not in (CONFIGURATION, DISCLOSABLE):
        raise _refused("unknown_credential_configuration", f"{wanted!r:.60} is not offered.")
    holder = _holder(issuer, _proof(body))
    bound = holder.key if wanted == DISCLOSABLE else None
    signed = offers.claim(code, holder=holder.controller, of=issuer, bound=bound).decode()
    given = orjson.loads(signed) if signed.startswith("{") else signed
    return _answer({"credentials": [{"credential": given}], "credential": given})


def _code_of(issuer: Issuer, access: str) -> str:
    """The code for which an access token was given, and still is."""
    digest = offers.digest(access)
    good = Offer.objects.filter(issuer=issuer, token=digest, token_until__gt=datetime.now(UTC)).exists()
    if not access or not good:
        raise _refused("invalid_token", "The access token is not good, or not any more.")
    return access.partition(".")[0]


def _proof(body: dict[str, Any]) -> str:
    proofs = body.get("proofs")
    listed = proofs.get("jwt") if isinstance(proofs, dict) else None
    former = body.get("proof")  # as drafts had it
    found = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
    if found is None and isinstance(former, dict) and former.get("proof_type") == "jwt":
        found = former.get("jwt")
    if not isinstance(found, str):
        raise _refused("invalid_proof", "One proof of the type jwt is asked for.")
    return found


def _holder(issuer: Issuer, proof: str) -> Method:
    """The key with which a proof was signed, and whose it is. Raises ClaimRefusedError."""
    now = datetime.now(UTC)
    try:
        given = read_token(proof, where="The proof")
        kid = given.header.get("kid")
        holder = kid.partition("#")[0] if isinstance(kid, str) else ""
        if not holder.startswith(("did:key:", "did:jwk:")):
            raise _refused("invalid_proof", "The proof names no key by did:key or did:jwk (kid).")
        method = key_of(given, {"holder": holder}, purpose="authentication", fetcher=NoNetwork(), now=now)
        check_signature(given, method.key)
    except ClaimRefusedError:
        raise
    except LearnworkError as error:
        raise _refused("invalid_proof", error.message) from error
    if given.header.get("typ") != "openid4vci-proof+jwt":
        raise _refused("invalid_proof", "The token says that it is something else than a proof (typ).")
    if given.claims.get("aud") not in (identifier(issuer), [identifier(issuer)]):
        raise _refused("invalid_proof", "The proof is meant for another issuer (aud).")
    made = given.claims.get("iat")
    if not isinstance(made, int) or abs(now.timestamp() - made) > _SKEW.total_seconds() + _NONCE_LASTS:
        raise _refused("invalid_proof", "The proof was not made just now (iat).")
    _check_nonce(issuer, given.claims.get("nonce"))
    return method


def _check_nonce(issuer: Issuer, given: Any) -> None:
    try:
        signing_of_texts.loads(str(given), salt=_salt(issuer), max_age=_NONCE_LASTS)
    except signing_of_texts.BadSignature:
        raise _refused("invalid_nonce", "The nonce of the proof is not one of ours, or too old.") from None
