"""Records that are made to take long: each is answered within the bound, and what was not looked at is named.

Time is that of the processor; on an idle machine each takes under a second.
"""

from __future__ import annotations

import copy
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from tests.records.badges import NOW, badge, clr, raw, signed

from learnwork.records import verify
from learnwork.records.verdict import Verdict, walk
from learnwork.records.verification import MOST_TOGETHER
from learnwork.records.work import Work

MOST_SECONDS = 2.0
GOOD = json.dumps(signed(badge()))
Case = Callable[[], tuple[bytes | str, str]]


def clr_of(members: Iterable[str]) -> str:
    text = json.dumps(signed(clr(signed(badge()))))
    return text.replace(f'"verifiableCredential": [{GOOD}]', f'"verifiableCredential": [{",".join(members)}]')


def with_list(name: str, values: list[Any]) -> bytes:
    return raw(signed(badge()) | {name: values})


def many_related() -> tuple[bytes | str, str]:
    digest = f"sha256-{'A' * 43}="
    return with_list(
        "relatedResource", [{"id": f"urn:x:{n}", "digestSRI": digest} for n in range(100_000)]
    ), "too-many"


def many_endorsements() -> tuple[bytes | str, str]:
    return with_list("endorsement", [{"a": n} for n in range(200_000)]), "too-many"


def many_endorsing_tokens() -> tuple[bytes | str, str]:
    return with_list("endorsementJwt", ["a.b.c"] * 200_000), "too-many"


def many_members() -> tuple[bytes | str, str]:
    return clr_of([GOOD] * 9_000), "clr-too-many"


def many_bad_tokens() -> tuple[bytes | str, str]:
    return clr_of(['"eyJhbGciOiJFZERTQSJ9.e30.AAAA"'] * 250_000), "clr-too-many"


def large_members() -> tuple[bytes | str, str]:
    evidence = [
        {"id": f"urn:x:{n}", "type": ["Evidence"], "name": f"Piece {n}", "narrative": 60 * "x"}
        for n in range(3_000)
    ]
    text = json.dumps(signed(badge(evidence=evidence)))
    return clr_of([text] * (11_500_000 // len(text))), "record-too-complex"


def members_with_contexts_of_their_own() -> tuple[bytes | str, str]:
    own = badge(evidence=[{"id": f"urn:x:{n}", "type": ["Evidence"], "name": "n"} for n in range(100)])
    own["@context"] = [*own["@context"], {"ex": "https://ex.example/#"}]
    return clr_of([json.dumps(signed(own))] * 400), "record-too-complex"


def alike(count: int) -> dict[str, Any]:
    """A badge with blank nodes that each refer to all others."""
    document = copy.deepcopy(json.loads(GOOD))
    document["credentialSubject"]["achievement"]["related"] = [
        {
            "id": f"_:n{one}",
            "type": ["Related", "Achievement"],
            "related": [{"id": f"_:n{other}"} for other in range(count) if other != one],
        }
        for one in range(count)
    ]
    return document


def poison() -> tuple[bytes | str, str]:
    return raw(alike(10)), "record-too-complex"


def poisoned_members() -> tuple[bytes | str, str]:
    return clr_of([json.dumps(alike(10))] * 400), "record-too-complex"


def poison_under_a_chain_of_proofs() -> tuple[bytes | str, str]:
    document = alike(12)
    document["proof"] = [
        document["proof"] | {"id": f"urn:p:{n}", "previousProof": [f"urn:p:{m}" for m in range(n)]}
        for n in range(32)
    ]
    return raw(document), "record-too-complex"


def twins() -> tuple[bytes | str, str]:
    return with_list(
        "evidence", [{"type": ["Evidence"], "narrative": "x"} for _ in range(20_000)]
    ), "signature-wrong"


def a_million_numbers_as_canonical_json() -> tuple[bytes | str, str]:
    document = signed(badge(), suite="eddsa-jcs-2022") | {"x": [1] * 950_000}
    document["proof"] = [document["proof"] | {"@context": document["@context"][:1]}, document["proof"]] * 8
    return raw(document), "signature-wrong"


def a_list_of_records() -> tuple[bytes | str, str]:
    return f"[{','.join([GOOD] * 5_000)}]", "too-many"


def many_presented() -> tuple[bytes | str, str]:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads(GOOD)] * 5_000,
    }
    return raw(presentation), "too-many"


def many_resolved_by_a_bomb() -> tuple[bytes | str, str]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.json", bytes(10_000_000))
    return packed.getvalue(), "presentation-member"


@pytest.mark.parametrize(
    "make",
    [
        *(
            many_related,
            many_endorsements,
            many_endorsing_tokens,
            many_members,
            many_bad_tokens,
            large_members,
        ),
        *(
            members_with_contexts_of_their_own,
            poison,
            poisoned_members,
            poison_under_a_chain_of_proofs,
            twins,
        ),
        *(a_million_numbers_as_canonical_json, a_list_of_records, many_presented, many_resolved_by_a_bomb),
    ],
    ids=lambda make: make.__name__,
)
def test_it_is_answered_in_time(make: Case):
    record, code = make()
    started = time.process_time()
    verdict = verify(record, now=NOW)
    assert time.process_time() - started < MOST_SECONDS
    assert not verdict.accepted
    assert code in {each for one in walk(verdict) for each in one.codes("failed") | one.codes("unchecked")}


def outcome(verdict: Verdict) -> tuple[str, set[str]]:
    return verdict.outcome, verdict.codes("unchecked")


def test_good_records_beyond_the_bound_are_not_called_good():
    assert outcome(verify(f"[{','.join([GOOD] * (MOST_TOGETHER + 1))}]", now=NOW)) == (
        "incomplete",
        {"too-many"},
    )
    assert verify(f"[{','.join([GOOD] * 50)}]", now=NOW).accepted


def test_related_resources_beyond_the_bound_are_not_called_unchanged():
    related = [{"id": f"urn:x:{n}", "type": "Image", "digestSRI": f"sha256-{'A' * 43}="} for n in range(51)]
    verdict = verify(signed(badge(relatedResource=related)), now=NOW)
    assert verdict.outcome == "incomplete"
    assert [check.code for check in verdict.unchecked() if check.decisive] == ["too-many"]


def test_endorsements_beyond_the_bound_are_named_and_decide_nothing():
    record = signed(badge(endorsementJwt=["eyJhbGciOiJFZERTQSJ9.e30.AAAA"] * 21))
    verdict = verify(record, now=NOW)
    assert verdict.accepted
    assert "too-many" in verdict.codes("unchecked")
    assert len(verdict.endorsements) == 20


def test_work_is_shared_by_the_parts_of_a_record():
    work = Work(records=1)
    assert (work.look(), work.look()) == (True, False)
