"""Matches end to end: the page, its address, the API and the command say the same, and nothing of a text is kept."""

from __future__ import annotations

import json
import threading
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.cli.app import run
from learnwork.competencies import knowing, matches, profiling, questions
from learnwork.competencies.profiling import Competency, Given
from learnwork.competencies.questions import NothingAskedError, UnknownAskedError
from learnwork.formats.model import Observed
from learnwork.intake.loading import load
from learnwork.registry.models import Envelope

pytestmark = pytest.mark.django_db
FIELD, WELDER, FITTER = ctid("metal field"), ctid("welder"), ctid("fitter")
WELD, READ = ctid("weld"), ctid("read plans")
STATING, EXPECTING = ctid("stating"), ctid("expecting")
TEXT = """Welder for the night shift
Seven years with pipe welding and ArcPlanner at Zanzibar Shipyard; reading of plans is asked for."""


def _competency(key: str, name: str) -> Any:
    return said(key, "ceasn:Competency", ceasn_competencyText={"en": name})


def _occupation(key: str, name: str, **more: Any) -> Any:
    return said(key, "ceterms:Occupation", ceterms_name={"en": name}, lw_broader=ctid("metal work"), **more)


def _program(key: str, **more: Any) -> Any:
    field = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": FIELD}
    return said(key, "ceterms:Certificate", ceterms_name={"en": key.title()}, **more) if "none" in key else said(
        key, "ceterms:Certificate", ceterms_name={"en": key.title()}, ceterms_instructionalProgramType=[field], **more
    )  # fmt: skip


def _world() -> None:
    items = [
        _competency("weld", "Pipe welding"),
        _competency("read plans", "Reading of plans"),
        said("metal work", "ceterms:Occupation", ceterms_name={"en": "Metal work"}),
        _occupation(
            "welder", "Welder", lw_technologySkills=["ArcPlanner"], lw_tasks=["Weld on night shift."]
        ),
        _occupation("fitter", "Pipe fitter"),
        said(
            "metal field",
            "lw:FieldOfStudy",
            ceterms_name={"en": "Metal"},
            ceterms_codedNotation="48.05",
            lw_leadsTo=[ctid("metal work")],
        ),
        _program("expecting"),
        _program("stating", ceterms_teaches=[READ]),
        _program("none"),
        *(
            Observed(who, measure, "2026-01", value, item=item)
            for who, item, importance, level in (
                (WELDER, WELD, 5.0, 4.0),
                (FITTER, WELD, 3.0, 3.0),
                (FITTER, READ, 4.0, 2.0),
            )
            for measure, value in (("onet.importance", importance), ("onet.level", level))
        ),
    ]
    load(reading(*items), "made")


@pytest.fixture(autouse=True)
def loaded(db: None) -> None:
    _world()


def page(address: str, status: int = 200, **form: str) -> str:
    client = Client()
    response = client.post(address, form) if form else client.get(address)
    assert response.status_code == status
    return unescape(response.content.decode())


def test_a_text_is_read_matched_and_forgotten() -> None:
    shown = page("/match", q=TEXT + "<script>alert(1)</script>")
    assert '<mark title="Pipe welding">pipe welding</mark>' in shown
    assert '<th scope="row">pipe welding</th>' in shown, "each with how sure it is"
    assert "Metal" in shown
    assert (
        "<script>alert(1)"
        not in Client().post("/match", {"q": TEXT + "<script>alert(1)</script>"}).content.decode()
    )
    link = shown.split('<a href="/match?')[1].split('"')[0]
    assert "Zanzibar" not in link
    assert "Zanzibar" not in page(f"/match?{link}")
    assert not Envelope.objects.filter(body__contains="Zanzibar").exists()


def test_the_form_makes_the_reader_ready() -> None:
    page("/match", q="welder")
    knowing.forget()
    questions._readers.clear()
    page("/match")
    for one in threading.enumerate():
        if one.name == questions.READYING:
            one.join()
    assert list(questions._readers) == [knowing.known().state]
    reader = questions._reader(knowing.known())
    questions.make_ready()
    assert questions._reader(knowing.known()) is reader


def test_a_title_is_enough() -> None:
    shown = page("/match", q="welder")
    assert "by the title “welder”" in shown
    assert f"occupations={WELDER}" in shown
    answer = Client().get("/api/match", {"text": "Pipe fitter"}).json()
    assert [(one["ctid"], one["title"], one["taken"]) for one in answer["titled"]] == [
        (FITTER, "Pipe fitter", True)
    ]
    assert [one["ctid"] for one in answer["work"]] == [FITTER]


def test_a_title_of_many_occupations_is_asked_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cooks = [
        _occupation(f"cook {n}", f"Cooks, {n}", ceterms_alternateName=["Cook"], lw_technologySkills=["Stove"])
        for n in range(8)
    ]
    load(reading(*cooks, by="kitchens"), "made")
    shown = page("/match", 400, q="cook")
    assert "is a title of many occupations" in shown
    assert shown.count("/match?occupations=") == 8
    assert Client().get("/api/match", {"text": "cook"}).json()["titled"][0]["taken"] is False
    (tmp_path / "job.txt").write_text("cook")
    assert run(["match", str(tmp_path / "job.txt")]) == 1
    assert "Cooks, 7" in capsys.readouterr().err


def test_what_is_expected_is_marked_and_what_is_stated_is_not() -> None:
    asked = questions.question([WELD, READ])
    derived = matches.why(asked, EXPECTING)
    assert (derived.stated, derived.expected, derived.seldom, derived.derived) == (0, 2, 0, True)
    assert (derived.through, derived.behind) == (1, 2)
    stating = matches.why(asked, STATING)
    assert (stating.stated, stating.expected) == (1, 1)
    assert {one.competency.ctid: one.level for one in derived.covered}[WELD] == (3.0, 3.5, 4.0)
    why = page(f"/match/{EXPECTING}?{questions.address(asked)}")
    assert "expected, asked by 2 of 2 occupations" in " ".join(why.split())
    assert "stated by the credential" not in why
    assert "A level alone makes nothing equivalent" in why


def test_an_occupation_asks_and_is_not_its_own_answer() -> None:
    found = matches.answer(questions.question([], [WELDER]))
    assert [one.thing.ctid for one in found.occupations] == [FITTER]
    assert found.programs[0].leads_to[0].ctid == WELDER
    assert found.compared == (2, 2)
    assert all("None" not in one.thing.name for one in found.programs)


def test_strange_questions_get_a_sentence() -> None:
    for address, status in (
        ("/match?competencies=ce-1", 404),
        (f"/match?competencies={ctid('nowhere')}", 404),
        ("/match?occupations=%3Cscript%3E", 404),
        (f"/match?occupations={ctid('none')}", 404),
        (f"/match/{ctid('none')}?competencies={WELD}", 404),
        (f"/match/{EXPECTING}", 400),
        (f"/match?show=99999&competencies={WELD}", 200),
        ("/match", 200),
    ):
        page(address, status)
    for text in ("x" * 100_000, "Nada de esto se conoce aquí", "🙂"):
        assert 'role="alert"' in page("/match", 400, q=text)


def test_a_question_is_of_identifiers() -> None:
    with pytest.raises(NothingAskedError):
        questions.question(["", " "])
    with pytest.raises(UnknownAskedError):
        questions.question([ctid(str(n)) for n in range(101)])
    asked = questions.question([WELD, WELD.upper(), READ], held=True)
    assert asked.competencies == (WELD, READ)
    assert questions.address(asked).endswith("have=1")


def test_what_is_expected_has_a_page_and_the_resource_leads_there() -> None:
    assert f"/resources/{EXPECTING}/expected" in page(f"/resources/{EXPECTING}")
    shown = " ".join(page(f"/resources/{EXPECTING}/expected").split())
    assert "It states no competency itself. 3 are to be expected." in shown
    assert "expected, asked by 2 of 2 occupations" in shown
    assert "1 competency is stated." in page(f"/resources/{STATING}/expected")
    assert f"/match?occupations={WELDER}" in page(f"/resources/{WELDER}")
    assert f"/match?competencies={WELD}" in page(f"/resources/{WELD}")
    page(f"/resources/{ctid('nowhere')}/expected", 404)


def test_the_api_and_the_command_say_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = {"competencies": f"{WELD},{READ}"}
    answer = Client().get("/api/match", asked).json()
    assert [one["name"] for one in answer["programs"]] == ["Stating", "Metal"]
    assert [one["how"] for one in answer["programs"][1]["covered"]] == ["expected", "expected"]
    assert run(["match", "--competency", WELD, "--competency", READ, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == answer
    why = Client().get(f"/api/match/{EXPECTING}", asked).json()
    assert [one["level"]["median"] for one in why["covered"]] == [3.5, 2.0]
    (tmp_path / "job.txt").write_text(TEXT)
    assert run(["match", str(tmp_path / "job.txt")]) == 0
    assert "Pipe welding" in capsys.readouterr().out
    (tmp_path / "empty.txt").write_text("Nada")
    assert run(["match", str(tmp_path / "empty.txt")]) == 1
    assert "recognised in this text" in capsys.readouterr().err
    compared = Client().get("/api/compare", {"ids": f"{STATING},{EXPECTING}"}).json()["competencies"]
    assert {row["name"]: row["has"] for row in compared["rows"]} == {
        "Pipe welding": 2,
        "Reading of plans": 2,
        "ArcPlanner": 2,
    }
    assert run(["compare", STATING, EXPECTING]) == 0
    assert "expected (2 of 2)" in capsys.readouterr().out


def test_a_rating_is_no_answer_of_before() -> None:
    address = f"/api/match/{STATING}?competencies={WELD}"
    before = Client().get(address)
    assert before.json()["covered"][0]["profile"] is None
    rater = User.objects.create_user("alice", role=User.Role.CURATOR)
    profiling.rate(STATING, Given(Competency(WELD, "Pipe welding"), {"knowledge": 3}), rater=rater)
    after = Client().get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json()["covered"][0]["profile"]["knowledge"] == 3
