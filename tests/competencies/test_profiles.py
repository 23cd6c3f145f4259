"""Profiles end to end: form, sheet, command and API say the same, and nothing that was rated is lost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.made import ctid
from tests.web import world

from learnwork.accounts.models import User
from learnwork.competencies import profile_loading, profiling, rating_sheets, rubric
from learnwork.competencies.models.profiles import CompetencyRating
from learnwork.competencies.profiling import Competency, Given

pytestmark = pytest.mark.django_db
WELDING = ctid("welding")
JOIN = Competency(profiling.key_of("Join steel plates"), "Join steel plates")


@pytest.fixture
def alice() -> User:
    world.load()
    return User.objects.create_user("alice", password="a long password", role=User.Role.CURATOR)


@pytest.fixture
def desk(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def test_a_rating_is_superseded_and_stays(alice: User) -> None:
    assert profiling.rate(WELDING, Given(JOIN, {"knowledge": 3}), rater=alice)
    assert not profiling.rate(WELDING, Given(JOIN, {"knowledge": 3}), rater=alice)
    assert profiling.rate(WELDING, Given(JOIN, {"knowledge": 5, "social": None}, "It plans."), rater=alice)
    found = profiling.of(WELDING)
    assert [one.levels for one in found.lines[-1].ratings] == [{"knowledge": 5, "social": None}]
    assert [one.levels for one in profiling.former(WELDING)] == [{"knowledge": 3}]
    assert found.pattern
    assert found.pattern.columns["knowledge"].median == 5


def test_a_rating_without_levels_takes_the_former_back(alice: User) -> None:
    profiling.rate(WELDING, Given(JOIN, {"knowledge": 3}), rater=alice)
    assert profiling.rate(WELDING, Given(JOIN, {}), rater=alice)
    assert profiling.of(WELDING).pattern is None
    assert CompetencyRating.objects.count() == 1


def test_a_form_is_filled_and_the_page_shows_its_base(desk: Client) -> None:
    page = desk.get(f"/resources/{WELDING}/profile/rate?statement=Join+steel+plates").content.decode()
    assert page.count('value="8"') == 4
    assert "To read, not to follow" in page
    answer = desk.post(
        f"/resources/{WELDING}/profile/rate",
        {
            "statement": JOIN.text,
            "knowledge": "3",
            "specialized": "4",
            "social": "n/a",
            "personal": "",
            "rationale": "<b>x</b>",
        },
    )
    assert answer.status_code == 302
    page = desk.get(f"/resources/{WELDING}/profile").content.decode()
    assert "1 competency rated" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
    assert "This is our paraphrase" in page
    assert "are not equivalent" in page
    section = Client().get(f"/resources/{WELDING}").content.decode()
    assert "At what level?" in section
    assert f"/resources/{WELDING}/profile" in section
    assert "At what level?" not in Client().get(f"/resources/{ctid('intro')}").content.decode()


@pytest.mark.parametrize("level", ["9", "2.5", "0", "five"])
def test_a_level_that_is_none_is_refused(desk: Client, level: str) -> None:
    answer = desk.post(f"/resources/{WELDING}/profile/rate", {"statement": "Join", "knowledge": level})
    assert answer.status_code == 400
    assert "whole number from 1 to 8" in answer.content.decode()
    assert not CompetencyRating.objects.exists()


def test_only_curators_rate(alice: User) -> None:
    assert Client().get(f"/resources/{WELDING}/profile/rate").status_code == 302
    other = Client()
    other.force_login(User.objects.create_user("bob", password="a long password"))
    assert (
        other.post(f"/resources/{WELDING}/profile/rate", {"statement": "x", "knowledge": "1"}).status_code
        == 403
    )
    assert Client().get("/resources/ce-00000000-0000-0000-0000-000000000000/profile").status_code == 404


def test_a_sheet_is_tried_then_loaded_and_comes_out_the_same(
    alice: User, desk: Client, tmp_path: Path
) -> None:
    profiling.rate(WELDING, Given(JOIN, {"knowledge": 2}), rater=alice)
    sheet = tmp_path / "filled.csv"
    sheet.write_text(
        "credential,competency,statement,rater,rated_on,knowledge,specialized,personal,social,rationale,evidence,status\n"
        f"{WELDING},,Join steel plates,carol,2026-05-01,3,n/a,,4,It says so,https://example.org/s,agreed\n"
        f"{WELDING},,Join steel plates,carol,2026-05-02,4,,,,twice,,\n"
        f"{WELDING},,Read drawings,,,5,,,,'=1+1,,\n"
        f"{WELDING},,Cut,,,9,,,,,,\n"
        f"{ctid('intro')},,Cut,,,2,,,,,,\n"
        f"{WELDING},,Never rated,,,,,,,,,\n"
    )
    with sheet.open("rb") as file:
        page = desk.post(f"/resources/{WELDING}/profile/load", {"file": file, "do": "try"}).content.decode()
    assert "2 ratings would be kept" in page
    assert CompetencyRating.objects.count() == 1
    assert "row 3" in page
    assert "row 5" in page
    assert "another credential" in page
    rows, issues = rating_sheets.read(sheet)
    assert [one.code for one in issues] == ["rated-twice", "rating-refused"]
    report = profile_loading.load(rows, credential=WELDING, rater=alice)
    assert (report.kept, report.same, len(report.issues)) == (2, 0, 1)
    found = profiling.of(WELDING)
    assert found.raters == ("alice", "carol")
    assert found.agreement["knowledge"].within_one == 1
    written = rating_sheets.write(profile_loading.rows(found))
    assert "'=1+1" in written
    assert "2026-05-01" in written
    again = tmp_path / "again.csv"
    again.write_text(written)
    rows, issues = rating_sheets.read(again)
    assert not issues
    same = profile_loading.load(rows, credential=WELDING, rater=alice)
    assert (same.kept, same.same) == (0, 3)


def test_nobody_rates_in_the_name_of_another_account(alice: User) -> None:
    profiling.rate(WELDING, Given(JOIN, {"knowledge": 3}), rater=alice)
    dan = User.objects.create_user("dan", password="a long password", role=User.Role.CURATOR)
    row = rating_sheets.Row(1, WELDING, "", JOIN.text, "alice", None, {"knowledge": 8}, "", "", "")
    report = profile_loading.load([row], rater=dan)
    assert (report.kept, [one.code for one in report.issues]) == (0, ["rating-refused"])
    assert profiling.of(WELDING).lines[0].agreed["knowledge"] == 3


def test_api_and_page_say_the_same(alice: User) -> None:
    for name, level in (("alice", 3), ("bob", 4)):
        profiling.rate(WELDING, Given(JOIN, {"knowledge": level}), rater=None, name=name, on=date(2026, 5, 1))
    answer = Client().get(f"/api/resources/{WELDING}/profile")
    said = json.loads(answer.content)
    assert said["pattern"][0]["median"] == 3.5
    assert said["pattern"][0]["n"] == 1
    assert said["agreement"][0] == {
        "column": "knowledge",
        "units": 1,
        "pairs": 1,
        "exact": 0,
        "within_one": 1,
        "alpha": said["agreement"][0]["alpha"],
    }
    assert "3.5" in Client().get(f"/resources/{WELDING}/profile").content.decode()
    tag = answer["ETag"]
    assert (
        Client().get(f"/api/resources/{WELDING}/profile", headers={"If-None-Match": tag}).status_code == 304
    )
    profiling.rate(WELDING, Given(JOIN, {"knowledge": 8}), rater=None, name="bob")
    assert (
        Client().get(f"/api/resources/{WELDING}/profile", headers={"If-None-Match": tag}).status_code == 200
    )


def test_the_official_wording_takes_the_place_of_ours(alice: User) -> None:
    said = {
        "title": "A rubric",
        "publisher": "Its publisher",
        "version": "2",
        "source": "https://example.org/rubric",
        "levels": {
            level: dict.fromkeys(("knowledge", "specialized", "personal", "social"), f"Official {level}.")
            for level in range(1, 9)
        },
    }
    assert "General facts" in Client().get(f"/resources/{WELDING}/profile").content.decode()
    profiling.load_wording(said)
    profiling.load_wording(said)
    page = Client().get(f"/resources/{WELDING}/profile").content.decode()
    assert "Official 8." in page
    assert "General facts" not in page
    assert "our paraphrase" not in page
    del said["levels"][8]["social"]  # type: ignore[index]
    with pytest.raises(rubric.RubricError, match="Level 8 says nothing of social"):
        profiling.load_wording(said)


def test_the_template_prints_a_row_for_each(alice: User) -> None:
    profiling.rate(WELDING, Given(JOIN, {"knowledge": 3}), rater=alice)
    page = Client().get(f"/resources/{WELDING}/profile/template").content.decode()
    assert "Join steel plates" in page
    assert "carry" not in page
    text = Client().get(f"/resources/{WELDING}/profile.csv?template").content.decode()
    assert text.splitlines()[1].startswith(f"{WELDING},,Join steel plates,,,,,,,")
