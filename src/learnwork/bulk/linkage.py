"""Which rows of two sources are about one thing: Fellegi and Sunter's weights, without examples, on any engine.

In: two Parquet tables of (key, name, place, code), any of them empty. Pairs are compared where they share a folded
name, a code, or a place and the first five letters of the name. Names are compared by equality, Levenshtein's
distance and beginning, because what is cleverer differs between engines; places and codes by equality.

The engine only counts how often each pattern of agreement occurs and, later, which pairs show it. Weights are learned
from these counts here, in one place, so both engines give the same pairs to the last digit. For organizations of two
sources `intake.likely_pairs` is the caller.
"""

from __future__ import annotations

# ruff: noqa: S608 - statements are made of our own names and of numbers worked out here.
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from learnwork.bulk.engines import Engine, Row
from learnwork.bulk.folding import folded

FIELDS = ("name", "place", "code")
LEVELS = (4, 3, 3)
"""Levels of each field: 0 not known; 1 different; then, of names, a distance of up to three, or one name is the
other with something after it; equal at the end."""
_BLOCKS = (
    "l.name_ = r.name_ AND l.name_ <> ''",
    "l.code_ = r.code_ AND l.code_ <> ''",
    "l.place_ = r.place_ AND l.place_ <> '' AND substr(l.name_, 1, 5) = substr(r.name_, 1, 5)",
)
OF_ONE = ((0.0, 0.1, 0.1, 0.8), (0.0, 0.2, 0.8), (0.0, 0.2, 0.8))
"""How often two records of one thing are on each level, as expected before the data are seen, with the weight of
EXPECTED pairs: what is learned from a handful of pairs stays near it."""
EXPECTED = 10
ROUNDS = 50
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits for each level of each field, and what a pair starts with: the odds of any compared pair."""

    start: float
    levels: tuple[tuple[float, ...], ...]

    def of(self, pattern: tuple[int, ...]) -> float:
        """The chance that a pair of this pattern is one thing."""
        bits = self.start + sum(levels[level] for levels, level in zip(self.levels, pattern, strict=True))
        return float(1 / (1 + 2.0 ** -max(-60.0, min(60.0, bits))))


@dataclass(frozen=True, slots=True)
class Compared:
    """What the engine counted. patterns: pairs that were compared, by their levels. pairs: of all rows with all rows.

    most: rows of the smaller table. known, equal: for each field in how many of all pairs both sides are known, and
    are equal.
    """

    patterns: Mapping[tuple[int, ...], int]
    pairs: int
    most: int
    known: tuple[int, ...]
    equal: tuple[int, ...]


def compare(engine: Engine, left: Path, right: Path) -> Compared:
    """Compare what shares a block, and count. Afterwards the engine has the table `compared`."""
    for name, path in (("left", left), ("right", right)):
        engine.read(f"{name}_rows", path)
        columns = ", ".join(f"{folded(field, engine.dialect)} AS {field}_" for field in FIELDS)
        engine.view(f"{name}_folded", f"SELECT key, {columns} FROM {name}_rows")
    # Each block by itself, because a join on one key can be spread and one with OR cannot; UNION makes pairs single.
    columns = ", ".join(f"{side}.{field}_ AS {side}_{field}" for field in FIELDS for side in ("l", "r"))
    blocks = " UNION ".join(
        f"SELECT l.key AS left_key, r.key AS right_key, {columns} FROM left_folded l JOIN right_folded r ON {block}"
        for block in _BLOCKS
    )
    engine.view("pairs", blocks)
    engine.view(
        "compared",
        f"SELECT left_key, right_key, {_near('name', 3)} AS name, {_same('place')} AS place,"
        f" {_same('code')} AS code FROM pairs",
    )
    counted = engine.rows("SELECT name, place, code, count(*) FROM compared GROUP BY name, place, code")
    sizes = [engine.rows(f"SELECT {_filled()} FROM {side}_folded")[0] for side in ("left", "right")]
    equal: dict[str, int | None] = dict(engine.rows(" UNION ALL ".join(_equal(field) for field in FIELDS)))
    return Compared(
        {(int(a), int(b), int(c)): int(count) for a, b, c, count in sorted(counted)},
        int(sizes[0][0]) * int(sizes[1][0]),
        int(min(sizes[0][0], sizes[1][0])),
        tuple(int(one) * int(two) for one, two in zip(sizes[0][1:], sizes[1][1:], strict=True)),
        tuple(int(equal[field] or 0) for field in FIELDS),
    )


def _filled() -> str:
    return ", ".join(["count(*)", *(f"count(nullif({field}_, ''))" for field in FIELDS)])


def _equal(field: str) -> str:
    """How many of all pairs are equal in a field, without making them."""
    counts = [
        f"(SELECT {field}_ AS told, count(*) AS rows FROM {side}_folded WHERE {field}_ <> '' GROUP BY {field}_) {side}_"
        for side in ("left", "right")
    ]
    return (
        f"SELECT '{field}' AS field, CAST(sum(left_.rows * right_.rows) AS BIGINT) AS equal"
        f" FROM {counts[0]} JOIN {counts[1]} ON left_.told = right_.told"
    )


def _unknown(field: str) -> str:
    return f"WHEN l_{field} = '' OR r_{field} = '' THEN 0"


def _near(field: str, distance: int) -> str:
    return (
        f"CASE {_unknown(field)} WHEN l_{field} = r_{field} THEN 3"
        f" WHEN levenshtein(l_{field}, r_{field}) <= {distance} OR {_begins('l', 'r', field)}"
        f" OR {_begins('r', 'l', field)} THEN 2 ELSE 1 END"
    )


def _begins(one: str, two: str, field: str) -> str:
    """One text is the other with something after it: a branch, a department, a legal form."""
    return f"substr({two}_{field}, 1, length({one}_{field}) + 1) = concat({one}_{field}, ' ')"


def _same(field: str) -> str:
    return f"CASE {_unknown(field)} WHEN l_{field} = r_{field} THEN 2 ELSE 1 END"


def learn(counted: Compared) -> Weights:
    """Expectation and maximization over the patterns (Fellegi and Sunter 1969; Jaro 1989), fields independent.

    Of all pairs, not of those that share a block: what was not compared is not one thing. So how often two things
    agree by accident is counted, and the odds that a pair begins with are those of any row with any row; at most as
    many pairs are one thing as the smaller table has rows. A field that is not known weighs nothing.
    """
    patterns = np.array(sorted(counted.patterns), dtype=np.intp)
    numbers = np.array([counted.patterns[tuple(map(int, one))] for one in patterns], dtype=np.float64)
    if not len(patterns):
        return Weights(0.0, tuple((0.0,) * levels for levels in LEVELS))
    same, share = [np.array(one) for one in OF_ONE], counted.most / 2 / counted.pairs
    expected = np.zeros(len(patterns))
    bits = [np.zeros(levels) for levels in LEVELS]
    for _ in range(ROUNDS):
        logs = np.full(len(patterns), np.log2(share / (1 - share)))
        for field, levels in enumerate(LEVELS):
            column = patterns[:, field]
            apart = _by_accident(counted, field, column, numbers - expected, expected)
            bits[field] = np.array([0.0, *np.log2(same[field][1:] / apart[1:])])
            logs += bits[field][column]
            same[field] = _of_one(column, expected, levels, OF_ONE[field])
        expected = numbers / (1 + np.exp2(-logs))
        share = float(np.clip(expected.sum(), 0.5, 0.9 * counted.most)) / counted.pairs
    return Weights(
        round(float(np.log2(share / (1 - share))), 6),
        tuple((0.0, *(round(float(bit), 6) for bit in field[1:])) for field in bits),
    )


def _by_accident(
    counted: Compared, field: int, column: NDArray[np.intp], others: Doubles, expected: Doubles
) -> Doubles:
    """How often two different things are on each level of a field: counted among all pairs, less what is one thing."""
    levels = LEVELS[field]
    found = np.bincount(column, weights=others, minlength=levels)
    one = np.bincount(column, weights=expected, minlength=levels)
    found[-1] = counted.equal[field] - one[-1]
    known = counted.known[field] - one[1:].sum()
    found[1] = known - found[2:].sum()
    return np.asarray((np.maximum(found, 0) + 0.5) / (max(known, 0) + 0.5 * (levels - 1)), dtype=np.float64)


def _of_one(column: NDArray[np.intp], expected: Doubles, levels: int, before: tuple[float, ...]) -> Doubles:
    """How often records of one thing are on each level: what is expected of these pairs, and what was before."""
    found = np.bincount(column, weights=expected, minlength=levels) + EXPECTED * np.array(before)
    return np.asarray(found / found[1:].sum(), dtype=np.float64)


def links(engine: Engine, weights: Weights, counted: Compared, *, least: float = 0.9) -> str:
    """The statement whose result are the pairs at least so probable: left, right, chance in thousandths."""
    found = [(pattern, round(1000 * weights.of(pattern))) for pattern in sorted(counted.patterns)]
    kept = [(pattern, chance) for pattern, chance in found if chance >= 1000 * least]
    if not kept:
        return "SELECT left_key, right_key, 0 AS chance FROM compared WHERE 1 = 0"
    cases = " ".join(
        f"WHEN name = {name} AND place = {place} AND code = {code} THEN {chance}"
        for (name, place, code), chance in kept
    )
    return (
        f"SELECT left_key, right_key, chance FROM (SELECT left_key, right_key, CASE {cases} ELSE 0 END AS chance"
        " FROM compared) judged WHERE chance > 0"
    )


def link(engine: Engine, left: Path, right: Path, *, least: float = 0.9) -> list[Row]:
    """Compare, learn and link: pairs in the order of their keys."""
    counted = compare(engine, left, right)
    return engine.rows(f"{links(engine, learn(counted), counted, least=least)} ORDER BY left_key, right_key")
