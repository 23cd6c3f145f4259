"""Compile the demonstration of New Jersey: facts of public files in compact tables that the readers read unchanged.

Only facts go in: names, codes, places, amounts, flags. Descriptions and other sentences, contacts, telephone
numbers and persons stay out. A table's columns are columns of the original, so that the same reader reads both;
two more, `source` and `licence`, stand on every row. A column that a reader asks for and that holds sentences is
there, empty. The files of the ecosystem were written for this project and are copied whole.

    python tools/compile_demonstration.py [--data ../shared/data] [--check]

`--check` compiles into memory and says which files differ, without writing.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import python_calamine
import yaml

from learnwork.formats import (
    ecosystem,
    etpl,
    ipeds_completions,
    ipeds_directory,
    oews_database,
    scorecard_layouts,
)
from learnwork.formats.declarations import declaration
from learnwork.formats.oews_areas import COLUMNS as WAGES
from learnwork.formats.oews_areas import touches

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src/learnwork/demonstration"
DATA = ROOT.parent / "shared/data"
STATE = "NJ"
YEARS = range(2020, 2025)
MAX_FILE = 1_000_000
# Titles beside the codes of the lists that a reader looks codes up in.
TITLES = ("name", "ciptitle", "occupationtitle")

Row = dict[str, str]
# What no cell may hold: telephone numbers and e-mail addresses.
CONTACT = re.compile(r"\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\S+@\S+\.\S+")
# The longest that a name of a bus line or of languages is; longer cells are sentences about the way there.
MAX_NAME = 60


@dataclass(frozen=True)
class Table:
    """One table: where it goes, whose it is, which originals (below the data folder), and how rows are made.

    rows: original → rows. columns: of the original, in their order. keep: which rows. clean: column → what
    becomes of its cells. empty: columns that hold sentences; they stay, empty.
    """

    out: str
    source: str
    original: str
    rows: Callable[[Path], Iterator[Row]]
    columns: tuple[str, ...]
    keep: Callable[[Row], bool] = lambda row: True
    clean: dict[str, Callable[[str], str]] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()


def text(cell: object) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def from_csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name.lower(): text(cell) for name, cell in row.items()}


def from_parquet(path: Path) -> Iterator[Row]:
    for batch in pq.ParquetFile(path).iter_batches():
        for row in batch.to_pylist():
            yield {name.lower(): text(cell) for name, cell in row.items()}


def from_workbook(path: Path, sheet: str | None = None, head: int = 0) -> Iterator[Row]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    cells = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python()
    names = [text(cell).lower() for cell in cells[head]]
    for record in cells[head + 1 :]:
        yield dict(zip(names, map(text, record), strict=True))


def from_wages(path: Path) -> Iterator[Row]:
    """The wage database in the layout of the BLS downloads; a withheld top wage says what it is at least."""
    database = oews_database.unpacked(path)
    areas = {code: place for code, place in oews_database.areas(database).items() if touches(place, STATE)}
    titles, notes = oews_database.occupations(database), oews_database.footnotes(database)
    kinds = {"nation": "1", "state": "2", "metropolitan": "4", "nonmetropolitan": "6"}
    with closing(oews_database.opened(database)) as connection:
        connection.row_factory = sqlite3.Row
        for cell in connection.execute("SELECT * FROM cell WHERE substr(key, 12, 6) = '000000' ORDER BY key"):
            key = cell["key"]
            if (place := areas.get(key[3:11])) is None:
                continue
            code = f"{key[17:19]}-{key[19:]}"
            number = "99" if place.kind == "nation" else key[4:6] if place.kind == "state" else key[4:11]
            row = {"area": number, "area_title": place.name, "area_type": kinds[place.kind]}
            row |= {
                "prim_state": place.state or "US",
                "naics": "000000",
                "occ_code": code,
                "occ_title": titles[code],
            }
            for column in WAGES:
                value, note = cell[f"v{column.datatype}"], notes.get(cell[f"f{column.datatype}"])
                if value == "-" and note and note.status == "not applicable":
                    row["annual" if column.pay == "hourly" else "hourly"] = "TRUE"
                    value = "*"
                elif value == "-":
                    least = note.at_least.get(column.pay) if note else None
                    value = "*" if least is None else f">={least:g}"
                row[column.name] = value or ""
                if column.error_name:
                    row[column.error_name] = text(cell[f"v{column.error_datatype}"]).replace("-", "")
            yield row


def short(cell: str) -> str:
    return cell if len(cell) <= MAX_NAME else ""


def address(cell: str) -> str:
    return cell if cell and ipeds_directory.web_address(cell) else ""


@cache
def employers(data: Path) -> frozenset[str]:
    """Employer numbers that the federal directory publishes. Others may be a person's, and are left out."""
    rows = (row for year in YEARS for row in from_csv(data / f"us/ipeds/hd{year}.csv"))
    return frozenset(row["ein"] for row in rows if len(row["ein"]) == 9)


def tables(data: Path) -> Iterator[Table]:
    yield from _ipeds(data)
    yield from _scorecard()
    yield from _training_list(data)
    yield from _labour_market()
    yield from _onet()
    yield from _esco(data)


def _ipeds(data: Path) -> Iterator[Table]:
    for year in YEARS:
        yield Table(
            f"ipeds/hd{year}.csv.gz",
            "ipeds-directory",
            f"us/ipeds/hd{year}.csv",
            from_csv,
            ipeds_directory.COLUMNS,
            keep=lambda row: row["stabbr"] == STATE,
        )
    for year in YEARS:
        here = {row["unitid"] for row in from_csv(data / f"us/ipeds/hd{year}.csv") if row["stabbr"] == STATE}
        yield Table(
            f"ipeds/c{year}_a.csv.gz",
            "ipeds-completions",
            f"us/ipeds/c{year}_a.parquet",
            from_parquet,
            (*ipeds_completions.REQUIRED, *ipeds_completions.OPTIONAL),
            keep=lambda row, here=here: row["unitid"] in here,  # type: ignore[misc]
        )


def _scorecard() -> Iterator[Table]:
    for name, layout in (
        ("value_check", scorecard_layouts.VALUE_CHECK),
        ("institutions", scorecard_layouts.INSTITUTIONS),
    ):
        yield Table(
            f"scorecard/{name}.csv.gz",
            "scorecard",
            f"us/scorecard/{name}.parquet",
            from_parquet,
            tuple(dict.fromkeys((*layout.keys, *layout.optional))),
            keep=lambda row: row["state"] == STATE,
        )


def _training_list(data: Path) -> Iterator[Table]:
    mapping = next(found for found in etpl.shipped() if found.source.key == "us-nj-etpl")
    columns: dict[str, set[str]] = {}
    for table in mapping.tables:
        columns.setdefault(table.pattern, set()).update(table.columns())
    if mapping.release_from:
        name, column = mapping.release_from
        columns[mapping.table(name).pattern].add(column)
    routes = ("busroute1", "busroute2", "trnroute1", "trnroute2", "languages")
    clean: dict[str, Callable[[str], str]] = dict.fromkeys(routes, short)
    clean["website"] = address
    clean["schoolidentificationnumber"] = lambda cell: cell if cell[:9] in employers(data) else ""
    for path in sorted((data / "us/nj_etpl").glob("*.csv")):
        known = next((names for pattern, names in columns.items() if path.match(pattern)), None)
        if known is None:
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            order = [name.lower() for name in next(csv.reader(stream))]
        yield Table(
            f"nj_etpl/{path.name}.gz",
            "us-nj-etpl",
            f"us/nj_etpl/{path.name}",
            from_csv,
            tuple(name for name in order if name in known or name in TITLES),
            clean=clean,
            empty=frozenset({"description", "prerequisites", "street1", "street2"}),
        )


def _labour_market() -> Iterator[Table]:
    wages = [name for column in WAGES for name in (column.name, column.error_name) if name]
    about = ("area", "area_title", "area_type", "prim_state", "naics", "occ_code", "occ_title")
    yield Table(
        "oews/oews_M2025_nj.csv.gz",
        "oews",
        "us/bls/oews-2025.sqlite.gz",
        from_wages,
        (*about, *dict.fromkeys(wages), "annual", "hourly"),
    )
    span = "2024–34"
    yield Table(
        "projections/occupation_projections_2024-2034.csv.gz",
        "bls-projections",
        "us/bls/occupation_projections_2024-2034.xlsx",
        lambda path: from_workbook(path, "Table 1.2", 1),
        (
            "2024 national employment matrix title",
            "2024 national employment matrix code",
            "employment, 2024",
            "employment, 2034",
            f"employment change, numeric, {span}",
            f"employment change, percent, {span}",
            "percent self employed, 2024",
            f"occupational openings, {span} annual average",
            "typical education needed for entry",
            "work experience in a related occupation",
            "typical on-the-job training needed to attain competency in the occupation",
        ),
        keep=lambda row: bool(row["2024 national employment matrix code"]),
    )


def _onet() -> Iterator[Table]:
    code = "o*net-soc code"
    element = ("element id", "element name")
    rating = (*element, "scale id", "data value", "n", "standard error")
    rating = (code, *rating, "recommend suppress", "not relevant", "date")
    for name, columns in (
        ("Occupation_Data", (code, "title")),
        ("Alternate_Titles", (code, "alternate title", "short title")),
        ("Technology_Skills", (code, "example", "hot technology")),
        ("Job_Zones", (code, "job zone")),
        ("Content_Model_Reference", element),
        ("Skills", rating),
        ("Knowledge", rating),
    ):
        original = f"competency/onet_29_3/{name}.xlsx"
        yield Table(f"onet_29_3/{name}.csv.gz", "onet", original, from_workbook, columns)


def _esco(data: Path) -> Iterator[Table]:
    """The transversal skills, and the groups above them."""
    folder = "competency/esco"
    skills, groups, broader = (
        f"{folder}/{name}_en.csv"
        for name in ("transversalSkillsCollection", "skillGroups", "broaderRelationsSkillPillar")
    )
    above: dict[str, set[str]] = {}
    for row in from_csv(data / broader):
        above.setdefault(row["concepturi"], set()).add(row["broaderuri"])
    kept = {row["concepturi"] for row in from_csv(data / skills)}
    waiting = sorted(kept)
    while waiting:
        wider = above.get(waiting.pop(), set()) - kept
        kept |= wider
        waiting += wider
    about = ("concepturi", "preferredlabel", "altlabels", "description")
    for original, columns in (
        (skills, (*about, "skilltype", "reuselevel")),
        (groups, (*about, "code", "modifieddate")),
        (broader, ("concepttype", "concepturi", "broaderuri")),
    ):
        yield Table(
            f"esco/{Path(original).name}.gz",
            "esco",
            original,
            from_csv,
            columns,
            keep=lambda row: row["concepturi"] in kept,
            empty=frozenset({"description"}),
        )


def compiled(table: Table, data: Path) -> tuple[bytes, int]:
    """The table as gzipped CSV, the same bytes each time, and how many rows it has."""
    licence = declaration(table.source).licence
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*table.columns, "source", "licence"])
    count = 0
    for row in table.rows(data / table.original):
        if table.keep(row):
            writer.writerow([*(_cell(table, row, name) for name in table.columns), table.source, licence])
            count += 1
    return gzip.compress(out.getvalue().encode(), 9, mtime=0), count


def _cell(table: Table, row: Row, name: str) -> str:
    if name in table.empty:
        return ""
    cell = table.clean[name](row.get(name, "")) if name in table.clean else row.get(name, "")
    return "" if CONTACT.search(cell) else cell


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def release_of(original: str) -> str:
    """When the original was published or what it is of, as its README and manifests say."""
    for part, when in (
        ("scorecard", "2026-06-10"),
        ("oews", "May 2025"),
        ("projections", "2024 to 2034"),
        ("onet", "29.3, May 2025"),
        ("esco", "1.2"),
    ):
        if part in original:
            return when
    year = re.search(r"(?:hd|c)(20\d\d)", original)
    return f"survey of {year[1]}" if year else "not dated"


def build(data: Path) -> dict[str, bytes]:
    """Every file of the demonstration that is compiled: name → content, SOURCES.yaml among them."""
    files: dict[str, bytes] = {}
    entries: list[dict[str, object]] = []
    for table in tables(data):
        files[table.out], count = compiled(table, data)
        source = declaration(table.source)
        entries.append(
            {
                "file": table.out,
                "source": source.key,
                "name": source.name,
                "publisher": source.publisher,
                "url": source.url,
                "licence": source.licence,
                "release": release_of(table.original),
                "original": table.original,
                "sha256": sha256(data / table.original),
                "rows": count,
                "columns": list(table.columns),
                **({"emptied": sorted(table.empty & set(table.columns))} if table.empty else {}),
            }
        )
    copied = [("ecosystem", name) for name in (*ecosystem.FILES, ecosystem.GUIDE, ecosystem.CLAIMS)]
    copied += [("surveys", name) for name in ("survey_features", "published_results")]
    for folder, name in copied:
        original = data / f"ecosystem/{name}.yaml"
        files[f"{folder}/{name}.yaml"] = original.read_bytes()
        entries.append(_copied(folder, name, original))
    head = "# Where the files beside this one come from. Compiled by tools/compile_demonstration.py; do not edit.\n"
    listing = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=110)
    return files | {"SOURCES.yaml": (head + listing).encode()}


def _copied(folder: str, name: str, original: Path) -> dict[str, object]:
    source = declaration("ecosystem")
    return {
        "file": f"{folder}/{name}.yaml",
        "source": source.key,
        "name": source.name,
        "publisher": source.publisher,
        "url": source.url,
        "licence": source.licence,
        "release": release_of(f"ecosystem/{name}.yaml"),
        "original": f"ecosystem/{name}.yaml",
        "sha256": sha256(original),
        "copied": "whole",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    files = build(arguments.data)
    differ = [name for name, content in files.items() if not _same(OUT / name, content)]
    if not arguments.check:
        for name in differ:
            (OUT / name).parent.mkdir(parents=True, exist_ok=True)
            (OUT / name).write_bytes(files[name])
    large = [name for name, content in files.items() if len(content) > MAX_FILE]
    print(
        f"{len(files)} files, {sum(map(len, files.values())):,} bytes; {len(differ)} differ: {', '.join(differ)}"
    )
    if large:
        print(f"Over {MAX_FILE:,} bytes: {', '.join(large)}")
    return 1 if large or (arguments.check and differ) else 0


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main())
