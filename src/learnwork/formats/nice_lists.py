"""Lists of short entries in YAML as people write them by hand, with colons inside their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from learnwork.formats.declarations import MAX_YAML
from learnwork.formats.files import read_text
from learnwork.vocabulary.errors import Issue, UnreadableFileError

Entry = dict[str, str]
# The parser in C, where PyYAML was built with it, is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MEMBER = re.compile(r"[ \t]+(\w+):[ \t]*(.*)")


def read_list(path: Path) -> tuple[list[Entry], list[Issue]]:
    """The entries of a list of flat mappings, as text.

    A file that is no YAML because of colons in its sentences is read line by line, and named. Raises
    `UnreadableFileError` where there is no entry in either way.
    """
    text = read_text(path, limit=MAX_YAML)
    issues = []
    try:
        entries = list(_flat(yaml.load(text, Loader=_LOADER)))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        entries = _by_lines(text)
        issues.append(
            Issue(
                "yaml-mended",
                "It is not quite YAML (a colon in a sentence, most often); it was read line by line.",
                f"{path.name} line {mark.line + 1}" if mark else path.name,
                "Put the sentence into quotation marks.",
                "warning",
            )
        )
    if not entries:
        raise UnreadableFileError(
            f"{path.name} has no entries.",
            hint="It is a list of entries with names and values.",
            file=path.name,
        )
    return entries, issues


def _flat(listed: Any) -> Iterator[Entry]:
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            yield {
                str(key): str(value).strip()
                for key, value in entry.items()
                if isinstance(value, str | int | float)
            }


def _by_lines(text: str) -> list[Entry]:
    """Entries begin with a dash; a line that is no member goes on with the one before."""
    entries: list[Entry] = []
    last = ""
    for line in text.splitlines():
        if line.startswith("-") and not line.startswith("---"):
            entries.append({})
            last, line = "", f"  {line[1:].strip()}"
        if not entries or not line.strip() or line.lstrip().startswith("#"):
            continue
        if member := _MEMBER.fullmatch(line):
            last = member[1]
            entries[-1][last] = _unquoted(member[2].strip())
        elif last:
            entries[-1][last] = f"{entries[-1][last]} {line.strip()}"
    return [entry for entry in entries if entry]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
