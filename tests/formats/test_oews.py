"""Wages by occupation and area, from the database: figures, why some are missing, whose they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.formats.made_oews import SURGEONS, TEACHERS, WELDERS, WELDING, database, figures, issues, read

from learnwork.formats import oews
from learnwork.formats.model import Area, Observed, Options, Said
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, UnreadableFileError
from learnwork.vocabulary.measures import by_key


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("oews") / "wages.sqlite")


def test_it_works(small: Path) -> None:
    items = read(small)
    found = figures(items, WELDERS, "state:NJ")
    assert found["oews.employment"] == Observed(
        WELDERS, "oews.employment", "2025-05", 1500.0, area="state:NJ", precision=4.2, row=7
    )
    assert (found["oews.annual_mean"].value, found["oews.annual_mean"].precision) == (54360.0, 0.6)
    assert (found["oews.hourly_median"].value, found["oews.hourly_median"].precision) == (24.10, None)
    assert (found["oews.annual_p90"].value, found["oews.location_quotient"].value) == (77480.0, 0.95)
    assert len(found) == 15


def test_every_measure_is_in_the_vocabulary(small: Path) -> None:
    found = {item.measure for item in read(small) if isinstance(item, Observed)}
    assert found == {measure.key for measure in by_key.values() if measure.key.startswith("oews.")}


def test_the_release_is_the_month_of_the_survey(small: Path) -> None:
    [reading] = oews.FORMAT.open([small], Options())
    assert (reading.release.label, reading.release.date, reading.total) == ("May 2025", date(2025, 5, 1), 7)
    assert reading.release.files[0].name == "wages.sqlite"


def test_areas_are_nation_state_and_both_kinds_of_local_area(small: Path) -> None:
    assert [item for item in read(small) if isinstance(item, Area)] == [
        Area("us", "United States", "nation"),
        Area("msa:37980", "Philadelphia-Camden-Wilmington, PA-NJ-DE-MD", "metropolitan", "PA"),
        Area("state:NJ", "New Jersey", "state", "NJ"),
        Area("oews:3600004", "Southwest New York nonmetropolitan area", "nonmetropolitan", "NY"),
    ]


def test_occupations_that_the_classification_lacks_are_said(small: Path) -> None:
    [said] = [item for item in read(small) if isinstance(item, Said)]
    assert (said.key, said.ctid) == ("00-0000", derived_ctid("soc2018", "00-0000"))
    document = said.document()
    assert document["ceterms:name"] == {"en": "All Occupations"}
    assert document["@type"] == said.type == "ceterms:Occupation"
    assert "lw:note" in document


def test_a_value_that_was_not_released_is_suppressed(small: Path) -> None:
    found = figures(read(small), WELDERS, "oews:3600004")
    assert {(item.value, item.status) for item in found.values()} == {(None, "suppressed")}


def test_a_wage_above_the_highest_that_is_published_is_withheld_but_known_to_be_at_least_that(
    small: Path,
) -> None:
    found = figures(read(small), SURGEONS)
    assert (found["oews.annual_median"].value, found["oews.annual_median"].status) == (None, "suppressed")
    assert found["oews.annual_median_at_least"].value == 239200.0
    assert found["oews.hourly_median_at_least"].value == 115.0
    assert found["oews.employment"].value == 200.0
    assert "oews.annual_p90_at_least" not in found


def test_an_hourly_wage_of_those_paid_by_the_year_does_not_apply(small: Path) -> None:
    found = figures(read(small), TEACHERS)
    assert (found["oews.hourly_median"].value, found["oews.hourly_median"].status) == (None, "not applicable")
    assert found["oews.annual_median"].value == 65000.0
    assert "oews.location_quotient" not in found, "the nation has none, which is no gap"


def test_a_gap_without_an_explanation_is_not_known(tmp_path: Path) -> None:
    cells = [("OEUN0000000000000514121", ["-", *WELDING[1:]], [None] * 17)]
    items = read(database(tmp_path / "wages.sqlite", cells))
    assert figures(items)["oews.employment"].status == "not known"
    assert issues(items)["oews-unexplained"].message.startswith("1 values")


def test_single_industries_are_passed_over_and_counted(small: Path) -> None:
    items = read(small)
    assert issues(items)["oews-industries"].message.startswith("1 cells")
    assert not any(item.cohort for item in items if isinstance(item, Observed))


def test_single_industries_are_read_when_asked_for(small: Path) -> None:
    items = read(small, extra={"industries": "all"})
    assert (
        len([item for item in items if getattr(item, "cohort", "") == "Machine Shops (NAICS 332710)"]) == 15
    )
    assert "oews-industries" not in issues(items)


def test_a_state_keeps_the_nation_and_the_areas_that_touch_it(small: Path) -> None:
    items = read(small, state="nj")
    assert {item.key for item in items if isinstance(item, Area)} == {"us", "state:NJ", "msa:37980"}
    assert {item.area for item in items if isinstance(item, Observed)} == {"us", "state:NJ", "msa:37980"}
    assert issues(items)["oews-areas"].message.startswith("1 cells")


@pytest.mark.parametrize("state", ["ZZ", "New Jersey", "TX"])
def test_a_state_that_is_not_there_is_an_error(small: Path, state: str) -> None:
    with pytest.raises(UnreadableFileError):
        read(small, state=state)


def test_odd_cells_are_issues_and_the_rest_is_read(tmp_path: Path) -> None:
    cells = [
        ("short", WELDING, [None] * 17),
        ("OEUN0000000000000999999", WELDING, [None] * 17),
        ("OEUN0000000000000514121", ["inf", "nan", *WELDING[2:]], [None] * 17),
        ("OEUS3400000000000514121", ["-5", "bad", *WELDING[2:]], [None] * 17),
    ]
    items = read(database(tmp_path / "wages.sqlite", cells))
    assert set(issues(items)) == {"oews-key", "oews-occupation", "oews-value"}
    assert figures(items, WELDERS, "us")["oews.annual_mean"].value == 54360.0
    assert "oews.employment" not in figures(items, WELDERS, "state:NJ")


@pytest.mark.big
def test_the_real_database(shared_data: Path) -> None:
    [reading] = oews.FORMAT.open([shared_data / "us/bls/oews-2025.sqlite.gz"], Options(state="NJ"))
    items = list(reading.items())
    assert reading.total == 370_172
    assert len([item for item in items if isinstance(item, Area)]) == 8
    assert {item.code for item in items if isinstance(item, Issue)} == {"oews-industries", "oews-areas"}
    assert len([item for item in items if isinstance(item, Observed)]) == 74_289


@pytest.mark.big
def test_the_real_download_says_what_the_database_says(shared_data: Path) -> None:
    [database_reading] = oews.FORMAT.open([shared_data / "us/bls/oews-2025.sqlite.gz"], Options(state="NJ"))
    said = {
        (item.subject, item.measure): (item.value, item.status, item.precision)
        for item in database_reading.items()
        if isinstance(item, Observed) and item.area == "us"
    }
    items = read(shared_data / "us/bls/oews_national_M2025.xlsx")
    shared = {
        (item.subject, item.measure): (item.value, item.status, item.precision)
        for item in items
        if isinstance(item, Observed) and (item.subject, item.measure) in said
    }
    assert len(shared) > 14_000
    assert shared == {key: said[key] for key in shared}
