"""Rulings: each changes what is composed, keeps every envelope, and is undone without trace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.made import ORGANIZATION, ctid, reading, said, source

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.registry import decisions, queries
from learnwork.registry.errors import DecisionError, UnknownResourceError
from learnwork.registry.models import Decision, Envelope, Link, Resource
from learnwork.registry.rebuild import rebuild


def everything() -> dict[str, Any]:
    """All that follows from envelopes and decisions, without keys that only count up."""
    return {
        row.ctid: (
            row.status,
            row.name,
            row.merged_into and row.merged_into.ctid,
            queries.as_of(row.ctid),
            sorted(Link.objects.filter(subject=row).values_list("predicate", "object__ctid", "reference")),
        )
        for row in Resource.objects.order_by("ctid")
    }


def college(key: str, name: str, **more: Any) -> Any:
    return said(key, ORGANIZATION, ceterms_name={"en": name}, **more)


@pytest.fixture
def curator(db: None) -> User:
    return User.objects.create_user("alice", password="x", role=User.Role.CURATOR)


@pytest.fixture
def two_colleges(db: None) -> None:
    load(reading(college("a", "Camden County College", ceterms_subjectWebpage="https://a.example")), "made")
    load(
        reading(
            college("b", "Camden CC", ceterms_subjectWebpage="https://b.example"),
            said("weld", ceterms_name={"en": "Welding"}, ceterms_ownedBy=[ctid("b")]),
            by=source("list", trust=10),
        ),
        "made",
    )


@pytest.mark.usefixtures("two_colleges")
def test_same_makes_one_of_two_and_undo_makes_two_again(curator: User) -> None:
    before = everything()
    ruling = decisions.same(ctid("a"), ctid("b"), author=curator, reason="Same address and same EIN.")
    kept = queries.resource(ctid("a"))
    assert [c.value["en"] for c in kept.claims["ceterms:name"]] == ["Camden County College", "Camden CC"]
    gone = queries.resource(ctid("b"))
    assert gone.tombstone is not None
    assert (gone.tombstone.kind, gone.tombstone.into) == ("merged", ctid("a"))
    assert gone.tombstone.reason == "Same address and same EIN."
    around, total = queries.linked(kept)
    assert ([link.name for link in around], total) == (["Welding"], 1)
    (link,) = queries.links(queries.resource(ctid("weld")))
    assert link.ctid == ctid("a")
    decisions.undo(ruling.pk, author=curator)
    assert everything() == before


@pytest.mark.usefixtures("two_colleges")
def test_a_merged_pair_follows_its_sources(curator: User) -> None:
    decisions.same(ctid("a"), ctid("b"), author=curator, reason="One.")
    newer = college("b", "Camden CC", ceterms_subjectWebpage="https://b.example", ceterms_keyword=["weld"])
    load(reading(newer, by=source("list", trust=10), label="2025"), "made")
    assert queries.resource(ctid("a")).document["ceterms:keyword"] == ["weld"]


@pytest.mark.usefixtures("two_colleges")
def test_prefer_chooses_a_value_and_undo_returns_to_the_rule(curator: User) -> None:
    decisions.same(ctid("a"), ctid("b"), author=curator, reason="One.")
    ruling = decisions.prefer(
        ctid("a"), "ceterms:subjectWebpage", "list", author=curator, reason="Theirs answers."
    )
    assert queries.resource(ctid("a")).document["ceterms:subjectWebpage"] == "https://b.example"
    decisions.undo(ruling.pk, author=curator)
    assert queries.resource(ctid("a")).document["ceterms:subjectWebpage"] == "https://a.example"


def test_not_same_separates_what_an_identifier_joined_and_stays_so(curator: User) -> None:
    name = ("fein+name", "1|camden")
    load(reading(college("a", "Camden", identifiers=[name])), "made")
    course = said("course", ceterms_name={"en": "Course"}, ceterms_offeredBy=[ctid("b")])
    load(reading(college("b", "Camden (another)", identifiers=[name]), course, by="list"), "made")
    before = everything()
    ruling = decisions.not_same(ctid("a"), "list", "b", author=curator, reason="Another town.")
    assert ruling.other is not None
    assert queries.resource(ctid("a")).name == "Camden"
    assert queries.resource(ruling.other.ctid).name == "Camden (another)"
    (link,) = queries.links(queries.resource(ctid("course")))
    assert link.ctid == ruling.other.ctid
    load(reading(college("b", "Camden the other", identifiers=[name]), by="list", label="2025"), "made")
    assert queries.resource(ruling.other.ctid).name == "Camden the other"
    load(reading(college("b", "Camden (another)", identifiers=[name]), by="list", label="2026"), "made")
    decisions.undo(ruling.pk, author=curator)
    after = everything()
    assert after.pop(ruling.other.ctid)[0] == "withdrawn"
    assert after == before


@pytest.mark.usefixtures("two_colleges")
def test_retire_leaves_a_tombstone_with_reason_and_date(curator: User) -> None:
    before = everything()
    ruling = decisions.retire(ctid("b"), author=curator, reason="Closed in 2019.")
    stone = queries.resource(ctid("b")).tombstone
    assert stone is not None
    assert (stone.kind, stone.reason, stone.at) == ("retired", "Closed in 2019.", ruling.made_at)
    decisions.undo(ruling.pk, author=curator)
    assert everything() == before


@pytest.mark.usefixtures("two_colleges")
def test_refusals_say_why(curator: User) -> None:
    with pytest.raises(DecisionError, match="one already"):
        decisions.same(ctid("a"), ctid("a"), author=curator, reason="x")
    with pytest.raises(DecisionError, match="needs a reason"):
        decisions.retire(ctid("a"), author=curator, reason=" ")
    with pytest.raises(DecisionError, match="says nothing about"):
        decisions.prefer(ctid("a"), "ceterms:image", "made", author=curator, reason="x")
    with pytest.raises(DecisionError, match="nothing to separate"):
        decisions.not_same(ctid("a"), "made", "a", author=curator, reason="x")
    with pytest.raises(UnknownResourceError):
        decisions.retire("ce-nonsense", author=curator, reason="x")
    ruling = decisions.retire(ctid("a"), author=curator, reason="x")
    with pytest.raises(DecisionError, match="retired already"):
        decisions.retire(ctid("a"), author=curator, reason="x")
    decisions.undo(ruling.pk, author=curator)
    with pytest.raises(DecisionError, match="undone already"):
        decisions.undo(ruling.pk, author=curator)
    assert Decision.objects.count() == 1


class AnySequenceOfRulings(TestCase):
    """Whatever is ruled and undone, in whatever order: undoing all of it gives back what was, and envelopes stay."""

    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("same"), st.integers(0, 3), st.integers(0, 3)),
                st.tuples(st.just("retire"), st.integers(0, 3), st.just(0)),
                st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
            ),
            max_size=7,
        ),
        st.randoms(use_true_random=False),
    )
    @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
    def test_undoing_all_restores(self, steps: list[tuple[str, int, int]], chance: Any) -> None:
        names = "abcd"
        for n, name in enumerate(names):
            load(
                reading(college(name, f"College {name}", ceterms_keyword=[name]), by=source(name, trust=n)),
                "made",
            )
        before = everything()
        made: list[int] = []
        for what, first, second in steps:
            try:
                if what == "same":
                    pair = ctid(names[first]), ctid(names[second])
                    made.append(decisions.same(*pair, author=None, reason="r").pk)
                elif what == "retire":
                    made.append(decisions.retire(ctid(names[first]), author=None, reason="r").pk)
                elif first < len(made):
                    decisions.undo(made[first], author=None)
            except DecisionError:
                pass
        ruled = everything()
        rebuild()
        assert everything() == ruled
        chance.shuffle(made)
        for pk in made:
            if Decision.objects.get(pk=pk).undone_at is None:
                decisions.undo(pk, author=None)
        assert everything() == before
        assert Envelope.objects.filter(superseded_at=None, withdrawn_at=None).count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(("keep", "gone"), [("a", "b"), ("b", "a")])
def test_of_one_source_the_side_that_is_kept_goes_first(keep: str, gone: str) -> None:
    """Its class and its values stand, whichever of its keys comes first; the other's stay claims."""
    load(
        reading(
            college("a", "Name of a"), said("b", "ceterms:QACredentialOrganization", ceterms_name="Name of b")
        ),
        "made",
    )
    before = queries.resource(ctid(keep))
    decisions.same(ctid(keep), ctid(gone), author=None, reason="One.")
    after = queries.resource(ctid(keep))
    assert (after.type, after.name) == (before.type, before.name)
    assert len(after.claims["ceterms:name"]) == 2
    stored = Resource.objects.get(ctid=ctid(keep))
    assert (stored.type, stored.name) == (before.type, before.name)
