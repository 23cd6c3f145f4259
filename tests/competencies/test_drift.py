"""What a new release of a framework touches: reworded, moved and removed statements, and what hangs on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.cli.app import run
from learnwork.competencies import aligning, drift, profiling, review
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.ends import end
from learnwork.competencies.profiling import Competency, Given
from learnwork.competencies.resting import Resting
from learnwork.formats import case
from learnwork.formats.model import Observed, Options
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent.parent / "formats" / "samples" / "case" / "winnemac.json"
FRAME = "ce-3f2b8c1e-0000-4000-8000-000000000001"
REWORDED, REMOVED = (f"ce-3f2b8c1e-0000-4000-8000-0000000000{n}" for n in (13, 12))


def loaded(path: Path) -> None:
    [one] = case.FORMAT.open([path], Options())
    assert load(one, "case", accept=True).outcome == "loaded"


def second(folder: Path) -> Path:
    package: dict[str, Any] = json.loads(SAMPLE.read_text())
    package["CFDocument"]["lastChangeDateTime"] = "2026-09-01T09:00:00+00:00"
    package["CFDocument"]["version"] = "3"
    package["CFItems"] = [one for one in package["CFItems"] if one["humanCodingScheme"] != "W.1.2"]
    package["CFItems"][-1]["fullStatement"] = "Always work safely."
    path = folder / "third.json"
    path.write_text(json.dumps(package))
    return path


def test_what_hangs_on_changed_statements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loaded(SAMPLE)
    load(reading(said("join", "ceasn:Competency"), said("welding")), "made")
    alice = User.objects.create_user("alice", role=User.Role.CURATOR)
    words = [Said(end(one), end(ctid("join")), "close", "proposed", 0.6) for one in (REWORDED, REMOVED)]
    aligning.keep(words, Rater(aligning.OURS, "hybrid-1"))
    profiling.rate(
        ctid("welding"), Given(Competency(REWORDED, "Work safely."), {"knowledge": 3}), rater=alice
    )
    assert drift.drift(FRAME).before is None
    loaded(second(tmp_path))
    found = drift.drift(FRAME)
    hung = {one.item.ctid: one for one in found.touched}
    assert {ctid_: one.how for ctid_, one in hung.items()} == {
        REWORDED: ("reworded",),
        REMOVED: ("removed",),
    }
    assert [ctid_ for ctid_, _name in hung[REWORDED].profiles] == [ctid("welding")]
    assert (found.counts["alignments"], found.counts["profiles"]) == (2, 1)
    assert drift.document(found)["touched"][0]["alignments"][0]["state"] == "proposed"
    assert run(["align", "drift", FRAME]) == 0
    assert "profile of" in capsys.readouterr().out
    number = hung[REWORDED].alignments[0].row.pk
    review.rule(number, state="accepted", by=alice)
    assert drift.drift(FRAME).counts["alignments"] == 1, "who judged it since then has looked at it"


def release(label: str, *items: Any) -> None:
    assert (
        load(reading(*items, by="ratings", label=label, snapshot=True), "made", accept=True).outcome
        == "loaded"
    )


def test_how_matches_drift(capsys: pytest.CaptureFixture[str]) -> None:
    frame = said("frame", "ceasn:CompetencyFramework", ceasn_name={"en": "Skills"})

    def statement(key: str, code: str, text: str) -> Any:
        words: dict[str, Any] = {"ceasn_competencyText": {"en": text}, "ceasn_codedNotation": code}
        return said(key, "ceasn:Competency", ceasn_isPartOf=ctid("frame"), **words)

    def rated(who: str, what: str, importance: float) -> Any:
        return Observed(ctid(who), "onet.importance", "2026", importance, item=ctid(what))

    work = [said(key, "ceterms:Occupation", ceterms_name={"en": key}) for key in ("baker", "clerk")]
    field = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": ctid("baker")}
    programs = [
        said("school", "ceterms:Certificate", ceterms_occupationType=[field]),
        said("course", "ceterms:Certificate", ceterms_teaches=[ctid("count")]),
    ]
    load(reading(*work, *programs), "made")
    first = [
        statement("bake", "1", "Bake."),
        statement("sell", "2", "Sell."),
        statement("count", "3", "Count."),
    ]
    ratings = [rated("baker", "bake", 4.0), rated("clerk", "bake", 3.0), rated("baker", "sell", 5.0)]
    release("old", frame, *first, *ratings)
    second = [statement("bake", "1", "Bake bread."), statement("count anew", "3", "Count.")]
    release("new", frame, *second, rated("clerk", "bake", 2.0), rated("baker", "bake", 4.5))
    touched = {one.item.text: one for one in drift.drift(ctid("frame")).touched}
    assert {text: (one.rested, one.rests) for text, one in touched.items()} == {
        "Bake bread.": (Resting(2, 1), Resting(1, 1)),
        "Sell.": (Resting(1, 1), Resting(0, 0)),
        "Count.": (Resting(0, 1), Resting(0, 1)),
    }
    assert touched["Count."].uses.taught == 1, "under its old identifier"
    answer = Client().get(f"/api/frameworks/{ctid('frame')}/drift").json()
    assert answer["counts"]["statements that matches rest on"] == 3
    for one in answer["touched"]:
        assert Client().get(one["match"]).status_code == 200, "also of what is gone"
    page = Client().get(f"/frameworks/{ctid('frame')}/drift").content.decode()
    assert "Occupations that ask for it: 2 before, 1 now." in page
    assert run(["align", "drift", ctid("frame")]) == 0
    assert "2 → 1 occupations ask for it" in capsys.readouterr().out
