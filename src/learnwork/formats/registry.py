"""The one list of formats: find one by name, open files with it, or recognise which one a file is in.

To add a format, write one module in this folder with a `Format` and add its row here. Modules are imported
on use, so that starting the command costs nothing for formats that are not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from learnwork.formats.model import Format, Options, Reading
from learnwork.vocabulary.errors import UnknownFormatError

# name → (module in learnwork.formats, attribute). Recognition asks in this order, so the particular stand
# before the general: a sheet reader would take almost any table.
TABLE: dict[str, tuple[str, str]] = {
    "ipeds": ("ipeds", "FORMAT"),
    "scorecard": ("scorecard", "FORMAT"),
    "cip": ("taxonomies", "CIP"),
    "soc": ("taxonomies", "SOC"),
    "cip-soc": ("taxonomies", "CIP_SOC"),
    "oews": ("oews", "FORMAT"),
    "projections": ("projections", "FORMAT"),
    "onet-technology": ("onet_technology", "FORMAT"),
    "onet": ("onet", "FORMAT"),
    "etpl": ("etpl", "FORMAT"),
    "ecosystem": ("ecosystem", "FORMAT"),
    "case": ("case", "FORMAT"),
    "esco": ("esco", "FORMAT"),
    "nice": ("nice", "FORMAT"),
    "osmt": ("osmt", "FORMAT"),
    "ctdl": ("ctdl", "FORMAT"),
    "framework-sheet": ("framework_sheet", "FORMAT"),
    "sheet": ("sheet", "FORMAT"),
}


@cache
def _resolve(module: str, attribute: str) -> Format:
    found = getattr(import_module(f"learnwork.formats.{module}"), attribute)
    if not isinstance(found, Format):
        raise TypeError(f"learnwork.formats.{module}.{attribute} is not a Format")
    return found


class _Formats(Mapping[str, Format]):
    """Name → format; each module is imported when its format is first asked for."""

    def __getitem__(self, name: str) -> Format:
        return _resolve(*TABLE[name])

    def __iter__(self) -> Iterator[str]:
        return iter(TABLE)

    def __len__(self) -> int:
        return len(TABLE)

    def __contains__(self, name: object) -> bool:
        return name in TABLE


FORMATS: Mapping[str, Format] = _Formats()


def format_named(name: str) -> Format:
    """The format of that name, or `UnknownFormatError` with the names there are."""
    if name not in FORMATS:
        raise UnknownFormatError(
            f"There is no format {name!r}.", hint=f"The formats are: {', '.join(sorted(FORMATS))}.", name=name
        )
    return FORMATS[name]


def open_readings(name: str, paths: Sequence[Path], options: Options | None = None) -> list[Reading]:
    """Open files with the named format: one reading a release, oldest first."""
    return format_named(name).open(paths, options or Options())


def recognise(path: Path) -> Format | None:
    """The format that a file or folder is in, by a cheap look at it; None where no format knows it."""
    return next((found for found in FORMATS.values() if found.recognise(path)), None)
