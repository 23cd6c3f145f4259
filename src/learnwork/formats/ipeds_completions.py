"""Programs of the IPEDS completions survey (`cYYYY_a`): institution × field (CIP) × award level, and its awards.

A row says that a program was reported, not that a catalogue lists it: its awards may be 0. So programs are
derived, named by field and award level, and say `lw:reportedProgram`. First and second majors are summed. The
document does not depend on the year: another year adds figures and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from learnwork.formats import columns
from learnwork.formats.ipeds_directory import institution_ctid
from learnwork.formats.model import Document, Item, Observed, Said
from learnwork.vocabulary.codes import award_levels, cip
from learnwork.vocabulary.ctid import derived_ctid
from learnwork.vocabulary.errors import Issue

VERSION = "1"
MEASURE = "ipeds.awards"
REQUIRED = ("unitid", "cipcode", "awlevel", "ctotalt")
OPTIONAL = ("majornum", "is_cip_6digit")
# More awards than people of the largest institution; keeps sums far from overflow.
MOST_AWARDS = 9_999_999
_SIX_DIGITS = r"^[0-9]{2}\.[0-9]{4}$"
_TOTALS = r"^(99(\.0{4})?|[0-9]{2}|[0-9]{2}\.[0-9]{2})$"
_SLICE = 20_000


class _Shape:
    """What all programs of one field and award level have in common; made once, used for each of them."""

    __slots__ = ("code", "digest", "field", "level", "name", "type")

    def __init__(self, code: str, level: str) -> None:
        award = award_levels[level]
        title = cip.title(code)
        label = award.label[:1].lower() + award.label[1:]
        self.code = code
        self.level = level
        self.type = award.credential_class
        self.name = f"{title or f'CIP {code}'}, {label}"
        self.field: dict[str, Any] = {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:frameworkName": {"en": "CIP 2020"},
            "ceterms:codedNotation": code,
            "ceterms:targetNode": derived_ctid("cip2020", code),
        }
        if title:
            self.field["ceterms:targetNodeName"] = {"en": title}
        self.digest = blake2b(
            f"{VERSION}\x1f{self.type}\x1f{self.name}\x1f{title}\x1f".encode(), digest_size=16
        )

    def document(self, ctid: str, provider: str) -> Document:
        return {
            "@type": self.type,
            "ceterms:ctid": ctid,
            "ceterms:name": {"en": self.name},
            "ceterms:offeredBy": [provider],
            "ceterms:instructionalProgramType": [dict(self.field)],
            "lw:awardLevel": self.level,
            "lw:reportedProgram": True,
        }


class Wanted(NamedTuple):
    """Which institutions to keep: those of a state. known: all that the directory files list."""

    inside: frozenset[str]
    known: frozenset[str]


def items(path: Path, member: str | None, year: str, wanted: Wanted | None = None) -> Iterator[Item]:
    """Programs and their awards of one completions file. Issues come first, then two items a program."""
    read = columns.read(path, REQUIRED, OPTIONAL, member)
    table = _typed(read)
    del read
    yield from _totals_left_out(table, path.name)
    table = table.filter(pc.invert(table["total"]))
    if wanted:
        yield from _institutions_not_known(table, wanted, path.name)
        inside = pa.array([int(unitid) for unitid in wanted.inside], pa.int64())
        table = table.filter(pc.is_in(table["unitid"], value_set=inside))
    yield from _refusals(table, path.name)
    table = table.filter(table["good"])
    programs = _summed(table)
    yield from _duplicates(programs, path.name)
    programs = programs.filter(pc.equal(programs["row_count"], programs["major_count_distinct"]))
    yield from _programs(programs, path.name, year)


def _typed(read: columns.Columns) -> pa.Table:
    """Numbers as numbers, row numbers, and which rows are totals, which are good."""
    table = read.table
    code = columns.text(table["cipcode"])
    numbers = {
        "unitid": columns.whole(table["unitid"], 999_999),
        "level": columns.whole(table["awlevel"], 99),
        "awards": columns.whole(table["ctotalt"], MOST_AWARDS),
    }
    if "majornum" in table.column_names:
        numbers["major"] = columns.whole(table["majornum"], 9)
    else:
        numbers["major"] = pa.chunked_array([pa.repeat(pa.scalar(1, pa.int64()), len(table))])
    total = pc.fill_null(pc.match_substring_regex(code, _TOTALS), False)
    if "is_cip_6digit" in table.column_names:
        said = pc.utf8_lower(columns.text(table["is_cip_6digit"]))
        total = pc.or_(total, pc.fill_null(pc.is_in(said, value_set=pa.array(["false", "0"])), False))
    levels = pa.array([int(level) for level in award_levels], pa.int64())
    good = pc.and_(
        pc.fill_null(pc.match_substring_regex(code, _SIX_DIGITS), False),
        pc.is_in(numbers["level"], value_set=levels),
    )
    good = pc.and_(good, pc.fill_null(pc.greater_equal(numbers["unitid"], 100_000), False))
    good = pc.and_(good, pc.and_(pc.is_valid(numbers["awards"]), pc.is_valid(numbers["major"])))
    rows = pa.array(range(read.first, read.first + len(table)), pa.int64())
    return pa.table({"cip": code, **numbers, "row": rows, "total": total, "good": good})


def _totals_left_out(table: pa.Table, file: str) -> Iterator[Issue]:
    if count := pc.sum(table["total"]).as_py():
        yield Issue(
            "ipeds-totals",
            f"{count:,} rows are totals over fields (CIP 99 or fewer than six digits); they were left out.",
            file,
            "",
            "advice",
        )


def _institutions_not_known(table: pa.Table, wanted: Wanted, file: str) -> Iterator[Issue]:
    known = pa.array([int(unitid) for unitid in wanted.known], pa.int64())
    unknown = table.filter(pc.invert(pc.is_in(table["unitid"], value_set=known)))
    if len(unknown):
        count = pc.count_distinct(unknown["unitid"]).as_py()
        yield Issue(
            "ipeds-state-unknown",
            f"{count:,} institutions ({len(unknown):,} rows) are in no directory file given, so their state is not"
            " known; they were left out.",
            file,
            "Give the directory file (hd) of the same year too.",
            "advice",
        )


def _refusals(table: pa.Table, file: str) -> Iterator[Issue]:
    bad = table.filter(pc.invert(table["good"]))
    for batch in bad.to_batches(max_chunksize=_SLICE):
        for row in batch.to_pylist():
            yield _refusal(row, f"{file} row {row['row']}")


def _refusal(row: dict[str, Any], place: str) -> Issue:
    code = str(row["cip"] or "")
    if not (row["unitid"] or 0) >= 100_000:
        return Issue("ipeds-unitid", "UNITID is not six digits.", place, "Correct the number.")
    if len(code) != 7 or code[2:3] != "." or not (code[:2] + code[3:]).isdigit():
        return Issue(
            "ipeds-cip",
            f"CIPCODE {code[:20]!r} is not a code such as 48.0508.",
            place,
            "A spreadsheet program may have cut zeros off; load the file as it was downloaded.",
        )
    if row["awards"] is None:
        return Issue(
            "count-invalid", "CTOTALT is not a count of awards (a whole number from 0).", place, "Correct it."
        )
    if row["major"] is None:
        return Issue("ipeds-major", "MAJORNUM is not 1 or 2.", place, "Correct it.")
    return Issue("ipeds-award-level", "AWLEVEL is not an award level.", place, "Correct it.")


def _summed(table: pa.Table) -> pa.Table:
    """One row a program, in the file's order: majors summed, the first row's number."""
    return table.group_by(["unitid", "cip", "level"], use_threads=False).aggregate(
        [("awards", "sum"), ("row", "min"), ("row", "count"), ("major", "count_distinct")]
    )


def _duplicates(programs: pa.Table, file: str) -> Iterator[Issue]:
    double = programs.filter(pc.not_equal(programs["row_count"], programs["major_count_distinct"]))
    for batch in double.to_batches(max_chunksize=_SLICE):
        for row in batch.to_pylist():
            yield Issue(
                "duplicate-key",
                f"Institution {row['unitid']}, CIP {row['cip']}, award level {row['level']} stands more than once"
                " for the same major, so its awards are not known; all its rows were refused.",
                f"{file} row {row['row_min']}",
                "Delete the rows that are too many.",
            )


def _programs(programs: pa.Table, file: str, year: str) -> Iterator[Item]:
    shapes: dict[tuple[str, int], _Shape] = {}
    unknown: set[str] = set()
    unitid_before, provider, prefix = 0, "", ""
    new = tuple.__new__
    for at in range(0, len(programs), _SLICE):
        piece = programs.slice(at, _SLICE)
        names = ("unitid", "cip", "level", "awards_sum", "row_min")
        for unitid, code, level, awards, row in zip(
            *(piece[name].to_pylist() for name in names), strict=True
        ):
            shape = shapes.get((code, level))
            if shape is None:
                shape = shapes[code, level] = _Shape(code, str(level))
                if code not in unknown and code not in cip:
                    unknown.add(code)
                    yield _unknown_code(code, f"{file} row {row}")
            if unitid != unitid_before:
                unitid_before, prefix = unitid, f"{unitid}/"
                provider = institution_ctid(str(unitid))
            key = f"{prefix}{code}/{level}"
            ctid = derived_ctid("ipeds.program", key)
            digest = shape.digest.copy()
            digest.update(key.encode())
            # Past the constructors of the named tuples, which take a third of the time: 2.7 million items for
            # five years.
            place = f"{file} row {row}"
            build = partial(shape.document, ctid, provider)
            yield new(Said, (key, ctid, shape.type, build, digest.digest(), None, True, False, (), place, ""))
            yield new(Observed, (ctid, MEASURE, year, awards, "reported", "", "", None, None, "", row))


def _unknown_code(code: str, place: str) -> Issue:
    return Issue(
        "cip-unknown",
        f"CIP {code} is not in CIP 2020; its programs are kept and named by the code.",
        place,
        "",
        "warning",
    )
