"""Reports of waves and of several answers an initiative, for researchers and for everybody."""

from __future__ import annotations

import contextlib
import re
import zlib
from html import unescape

import pytest
from django.test import Client
from tests.surveys import making

from learnwork.accounts.models import User
from learnwork.surveys import printing, reports, responding, services
from learnwork.surveys.design import DesignError
from learnwork.surveys.errors import SurveyStateError
from learnwork.surveys.models import Invitation, Survey
from learnwork.surveys.reports import Asked
from learnwork.surveys.responding import Sent
from learnwork.surveys.tables import Mark, Table

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher() -> Client:
    client = Client()
    user = User.objects.create_user("ada", password="correct horse battery", role=User.Role.CURATOR)
    client.force_login(user)
    return client


def says(survey: Survey, initiative: str, consent: str = "public", **said: str) -> Invitation:
    invitation, _code = making.invite(survey, initiative)
    responding.consent(invitation, consent, publishes=False)
    sent = [Sent(key, "said", value) for key, value in said.items()]
    assert not responding.save(invitation.pk, 1, sent).refused
    return invitation


def end(survey: Survey) -> Survey:
    services.close(survey)
    services.publish(survey, public=True)
    return survey


def settings(survey: Survey, **more: object) -> services.Settings:
    former = survey.former.key if survey.former else ""
    said = {"title": services.title_of(survey), "smallest": survey.smallest, "former": former} | more
    return services.Settings(**said)  # type: ignore[arg-type]


def cells(table: Table | None, item: str) -> dict[str, object]:
    assert table is not None
    keys = [column.key for column in table.columns]
    rows: list[dict[str, object]] = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return next(row for row in rows if row["item"] == item)


def page(client: Client, survey: Survey, where: str) -> str:
    response = client.get(f"/surveys/{survey.key}/{where}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def two_waves(consents: tuple[str, ...], smallest: int = 0) -> tuple[Survey, Survey]:
    """Every initiative says no to federal funding at first, and yes in the second wave."""
    making.registry()
    waves: list[Survey] = []
    for said in ("no", "yes"):
        former = waves[-1].key if waves else ""
        wave = making.survey(title=f"Wave {said}", former=former, smallest=smallest)
        for name, consent in zip(making.NAMES, consents, strict=True):
            says(wave, name, consent, federal=said)
        waves.append(end(wave))
    return waves[0], waves[1]


def test_changes_between_waves_are_on_the_page(researcher: Client) -> None:
    first, second = two_waves(("public", "public", "public"))
    for client, where in ((researcher, "results"), (Client(), "report")):
        text = page(client, second, where)
        assert "What changed between the waves" in text
        assert "3 initiatives answered in both waves" in text
        assert "What changed between the waves" not in page(client, first, where)
    table = reports.build(second, Asked(), public=True).table("waves")
    assert cells(table, "federal")["gained"] == 3
    assert client.get(f"/surveys/{second.key}/report/waves.csv").status_code == 200


def test_the_public_sees_no_changes_of_a_wave_that_is_not_public(researcher: Client) -> None:
    first, second = two_waves(("public", "public", "public"))
    services.publish(first, public=False)
    assert "What changed between the waves" not in page(Client(), second, "report")
    assert "What changed between the waves" in page(researcher, second, "results")


def test_a_private_answer_of_the_wave_before_is_in_no_change() -> None:
    _first, second = two_waves(("public", "public", "private"))
    table = reports.build(second, Asked(), public=True).table("waves")
    assert cells(table, "federal")["gained"] == 2
    assert cells(reports.build(second, Asked(), public=False).table("waves"), "federal")["gained"] == 3


def test_the_change_of_the_only_unnamed_one_is_withheld() -> None:
    _first, second = two_waves(("public", "public", "aggregate"))
    row = cells(reports.build(second, Asked(), public=True).table("waves"), "federal")
    # Of three answers one is not named, so none of the item is named and nothing can be subtracted.
    assert {row["gained"], row["pairs"]} == {Mark.WITHHELD}


def test_a_promise_holds_for_both_waves() -> None:
    first, second = two_waves(("aggregate", "aggregate", "aggregate"), smallest=5)
    before = reports.build(first, Asked(), public=True)
    after = reports.build(second, Asked(), public=True)
    assert before.withheld
    assert after.waves is not None
    assert cells(after.table("waves"), "federal")["gained"] is Mark.WITHHELD
    assert cells(after.table("items"), "federal")["yes"] is Mark.WITHHELD


def test_no_wave_comes_before_itself() -> None:
    making.registry()
    first = making.survey(title="First")
    second = making.survey(title="Second", former=first.key)
    third = making.survey(title="Third", former=second.key)
    with pytest.raises(DesignError, match="comes after"):
        services.change(first, settings(first, former=third.key))
    first.refresh_from_db()
    assert first.former is None


def test_a_promise_is_not_narrowed_once_somebody_answered() -> None:
    making.registry()
    survey = making.survey(smallest=5)
    services.change(survey, settings(survey, smallest=3))
    says(survey, making.NAMES[0], federal="yes")
    with pytest.raises(SurveyStateError, match="promise"):
        services.change(survey, settings(survey, smallest=0))
    survey.refresh_from_db()
    services.change(survey, settings(survey, smallest=8))
    assert Survey.objects.get(pk=survey.pk).smallest == 8


def several(consents: tuple[str, str, str]) -> Survey:
    """Three people of one initiative, of whom one says no; another initiative has one."""
    making.registry()
    survey = making.survey(several=True)
    for consent, said in zip(consents, ("yes", "yes", "no"), strict=True):
        says(survey, making.NAMES[0], consent, many=said, federal=said)
    says(survey, making.NAMES[1], "public", many="no")
    return end(survey)


def test_several_answers_are_one_and_where_they_differed_is_told(researcher: Client) -> None:
    survey = several(("public", "public", "public"))
    live = page(researcher, survey, "results")
    assert "Where answers differed" in live
    assert "yes: 2, no: 1" in live
    assert "2 of 2 invited responded" in live
    report = reports.build(survey, Asked(), public=False)
    counts = report.found.results[0].counts
    assert (counts.yes, counts.no, counts.base) == (1, 1, 2)
    assert [one.label for one in report.study.respondents] == list(making.NAMES[:2])


def test_who_differed_is_not_for_everybody() -> None:
    survey = several(("public", "public", "public"))
    text = page(Client(), survey, "report")
    assert "Where answers differed" not in text
    assert "yes: 2" not in text
    assert Client().get(f"/surveys/{survey.key}/report/rulings.csv").status_code == 404


def test_a_private_answer_does_not_decide_for_the_public() -> None:
    """Two say yes in private, one says no for everybody: to the public the initiative says no."""
    survey = several(("private", "private", "public"))
    counts = reports.build(survey, Asked(), public=True).found.results[0].counts
    assert (counts.yes, counts.no) == (0, 2)
    assert reports.build(survey, Asked(), public=False).found.results[0].counts.yes == 1


def test_features_that_nearly_all_have_can_be_left_out_of_likeness() -> None:
    """All have federal funding; one of three has many partners."""
    making.registry()
    survey = making.survey()
    for name, many in zip(making.NAMES, ("yes", "no", "no"), strict=True):
        says(survey, name, federal="yes", many=many)
    end(survey)
    text = page(Client(), survey, "report")
    assert 'name="universal" value="0">' in text
    without = Client().get(f"/surveys/{survey.key}/report?universal=0")
    assert 'name="universal" value="0" checked>' in without.content.decode()
    assert "1 features that nearly all have are left out." in without.content.decode()
    assert "that nearly all have are left out" not in text
    assert Client().get(f"/surveys/{survey.key}/report/dendrogram_jaccard.svg?universal=0").status_code == 200


def test_the_print_is_tagged_and_in_the_language_of_the_survey() -> None:
    making.registry()
    survey = making.survey()
    for name in making.NAMES:
        says(survey, name, federal="yes", many="no")
    survey.draft = survey.draft | {"languages": ["es", "en"]}
    survey.title = {"en": "Mapping", "es": "Encuesta <de> #mapa"}
    survey.save()
    body, _kind = reports.file(reports.build(survey, Asked(), public=False), "report.pdf") or (b"", "")
    assert isinstance(body, bytes)
    inside = body + b"".join(inflated(body))
    assert b"/StructTreeRoot" in inside
    assert b"/Lang(es)" in inside.replace(b"/Lang (es)", b"/Lang(es)")
    assert b"pdfuaid" in inside


def inflated(body: bytes) -> list[bytes]:
    """The streams of a PDF, unpacked where they are packed."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", body, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(packed))
    return found


def test_a_report_of_many_prints_without_the_tables_that_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    making.registry()
    survey = making.survey()
    for name in making.NAMES:
        says(survey, name, federal="yes", many="no")
    report = reports.build(survey, Asked(), public=False)
    whole = printing.pdf(report)
    monkeypatch.setattr(printing, "MOST_ON_PAPER", 2)
    assert len(printing.pdf(report)) < len(whole)
