"""The model of verdicts: outcomes, JSON there and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.records.check_codes import CHECKS, CheckError
from learnwork.records.verdict import (
    Association,
    Check,
    Item,
    Material,
    Party,
    Summary,
    Verdict,
    failed,
    from_error,
    from_json,
    outcome_of,
    passed,
    unchecked,
    walk,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
texts = st.text(max_size=20)
checks = st.builds(
    Check, texts, st.sampled_from(["passed", "failed", "unchecked"]), texts, texts, texts, st.booleans()
)
items = st.lists(st.builds(Item, texts, texts, texts, texts, texts), max_size=2).map(tuple)
parties = st.builds(Party, texts, texts, texts, texts)
summaries = st.builds(
    Summary, texts, issuer=parties, recipient=parties, alignments=items, results=items, evidence=items
)


def verdicts(members: st.SearchStrategy[tuple[Verdict, ...]]) -> st.SearchStrategy[Verdict]:
    return st.builds(
        Verdict,
        texts,
        st.sampled_from(["accepted", "rejected", "incomplete"]),
        texts,
        st.just(AT),
        st.just(AT),
        st.lists(checks, max_size=3).map(tuple),
        texts,
        texts,
        summaries,
        members,
        st.lists(st.builds(Association, texts, texts, texts), max_size=2).map(tuple),
        st.just(()),
        st.lists(st.builds(Material, texts, texts, texts), max_size=2).map(tuple),
    )


@given(verdicts(st.lists(verdicts(st.just(())), max_size=2).map(tuple)))
def test_json_there_and_back(verdict: Verdict):
    assert from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


@given(st.lists(checks))
def test_an_outcome_is_never_better_than_its_checks(given: list[Check]):
    outcome = outcome_of(given)
    states = {check.state for check in given if check.decisive}
    assert (outcome == "rejected") == ("failed" in states)
    if outcome == "accepted":
        assert given
        assert states <= {"passed"}


def test_nothing_checked_is_not_accepted():
    assert outcome_of([]) == "incomplete"


def test_checks_take_their_mend_from_the_table():
    assert failed("revoked", "Revoked.").mend == CHECKS["revoked"].mend
    assert unchecked("status", "Not known.", mend="Ask.").mend == "Ask."
    assert passed("form", "Good.").mend == ""
    found = from_error(CheckError("no-record", "Nothing."), "/x", state="unchecked")
    assert (found.code, found.state, found.place, found.mend) == (
        "no-record",
        "unchecked",
        "/x",
        CHECKS["no-record"].mend,
    )
    with pytest.raises(KeyError):
        failed("no-such-code", "…")


def test_sentences_of_the_table_are_sentences():
    for code, known in CHECKS.items():
        assert known.meaning.endswith("."), code
        assert known.mend.endswith("."), code


def test_walk_visits_members():
    inner = Verdict("", "accepted", "", AT, AT, ())
    outer = Verdict("", "accepted", "", AT, AT, (), members=(inner, inner))
    assert len(list(walk(outer))) == 3
