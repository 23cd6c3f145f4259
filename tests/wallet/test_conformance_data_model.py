"""What the suite of the Verifiable Credentials Data Model 2.0 asks of an issuer and a verifier, in our own cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learnwork.records.proofs import add_proof

pytestmark = pytest.mark.django_db
V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
PLAIN: dict[str, Any] = {
    "@context": [V2],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:learner"},
}
TERM = "https://example.org/terms#Term"


def plain(**more: Any) -> dict[str, Any]:
    return {**PLAIN, **{name.replace("at_", "@"): value for name, value in more.items()}}


def with_term(**more: Any) -> dict[str, Any]:
    """A plain credential whose contexts define the word Term."""
    return plain(at_context=[V2, {"Term": TERM}], **more)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in PLAIN.items() if key != name}


def text(value: str, **more: str) -> dict[str, str]:
    return {"@value": value, **{f"@{name}": said for name, said in more.items()}}


def years(number: int) -> str:
    return (datetime.now(UTC) + timedelta(days=365 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")


SHA384 = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"
SHA256 = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"
BARE = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"
FORMER384 = "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"  # before February 2025
FORMER256 = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"
WRONG = BARE.replace("X1h", "X1j")


def related(*resources: Any) -> dict[str, Any]:
    return plain(relatedResource=list(resources))


ELSEWHERE = {"id": "https://college.example/syllabus.pdf", "digestSRI": SHA384}

ACCEPTED: dict[str, dict[str, Any]] = {
    "plain": PLAIN,
    "two contexts": plain(at_context=[V2, EXAMPLES]),
    "a context written out": with_term(type=["VerifiableCredential", "Term"]),
    "id a urn": plain(id="urn:uuid:0b1b4a0c-7a0e-4d35-8d1c-3a6a3cf9e0a1"),
    "id a url": plain(id="https://college.example/records/1"),
    "type a url": plain(type=["VerifiableCredential", "https://example.org/terms#Other"]),
    "type last": plain(type=["https://example.org/terms#Other", "VerifiableCredential"]),
    "type of the examples": plain(at_context=[V2, EXAMPLES], type=["VerifiableCredential", "ExampleDegree"]),
    "issuer of another": plain(issuer="https://college.example/issuers/1"),
    "issuer object": plain(issuer={"id": "did:example:issuer"}),
    "issuer with a name": plain(issuer={"id": "did:example:issuer", "name": "A college"}),
    "issuer with a name in English": plain(
        issuer={"id": "did:example:issuer", "name": text("A college", language="en")}
    ),
    "issuer with names": plain(
        issuer={"id": "did:example:issuer", "name": [text("A", language="en"), text("B", language="es")]}
    ),
    "issuer object without id": plain(issuer={"name": "A college", "description": "Teaches"}),
    "name": plain(name="Welding", description="A course"),
    "name with direction": plain(name=text("Welding", language="en", direction="ltr")),
    "names in two languages": plain(name=[text("Welding", language="en"), text("Soldadura", language="es")]),
    "two subjects": plain(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "dates": plain(validFrom=years(-1), validUntil=years(1)),
    "date with an offset": plain(validFrom="2024-01-01T00:00:00-05:00"),
    "status": with_term(credentialStatus={"id": "did:example:status", "type": "Term"}),
    "status without id": with_term(credentialStatus={"type": "Term"}),
    "schema": plain(credentialSchema={"id": "did:example:schemas:1", "type": "https://example.org/Schema"}),
    "schemas": plain(
        credentialSchema=[
            {"id": "did:example:schemas:1", "type": "https://example.org/Schema"},
            {"id": "did:example:schemas:2", "type": "https://example.org/Schema"},
        ]
    ),
    "refresh service": plain(refreshService={"id": "did:example:r", "type": "https://example.org/Refresh"}),
    "refresh services": with_term(refreshService=[{"id": "did:example:r", "type": "Term"}, {"type": "Term"}]),
    "terms of use": with_term(termsOfUse=[{"type": "Term"}, {"id": "did:example:t", "type": "Term"}]),
    "evidence": with_term(evidence=[{"type": "Term"}, {"type": "Term"}]),
    "one evidence": with_term(evidence={"type": "Term"}),
    "related by SHA-384": related({"id": V2, "digestSRI": SHA384}),
    "related by multihash": related({"id": V2, "digestMultibase": SHA256}),
    "related by a digest without header": related({"id": V2, "digestMultibase": BARE}),
    "related by both": related({"id": V2, "mediaType": "text/x", "digestSRI": SHA384, "digestMultibase": BARE}),
    "related by a revision before": related({"id": V2, "digestSRI": FORMER384, "digestMultibase": FORMER256}),
    "one related": plain(relatedResource={"id": V2, "digestSRI": SHA384}),
    "related elsewhere": related(ELSEWHERE, {"id": V2, "digestSRI": SHA384}),
}  # fmt: skip

REFUSED: dict[str, dict[str, Any]] = {
    "no context": without("@context"),
    "no base context": plain(at_context=[EXAMPLES]),
    "base context second": plain(at_context=[EXAMPLES, V2]),
    "context no url": plain(at_context=[V2, "not a url"]),
    "context a number": plain(at_context=[V2, 7]),
    "context empty": plain(at_context=[]),
    "id no url": plain(id="not a url"),
    "id two": plain(id=["did:example:1", "did:example:2"]),
    "id null": plain(id=None),
    "id a number": plain(id=4),
    "subject id no url": plain(credentialSubject={"id": "not a url", "name": "x"}),
    "subject ids": plain(credentialSubject={"id": ["did:example:1", "did:example:2"]}),
    "no type": without("type"),
    "type missing": plain(type=["https://example.org/terms#Other"]),
    "type undefined": plain(type=["VerifiableCredential", "Undefined"]),
    "type mapped to no url": plain(at_context=[V2, {"Term": "not a url"}], type=["VerifiableCredential", "Term"]),
    "type a number": plain(type=["VerifiableCredential", 2]),
    "type redefined": plain(at_context=[V2, {"VerifiableCredential": TERM}]),
    "protected redefined": plain(
        at_context=[V2, {"@protected": True, "Term": TERM}, {"Term": TERM + "2"}], type=["VerifiableCredential", "Term"]
    ),
    "issuer no url": plain(issuer="not a url"),
    "issuer null": plain(issuer=None),
    "issuer a number": plain(issuer=1),
    "issuer id null": plain(issuer={"id": None}),
    "issuer id no url": plain(issuer={"id": "not a url"}),
    "issuer list": plain(issuer=["did:example:issuer"]),
    "name with more": plain(name={**text("x", language="en"), "url": "did:example:x"}),
    "name a number": plain(name=5),
    "description with more": plain(description={**text("x", language="en"), "url": "did:example:x"}),
    "issuer name with more": plain(issuer={"id": "did:example:i", "name": {**text("x"), "url": "did:example:x"}}),
    "issuer description with more": plain(
        issuer={"id": "did:example:i", "description": {**text("x"), "url": "did:example:x"}}
    ),
    "no subject": without("credentialSubject"),
    "subject empty": plain(credentialSubject={}),
    "subjects empty": plain(credentialSubject=[]),
    "one subject empty": plain(credentialSubject=[{"id": "did:example:a"}, {}]),
    "subject a text": plain(credentialSubject="did:example:a"),
    "validFrom no date": plain(validFrom="yesterday"),
    "validFrom without zone": plain(validFrom="2024-01-01T00:00:00"),
    "validUntil before validFrom": plain(validFrom=years(1), validUntil=years(-1)),
    "validUntil no date": plain(validUntil="2024-13-01T00:00:00Z"),
    "status without type": with_term(credentialStatus={"id": "did:example:status"}),
    "status type a number": with_term(credentialStatus={"id": "did:example:status", "type": 2}),
    "status type undefined": with_term(credentialStatus={"id": "did:example:status", "type": "Undefined"}),
    "status id no url": with_term(credentialStatus={"id": "not a url", "type": "Term"}),
    "status ids": with_term(credentialStatus={"id": ["did:example:1", "did:example:2"], "type": "Term"}),
    "schema without type": plain(credentialSchema={"id": "did:example:schemas:1"}),
    "schema without id": plain(credentialSchema={"type": "https://example.org/Schema"}),
    "schema id a number": plain(credentialSchema={"id": 12, "type": "https://example.org/Schema"}),
    "refresh service without type": plain(refreshService={"id": "did:example:r"}),
    "terms of use without type": plain(termsOfUse=[{"id": "did:example:t"}]),
    "evidence without type": plain(evidence=[{"id": "did:example:e"}]),
    "related a text": related("https://college.example/syllabus.pdf"),
    "related without id": related({"digestSRI": SHA384}),
    "related twice": related(ELSEWHERE, ELSEWHERE),
    "related without digest": related({"id": V2}),
    "related changed, SRI": related({"id": V2, "digestSRI": SHA384.replace("HrjlB", "HrjlC")}),
    "related changed, multibase": related({"id": V2, "digestMultibase": SHA256.replace("VztZ", "VztY")}),
    "related changed, without header": related({"id": V2, "digestMultibase": WRONG}),
    "related, one of both changed": related({"id": V2, "digestSRI": SHA384, "digestMultibase": WRONG}),
    "related, two revisions": related({"id": V2, "digestSRI": SHA384, "digestMultibase": FORMER256}),
    "related digest no digest": related({"id": V2, "digestMultibase": "uZTQ0MjM1NiAgcmVwb3J0"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "EdDSA"])
def test_an_issuer_accepts(harness: Any, suite: str, name: str) -> None:
    api = harness(suite)
    record = api.issued(ACCEPTED[name])
    if suite == "EdDSA":
        assert (record["type"], record["@context"]) == ("EnvelopedVerifiableCredential", V2)
        assert record["id"].startswith("data:application/vc+jwt,")
    else:
        assert record["@context"][0] == V2
        assert "VerifiableCredential" in record["type"]
        assert isinstance(record["proof"], dict)
        assert isinstance(record["issuer"], str) or record["issuer"]["id"] == api.issuer.did
    answer = api.verify(record)
    assert (answer.status_code, answer.json()["errors"]) == (200, [])


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "EdDSA"])
def test_an_issuer_refuses(harness: Any, suite: str, name: str) -> None:
    answer = harness(suite).issue(REFUSED[name])
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()["detail"]


# Presentations ------------------------------------------------------------------------------------------------

PRESENTATION: dict[str, Any] = {"@context": [V2], "type": ["VerifiablePresentation"]}


def sign(who: Any, document: dict[str, Any], purpose: str = "authentication", **more: Any) -> dict[str, Any]:
    return add_proof(
        document,
        key=who.key,
        suite="eddsa-rdfc-2022",
        method=who.method,
        created=datetime.now(UTC).replace(microsecond=0),
        purpose=purpose,
        **more,
    )


def own(who: Any, *, signed: bool) -> dict[str, Any]:
    """A credential that somebody says of themselves."""
    credential = {**PLAIN, "issuer": who.did}
    return sign(who, credential, "assertionMethod") if signed else credential


def test_presentations_that_are_accepted(harness: Any, signer: Any) -> None:
    api, holder = harness(), signer()
    given = [own(signer(), signed=True), own(signer(), signed=True)]
    for more in (
        {},
        {"id": "urn:uuid:3a6a3cf9-e0a1-4b1b-8d1c-0b1b4a0c7a0e"},
        {"holder": holder.did},
        {"holder": {"id": holder.did}},
        {"@context": [V2, EXAMPLES]},
        {"@context": [V2, {"Term": TERM}], "type": ["VerifiablePresentation", "Term"]},
        {"verifiableCredential": given},
        {"verifiableCredential": given[0]},
        {"verifiableCredential": given, "holder": holder.did},
        {"verifiableCredential": [api.issued(PLAIN)], "holder": holder.did},
        {"verifiableCredential": [own(holder, signed=False)], "holder": holder.did},
    ):
        presentation = sign(holder, {**PRESENTATION, **more}, challenge="c-1", domain="verifier.example")
        answer = api.verify_presentation(presentation)
        assert (answer.status_code, answer.json()["errors"]) == (200, []), more
        again = api.verify_presentation(presentation, challenge="c-1", domain="verifier.example")
        assert again.status_code == 200
        assert api.verify_presentation(presentation, challenge="c-2").status_code == 400


def test_presentations_that_are_refused(harness: Any, signer: Any) -> None:
    api, holder = harness(), signer()
    for broken in (
        {"@context": [V2]},
        {"type": ["VerifiablePresentation"]},
        {"@context": [EXAMPLES], "type": ["VerifiablePresentation"]},
        {"@context": [V2], "type": ["Other"]},
        {**PRESENTATION, "id": "not a url"},
    ):
        assert api.verify_presentation(broken).status_code == 400, broken
    for more in (
        {"holder": {"name": "no id"}},
        {"holder": "did:example:another"},
        {"holder": 5},
        {"verifiableCredential": [own(holder, signed=False)]},
        {"verifiableCredential": [own(holder, signed=False)], "holder": "did:example:another"},
        {"verifiableCredential": [{**PLAIN, "issuer": "did:example:another"}], "holder": holder.did},
        {"verifiableCredential": [{**own(holder, signed=True), "issuer": "did:example:another"}], "holder": holder.did},
    ):  # fmt: skip
        answer = api.verify_presentation(sign(holder, {**PRESENTATION, **more}))
        assert answer.status_code == 400, (more, answer.json())
    for value in ("https://college.example/records/1", 7, {"type": ["VerifiableCredential"]}):
        presentation = sign(holder, PRESENTATION) | {"verifiableCredential": [value]}
        assert api.verify_presentation(presentation).status_code == 400
    for context in ("https ://not-a-url", 123):
        presentation = sign(holder, PRESENTATION)
        assert api.verify_presentation({**presentation, "@context": [V2, context]}).status_code == 400


@pytest.mark.parametrize("suite", ["EdDSA", "ES256", "ES384", "RS256"])
def test_an_enveloped_record_and_what_is_no_envelope(harness: Any, suite: str) -> None:
    api = harness(suite)
    record = api.issued(PLAIN)
    assert api.verify(record).status_code == 200
    plain_type = record["id"].replace("application/vc+jwt", "application/jwt")
    assert api.verify({**record, "id": plain_type}).status_code == 200
    for change in (
        {"@context": []},
        {"@context": EXAMPLES},
        {"@context": None},
        {"id": record["id"].partition(",")[2]},
        {"type": None},
        {"type": "VerifiableCredential"},
        {"type": ["VerifiableCredential"]},
    ):
        broken = {name: value for name, value in {**record, **change}.items() if value is not None}
        assert api.verify(broken).status_code == 400, change


def test_an_enveloped_presentation_and_what_is_no_envelope(harness: Any, signer: Any) -> None:
    from learnwork.records.tokens import make_token

    api, holder = harness("ES256"), signer("P-256")
    inner = {**PRESENTATION, "holder": holder.did, "verifiableCredential": [api.issued(PLAIN)]}
    for version, kind in (("2.0", "application/vp+jwt"), ("1.1", "application/jwt")):
        token = make_token(
            inner, key=holder.key, method=holder.method, version=version, challenge="123456789"
        )
        presentation = {
            "@context": V2,
            "type": "EnvelopedVerifiablePresentation",
            "id": f"data:{kind},{token}",
        }
        answer = api.verify_presentation(presentation, challenge="123456789")
        assert (answer.status_code, answer.json()["errors"]) == (200, [])
        assert api.verify_presentation(presentation, challenge="987").status_code == 400
        for change in (
            {"@context": []},
            {"@context": [EXAMPLES]},
            {"id": token},
            {"type": ["VerifiablePresentation"]},
            {"@context": [V2], "type": ["VerifiablePresentation"]},
            {"@context": [V2], "type": ["VerifiablePresentation", "EnvelopedVerifiablePresentation"]},
        ):
            assert api.verify_presentation({**presentation, **change}).status_code == 400, change
