"""Lists of known issuers, in the forms of the field, read offline."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.records.badges import COLLEGE, NOW, OTHER, did

from learnwork.records.check_codes import CheckError
from learnwork.records.jose import sign_token
from learnwork.records.keys import PrivateKey
from learnwork.records.trust import Here, read_registry, trust_checks

ISSUER = did(COLLEGE)
STATEMENT: dict[str, Any] = {
    "iss": "https://registry.example",
    "sub": ISSUER,
    "exp": 1_900_000_000,
    "metadata": {
        "federation_entity": {
            "organization_name": "Riverside College",
            "homepage_uri": "https://riverside.example",
        },
        "institution_additional_information": {"legal_name": "Board of Riverside"},
        "credential_registry_entity": {"ctid": "ce-e8a41a52-6ff6-48f0-9872-889c87b093b7"},
    },
}
CTDL = {
    "@graph": [
        {
            "@type": "ceterms:CredentialOrganization",
            "ceterms:ctid": "ce-e8a41a52-6ff6-48f0-9872-889c87b093b7",
            "ceterms:name": {"en": "Riverside College"},
            "ceterms:subjectWebpage": "https://riverside.example",
            "ceterms:identifier": [{"ceterms:identifierValueCode": ISSUER}],
        }
    ]
}


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(
            {
                "meta": {},
                "registry": {
                    ISSUER: {"name": "Riverside College", "location": "NJ", "url": "https://r.example"}
                },
            }
        ),
        json.dumps({"entries": {ISSUER: {"name": "Riverside College"}}}),
        json.dumps(STATEMENT),
        json.dumps([STATEMENT]),
        sign_token({"typ": "entity-statement+jwt"}, STATEMENT, COLLEGE),
        json.dumps([sign_token({"typ": "entity-statement+jwt"}, STATEMENT, COLLEGE)]),
        json.dumps(CTDL),
    ],
    ids=["list", "entries", "statement", "statements", "token", "tokens", "ctdl"],
)
def test_forms_of_lists(data: str):
    registry = read_registry(data, "A list")
    known = registry.look_up(ISSUER)
    assert known is not None
    assert known.name == "Riverside College"
    assert registry.look_up("did:key:other") is None


def test_what_statements_say_beside_the_name():
    known = read_registry(json.dumps(STATEMENT), "A list").look_up(ISSUER)
    assert known is not None
    assert known.legal_name == "Board of Riverside"
    assert known.ctid == "ce-e8a41a52-6ff6-48f0-9872-889c87b093b7"
    assert known.url == "https://riverside.example"


def test_a_listing_of_identifiers():
    assert read_registry(json.dumps(["https://a.example", ISSUER]), "A list").look_up(ISSUER) is not None


@pytest.mark.parametrize("data", ["[]", "{}", "5", "hello", "a.b.c", '{"registry": []}', "[[]]"])
def test_what_is_no_list(data: str):
    with pytest.raises(CheckError) as raised:
        read_registry(data, "A list")
    assert raised.value.code == "issuer-list"


def signed_list(key: PrivateKey) -> str:
    return json.dumps([sign_token({"typ": "entity-statement+jwt"}, STATEMENT, key)])


def test_statements_are_verified_with_the_keys_of_their_publisher():
    registry = read_registry(signed_list(OTHER), "A list", keys=[COLLEGE.public, OTHER.public])
    assert registry.signed is True
    (check,) = trust_checks(ISSUER, {}, registries=[registry], now=NOW)
    assert (check.code, check.state) == ("issuer-known", "passed")
    for forged in (signed_list(OTHER), json.loads(signed_list(OTHER))[0]):
        with pytest.raises(CheckError) as raised:
            read_registry(forged, "A list", keys=[COLLEGE.public])
        assert raised.value.code == "issuer-list"


def test_statements_whose_signature_could_not_be_checked_say_so():
    for data in (signed_list(OTHER), json.loads(signed_list(OTHER))[0]):
        registry = read_registry(data, "A list")
        assert registry.signed is False
        (check,) = trust_checks(ISSUER, {}, registries=[registry], now=NOW)
        assert (check.code, check.state, check.decisive) == ("issuer-known", "unchecked", False)
        assert "could not be checked" in check.sentence
    assert read_registry(json.dumps(STATEMENT), "A list", keys=[OTHER.public]).signed is None


def test_lists_inform():
    registry = read_registry(json.dumps(STATEMENT), "A list")
    (check,) = trust_checks(ISSUER, {}, registries=[registry], now=NOW)
    assert (check.code, check.state, check.decisive) == ("issuer-known", "passed", False)
    assert "Board of Riverside" in check.sentence
    late = trust_checks(ISSUER, {}, registries=[registry], now=datetime(2031, 1, 1, tzinfo=UTC))
    assert [check.code for check in late] == ["issuer-list"]
    (none,) = trust_checks("did:key:other", {}, registries=[registry], now=NOW)
    assert none.state == "unchecked"
    assert trust_checks(ISSUER, {}, now=NOW) == []


@pytest.mark.parametrize(("offers", "state"), [(True, "passed"), (False, "failed"), (None, "unchecked")])
def test_our_own_registry_informs(offers: bool | None, state: str):
    here = Here("Riverside College", offers=offers, offered="Pipe welding")
    checks = trust_checks(ISSUER, {}, knows=lambda issuer, document: here, now=NOW)
    assert {check.code: check.state for check in checks}["offered-here"] == state
    assert not any(check.decisive for check in checks)
