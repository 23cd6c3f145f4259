"""What changed between two waves of a survey, on the initiatives that answered in both and on no others.

Each item is a table of pairs: stayed yes, stayed no, gained, lost. The exact test of Q. McNemar (1947), Note on the
sampling error of the difference between correlated proportions or percentages, Psychometrika 12, 153-157, asks
whether gains and losses could be a coin's: under six changed pairs it could not reach 0.05 whatever they were
(2 · (1/2)⁵ = 0.0625), so no p-value is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np

from learnwork.surveys.answers import NO, YES, BadSurveyError, Item, Study

LEAST_CHANGED = 6
# The four cells of a table of pairs, by their names in `Change`.
PAIRS = ("stayed_yes", "stayed_no", "gained", "lost")


@dataclass(frozen=True, slots=True)
class Change:
    """One item over the pairs that said yes or no both times. left_out: matched initiatives that did not.

    reworded: its label is not the same in both waves, so that a change may be one of the question.
    """

    item: Item
    stayed_yes: int
    stayed_no: int
    gained: int
    lost: int
    left_out: int
    reworded: bool

    @property
    def pairs(self) -> int:
        return self.stayed_yes + self.stayed_no + self.changed

    @property
    def changed(self) -> int:
        return self.gained + self.lost

    @property
    def before(self) -> Fraction | None:
        return Fraction(self.stayed_yes + self.lost, self.pairs) if self.pairs else None

    @property
    def after(self) -> Fraction | None:
        return Fraction(self.stayed_yes + self.gained, self.pairs) if self.pairs else None

    @property
    def p_value(self) -> Fraction | None:
        """Exact and two-sided; None under six changed pairs."""
        return mcnemar(self.gained, self.lost) if self.changed >= LEAST_CHANGED else None


@dataclass(frozen=True, slots=True)
class Waves:
    """matched: keys of the initiatives that responded in both waves; changes: of the items asked in both."""

    matched: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changes: tuple[Change, ...]
    items_only_before: tuple[str, ...]
    items_only_after: tuple[str, ...]

    @property
    def tested(self) -> int:
        """How many items have a p-value: of so many, one in twenty is below 0.05 by chance alone."""
        return sum(change.p_value is not None for change in self.changes)


def mcnemar(gained: int, lost: int) -> Fraction:
    """The exact two-sided p-value of McNemar's test: twice the smaller tail of a fair coin, at most 1."""
    thrown = gained + lost
    tail = sum(comb(thrown, heads) for heads in range(min(gained, lost) + 1))
    return min(Fraction(1), Fraction(2 * tail, 2**thrown))


def compare(before: Study, after: Study) -> Waves:
    """Compare two waves by initiative and item key.

    Raises `BadSurveyError` where one initiative has several respondents in a wave: reconcile them first.
    """
    first, second = _rows(before), _rows(after)
    matched = tuple(key for key in first if key in second)
    rows = [first[key] for key in matched], [second[key] for key in matched]
    columns = {item.key: number for number, item in enumerate(after.items) if item.kind == "yes/no"}
    changes = []
    for column in before.columns("yes/no"):
        item = before.items[column]
        if item.key in columns:
            other = columns[item.key]
            was, now = before.states[rows[0], column], after.states[rows[1], other]
            changes.append(_change(item, was, now, after.items[other].label != item.label))
    asked = {before.items[column].key for column in before.columns("yes/no")}
    return Waves(
        matched=matched,
        only_before=tuple(key for key in first if key not in second),
        only_after=tuple(key for key in second if key not in first),
        changes=tuple(changes),
        items_only_before=tuple(sorted(asked - set(columns))),
        items_only_after=tuple(sorted(set(columns) - asked)),
    )


def _rows(study: Study) -> dict[str, int]:
    """The row of each initiative that responded."""
    rows: dict[str, int] = {}
    for row in np.flatnonzero(study.responded()).tolist():
        about = study.respondents[row].about
        if about in rows:
            raise BadSurveyError(
                f"Several respondents answered for “{about}” in one wave.",
                hint="Reconcile their answers first (`reconcile.reconcile`).",
            )
        rows[about] = row
    return rows


def _change(item: Item, was: np.ndarray, now: np.ndarray, reworded: bool) -> Change:
    def both(one: int, other: int) -> int:
        return int(((was == one) & (now == other)).sum())

    stayed_yes, stayed_no = both(YES, YES), both(NO, NO)
    gained, lost = both(NO, YES), both(YES, NO)
    left_out = len(was) - stayed_yes - stayed_no - gained - lost
    return Change(item, stayed_yes, stayed_no, gained, lost, left_out, reworded)
