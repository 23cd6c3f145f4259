"""What a sentence model adds to alignment: with it and without, side by side in one run, on pairs of statements.

    python benchmarks/alignment_sentences.py MODEL-FOLDER
    python benchmarks/alignment_sentences.py MODEL-FOLDER --learn     (learns anew, and writes what is shipped)
    python benchmarks/alignment_sentences.py MODEL-FOLDER --only nice cip-soc     (by what is shipped)

MODEL-FOLDER is what `learnwork align model` writes. Two sets of statements teach, and are measured on folds held out;
the other sets were never seen. *Eight signals, learned of statements* is the same learning without the sentence model:
what lies between it and ours is what the model adds, and the rest is what statements teach. Sets of titles
taught only what is used without a sentence model, and there that is held out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from alignment import RESULTS, ROOT, _compact, interval, reliability_table, row, table, trust
from learnwork.competencies import datasets, learning, sentences, trained
from learnwork.competencies.learning import Asked, Crosswalk, HeldOut
from learnwork.competencies.scoring import SENTENCE, Signals
from learnwork.competencies.vectors import Floats

RESULT = RESULTS / "alignment-sentences.json"
OURS, WITHOUT, CONTROL = "ours, with sentences", "ours, without", "eight signals, learned of statements"
Pair = tuple[Asked, Asked]
"""A set asked without and with the sentence model."""


class Remembered:
    """A sentence model that looks at each text once in a run: sets share their ends."""

    def __init__(self, encoder: sentences.Encoder) -> None:
        self._encoder, self._known = encoder, dict[str, Any]()
        self.texts, self.seconds = 0, 0.0

    def __call__(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        start = time.perf_counter()
        self._known.update(zip(new, self._encoder(new), strict=True))
        self.texts, self.seconds = self.texts + len(new), self.seconds + time.perf_counter() - start
        return np.stack([self._known[text] for text in texts])


def ask(crosswalk: Crosswalk, encoder: Remembered) -> Pair:
    """Candidates of one set, twice."""
    found = learning.ask(crosswalk), learning.ask(crosswalk, Signals(crosswalk.targets, encoder))
    print(f"{crosswalk.name}: {len(crosswalk.sources)} sources, {encoder.texts:,} texts so far", flush=True)
    return found


def shipped(asked: Asked, *, sentence: bool) -> HeldOut:
    """What the model says that is shipped."""
    model = trained.trained(precedent=False, sentences=sentence)
    scores = model.ranker.scores(asked.seen)
    return HeldOut(scores, model.confidence(scores))


def learned_of_statements(pairs: Mapping[str, Pair], *, sentence: bool) -> dict[str, HeldOut]:
    """Held out by group where a set teaches; else by what all that teach say together."""
    teaching = [name for name in datasets.STATEMENTS_LEARNT if name in pairs]
    sets = [pairs[name][sentence] for name in teaching]
    held = learning.hold_out(sets, precedent=False, grouped=True, sentences=sentence)
    found = dict(zip(teaching, held, strict=True))
    rest = [name for name in pairs if name not in teaching]
    if rest:
        parts = [learning.folds(one.crosswalk.sources, grouped=True) for one in sets]
        blocks = [(one.seen, one.right, part) for one, part in zip(sets, parts, strict=True)]
        ranker, confidence = learning.learn(blocks, precedent=False, sentences=sentence)
        for name in rest:
            scores = ranker.scores(pairs[name][sentence].seen)
            found[name] = HeldOut(scores, confidence(scores))
    return found


def rows(pairs: Mapping[str, Pair]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A line a set and way, and how far the confidences of ours can be trusted."""
    ways = {}
    if all(name in pairs for name in datasets.STATEMENTS_LEARNT):
        with_it, ways[CONTROL] = (learned_of_statements(pairs, sentence=one) for one in (True, False))
    else:
        with_it = {name: shipped(asked, sentence=True) for name, (_, asked) in pairs.items()}
    titles = {name: pairs[name][0] for name in datasets.LEARNT if name in pairs}
    apart = learning.hold_out([*titles.values()], precedent=False, grouped=True) if titles else []
    without = {name: shipped(asked, sentence=False) for name, (asked, _) in pairs.items()}
    ways = {WITHOUT: without | dict(zip(titles, apart, strict=True)), **ways}
    lines = []
    for name, (plain, asked) in pairs.items():
        found = {"the sentence model alone": asked.ranks[SENTENCE], "z-sum": plain.ranks["joined"]}
        found |= {"z-sum, with sentences": asked.ranks["joined"]}
        found |= {way: learning.first_right(held[name].scores, plain.right) for way, held in ways.items()}
        found[OURS] = learning.first_right(with_it[name].scores, asked.right)
        lines += [row(asked, way, ranks) | {"pool": pooled(plain, asked)} for way, ranks in found.items()]
        lines[-1]["gain"] = interval((found[OURS] == 1).astype(float) - (found[WITHOUT] == 1))
    trusts = {}
    for way, names in (
        ("held out", [name for name in datasets.STATEMENTS_LEARNT if name in pairs]),
        ("never seen", [name for name in datasets.STATEMENTS if name in pairs]),
    ):
        if names:
            trusts[f"{OURS}, {way}"] = trust([pairs[n][1] for n in names], [with_it[n] for n in names])
    return lines, trusts


def pooled(plain: Asked, asked: Asked) -> list[float]:
    """How often a right target is among the fifty that are looked at closer: without, with."""
    return [round(float(one.right.any(axis=1).mean()), 4) for one in (plain, asked)]


def learn(pairs: Mapping[str, Pair]) -> None:
    """Write the models that are shipped, learned from every fold of both sets that teach."""
    sets = [pairs[name][1] for name in datasets.STATEMENTS_LEARNT]
    models = {}
    for precedent, kind in trained.KINDS.items():
        blocks = []
        for asked in sets:
            every = np.ones(len(asked.right), dtype=bool)
            seen = learning.with_precedents(asked, every, grouped=False) if precedent else asked.seen
            part = learning.folds(asked.crosswalk.sources, grouped=not precedent)
            blocks.append((seen, asked.right, part))
        models[kind] = trained.written(
            trained.Model(*learning.learn(blocks, precedent=precedent, sentences=True))
        )
    files = {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in datasets.STATEMENT_FILES}
    counts = [
        {"set": one.crosswalk.name, "sources": len(one.right), "right": int(one.right.sum())} for one in sets
    ]
    said = {"learned_from": counts, "files": files, "models": models}
    text = _compact(json.dumps(said, indent=1, ensure_ascii=False))
    trained.WITH_SENTENCES.write_text(text + "\n", encoding="utf-8")


def main() -> int:
    """Measure, print, and write to results/."""
    kinds = {**datasets.STATEMENTS_LEARNT, **datasets.STATEMENTS, **datasets.LEARNT}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--learn", action="store_true", help="learn anew and write the shipped model")
    parser.add_argument(
        "--only",
        nargs="*",
        choices=sorted({*kinds} - {*datasets.STATEMENTS_LEARNT}),
        help="sets that do not teach, by what is shipped",
    )
    chosen = parser.parse_args()
    if chosen.learn and chosen.only is not None:
        parser.error("--learn needs the sets that teach: leave --only out")
    encoder = Remembered(sentences.minilm(chosen.model))
    names = [name for name in kinds if chosen.only is None or name in chosen.only]
    pairs = {name: ask(kinds[name][0](ROOT, kinds[name][1]), encoder) for name in names}
    if chosen.learn:
        learn(pairs)
        trained.trained.cache_clear()
    lines, trusts = rows(pairs)
    said: dict[str, Any] = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    measured = {line["set"] for line in lines}
    lines = [line for line in said.get("rows", []) if line["set"] not in measured] + lines
    said = {"rows": lines, "reliability": trusts if not chosen.only else said.get("reliability", trusts)}
    said["speed"] = {"texts": encoder.texts, "seconds": round(encoder.seconds, 1)}
    text = "\n\n".join([table(lines), *(reliability_table(*one) for one in said["reliability"].items())])
    print(text, json.dumps(said["speed"]), sep="\n\n")
    (RESULTS / "alignment-sentences.md").write_text(text + "\n", encoding="utf-8")
    RESULT.write_text(_compact(json.dumps(said, indent=1, ensure_ascii=False)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
