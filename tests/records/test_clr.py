"""Comprehensive records: members, associations, and the ties between them."""

from __future__ import annotations

from tests.records.badges import COLLEGE, NOW, OTHER, badge, clr, did, signed

from learnwork.records import verify
from learnwork.records.clr import associations_of, members_of
from learnwork.records.schemas import BADGE, CLR, document, errors, known

MEMBER = signed(badge(OTHER, name="Member"), OTHER)


def test_every_member_has_its_own_verdict():
    bad = {**MEMBER, "name": "Changed"}
    verdict = verify(signed(clr(MEMBER, bad)), now=NOW)
    assert verdict.kind == "Comprehensive Learner Record 2.0"
    assert {"proof", "issuer-bound"} <= verdict.codes("passed")
    assert [each.outcome for each in verdict.members] == ["accepted", "rejected"]
    assert verdict.outcome == "rejected"
    assert "does not verify" in verdict.sentence
    assert [each.summary.issuer.id for each in verdict.members] == [did(OTHER), did(OTHER)]


def test_associations_are_kept_and_looked_at():
    record = clr(MEMBER)
    record["credentialSubject"]["association"] = [
        {
            "type": "Association",
            "associationType": "isParentOf",
            "sourceId": MEMBER["id"],
            "targetId": "urn:none",
        },
        {
            "type": "Association",
            "associationType": "isPeerOf",
            "sourceId": MEMBER["id"],
            "targetId": MEMBER["id"],
        },
    ]
    verdict = verify(signed(record), now=NOW)
    assert [(each.kind, each.target) for each in verdict.associations] == [
        ("isParentOf", "urn:none"),
        ("isPeerOf", MEMBER["id"]),
    ]
    assert "clr-association" in verdict.codes("failed")
    assert verdict.accepted  # an association that leads nowhere decides nothing
    assert associations_of({"credentialSubject": {"association": "x"}}) == ()


def test_records_in_records_are_bounded():
    record = MEMBER
    for number in range(7):
        record = signed(clr(record, id=f"urn:uuid:00000000-0000-4000-8000-00000000000{number}"), COLLEGE)
    verdict = verify(record, now=NOW)
    assert verdict.outcome == "rejected"
    deepest = verdict
    while deepest.members:
        deepest = deepest.members[0]
    assert "clr-depth" in deepest.codes("failed")


def test_members_that_are_no_records():
    found = members_of({"credentialSubject": {"verifiableCredential": [5, None, "a.b.c", {}]}})
    assert [place.rsplit("/", 1)[1] for place, _ in found.found] == ["2", "3"]
    assert [check.code for check in found.checks] == ["clr-member-form", "clr-member-form"]


def test_many_members_are_bounded():
    verdict = verify(clr(*([{}] * 1_500)), now=NOW)
    assert "clr-too-many" in verdict.codes("unchecked")


def test_schemas_are_those_of_the_standards():
    assert {BADGE, CLR} <= known().keys()
    assert errors(BADGE, MEMBER) == []
    assert errors(CLR, signed(clr(MEMBER))) == []
    broken = badge(credentialSubject={"type": ["AchievementSubject"]})
    assert errors(BADGE, broken)
    assert document(BADGE)["$id"] == BADGE


def test_a_schema_that_the_record_names_decides():
    named = {"id": BADGE, "type": "1EdTechJsonSchemaValidator2019"}
    contexts = [*badge()["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    good = verify(signed(badge(**{"@context": contexts, "credentialSchema": [named]})), now=NOW)
    assert good.accepted, good.checks
    odd = badge(**{"@context": contexts, "credentialSchema": [named]})
    odd["credentialSubject"]["achievement"]["achievementType"] = "Nonsense"
    assert "schema" in verify(signed(odd), now=NOW).codes("failed")
    assert verify(signed(odd), now=NOW).outcome == "rejected"
    del odd["credentialSchema"]
    unnamed = verify(signed(odd), now=NOW)
    assert unnamed.accepted
    assert "schema" in unnamed.codes("failed")
    elsewhere = verify(
        signed(badge(credentialSchema={"id": "https://a.example/s.json", "type": "JsonSchema"})), now=NOW
    )
    assert "schema-unknown" in elsewhere.codes("unchecked")
