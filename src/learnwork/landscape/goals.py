"""Goal schemes: the goals of one edition of the guide, and which goal of another scheme each is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learnwork.landscape.model import Goal, GoalScheme, Landscape
from learnwork.landscape.parts import listed, text
from learnwork.vocabulary.documents import Document, caption

GOAL, SCHEME = "lw:Goal", "lw:GoalScheme"


@dataclass(frozen=True, slots=True)
class Goals:
    """Every scheme, the one in force, and goal → the goal of the scheme in force that is the same."""

    scheme: GoalScheme
    schemes: tuple[GoalScheme, ...]
    meant: Mapping[str, str]

    def of(self, goals: Iterable[str]) -> tuple[str, ...]:
        """Goals of any scheme as goals of the scheme in force; those that it does not have are left out."""
        return tuple(dict.fromkeys(self.meant[goal] for goal in goals if goal in self.meant))


def read_goals(
    documents: Mapping[str, Document],
    assigned: Iterable[Sequence[Any]],
    root: Callable[[Any], str],
    wanted: str = "",
) -> Goals:
    """The goals that documents state. assigned: those of each entry; root: CTID → what it was merged into."""
    schemes = _schemes(documents, root)
    homes = {goal.ctid: scheme.key for scheme in schemes for goal in scheme.goals}
    used = Counter(homes[ctid] for goals in assigned for goal in goals if (ctid := root(goal)) in homes)
    known = {scheme.key: scheme for scheme in schemes}
    most = max(known, key=lambda key: (used[key], key), default="")
    scheme = known.get(wanted or most, GoalScheme(wanted, ""))
    groups = _groups(schemes)
    own = {groups[goal.ctid]: goal.ctid for goal in scheme.goals}
    meant = {ctid: own[group] for ctid, group in groups.items() if group in own}
    return Goals(scheme, schemes, meant)


def _schemes(documents: Mapping[str, Document], root: Callable[[Any], str]) -> tuple[GoalScheme, ...]:
    goals: dict[str, list[Goal]] = {}
    for ctid, document in documents.items():
        if document.get("@type") == GOAL:
            same = root(next(iter(listed(document.get("lw:sameAs"))), ""))
            goal = Goal(ctid, text(document.get("lw:key")) or ctid, caption(document), same)
            goals.setdefault(root(document.get("lw:scheme")), []).append(goal)
    return tuple(
        GoalScheme(
            text(document.get("lw:key")) or ctid,
            caption(document),
            tuple(sorted(goals.get(ctid, ()), key=lambda goal: goal.key)),
            ctid,
        )
        for ctid, document in sorted(documents.items())
        if document.get("@type") == SCHEME
    )


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with its number of entries. share: of the most in its scheme, 0 to 1; same: as goals of other schemes."""

    goal: Goal
    entries: int
    share: float
    same: tuple[tuple[GoalScheme, Goal], ...]

    @property
    def width(self) -> str:
        return f"{max(100 * self.share, 0.8):.1f}" if self.entries else "0"


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A scheme with its goals. ordered: entries that have one of them; in_force: pages order by it unasked."""

    scheme: GoalScheme
    in_force: bool
    ordered: int
    goals: tuple[GoalRow, ...]


def scheme_rows(maps: Mapping[str, Landscape], in_force: str) -> tuple[SchemeRow, ...]:
    """maps: key of each scheme → the map ordered by it. The scheme in force first, then by title."""
    every = {key: known.scheme for key, known in maps.items()}
    same = same_goals(every.values())
    rows = []
    for key, known in maps.items():
        number = Counter(goal for entry in known.entries.values() for goal in set(entry.goals))
        most = max(number.values(), default=0) or 1
        goals = tuple(
            GoalRow(goal, number[goal.ctid], number[goal.ctid] / most, same.get(goal.ctid, ()))
            for goal in every[key].goals
        )
        ordered = sum(1 for entry in known.entries.values() if entry.goals)
        rows.append(SchemeRow(every[key], key == in_force, ordered, goals))
    return tuple(
        sorted(rows, key=lambda row: (not row.in_force, row.scheme.title.casefold(), row.scheme.key))
    )


def same_goals(schemes: Iterable[GoalScheme]) -> dict[str, tuple[tuple[GoalScheme, Goal], ...]]:
    """Goal → the goals of other schemes that it is, whichever of them says so."""
    schemes = tuple(schemes)
    groups = _groups(schemes)
    every = [(scheme, goal) for scheme in schemes for goal in scheme.goals]
    return {
        goal.ctid: tuple(
            (other, its)
            for other, its in every
            if other.ctid != scheme.ctid and groups[its.ctid] == groups[goal.ctid]
        )
        for scheme, goal in every
    }


def _groups(schemes: Iterable[GoalScheme]) -> dict[str, str]:
    """Goal → a name of all that are the same as it; sameness goes both ways and on from one to the next."""
    parent: dict[str, str] = {}

    def find(ctid: str) -> str:
        while parent.setdefault(ctid, ctid) != ctid:
            ctid = parent[ctid]
        return ctid

    for scheme in schemes:
        for goal in scheme.goals:
            find(goal.ctid)
            if goal.same_as:
                parent[find(goal.same_as)] = find(goal.ctid)
    return {ctid: find(ctid) for ctid in parent}
