"""Who makes the table of matches, who reads it, and what is answered while the next one is being made."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.cli import work
from learnwork.cli.app import run
from learnwork.competencies import expecting, kept_table, knowing
from learnwork.competencies.expected import Known
from learnwork.intake.loading import load
from learnwork.registry import listing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(db: None, tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path
    return tmp_path / knowing.FOLDER


def publish(*teaching: str) -> str:
    competency = said("weld", "ceasn:Competency", ceasn_competencyText={"en": "Pipe welding"})
    programs = [said(key, "ceterms:Certificate", ceterms_teaches=[ctid("weld")]) for key in teaching]
    assert load(reading(competency, *programs, snapshot=True), "made", accept=True).outcome == "loaded"
    return listing.state()


def programs(found: Known) -> int:
    return len(found.programs)


def test_one_process_makes_it_and_another_reads_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert knowing.missing() == "", "nothing was published"
    state = publish("one")
    assert knowing.missing() == state
    assert programs(knowing.known()) == 1
    assert knowing.missing() == ""
    monkeypatch.setattr(expecting, "made", None)  # whoever made it again would fail
    knowing.forget()
    found = knowing.known()
    assert (found.state, programs(found)) == (state, 1)
    assert not knowing.outdated(found)


def test_while_another_makes_it_the_last_one_answers_and_says_so(folder: Path) -> None:
    publish("one")
    knowing.known()
    state = publish("one", "two")
    with knowing._turn(folder) as free:
        assert free
        former = knowing.known()
        assert programs(former) == 1
        assert knowing.outdated(former)
        shown = Client().get("/match", {"competencies": ctid("weld")}).content.decode()
        assert "This is as of" in shown
        answer = Client().get("/api/match", {"competencies": ctid("weld")})
        assert answer.json()["as_of"] is not None
        why = Client().get(f"/api/match/{ctid('one')}", {"competencies": ctid("weld")})
        assert why.json()["as_of"] is not None
        knowing.forget()
        assert programs(knowing.known()) == 1, "from disk"
    assert (knowing.known().state, programs(knowing.known())) == (state, 2)
    after = Client().get("/api/match", {"competencies": ctid("weld")})
    assert after.json()["as_of"] is None
    assert after["ETag"] != answer["ETag"]


def test_what_was_withdrawn_since_is_not_offered_as_an_answer(folder: Path) -> None:
    publish("one", "two", "three")
    knowing.known()
    publish("two", "three")
    with knowing._turn(folder):
        answer = Client().get("/api/match", {"competencies": ctid("weld")}).json()
    assert {one["ctid"] for one in answer["programs"]} == {ctid("two"), ctid("three")}


def test_the_last_one_of_another_registry_is_nobodys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish("one")
    found = knowing.known()
    folder.joinpath(kept_table.path_of(folder, found.state).name).rename(
        kept_table.path_of(folder, "999-1.5")
    )
    assert not knowing._was("999-1.5")
    monkeypatch.setattr(knowing, "PATIENCE", 0.0)
    knowing.forget()
    publish("one", "two")
    with knowing._turn(folder):
        assert programs(knowing.known()) == 2, "who has none and need not wait makes it"


def test_who_must_not_answer_from_the_last_one_waits_for_the_next(folder: Path) -> None:
    publish("one")
    former = knowing.known()
    state = publish("one", "two")
    next_one = knowing._made(state)
    begun = threading.Event()

    def make() -> None:
        with knowing._turn(folder):
            begun.set()
            threading.Event().wait(0.2)
            kept_table.write(folder, next_one)

    maker = threading.Thread(target=make)
    maker.start()
    assert begun.wait(10)
    found = knowing.known(now=True)
    maker.join()
    assert (programs(former), programs(found)) == (1, 2)


def test_a_folder_that_cannot_be_written_fails_nobody(folder: Path, tmp_path: Path) -> None:
    folder.write_text("in the way")
    publish("one")
    assert programs(knowing.known()) == 1


def test_the_worker_has_it_made_once_a_state_has_lasted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun: list[tuple[str, ...]] = []
    free = True

    def beside(*arguments: str) -> bool:
        begun.extend([arguments] if free else [])
        return free

    monkeypatch.setattr(work, "_beside", beside)
    look = work._TableOfMatches()
    look()
    publish("one")
    look()
    assert begun == [], "it may be one of many releases"
    look()
    look()
    assert begun == [("index", "matches")], "one that failed is not tried again and again"
    assert run(["index", "matches"]) == 0
    assert "Made: 1 programs" in capsys.readouterr().out
    assert run(["index", "matches", "--json"]) == 0
    assert '"new": false' in capsys.readouterr().out
    publish("one", "two")
    free = False
    look()
    look()
    assert len(begun) == 1, "the former one is still being made"
    free = True
    look()
    assert len(begun) == 2
