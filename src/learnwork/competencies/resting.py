"""How much of matching rests on a competency: occupations that ask for it, programs that state it or lead to those.

resting(ctids)                   # by the table of today
rested(ctids, release)           # with what a former release rated important, held against the programs of today
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from learnwork.competencies import following, knowing
from learnwork.competencies.expected import IMPORTANT, Known
from learnwork.registry.models import Observation, Release
from learnwork.registry.store import chunked
from learnwork.vocabulary.measures import by_key

_MANY = 500


@dataclass(frozen=True, slots=True)
class Resting:
    """occupations: that say what they ask, and ask for it. programs: those that state it or from which it is
    expected, however weakly; credentials that state it included."""

    occupations: int = 0
    programs: int = 0

    def __bool__(self) -> bool:
        return bool(self.occupations or self.programs)


def resting(ctids: Sequence[str]) -> dict[str, Resting]:
    """CTID → what rests on it, of those on which anything does. What was identified anew is followed."""
    return _counted(ctids, {})


def rested(ctids: Sequence[str], release: Release) -> dict[str, Resting]:
    """The same before a release was replaced: as of today, and what that release rated important besides."""
    return _counted(ctids, _rated(ctids, release))


def _counted(ctids: Sequence[str], rated: Mapping[str, set[int]]) -> dict[str, Resting]:
    here = knowing.known(now=True)
    columns = {ctid: here.table.columns[ctid] for ctid in ctids if ctid in here.table.columns}
    newer = following.successors([ctid for ctid in ctids if ctid not in columns])
    columns |= {old: here.table.columns[new] for old, new in newer.items() if new in here.table.columns}
    members = np.bincount(here.row_of_program, minlength=len(here.table.rows))
    asked = here.table.asked.tocsc()
    found = {}
    for ctid in dict.fromkeys(ctids):
        asking = set(rated.get(ctid, ()))
        rows = _rows(here, asking)
        if ctid in columns:
            rows[_filled(here.table.by_column, columns[ctid])] = True
            asking |= {here.table.occupations[number] for number in _filled(asked, columns[ctid])}
        one = Resting(len(asking), int(members[rows].sum()))
        if one:
            found[ctid] = one
    return found


def _filled(matrix: sparse.csc_matrix, column: int) -> NDArray[np.integer[Any]]:
    """The rows that have something in a column."""
    start, end = matrix.indptr[column : column + 2]
    return np.asarray(matrix.indices[start:end])


def _rows(here: Known, occupations: set[int]) -> NDArray[np.bool_]:
    """Which rows lead to one of these occupations, or have one behind them."""
    if not occupations:
        return np.zeros(len(here.table.rows), dtype=np.bool_)
    asking = np.array([key in occupations for key in here.table.occupations], dtype=np.float32)
    leading = [not occupations.isdisjoint(row.through) for row in here.table.rows]
    return np.asarray(here.table.behind @ asking > 0) | np.array(leading, dtype=np.bool_)


def _rated(ctids: Sequence[str], release: Release) -> dict[str, set[int]]:
    """CTID → keys of the occupations for which a release rated it important."""
    found: dict[str, set[int]] = defaultdict(set)
    if release.first_figure is None:
        return found
    for some in chunked(ctids, _MANY):
        rows = Observation.objects.filter(
            id__range=(release.first_figure, release.last_figure),
            item__ctid__in=some,
            measure=by_key["onet.importance"].number,
            value__gte=IMPORTANT,
            area=None,
            resource__isnull=False,
        )
        for ctid, key in rows.values_list("item__ctid", "resource_id"):
            found[ctid].add(key)
    return found
