"""The figures of one Scorecard file, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import repeat
from math import isfinite
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from learnwork.formats import columns
from learnwork.formats.ipeds_directory import institution_ctid
from learnwork.formats.model import Group, Item, Observed, Status
from learnwork.formats.scorecard_layouts import Figure, Layout
from learnwork.vocabulary.codes import scorecard_levels
from learnwork.vocabulary.errors import Issue

# A figure, why there is none, or None where the text is neither.
Cell = float | Status | None

NO_CREDENTIAL = "99"
_SUPPRESSED = frozenset({"ps", "privacysuppressed", "privacy suppressed"})
_EMPTY = frozenset({"", "null", "na", "nan", "n/a", "none"})
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_UNITID = re.compile(r"[0-9]{6}")
_FIELD = re.compile(r"([0-9]{1,2})\.?([0-9]{2})")
_SLICE = 20_000
_ROW = "row number"


def items(path: Path, layout: Layout, period: str, state: str = "") -> Iterator[Item]:
    """Observations of one file. `period` is the date of the release: the files do not name the cohorts."""
    read = columns.read(path, layout.keys, layout.optional)
    rows = pa.array(range(read.first, read.first + len(read.table)), pa.int64())
    table = read.table.append_column(_ROW, rows)
    if state:
        yield from _without_state(table, layout, path.name)
        table = table.filter(pc.equal(columns.text(table[layout.state]), state))
    lines = _Lines(layout, period, path.name, _repeated(table, layout))
    for at in range(0, len(table), _SLICE):
        yield from lines.items(table.slice(at, _SLICE))
    if lines.without_credential:
        yield Issue(
            "scorecard-no-credential",
            f"{lines.without_credential:,} rows are about coursework that leads to no credential; they were left out.",
            path.name,
            "",
            "advice",
        )


def _without_state(table: pa.Table, layout: Layout, file: str) -> Iterator[Issue]:
    if count := table[layout.state].null_count:
        yield Issue(
            "state-unknown",
            f"{count:,} rows name no state (foreign and closed schools); they were left out.",
            file,
            "",
            "advice",
        )


def _repeated(table: pa.Table, layout: Layout) -> dict[tuple[str, ...], int]:
    """Keys that stand in more than one row, with the number of the first."""
    keys = [*layout.keys]
    texts = pa.table({name: columns.text(table[name]) for name in keys} | {_ROW: table[_ROW]})
    counts = texts.group_by(keys, use_threads=False).aggregate([(_ROW, "count"), (_ROW, "min")])
    double = counts.filter(pc.greater(counts[f"{_ROW}_count"], 1))
    lists = (double[name].to_pylist() for name in (*keys, f"{_ROW}_min"))
    return {tuple(found[:-1]): found[-1] for found in zip(*lists, strict=True)}


class _Lines:
    """Turns rows into observations; counts those about no credential."""

    def __init__(self, layout: Layout, period: str, file: str, repeated: dict[tuple[str, ...], int]) -> None:
        self.without_credential = 0
        self._layout = layout
        self._period = period
        self._file = file
        self._repeated = repeated
        self._providers: dict[str, str] = {}

    def items(self, table: pa.Table) -> Iterator[Item]:
        layout = self._layout
        plan = [figure for figure in layout.figures if figure.column in table.column_names]
        cells = zip(*(_cells(table, figure, layout.empty) for figure in plan), strict=True)
        bases = zip(*(_bases(table, figure) for figure in plan), strict=True)
        keys = zip(*(columns.text(table[name]).to_pylist() for name in layout.keys), strict=True)
        names = (
            columns.text(table[layout.name]).to_pylist() if layout.name in table.column_names else repeat("")
        )
        for row, key, name, figures, people in zip(
            table[_ROW].to_pylist(), keys, names, cells, bases, strict=False
        ):
            subject = self._subject(key)
            if subject is None or self._repeated.get(key, row) != row:
                yield from self._refusal(key, row, name or "The institution")
                continue
            for figure, cell, base in zip(plan, figures, people, strict=True):
                if type(cell) is float:
                    yield Observed(
                        subject, figure.measure, self._period, cell, "reported", "", "", base, None, "", row
                    )
                elif cell is None:
                    yield self._invalid(figure, row, name or "The institution")
                elif not figure.derived:
                    yield Observed(subject, figure.measure, self._period, None, cell, row=row)

    def _subject(self, key: tuple[str | None, ...]) -> Group | str | None:
        """What a row is about: an institution's CTID or a group of its programs; None where that is not known."""
        unitid = key[0] or ""
        provider = self._providers.get(unitid)
        if provider is None:
            if not _UNITID.fullmatch(unitid):
                return None
            provider = self._providers[unitid] = institution_ctid(unitid)
        if len(key) == 1:
            return provider
        field = _FIELD.fullmatch(key[1] or "")
        levels = scorecard_levels.get(key[2] or "")
        if field is None or not levels:
            return None
        return Group(provider, f"{field[1].zfill(2)}.{field[2]}", levels)

    def _refusal(self, key: tuple[str | None, ...], row: int, name: str) -> Iterator[Issue]:
        place = f"{self._file} row {row}"
        if not _UNITID.fullmatch(key[0] or ""):
            yield _without_institution(key[0] or "", name[:120], place)
        elif self._repeated.get(key, row) != row:  # type: ignore[arg-type]
            yield Issue(
                "duplicate-key",
                f"{name[:120]}: the same institution, field and level stands in row {self._repeated[key]}, which"  # type: ignore[index]
                " counts.",
                place,
                "Delete one of the two.",
            )
        elif not _FIELD.fullmatch(key[1] or ""):
            yield Issue(
                "scorecard-field",
                f"{(key[1] or '')[:20]!r} is no field of four digits.",
                place,
                "Correct it.",
            )
        elif key[2] == NO_CREDENTIAL:
            self.without_credential += 1
        else:
            yield Issue(
                "scorecard-level",
                f"{(key[2] or '')[:20]!r} is not a credential level.",
                place,
                "It goes from 1 to 8.",
            )

    def _invalid(self, figure: Figure, row: int, name: str) -> Issue:
        return Issue(
            "figure-invalid",
            f"{name[:120]}: {figure.column.upper()} is no number from {figure.least:,} to {figure.most:,}.",
            f"{self._file} row {row}",
            "Correct the figure, or leave it empty.",
        )


def _without_institution(unitid: str, name: str, place: str) -> Issue:
    if unitid.lower() in _EMPTY:
        message = f"{name} has no UNITID, so its figures belong to no institution here."
        hint = "Foreign schools and some closed ones have none; nothing needs mending."
    else:
        message = (
            f"{name}: UNITID {unitid[:20]!r} is not six digits, so its figures belong to no institution here."
        )
        hint = "The Scorecard gives branches that IPEDS does not list longer numbers; nothing needs mending."
    return Issue("institution-missing", message, place, hint)


def _cells(table: pa.Table, figure: Figure, empty: Status) -> list[Cell]:
    """The cells of one figure."""
    column = table[figure.column]
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        least, most = figure.least, figure.most
        numbers = column.cast(pa.float64()).to_pylist()
        cells: list[Cell] = [
            empty
            if value is None
            else value
            if least <= value <= most
            else None
            if isfinite(value)
            else empty
            for value in numbers
        ]
    else:
        memory: dict[str | None, Cell] = {}
        texts = columns.text(column).to_pylist()
        for text in set(texts):
            memory[text] = _cell(text, figure, empty)
        cells = [memory[text] for text in texts]
    if figure.only is None:
        return cells
    name, value = figure.only
    conditions = columns.text(table[name]).to_pylist() if name in table.column_names else []
    return [
        cell if found == value else empty
        for cell, found in zip(cells, conditions or repeat(None), strict=False)
    ]


def _cell(text: str | None, figure: Figure, empty: Status) -> Cell:
    lower = (text or "").lower()
    if lower in _SUPPRESSED:
        return "suppressed"
    if lower in _EMPTY:
        return empty
    if not _NUMBER.fullmatch(lower):
        return None
    value = float(lower)
    return value if figure.least <= value <= figure.most else None


def _bases(table: pa.Table, figure: Figure) -> list[int | None]:
    if not figure.base or figure.base not in table.column_names:
        return [None] * len(table)
    found: list[int | None] = columns.whole(table[figure.base], 9_999_999).to_pylist()
    return found
