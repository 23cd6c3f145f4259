"""The pages of the real map: the ten conflicts, who led when, where every key leads."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from learnwork.formats.ecosystem import open_ecosystem
from learnwork.formats.model import Options
from learnwork.intake.loading import load
from learnwork.landscape import overviewing
from learnwork.landscape.answering import living
from learnwork.landscape.library import shelf_rows, tallies
from learnwork.landscape.shelves import shelves

pytestmark = [pytest.mark.django_db, pytest.mark.big]
CONFLICTS = {
    "Cayg environmental scan": {"more than 80", "nearly 90"},
    "Connecting Credentials": {"121", "89", "more than 40"},
    "Credential As You Go": {"2018", "2019-2021", "2021"},
    "National summit 2015": {"more than 150", "nearly 170"},
    "Education Quality Outcomes Standards": {"housed at JFF", "independent board"},
}


def test_the_real_map_is_a_library(shared_data: Path, client: Client) -> None:
    for reading in open_ecosystem([shared_data / "ecosystem"], Options()):
        load(reading, "ecosystem", accept=True)
    counted, held = tallies(living()), shelves()
    assert (counted.entries, dict(counted.kinds)["initiative"]) == (117, 93)
    assert (sum(not one.theme for one in held.blocks), sum(len(one.topics) for one in held.blocks)) == (
        12,
        91,
    )
    assert len(held.terms) == 136
    assert sum(row.number for row in shelf_rows(held, living())) > counted.entries, "some work on several"

    conflicts = overviewing.conflicts()
    assert len(conflicts) == 10
    said = {one.name: {version.text for version in one.versions} for one in conflicts}
    assert {name: said[name] for name in CONFLICTS} == CONFLICTS
    assert len([one for one in conflicts if one.name == "Mapping brief"]) == 2

    moved = client.get("/landscape/entries/rework-america-alliance")
    assert moved.status_code == 301

    def leads(when: str) -> list[str]:
        page = client.get(f"{moved['Location']}{when}").content.decode()
        told = page.partition('id="map-roles"')[2].partition("</table>")[0]
        return [name for name in ("Markle Foundation", "Jobs for the Future") if name in told]

    assert leads("?valid=2022") == ["Markle Foundation"]
    assert leads("?valid=2026") == ["Jobs for the Future"]
    assert leads("") == ["Markle Foundation", "Jobs for the Future"]
