"""What a learner's records open: the competencies that their achievements are aligned to, and which record named what.

Records are read anew, without the web. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from learnwork.accounts.models import User
from learnwork.competencies import targets
from learnwork.competencies.expected import Thing
from learnwork.competencies.matching import MOST_ASKED, Question
from learnwork.records.verdict import Verdict, walk
from learnwork.records.verification import verify
from learnwork.wallet.models import Held

MOST_RECORDS = 100  # read at once
MOST_TARGETS = 500  # of one record


@dataclass(frozen=True, slots=True)
class Unfound:
    """Something that a record is aligned to and that names no competency here. thing: what it is here, if anything."""

    name: str
    url: str
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """One record. competencies: found here. unfound: its other alignments. rejected: it does not verify, and counts
    for nothing."""

    pk: int
    title: str
    competencies: tuple[Thing, ...] = ()
    unfound: tuple[Unfound, ...] = ()
    rejected: bool = False

    @property
    def silent(self) -> bool:
        """Whether it names nothing at all."""
        return not (self.competencies or self.unfound or self.rejected)


@dataclass(frozen=True, slots=True)
class Opening:
    """records: those that were read, the newest first. more: how many were not. competencies: each once; left: how
    many more there are than a question takes."""

    records: tuple[Opened, ...]
    more: int
    competencies: tuple[Thing, ...]
    left: int

    @property
    def question(self) -> Question:
        return Question(tuple(one.ctid for one in self.competencies), held=True)


def opening(owner: User, picks: Sequence[int] = ()) -> Opening:
    """Of the records that are picked, or of all."""
    rows = Held.objects.filter(owner=owner).order_by("-added_at", "pk")
    rows = rows.filter(pk__in=picks) if picks else rows
    read = [(held, verify(bytes(held.raw), name=held.name)) for held in rows[:MOST_RECORDS]]
    said = {held.pk: _targets(held, verdict) for held, verdict in read}
    found = targets.found([url for every in said.values() for _name, url in every])
    records = tuple(_opened(held, verdict, said[held.pk], found) for held, verdict in read)
    every = dict.fromkeys(thing for one in records for thing in one.competencies)
    return Opening(
        records, rows.count() - len(records), tuple(every)[:MOST_ASKED], max(0, len(every) - MOST_ASKED)
    )


def _targets(held: Held, verdict: Verdict) -> list[tuple[str, str]]:
    """(name, address or identifier) of all that a record, its parts or its owner say that it is aligned to."""
    items = [item for one in _counting(verdict) for item in one.summary.alignments]
    said = [(item.name or item.url, item.url) for item in items] + [
        (ctid, ctid) for ctid in held.ties.order_by("added_at").values_list("ctid", flat=True)
    ]
    return list(dict.fromkeys(said))[:MOST_TARGETS]


def _counting(verdict: Verdict) -> Iterable[Verdict]:
    """The verdict and those of its parts, without what is rejected."""
    return (one for one in walk(verdict) if one.outcome != "rejected")


def _opened(
    held: Held, verdict: Verdict, said: Sequence[tuple[str, str]], found: dict[str, targets.Found]
) -> Opened:
    if verdict.outcome == "rejected":
        return Opened(held.pk, held.title, rejected=True)
    some = dict.fromkeys(thing for _name, url in said for thing in found[url].competencies)
    others = tuple(Unfound(name, url, found[url].thing) for name, url in said if not found[url].competencies)
    return Opened(held.pk, held.title, tuple(some), others)
