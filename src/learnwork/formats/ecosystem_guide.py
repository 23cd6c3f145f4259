"""guide.yaml: the goals of the guide's editions, and the matrix of initiatives by years with their stages.

A column that begins after the year of issue is a forecast. A row that lost its columns keeps its values in their order,
without years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learnwork.formats.ecosystem_documents import ctid, strings
from learnwork.formats.model import Document
from learnwork.vocabulary.errors import Issue

GOAL, SCHEME = "goal", "goal_scheme"
GUIDE = "guide"
# Scheme of goals → the edition (`n`) whose rows are ordered by it.
_OF_ROWS = "recovered_pdf"
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_CELL = re.compile(r"([1-5])(?:/([1-5]))?")
_YEAR = re.compile(r"<?(\d{4})")
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")


def goals(content: Mapping[str, Any]) -> Iterator[tuple[str, Document]]:
    """Key → document of every scheme, then of every goal."""
    schemes = {key: rows for key, rows in _mapping(content.get("goals")).items() if isinstance(rows, list)}
    labels = {
        (key, str(row.get("id"))): row.get("label")
        for key, rows in schemes.items()
        for row in rows
        if isinstance(row, dict)
    }
    read_on = {"lw:citation": pages} if (pages := _issue_of_rows(content).get("lw:citation")) else {}
    for key, rows in schemes.items():
        cited = read_on if key == _OF_ROWS else {}
        yield f"{SCHEME}/{key}", _scheme(key) | cited
        for row in rows:
            if isinstance(row, dict) and row.get("id"):
                yield f"{GOAL}/{key}/{row['id']}", _goal(key, row, labels) | cited


def _scheme(key: str) -> Document:
    return {
        "@type": "lw:GoalScheme",
        "ceterms:ctid": ctid(SCHEME, key),
        "ceterms:name": {"en": f"Goals of the guide: {key.replace('_', ' ')}"},
        "lw:key": key,
        "lw:proposed": ["ceterms:name"],
    }


def _goal(scheme: str, row: Mapping[str, Any], labels: Mapping[tuple[str, str], Any]) -> Document:
    """A goal that only says which one it is the same as has that one's label, marked as derived."""
    key, same = str(row["id"]), str(row.get("same_as") or "")
    home = next((one for one, goal in labels if goal == same and one != scheme), "")
    label = row.get("label") or labels.get((home, same)) or key
    made = {
        "@type": "lw:Goal",
        "ceterms:ctid": ctid(GOAL, f"{scheme}/{key}"),
        "ceterms:name": {"en": str(label)},
        "lw:key": key,
        "lw:scheme": ctid(SCHEME, scheme),
        "lw:sameAs": [ctid(GOAL, f"{home}/{same}")] if home else [],
        "lw:marks": [] if row.get("label") else ["derived"],
        "lw:note": str(row.get("note") or ""),
    }
    return {term: value for term, value in made.items() if value not in ("", [])}


def rows(content: Mapping[str, Any], place: str) -> tuple[dict[str, Document], list[Issue]]:
    """Key of an initiative → what the guide says of it (`lw:goal`, `lw:stages`); rows that cannot be read."""
    source = _issue_of_rows(content)
    columns = strings(content.get("timeline_columns"))
    known = {f"{row.get('id')}" for row in _rows(_mapping(content.get("goals")).get(_OF_ROWS))}
    found: dict[str, Document] = {}
    issues: list[Issue] = []
    for number, row in enumerate(_rows(content.get("rows")), 1):
        stages, key = _stages(row, columns, source), str(row.get("initiative") or "")
        if not key or stages is None or key in found:
            issues.append(_bad(f"{place} row {number}", str(row.get("label") or key)))
            continue
        goal = str(row.get("goal") or "")
        aim = {"lw:goal": [ctid(GOAL, f"{_OF_ROWS}/{goal}")]} if goal in known else {}
        found[key] = {**aim, "lw:stages": stages}
    return found, issues


def _bad(place: str, label: str) -> Issue:
    return Issue(
        "guide-row-bad",
        f"The row {label[:80]!r} of the guide has no initiative, stands twice, or its stages are not 1 to 5.",
        place,
        "Write its stages with a space between, such as 1/2 3 4, one for each column where it is aligned.",
    )


def _stages(row: Mapping[str, Any], columns: Sequence[str], source: Document) -> list[Document] | None:
    """One part for each value; None where a value is no stage, or an aligned row has not one for each column."""
    cells = str(row.get("sequence") or "").split()
    matches = [_CELL.fullmatch(cell) for cell in cells]
    aligned = row.get("aligned") is True
    if not cells or (aligned and len(cells) != len(columns)):
        return None
    made: list[Document] = []
    issued = str(source.get("lw:issued", ""))
    for position, match in enumerate(matches):
        if match is None or int(match[2] or match[1]) < int(match[1]):
            return None
        period = columns[position] if aligned else ""
        year = _YEAR.fullmatch(period)
        forecast = bool(year and issued and year[1] > issued[:4])
        part = {
            "lw:key": f"{period or position}@{issued}",
            "lw:period": period,
            "lw:low": int(match[1]),
            "lw:high": int(match[2] or match[1]),
            "lw:position": position,
            "lw:forecast": True if forecast else None,
            **source,
        }
        made.append({term: value for term, value in part.items() if value not in (None, "", [])})
    return made


def _issue_of_rows(content: Mapping[str, Any]) -> Document:
    """When the edition of the matrix was issued, as precisely as all editions that it may be agree, and its page.

    Marked as derived where the file says that the edition was inferred.
    """
    editions = _rows(content.get("editions"))
    own = next((one for one in editions if str(one.get("n")) == _OF_ROWS.replace("_pdf", "-pdf")), {})
    stated = str(own.get("issued") or "")
    may_be = {str(n) for n, word in enumerate(_ORDINALS, 1) if word in stated}
    dates = [str(one.get("issued")) for one in editions if str(one.get("n")) in may_be]
    dates = dates or [stated]
    agreed = (dates[0][:n] for n in (10, 7, 4) if _DATE.fullmatch(dates[0][:n]))
    issued = next((day for day in agreed if all(one[: len(day)] == day for one in dates)), "")
    made = {
        "lw:issued": issued,
        "lw:citation": strings(own.get("source")),
        "lw:marks": ["derived"] if "inferred" in stated else [],
    }
    return {term: value for term, value in made.items() if value}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def unknown(found: Mapping[str, Document], known: frozenset[str], place: str) -> list[Issue]:
    """An advice for every row whose initiative is not among the files."""
    return [
        Issue(
            "reference-open",
            f"The guide has a row for {key[:80]!r}, which no file has as an initiative; it was not read.",
            place,
            "Add it to initiatives.yaml.",
            "warning",
        )
        for key in found
        if key not in known
    ]
