"""Alignment: candidates with a relation, a confidence and reasons; bad input gets what it should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnwork.competencies import alignment
from learnwork.competencies.alignment import Accepted, Index, Relation, Text
from learnwork.competencies.calibration import CEILING
from learnwork.competencies.texts import check_keys
from learnwork.vocabulary.errors import TooLargeError

TARGETS = (
    Text("weld", "Welders", ("Pipe welder", "Arc welder"), "Join metal parts by heat.", "51-4121"),
    Text(
        "nurse", "Registered nurses", ("RN", "Ward nurse"), "Care for patients and give medicines.", "29-1141"
    ),
    Text("chief", "Nurse managers", (), "Lead the nurses of a ward.", "11-9111"),
    Text("code", "Software developers", ("Programmer",), "Write and test programs of computers.", "15-1252"),
    Text("teach", "Teachers, primary school", (), "Teach children to read and to count.", "25-2021"),
)


@pytest.fixture(scope="module")
def index() -> Index:
    """The five targets."""
    return Index(TARGETS)


def test_it_works(index: Index) -> None:
    found = list(
        index.align([Text("s1", "welder", long="Joins metal by heat"), Text("s2", "programming")], k=2)
    )
    assert [(one.source, one.target, one.rank) for one in found][::2] == [
        ("s1", "weld", 1),
        ("s2", "code", 1),
    ]
    first = found[0]
    assert first.relation is Relation.EXACT
    assert 0 < first.confidence <= CEILING
    assert first.reasons
    assert first.method == alignment.METHOD


def test_candidates_are_in_order_and_no_more_than_asked(index: Index) -> None:
    found = list(index.align([Text("s", "ward nurse")], k=3))
    assert [one.rank for one in found] == [1, 2, 3]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def test_what_is_less_certain_can_be_left_out(index: Index) -> None:
    sources = [Text("s", "ward nurse")]
    every = list(index.align(sources, k=5))
    bound = every[0].confidence
    assert [one.target for one in index.align(sources, k=5, least=bound)] == [
        one.target for one in every if one.confidence >= bound
    ]


def test_nothing_known_has_no_candidate(index: Index) -> None:
    assert list(index.align([Text("empty"), Text("signs", "?!")])) == []
    assert list(alignment.align([Text("s", "welder")], ())) == []
    assert list(index.align(())) == []


def test_a_statement_of_100_000_characters_and_a_mixed_language_are_answered(index: Index) -> None:
    long = Text("long", "welding", long="join metal by heat " * 5_300)
    mixed = Text("mixed", "soudeur / Schweißer / 溶接工 / welder")
    assert [one.target for one in index.align([long, mixed], k=1)] == ["weld", "weld"]


def test_one_target_is_enough() -> None:
    assert [one.target for one in alignment.align([Text("s", "welders")], TARGETS[:1])] == ["weld"]


def test_more_than_fits_is_refused() -> None:
    with pytest.raises(TooLargeError) as caught:
        check_keys(TARGETS, most=4, what="targets")
    assert caught.value.data["most"] == 4


def test_accepted_pairs_speak() -> None:
    taught = tuple(Text(f"t{n}", f"underwater basket weaving {n}", code="99.0100") for n in range(120))
    accepted = Accepted(taught, {text.key: ["teach"] for text in taught})
    source = [Text("s", "underwater basket weaving", code="99.0101")]
    alone, told = (next(iter(Index(TARGETS, accepted=one).align(source, k=1))) for one in (None, accepted))
    assert alone.target != "teach"
    assert told.target == "teach"
    assert "habit" in {reason.key for reason in told.reasons} or "neighbours-share" in {
        r.key for r in told.reasons
    }


def test_a_few_accepted_pairs_do_not() -> None:
    few = Accepted((Text("t", "welder"),), {"t": ["teach"]})
    assert Index(TARGETS, accepted=few).model is Index(TARGETS).model


@settings(max_examples=15)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_any_text_gets_confidences_between_none_and_the_ceiling(labels: list[str]) -> None:
    index = Index(TARGETS)
    sources = [Text(str(number), label) for number, label in enumerate(labels)]
    found = list(index.align(sources, k=5))
    assert all(0 <= one.confidence <= CEILING for one in found)
    assert found == list(index.align(sources, k=5))


def test_the_block_of_a_source_changes_nothing(index: Index) -> None:
    sources = [
        Text(str(number), label) for number, label in enumerate(("welder", "nurse", "teacher", "RN", "code"))
    ]
    together = {(one.source, one.target): one.confidence for one in index.align(sources)}
    apart = {(one.source, one.target): one.confidence for source in sources for one in index.align([source])}
    assert together.keys() == apart.keys()
    assert list(index.align(sources, workers=2)) == list(index.align(sources))
    assert all(abs(together[pair] - apart[pair]) < 0.002 for pair in together)
