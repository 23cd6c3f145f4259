"""The SQLite layout of the wage statistics: one row an area, industry and occupation; one column a data type.

Tables `cell(key, v01 … v17, f01 … f17)`, `area`, `occupation`, `industry`, `footnote` and `meta`, as compiled
from the BLS files oe.data, oe.area and so on. `key` is the series id without its last two digits: "OEU", one
letter for the kind of area, seven digits of area, six of industry, six of occupation. A value is a number or
"-", and then its footnote says why.

The file is hostile until proved otherwise: its size is checked against its own header while it is unpacked,
views and virtual tables are refused, and every value is bounded.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from learnwork.formats.files import open_bytes
from learnwork.formats.model import Area, Observed, Status
from learnwork.formats.oews_areas import (
    AT_LEAST,
    COLUMNS,
    CROSS_INDUSTRY,
    STATES,
    UNREASONABLE,
    area,
    highest_published,
)
from learnwork.vocabulary.errors import Issue, TooLargeError, UnreadableFileError

MAGIC = b"SQLite format 3\x00"
MAX_DATABASE = 2_000_000_000  # a year's release has 52 MB
_MAX_CELL = 1_000_000  # bytes of one row
_CHUNK = 1 << 20
_TABLES = ("cell", "area", "occupation", "industry", "footnote", "meta")
_KINDS = {"N": "nation", "S": "state", "M": "area"}
# A damaged file can put bytes that are no text even into SQLite's own messages.
_FAULTS = (sqlite3.Error, UnicodeError, OverflowError)
_HINT = "Download it again; the file must be the whole SQLite database."


@dataclass(frozen=True, slots=True)
class Footnote:
    """Why a value is missing: its status, and what it is known to be at least, per hour and per year."""

    status: Status
    at_least: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Database:
    """An unpacked database. `held` keeps the temporary copy alive as long as this lives."""

    path: Path
    name: str
    held: IO[bytes]


def unpacked(path: Path) -> Database:
    """The database, copied to a temporary file where it is packed; refused where it is not what it says."""
    with open_bytes(path, MAX_DATABASE) as stream:
        head = stream.read(100)
        if not head.startswith(MAGIC) or len(head) < 100:
            raise UnreadableFileError(f"{path.name} is not an SQLite database.", hint=_HINT, file=path.name)
        declared = _declared_size(head)
        if declared > MAX_DATABASE:
            raise TooLargeError(
                f"{path.name} says it has {declared:,} bytes; {MAX_DATABASE:,} is the most that is read.",
                hint="Check that this is the file of wages.",
                file=path.name,
            )
        held = tempfile.NamedTemporaryFile(prefix="learnwork-oews-")  # noqa: SIM115 - closed when `Database` dies
        size = held.write(head)
        while chunk := stream.read(_CHUNK):
            size += held.write(chunk)
            if size > (declared or MAX_DATABASE):
                raise UnreadableFileError(f"{path.name} has bytes after its end.", hint=_HINT, file=path.name)
    held.flush()
    if size < declared:
        raise UnreadableFileError(
            f"{path.name} ends after {size:,} of {declared:,} bytes.", hint=_HINT, file=path.name
        )
    return Database(Path(held.name), path.name, held)


def _declared_size(head: bytes) -> int:
    """Pages times page size, from the header (SQLite file format, section 1.3). 0 where it does not say."""
    page = int.from_bytes(head[16:18], "big")
    return (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")


def opened(database: Database) -> sqlite3.Connection:
    """A read-only connection that trusts nothing of the file's schema."""
    connection = sqlite3.connect(f"{database.path.as_uri()}?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_CELL)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        found = {name: str(sql) for name, sql in rows}
    except _FAULTS as error:
        connection.close()
        raise unreadable(database, error) from error
    missing = [
        name for name in _TABLES if found.get(name, "CREATE VIRTUAL").upper().startswith("CREATE VIRTUAL")
    ]
    if missing:
        connection.close()
        raise UnreadableFileError(
            f"{database.name} lacks the table{'s' * (len(missing) > 1)} {', '.join(missing)}.",
            hint="Check that this is the database of wages.",
            file=database.name,
            missing=missing,
        )
    return connection


def unreadable(database: Database, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(
        f"{database.name} cannot be read as a database of wages ({error}).", hint=_HINT, file=database.name
    )


def _pairs(database: Database, sql: str) -> list[tuple[str, ...]]:
    """The rows of a small table, all of text."""
    try:
        with closing(opened(database)) as connection:
            rows = connection.execute(sql).fetchmany(100_000)
    except _FAULTS as error:
        raise unreadable(database, error) from error
    return [tuple(cell if isinstance(cell, str) else "" for cell in row) for row in rows]


def meta(database: Database) -> dict[str, str]:
    return {row[0]: row[1] for row in _pairs(database, "SELECT name, value FROM meta")}


def areas(database: Database) -> dict[str, Area]:
    """Kind letter and area code, as they stand in the key of a cell → area."""
    found = {}
    for code, kind, state, name in _pairs(
        database, "SELECT area_code, areatype_code, state_code, area_name FROM area ORDER BY area_code"
    ):
        if kind in _KINDS:
            found[kind + code] = area(_KINDS[kind], code, name, STATES.get(state, ""))
    return found


def occupations(database: Database) -> dict[str, str]:
    """SOC code with its hyphen → title."""
    sql = "SELECT occupation_code, occupation_name FROM occupation ORDER BY occupation_code"
    return {f"{code[:2]}-{code[2:]}": name for code, name in _pairs(database, sql) if len(code) == 6}


def industries(database: Database) -> dict[str, str]:
    rows = _pairs(database, "SELECT industry_code, industry_name FROM industry")
    return {row[0]: row[1] for row in rows}


def footnotes(database: Database) -> dict[str, Footnote]:
    """Code → why a value is missing. Told by the text, because the codes change from year to year."""
    found = {}
    for code, text in _pairs(database, "SELECT footnote_code, footnote_text FROM footnote"):
        if limits := highest_published(text):
            found[code] = Footnote("suppressed", limits)
        elif "not released" in text.lower():
            found[code] = Footnote("suppressed", {})
        elif "hourly wages or annual salaries" in text.lower():
            found[code] = Footnote("not applicable", {})
    return found


def count(database: Database) -> int:
    """How many cells there are, single industries and all."""
    try:
        with closing(opened(database)) as connection:
            return int(connection.execute("SELECT count(*) FROM cell").fetchone()[0])
    except _FAULTS as error:
        raise unreadable(database, error) from error


@dataclass(slots=True)
class Tally:
    """What was passed over while the cells streamed by."""

    industries: int = 0
    areas: int = 0
    unexplained: int = 0


def figures(
    database: Database,
    kept: Mapping[str, Area],
    ctids: Mapping[str, str],
    period: str,
    industries: Mapping[str, str] | None = None,
) -> Iterator[Observed | Issue]:
    """Every figure of the kept areas, by occupation and area; last, issues that count what was left out.

    kept: of `areas`. ctids: six digits of SOC → CTID of the occupation. industries: code → name, to read
    single industries too (the name becomes the figure's cohort); None to read all industries together only.
    """
    tally = Tally()
    columns = ", ".join(["key", *(f"v{n:02}" for n in range(1, 18)), *(f"f{n:02}" for n in range(1, 18))])
    reader = _CellReader(database.name, ctids, period, footnotes(database), tally)
    keys = {code: place.key for code, place in kept.items()}
    try:
        with closing(opened(database)) as connection:
            # By occupation, so that the figures of one lie together in the store (half the time to index them).
            cursor = connection.execute(
                f"SELECT {columns}, row_number() OVER (ORDER BY key) FROM cell ORDER BY substr(key, 18), key"  # noqa: S608 - our own names
            )
            for cell in cursor:
                key, row = cell[0], cell[-1]
                if type(key) is not str or len(key) != 23:
                    yield Issue(
                        "oews-key", "The key of a cell is not a series id.", f"{database.name} cell {row}"
                    )
                    continue
                industry = key[11:17]
                cohort = ""
                if industry != CROSS_INDUSTRY:
                    if industries is None:
                        tally.industries += 1
                        continue
                    cohort = f"{industries.get(industry, '')[:44]} (NAICS {industry})".lstrip()
                place = keys.get(key[3:11])
                if place is None:
                    tally.areas += 1
                    continue
                yield from reader.read(cell, row, place, cohort)
    except _FAULTS as error:
        raise unreadable(database, error) from error
    yield from _summary(database.name, tally)


class _CellReader:
    """One cell → its figures. Its loop over the columns is where the time of reading goes."""

    def __init__(
        self,
        file: str,
        ctids: Mapping[str, str],
        period: str,
        notes: Mapping[str, Footnote],
        tally: Tally,
    ) -> None:
        self._file = file
        self._ctids = ctids
        self._period = period
        self._notes = notes
        self._tally = tally
        self._plan = [
            (
                column.measure,
                int(column.datatype),
                int(column.datatype) + 17,
                int(column.error_datatype) if column.error_datatype else 0,
                column.pay,
            )
            for column in COLUMNS
        ]

    def read(self, cell: tuple[Any, ...], row: int, place: str, cohort: str) -> list[Observed | Issue]:
        subject = self._ctids.get(cell[0][17:])
        if subject is None:
            message = f"The occupation {cell[0][17:]!r} is not in the table of occupations."
            return [Issue("oews-occupation", message, f"{self._file} cell {row}")]
        found: list[Observed | Issue] = []
        add = found.append
        new: Callable[..., Any] = tuple.__new__  # half the time of Observed(…)
        period, reported = self._period, "reported"
        for measure, at, note_at, error_at, pay in self._plan:
            text = cell[at]
            if text is None:
                continue
            try:
                value = float(text)
            except (ValueError, TypeError):
                found += self._missing(cell, row, place, cohort, subject, measure, note_at, pay)
                continue
            if not 0 <= value < UNREASONABLE:
                add(Issue("oews-value", f"{measure} cannot be {text!r}.", f"{self._file} cell {row}"))
                continue
            error = None
            if error_at:
                try:
                    error = float(cell[error_at])
                except (ValueError, TypeError):
                    error = None
                else:
                    error = error if 0 <= error < UNREASONABLE else None
            add(
                new(
                    Observed,
                    (subject, measure, period, value, reported, place, cohort, None, error, "", row),
                )
            )
        return found

    def _missing(
        self,
        cell: tuple[Any, ...],
        row: int,
        place: str,
        cohort: str,
        subject: str,
        measure: str,
        note_at: int,
        pay: str,
    ) -> Iterator[Observed]:
        """A value that is not given: with the status of its footnote, and what it is known to be at least."""
        note = self._notes.get(cell[note_at]) if type(cell[note_at]) is str else None
        if note is None:
            self._tally.unexplained += 1
        status: Status = note.status if note else "not known"
        yield Observed(subject, measure, self._period, None, status, place, cohort, row=row)
        if note and pay in note.at_least and measure in AT_LEAST:
            least = note.at_least[pay]
            yield Observed(
                subject, AT_LEAST[measure], self._period, least, area=place, cohort=cohort, row=row
            )


def _summary(file: str, tally: Tally) -> Iterator[Issue]:
    if tally.industries:
        yield Issue(
            "oews-industries",
            f"{tally.industries:,} cells of single industries were passed over.",
            file,
            "Load with --set industries=all to read them as well.",
            "advice",
        )
    if tally.areas:
        yield Issue(
            "oews-areas",
            f"{tally.areas:,} cells of other areas were passed over.",
            file,
            "Load without a state to read them as well.",
            "advice",
        )
    if tally.unexplained:
        yield Issue(
            "oews-unexplained",
            f"{tally.unexplained:,} values are missing without a footnote that we know; they are not known.",
            file,
            severity="warning",
        )
