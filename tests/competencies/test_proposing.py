"""Proposals of the engine over frameworks of the registry, and what curators do with them."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.bulk.engines import EngineName, SparkEngine, opened
from learnwork.cli.app import run
from learnwork.competencies import (
    aligning,
    alignment_rows,
    crosswalk_loading,
    pairs,
    pools,
    proposing,
    review,
)
from learnwork.competencies.aligned_texts import NothingToAlignError
from learnwork.competencies.aligning import AlignmentRefusedError, UnknownAlignmentError
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.pairs import Asked
from learnwork.formats.model import Said
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
SHOP, TRADE = ctid("shop"), ctid("trade")
SHOP_SKILLS = {
    "s1": "Weld steel plates with an electric arc",
    "s2": "Read technical drawings",
    "s3": "Estimate material costs",
    "s4": "Lift loads with a crane",
}
TRADE_SKILLS = {
    "t1": "Weld steel plates with an electric arc",
    "t2": "Reading technical drawings of machines",
    "t3": "Cook soups",
}


def frame(key: str, name: str, skills: dict[str, str]) -> list[Said]:
    own = said(key, "ceasn:CompetencyFramework", ceasn_name={"en": name})
    return [
        own,
        *(
            said(one, "ceasn:Competency", ceasn_competencyText={"en": text}, ceasn_isPartOf=[ctid(key)])
            for one, text in skills.items()
        ),
    ]


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", role=User.Role.CURATOR)


@pytest.fixture
def frames() -> None:
    load(reading(*frame("shop", "Shop skills", SHOP_SKILLS), *frame("trade", "Trades", TRADE_SKILLS)), "made")


@pytest.fixture
def proposed(frames: None) -> list[Alignment]:
    proposing.propose(SHOP, TRADE, least=0.0, k=2)
    return list(review.waiting(Asked()))


def test_what_is_proposed_is_kept_with_reasons_and_a_second_run_changes_nothing(frames: None) -> None:
    told: list[int] = []
    first = proposing.propose(SHOP, TRADE, least=0.0, k=2, begin=lambda total: told.append)
    assert (first.asked, first.source, first.target, first.precedents) == (4, "Shop skills", "Trades", 0)
    assert (first.kept.new, told[-1]) == (8, 4)
    row = aligning.in_force().get(source=ctid("s1"), target=ctid("t1"))
    assert (row.relation, row.state, row.method) == ("exact", "proposed", "hybrid-1")
    assert row.confidence
    assert row.reasons
    before = aligning.state()
    again = proposing.propose(SHOP, TRADE, least=0.0, k=2)
    assert (again.kept.new, again.kept.changed, again.kept.same, again.kept.withdrawn) == (0, 0, 8, 0)
    assert aligning.state() == before
    assert proposing.propose(SHOP, TRADE, least=0.0, k=1).kept.withdrawn == 4


def words_in_force() -> list[tuple[Any, ...]]:
    rows = aligning.in_force().order_by("source", "target")
    return list(rows.values_list("source", "target", "relation", "state", "confidence", "method", "reasons"))


def test_on_spark_and_on_duckdb_the_same_is_proposed(frames: None, spark: SparkEngine) -> None:
    first = proposing.propose(SHOP, TRADE, least=0.0, k=2, opened=lambda: nullcontext(spark))
    found = words_in_force()
    assert (first.kept.new, len(found)) == (8, 8)
    assert {method for *_, method, _ in found} == {"hybrid-1+pools"}
    again = proposing.propose(SHOP, TRADE, least=0.0, k=2, opened=opened(EngineName.DUCKDB))
    assert (again.kept.same, again.kept.new, again.kept.changed, again.kept.withdrawn) == (8, 0, 0, 0)
    assert words_in_force() == found


@pytest.mark.parametrize(("most", "method"), [(11, "hybrid-1+pools"), (12, "hybrid-1")])
def test_what_is_too_much_to_score_gets_pools_unasked(
    frames: None, monkeypatch: pytest.MonkeyPatch, most: int, method: str
) -> None:
    monkeypatch.setattr(pools, "MOST_CELLS", most)
    proposing.propose(SHOP, TRADE, least=0.0)
    assert {row.method for row in aligning.in_force()} == {method}


def test_things_of_two_kinds_are_no_more_than_related() -> None:
    items = [
        said(key, kind, identifiers=[(scheme, code)], ceterms_name={"en": "Welding"})
        for key, kind, scheme, code in (
            ("field", "lw:FieldOfStudy", "cip2020", "48.0508"),
            ("work", "ceterms:Occupation", "soc2018", "51-4121"),
        )
    ]
    load(reading(*items), "made")
    assert proposing.propose("cip2020", "soc2018", least=0.0).kept.new == 1
    [row] = aligning.in_force()
    assert (row.relation, row.source_key, row.target_in) == ("related", "48.0508", "soc2018")


def test_a_framework_is_not_aligned_with_itself_or_with_nothing(frames: None) -> None:
    with pytest.raises(AlignmentRefusedError, match="with itself"):
        proposing.propose(SHOP, SHOP)
    with pytest.raises(NothingToAlignError):
        proposing.propose(SHOP, "cip2020")


def test_a_curator_judges_another_relation_and_takes_it_back(proposed: list[Alignment], alice: User) -> None:
    first = review.following(Asked())
    assert first
    assert (first.row, first.standing.confirmed, first.source.within_name) == (
        proposed[0],
        False,
        "Shop skills",
    )
    kept = review.rule(
        first.row.pk, state="accepted", relation="narrow", rationale="One is a part.", by=alice
    )
    [found] = aligning.between([first.source.ctid], [first.target.ctid]).values()
    assert (found.relation, found.state, found.raters) == ("narrow", "accepted", ("alice",))
    assert review.waiting(Asked()).count() == len(proposed) - 1
    shown, words = pairs.pair(first.row.pk)
    assert [one.rater_name for one in words] == ["alice", "Learnwork"]
    assert shown.row.rationale == "One is a part."
    assert review.last_act(alice) == (kept.act, 1)
    review.undo(kept.act, by=alice)
    assert review.waiting(Asked()).count() == len(proposed)
    with pytest.raises(UnknownAlignmentError):
        review.undo(kept.act, by=alice)


def test_undoing_a_change_of_mind_brings_the_former_word_back(proposed: list[Alignment], alice: User) -> None:
    number = proposed[0].pk
    review.rule(number, state="accepted", by=alice)
    changed = review.rule(number, state="rejected", by=alice)
    review.undo(changed.act, by=alice)
    row = aligning.counted().get(source=proposed[0].source, target=proposed[0].target)
    assert (row.state, row.rater_name) == ("accepted", "alice")


def test_many_are_accepted_after_a_look_and_taken_back_at_once(
    proposed: list[Alignment], alice: User
) -> None:
    least = sorted(row.confidence or 0 for row in proposed)[-2]
    asked = Asked(source=SHOP, least=least)
    seen = review.preview(asked)
    assert seen.count == len(seen.sample) == sum((row.confidence or 0) >= least for row in proposed)
    with pytest.raises(AlignmentRefusedError, match="looked at"):
        review.accept_all(asked, by=alice, expected=seen.count + 1)
    kept = review.accept_all(asked, by=alice, expected=seen.count)
    assert kept.new == seen.count
    assert aligning.counted().filter(state="accepted").count() == seen.count
    review.undo(kept.act, by=alice)
    assert not aligning.counted().filter(state="accepted").exists()
    with pytest.raises(AlignmentRefusedError, match="confidence"):
        review.preview(Asked())


def test_a_run_leaves_what_people_said(proposed: list[Alignment], alice: User) -> None:
    review.rule(proposed[0].pk, state="rejected", by=alice)
    proposing.propose(SHOP, TRADE, least=0.0, k=2)
    row = aligning.counted().get(source=proposed[0].source, target=proposed[0].target)
    assert row.state == "rejected"


def test_pairs_go_out_as_a_sheet_and_come_in_again(
    proposed: list[Alignment], alice: User, tmp_path: Path
) -> None:
    review.rule(proposed[0].pk, state="accepted", rationale="=1+1", by=alice)
    review.rule(proposed[1].pk, state="rejected", by=alice)
    path = tmp_path / "pairs.csv"
    assert run(["align", "export", "--out", str(path)]) == 0
    text = path.read_text()
    assert "'=1+1" in text
    assert text.count("\n") == len(proposed) + 1
    bob = User.objects.create_user("bob", role=User.Role.CURATOR)
    report = crosswalk_loading.load(path, rater=bob)
    assert (report.kept.new, report.open) == (len(proposed), 0)
    back = {row.pk: row for row in aligning.in_force().filter(rater=bob)}
    assert sorted(row.state for row in back.values()).count("rejected") == 1
    assert [row.rationale for row in back.values() if row.state == "accepted"] == ["=1+1"]
    overview = pairs.overview()
    assert [(one.source_name, one.target_name, one.total) for one in overview] == [
        ("Shop skills", "Trades", len(proposed))
    ]


def test_the_commands(frames: None, alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["align", "run", SHOP, TRADE, "--least", "0", "--k", "1", "--engine", "duckdb"]) == 0
    assert "4 new" in capsys.readouterr().out
    assert run(["align", "show"]) == 0
    assert "Shop skills" in capsys.readouterr().out
    assert run(["align", "accept", "--least", "0", "--as", "alice", "--dry-run"]) == 0
    assert "4 proposals" in capsys.readouterr().out
    number = str(aligning.in_force()[0].pk)
    assert run(["align", "accept", number, "--as", "alice", "--dry-run"]) == 0
    assert "nothing was kept" in capsys.readouterr().out
    assert not aligning.in_force().filter(rater=alice).exists()
    assert run(["align", "accept", "--as", "alice"]) == 1
    assert run(["align", "accept", "--least", "0", "--as", "alice"]) == 0
    act = aligning.in_force().filter(rater=alice)[0].act
    assert run(["align", "undo", act, "--as", "alice"]) == 0
    assert "4 taken back" in capsys.readouterr().out
    assert run(["align", "show", "--state", "proposed", "--json"]) == 0
    assert '"state": "proposed"' in capsys.readouterr().out


def test_rows_for_programs(proposed: list[Alignment]) -> None:
    [one] = pairs.listed(Asked(state="proposed"), limit=1)
    found: dict[str, Any] = alignment_rows.document(one)
    assert found["word"]["kind"] == "method"
    assert found["source"]["framework_name"] == "Shop skills"
    assert [end.ctid for end in (one.source, one.target)] == [
        found["source"]["ctid"],
        found["target"]["ctid"],
    ]
