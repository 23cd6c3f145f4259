"""Editions: rule, list to look at, frozen once and for good, corrected, compared; nothing in a copy ever changes."""

from __future__ import annotations

import csv
import hashlib
import io
import threading
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.landscape.maps import ENTRIES, PARTIES, landscapes
from tests.made import ctid, reading, said, source

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape import canonical, editions, services
from learnwork.landscape.curating import By
from learnwork.landscape.differing import Kind
from learnwork.landscape.editions import AlreadyFrozenError, EditionError, Setting, UnknownEditionError
from learnwork.landscape.filters import Filter
from learnwork.landscape.freezing import BadEditionError, Frozen
from learnwork.landscape.inclusion import LeftOut, Rule, Why, in_scheme, without
from learnwork.landscape.model import (
    Entry,
    Goal,
    GoalScheme,
    Grant,
    Landscape,
    Party,
    Role,
    RoleKind,
    Said,
    Tie,
)
from learnwork.landscape.models import Edition, EditionPrint, FrozenEdition
from learnwork.landscape.models.editions import EditionIsFrozenError
from learnwork.landscape.preflight import Known, Matter, findings
from learnwork.landscape.sheets import sheets
from learnwork.registry import decisions

WELD, RIVET, UNION = (ctid(name) for name in ("weld", "rivet", "union"))
SETTING = Setting("The guide", "2024")


@pytest.fixture
def world(db: None) -> None:
    load(
        reading(
            said(
                "weld",
                "lw:Initiative",
                ceterms_name={"en": "Welding"},
                lw_ledBy=[UNION],
                lw_kind="initiative",
            ),
            said("rivet", "lw:Initiative", ceterms_name={"en": "Riveting"}, lw_kind="product"),
            said("union", "lw:Alliance", ceterms_name={"en": "Union"}),
            by=source("map", trust=60),
        ),
        "made",
    )


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR)


# Pure: rule, goals, list to look at, file


@given(landscapes(), st.sets(st.sampled_from(ENTRIES)))
def test_what_is_left_out_leaves_nothing_behind(made: Landscape, out: set[str]) -> None:
    kept = without(made, out)
    assert set(kept.entries) == set(made.entries) - out
    for rows in (kept.roles, kept.grants, kept.stages, kept.milestones, kept.ties):
        assert not out & {row.entry for row in rows}  # type: ignore[attr-defined]
    assert not out & {tie.other for tie in kept.ties}
    named = {role.party for role in kept.roles} | {grant.funder for grant in kept.grants}
    assert named & set(made.parties) <= set(kept.parties)
    assert without(made, set()) == made


def test_a_party_that_only_others_name_goes_with_them() -> None:
    parties = {ctid: Party(ctid, ctid) for ctid in PARTIES[:3]} | {PARTIES[3]: Party(PARTIES[3], "Nobody's")}
    parties[PARTIES[0]] = replace(parties[PARTIES[0]], parent=PARTIES[1])
    made = Landscape(
        {one: Entry(one, one, one) for one in ENTRIES[:2]},
        parties,
        (Role(ENTRIES[0], PARTIES[0], RoleKind.LEAD), Role(ENTRIES[1], PARTIES[2], RoleKind.LEAD)),
        (Grant("ce-x", PARTIES[2], "", recipient=PARTIES[3]),),
    )
    assert set(without(made, {ENTRIES[0]}).parties) == {PARTIES[2], PARTIES[3]}
    assert set(without(made, {ENTRIES[1]}).parties) == set(PARTIES)


def test_a_rule_says_why_of_everything_that_it_leaves_out() -> None:
    known = {"status": "active", "reviewed_on": "2025-06", "said": Said(("https://example.org",))}
    whole = Landscape(
        {
            name: Entry(name, name, name, **{**known, **more})  # type: ignore[arg-type]
            for name, more in {
                "kept": {},
                "ended": {"status": "ended"},
                "stale": {"reviewed_on": "2024"},
                "unled": {},
                "uncited": {"said": Said()},
                "chosen": {},
            }.items()
        },
        roles=tuple(
            Role(name, "ce-p", RoleKind.LEAD) for name in ("kept", "ended", "stale", "uncited", "chosen")
        ),
    )
    rule = Rule(Filter.of({"status": "active"}), "2025", led=True, cited=True, chosen={"chosen": "too early"})
    shown, left = rule.apply(whole)
    assert list(shown.entries) == ["kept"]
    assert {one.ctid: one.reason for one in left} == {
        "chosen": "left out by the editors: too early",
        "ended": "outside the filter",
        "stale": "not reviewed lately enough",
        "uncited": "no source is cited",
        "unled": "no lead is known",
    }
    assert Rule.of(rule.document()) == rule
    assert Rule().document() == {}


def test_goals_that_go_on_are_carried_into_another_scheme() -> None:
    old = GoalScheme("1", "First", (Goal("g1", "g1", "One"), Goal("g4", "g4", "Four")))
    new = GoalScheme("3", "Third", (Goal("h1", "h1", "One", same_as="g1"), Goal("h5", "h5", "Five")))
    made = Landscape({"a": Entry("a", "a", "A", goals=("g1", "g4", "h5"))}, scheme=old, schemes=(old, new))
    assert in_scheme(made, "3").entries["a"].goals == ("h1", "h5")
    assert in_scheme(made, "3").scheme == new
    assert in_scheme(made, "none") is made


def test_the_list_to_look_at_names_everything_once() -> None:
    scheme = GoalScheme("1", "First", (Goal("g1", "g1", "One"),))
    fine = Entry("ce-a", "a", "A", description="Text", goals=("g1",), said=Said(("https://example.org",)))
    loose = Entry("ce-b", "b", "B", goals=("gone",), parent="ce-b")
    made = Landscape(
        {"ce-a": fine, "ce-b": loose},
        roles=(Role("ce-a", "name:Somebody", RoleKind.LEAD), Role("ce-a", "ce-lost", RoleKind.PARTNER)),
        ties=(Tie("ce-a", "ce-b"),),
        scheme=scheme,
    )
    known = Known({"ce-a": 2}, {"ce-a": ("start",)}, frozenset({"ce-b"}))
    found = {(one.matter, one.ctid): (one.number, one.about) for one in findings(made, known)}
    assert found == {
        (Matter.NO_LEAD, "ce-b"): (0, ()),
        (Matter.STALE, "ce-b"): (0, ()),
        (Matter.SUGGESTION, "ce-a"): (2, ()),
        (Matter.CONFLICT, "ce-a"): (0, ("start",)),
        (Matter.NO_GOAL, "ce-b"): (0, ()),
        (Matter.NO_SOURCE, "ce-b"): (0, ()),
        (Matter.NO_TEXT, "ce-b"): (0, ()),
        (Matter.LOST, "ce-a"): (0, ("ce-lost", "name:Somebody")),
        (Matter.LOST, "ce-b"): (0, ("gone",)),
        (Matter.CIRCLE, "ce-b"): (0, ()),
    }


@given(landscapes(), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_an_edition_is_read_back_whole(made: Landscape, words: str) -> None:
    left = (LeftOut("ce-x", words, Why.CHOSEN, words),)
    found = findings(made, Known({}, {}, frozenset(ENTRIES)))
    kept = Frozen("1.0", words, "2024", "", "", made, Rule(chosen={"ce-x": words}), words, left_out=left)
    kept = replace(kept, findings=found)
    again = Frozen.read(kept.text())
    assert again == replace(kept, landscape=canonical.ordered(made))
    assert again.text() == kept.text()


@pytest.mark.parametrize("body", [b"", b"{}", b'{"format": "learnwork-edition/1"}', b"[1]"])
def test_what_is_no_edition_is_refused(body: bytes) -> None:
    with pytest.raises(BadEditionError):
        Frozen.read(body)


@given(landscapes())
def test_sheets_have_every_row_and_run_nothing(made: Landscape) -> None:
    files = sheets(made)
    number = {"entries": len(made.entries), "roles": len(made.roles), "grants": len(made.grants)}
    for name, count in number.items():
        rows = list(csv.reader(io.StringIO(files[f"{name}.csv"], newline="")))
        assert len(rows) == count + 1
        assert not [cell for row in rows[1:] for cell in row if cell.startswith("=")]


# In the database


@pytest.mark.usefixtures("world")
def test_an_edition_from_draft_to_correction(alice: User) -> None:
    draft = editions.make(replace(SETTING, rule=Rule(chosen={RIVET: "not ours"})), alice)
    seen = editions.prepared(draft)
    assert (draft.number, list(seen.landscape.entries)) == ("1.0", [WELD])
    assert seen.left_out == (LeftOut(RIVET, "Riveting", Why.CHOSEN, "not ours"),)
    assert {one.matter for one in seen.findings} >= {Matter.STALE, Matter.NO_TEXT}
    with pytest.raises(EditionError):
        editions.publish(draft)

    row = editions.freeze(draft, alice)
    assert row.digest == hashlib.sha256(bytes(row.body)).hexdigest()
    with pytest.raises(UnknownEditionError):
        editions.edition("1")
    editions.publish(draft)
    assert editions.edition("1") == editions.edition("1.0") == draft
    for refused in (editions.drop, editions.freeze, lambda one: editions.change(one, SETTING)):
        with pytest.raises(AlreadyFrozenError):
            refused(draft)

    minor = editions.correct(draft, "Riveting is ours", alice)
    minor = editions.change(minor, replace(editions.setting_of(minor), rule=Rule()))
    editions.freeze(minor, alice)
    assert (minor.number, editions.frozen(minor).corrects) == ("1.1", "1.0")
    assert [one.kind for one in editions.changes(draft, minor).changes] == [Kind.ADDED]


@pytest.mark.usefixtures("world")
def test_nothing_in_a_copy_ever_changes(alice: User) -> None:
    draft = editions.make(SETTING, alice)
    row = editions.freeze(draft)
    services.add_role(WELD, RoleKind.PARTNER, UNION, By(alice, "https://example.org/a"))
    assert bytes(FrozenEdition.objects.get().body) == bytes(row.body)
    for change in (row.save, row.delete):
        with pytest.raises(EditionIsFrozenError):
            change()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        FrozenEdition.objects.update(digest="0" * 64)
    assert [one.kind for one in editions.changes(draft).changes] == [Kind.PARTNER_JOINED]


@pytest.mark.usefixtures("world")
def test_readers_hear_nothing_of_an_edition_that_is_not_published(alice: User) -> None:
    first, second, third = (editions.make(SETTING, alice) for _ in range(3))
    for one in (first, second, third):
        editions.freeze(one)
    assert editions.before(third) == second
    editions.publish(third)
    assert editions.before(third) is None
    print_of_it = EditionPrint.objects.create(frozen=third.frozen, language="en", version="1", body=b"%PDF")
    editions.publish(first)
    assert editions.before(third) == first
    assert not EditionPrint.objects.filter(pk=print_of_it.pk).exists()


@pytest.mark.usefixtures("world")
def test_what_left_the_map_is_told_with_the_reason(alice: User) -> None:
    draft = editions.make(SETTING, alice)
    editions.freeze(draft)
    ruling = decisions.retire(ctid=RIVET, reason="It never began", author=alice)
    (change,) = editions.changes(draft).changes
    assert (change.kind, change.reason) == (Kind.REMOVED, "no longer on the map: It never began")
    later = editions.make(SETTING, alice)
    assert editions.prepared(later).left_out == (LeftOut(RIVET, "Riveting", Why.GONE, "It never began"),)
    decisions.undo(ruling.pk, author=alice)
    assert editions.changes(draft).changes == ()


@pytest.mark.usefixtures("world")
def test_an_edition_of_a_day_before_knows_what_held_then(alice: User) -> None:
    by = By(alice, "https://example.org/a")
    services.add_role(WELD, RoleKind.PARTNER, UNION, by, start="2022", end="2023")
    kinds = [
        {role.kind for role in editions.prepared(editions.make(Setting("Of a day", day))).landscape.roles}
        for day in ("2022-06", "2024")
    ]
    assert kinds == [{RoleKind.LEAD, RoleKind.PARTNER}, {RoleKind.LEAD}]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "setting", [Setting(" ", "2024"), Setting("T", "soon"), Setting("T", "9999"), Setting("T" * 201, "2024")]
)
def test_what_cannot_be_set_up_is_refused(setting: Setting) -> None:
    with pytest.raises(EditionError):
        editions.make(setting)
    assert not Edition.objects.exists()


@pytest.mark.usefixtures("world")
def test_an_edition_without_entries_is_not_frozen() -> None:
    draft = editions.make(replace(SETTING, rule=Rule(Filter.of({"kind": "nothing"}))))
    with pytest.raises(EditionError, match="no entry"):
        editions.freeze(draft)


@pytest.mark.parametrize("number", ["", "1", "x", "1.x", "-1", "1.0.0", "9" * 40, "١"])
def test_unknown_numbers_are_refused(number: str, db: None) -> None:
    with pytest.raises(UnknownEditionError):
        editions.edition(number, drafts=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_freeze_at_once_one_wins() -> None:
    load(reading(said("weld", "lw:Initiative", ceterms_name={"en": "Welding"}), by=source("map")), "made")
    draft = editions.make(SETTING)
    made = [editions.prepared(draft), replace(editions.prepared(draft), note="the other")]
    start, told = threading.Barrier(2), []

    def freeze(one: Frozen) -> None:
        start.wait()
        try:
            told.append(editions.keep(draft, one).digest)
        except AlreadyFrozenError as error:
            told.append(error.code)
        finally:
            connections[connection.alias].close()

    threads = [threading.Thread(target=freeze, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, told)) == [len("edition-frozen"), 64]
    assert FrozenEdition.objects.get().digest in told
