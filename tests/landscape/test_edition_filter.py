"""An edition is asked like the map of today: every page and answer tells of its copy, whatever changed since."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.made import ctid, reading, said

from learnwork.formats.model import Said
from learnwork.intake.loading import load
from learnwork.landscape import coordination, declaring, editions, ruling
from learnwork.landscape.answering import ask
from learnwork.landscape.gapmap import ColumnAxis, Declaration, RowAxis, Says
from learnwork.landscape.layers import Choice, Layer
from learnwork.landscape.overlap import Ground

pytestmark = pytest.mark.django_db
STAKEHOLDER, BLOCK = ColumnAxis.STAKEHOLDER, RowAxis.BLOCK
OLD = {"edition": "1.0"}


def entry(name: str, partner: str = "union", stage: int = 2) -> Said:
    stages = [{"lw:key": "2020@2019", "lw:period": "2020", "lw:low": stage, "lw:issued": "2019"}]
    return said(
        name,
        "lw:Initiative",
        ceterms_name={"en": name.title()},
        lw_partner=[ctid(partner)],
        lw_fundedBy=[ctid("fund")],
        lw_buildingBlock=[ctid("block"), ctid("more")],
        lw_stages=stages,
    )


@pytest.fixture(autouse=True)
def _an_edition_and_what_came_after() -> None:
    parties = [
        said("union", "lw:Alliance", ceterms_name={"en": "Union"}, lw_kind="network"),
        said("fund", "lw:Funder", ceterms_name={"en": "Torch Funds"}, lw_kind="foundation"),
    ]
    blocks = [said(key, "lw:BuildingBlock", ceterms_name={"en": key.title()}) for key in ("block", "more")]
    load(reading(*parties, *blocks, entry("weld"), entry("rivet")), "made")
    made = editions.make(editions.Setting("The guide", "2024"))
    editions.freeze(made)
    editions.publish(made)
    ruling.different(ctid("weld"), ctid("rivet"), "Two trades.", None)
    declaring.declare(Declaration(BLOCK, STAKEHOLDER, "", "", Says.CHECKED, date(2025, 1, 1)), None)
    later = said("late", "lw:BuildingBlock", ceterms_name={"en": "Latecomer"})
    changed = [entry("weld", stage=5), entry("rivet"), entry("solder")]
    load(reading(*parties, *blocks, later, *changed, label="2025", day=date(2025, 7, 1)), "made")


def data(client: Client, what: str, **params: str) -> dict[str, Any]:
    answer = client.get(f"/api/landscape{what}", params)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_coordination_is_that_of_the_edition() -> None:
    counts = [
        len(coordination.layer(ask(params), choice).rows) for params in ({}, OLD) for choice in choices()
    ]
    assert counts == [3, 3, 3, 3, 2, 2, 2, 2]
    then = coordination.picture(ask(OLD), choices()[1], "wide")
    assert len(then.dots) < len(coordination.picture(ask({}), choices()[1], "wide").dots)
    now, before = (coordination.overlap(ask(one), Ground.BLOCKS).counts for one in ({}, OLD))
    assert (now.could, now.different) == (3, 1)
    assert (before.could, before.different) == (1, 0), "what was ruled since is no part of the edition"


def standings(client: Client, **params: str) -> set[str]:
    cells: list[dict[str, str]] = data(client, "/gaps", **params)["cells"]
    return {cell["standing"] for cell in cells}


def choices() -> list[Choice]:
    return [Choice(layer) for layer in Layer]


def test_the_day_is_that_of_the_edition_and_so_is_what_had_been_declared(client: Client) -> None:
    assert data(client, "/progress", **OLD)["as_of"] == "2024-12-31"
    assert data(client, "/gaps", **OLD)["as_of"] == "2024-12-31"
    old, new = (client.get("/landscape/gaps", one).content.decode() for one in (OLD, {}))
    assert "Latecomer" in new
    assert "Latecomer" not in old
    assert "none found" in standings(client)
    assert "none found" not in standings(client, **OLD)


@pytest.mark.parametrize("where", ["entries", "blocks", "organizations", "progress", "funders"])
def test_no_page_tells_of_what_came_after(client: Client, where: str) -> None:
    old, new = (client.get(f"/landscape/{where}", one).content.decode() for one in (OLD, {}))
    assert "edition 1.0" in old
    assert old != new
    assert "Solder" not in re.sub(r"<[^>]+>", "", old)


def test_an_edition_that_is_not_there_is_said_in_words(client: Client) -> None:
    for address in (
        "progress",
        "coordination",
        "coordination/funders",
        "coordination/overlap",
        "gaps",
        "funders",
    ):
        page = client.get(f"/landscape/{address}", {"edition": "9"})
        assert (page.status_code, "no edition of that number" in page.content.decode()) == (404, True), (
            address
        )
        assert client.get(f"/api/landscape/{address}", {"edition": "9"}).status_code == 404, address


def test_every_answer_takes_the_number_of_an_edition(client: Client) -> None:
    assert len(data(client, "", **OLD)["entries"]) == 2
    for one in ("/coordination/funders", "/coordination/overlap", "/funders", f"/funders/{ctid('fund')}"):
        assert data(client, one, **OLD) != data(client, one), one
