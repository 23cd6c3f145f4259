"""O*NET: occupations with titles, tasks, technology and job zones, and the competencies they need.

Given as a folder (or the files) of one O*NET release, in either of its shapes: workbooks (`Skills.xlsx`) or text
separated by tabs (`Skills.txt`), with spaces or underscores in the names. `Occupation Data` is needed; any
other table that is missing is named and passed over.

- occupations by their O*NET-SOC code ("51-4121.00"), each under the SOC occupation of its first seven characters;
- the elements of the content model that are skills, knowledge, abilities or work activities, as competencies of
  one framework, and under the work activities the intermediate and detailed ones, where their tables are there;
- importance and level of each element for each occupation, as figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import read_text, rows, source_file
from learnwork.formats.model import Format, Item, Options, Reading, Release, SourceDeclaration
from learnwork.formats.onet_documents import Elements, Occupation
from learnwork.formats.onet_ratings import ratings
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

OCCUPATIONS = "occupation data"
TITLES = "alternate titles"
TASKS = "task statements"
TECHNOLOGY = "technology skills"
ZONES = "job zones"
REFERENCE = "content model reference"
INTERMEDIATE = "iwa reference"
DETAILED = "dwa reference"
TASK_ACTIVITIES = "tasks to dwas"
RATED = ("skills", "knowledge", "abilities", "work activities")
TABLES = (
    *(OCCUPATIONS, TITLES, TASKS, TECHNOLOGY, ZONES, REFERENCE, INTERMEDIATE, DETAILED, TASK_ACTIVITIES),
    *RATED,
)
CODE = "o*net-soc code"
_SUFFIXES = (".xlsx", ".txt", ".csv", ".gz")
_IS_CODE = re.compile(r"\d\d-\d{4}\.\d\d")
_VERSION = re.compile(r"(?<!\d)(\d\d)[._](\d)(?!\d)")
# A release is named by year and quarter: 29.0 came in August 2024, 29.1 in November, 29.2 in February 2025.
_QUARTERS = ((8, 1995), (11, 1995), (2, 1996), (5, 1996))

Row = dict[str, str]


def open_onet(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading: all files that are given, by name or as a folder, are one release."""
    source = read_declaration(options.source) if options.source else declaration("onet")
    tables = _tables(paths)
    if OCCUPATIONS not in tables:
        raise UnreadableFileError(
            f"There is no table of occupations in {', '.join(path.name for path in paths)}.",
            hint="Give the folder of an O*NET release, unpacked, with Occupation_Data.xlsx or Occupation Data.txt.",
            missing=["Occupation Data"],
        )
    return [_reading(source, tables, onet_release(paths, tables, options.release))]


def _tables(paths: Sequence[Path]) -> dict[str, Path]:
    """Name of the table ("alternate titles") → file, for the tables that we read."""
    found: dict[str, Path] = {}
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            name = table_name(file)
            if name in TABLES and name not in found:
                found[name] = file
    return found


def table_name(path: Path) -> str:
    """The table in "Alternate_Titles.xlsx" or "Alternate Titles.txt" is "alternate titles"; "" for other files."""
    if path.suffix.lower() not in _SUFFIXES:
        return ""
    return re.sub(r"[^a-z]+", " ", path.name.lower().split(".")[0]).strip()


def onet_release(paths: Sequence[Path], tables: Mapping[str, Path], said: str) -> Release:
    """The version as said, as the release's own Read_Me gives it, or as the path has it; the date follows."""
    files = tuple(source_file(path) for _name, path in sorted(tables.items()))
    for text in _versions(paths, said):
        if (found := _VERSION.search(text)) and int(found[2]) < len(_QUARTERS):
            month, offset = _QUARTERS[int(found[2])]
            return Release(f"{found[1]}.{found[2]}", date(int(found[1]) + offset, month, 1), files)
    raise UnreadableFileError(
        "The files do not say which release of O*NET they are.",
        hint="Name the release, such as 29.3, or keep Read_Me.txt beside the tables.",
    )


def _versions(paths: Sequence[Path], said: str) -> Iterator[str]:
    yield said
    for folder in dict.fromkeys(path if path.is_dir() else path.parent for path in paths):
        for name in ("Read_Me.txt", "Read Me.txt"):
            if (folder / name).is_file():
                yield read_text(folder / name, limit=100_000)
    yield from (path.name for path in paths)
    yield from (path.parent.name for path in paths)


def _reading(source: SourceDeclaration, tables: Mapping[str, Path], release: Release) -> Reading:
    def items() -> Iterator[Item]:
        for name in TABLES:
            if name not in tables:
                message = f"The table {name.title()!r} is not there; what it holds is left out."
                yield Issue("onet-table", message, severity="advice")
        elements = Elements(_elements(tables))
        yield from elements.framework()
        occupations = _occupations(tables)
        yield from _details(tables, occupations)
        for occupation in occupations.values():
            yield occupation.said()
        ctids = {code: occupation.ctid for code, occupation in occupations.items()}
        for name in RATED:
            if name in tables:
                yield from ratings(tables[name], ctids, elements, release.date)

    return Reading(source, release, items, snapshot=True)


def _elements(tables: Mapping[str, Path]) -> Iterator[tuple[str, str, str]]:
    """Id, name and description of each element of the content model, where its table is there."""
    if REFERENCE in tables:
        for _number, row in rows(tables[REFERENCE], required=("element id", "element name")):
            yield row["element id"], row["element name"], row.get("description", "")
    for name, kind in ((INTERMEDIATE, "iwa"), (DETAILED, "dwa")):
        if name in tables:
            for _number, row in rows(tables[name], required=(f"{kind} id", f"{kind} title")):
                yield row[f"{kind} id"], row[f"{kind} title"], ""


def _occupations(tables: Mapping[str, Path]) -> dict[str, Occupation]:
    path = tables[OCCUPATIONS]
    found: dict[str, Occupation] = {}
    for number, row in rows(path, required=(CODE, "title")):
        code = row[CODE]
        if not _IS_CODE.fullmatch(code):
            raise UnreadableFileError(
                f"{path.name} row {number}: {code[:40]!r} is no code of an occupation.",
                hint="Codes look like 51-4121.00; check that this is the table Occupation Data.",
                file=path.name,
                row=number,
            )
        found[code] = Occupation(code, row["title"], row.get("description", ""), f"{path.name} row {number}")
    return found


def _details(tables: Mapping[str, Path], occupations: Mapping[str, Occupation]) -> Iterator[Issue]:
    """Fill the occupations from the tables about them; say of each table how many rows had no occupation."""
    for name, column, add in (
        (TITLES, "alternate title", Occupation.add_title),
        (TASKS, "task", Occupation.add_task),
        (TECHNOLOGY, "example", Occupation.add_technology),
        (ZONES, "job zone", Occupation.add_zone),
        (TASK_ACTIVITIES, "dwa id", Occupation.add_activity),
    ):
        if name not in tables:
            continue
        path, lost = tables[name], []
        for number, row in rows(path, required=(CODE, column)):
            if (occupation := occupations.get(row[CODE])) is None:
                lost.append(number)
            else:
                add(occupation, row)
        yield from without_occupation(path.name, lost)


def without_occupation(file: str, lost: Sequence[int]) -> Iterable[Issue]:
    if lost:
        message = f"{len(lost):,} rows are about occupations that Occupation Data does not list; left out."
        yield Issue("onet-occupation", message, f"{file} row {lost[0]}", "Take all tables of one release.")


def recognise(path: Path) -> bool:
    """A folder with the table of occupations, or one of the tables by its name and columns."""
    if path.is_dir():
        return OCCUPATIONS in _tables([path])
    if table_name(path) not in TABLES:
        return False
    try:
        _number, row = next(rows(path))
    except (LearnworkError, StopIteration):
        return False
    return CODE in row or "element id" in row


FORMAT = Format("onet", "O*NET occupations and the competencies they need", open_onet, recognise)
