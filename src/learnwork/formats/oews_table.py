"""The table layout of the wage statistics: the BLS downloads (XLSX), and CSV with some of their columns.

One row an area and occupation. Needed are `area`, `occ_code`, `occ_title` and one column of a measure; the
others are read where they are there. A value is a number, "*" or "**" (not available), "#" (at or above the
highest wage that is published), ">=239200" (the same, with that wage), or empty (not given for such areas).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from learnwork.formats.files import rows
from learnwork.formats.model import Area, Observed, Status
from learnwork.formats.oews_areas import (
    AT_LEAST,
    COLUMNS,
    CROSS_INDUSTRY,
    UNREASONABLE,
    Column,
    area,
    highest_published,
)
from learnwork.vocabulary.errors import Issue, LearnworkError, UnreadableFileError

REQUIRED = ("area", "occ_code", "occ_title")
# The downloads mark "ANNUAL" or "HOURLY" as TRUE where only annual or only hourly wages are released.
_ONLY = {"hourly": "annual", "annual": "hourly"}
_KINDS = {"1": "nation", "2": "state", "3": "state", "4": "area", "6": "area"}
_OCCUPATION = re.compile(r"\d\d-\d{4}")
_DIGITS = re.compile(r"\d{1,7}")
_LEAST = re.compile(r">=\s*\$?([\d,]*\.?\d+)")
_KEEP = frozenset(
    [
        *REQUIRED,
        "area_title",
        "area_type",
        "prim_state",
        "naics",
        "own_code",
        "annual",
        "hourly",
        "loc quotient",
        *(column.name for column in COLUMNS),
        *(column.error_name for column in COLUMNS if column.error_name),
    ]
)

Row = dict[str, str]


def table(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of all industries together and all kinds of owner, each area and occupation once.

    Occupations that are published at the broad level only stand twice in the downloads, alike in all but
    `o_group`: the second is passed over.
    """
    seen: set[tuple[str, str]] = set()
    measured = False
    for number, row in rows(path, required=REQUIRED, keep=_KEEP):
        if not measured:
            _check_measured(path, row)
            measured = True
        if row.get("naics") not in (CROSS_INDUSTRY, "0", "", None) or row.get("own_code") not in (
            "1235",
            "",
            None,
        ):
            continue
        key = (row["area"], row["occ_code"])
        if key in seen:
            continue
        seen.add(key)
        yield number, row


def _check_measured(path: Path, row: Row) -> None:
    if not any(column.name in row for column in COLUMNS):
        raise UnreadableFileError(
            f"{path.name} has no column of employment or wages.",
            hint=f"Name at least one of: {', '.join(column.name for column in COLUMNS)}.",
            file=path.name,
        )


def area_of(row: Row) -> Area | None:
    """The area of a row; None where its code or kind is not one that the statistics have."""
    code = row["area"]
    kind = _KINDS.get(row.get("area_type", ""), "")
    state = row.get("prim_state", "").upper()[:2]
    if not _DIGITS.fullmatch(code) or not kind or (kind == "state" and len(state) != 2):
        return None
    return area(kind, code, row.get("area_title", "") or code, "" if kind == "nation" else state)


def published_limits(path: Path) -> dict[str, float]:
    """The highest wages that are published, {"hourly": 115.0, "annual": 239200.0}, from a download's notes.

    Empty where the file has no such notes: a "#" then says no more than that the wage is withheld.
    """
    try:
        for _number, row in rows(path, sheet="Field Descriptions"):
            for text in row.values():
                if limits := highest_published(text):
                    return limits
    except LearnworkError:
        return {}
    return {}


class RowReader:
    """One row → its figures; `limits` as of `published_limits`."""

    def __init__(self, file: str, period: str, limits: Mapping[str, float]) -> None:
        self._file = file
        self._period = period
        self._limits = limits

    def read(self, row: Row, number: int, subject: str, place: str) -> Iterator[Observed | Issue]:
        for column in COLUMNS:
            text = row.get(column.name, "")
            if not text and column.name == "loc_quotient":
                text = row.get("loc quotient", "")  # its name before 2021
            if not text:
                continue
            value = _number(text)
            if value is not None:
                error = _number(row.get(column.error_name, "")) if column.error_name else None
                yield Observed(
                    subject, column.measure, self._period, value, area=place, precision=error, row=number
                )
                continue
            missing = self._missing(text, row, column)
            if missing is None:
                message = f"{column.name} cannot be {text[:40]!r}."
                yield Issue("oews-value", message, f"{self._file} row {number}", "Give a number, * or #.")
                continue
            status, least = missing
            yield Observed(subject, column.measure, self._period, None, status, place, row=number)
            if least is not None and column.measure in AT_LEAST:
                key = AT_LEAST[column.measure]
                yield Observed(subject, key, self._period, least, area=place, row=number)

    def _missing(self, text: str, row: Row, column: Column) -> tuple[Status, float | None] | None:
        """Status of a value that is not a number, and what it is at least; None if it is no known mark."""
        if text in ("*", "**"):
            only = row.get(_ONLY.get(column.pay, ""), "")
            return ("not applicable" if only.lower() == "true" else "suppressed"), None
        if text == "#" and column.pay:
            return "suppressed", self._limits.get(column.pay)
        if column.pay and (found := _LEAST.fullmatch(text)):
            return "suppressed", _number(found[1])
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if 0 <= value < UNREASONABLE else None


def is_occupation(code: str) -> bool:
    return _OCCUPATION.fullmatch(code) is not None
