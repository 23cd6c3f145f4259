"""Proposals of the engine for two frameworks or classifications of the registry, kept as words of its method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from learnwork.bulk.engines import Opened
from learnwork.competencies import aligned_texts, aligning, pools
from learnwork.competencies.aligned_texts import Collection
from learnwork.competencies.aligning import AlignmentRefusedError, Kept, Rater, Said
from learnwork.competencies.alignment import ENOUGH_PRECEDENTS, Accepted, Candidate, Index
from learnwork.competencies.pools import Pools
from learnwork.competencies.scoring import Embed

LEAST = 0.5
MOST_EACH = 3
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """source, target: what they are called. precedents: accepted pairs that were listened to, 0 where too few."""

    source: str
    target: str
    asked: int
    kept: Kept
    precedents: int


def propose(
    source: str,
    target: str,
    *,
    least: float = LEAST,
    k: int = MOST_EACH,
    workers: int = 2,
    opened: Opened | None = None,
    sentences: Embed | None = None,
    begin: Callable[[int], Progress] | None = None,
) -> Run:
    """Propose up to `k` targets for everything in `source`; what was proposed before and is not any more is withdrawn.

    source, target: CTID of a framework, or a scheme of `aligned_texts.SCHEMES`. Run again, it changes nothing where
    nothing changed. opened: gives the engine that finds a pool for each source (`bulk.engines.opened`); where it is not
    given, there are pools, of DuckDB, if all pairs are too many to score. sentences: a sentence model to ask too.
    begin: told how many there are, gives what is told how many are done. What people and publishers said is never
    touched, and what they accepted speaks where there is enough of it.
    """
    if source == target:
        raise AlignmentRefusedError(
            _("A framework is not aligned with itself."),
            hint=_("What stands under what is its hierarchy, and is kept apart."),
        )
    some, others = aligned_texts.collection(source), aligned_texts.collection(target)
    accepted = _accepted(some, others)
    pooled = _pools(some, others, opened)
    index = Index(others.texts, accepted=accepted, sentences=sentences)
    found = index.align(some.texts, k=k, least=least, workers=workers, pools=pooled)
    if begin is not None:
        found = _told(found, some, begin(len(some.texts)))
    said = [_said(one, some, others) for one in found if one.source != one.target]
    method = index.method if pooled is None else f"{index.method}+pools"
    kept = aligning.keep(said, Rater(aligning.OURS, method), whole=[(source, target)])
    heard = accepted.pairs if accepted.pairs >= ENOUGH_PRECEDENTS else 0
    return Run(some.name, others.name, len(some.texts), kept, heard)


def _pools(some: Collection, others: Collection, opened: Opened | None) -> Pools | None:
    if opened is None and len(some.texts) * len(others.texts) <= pools.MOST_CELLS:
        return None
    return pools.find(some.texts, others.texts, engine=opened or pools.DUCKDB)


def _told(found: Iterator[Candidate], some: Collection, tell: Progress) -> Iterator[Candidate]:
    places = {text.key: number for number, text in enumerate(some.texts, 1)}
    for one in found:
        tell(places[one.source])
        yield one


def _said(one: Candidate, some: Collection, others: Collection) -> Said:
    """A field of study is never the same as an occupation, whatever it is called: things of two kinds are related."""
    relation = one.relation.value.removesuffix("Match")
    return Said(
        some.ends[one.source],
        others.ends[one.target],
        relation if some.kind == others.kind else "related",
        "proposed",
        one.confidence,
        reasons=tuple((reason.key, reason.weight) for reason in one.reasons),
    )


def _accepted(some: Collection, others: Collection) -> Accepted:
    """What people and publishers accepted between the two, from whichever end."""
    here = {end.ctid: key for key, end in some.ends.items()}
    there = {end.ctid: key for key, end in others.ends.items()}
    targets: dict[str, list[str]] = defaultdict(list)
    rows = aligning.counted().filter(state="accepted", rank__gt=0)
    for ends in ((some.key, others.key), (others.key, some.key)):
        pairs = (
            rows.filter(source_in=ends[0], target_in=ends[1]).order_by("id").values_list("source", "target")
        )
        for pair in pairs:
            source, target = pair if ends[0] == some.key else pair[::-1]
            if source in here and target in there:
                targets[here[source]].append(there[target])
    return Accepted(tuple(text for text in some.texts if text.key in targets), dict(targets))
