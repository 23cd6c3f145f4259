"""CASE 1.0 and 1.1 (1EdTech Competencies and Academic Standards Exchange): a CFPackage as JSON.

Every package is a source of its own, so that a new version of a framework replaces the former one and what it
dropped is withdrawn. The UUID of a document or an item is its CTID behind "ce-". What CTDL-ASN has no word for stays
under `lw:case`, from which `competencies.case_out` gives the same package back: identifiers, order, associations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from learnwork.formats import archives, json_spans
from learnwork.formats.case_documents import VERSION, Package, frame_of, key_of, statements_of
from learnwork.formats.ctid_spellings import UUID
from learnwork.formats.declarations import declaration, read_declaration
from learnwork.formats.files import read_text
from learnwork.formats.framework_documents import framework_items
from learnwork.formats.model import Format, Item, Options, Reading, Release, SourceDeclaration
from learnwork.formats.releases import release_of
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

_SIGN = re.compile(rb'"CF(?:Document|Items|Package|Associations)"\s*:')
_SCHEMA = re.compile(rb'"(?:properties|swagger|openapi)"\s*:')  # a description of CASE, not a package
_UUID = re.compile(UUID)
_PARTS = ("CFItems", "CFAssociations", "CFDefinitions", "CFRubrics")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def open_case(paths: Sequence[Path], options: Options) -> list[Reading]:
    """One reading a package. A folder stands for the JSON files in it that are packages."""
    readings = [_reading(path, options) for path in _files(paths)]
    if not readings:
        raise UnreadableFileError(
            "There is no CASE package there.", hint="Give a JSON file that has CFDocument and CFItems."
        )
    return sorted(readings, key=lambda one: (one.source.key, one.release.date))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.glob("*.json")) if recognise(one))
        else:
            yield path


@dataclass(frozen=True, slots=True)
class _Read:
    """A package as it was read, with what of it could not be taken."""

    package: Package
    issues: tuple[Issue, ...]


def _read(path: Path) -> _Read:
    """The package in a file. Raises `UnreadableFileError` where it is none."""
    value = json_spans.read(read_text(path))
    if isinstance(value, dict) and isinstance(value.get("CFPackage"), dict):
        value = value["CFPackage"]
    document = value.get("CFDocument") if isinstance(value, dict) else None
    if not isinstance(document, dict) or not _identified(document):
        raise UnreadableFileError(
            f"{path.name} has no CFDocument with an identifier.",
            hint="Export the whole package (CFPackages/{id}).",
            file=path.name,
        )
    issues: list[Issue] = []
    listed = {part: _objects(path, value, part, issues) for part in ("CFItems", "CFAssociations")}
    package = Package(
        path.name,
        document,
        tuple(item for item in listed["CFItems"] if _known(item, path, issues)),
        tuple(listed["CFAssociations"]),
        {key: one for key, one in value.items() if key not in ("CFDocument", "CFItems", "CFAssociations")},
    )
    return _Read(package, tuple(issues))


def _identified(node: Mapping[str, Any]) -> bool:
    return isinstance(node.get("identifier"), str) and bool(node["identifier"].strip())


def _objects(path: Path, value: Mapping[str, Any], part: str, issues: list[Issue]) -> list[dict[str, Any]]:
    """The objects of a list of the package; everything else in it is an issue."""
    listed = value.get(part)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise UnreadableFileError(f"{path.name}: {part} is no list.", hint="Export the package again.")
    for at, one in enumerate(listed):
        if not isinstance(one, dict):
            issues.append(_bad(f"An entry of {part} is no object.", f"{path.name}#/{part}/{at}"))
    return [one for one in listed if isinstance(one, dict)]


def _known(item: Mapping[str, Any], path: Path, issues: list[Issue]) -> bool:
    if _identified(item):
        return True
    statement = str(item.get("fullStatement", ""))[:80]
    issues.append(_bad(f"An item has no identifier: “{statement}”.", f"{path.name}#/CFItems"))
    return False


def _bad(message: str, place: str) -> Issue:
    return Issue("identifier-missing", message, place, "Give it an identifier (a UUID).")


def ctid_of(scope: str, identifier: str) -> str:
    """The CTID of a CASE identifier: "ce-" and its UUID; of any other identifier, derived within its document."""
    bare = identifier.strip().lower().removeprefix("ce-")
    return f"ce-{bare}" if _UUID.fullmatch(bare) else derived_ctid(f"case.{scope}", identifier.strip())


def _reading(path: Path, options: Options) -> Reading:
    read = _read(path)
    document = read.package.document
    source = read_declaration(options.source) if options.source else _source(read.package)
    release = release_of([path], options)
    if not options.release and (day := _changed(read.package)):
        version = document.get("version")
        label = f"{version}, {day}" if isinstance(version, str) and version.strip() else day
        release = Release(label[:120], date.fromisoformat(day), release.files)
    return Reading(source, release, partial(_items, read), snapshot=True, total=len(read.package.items) + 1)


def _source(package: Package) -> SourceDeclaration:
    document = package.document
    title = str(document.get("title") or "A framework without a title")
    licence = document.get("licenseURI")
    named = licence.get("title") if isinstance(licence, dict) else None
    uri = document.get("officialSourceURL") or document.get("uri")
    return replace(
        declaration("case"),
        key=f"case:{key_of(document)}"[:100],
        name=title[:300],
        short_name=title[:60],
        publisher=str(document.get("publisher") or document.get("creator") or "not stated")[:300],
        url=uri[:1000] if isinstance(uri, str) and uri.startswith(("https://", "http://")) else "",
        licence=str(named or "not stated")[:200],
    )


def _changed(package: Package) -> str:
    """The youngest day on which the document or one of its parts changed; "" where none says so."""
    days = (
        found[0]
        for one in (package.document, *package.items, *package.associations)
        if isinstance(at := one.get("lastChangeDateTime"), str) and (found := _DAY.match(at))
    )
    return max((day for day in days if _real(day)), default="")


def _real(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _items(read: _Read) -> Iterator[Item]:
    yield from read.issues
    package = read.package
    of = partial(ctid_of, key_of(package.document))
    yield from dangling(package)
    yield from framework_items(frame_of(package, of), statements_of(package, of), of, VERSION)


def dangling(package: Package) -> Iterator[Issue]:
    """Associations that begin at nothing in the package; they are kept on the framework and go out again."""
    here = {key_of(item) for item in package.items} | {key_of(package.document)}
    for at, one in enumerate(package.associations):
        origin = one.get("originNodeURI")
        if not isinstance(origin, dict) or key_of(origin) not in here:
            kind = str(one.get("associationType", "an association"))[:40]
            named = str(origin.get("identifier", origin.get("uri")))[:60] if isinstance(origin, dict) else ""
            yield Issue(
                "association-dangling",
                f"{kind} begins at {named or 'nothing'}, which is not in the package; it is kept with the framework.",
                f"{package.place}#/CFAssociations/{at}",
                "Export the whole package, or take the association out.",
                "warning",
            )


def recognise(path: Path) -> bool:
    """Whether a JSON file begins like a CASE package."""
    if path.is_dir() or not path.name.lower().endswith((".json", ".json.gz")):
        return False
    try:
        with archives.open_bytes(path) as stream:
            head = stream.read(65_536)
    except LearnworkError:
        return False
    return _SIGN.search(head) is not None and _SCHEMA.search(head) is None


FORMAT = Format("case", "CASE package (1EdTech CASE 1.0, 1.1)", open_case, recognise, VERSION)
