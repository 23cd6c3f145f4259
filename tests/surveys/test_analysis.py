"""Counting: bases, bands by exact fractions, bounds, and questions that are not yes or no."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.surveys.analysis import Counts, Limits, analyse, bounds, yes_no
from learnwork.surveys.answers import Answer, BadSurveyError, Item, Respondent, State, Study

PARTNERS = Item("partners", "Has more than one partner", "Partnerships")
SAID: list[State] = ["yes", "no", "do not know", "does not apply", "rather not say", "missing"]


def study(*said: str, item: Item = PARTNERS) -> Study:
    """One item; a word for each respondent. "silent" was invited and never answered."""
    people = [
        Respondent(f"r{n}", status="invited" if word == "silent" else "complete")
        for n, word in enumerate(said)
    ]
    states = {state: state for state in SAID}
    answers = [Answer(f"r{n}", item.key, states[word]) for n, word in enumerate(said) if word in states]
    return Study.of([item], people, answers)


def test_it_works():
    found = analyse(study(*["yes"] * 11, "no"))
    one = found.results[0]
    assert (one.counts.yes, one.counts.base, one.share) == (11, 12, Fraction(11, 12))
    assert one.band == "most common"
    assert one.certain
    assert found.most_common == (one,)


def test_invited_responded_and_answered_are_kept_apart():
    said = ["yes", "no", "do not know", "does not apply", "rather not say", "missing", "silent", "silent"]
    counts = analyse(study(*said)).results[0].counts
    assert (counts.invited, counts.responded, counts.answered, counts.base) == (8, 6, 5, 2)
    assert (counts.unknown, counts.not_heard) == (3, 2)


def test_does_not_apply_leaves_the_base_and_the_bounds():
    one = analyse(study("yes", "yes", "no", "does not apply", "does not apply")).results[0]
    assert one.share == Fraction(2, 3)
    assert one.bounds is not None
    assert (one.bounds.low, one.bounds.high) == (Fraction(2, 3), Fraction(2, 3))


def test_a_band_that_missing_answers_could_change_is_not_certain():
    one = analyse(study(*["yes"] * 4, *["no"] * 5, *["missing"] * 3)).results[0]
    assert one.band == "least common"
    assert one.bounds is not None
    assert (one.bounds.low, one.bounds.high) == (Fraction(1, 3), Fraction(7, 12))
    assert not one.certain


def test_those_never_heard_widen_the_bounds_over_all_invited_only():
    one = analyse(study(*["yes"] * 8, "no", "no", "silent", "silent")).results[0]
    assert one.certain
    assert not one.certain_of_all
    assert one.wide_bounds is not None
    assert one.wide_bounds.low == Fraction(8, 12)


def test_nobody_to_count_is_no_share_and_no_zero():
    one = analyse(study("do not know", "missing")).results[0]
    assert (one.share, one.band, one.certain) == (None, "no base", False)
    assert analyse(study("does not apply")).results[0].certain


@pytest.mark.parametrize(
    ("yes", "no", "band"),
    [(3, 1, "most common"), (9, 3, "most common"), (1, 1, "least common"), (6, 6, "least common")],
)
def test_limits_belong_to_the_outer_bands(yes: int, no: int, band: str):
    assert analyse(study(*["yes"] * yes, *["no"] * no)).results[0].band == band


def test_a_share_that_rounds_to_a_limit_does_not_reach_it():
    counts = Counts(1000, 1000, 7499, 2501, 0, 0, 0, 0)
    assert yes_no(PARTNERS, counts, Limits()).band == "between"


def test_limits_are_editable_and_checked():
    found = analyse(study("yes", "yes", "no"), Limits(Fraction(2, 3), Fraction(1, 3)))
    assert found.results[0].band == "most common"
    with pytest.raises(BadSurveyError, match="make no bands"):
        Limits(Fraction(1, 2), Fraction(3, 4))


@given(st.lists(st.sampled_from(SAID), max_size=20), st.lists(st.booleans(), min_size=20, max_size=20))
def test_whatever_the_unknown_are_the_share_lies_within_the_bounds(said: list[State], coins: list[bool]):
    one = analyse(study(*said)).results[0]
    unknown = {"do not know", "rather not say", "missing"}
    told = ["yes" if coin else "no" for coin in coins]
    full = [told[n] if word in unknown else word for n, word in enumerate(said)]
    truth = analyse(study(*full)).results[0]
    if one.bounds is None:
        assert truth.share is None
        return
    assert truth.share is not None
    assert one.bounds.low <= truth.share <= one.bounds.high
    assert not one.certain or truth.band == one.band


@given(st.lists(st.sampled_from([*SAID, "silent"]), max_size=30))
def test_counts_add_up(said: list[str]):
    counts = analyse(study(*said)).results[0].counts
    assert counts.base + counts.unknown + counts.does_not_apply == counts.responded
    assert counts.responded + counts.not_heard == counts.invited == len(said)


@given(st.lists(st.sampled_from(SAID), max_size=12), st.randoms())
def test_the_order_of_respondents_does_not_matter(said: list[State], random):
    shuffled = list(said)
    random.shuffle(shuffled)
    assert analyse(study(*said)).results == analyse(study(*shuffled)).results


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_bounds_hold_the_share(yes: int, no: int, unknown: int):
    found = bounds(yes, yes + no, unknown, Limits())
    if yes + no:
        assert found is not None
        assert found.low <= Fraction(yes, yes + no) <= found.high


def test_categories_count_bands_and_reach():
    items = [Item("a", "A", "One"), Item("b", "B", "One"), Item("c", "C", "Two")]
    people = [Respondent(f"r{n}") for n in range(4)]
    answers = [
        Answer(one.key, item.key, "yes" if n < yes else "no")
        for item, yes in zip(items, (4, 1, 2), strict=True)
        for n, one in enumerate(people)
    ]
    one, two = analyse(Study.of(items, people, answers)).categories
    assert (one.name, one.items, one.most_common, one.least_common) == ("One", 2, 1, 1)
    assert (one.lowest, one.median, one.highest) == (Fraction(1, 4), Fraction(5, 8), Fraction(1))
    assert (two.between, two.least_common) == (0, 1)


def test_numbers_are_told_by_median_and_range():
    item = Item("staff", "Staff", kind="number")
    people = [Respondent(f"r{n}") for n in range(4)]
    answers = [Answer(f"r{n}", "staff", "given", float(v)) for n, v in enumerate((1, 2, 1000))]
    summary = analyse(Study.of([item], people, answers)).summaries[0]
    assert (summary.low, summary.median, summary.high, summary.counts.base) == (1, 2, 1000, 3)
    assert summary.counts.missing == 1
    assert not hasattr(summary, "mean")


def test_options_of_multiple_are_counted_of_those_who_answered():
    item = Item("data", "Data", kind="multiple", options=("wages", "awards", "none of it"))
    people = [Respondent(f"r{n}") for n in range(3)]
    answers = [
        Answer("r0", "data", "given", ("wages", "awards")),
        Answer("r1", "data", "given", ()),
    ]
    summary = analyse(Study.of([item], people, answers)).summaries[0]
    assert summary.options == (("wages", 1), ("awards", 1), ("none of it", 0))
    assert summary.counts.base == 2


def test_points_of_a_scale_have_a_middle_and_no_sum():
    item = Item("ready", "Ready", kind="scale", options=("not", "hardly", "quite", "fully"))
    people = [Respondent(f"r{n}") for n in range(4)]
    said = ("not", "quite", "hardly", "fully")
    answers = [Answer(f"r{n}", "ready", "given", word) for n, word in enumerate(said)]
    summary = analyse(Study.of([item], people, answers)).summaries[0]
    assert (summary.low, summary.median, summary.high) == ("not", ("hardly", "quite"), "fully")


def test_dates_have_a_middle_day():
    item = Item("start", "Start", kind="date")
    days = [date(2020, 1, 1), date(2021, 1, 1), date(2023, 1, 1)]
    answers = [Answer(f"r{n}", "start", "given", day) for n, day in enumerate(days)]
    summary = analyse(Study.of([item], [Respondent(f"r{n}") for n in range(3)], answers)).summaries[0]
    assert (summary.low, summary.median, summary.high) == (days[0], days[1], days[2])


def test_what_cannot_be_counted_is_set_aside_and_said():
    answers = [
        Answer("r0", "gone", "yes"),
        Answer("stranger", "partners", "yes"),
        Answer("r0", "partners", "yes"),
        Answer("r0", "partners", "no"),
        Answer("r1", "partners", "given", "11 of 12"),
    ]
    made = Study.of([PARTNERS], [Respondent("r0"), Respondent("r1")], answers)
    codes = [issue.code for issue in made.issues]
    assert codes == ["answer-to-removed-item", "answer-uninvited", "answer-twice", "answer-unclear"]
    assert [one.text for one in made.set_aside] == ["yes", "yes", "no", "11 of 12"]
    assert analyse(made).results[0].counts.yes == 1


def test_who_declined_is_not_counted_whatever_was_saved():
    people = [Respondent("r0"), Respondent("r1", status="declined")]
    made = Study.of([PARTNERS], people, [Answer("r0", "partners", "yes"), Answer("r1", "partners", "no")])
    counts = analyse(made).results[0].counts
    assert (counts.yes, counts.no, counts.responded, counts.invited) == (1, 0, 1, 2)


def test_two_items_of_one_key_are_refused():
    with pytest.raises(BadSurveyError, match="partners"):
        Study.of([PARTNERS, PARTNERS], [], [])


def test_private_answers_are_in_no_published_figure_and_only_public_ones_are_named():
    people = [Respondent(f"r{n}") for n in range(3)]
    made = Study.of(
        [PARTNERS],
        people,
        [
            Answer("r0", "partners", "yes", consent="public"),
            Answer("r1", "partners", "yes", consent="aggregate"),
            Answer("r2", "partners", "no", consent="private"),
        ],
    )
    assert analyse(made).results[0].counts.base == 3
    assert analyse(made.open_to("aggregate")).results[0].counts.no == 0
    assert [answer.respondent for answer in made.open_to("public").answers()] == ["r0"]
