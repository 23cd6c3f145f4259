"""Dates as precise as a source gives them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.landscape.days import earliest, latest, months_after


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-05-04", date(2016, 5, 4), date(2016, 5, 4)),
    ],
)
def test_a_text_means_its_days(text: str, first: date, last: date) -> None:
    assert (earliest(text), latest(text)) == (first, last)


@pytest.mark.parametrize("text", ["", "soon", "2016-13", "2016-02-30", "0000", "16", "2016-00", "2016-5"])
def test_what_is_no_date_means_no_day(text: str) -> None:
    assert earliest(text) is None
    assert latest(text) is None


def test_months_end_where_the_month_ends() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 12, 5), 12) == date(2025, 12, 5)
    assert months_after(date(2024, 1, 5), -2) == date(2023, 11, 5)
    assert months_after(date(9999, 2, 1), 12) == date.max
    assert months_after(date(1, 2, 1), -12) == date.min


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_a_later_month_is_never_earlier(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day <= day.day
