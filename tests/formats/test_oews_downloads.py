"""Wages from the tables that the BLS offers for download, and from a part of their columns."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from tests.formats.made_oews import (
    ABOUT,
    HEAD,
    SURGEONS,
    TEACHERS,
    WELDER,
    WELDER_WAGES,
    WELDERS,
    as_csv,
    database,
    download,
    figures,
    issues,
    read,
)

from learnwork.formats.model import Observed
from learnwork.vocabulary.errors import UnreadableFileError


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("oews") / "wages.sqlite")


def test_a_download_gives_the_same_figures_as_the_database(small: Path, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "all_data_M_2025.csv", [download("nj", WELDER, WELDER_WAGES)])
    found, same = figures(read(path)), figures(read(small), WELDERS, "state:NJ")
    assert {key: item._replace(row=0) for key, item in found.items()} == {
        key: item._replace(row=0) for key, item in same.items()
    }
    assert found["oews.employment"].row == 2


def test_marks_of_a_download_become_statuses(tmp_path: Path) -> None:
    hidden = ["**", "**", "**", "**", "*", "*", "*", *["*"] * 10]
    top = [
        "200",
        "9",
        "0.1",
        "1.2",
        "#",
        "#",
        "2",
        *["#"] * 4,
        ">=115.00",
        *["#"] * 2,
        ">=$239,200",
        "#",
        "#",
    ]
    yearly = ["900", "1", "", "", "*", "70000", "1.1", *["*"] * 5, *["50000"] * 5]
    surgeon, teacher = (
        ["29-1242", "Orthopedic Surgeons, Except Pediatric", "detailed"],
        ["25-2021", "Elementary School Teachers", "detailed"],
    )
    path = as_csv(
        tmp_path / "all_data_M_2025.csv",
        [
            download("upstate", WELDER, hidden),
            download("camden", surgeon, top),
            download("us", teacher, yearly, only="annual"),
        ],
    )
    items = read(path)
    assert {item.status for item in figures(items, WELDERS).values()} == {"suppressed"}
    assert figures(items, SURGEONS)["oews.annual_median"].status == "suppressed"
    assert figures(items, SURGEONS)["oews.annual_median_at_least"].value == 239200.0
    assert "oews.hourly_median_at_least" not in figures(items, SURGEONS), "# alone does not say how much"
    assert figures(items, TEACHERS)["oews.hourly_mean"].status == "not applicable"
    assert not issues(items)


def test_a_workbook_says_itself_what_its_highest_wage_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEAD)
    sheet.append(
        download(
            "us",
            ["29-1242", "Orthopedic Surgeons, Except Pediatric", "detailed"],
            ["9", "1", "", "", *["#"] * 2, "1", *["#"] * 10],
        )
    )
    legend = book.create_sheet("Field Descriptions")
    legend.append(["Field", "Field Description"])
    legend.append(["# = a wage equal to or greater than $115.00 per hour or $239,200 per year ", ""])
    book.save(tmp_path / "oews_national_M2025.xlsx")
    found = figures(read(tmp_path / "oews_national_M2025.xlsx"))
    assert found["oews.hourly_median_at_least"].value == 115.0
    assert found["oews.annual_median_at_least"].value == 239200.0


def test_a_row_that_stands_twice_and_single_industries_are_passed_over(tmp_path: Path) -> None:
    again = [*WELDER[:2], "broad"]
    rows = [
        download("us", again, WELDER_WAGES),
        download("us", WELDER, WELDER_WAGES),
        download("us", WELDER, WELDER_WAGES, naics="332710"),
    ]
    items = read(as_csv(tmp_path / "national_M2025_dl.csv", rows))
    assert [item.row for item in items if isinstance(item, Observed)] == [2] * 15


def test_a_part_of_the_columns_is_enough(tmp_path: Path) -> None:
    head = ["area", "area_type", "prim_state", "occ_code", "occ_title", "a_median", "source"]
    path = as_csv(
        tmp_path / "oews_M2025_nj.csv", [["34", "2", "NJ", "51-4121", "Welders", "50130", "mine"]], head
    )
    [figure] = [item for item in read(path) if isinstance(item, Observed)]
    assert (figure.measure, figure.value, figure.area) == ("oews.annual_median", 50130.0, "state:NJ")


def test_odd_rows_are_issues_that_name_them(tmp_path: Path) -> None:
    bad_wage = ["much", *WELDER_WAGES[1:]]
    rows = [
        download("us", ["welder", "Welders", ""], WELDER_WAGES),
        [*ABOUT["us"][:2], "9", *download("us", WELDER, WELDER_WAGES)[3:]],
        download("nj", WELDER, bad_wage),
    ]
    items = read(as_csv(tmp_path / "national_M2025.csv", rows))
    found = issues(items)
    assert set(found) == {"oews-row", "oews-value"}
    assert found["oews-value"].place == "national_M2025.csv row 4"
    assert len(figures(items)) == 14


def test_the_year_must_be_known(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "wages.csv", [download("us", WELDER, WELDER_WAGES)])
    with pytest.raises(UnreadableFileError, match="of which May"):
        read(path)
    assert figures(read(path, release="May 2023"))["oews.employment"].period == "2023-05"


def test_a_table_without_wages_is_refused(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "M2025.csv", [["99", "51-4121", "Welders"]], ["area", "occ_code", "occ_title"])
    with pytest.raises(UnreadableFileError, match="no column of employment or wages"):
        read(path)
    path = as_csv(tmp_path / "M2025.csv", [["99", "51-4121"]], ["area", "occ_code"])
    with pytest.raises(UnreadableFileError, match="occ_title"):
        read(path)
