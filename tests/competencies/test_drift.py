"""What a new release of a framework touches: reworded, moved and removed statements, and what hangs on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.cli.app import run
from learnwork.competencies import aligning, drift, profiling, review
from learnwork.competencies.aligning import Rater, Said
from learnwork.competencies.ends import end
from learnwork.competencies.profiling import Competency, Given
from learnwork.formats import case
from learnwork.formats.model import Options
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
