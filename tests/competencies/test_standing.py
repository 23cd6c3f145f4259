"""What several words on one pair come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from learnwork.competencies.standing import (
    INVERSE,
    RELATIONS,
    STATES,
    Rank,
    Saying,
    Standing,
    loosened,
    seen_from_target,
    standing,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def word(state: str, rank: Rank, relation: str = "close", *, day: int = 0, **more: object) -> Saying:
    return Saying(relation, state, rank, f"{rank.name}", START + timedelta(days=day), **more)  # type: ignore[arg-type]


words = st.builds(
    Saying,
    relation=st.sampled_from(RELATIONS),
    state=st.sampled_from(STATES),
    rank=st.sampled_from(Rank),
    rater=st.sampled_from("abc"),
    at=st.integers(0, 10_000).map(lambda day: START + timedelta(minutes=day)),
    confidence=st.none() | st.floats(0, 1),
)


def test_a_person_outweighs_a_crosswalk_and_a_crosswalk_a_method() -> None:
    method = word("proposed", Rank.METHOD, confidence=0.8)
    published = word("accepted", Rank.PUBLISHED, "broad")
    person = word("rejected", Rank.PERSON)
    assert standing([method]) == Standing("close", "proposed", 0.8, ("METHOD",))
    assert standing([published, method]) == Standing("broad", "accepted", 0.8, ("PUBLISHED",))
    assert standing([person, published, method]) == Standing("close", "rejected", 0.8, ("PERSON",))


def test_of_two_people_the_latest_counts_and_the_quarrel_is_told() -> None:
    found = standing([word("accepted", Rank.PERSON), word("rejected", Rank.PERSON, day=1)])
    assert found
    assert (found.state, found.disputed) == ("rejected", True)


def test_what_is_withdrawn_says_nothing() -> None:
    assert standing([word("withdrawn", Rank.PERSON)]) is None
    assert standing([]) is None


@given(st.lists(words, max_size=6))
def test_nothing_is_confirmed_that_no_person_and_no_publisher_accepted(sayings: list[Saying]) -> None:
    proposals = [
        Saying(one.relation, "proposed", Rank.METHOD, one.rater, one.at, confidence=0.99) for one in sayings
    ]
    found = standing(proposals)
    assert found is None or not found.confirmed


@given(st.lists(words, max_size=6))
def test_both_ends_see_the_same_state_and_each_other(sayings: list[Saying]) -> None:
    here, there = standing(sayings), standing([seen_from_target(one) for one in sayings])
    assert [seen_from_target(seen_from_target(one)) for one in sayings] == sayings
    assert (here is None) == (there is None)
    if here and there:
        assert (here.state, here.confidence, here.raters) == (there.state, there.confidence, there.raters)


@given(st.sampled_from(RELATIONS), st.booleans(), st.booleans())
def test_what_is_wider_is_never_the_same(relation: str, source: bool, target: bool) -> None:
    found = loosened(relation, source, target)
    assert found in RELATIONS
    assert loosened(found, source, target) == found
    if source or target:
        assert found not in ("exact", "close")
    turned = loosened(INVERSE.get(relation, relation), target, source)
    assert turned == INVERSE.get(found, found), "read from the other end"


def test_close_to_a_part_is_under_the_whole() -> None:
    assert loosened("close", False, False) == "close"
    assert loosened("close", False, True) == "broad"
    assert loosened("exact", True, False) == "narrow"
    assert loosened("narrow", False, True) == "related"
