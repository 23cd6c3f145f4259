"""Words on pairs: kept once, superseded, withdrawn; read as pairs under every name of both ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.competencies import aligning
from learnwork.competencies.aligning import AlignmentRefusedError, Rater, Said
from learnwork.competencies.ends import End, end
from learnwork.competencies.models.alignments import Alignment
from learnwork.intake.loading import load
from learnwork.registry import decisions

pytestmark = pytest.mark.django_db
COMPETENCY = "ceasn:Competency"
URI = "http://data.europa.eu/esco/skill/1"
ENGINE = Rater(aligning.OURS, "hybrid-1")


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", role=User.Role.CURATOR)


@pytest.fixture
def here() -> None:
    items = [
        said(key, COMPETENCY, ceasn_competencyText={"en": text})
        for key, text in {"weld": "Weld plates", "join": "Join plates", "cut": "Cut plates"}.items()
    ]
    load(reading(*items), "made")


def proposed(
    source: str = "weld", target: str = "join", relation: str = "broad", confidence: float | None = 0.7
) -> Said:
    return Said(end(ctid(source)), end(ctid(target)), relation, "proposed", confidence)


def test_between_reads_a_pair_from_both_ends(here: None) -> None:
    kept = aligning.keep([proposed()], ENGINE)
    assert (kept.new, kept.changed, kept.issues) == (1, 0, ())
    weld, join = ctid("weld"), ctid("join")
    [(pair, found)] = aligning.between([weld, ctid("cut")], [join]).items()
    assert (pair, found.relation, found.state, found.confidence) == ((weld, join), "broad", "proposed", 0.7)
    assert aligning.between([join], [weld])[join, weld].relation == "narrow"


def test_the_same_word_again_changes_nothing_and_another_one_supersedes(here: None) -> None:
    aligning.keep([proposed()], ENGINE)
    before = aligning.state()
    assert aligning.keep([proposed()], ENGINE) == aligning.Kept(same=1)
    assert aligning.state() == before
    assert aligning.keep([proposed(confidence=0.8)], ENGINE).changed == 1
    assert aligning.state() != before
    former, now = Alignment.objects.order_by("id")
    assert (former.confidence, former.superseded_at is None) == (0.7, False)
    assert (now.supersedes_id, now.superseded_at) == (former.pk, None)


def test_what_a_method_finds_no_more_is_withdrawn_once(here: None) -> None:
    frames = ("one", "two")
    rows = [
        replace(one, source=replace(one.source, within="one"), target=replace(one.target, within="two"))
        for one in (proposed(), proposed("cut"))
    ]
    aligning.keep(rows, ENGINE, whole=[frames])
    assert aligning.keep(rows[:1], ENGINE, whole=[frames]).withdrawn == 1
    assert aligning.keep(rows[:1], ENGINE, whole=[frames]) == aligning.Kept(same=1)
    assert list(aligning.between([ctid("cut")], [ctid("join")])) == []
    newer = replace(ENGINE, method="hybrid-2")
    assert aligning.keep([replace(rows[0], confidence=0.9)], newer).changed == 1, (
        "a newer method follows the former"
    )
    assert aligning.in_force().count() == 2


def test_a_person_counts_more_than_a_method(here: None, alice: User) -> None:
    aligning.keep([proposed()], ENGINE)
    aligning.keep([replace(proposed(), state="rejected")], Rater("alice", aligning.BY_HAND, alice))
    assert aligning.between([ctid("weld")], [ctid("join")]) == {}
    [found] = aligning.between([ctid("weld")], [ctid("join")], states=("rejected",)).values()
    assert found.raters == ("alice",)


def test_an_end_that_is_not_loaded_is_open_and_closes_when_it_arrives(here: None) -> None:
    open_ = Said(end(URI), end(ctid("join")), "exact", "proposed")
    assert aligning.keep([open_], ENGINE).new == 1
    assert aligning.between([ctid("late")], [ctid("join")]) == {}
    load(reading(said("late", COMPETENCY, identifiers=[("uri", URI)]), by="other"), "made")
    assert aligning.between([ctid("late")], [ctid("join")])[ctid("late"), ctid("join")].relation == "exact"
    decisions.same(ctid("weld"), ctid("late"), author=None, reason="One skill.")
    [(pair, found)] = aligning.between([ctid("weld")], [ctid("join")]).items()
    assert (pair, found.relation) == ((ctid("weld"), ctid("join")), "exact"), "read under the one that stays"


def test_bad_words_are_named_and_keep_nothing_else_back(here: None) -> None:
    words = [
        proposed("weld", "weld"),
        proposed(relation="similar"),
        proposed(confidence=1.5),
        replace(proposed(), target=End("uri", " ")),
        proposed(),
        proposed(relation="exact"),
    ]
    kept = aligning.keep(words, ENGINE)
    assert kept.new == 1
    assert [one.code for one in kept.issues] == ["alignment-refused"] * 4 + ["pair-twice"]
    with pytest.raises(AlignmentRefusedError, match="needs its rater"):
        aligning.keep([], Rater(" ", "by hand"))


def test_two_names_of_one_thing_are_no_pair(here: None) -> None:
    load(reading(said("late", COMPETENCY, identifiers=[("uri", URI)]), by="other"), "made")
    kept = aligning.keep([Said(end(URI), end(ctid("late")), "exact", "accepted")], ENGINE)
    assert [one.code for one in kept.issues] == ["alignment-refused"]
    assert not Alignment.objects.exists()
