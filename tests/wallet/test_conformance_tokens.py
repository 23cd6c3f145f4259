"""What the suite of Securing Verifiable Credentials using JOSE and COSE asks, by tokens sent to the VC API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from learnwork.records.jose import sign_token
from learnwork.records.multibase import base64url_decode, base64url_encode
from learnwork.records.sd_jwt_making import issue_sd_jwt

pytestmark = pytest.mark.django_db
V2 = "https://www.w3.org/ns/credentials/v2"
MINIMAL: dict[str, Any] = {
    "@context": [V2],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:learner"},
}
FULL: dict[str, Any] = {
    **MINIMAL,
    "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "https://college.example/credentials/3732",
    "name": "Welding",
    "description": "A course",
    "validFrom": "2010-01-01T19:23:24Z",
    "validUntil": "2090-01-01T19:23:24Z",
    "credentialSchema": {"id": "https://college.example/degree.json", "type": "JsonSchema"},
    "termsOfUse": [{"type": "ExamplePolicy", "id": "https://college.example/terms"}],
    "evidence": [{"type": ["ExampleEvidence"], "id": "https://college.example/evidence"}],
    "refreshService": {"type": "ExampleRefresh", "id": "https://college.example/refresh"},
}
KINDS = {"EdDSA": "Ed25519", "ES256": "P-256", "ES384": "P-384", "RS256": "RSA"}


def opened(record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    head, body, _ = record["id"].partition(",")[2].split(".")
    return json.loads(base64url_decode(head)), json.loads(base64url_decode(body))


@pytest.mark.parametrize("algorithm", KINDS)
@pytest.mark.parametrize(
    "credential", [MINIMAL, FULL, {**FULL, "unknownExtension": {"type": "Unknown", "x": 1}}]
)
def test_what_an_issuer_of_tokens_makes(harness: Any, algorithm: str, credential: dict[str, Any]) -> None:
    api = harness(algorithm)
    record = api.issued(credential)
    head, claims = opened(record)
    assert (head["alg"], head["typ"], head["cty"]) == (algorithm, "vc+jwt", "vc")
    assert head["kid"].startswith(f"{api.issuer.did}#")
    assert not {"vc", "vp"} & claims.keys()
    assert (claims["issuer"], claims.get("iss", api.issuer.did)) == (api.issuer.did, api.issuer.did)
    assert {name: claims[name] for name in credential} == credential
    answer = api.verify(record)
    assert (answer.status_code, answer.json()["errors"]) == (200, [])
    assert api.verify(record["id"].partition(",")[2]).status_code == 200


def test_a_status_of_a_kind_that_the_examples_only_mention_is_signed_as_it_is(harness: Any) -> None:
    entry = {
        "id": "https://college.example/status/3#9",
        "type": "StatusList2021Entry",
        "statusListIndex": "9",
    }
    assert (
        opened(harness("EdDSA").issued({**FULL, "credentialStatus": entry}))[1]["credentialStatus"] == entry
    )


class Tokens:
    """Tokens by a key of one's own, whatever they say."""

    def __init__(self, who: Any) -> None:
        self.who = who

    def token(self, claims: dict[str, Any] | None = None, **head: Any) -> str:
        header = {"typ": "vc+jwt", "cty": "vc", "kid": self.who.method, **head}
        said = {**MINIMAL, "issuer": self.who.did} if claims is None else claims
        return sign_token(
            {name: value for name, value in header.items() if value is not None}, said, self.who.key
        )


@pytest.mark.parametrize("algorithm", KINDS)
def test_tokens_that_verify(harness: Any, signer: Any, algorithm: str) -> None:
    api, who = harness(), signer(KINDS[algorithm])
    made, credential = Tokens(who), {**MINIMAL, "issuer": who.did}
    for token in (
        made.token(),
        made.token(cty=None),
        made.token(typ="application/vc+jwt"),
        made.token(typ="vc+ld+json+jwt"),
        made.token({**credential, "iss": who.did}),
        made.token({**credential, "issuer": {"id": who.did, "name": "A college"}, "iss": who.did}),
        made.token({**credential, "@context": FULL["@context"], "unknownExtension": {"huh": "what"}}),
        made.token({**credential, "exp": int(datetime.now(UTC).timestamp()) + 600}),
    ):
        answer = api.verify(token)
        assert (answer.status_code, answer.json()["errors"]) == (200, []), token


@pytest.mark.parametrize("algorithm", KINDS)
def test_tokens_that_are_refused(harness: Any, signer: Any, algorithm: str) -> None:
    api, who, other = harness(), signer(KINDS[algorithm]), signer(KINDS[algorithm])
    made, credential = Tokens(who), {**MINIMAL, "issuer": who.did}
    good = made.token()
    head, body, signature = good.split(".")
    nothing = base64url_encode(json.dumps({"alg": "none", "typ": "vc+jwt"}).encode())
    extended = {"alg": algorithm, "typ": "vc+jwt", "kid": who.method, "crit": ["exp"], "exp": 1}
    critical = base64url_encode(json.dumps(extended).encode())
    tokens = {
        "not signed": f"{nothing}.{body}.",
        "no signature": f"{head}.{body}.",
        "another signature": f"{head}.{body}.{Tokens(other).token().split('.')[2]}",
        "another content": f"{head}.{base64url_encode(json.dumps({**credential, 'name': 'x'}).encode())}.{signature}",
        "another type of token": made.token(typ="at+jwt"),
        "another content type": made.token(cty="text/plain"),
        "vc and vp claims": made.token({**credential, "vc": credential, "vp": {}}),
        "vc claim": made.token({**credential, "vc": credential}),
        "iss another": made.token({**credential, "iss": other.did}),
        "iss another, issuer an object": made.token(
            {**credential, "issuer": {"id": who.did}, "iss": other.did}
        ),
        "expired": made.token({**credential, "exp": 1_000_000}),
        "not yet": made.token({**credential, "nbf": 4_000_000_000}),
        "of another's key": made.token(kid=other.method),
        "brings its key": made.token(jwk=who.key.public.to_jwk()),
        "key fetched elsewhere": made.token(jku="https://evil.example/keys"),
        "critical": f"{critical}.{body}.{signature}",
        "no credential": made.token({"iss": who.did}),
        "breaks the model": made.token({**credential, "type": ["Other"]}),
    }
    for name, token in tokens.items():
        assert api.verify(token).status_code == 400, name
    assert api.verify({**credential}).status_code == 400, "not secured at all"


@pytest.mark.parametrize("algorithm", KINDS)
def test_presentations_in_tokens(harness: Any, signer: Any, algorithm: str) -> None:
    api, holder, issuer = harness(), signer(KINDS[algorithm]), signer()
    made, given = Tokens(holder), Tokens(issuer).token()

    def enveloped(token: str, **more: Any) -> dict[str, Any]:
        return {
            "@context": V2,
            "id": f"data:application/vc+jwt,{token}",
            "type": "EnvelopedVerifiableCredential",
            **more,
        }

    def status(*credentials: Any, typ: str = "vp+jwt", cty: str = "vp") -> int:
        presentation = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": holder.did,
            "verifiableCredential": list(credentials),
        }
        return int(api.verify_presentation(made.token(presentation, typ=typ, cty=cty)).status_code)

    assert status(enveloped(given)) == 200
    assert status(enveloped(given), enveloped(Tokens(signer("P-256")).token())) == 200
    assert status({**MINIMAL, "issuer": issuer.did}) == 400, "a credential that nobody secured"
    assert status(enveloped(given, type="VerifiableCredential")) == 400
    assert status(enveloped(given[:-4])) == 400
    assert status(given) == 400, "a token that is no object"
    assert status(enveloped(given), typ="at+jwt") == 400
    assert status(enveloped(given), typ="vc+jwt", cty="vc") == 400


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES384"])
def test_selectively_disclosed_tokens(harness: Any, signer: Any, algorithm: str) -> None:
    api, who = harness(), signer(KINDS[algorithm])
    subject = {"id": "did:example:learner", "degree": {"type": "ExampleDegree", "name": "Welding"}}
    credential = {**FULL, "issuer": who.did, "iss": who.did, "credentialSubject": subject}
    header = {"typ": "vc+sd-jwt", "cty": "vc", "kid": who.method}
    hidden = ["/description", "/credentialSubject/degree/name", "/evidence"]
    token = issue_sd_jwt(credential, hidden, key=who.key, header=header)
    parts = token.split("~")
    for shown in (token, f"{parts[0]}~{parts[1]}~", f"{parts[0]}~{parts[2]}~{parts[3]}~"):
        answer = api.verify(shown)
        assert (answer.status_code, answer.json()["errors"]) == (200, []), shown
    broken = parts[0][:-6] + ("AAAAAA" if parts[0][-6:] != "AAAAAA" else "BBBBBB")
    assert api.verify("~".join([broken, *parts[1:]])).status_code == 400
    wrong = issue_sd_jwt(credential, hidden, key=who.key, header={**header, "typ": "at+jwt"})
    assert api.verify(wrong).status_code == 400
    foreign = base64url_encode(json.dumps(["salt", "name", "Another"]).encode())
    assert api.verify(f"{parts[0]}~{foreign}~").status_code == 400
