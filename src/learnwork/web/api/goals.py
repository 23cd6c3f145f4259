"""Goal schemes: what the guide's editions order their entries by, and which goal of one is the same in another."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from learnwork.landscape.goal_pages import schemes_now
from learnwork.landscape.goals import GoalRow, SchemeRow
from learnwork.web.api.answers import answers
from learnwork.web.api.root import ERRORS
from learnwork.web.api.shape import Shape

router = Router(tags=["landscape"])


class SameGoal(Shape):
    """A goal of another scheme that is the same. scheme: its key."""

    ctid: str
    label: str
    scheme: str


class GoalOf(Shape):
    """entries: how many are ordered by it, those of the same goal of another scheme included."""

    ctid: str
    key: str
    label: str
    entries: int
    same_as: list[SameGoal]


class Scheme(Shape):
    """in_force: pages and answers order by it unasked. ordered: entries that have at least one of its goals."""

    ctid: str
    key: str
    title: str
    in_force: bool
    ordered: int
    goals: list[GoalOf]


class Schemes(Shape):
    schemes: list[Scheme]


@router.get("/landscape/goals", response={200: Schemes, **ERRORS}, summary="Goal schemes")
@answers()
def goals(request: HttpRequest) -> Schemes:
    """Every scheme with its goals, the one in force first. Ask `/api/landscape?goal=…` for the entries of a goal."""
    return Schemes(schemes=[_scheme(row) for row in schemes_now()])


def _scheme(row: SchemeRow) -> Scheme:
    made = row.scheme
    return Scheme(
        ctid=made.ctid,
        key=made.key,
        title=made.title,
        in_force=row.in_force,
        ordered=row.ordered,
        goals=[_goal(one) for one in row.goals],
    )


def _goal(row: GoalRow) -> GoalOf:
    same = [SameGoal(ctid=goal.ctid, label=goal.label, scheme=scheme.key) for scheme, goal in row.same]
    made = row.goal
    return GoalOf(ctid=made.ctid, key=made.key, label=made.label, entries=row.entries, same_as=same)
