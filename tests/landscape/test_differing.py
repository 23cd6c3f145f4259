"""The difference of two maps: nothing of itself, every kind of change once, composition, goals ordered anew apart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.landscape.maps import PARTIES, landscapes

from learnwork.landscape.differing import Difference, Group, Kind, difference
from learnwork.landscape.model import (
    AmountType,
    Entry,
    Goal,
    GoalScheme,
    Grant,
    Landscape,
    Milestone,
    Party,
    Plan,
    Role,
    RoleKind,
    Said,
    Span,
    Stage,
    Tie,
)
from learnwork.landscape.trends import trends

A = Entry("ce-a", "a", "Alpha", description="An “open” map - made by many", goals=("g1",), status="active")
B = Entry("ce-b", "b", "Beta", goals=("g2",))
ORG, FUND = Party("ce-org", "Org"), Party("ce-fund", "Fund")
OLD = GoalScheme("1", "First", (Goal("g1", "g1", "One"), Goal("g2", "g2", "Two"), Goal("g4", "g4", "Four")))
NEW = GoalScheme(
    "3", "Third", (Goal("h1", "g1", "One", "g1"), Goal("h2", "g2", "Two", "g2"), Goal("h5", "g5", "Five"))
)
PLAN = Milestone("ce-a", "m", "Pilot", (Plan("2019-06"),))
GRANT = Grant("ce-g", "ce-fund", "ce-a", amount=Decimal(500), currency="USD", span=Span("2018", "2020"))
BASE = Landscape(
    {"ce-a": A, "ce-b": B},
    {"ce-org": ORG, "ce-fund": FUND},
    roles=(Role("ce-a", "ce-org", RoleKind.LEAD),),
    stages=(Stage("ce-a", "2019", 3, 3), Stage("ce-a", "2020", 4, 4, forecast=True)),
    scheme=OLD,
    valid_on="2019-05-01",
)


def kinds(before: Landscape, after: Landscape, **more: dict[str, str]) -> list[Kind]:
    return [one.kind for one in difference(before, after, **more).changes]


def entry(**fields: object) -> Landscape:
    return replace(BASE, entries={**BASE.entries, "ce-a": replace(A, **fields)})  # type: ignore[arg-type]


def with_(**fields: object) -> Landscape:
    return replace(BASE, **fields)  # type: ignore[arg-type]


@given(landscapes())
def test_a_map_with_itself_differs_in_nothing(made: Landscape) -> None:
    assert difference(made, made).changes == ()


@given(landscapes(), landscapes())
def test_the_way_back_undoes_the_way_there(one: Landscape, other: Landscape) -> None:
    one, other = _named(one), _named(other)
    there, back = difference(one, other), difference(other, one)
    assert there.same == back.same
    assert sorted(_ends(there)) == sorted((key, after, before) for key, before, after in _ends(back))


@given(landscapes(), landscapes(), landscapes())
def test_differences_compose(one: Landscape, two: Landscape, three: Landscape) -> None:
    one, two, three = _named(one), _named(two), _named(three)
    whole, first, last = difference(one, three), difference(one, two), difference(two, three)
    throughout = whole.same & first.same & last.same
    ends = [
        {key: (before, after) for key, before, after in _ends(found) if key[1] in throughout}
        for found in (whole, first, last)
    ]
    for key in {*ends[0], *ends[1], *ends[2]}:
        steps = [made[key] for made in ends[1:] if key in made]
        composed = (steps[0][0], steps[-1][1])
        told = ends[0].get(key)
        assert told is None or told == composed
        if told is None and composed[0] != composed[1]:
            pytest.fail(f"{key} went from {composed[0]} to {composed[1]} unseen")


def _named(made: Landscape) -> Landscape:
    """The map with everything called by its identifier, because names in words depend on who knows them."""
    entries = {ctid: replace(one, name=ctid) for ctid, one in made.entries.items()}
    return replace(made, entries=entries, parties={ctid: Party(ctid, ctid) for ctid in PARTIES})


def _ends(found: Difference) -> list[tuple[tuple[str, str, str], str, str]]:
    told = (one for one in found.changes if one.group is not Group.ENTRIES)
    return [((one.group, one.subject, f"{one.about}"), one.before, one.after) for one in told]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (with_(entries={"ce-a": A}), [Kind.REMOVED]),
        (with_(entries={**BASE.entries, "ce-c": Entry("ce-c", "c", "C")}), [Kind.ADDED]),
        (with_(entries={"ce-a": replace(A, merged=("ce-b",), goals=("g1", "g2"))}), [Kind.MERGED, Kind.GOAL_MOVED]),
        (entry(name="Alpha One"), [Kind.RENAMED]),
        (with_(parties={"ce-org": Party("ce-org", "Org Two"), "ce-fund": FUND}), [Kind.PARTY_RENAMED]),
        (with_(parties={"ce-fund": replace(FUND, merged=("ce-org",))}), [Kind.PARTY_MERGED]),
        (entry(goals=("g2",)), [Kind.GOAL_MOVED]),
        (entry(blocks=("ce-block",)), [Kind.PLACE_MOVED]),
        (with_(roles=(Role("ce-a", "ce-fund", RoleKind.LEAD),)), [Kind.LEAD_CHANGED]),
        (with_(roles=(replace(BASE.roles[0], span=Span("", "2018")),)), [Kind.LEAD_CHANGED]),
        (entry(description="Another text"), [Kind.EDITED]),
        (entry(status="ended"), [Kind.EDITED]),
        (with_(ties=(Tie("ce-a", "ce-b"),)), [Kind.TIE_DECLARED]),
        (with_(roles=(*BASE.roles, Role("ce-a", "ce-fund", RoleKind.PARTNER))), [Kind.PARTNER_JOINED]),
        (with_(roles=(*BASE.roles, Role("ce-a", "ce-fund", RoleKind.FUNDER))), [Kind.FUNDER_JOINED]),
        (with_(roles=(*BASE.roles, Role("ce-a", "ce-fund", RoleKind.VENDOR))), [Kind.ROLE_BEGUN]),
        (with_(grants=(GRANT,)), [Kind.GRANT_NEW]),
        (with_(milestones=(PLAN,)), [Kind.MILESTONE_NEW]),
        (with_(stages=(Stage("ce-a", "2019", 4, 4), BASE.stages[1])), [Kind.STAGE_UP, Kind.STAGE_RESTATED]),
        (with_(stages=(Stage("ce-a", "2019", 2, 3), BASE.stages[1])), [Kind.STAGE_DOWN, Kind.STAGE_RESTATED]),
        (with_(stages=(BASE.stages[0], Stage("ce-a", "2020", 3, 4, forecast=True))), [Kind.FORECAST_REVISED]),
    ],
)  # fmt: skip
def test_each_change_is_told_as_what_it_is(after: Landscape, expected: list[Kind]) -> None:
    assert kinds(BASE, after) == expected


def test_what_left_is_told_too() -> None:
    more = with_(
        roles=(
            *BASE.roles,
            Role("ce-a", "ce-fund", RoleKind.PARTNER),
            Role("ce-a", "ce-fund", RoleKind.FUNDER),
        ),
        ties=(Tie("ce-a", "ce-b"),),
        grants=(GRANT,),
        milestones=(PLAN,),
    )
    gone = [Kind.FUNDER_LEFT, Kind.GRANT_GONE, Kind.MILESTONE_GONE, Kind.PARTNER_LEFT, Kind.TIE_OVER]
    assert sorted(kinds(more, BASE)) == sorted(gone)


def test_formatting_is_no_change() -> None:
    after = entry(name="  Alpha ", description='An "open"\n map – **made** by *many*')
    assert kinds(BASE, after) == []
    assert kinds(with_(grants=(GRANT,)), with_(grants=(replace(GRANT, amount=Decimal("5E+2")),))) == []
    assert kinds(BASE, entry(said=Said(("https://example.org/other",)))) == []


def test_a_removed_entry_has_its_reason() -> None:
    (change,) = difference(BASE, with_(entries={"ce-a": A}), reasons={"ce-b": "ended in 2018"}).changes
    assert (change.name, change.reason) == ("Beta", "ended in 2018")


def test_what_goes_by_another_identifier_is_the_same_entry() -> None:
    after = with_(
        entries={"ce-x": replace(A, ctid="ce-x", merged=("ce-a",)), "ce-b": B},
        roles=(Role("ce-x", "ce-org", RoleKind.LEAD),),
        stages=tuple(replace(stage, entry="ce-x") for stage in BASE.stages),
    )
    assert kinds(BASE, after) == []
    plainly = replace(after, entries={"ce-x": replace(A, ctid="ce-x"), "ce-b": B})
    assert kinds(BASE, plainly, renames={"ce-a": "ce-x"}) == []
    assert kinds(BASE, plainly, renames={"ce-a": "ce-y", "ce-y": "ce-a"}) == [Kind.REMOVED, Kind.ADDED]


def test_an_undone_merge_splits_again() -> None:
    whole = with_(entries={"ce-a": replace(A, merged=("ce-b",))})
    (change,) = difference(whole, BASE).of(Group.ENTRIES)
    assert (change.kind, change.name, change.before) == (Kind.SPLIT, "Beta", "Alpha")


def test_a_new_order_of_goals_is_counted_apart() -> None:
    three = {**BASE.entries, "ce-c": Entry("ce-c", "c", "C", goals=("g4",))}
    before = with_(entries=three)
    ordered = {
        "ce-a": replace(A, goals=("h1",)),
        "ce-b": replace(B, goals=("h1",)),
        "ce-c": replace(three["ce-c"], goals=("h5",)),
    }
    found = difference(before, with_(entries=ordered, scheme=NEW))
    assert found.scheme_changed
    told = [(one.kind, one.name, one.before, one.after) for one in found.changes]
    assert told == [(Kind.GOAL_MOVED, "Beta", "Two", "One"), (Kind.BY_SCHEME, "C", "Four", "Five")]
    assert [one.group for one in found.changes] == [Group.GOALS, Group.SCHEME]


def test_milestones_met_missed_and_planned_anew() -> None:
    before = with_(milestones=(PLAN,))
    met = replace(PLAN, actual="2019-05")
    assert kinds(before, with_(milestones=(met,))) == [Kind.MILESTONE_MET]
    assert kinds(before, replace(before, valid_on="2019-06-30")) == []
    assert kinds(before, replace(before, valid_on="2019-07-01")) == [Kind.MILESTONE_MISSED]
    anew = replace(PLAN, plans=(*PLAN.plans, Plan("2020", reason="no partner yet")))
    (change,) = difference(before, with_(milestones=(anew,))).changes
    assert (change.kind, change.before, change.after) == (Kind.MILESTONE_REPLANNED, "2019-06", "2020")
    assert change.reason == "no partner yet"


def test_a_grant_ends_with_its_period_and_changes_with_its_terms() -> None:
    before = with_(grants=(GRANT,))
    assert kinds(before, replace(before, valid_on="2021-01-01")) == [Kind.GRANT_ENDED]
    paid = replace(GRANT, amount_type=AmountType.PAID)
    assert kinds(before, with_(grants=(paid,))) == [Kind.GRANT_CHANGED]


def test_a_forecast_comes_true_or_not() -> None:
    for levels, kind in (((4, 4), Kind.FORECAST_MET), ((3, 3), Kind.FORECAST_OFF)):
        after = with_(stages=(BASE.stages[0], Stage("ce-a", "2020", *levels)), valid_on="2020-12-31")
        assert kind in kinds(BASE, after)


def test_an_anonymous_party_is_called_by_its_name() -> None:
    after = with_(roles=(*BASE.roles, Role("ce-a", "name:Somebody", RoleKind.PARTNER)))
    assert difference(BASE, after).changes[0].about_name == "Somebody"


def test_trends_compare_the_same_entries_only() -> None:
    after = with_(
        entries={"ce-a": A, "ce-c": Entry("ce-c", "c", "C", description="new")},
        roles=(
            *BASE.roles,
            Role("ce-a", "ce-fund", RoleKind.PARTNER),
            Role("ce-c", "ce-fund", RoleKind.LEAD),
        ),
        stages=(Stage("ce-a", "2019", 4, 5), Stage("ce-c", "2019", 5, 5)),
    )
    found = trends(BASE, after, difference(BASE, after))
    assert (found.same, found.only_before, found.only_after) == (1, 1, 1)
    counted = {one.key: (one.before, one.after, one.n) for one in found.counts}
    assert counted == {"led": (1, 1, 1), "described": (1, 1, 1), "sustainable": (0, 0, 1)}
    middles = {one.key: (one.before.median, one.after.median, one.before.n) for one in found.middles}
    assert middles == {"stage": (3, Decimal("4.5"), 1), "partners": (0, 1, 1), "funders": (0, 0, 1)}


@given(landscapes(), landscapes())
def test_trends_leave_nobody_uncounted(before: Landscape, after: Landscape) -> None:
    found = trends(before, after, difference(before, after))
    assert found.same + found.only_before == len(before.entries)
    assert found.same + found.only_after == len(after.entries)
    assert all(0 <= one.before <= one.n and 0 <= one.after <= one.n for one in found.counts)
    assert all(one.before.n == one.after.n for one in found.middles)


@given(st.text(max_size=60))
def test_plain_text_is_plain_already(text: str) -> None:
    from learnwork.landscape.facts import plain

    assert kinds(entry(description=text), entry(description=plain(text))) == []
