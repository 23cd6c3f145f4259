"""What became of what was foreseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.model import Entry, Landscape, Milestone, Plan, Stage
from learnwork.landscape.slip import Outcome, as_issued, issues, milestones, slips

DAY = date(2023, 6, 1)


def _then(*said: tuple[int, int], since: int = 2020, entry: str = "a") -> list[Stage]:
    return [
        Stage(entry, str(year), level, level, forecast=year >= since, issued="2019-12")
        for year, level in said
    ]


def _now(*said: tuple[int, int], since: int = 2023, entry: str = "a") -> Landscape:
    stages = tuple(
        Stage(entry, str(year), level, level, forecast=year >= since, issued="2023-01")
        for year, level in said
    )
    return Landscape({"a": Entry("a", "a", "A")}, stages=stages)


def _one(then: list[Stage], now: Landscape) -> tuple[Outcome, str, int | None]:
    (slip,) = slips(then, now, DAY).slips
    return slip.outcome, slip.now, slip.years


FORECAST = _then((2019, 3), (2020, 3), (2021, 4))


def test_reached_later_earlier_and_as_foreseen() -> None:
    assert _one(FORECAST, _now((2019, 3), (2020, 3), (2021, 3), (2022, 4))) == (Outcome.REACHED, "2022", 1)
    assert _one(FORECAST, _now((2019, 3), (2020, 4))) == (Outcome.REACHED, "2020", -1)
    assert _one(FORECAST, _now((2020, 3), (2021, 4))) == (Outcome.REACHED, "2021", 0)


def test_foreseen_for_another_year() -> None:
    late = _then((2019, 3), (2024, 4))
    assert _one(late, _now((2022, 3), (2024, 3), (2025, 4))) == (Outcome.MOVED, "2025", 1)
    assert _one(late, _now((2022, 3), (2023, 3), (2024, 4))) == (Outcome.KEPT, "2024", 0)
    assert _one(late, _now((2022, 3))) == (Outcome.DROPPED, "", None)


def test_still_below_when_the_year_is_over_is_at_least_so_late() -> None:
    assert _one(FORECAST, _now((2019, 3), (2020, 3), (2021, 3), (2022, 3))) == (Outcome.BEHIND, "", 2)


def test_silence_is_no_slip() -> None:
    assert _one(FORECAST, _now((2019, 3))) == (Outcome.SILENT, "", None)


def test_an_old_forecast_that_nobody_confirmed_is_not_reached() -> None:
    now = Landscape({"a": Entry("a", "a", "A")}, stages=tuple(FORECAST))
    assert _one(FORECAST, now) == (Outcome.SILENT, "", None)


def test_a_year_that_may_have_been_earlier_is_not_measured() -> None:
    found = slips(FORECAST, _now((2019, 3), (2022, 4)), DAY)
    (slip,) = found.slips
    assert (slip.outcome, slip.years, slip.exact) == (Outcome.REACHED, 1, False)
    assert found.reached is None


def test_what_was_recorded_after_the_day_is_not_known_on_it() -> None:
    now = _now((2019, 3), (2020, 3), (2021, 3), (2022, 4))
    now = replace(now, stages=(*FORECAST, *now.stages))
    (slip,) = slips(FORECAST, now, date(2020, 6, 1)).slips
    assert (slip.outcome, slip.now) == (Outcome.KEPT, "2021")
    done = Milestone("a", "m", "Pilot", (Plan("2020-01"),), "2022-05")
    (late,) = milestones(replace(now, milestones=(done,)), date(2020, 6, 1))
    assert (late.met, late.overdue, late.months) == (False, True, 5)


def test_only_the_same_entries_are_compared_and_the_others_counted() -> None:
    then = [*FORECAST, *_then((2019, 1), (2020, 2), entry="gone")]
    now = Landscape(
        {"a": Entry("a", "a", "A"), "b": Entry("b", "b", "B")},
        stages=(*_now((2020, 3), (2021, 4)).stages, Stage("b", "2021", 1, 1)),
    )
    found = slips(then, now, DAY)
    assert ([slip.entry for slip in found.slips], found.left_out, found.new) == (["a"], 1, 1)
    assert found.reached is not None
    assert [found.reached.n, found.reached.median] == [1, 0]


def test_issues_are_what_forecasts() -> None:
    now = Landscape(
        {"a": Entry("a", "a", "A")},
        stages=(*FORECAST, *_now((2021, 3)).stages, Stage("a", "2025", 5, 5, True, "2024-01")),
    )
    assert issues(now) == ["2019-12", "2024-01"]
    assert as_issued(now, "2019-12") == FORECAST


def _milestone(*plans: str, actual: str = "") -> Milestone:
    return Milestone("a", plans[0], "Pilot", tuple(Plan(one, reason="why") for one in plans), actual)


def test_milestones_are_measured_against_their_first_plan() -> None:
    said = (
        _milestone("2022-01", "2022-06", actual="2022-09-30"),
        _milestone("2021-03", "2023-03"),
        _milestone("2024", actual="2023-05"),
        _milestone("2024-05"),
        _milestone("", actual="2020-01"),
    )
    found = {
        one.milestone.key: (one.months, one.met, one.overdue, len(one.replans))
        for one in milestones(Landscape({"a": Entry("a", "a", "A")}, milestones=said), DAY)
    }
    assert found == {
        "2022-01": (8, True, False, 1),
        "2021-03": (27, False, True, 1),
        "2024": (None, True, False, 0),
        "2024-05": (0, False, False, 0),
    }


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(-3, 3))
def test_what_is_moved_as_a_whole_slips_by_as_much(levels: list[int], years: int) -> None:
    """Everything recorded later by so many years, with a report for every year: every slip is that."""
    then = [Stage("a", "2009", 1, 1), *_then(*((2010 + at, one) for at, one in enumerate(levels)), since=0)]
    moved = [
        Stage("a", str(2000 + at), 1, 1) for at in range(10 + min(years, 0) if years < 0 else 10 + years)
    ]
    moved += [Stage("a", str(2010 + years + at), one, one) for at, one in enumerate(levels)]
    found = slips(then, Landscape({"a": Entry("a", "a", "A")}, stages=tuple(moved)), DAY).slips
    assert {slip.years for slip in found} <= {years}
    assert {slip.outcome for slip in found} <= {Outcome.REACHED}
