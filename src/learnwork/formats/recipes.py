"""Recipes: an ordered list of loads in one YAML file, for everything that belongs together.

    name: New Jersey
    steps:
      - {format: soc}
      - format: ipeds
        files: [us/ipeds/hd20*.csv, us/ipeds/c20*_a.parquet]
        options: {state: NJ}
      - format: sheet
        files: [mine/*.xlsx]
        options: {source: mine/source.yaml, delimiter: ";"}
        optional: true

A step with `index: true` is the last of the heavy ones: when it is loaded, what is there is made searchable beside the
steps that follow.

Files are relative to a root, the recipe's own folder unless another is given; `*`, `?` and `[…]` stand for names,
and what they find is taken in the order of the names. A step without files reads what comes with Learnwork.
Options are those of `model.Options`; others than `source`, `release` and `state` become `extra`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from learnwork.formats.declarations import read_yaml
from learnwork.formats.model import Options
from learnwork.formats.registry import FORMATS
from learnwork.vocabulary.errors import BadMappingError, UnreadableFileError

_TOP = {"name", "note", "steps"}
_STEP = {"format", "files", "options", "optional", "index", "note"}
_GLOB = frozenset("*?[")


class Step(NamedTuple):
    """One load: `open_readings(format, paths, options)`. then_index: begin to index when it is done."""

    format: str
    paths: tuple[Path, ...]
    options: Options
    then_index: bool = False


def read_recipe(path: Path, root: Path | None = None) -> list[Step]:
    """The steps of a recipe in order; optional steps whose files are missing are left out.

    root: what the files are relative to; the recipe's folder without it. Raises `BadMappingError` where the
    recipe is wrong, `UnreadableFileError` where a file is missing; both name the step.
    """
    content = read_yaml(path)
    _only(path, "the recipe", content, _TOP)
    steps = content.get("steps")
    if not isinstance(steps, list) or not steps:
        raise _bad(path, "`steps` is not a list of loads", "Write `steps:` and below it `- format: …`.")
    base = root if root is not None else path.parent
    if not base.is_dir():
        raise UnreadableFileError(f"There is no folder {base.name!r}.", hint="Check --root.", file=str(base))
    found = (_step(path, f"step {number}", step, base) for number, step in enumerate(steps, 1))
    return [step for step in found if step is not None]


def _step(path: Path, place: str, step: Any, root: Path) -> Step | None:
    if not isinstance(step, dict):
        raise _bad(path, f"{place} does not hold names with values", "Write `- format: …`.")
    _only(path, place, step, _STEP)
    name, optional = step.get("format"), step.get("optional", False)
    if not isinstance(name, str) or name not in FORMATS:
        raise _bad(path, f"{place} has the format {name!r}", f"Take one of: {', '.join(sorted(FORMATS))}.")
    index = step.get("index", False)
    for key, value in (("optional", optional), ("index", index)):
        if not isinstance(value, bool):
            raise _bad(path, f"{place}: `{key}` is {value!r}", "Write true or false.")
    place = f"{place} ({name})"
    patterns = step.get("files", [])
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise _bad(path, f"{place}: `files` is not a list of paths", "Write `files: [folder/name.csv]`.")
    options = _options(path, place, step.get("options", {}), root)
    paths: list[Path] = []
    for pattern in patterns:
        matches = _matches(path, place, pattern, root)
        if not matches and not optional:
            raise UnreadableFileError(
                f"{path.name}, {place}: there is no file {pattern} in {root.name or root}.",
                hint="Put it there, give another folder with --root, or write `optional: true`.",
                file=pattern,
                step=place,
            )
        paths += [match for match in matches if match not in paths]
    return None if patterns and not paths else Step(name, tuple(paths), options, index)


def _matches(path: Path, place: str, pattern: str, root: Path) -> list[Path]:
    """The files or folders that a pattern names, by name; the root cannot be left."""
    _relative(path, place, pattern)
    if _GLOB.isdisjoint(pattern):
        return [root / pattern] if (root / pattern).exists() else []
    try:
        return sorted(root.glob(pattern))
    except (ValueError, NotImplementedError) as error:
        raise _bad(path, f"{place}: {pattern!r} is no pattern ({error})", "Use * and ? in names.") from error


def _relative(path: Path, place: str, name: str) -> None:
    plain = PurePosixPath(name)
    if not name.strip() or plain.is_absolute() or ".." in plain.parts or "\\" in name or "\0" in name:
        hint = "Write it from the root, with forward slashes and without `..`; choose the root with --root."
        raise _bad(path, f"{place}: {name!r} is not a path below the root", hint)


def _options(path: Path, place: str, content: Any, root: Path) -> Options:
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise _bad(
            path, f"{place}: `options` does not hold names with values", "Write `options: {state: NJ}`."
        )
    texts: dict[str, str] = {}
    for key, value in content.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            hint = "Put it into quotation marks; a YAML word such as NO is otherwise read as false."
            raise _bad(path, f"{place}: the option {key} is {value!r}, not text", hint)
        texts[key] = str(value)
    source = texts.pop("source", "")
    if source:
        _relative(path, place, source)
    return Options(
        source=root / source if source else None,
        release=texts.pop("release", ""),
        state=texts.pop("state", ""),
        extra=texts,
    )


def _only(path: Path, place: str, content: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(str(name) for name in content if name not in known):
        raise _bad(path, f"{place} has {', '.join(unknown)}", f"Known are: {', '.join(sorted(known))}.")


def _bad(path: Path, what: str, hint: str) -> BadMappingError:
    return BadMappingError(f"{path.name}: {what}.", hint=hint, file=str(path))
