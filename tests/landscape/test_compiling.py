"""Documents → the map: dated roles beside plain mentions, mergers, names that a curator explained, goals by scheme."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape import parts
from learnwork.landscape.compiling import holds, key_of, landscape_of
from learnwork.landscape.model import Landscape, Plan, RoleKind, Span, Stage
from learnwork.vocabulary.ctid import derived_ctid

ALLIANCE, JFF, MARKLE, FUND, LATER = (derived_ctid("test", name) for name in ("a", "jff", "markle", "f", "l"))


def entry(ctid: str = ALLIANCE, **fields: Any) -> dict[str, Any]:
    made = {"@type": "lw:Initiative", "ceterms:ctid": ctid, "ceterms:name": {"en": "Rework"}}
    return made | {f"lw:{name}": value for name, value in fields.items()}


def party(ctid: str, name: str, kind: str = "lw:Alliance", **fields: Any) -> dict[str, Any]:
    made = {"@type": kind, "ceterms:ctid": ctid, "ceterms:name": {"en": name}}
    return made | {f"lw:{term}": value for term, value in fields.items()}


def read(*documents: dict[str, Any], **asked: Any) -> Landscape:
    return landscape_of({one["ceterms:ctid"]: one for one in documents}, **asked)


HANDOVER = entry(
    ledBy=[JFF],
    roles=[
        {"lw:key": "1", "lw:role": "lead", "lw:actorName": "Markle", "ceterms:endDate": "2023-10-04"},
        {"lw:key": "2", "lw:role": "lead", "lw:actor": JFF, "ceterms:startDate": "2023-10-04"},
    ],
)


@pytest.mark.parametrize(
    ("day", "leads"),
    [
        ("2022", {"name:Markle"}),
        ("2023-10-03", {"name:Markle"}),
        ("2023-10-04", {"name:Markle", JFF}),
        ("2023-10-05", {JFF}),
        ("2026-11-22", {JFF}),
        ("", {"name:Markle", JFF}),
    ],
)
def test_who_led_on_a_day(day: str, leads: set[str]) -> None:
    made = read(HANDOVER, party(JFF, "JFF"), valid_on=day)
    assert {role.party for role in made.roles} == leads
    assert leads <= made.parties.keys()


def test_a_dated_role_takes_the_place_of_the_mention_and_a_removed_one_hides_it() -> None:
    mentioned = read(entry(ledBy=[JFF], partner=[{"ceterms:name": {"en": "A college"}}]))
    assert [(r.party, r.kind, r.span) for r in mentioned.roles] == [
        (JFF, RoleKind.LEAD, Span()),
        ("name:A college", RoleKind.PARTNER, Span()),
    ]
    gone = {"lw:key": f"lead:{JFF}", "lw:role": "lead", "lw:actor": JFF, "lw:removed": True}
    assert read(entry(ledBy=[JFF], roles=[gone])).roles == ()


def test_of_two_parts_with_one_key_the_first_counts() -> None:
    """The composed document has the parts of the source that ranks higher first."""
    said = [
        {"lw:key": "1", "lw:role": "lead", "lw:actor": JFF, "ceterms:endDate": "2020"},
        {"lw:key": "1", "lw:role": "lead", "lw:actor": JFF},
    ]
    assert [role.span.end for role in read(entry(roles=said)).roles] == ["2020"]


def test_mergers_change_who_acts() -> None:
    documents = (entry(fundedBy=[FUND, LATER]), party(LATER, "Strada", "lw:Funder"))
    made = read(*documents, same={FUND: LATER})
    assert [role.party for role in made.roles] == [LATER]
    assert made.parties[LATER].merged == (FUND,)


def test_a_name_means_whom_a_curator_says_and_nobody_where_two_are_said() -> None:
    partner = entry(partner=[{"ceterms:name": {"en": "C-BEN"}}])
    one = party(JFF, "Competency-Based Education Network", knownAs=["C-BEN"])
    assert [role.party for role in read(partner, one).roles] == [JFF]
    two = party(FUND, "Another", knownAs=["C-BEN"])
    assert [role.party for role in read(partner, one, two).roles] == ["name:C-BEN"]


def test_names_over_time() -> None:
    names = [{"lw:key": "1", "ceterms:name": {"en": "USA Funds"}, "ceterms:endDate": "2017"}]
    fund = party(
        FUND, "Strada", "lw:Funder", names=names, regrantsFrom=[JFF], partOf=[LATER], laterName="A / B"
    )
    others = (party(JFF, "JFF"), party(LATER, "Parent"))
    before, now = (read(fund, *others, valid_on=day).parties[FUND] for day in ("2015", "2020"))
    assert (before.name, now.name) == ("USA Funds", "Strada")
    assert [name.text for name in now.names] == ["USA Funds", "Strada"]
    assert (now.passes_on, now.parent, now.later_names) == ((JFF,), LATER, ("A", "B"))


def test_stages_ties_and_milestones() -> None:
    made = read(
        entry(
            stages=[
                {"lw:key": "1", "lw:period": "<2018", "lw:low": 1, "lw:high": 2, "lw:issued": "2019"},
                {"lw:key": "2", "lw:period": "2020", "lw:low": 6},
            ],
            ties=[
                {"lw:key": "1", "lw:tie": "builds on", "lw:other": JFF, "lw:declaredBy": [ALLIANCE]},
                {"lw:key": "2", "lw:tie": "builds on", "lw:other": ALLIANCE},
            ],
            milestones=[
                {
                    "lw:key": "m",
                    "ceterms:name": {"en": "Open"},
                    "lw:plans": [{"lw:date": "2020"}, {"lw:date": "2021", "lw:reason": "late"}],
                }
            ],
            events=[
                {"lw:date": "2019", "lw:kind": "launch", "lw:text": "Begun"},
                {"lw:date": "phase-1", "lw:kind": "milestone", "lw:text": "No date"},
                "a sentence alone",
            ],
        )
    )
    assert made.stages == (Stage(ALLIANCE, "<2018", 1, 2, issued="2019"),)
    assert [(tie.other, tie.kind, tie.declared_by) for tie in made.ties] == [(JFF, "builds on", (ALLIANCE,))]
    opened, begun = made.milestones
    assert opened.plans == (Plan("2020"), Plan("2021", reason="late"))
    assert (begun.actual, begun.plans) == ("2019", (Plan(""),))


def test_goals_of_another_scheme_are_mapped_where_they_are_the_same() -> None:
    old, new, goals = derived_ctid("test", "old"), derived_ctid("test", "new"), ["g1", "g2", "h1"]
    g1, g2, h1 = (derived_ctid("test", goal) for goal in goals)
    documents = (
        {"@type": "lw:GoalScheme", "ceterms:ctid": old, "lw:key": "old", "ceterms:name": {"en": "Old"}},
        {"@type": "lw:GoalScheme", "ceterms:ctid": new, "lw:key": "new", "ceterms:name": {"en": "New"}},
        {"@type": "lw:Goal", "ceterms:ctid": g1, "lw:key": "g1", "lw:scheme": old, "lw:sameAs": [h1]},
        {"@type": "lw:Goal", "ceterms:ctid": g2, "lw:key": "g2", "lw:scheme": old},
        {"@type": "lw:Goal", "ceterms:ctid": h1, "lw:key": "h1", "lw:scheme": new},
        entry(goal=[g1, g2]),
    )
    assert (read(*documents).scheme.key, read(*documents).entries[ALLIANCE].goals) == ("old", (g1, g2))
    assert read(*documents, scheme="new").entries[ALLIANCE].goals == (h1,)


def test_the_key_is_that_of_the_files() -> None:
    assert key_of("Grads of Life: Skills-First Programme") == "grads-of-life-skills-first-programme"


_days = st.sampled_from(["", "2016", "2019-05", "2021-02-03", "2023-10", "2023-10-04"])
_spans = st.builds(Span, _days, _days)


@given(_spans, _days)
def test_a_longer_span_holds_whenever_a_shorter_one_does(span: Span, day: str) -> None:
    assert holds(Span(), day)
    assert not holds(span, day) or (holds(Span(span.start), day) and holds(Span("", span.end), day))


@given(st.sampled_from(list(RoleKind)), _spans, st.booleans(), st.lists(st.text(max_size=5), max_size=2))
def test_a_role_goes_into_a_part_and_back(kind: RoleKind, span: Span, marked: bool, pages: list[str]) -> None:
    from learnwork.landscape.model import Role, Said

    role = Role(ALLIANCE, JFF, kind, span, Said(tuple(pages), marked, not marked), "key")
    assert parts.role(ALLIANCE, JFF, "key", parts.role_part(role), ()) == role
