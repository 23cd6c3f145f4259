"""The associations of a comprehensive record drawn: its parts in a column, arcs from one to another beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnwork.records.verdict import Verdict

_ROW = 34
_LETTER = 8  # wide, at most
_STEP = 22
_MOST = 60  # associations drawn; the table has every one
_LONGEST = 44  # characters of a name in the drawing


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    y: int


@dataclass(frozen=True, slots=True)
class Tie:
    """One association; number is 0 and path "" where an end is not in the record, and it cannot be drawn."""

    number: int
    kind: str
    source: str
    target: str
    path: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    start: int
    width: int
    height: int


def drawn(verdict: Verdict) -> Drawing | None:
    """The drawing of a record's associations, None where it has none."""
    if not verdict.associations:
        return None
    names = _names(verdict)
    used = [each for tie in verdict.associations for each in (tie.source, tie.target)]
    order = [each for each in dict.fromkeys(used) if each in names]
    place = {each: number * _ROW + _ROW // 2 for number, each in enumerate(order)}
    start = 12 + max((_LETTER * len(_cut(names[each])) for each in order), default=0)
    ties = [
        _tie(number, tie.kind, tie.source, tie.target, names, place, start)
        for number, tie in enumerate(verdict.associations, 1)
    ]
    right = max((tie.x for tie in ties), default=start) + 30
    nodes = tuple(Node(_cut(names[each]), place[each]) for each in order)
    return Drawing(nodes, tuple(ties), start, right, max(1, len(order)) * _ROW)


def _names(verdict: Verdict) -> dict[str, str]:
    """What the ids of an association may mean: a member, or an achievement of one."""
    found: dict[str, str] = {}
    for member in verdict.members:
        name = member.summary.title or member.summary.achievement or member.id
        for each in (member.id, member.summary.achievement_id):
            if each:
                found[each] = name
    return found


def _tie(
    number: int, kind: str, source: str, target: str, names: dict[str, str], place: dict[str, int], left: int
) -> Tie:
    said = (kind, names.get(source, source), names.get(target, target))
    if number > _MOST or source not in place or target not in place:
        return Tie(number, *said)
    start, end = place[source], place[target]
    reach = left + _STEP * (1 + number % 8) + min(abs(end - start) // 3, 120)
    path = f"M{left} {start}C{reach} {start} {reach} {end} {left} {end}"
    # A cubic curve is three quarters of the way to its two control points in its middle.
    return Tie(number, *said, path, left + (reach - left) * 3 // 4, (start + end) // 2)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def loose(ties: Sequence[Tie]) -> bool:
    """Whether some association could not be drawn."""
    return any(not tie.path for tie in ties)
