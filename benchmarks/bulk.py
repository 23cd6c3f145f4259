"""How long bulk work takes on DuckDB and on Spark, by size, and whether both say the same.

    python benchmarks/bulk.py
    python benchmarks/bulk.py --sizes 2000 8000 32000 --workers 2

Texts and organizations are made from a seed: words as frequent as in language (Zipf), names, places, codes. Each
engine has the same cores; Spark is a local cluster of worker processes whose start is told apart. Ends with 1
where the engines differ.

Where Spark overtakes is told where it was seen. Where it was not, the seconds that the last step in size added say how
many cores Spark would need to add as few: derived, and true only as far as its work divides evenly among them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learnwork.bulk import candidates, linkage
from learnwork.bulk.candidates import Terms
from learnwork.bulk.engines import Engine, Row, duckdb_engine, spark_engine

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
SIZES = (2_000, 8_000, 32_000)
VOCABULARY = 20_000
TERMS = Terms(k=10, most=500)
Work = Callable[[Engine, Path], list[Row]]


def words(random: np.random.Generator, count: int, length: int) -> list[str]:
    """Phrases of one to twice `length` words of a made-up language."""
    ranks = 1 / np.arange(1, VOCABULARY + 1)
    chosen = random.choice(VOCABULARY, p=ranks / ranks.sum(), size=(count, 2 * length))
    ends = random.integers(1, 2 * length + 1, size=count)
    return [" ".join(f"w{word:x}" for word in row[:end]) for row, end in zip(chosen, ends, strict=True)]


def make(folder: Path, size: int, seed: int = 1) -> None:
    """Tables of one size: texts of two frameworks, organizations of two sources of which half are the same."""
    random = np.random.default_rng(seed)
    for name in ("sources", "targets"):
        numbers = np.arange(size, dtype=np.int32)
        pq.write_table(pa.table({"key": numbers, "text": words(random, size, 5)}), folder / f"{name}.parquet")
    names = [f"{one} {number % 9973:04}" for number, one in enumerate(words(random, size, 2))]
    places = [f"town {number}" for number in random.integers(0, max(1, size // 50), size=size)]
    codes = [f"{number:09}" if number % 3 else None for number in range(size)]
    for side in ("left", "right"):
        same = [side == "left" or number % 2 == 0 for number in range(size)]
        columns = {
            "key": [f"{side}-{number:08}" for number in range(size)],
            "name": [one if kept else one[::-1] for one, kept in zip(names, same, strict=True)],
            "place": places,
            "code": [one if kept else None for one, kept in zip(codes, same, strict=True)],
        }
        pq.write_table(pa.table(columns), folder / f"{side}.parquet")


def aligned(engine: Engine, folder: Path) -> list[Row]:
    """Candidates of every source."""
    return candidates.rows(engine, folder / "sources.parquet", folder / "targets.parquet", TERMS)


def linked(engine: Engine, folder: Path) -> list[Row]:
    """Pairs of organizations."""
    return linkage.link(engine, folder / "left.parquet", folder / "right.parquet")


WORK: dict[str, Work] = {"candidates": aligned, "linkage": linked}


def measured(
    engine: Engine, folders: dict[int, Path], only: Sequence[str]
) -> dict[tuple[str, int], tuple[float, int, str]]:
    """Seconds, rows and the digest of the rows, by work and size.

    Each work is done once before, so that what an engine compiles is compiled.
    """
    found = {}
    for name in only:
        WORK[name](engine, next(iter(folders.values())))
    for size, folder in folders.items():
        for name in only:
            start = time.perf_counter()
            rows = WORK[name](engine, folder)
            seconds = time.perf_counter() - start
            found[name, size] = (seconds, len(rows), sha256(repr(rows).encode()).hexdigest())
            print(f"  {name} of {size:,}: {seconds:.1f} s, {len(rows):,} rows", flush=True)
    return found


def table(lines: Sequence[dict[str, Any]]) -> str:
    """The figures as Markdown."""
    rows = [
        "| work | rows in each table | rows out | DuckDB, s | Spark, s | Spark ÷ DuckDB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {one['work']} | {one['size']:,} | {one['rows']:,} | {one['duckdb']:.2f} | {one['spark']:.2f} |"
        f" {one['spark'] / one['duckdb']:.1f} |"
        for one in lines
    ]
    return "\n".join(rows)


def overtaking(lines: Sequence[dict[str, Any]], cores: int) -> list[str]:
    """For each work a sentence: the size from which Spark was faster or, derived, the cores it would need."""
    said = []
    for work in WORK:
        own = [one for one in lines if one["work"] == work]
        faster = [one["size"] for one in own if one["spark"] < one["duckdb"]]
        if faster:
            said.append(f"{work}: Spark was faster from {min(faster):,} rows on.")
        elif len(own) > 1:
            last, before = own[-1], own[-2]
            added = [last[name] - before[name] for name in ("duckdb", "spark")]
            if min(added) <= 0:
                said.append(
                    f"{work}: Spark was never faster; the sizes are too small to tell what a row adds."
                )
                continue
            ratio = added[1] / added[0]
            said.append(
                f"{work}: Spark was never faster. From {before['size']:,} to {last['size']:,} rows DuckDB took"
                f" {added[0]:.1f} s more and Spark {added[1]:.1f} s more, {ratio:.1f} times as much: by this Spark"
                f" would overtake {cores} cores of DuckDB with more than {ratio * cores:.0f} cores (derived)."
            )
    return said


def main() -> int:
    """Measure both engines on every size; compare; write to results/."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=list(WORK), default=list(WORK))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="learnwork-bench-") as place:
        folders = {size: Path(place) / str(size) for size in chosen.sizes}
        for size, folder in folders.items():
            folder.mkdir()
            make(folder, size)
        print("DuckDB", flush=True)
        with duckdb_engine(threads=chosen.workers) as engine:
            duck = measured(engine, folders, chosen.only)
        start = time.perf_counter()
        with spark_engine(f"local-cluster[{chosen.workers},1,1024]", partitions=4 * chosen.workers) as engine:
            engine.rows("SELECT 1")
            started = time.perf_counter() - start
            print(f"Spark, started in {started:.1f} s", flush=True)
            spark = measured(engine, folders, chosen.only)
    lines = [
        {
            "work": work,
            "size": size,
            "rows": duck[work, size][1],
            "duckdb": duck[work, size][0],
            "spark": spark[work, size][0],
        }
        for work, size in duck
    ]
    different = [key for key in duck if duck[key][1:] != spark[key][1:]]
    start_said = f"Spark started in {started:.1f} s; {chosen.workers} workers of one core, DuckDB with as many threads."
    told = overtaking(lines, chosen.workers)
    text = "\n".join([table(lines), "", start_said, "", *(f"- {one}" for one in told)])
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bulk.md").write_text(text + "\n", encoding="utf-8")
    said = {"lines": lines, "start": started, "workers": chosen.workers}
    (RESULTS / "bulk.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    print(f"The engines differ: {different}" if different else "Both engines said the same, row for row.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
