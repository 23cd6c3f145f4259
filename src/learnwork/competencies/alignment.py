"""Alignment of competencies, occupations and fields of study between frameworks: candidates with reasons.

    index = Index(targets)
    for candidate in index.align(sources, k=3):
        candidate.source, candidate.target, candidate.confidence, candidate.relation, candidate.reasons

Candidates come from eight lexical and vector signals joined per query (`scoring`), are put in order by a small model
learned from published crosswalks (`reranking`), and carry a confidence that was calibrated on pairs held out. Give the
pairs that a curator accepted, and they speak too (`precedents`). Everything runs offline; the same input gives the
same output on every machine of one kind. For pairs of statements a sentence model may be asked too (`sentences`).
What is found is proposed, never certain: CEILING bounds every confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies import features as seen
from learnwork.competencies.pools import Pools, scored
from learnwork.competencies.precedents import Precedents, precedents
from learnwork.competencies.relations import Reason, Relation, reasons, relation
from learnwork.competencies.scoring import Embed, Floats, Integers, Signals, first, joined
from learnwork.competencies.texts import LONGEST, Text, check_keys, words
from learnwork.competencies.trained import Model, trained

MOST_TARGETS = 200_000
METHOD = "hybrid-1"
"""Kept with every pair that is proposed, so that it can be seen what proposed it; raised when the method changes."""
WITH_SENTENCES = f"{METHOD}+minilm"
"""The same, asked with a sentence model."""
POOLED = 32
"""Sources of one block that have pools of their own: what they need together is scored for each of them."""
ENOUGH_PRECEDENTS = 100
"""Accepted pairs from which on they are listened to; fewer say more about who began than about the frameworks."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed pair. `source`, `target` are keys; `rank` from 1 within the source; `score` orders within it only.

    `confidence` is the chance that a publisher of crosswalks would have accepted the pair, 0 to 0.99.
    """

    source: str
    target: str
    relation: Relation
    confidence: float
    rank: int
    score: float
    reasons: tuple[Reason, ...]
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Accepted:
    """Pairs that were accepted before: the sources, and for the key of each the keys of its targets."""

    sources: tuple[Text, ...]
    targets: Mapping[str, Sequence[str]]

    @property
    def pairs(self) -> int:
        """How many."""
        return sum(len(self.targets.get(source.key, ())) for source in self.sources)


class Index:
    """Targets made ready once and asked many times. Not changed by asking, so it may be shared by threads."""

    def __init__(
        self, targets: Sequence[Text], *, accepted: Accepted | None = None, sentences: Embed | None = None
    ) -> None:
        check_keys(targets, most=MOST_TARGETS, what="targets")
        self.targets = tuple(targets)
        self._signals = Signals(self.targets, sentences)
        self._words = seen.words_of(self.targets)
        self._told: Precedents | None = None
        if accepted is not None and accepted.pairs >= ENOUGH_PRECEDENTS:
            self._told = precedents(accepted.sources, self.targets, accepted.targets)
        self.model: Model = trained(precedent=self._told is not None, sentences=sentences is not None)
        self.method = METHOD if sentences is None else WITH_SENTENCES

    def align(
        self,
        sources: Sequence[Text],
        *,
        k: int = 5,
        least: float = 0.0,
        workers: int = 1,
        pools: Pools | None = None,
    ) -> Iterator[Candidate]:
        """The best `k` candidates of each source, in the order of the sources, best first.

        least: leave out what is less certain. workers: threads; they change the time and nothing else. pools: of these
        sources, where not every target is to be scored. A source without a word in plain letters has no candidates.
        """
        if not self.targets:
            return
        size = self._signals.block(sources) if pools is None else POOLED
        blocks = [slice(start, start + size) for start in range(0, len(sources), size)]

        def found(block: slice) -> list[Candidate]:
            return self._block(sources[block], k, least, None if pools is None else pools.among(block))

        if workers == 1:
            for block in blocks:
                yield from found(block)
            return
        with ThreadPoolExecutor(workers) as pool:
            # As many blocks at a time as there are workers: what is found is handed on before more is looked for.
            for start in range(0, len(blocks), workers):
                for some in pool.map(found, blocks[start : start + workers]):
                    yield from some

    def _block(
        self, sources: Sequence[Text], k: int, least: float, among: tuple[Integers, Floats] | None
    ) -> list[Candidate]:
        own = seen.words_of(sources)
        if among is None:
            values = self._signals.of(sources)
            total, standards = joined(values)
            columns = first(total, seen.POOL)
            table = seen.text_features(total, standards, values, columns, (own, self._words))
        else:
            values, total, standards, places = scored(self._signals, sources, among)
            there = [self._words[column] for column in among[0]]
            table = seen.text_features(total, standards, values, places, (own, there))
            columns = among[0][places]
        if self._told is not None:
            table = np.concatenate([table, self._told.features(sources, columns)], axis=2)
        scores = self.model.ranker.scores(table)
        certain = self.model.confidence(scores)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        made: list[Candidate] = []
        for row, source in enumerate(sources):
            if not own[row].labels and not words(source.long[:LONGEST]):
                continue
            for rank, place in enumerate(order[row], 1):
                if certain[row, place] >= least:
                    found = (columns, scores, certain, table)
                    made.append(self._candidate((source, own[row]), found, (row, int(place)), rank))
        return made

    def _candidate(
        self,
        source: tuple[Text, seen.Words],
        found: tuple[Integers, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
        at: tuple[int, int],
        rank: int,
    ) -> Candidate:
        columns, scores, certain, table = found
        column = int(columns[at])
        confidence = round(float(certain[at]), 4)
        parts = dict(
            zip(self.model.ranker.features, self.model.ranker.parts(table[at]).tolist(), strict=True)
        )
        return Candidate(
            source=source[0].key,
            target=self.targets[column].key,
            relation=relation(source[1], self._words[column], confidence),
            confidence=confidence,
            rank=rank,
            score=round(float(scores[at]), 4),
            reasons=reasons(parts),
            method=self.method,
        )


def align(
    sources: Sequence[Text],
    targets: Sequence[Text],
    k: int = 5,
    *,
    accepted: Accepted | None = None,
    least: float = 0.0,
) -> Iterator[Candidate]:
    """Candidates for each source among the targets; an `Index` for one question."""
    return Index(targets, accepted=accepted).align(sources, k=k, least=least)


__all__ = ["Accepted", "Candidate", "Index", "Reason", "Relation", "Text", "align"]
