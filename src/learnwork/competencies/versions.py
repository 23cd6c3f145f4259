"""What changed between two versions of a framework, readable: added, removed, moved, reworded, and what else differs.

Statements are the same where their CTIDs are; where a new version gives new identifiers, where their words are, and
no other statement has these words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from learnwork.competencies.frameworks import Framework, Item

# What of a statement is compared word for word beside its place: field → what it is called.
FIELDS = {
    "code": "code",
    "label": "label",
    "kind": "kind",
    "level": "level",
    "language": "language",
    "notes": "notes",
}
_LONG = 2_000  # words; longer texts are shown whole, because comparing them word by word takes quadratic time


class Piece(NamedTuple):
    """Words that stand in both texts ("same"), only in the old ("gone") or only in the new ("new")."""

    kind: Literal["same", "gone", "new"]
    words: str


@dataclass(frozen=True, slots=True)
class Altered:
    """One statement in both versions. reworded: its text in pieces, () where it is the same. fields: (name, old, new).

    moved: the ways from the top, before and after, in names; None where it stands where it stood.
    """

    old: Item
    new: Item
    reworded: tuple[Piece, ...] = ()
    moved: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    fields: tuple[tuple[str, str, str], ...] = ()
    reordered: bool = False

    @property
    def identified_anew(self) -> bool:
        return self.old.ctid != self.new.ctid


@dataclass(frozen=True, slots=True)
class Difference:
    """added and removed: with the way to each. same: how many are in both and equal."""

    old: Framework
    new: Framework
    added: tuple[tuple[Item, tuple[str, ...]], ...]
    removed: tuple[tuple[Item, tuple[str, ...]], ...]
    altered: tuple[Altered, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.altered)

    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "removed": len(self.removed),
            "reworded": sum(bool(one.reworded) for one in self.altered),
            "moved": sum(one.moved is not None for one in self.altered),
            "reordered": sum(one.reordered for one in self.altered),
            "otherwise changed": sum(bool(one.fields) for one in self.altered),
            "identified anew": sum(one.identified_anew for one in self.altered),
            "unchanged": self.same,
        }

    def to_dict(self) -> dict[str, Any]:
        """For programs: JSON values only."""
        return {
            "framework": self.new.ctid,
            "counts": self.counts(),
            "added": [_said(item, way) for item, way in self.added],
            "removed": [_said(item, way) for item, way in self.removed],
            "altered": [
                {
                    "ctid": one.new.ctid,
                    "was": one.old.ctid if one.identified_anew else None,
                    "text": one.new.text,
                    "old_text": one.old.text if one.reworded else None,
                    "from": list(one.moved[0]) if one.moved else None,
                    "to": list(one.moved[1]) if one.moved else None,
                    "reordered": one.reordered,
                    "fields": {name: {"old": old, "new": new} for name, old, new in one.fields},
                }
                for one in self.altered
            ],
        }


def _said(item: Item, way: tuple[str, ...]) -> dict[str, Any]:
    return {"ctid": item.ctid, "code": item.code, "text": item.text, "under": list(way)}


def difference(old: Framework, new: Framework) -> Difference:
    """Compare two versions; in the order in which one reads the new one, what was removed in that of the old."""
    former = _matched(old, new)
    back = {was: now for now, was in former.items()}
    altered, same = [], 0
    order = _reordered(old, new, back)
    for key in new.tree.depth_first():
        if key in former:
            one = _altered(old, new, former[key], key, back, key in order)
            if one is None:
                same += 1
            else:
                altered.append(one)
    return Difference(
        old,
        new,
        tuple((new.items[key], _names(new, key)) for key in new.tree.depth_first() if key not in former),
        tuple((old.items[key], _names(old, key)) for key in old.tree.depth_first() if key not in back),
        tuple(altered),
        same,
    )


def _matched(old: Framework, new: Framework) -> dict[str, str]:
    """CTID in the new version → CTID in the old one."""
    matched = {key: key for key in new.items if key in old.items}
    alone = _unique(old, set(matched))
    for text, key in _unique(new, set(matched)).items():
        if text in alone:
            matched[key] = alone[text]
    return matched


def _unique(frame: Framework, without: set[str]) -> dict[tuple[str, str], str]:
    """(text, code) → CTID, of those not matched whose text and code nothing else has."""
    rest = [one for key, one in frame.items.items() if key not in without and one.text]
    counted = Counter((one.text, one.code) for one in rest)
    return {key: one.ctid for one in rest if counted[key := (one.text, one.code)] == 1}


def _names(frame: Framework, key: str) -> tuple[str, ...]:
    return tuple(frame.items[one].code or frame.items[one].name for one in frame.tree.way(key)[:-1])


def _altered(
    old: Framework, new: Framework, was: str, now: str, back: Mapping[str, str], reordered: bool
) -> Altered | None:
    before, after = old.items[was], new.items[now]
    above = {back.get(parent, parent) for parent in old.tree.above(was)}
    moved = None
    if above != set(new.tree.above(now)) or (was in old.tree.roots) != (now in new.tree.roots):
        moved = (_names(old, was), _names(new, now))
    fields = tuple(
        (name, getattr(before, name), getattr(after, name))
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    )
    reworded = tuple(reworded_pieces(before.text, after.text)) if before.text != after.text else ()
    found = Altered(before, after, reworded, moved, fields, reordered and moved is None)
    if found.reworded or found.moved or found.fields or found.reordered or found.identified_anew:
        return found
    return None


def _reordered(old: Framework, new: Framework, back: Mapping[str, str]) -> set[str]:
    """Statements whose order among siblings that stand together in both versions changed: the fewest that tell it."""
    found: set[str] = set()
    pairs: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(old.tree.roots, new.tree.roots)]
    pairs += [(old.tree.below(was), new.tree.below(now)) for was, now in back.items() if old.tree.below(was)]
    for before, after in pairs:
        there = {back[key]: at for at, key in enumerate(before) if key in back}
        both = [key for key in after if key in there]
        kept = set(_rising([there[key] for key in both]))
        found |= {key for at, key in enumerate(both) if at not in kept}
    return found


def _rising(numbers: list[int]) -> list[int]:
    """Positions of a longest rising subsequence (patience sorting, n log n)."""
    from bisect import bisect_left

    tails: list[int] = []
    at_tail: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        pile = bisect_left(tails, number)
        before.append(at_tail[pile - 1] if pile else -1)
        tails[pile : pile + 1] = [number]
        at_tail[pile : pile + 1] = [at]
    found = []
    at = at_tail[-1] if at_tail else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found


def reworded_pieces(old: str, new: str) -> Iterator[Piece]:
    """What was said and what is said, word by word; texts of more than 2,000 words as a whole."""
    before, after = old.split(), new.split()
    if before == after:  # only the space between words differs
        yield Piece("same", new)
        return
    if max(len(before), len(after)) > _LONG:
        yield from (Piece("gone", old), Piece("new", new))
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", " ".join(after[c:d]))
        else:
            if a < b:
                yield Piece("gone", " ".join(before[a:b]))
            if c < d:
                yield Piece("new", " ".join(after[c:d]))
