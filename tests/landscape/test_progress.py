"""Entries by years: what is recorded, what is forecast, and what follows about pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.model import Entry, Landscape, Span, Stage
from learnwork.landscape.progress import (
    LEVELS,
    first_at,
    matrix,
    rises,
    spells,
    stage_text,
    stalled,
    stays,
    year_of,
)
from learnwork.landscape.spreads import spread

DAY = date(2026, 6, 1)
COLUMNS = ("<2018", *map(str, range(2018, 2026)))


def stages(
    entry: str, said: str, first: str = "2018", *, recorded: int = 99, issued: str = "2019-03"
) -> list[Stage]:
    """ "1/2 3 - 4" as stages of neighbouring years; the first `recorded` of them are no forecasts."""
    start = year_of(first) or 0
    made = []
    for at, text in enumerate(said.split()):
        low, _, high = text.partition("/")
        if text != "-":
            period = first if at == 0 else str(start + at)
            made.append(Stage(entry, period, int(low), int(high or low), at >= recorded, issued, position=at))
    return made


def entries(*keys: str) -> dict[str, Entry]:
    return {key: Entry(key, key, key.title()) for key in keys}


def test_cells_say_recorded_forecast_or_no_report() -> None:
    made = matrix(
        Landscape(entries("a", "b", "c"), stages=(*stages("a", "1 - 3 4", recorded=3),)), date(2020, 5, 1)
    )
    assert made.periods == ("2018", "2019", "2020", "2021")
    assert [cell.mark for cell in made.rows[0].cells] == ["recorded", "no report", "recorded", "forecast"]
    assert made.line == 3
    assert [entry.ctid for entry in made.silent] == ["b", "c"]


def test_a_year_that_nobody_reports_is_still_a_column() -> None:
    said = (Stage("a", "<2018", 1, 2), Stage("a", "2021", 4, 4))
    made = matrix(Landscape(entries("a"), stages=said), DAY)
    assert made.periods == ("<2018", "2018", "2019", "2020", "2021")


def test_a_record_stands_before_forecasts_and_the_newest_before_the_older() -> None:
    said = (
        Stage("a", "2020", 5, 5, forecast=True, issued="2019-09"),
        Stage("a", "2020", 3, 3, issued="2021-01"),
        Stage("a", "2020", 4, 4, forecast=True, issued="2019-03"),
    )
    (row,) = matrix(Landscape(entries("a"), stages=said), DAY).rows
    (cell,) = row.cells
    assert (cell.stage, [one.low for one in cell.others]) == (said[1], [5, 4])


def test_rows_without_years_keep_their_order_and_count_for_no_year() -> None:
    loose = (Stage("b", "", 3, 4, position=2), Stage("b", "", 1, 1), Stage("b", "", 2, 2, position=1))
    made = matrix(Landscape(entries("a", "b"), stages=(*loose, *stages("a", "2 3"))), DAY)
    assert [row.entry.ctid for row in made.rows] == ["a", "b"]
    assert [stage_text(stage) for stage in made.rows[1].loose] == ["1", "2", "3/4"]
    assert (first_at(loose, 3), rises(loose), spells(loose)) == (None, [], [])


def test_a_range_reaches_a_stage_only_with_its_low_end() -> None:
    said = stages("a", "3 4/5 4/5 5")
    found = first_at(said)
    assert found is not None
    assert (found.period, found.after, found.exact) == ("2021", "2020", True)
    assert first_at(stages("a", "1 4/5")) is None


def test_after_a_gap_the_first_year_is_at_the_latest() -> None:
    found = first_at(stages("a", "3 - - 5"))
    assert found is not None
    assert (found.period, found.after, found.exact) == ("2021", "2018", False)
    at_once = first_at(stages("a", "5 5"))
    assert at_once is not None
    assert (at_once.period, at_once.after, at_once.exact) == ("2018", "", False)


def test_rises() -> None:
    found = rises(stages("a", "1/2 2 3 3 2 4", recorded=3))
    assert [(rise.after, rise.at, rise.sure, rise.forecast) for rise in found] == [
        ("2018", "2019", False, False),
        ("2019", "2020", True, False),
        ("2022", "2023", True, True),
    ]


def test_only_stays_with_both_ends_are_measured() -> None:
    found = spells(stages("a", "2 3 3 - 3 4 4 5"))
    assert [(spell.low, spell.years, spell.whole) for spell in found] == [
        (2, 1, False),
        (3, 2, False),
        (3, 1, False),
        (4, 2, True),
        (5, 1, False),
    ]


def test_stays_of_all_are_pooled_and_not_averaged_of_averages() -> None:
    said = (*stages("a", "1 2 3 2 3"), *stages("b", "1 2 2 2 2 2 3"), *stages("gone", "1 2 2 3"))
    found = {stay.level: stay for stay in stays(Landscape(entries("a", "b"), stages=said), forecast=False)}
    two = found[2].years
    assert two is not None
    assert [two.n, two.least, two.median, two.greatest] == [3, 1, 1, 5]
    assert found[1].years is None
    assert found[1].unfinished == 2


def test_planned_stays_are_no_recorded_ones() -> None:
    made = Landscape(entries("a"), stages=tuple(stages("a", "1 2 2 3", recorded=2)))
    assert [stay.years.n if stay.years else 0 for stay in stays(made, forecast=True)] == [0, 1, 0, 0, 0]
    assert all(stay.years is None for stay in stays(made, forecast=False))


def test_what_stands_still() -> None:
    said = (
        *stages("still", "1 2 2 2 2"),
        *stages("rising", "1 2 3 3 4"),
        *stages("forecast", "2 2 2 2 2", recorded=2),
        *stages("sustainable", "5 5 5 5 5"),
        *stages("over", "2 2 2 2 2"),
        *stages("ended", "2 2 2 2 2"),
        *stages("falling", "3 3 2 2 2"),
    )
    known = entries("still", "rising", "forecast", "sustainable", "over", "ended", "falling", "silent")
    known["over"] = replace(known["over"], span=Span("2010", "2021"))
    known["ended"] = replace(known["ended"], status="ended")
    found = stalled(Landscape(known, stages=said), DAY, 3)
    assert [(one.entry.ctid, one.since, one.last, one.years, one.silent) for one in found] == [
        ("falling", "2018", "2022", 4, 4),
        ("still", "2019", "2022", 3, 4),
    ]


def test_nothing_is_known_of_nothing() -> None:
    made = matrix(Landscape(), DAY)
    assert (made.periods, made.rows, made.line) == ((), (), 0)
    assert spread([]) is None
    assert stalled(Landscape(), DAY) == []


STATED = st.lists(st.one_of(st.none(), st.tuples(st.integers(1, 5), st.integers(0, 2))), max_size=12)


def _made(said: Sequence[tuple[int, int] | None]) -> list[Stage]:
    return [
        Stage("a", str(2010 + at), one[0], min(5, one[0] + one[1]), position=at)
        for at, one in enumerate(said)
        if one
    ]


@given(STATED)
def test_stays_cover_every_report_once(said: Sequence[tuple[int, int] | None]) -> None:
    told = _made(said)
    assert sum(spell.years for spell in spells(told)) == len(told)


@given(STATED, st.sampled_from(LEVELS))
def test_a_higher_stage_is_not_reached_earlier(said: Sequence[tuple[int, int] | None], level: int) -> None:
    told = _made(said)
    one, higher = first_at(told, level), first_at(told, min(5, level + 1))
    if higher is not None:
        assert one is not None
        assert one.period <= higher.period


@given(STATED, st.randoms())
def test_the_order_of_what_is_said_is_of_no_account(
    said: Sequence[tuple[int, int] | None], random: Any
) -> None:
    told = _made(said)
    mixed = random.sample(told, len(told))
    assert (rises(mixed), spells(mixed)) == (rises(told), spells(told))


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=40))
def test_quartiles_are_those_of_the_standard_library(values: list[int]) -> None:
    found = spread(values)
    assert found is not None
    lower, middle, upper = quantiles(map(Fraction, values), n=4, method="inclusive")
    assert (found.lower, found.median, found.upper) == (lower, middle, upper)
    assert found.median == median(map(Fraction, values))
    assert [found.n, found.least, found.greatest] == [len(values), min(values), max(values)]


@pytest.mark.big
def test_the_guide_implies_first_years_and_rises(shared_data: Path) -> None:
    """The five aligned rows of the early guide; its columns after the issue, March 2019, are forecasts."""
    guide = yaml.safe_load((shared_data / "ecosystem" / "guide.yaml").read_text("utf-8"))
    aligned = [row for row in guide["rows"] if row["aligned"]]
    found = {}
    for row in aligned:
        told = [
            Stage(row["initiative"], period, low, high, forecast=(year_of(period) or 0) > 2019)
            for period, (low, high) in row["by_column"].items()
        ]
        reached = first_at(told)
        assert reached is not None
        assert (reached.exact, reached.forecast) == (True, True)
        steps = [(rise.at, rise.to[0]) for rise in rises(told)]
        assert all(rise.sure for rise in rises(told))
        found[row["initiative"]] = (reached.period, steps)
    usual = ("2022", [("2018", 3), ("2019", 4), ("2022", 5)])
    assert found == {
        "credential-engine": usual,
        "credential-registry": usual,
        "ctdl-and-ctdl-asn-schemas": usual,
        "state-and-regional-partnerships-credential-engine": (
            "2021",
            [("2018", 3), ("2020", 4), ("2021", 5)],
        ),
        "public-private-data-infrastructure-for-earnings-and-roi": (
            "2022",
            [("2018", 3), ("2021", 4), ("2022", 5)],
        ),
    }
