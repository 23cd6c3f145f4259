"""Ratings of O*NET: how important an element is to an occupation (scale IM, 1 to 5), and at which level (LV, 0 to 7).

What O*NET recommends to suppress comes without its value, as suppressed. A level of an element that is not
relevant to the occupation does not apply. The standard error becomes the precision, in per cent of the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from learnwork.formats.files import rows
from learnwork.formats.model import Item, Observed, Status
from learnwork.formats.onet_documents import Elements, element_ctid
from learnwork.vocabulary.errors import Issue

SCALES = {"IM": ("onet.importance", 1.0, 5.0), "LV": ("onet.level", 0.0, 7.0)}
_CODE = "o*net-soc code"
_REQUIRED = (_CODE, "element id", "element name", "scale id", "data value")
_MORE = ("n", "standard error", "recommend suppress", "not relevant", "date")
_DATE = re.compile(r"(0[1-9]|1[0-2])/((?:19|20)\d\d)")
_ELEMENT = re.compile(r"[1-6](\.[A-Za-z0-9]{1,4}){1,8}")


def ratings(path: Path, ctids: Mapping[str, str], elements: Elements, released: date) -> Iterator[Item]:
    """Every rating of one table; before the first rating of an element that is not known yet, the element.

    ctids: O*NET-SOC code → CTID. released: stands for the date of a row that has none.
    """
    items: dict[str, str] = {}
    lost = 0
    for number, row in rows(path, required=_REQUIRED, keep=(*_REQUIRED, *_MORE)):
        scale = SCALES.get(row["scale id"])
        subject = ctids.get(row[_CODE])
        if scale is None:
            continue
        if subject is None:
            lost += 1
            continue
        element = row["element id"]
        if element not in items:
            if not _ELEMENT.fullmatch(element):
                message = f"{element[:40]!r} is no id of an element."
                yield Issue("onet-element", message, f"{path.name} row {number}", "Ids look like 2.A.1.a.")
                continue
            items[element] = element_ctid(element)
            yield from elements.met(element, row["element name"])
        yield _rating(row, subject, scale, items[element], path.name, number, released)
    if lost:
        message = f"{lost:,} rows are about occupations that Occupation Data does not list; left out."
        yield Issue("onet-occupation", message, path.name, "Take all tables of one release.")


def _rating(
    row: Mapping[str, str],
    subject: str,
    scale: tuple[str, float, float],
    item: str,
    file: str,
    number: int,
    released: date,
) -> Observed | Issue:
    measure, least, most = scale
    value = _number(row["data value"])
    if value is None or not least <= value <= most:
        message = f"A rating of {row['data value'][:40]!r} is not from {least:g} to {most:g}."
        return Issue("onet-value", message, f"{file} row {number}")
    found = _DATE.fullmatch(row.get("date", ""))
    period = f"{found[2]}-{found[1]}" if found else released.isoformat()[:7]
    base = _number(row.get("n", ""))
    status: Status = "reported"
    if row.get("not relevant", "") == "Y":
        status = "not applicable"
    elif row.get("recommend suppress", "") == "Y":
        status = "suppressed"
    shown = status == "reported"
    error = _number(row.get("standard error", ""))
    return Observed(
        subject,
        measure,
        period,
        value if shown else None,
        status,
        base=None if base is None else int(base),
        precision=round(100 * error / value, 2) if shown and error is not None and value else None,
        item=item,
        row=number,
    )


def _number(text: str) -> float | None:
    """A number of moderate size that is not negative; None for "", "n/a" and anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
