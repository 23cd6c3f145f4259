"""How fast search is: in process, with two filters and five facets counted, beside SQLite FTS5 and PostgreSQL.

    python benchmarks/search.py                        # both sizes, peers at the smaller one
    python benchmarks/search.py --records 20000 --questions 50

Questions are drawn from the records themselves: one to three words of a record, so that frequent words are asked
often, and two of its facets. Every question is asked once of each, one after the other, with nothing remembered;
totals and counts of facets must be the same. Limits are those of the project; a limit that is missed is told and
ends the run with 1.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
os.environ.setdefault("LEARNWORK_DATA", tempfile.mkdtemp(prefix="learnwork-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnwork.web.settings")

import synthetic  # noqa: E402
from learnwork.search import index, snapshot  # noqa: E402
from learnwork.search.engine import search, suggest  # noqa: E402
from learnwork.search.query import Query  # noqa: E402
from learnwork.search.record import Record  # noqa: E402
from learnwork.search.words import FILLERS  # noqa: E402
from search_peers import FACETS, Answer, Peer, Postgres, Question, Sqlite, tokens  # noqa: E402

NATION, EVERYTHING = 320_000, 1_850_000
LIMITS = {
    NATION: {"p50": 6.0, "p99": 25.0, "suggest p99": 5.0, "bytes a resource": 700.0},
    EVERYTHING: {"p99": 100.0, "bytes": 1.2e9},
}
TIMES = 10  # as fast as either peer, at p99


def build(root: Path, count: int) -> tuple[float, int]:
    """Seconds and bytes."""
    begun = time.perf_counter()
    with index.writing(root):
        folder = index.new_folder(root)
        writer = index.Writer(folder, create=True, heap=index.heap_for(count))
        writer.put(synthetic.records(count))
        writer.commit(1)
        writer.close()
        index.switch(root, folder)
    return time.perf_counter() - begun, sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def questions(sample: Sequence[Record], number: int, seed: int) -> list[Question]:
    """One to three words of a record, each as likely as it is frequent, and two of the record's facets.

    Without "of" and its like, which our search passes over and the peers would not.
    """
    chance = random.Random(seed)
    found: list[Question] = []
    while len(found) < number:
        record = chance.choice(sample)
        asked = chance.sample(sorted(set(tokens(record)) - FILLERS), chance.randint(1, 3))
        facets = {
            "type": record.type, "level": record.level, "field": record.fields[0] if record.fields else "",
            "state": record.place.state,
        }  # fmt: skip
        known = sorted((key, value) for key, value in facets.items() if value)
        if len(known) >= 2 and all(len(word) > 1 for word in asked):
            found.append(Question(tuple(asked), tuple(sorted(chance.sample(known, 2)))))
    return found


def ours(root: Path, question: Question) -> Answer:
    query = Query(
        words=" ".join(question.words),
        filters=tuple((key, (value,)) for key, value in question.filters),
        exact=True,
        counted=tuple(FACETS),
    )
    results = search(query, root, remember=False)
    return results.total, {f.key: {v.value: v.count for v in f.values if v.count} for f in results.facets}


def check(question: Question, mine: Answer, other: Answer, name: str) -> None:
    """Same total, and the same count of every value that is shown; the widest level of a tree is compared."""
    assert mine[0] == other[0], (name, question, mine[0], other[0])
    for key, counts in mine[1].items():
        for value, count in counts.items():
            if key != "field" or len(value) == 2:
                assert other[1][key].get(value) == count, (
                    name,
                    question,
                    key,
                    value,
                    count,
                    other[1][key].get(value),
                )


def timed(ask: Callable[[], Answer]) -> tuple[float, Answer]:
    begun = time.perf_counter()
    found = ask()
    return (time.perf_counter() - begun) * 1000, found


def percentiles(times: Iterable[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": round(median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "p99": round(ordered[int(len(ordered) * 0.99)], 2),
        "worst": round(ordered[-1], 2),
    }


def measure(root: Path, asked: Sequence[Question], peers: Sequence[Peer]) -> dict[str, dict[str, float]]:
    times: dict[str, list[float]] = {"Learnwork": [], **{peer.name: [] for peer in peers}}
    for question in asked[:20]:  # what every process does once: open files, fill caches of pages
        for ask in (lambda: ours(root, question), *(lambda peer=peer: peer.ask(question) for peer in peers)):  # noqa: B023
            ask()
    gc.collect()
    for question in asked:
        spent, mine = timed(lambda: ours(root, question))  # noqa: B023
        times["Learnwork"].append(spent)
        for peer in peers:
            spent, other = timed(lambda: peer.ask(question))  # noqa: B023
            times[peer.name].append(spent)
            check(question, mine, other, peer.name)
    return {name: percentiles(spent) for name, spent in times.items()}


def widened(root: Path, asked: Sequence[Question]) -> dict[str, float]:
    """The same questions as people ask them: other forms of each word found as well, the spelling mended."""
    times = []
    for question in asked:
        query = Query(words=" ".join(question.words), filters=tuple((k, (v,)) for k, v in question.filters))
        begun = time.perf_counter()
        search(query, root, remember=False)
        times.append((time.perf_counter() - begun) * 1000)
    return percentiles(times)


def suggestions(root: Path, sample: Sequence[Record], number: int, seed: int) -> dict[str, float]:
    """What is typed of a name, from its first letter on, each beginning asked once with nothing remembered."""
    chance = random.Random(seed)
    at_hand, _ = snapshot.current(root)
    assert at_hand is not None
    times = []
    for _ in range(number):
        name = chance.choice(sample).name
        typed = name[: chance.randint(1, min(14, len(name)))]
        at_hand.suggestions.clear()
        begun = time.perf_counter()
        suggest(typed, root=root)
        times.append((time.perf_counter() - begun) * 1000)
    return percentiles(times)


def run(count: int, number: int, seed: int, folder: Path, url: str) -> dict[str, object]:
    root = folder / f"index-{count}"
    seconds, size = build(root, count)
    print(
        f"{count:,} records indexed in {seconds:.0f} s, {size / 1e6:,.0f} MB, {size / count:.0f} bytes each"
    )
    every = max(1, count // 20_000)
    sample = [record for record in synthetic.records(count) if record.id % every == 0]
    asked = questions(sample, number, seed)
    peers: list[Peer] = []
    sizes: dict[str, int] = {"Learnwork": size}
    if url:
        for peer in (Sqlite(folder), Postgres(url)):
            begun = time.perf_counter()
            peer.load(synthetic.records(count))
            sizes[peer.name] = peer.bytes()
            print(
                f"{peer.name}: loaded in {time.perf_counter() - begun:.0f} s, {sizes[peer.name] / 1e6:,.0f} MB"
            )
            peers.append(peer)
    times = measure(root, asked, peers)
    times["Learnwork, words widened"] = widened(root, asked)
    times["Learnwork, suggestions"] = suggestions(root, sample, number, seed)
    return {"records": count, "questions": number, "seed": seed, "seconds to index": round(seconds), "bytes": sizes,
            "milliseconds": times}  # fmt: skip


def judged(result: dict[str, object]) -> list[tuple[str, float, float]]:
    """Each limit of this size: what it is of, what was measured, what is allowed."""
    count, times = int(result["records"]), result["milliseconds"]  # type: ignore[call-overload]
    size = result["bytes"]["Learnwork"]  # type: ignore[index]
    measured = {
        "p50": times["Learnwork"]["p50"], "p99": times["Learnwork"]["p99"],
        "suggest p99": times["Learnwork, suggestions"]["p99"], "bytes": size, "bytes a resource": size / count,
    }  # fmt: skip
    rows = [(name, measured[name], limit) for name, limit in LIMITS.get(count, {}).items()]
    return rows + [
        (f"p99 times {TIMES} over {name}", times["Learnwork"]["p99"] * TIMES, times[name]["p99"])
        for name in ("SQLite FTS5", "PostgreSQL full text")
        if name in times
    ]


def markdown(result: dict[str, object]) -> str:
    times = result["milliseconds"]
    lines = [
        f"**{result['records']:,} resources**, {result['questions']:,} questions of one to three words with two "
        "filters and five facets counted, milliseconds:\n",
        "| | p50 | p95 | p99 | worst |", "|---|---:|---:|---:|---:|",
    ]  # fmt: skip
    for name, spent in times.items():  # type: ignore[attr-defined]
        cells = [name, *(f"{spent[key]:,.2f}" for key in ("p50", "p95", "p99", "worst"))]
        lines.append(f"| {' | '.join(cells)} |")
    sizes = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in result["bytes"].items())  # type: ignore[attr-defined]
    return "\n".join([*lines, f"\nOn disk: {sizes}. Indexed in {result['seconds to index']} s."])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--records", type=int, action="append", help="how many; both sizes of the project if not given"
    )
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20200)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    arguments = parser.parse_args()
    url = os.environ.get("LEARNWORK_TEST_DATABASE_URL", "")
    if not url and not arguments.no_peers:
        tool = HERE.parent / "tools/with_postgresql.py"
        return subprocess.call([sys.executable, str(tool), sys.executable, *sys.argv])
    missed = 0
    for count in arguments.records or [NATION, EVERYTHING]:
        compared = "" if arguments.no_peers or count > NATION else url
        with tempfile.TemporaryDirectory(prefix="learnwork-bench-") as folder:
            result = run(count, arguments.questions, arguments.seed, Path(folder), compared)
        result["machine"] = (
            f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, Python {platform.python_version()}"
        )
        result["peak memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        arguments.out.mkdir(exist_ok=True)
        (arguments.out / f"search-{count}.json").write_text(json.dumps(result, indent=1) + "\n")
        (arguments.out / f"search-{count}.md").write_text(markdown(result) + "\n")
        print(markdown(result))
        for name, measured, limit in judged(result):
            held = measured <= limit
            missed += not held
            print(f"{'held' if held else 'MISSED'}: {name} {measured:,.1f} of {limit:,.1f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
