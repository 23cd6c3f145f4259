"""What a survey of a small group says, item by item: k of n with every base, and how certain each band is.

    study = Study.of(items, respondents, answers)
    found = analyse(study)
    found.most_common, found.results[0].share, found.categories

Shares are exact fractions; nothing is rounded before it is compared. Invited, responded and answered are kept
apart. "Does not apply" leaves the base. "Do not know", "rather not say" and missing answers leave it too, but might
have been yes or no: `bounds` says how far the share could move, and `certain` whether the band could change. These
are the worst-case bounds of Manski (1989), Anatomy of the selection problem, Journal of Human Resources 24.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median, median_high, median_low
from typing import Literal

import numpy as np

from learnwork.surveys.answers import (
    DO_NOT_KNOW,
    DOES_NOT_APPLY,
    GIVEN,
    MISSING,
    NO,
    RATHER_NOT_SAY,
    STATES,
    YES,
    BadSurveyError,
    Item,
    Study,
)

Band = Literal["most common", "between", "least common", "no base"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where bands begin. most: a share of at least this is "most common"; least: of at most this "least common"."""

    most: Fraction = Fraction(3, 4)
    least: Fraction = Fraction(1, 2)

    def __post_init__(self) -> None:
        if not 0 <= self.least < self.most <= 1:
            raise BadSurveyError(
                f"The limits {self.least} and {self.most} make no bands.",
                hint="0 ≤ least < most ≤ 1, such as 1/2 and 3/4.",
            )

    def band(self, share: Fraction | None) -> Band:
        if share is None:
            return "no base"
        if share >= self.most:
            return "most common"
        return "least common" if share <= self.least else "between"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many gave each answer to one item. given: values of items that are not yes/no."""

    invited: int
    responded: int
    yes: int
    no: int
    do_not_know: int
    does_not_apply: int
    rather_not_say: int
    missing: int
    given: int = 0

    @property
    def base(self) -> int:
        """Of how many a share is a share: who said yes or no, or gave a value."""
        return self.yes + self.no + self.given

    @property
    def answered(self) -> int:
        """Who said anything to the item, if only that they do not know."""
        return self.responded - self.missing

    @property
    def unknown(self) -> int:
        """Who responded, and might have said yes or no, but did not."""
        return self.do_not_know + self.rather_not_say + self.missing

    @property
    def not_heard(self) -> int:
        """Who was invited and never responded; none where more responded than were said to be invited."""
        return max(0, self.invited - self.responded)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The share if all unknown answers were no, and if all were yes; and what band each makes."""

    low: Fraction
    high: Fraction
    low_band: Band
    high_band: Band


@dataclass(frozen=True, slots=True)
class YesNo:
    """One yes/no item. share and bounds are None where nobody could be counted.

    bounds: over those who responded; wide_bounds: over all invited, as if they had answered too.
    certain: no unknown answer of those who responded could change the band; certain_of_all: of no one invited.
    """

    item: Item
    counts: Counts
    share: Fraction | None
    band: Band
    bounds: Bounds | None
    wide_bounds: Bounds | None

    @property
    def certain(self) -> bool:
        return _same(self.band, self.bounds)

    @property
    def certain_of_all(self) -> bool:
        return _same(self.band, self.wide_bounds)


@dataclass(frozen=True, slots=True)
class Summary:
    """One item that is not yes/no, without a mean: of a dozen answers one outlier would make it.

    options: how many chose each (options that were declared first; each respondent of a "multiple" item may count
    several times, and the base stays the number of respondents). low, median, high: of numbers, dates and points
    of a scale; median is a pair where an even number of points of a scale or dates has two in the middle.
    """

    item: Item
    counts: Counts
    options: tuple[tuple[str, int], ...] = ()
    low: float | date | str | None = None
    median: float | date | str | tuple[date, date] | tuple[str, str] | None = None
    high: float | date | str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """The yes/no items of one category: how many fall into each band, and how far their shares reach."""

    name: str
    items: int
    most_common: int
    between: int
    least_common: int
    no_base: int
    uncertain: int
    lowest: Fraction | None
    median: Fraction | None
    highest: Fraction | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that one survey says. results: yes/no items; summaries: all others; both in the items' order."""

    title: str
    fielded: str
    chosen: bool
    limits: Limits
    invited: int
    responded: int
    statuses: tuple[tuple[str, int], ...]
    results: tuple[YesNo, ...]
    summaries: tuple[Summary, ...]

    @property
    def most_common(self) -> tuple[YesNo, ...]:
        """From the highest share down; equal shares in the items' order."""
        return tuple(sorted(self._in("most common"), key=lambda one: -(one.share or 0)))

    @property
    def least_common(self) -> tuple[YesNo, ...]:
        """From the lowest share up; equal shares in the items' order."""
        return tuple(sorted(self._in("least common"), key=lambda one: one.share or Fraction(0)))

    @property
    def uncertain(self) -> tuple[YesNo, ...]:
        return tuple(one for one in self.results if not one.certain)

    @property
    def categories(self) -> tuple[Category, ...]:
        """One for each category that has yes/no items, in the order in which they appear."""
        names = dict.fromkeys(one.item.category for one in self.results)
        return tuple(_category(name, [r for r in self.results if r.item.category == name]) for name in names)

    def _in(self, band: Band) -> list[YesNo]:
        return [one for one in self.results if one.band == band]


def analyse(study: Study, limits: Limits | None = None) -> Analysis:
    """Count a study. Only those who responded (status partial or complete) are counted; the rest are "not heard"."""
    limits = limits or Limits()
    every = count(study)
    results, summaries = [], []
    for column, (item, counts) in enumerate(zip(study.items, every, strict=True)):
        if item.kind == "yes/no":
            results.append(yes_no(item, counts, limits))
        else:
            summaries.append(_summary(study, column, counts))
    statuses = Counter(one.status for one in study.respondents)
    return Analysis(
        title=study.title,
        fielded=study.fielded,
        chosen=study.chosen,
        limits=limits,
        invited=len(study.respondents),
        responded=int(study.responded().sum()),
        statuses=tuple(statuses.items()),
        results=tuple(results),
        summaries=tuple(summaries),
    )


def count(study: Study) -> list[Counts]:
    """How many of those who responded gave each answer, item by item."""
    heard = study.states[study.responded()]
    by_state = np.array([(heard == code).sum(axis=0) for code in range(len(STATES))], dtype=np.int64)
    return [
        Counts(
            invited=len(study.respondents),
            responded=len(heard),
            yes=tally[YES],
            no=tally[NO],
            do_not_know=tally[DO_NOT_KNOW],
            does_not_apply=tally[DOES_NOT_APPLY],
            rather_not_say=tally[RATHER_NOT_SAY],
            missing=tally[MISSING],
            given=tally[GIVEN],
        )
        for tally in by_state.T.tolist()
    ]


def yes_no(item: Item, counts: Counts, limits: Limits) -> YesNo:
    """The result of one yes/no item from its counts."""
    share = Fraction(counts.yes, counts.base) if counts.base else None
    return YesNo(
        item=item,
        counts=counts,
        share=share,
        band=limits.band(share),
        bounds=bounds(counts.yes, counts.base, counts.unknown, limits),
        wide_bounds=bounds(counts.yes, counts.base, counts.unknown + counts.not_heard, limits),
    )


def bounds(yes: int, base: int, unknown: int, limits: Limits) -> Bounds | None:
    """The share of yes if all unknown were no, and if all were yes; None where there is nobody."""
    everybody = base + unknown
    if not everybody:
        return None
    low, high = Fraction(yes, everybody), Fraction(yes + unknown, everybody)
    return Bounds(low, high, limits.band(low), limits.band(high))


def _same(band: Band, found: Bounds | None) -> bool:
    # Shares between the bounds lie in no other band than both ends do, as bands are intervals in order.
    return found is None or (band == found.low_band == found.high_band)


def _category(name: str, results: Sequence[YesNo]) -> Category:
    bands = Counter(one.band for one in results)
    shares = [one.share for one in results if one.share is not None]
    return Category(
        name=name,
        items=len(results),
        most_common=bands["most common"],
        between=bands["between"],
        least_common=bands["least common"],
        no_base=bands["no base"],
        uncertain=sum(not one.certain for one in results),
        lowest=min(shares, default=None),
        median=median(shares) if shares else None,
        highest=max(shares, default=None),
    )


def _summary(study: Study, column: int, counts: Counts) -> Summary:
    item, heard = study.items[column], study.responded()
    rows = np.flatnonzero(heard & (study.states[:, column] == GIVEN)).tolist()
    values = [study.values[row, column] for row in rows]
    if item.kind in ("single", "multiple", "scale"):
        chosen = Counter(option for value in values for option in _options(value))
        declared = {option: chosen.pop(option, 0) for option in item.options}
        options = (*declared.items(), *chosen.most_common())
        if item.kind != "scale":
            return Summary(item, counts, options)
        return Summary(item, counts, options, *_points(item, [str(value) for value in values]))
    if item.kind == "number" and values:
        numbers = sorted(value for value in values if isinstance(value, int | float))
        return Summary(item, counts, (), numbers[0], median(numbers), numbers[-1])
    if item.kind == "date" and values:
        days = sorted(value for value in values if isinstance(value, date))
        middle = median_low(days), median_high(days)
        return Summary(item, counts, (), days[0], middle[0] if middle[0] == middle[1] else middle, days[-1])
    return Summary(item, counts)


def _options(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _points(item: Item, values: list[str]) -> tuple[str | None, str | tuple[str, str] | None, str | None]:
    """Lowest, middle and highest point of a scale: its points have an order, and no distances."""
    at = sorted(item.options.index(value) for value in values if value in item.options)
    if not at:
        return None, None, None
    low, high = item.options[median_low(at)], item.options[median_high(at)]
    return item.options[at[0]], low if low == high else (low, high), item.options[at[-1]]
