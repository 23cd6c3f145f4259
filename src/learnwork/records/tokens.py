"""Credentials and presentations as signed tokens (VC-JWT), of both generations: verified and made.

Version 1.1 carries the credential in a `vc` claim and repeats issuer, subject, id and times as claims of the token,
which must agree. Version 2.0 (typ vc+jwt) and Open Badges 3.0 carry it as the token's content.
Sources: VC Data Model 1.1 section 6.3.1; Securing Verifiable Credentials using JOSE and COSE 1.0; Open Badges 3.0
section 8.2; RFC 7519.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from learnwork.records.dids import LIMIT, Method, method_of, methods_of
from learnwork.records.errors import RecordError
from learnwork.records.fetching import Fetcher, fetch_word
from learnwork.records.jose import (
    ALGORITHMS,
    Token,
    check_signature,
    media_type,
    read_token,
    sign_token,
)
from learnwork.records.keys import PrivateKey, PublicKey
from learnwork.records.parsing import parse
from learnwork.records.proof_errors import (
    ControllerDocumentError,
    MethodUnknownError,
    ProofChallengeError,
    ProofDomainError,
)
from learnwork.records.proofs import ProofResult
from learnwork.records.times import moment_text, parse_moment
from learnwork.records.token_errors import (
    TokenClaimsError,
    TokenExpiredError,
    TokenIssuerError,
    TokenKeyError,
    TokenNotYetError,
    TokenTypeError,
)

Version = Literal["1.1", "2.0"]
SKEW = timedelta(minutes=5)
V1_CONTEXT = "https://www.w3.org/2018/credentials/v1"
CLAIMS = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf", "status", "vct", "vct#integrity")
_TYPES = {"", "jwt", "vc+jwt", "vp+jwt", "vc+ld+jwt", "vp+ld+jwt", "vc+ld+json+jwt", "vp+ld+json+jwt"}
_CONTENTS = {"vc", "vp", "vc+ld+json", "vp+ld+json", "json", "ld+json", "credential-claims-set", "jwt"}
_AGAIN = "Ask the issuer for the record again."
_DISTRUST = "Do not rely on it; ask the issuer for the record."


@dataclass(frozen=True, slots=True)
class TokenResult:
    """A token opened: the credential or presentation in it (None if it cannot be read), and what its signature says.

    `claims` are the token's own, for status and binding; `controller` in the result is whose key signed.
    """

    result: ProofResult
    document: dict[str, Any] | None = None
    kind: Literal["credential", "presentation"] = "credential"
    version: Version = "2.0"
    header: Mapping[str, Any] | None = None
    claims: Mapping[str, Any] | None = None


def verify_token(
    text: str,
    *,
    fetcher: Fetcher,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    key: PublicKey | None = None,
) -> TokenResult:
    """Open a VC-JWT. `key` only where the verifier holds the issuer's key already; `domain` and `challenge` are asked
    of presentations (aud, nonce). Nothing is raised for a bad token: the result says what is wrong.
    """
    opened: dict[str, Any] = {}
    known: dict[str, Any] = {}
    try:
        token = read_token(text)
        opened |= {"header": token.header, "claims": token.claims}
        opened |= dict(zip(("kind", "version", "document"), document_of(token), strict=True))
        known["suite"] = token.header["alg"]
        known["purpose"] = "authentication" if opened["kind"] == "presentation" else "assertionMethod"
        check_key(token, opened["document"], known, fetcher=fetcher, now=now, key=key)
        check_times(token.claims, now, known)
        if opened["kind"] == "presentation":
            check_audience(token.claims, domain, challenge)
    except RecordError as error:
        return TokenResult(ProofResult(error=error, **known), **opened)
    return TokenResult(ProofResult(ok=True, **known), **opened)


def document_of(token: Token) -> tuple[Literal["credential", "presentation"], Version, dict[str, Any]]:
    """The kind, the version and the document in a token. Raises TokenTypeError, TokenClaimsError, TokenIssuerError."""
    if token.type not in _TYPES:
        raise TokenTypeError(
            f"The token is of the type {token.header.get('typ')!r:.60}, which is no credential.",
            hint="Ask for a verifiable credential or presentation.",
        )
    check_content(token.header)
    claims = token.claims
    if token.type.startswith(("vc+", "vp+")) and token.type.endswith("jwt"):
        return _whole(token)
    inner = [name for name in ("vc", "vp") if name in claims]
    if len(inner) > 1 or (inner and not isinstance(claims[inner[0]], dict)):
        raise TokenClaimsError("The token's content is not one credential or presentation.", hint=_AGAIN)
    if inner == ["vc"]:
        return "credential", "1.1", _of_first_generation(claims)
    if inner == ["vp"]:
        document = _agree(dict(claims["vp"]), "id", claims.get("jti"), "jti")
        return "presentation", "1.1", _agree(document, "holder", claims.get("iss"), "iss", TokenIssuerError)
    if "@context" not in claims:
        raise TokenTypeError("The token carries no credential.", hint="Ask for a verifiable credential.")
    return _whole(token)


def check_content(header: Mapping[str, Any]) -> None:
    """Raises TokenTypeError where `cty` says that the content is something else."""
    if "cty" in header and media_type(header["cty"]) not in _CONTENTS:
        raise TokenTypeError(
            f"The token's content is of the type {header['cty']!r:.60}, which is no credential.", hint=_AGAIN
        )


def _whole(token: Token) -> tuple[Literal["credential", "presentation"], Version, dict[str, Any]]:
    """The content that is itself the credential or presentation."""
    claims = token.claims
    for name in ("vc", "vp"):
        if name in claims:
            raise TokenClaimsError(
                f"A token of this type must not have the claim {name!r}: its content is the credential.",
                hint=_AGAIN,
            )
    document = {name: value for name, value in claims.items() if name not in CLAIMS}
    types = document.get("type")
    listed = types if isinstance(types, list) else [types]
    if "VerifiablePresentation" in listed:
        kind: Literal["credential", "presentation"] = "presentation"
    elif "VerifiableCredential" in listed or not token.type.startswith("vp+"):
        kind = "credential"
    else:
        raise TokenTypeError(
            "The token says that it is a presentation, and its content is none.", hint=_AGAIN
        )
    if token.type.startswith("vp+") != (kind == "presentation") and token.type not in ("", "jwt"):
        raise TokenTypeError("The token's type and its content do not agree.", hint=_AGAIN)
    _check_same(document.get("holder" if kind == "presentation" else "issuer"), claims.get("iss"))
    if "jti" in claims and "id" in document and claims["jti"] != document["id"]:
        raise _contradiction("jti", "id")
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else contexts
    return kind, "1.1" if first == V1_CONTEXT else "2.0", document


def _check_same(stated: Any, claimed: Any) -> None:
    """`iss` names the one whom the document names: a text, or an object with an id."""
    name = stated.get("id") if isinstance(stated, dict) else stated
    if claimed is not None and name is not None and claimed != name:
        raise TokenIssuerError(
            f"The token is by {claimed!r:.200}, and the document in it says {name!r:.200}.", hint=_DISTRUST
        )


def _contradiction(claim: str, member: str) -> TokenClaimsError:
    return TokenClaimsError(
        f"The token's {claim!r} and the {member!r} of the credential in it contradict each other.",
        hint=_DISTRUST,
    )


def _of_first_generation(claims: dict[str, Any]) -> dict[str, Any]:
    """The credential of a `vc` claim, with what the token's claims say put where it belongs."""
    document = _agree(dict(claims["vc"]), "id", claims.get("jti"), "jti")
    for claim, member in (("nbf", "issuanceDate"), ("exp", "expirationDate")):
        moment = numeric_date(claims, claim)
        if moment is not None:
            document = _agree_on_time(document, member, moment, claim)
    issuer = document.get("issuer")
    if isinstance(issuer, dict):
        document["issuer"] = _agree(dict(issuer), "id", claims.get("iss"), "iss", TokenIssuerError)
    else:
        document = _agree(document, "issuer", claims.get("iss"), "iss", TokenIssuerError)
    subject = document.get("credentialSubject")
    one = subject[0] if isinstance(subject, list) and len(subject) == 1 else subject
    if "sub" in claims and isinstance(one, dict):
        agreed = _agree(dict(one), "id", claims["sub"], "sub")
        document["credentialSubject"] = [agreed] if isinstance(subject, list) else agreed
    return document


def _agree(
    document: dict[str, Any],
    member: str,
    claimed: Any,
    claim: str,
    error: type[TokenClaimsError] | type[TokenIssuerError] = TokenClaimsError,
) -> dict[str, Any]:
    """The document with a member that the claim says; refused where it says something else."""
    if claimed is None:
        return document
    if not isinstance(claimed, str):
        raise TokenClaimsError(f"The token's {claim!r} is no text.", hint=_AGAIN)
    if document.setdefault(member, claimed) != claimed:
        raise error(
            f"The token's {claim!r} is {claimed[:200]!r}, and the {member!r} in it {document[member]!r:.200}.",
            hint=_DISTRUST,
        )
    return document


def _agree_on_time(document: dict[str, Any], member: str, moment: datetime, claim: str) -> dict[str, Any]:
    stated = document.setdefault(member, moment_text(moment))
    try:
        same = abs(parse_moment(stated) - moment) < timedelta(seconds=1)
    except (TypeError, ValueError):
        return document  # the rules of the data model say that this is no time
    if not same:
        raise _contradiction(claim, member)
    return document


def numeric_date(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A time of a token: seconds since 1970 (RFC 7519, section 2). Raises TokenClaimsError."""
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise TokenClaimsError(
            f"The token's {name!r} is no number of seconds since 1970.", hint=_AGAIN
        ) from None


def check_times(claims: Mapping[str, Any], now: datetime, known: dict[str, Any]) -> None:
    """Raises TokenExpiredError, TokenNotYetError, TokenClaimsError; notes when it was made and ends."""
    expires, begins = numeric_date(claims, "exp"), numeric_date(claims, "nbf")
    issued = numeric_date(claims, "iat") if isinstance(claims.get("iat"), int | float) else None
    known.update(created=issued or begins, expires=expires)
    if expires is not None and now >= expires:
        raise TokenExpiredError(
            f"The token expired at {moment_text(expires)}.", hint="Ask for a current record."
        )
    if begins is not None and now + SKEW < begins:
        raise TokenNotYetError(
            f"The token is valid from {moment_text(begins)} on.", hint="Wait until then, or check the clock."
        )


def check_audience(claims: Mapping[str, Any], domain: str | None, challenge: str | None) -> None:
    """Raises ProofDomainError, ProofChallengeError where a verifier asked for something else."""
    audience = claims.get("aud")
    if domain is not None and domain not in (audience if isinstance(audience, list) else [audience]):
        raise ProofDomainError(
            f"The presentation is for {audience!r:.100}, not for this verifier.",
            hint="Ask the holder to present it anew.",
        )
    if challenge is not None and claims.get("nonce") != challenge:
        raise ProofChallengeError(
            "The presentation does not answer the challenge that was given.",
            hint="Ask the holder to present it anew.",
        )


def check_key(
    token: Token,
    document: Mapping[str, Any],
    known: dict[str, Any],
    *,
    fetcher: Fetcher,
    now: datetime,
    key: PublicKey | None = None,
) -> None:
    """Find the key that signed (unless it is given), note whose it is, check the signature. Raises RecordError."""
    if key is None:
        method = key_of(token, document, purpose=known["purpose"], fetcher=fetcher, now=now)
        known.update(method=method.id, controller=method.controller)
        key = method.key
    check_signature(token, key)


def key_of(
    token: Token, document: Mapping[str, Any], *, purpose: str, fetcher: Fetcher, now: datetime
) -> Method:
    """The key that a token names, out of its controller's document.

    `kid` is its address, or its name in the document of the issuer (`iss`, or what the credential says). Without `kid`
    the issuer must have one fitting key only. A key at an address of its own that names no controller has none: whether
    it is the issuer's is then not known. Raises TokenKeyError, ControllerError, FetchError.
    """
    kid = token.header.get("kid")
    if isinstance(kid, str) and kid.startswith("https://"):
        try:
            return method_of(kid, purpose=purpose, fetcher=fetcher, now=now)
        except ControllerDocumentError:
            return _bare_key(kid, fetcher)
    if isinstance(kid, str) and kid.startswith("did:") and "#" in kid:
        return method_of(kid, purpose=purpose, fetcher=fetcher, now=now)
    owner = kid if isinstance(kid, str) and kid.startswith("did:") else _owner(token, document)
    if not owner:
        raise TokenKeyError("The token names neither its key (kid) nor its issuer (iss).", hint=_AGAIN)
    found = methods_of(owner, purpose=purpose, fetcher=fetcher, now=now)
    if isinstance(kid, str) and kid != owner:
        name = kid.removeprefix("#")
        found = [one for one in found if one.name == kid or one.id == f"{owner}#{name}"]
    else:
        found = [one for one in found if one.key.kind == ALGORITHMS[token.header["alg"]]]
    if len(found) != 1:
        raise MethodUnknownError(
            f"{owner[:200]} lists {len(found)} keys for {purpose} that the token may mean ({kid!r:.80}).",
            hint="The issuer must name its key by kid.",
        )
    return found[0]


def _owner(token: Token, document: Mapping[str, Any]) -> str:
    stated = document.get("issuer", document.get("holder"))
    name = stated.get("id") if isinstance(stated, dict) else stated
    owner = token.claims.get("iss", token.header.get("iss", name))
    return owner if isinstance(owner, str) else ""


def _bare_key(url: str, fetcher: Fetcher) -> Method:
    """A JWK at an address of its own, as Open Badges 3.0 lets `kid` be: nobody says whose it is."""
    jwk = parse(fetch_word(fetcher, url, limit=LIMIT).body, where=url)
    if not isinstance(jwk, dict) or "kty" not in jwk:
        raise ControllerDocumentError(
            f"Neither a key nor its controller's document stands at {url[:200]}.", hint=_AGAIN
        )
    return Method(url, "", PublicKey.from_jwk(jwk))


def make_token(
    document: dict[str, Any],
    *,
    key: PrivateKey,
    method: str,
    version: Version = "2.0",
    domain: str | None = None,
    challenge: str | None = None,
    expires: datetime | None = None,
) -> str:
    """A credential or presentation as a signed token; `method` is the URL of the key in its controller's document.

    Version 1.1 puts the credential into a `vc` (or `vp`) claim; 2.0 makes it the content, as vc+jwt (vp+jwt).
    """
    types = document.get("type", [])
    kind = "vp" if "VerifiablePresentation" in (types if isinstance(types, list) else [types]) else "vc"
    stated = document.get("holder" if kind == "vp" else "issuer")
    subject = document.get("credentialSubject")
    own: dict[str, Any] = {
        "iss": stated.get("id") if isinstance(stated, dict) else stated,
        "sub": subject.get("id") if isinstance(subject, dict) else None,
        "jti": document.get("id"),
        "nbf": _seconds(document.get("issuanceDate", document.get("validFrom"))),
        "exp": int(expires.timestamp()) if expires else _seconds(document.get("expirationDate")),
        "aud": domain,
        "nonce": challenge,
    }
    claims = {name: value for name, value in own.items() if value is not None}
    if version == "1.1":
        return sign_token({"typ": "JWT", "kid": method}, {**claims, kind: document}, key)
    return sign_token({"typ": f"{kind}+jwt", "cty": kind, "kid": method}, {**document, **claims}, key)


def _seconds(value: Any) -> int | None:
    try:
        return int(parse_moment(value).timestamp())
    except (TypeError, ValueError):
        return None
