"""What stands in for all targets where they are too many to be scored: each source's own pool, and one fixed sample.

The pool of a source is found by `bulk.candidates`, on DuckDB in this process or on Spark: the same statement, the same
rows. The sample is chosen by the digest of the keys, so that every run and every engine has the same. Scores are
worked out for the pool and the sample only; the sample, counted for all that it stands for, and the pool together
estimate mean and spread over all targets (a stratified sample: Cochran 1977, Sampling Techniques, chapter 5).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from learnwork.bulk import candidates
from learnwork.bulk.candidates import Terms
from learnwork.bulk.engines import EngineName, Opened, opened
from learnwork.competencies.features import POOL
from learnwork.competencies.scoring import Floats, Integers, Signals, first, joined
from learnwork.competencies.texts import Text, words

MOST_CELLS = 1_000_000_000
"""Sources times targets from which on pools stand for all targets, unless an engine was asked for."""
SAMPLE = 2_000
TERMS = Terms(k=100, most=2_000)
PART = 5_000
"""Sources whose candidates an engine looks for at once: what it holds grows with them and not with the frameworks."""
DUCKDB = opened(EngineName.DUCKDB)


@dataclass(frozen=True, slots=True)
class Pools:
    """found: columns of the candidates, sources × k, -1 where there are fewer. sample: columns. size: all targets."""

    found: NDArray[np.int32]
    sample: Integers
    size: int

    def among(self, rows: slice) -> tuple[Integers, Floats]:
        """The columns that some sources need, in order, and what each counts for each: 0 where it is another's.

        Weights are sources × columns and add to one in each row.
        """
        found = self.found[rows]
        columns = np.union1d(found[found >= 0], self.sample).astype(np.intp)
        own, places = np.nonzero(found >= 0)[0], np.searchsorted(columns, found[found >= 0])
        weights = np.zeros((len(found), len(columns)), dtype=np.float32)
        weights[:, np.searchsorted(columns, self.sample)] = 1
        weights[own, places] = 0
        others = weights.sum(axis=1, keepdims=True)
        known = (found >= 0).sum(axis=1, keepdims=True)
        weights *= np.maximum(self.size - known, 1) / np.maximum(others, 1)
        weights[own, places] = 1
        return columns, np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def find(
    sources: Sequence[Text],
    targets: Sequence[Text],
    *,
    engine: Opened = DUCKDB,
    terms: Terms = TERMS,
    sample: int = SAMPLE,
) -> Pools:
    """The pool of each source. engine: gives the engine; which it is changes the time and nothing else."""
    found = np.full((len(sources), terms.k), -1, dtype=np.int32)
    with tempfile.TemporaryDirectory(prefix="learnwork-pools-") as place, engine() as asked:
        folder = Path(place)
        _write(folder / "sources.parquet", sources)
        _write(folder / "targets.parquet", targets)
        candidates.prepare(asked, folder / "sources.parquet", folder / "targets.parquet", terms)
        for start in range(0, len(sources), PART):
            part = folder / f"found-{start}"
            asked.write(candidates.find(terms, range(start, start + PART)), part)
            rows = pq.read_table(part, columns=["source", "target", "rank"])
            source, target, rank = (rows[name].to_numpy() for name in ("source", "target", "rank"))
            found[source, rank - 1] = target
    return Pools(found, sampled(targets, sample), len(targets))


def scored(
    signals: Signals, sources: Sequence[Text], among: tuple[Integers, Floats]
) -> tuple[dict[str, Floats], Floats, dict[str, Floats], Integers]:
    """Each signal, their joined score and their z-scores, sources × columns; and where the POOL best columns stand."""
    columns, weights = among
    values = signals.only(columns).of(sources)
    total, standards = joined(values, weights)
    # What another source of the block has in its pool is not this one's.
    own = np.where(weights > 0, total, np.float32(-np.inf))
    return values, total, standards, first(own, POOL)


def sampled(targets: Sequence[Text], size: int = SAMPLE) -> Integers:
    """The columns of so many targets, in order, chosen by the digest of their keys."""
    digests = [blake2b(text.key.encode(), digest_size=8).digest() for text in targets]
    return np.sort(np.array(sorted(range(len(targets)), key=digests.__getitem__)[:size], dtype=np.intp))


def _write(path: Path, texts: Sequence[Text]) -> None:
    """Numbered texts as the words that alignment reads of them, so that every engine splits them alike."""
    shape = pa.schema([("key", pa.int32()), ("text", pa.string())])
    with pq.ParquetWriter(path, shape) as writer:
        for batch in _batches(texts):
            writer.write_batch(pa.record_batch(batch, schema=shape))


def _batches(texts: Sequence[Text]) -> Iterator[list[pa.Array]]:
    for start in range(0, len(texts), 10_000):
        part = texts[start : start + 10_000]
        keys = np.arange(start, start + len(part), dtype=np.int32)
        yield [pa.array(keys), pa.array([" ".join(dict.fromkeys(words(one.everything))) for one in part])]
