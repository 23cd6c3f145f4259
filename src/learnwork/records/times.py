"""Moments as records write them: XML Schema dateTimeStamp, which always says its zone.

Source: XML Schema 1.1 part 2, section 3.4.28; VC Data Integrity 1.0, section 2.1 (created, expires).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_STAMP = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)T(?P<time>\d\d:\d\d:\d\d)(?P<part>\.\d+)?(?P<zone>Z|[+-]\d\d:\d\d)?", re.ASCII
)


class NoZoneError(ValueError):
    """A moment without a zone: two readers may understand two moments."""


@lru_cache(maxsize=4096)
def parse_moment(text: str) -> datetime:
    """The moment of a dateTimeStamp, in UTC.

    Raises NoZoneError where no zone is said, ValueError for everything that is no dateTimeStamp. 24:00:00 is the
    next day's midnight; parts of a second beyond the sixth digit are cut off.
    """
    match = _STAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a date and time such as 2026-01-31T12:00:00Z")
    clock, part = match["time"], match["part"] or ""
    extra = timedelta()
    if clock == "24:00:00" and not part.strip(".0"):
        clock, extra = "00:00:00", timedelta(days=1)
    moment = datetime.fromisoformat(f"{match['date']}T{clock}")
    moment += timedelta(microseconds=int(part[1:7].ljust(6, "0"))) if part else timedelta()
    if match["zone"] is None:
        raise NoZoneError(f"{text[:40]!r} does not say its zone")
    try:
        return (moment + extra).replace(tzinfo=_zone(match["zone"])).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is outside of the calendar") from None


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise ValueError(f"{text!r} is no zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def moment_text(moment: datetime) -> str:
    """A moment as records write it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
