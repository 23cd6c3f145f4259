"""What it costs to look at pools and a sample instead of at all targets: quality, agreement, time and memory.

    python benchmarks/alignment_large.py
    python benchmarks/alignment_large.py --size 100000        (made texts, so many on either side, on DuckDB)

The published pairs are of a thousand targets. So that pools matter at all, the sample is of SMALL targets there, and
of the usual size among the skills. Both ways have the same models, learned without the fold that they are asked about;
intervals are of 2,000 bootstrap samples of sources. More than MOST_LOST ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import alignment as exact
import bulk
from learnwork.competencies import datasets, features, learning, pools
from learnwork.competencies.alignment import Candidate, Index
from learnwork.competencies.learning import Asked
from learnwork.competencies.scoring import Signals
from learnwork.competencies.texts import Text

TAUGHT = ("esco-onet", "cip-soc", "esco-isco")
MEASURED = 2
"""The first so many of them; the third has too few targets to speak of."""
SMALL = 200
MOST_LOST = 0.02
EVERY = 7
"""Of the skills of ESCO every seventh is asked for."""
RESULT = exact.RESULTS / "alignment-large"
Doubles = NDArray[np.float64]


def pooled(asked: Asked, signals: Signals) -> tuple[Doubles, NDArray[np.bool_]]:
    """Features of the candidates that pools give, and which of them are right."""
    walk = asked.crosswalk
    found = pools.find(walk.sources, walk.targets, sample=SMALL)
    words = features.words_of(walk.targets)
    made, right = [], []
    for start in range(0, len(walk.sources), 32):
        sources = walk.sources[start : start + 32]
        columns, weights = found.among(slice(start, start + 32))
        values, total, standards, places = pools.scored(signals, sources, (columns, weights))
        pair = (features.words_of(sources), [words[column] for column in columns])
        made.append(features.text_features(total, standards, values, places, pair))
        keys = [[walk.targets[column].key for column in row] for row in columns[places]]
        right.append(
            [[key in walk.gold[source.key] for key in row] for source, row in zip(sources, keys, strict=True)]
        )
    return np.concatenate(made), np.concatenate([np.array(one, dtype=bool) for one in right])


def quality(root: Path) -> list[dict[str, Any]]:
    """Both ways on the published pairs, groups held apart."""
    walks = [datasets.LEARNT[name][0](root, datasets.LEARNT[name][1]) for name in TAUGHT]
    signals = [Signals(walk.targets) for walk in walks]
    taught = [learning.ask(walk, one) for walk, one in zip(walks, signals, strict=True)]
    print("asked", flush=True)
    looked = [pooled(asked, one) for asked, one in zip(taught[:MEASURED], signals, strict=False)]
    print("pooled", flush=True)
    parts = [learning.folds(asked.crosswalk.sources, grouped=True) for asked in taught]
    ranks = [np.zeros((2, len(asked.right)), dtype=np.intp) for asked in taught[:MEASURED]]
    for fold in range(learning.FOLDS):
        train = [
            (asked.seen[part != fold], asked.right[part != fold], part[part != fold])
            for asked, part in zip(taught, parts, strict=True)
        ]
        ranker, _ = learning.learn(train, precedent=False)
        for number, (table, right) in enumerate(looked):
            held, asked = parts[number] == fold, taught[number]
            for way, (seen, truth) in enumerate(((asked.seen, asked.right), (table, right))):
                ranks[number][way, held] = learning.first_right(ranker.scores(seen[held]), truth[held])
    return [
        exact.row(asked, way, ranks[number][place])
        for number, asked in enumerate(taught[:MEASURED])
        for place, way in enumerate(("every target", f"pools and a sample of {SMALL}"))
    ]


def by_source(found: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Candidates of each source, best first."""
    each: dict[str, list[Candidate]] = {}
    for one in found:
        each.setdefault(one.source, []).append(one)
    return each


def agreement(root: Path) -> dict[str, Any]:
    """How often both ways propose the same for skills of ESCO among activities and technologies of O*NET."""
    sources = datasets.esco_skills(root)[::EVERY]
    targets = (*datasets.work_activities(root), *datasets.technologies(root))
    index = Index(targets)
    found = pools.find(sources, targets)
    ways = [by_source(index.align(sources, k=3, pools=one)) for one in (None, found)]
    every, large = (
        {
            (one.source, one.target)
            for some in way.values()
            for one in some
            if one.confidence >= exact.TRUSTED - 0.2
        }
        for way in ways
    )
    alike = [ways[0][key][0].target == some[0].target for key, some in ways[1].items()]
    return {
        "sources": len(sources),
        "targets": len(targets),
        "same first": round(float(np.mean(alike)), 4),
        "proposed from every target": len(every),
        "proposed from pools": len(large),
        "proposed by both": len(every & large),
    }


def large(size: int) -> dict[str, Any]:
    """Seconds and memory of so many made texts on either side."""
    random = np.random.default_rng(1)
    sources, targets = (made(random, name, size) for name in "st")
    start, used = time.perf_counter(), time.process_time()
    found = pools.find(sources, targets)
    pooled_in = time.perf_counter() - start
    count = sum(1 for _ in Index(targets).align(sources, k=3, workers=2, pools=found))
    return {
        "size": size,
        "candidates": count,
        "seconds": round(time.perf_counter() - start, 1),
        "of which pools": round(pooled_in, 1),
        "CPU seconds": round(time.process_time() - used, 1),
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def made(random: np.random.Generator, name: str, size: int) -> list[Text]:
    """Made texts of one to ten words."""
    return [Text(f"{name}{number}", one) for number, one in enumerate(bulk.words(random, size, 5))]


def missed(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Sets on which pools lose too much, in words."""
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lost = {one["set"]: one["first"][0] - other["first"][0] for one, other in pairs}
    return [f"{name}: {value:.4f} is lost" for name, value in lost.items() if value > MOST_LOST]


def main() -> int:
    """Measure, print, write to results/."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, help="measure time and memory only, with so many made texts")
    chosen = parser.parse_args()
    path = RESULT.with_suffix(".json")
    said: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if chosen.size:
        said["large"] = large(chosen.size)
    else:
        said |= {"rows": quality(exact.ROOT), "agreement": agreement(exact.ROOT)}
    lines = [exact.table(said["rows"])] if "rows" in said else []
    lines += [json.dumps(said[name]) for name in ("agreement", "large") if name in said]
    text = "\n\n".join(lines)
    print(text)
    RESULT.with_suffix(".md").write_text(text + "\n", encoding="utf-8")
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    problems = missed(said.get("rows", []))
    print("\n".join(problems) or "No more was lost than is allowed.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
