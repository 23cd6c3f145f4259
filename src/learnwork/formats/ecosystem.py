"""The ecosystem files: initiatives, alliances, funders, building blocks, glossary, the guide, conflicting claims.

Give the folder, or some of its files; names are looked up among the files given. All files together are one
release of one source; each page that a conflicting claim cites is a source of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from learnwork.formats import ecosystem_claims as cited
from learnwork.formats import ecosystem_documents as documents
from learnwork.formats import ecosystem_events as events
from learnwork.formats import ecosystem_guide as guide
from learnwork.formats.declarations import declaration, read_declaration, read_yaml
from learnwork.formats.ecosystem_documents import Item as Entry
from learnwork.formats.ecosystem_documents import Names
from learnwork.formats.model import Format, Item, Options, Reading, Release, Said
from learnwork.formats.releases import release_of
from learnwork.vocabulary.errors import Issue, UnreadableFileError

VERSION = b"ecosystem-2"
CLAIMS, GUIDE = "conflicting_claims", guide.GUIDE
# Name of a file without .yaml → kind of its items.
FILES = {
    "initiatives": documents.INITIATIVE,
    "alliances": documents.ALLIANCE,
    "funders": documents.FUNDER,
    "building_blocks": documents.BLOCK,
    "glossary_terms": documents.TERM,
}
_SUFFIXES = (".yaml", ".yml")
_STEMS = (*FILES, CLAIMS, GUIDE)
# The largest real file has 117 items.
MAX_ITEMS = 50_000


def open_ecosystem(paths: Sequence[Path], options: Options) -> list[Reading]:
    """The map itself, then one reading for each source that the conflicting claims cite."""
    files, passed_over = _files(paths)
    contents = {stem: _items_of(read_yaml(path), path) for stem, path in files.items() if stem != GUIDE}
    # building_blocks.yaml names its cross-cutting themes beside the items.
    blocks = read_yaml(files["building_blocks"]) if "building_blocks" in files else {}
    themes = [theme for theme in blocks.get("cross_cutting") or [] if isinstance(theme, dict)]
    entries, issues = _entries(contents, themes, files)
    initiatives = frozenset(entry.key for entry, _ in entries if entry.kind == documents.INITIATIVE)
    matrix = read_yaml(files[GUIDE], lists_named=True) if GUIDE in files else {}
    rows, unread = guide.rows(matrix, files[GUIDE].name) if matrix else ({}, [])
    unread += guide.unknown(rows, initiatives, f"{GUIDE}.yaml") if initiatives else []
    names = _names(entries, rows)
    source = read_declaration(options.source) if options.source else declaration("ecosystem")
    release = release_of(list(files.values()), options)
    readings = []
    if entries or issues or passed_over:
        whole = FILES.keys() <= files.keys()
        stream = partial(_stream, entries, names, matrix, [*passed_over, *issues, *unread])
        readings.append(Reading(source, release, stream, snapshot=whole, total=len(entries)))
    return readings + _cited(contents.get(CLAIMS, []), initiatives, release)


def _files(paths: Sequence[Path]) -> tuple[dict[str, Path], list[Issue]]:
    """Name → file of those that hold resources; of a folder, an advice for each that does not."""
    found: dict[str, Path] = {}
    passed_over: list[Issue] = []
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in inside:
            known = file.stem in _STEMS
            if known and file.suffix.lower() in _SUFFIXES:
                found[file.stem] = file
            elif not path.is_dir():
                names = ", ".join(f"{stem}.yaml" for stem in _STEMS)
                raise UnreadableFileError(
                    f"{file.name} is not one of the ecosystem files.", hint=f"They are: {names}."
                )
            elif file.suffix.lower() in _SUFFIXES:
                passed_over.append(
                    Issue(
                        "file-passed-over",
                        f"{file.name} holds no resources; it was passed over.",
                        file.name,
                        "Nothing to do.",
                        "advice",
                    )
                )
    if not found:
        raise UnreadableFileError(
            "There is no ecosystem file there.", hint=f"Give a folder with {', '.join(FILES)} as YAML files."
        )
    return found, passed_over


def _items_of(content: Mapping[str, Any], path: Path) -> list[Any]:
    items = content.get("items")
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise UnreadableFileError(
            f"{path.name} has no list named `items`, or one of more than {MAX_ITEMS:,}.",
            hint="Write `items:` and a list below it.",
        )
    return items


def _entries(
    contents: Mapping[str, list[Any]], themes: list[Any], files: Mapping[str, Path]
) -> tuple[list[tuple[Entry, str]], list[Issue]]:
    """Every item with its place; what is not an item, has no key or stands twice is an issue."""
    raw: list[tuple[str, Any, str, str]] = []
    for stem, kind in FILES.items():
        for number, fields in enumerate(contents.get(stem, ()), 1):
            place = f"{files[stem].name} item {number}"
            raw.append((kind, fields, "", place))
            if kind == documents.BLOCK and isinstance(fields, dict):
                topics = fields.get("topics")
                for at, topic in enumerate(topics if isinstance(topics, list) else [], 1):
                    raw.append((documents.TOPIC, topic, str(fields.get("id") or ""), f"{place} topic {at}"))
    for number, theme in enumerate(themes, 1):
        raw.append((documents.THEME, theme, "", f"building_blocks.yaml cross_cutting {number}"))
    entries: list[tuple[Entry, str]] = []
    issues: list[Issue] = []
    seen: set[tuple[str, str]] = set()
    for kind, fields, within, place in raw:
        key = _key(kind, fields)
        if not key or (kind, key) in seen:
            issues.append(_bad_item(key, place))
            continue
        seen.add((kind, key))
        entries.append((Entry(kind, key, fields, within), place))
        if unknown := fields.keys() - documents.fields_of(kind):
            issues.append(_unknown(unknown, place))
    return entries, issues


def _key(kind: str, fields: Any) -> str:
    """The file's own id; of topics and terms, which have none, a slug of the name. "" where the item is bad."""
    if not isinstance(fields, dict):
        return ""
    name = fields.get({documents.TERM: "term", documents.INITIATIVE: "name"}.get(kind) or _name_of(kind))
    if not isinstance(name, str) or not name.strip():
        return ""
    if kind in (documents.TERM, documents.TOPIC):
        return documents.slug(name)
    key = fields.get("id")
    return key.strip() if isinstance(key, str) else ""


def _name_of(kind: str) -> str:
    return "label" if kind in (documents.BLOCK, documents.THEME, documents.TOPIC) else "name"


def _bad_item(key: str, place: str) -> Issue:
    if key:
        return Issue("duplicate-key", f"Another item is called {key[:100]!r}.", place, "Give it its own id.")
    return Issue("item-bad", "The item lacks an id or a name.", place, "Write `id: …` and `name: …`.")


def _unknown(fields: set[Any], place: str) -> Issue:
    names = ", ".join(sorted(str(name)[:40] for name in fields)[:10])
    return Issue(
        "field-unknown", f"Fields that are not read: {names}.", place, "Check their spelling.", "warning"
    )


def _names(entries: list[tuple[Entry, str]], rows: Mapping[str, dict[str, Any]]) -> Names:
    of: dict[str, dict[str, str]] = {}
    for entry, _place in entries:
        if isinstance(name := entry.fields.get("name"), str):
            of.setdefault(entry.kind, {})[name] = documents.ctid(entry.kind, entry.key)
    return Names(of, frozenset(entry.key for entry, _ in entries if entry.kind == documents.THEME), rows)


def _stream(
    entries: list[tuple[Entry, str]], names: Names, matrix: Mapping[str, Any], issues: list[Issue]
) -> Iterator[Item]:
    yield from issues
    for entry, place in entries:
        made = documents.document(entry, names)
        if entry.kind == documents.INITIATIVE:
            dated = {"lw:roles": events.roles(entry, names), "lw:ties": events.ties(entry, names)}
            made |= {term: parts for term, parts in dated.items() if parts} | names.guide.get(entry.key, {})
        yield _said(f"{entry.kind}/{entry.key}", made, place)
        if entry.kind == documents.INITIATIVE:
            for key, grant in events.grants(entry, names):
                yield _said(f"{events.GRANT}/{key}", grant, f"{place} event {grant['lw:position']}")
    for key, goal in guide.goals(matrix):
        yield _said(key, goal, f"{GUIDE}.yaml")


def _said(key: str, made: dict[str, Any], place: str) -> Said:
    digest = blake2b(orjson.dumps(made), digest_size=16, person=VERSION).digest()
    return Said(key, made["ceterms:ctid"], made["@type"], lambda: made, digest, place=place)


def _cited(items: list[Any], initiatives: frozenset[str], release: Release) -> list[Reading]:
    """One reading for each source that is cited: every subject that it speaks of, once."""
    by_source: dict[str, dict[str, list[cited.Claim]]] = {}
    for claim in cited.claims(items):
        by_source.setdefault(claim.source, {}).setdefault(claim.subject, []).append(claim)
    return [
        Reading(
            cited.declaration_of(next(iter(subjects.values()))[0]),
            release,
            partial(_stream_cited, subjects, initiatives),
            snapshot=True,
            total=len(subjects),
        )
        for _, subjects in sorted(by_source.items())
    ]


def _stream_cited(subjects: Mapping[str, list[cited.Claim]], initiatives: frozenset[str]) -> Iterator[Item]:
    for subject, said in subjects.items():
        yield _said(subject, cited.document(said, initiatives), f"{CLAIMS}.yaml {subject}")


def _recognise(path: Path) -> bool:
    if path.is_dir():
        return (path / "initiatives.yaml").is_file()
    return path.suffix.lower() in _SUFFIXES and path.stem in _STEMS


FORMAT = Format("ecosystem", "Ecosystem files", open_ecosystem, _recognise, version="2")
