"""Any sheet (CSV, TSV, XLSX, ODS): guess what its columns mean, read its rows as documents.

A row with any bad cell is refused with every reason, so that it can be mended and loaded again; nothing of it
is loaded. Our own exports (`sheet_writer`) load back unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from learnwork.formats import etpl_cells, json_spans, sheet_cells
from learnwork.formats.declarations import read_declaration
from learnwork.formats.files import looks_like_text, rows, source_file
from learnwork.formats.model import Document, Format, Item, Options, Reading, Release, Said, SourceDeclaration
from learnwork.formats.names import normalised_name
from learnwork.formats.sheet_cells import BadCellError
from learnwork.formats.sheet_guess import guess, type_of
from learnwork.formats.sheet_mapping import Column, SheetMapping, read_sheet_mapping
from learnwork.formats.workbooks import is_workbook
from learnwork.vocabulary.ctid import derived_ctid, is_ctid
from learnwork.vocabulary.documents import caption, in_language
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError
from learnwork.vocabulary.types import Property

VERSION = "1"
_PLACE = {
    "street": "ceterms:streetAddress",
    "city": "ceterms:addressLocality",
    "region": "ceterms:addressRegion",
    "country": "ceterms:addressCountry",
    "postal_code": "ceterms:postalCode",
    "county": "lw:county",
    "latitude": "ceterms:latitude",
    "longitude": "ceterms:longitude",
}
_PROVIDER = "ceterms:offeredBy"
_NAMES = ("ceterms:name", "ceasn:name", "ceasn:competencyText", "skos:prefLabel", "ceasn:competencyLabel")


def open_sheet(paths: Sequence[Path], options: Options) -> list[Reading]:
    """A reading for each sheet. `options.extra` may name a `mapping` (YAML) and a `type` (key of a type)."""
    return [_reading(path, options) for path in paths]


def _reading(path: Path, options: Options) -> Reading:
    extra = options.extra
    if "mapping" in extra:
        mapping = read_sheet_mapping(Path(extra["mapping"]))
    else:
        mapping = guess(path, extra.get("type"), extra.get("sheet"))
    source = read_declaration(options.source) if options.source else _undeclared(path)
    day = etpl_cells.iso_date(options.release) or _modified(path)
    release = Release(options.release or day.isoformat(), day, (source_file(path),))
    return Reading(source, release, partial(read_rows, path, mapping, source.key), snapshot=True)


def _undeclared(path: Path) -> SourceDeclaration:
    """A sheet without a declaration is a source of its own, named after the file, and says that it is unknown."""
    stem = normalised_name(path.name.partition(".")[0]).replace(" ", "-")[:80] or "sheet"
    key = "".join(character for character in stem if character.isascii()) or "sheet"
    return SourceDeclaration(
        key=f"sheet-{key}".replace("--", "-").strip("-"),
        name=path.name,
        publisher="not stated",
        url="",
        licence="not stated",
        trust=30,
        note="Loaded from a sheet without a declaration of its source.",
    )


def _modified(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def read_rows(path: Path, mapping: SheetMapping, source: str) -> Iterator[Item]:
    """Each row as a `Said`, or as the issues for which it is refused."""
    reader = _Rows(path, mapping, source)
    surplus: list[Issue] = []
    ignored = [column.name for column in mapping.columns if column.role == "ignore"]
    if ignored:
        names = ", ".join(ignored[:20])
        yield Issue(
            "columns-unread",
            f"Columns that are not read: {names}.",
            path.name,
            "Map them to a term.",
            "advice",
        )
    required = [column.name for column in mapping.columns if column.role != "ignore"]
    for number, row in rows(
        path, required=required, sheet=mapping.sheet, keep=required, on_issue=surplus.append
    ):
        yield from surplus
        surplus.clear()
        yield from reader.items(number, row)


class _Rows:
    """Reads rows of one sheet; remembers keys to find duplicates, and providers that rows name."""

    def __init__(self, path: Path, mapping: SheetMapping, source: str) -> None:
        self.path = path
        self.mapping = mapping
        self.source = source
        self.seen: dict[str, int] = {}
        self.providers: set[str] = set()
        self.problems: list[Issue] = []
        self.place = ""

    def items(self, number: int, row: Mapping[str, str]) -> Iterator[Item]:
        self.problems = []
        self.place = f"{self.path.name} row {number}"
        document, provider = self.document(row)
        key = self.key(row, document, provider)
        ctid = document.get("ceterms:ctid")
        if "ceterms:ctid" in document and not (isinstance(ctid, str) and is_ctid(ctid)):
            self.refuse(
                "ctid-bad", f"“{str(ctid)[:60]}” is not a CTID.", "Write ce- and a UUID, or leave it empty."
            )
        if key and key in self.seen:
            self.refuse(
                "key-duplicate", f"The same row as row {self.seen[key]}: {key[:80]}.", "Delete one of them."
            )
        if any(problem.severity == "error" for problem in self.problems):
            yield from self.problems
            return
        self.seen[key] = number
        if provider and provider not in self.providers:
            self.providers.add(provider)
            yield self.provider(provider)
        yield self.said(key, document)
        yield from self.problems

    def document(self, row: Mapping[str, str]) -> tuple[Document, str]:
        """The document of a row and the name of its provider (\"\" for none). Problems are noted."""
        type_cell = row.get(self.mapping.by_role("type"), "")
        document: Document = {"@type": self.class_of(type_cell)}
        if ctid := sheet_cells.unguarded(row.get(self.mapping.by_role("ctid"), "")):
            document["ceterms:ctid"] = ctid
        provider = ""
        parts: dict[str, str] = {}
        for column in self.mapping.columns:
            text = row.get(column.name, "")
            if not text:
                continue
            if sheet_cells.runs(text):
                self.note(
                    "formula", f"“{text[:60]}” in {column.name} looks like a formula; it is kept as text."
                )
            if column.role == "property":
                self.property(document, column, text)
            elif column.role == "provider":
                provider = self.offered_by(document, sheet_cells.unguarded(text))
            elif column.role.startswith("place."):
                parts[column.role.partition(".")[2]] = sheet_cells.unguarded(text)
            elif column.role == "more":
                self.more(document, text)
        if parts:
            self.located(document, parts)
        if not any(in_language(document.get(term)).strip() for term in _NAMES):
            name = next((c.name for c in self.mapping.columns if c.term in _NAMES), "a column for the name")
            if "ceterms:ctid" in document:
                self.note("name-missing", f"No name in {name}; the row is known by its CTID alone.")
            else:
                self.refuse("name-missing", f"No name in {name}.", "Fill it in, or delete the row.")
        return document, provider

    def class_of(self, text: str) -> str:
        if ":" in text:
            return text
        found = type_of(text) if text else self.mapping.type
        if found is None:
            self.refuse(
                "type-unknown", f"“{text[:60]}” is not a type.", "Write a class such as ceterms:Certificate."
            )
            found = self.mapping.type
        return found.classes[0] if found.classes else "ceterms:Resource"

    def property(self, document: Document, column: Column, text: str) -> None:
        item = self.mapping.properties[column.term]
        try:
            value = _value(text, column, item)
        except BadCellError as error:
            below = item.kind == "money" and text.lstrip("'$ ").startswith(("-", "("))
            code = "cost-negative" if below else f"{item.kind.replace(' ', '-')}-bad"
            self.refuse(
                code, f"“{text[:60]}” in {column.name} is not {error}.", "Mend the cell, or empty it."
            )
            return
        if column.term in document and isinstance(value, list) and isinstance(document[column.term], list):
            document[column.term] = document[column.term] + value
        else:
            document[column.term] = value

    def offered_by(self, document: Document, text: str) -> str:
        """Link the row to its provider, by CTID or by name; returns the name."""
        if is_ctid(text):
            document[_PROVIDER] = [text]
            return ""
        document[_PROVIDER] = [derived_ctid(f"sheet.{self.source}.provider", normalised_name(text))]
        return text

    def more(self, document: Document, text: str) -> None:
        try:
            found = json_spans.read(text)
        except json_spans.BadJsonError:
            found = None
        if isinstance(found, dict):
            document.update(found)
        else:
            self.refuse(
                "more-bad", "The column `more` does not hold a JSON object.", "Mend it, or empty the cell."
            )

    def located(self, document: Document, parts: Mapping[str, str]) -> None:
        item = next((item for item in self.mapping.type.properties if item.kind == "place"), None)
        place: dict[str, Any] = {"@type": "ceterms:Place"}
        for part, text in parts.items():
            term = _PLACE[part]
            if part in ("latitude", "longitude"):
                number = etpl_cells.amount(text)
                if number is None or abs(number) > (90 if part == "latitude" else 180):
                    self.refuse(
                        "place-bad", f"“{text[:40]}” is not a {part}.", "Write degrees, such as 40.72."
                    )
                else:
                    place[term] = number
            elif part == "postal_code":
                place[term] = etpl_cells.postal_code(text)
            else:
                place[term] = text if part == "county" else {"en": text}
        if item is None:
            self.note(
                "place-unread", f"{self.mapping.type.label} has no property for a place; it was left out."
            )
        else:
            document.setdefault(item.term, []).append(place)

    def key(self, row: Mapping[str, str], document: Document, provider: str) -> str:
        if "ceterms:ctid" in document:
            return str(document["ceterms:ctid"])
        if self.mapping.key:
            if key := row.get(self.mapping.key, ""):
                return key
            self.refuse(
                "key-missing", f"No value in {self.mapping.key}, which tells rows apart.", "Fill it in."
            )
            return ""
        return f"{normalised_name(caption(document))}|{normalised_name(provider)}"

    def provider(self, name: str) -> Said:
        document: Document = {
            "@type": "ceterms:CredentialOrganization",
            "ceterms:ctid": derived_ctid(f"sheet.{self.source}.provider", normalised_name(name)),
            "ceterms:name": {"en": name},
        }
        return self.made(f"provider:{normalised_name(name)}", document, derived=True)

    def said(self, key: str, document: Document) -> Said:
        derived = "ceterms:ctid" not in document
        if derived:
            document["ceterms:ctid"] = derived_ctid(f"sheet.{self.source}", key)
        return self.made(key, document, derived=derived)

    def made(self, key: str, document: Document, *, derived: bool) -> Said:
        digest = blake2b(
            VERSION.encode() + orjson.dumps(document, option=orjson.OPT_SORT_KEYS), digest_size=16
        )
        return Said(
            key=key,
            ctid=document["ceterms:ctid"],
            type=document["@type"] if isinstance(document["@type"], str) else "ceterms:Resource",
            document=lambda: document,
            digest=digest.digest(),
            derived=derived,
            place=self.place,
        )

    def refuse(self, code: str, message: str, hint: str) -> None:
        self.problems.append(Issue(code, message, self.place, hint))

    def note(self, code: str, message: str) -> None:
        self.problems.append(Issue(code, message, self.place, "", "warning"))


def _value(text: str, column: Column, item: Property) -> Any:
    """A cell's value; the column's own detail (type of cost, unit, framework, separator) comes first."""
    one: Callable[[str], Any] | None = None
    if item.kind == "money":
        one = partial(sheet_cells.price, type_=column.detail)
    elif item.kind == "duration":
        one = partial(sheet_cells.span, unit=column.detail or "iso")
    elif item.kind == "code" and column.detail:
        one = partial(sheet_cells.code, framework=column.detail)
    plain = sheet_cells.unguarded(text)
    if one is None or sheet_cells.is_json(plain):
        if column.split and item.many:
            item_text = ";".join(part for part in plain.split(column.split))
            return sheet_cells.read(item_text, item)
        return sheet_cells.read(text, item)
    separator = column.split or (";" if item.kind != "code" or ";" in plain else ",")
    found = (
        [one(part.strip()) for part in plain.split(separator) if part.strip()] if item.many else [one(plain)]
    )
    return found if item.many else found[0]


def recognise(path: Path) -> bool:
    """Whether the file is a table at all: the last to be asked."""
    try:
        if path.is_dir():
            return False
        if is_workbook(path):
            return True
        table = (".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz")
        return path.name.lower().endswith(table) and (path.suffix == ".gz" or looks_like_text(path))
    except UnreadableFileError:
        return False
    except LearnworkError:
        return False


FORMAT = Format(name="sheet", label="Sheet (CSV, TSV, XLSX, ODS)", open=open_sheet, recognise=recognise)
