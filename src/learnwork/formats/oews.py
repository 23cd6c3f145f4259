"""Wages and employment of occupations by area: Occupational Employment and Wage Statistics (OEWS) of the BLS.

Two layouts are read: a SQLite database of the BLS time series "OE" (`oews_database`), and the tables that
the BLS offers for download, as XLSX or as CSV with a part of their columns (`oews_table`). Both give the same
figures.

Figures hang on the occupation and the area, never on a credential. Relative standard errors are the precision
of employment and of mean wages, not measures of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path

from learnwork.formats import oews_database, oews_table
from learnwork.formats.archives import first_bytes, open_bytes
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.expectations import of_a_part
from learnwork.formats.files import source_file
from learnwork.formats.model import (
    Area,
    Document,
    Format,
    Identifier,
    Item,
    Options,
    Reading,
    Release,
    Said,
    SourceDeclaration,
)
from learnwork.formats.oews_areas import check_found, touches
from learnwork.formats.states import asked
from learnwork.vocabulary.codes import soc
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = b"oews 1"
_YEAR_IN_NAME = re.compile(r"m_?(20\d\d)(?!\d)|oews[-_ ](20\d\d)(?!\d)", re.I)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def open_oews(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a file, oldest first."""
    source = read_declaration(options.source) if options.source else declaration("oews")
    state = asked(options.state)
    if state:
        source = of_a_part(source)
    readings = [_open(path, source, state, options) for path in paths]
    return sorted(readings, key=lambda reading: reading.release.date)


def _open(path: Path, source: SourceDeclaration, state: str, options: Options) -> Reading:
    return (_open_database if _is_database(path) else _open_table)(path, source, state, options)


def _open_database(path: Path, source: SourceDeclaration, state: str, options: Options) -> Reading:
    database = oews_database.unpacked(path)
    year = _year(options.release or oews_database.meta(database).get("release", ""), path)
    areas = {code: place for code, place in oews_database.areas(database).items() if touches(place, state)}
    check_found(areas.values(), state, path.name)
    titles = oews_database.occupations(database)
    everything = options.extra.get("industries", "") == "all"

    def items() -> Iterator[Item]:
        yield from areas.values()
        yield from _occupations(titles, path.name)
        ctids = {code.replace("-", ""): derived_ctid("soc2018", code) for code in titles}
        industries = oews_database.industries(database) if everything else None
        yield from oews_database.figures(database, areas, ctids, f"{year}-05", industries)

    return Reading(source, _release(path, year), items, snapshot=True, total=oews_database.count(database))


def _open_table(path: Path, source: SourceDeclaration, state: str, options: Options) -> Reading:
    year = _year(options.release, path)

    def items() -> Iterator[Item]:
        yield from _table_items(path, year, state)

    return Reading(source, _release(path, year), items, snapshot=True)


def _table_items(path: Path, year: int, state: str) -> Iterator[Item]:
    reader = oews_table.RowReader(path.name, f"{year}-05", oews_table.published_limits(path))
    places: dict[str, Area | None] = {}
    ctids: dict[str, str] = {}
    for number, row in oews_table.table(path):
        code, place = row["occ_code"], oews_table.area_of(row)
        if not oews_table.is_occupation(code) or place is None:
            yield Issue(
                "oews-row",
                f"Area {row['area'][:20]!r} or occupation {code[:20]!r} is not a code of these statistics.",
                f"{path.name} row {number}",
                "area_type must be 1, 2, 3, 4 or 6, and occ_code like 51-4121.",
            )
            continue
        if place.key not in places:
            places[place.key] = place if touches(place, state) else None
            if touches(place, state):
                yield place
        if places[place.key] is None:
            continue
        if code not in ctids:
            ctids[code] = derived_ctid("soc2018", code)
            yield from _occupations({code: row["occ_title"]}, path.name)
        yield from reader.read(row, number, ctids[code], place.key)
    check_found([place for place in places.values() if place], state, path.name)


def _release(path: Path, year: int) -> Release:
    return Release(f"May {year}", date(year, 5, 1), (source_file(path),))


def _year(said: str, path: Path) -> int:
    """The year of the survey: as said (by the person, or the database), else from the name of the file."""
    if found := _YEAR.search(said):
        return int(found[1])
    if found := _YEAR_IN_NAME.search(path.name):
        return int(found[1] or found[2])
    raise UnreadableFileError(
        f"{path.name} does not say of which May its wages are.",
        hint='Name the release ("May 2025"), or name the file as the BLS does, such as all_data_M_2025.xlsx.',
        file=path.name,
    )


def _occupations(titles: Mapping[str, str], file: str) -> Iterable[Said]:
    """Those occupations that SOC 2018 does not have: totals, and groups that only these statistics form."""
    for code, title in titles.items():
        if soc.title(code) is None:
            digest = blake2b(b"\0".join((VERSION, code.encode(), title.encode())), digest_size=16).digest()
            ctid = derived_ctid("soc2018", code)
            yield Said(
                code,
                ctid,
                "ceterms:Occupation",
                _occupation(ctid, code, title),
                digest,
                identifiers=(Identifier("soc2018", code),),
                place=f"{file}, occupation {code}",
            )


def _occupation(ctid: str, code: str, title: str) -> Callable[[], Document]:
    note = (
        "A group of occupations that wage statistics form; the Standard Occupational Classification lacks it."
    )
    return lambda: {
        "@type": "ceterms:Occupation",
        "ceterms:ctid": ctid,
        "ceterms:name": {"en": title},
        "ceterms:codedNotation": code,
        "lw:note": note,
    }


def _is_database(path: Path) -> bool:
    """Whether the file, unpacked, begins as an SQLite database."""
    if first_bytes(path, 2) != b"\x1f\x8b":
        return first_bytes(path, 16) == oews_database.MAGIC
    with open_bytes(path) as stream:
        return stream.read(16) == oews_database.MAGIC


def recognise(path: Path) -> bool:
    """By the first page of the database, or the columns of the table."""
    try:
        if _is_database(path):
            with open_bytes(path) as stream:
                return b"areatype_code" in stream.read(4096)
        _number, row = next(oews_table.table(path))
        return "tot_emp" in row or "a_median" in row
    except (LearnworkError, StopIteration):
        return False


FORMAT = Format("oews", "Wages and employment by occupation and area (BLS OEWS)", open_oews, recognise)
