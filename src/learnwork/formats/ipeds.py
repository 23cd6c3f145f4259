"""IPEDS: institutions (`hdYYYY`) and completions (`cYYYY_a`) of any year from 2020, as CSV, gzip, ZIP or Parquet.

    learnwork load ipeds hd2024.csv c2023_a.zip c2024_a.csv [--state NJ]

Each directory file is one release of the source `ipeds-directory`; each completions file is one release, of the
part "2024" and so on, of the source `ipeds-completions`. Directories are read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from learnwork.formats import archives, columns, files, ipeds_completions, ipeds_directory
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.expectations import of_a_part
from learnwork.formats.ipeds_completions import Wanted
from learnwork.formats.model import Format, Item, Options, Reading, Release, SourceDeclaration
from learnwork.formats.states import asked
from learnwork.vocabulary.errors import LearnworkError, UnreadableFileError

DIRECTORY = "ipeds-directory"
COMPLETIONS = "ipeds-completions"
_NAME = re.compile(r"(?P<kind>hd|c)(?P<year>(?:19|20)[0-9]{2})(?:_a)?(?:_rv)?(?:[^0-9a-z].*)?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_HEADS = {
    DIRECTORY: set(ipeds_directory.REQUIRED),
    COMPLETIONS: {"unitid", "cipcode", "awlevel", "ctotalt"},
}


@dataclass(frozen=True, slots=True)
class _Table:
    """One file, told apart. member: the file inside a ZIP archive."""

    path: Path
    kind: str
    year: int
    member: str | None


def open_(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a file: directories by year, then completions by year."""
    state = asked(options.state)
    tables = sorted(
        (_told_apart(path, options.release) for path in paths),
        key=lambda table: (table.kind == COMPLETIONS, table.year),
    )
    _refuse_two_of_a_year(tables)
    directories = [table for table in tables if table.kind == DIRECTORY]
    if state and not directories:
        raise UnreadableFileError(
            "A completions file does not say in which state an institution is.",
            hint=f"Give the directory file too: learnwork load ipeds hd2024.csv {paths[0].name} --state {state}."
            if paths
            else "Give a directory file (hd) and a completions file (c).",
        )
    readings = []
    for table in tables:
        source = _declaration(table.kind, options)
        if state:
            source = of_a_part(source)
        if table.kind == DIRECTORY:
            readings.append(_directory(table, source, state))
        else:
            readings.append(_completions(table, source, directories, state))
    return readings


def _declaration(kind: str, options: Options) -> SourceDeclaration:
    own = read_declaration(options.source) if options.source else None
    return own if own and own.key == kind else declaration(kind)


def _directory(table: _Table, source: SourceDeclaration, state: str) -> Reading:
    year = table.year
    release = Release(f"{year}–{year % 100 + 1:02}", date(year, 7, 1), (files.source_file(table.path),))
    return Reading(
        source, release, partial(ipeds_directory.items, table.path, table.member, state), snapshot=True
    )


def _completions(
    table: _Table, source: SourceDeclaration, directories: Sequence[_Table], state: str
) -> Reading:
    year = table.year
    label = f"July {year - 1} to June {year}"
    return Reading(
        source,
        Release(label, date(year, 7, 1), (files.source_file(table.path),), part=str(year)),
        partial(_completions_items, table, tuple(directories), state),
        total=_twice(columns.row_count(table.path)),
    )


def _completions_items(table: _Table, directories: Sequence[_Table], state: str) -> Iterator[Item]:
    wanted = _wanted(directories, state) if state else None
    return ipeds_completions.items(table.path, table.member, str(table.year), wanted)


def _wanted(directories: Sequence[_Table], state: str) -> Wanted:
    """Institutions that any of the directories puts into the state."""
    inside: set[str] = set()
    known: set[str] = set()
    for table in directories:
        for unitid, is_inside in ipeds_directory.unitids_of(table.path, table.member, state):
            if len(unitid) == 6 and unitid.isascii() and unitid.isdigit():
                known.add(unitid)
                if is_inside:
                    inside.add(unitid)
    return Wanted(frozenset(inside), frozenset(known))


def _twice(rows: int | None) -> int | None:
    """Items to come: each row is a document and a figure."""
    return None if rows is None else rows * 2


def _told_apart(path: Path, release: str) -> _Table:
    member = _member(path)
    kind = _kind(path, member)
    if kind is None:
        raise UnreadableFileError(
            f"{path.name} is neither an IPEDS directory (UNITID, INSTNM, STABBR) nor a completions file (UNITID,"
            f" CIPCODE, AWLEVEL, CTOTALT). It has: {', '.join(_head(path, member)[:40]).upper() or 'no columns'}.",
            hint="Load hdYYYY or cYYYY_a as they come from NCES; the files with labels or statistics are not read.",
            file=str(path),
        )
    return _Table(path, kind, _year(path, member, release), member)


def _refuse_two_of_a_year(tables: Sequence[_Table]) -> None:
    before: dict[tuple[str, int], Path] = {}
    for table in tables:
        other = before.setdefault((table.kind, table.year), table.path)
        if other is not table.path:
            raise UnreadableFileError(
                f"{other.name} and {table.path.name} are both of {table.year}.",
                hint="Load one of them: the revised one (_rv) where there is one.",
                files=[str(other), str(table.path)],
            )


def _member(path: Path) -> str | None:
    """The file of NCES's ZIP archive to read: the revised one (`_rv.csv`) where both are in it."""
    if not archives.is_zip(path):
        return None
    tables = [name for name in archives.members(path) if name.lower().endswith(".csv")]
    revised = [name for name in tables if name.lower().endswith("_rv.csv")]
    return revised[0] if len(revised) == 1 else tables[0] if len(tables) == 1 else None


def _head(path: Path, member: str | None) -> list[str]:
    return columns.names(path, member)


def _kind(path: Path, member: str | None) -> str | None:
    names = set(_head(path, member))
    return next((kind for kind, needed in _HEADS.items() if needed <= names), None) or _kind_by_name(path)


def _kind_by_name(path: Path) -> str | None:
    """A file named like one of the two is read as that, so that the error can name the column that it lacks."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    if match["kind"].lower() == "hd":
        return DIRECTORY
    return COMPLETIONS if "_a" in path.name.lower() else None


def _year(path: Path, member: str | None, release: str) -> int:
    for name in (Path(member or "").name, path.name):
        if match := _NAME.fullmatch(name):
            return int(match["year"])
    if found := _YEAR.fullmatch(release.strip()):
        return int(found[0])
    raise UnreadableFileError(
        f"The name {path.name} does not say of which year the file is.",
        hint="Name it as NCES does (hd2024.csv, c2024_a.csv), or give the year with --release 2024.",
        file=str(path),
    )


def recognise(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        names = set(_head(path, _member(path)))
    except LearnworkError:
        return False
    return any(needed <= names for needed in _HEADS.values())


FORMAT = Format("ipeds", "IPEDS institutions and completions", open_, recognise, ipeds_completions.VERSION)
