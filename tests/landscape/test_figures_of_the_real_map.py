"""The real map, loaded: concentration as expected, SkillsFWD's regrants in no donor's total, the guide's matrix."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from learnwork.formats.ecosystem_documents import ctid
from learnwork.formats.registry import open_readings
from learnwork.intake.loading import load
from learnwork.landscape.model import Landscape
from learnwork.landscape.portfolio import by_entries, portfolio
from learnwork.landscape.progress import first_at, matrix, rises
from learnwork.landscape.reading import landscape

pytestmark = [pytest.mark.big, pytest.mark.django_db]
DAY = date(2026, 6, 1)


@pytest.fixture
def real(shared_data: Path, db: None) -> Landscape:
    for reading in open_readings("ecosystem", [shared_data / "ecosystem"]):
        load(reading, "ecosystem")
    return landscape()


def test_concentration_regrants_and_the_matrix(real: Landscape, shared_data: Path) -> None:
    folder = shared_data / "ecosystem"
    expected = yaml.safe_load((folder / "expected_graph.yaml").read_text("utf-8"))
    listed = by_entries(real, listed=True)
    assert listed is not None
    assert listed.base == expected["funder_links"]
    assert round(float(listed.index), 4) == expected["funder_concentration_hhi"]

    pool = portfolio(real, ctid("funder", "skillsfwd"), DAY)
    assert pool.money.given.grants == 0
    assert [int(one.amount) for one in pool.money.passed_on.sums] == [8_400_000]
    for donor in (
        "walmart",
        "charles-koch-foundation",
        "strada-education-foundation",
        "ascendium-education-group",
    ):
        own = portfolio(real, ctid("funder", donor), DAY).money
        assert own.passed_on.grants == 0
        assert all(one.amount < 8_400_000 for one in own.given.sums), donor

    guide = yaml.safe_load((folder / "guide.yaml").read_text("utf-8"))
    made = matrix(real, DAY)
    assert list(made.periods) == guide["timeline_columns"]
    found = {}
    for row in made.rows:
        told = [cell.stage for cell in row.cells if cell.stage]
        if told:
            reached = first_at(told)
            found[row.entry.key] = (reached.period if reached else "", [rise.at for rise in rises(told)])
    assert sorted(found.values()) == [
        ("2021", ["2018", "2020", "2021"]),
        ("2022", ["2018", "2019", "2022"]),
        ("2022", ["2018", "2019", "2022"]),
        ("2022", ["2018", "2019", "2022"]),
        ("2022", ["2018", "2021", "2022"]),
    ]
    orders = {row.entry.ctid: [(one.low, one.high) for one in row.loose] for row in made.rows if row.loose}
    for said in guide["rows"]:
        if not said["aligned"]:
            assert orders[ctid("initiative", said["initiative"])] == [tuple(one) for one in said["stages"]]
