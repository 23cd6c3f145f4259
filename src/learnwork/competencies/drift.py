"""What a new version of a framework touches: alignments, profiles, and what matches stand on.

drift(ctid).touched      # every statement that was reworded, moved, removed or identified anew, with what hangs on it
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from learnwork.competencies import aligning, alignment_rows, ends, pairs, reading, versions
from learnwork.competencies.frameworks import Framework, Item
from learnwork.competencies.models.alignments import Alignment
from learnwork.competencies.models.profiles import CompetencyRating
from learnwork.competencies.pairs import Pair
from learnwork.competencies.resting import Resting, rested, resting
from learnwork.competencies.uses import Uses, uses
from learnwork.competencies.versions import Altered, Piece
from learnwork.registry import queries
from learnwork.registry.models import Release
from learnwork.registry.store import chunked

_MANY = 500
# Statement, how it changed, its words in pieces, every CTID it has or had.
_Changed = tuple[Item, tuple[str, ...], tuple[Piece, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Touched:
    """One statement. how: reworded, moved, removed, identified anew. alignments: those said before the new version.

    profiles: (CTID, name) of credentials rated on it before. uses: what names it, under its old identifier or its new.
    rested, rests: how many occupations and programs matches could find by it, with the release before and today.
    """

    item: Item
    how: tuple[str, ...]
    pieces: tuple[Piece, ...]
    alignments: tuple[Pair, ...]
    profiles: tuple[tuple[str, str], ...]
    uses: Uses
    rested: Resting
    rests: Resting

    @property
    def match(self) -> str:
        """The match that rests on it."""
        return f"/match?competencies={self.item.ctid}"

    @property
    def matched(self) -> bool:
        """Whether a match rests on it, or did."""
        return bool(self.uses or self.rested or self.rests)

    @property
    def hangs(self) -> bool:
        """Whether anything hangs on it."""
        return bool(self.alignments or self.profiles or self.matched)


@dataclass(frozen=True, slots=True)
class Drift:
    """before, after: the releases compared; None where there is only one. touched: those on which something hangs."""

    frame: Framework
    before: Release | None
    after: Release | None
    changed: int
    touched: tuple[Touched, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "changed statements": self.changed,
            "alignments": len({one.row.pk for each in self.touched for one in each.alignments}),
            "profiles": len({ctid for each in self.touched for ctid, _name in each.profiles}),
            "statements that matches rest on": sum(each.matched for each in self.touched),
        }


def drift(ctid: str, before: str = "", after: str = "") -> Drift:
    """Between two releases of a framework, the last two unless others are named.

    What was said, or said again, since the later one was loaded is not touched. Raises `UnknownFrameworkError`.
    """
    there = reading.releases(ctid)
    new = reading.release(ctid, after) if after else (there[0] if there else None)
    old = reading.release(ctid, before) if before else (there[1] if len(there) > 1 else None)
    frame = reading.current(ctid)
    if new is None or old is None:
        return Drift(frame, old, new, 0, ())
    found = versions.difference(reading.at_release(ctid, old), reading.at_release(ctid, new))
    changed: list[_Changed] = [(item, ("removed",), (), (item.ctid,)) for item, _way in found.removed]
    changed += [
        (one.new, how, one.reworded, (one.old.ctid, one.new.ctid))
        for one in found.altered
        if (how := _how(one))
    ]
    made = _touched(changed, old, new.loaded_at)
    return Drift(frame, old, new, len(changed), tuple(one for one in made if one.hangs))


def _how(one: Altered) -> tuple[str, ...]:
    said = {"reworded": one.reworded, "moved": one.moved, "identified anew": one.identified_anew}
    return tuple(name for name, so in said.items() if so)


def _touched(changed: Sequence[_Changed], old: Release, since: datetime) -> list[Touched]:
    ctids = list(dict.fromkeys(ctid for *_, both in changed for ctid in both))
    aligned, rated, used = _aligned(ctids, since), _rated(ctids, since), uses(ctids)
    former, today = (
        rested([both[0] for *_, both in changed], old),
        resting([both[-1] for *_, both in changed]),
    )
    return [
        Touched(
            item,
            how,
            pieces,
            tuple({one.row.pk: one for ctid in both for one in aligned.get(ctid, ())}.values()),
            tuple(dict.fromkeys(one for ctid in both for one in rated.get(ctid, ()))),
            sum((used[ctid] for ctid in dict.fromkeys(both) if ctid in used), Uses()),
            former.get(both[0], Resting()),
            today.get(both[-1], Resting()),
        )
        for item, how, pieces, both in changed
    ]


def _aligned(ctids: Sequence[str], since: datetime) -> Mapping[str, list[Pair]]:
    names = ends.names_of(ctids)
    rows: dict[int, Alignment] = {}
    for some in chunked(names, _MANY):
        found = aligning.counted().filter(Q(source__in=some) | Q(target__in=some), made_at__lt=since)
        found = found.filter(state__in=aligning.SHOWN).select_related("origin")
        rows |= {row.pk: row for row in found}
    by: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs.shown(list(rows.values())):
        for end in {pair.row.source, pair.row.target} & set(names):
            by[names[end]].append(pair)
    return by


def _rated(ctids: Sequence[str], since: datetime) -> Mapping[str, list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for some in chunked(ctids, _MANY):
        found = CompetencyRating.objects.filter(competency__in=some, superseded_at=None, made_at__lt=since)
        rows += found.values_list("competency", "credential").distinct()
    names = queries.captions([credential for _, credential in rows])
    by: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for competency, credential in rows:
        by[competency].append((credential, names.get(credential, (credential, ""))[0]))
    return by


def document(found: Drift) -> dict[str, Any]:
    """For programs: JSON values only."""
    return {
        "framework": found.frame.ctid,
        "before": found.before.label if found.before else None,
        "after": found.after.label if found.after else None,
        "counts": found.counts,
        "touched": [
            {
                "ctid": one.item.ctid,
                "code": one.item.code,
                "text": one.item.text,
                "how": list(one.how),
                "alignments": [alignment_rows.document(pair) for pair in one.alignments],
                "profiles": [{"ctid": ctid, "name": name} for ctid, name in one.profiles],
                "taught": one.uses.taught,
                "tested": one.uses.tested,
                "certified": one.uses.certified,
                "required": one.uses.required,
                "occupations": {"before": one.rested.occupations, "now": one.rests.occupations},
                "programs": {"before": one.rested.programs, "now": one.rests.programs},
                "match": one.match,
            }
            for one in found.touched
        ],
    }
