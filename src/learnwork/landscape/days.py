"""Dates as precise as a source gives them: "2016", "2016-05", "2016-05-04"; which days each can mean. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def earliest(text: str) -> date | None:
    """The first day that the text can mean; None where it is empty or no date."""
    return _day(text, last=False)


def latest(text: str) -> date | None:
    """The last day that the text can mean; None where it is empty or no date."""
    return _day(text, last=True)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last; the calendar's first or last day where it ends before."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(text: str, *, last: bool) -> date | None:
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    year = int(match[1])
    month = int(match[2] or (12 if last else 1))
    try:
        return date(year, month, int(match[3] or (monthrange(year, month)[1] if last else 1)))
    except (ValueError, IndexError):
        return None
