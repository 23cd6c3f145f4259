"""Everything that is published of a survey as one system of counts, and what of it must be withheld.

The tables of all respondents, of each group, of those who may be named, and of two waves speak of the same answers.
So their cells are tied to each other: the groups add up to all; the named and the unnamed add up to all; those
matched between waves and the rest add up to each wave. Whatever can be reckoned out of one with the help of
another is therefore seen by `suppression.protect`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from learnwork.surveys.answers import (
    CONSENTS,
    DO_NOT_KNOW,
    DOES_NOT_APPLY,
    GIVEN,
    MISSING,
    NO,
    RATHER_NOT_SAY,
    YES,
    Item,
    Study,
)
from learnwork.surveys.suppression import MINIMUM, Key, Sum, System, join, protect
from learnwork.surveys.tables import Withheld
from learnwork.surveys.waves import PAIRS, Change, compare

_CODES = {
    "yes": YES,
    "no": NO,
    "given": GIVEN,
    "do_not_know": DO_NOT_KNOW,
    "does_not_apply": DOES_NOT_APPLY,
    "rather_not_say": RATHER_NOT_SAY,
    "missing": MISSING,
}
# That somebody left an item out says nothing of anybody; every answer does.
_TELLING = ("yes", "no", "do_not_know", "does_not_apply", "rather_not_say")
_NAMED, _UNNAMED = "\x00named", "\x00unnamed"
_Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Public:
    """What may be shown. study: without private answers; withheld: (item, column) of the tables of all.

    by_group: (item, column, group) of the table of groups. minimum: what was promised, 0 for no promise.
    """

    study: Study
    minimum: int
    withheld: Withheld = frozenset()
    by_group: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class PublicWaves:
    """What may be shown of two waves. pairs: (item, cell) withheld in the table of changes."""

    before: Public
    after: Public
    pairs: Withheld


def public(study: Study, minimum: int = MINIMUM, *, groups: bool = False, named: bool = False) -> Public:
    """What of a study may be published. minimum: 0 where the survey promised none.

    groups: a table by group is published too. named: so is the grid of answers that may be named.
    """
    shown = study.open_to("aggregate")
    if not minimum:
        return Public(shown, 0)
    systems = [
        one
        for column in range(len(shown.items))
        for one in item_systems(shown, column, groups=groups, named=named)
    ]
    kept = protect(join(systems), minimum)
    withheld = frozenset((key.item, key.column) for key in kept if not key.part)
    withheld |= _ranges(shown, withheld, minimum)
    by_group = {(key.item, key.column, key.part) for key in kept if key.part and key.part[0] != "\x00"}
    return Public(shown, minimum, withheld, frozenset(by_group))


def public_waves(
    before: Study,
    after: Study,
    minimum: int = MINIMUM,
    *,
    named: bool = False,
    published: Withheld | None = None,
) -> PublicWaves:
    """What may be published of the later wave and of the changes since the former one, which is published already.

    published: what was withheld of the former wave, where that was not decided by itself. named: both waves are
    published with the answers that may be named. Of an item that has such answers no changes are shown, as names
    tie the two waves to each other person by person.
    """
    first, second = before.open_to("aggregate"), after.open_to("aggregate")
    if not minimum:
        return PublicWaves(Public(first, 0), Public(second, 0), frozenset())
    shown = public(before, minimum, named=named) if published is None else Public(first, minimum, published)
    naming = _naming(first) | _naming(second) if named else set()
    systems = []
    for change in compare(first, second).changes:
        if change.item.key not in naming:
            systems.append(_pairs_system(change, first, second))
            column = next(at for at, one in enumerate(first.items) if one.key == change.item.key)
            systems += item_systems(first, column, groups=False, named=False, table="before")
    for column in range(len(second.items)):
        systems += item_systems(second, column, groups=False, named=named, table="after")
    system = join(systems)
    former = {key for key in system.counts if key.table == "before" and not key.part}
    hidden = {key for key in former if (key.item, key.column) in shown.withheld}
    system = replace(
        system, known=system.known | (former - hidden), hidden=system.hidden | (hidden - system.known)
    )
    kept = protect(system, minimum)

    def of(table: str) -> Withheld:
        return frozenset((key.item, key.column) for key in kept if key.table == table and not key.part)

    later = of("after")
    pairs = of("pairs") | {(item, cell) for item in naming for cell in (*PAIRS, "pairs")}
    return PublicWaves(shown, Public(second, minimum, later | _ranges(second, later, minimum)), pairs)


def _naming(study: Study) -> set[str]:
    """The items to which somebody gave an answer that may be named."""
    open_ = (study.consents == CONSENTS.index("public")) & (study.states != MISSING)
    return {study.items[at].key for at in np.flatnonzero(open_.any(axis=0))}


def _pairs_system(change: Change, before: Study, after: Study) -> System:
    """The pairs of one item, and that with the rest of each wave they make up that wave."""
    item = change.item.key

    def pair(name: str) -> Key:
        return Key(item, name, "", "pairs")

    cells = {pair(name): int(getattr(change, name)) for name in PAIRS}
    counts = {**cells, pair("pairs"): sum(cells.values())}
    sums = [Sum(pair("pairs"), tuple(cells))]
    rest = set()
    for study, table, yes, no in (
        (before, "before", ("stayed_yes", "lost"), ("stayed_no", "gained")),
        (after, "after", ("stayed_yes", "gained"), ("stayed_no", "lost")),
    ):
        column = next(at for at, one in enumerate(study.items) if one.key == item)
        states = study.states[study.responded(), column]
        for name, code, parts in (("yes", YES, yes), ("no", NO, no)):
            total, left = Key(item, name, "", table), Key(item, name, "\x00rest", table)
            counts[total] = int((states == code).sum())
            counts[left] = counts[total] - sum(cells[pair(part)] for part in parts)
            sums.append(Sum(total, (*map(pair, parts), left)))
            rest.add(left)
    return System(counts, tuple(sums), hidden=frozenset(rest), sensitive=frozenset(cells) | frozenset(rest))


def item_systems(study: Study, column: int, *, groups: bool, named: bool, table: str = "") -> list[System]:
    """The cells of one item in every table that is published."""
    item, responded = study.items[column], study.responded()
    if item.kind != "yes/no":
        return [_options_system(study, column, responded, table)]
    parts: dict[str, _Rows] = {}
    made = [_part_system(study, column, responded, "", table)]
    if groups:
        names = sorted({one.group for one in study.respondents if one.group})
        rest = np.array([not one.group for one in study.respondents])
        parts = {
            name: responded & np.array([one.group == name for one in study.respondents]) for name in names
        }
        if rest.any():
            parts["\x00nogroup"] = responded & rest
        made += _split(study, column, parts, table)
    if named:
        open_ = (study.consents[:, column] == CONSENTS.index("public")) & (study.states[:, column] != MISSING)
        made += _split(study, column, {_NAMED: responded & open_, _UNNAMED: responded & ~open_}, table)
    return made


def _part_system(study: Study, column: int, rows: _Rows, part: str, table: str) -> System:
    """The counts of some respondents and how they add up; the number of them is known."""
    item, states = study.items[column].key, study.states[rows, column]

    def key(name: str) -> Key:
        return Key(item, name, part, table)

    counts = {key(name): int((states == code).sum()) for name, code in _CODES.items() if name != "given"}
    counts[key("base")] = counts[key("yes")] + counts[key("no")]
    counts[key("responded")] = int(rows.sum())
    counts[key("answered")] = counts[key("responded")] - counts[key("missing")]
    others = ("do_not_know", "does_not_apply", "rather_not_say")
    sums = (
        Sum(key("base"), (key("yes"), key("no"))),
        Sum(key("answered"), (key("base"), *map(key, others))),
        Sum(key("responded"), (key("answered"), key("missing"))),
    )
    sensitive = frozenset(map(key, _TELLING))
    every = frozenset(counts)
    if part == _NAMED:
        return System(counts, sums, known=every)
    hidden = every if part.startswith("\x00") else frozenset()
    return System(counts, sums, frozenset({key("responded")}), hidden - {key("responded")}, sensitive)


def _split(study: Study, column: int, parts: dict[str, _Rows], table: str) -> list[System]:
    """The counts of each part, and that they add up to those of all."""
    item = study.items[column].key
    systems = [_part_system(study, column, rows, part, table) for part, rows in parts.items()]
    names = [*(name for name in _CODES if name != "given"), "base", "answered", "responded"]
    sums = tuple(
        Sum(Key(item, name, "", table), tuple(Key(item, name, part, table) for part in parts))
        for name in names
    )
    return [*systems, System({}, sums)]


def _options_system(study: Study, column: int, responded: _Rows, table: str) -> System:
    """The counts of the options of one item, and of those who did not choose each."""
    item, states = study.items[column], study.states[responded, column]
    rows = np.flatnonzero(responded & (study.states[:, column] == GIVEN)).tolist()
    values = [study.values[row, column] for row in rows]

    def key(name: str) -> Key:
        return Key(item.key, name, "", table)

    counts = {key(name): int((states == _CODES[name]).sum()) for name in (*_TELLING[2:], "missing")}
    counts[key("base")] = len(rows)
    sums = [Sum(key("responded"), tuple(counts))]
    counts[key("responded")] = int(responded.sum())
    options = _all_options(item, values) if item.kind in ("single", "scale", "multiple") else []
    for option in options:
        counts[key(f"={option}")] = sum(option in (v if isinstance(v, tuple) else (v,)) for v in values)
    if item.kind == "multiple":
        for option in options:
            left = key(f"≠{option}")
            counts[left] = len(rows) - counts[key(f"={option}")]
            sums.append(Sum(key("base"), (key(f"={option}"), left)))
    elif options:
        sums.append(Sum(key("base"), tuple(key(f"={option}") for option in options)))
    known = frozenset({key("responded")})
    unseen = frozenset(one for one in counts if one.column[0] == "≠")
    return System(counts, tuple(sums), known, unseen, frozenset(counts) - known - {key("missing")})


def _all_options(item: Item, values: Iterable[object]) -> list[str]:
    said = (option for value in values for option in (value if isinstance(value, tuple) else (value,)))
    return list(dict.fromkeys((*item.options, *map(str, said))))


def _ranges(study: Study, withheld: Withheld, minimum: int) -> Withheld:
    """Besides the counts: the least and the greatest number or date are one respondent's own.

    The middle of fewer than the minimum, and the ends of a scale some of whose counts are withheld, go with them;
    options are named as the table of summaries names them.
    """
    touched = {key for key, _ in withheld}
    made = {(key, column[1:]) for key, column in withheld if column[:1] == "="}
    for column, item in enumerate(study.items):
        gave = int((study.responded() & (study.states[:, column] == GIVEN)).sum())
        if item.kind in ("number", "date"):
            made.add((item.key, "range"))
            if gave < minimum:
                made.add((item.key, "median"))
        elif item.kind == "scale" and item.key in touched:
            made |= {(item.key, "range"), (item.key, "median")}
    return frozenset(made)
