"""How well alignment does on published pairs: words alone, meaning alone and ours, side by side in one run.

    python benchmarks/alignment.py
    python benchmarks/alignment.py --learn          (learns anew, and writes the model that is shipped)
    python benchmarks/alignment.py --only cip-soc

Every figure of ours is of pairs that the model had not seen: whole folds are held out, dealt by source or by group
(a four-digit series of fields, a unit group of occupations, the occupation of a task). Intervals are of 2,000
bootstrap samples of sources, 95 of 100. A limit that is missed is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from learnwork.competencies import alignment, datasets, learning, trained
from learnwork.competencies.calibration import reliability
from learnwork.competencies.learning import Asked, HeldOut

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent / "shared" / "data"
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
LIMITS = {
    ("ESCO → O*NET occupations", "first"): 0.55,
    ("ESCO → O*NET occupations", "mrr"): 0.67,
    ("CIP 2020 → SOC 2018", "first"): 0.69,
}
MOST_SECONDS = 60.0
RESULTS = HERE / "results"
PICTURE = HERE.parent / "docs" / "pictures" / "alignment-reliability.svg"
RESULT = RESULTS / "alignment.json"
EVERYTHING = [*datasets.LEARNT, *datasets.ONLY_MEASURED, "speed"]
COLOURS = ("#1b5e7a", "#b4541a", "#5b7d2f", "#6b4a8b")
TRUSTED = 0.7
TRUSTED_RIGHT = 0.85
SINGLE = {"words": "words-everything", "meaning": "meaning-labels", "z-sum": "joined"}
WAYS = {  # name: (with precedents, groups apart)
    "ours, text alone": (False, True),
    "ours, with precedents, groups apart": (True, True),
    "ours, with precedents": (True, False),
}
NEVER = "ours, never seen"
Ranks = NDArray[np.intp]


def interval(values: NDArray[np.float64], *, samples: int = 2_000, seed: int = 1) -> list[float]:
    """Mean and the ends of its 95 % bootstrap interval."""
    random = np.random.default_rng(seed)
    counts = random.multinomial(len(values), np.full(len(values), 1 / len(values)), size=samples)
    low, high = np.quantile(counts @ values / len(values), [0.025, 0.975])
    return [round(float(one), 4) for one in (values.mean(), low, high)]


def row(asked: Asked, way: str, ranks: Ranks) -> dict[str, Any]:
    """One line of the table: how often the first is right, and the mean reciprocal rank (0 where none is found)."""
    reciprocal = np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0)
    return {
        "set": asked.crosswalk.name,
        "way": way,
        "sources": len(ranks),
        "targets": len(asked.crosswalk.targets),
        "first": interval((ranks == 1).astype(float)),
        "mrr": interval(reciprocal),
    }


def single(asked: Asked) -> list[dict[str, Any]]:
    """What each single way reaches, and the sum of standard scores that nothing was learned for."""
    return [row(asked, way, asked.ranks[signal]) for way, signal in SINGLE.items()]


def held_out(taught: Sequence[Asked]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Rows of ours on the sets that teach, and the reliability of each way's confidences."""
    rows: list[dict[str, Any]] = []
    reliable: dict[str, Any] = {}
    for way, (precedent, grouped) in WAYS.items():
        found = learning.hold_out(taught, precedent=precedent, grouped=grouped)
        for asked, held in zip(taught, found, strict=True):
            rows.append(row(asked, way, learning.first_right(held.scores, asked.right)))
        reliable[way] = trust(taught, found)
        print(f"  {way}: done", flush=True)
    return rows, reliable


def never_seen(others: Sequence[Asked]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The shipped model on sets that it did not learn from."""
    model = trained.trained(precedent=False)
    scores = [model.ranker.scores(asked.seen) for asked in others]
    held = [HeldOut(one, model.confidence(one)) for one in scores]
    rows = [
        row(asked, NEVER, learning.first_right(one, asked.right))
        for asked, one in zip(others, scores, strict=True)
    ]
    return rows, {NEVER: trust(others, held)}


def trust(sets: Sequence[Asked], found: Sequence[HeldOut]) -> dict[str, Any]:
    """How often pairs were right by confidence, and from TRUSTED on, all together and for each set."""
    said = np.concatenate([held.confidences.ravel() for held in found])
    right = np.concatenate([asked.right.ravel() for asked in sets])
    above = {
        asked.crosswalk.name: trusted(held.confidences.ravel(), asked.right.ravel())
        for asked, held in zip(sets, found, strict=True)
    }
    levels = reliability(said, right, EDGES)
    return {
        "all": trusted(said, right),
        "sets": above,
        "levels": [[one.low, one.high, one.pairs, one.said, one.held] for one in levels if one.pairs],
    }


def trusted(said: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Pairs with a confidence of at least TRUSTED: how many, and the share that is right with its interval."""
    chosen = right[said >= TRUSTED]
    return {"pairs": len(chosen), "right": interval(chosen.astype(float)) if len(chosen) else None}


def learn(taught: Sequence[Asked]) -> None:
    """Write the models that are shipped, learned from every fold of every set that teaches."""
    models = {}
    for precedent, kind in trained.KINDS.items():
        parts = [learning.folds(asked.crosswalk.sources, grouped=not precedent) for asked in taught]
        features = [
            learning.with_precedents(asked, np.ones(len(asked.right), dtype=bool), grouped=False)
            if precedent
            else asked.seen
            for asked in taught
        ]
        table = [(x, asked.right, part) for x, asked, part in zip(features, taught, parts, strict=True)]
        models[kind] = trained.written(trained.Model(*learning.learn(table, precedent=precedent)))
    said = {
        "learned_from": [
            {"set": asked.crosswalk.name, "sources": len(asked.right), "right": int(asked.right.sum())}
            for asked in taught
        ],
        "files": {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in datasets.FILES},
        "models": models,
    }
    text = json.dumps(said, indent=1, ensure_ascii=False)
    trained.PATH.write_text(_compact(text) + "\n", encoding="utf-8")


def _compact(text: str) -> str:
    """Lists of numbers on one line each."""
    return re.sub(r"\[[^\[\]{}]*\]", lambda match: " ".join(match[0].split()), text)


def speed() -> dict[str, Any]:
    """All skills of ESCO against every detailed work activity and technology skill of O*NET, three candidates each."""
    sources = datasets.esco_skills(ROOT)
    targets = (*datasets.work_activities(ROOT), *datasets.technologies(ROOT))
    start, used = time.perf_counter(), time.process_time()
    index = alignment.Index(targets)
    made = time.perf_counter()
    found = sum(1 for _ in index.align(sources, k=3, workers=2))
    end = time.perf_counter()
    return {
        "sources": len(sources),
        "targets": len(targets),
        "candidates": found,
        "seconds": round(end - start, 2),
        "of which the index": round(made - start, 2),
        "CPU seconds": round(time.process_time() - used, 2),
    }


def ask(chosen: Sequence[str]) -> Iterator[tuple[bool, Asked]]:
    """Candidates for every set that was chosen, and whether it teaches."""
    for teaches, sets in ((True, datasets.LEARNT), (False, datasets.ONLY_MEASURED)):
        for name, (read, most) in sets.items():
            if name in chosen:
                asked = learning.ask(read(ROOT, most))
                print(f"{asked.crosswalk.name}: {len(asked.right)} sources", flush=True)
                yield teaches, asked


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as Markdown, by set."""
    lines = ["| set | way | sources | first is right | mean reciprocal rank |", "|---|---|---:|---:|---:|"]
    for one in sorted(rows, key=lambda row: row["set"]):
        cells = [f"{mean:.3f} ({low:.3f}–{high:.3f})" for mean, low, high in (one["first"], one["mrr"])]
        lines.append(f"| {one['set']} | {one['way']} | {one['sources']:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def reliability_table(way: str, said: dict[str, Any]) -> str:
    """Levels of one way as Markdown."""
    lines = [f"**{way}**", "", "| confidence | pairs | said | right |", "|---|---:|---:|---:|"]
    lines += [
        f"| {low:.1f} to {min(high, 1):.1f} | {pairs:,} | {mean:.3f} | {held:.3f} |"
        for low, high, pairs, mean, held in said["levels"]
    ]
    if said["all"]["right"]:
        mean, low, high = said["all"]["right"]
        lines += [
            "",
            f"From {TRUSTED} on: {mean:.3f} ({low:.3f}–{high:.3f}) of {said['all']['pairs']:,} pairs.",
        ]
    return "\n".join(lines)


def diagram(reliable: dict[str, Any]) -> str:
    """The reliability diagram as SVG: what was said across, what was right up; below the line is boast."""
    import vl_convert

    values = [
        {"way": way, "said": mean, "right": held, "pairs": pairs}
        for way, one in reliable.items()
        for _, _, pairs, mean, held in one["levels"]
        if pairs >= 30
    ]
    axis = {"scale": {"domain": [0, 1]}, "type": "quantitative"}
    places = {
        "x": {"field": "said", "title": "confidence that was said", **axis},
        "y": {"field": "right", "title": "share that was right", **axis},
    }
    color = {"field": "way", "type": "nominal", "title": None, "scale": {"range": list(COLOURS)}}
    shape = {"field": "way", "type": "nominal", "legend": None}
    layers = [
        {
            "data": {"values": [{"said": 0, "right": 0}, {"said": 1, "right": 1}]},
            "mark": {"type": "line", "strokeDash": [4, 4], "color": "#767676"},
            "encoding": places,
        },
        {"mark": {"type": "line"}, "encoding": {**places, "color": color}},
        {
            "mark": {"type": "point", "filled": True, "size": 60},
            "encoding": {**places, "color": color, "shape": shape},
        },
    ]
    spec = {
        "data": {"values": values},
        "layer": layers,
        "width": 420,
        "height": 420,
        "background": "white",
        "config": {"legend": {"orient": "bottom", "columns": 2, "labelLimit": 300}},
    }
    return str(vl_convert.vegalite_to_svg(spec))


def write(said: dict[str, Any]) -> None:
    """Results as JSON, as Markdown and as the picture of the documentation; what one run left out stays as it was."""
    lines = [table(said["rows"]), *(reliability_table(*item) for item in said.get("reliability", {}).items())]
    lines += [f"{name}: {json.dumps(said[name])}" for name in ("speed",) if name in said]
    text = "\n\n".join(lines)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "alignment.md").write_text(text + "\n", encoding="utf-8")
    RESULT.write_text(_compact(json.dumps(said, indent=1, ensure_ascii=False)) + "\n", encoding="utf-8")
    if said.get("reliability"):
        PICTURE.write_text(diagram(said["reliability"]) + "\n", encoding="utf-8")


def missed(said: dict[str, Any]) -> list[str]:
    """Limits that were not held, in words."""
    rows, reliable, run = said["rows"], said.get("reliability", {}), said.get("speed", {})
    found = []
    for (name, figure), limit in LIMITS.items():
        best = max(
            (one[figure][0] for one in rows if one["set"] == name and one["way"] in WAYS), default=None
        )
        if best is not None and best < limit:
            found.append(f"{name}: {figure} is {best}, at least {limit} was asked")
    for way, one in reliable.items():
        if way in WAYS and one["all"]["right"] and one["all"]["right"][0] < TRUSTED_RIGHT:
            found.append(
                f"{way}: of pairs from {TRUSTED} on {one['all']['right'][0]} are right, not {TRUSTED_RIGHT}"
            )
    if run and run["seconds"] > MOST_SECONDS:
        found.append(f"Aligning skills took {run['seconds']} seconds, at most {MOST_SECONDS} were asked")
    return found


def main() -> int:
    """Measure, print, write to results/, and say whether every limit was held."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learn", action="store_true", help="learn anew and write the shipped model")
    parser.add_argument("--only", nargs="*", choices=EVERYTHING)
    chosen = parser.parse_args()
    names = chosen.only or EVERYTHING
    sets = list(ask(names))
    taught, others = [one for teaches, one in sets if teaches], [one for teaches, one in sets if not teaches]
    if chosen.learn:
        learn(taught)
        trained.trained.cache_clear()
    rows = [line for _, asked in sets for line in single(asked)]
    reliable: dict[str, Any] = {}
    for way, some in ((held_out, taught), (never_seen, others)):
        if some:
            more, trusts = way(some)
            rows += more
            reliable |= trusts
    said: dict[str, Any] = json.loads(RESULT.read_text("utf-8")) if chosen.only and RESULT.exists() else {}
    measured = {line["set"] for line in rows}
    said["rows"] = [line for line in said.get("rows", []) if line["set"] not in measured] + rows
    if not chosen.only:
        said["reliability"] = reliable
    if "speed" in names:
        said["speed"] = speed()
    write(said)
    problems = missed(said)
    print("\n".join(problems) or "Every limit was held.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
