"""Levels that raters give to competencies, and what they add up to: summaries and agreement. Pure.

The Connecting Credentials Framework (Lumina Foundation, beta of 2015) has four columns and eight levels. A level is a
rank on an ordinal scale, so summaries are medians with their range and count, never means. The guidebook's own rule of
aggregation was not to be seen; the summaries here are Learnwork's and are marked derived wherever they are shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median, multimode

from learnwork.vocabulary.errors import LearnworkError

COLUMNS = ("knowledge", "specialized", "personal", "social")
LEAST, MOST = 1, 8


class LevelError(LearnworkError):
    """A level that is none of the whole numbers 1 to 8, or a column that the framework does not have."""

    code = "level-refused"


class RatedTwiceError(LearnworkError):
    """One rater gave the same competency two ratings where one counts."""

    code = "rated-twice"


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater says of one competency. levels: by column, 1 to 8; None is *not applicable*; a column that is
    absent was not rated. Neither is level 0.

    Raises `LevelError` where a level or a column is not the framework's.
    """

    competency: str
    rater: str
    levels: Mapping[str, int | None] = field(default_factory=dict)
    rationale: str = ""
    evidence: str = ""

    def __post_init__(self) -> None:
        for column, level in self.levels.items():
            check_level(column, level, place=self.competency)


def check_level(column: str, level: object, *, place: str = "") -> int | None:
    """The level, if it is a whole number from 1 to 8 or None. Raises `LevelError` that names place and mend."""
    where = f"{place}: " if place else ""
    if column not in COLUMNS:
        raise LevelError(
            f"{where}the framework has no column {column[:40]!r}.", hint=f"Its columns: {', '.join(COLUMNS)}."
        )
    if level is None:
        return None
    if isinstance(level, bool) or not isinstance(level, int) or not LEAST <= level <= MOST:
        raise LevelError(
            f"{where}{column} has the level {str(level)[:20]!r}.",
            hint="A level is a whole number from 1 to 8; leave it out, or say that the column does not apply.",
        )
    return level


def read_level(column: str, text: str, *, place: str = "") -> int | str | None:
    """A level as people write it in a cell or a form: "5"; "n/a" or "-" is None; "" is "" (not rated)."""
    said = text.strip().lower()
    if not said:
        return ""
    if said in {"n/a", "na", "-", "–", "not applicable"}:
        return None
    try:
        return check_level(column, int(said), place=place)
    except ValueError:
        return check_level(column, said, place=place)


@dataclass(frozen=True, slots=True)
class Summary:
    """Levels of one column. n: levels given; inapplicable: times *not applicable* was said; unrated: neither.

    median, least, most: a half where the middle lies between two levels; None where n is 0. modes: the most frequent
    levels, ascending.
    """

    n: int
    median: float | None
    least: float | None
    most: float | None
    modes: tuple[int, ...] = ()
    inapplicable: int = 0
    unrated: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """What ratings of a credential come to: a summary by column. Always derived.

    middle: median of the columns' medians, None unless at least one column has one; to be shown beside the columns
    and never alone, because the pattern is what the framework is about.
    """

    columns: Mapping[str, Summary]
    competencies: int
    raters: int

    @property
    def middle(self) -> float | None:
        known = [one.median for one in self.columns.values() if one.median is not None]
        return float(median(known)) if known else None


def reconcile(ratings: Iterable[Rating]) -> dict[str, dict[str, int | float | None]]:
    """Competency → column → level on which its raters come out: the median over them, None where it is said not to
    apply by at least as many as give a level. A column that nobody rated is absent. Raises `RatedTwiceError`."""
    reconciled: dict[str, dict[str, int | float | None]] = {}
    for competency, by_rater in _by_competency(ratings).items():
        columns: dict[str, int | float | None] = {}
        for column in COLUMNS:
            said = [levels[column] for levels in by_rater.values() if column in levels]
            given = [level for level in said if level is not None]
            if said:
                columns[column] = median(given) if len(given) * 2 > len(said) else None
        reconciled[competency] = columns
    return reconciled


def pattern(ratings: Sequence[Rating]) -> Pattern:
    """The pattern of a credential: for each competency the raters' median, and over these the summary of a column.

    A competency rated by five counts no more than one rated by one. Raises `RatedTwiceError`.
    """
    agreed = reconcile(ratings)
    columns = {}
    for column in COLUMNS:
        said = [levels[column] for levels in agreed.values() if column in levels]
        rated = sorted(level for level in said if level is not None)
        columns[column] = Summary(
            n=len(rated),
            median=float(median(rated)) if rated else None,
            least=rated[0] if rated else None,
            most=rated[-1] if rated else None,
            modes=tuple(sorted({int(one) for one in multimode(rated) if one == int(one)})) if rated else (),
            inapplicable=len(said) - len(rated),
            unrated=len(agreed) - len(said),
        )
    return Pattern(columns, len(agreed), len({one.rater for one in ratings}))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree in one column. units: competencies that at least two raters gave a level; pairs: pairs of
    raters over these. exact, within_one: pairs that agree so. alpha: Krippendorff's for ordinal data, None where it
    is not defined (no pair, or all levels the same)."""

    units: int
    pairs: int
    exact: int
    within_one: int
    alpha: float | None


def agreement(ratings: Iterable[Rating], column: str) -> Agreement:
    """Agreement of raters in one column. *Not applicable* is no level and is left out. Raises `RatedTwiceError`."""
    units = []
    for by_rater in _by_competency(ratings).values():
        given = [level for levels in by_rater.values() if (level := levels.get(column)) is not None]
        if len(given) > 1:
            units.append(given)
    pairs = [pair for unit in units for pair in combinations(unit, 2)]
    return Agreement(
        units=len(units),
        pairs=len(pairs),
        exact=sum(a == b for a, b in pairs),
        within_one=sum(abs(a - b) <= 1 for a, b in pairs),
        alpha=alpha(units),
    )


def alpha(units: Sequence[Sequence[int]]) -> float | None:
    """Krippendorff's alpha for ordinal data over units of two or more values; units of fewer are left out.

    None where nothing could differ by chance: fewer than two values, or one value throughout. Source: Krippendorff,
    K. (2011), Computing Krippendorff's Alpha-Reliability, section D (ordinal metric difference).
    """
    paired = [unit for unit in units if len(unit) > 1]
    totals = Counter(value for unit in paired for value in unit)
    n = sum(totals.values())
    if len(totals) < 2:
        return None
    distance = _ordinal(totals)
    observed = sum(
        sum(distance[a, b] for a, b in combinations(unit, 2)) * 2 / (len(unit) - 1) for unit in paired
    )
    expected = sum(totals[a] * totals[b] * distance[a, b] * 2 for a, b in combinations(sorted(totals), 2)) / (
        n - 1
    )
    return 1 - observed / expected


def _ordinal(totals: Mapping[int, int]) -> dict[tuple[int, int], float]:
    """Squared ordinal difference of two values: all values from the one to the other, each end by half."""
    distance = {}
    for a in totals:
        for b in totals:
            low, high = min(a, b), max(a, b)
            between = sum(count for value, count in totals.items() if low <= value <= high)
            distance[a, b] = (between - (totals[a] + totals[b]) / 2) ** 2 if a != b else 0.0
    return distance


def _by_competency(ratings: Iterable[Rating]) -> dict[str, dict[str, Mapping[str, int | None]]]:
    found: dict[str, dict[str, Mapping[str, int | None]]] = defaultdict(dict)
    for rating in ratings:
        if rating.rater in found[rating.competency]:
            raise RatedTwiceError(
                f"{rating.rater} rated {rating.competency} twice.",
                hint="Keep one of the two; the later one replaces the earlier where a rater changes a rating.",
            )
        found[rating.competency][rating.rater] = rating.levels
    return dict(found)
