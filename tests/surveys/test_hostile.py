"""Bad input: stolen seats, scripts in answers, keys that must not leak, strangers at the door."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from tests.surveys import making

from learnwork.accounts.models import User
from learnwork.surveys import invitations, responding
from learnwork.surveys.models import Answer, Invitation, Survey
from learnwork.surveys.responding import Sent

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert('“x”')</script>{{ 7|add:7 }}"


@pytest.fixture
def survey() -> Survey:
    making.registry()
    return making.survey()


def somebody(name: str, role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name, password="correct horse battery", role=role))
    return client


def pages_of(survey: Survey) -> list[str]:
    rest = (
        "work",
        "settings",
        "design",
        "design/items",
        "preview",
        "respondents",
        "respondents/choose",
        "results",
    )
    return [f"/surveys/{survey.key}/{one}" for one in (*rest, "results/wide.csv", "versions/1")]


def test_strangers_are_asked_to_sign_in_and_others_refused(survey: Survey) -> None:
    nobody, reader = Client(), somebody("reader", "")
    for page in [*pages_of(survey), "/surveys/new", "/studies/new"]:
        assert nobody.get(page)["Location"].startswith("/accounts/sign-in"), page
        assert reader.get(page).status_code == 403, page
    for page in ("act", "design/change", "respondents/send"):
        assert nobody.post(f"/surveys/{survey.key}/{page}").status_code == 302
        assert reader.post(f"/surveys/{survey.key}/{page}").status_code == 403


def test_a_survey_is_its_owners(survey: Survey) -> None:
    survey.owner = User.objects.create_user("ada", role=User.Role.CURATOR)
    survey.save()
    other, chief = somebody("bob", User.Role.CURATOR), somebody("chief", User.Role.ADMINISTRATOR)
    for page in pages_of(survey):
        assert other.get(page).status_code == 403, page
        assert chief.get(page).status_code == 200, page
    assert survey.key not in other.get("/surveys").content.decode()


class TestSeats:
    def test_no_page_of_a_respondent_opens_without_a_seat(self, survey: Survey) -> None:
        invitation, _code = making.invite(survey)
        for rest in ("", "/pages/1", "/receipt", "/answers.json", "/decline", "/erase"):
            response = Client().get(f"/answer/{invitation.pk}{rest}")
            assert response.status_code == 403, rest
            assert "Badge Bridge" not in response.content.decode()
        for rest in ("", "/pages/1", "/save", "/receipt", "/decline", "/erase", "/language"):
            assert Client().post(f"/answer/{invitation.pk}{rest}").status_code == 403, rest

    def test_one_seat_is_not_another(self, survey: Survey) -> None:
        mine, code = making.invite(survey, making.NAMES[0])
        other, _code = making.invite(survey, making.NAMES[1])
        client = making.seated(mine, code)
        cookie = client.cookies["answer"]
        assert cookie["path"] == f"/answer/{mine.pk}"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        stolen = Client()
        stolen.cookies["answer"] = cookie.value
        assert stolen.get(f"/answer/{other.pk}").status_code == 403
        assert stolen.get(f"/answer/{mine.pk}").status_code == 200

    @pytest.mark.parametrize(
        "value",
        ["", "x", "W10:1:2", signing.dumps([1, 1]), signing.dumps("x", salt="learnwork.surveys.seat")],
        ids=["nothing", "a letter", "three parts", "of another room", "of another content"],
    )
    def test_a_forged_seat(self, survey: Survey, value: str) -> None:
        invitation, _code = making.invite(survey)
        client = Client()
        client.cookies["answer"] = value
        assert client.get(f"/answer/{invitation.pk}").status_code == 403

    def test_a_withdrawn_link_ends_its_seats(self, survey: Survey) -> None:
        invitation, code = making.invite(survey)
        client = making.seated(invitation, code)
        invitations.withdraw_keys(invitation)
        assert client.get(f"/answer/{invitation.pk}/pages/1").status_code == 403

    def test_saving_needs_the_forms_own_token(self, survey: Survey) -> None:
        invitation, code = making.invite(survey)
        client = making.seated(invitation, code, Client(enforce_csrf_checks=False))
        client.handler.enforce_csrf_checks = True
        sent = {"version": "1", "s-many": "yes", "w-many": "", "r-many": "0"}
        assert client.post(f"/answer/{invitation.pk}/save", sent).status_code == 403
        assert not Answer.objects.exists()


class TestNothingLeaks:
    def test_a_key_is_in_no_log_no_address_no_table_and_no_file(
        self, survey: Survey, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        invitation, code = making.invite(survey, email="lee@example.org")
        client = making.seated(invitation, code)
        for rest in ("", "/pages/1", "/receipt"):
            response = client.get(f"/answer/{invitation.pk}{rest}")
            assert response["Cache-Control"].startswith("max-age=0")
            assert "no-store" in response["Cache-Control"]
            assert code not in response.content.decode()
        for plain in (code, invitations.normal(code)):
            assert plain not in caplog.text
            assert plain not in client.cookies.output()
            for table in connection.introspection.table_names():
                if table.startswith(("surveys_", "django_session")):
                    with connection.cursor() as cursor:
                        cursor.execute(f"SELECT * FROM {table}")
                        assert plain not in str(cursor.fetchall()), table
            for path in Path(settings.DATA).rglob("*.log"):
                assert plain not in path.read_text()

    def test_a_key_in_an_error_report_is_stars(
        self, survey: Survey, rf: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.test import RequestFactory
        from django.views.debug import SafeExceptionReporterFilter

        from learnwork.surveys import answer_pages

        _invitation, code = making.invite(survey)
        request = RequestFactory().post("/answer", {"code": code})

        def broken(_code: str) -> None:
            raise RuntimeError("the database is gone")

        monkeypatch.setattr(invitations, "by_code", broken)
        with pytest.raises(RuntimeError):
            answer_pages.enter(request)
        reported = SafeExceptionReporterFilter().get_post_parameters(request)
        assert code not in str(dict(reported))

    def test_the_page_of_the_link_sends_no_code_in_its_address(self, survey: Survey) -> None:
        page = Client().get("/answer").content.decode()
        assert 'method="post"' in page
        script = Path("src/learnwork/surveys/static/surveys/enter.js").read_text()
        assert "replaceState" in script


def test_scripts_in_answers_and_questions_are_words(survey: Survey) -> None:
    researcher = somebody("ada", User.Role.CURATOR)
    invitation, code = making.invite(survey, name=SCRIPT)
    client = making.seated(invitation, code)
    responding.save(invitation.pk, 1, [Sent("note", "said", SCRIPT)])
    invitations.decline(invitation, SCRIPT)
    features = [{**one, "label": SCRIPT, "help": SCRIPT} for one in making.DESIGN["features"]]
    survey.draft = {**making.DESIGN, "features": features}
    survey.title = survey.intro = {"en": SCRIPT}
    survey.save()
    researcher.post(f"/surveys/{survey.key}/act", {"do": "freeze"})
    pages = [
        *pages_of(survey),
        f"/surveys/{survey.key}/respondents/{invitation.pk}",
        f"/surveys/{survey.key}/report",
    ]
    own = [f"/answer/{invitation.pk}{rest}" for rest in ("", "/pages/1", "/pages/2", "/receipt")]
    for who, page in [*((researcher, one) for one in pages), *((client, one) for one in own)]:
        response = who.get(page)
        assert response.status_code == 200, page
        assert "<script>alert" not in response.content.decode() or page.endswith(".csv"), page
        assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("number", ["0", "-1", "99", "9" * 30, "x", "", "1.5"])
def test_a_version_that_there_is_not(survey: Survey, number: str) -> None:
    invitation, code = making.invite(survey)
    client = making.seated(invitation, code)
    response = client.post(
        f"/answer/{invitation.pk}/save", {"version": number, "s-many": "yes", "w-many": ""}
    )
    assert response.status_code == 400
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"s-many": "perhaps", "w-many": ""},
        {"c-many": "everybody", "s-many": "yes", "w-many": ""},
        {"v-which": ["mars"], "w-which": ""},
        {"v-note": "x" * 10_001, "w-note": ""},
        {"s-many": "yes", "r-many": "9" * 40, "w-many": "w" * 5000},
        {"s-nothing": "yes", "w-nothing": ""},
    ],
)
def test_answers_that_no_form_sends(survey: Survey, more: dict[str, str]) -> None:
    invitation, code = making.invite(survey)
    client = making.seated(invitation, code)
    response = client.post(f"/answer/{invitation.pk}/save", {"version": "1", **more})
    assert response.status_code == 200
    assert Answer.objects.count() <= 1


def test_pages_that_there_are_not_lead_to_the_beginning(survey: Survey) -> None:
    invitation, code = making.invite(survey)
    client = making.seated(invitation, code)
    for number in (0, 3, 10**9):
        response = client.get(f"/answer/{invitation.pk}/pages/{number}")
        assert response["Location"] == f"/answer/{invitation.pk}"


def test_a_draft_that_somebody_else_changed_is_not_overwritten(survey: Survey) -> None:
    researcher = somebody("ada", User.Role.CURATOR)
    at = f"/surveys/{survey.key}/design/change"
    first = {"do": "category", "name": "Data", "revision": survey.revision}
    assert researcher.post(at, first).status_code == 302
    said = researcher.post(at, first | {"name": "Other"}, follow=True).content.decode()
    assert "Somebody changed the questions" in said
    survey.refresh_from_db()
    assert [one["id"] for one in survey.draft["categories"]] == ["partners", "money", "data"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.exe", b"MZ"), ("f.yaml", b"\xff\xfe\x00"), ("f.csv", b""), ("../../f.yaml", b"features: [")],
)
def test_files_that_are_no_design_change_nothing(survey: Survey, name: str, content: bytes) -> None:
    researcher = somebody("ada", User.Role.CURATOR)
    data = {"do": "import", "revision": survey.revision, "file": SimpleUploadedFile(name, content or b" ")}
    response = researcher.post(f"/surveys/{survey.key}/design/change", data)
    assert response.status_code == 302
    survey.refresh_from_db()
    assert len(survey.draft["features"]) == 8


def test_an_unknown_survey_is_not_found() -> None:
    for page in (
        "/surveys/none",
        "/surveys/none/report",
        "/surveys/none/report/wide.csv",
        "/studies/none",
        "/studies/none/x.csv",
    ):
        assert Client().get(page).status_code == 404, page
    assert somebody("ada", User.Role.CURATOR).get("/surveys/none/work").status_code == 404


def test_an_entry_that_left_the_registry_breaks_nothing(survey: Survey) -> None:
    invitation, code = making.invite(survey)
    Invitation.objects.filter(pk=invitation.pk).update(ctid="ce-00000000-0000-4000-8000-000000000000")
    client = making.seated(invitation, code)
    assert client.get(f"/answer/{invitation.pk}/pages/2").status_code == 200
    assert client.get(f"/answer/{invitation.pk}/receipt").status_code == 200
