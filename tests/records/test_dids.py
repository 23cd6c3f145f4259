"""Controllers and their keys: who may sign for whom, and every way to pretend."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learnwork.records.dids import did_web_address, method_of, methods_of, resolve
from learnwork.records.errors import RecordError
from learnwork.records.fetching import FixedFetcher, NoNetwork
from learnwork.records.keys import PrivateKey
from learnwork.records.multibase import base64url_encode
from learnwork.records.proof_errors import (
    ControllerDocumentError,
    ControllerMismatchError,
    DidMethodUnknownError,
    DidUnreadableError,
    KeyNotAuthorisedError,
    KeyRevokedError,
    KeySecretShownError,
    KeyUnreadableError,
    MethodUnknownError,
    MethodUnreadableError,
    NetworkOffError,
)

KEY = PrivateKey.from_secret("Ed25519", bytes(range(32))).public
OTHER = PrivateKey.from_secret("P-256", bytes(range(1, 33))).public
DID = "did:web:college.example"
ADDRESS = "https://college.example/.well-known/did.json"
METHOD = f"{DID}#key-1"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_document(**changes: Any) -> dict[str, Any]:
    method = {"id": METHOD, "type": "Multikey", "controller": DID, "publicKeyMultibase": KEY.to_multibase()}
    document = {"id": DID, "verificationMethod": [method], "assertionMethod": [METHOD]}
    return document | changes


def a_method(**changes: Any) -> dict[str, Any]:
    made = {"id": METHOD, "type": "Multikey", "controller": DID, "publicKeyMultibase": KEY.to_multibase()}
    return {name: value for name, value in (made | changes).items() if value is not None}


def find(document: Any, url: Any = METHOD, purpose: str = "assertionMethod", address: str = ADDRESS) -> Any:
    fetcher = FixedFetcher({address: json.dumps(document).encode()})
    return method_of(url, purpose=purpose, fetcher=fetcher, now=NOW)


def test_did_web():
    found = find(a_document())
    assert (found.id, found.controller, found.key) == (METHOD, DID, KEY)


def test_a_relative_name_of_a_key_is_the_documents():
    document = a_document(verificationMethod=[a_method(id="#key-1")], assertionMethod=["#key-1"])
    assert find(document).key == KEY


def test_a_key_embedded_under_its_purpose():
    assert find(a_document(verificationMethod=[], assertionMethod=[a_method()])).key == KEY


def test_did_key():
    did = f"did:key:{KEY.to_multibase()}"
    url = f"{did}#{KEY.to_multibase()}"
    found = method_of(url, purpose="assertionMethod", fetcher=NoNetwork())
    assert (found.id, found.controller, found.key) == (url, did, KEY)
    assert resolve(did, fetcher=NoNetwork())["assertionMethod"] == [url]
    assert methods_of(did, purpose="authentication", fetcher=NoNetwork()) == [found]


@pytest.mark.parametrize("key", [KEY, OTHER])
def test_did_jwk(key):
    did = "did:jwk:" + base64url_encode(json.dumps(key.to_jwk()).encode())
    found = method_of(f"{did}#0", purpose="assertionMethod", fetcher=NoNetwork())
    assert (found.controller, found.key) == (did, key)


def test_a_controller_by_its_https_address():
    address = "https://college.example/issuers/1"
    document = a_document(
        id=address,
        verificationMethod=[a_method(id=f"{address}#k", controller=address)],
        assertionMethod=[f"{address}#k"],
    )
    assert find(document, f"{address}#k", address=address).controller == address


def test_a_key_with_a_document_of_its_own_must_be_listed_by_its_controller():
    url = "https://college.example/keys/1"
    key = a_method(id=url)
    listed = a_document(assertionMethod=[url])
    both = {url: json.dumps(key).encode(), ADDRESS: json.dumps(listed).encode()}
    found = method_of(url, purpose="assertionMethod", fetcher=FixedFetcher(both))
    assert (found.key, found.controller) == (KEY, DID)
    both[ADDRESS] = json.dumps(a_document()).encode()
    with pytest.raises(KeyNotAuthorisedError):
        method_of(url, purpose="assertionMethod", fetcher=FixedFetcher(both))


def test_a_key_listed_for_authentication_only_signs_no_record():
    with pytest.raises(KeyNotAuthorisedError) as caught:
        find(a_document(assertionMethod=[], authentication=[METHOD]))
    assert caught.value.code == "key-not-authorised"
    assert find(a_document(authentication=[METHOD]), purpose="authentication").key == KEY


def test_a_purpose_that_nobody_knows_is_no_member_to_look_up():
    for purpose in ("verificationMethod", "id", "alsoKnownAs", "", "https://example.org/purpose"):
        with pytest.raises(KeyNotAuthorisedError):
            find(a_document(**({purpose: [METHOD]} if purpose == "alsoKnownAs" else {})), purpose=purpose)
    with pytest.raises(KeyNotAuthorisedError):
        method_of(
            f"did:key:{KEY.to_multibase()}#{KEY.to_multibase()}", purpose="keyAgreement", fetcher=NoNetwork()
        )


def test_a_key_of_another_controller():
    with pytest.raises(ControllerMismatchError) as caught:
        find(a_document(verificationMethod=[a_method(controller="did:web:evil.example")]))
    assert caught.value.code == "controller-mismatch"


def test_a_foreign_key_listed_in_a_document_is_not_found_there():
    foreign = "did:web:evil.example#key-1"
    document = a_document(verificationMethod=[a_method(id=foreign)], assertionMethod=[foreign])
    with pytest.raises(MethodUnknownError):
        find(document)
    with pytest.raises(NetworkOffError):
        find(document, foreign)


def test_a_document_about_somebody_else():
    with pytest.raises(ControllerDocumentError):
        find(a_document(id="did:web:evil.example"))


def test_a_key_that_comes_with_the_proof_is_not_trusted():
    with pytest.raises(MethodUnreadableError) as caught:
        find(a_document(), a_method())
    assert caught.value.code == "method-unreadable"


@pytest.mark.parametrize("fragment", ["", "#", "#other", f"#{OTHER.to_multibase()}"])
def test_a_key_taken_from_a_fragment(fragment):
    with pytest.raises(MethodUnknownError) as caught:
        method_of(f"did:key:{KEY.to_multibase()}{fragment}", purpose="assertionMethod", fetcher=NoNetwork())
    assert caught.value.code == "method-unknown"
    if fragment != "#other":
        with pytest.raises(MethodUnknownError):
            find(a_document(), f"{DID}{fragment}")


@pytest.mark.parametrize("member", ["revoked", "expires"])
def test_a_key_whose_time_is_over(member):
    for moment, over in ((NOW - timedelta(days=1), True), (NOW, True), (NOW + timedelta(days=1), False)):
        document = a_document(verificationMethod=[a_method(**{member: moment.isoformat()})])
        if over:
            with pytest.raises(KeyRevokedError) as caught:
                find(document)
            assert caught.value.data["moment"] == moment
        else:
            assert getattr(find(document), member) == moment


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"type": None}, MethodUnreadableError),
        ({"controller": None}, MethodUnreadableError),
        ({"controller": [DID]}, MethodUnreadableError),
        ({"publicKeyMultibase": None}, MethodUnreadableError),
        ({"publicKeyJwk": KEY.to_jwk()}, MethodUnreadableError),
        ({"publicKeyMultibase": None, "publicKeyJwk": "x"}, KeyUnreadableError),
        ({"publicKeyMultibase": "u7QE"}, KeyUnreadableError),
        ({"secretKeyMultibase": "z3u2"}, KeySecretShownError),
        ({"publicKeyMultibase": None, "publicKeyJwk": KEY.to_jwk() | {"d": "AA"}}, KeySecretShownError),
        ({"expires": "2026-01-01"}, MethodUnreadableError),
        ({"revoked": 5}, MethodUnreadableError),
    ],
)
def test_a_method_that_cannot_be_read(changes, error):
    with pytest.raises(error):
        find(a_document(verificationMethod=[a_method(**changes)]))


@pytest.mark.parametrize(
    "document",
    [
        [],
        "text",
        None,
        a_document(verificationMethod={}),
        a_document(assertionMethod=METHOD),
        a_document(assertionMethod=[METHOD] * 501),
    ],
)
def test_a_document_that_is_none(document):
    with pytest.raises(ControllerDocumentError):
        find(document)


def test_a_document_with_a_key_twice_is_refused():
    body = json.dumps(a_document()).replace('{"id"', '{"id": "did:web:evil.example", "id"', 1).encode()
    with pytest.raises(RecordError) as caught:
        method_of(METHOD, purpose="assertionMethod", fetcher=FixedFetcher({ADDRESS: body}))
    assert caught.value.code == "record-duplicate-key"


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:a.example", "https://a.example/.well-known/did.json"),
        ("did:web:a.example:issuers:1", "https://a.example/issuers/1/did.json"),
        ("did:web:a.example%3A8443:x", "https://a.example:8443/x/did.json"),
    ],
)
def test_where_did_web_leads(did, address):
    assert did_web_address(did) == address


@pytest.mark.parametrize(
    "did",
    [
        "did:web:127.0.0.1",
        "did:web:127.1",
        "did:web:%5B%3A%3A1%5D",
        "did:web:a.example%2Finside",
        "did:web:a.example:..:x",
        "did:web:a.example:%2E%2E:x",
        "did:web:a.example:x%2F..%2Fy",
        "did:web:a.example::x",
        "did:web:user%40a.example",
        "did:web:a.example%3Ax",
        "did:web:a.example%23:x",
        "did:web:",
        "did:web:a.example?x=1",
        "did:key:invalidVm/path",
        "did:jwk:e30_",
        "did:jwk:W10",
        "not a did",
        "",
        "http://college.example/issuer",
    ],
)
def test_what_is_no_did(did):
    with pytest.raises(RecordError) as caught:
        method_of(f"{did}#key-1", purpose="assertionMethod", fetcher=NoNetwork())
    assert caught.value.code in ("did-unreadable", "record-not-json")
    assert not isinstance(caught.value, NetworkOffError)


def test_a_did_of_a_method_that_is_not_resolved():
    with pytest.raises(DidMethodUnknownError):
        method_of("did:example:1234#key", purpose="assertionMethod", fetcher=NoNetwork())
    with pytest.raises(DidUnreadableError):
        resolve("did:Example:1", fetcher=NoNetwork())


def test_without_network_it_is_unchecked_not_wrong():
    with pytest.raises(NetworkOffError):
        method_of(METHOD, purpose="assertionMethod", fetcher=NoNetwork())


def test_all_keys_for_a_purpose_without_those_that_are_over():
    old = a_method(id=f"{DID}#old", revoked="2020-01-01T00:00:00Z")
    new = a_method(
        id=f"{DID}#new",
        type="JsonWebKey",
        publicKeyMultibase=None,
        publicKeyJwk=OTHER.to_jwk() | {"kid": "n"},
    )
    document = a_document(
        verificationMethod=[a_method(), old, new], assertionMethod=[METHOD, f"{DID}#old", f"{DID}#new"]
    )
    fetcher = FixedFetcher({ADDRESS: json.dumps(document).encode()})
    found = methods_of(DID, purpose="assertionMethod", fetcher=fetcher, now=NOW)
    assert [(one.id, one.name) for one in found] == [(METHOD, ""), (f"{DID}#new", "n")]
