"""What figures mean: unit, horizon, and what they are about. Read from measures.yaml, checked strictly.

by_key["ipeds.awards"].unit    "awards"
by_number[1].label             "Awards conferred"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from learnwork.vocabulary.errors import BadMappingError

# Which numbers belong to which family of measures (the part of the key before the dot).
NUMBERS: Mapping[str, range] = MappingProxyType(
    {
        "ipeds": range(1, 10),
        "scorecard": range(10, 30),
        "etpl": range(30, 60),
        "oews": range(60, 90),
        "projections": range(90, 100),
        "onet": range(100, 120),
        "ca": range(120, 140),
    }
)
# Families without numbers of their own (an operator's, a later format's) count from here.
FREE_NUMBERS = range(1000, 32768)
_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*")
_WORD = re.compile(r"[a-z][a-z ]*")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. kind: what its values can be set beside; unit: in plain words ("USD a quarter").

    horizon: how long after completion, "" where that says nothing. about: what carries the figure.
    shared: may be one figure of a group. derived: computed by somebody from other figures. help: how to
    read it.
    """

    number: int
    key: str
    label: str
    unit: str
    kind: str
    about: str
    horizon: str = ""
    shared: bool = False
    derived: bool = False
    help: str = ""


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a fifth of a second less for each process
_TYPES = {field.name: {"int": int, "str": str, "bool": bool}[str(field.type)] for field in fields(Measure)}
_REQUIRED = frozenset(field.name for field in fields(Measure) if field.default is MISSING)


def _refuse(place: str, message: str, hint: str) -> BadMappingError:
    return BadMappingError(f"{place}: {message}", hint=hint, place=place)


def _measure(entry: Any, place: str) -> Measure:
    if not isinstance(entry, dict):
        raise _refuse(
            place, "is not a list of fields.", "Write each measure as number, key, label and so on."
        )
    if unknown := sorted(map(str, entry.keys() - _TYPES.keys())):
        raise _refuse(place, f"has unknown fields {', '.join(unknown)}.", f"Known are {', '.join(_TYPES)}.")
    if missing := sorted(_REQUIRED - entry.keys()):
        raise _refuse(place, f"lacks {', '.join(missing)}.", "Add what is missing.")
    for name, value in entry.items():
        if type(value) is not _TYPES[name]:
            raise _refuse(place, f"{name} is {value!r}.", f"It should be a {_TYPES[name].__name__}.")
    measure = Measure(**entry)
    if not _KEY.fullmatch(measure.key):
        raise _refuse(place, f"{measure.key!r} is no key.", 'Keys look like "ipeds.awards".')
    for name in ("kind", "about"):
        if not _WORD.fullmatch(getattr(measure, name)):
            raise _refuse(
                place, f"{name} is {getattr(measure, name)!r}.", 'Write a plain word, such as "wage".'
            )
    own = NUMBERS.get(measure.key.partition(".")[0], FREE_NUMBERS)
    if measure.number not in own:
        raise _refuse(
            place, f"number {measure.number} is not its own.", f"Take one of {own[0]} to {own[-1]}."
        )
    return measure


def read_measures(text: str, file: str = "measures.yaml") -> tuple[Measure, ...]:
    """The measures of one file. Raises `BadMappingError` with file, entry and mend."""
    try:
        entries = yaml.load(text, Loader=_Loader)  # noqa: S506 - the same as SafeLoader, in C
    except yaml.YAMLError as error:
        raise _refuse(file, "is not YAML.", str(error).replace("\n", " ")) from error
    if not isinstance(entries, list):
        raise _refuse(file, "is not a list of measures.", 'Begin each measure with "- number:".')
    return _unique(
        [_measure(entry, f"{file}: measure {place}") for place, entry in enumerate(entries, 1)], file
    )


def _unique(measures: Iterable[Measure], file: str) -> tuple[Measure, ...]:
    numbers: dict[int, str] = {}
    keys: set[str] = set()
    kept = tuple(measures)
    for measure in kept:
        if measure.number in numbers:
            raise _refuse(
                file,
                f"{numbers[measure.number]} and {measure.key} share number {measure.number}.",
                "Renumber one.",
            )
        if measure.key in keys:
            raise _refuse(file, f"{measure.key} is there twice.", "Rename one.")
        numbers[measure.number] = measure.key
        keys.add(measure.key)
    return kept


_MEASURES = read_measures((files(__package__) / "measures.yaml").read_text("utf-8"))
by_key: Mapping[str, Measure] = MappingProxyType({measure.key: measure for measure in _MEASURES})
by_number: Mapping[int, Measure] = MappingProxyType({measure.number: measure for measure in _MEASURES})
