"""What curators change: facts of a named source, refused where they are impossible, undone at will."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.made import ctid, reading, said, source

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape import services, services_grants, services_rulings
from learnwork.landscape.checks import ChangedMeanwhileError, GoalInUseError, MapEditError
from learnwork.landscape.curating import By, version
from learnwork.landscape.model import AmountType, Landscape, RoleKind, Span, TieKind
from learnwork.landscape.reading import landscape
from learnwork.landscape.services_grants import GrantTerms
from learnwork.registry import decisions, queries
from learnwork.registry.errors import DecisionError

pytestmark = pytest.mark.django_db
WELD, RIVET, UNION, FUND, LATER = (ctid(name) for name in ("weld", "rivet", "union", "fund", "later"))
OLD, G1, G2 = (ctid(name) for name in ("old", "g1", "g2"))
PAGE = "https://example.org/says-so"


def named(key: str, kind: str, name: str, **terms: Any) -> Any:
    return said(key, kind, ceterms_name={"en": name}, **terms)


@pytest.fixture(autouse=True)
def _world() -> None:
    entry = {"lw_partner": [{"ceterms:name": {"en": "A college"}}], "lw_kind": "initiative"}
    load(
        reading(
            named(
                "weld",
                "lw:Initiative",
                "Welding",
                lw_ledBy=[UNION],
                lw_fundedBy=[FUND],
                lw_goal=[G1],
                **entry,
            ),
            named("rivet", "lw:Initiative", "Riveting", lw_fundedBy=[LATER]),
            named("union", "lw:Alliance", "Union"),
            named("fund", "lw:Funder", "Torch Funds"),
            named("later", "lw:Funder", "Flame Foundation"),
            named("old", "lw:GoalScheme", "Old goals", lw_key="old"),
            named("g1", "lw:Goal", "Build", lw_key="g1", lw_scheme=OLD),
            named("g2", "lw:Goal", "Join", lw_key="g2", lw_scheme=OLD),
            by=source("map", trust=60),
        ),
        "made",
    )


@pytest.fixture
def by() -> By:
    return By(User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR), PAGE)


def roles(known: Landscape, entry: str = WELD) -> set[tuple[str, str, str, str]]:
    return {(r.kind, r.party, r.span.start, r.span.end) for r in known.roles if r.entry == entry}


PLAIN = {("lead", UNION, "", ""), ("funder", FUND, "", ""), ("partner", "name:A college", "", "")}


def test_it_works(by: By) -> None:
    assert roles(landscape()) == PLAIN
    before = datetime.now(UTC)
    key = services.add_role(WELD, RoleKind.LEAD, "Markle", by, end="2023-10-04")
    services.change_role(WELD, f"lead:{UNION}", by, "2023-10-04", "")
    then, now = landscape("2022"), landscape("2026")
    assert {r.party for r in then.roles if r.kind == "lead"} == {"name:Markle"}
    assert {r.party for r in now.roles if r.kind == "lead"} == {UNION}
    assert roles(landscape("2022", before)) == PLAIN, "what was valid in 2022 was not known before"
    [role] = [role for role in then.roles if role.key == key]
    assert role.said.citations == (PAGE,)
    services.remove_role(WELD, key, by)
    assert ("lead", "name:Markle", "", "2023-10-04") not in roles(landscape())
    [claim] = [one for one in queries.resource(WELD).claims["lw:roles"] if one.value["lw:key"] == key][:1]
    assert [one.key for one in claim.sources] == ["curators"]


def test_who_holds_a_role_today_is_named_without_dates(by: By) -> None:
    def led() -> list[object]:
        return list(queries.resource(RIVET).document.get("lw:ledBy", ()))

    key = services.add_role(RIVET, RoleKind.LEAD, UNION, by, start="2020")
    assert led() == [UNION]
    assert [role.span for role in landscape().roles if role.entry == RIVET and role.kind == "lead"] == [
        Span("2020")
    ]
    services.change_role(RIVET, key, by, "2020", "2021")
    assert led() == []
    services.add_role(RIVET, RoleKind.LEAD, "Smiths", by)
    assert led() == [{"ceterms:name": {"en": "Smiths"}}]
    services.remove_role(RIVET, "lead:Smiths", by)
    assert led() == []


def test_who_leads_no_more_is_not_named_without_dates_and_stays_a_claim(by: By) -> None:
    def led() -> object:
        return queries.resource(WELD).document.get("lw:ledBy")

    assert led() == [UNION]
    services.change_role(WELD, f"lead:{UNION}", by, "", "2020")
    assert led() is None, "its source says it still; the map says that it ended"
    assert [one.value for one in queries.resource(WELD).claims["lw:ledBy"]] == [UNION]
    services.change_role(WELD, f"lead:{UNION}", by, "2019", "")
    assert led() == [UNION]
    services.remove_role(WELD, f"lead:{UNION}", by)
    assert (led(), roles(landscape())) == (None, PLAIN - {("lead", UNION, "", "")})


def test_ties_milestones_stages_parents_and_reviews(by: By) -> None:
    tie = services.add_tie(WELD, RIVET, TieKind.BUILDS_ON, by, [UNION], start="2020")
    services.change_tie(WELD, tie, by, "2021", "2022")
    milestone = services.plan_milestone(WELD, "Open the hall", "2020", by)
    services.replan(WELD, milestone, "2021", "The roof was late.", by)
    services.reach(WELD, milestone, "2021-03", by)
    services.set_stage(WELD, "2020", 1, 2, by, issued="2019")
    services.set_stage(WELD, "2020", 3, 3, by, issued="2019")
    services.set_parent(RIVET, WELD, by)
    services.set_parent(FUND, LATER, by)
    services.mark_reviewed(WELD, "2024-05-06", by)
    known = landscape()
    assert [(t.other, t.kind, t.span, t.declared_by) for t in known.ties] == [
        (RIVET, "builds on", Span("2021", "2022"), (UNION,))
    ]
    [reached] = known.milestones
    assert [(plan.date, plan.reason) for plan in reached.plans] == [
        ("2020", ""),
        ("2021", "The roof was late."),
    ]
    assert reached.actual == "2021-03"
    assert [(s.period, s.low, s.high) for s in known.stages] == [("2020", 3, 3)]
    assert (known.entries[RIVET].parent, known.parties[FUND].parent) == (WELD, LATER)
    assert known.entries[WELD].reviewed_on == "2024-05-06"
    services.remove_tie(WELD, tie, by)
    services.remove_milestone(WELD, milestone, by)
    services.remove_stage(WELD, "2020", "2019", by)
    services.set_parent(RIVET, "", by)
    known = landscape()
    assert (known.ties, known.milestones, known.stages, known.entries[RIVET].parent) == ((), (), (), "")


def test_names_over_time_and_mergers_undone(by: By) -> None:
    services.rename(FUND, "Flame Funds", "2017", by)
    assert landscape("2015").parties[FUND].name == "Torch Funds"
    assert landscape("2020").parties[FUND].name == "Flame Funds"
    assert landscape("2017").parties[FUND].name == "Flame Funds"
    assert queries.resource(FUND).name == "Flame Funds"
    services.rename(RIVET, "Riveting anew", "2021", by)
    assert landscape("2020").entries[RIVET].name == "Riveting"
    assert landscape().entries[RIVET].name == "Riveting anew"
    before = landscape()
    decision = decisions.same(LATER, FUND, author=by.author, reason="It was renamed.")
    merged = landscape()
    funders = {role.entry: role.party for role in merged.roles if role.kind == "funder"}
    assert funders == {WELD: LATER, RIVET: LATER}
    assert merged.parties[LATER].merged == (FUND,)
    decisions.undo(decision.pk, author=by.author)
    assert landscape().roles == before.roles
    assert decisions.same(LATER, FUND, author=by.author, reason="It was renamed.")
    with pytest.raises(DecisionError):
        decisions.same(FUND, LATER, author=by.author, reason="A circle.")


def test_new_entries_parties_and_values(by: By) -> None:
    entry = services.add_entry("Soldering", "programme", by, "<i>Joins</i> wires.")
    party = services.add_party("Solder Club", "network", by)
    fund = services.add_party("Solder Fund", "funder", by)
    services.add_role(entry, RoleKind.FUNDER, fund, by)
    services.set_value(entry, "lw:status", "ended", by)
    services.set_value(entry, "ceterms:startDate", "2020", by)
    services.set_value(WELD, "lw:kind", "product", by)
    with pytest.raises(MapEditError, match="before the start"):
        services.set_value(entry, "ceterms:endDate", "2019", by)
    known = landscape()
    made = known.entries[entry]
    assert (made.name, made.kind, made.status, made.span) == ("Soldering", "programme", "ended", Span("2020"))
    assert made.description == "<i>Joins</i> wires."
    assert (known.parties[party].kind, known.parties[fund].kind) == ("network", "funder")
    assert known.entries[WELD].kind == "product", "what curators say counts"
    assert roles(known, entry) == {("funder", fund, "", "")}


def test_a_name_means_an_organization_until_that_is_taken_back(by: By) -> None:
    services.means("A college", UNION, by)
    assert ("partner", UNION, "", "") in roles(landscape())
    services.means_no_more("A college", UNION, by)
    assert roles(landscape()) == PLAIN
    with pytest.raises(MapEditError, match="Nobody in the map"):
        services.means("A College", UNION, by)


def test_grants(by: By) -> None:
    terms = GrantTerms(
        FUND, Decimal("2999998.13"), "usd", AmountType.PAID, "2021", "2024", recipient="A college"
    )
    grant = services_grants.add_grant(WELD, terms, by)
    [made] = landscape().grants
    assert (made.amount, made.currency, made.span) == (Decimal("2999998.13"), "USD", Span("2021", "2024"))
    assert (made.funder, made.recipient, made.entry) == (FUND, "name:A college", WELD)
    assert landscape("2020").grants == ()
    passed = services_grants.add_grant(RIVET, GrantTerms("SkillsFund", regrant_of=grant), by)
    services_grants.change_grant(grant, GrantTerms(FUND, Decimal(3), "EUR"), by)
    changed = {one.ctid: one for one in landscape().grants}
    assert (changed[grant].amount, changed[grant].currency) == (Decimal(3), "EUR")
    assert changed[passed].regrant_of == grant
    services_grants.remove_grant(passed, "Said by mistake.", by)
    assert [one.ctid for one in landscape().grants] == [grant]


def test_goals_are_removed_only_with_what_takes_their_place(by: By) -> None:
    assert landscape().entries[WELD].goals == (G1,)
    with pytest.raises(GoalInUseError) as refused:
        services_rulings.remove_goal(G1, "Merged.", by)
    assert refused.value.data == {"entries": {WELD: "Welding"}}
    decision = services_rulings.remove_goal(G1, "Merged.", by, instead=G2)
    known = landscape()
    assert (known.entries[WELD].goals, [g.ctid for g in known.scheme.goals]) == ((G2,), [G2])
    decisions.undo(decision.pk, author=by.author)
    assert [goal.ctid for goal in landscape().scheme.goals] == [G1, G2]
    scheme = services_rulings.add_scheme("new", "New goals", by)
    third = services_rulings.add_goal(scheme, "g3", "<b>Grow</b>", by, same_as=G2)
    assert landscape(scheme="new").entries[WELD].goals == (third,)
    services.assign_goals(WELD, [G1], by)
    assert landscape(scheme="old").entries[WELD].goals == (G1,)


def test_what_changed_meanwhile_is_refused_and_nothing_is_lost(by: By) -> None:
    seen = version(WELD)
    services.mark_reviewed(WELD, "2024", By(by.author, PAGE, seen))
    with pytest.raises(ChangedMeanwhileError):
        services.rename(WELD, "Welding II", "", By(by.author, PAGE, seen))
    assert queries.resource(WELD).name == "Welding"


IMPOSSIBLE: list[Callable[[By], object]] = [
    lambda by: services.add_role(WELD, RoleKind.PARTNER, WELD, by),
    lambda by: services.add_role(WELD, RoleKind.PARTNER, "Welding", by),
    lambda by: services.add_role(WELD, RoleKind.PARTNER, " ", by),
    lambda by: services.add_role(WELD, RoleKind.LEAD, UNION, by, "2020", "2019-12"),
    lambda by: services.add_role(WELD, RoleKind.LEAD, UNION, by, "soon"),
    lambda by: services.change_role(WELD, "nobody", by, "2020", ""),
    lambda by: services.add_role(WELD, RoleKind.LEAD, UNION, By(by.author, "javascript:alert(1)")),
    lambda by: services.add_tie(WELD, WELD, TieKind.WORKS_WITH, by),
    lambda by: services.add_tie(WELD, UNION, TieKind.WORKS_WITH, by),
    lambda by: services.set_stage(WELD, "2020", 0, 1, by),
    lambda by: services.set_stage(WELD, "2020", 4, 6, by),
    lambda by: services.set_stage(WELD, "2020", 3, 2, by),
    lambda by: services.set_stage(WELD, "soon", 3, 3, by),
    lambda by: services.set_parent(WELD, WELD, by),
    lambda by: services.add_entry("Welding", "initiative", by),
    lambda by: services.add_entry("Soldering", "party", by),
    lambda by: services.add_party("Union", "network", by),
    lambda by: services.set_value(WELD, "ceterms:ctid", FUND, by),
    lambda by: services.set_value(WELD, "ceterms:subjectWebpage", "javascript:alert(1)", by),
    lambda by: services.set_value(WELD, "ceterms:startDate", "soon", by),
    lambda by: services.set_parent(WELD, UNION, by),
    lambda by: services.plan_milestone(WELD, "x" * 3_000, "2020", by),
    lambda by: services.replan(WELD, "none", "2020", "Late.", by),
    lambda by: services_grants.add_grant(WELD, GrantTerms(FUND, Decimal(5)), by),
    lambda by: services_grants.add_grant(WELD, GrantTerms(FUND, Decimal(-5), "USD"), by),
    lambda by: services_grants.add_grant(WELD, GrantTerms(FUND, start="2021", end="2020"), by),
    lambda by: services_grants.add_grant(WELD, GrantTerms(FUND, regrant_of=UNION), by),
    lambda by: services_grants.add_grant(UNION, GrantTerms(FUND), by),
    lambda by: services.assign_goals(WELD, [UNION], by),
    lambda by: services_rulings.remove_goal(G1, "Gone.", by, instead=G1),
    lambda by: services_rulings.add_goal(OLD, "g1", "Twice", by),
    lambda by: services_rulings.add_goal(OLD, "g3", "Of its own scheme", by, same_as=G1),
    lambda by: services_rulings.add_goal(OLD, "g3", "No goal", by, same_as=WELD),
    lambda by: decisions.same(WELD, UNION, author=by.author, reason="One name."),
]


def test_what_is_impossible_is_refused(by: By) -> None:
    """In one test, because the world that all need is loaded once for each."""
    before = landscape()
    for number, change in enumerate(IMPOSSIBLE):
        with pytest.raises(MapEditError) as refused:
            change(by)
        assert refused.value.hint, number
    assert landscape() == before


def test_nothing_becomes_part_of_itself(by: By) -> None:
    services.set_parent(FUND, LATER, by)
    services.set_parent(LATER, UNION, by)
    with pytest.raises(MapEditError, match="Union → Torch Funds → Flame Foundation → Union"):
        services.set_parent(UNION, FUND, by)
    with pytest.raises(MapEditError, match="part of itself"):
        decisions.same(UNION, FUND, author=by.author, reason="They are one.")


def test_markup_stays_text(by: By) -> None:
    text = "<script>alert(1)</script> & <b>bold</b>"
    services.add_role(WELD, RoleKind.PARTNER, text, by)
    services.plan_milestone(WELD, text, "2020", by)
    services.rename(RIVET, text, "", by)
    known = landscape()
    assert f"name:{text}" in known.parties
    assert [one.name for one in known.milestones] == [text]
    assert known.entries[RIVET].name == text
