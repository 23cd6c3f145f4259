"""Attacks on what the words of a signed record mean: the signature holds, and readers of JSON would miss something.

A signature of an rdfc suite covers statements, not text, and not the contexts themselves. So whoever holds a record can
add contexts and write the same statements in other words. Each case here verified once.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.records.badges import CLR, COLLEGE, NOW, V1, V2, badge, clr, did, method, signed

from learnwork.records import verify
from learnwork.records.canonical import canonize
from learnwork.records.errors import InlineContextError, ProtectedTermError, RecordError
from learnwork.records.guards import aliases, check
from learnwork.records.own_words import OwnWords
from learnwork.records.sd_jwt_making import issue_sd_jwt
from learnwork.records.status_lists import bitstring_entry
from learnwork.records.tokens import make_token

ENDED = "2026-02-01T00:00:00Z"
WRITTEN_OUT = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": ENDED}
CREDENTIALS = "https://www.w3.org/2018/credentials#"
SECURITY = "https://w3id.org/security#"
UNTIL = {
    "an IRI": ({"c": f"{CREDENTIALS}validUntil"}, "c"),
    "a term": ({"c": "validUntil"}, "c"),
    "a term with its type": ({"c": {"@id": "validUntil", "@type": WRITTEN_OUT["@type"]}}, "c"),
    "a prefix on a prefix": (
        {"a": "https://www.w3.org/", "b": "a:2018/credentials#", "c": "b:validUntil"},
        "c",
    ),
    "a prefix of an earlier context": ([{"b": CREDENTIALS}, {"c": "b:validUntil"}], "c"),
    "a prefix that is an object": (
        {"b": {"@id": CREDENTIALS, "@prefix": True}, "c": "b:validUntil"},
        "c",
    ),
    "a key with a prefix": ({"b": CREDENTIALS}, "b:validUntil"),
    "a key with a prefix that is an object": (
        {"b": {"@id": CREDENTIALS, "@prefix": True}},
        "b:validUntil",
    ),
    "a key with a prefix on a prefix": (
        {"a": "https://www.w3.org/2018/", "b": "a:credentials#"},
        "b:validUntil",
    ),
    "a vocabulary": ({"@vocab": CREDENTIALS, "c": {"@id": "validUntil"}}, "c"),
    "half a vocabulary": ({"@vocab": "https://www.w3.org/2018/"}, "credentials#validUntil"),
    "a compact word": ({"x": CREDENTIALS, "x:validUntil": f"{CREDENTIALS}validUntil"}, "x:validUntil"),
    "a context inside a word": ({"w": {"@id": "urn:w", "@context": {"b": CREDENTIALS}}}, "b:validUntil"),
}


def codes(record: Any) -> set[str]:
    verdict = verify(json.dumps(record) if isinstance(record, dict) else record, now=NOW)
    assert verdict.outcome == "rejected"
    return verdict.codes("failed")


@pytest.mark.parametrize("way", UNTIL)
def test_an_end_date_by_another_name(way: str):
    context, name = UNTIL[way]
    record = signed(badge(validUntil=ENDED))
    assert codes(record) == {"valid-until"}
    record["@context"] = [*record["@context"], *(context if isinstance(context, list) else [context])]
    del record["validUntil"]
    record[name] = ENDED if "type" in way or way == "a term" else WRITTEN_OUT
    assert codes(record) & {"term-disguised", "term-undefined", "linked-data-bad"}


@pytest.mark.parametrize("context", ["https://w3id.org/security/v1", "https://w3id.org/security/v2"])
def test_the_end_of_a_proof_by_the_word_of_another_published_context(context: str):
    record = signed(badge(), expires=datetime(2026, 2, 1, tzinfo=UTC))
    assert codes(record) == {"proof-expired"}
    record["@context"] = [*record["@context"], context]
    record["proof"]["expiration"] = record["proof"].pop("expires")
    assert codes(record) == {"term-disguised"}


@pytest.mark.parametrize(
    "context",
    [{"@vocab": SECURITY}, {"@vocab": SECURITY, "expiration": {"@type": WRITTEN_OUT["@type"]}}],
)
def test_the_end_of_a_proof_by_a_vocabulary(context: dict[str, Any]):
    record = signed(badge(), expires=datetime(2026, 2, 1, tzinfo=UTC))
    record["@context"] = [*record["@context"], context]
    del record["proof"]["expires"]
    record["proof"]["expiration"] = ENDED if "expiration" in context else WRITTEN_OUT
    assert "term-disguised" in codes(record)


def test_words_that_no_context_protects_and_that_say_what_a_protected_one_says():
    assert aliases() == {("expiration", f"{SECURITY}expiration"): "expires"}


@pytest.mark.parametrize("context", [None, "https://www.w3.org/ns/credentials/v2"])
def test_an_end_date_moved_to_where_the_record_is_mentioned(context: str | None):
    record = badge(validUntil=ENDED)
    record["credentialSubject"]["achievement"]["related"] = [{"id": record["id"], "type": ["Related"]}]
    record = signed(record)
    assert codes(record) == {"valid-until"}
    mention = record["credentialSubject"]["achievement"]["related"][0]
    mention |= {"type": ["Related", "VerifiableCredential"], "validUntil": record.pop("validUntil")}
    if context:
        mention["@context"] = context
    assert codes(record) == {"term-disguised"}


@pytest.mark.parametrize("left", [[], None, "one of two"])
def test_a_status_moved_to_where_the_record_is_mentioned(left: Any):
    entries = [bitstring_entry("https://riverside.example/status/1", place) for place in (7, 8)]
    record = badge(credentialStatus=entries)
    record["credentialSubject"]["achievement"]["related"] = [{"id": record["id"], "type": ["Related"]}]
    record = signed(record)
    assert verify(record, now=NOW).outcome == "incomplete"
    mention = record["credentialSubject"]["achievement"]["related"][0]
    mention |= {"type": ["Related", "VerifiableCredential"], "@context": V2}
    first, second = record["credentialStatus"]
    mention["credentialStatus"] = [second] if left == "one of two" else [first, second]
    record["credentialStatus"] = [first] if left == "one of two" else left
    assert "term-disguised" in codes(record)


def test_members_moved_to_where_their_owner_is_mentioned():
    bad = signed(badge(name="Another")) | {"name": "Brain surgery"}
    record = clr(signed(badge()), bad)
    record["issuer"]["image"] = {"id": "did:example:ana", "type": "Image"}
    record = signed(record)
    members = record["credentialSubject"]["verifiableCredential"]
    moved = {"@context": CLR, "id": "did:example:ana", "type": ["Image", "ClrSubject"]}
    record["issuer"]["image"] = moved | {"verifiableCredential": [members.pop()]}
    assert "term-disguised" in codes(record)


def test_a_comprehensive_record_that_does_not_say_so_in_a_word():
    record = signed(clr(signed(badge())))
    assert verify(record, now=NOW).accepted
    record["type"] = [
        "VerifiableCredential",
        "https://purl.imsglobal.org/spec/vc/clr/vocab.html#ClrCredential",
    ]
    assert "term-disguised" in codes(record)


def test_an_identifier_shortened_by_a_word_of_the_records_own():
    record = signed(badge())
    record["@context"] = [*record["@context"], {"zz": "did:example:"}]
    record["credentialSubject"]["id"] = "zz:ana"
    assert "term-disguised" in codes(record)


def test_honest_words_of_its_own_are_the_issuers():
    own = {
        "ex": "https://ex.example/#",
        "note": "ex:note",
        "deep": {"@id": "ex:deep", "@context": {"inner": "ex:inner"}},
    }
    record = badge(note="x", deep={"inner": "y", "name": "n"}, **{"ex:free": "z"})
    record["@context"] = [*record["@context"], own]
    verdict = verify(signed(record), now=NOW)
    assert verdict.accepted
    assert "inline-terms" in verdict.codes("unchecked")


def test_a_published_context_that_gives_a_meaning_to_every_word_is_named():
    record = badge(note="x")
    record["@context"] = [*record["@context"], "https://www.w3.org/ns/credentials/undefined-terms/v2"]
    verdict = verify(signed(record), now=NOW)
    assert verdict.accepted
    (told,) = verdict.unchecked()
    assert (told.code, told.decisive) == ("inline-terms", False)
    assert "undefined-terms" in told.sentence


def test_where_an_unknown_context_and_a_value_that_would_be_dropped_stand():
    record = badge()
    record["@context"] = [*record["@context"], "https://unknown.example/v1"]
    with pytest.raises(RecordError) as caught:
        canonize(record)
    assert caught.value.data["place"] == "/@context/2"
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": ["e30"]}
    with pytest.raises(RecordError) as caught:
        canonize(presentation)
    assert caught.value.data["place"] == "/verifiableCredential/0"


@pytest.mark.parametrize(
    ("context", "error"),
    [
        ({"validUntil": "https://ex.example/#"}, ProtectedTermError),
        ({"a": "b:x", "b": "a:x"}, InlineContextError),
        ({"a": "a:a"}, InlineContextError),
        ({"@vocab": ""}, InlineContextError),
        ({"@vocab": "words#"}, InlineContextError),
        ({"a": {"@id": "ex:a", "@context": {"@vocab": ""}}}, InlineContextError),
        ({"a": {"@id": "ex:a", "@context": [None]}}, InlineContextError),
        ({"a": {"@id": None}}, InlineContextError),
        ({"a": "@type"}, InlineContextError),
        ({"a": "b", "b": "@id"}, InlineContextError),
    ],
)
def test_contexts_of_its_own_that_are_refused(context: dict[str, Any], error: type[RecordError]):
    record = badge()
    record["@context"] = [*record["@context"], context]
    with pytest.raises(error) as caught:
        check(record)
    assert type(caught.value) is error


def test_what_a_word_may_mean():
    own = OwnWords({"cred": {CREDENTIALS}, "name": {"https://schema.org/name"}})
    own.take({"a": "cred:x", "b": {"@id": "a:y"}, "@vocab": "urn:v#", "a:z": "urn:z"}, "/@context")
    assert own.said("a") == {f"{CREDENTIALS}x"}
    assert own.said("b") == {f"{CREDENTIALS}xy"}
    assert own.meanings("a:z") == {"urn:z", f"{CREDENTIALS}xz"}
    assert own.meanings("free") == {"urn:v#free"}
    assert own.meanings("name") == {"https://schema.org/name", "urn:v#name"}
    assert own.meanings("https://other.example/x") == {"https://other.example/x"}


# What is said by other means than words ------------------------------------------------------------------------


def _token_with_a_bad_proof() -> Any:
    other = signed(badge(name="Another badge"))
    return make_token(badge(proof=other["proof"]), key=COLLEGE, method=method(COLLEGE)), "signature-wrong"


def _first_generation_with_the_end_of_the_second() -> Any:
    document = {
        "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
        "type": ["VerifiableCredential"],
        "issuer": did(COLLEGE),
        "issuanceDate": "2026-01-01T00:00:00Z",
        "validUntil": ENDED,
        "credentialSubject": {"id": "did:example:ana"},
    }
    return signed(document), "valid-until"


@pytest.mark.parametrize(
    "make",
    [_token_with_a_bad_proof, _first_generation_with_the_end_of_the_second],
    ids=lambda make: make.__name__,
)
def test_each_is_refused(make: Callable[[], tuple[Any, str]]):
    record, code = make()
    assert code in codes(copy.deepcopy(record))


@pytest.mark.parametrize("status", [{"other": {"x": 1}}, "revoked", {}, []])
def test_a_status_of_an_unknown_kind_is_never_a_good_one(status: Any):
    claims = {"iss": did(COLLEGE), "vct": "https://ex.example/badge", "sub": "ana", "status": status}
    token = issue_sd_jwt(claims, ["/sub"], key=COLLEGE, header={"typ": "dc+sd-jwt", "kid": method(COLLEGE)})
    verdict = verify(token, now=NOW)
    assert verdict.outcome == "incomplete"
    assert verdict.codes("unchecked") == {"status-unknown"}


def test_a_number_that_no_double_holds_is_refused():
    record = signed(badge(validUntil=ENDED))
    text = json.dumps(record).replace(f'"{ENDED}"', "1" + 400 * "0")
    assert verify(text, now=NOW).codes("failed") == {"record-not-json"}
    assert not verify({**record, "validUntil": 10**400}, now=NOW).accepted
