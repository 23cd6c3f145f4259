"""Employment projections of the BLS: jobs now and in ten years, openings a year, typical education.

Read from the occupation workbook (`occupation.xlsx`), whose table 1.2 has a title in its first row and the
column names in its second; or from a CSV with the same column names in its first row. The years stand in the
column names, so any edition is read. Numbers of the target year are forecasts: their measures say so. The wage
that the table repeats from the wage statistics of an earlier year is left to those (`oews`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from learnwork.formats import workbooks
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import rows, source_file
from learnwork.formats.model import (
    Area,
    Document,
    Format,
    Identifier,
    Item,
    Observed,
    Options,
    Reading,
    Release,
    Said,
    SourceDeclaration,
)
from learnwork.vocabulary.codes import soc
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = b"projections 1"
SHEET = "Table 1.2"
NATION = Area("us", "United States", "nation")
_CODE = re.compile(r"\d\d-\d{4}")
_SPAN = re.compile(r"(20\d\d)\s*[–-]\s*(?:20)?(\d\d)")
_YEAR = re.compile(r"20\d\d")
_DASHES = ("—", "–", "-")  # "data is unavailable", says the table's note
_THOUSAND = 1000
# No occupation has more jobs than there are people.
_UNREASONABLE = 1e10

Row = dict[str, str]


class Column(NamedTuple):
    """A measure, the words its column's name begins with, the factor to our unit, and the period it is about."""

    measure: str
    starts: str
    factor: int
    period: str


NUMBERS = (
    Column("projections.employment_base", "employment, {base}", _THOUSAND, "base"),
    Column("projections.employment", "employment, {target}", _THOUSAND, "target"),
    Column("projections.change", "employment change, numeric", _THOUSAND, "span"),
    Column("projections.change_percent", "employment change, percent", 1, "span"),
    Column("projections.openings", "occupational openings", _THOUSAND, "span"),
    Column("projections.self_employed", "percent self employed", 1, "base"),
)
TEXTS = (
    ("lw:typicalEducation", "typical education needed for entry"),
    ("lw:workExperience", "work experience in a related occupation"),
    ("lw:onTheJobTraining", "typical on-the-job training"),
)


class Layout(NamedTuple):
    """Which columns of one table hold what: full names, "" where a column is missing."""

    title: str
    code: str
    numbers: dict[str, str]
    texts: dict[str, str]
    periods: dict[str, str]


def open_projections(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a file, oldest first."""
    source = read_declaration(options.source) if options.source else declaration("bls-projections")
    return sorted((_open(path, source) for path in paths), key=lambda reading: reading.release.date)


def _open(path: Path, source: SourceDeclaration) -> Reading:
    try:
        _number, first = next(_table(path))
    except StopIteration:
        raise UnreadableFileError(
            f"{path.name} has no rows.",
            hint="Load the occupation workbook of the projections.",
            file=path.name,
        ) from None
    layout = _layout(path, tuple(first))
    base = layout.periods["base"]
    release = Release(layout.periods["span"], date(int(base), 1, 1), (source_file(path),))

    def items() -> Iterator[Item]:
        yield NATION
        seen: set[str] = set()
        for number, row in _table(path):
            yield from _items(path.name, number, row, layout, seen)

    return Reading(source, release, items, snapshot=True)


def _table(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of the table; the title above the column names is passed over."""
    if not workbooks.is_workbook(path):
        yield from rows(path)
        return
    names: list[str] = []
    for number, record in workbooks.records(path, SHEET):
        if names:
            yield number, dict(zip(names, (cell.strip() for cell in record), strict=False))
        elif sum(1 for cell in record if cell.strip()) > 2:
            names = [" ".join(cell.lower().split()) for cell in record]


def _layout(path: Path, names: tuple[str, ...]) -> Layout:
    """Find the columns by the words they begin with; an error names what is not there."""
    span = next((found for name in names if "change" in name and (found := _SPAN.search(name))), None)
    years = sorted(
        {found[0] for name in names if (found := _YEAR.search(name)) and name.startswith("employment,")}
    )
    if len(years) != 2 and span is None:
        raise _not_projections(path, "columns of employment in two years")
    base, target = (
        (years[0], years[-1]) if len(years) == 2 else (span[1], f"20{span[2]}") if span else ("", "")
    )

    def column(words: str) -> str:
        return next((name for name in names if name.startswith(words.format(base=base, target=target))), "")

    title = next((name for name in names if "matrix" in name and "title" in name), "")
    code = next((name for name in names if "matrix" in name and "code" in name), "")
    if not title or not code:
        raise _not_projections(path, "the columns of title and code of the National Employment Matrix")
    numbers = {entry.measure: column(entry.starts) for entry in NUMBERS}
    if not numbers["projections.employment"]:
        raise _not_projections(path, "a column of employment in the target year")
    periods = {"base": base, "target": target, "span": f"{base}-{target}"}
    return Layout(title, code, numbers, {term: column(words) for term, words in TEXTS}, periods)


def _not_projections(path: Path, what: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} lacks {what}.",
        hint=f"Load the workbook of occupations as the BLS publishes it (sheet {SHEET!r}).",
        file=path.name,
    )


def _items(file: str, number: int, row: Row, layout: Layout, seen: set[str]) -> Iterator[Item]:
    code, title = row.get(layout.code, ""), row.get(layout.title, "")
    place = f"{file} row {number}"
    if not code:
        return  # the footnotes below the table
    if not _CODE.fullmatch(code):
        yield Issue(
            "projections-code", f"{code[:40]!r} is no code of an occupation.", place, "Write it as 51-4121."
        )
        return
    if code in seen:
        yield Issue("duplicate-key", f"{code} stands twice; the first row counts.", place)
        return
    seen.add(code)
    ctid = derived_ctid("soc2018", code)
    yield from _said(code, ctid, title, row, layout, place)
    for column in NUMBERS:
        text = row.get(layout.numbers[column.measure], "")
        if not text:
            continue
        period = layout.periods[column.period]
        if text in _DASHES:
            yield Observed(ctid, column.measure, period, None, "not known", NATION.key, row=number)
            continue
        value = _number(text)
        if value is None:
            yield Issue(
                "projections-value", f"{column.measure} cannot be {text[:40]!r}.", place, "Give a number."
            )
            continue
        # Thousands with one decimal become whole jobs; without rounding 41.2 would become 41,200.00000000001.
        value = float(round(value * column.factor)) if column.factor > 1 else value
        yield Observed(
            ctid, column.measure, layout.periods[column.period], value, area=NATION.key, row=number
        )


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if abs(value) < _UNREASONABLE else None


def _said(code: str, ctid: str, title: str, row: Row, layout: Layout, place: str) -> Iterator[Said]:
    """What the table says in words of an occupation; and every occupation that SOC 2018 does not have."""
    texts = {
        term: text
        for term, column in layout.texts.items()
        if (text := row.get(column, "")) not in ("", *_DASHES)
    }
    known = soc.title(code)
    if not texts and known is not None:
        return
    parts = [VERSION.decode(), code, title, known or "", *(f"{term}={text}" for term, text in texts.items())]
    digest = blake2b("\0".join(parts).encode(), digest_size=16).digest()
    build = _document(ctid, code, known or title, texts, grouped=known is None)
    yield Said(
        code,
        ctid,
        "ceterms:Occupation",
        build,
        digest,
        identifiers=(Identifier("soc2018", code),),
        place=place,
    )


def _document(ctid: str, code: str, title: str, texts: Row, *, grouped: bool) -> Callable[[], Document]:
    def build() -> Document:
        document: Document = {
            "@type": "ceterms:Occupation",
            "ceterms:ctid": ctid,
            "ceterms:name": {"en": title},
            "ceterms:codedNotation": code,
        }
        document.update(texts)
        if grouped:
            note = (
                "A group that projections form; Standard Occupational Classification 2018 has no such code."
            )
            document["lw:note"] = note
        return document

    return build


def recognise(path: Path) -> bool:
    """By the columns of the National Employment Matrix."""
    try:
        _number, first = next(_table(path))
        _layout(path, tuple(first))
    except (LearnworkError, StopIteration):
        return False
    return True


FORMAT = Format("projections", "Employment projections by occupation (BLS)", open_projections, recognise)
