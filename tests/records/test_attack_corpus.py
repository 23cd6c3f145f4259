"""What attackers send: one case a rule, each refused with its own code; none hangs, none reaches an address inside."""

from __future__ import annotations

import copy
import json
import socket
import time
from typing import Any

import pytest
from tests.records.attacks import CASES
from tests.records.attacks_on_carriers import png, status_list, text_chunk, token, with_status
from tests.records.attacks_on_documents import ISSUER, by_address
from tests.records.badges import CLR, COLLEGE, NOW, OTHER, badge, clr, raw, signed, web

from learnwork.records import verify
from learnwork.records.bits import Bits
from learnwork.records.fetching import WebFetcher
from learnwork.records.jose import sign_token
from learnwork.records.verdict import walk

MOST_SECONDS = 2.0  # of the processor: what others do on the machine of the tests does not count


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection in these tests fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was connected to")

    monkeypatch.setattr(socket.socket, "connect", refuse)


# Addresses inside ---------------------------------------------------------------------------------------------


class Inside:
    """A fetcher of the real kind whose names all lead inside."""

    def __init__(self, address: str) -> None:
        self.inner = WebFetcher(resolve=lambda host, port: [address])

    def fetch(self, url: str, **more: Any) -> Any:
        return self.inner.fetch(url, **more)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1"]
)
def test_no_record_reaches_an_address_inside(address: str):
    records = [
        with_status({})[0],
        by_address(),
        signed(badge(issuer="did:web:inside.example"), method="did:web:inside.example#key-1"),
        {
            **signed(badge()),
            "relatedResource": [{"id": "https://inside.example/a", "digestSRI": "sha256-AAAA"}],
        },
        "https://inside.example/badge.json",
        sign_token({"typ": "vc+jwt", "kid": "https://inside.example/keys#1"}, badge(issuer=ISSUER), COLLEGE),
    ]
    for record in records:
        verdict = verify(record, now=NOW, fetcher=Inside(address))
        assert not verdict.accepted


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "file:///etc/passwd", "https://10.0.0.1/x"],
)
def test_no_address_inside_is_written_out(url: str):
    record = with_status({}, statusListCredential=url)[0]
    assert not verify(record, now=NOW, fetcher=WebFetcher()).accepted


# All of them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_attack(name: str):
    codes, record, answers = CASES[name]()
    data = record if isinstance(record, bytes | str) else raw(record)
    fetcher = web(**answers)
    begun = time.process_time()
    verdict = verify(data, now=NOW, fetcher=fetcher)
    taken = time.process_time() - begun
    assert not verdict.accepted, verdict.checks
    assert taken < MOST_SECONDS
    bad = {check.code: check for each in walk(verdict) for check in each.checks if check.state != "passed"}
    wanted = codes.removeprefix("?").split("|")
    if codes != "*":
        assert set(wanted) & set(bad), (wanted, sorted(bad))
        found = bad[next(code for code in wanted if code in bad)]
        assert found.sentence
        assert found.mend
        if "?" not in codes:
            assert verdict.outcome == "rejected"


def test_scripts_in_texts_are_data():
    """Nothing of a record is run or rendered here; the summary hands texts on as they are."""
    record = badge()
    record["credentialSubject"]["achievement"]["criteria"] = {"narrative": "<script>alert(1)</script>"}
    verdict = verify(signed(record), now=NOW)
    assert verdict.accepted
    assert verdict.summary.criteria == "<script>alert(1)</script>"
    drawn = "<o:credential xmlns:o='https://purl.imsglobal.org/ob/v3p0'><![CDATA[{}]]></o:credential>"
    inner = drawn.format(json.dumps(signed(badge())))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>{inner}</svg>'
    assert verify(svg, now=NOW).accepted


def test_a_status_list_of_sixteen_million_bits_is_read_in_time():
    bits = Bits.empty(16_000_000)
    bits[15_999_999] = 1
    record, answers = with_status(status_list(bits), statusListIndex="15999999")
    begun = time.process_time()
    verdict = verify(record, now=NOW, fetcher=web(**answers))
    assert time.process_time() - begun < MOST_SECONDS
    assert "revoked" in verdict.codes("failed")


def test_a_good_record_stays_good_beside_all_this():
    assert CLR
    member = signed(badge(OTHER), OTHER)
    verdict = verify(signed(clr(member, copy.deepcopy(member))), now=NOW)
    assert verdict.accepted, verdict.checks
    assert [each.outcome for each in verdict.members] == ["accepted", "accepted"]
    assert verify(token(), now=NOW).accepted
    assert verify(png(text_chunk(raw(signed(badge())), packed=True)), now=NOW).accepted
