"""Status lists: bits packed and unpacked, lists made and read, entries that break their rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.badges import COLLEGE, NOW, badge, did, method, signed, web

from learnwork.records import verify
from learnwork.records.bits import LEAST, MOST, Bits, free_index, unpacked
from learnwork.records.check_codes import CheckError
from learnwork.records.jose import sign_token
from learnwork.records.status import entry_faults, token_check
from learnwork.records.status_lists import (
    bitstring_entry,
    bitstring_list,
    revocation_entry,
    revocation_list,
    token_list_claims,
    token_reference,
)

URL = "https://riverside.example/status/1"


@given(
    st.sampled_from([1, 2, 4, 8, 3]),
    st.booleans(),
    st.dictionaries(st.integers(0, 399), st.integers(0, 255), max_size=20),
)
def test_bits_there_and_back(size: int, lsb: bool, values: dict[int, int]):
    bits = Bits.empty(400, size, lsb=lsb)
    for index, value in values.items():
        bits[index] = value % (1 << size)
    again = unpacked(bits.packed(), size, lsb=lsb)
    assert again.data == bits.data
    for index in range(400):
        assert again[index] == values.get(index, 0) % (1 << size)


def test_bits_are_numbered_as_the_standards_say():
    """Bitstring Status List 3.1: from the left; token status list, section 4.1: from the right."""
    left = Bits.empty(16)
    left[0] = left[9] = 1
    assert left.data.hex() == "8040"
    right = Bits.empty(16, lsb=True)
    for index, value in enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]):
        right[index] = value
    assert right.data.hex() == "b9a3"  # the example of the draft
    pairs = Bits.empty(12, 2, lsb=True)
    for index, value in enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]):
        pairs[index] = value
    assert pairs.data.hex() == "c944f9"


@pytest.mark.parametrize("text", ["", "u", "AAAA", "not base64!", "H4sIAAAAAAAA"])
def test_what_is_no_list(text: str):
    with pytest.raises(CheckError):
        unpacked(text)


def test_bounds():
    with pytest.raises(CheckError):
        Bits.empty(MOST + 1)
    with pytest.raises(CheckError):
        Bits.empty(8)[8]
    with pytest.raises(CheckError):
        Bits.empty(8)[0] = 2
    with pytest.raises(CheckError):
        free_index(range(10), 10)
    assert 0 <= free_index(set()) < LEAST
    assert free_index({0, 1, 2}, 4) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"statusPurpose": None},
        {"statusPurpose": ["revocation"]},
        {"statusListIndex": 7},
        {"statusListIndex": True},
        {"statusListIndex": "-1"},
        {"statusListIndex": "0x7"},
        {"statusListIndex": "١"},
        {"statusListCredential": "here"},
        {"id": URL},
        {"statusSize": 0},
        {"statusSize": "2"},
        {"statusSize": True},
        {"statusSize": 2},
        {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "a"}]},
        {"statusMessage": [{"status": "0x0"}, {"status": "0x1", "message": "b"}]},
    ],
)
def test_entries_that_break_the_rules(change: dict[str, Any]):
    assert list(entry_faults(bitstring_entry(URL, 7))) == []
    assert list(entry_faults(bitstring_entry(URL, 7) | change))


def _record(entry: Any, **answers: Any) -> Any:
    return verify(signed(badge(credentialStatus=entry)), now=NOW, fetcher=web(**answers))


def _listed(bits: Bits, **more: Any) -> dict[str, Any]:
    return signed(bitstring_list(bits, url=URL, issuer=did(COLLEGE), **more))


def test_statuses_of_several_bits_say_their_message():
    bits = Bits.empty(LEAST, 2)
    bits[7] = 2
    messages = [(0, "Good"), (1, "Under review"), (2, "Renewed"), (3, "Merged")]
    entry = bitstring_entry(URL, 7, purpose="message", size=2, messages=messages)
    verdict = _record(entry, **{URL: _listed(bits, purpose="message")})
    assert verdict.accepted, verdict.checks
    assert any(check.code == "status-message" and "Renewed" in check.sentence for check in verdict.checks)


def test_a_list_may_serve_several_purposes():
    bits = Bits.empty()
    listed = _listed(bits, purpose=["revocation", "suspension"])
    entries = [bitstring_entry(URL, 7), bitstring_entry(URL, 8, purpose="suspension")]
    assert _record(entries, **{URL: listed}).accepted
    bits[8] = 1
    listed = _listed(bits, purpose=["revocation", "suspension"])
    verdict = _record(entries, **{URL: listed})
    assert "suspended" in verdict.codes("failed")
    assert "revoked" not in verdict.codes("failed")


def test_a_purpose_that_is_not_known_is_not_guessed():
    bits = Bits.empty()
    bits[7] = 1
    verdict = _record(bitstring_entry(URL, 7, purpose="embargo"), **{URL: _listed(bits, purpose="embargo")})
    assert verdict.outcome == "incomplete"
    assert verdict.codes("unchecked") == {"status-set"}


def test_a_kind_of_status_that_is_not_known_is_not_guessed():
    record = badge(credentialStatus={"type": "https://elsewhere.example/Status", "id": "urn:a:b"})
    verdict = verify(signed(record), now=NOW)
    assert verdict.outcome == "incomplete"
    assert "status-unknown" in verdict.codes("unchecked")


def test_a_list_whose_own_key_is_away_leaves_the_status_open():
    issuer = "https://riverside.example/issuer"
    listed = signed(bitstring_list(Bits.empty(), url=URL, issuer=issuer), method=f"{issuer}#key-1")
    verdict = _record(bitstring_entry(URL, 7), **{URL: listed})
    assert verdict.outcome == "incomplete"
    assert "status" in verdict.codes("unchecked")
    assert "status" not in verdict.codes("passed")


def test_the_revocation_list_of_1edtech():
    contexts = [*badge()["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    record = signed(badge(**{"@context": contexts, "credentialStatus": revocation_entry(URL)}))
    good = verify(record, now=NOW, fetcher=web(**{URL: revocation_list(URL, did(COLLEGE), {})}))
    assert good.accepted, good.checks
    listed = revocation_list(URL, did(COLLEGE), {record["id"]: "Given by mistake"})
    bad = verify(record, now=NOW, fetcher=web(**{URL: listed}))
    assert "revoked" in bad.codes("failed")
    assert "Given by mistake" in bad.sentence
    assert "status-list-form" in verify(record, now=NOW, fetcher=web(**{URL: []})).codes("failed")


@pytest.mark.parametrize(
    ("value", "code", "state"),
    [
        (0, "status", "passed"),
        (1, "revoked", "failed"),
        (2, "suspended", "failed"),
        (3, "status-set", "unchecked"),
    ],
)
def test_token_status_lists(value: int, code: str, state: str):
    bits = Bits.empty(100, 2, lsb=True)
    bits[7] = value
    claims = token_list_claims(bits, url=URL, now=NOW, until=datetime(2027, 1, 1, tzinfo=UTC))
    check = token_check(claims, token_reference(URL, 7)["status_list"], NOW)
    assert (check.code, check.state) == (code, state)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sub": "https://elsewhere.example"}, "status-list-forged"),
        ({"exp": 5}, "status-list-expired"),
        ({"status_list": {"bits": 3, "lst": ""}}, "status-list-form"),
        ({"status_list": {"bits": 1, "lst": "x"}}, "status-list-form"),
    ],
)
def test_token_status_lists_that_are_refused(change: dict[str, Any], code: str):
    claims = token_list_claims(Bits.empty(100, lsb=True), url=URL, now=NOW) | change
    assert token_check(claims, token_reference(URL, 7)["status_list"], NOW).code == code
    assert token_check(claims, {"idx": 100, "uri": URL}, NOW).state == "failed"


def test_a_token_with_a_status_list():
    bits = Bits.empty(100, lsb=True)
    header = {"typ": "statuslist+jwt", "kid": method(COLLEGE)}
    listed = sign_token(header, token_list_claims(bits, url=URL, now=NOW) | {"iss": did(COLLEGE)}, COLLEGE)
    token = sign_token(
        {"typ": "vc+jwt", "kid": method(COLLEGE)}, {**badge(), "status": token_reference(URL, 7)}, COLLEGE
    )
    good = verify(token, now=NOW, fetcher=web(**{URL: listed.encode()}))
    assert good.accepted, good.checks
    assert "status" in good.codes("passed")
    assert "status-unreachable" in verify(token, now=NOW).codes("unchecked")
    forged = listed[:-8] + "AAAAAAAA"
    assert "status-list-forged" in verify(token, now=NOW, fetcher=web(**{URL: forged.encode()})).codes(
        "failed"
    )
