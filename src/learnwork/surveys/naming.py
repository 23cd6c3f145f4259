"""Answers shown by name beside totals: only where what is shown does not tell the answers that are not. Pure.

A respondent may let an answer be named, counted only, or neither. Totals less the named answers are the others'. Where
a survey promised that small groups are withheld, `public` keeps back counts of yes and no with the named answers in
its reckoning; other questions have no such reckoning, and are shown by name only where nobody else is counted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from learnwork.surveys.answers import CONSENTS, MISSING, Study
from learnwork.surveys.tables import Withheld
from learnwork.surveys.waves import PAIRS, compare

# Fewer answers than this that are counted and not shown by name could be told from the difference.
LEAST_UNNAMED = 3
_AGGREGATE = CONSENTS.index("aggregate")
_Rows = NDArray[np.bool_]


def nameable(study: Study, *, promised: bool) -> Study:
    """The answers that may be shown by name, of the respondents who gave any. study: what is counted.

    promised: whether small groups are withheld. If not, an item whose unnamed answers are fewer than
    `LEAST_UNNAMED`, or all the same, is not shown by name. Consents of what is not shown are not told either.
    """
    public = study.open_to("public")
    closed = _closed(study)
    states = public.states.copy()
    for column, item in enumerate(study.items):
        unnamed = study.states[closed[:, column], column]
        if (unnamed.size and item.kind != "yes/no") if promised else _tells(unnamed):
            states[:, column] = MISSING
    shown = replace(
        public,
        states=states,
        consents=np.where(states == MISSING, np.int8(_AGGREGATE), public.consents),
        values={place: value for place, value in public.values.items() if states[place] != MISSING},
    )
    return shown.part(rows=np.flatnonzero((states != MISSING).any(axis=1)).tolist())


def without_named(withheld: Withheld, study: Study) -> Withheld:
    """What is withheld, without the items that are not yes/no and of which every counted answer is shown by name."""
    closed = np.atleast_1d(_closed(study).any(axis=0))
    given = np.atleast_1d((study.responded()[:, None] & (study.states != MISSING)).any(axis=0))
    named = {
        item.key
        for column, item in enumerate(study.items)
        if item.kind != "yes/no" and given[column] and not closed[column]
    }
    return frozenset((key, column) for key, column in withheld if key not in named)


def telling_changes(before: Study, after: Study) -> Withheld:
    """Cells of the table of changes that tell an unnamed answer, where nothing was promised.

    Names tie two waves to each other person by person; the changes of the others are the difference.
    """
    first = {one.about: row for row, one in enumerate(before.respondents) if before.responded()[row]}
    second = {one.about: row for row, one in enumerate(after.respondents) if after.responded()[row]}
    rows = [(first[about], second[about]) for about in first if about in second]
    was, now = ([pair[at] for pair in rows] for at in (0, 1))
    kept = []
    for change in compare(before, after).changes:
        at, to = (_column(study, change.item.key) for study in (before, after))
        closed = _closed(before)[was, at] | _closed(after)[now, to]
        said, says = before.states[was, at], after.states[now, to]
        named = ~closed & (said != MISSING) & (says != MISSING)
        pairs: NDArray[np.int16] = said * np.int16(100) + says
        if named.any() and _tells(pairs[closed]):
            kept += [(change.item.key, cell) for cell in (*PAIRS, "pairs")]
    return frozenset(kept)


def _tells(unnamed: NDArray[np.integer]) -> bool:
    """Whether a total less the named answers tells one of these."""
    return bool(unnamed.size) and (unnamed.size < LEAST_UNNAMED or np.unique(unnamed).size == 1)


def _closed(study: Study) -> _Rows:
    """Answers that are counted and may not be named."""
    counted = study.responded()[:, None] & (study.states != MISSING)
    closed: _Rows = counted & (study.consents >= _AGGREGATE)
    return closed


def _column(study: Study, key: str) -> int:
    return next(at for at, item in enumerate(study.items) if item.key == key)
