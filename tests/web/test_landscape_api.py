"""Progress, gaps and funders as data: the figures of the pages, refused in problem documents."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.intake.loading import load
from learnwork.landscape.declaring import declare
from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says

pytestmark = pytest.mark.django_db


@pytest.fixture
def made_map() -> None:
    stages = [
        {"lw:key": f"{year}@2021-06", "lw:period": str(year), "lw:low": low, "lw:issued": "2021-06", **more}
        for year, low, more in ((2020, 2, {}), (2021, 3, {}), (2022, 4, {"lw:forecast": True}))
    ]
    load(
        reading(
            said("block", "lw:BuildingBlock", ceterms_name={"en": "Records"}),
            said("funder", "lw:Funder", ceterms_name={"en": "Fund"}, lw_kind="private foundation"),
            said(
                "entry",
                "lw:Initiative",
                ceterms_name={"en": "Entry"},
                lw_buildingBlock=[ctid("block")],
                lw_fundedBy=[ctid("funder")],
                lw_stages=stages,
            ),
        ),
        "made",
    )


@pytest.mark.usefixtures("made_map")
def test_progress(client: Client) -> None:
    found = client.get("/api/landscape/progress?as_of=2023-05-01").json()
    (row,) = found["rows"]
    assert found["periods"] == ["2020", "2021", "2022"]
    assert [cell["mark"] for cell in row["cells"]] == ["recorded", "recorded", "forecast"]
    assert (row["rises"], row["sustainable"]) == (["2021", "2022"], None)
    assert [(one["level"], one["outcome"], one["years"]) for one in found["slips"]] == [
        (4, "no report since", None)
    ]
    assert found["against"] == "2021-06"


@pytest.mark.usefixtures("made_map")
def test_gaps_change_with_a_declaration_and_so_does_the_tag(client: Client) -> None:
    address = "/api/landscape/gaps?rows=block&columns=stage&as_of=2023-05-01"
    first = client.get(address)
    standings = {cell["column"]: cell["standing"] for cell in first.json()["cells"]}
    assert standings == {
        "1": "not checked",
        "2": "not checked",
        "3": "found",
        "4": "not checked",
        "5": "not checked",
    }
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    declare(
        Declaration(RowAxis.BLOCK, ColumnAxis.STAGE, "", "5", Says.CHECKED, date(2023, 1, 1), "read"), None
    )
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    cell = next(one for one in again.json()["cells"] if one["column"] == "5")
    assert (cell["standing"], cell["declared_on"], cell["note"]) == ("none found", "2023-01-01", "read")


@pytest.mark.usefixtures("made_map")
def test_funders(client: Client) -> None:
    found = client.get("/api/landscape/funders").json()
    (line,) = found["funders"]
    assert (line["entries"], line["alone"], line["money"]["given"]["sums"]) == (1, 1, [])
    assert (found["by_entries"]["index"], found["by_entries"]["base"]) == (1.0, "1")
    one = client.get(f"/api/landscape/funders/{ctid('funder')}").json()
    assert (one["leverage"]["ratio"], one["leverage"]["reason"], one["leverage"]["missing"]) == (
        None,
        "amounts",
        1,
    )
    assert client.get("/api/landscape/funders?status=ended").json()["funders"] == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("progress?as_of=soon", 400, "bad-request"),
        ("progress?valid_on=2022-02-31", 400, "bad-request"),
        ("gaps?rows=colour", 400, "bad-request"),
        ("funders/nobody", 404, "not-found"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client: Client, path: str, status: int, code: str) -> None:
    answer = client.get(f"/api/landscape/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
