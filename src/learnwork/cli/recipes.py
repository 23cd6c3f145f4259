"""Recipes: YAML files that name the loads of an installation, in order, so that one command does them all.

    loads:
      - format: ipeds
        files: [us/ipeds/hd2024.csv, us/ipeds/c2024_a.parquet]
        state: NJ              # optional, as are source, release and set

Files are relative to the recipe, or to the folder that the caller names; `*` stands for any name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from learnwork.formats.declarations import read_yaml
from learnwork.formats.model import Format, Options, Reading
from learnwork.formats.registry import format_named
from learnwork.vocabulary.errors import BadMappingError, UnreadableFileError

_KEYS = {"format", "files", "state", "source", "release", "set"}
_TEXTS = ("format", "state", "source", "release")


@dataclass(frozen=True, slots=True)
class Step:
    """One load of a recipe; files as written, relative to the root."""

    format: str
    files: tuple[str, ...]
    state: str = ""
    source: str = ""
    release: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def demonstration() -> Path:
    """The recipe of the demonstration that comes with Learnwork."""
    return Path(str(files("learnwork"))) / "demonstration" / "recipe.yaml"


def read_recipe(path: Path) -> list[Step]:
    """The loads of a recipe, in order. Raises `BadMappingError` that names file and place."""
    content = read_yaml(path)
    loads = content.get("loads")
    if not isinstance(loads, list) or not loads:
        raise _bad(path, "loads", "is not a list of loads")
    return [_step(path, f"loads[{number}]", entry) for number, entry in enumerate(loads)]


def open_recipe(path: Path, root: Path | None = None) -> Iterator[tuple[Format, Reading]]:
    """The readings of a recipe, in order; each load's files are opened when it is its turn."""
    folder = root or path.parent
    for step in read_recipe(path):
        used = format_named(step.format)
        options = Options(
            source=folder / step.source if step.source else None,
            release=step.release,
            state=step.state,
            extra=step.extra,
        )
        for reading in used.open(_files(path, folder, step), options):
            yield used, reading


def _files(path: Path, folder: Path, step: Step) -> list[Path]:
    found: list[Path] = []
    for name in step.files:
        matching = sorted(folder.glob(name)) if "*" in name else [folder / name]
        missing = [one for one in matching if not one.exists()]
        if missing or not matching:
            raise UnreadableFileError(
                f"{path.name} names {name}, which is not in {folder}.",
                hint="Say where the files are with --root.",
            )
        found += matching
    return found


def _step(path: Path, place: str, entry: Any) -> Step:
    if not isinstance(entry, dict):
        raise _bad(path, place, "does not hold names with values")
    if unknown := sorted(set(map(str, entry)) - _KEYS):
        raise _bad(path, f"{place}.{unknown[0]}", f"is not known; known are {', '.join(sorted(_KEYS))}")
    for name in _TEXTS:
        if not isinstance(entry.get(name, ""), str):
            raise _bad(path, f"{place}.{name}", "is not text")
    names = entry.get("files")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise _bad(path, f"{place}.files", "is not a list of file names")
    extra = entry.get("set", {})
    if not isinstance(extra, dict):
        raise _bad(path, f"{place}.set", "does not hold names with values")
    if not entry.get("format"):
        raise _bad(path, f"{place}.format", "is missing")
    return Step(
        format=entry["format"],
        files=tuple(names),
        state=entry.get("state", ""),
        source=entry.get("source", ""),
        release=entry.get("release", ""),
        extra={str(name): str(value) for name, value in extra.items()},
    )


def _bad(path: Path, key: str, what: str) -> BadMappingError:
    return BadMappingError(
        f"{path.name}: `{key}` {what}.",
        hint="docs/reference/commands.md shows a recipe.",
        file=str(path),
        key=key,
    )
