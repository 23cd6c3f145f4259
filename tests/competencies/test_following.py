"""A link to a match answers for ever: what it names is followed, and what changed since is told."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.cli.app import run
from learnwork.competencies import following, matches, questions
from learnwork.competencies.following import How
from learnwork.intake.loading import load

pytestmark = pytest.mark.django_db
FRAME, WELD, READ, BLOW, BRAZE = (ctid(key) for key in ("frame", "weld", "read", "blow", "braze"))
READ_ANEW, BRAZE_ANEW = ctid("read anew"), ctid("braze anew")
PROGRAM, WORK, OLD_WORK = ctid("program"), ctid("work"), ctid("old work")


def _statement(key: str, code: str, text: str, **more: Any) -> Any:
    return said(
        key,
        "ceasn:Competency",
        ceasn_competencyText={"en": text},
        ceasn_codedNotation=code,
        ceasn_isPartOf=FRAME,
        **more,
    )


def _version(label: str, *statements: Any) -> None:
    frame = said("frame", "ceasn:CompetencyFramework", ceasn_name={"en": "Metal and glass"})
    assert (
        load(reading(frame, *statements, label=label, snapshot=True), "made", accept=True).outcome == "loaded"
    )


def _work(*keys: str, **more: Any) -> None:
    every = [
        said(key, "ceterms:Occupation", ceterms_name={"en": key.title()}, ceasn_skillEmbodied=[WELD])
        for key in keys
    ]
    program = said(
        "program",
        "ceterms:Certificate",
        ceterms_name={"en": "A program"},
        ceterms_teaches=[READ, BLOW, BRAZE],
    )
    former = [
        said(key, "ceterms:Certificate", ceterms_teaches=[READ], ceterms_supersededBy=newer)
        for key, newer in more.items()
    ]
    assert (
        load(reading(program, *every, *former, by="schools", snapshot=True), "made", accept=True).outcome
        == "loaded"
    )


@pytest.fixture(autouse=True)
def two_versions(db: None) -> None:
    _work("work", "old work", former=PROGRAM, ended=ctid("nowhere"))
    _version(
        "first",
        _statement("weld", "1", "Weld pipe."),
        _statement("read", "2", "Read plans."),
        _statement("blow", "3", "Blow glass."),
        _statement("braze", "4", "Braze.", ceterms_latestVersion=BRAZE_ANEW),
    )
    _version(
        "second",
        _statement("weld", "1", "Weld pipe and plate."),
        _statement("read anew", "2", "Read plans."),
        _statement("braze anew", "4.1", "Braze and solder."),
    )
    _work("work")


def test_what_became_of_each_is_told() -> None:
    found = following.followed([WELD, READ, BLOW, BRAZE, ctid("never")])
    told = {one.ctid: one for one in found.changed}
    assert {key: one.how for key, one in told.items()} == {
        WELD: How.REWORDED,
        READ: How.ANEW,
        BLOW: How.REMOVED,
        BRAZE: How.REPLACED,
        ctid("never"): How.UNKNOWN,
    }
    assert {key: one.now.ctid for key, one in told.items() if one.now} == {
        WELD: WELD,
        READ: READ_ANEW,
        BRAZE: BRAZE_ANEW,
    }
    assert {(one.before, one.after) for key, one in told.items() if key != ctid("never")} == {
        ("first", "second")
    }
    assert [piece.words for piece in told[WELD].pieces if piece.kind == "new"] == ["pipe and plate."]
    assert following.followed([READ_ANEW]).changed == ()


def test_what_was_replaced_twice_leads_to_what_stands() -> None:
    third = ctid("braze third")
    _version(
        "third",
        _statement("weld", "1", "Weld pipe and plate."),
        _statement("read anew", "2", "Read plans."),
        _statement("braze anew", "4.1", "Braze and solder.", ceterms_latestVersion=third),
        _statement("braze third", "5", "Join by heat."),
    )
    _version("fourth", _statement("braze third", "5", "Join by heat."))
    assert following.successors([BRAZE, BRAZE_ANEW]) == {BRAZE: third, BRAZE_ANEW: third}
    _version("fifth", _statement("weld", "1", "Weld.", ceterms_latestVersion=READ))
    _version("sixth", _statement("blow", "3", "Blow glass.", ceterms_latestVersion=WELD))
    assert WELD not in following.successors([WELD]), "what replaced it is gone too"


def test_a_link_of_before_answers_and_what_states_the_old_states_the_new() -> None:
    asked = questions.question([READ, BLOW, BRAZE])
    why = matches.why(asked, PROGRAM)
    assert (why.stated, why.lacking) == (3, ())
    assert {line.competency.ctid for line in why.covered} == {READ_ANEW, BLOW, BRAZE_ANEW}
    assert matches.why(questions.question([READ_ANEW]), PROGRAM).stated == 1
    found = matches.answer(asked)
    assert [one.thing.ctid for one in found.programs] == [PROGRAM]
    assert questions.address(found.question) == questions.address(asked), "its own link stays as it is"


def test_why_something_matches_follows_what_replaced_it() -> None:
    asked = questions.question([READ])
    why = matches.why(asked, ctid("former"))
    assert (why.thing.ctid, why.stated) == (PROGRAM, 1)
    assert [one.how for one in why.changed] == [How.REPLACED, How.ANEW]
    gone = Client().get(f"/match/{ctid('ended')}", {"competencies": READ})
    assert gone.status_code == 404
    assert "is gone" in gone.content.decode()


def test_pages_the_api_and_the_command_say_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"competencies": ",".join([WELD, READ, BLOW, BRAZE, ctid("never")])}
    for address in ("/match", f"/match/{PROGRAM}"):
        shown = unescape(Client().get(address, asked).content.decode())
        assert "“Blow glass.” is gone" in shown
        assert "another identifier" in shown
        assert "<ins>pipe and plate.</ins>" in shown
        assert f"{ctid('never')}. It is left out" in shown
        assert "Since: second" in shown
    changed = Client().get("/api/match", asked).json()["changed"]
    assert [one["how"] for one in changed] == [
        "unknown",
        "removed",
        "replaced",
        "identified anew",
        "reworded",
    ]
    assert Client().get(f"/api/match/{PROGRAM}", asked).json()["changed"] == changed
    assert run(["match", "--competency", READ, "--competency", BLOW]) == 0
    assert "Changed: Blow glass. (removed since second)." in capsys.readouterr().out
    assert run(["match", "--competency", BLOW, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"][0]["after"] == "second"


def test_work_that_is_gone_is_told_and_the_rest_is_answered() -> None:
    found = matches.answer(questions.question([WELD], [OLD_WORK, WORK]))
    assert [one.ctid for one in found.work] == [WORK]
    assert {one.ctid: one.how for one in found.changed}[OLD_WORK] == How.REMOVED
    alone = Client().get("/match", {"occupations": OLD_WORK})
    assert (alone.status_code, "“Old Work” is gone" in unescape(alone.content.decode())) == (200, True)
    assert Client().get("/match", {"occupations": ctid("never")}).status_code == 404
    assert Client().get("/match", {"occupations": PROGRAM}).status_code == 404
