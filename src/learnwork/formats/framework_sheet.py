"""A framework in any sheet (CSV, TSV, XLSX): a row a statement, with a parent or a level number that places it.

Columns are known by the names that CASE, OpenSALT and our own exports give them, and by plain words (`COLUMNS`). A
workbook of OpenSALT with the sheets CF Doc, CF Item and CF Association is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from learnwork.formats.case import ctid_of as case_ctid
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import rows
from learnwork.formats.framework_documents import Frame, Statement, framework_items, language_of
from learnwork.formats.framework_rows import Hierarchy, by_level, by_parent
from learnwork.formats.model import Document, Format, Item, Options, Reading
from learnwork.formats.names import normalised_name
from learnwork.formats.releases import release_of
from learnwork.formats.sheet_cells import unguarded
from learnwork.formats.workbooks import is_workbook
from learnwork.vocabulary.ctid import derived_ctid, is_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = "framework-sheet-1"
ITEMS, DOCUMENT, LINKS = "CF Item", "CF Doc", "CF Association"
# What is meant → what columns are called, without spaces and in small letters.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("identifier", "id", "ctid", "uuid"),
    "statement": ("fullstatement", "statement", "competencytext", "competency", "text", "skill", "standard"),
    "parent": ("ischildof", "parent", "parentidentifier", "parentid", "childof", "broader", "under"),
    "level": ("smartlevel", "outline", "outlinenumber"),
    "order": ("sequencenumber", "order", "sequence", "rank"),
    "code": ("humancodingscheme", "code", "codednotation", "notation"),
    "number": ("listenumeration", "listid"),
    "label": ("abbreviatedstatement", "label", "competencylabel", "shortname", "name"),
    "kind": ("cfitemtype", "itemtype", "kind", "type", "category", "competencycategory"),
    "keywords": ("conceptkeywords", "keywords"),
    "notes": ("notes", "comment", "comments", "description"),
    "language": ("language", "inlanguage"),
    "framework": ("framework", "frameworkname"),
    "framework identifier": ("frameworkidentifier", "frameworkctid"),
}
_ALIGNED = {"exactmatchof": "ceasn:exactAlignment", "isrelatedto": "ceasn:alignTo"}
_RELATED = "isrelatedto"
_TAKEN = {"license", "lastchangedatetime", "educationlevel"}

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One file. columns: meaning → the column's own name. about: cells of CF Doc by squeezed name."""

    path: Path
    sheet: str | None
    columns: Mapping[str, str]
    about: Mapping[str, str]
    key: str

    def cell(self, row: Row, meaning: str) -> str:
        return unguarded(row.get(self.columns.get(meaning, ""), ""))


def open_framework_sheet(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a file. options.extra: "name" of the framework, where the sheet does not say it."""
    return [_reading(path, options) for path in paths]


def squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def columns_of(names: Sequence[str]) -> dict[str, str]:
    """Meaning → column, the first spelling of each meaning that is there."""
    there = {squeezed(name): name for name in reversed(names)}
    return {
        meaning: there[found]
        for meaning, spellings in COLUMNS.items()
        if (found := next((one for one in spellings if one in there), ""))
    }


def _sheet_of(path: Path) -> str | None:
    """The sheet with the items of a workbook of OpenSALT; None for every other file."""
    if not is_workbook(path):
        return None
    try:
        next(rows(path, sheet=ITEMS))
    except (LearnworkError, StopIteration):
        return None
    return ITEMS


def _reading(path: Path, options: Options) -> Reading:
    sheet = _sheet_of(path)
    about: dict[str, str] = {}
    if sheet:
        _number, first = next(rows(path, sheet=DOCUMENT), (0, {}))
        about = {squeezed(name): cell for name, cell in first.items() if cell}
    _number, row = next(rows(path, sheet=sheet), (0, {}))
    columns = columns_of(list(row))
    if "statement" not in columns:
        raise UnreadableFileError(
            f"{path.name} has no column for what one can do. It has: {', '.join(list(row)[:20])}.",
            hint="Call it `statement` or `fullStatement`, beside `identifier` and `parent`.",
            file=path.name,
        )
    name = (
        options.extra.get("name")
        or about.get("title")
        or unguarded(row.get(columns.get("framework", ""), ""))
    )
    name = name or path.name.partition(".")[0].replace("_", " ")
    key = about.get("identifier") or unguarded(row.get(columns.get("framework identifier", ""), ""))
    key = key or normalised_name(name).replace(" ", "-")
    generic = replace(declaration("framework-sheet"), key=f"framework:{key.lower()}"[:100], name=name[:300])
    source = read_declaration(options.source) if options.source else generic
    made = _Sheet(path, sheet, columns, about, key)
    return Reading(source, release_of([path], options), partial(_items, made, name), snapshot=True)


def _items(sheet: _Sheet, name: str) -> Iterator[Item]:
    issues: list[Issue] = []
    read = [
        (row, f"{sheet.path.name} row {number}")
        for number, row in rows(sheet.path, sheet=sheet.sheet, on_issue=issues.append)
    ]
    known = {
        *sheet.columns.values(),
        *(column for row, _ in read[:1] for column in row if squeezed(column) in _TAKEN),
    }
    if unread := sorted(
        {column for row, _ in read for column, cell in row.items() if cell and column not in known}
    ):
        unread = [column for column in unread if squeezed(column) != _RELATED]
        named = ", ".join(unread[:12])
        if unread:
            yield Issue(
                "columns-unread", f"Columns that are not read: {named}.", sheet.path.name, severity="advice"
            )
    ctid = partial(_ctid, sheet.key)
    keys = [_key(sheet, row) for row, _ in read]
    placed = _hierarchy(sheet, [row for row, _ in read], keys)
    yield from issues
    for at, message in placed.problems:
        yield Issue("level-bad", message, read[at][1], "Number the rows 1, 1.1, 1.2, 2 …", "warning")
    aligned, unknown = _links(sheet)
    yield from unknown
    statements = [
        _statement(sheet, row, key, parents, aligned.get(key.lower(), {}), ctid, place)
        for (row, place), key, parents in zip(read, keys, placed.parents, strict=True)
    ]
    yield from framework_items(_frame(sheet, name, ctid), statements, ctid, VERSION)


def _frame(sheet: _Sheet, name: str, ctid: Callable[[str], str]) -> Frame:
    about = sheet.about
    language = language_of(about.get("language"))
    terms: Document = {
        "ceasn:description": {language: about["description"]} if "description" in about else None,
        "ceasn:publisherName": {language: [one]}
        if (one := about.get("publisher") or about.get("creator"))
        else None,
        "ceasn:source": [url] if (url := about.get("officialsourceurl", "")).startswith("http") else None,
    }
    key = f"framework {sheet.key}"
    own = ctid(sheet.key) if is_ctid(sheet.key) or "identifier" in about else ctid(key)
    return Frame(
        key,
        own,
        name,
        language,
        {term: value for term, value in terms.items() if value},
        place=sheet.path.name,
    )


def _ctid(scope: str, key: str) -> str:
    """A CTID is kept, a UUID is one behind "ce-", any other identifier gives one within its framework."""
    if is_ctid(key):
        return key
    found = case_ctid(scope, key)
    return (
        found
        if found != derived_ctid(f"case.{scope}", key)
        else derived_ctid(f"framework-sheet.{scope}", key)
    )


def _key(sheet: _Sheet, row: Row) -> str:
    return (
        sheet.cell(row, "identifier")
        or sheet.cell(row, "code")
        or normalised_name(sheet.cell(row, "statement"))
    )


def _hierarchy(sheet: _Sheet, read: Sequence[Row], keys: Sequence[str]) -> Hierarchy:
    if "level" in sheet.columns:
        return by_level([sheet.cell(row, "level") for row in read], keys)
    if "parent" in sheet.columns:
        codes = [sheet.cell(row, "code") for row in read]
        return by_parent([sheet.cell(row, "parent") for row in read], keys, codes)
    return Hierarchy([() for _ in read], [])


def _links(sheet: _Sheet) -> tuple[dict[str, dict[str, list[str]]], list[Issue]]:
    """Alignments of the sheet CF Association by the item they begin at; kinds that have no property are named."""
    if not sheet.sheet:
        return {}, []
    found: dict[str, dict[str, list[str]]] = {}
    others: set[str] = set()
    try:
        for _, row in rows(sheet.path, sheet=LINKS):
            kind = squeezed(row.get("associationtype", ""))
            origin, target = row.get("originnodeidentifier", ""), row.get("destinationnodeidentifier", "")
            if (term := _ALIGNED.get(kind)) and origin and target:
                found.setdefault(origin.lower(), {}).setdefault(term, []).append(_ctid(sheet.key, target))
            elif kind and kind != "ischildof":
                others.add(row["associationtype"])
    except LearnworkError:
        return {}, []
    if not others:
        return found, []
    named = ", ".join(sorted(others))
    message = f"Associations that are not read from a sheet: {named}."
    return found, [Issue("association-unread", message, sheet.path.name, "Load the CASE package.", "warning")]


def _statement(
    sheet: _Sheet,
    row: Row,
    key: str,
    parents: tuple[str, ...] | None,
    aligned: Mapping[str, list[str]],
    ctid: Callable[[str], str],
    place: str,
) -> Statement:
    cell = partial(sheet.cell, row)
    language = language_of(cell("language"), sheet.about.get("language"))
    related = [one.strip() for one in row.get("isrelatedto", "").split(";") if one.strip()]
    terms: Document = {
        "ceasn:competencyLabel": {language: label} if (label := cell("label")) else None,
        "ceasn:competencyCategory": {language: kind} if (kind := cell("kind")) else None,
        "ceasn:codedNotation": cell("code"),
        "ceasn:listID": cell("number"),
        "ceasn:comment": {language: [notes]} if (notes := cell("notes")) else None,
        "ceasn:conceptKeyword": {language: words} if (words := _words(cell("keywords"))) else None,
        **aligned,
    }
    if related:
        terms["ceasn:alignTo"] = [one if one.startswith("http") else ctid(one) for one in related]
    order = cell("order") or cell("level").rpartition(".")[2]
    return Statement(
        key,
        cell("statement"),
        parents,
        language,
        float(order) if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", order) else None,
        {term: value for term, value in terms.items() if value},
        place=place,
    )


def _words(cell: str) -> list[str]:
    parts = cell.split(";") if ";" in cell else cell.split(",")
    return [part.strip() for part in parts if part.strip()]


def recognise(path: Path) -> bool:
    """A sheet with a statement and with what places or names it as CASE does; others are for `sheet`."""
    if path.is_dir() or not path.name.lower().endswith((".csv", ".tsv", ".csv.gz", ".xlsx")):
        return False
    try:
        _number, row = next(rows(path, sheet=_sheet_of(path)))
    except (LearnworkError, StopIteration):
        return False
    there = {squeezed(name) for name in row}
    return "fullstatement" in there or {"statement", "parent", "identifier"} <= there


FORMAT = Format(
    "framework-sheet", "Sheet of a competency framework", open_framework_sheet, recognise, VERSION
)
