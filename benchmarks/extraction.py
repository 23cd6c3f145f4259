"""How many competencies are found in sentences of job advertisements, and how many finds are right: exact labels, words
alone (BM25) and ours, side by side in one run.

    python benchmarks/extraction.py
    python benchmarks/extraction.py --learn          (learns anew, and writes the coefficients that are shipped)

The sentences are the validation parts of HOUSE and TECH (Decorte et al. 2022), of which only sentences with a marked
span are at hand. They are dealt into two halves by the digest of the sentence: the coefficients, the signs and BM25's
threshold come from the first; the second is held out. A find is right if people marked that skill of ESCO in that
sentence; skills whose label is not at hand are not counted. Intervals are of 2,000 bootstrap samples of sentences, 95
of 100. A way that beats ours on the half that is held out is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

import numpy as np

from learnwork.competencies import datasets, extraction, extraction_learning
from learnwork.competencies.calibration import reliability
from learnwork.competencies.extraction import Found, Reader
from learnwork.competencies.lexical import Bm25
from learnwork.competencies.texts import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent / "shared" / "data"
RESULTS = HERE / "results"
SETS = ("house", "tech")
HALVES = ("learned from", "held out")
FILES = tuple(f"competency/skill_extraction_validation/{name}_validation_annotations.csv" for name in SETS)
EDGES = (0.3, 0.4, 0.5, 0.6, 0.8, 1.01)
THRESHOLDS = (0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
Marked = Mapping[str, frozenset[str]]
Way = Callable[[str], set[str]]


def half(sentence: str) -> str:
    return HALVES[blake2b(sentence.encode(), digest_size=8).digest()[0] % 2]


def marked(which: str) -> dict[str, Marked]:
    """Set → sentence → the skills that people marked in it, of one half."""
    return {
        name: {
            sentence: frozenset().union(*spans.values())
            for sentence, spans in datasets.annotated(ROOT, name).items()
            if half(sentence) == which
        }
        for name in SETS
    }


def together(sets: Mapping[str, Marked]) -> Marked:
    return {sentence: keys for one in sets.values() for sentence, keys in one.items()}


def exact(skills: Sequence[Text]) -> Way:
    """A label that stands in the text word by word, the longest first; upper and lower case are one."""
    known: dict[str, set[str]] = {}
    for skill in skills:
        for label in skill.labels:
            if label:
                known.setdefault(" ".join(_tokens(label)), set()).add(skill.key)
    longest = max(len(label.split()) for label in known)

    def found(sentence: str) -> set[str]:
        tokens, at, keys = _tokens(sentence), 0, set[str]()
        while at < len(tokens):
            for size in range(min(longest, len(tokens) - at), 0, -1):
                if here := known.get(" ".join(tokens[at : at + size])):
                    keys |= {min(here)}
                    at += size - 1
                    break
            at += 1
        return keys

    return found


def _tokens(text: str) -> list[str]:
    return re.findall(r"[\w+#]+", text.lower())


def bm25(skills: Sequence[Text], least: float) -> Way:
    """The best label of every run by BM25 alone; of runs that overlap the better one, of equal ones the longer."""
    reader = Reader(skills)
    index = Bm25([label for _key, label in reader.labels])

    def found(sentence: str) -> set[str]:
        runs = reader.candidates(sentence).runs
        if not runs:
            return set()
        scores = index.scores([run.text for run in runs])
        best = scores.argmax(axis=1)
        reached = sorted(
            (-round(float(scores[at, best[at]]), 3), run.start - run.end, run.start, run.end, int(best[at]))
            for at, run in enumerate(runs)
            if scores[at, best[at]] >= least
        )
        taken: set[int] = set()
        keys: set[str] = set()
        for _score, _long, start, end, label in reached:
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                keys.add(reader.labels[label][0])
        return keys

    return found


def counted(way: Way, sentences: Marked) -> list[tuple[int, int, int]]:
    """Of each sentence: how many finds are right, how many there are, how many were marked."""
    return [
        (len((found := way(sentence)) & keys), len(found), len(keys)) for sentence, keys in sentences.items()
    ]


def f1(right: Any, found: Any, wanted: Any) -> Any:
    return 2 * right / np.maximum(1, found + wanted)


def figures(counts: Sequence[tuple[int, int, int]], *, samples: int = 2_000, seed: int = 1) -> dict[str, Any]:
    """Precision, recall and F1, each with the ends of its 95 % bootstrap interval."""
    table = np.array(counts, dtype=np.float64)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(len(table), np.full(len(table), 1 / len(table)), size=samples) @ table
    every = np.vstack([table.sum(axis=0), drawn]).T
    reached = {
        "precision": every[0] / np.maximum(1, every[1]),
        "recall": every[0] / np.maximum(1, every[2]),
        "F1": f1(*every),
    }
    made = {
        name: [round(float(one), 3) for one in (values[0], *np.quantile(values[1:], [0.025, 0.975]))]
        for name, values in reached.items()
    }
    right, found, wanted = (int(one) for one in table.sum(axis=0))
    return {"right": right, "found": found, "marked": wanted, **made}


def lead(ours: Sequence[tuple[int, int, int]], other: Sequence[tuple[int, int, int]]) -> list[float]:
    """How far F1 of ours is ahead on the same sentences, with its 95 % bootstrap interval."""
    table = np.hstack([np.array(ours, dtype=np.float64), np.array(other, dtype=np.float64)])
    random = np.random.default_rng(1)
    drawn = random.multinomial(len(table), np.full(len(table), 1 / len(table)), size=2_000) @ table
    every = np.vstack([table.sum(axis=0), drawn])
    ahead = f1(*every[:, :3].T) - f1(*every[:, 3:].T)
    return [round(float(one), 3) for one in (ahead[0], *np.quantile(ahead[1:], [0.025, 0.975]))]


def threshold(skills: Sequence[Text], sentences: Marked) -> float:
    """BM25's, where F1 is best on the half that is learned from."""
    reached = {
        least: float(f1(*np.array(counted(bm25(skills, least), sentences)).sum(axis=0)))
        for least in THRESHOLDS
    }
    return max(reached, key=lambda least: reached[least])


def learn(reader: Reader, sentences: Marked) -> None:
    said = {
        "learned_from": {
            "sentences": len(sentences),
            "marked": sum(len(keys) for keys in sentences.values()),
        },
        "files": {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in FILES},
        "coefficients": extraction_learning.learn(reader, sentences),
    }
    extraction.PATH.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    extraction.coefficients.cache_clear()


def confidences(reader: Reader, sentences: Marked) -> list[list[float]]:
    """Levels of confidence of finds in the half that is held out: from, to, finds, said, right."""
    found: list[tuple[Found, bool]] = [
        (one, one.key in keys) for sentence, keys in sentences.items() for one in reader.read(sentence)
    ]
    said = np.array([one.confidence for one, _right in found])
    right = np.array([right for _one, right in found])
    levels = reliability(said, right, EDGES)
    return [
        [one.low, min(one.high, 1.0), one.pairs, round(one.said, 3), round(one.held, 3)] for one in levels
    ]


def measure(skills: Sequence[Text], reader: Reader) -> dict[str, Any]:
    least = threshold(skills, together(marked(HALVES[0])))
    ways: dict[str, Way] = {
        "exact labels": exact(skills),
        f"words (BM25, from {least})": bm25(skills, least),
        "ours": lambda sentence: {one.key for one in reader.read(sentence)},
    }
    rows: list[dict[str, Any]] = []
    ahead: dict[str, list[float]] = {}
    for which in HALVES:
        sets = marked(which)
        for name, sentences in {**sets, "both": together(sets)}.items():
            counts: dict[str, list[tuple[int, int, int]]] = {}
            for way, find in ways.items():
                start = time.perf_counter()
                counts[way] = counted(find, sentences)
                spent = 1000 * (time.perf_counter() - start) / len(sentences)
                rows.append(
                    {"half": which, "set": name.upper() if name in SETS else name, "way": way}
                    | {"sentences": len(sentences), **figures(counts[way]), "ms": round(spent, 1)}
                )
        # The last set is both together, and the last half the one that is held out.
        ahead = {way: lead(counts["ours"], other) for way, other in counts.items() if way != "ours"}
    return {"rows": rows, "ahead": ahead, "confidence": confidences(reader, together(marked(HALVES[1])))}


def write(said: Mapping[str, Any]) -> None:
    lines = [
        "| half | set | way | sentences | precision | recall | F1 |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    for one in said["rows"]:
        cells = [
            f"{one[name][0]:.2f} ({one[name][1]:.2f}–{one[name][2]:.2f})"
            for name in ("precision", "recall", "F1")
        ]
        lines.append(
            f"| {one['half']} | {one['set']} | {one['way']} | {one['sentences']} | {' | '.join(cells)} |"
        )
    lines += ["", "F1 of ours less F1 of the other, held out, both sets:", ""]
    lines += [f"- {way}: {mean} ({low} to {high})" for way, (mean, low, high) in said["ahead"].items()]
    lines += ["", "| confidence | finds, held out | said | right |", "|---|---:|---:|---:|"]
    lines += [
        f"| {low} to {high} | {n} | {mean} | {held} |" for low, high, n, mean, held in said["confidence"] if n
    ]
    text = "\n".join(lines)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "extraction.md").write_text(text + "\n", encoding="utf-8")
    (RESULTS / "extraction.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learn", action="store_true", help="learn anew and write the shipped coefficients")
    chosen = parser.parse_args()
    skills = datasets.esco_skills(ROOT)
    reader = Reader(skills)
    if chosen.learn:
        learn(reader, together(marked(HALVES[0])))
    said = measure(skills, reader)
    write(said)
    held = {
        one["way"]: one["F1"][0] for one in said["rows"] if (one["half"], one["set"]) == (HALVES[1], "both")
    }
    better = [way for way, reached in held.items() if reached > held["ours"]]
    print(f"Better than ours: {', '.join(better)}" if better else "Ours is the best of them.")
    return 1 if better else 0


if __name__ == "__main__":
    sys.exit(main())
