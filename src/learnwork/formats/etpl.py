"""A state's list of eligible training providers: providers, programs, outcomes, licences, credentials.

A state is a mapping in YAML (`mappings/*.yaml`, or an operator's own), not code: see `etpl_mapping`. Programs
and providers become documents; outcomes of a provider in a field hang on the group of its programs there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cache
from hashlib import blake2b
from pathlib import Path

import orjson

from learnwork.formats import etpl_cells, etpl_documents
from learnwork.formats.etpl_documents import Row, RowReader, scheme
from learnwork.formats.etpl_figures import observations, subject_of_outcome
from learnwork.formats.etpl_mapping import read_mapping
from learnwork.formats.etpl_model import MappingOfList, Table
from learnwork.formats.etpl_tables import released_on, table_rows
from learnwork.formats.files import source_file
from learnwork.formats.model import Document, Format, Group, Identifier, Item, Options, Reading, Release, Said
from learnwork.formats.names import normalised_name
from learnwork.vocabulary.codes import soc as soc_codes
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import BadMappingError, Issue, UnknownFormatError

MAPPINGS = Path(__file__).parent / "mappings"
VERSION = "1"
_AWARDED = {"license": "ceterms:License", "credential": "ceterms:Certification"}


@cache
def shipped() -> tuple[MappingOfList, ...]:
    """The mappings that come with Learnwork."""
    return tuple(read_mapping(path) for path in sorted(MAPPINGS.glob("*.yaml")))


def open_list(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading of one list. The mapping is `options.source`, or the shipped one that knows the files."""
    mapping = read_mapping(options.source) if options.source else _fitting(paths)
    files = _assign(mapping, paths)
    release = _release(mapping, files, options)

    def items() -> Iterator[Item]:
        return _items(mapping, files)

    return [Reading(source=mapping.source, release=release, items=items, snapshot=True)]


def _fitting(paths: Sequence[Path]) -> MappingOfList:
    for mapping in shipped():
        if any(_matches(table, path) for path in paths for table in mapping.tables if not table.optional):
            return mapping
    names = ", ".join(path.name for path in paths)
    known = ", ".join(mapping.source.key for mapping in shipped())
    raise UnknownFormatError(
        f"No known training list has files named {names}.",
        hint=f"Known lists: {known}. For another one write a mapping and give it with --source.",
    )


def _matches(table: Table, path: Path) -> bool:
    return fnmatch(path.name.lower(), table.pattern.lower())


def _assign(mapping: MappingOfList, paths: Sequence[Path]) -> dict[str, Path]:
    """Table name → file. A file that is missing, twice there, or nobody's is an error, so that none is forgotten."""
    files: dict[str, Path] = {}
    for table in mapping.tables:
        found = [path for path in paths if _matches(table, path)]
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise BadMappingError(
                f"{len(found)} files fit the table {table.name} ({table.pattern}): {names}.",
                hint="Give one of them, or make the pattern in the mapping narrower.",
                key=f"tables.{table.name}.file",
            )
        if found:
            files[table.name] = found[0]
        elif not table.optional:
            raise BadMappingError(
                f"No file fits the table {table.name} of {mapping.source.key} ({table.pattern}).",
                hint="Give that file too, or write `optional: true` in the mapping.",
                key=f"tables.{table.name}.file",
            )
    unused = [path.name for path in paths if path not in files.values()]
    if unused:
        raise BadMappingError(
            f"The mapping of {mapping.source.key} has no table for {', '.join(unused)}.",
            hint="Leave the file out, or add a table for it to the mapping.",
        )
    return files


def _release(mapping: MappingOfList, files: Mapping[str, Path], options: Options) -> Release:
    found = etpl_cells.iso_date(options.release) or mapping.release_date
    if found is None and mapping.release_from and mapping.release_from[0] in files:
        name, column = mapping.release_from
        found = released_on(files[name], mapping.table(name), column)
    if found is None:  # as for every format that says nothing of its day
        newest = max(path.stat().st_mtime for path in files.values())
        found = datetime.fromtimestamp(newest, UTC).date()
    label = options.release or found.isoformat()
    distinct = dict.fromkeys(files.values())
    return Release(label=label, date=found, files=tuple(source_file(path) for path in distinct))


def _items(mapping: MappingOfList, files: Mapping[str, Path]) -> Iterator[Item]:
    lookups: dict[str, dict[str, Row]] = {}
    seen: dict[str, str] = {}
    for table in mapping.tables:
        if table.name not in files:
            continue
        path = files[table.name]
        surplus: list[Issue] = []
        rows = table_rows(path, table, surplus.append)
        if table.role == "lookup":
            lookups[table.name] = _lookup(mapping, table, rows)
            continue
        reader = RowReader(mapping, table, lookups)
        for number, row in rows:
            yield from surplus
            surplus.clear()
            reader.turn_to(row, f"{path.name} row {number}")
            yield from _READ[table.role](reader, number, seen)
            yield from _doubts(reader)
            yield from reader.issues


def _lookup(mapping: MappingOfList, table: Table, rows: Iterator[tuple[int, Row]]) -> dict[str, Row]:
    """A table held in memory by its key. Keys that are CIP or SOC codes are found however they are written."""
    reader = RowReader(mapping, table, {})
    found: dict[str, Row] = {}
    for _number, row in rows:
        reader.turn_to(row, "")
        if key := reader.field("key"):
            found[key] = row
            for code in (etpl_cells.cip(key), etpl_cells.soc(key)):
                if code:
                    found.setdefault(code, row)
                    found.setdefault(code.replace(".", "").replace("-", ""), row)
                    found.setdefault(code.replace(".", "").replace("-", "").lstrip("0"), row)
    return found


def _doubts(reader: RowReader) -> Iterator[Issue]:
    for doubt in reader.table.doubts:
        if reader.raw(doubt.cell).casefold() in doubt.when:
            yield Issue("list-doubts", doubt.message, reader.place, "", "advice")


def _claim(reader: RowReader, role: str, seen: dict[str, str]) -> str | None:
    """The row's own key, once: a row without one, or with one that was there before, is refused."""
    key = reader.field("key")
    if not key:
        columns = " or ".join(reader.table.fields["key"].columns)
        reader.report("key-missing", f"No value in {columns}, which tells rows apart.", refuses=True)
        return None
    full = f"{role}:{key}"
    if full in seen:
        if not reader.table.fallback:
            message = f"The same {role} {key[:80]} as in {seen[full]}."
            reader.report("key-duplicate", message, "Delete one of the two rows.", refuses=True)
        return None
    return key


def _said(
    reader: RowReader, role: str, key: str, document: Document, identifiers: tuple[Identifier, ...] = ()
) -> Said:
    digest = blake2b(VERSION.encode(), digest_size=16)
    digest.update(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    for identifier in identifiers:
        digest.update(f"{identifier.scheme}\n{identifier.value}\n".encode())
    return Said(
        key=f"{role}:{key}",
        ctid=document["ceterms:ctid"],
        type=document["@type"],
        document=lambda: document,
        digest=digest.digest(),
        identifiers=identifiers,
        place=reader.place,
    )


def _named(reader: RowReader, role: str, seen: dict[str, str]) -> tuple[str, str] | None:
    """Key and name of a row; None where it is refused."""
    key = _claim(reader, role, seen)
    if key is None:
        return None
    name = reader.field("name")
    if not name and reader.table.fallback:
        return None  # whoever names it says that it is unknown
    if not name:
        reader.report(
            "name-missing", f"The {role} {key[:80]} has no name.", "Ask the publisher.", refuses=True
        )
        return None
    seen[f"{role}:{key}"] = reader.place
    return key, name


def _provider(reader: RowReader, number: int, seen: dict[str, str]) -> Iterator[Item]:
    if found := _named(reader, "provider", seen):
        key, name = found
        ctid = derived_ctid(scheme(reader.mapping, "provider"), key)
        identifiers: tuple[Identifier, ...] = ()
        if fein := etpl_cells.employer_number(reader.field("fein")):
            identifiers = (Identifier("fein+name", f"{fein}|{normalised_name(name)}"),)
        yield _said(reader, "provider", key, etpl_documents.provider(reader, ctid, name), identifiers)


def _program(reader: RowReader, number: int, seen: dict[str, str]) -> Iterator[Item]:
    if found := _named(reader, "program", seen):
        key, name = found
        provider = reader.field("provider")
        if not provider:
            reader.report("provider-missing", f"The program {key[:80]} names no provider.", refuses=True)
            return
        ctid = derived_ctid(scheme(reader.mapping, "program"), key)
        by = derived_ctid(scheme(reader.mapping, "provider"), provider)
        if f"provider:{provider}" not in seen:
            reader.report("provider-unknown", f"The list does not say who provider {provider[:80]} is.")
        yield _said(reader, "program", key, etpl_documents.program(reader, ctid, name, by))
        yield from observations(reader, ctid, number)


def _awarded(reader: RowReader, number: int, seen: dict[str, str]) -> Iterator[Item]:
    role = reader.table.role
    if found := _named(reader, role, seen):
        key, name = found
        ctid = derived_ctid(scheme(reader.mapping, role), key)
        yield _said(reader, role, key, etpl_documents.awarded(reader, _AWARDED[role], ctid, name))


def _outcome(reader: RowReader, number: int, seen: dict[str, str]) -> Iterator[Item]:
    subject = subject_of_outcome(reader)
    if subject is None:
        return
    when = f"{reader.field('period')}|{reader.field('cohort')}"
    whom = f"{subject.provider}|{subject.field}" if isinstance(subject, Group) else subject
    key = f"outcome:{whom}|{when}"
    if key in seen:
        reader.report(
            "key-duplicate", f"The same outcomes as in {seen[key]}.", "Delete one row.", refuses=True
        )
    else:
        seen[key] = reader.place
        yield from observations(reader, subject, number)


def _occupation(reader: RowReader, number: int, seen: dict[str, str]) -> Iterator[Item]:
    code = etpl_cells.soc(reader.field("soc"))
    if code is None or code not in soc_codes:
        what = code or reader.field("soc")[:80] or "nothing"
        reader.report("soc-unknown", f"{what} is not an occupation of SOC 2018.", refuses=True)
        return
    ctid = derived_ctid("soc2018", code)
    if reader.table.properties and f"occupation:{code}" not in seen:
        seen[f"occupation:{code}"] = reader.place
        # The list's own wording of a title is no claim about the occupation's name.
        document = etpl_documents.base(reader, "ceterms:Occupation", ctid, soc_codes.title(code) or code)
        document["ceterms:codedNotation"] = code
        yield _said(reader, "occupation", code, document)
    yield from observations(reader, ctid, number)


_READ: Mapping[str, Callable[[RowReader, int, dict[str, str]], Iterator[Item]]] = {
    "provider": _provider,
    "program": _program,
    "license": _awarded,
    "credential": _awarded,
    "outcome": _outcome,
    "occupation": _occupation,
}


def recognise(path: Path) -> bool:
    """Whether one of the shipped mappings knows a file by its name."""
    if path.is_dir():
        return False
    return any(_matches(table, path) for mapping in shipped() for table in mapping.tables)


FORMAT = Format(name="etpl", label="List of eligible training providers", open=open_list, recognise=recognise)
