from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.records.badges import COLLEGE, NOW, OTHER, badge, did, method, signed

from learnwork.records import issue, verify
from learnwork.records.errors import IssuingError
from learnwork.records.issuing import Recipient, achievement_of, badge_of, clr_of, profile

URL = "https://registry.example/resources/ce-0c1d7f0e-5f7a-4b6f-8a0c-2f6f9a6b1d11"
ANA = Recipient(did="did:example:ana", mail="Ana@Example.org ")
WELDING: dict[str, Any] = {
    "@type": "ceterms:Certificate",
    "ceterms:ctid": "ce-0c1d7f0e-5f7a-4b6f-8a0c-2f6f9a6b1d11",
    "ceterms:name": {"en": "Pipe welding", "es": "Soldadura"},
    "ceterms:description": {"en": "Welds pipes in all positions."},
    "ceterms:image": "https://riverside.example/welding.png",
    "ceterms:instructionalProgramType": [{"ceterms:targetNodeName": {"en": "Welding Technology"}}],
    "ceterms:requires": [
        {
            "ceterms:description": {"en": "Passes a bend test."},
            "ceterms:targetCompetency": [
                {"ceterms:targetNodeName": {"en": "Reads drawings"}, "ceterms:targetNode": "ce-aaaa"},
                {"ceterms:targetNodeName": {"en": "Grinds"}, "ceterms:targetNode": "https://skills.example/grind"},
                {"ceterms:targetNodeName": {"en": "Nowhere"}},
            ],
        }
    ],
    "ceterms:teaches": [{"ceterms:targetNodeName": {"en": "Grinds"}, "ceterms:targetNode": "https://skills.example/grind"}],
}  # fmt: skip
ISSUER = profile(did(COLLEGE), "Riverside College", "https://riverside.example")


def made(**more: Any) -> dict[str, Any]:
    return badge_of(achievement_of(WELDING, url=URL), issuer=ISSUER, to=ANA, now=NOW, **more)


def sign(document: dict[str, Any], suite: str = "eddsa-rdfc-2022") -> Any:
    return issue(document, key=COLLEGE, suite=suite, method=method(COLLEGE), now=NOW)


def test_a_credential_of_the_registry_becomes_an_achievement() -> None:
    found = achievement_of(
        WELDING, url=URL, url_of=lambda ctid: f"https://registry.example/resources/{ctid}" if ctid else ""
    )
    assert (found["name"], found["description"]) == ("Pipe welding", "Welds pipes in all positions.")
    assert (found["achievementType"], found["fieldOfStudy"]) == ("Certificate", "Welding Technology")
    assert found["criteria"] == {"id": URL, "narrative": "Passes a bend test."}
    assert [(each["targetName"], each["targetUrl"]) for each in found["alignment"]] == [
        ("Grinds", "https://skills.example/grind"),
        ("Reads drawings", "https://registry.example/resources/ce-aaaa"),
    ]
    assert found["otherIdentifier"][0]["identifier"] == WELDING["ceterms:ctid"]


def test_nothing_is_invented_for_what_the_registry_does_not_say() -> None:
    found = achievement_of(
        {"@type": "ceterms:PostMasterCertificate", "ceterms:name": {"en": "Nursing"}}, url=URL
    )
    assert found["description"] == f"Post master certificate: Nursing. Described at {URL}"
    assert set(found) == {"id", "type", "name", "description", "criteria", "achievementType"}
    with pytest.raises(IssuingError, match="no name"):
        achievement_of({"@type": "ceterms:Certificate"}, url=URL)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "jwt"])
def test_what_is_issued_verifies_with_every_check(suite: str) -> None:
    record = sign(
        made(until=NOW + timedelta(days=400), evidence=["https://riverside.example/weld.jpg"], result="A"),
        suite,
    )
    verdict = verify(record, now=NOW + timedelta(days=1), recipient="ana@example.org")
    assert verdict.accepted, [check for check in verdict.checks if check.state != "passed"]
    assert {check.state for check in verdict.checks} == {"passed"}
    assert verdict.summary.achievement_type == "Certificate"
    assert "example.org" not in str(record), "an address is held only as a digest"


@pytest.mark.parametrize("to", [Recipient(), Recipient(name="Ana"), Recipient(did="not a did")])
def test_a_record_says_whose_it_is(to: Recipient) -> None:
    with pytest.raises(IssuingError):
        badge_of(achievement_of(WELDING, url=URL), issuer=ISSUER, to=to, now=NOW)


def test_a_record_ends_after_it_begins() -> None:
    with pytest.raises(IssuingError, match="end before"):
        made(until=NOW)


def test_what_breaks_a_rule_is_not_signed() -> None:
    for broken in ({**made(), "issuer": "no url"}, {**made(), "type": ["Other"]}):
        with pytest.raises(IssuingError):
            sign(broken)


def test_a_learner_record_of_members_that_verify() -> None:
    first = signed(badge())
    second = signed(badge(id="urn:uuid:5b1b4a0c-7a0e-4d35-8d1c-3a6a3cf9e0a2", name="Rigging"))
    record = clr_of(
        [first, second],
        verify=lambda member: verify(member, now=NOW),
        issuer=ISSUER,
        to=Recipient(did="did:example:ana"),
        name="Transcript",
        now=NOW,
        associations=[(first["id"], "isPartOf", second["id"])],
    )
    verdict = verify(sign(record), now=NOW)
    assert verdict.accepted, [check for check in verdict.checks if check.state != "passed"]
    assert (len(verdict.members), verdict.associations[0].kind) == (2, "isPartOf")


def _bad_members() -> dict[str, list[Any]]:
    good = signed(badge())
    bob = {**badge()["credentialSubject"], "id": "did:example:bob"}
    return {
        "none": [],
        "a token": [str(sign(badge(), "jwt"))],
        "tampered": [{**good, "name": "Another"}],
        "unsigned": [badge()],
        "foreign": [signed(badge(OTHER))],
        "twice": [good, good],
        "expired": [signed(badge(validUntil="2026-02-01T00:00:00Z"))],
        "of somebody else": [signed(badge(credentialSubject=bob))],
    }  # fmt: skip


@pytest.mark.parametrize("name", list(_bad_members()))
def test_members_that_are_refused(name: str) -> None:
    with pytest.raises(IssuingError):
        clr_of(
            _bad_members()[name],
            verify=lambda member: verify(member, now=NOW),
            issuer=ISSUER,
            to=Recipient(did="did:example:ana"),
            name="Transcript",
            now=datetime(2026, 6, 1, tzinfo=UTC),
        )


@pytest.mark.parametrize("association", [("urn:x", "isPartOf", "urn:y"), (None, "likes", None)])
def test_associations_that_are_refused(association: Any) -> None:
    good = signed(badge())
    source, kind, target = association
    drawn = (source or good["id"], kind, target or good["id"])
    with pytest.raises(IssuingError):
        clr_of(
            [good],
            verify=lambda member: verify(member, now=NOW),
            issuer=ISSUER,
            to=ANA,
            name="Transcript",
            now=NOW,
            associations=[drawn],
        )
