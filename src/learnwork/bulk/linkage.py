"""Which rows of two sources are about one thing: Fellegi and Sunter's weights, without examples, on any engine.

In: two Parquet tables of (key, name, place, code), any of them empty. Pairs are compared where they share a folded
name, a code, or a place and the first five letters of the name. Names are compared by equality and Levenshtein's
distance, because what is cleverer differs between engines; places and codes by equality.

The engine only counts how often each pattern of agreement occurs and, later, which pairs show it. Weights are learned
from these counts here, in one place, so both engines give the same pairs to the last digit.
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
"""Levels of each field: 0 not known; 1 different; then, of names, a distance of up to three; equal at the end."""
_BLOCKS = (
    "l.name_ = r.name_ AND l.name_ <> ''",
    "l.code_ = r.code_ AND l.code_ <> ''",
    "l.place_ = r.place_ AND l.place_ <> '' AND substr(l.name_, 1, 5) = substr(r.name_, 1, 5)",
)
BY_ACCIDENT = ((1.0, 0.96, 0.03, 0.01), (1.0, 0.9, 0.1), (1.0, 0.999, 0.001))
"""How often two things that share a block agree in a field all the same. Fixed: learned from few that are not one thing
it turns about, and what is misspelt becomes the other class."""
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


def compare(engine: Engine, left: Path, right: Path) -> Mapping[tuple[int, ...], int]:
    """Compare what shares a block; how many pairs show each pattern. Afterwards the engine has the table `compared`."""
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
    return {(int(a), int(b), int(c)): int(count) for a, b, c, count in sorted(counted)}


def _unknown(field: str) -> str:
    return f"WHEN l_{field} = '' OR r_{field} = '' THEN 0"


def _near(field: str, distance: int) -> str:
    return (
        f"CASE {_unknown(field)} WHEN l_{field} = r_{field} THEN 3"
        f" WHEN levenshtein(l_{field}, r_{field}) <= {distance} THEN 2 ELSE 1 END"
    )


def _same(field: str) -> str:
    return f"CASE {_unknown(field)} WHEN l_{field} = r_{field} THEN 2 ELSE 1 END"


def learn(counts: Mapping[tuple[int, ...], int]) -> Weights:
    """Expectation and maximization over the patterns (Fellegi and Sunter 1969; Jaro 1989), fields independent.

    Learned are how many pairs are one thing and how often such pairs agree; how often others agree is BY_ACCIDENT.
    A field that is not known weighs nothing.
    """
    patterns = np.array(sorted(counts), dtype=np.intp)
    numbers = np.array([counts[tuple(map(int, pattern))] for pattern in patterns], dtype=np.float64)
    if not len(patterns):
        return Weights(0.0, tuple((0.0,) * levels for levels in LEVELS))
    share = 0.2
    same, other = [_begin(levels) for levels in LEVELS], [np.array(one) for one in BY_ACCIDENT]
    for _ in range(ROUNDS):
        odds = np.full(len(patterns), share / (1 - share))
        for field in range(len(LEVELS)):
            ratio = same[field] / other[field]
            ratio[0] = 1.0
            odds *= ratio[patterns[:, field]]
        chance = odds / (1 + odds)
        share = float(np.clip((chance * numbers).sum() / numbers.sum(), 1e-6, 1 - 1e-6))
        for field, levels in enumerate(LEVELS):
            same[field] = _shares(patterns[:, field], chance * numbers, levels)
    bits = [np.log2(one / two) for one, two in zip(same, other, strict=True)]
    return Weights(
        round(float(np.log2(share / (1 - share))), 6),
        tuple((0.0, *(round(float(bit), 6) for bit in field[1:])) for field in bits),
    )


def _begin(levels: int) -> Doubles:
    shares = np.full(levels, 0.1)
    shares[-1] = 0.8
    return shares


def _shares(levels: NDArray[np.intp], weights: Doubles, size: int) -> Doubles:
    """Shares of the levels that are known, each with a little of what was not seen."""
    counted = np.bincount(levels, weights=weights, minlength=size) + 0.01
    return np.asarray(counted / counted[1:].sum(), dtype=np.float64)


def links(
    engine: Engine, weights: Weights, counts: Mapping[tuple[int, ...], int], *, least: float = 0.9
) -> str:
    """The statement whose result are the pairs at least so probable: left, right, chance in thousandths."""
    found = [(pattern, round(1000 * weights.of(pattern))) for pattern in sorted(counts)]
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
    counts = compare(engine, left, right)
    return engine.rows(f"{links(engine, learn(counts), counts, least=least)} ORDER BY left_key, right_key")
