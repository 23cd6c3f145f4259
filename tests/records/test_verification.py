"""Verdicts of whole records: good ones of every kind, and what each says where something is not right."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.records.badges import COLLEGE, NOW, OTHER, badge, did, method, raw, signed, web

from learnwork.records import verify
from learnwork.records.bits import Bits
from learnwork.records.check_codes import CHECKS
from learnwork.records.data_model import V1, V2
from learnwork.records.keeping import Kept, check_kept, verify_and_keep
from learnwork.records.keys import PrivateKey
from learnwork.records.proof_checks import bound_check
from learnwork.records.status_lists import bitstring_entry, bitstring_list
from learnwork.records.tokens import make_token
from learnwork.records.trust import Here, read_registry
from learnwork.records.verdict import from_json, walk

LIST = "https://riverside.example/status/1"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"])
def test_a_good_badge_is_accepted_without_the_network(suite: str):
    verdict = verify(raw(signed(badge(), suite=suite)), now=NOW)
    assert verdict.outcome == "accepted", verdict.checks
    assert verdict.sentence.startswith(f"This record was signed with a key of {did(COLLEGE)}")
    assert {"form", "proof", "issuer-bound", "valid-from", "badge-achievement"} <= verdict.codes("passed")
    assert verdict.kind == "Open Badges 3.0"
    assert verdict.summary.title == "Pipe welding"
    assert "not revoked" not in verdict.sentence


@pytest.mark.parametrize("kind", ["P-256", "P-384"])
@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_badges_of_other_keys_are_accepted(kind: str, suite: str):
    key = PrivateKey.generate(kind)
    verdict = verify(raw(signed(badge(key), key, suite=suite)), now=NOW)
    assert verdict.outcome == "accepted", verdict.checks


def test_a_badge_of_version_1_is_accepted_and_said_to_be_old():
    contexts = [
        V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/suites/ed25519-2020/v1",
    ]
    old = badge(**{"@context": contexts, "validFrom": None, "issuanceDate": "2026-01-01T00:00:00Z"})
    verdict = verify(signed(old, suite="Ed25519Signature2020"), now=NOW)
    assert verdict.outcome == "accepted", verdict.checks
    assert "badge-obsolete" in verdict.codes("unchecked")


def test_a_changed_badge_is_rejected():
    record = signed(badge())
    record["credentialSubject"]["achievement"]["name"] = "Brain surgery"
    verdict = verify(record, now=NOW)
    assert verdict.outcome == "rejected"
    assert "signature-wrong" in verdict.codes("failed")
    assert verdict.sentence.startswith("Do not rely on this record.")


def test_a_valid_signature_of_somebody_else_is_said_exactly_so():
    verdict = verify(signed(badge(COLLEGE), OTHER), now=NOW)
    assert verdict.outcome == "rejected"
    assert "proof" in verdict.codes("passed")
    assert verdict.codes("failed") == {"issuer-bound"}
    assert "valid, but its key is not bound to the issuer" in verdict.sentence


def test_an_unsigned_record_is_rejected():
    assert "proof-missing" in verify(badge(), now=NOW).codes("failed")


def test_time_decides():
    record = signed(badge(validUntil="2026-12-31T00:00:00Z"))
    assert verify(record, now=NOW).outcome == "accepted"
    late = verify(record, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert late.codes("failed") == {"valid-until"}
    early = verify(signed(badge(validFrom="2026-07-01T00:00:00Z")), now=NOW)
    assert early.codes("failed") == {"valid-from"}


def test_every_proof_must_hold():
    record = signed(signed(badge()), OTHER)
    record["proof"][1]["proofValue"] = record["proof"][0]["proofValue"]
    verdict = verify(record, now=NOW)
    assert verdict.outcome == "rejected"
    assert "signature-wrong" in verdict.codes("failed")


def test_an_issuer_by_address_needs_the_network():
    issuer = "https://riverside.example/issuer"
    key = f"{issuer}#key-1"
    record = signed(
        badge(issuer={"id": issuer, "type": ["Profile"], "name": "Riverside College"}), method=key
    )
    offline = verify(record, now=NOW)
    assert offline.outcome == "incomplete"
    assert "proof-key-unreachable" in offline.codes("unchecked")
    controller = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": issuer,
        "verificationMethod": [
            {
                "id": key,
                "type": "Multikey",
                "controller": issuer,
                "publicKeyMultibase": COLLEGE.public.to_multibase(),
            }
        ],
        "assertionMethod": [key],
    }
    online = verify(record, now=NOW, fetcher=web(**{issuer: controller}))
    assert online.outcome == "accepted", online.checks
    assert [each.url for each in online.materials if each.what == "fetched"] == [issuer]


def _with_status(*revoked: int) -> tuple[dict, dict]:
    bits = Bits.empty()
    for index in revoked:
        bits[index] = 1
    listed = signed(bitstring_list(bits, url=LIST, issuer=did(COLLEGE)))
    return signed(badge(credentialStatus=bitstring_entry(LIST, 7))), listed


def test_status_is_read_and_never_guessed():
    record, listed = _with_status()
    offline = verify(record, now=NOW)
    assert offline.outcome == "incomplete"
    assert offline.codes("unchecked") == {"status-unreachable"}
    assert "is not known" in offline.sentence
    online = verify(record, now=NOW, fetcher=web(**{LIST: listed}))
    assert online.outcome == "accepted"
    assert "not revoked" in online.sentence
    record, listed = _with_status(7)
    assert "revoked" in verify(record, now=NOW, fetcher=web(**{LIST: listed})).codes("failed")


def test_recipients_are_compared():
    record = signed(badge())
    assert verify(record, now=NOW, recipient="did:example:ana").outcome == "accepted"
    other = verify(record, now=NOW, recipient="did:example:ben")
    assert other.codes("failed") == {"recipient-match"}


def test_who_the_issuer_is_informs_and_decides_nothing():
    registry = read_registry(
        json.dumps({"registry": {did(COLLEGE): {"name": "Riverside College"}}}), "A list"
    )
    here = Here("Riverside College", offers=True, offered="Pipe welding", accreditation=("The state",))
    verdict = verify(signed(badge()), now=NOW, registries=[registry], knows=lambda issuer, document: here)
    assert {"issuer-known", "issuer-here", "offered-here", "accredited-here"} <= verdict.codes("passed")
    unknown = verify(
        signed(badge(OTHER), OTHER), now=NOW, registries=[registry], knows=lambda issuer, document: None
    )
    assert unknown.outcome == "accepted"
    assert {"issuer-known", "issuer-here"} <= unknown.codes("unchecked")


def test_endorsements_have_verdicts_of_their_own():
    endorsement = {
        "@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:1b9a8a50-8a4b-4f53-9f1d-6c1ed2cb7c33",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": did(OTHER), "type": ["Profile"], "name": "The trade's board"},
        "validFrom": "2026-01-01T00:00:00Z",
        "name": "Endorsement",
        "credentialSubject": {
            "id": did(COLLEGE),
            "type": ["EndorsementSubject"],
            "endorsementComment": "Sound.",
        },
    }
    verdict = verify(signed(badge(endorsement=[signed(endorsement, OTHER), endorsement])), now=NOW)
    assert [each.outcome for each in verdict.endorsements] == ["accepted", "rejected"]
    assert verdict.outcome == "accepted"


def test_related_resources_are_compared():
    import base64
    import hashlib

    picture = b"a picture"
    digest = base64.b64encode(hashlib.sha256(picture).digest()).decode()
    url = "https://riverside.example/picture.png"
    record = signed(badge(relatedResource=[{"id": url, "digestSRI": f"sha256-{digest}"}]))
    assert "related-digest" in verify(record, now=NOW, fetcher=web(**{url: picture})).codes("passed")
    assert "related-unreachable" in verify(record, now=NOW).codes("unchecked")
    other = verify(record, now=NOW, fetcher=web(**{url: b"another picture"}))
    assert other.codes("failed") == {"related-digest"}


def about(subject: str, key: PrivateKey = COLLEGE) -> dict[str, Any]:
    """A badge of whoever is named by that DID; of nobody for ""."""
    document = badge(key)
    document["credentialSubject"] |= {"id": subject}
    if not subject:
        del document["credentialSubject"]["id"]
    return document


def presented(*records: Any, holder: str = did(OTHER)) -> dict[str, Any]:
    named = {"holder": holder} if holder else {}
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        **named,
        "verifiableCredential": list(records),
    }


def test_presentations():
    unsigned = presented(signed(about(did(OTHER))))
    asked = {"purpose": "authentication", "challenge": "abc", "domain": "employer.example"}
    good = signed(unsigned, OTHER, **asked)
    verdict = verify(good, now=NOW, challenge="abc", domain="employer.example")
    assert verdict.outcome == "accepted", verdict.checks
    assert [each.outcome for each in verdict.members] == ["accepted"]
    assert "proof-challenge" in verify(good, now=NOW, challenge="xyz", domain="employer.example").codes(
        "failed"
    )
    assert "presentation-unsigned" in verify(unsigned, now=NOW, challenge="abc").codes("unchecked")
    assert verify(unsigned, now=NOW, challenge="abc").outcome == "incomplete"
    stolen = verify(signed(unsigned, COLLEGE, **asked), now=NOW, challenge="abc", domain="employer.example")
    assert stolen.codes("failed") == {"holder-not-signer"}
    own = {**about(did(OTHER), OTHER), "id": "urn:uuid:5b9a8a50-8a4b-4f53-9f1d-6c1ed2cb7c33"}
    self_asserted = signed({**unsigned, "verifiableCredential": [own]}, OTHER, **asked)
    assert verify(self_asserted, now=NOW, challenge="abc", domain="employer.example").outcome == "accepted"
    foreign = signed({**unsigned, "verifiableCredential": [badge()]}, OTHER, **asked)
    verdict = verify(foreign, now=NOW, challenge="abc", domain="employer.example")
    assert "holder-not-issuer" in verdict.members[0].codes("failed")


@pytest.mark.parametrize(("subject", "holder"), [("did:example:ana", did(OTHER)), ("", did(OTHER)), ("", "")])
def test_a_record_of_somebody_else_is_never_shown_as_the_presenters_own(subject: str, holder: str):
    document = presented(signed(about(subject)), holder=holder)
    asked = signed(document, OTHER, purpose="authentication", challenge="abc")
    verdict = verify(asked, now=NOW, challenge="abc")
    assert (verdict.outcome, verdict.codes("unchecked")) == ("incomplete", {"subject-presents"})
    unasked = verify(signed(document, OTHER, purpose="authentication"), now=NOW)
    assert (unasked.outcome, unasked.codes("unchecked")) == ("accepted", {"subject-presents"})


def test_a_copy_of_a_record_answers_no_challenge():
    claims = {"@context": [V1], "type": ["VerifiableCredential"], "issuer": did(COLLEGE)}
    claims |= {"issuanceDate": "2026-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:ana"}}
    token = make_token(claims, key=COLLEGE, method=method(COLLEGE), version="1.1")
    two = {"verifiableCredential": [signed(badge()), token]}
    for record in (signed(badge()), token, json.dumps(signed(badge())), json.dumps(two)):
        assert verify(record, now=NOW).outcome == "accepted"
        assert verify(record, now=NOW, challenge="abc").outcome == "incomplete"
        assert verify(record, now=NOW, domain="employer.example").outcome == "incomplete"


def test_a_name_turns_no_sentence_around():
    issuer = {"id": did(COLLEGE), "type": ["Profile"], "name": "\u202eegelloC\u2066"}
    verdict = verify(signed(badge(issuer=issuer, name="Pipe\u202b welding")), now=NOW)
    assert (verdict.summary.issuer.name, verdict.summary.title) == ("egelloC", "Pipe welding")
    assert "\u202e" not in verdict.sentence


def test_nobody_is_the_issuer_of_what_names_none():
    assert bound_check("", "").state == "unchecked"
    assert bound_check("did:example:a", "").state == "failed"


def test_several_records_are_one_verdict_with_members():
    text = json.dumps([signed(badge()), badge()])
    verdict = verify(text, now=NOW)
    assert [each.outcome for each in verdict.members] == ["accepted", "rejected"]
    assert verdict.outcome == "rejected"


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", "gr\u00fc\u00df Gott", "[]", "{}", "null", "7", b"\xff\xfe"]
)
def test_what_is_no_record_gets_a_verdict_too(data: bytes | str):
    verdict = verify(data, now=NOW)
    assert verdict.outcome == "rejected"
    assert verdict.checks


def test_verdicts_go_through_json_unharmed():
    verdict = verify(raw(signed(badge())), now=NOW, name="badge.json")
    assert from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_a_kept_verdict_is_checked_when_the_issuer_is_gone():
    record, listed = _with_status()
    kept = verify_and_keep(raw(record), fetcher=web(**{LIST: listed}), now=NOW)
    again = Kept.from_json(json.loads(json.dumps(kept.to_json())))
    later = check_kept(again)
    assert later.outcome == "accepted", later.checks
    assert {"kept-material", "kept-same"} <= later.codes("passed")
    _, other = _with_status(7)
    forged = Kept(
        again.verdict,
        again.record,
        {LIST: web(**{LIST: other}).fetch(LIST)},
    )
    assert "kept-material" in check_kept(forged).codes("failed")
    made = kept.verdict.made
    before, after = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
    assert before < made < after
    assert "key-compromised" in check_kept(kept, compromised={did(COLLEGE): before}).codes("failed")
    assert "key-compromised" in check_kept(kept, compromised={did(COLLEGE): after}).codes("passed")


def test_every_code_of_a_check_is_in_the_table_or_an_error():
    from learnwork.vocabulary.errors import LearnworkError

    def codes(base: type[LearnworkError]) -> set[str]:
        return {base.code}.union(*(codes(each) for each in base.__subclasses__()))

    known = CHECKS.keys() | codes(LearnworkError)
    for record in (signed(badge()), badge(), signed(badge(COLLEGE), OTHER)):
        for each in walk(verify(record, now=NOW)):
            assert each.codes() <= known


def test_the_reference_lists_every_check():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "records" / "checks.md").read_text()
    for code, known in CHECKS.items():
        assert f"| `{code}` | {known.meaning} | {known.mend} |" in page, code


def _vectors(shared_data: Path) -> list[dict]:
    return json.loads((shared_data / "records" / "manifest.json").read_text())


@pytest.mark.big
def test_the_fixtures_of_the_digital_credentials_consortium(shared_data: Path):
    folder = shared_data / "records" / "vectors" / "dcc-vc-test-fixtures"
    addresses = json.loads((folder / "resolver.json").read_text())
    fetcher = web(**{url: (folder / path).read_bytes() for url, path in addresses.items()})
    seen = 0
    for entry in _vectors(shared_data):
        if entry["set"] != "dcc-vc-test-fixtures" or "verifiableCredentials" not in entry["file"]:
            continue
        seen += 1
        expected = entry["expect"]
        verdict = verify((shared_data / "records" / entry["file"]).read_bytes(), fetcher=fetcher, now=NOW)
        assert {"proof", "issuer-bound"} <= verdict.codes("passed"), entry["file"]
        until = expected["validUntil"]
        assert ("valid-until" in verdict.codes("failed")) == (until is not None and until < "2026")
        assert ("revoked" in verdict.codes("failed")) == (expected["status"] == "revoked")
        assert ("status" in verdict.codes("passed")) == (expected["status"] == "valid")
        # The Consortium's lists have 100,000 entries; the standard asks for 131,072, and says to refuse fewer.
        assert ("status-list-short" in verdict.codes("failed")) == (expected["status"] != "none")
        expired = until is not None and until < "2026"
        assert verdict.accepted == (not expired and expected["status"] == "none")
    assert seen == 17


@pytest.mark.big
def test_the_resources_of_the_public_validator(shared_data: Path):
    """Their keys stand in fragments of addresses that do not exist: with controllers' documents they verify."""
    folder = shared_data / "records" / "vectors"
    at = datetime(2025, 1, 1, tzinfo=UTC)
    cases = {
        "1edtech-ob30/ob30/simple.json": "accepted",
        "1edtech-ob30/ob30/simple-json.png": "accepted",
        "1edtech-ob30/ob30/simple-json.svg": "accepted",
        "1edtech-ob30/ob30/simple_v1.json": "accepted",
        "1edtech-ob30/ob30/endorsement-valid.json": "accepted",
        "1edtech-clr20/clr20/simple.json": "accepted",
        "1edtech-ob30/ob30/simple-err-expired.json": "rejected",
        "1edtech-ob30/ob30/simple-err-proof-value.json": "rejected",
        "1edtech-ob30/ob30/simple-err-type.json": "rejected",
    }
    for path, expected in cases.items():
        data = (folder / path).read_bytes()
        found = verify(data, now=at)
        fetcher = web(**controllers(data))
        assert verify(data, now=at, fetcher=fetcher).outcome == expected, (
            path,
            verify(data, now=at, fetcher=fetcher).checks,
        )
        if expected == "accepted":
            assert found.outcome == "incomplete", path  # a key in a fragment is never trusted


def controllers(data: bytes) -> dict[str, dict]:
    """A document for each issuer that the file names by address, which lists the keys that its proofs name."""
    import re
    from collections import defaultdict

    keys = defaultdict(set)
    for url, key in re.findall(rb"\"verificationMethod\": ?\"(https://[^\"#]+)#(z6Mk\w+)\"", data):
        keys[url.decode()].add(key.decode())
    return {
        url: {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": url,
            "verificationMethod": [
                {"id": f"{url}#{key}", "type": "Multikey", "controller": url, "publicKeyMultibase": key}
                for key in each
            ],
            "assertionMethod": [f"{url}#{key}" for key in each],
        }
        for url, each in keys.items()
    }


@pytest.mark.big
def test_whole_verdicts_on_the_inputs_of_the_official_suite(shared_data: Path):
    """They are unsigned: a good one lacks nothing but its proof. What contexts decide is decided here too."""
    folder = shared_data / "records" / "vectors" / "vcdm2"
    seen = 0
    for path in sorted(folder.glob("credential-*.json")) + sorted(folder.glob("issuer-*.json")):
        document = json.loads(path.read_text())
        issuer = document.setdefault("issuer", {"id": "did:example:issuer"})
        if isinstance(issuer, dict):
            issuer.setdefault("id", "did:example:issuer")
        for date, said in (("validFrom", "2030-01-01T00:00:00Z"), ("validUntil", "2020-01-01T00:00:00Z")):
            if "DATE" in str(document.get(date)):
                document[date] = said
        document.pop("proof", None)
        verdict = verify(document, now=datetime(2024, 6, 1, tzinfo=UTC))
        failing = {check.code for check in verdict.failed() if check.decisive} - {"proof-missing"}
        # Signing does not care for time: whether it is valid now is another question than whether it is well made.
        failing -= {"valid-from", "valid-until"}
        assert bool(failing) == path.stem.endswith("-fail"), (path.stem, failing)
        seen += 1
    assert seen == 40
