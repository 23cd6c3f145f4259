"""How far the work is behind what was foreseen: stages against the forecast of an earlier edition, milestones
against their first plan. Later is positive, earlier is negative. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from learnwork.landscape.days import earliest, latest
from learnwork.landscape.filters import milestone_then
from learnwork.landscape.model import Landscape, Milestone, Plan, Stage
from learnwork.landscape.progress import LEVELS, Cell, cells_of, first_at, year_of
from learnwork.landscape.spreads import Spread, spread


class Outcome(StrEnum):
    """What became of a foreseen stage."""

    REACHED = "reached"
    MOVED = "foreseen for another year"
    KEPT = "foreseen as before"
    BEHIND = "not reached when foreseen"
    SILENT = "no report since"
    DROPPED = "no longer foreseen"


@dataclass(frozen=True, slots=True)
class Slip:
    """One stage of one entry, foreseen then and known now.

    years: how much later; of BEHIND the least it can be; None where nothing can be said. now: the period in which it
    was reached or is foreseen. exact: False where a gap before `now` leaves open whether it was earlier.
    """

    entry: str
    level: int
    foreseen: str
    outcome: Outcome
    now: str = ""
    years: int | None = None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Slips:
    """left_out: entries with a forecast then that are not in the map now. new: reported now, without forecast then."""

    slips: tuple[Slip, ...]
    left_out: int
    new: int

    def of(self, outcome: Outcome) -> list[Slip]:
        return [one for one in self.slips if one.outcome is outcome]

    @property
    def reached(self) -> Spread | None:
        """Years of slip of the stages that were reached in a year that is known exactly."""
        return spread(one.years for one in self.of(Outcome.REACHED) if one.exact and one.years is not None)


@dataclass(frozen=True, slots=True)
class MilestoneSlip:
    """A milestone against its first plan. months: later by so many; None where the dates are too coarse or missing.

    Of what is overdue, months is the least that it can be, counted to the as-of day. replans: the plans after the
    first, each with its reason. overdue: the last plan is over, nothing is reported.
    """

    milestone: Milestone
    first: Plan
    months: int | None
    met: bool
    overdue: bool
    replans: tuple[Plan, ...]


def issues(landscape: Landscape) -> list[str]:
    """The issue dates of what forecasts something, the oldest first: what one can compare with."""
    return sorted({stage.issued for stage in landscape.stages if stage.forecast and stage.issued})


def as_issued(landscape: Landscape, issued: str) -> list[Stage]:
    """What was said of stages in that issue."""
    return [stage for stage in landscape.stages if stage.issued == issued]


def slips(then: Iterable[Stage], now: Landscape, as_of: date) -> Slips:
    """Every stage that was a forecast then, and what became of it by the as-of day."""
    by_then = (one for one in now.stages if one.forecast or (year_of(one.period) or 0) <= as_of.year)
    before, after = _by_entry(then), _by_entry(by_then)
    found: list[Slip] = []
    left_out = 0
    for ctid, stages in before.items():
        forecast = any(stage.forecast for stage in stages)
        if ctid in now.entries:
            found += [slip for level in LEVELS if (slip := _slip(stages, after.get(ctid, []), level, as_of))]
        elif forecast:
            left_out += 1
    new = sum(1 for ctid in after if ctid in now.entries and ctid not in before)
    return Slips(tuple(found), left_out, new)


def milestones(landscape: Landscape, as_of: date) -> list[MilestoneSlip]:
    """Every milestone that was planned against its first plan, as it stood on the as-of day, the latest first."""
    stood = (milestone_then(one, as_of.isoformat()) for one in landscape.milestones)
    planned = [one for one in stood if one and one.entry in landscape.entries and one.plans[0].date]
    made = [_milestone(one, as_of) for one in planned]
    return sorted(made, key=lambda one: (-(one.months or 0), one.milestone.entry, one.milestone.key))


def _slip(then: Sequence[Stage], now: Sequence[Stage], level: int, as_of: date) -> Slip | None:
    foreseen = first_at(then, level)
    if foreseen is None or not foreseen.forecast:
        return None
    entry, year = then[0].entry, year_of(foreseen.period) or 0
    told = [stage for stage in now if not (stage.forecast and (year_of(stage.period) or 0) < as_of.year)]
    reached = first_at(told, level)
    recorded = [cell for cell in cells_of(now) if cell.stage and not cell.stage.forecast]
    if reached is not None:
        years = (year_of(reached.period) or 0) - year
        if not reached.forecast:
            return Slip(entry, level, foreseen.period, Outcome.REACHED, reached.period, years, reached.exact)
        outcome = Outcome.MOVED if years else Outcome.KEPT
        return Slip(entry, level, foreseen.period, outcome, reached.period, years)
    last = _last(recorded)
    if last >= year:
        return Slip(entry, level, foreseen.period, Outcome.BEHIND, years=last + 1 - year)
    outcome = Outcome.SILENT if year < as_of.year else Outcome.DROPPED
    return Slip(entry, level, foreseen.period, outcome)


def _last(recorded: Sequence[Cell]) -> int:
    return max((year_of(cell.period) or 0 for cell in recorded), default=0)


def _milestone(one: Milestone, as_of: date) -> MilestoneSlip:
    first, last = one.plans[0], one.plans[-1]
    over = latest(last.date)
    overdue = not one.actual and over is not None and over < as_of
    then = one.actual or (as_of.isoformat() if overdue else last.date)
    return MilestoneSlip(one, first, _months(first.date, then), bool(one.actual), overdue, one.plans[1:])


def _months(planned: str, then: str) -> int | None:
    """Months from one date to another; None where one of them names a year only."""
    one, other = earliest(planned), earliest(then)
    if one is None or other is None or min(len(planned.strip()), len(then.strip())) < len("2016-05"):
        return None
    return (other.year - one.year) * 12 + other.month - one.month


def _by_entry(stages: Iterable[Stage]) -> dict[str, list[Stage]]:
    found: dict[str, list[Stage]] = defaultdict(list)
    for stage in stages:
        found[stage.entry].append(stage)
    return found
