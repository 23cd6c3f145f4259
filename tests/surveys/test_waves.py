"""Two waves on the same initiatives, and several answers of one initiative."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from learnwork.surveys.answers import Answer, BadSurveyError, Item, Respondent, State, Study
from learnwork.surveys.reconcile import reconcile
from learnwork.surveys.waves import compare, mcnemar

ITEM = Item("website", "Has a website")
STATES: list[State] = ["yes", "no", "do not know", "does not apply", "rather not say", "missing"]


def wave(**said: State) -> Study:
    people = [Respondent(key) for key in said]
    return Study.of([ITEM], people, [Answer(key, "website", state) for key, state in said.items()])


def pairs(*changes: str) -> tuple[Study, Study]:
    """Two waves from words such as "yn": yes before, no after."""
    words: dict[str, State] = {"y": "yes", "n": "no", "?": "do not know"}
    before: dict[str, State] = {f"r{n}": words[change[0]] for n, change in enumerate(changes)}
    after: dict[str, State] = {f"r{n}": words[change[1]] for n, change in enumerate(changes)}
    return wave(**before), wave(**after)


def test_it_works():
    change = compare(*pairs("yy", "yy", "nn", "ny", "ny", "yn", "?y")).changes[0]
    assert (change.stayed_yes, change.stayed_no, change.gained, change.lost) == (2, 1, 2, 1)
    assert (change.pairs, change.left_out) == (6, 1)
    assert (change.before, change.after) == (Fraction(3, 6), Fraction(4, 6))


def test_only_initiatives_of_both_waves_count():
    found = compare(wave(a="yes", b="no"), wave(b="yes", c="yes"))
    assert (found.matched, found.only_before, found.only_after) == (("b",), ("a",), ("c",))
    assert found.changes[0].pairs == 1


def test_no_p_value_under_six_changed_pairs():
    assert compare(*pairs(*["ny"] * 5)).changes[0].p_value is None
    assert compare(*pairs(*["ny"] * 6)).changes[0].p_value == Fraction(1, 32)
    assert compare(*pairs(*["yy"] * 50, *["ny"] * 5)).tested == 0


# Worked by hand: of 9 changed pairs one lost, 2 · (1 + 9) / 512.
@pytest.mark.parametrize(
    ("gained", "lost", "p"), [(8, 1, Fraction(20, 512)), (3, 3, Fraction(1)), (10, 0, Fraction(2, 1024))]
)
def test_known_values(gained: int, lost: int, p: Fraction):
    assert mcnemar(gained, lost) == p


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_exact_test_is_the_binomial_one(gained: int, lost: int):
    assert mcnemar(gained, lost) == mcnemar(lost, gained)
    if gained + lost:
        assert float(mcnemar(gained, lost)) == pytest.approx(binomtest(gained, gained + lost).pvalue)


@given(st.lists(st.sampled_from(["yy", "nn", "yn", "ny", "?y", "n?"]), max_size=25))
def test_turning_time_around_swaps_gains_and_losses(changes: list[str]):
    before, after = pairs(*changes)
    there, back = compare(before, after).changes[0], compare(after, before).changes[0]
    assert (there.gained, there.lost, there.left_out) == (back.lost, back.gained, back.left_out)
    assert there.pairs + there.left_out == len(changes)
    assert there.p_value == back.p_value


def test_a_reworded_item_is_marked_and_a_dropped_one_named():
    before = wave(a="yes")
    after = Study.of(
        [Item("website", "Has its own website"), Item("new", "New")],
        [Respondent("a")],
        [Answer("a", "website", "no")],
    )
    found = compare(before, after)
    assert found.changes[0].reworded
    assert (found.items_only_before, found.items_only_after) == ((), ("new",))


def several(*said: State) -> Study:
    people = [Respondent(f"p{n}", initiative="initiative") for n in range(len(said))]
    return Study.of([ITEM], people, [Answer(f"p{n}", "website", state) for n, state in enumerate(said)])


def test_two_respondents_of_one_initiative_must_be_reconciled_first():
    with pytest.raises(BadSurveyError, match="Several respondents"):
        compare(several("yes", "no"), wave(initiative="yes"))


@pytest.mark.parametrize(
    ("said", "how", "state"),
    [
        (["yes", "yes"], "agreement", "yes"),
        (["yes", "yes", "no"], "majority", "yes"),
        (["yes", "no"], "tie", "do not know"),
        (["yes", "do not know", "do not know"], "one answer", "yes"),
        (["rather not say", "missing"], "nobody knows", "rather not say"),
        (["does not apply", "does not apply", "yes"], "majority", "does not apply"),
    ],
)
def test_rulings(said: list[State], how: str, state: State):
    made = reconcile(several(*said))
    assert [ruling.how for ruling in made.rulings] == [how]
    assert [answer.state for answer in made.study.answers()] == [state]
    assert [one.key for one in made.study.respondents] == ["initiative"]


def test_ties_are_named_with_what_was_said():
    tie = reconcile(several("yes", "no", "do not know")).ties[0]
    assert (tie.initiative, tie.item, tie.said) == ("initiative", "website", (("yes", 1), ("no", 1)))


def test_the_closest_consent_of_those_whose_answer_it_is_holds():
    people = [Respondent("p0", initiative="i"), Respondent("p1", initiative="i")]
    answers = [
        Answer("p0", "website", "yes", consent="public"),
        Answer("p1", "website", "yes", consent="private"),
    ]
    made = reconcile(Study.of([ITEM], people, answers))
    assert [answer.consent for answer in made.study.answers()] == ["private"]


def test_who_declined_does_not_speak_for_the_initiative():
    people = [Respondent("p0", initiative="i", status="declined"), Respondent("p1", initiative="i")]
    answers = [Answer("p0", "website", "no"), Answer("p1", "website", "yes")]
    made = reconcile(Study.of([ITEM], people, answers))
    assert [answer.state for answer in made.study.answers()] == ["yes"]
    assert made.study.respondents[0].status == "complete"


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=7), st.randoms())
def test_the_order_of_those_who_answer_does_not_matter(said: list[State], random):
    shuffled = list(said)
    random.shuffle(shuffled)
    one, other = reconcile(several(*said)), reconcile(several(*shuffled))
    assert (one.study.states == other.study.states).all()
    assert [ruling.how for ruling in one.rulings] == [ruling.how for ruling in other.rulings]


@given(st.lists(st.sampled_from(STATES), max_size=8))
def test_one_respondent_each_is_left_as_it_is(said: list[State]):
    study = wave(**{f"r{n}": state for n, state in enumerate(said)})
    made = reconcile(study)
    assert (made.study.states == study.states).all()
    assert made.rulings == ()
