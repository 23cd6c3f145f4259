"""Rich Skill Descriptors as the CSV of the Open Skills Management Toolset, in the layout it imports and exports.

Each file is a collection and a source of its own. A skill with a canonical URL is known by it; one without, as in a
file made for import, by its name and statement together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import rows
from learnwork.formats.framework_documents import Frame, Statement, framework_items
from learnwork.formats.model import Document, Format, Identifier, Item, Options, Reading
from learnwork.formats.names import normalised_name
from learnwork.formats.releases import release_of
from learnwork.formats.sheet_cells import unguarded
from learnwork.vocabulary.codes import soc
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

VERSION = "osmt-1"
# What a column is called on import, and on export.
NAME = ("skill name", "rsd name")
STATEMENT = ("contextualized skill statement", "skill statement")
URL = ("canonical url", "url")
CATEGORY = ("skill category", "category", "categories")
OCCUPATIONS = (
    "bls detailed occupation",
    "bls broad occupation",
    "bls minor group",
    "bls major group",
    "detailed occupations",
    "broad occupations",
    "minor groups",
    "occupation major groups",
)
ROLES = ("o*net job role", "o*net job roles", "job roles")
ALIGNMENT = ("alignment", "alignment url")
_LISTS = {
    "lw:standard": ("professional standards", "standards"),
    "lw:certification": ("certifications",),
    "lw:employer": ("employers",),
}
_SOC = re.compile(r"\d\d-\d{4}")
_ONET = re.compile(r"\d\d-\d{4}\.\d\d")
_READ = {
    *NAME,
    *STATEMENT,
    *URL,
    *CATEGORY,
    *OCCUPATIONS,
    *ROLES,
    *ALIGNMENT,
    "keywords",
    "collection",
    "collections",
}
_READ |= {name for names in _LISTS.values() for name in names}

Row = Mapping[str, str]


def open_osmt(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a file."""
    return [_reading(path, options) for path in paths]


def _reading(path: Path, options: Options) -> Reading:
    _number, first = next(rows(path), (0, {}))
    if not _has(first, STATEMENT) or not _has(first, NAME):
        raise UnreadableFileError(
            f"{path.name} has no skills: a column for the name and one for the statement are needed.",
            hint="They are called Skill Name and Contextualized Skill Statement, or RSD Name and Skill Statement.",
            file=path.name,
        )
    name = options.extra.get("name") or path.name.partition(".")[0].replace("_", " ")
    key = f"osmt:{normalised_name(name).replace(' ', '-')}"[:100]
    source = (
        read_declaration(options.source)
        if options.source
        else replace(declaration("osmt"), key=key, name=name)
    )
    return Reading(
        source, release_of([path], options), partial(_items, path, source.key, name), snapshot=True
    )


def _has(row: Row, names: Sequence[str]) -> bool:
    return any(name in row for name in names)


def _cell(row: Row, names: Sequence[str]) -> str:
    return next((unguarded(row[name]) for name in names if row.get(name)), "")


def _list(row: Row, names: Sequence[str]) -> list[str]:
    """The parts of all these cells, each once; OSMT parts them by semicolons."""
    parts = (part.strip() for name in names for part in unguarded(row.get(name, "")).split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def _items(path: Path, source: str, name: str) -> Iterator[Item]:
    statements: list[Statement] = []
    issues: list[Issue] = []
    unread: set[str] = set()
    for number, row in rows(path, on_issue=issues.append):
        unread |= {column for column, cell in row.items() if cell and column not in _READ}
        statements.append(_statement(row, f"{path.name} row {number}", issues))
    unread -= {"alignment title", "alignment name", "alignment framework", "authors"}
    if unread:
        named = ", ".join(sorted(unread)[:10])
        issues.append(
            Issue("columns-unread", f"Columns that are not read: {named}.", path.name, severity="advice")
        )
    yield from issues
    frame = Frame("framework", derived_ctid("osmt.framework", source), name, place=path.name)
    yield from framework_items(frame, statements, partial(_ctid, source), VERSION)


def _ctid(source: str, key: str) -> str:
    return derived_ctid("uri", key) if key.startswith("http") else derived_ctid(source, key)


def _statement(row: Row, place: str, issues: list[Issue]) -> Statement:
    name, text, url = _cell(row, NAME), _cell(row, STATEMENT), _cell(row, URL)
    key = (
        url if url.startswith(("https://", "http://")) else f"{normalised_name(name)}|{normalised_name(text)}"
    )
    terms: Document = {
        "ceasn:competencyLabel": {"en": name} if name else None,
        "ceasn:competencyCategory": {"en": category} if (category := _cell(row, CATEGORY)) else None,
        "ceasn:conceptKeyword": {"en": words} if (words := _list(row, ("keywords",))) else None,
        "lw:collection": _list(row, ("collection", "collections")),
        "ceasn:alignTo": [one for one in _list(row, ALIGNMENT) if one.startswith("http")],
        "ceterms:occupationType": _occupations(row, place, issues),
        **{term: _list(row, names) for term, names in _LISTS.items()},
    }
    return Statement(
        "" if key == "|" else key,
        text,
        terms={term: value for term, value in terms.items() if value},
        identifiers=(Identifier("uri", key),) if key == url else (),
        place=place,
    )


def _occupations(row: Row, place: str, issues: list[Issue]) -> list[Document]:
    """The narrowest occupations that the row names, as codes; what is no code is an issue."""
    detailed = next((codes for name in OCCUPATIONS if (codes := _list(row, (name,)))), [])
    found = []
    for code in (*detailed, *_list(row, ROLES)):
        code = code.partition(" ")[0]
        if _SOC.fullmatch(code):
            found.append(_code("Standard Occupational Classification", "soc2018", code, soc.title(code)))
        elif _ONET.fullmatch(code):
            found.append(_code("O*NET-SOC", "onet", code, None))
        else:
            issues.append(
                Issue("code-bad", f"“{code[:40]}” is no code of an occupation.", place, severity="warning")
            )
    return found


def _code(framework: str, scheme: str, code: str, title: str | None) -> Document:
    made: Document = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": framework},
        "ceterms:codedNotation": code,
        "ceterms:targetNode": derived_ctid(scheme, code),
    }
    return made | ({"ceterms:targetNodeName": {"en": title}} if title else {})


def recognise(path: Path) -> bool:
    """By its two columns."""
    if path.is_dir() or not path.name.lower().endswith((".csv", ".csv.gz", ".xlsx")):
        return False
    try:
        _number, row = next(rows(path))
    except (LearnworkError, StopIteration):
        return False
    return _has(row, STATEMENT) and _has(row, NAME)


FORMAT = Format("osmt", "Rich Skill Descriptors (OSMT CSV)", open_osmt, recognise, VERSION)
