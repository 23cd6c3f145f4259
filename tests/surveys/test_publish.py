"""Reports: page and files say the same, consent and small groups hold in all of them, studies known by percentages."""

from __future__ import annotations

import csv
import io
from html import unescape
from pathlib import Path
from re import DOTALL, findall, search, sub

import pytest
from django.test import Client
from tests.surveys import making

from learnwork.accounts.models import User
from learnwork.surveys import dataset, reports, responding, services, sheets, studies
from learnwork.surveys.analysis import analyse
from learnwork.surveys.models import Invitation, Survey
from learnwork.surveys.reports import Asked
from learnwork.surveys.responding import Sent

pytestmark = pytest.mark.django_db


def answer(invitation: Invitation, consent: str = "", **said: str) -> None:
    sent = [Sent(key, "said", value, consent) for key, value in said.items()]
    outcome = responding.save(invitation.pk, 1, sent)
    assert not outcome.refused


@pytest.fixture
def made() -> Survey:
    """Three respondents: one public, one for totals, one private."""
    making.registry()
    survey = making.survey()
    for name, consent in zip(making.NAMES, ("public", "aggregate", "private"), strict=True):
        invitation, _code = making.invite(survey, name)
        responding.consent(invitation, consent, publishes=False)
        answer(
            invitation, many="yes", federal="no" if name == "Data Dock" else "yes", note=f"=SECRET of {name}"
        )
    return survey


@pytest.fixture
def researcher() -> Client:
    client = Client()
    client.force_login(
        User.objects.create_user("ada", password="correct horse battery", role=User.Role.CURATOR)
    )
    return client


def tables_of(page: str) -> dict[str, list[list[str]]]:
    """Key → rows of words, as a reader sees them."""
    found = {}
    for section in page.split('<div class="table-section">')[1:]:
        key = findall(r'<h2 id="t-([a-z_]+)">', section)[0]
        body = "".join(findall(r"<tbody>(.*?)</tbody>", section, DOTALL))
        rows = findall(r"<tr>(.*?)</tr>", body, DOTALL)
        cells = [findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, DOTALL) for row in rows]
        found[key] = [[unescape(sub(r"<[^>]*>", "", cell)) for cell in row] for row in cells]
    return found


def rows_of(text: str) -> list[list[str]]:
    """The cells of a CSV; keys of items stand in the file only."""
    head, *rows = csv.reader(io.StringIO(text))
    return [row["label" in head and head[0] == "item" :] for row in rows]


def test_page_and_csv_show_the_same_to_the_last_digit(made: Survey, researcher: Client) -> None:
    for where in ("results", "report"):
        page = researcher.get(f"/surveys/{made.key}/{where}?intervals=1&most=2/3").content.decode()
        shown = tables_of(page)
        assert {"response", "most_common", "least_common", "categories", "items", "summaries"} <= set(shown)
        assert ("grid" in shown) == (where == "results"), "nothing may be named"
        for key, rows in shown.items():
            file = researcher.get(f"/surveys/{made.key}/{where}/{key}.csv?intervals=1&most=2/3")
            assert file.status_code == 200
            assert rows_of(file.content.decode()) == rows, key
        document = researcher.get(f"/surveys/{made.key}/{where}/report.json?most=2/3").json()
        assert {table["key"] for table in document["tables"]} >= set(shown)


def test_private_answers_are_in_nothing_that_is_published(made: Survey) -> None:
    services.close(made)
    services.publish(made, public=True)
    client = Client()
    page = client.get(f"/surveys/{made.key}/report").content.decode()
    items = {row[0]: row for row in tables_of(page)["items"]}
    assert items["Funded by the federal government"][2:5] == ["2", "0", "2"], (
        "yes, no, base: the private “no” is not counted"
    )
    texts = [page]
    for name in (
        "wide.csv",
        "long.csv",
        "answers.json",
        "report.json",
        "codebook.csv",
        "items.csv",
        "grid.csv",
    ):
        response = client.get(f"/surveys/{made.key}/report/{name}")
        if response.status_code == 200:
            texts.append(response.content.decode())
    for text in texts:
        assert "SECRET of Data Dock" not in text
        assert "SECRET of Credit Commons" not in text, "for totals only"
        assert "Credit Commons" not in text
        assert "Data Dock" not in text


def test_what_was_not_asked_tells_no_private_answer() -> None:
    """That a question does not apply, or was answered, tells the answer that it hangs on."""
    making.registry()
    survey = making.survey()
    for name, said in zip(making.NAMES, ("no", "yes", "yes"), strict=True):
        invitation, _code = making.invite(survey, name)
        responding.consent(invitation, "public", publishes=False)
        sent = [Sent("many", "said", said, "private"), Sent("federal", "said", "yes")]
        if said == "yes":
            sent.append(Sent("which", "said", ["states"], "public"))
        responding.save(invitation.pk, 1, sent)
    report = reports.build(survey, Asked(), public=True)
    long = sheets.write_long(report.named)
    assert "does not apply" not in long
    assert "States" not in long
    summary = next(one for one in report.found.summaries if one.item.key == "which")
    assert (summary.counts.base, summary.counts.does_not_apply) == (0, 0)
    live = reports.build(survey, Asked(), public=False)
    counts = next(one for one in live.found.summaries if one.item.key == "which").counts
    assert (counts.base, counts.does_not_apply) == (2, 1)


def test_one_unnamed_answer_does_not_follow_from_the_totals(made: Survey) -> None:
    """Two counted, one of them named: the other would be the difference."""
    report = reports.build(made, Asked(), public=True)
    assert report.found.results[0].counts.base == 2
    assert not report.named.respondents
    for invitation in made.invitations.all():
        responding.consent(invitation, "public", publishes=False)
    report = reports.build(made, Asked(), public=True)
    assert [one.name for one in report.named.respondents] == list(making.NAMES)


def test_small_groups_are_withheld_where_it_was_promised(made: Survey) -> None:
    made.smallest = 5
    made.save()
    report = reports.build(made, Asked(), public=True)
    table = report.table("items")
    assert table is not None
    row = next(row for row in table.texts() if row[0] == "many")
    assert row[3] == "withheld (small group)"
    live = reports.build(made, Asked(), public=False).table("items")
    assert live is not None
    assert next(row for row in live.texts() if row[0] == "many")[3] == "3"


def test_the_export_comes_back_to_the_same_tables(made: Survey, tmp_path: Path) -> None:
    study = dataset.study(made)
    (tmp_path / "long.csv").write_text(sheets.write_long(study))
    (tmp_path / "codebook.csv").write_text(sheets.write_codebook(study))
    again = sheets.read_study(tmp_path / "long.csv", tmp_path / "codebook.csv")
    assert analyse(again).results == analyse(study).results
    assert "'=SECRET" in sheets.write_long(study), "formulas are defused"


def test_a_report_is_public_only_after_the_end(made: Survey, researcher: Client) -> None:
    assert Client().get(f"/surveys/{made.key}/report").status_code == 404
    assert Client().get(f"/surveys/{made.key}").status_code == 404
    said = researcher.post(f"/surveys/{made.key}/act", {"do": "publish"}, follow=True).content.decode()
    assert "The survey is not closed yet" in said
    researcher.post(f"/surveys/{made.key}/act", {"do": "close"})
    researcher.post(f"/surveys/{made.key}/act", {"do": "publish"})
    assert Client().get(f"/surveys/{made.key}/report").status_code == 200
    assert Client().get(f"/surveys/{made.key}")["Location"].endswith("/report")
    assert made.key in Client().get("/surveys").content.decode()
    assert Client().get(f"/surveys/{made.key}/results").status_code == 302, "to sign in"
    researcher.post(f"/surveys/{made.key}/act", {"do": "open"})
    assert Client().get(f"/surveys/{made.key}/report").status_code == 404


def test_the_report_prints(made: Survey) -> None:
    body, kind = reports.file(reports.build(made, Asked(intervals=True), public=False), "report.pdf") or (
        "",
        "",
    )
    assert kind == "application/pdf"
    assert isinstance(body, bytes)
    assert body.startswith(b"%PDF-")
    assert len(body) > 10_000


def test_limits_that_make_no_bands_are_refused_in_words(made: Survey, researcher: Client) -> None:
    response = researcher.get(f"/surveys/{made.key}/results?most=1/4&least=1/2")
    assert response.status_code == 400
    assert "make no bands" in response.content.decode()
    assert researcher.get(f"/surveys/{made.key}/results?most=plenty").status_code == 400


@pytest.mark.big
def test_the_published_study_is_shown_with_what_was_inferred(shared_data: Path) -> None:
    row = studies.load_demonstration(shared_data / "ecosystem")
    assert row is not None
    client = Client()
    page = client.get(f"/studies/{row.key}").content.decode()
    words = " ".join(sub(r"<[^>]*>", " ", page).split())
    assert "43 of the 44 printed percentages fit 12 answers." in words
    assert "The study states 11, which only 5 fit." in words
    shown = tables_of(page)
    assert len(shown["most_common"]) == 20
    assert len(shown["least_common"]) == 24
    irb = next(row for row in shown["published"] if "(IRB)" in row[0])
    assert irb[2:5] == ["44.44%", "4", "9"]
    assert "12 were not printed" in words
    assert rows_of(client.get(f"/studies/{row.key}/published.csv").content.decode()) == shown["published"]
    assert search(r"Scale, scope and vision", page)
    assert row.key in client.get("/surveys").content.decode()
