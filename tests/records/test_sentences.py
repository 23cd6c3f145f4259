"""Sentences of verdicts come apart into words that can be translated and parts that cannot, and go together again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import attacks_on_carriers, attacks_on_documents  # noqa: F401 (they register their cases)
from tests.records.attacks import CASES
from tests.records.badges import COLLEGE, NOW, OTHER, badge, clr, raw, signed, web

from learnwork.records import verify
from learnwork.records.check_codes import CHECKS
from learnwork.records.data_model import V2
from learnwork.records.sentences import apart, one_by_one, templates
from learnwork.records.verdict import Verdict, walk

ROOT = Path(__file__).resolve().parents[2]


def said_by(verdict: Verdict) -> list[str]:
    texts = []
    for each in walk(verdict):
        texts += [each.sentence, *(text for check in each.checks for text in (check.sentence, check.mend))]
    return [text for text in texts if text]


def test_the_table_is_that_of_the_source() -> None:
    made = subprocess.run([sys.executable, "tools/compile_sentences.py", "--check"], cwd=ROOT, check=False)
    assert made.returncode == 0


def unknown(texts: list[str]) -> list[str]:
    return [one for text in texts for one in one_by_one(text) if apart(one) is None]


@pytest.mark.parametrize(
    "record",
    [
        signed(badge()), signed(badge(), OTHER), badge(), signed(badge(validUntil="2026-02-01T00:00:00Z")),
        signed(badge()) | {"name": "Master"}, signed(clr(signed(badge()))), {}, {"type": "Assertion"},
        signed(clr(signed(badge()) | {"name": "Master"})),
        {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [signed(badge())]},
        {"@context": [V2], "type": ["VerifiablePresentation"], "holder": 5, "verifiableCredential": [badge()]},
    ],
)  # fmt: skip
def test_every_sentence_of_a_verdict_is_known(record: dict[str, Any]) -> None:
    assert unknown(said_by(verify(record, now=NOW, recipient="did:example:ana"))) == []


def test_nearly_every_sentence_on_what_attackers_send_is_known() -> None:
    """What is not are reasons in the words of others: of the validator of schemas, of parsers below us."""
    texts: set[str] = set()
    for case in CASES.values():
        _code, record, answers = case()
        data = record if isinstance(record, bytes | str) else raw(record)
        texts.update(said_by(verify(data, now=NOW, fetcher=web(**answers))))
    strange = unknown(sorted(texts))
    assert len(texts) > 50
    assert len(strange) <= len(texts) // 20, strange


def test_what_is_put_into_sentences_has_words_of_its_own() -> None:
    for text, parts in {
        "A piece of evidence does not say its type.": ["A piece of evidence"],
        "The id of the credential is not one single URL.": ["credential"],
        "The token's header is no JSON object.": ["The token's header"],
    }.items():
        found = apart(text)
        assert found is not None
        assert [value for value in found.values.values() if apart(value)] == parts
    said = "The issuer revoked this record. The reason given: Issued by mistake"
    assert one_by_one(said)[0] == "The issuer revoked this record."
    unknown = "Whether the record was revoked is not known: its status list could not be fetched."
    why = "https://lists.example/1 was not fetched: the network is off."
    assert one_by_one(f"{unknown} {why}") == [unknown, why]
    whole = "A. Smith named the issuer, but what it said ended on 2026-01-01."
    assert one_by_one(whole) == [whole], "a name may have a full stop"


def test_what_to_do_is_known_for_every_check() -> None:
    assert unknown([known.mend for known in CHECKS.values() if known.mend]) == []


@given(st.sampled_from(templates()), st.text(min_size=1, max_size=30))
def test_what_comes_apart_goes_together_again(template: str, value: str) -> None:
    class Same(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return value

    text = template % Same()
    found = apart(text)
    assert found is not None
    assert found.template % found.values == text


@given(st.text(max_size=200))
def test_any_text_is_cut_without_loss(text: str) -> None:
    assert " ".join(one_by_one(text)) == text


def test_a_long_text_takes_no_time() -> None:
    hostile = "The token expired at " * 100_000
    assert one_by_one(hostile) == [hostile]
    assert apart(hostile) is None


def test_what_an_issuer_wrote_is_no_sentence() -> None:
    assert apart("Pipe welding") is None
    assert apart(COLLEGE.public.to_multibase()) is None
