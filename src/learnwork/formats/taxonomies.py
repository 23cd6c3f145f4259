"""Codes as resources: fields of study (CIP 2020), occupations (SOC 2018), and which fields lead to which occupations.

    learnwork load cip [CIPCode2020.csv]
    learnwork load soc [soc2018_definitions.csv]
    learnwork load cip-soc [CIP2020_SOC2018_Crosswalk.csv]

Without a file the tables that come with Learnwork are read: codes, titles and pairs, no definitions. With the
official file the definitions come too, as `ceterms:description`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import blake2b
from pathlib import Path

from learnwork.formats import columns, files
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.model import Document, Format, Identifier, Item, Options, Reading, Release, Said
from learnwork.vocabulary import codes
from learnwork.vocabulary.codes import CodeTable
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = "1"
PACKAGED = Path(codes.__file__).parent / "tables"
NO_MATCH = ("99-9999", "99.9999")
# Codes that are kept free for Statistics Canada; no institution of the U.S. may report them.
RESERVED = "reserved"
_CIP = re.compile(r"[0-9]{2}(?:\.[0-9]{2}(?:[0-9]{2})?)?")
_SOC = re.compile(r"[0-9]{2}-[0-9]{4}")
_EXCEL_TEXT = re.compile(r'="(.*)"')


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One classification: where its official file keeps what, and how its documents look."""

    key: str
    label: str
    type: str
    table: CodeTable
    code: re.Pattern[str]
    columns: tuple[str, str, str]
    packaged: str
    day: date
    wider: Callable[[str, Mapping[str, str]], str]


def _wider_field(code: str, titles: Mapping[str, str]) -> str:
    """48.0508 stands under 48.05, that under 48."""
    return code[:5] if len(code) == 7 else code[:2] if len(code) == 5 else ""


def _wider_occupation(code: str, titles: Mapping[str, str]) -> str:
    """The nearest wider group that there is: 15-1251 under 15-1250, 15-1200 and 15-0000; some steps are left out.

    The digits do not say it all (29-1221 stands under 29-1210), so codes that our table knows are read from it.
    """
    candidates = (
        *codes.soc.broader(code),
        f"{code[:6]}0",
        f"{code[:5]}00",
        f"{code[:4]}000",
        f"{code[:3]}0000",
    )
    return next((wider for wider in candidates if wider != code and wider in titles), "")


_FIELDS = _Scheme(
    "cip2020", "CIP 2020", "lw:FieldOfStudy", codes.cip, _CIP,
    ("cipcode", "ciptitle", "cipdefinition"), "cip2020.csv", date(2020, 1, 1), _wider_field,
)  # fmt: skip
_OCCUPATIONS = _Scheme(
    "soc2018", "SOC 2018", "ceterms:Occupation", codes.soc, _SOC,
    ("soccode", "soctitle", "socdefinition"), "soc2018.csv", date(2018, 1, 1), _wider_occupation,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """One code as a file gives it. retired: the edition lists it only to say that it moved or ended."""

    title: str
    definition: str
    retired: bool
    place: str


def _open_scheme(scheme: _Scheme, paths: Sequence[Path], options: Options) -> list[Reading]:
    path = _one(paths, scheme.key)
    source = read_declaration(options.source) if options.source else declaration(scheme.key)
    file = files.source_file(path or PACKAGED / scheme.packaged)
    release = Release(scheme.label, scheme.day, (file,))
    return [Reading(source, release, partial(_scheme_items, scheme, path), snapshot=True)]


def _one(paths: Sequence[Path], name: str) -> Path | None:
    if len(paths) > 1:
        raise UnreadableFileError(
            f"{len(paths)} files were given for {name}, which is one file.",
            hint="Load one of them.",
            files=[str(path) for path in paths],
        )
    return paths[0] if paths else None


def _scheme_items(scheme: _Scheme, path: Path | None) -> Iterator[Item]:
    entries: dict[str, _Entry] = {}
    yield from _from_file(scheme, path, entries) if path else _from_package(scheme, entries)
    reserved = [code for code, entry in entries.items() if entry.title.lower() == RESERVED]
    if reserved:
        yield Issue(
            "code-reserved",
            f"{len(reserved)} codes are reserved and stand for nothing here; they were left out: "
            f"{', '.join(reserved[:5])} …",
            path.name if path else scheme.packaged,
            "",
            "advice",
        )
    titles = {code: entry.title for code, entry in entries.items()}
    for code, entry in entries.items():
        if entry.title.lower() != RESERVED:
            yield _said(scheme, code, entry, scheme.wider(code, titles))


def _from_package(scheme: _Scheme, entries: dict[str, _Entry]) -> Iterator[Issue]:
    table = scheme.table
    for row, code in enumerate(table.codes(), 2):
        entries[code] = _Entry(
            table.title(code) or code, "", table.retired(code), f"{scheme.packaged} row {row}"
        )
    return iter(())


def _from_file(scheme: _Scheme, path: Path, entries: dict[str, _Entry]) -> Iterator[Issue]:
    code_column, title_column, definition_column = scheme.columns
    raised: list[Issue] = []
    required = (code_column, title_column)
    keep = (*scheme.columns, "action")
    for number, row in files.rows(path, required=required, keep=keep, on_issue=raised.append):
        yield from raised
        raised.clear()
        code, title = _plain(row[code_column]), _title(scheme.table, row[code_column], row[title_column])
        place = f"{path.name} row {number}"
        if not scheme.code.fullmatch(code):
            yield Issue(
                "code-invalid", f"{code[:20]!r} is no code of {scheme.label}.", place, "Correct the code."
            )
        elif code in entries:
            yield Issue(
                "duplicate-key",
                f"{code} stands twice; the first row counts.",
                place,
                "Delete one of the two.",
            )
        elif not title:
            yield Issue("name-missing", f"{code} has no title.", place, "Fill in the title.")
        else:
            retired = row.get("action", "").lower() in ("deleted", "moved from")
            entries[code] = _Entry(title, row.get(definition_column, ""), retired, place)
    yield from raised


def _plain(text: str) -> str:
    """The text of a cell that was written as ="01.0000", so that spreadsheet programs keep its zeros."""
    match = _EXCEL_TEXT.fullmatch(text)
    return match[1].strip() if match else text


def _title(table: CodeTable, code: str, text: str) -> str:
    """Without the closing full stop; in the capitals of our table where the file shouts."""
    title = text.removesuffix(".").strip()
    ours = table.title(_plain(code))
    return ours if ours and ours.casefold() == title.casefold() else title


def _said(scheme: _Scheme, code: str, entry: _Entry, wider: str) -> Said:
    ctid = derived_ctid(scheme.key, code)
    made_from = "\x1f".join(
        (VERSION, scheme.type, code, wider, entry.title, entry.definition, str(entry.retired))
    )
    return Said(
        key=code,
        ctid=ctid,
        type=scheme.type,
        document=partial(_document, scheme, ctid, code, entry, wider),
        digest=blake2b(made_from.encode("utf-8", "replace"), digest_size=16).digest(),
        identifiers=(Identifier(scheme.key, code),),
        place=entry.place,
    )


def _document(scheme: _Scheme, ctid: str, code: str, entry: _Entry, wider: str) -> Document:
    document: Document = {
        "@type": scheme.type,
        "ceterms:ctid": ctid,
        "ceterms:name": {"en": entry.title},
        "ceterms:codedNotation": code,
    }
    if entry.definition:
        document["ceterms:description"] = {"en": entry.definition}
    if wider:
        document["lw:broader"] = [derived_ctid(scheme.key, wider)]
    if entry.retired:
        document["lw:retired"] = True
    return document


# --- the crosswalk ---

_CROSSWALK = ("cip2020code", "soc2018code")
_CROSSWALK_TABLE = "cip2020_soc2018.csv"


def _open_crosswalk(paths: Sequence[Path], options: Options) -> list[Reading]:
    path = _one(paths, "cip-soc")
    source = read_declaration(options.source) if options.source else declaration("cip-soc")
    file = files.source_file(path or PACKAGED / _CROSSWALK_TABLE)
    release = Release("CIP 2020 to SOC 2018", date(2020, 1, 1), (file,))
    return [Reading(source, release, partial(_crosswalk_items, path), snapshot=True)]


def _crosswalk_items(path: Path | None) -> Iterator[Item]:
    pairs: dict[str, dict[str, None]] = {}
    places: dict[str, str] = {}
    table = path or PACKAGED / _CROSSWALK_TABLE
    names = _CROSSWALK if path else ("cip", "soc")
    unmatched = 0
    for number, row in files.rows(table, required=names, keep=names):
        field, occupation = (_plain(row[name]) for name in names)
        place = f"{table.name} row {number}"
        if field in NO_MATCH or occupation in NO_MATCH:
            unmatched += 1
        elif not _CIP.fullmatch(field) or not _SOC.fullmatch(occupation):
            yield Issue(
                "code-invalid",
                f"{field[:20]!r} and {occupation[:20]!r} are not a field and an occupation.",
                place,
                "Write codes such as 48.0508 and 51-4121.",
            )
        else:
            pairs.setdefault(field, {})[occupation] = None
            places.setdefault(field, place)
    if unmatched:
        yield Issue(
            "crosswalk-no-match",
            f"{unmatched} rows say that a code has no match (99-9999, 99.9999); they were left out.",
            table.name,
            "",
            "advice",
        )
    for field, occupations in pairs.items():
        yield _leads(field, tuple(sorted(occupations)), places[field])


def _leads(field: str, occupations: tuple[str, ...], place: str) -> Said:
    made_from = "\x1f".join((VERSION, field, *occupations))
    return Said(
        key=field,
        ctid=derived_ctid(_FIELDS.key, field),
        type=_FIELDS.type,
        document=partial(_leads_document, field, occupations),
        digest=blake2b(made_from.encode(), digest_size=16).digest(),
        identifiers=(Identifier(_FIELDS.key, field),),
        place=place,
    )


def _leads_document(field: str, occupations: tuple[str, ...]) -> Document:
    return {
        "@type": _FIELDS.type,
        "ceterms:ctid": derived_ctid(_FIELDS.key, field),
        "lw:leadsTo": [derived_ctid(_OCCUPATIONS.key, occupation) for occupation in occupations],
    }


# --- the formats ---


def _recognise(required: Sequence[str], path: Path) -> bool:
    """By the names of the columns alone."""
    try:
        return path.is_file() and set(required) <= set(columns.names(path))
    except LearnworkError:
        return False


CIP = Format(
    "cip",
    "Fields of study (CIP 2020)",
    partial(_open_scheme, _FIELDS),
    partial(_recognise, _FIELDS.columns),
    VERSION,
)
SOC = Format(
    "soc", "Occupations (SOC 2018)", partial(_open_scheme, _OCCUPATIONS),
    partial(_recognise, _OCCUPATIONS.columns), VERSION,
)  # fmt: skip
CIP_SOC = Format(
    "cip-soc", "Fields of study to occupations", _open_crosswalk, partial(_recognise, _CROSSWALK), VERSION
)
