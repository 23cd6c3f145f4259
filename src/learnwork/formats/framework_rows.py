"""Where rows of a sheet stand: by the parent that each names, or by numbers such as 1.2.3."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_LEVEL = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,39}")


class Hierarchy(NamedTuple):
    """parents: of each row, keys; () at the top, None where it has no place. problems: (row, sentence)."""

    parents: list[tuple[str, ...] | None]
    problems: list[tuple[int, str]]


def by_level(levels: Sequence[str], keys: Sequence[str]) -> Hierarchy:
    """Rows numbered 1, 1.1, 1.2: each stands under the row with its number less the last part.

    A number that is none, stands twice or has nothing above it places nothing, and is named.
    """
    at: dict[str, str] = {}
    problems: list[tuple[int, str]] = []
    for row, (level, key) in enumerate(zip(levels, keys, strict=True)):
        if level and not _LEVEL.fullmatch(level):
            problems.append((row, f"“{level[:40]}” is no level."))
        elif level in at:
            problems.append((row, f"The level {level} stands twice; the first counts."))
        elif level:
            at[level] = key
    parents: list[tuple[str, ...] | None] = []
    for row, (level, key) in enumerate(zip(levels, keys, strict=True)):
        above = level.rpartition(".")[0]
        if at.get(level) != key:
            parents.append(None)
        elif above and above not in at:
            problems.append((row, f"Nothing has the level {above}, under which {level} would stand."))
            parents.append(None)
        else:
            parents.append((at[above],) if above else ())
    return Hierarchy(parents, sorted(problems))


def by_parent(named: Sequence[str], keys: Sequence[str], codes: Sequence[str]) -> Hierarchy:
    """Rows that name what they stand under, by its identifier, else by its code where just one row has it.

    Several parents are parted by semicolons. A name that no row has is kept as it is: it may be elsewhere.
    """
    known = set(keys)
    counted = Counter(code for code in codes if code)
    of_code = {code: key for code, key in zip(codes, keys, strict=True) if counted[code] == 1}
    parents: list[tuple[str, ...] | None] = []
    for cell in named:
        parts = dict.fromkeys(part.strip() for part in cell.split(";") if part.strip())
        parents.append(tuple(part if part in known else of_code.get(part, part) for part in parts))
    return Hierarchy(parents, [])
