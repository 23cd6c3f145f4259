"""Pages of progress, gaps and funders over a made map: what they say, what they refuse, whom they let declare."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.accounts.models import User
from learnwork.intake.loading import load
from learnwork.landscape.model import Entry, Landscape, Stage
from learnwork.landscape.models import GapDeclaration
from learnwork.landscape.progress import matrix

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def stage(period: str, low: int, **more: object) -> dict[str, object]:
    issued = "2021-06"
    return {"lw:key": f"{period}@{issued}", "lw:period": period, "lw:low": low, "lw:issued": issued, **more}


@pytest.fixture
def made_map() -> None:
    stages = [stage("2020", 2), stage("2021", 3, **{"lw:high": 4}), stage("2023", 5, **{"lw:forecast": True})]
    items = [
        said("block", "lw:BuildingBlock", ceterms_name={"en": f"Records {SCRIPT}"}),
        said("lonely", "lw:BuildingBlock", ceterms_name={"en": "Wallets"}),
        said("funder", "lw:Funder", ceterms_name={"en": f"Fund {SCRIPT}"}, lw_kind="private foundation"),
        said("other", "lw:Funder", ceterms_name={"en": "Second Fund"}, lw_kind="federal government"),
        *(
            said(
                f"entry-{n}",
                "lw:Initiative",
                ceterms_name={"en": f"Entry {n} {SCRIPT}"},
                lw_status="active",
                lw_buildingBlock=[ctid("block")],
                lw_fundedBy=[ctid("funder"), *([ctid("other")] if n else [])],
                **({} if n else {"lw_stages": stages}),
            )
            for n in range(3)
        ),
    ]
    load(reading(*items), "made")


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(User.objects.create_user("curator", role=User.Role.CURATOR))
    return client


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    text = answer.content.decode()
    assert SCRIPT not in text
    return text


@pytest.mark.usefixtures("made_map")
def test_the_matrix_says_recorded_forecast_and_no_report(client: Client) -> None:
    text = shown(client, "/landscape/progress?as_of=2022-03-01")
    cell = f"s-{ctid('entry-0')}"
    assert f'id="{cell}-2020" class="recorded s2"' in text
    assert f'id="{cell}-2021" class="recorded s3"' in text
    assert f'id="{cell}-2022" class="silent line"' in text
    assert f'id="{cell}-2023" class="forecast"' in text
    assert 'href="#' + cell in text


def test_every_cell_of_the_matrix_has_its_own_place_and_no_row_with_years_is_missing() -> None:
    stages = (
        *(Stage("a", period, 1, 1) for period in ("<2020", "2020")),
        *(Stage("b", "2021", 2, 2), Stage("b", "", 3, 3), Stage("c", "", 1, 1)),
    )
    made = matrix(Landscape({key: Entry(key, key, key) for key in "abc"}, stages=stages), date(2022, 1, 1))
    text = render_to_string("landscape/progress_matrix.html", {"matrix": made, "has_loose": True})
    places = re.findall(r' id="([^"]+)"', text)
    assert len(places) == len(set(places))
    assert {"s-a-before-2020", "s-a-2020", "e-b", "o-b", "o-c"} <= set(places)
    assert "e-c" not in places


@pytest.mark.usefixtures("made_map")
def test_sheets_say_the_same(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/landscape/progress.csv").content.decode())))
    assert [(row["period"], row["low"], row["high"], row["mark"]) for row in rows] == [
        ("2020", "2", "2", "recorded"),
        ("2021", "3", "4", "recorded"),
        ("2023", "5", "5", "forecast"),
    ]
    gaps = list(
        csv.DictReader(io.StringIO(client.get("/landscape/gaps.csv?columns=funder").content.decode()))
    )
    assert sorted((row["number"], row["standing"]) for row in gaps) == [
        ("0", "not checked"),
        ("0", "not checked"),
        ("2", "found"),
        ("3", "found"),
    ]


@pytest.mark.usefixtures("made_map")
def test_a_cell_says_none_found_only_once_a_curator_has_looked(curator: Client) -> None:
    query = f"rows=block&columns=stakeholder&row={ctid('lonely')}&column=private+foundation"
    assert "nobody has said that they looked here" in shown(curator, f"/landscape/gaps/cell?{query}")
    form = {
        "rows": "block",
        "columns": "stakeholder",
        "row": ctid("lonely"),
        "column": "private foundation",
        "says": "checked",
        "extent": "row",
        "on": "2024-05-01",
        "note": f"Read every report {SCRIPT}",
    }
    assert curator.post("/landscape/gaps/declare", form).status_code == 302
    text = shown(curator, "/landscape/gaps?rows=block&columns=stakeholder")
    assert text.count('class="none-found"') == 2
    assert "Read every report" in shown(curator, f"/landscape/gaps/cell?{query}")
    late = curator.post("/landscape/gaps/declare", {**form, "on": "2999-01-01"})
    assert late.status_code == 400
    bad = curator.post("/landscape/gaps/declare", {**form, "columns": "colour", "note": ""})
    assert bad.status_code == 400
    assert GapDeclaration.objects.count() == 1


@pytest.mark.usefixtures("made_map")
def test_only_curators_declare(client: Client) -> None:
    assert client.post("/landscape/gaps/declare", {}).status_code == 302
    client.force_login(User.objects.create_user("reader"))
    assert client.post("/landscape/gaps/declare", {}).status_code == 403
    assert client.get("/landscape/gaps/cell?row=nothing&column=nothing").status_code == 404


@pytest.mark.parametrize(
    "path", ["progress", "progress.csv", "gaps", "gaps?rows=goal&columns=stage", "gaps.csv", "funders"]
)
def test_an_empty_map_has_its_pages(client: Client, path: str) -> None:
    assert client.get(f"/landscape/{path}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("as_of=yesterday", "against=%00", "rows=x&columns=y", "as_of=0000", "as_of=2024-02-31"),
        *("as_of=9999-12-31", "as_of=0001-01-01", "valid_on=9999", "valid_on=0001"),
    ],
)
def test_what_cannot_be_read_of_an_address_is_passed_over(client: Client, query: str) -> None:
    for page in ("progress", "gaps", "funders"):
        assert client.get(f"/landscape/{page}?{query}").status_code == 200


@pytest.mark.usefixtures("made_map")
def test_a_funders_page_says_with_whom_and_where_alone(client: Client) -> None:
    text = shown(client, "/landscape/funders")
    assert f"/landscape/funders/{ctid('funder')}" in text
    assert "5 fundings by 2 funders" in text
    page = shown(client, f"/landscape/funders/{ctid('funder')}")
    assert "It funds 3 entries that are on the map, alone in 1 of them." in page
    assert "not computable: 5 of 5 amounts missing" in page
    assert "Second Fund" in page
    assert client.get("/landscape/funders/nobody").status_code == 404
    sheet = list(csv.DictReader(io.StringIO(client.get("/landscape/funders.csv").content.decode())))
    assert [row["amount"] for row in sheet] == ["not known"] * 5


@pytest.mark.usefixtures("made_map")
def test_the_page_of_a_funder_says_what_it_funds(client: Client) -> None:
    text = shown(client, f"/resources/{ctid('funder')}")
    assert "What does it fund, and with whom?" in text
    assert f"/landscape/funders/{ctid('funder')}" in text
