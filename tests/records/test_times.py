"""Moments: every form of a dateTimeStamp, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnwork.records.times import NoZoneError, moment_text, parse_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-02-24T23:36:38Z", datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)),
        ("2023-02-24T23:36:38.5Z", datetime(2023, 2, 24, 23, 36, 38, 500_000, tzinfo=UTC)),
        ("2023-02-24T23:36:38.1234567Z", datetime(2023, 2, 24, 23, 36, 38, 123_456, tzinfo=UTC)),
        ("2023-02-24T23:36:38-05:00", datetime(2023, 2, 25, 4, 36, 38, tzinfo=UTC)),
        ("2023-12-31T24:00:00Z", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-02-29T00:00:00+14:00", datetime(2024, 2, 28, 10, tzinfo=UTC)),
    ],
)
def test_a_moment(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "invalidDate",
        "2023-02-24",
        "2023-02-24 23:36:38Z",
        "2023-02-30T00:00:00Z",
        "2023-02-24T25:00:00Z",
        "2023-02-24T23:36Z",
        "2023-02-24T23:36:38z",
        "2023-02-24T23:36:38+0500",
        "2023-02-24T23:36:38+15:00",
        "2023-02-24T23:36:38Z\n",
        "٢٠٢٣-02-24T23:36:38Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T24:00:00Z",
    ],
)
def test_what_is_no_moment(text):
    with pytest.raises(ValueError, match=r".") as caught:
        parse_moment(text)
    assert not isinstance(caught.value, NoZoneError)


def test_a_moment_without_zone_says_so():
    with pytest.raises(NoZoneError):
        parse_moment("2023-02-24T23:36:38")


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_comes_back(moment):
    moment = moment.replace(microsecond=0, year=max(1000, moment.year))
    assert parse_moment(moment_text(moment)) == moment
