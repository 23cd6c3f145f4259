"""Resource types: what readers call a class of things, and which properties matter to them. One YAML file each.

    by_class("ceterms:AssociateDegree").key     "credential"
    by_key("initiative").plural                 "Initiatives"

Files of our own lie in `types/`; LEARNWORK_TYPES names a folder with more. A file there with the key of a type
of ours takes its place. `types/schema.json` is the same shape as a JSON Schema; docs/how-to/add-a-resource-type.md
shows how to write one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from learnwork.vocabulary.errors import BadMappingError
from learnwork.vocabulary.tables import subclasses

Kind = Literal[
    "text",
    "language map",
    "number",
    "boolean",
    "money",
    "duration",
    "date",
    "code",
    "concept",
    "place",
    "uri",
    "reference",
    "profile",
]
KINDS: tuple[str, ...] = get_args(Kind)
FALLBACK = "other"
EXTRA_FOLDER = "LEARNWORK_TYPES"

_KEY = re.compile(r"[a-z][a-z_]*")
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9]*:[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Property:
    """A property that readers of a type ask for. label: in plain words, as the question it answers.

    many: may have several values. searched: its text is found. faceted: results of the type can be narrowed by it.
    sorted, listed: worth ordering by, worth showing in a list; nothing reads them yet.
    """

    term: str
    label: str
    kind: Kind
    many: bool = False
    searched: bool = False
    faceted: bool = False
    sorted: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """Links from others worth showing. predicate: the path of properties by which they point here."""

    predicate: str
    label: str


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One type. classes: the main one first. parts: properties of the objects inside its documents."""

    key: str
    label: str
    plural: str
    classes: tuple[str, ...]
    properties: tuple[Property, ...]
    incoming: tuple[Incoming, ...] = ()
    parts: tuple[Property, ...] = ()
    order: int = 0


_FIELDS: Mapping[str, type] = {
    "key": str,
    "label": str,
    "plural": str,
    "order": int,
    "classes": list,
    "subclasses": bool,
    "properties": list,
    "parts": list,
    "incoming": list,
}
_REQUIRED = ("key", "label", "plural", "order", "classes", "properties")
_FLAGS = ("many", "searched", "faceted", "sorted", "listed")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there


def _refuse(place: str, message: str, hint: str) -> BadMappingError:
    return BadMappingError(f"{place}: {message}", hint=hint, place=place)


def _fields(entry: Any, known: Mapping[str, type], required: Iterable[str], place: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise _refuse(place, "is not a set of fields.", f"Write {', '.join(required)}.")
    if unknown := sorted(map(str, entry.keys() - known.keys())):
        raise _refuse(place, f"has unknown fields {', '.join(unknown)}.", f"Known are {', '.join(known)}.")
    if missing := [name for name in required if name not in entry]:
        raise _refuse(place, f"lacks {', '.join(missing)}.", "Add what is missing.")
    for name, value in entry.items():
        if type(value) is not known[name] or value == "":
            raise _refuse(
                place, f"{name} is {value!r}.", f"It should be a {known[name].__name__}, and not empty."
            )
    return entry


def _term(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _TERM.fullmatch(value):
        raise _refuse(
            place, f"{value!r} is no term.", 'Write prefix and name, such as "ceterms:name", in quotes.'
        )
    return value


def _property(entry: Any, place: str) -> Property:
    known = {"term": str, "label": str, "kind": str} | dict.fromkeys(_FLAGS, bool)
    entry = _fields(entry, known, ("term", "label", "kind"), place)
    _term(entry["term"], place)
    if entry["kind"] not in KINDS:
        raise _refuse(place, f"kind is {entry['kind']!r}.", f"It should be one of {', '.join(KINDS)}.")
    return Property(**entry)


def _properties(entries: list[Any], place: str) -> tuple[Property, ...]:
    found = tuple(_property(entry, f"{place} {number}") for number, entry in enumerate(entries, 1))
    terms = [item.term for item in found]
    if len(set(terms)) != len(terms):
        twice = next(term for term in terms if terms.count(term) > 1)
        raise _refuse(place, f"{twice} is there twice.", "Keep one of the two.")
    return found


def read_type(text: str, file: str) -> ResourceType:
    """One type from the text of its file. Raises `BadMappingError` with file, entry and mend."""
    try:
        entry = yaml.load(text, _Loader)  # noqa: S506 - both loaders are the safe ones
    except yaml.YAMLError as error:
        raise _refuse(file, "is not YAML.", str(error).replace("\n", " ")) from error
    entry = _fields(entry, _FIELDS, _REQUIRED, file)
    key = entry["key"]
    if not _KEY.fullmatch(key) or Path(file).stem != key:
        raise _refuse(file, f"key is {key!r}.", "Use small letters and _, and call the file after it.")
    if not entry["properties"]:
        raise _refuse(file, "names no properties.", "Name at least the one that holds the thing's name.")
    classes = [_term(value, f"{file}: classes") for value in entry["classes"]]
    if entry.get("subclasses"):
        classes = [found for class_ in classes for found in subclasses(class_)]
    incoming = [
        Incoming(
            **_fields(link, {"predicate": str, "label": str}, ("predicate", "label"), f"{file}: incoming")
        )
        for link in entry.get("incoming", [])
    ]
    return ResourceType(
        key,
        entry["label"],
        entry["plural"],
        tuple(classes),
        _properties(entry["properties"], f"{file}: property"),
        tuple(incoming),
        _properties(entry.get("parts", []), f"{file}: part"),
        entry["order"],
    )


def read_types(*folders: Path) -> tuple[ResourceType, ...]:
    """The types of our own and of the folders given, in order. A class may belong to one type only."""
    found = {
        resource.name: read_type(resource.read_text("utf-8"), resource.name)
        for resource in (files(__package__) / "types").iterdir()
        if resource.name.endswith(".yaml")
    }
    for folder in folders:
        if not folder.is_dir():
            raise _refuse(
                str(folder), "is not a folder.", f"{EXTRA_FOLDER} should name a folder of type files."
            )
        for path in sorted(folder.glob("*.yaml")):
            found[path.name] = read_type(path.read_text("utf-8"), path.name)
    owner: dict[str, str] = {}
    for name, type_ in found.items():
        for class_ in type_.classes:
            if owner.setdefault(class_, name) != name:
                raise _refuse(
                    name, f"{class_} belongs to {owner[class_]} as well.", "Leave it to one of them."
                )
    return tuple(sorted(found.values(), key=lambda type_: (type_.order, type_.key)))


@cache
def all_types() -> tuple[ResourceType, ...]:
    """Every type, in the order in which to list them. Read once."""
    extra = os.environ.get(EXTRA_FOLDER, "")
    return read_types(*(Path(folder) for folder in extra.split(os.pathsep) if folder))


@cache
def _by_key() -> dict[str, ResourceType]:
    return {type_.key: type_ for type_ in all_types()}


@cache
def _by_class() -> dict[str, ResourceType]:
    return {class_: type_ for type_ in all_types() for class_ in type_.classes}


def by_key(key: str) -> ResourceType:
    """The type of that key. Raises `KeyError`."""
    return _by_key()[key]


def by_class(ctdl_class: str) -> ResourceType:
    """The type that a class belongs to; the type "other" for a class that none claims."""
    return _by_class().get(ctdl_class) or _by_key()[FALLBACK]
