"""Made wages: a small database and download of the wage statistics, shared by the tests that read them."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from learnwork.formats import oews
from learnwork.formats.model import Item, Observed, Options
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue


def words(text: str) -> list[str]:
    return text.split()


WELDERS = derived_ctid("soc2018", "51-4121")
SURGEONS = derived_ctid("soc2018", "29-1242")
TEACHERS = derived_ctid("soc2018", "25-2021")
AREAS = [
    ("0000000", "N", "00", "National"),
    ("3400000", "S", "34", "New Jersey"),
    ("0037980", "M", "42", "Philadelphia-Camden-Wilmington, PA-NJ-DE-MD"),
    ("3600004", "M", "36", "Southwest New York nonmetropolitan area"),
]
OCCUPATIONS = [
    ("000000", "All Occupations", 0),
    ("514121", "Welders, Cutters, Solderers, and Brazers", 3),
    ("291242", "Orthopedic Surgeons, Except Pediatric", 3),
    ("252021", "Elementary School Teachers", 3),
]
FOOTNOTES = [
    (
        "4",
        "Some wages are reported either as hourly wages or annual salaries depending on how they are paid.",
    ),
    ("5", "This wage is equal to or greater than $115.00 per hour or $239,200 per year."),
    ("8", "Estimate not released."),
]
# Data types 01 to 17 of one series.
WELDING = words(
    "1500 4.2 26.13 54360 0.6 17.00 20.50 24.10 29.90 37.25 35360 42640 50130 62190 77480 0.812 0.95"
)
NOTHING_RELEASED = ["-"] * 17
TOP = ["200", "9.0", "-", "-", "2.0", *["-"] * 10, "0.1", "1.2"]
ANNUAL_ONLY = [
    "900",
    "1.0",
    "-",
    "70000",
    "1.1",
    *["-"] * 5,
    "40000",
    "50000",
    "65000",
    "80000",
    "95000",
    None,
    None,
]


def notes(values: Sequence[str | None], code: str) -> list[str | None]:
    return [code if value == "-" else None for value in values]


CELLS = [
    ("OEUN0000000000000000000", WELDING, [None] * 17),
    ("OEUN0000000000000514121", [*WELDING[:15], None, None], [None] * 17),
    ("OEUN0000000000000252021", ANNUAL_ONLY, notes(ANNUAL_ONLY, "4")),
    ("OEUN0000000332710514121", WELDING, [None] * 17),
    ("OEUS3400000000000514121", WELDING, [None] * 17),
    ("OEUM0037980000000291242", TOP, notes(TOP, "5")),
    ("OEUM3600004000000514121", NOTHING_RELEASED, notes(NOTHING_RELEASED, "8")),
]


def database(
    path: Path, cells: Iterable[tuple[str, Sequence[str | None], Sequence[str | None]]] = CELLS
) -> Path:
    values = [f"{letter}{number:02}" for letter in "vf" for number in range(1, 18)]
    with sqlite3.connect(path) as made:
        made.execute(f"CREATE TABLE cell (key TEXT PRIMARY KEY, {', '.join(values)}) WITHOUT ROWID")
        made.execute(
            "CREATE TABLE area (area_code TEXT, areatype_code TEXT, state_code TEXT, area_name TEXT)"
        )
        made.execute("CREATE TABLE industry (industry_code TEXT, industry_name TEXT, display_level INTEGER)")
        made.execute(
            "CREATE TABLE occupation (occupation_code TEXT, occupation_name TEXT, display_level INTEGER)"
        )
        made.execute("CREATE TABLE footnote (footnote_code TEXT, footnote_text TEXT)")
        made.execute("CREATE TABLE meta (name TEXT, value TEXT)")
        made.executemany("INSERT INTO area VALUES (?, ?, ?, ?)", AREAS)
        made.execute("INSERT INTO industry VALUES ('332710', 'Machine Shops', 5)")
        made.executemany("INSERT INTO occupation VALUES (?, ?, ?)", OCCUPATIONS)
        made.executemany("INSERT INTO footnote VALUES (?, ?)", FOOTNOTES)
        made.execute("INSERT INTO meta VALUES ('release', 'May 2025')")
        for key, given_values, given_notes in cells:
            made.execute(
                f"INSERT INTO cell VALUES ({', '.join('?' * 35)})", (key, *given_values, *given_notes)
            )
    made.close()
    return path


def packed(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content, mtime=0))
    return path


def read(path: Path, **options: object) -> list[Item]:
    return [item for reading in oews.FORMAT.open([path], Options(**options)) for item in reading.items()]  # type: ignore[arg-type]


def figures(items: Iterable[Item], subject: str = "", area: str = "") -> dict[str, Observed]:
    return {
        item.measure: item
        for item in items
        if isinstance(item, Observed) and subject in ("", item.subject) and area in ("", item.area)
    }


def issues(items: Iterable[Item]) -> dict[str, Issue]:
    return {item.code: item for item in items if isinstance(item, Issue)}


HEAD = words(
    "AREA AREA_TITLE AREA_TYPE PRIM_STATE NAICS OWN_CODE OCC_CODE OCC_TITLE O_GROUP TOT_EMP EMP_PRSE JOBS_1000 "
    "LOC_QUOTIENT H_MEAN A_MEAN MEAN_PRSE H_PCT10 H_PCT25 H_MEDIAN H_PCT75 H_PCT90 A_PCT10 A_PCT25 A_MEDIAN "
    "A_PCT75 A_PCT90 ANNUAL HOURLY"
)
ABOUT = {
    "us": ["99", "U.S.", "1", "US"],
    "nj": ["34", "New Jersey", "2", "NJ"],
    "camden": ["37980", "Philadelphia-Camden-Wilmington, PA-NJ-DE-MD", "4", "PA"],
    "upstate": ["3600004", "Southwest New York nonmetropolitan area", "6", "NY"],
}
WELDER = ["51-4121", "Welders, Cutters, Solderers, and Brazers", "detailed"]
WELDER_WAGES = [
    "1,500",
    "4.2",
    "0.812",
    "0.95",
    "26.13",
    "54360",
    "0.6",
    "17.00",
    "20.50",
    "24.10",
    "29.90",
    "37.25",
    "35360",
    "42640",
    "50130",
    "62190",
    "77480",
]


def download(
    area: str, occupation: list[str], wages: list[str], naics: str = "000000", only: str = ""
) -> list[str]:
    flags = ["TRUE" if only == "annual" else "", "TRUE" if only == "hourly" else ""]
    return [*ABOUT[area], naics, "1235", *occupation, *wages, *flags]


def as_csv(path: Path, rows: Iterable[list[str]], head: list[str] = HEAD) -> Path:
    lines = [",".join(f'"{cell}"' for cell in row) for row in [head, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
