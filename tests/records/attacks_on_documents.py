"""Attacks on keys, proofs, words, texts and times of signed documents."""

from __future__ import annotations

from typing import Any

from tests.records.attacks import case
from tests.records.badges import COLLEGE, NOW, OB, OTHER, V2, badge, raw, signed

from learnwork.records.multibase import base58_encode

ISSUER = "https://riverside.example/issuer"


def controller(**changes: Any) -> dict[str, Any]:
    """The document of an issuer by address, with the college's key for assertions."""
    key = {
        "id": f"{ISSUER}#key-1",
        "type": "Multikey",
        "controller": ISSUER,
        "publicKeyMultibase": COLLEGE.public.to_multibase(),
    }
    contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    document = {
        "@context": contexts,
        "id": ISSUER,
        "verificationMethod": [key],
        "assertionMethod": [key["id"]],
    }
    return document | changes


def by_address(**more: Any) -> dict[str, Any]:
    profile = {"id": ISSUER, "type": ["Profile"], "name": "Riverside College"}
    return signed(badge(issuer=profile), **({"method": f"{ISSUER}#key-1"} | more))


# Keys ---------------------------------------------------------------------------------------------------------


@case
def key_taken_from_a_fragment():
    attacker = OTHER.public.to_multibase()
    record = signed(badge(issuer=ISSUER), OTHER, method=f"{ISSUER}#{attacker}")
    return "method-unknown", record, {ISSUER: controller()}


@case
def key_taken_from_a_fragment_while_the_issuer_is_away():
    return (
        "?proof-key-unreachable",
        signed(badge(issuer=ISSUER), OTHER, method=f"{ISSUER}#{OTHER.public.to_multibase()}"),
        {},
    )


@case
def key_of_another_controller():
    return "issuer-bound", signed(badge(COLLEGE), OTHER), {}


@case
def key_that_names_another_controller():
    document = controller()
    document["verificationMethod"][0]["controller"] = "https://evil.example/"
    return "controller-mismatch", by_address(), {ISSUER: document}


@case
def key_listed_only_for_authentication():
    document = controller(authentication=[f"{ISSUER}#key-1"], assertionMethod=[])
    return "key-not-authorised", by_address(), {ISSUER: document}


@case
def controller_that_says_it_is_another():
    return "controller-document", by_address(), {ISSUER: controller(id="https://evil.example/")}


@case
def weak_key_of_small_order():
    weak = "z" + base58_encode(b"\xed\x01" + b"\x01" + bytes(31))
    record = signed(badge())
    record["issuer"]["id"] = f"did:key:{weak}"
    record["proof"]["verificationMethod"] = f"did:key:{weak}#{weak}"
    return "key-weak", record, {}


# Proofs -------------------------------------------------------------------------------------------------------


@case
def one_good_proof_beside_a_bad_one():
    record = signed(signed(badge()), OTHER)
    record["proof"][1]["proofValue"] = record["proof"][0]["proofValue"]
    return "signature-wrong", record, {}


@case
def proof_beside_one_of_somebody_else():
    return "issuer-bound", signed(signed(badge()), OTHER), {}


@case
def no_proof():
    return "proof-missing", badge(), {}


@case
def changed_after_signing():
    record = signed(badge())
    record["credentialSubject"]["achievement"]["name"] = "Brain surgery"
    return "signature-wrong", record, {}


@case
def changed_after_signing_over_json():
    record = signed(badge(), suite="eddsa-jcs-2022")
    record["name"] = "Brain surgery"
    return "signature-wrong", record, {}


@case
def expired_proof():
    return "proof-expired", signed(badge(), expires=NOW.replace(year=2025, month=12)), {}


@case
def proof_for_another_purpose():
    return "proof-purpose", signed(badge(), purpose="authentication"), {}


@case
def proof_with_a_time_without_zone():
    record = signed(badge())
    record["proof"]["created"] = "2026-01-02T00:00:00"
    return "proof-time-zone", record, {}


# Linked data --------------------------------------------------------------------------------------------------


@case
def undefined_term():
    record = signed(badge())
    record["salary"] = 100_000
    return "term-undefined", record, {}


@case
def undefined_term_under_a_proof_over_json():
    return "term-undefined", signed(badge(salary=100_000), suite="eddsa-jcs-2022"), {}


@case
def undefined_type():
    return (
        "term-undefined",
        signed(
            badge(type=["VerifiableCredential", "OpenBadgeCredential", "Nonsense"]), suite="eddsa-jcs-2022"
        ),
        {},
    )


@case
def redefined_protected_term():
    record = signed(badge())
    record["@context"] = [V2, OB, {"issuer": "https://evil.example/issuer"}]
    return "?context-inline|term-protected", record, {}


@case
def unknown_context():
    record = signed(badge())
    record["@context"] = [V2, OB, "https://evil.example/context.json"]
    return (
        "context-unknown",
        record,
        {"https://evil.example/context.json": {"@context": {"@vocab": "urn:x:"}}},
    )


@case
def swapped_contexts():
    record = signed(badge())
    record["@context"] = [OB, V2]
    return "context-first", record, {}


@case
def vocabulary_of_its_own():
    record = signed(badge())
    record["@context"] = [V2, OB, {"@vocab": "https://evil.example/"}]
    record["salary"] = 100_000
    return "?context-inline|signature-wrong|term-undefined", record, {}


# Texts --------------------------------------------------------------------------------------------------------


@case
def duplicate_keys():
    return (
        "record-duplicate-key",
        raw(signed(badge())).replace(b'"name":', b'"name": "Brain surgery", "name":', 1),
        {},
    )


@case
def not_a_number():
    return "record-not-json", raw(signed(badge())).replace(b'"Pipe welding"', b"NaN", 1), {}


@case
def half_a_character():
    return "record-surrogate", raw(signed(badge())).replace(b'"Pipe welding"', b'"\\ud800"', 1), {}


@case
def deep_nesting():
    return "record-too-deep", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, {}


@case
def twelve_megabytes_and_more():
    return "too-large", b'{"@context":["' + b"x" * 12_000_000 + b'"]}', {}


@case
def a_large_record_of_many_things():
    record = signed(badge())
    record["evidence"] = [{"id": f"urn:e:{number}", "type": ["Evidence"]} for number in range(60_000)]
    return "record-too-complex|signature-wrong", record, {}


@case
def poison_graph():
    """Many blank nodes that look alike and refer to each other."""
    record = signed(badge())
    names = [f"_:b{number}" for number in range(40)]
    record["relatedResource"] = None
    del record["relatedResource"]
    record["credentialSubject"]["achievement"]["related"] = [
        {"id": name, "type": ["Related"]} for name in names for _ in range(3)
    ]
    return "*", record, {}


# Times --------------------------------------------------------------------------------------------------------


@case
def time_without_zone():
    return "date-zone", signed(badge(validFrom="2026-01-01T00:00:00")), {}


@case
def expired():
    return "valid-until", signed(badge(validUntil="2026-05-01T00:00:00Z")), {}


@case
def not_yet_valid():
    return "valid-from", signed(badge(validFrom="2026-07-01T00:00:00Z")), {}
