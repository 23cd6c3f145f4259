"""How fast a large survey is analysed: a wide sheet of 1,000 items by 10,000 respondents in, every table out.

    python benchmarks/surveys.py
    python benchmarks/surveys.py --respondents 1000 --items 100

The sheet is made first, by another process. Measured are reading it (ten million cells of text), counting with
bands, bounds and three intervals, and the tables as CSV: wall time, CPU time and the peak memory of a process that
does nothing else. Counts are checked against those that the sheet was made with. Limits are those of the project;
one that is missed is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
LIMITS = {"seconds": (5.0, "at most"), "peak memory, MB": (1_000.0, "at most")}
WORDS = ("yes", "no", "do not know", "does not apply", "rather not say", "")
SHARES = (0.45, 0.35, 0.06, 0.05, 0.03, 0.06)


def make(path: Path, respondents: int, items: int, seed: int = 1) -> list[int]:
    """Write the sheet; returns how many said yes to each item."""
    random = np.random.default_rng(seed)
    yes = np.zeros(items, dtype=int)
    words = np.array(WORDS)
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(["respondent", *(f"item_{n}" for n in range(items))]) + "\r\n")
        for row in range(respondents):
            codes = random.choice(len(WORDS), size=items, p=SHARES)
            yes += codes == 0
            stream.write(f"r{row}," + ",".join(words[codes].tolist()) + "\r\n")
    return [int(count) for count in yes]


def analyse(path: Path) -> dict[str, Any]:
    """Everything that a report needs, in this process, with the time of each step."""
    from learnwork.surveys import sheets, tables
    from learnwork.surveys.analysis import analyse as count

    times = [time.perf_counter()]
    study = sheets.read_study(path)
    times.append(time.perf_counter())
    found = count(study)
    times.append(time.perf_counter())
    made = [
        tables.items_table(found, confidence=Fraction(19, 20)),
        tables.common_table(found, most=True),
        tables.common_table(found, most=False),
        tables.categories_table(found),
        tables.response_table(found),
    ]
    size = sum(len(table.csv()) for table in made)
    times.append(time.perf_counter())
    used = resource.getrusage(resource.RUSAGE_SELF)
    steps = [after - before for before, after in pairwise(times)]
    return {
        "answers": int(study.states.size),
        "seconds": times[-1] - times[0],
        "of which reading": steps[0],
        "of which counting": steps[1],
        "of which tables and intervals": steps[2],
        "CPU seconds, start included": used.ru_utime + used.ru_stime,
        "peak memory, MB": used.ru_maxrss / 1024,
        "characters of CSV out": size,
        "yes": [one.counts.yes for one in found.results],
    }


def markdown(result: dict[str, Any]) -> str:
    lines = ["| | measured | limit |", "|---|---:|---:|"]
    for name, value in result.items():
        if isinstance(value, int | float):
            limit = f"{LIMITS[name][1]} {LIMITS[name][0]:,.0f}" if name in LIMITS else ""
            lines.append(f"| {name} | {value:,.2f} | {limit} |".replace(".00 |", " |"))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--respondents", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(analyse(arguments.child)))
        return 0
    with tempfile.TemporaryDirectory(prefix="learnwork-bench-") as folder:
        path = Path(folder) / "wide.csv"
        yes = make(path, arguments.respondents, arguments.items)
        size = path.stat().st_size / 1e6
        command = [sys.executable, str(HERE / "surveys.py"), "--child", str(path)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result = {"sheet, MB": size, **json.loads(done.stdout)}
    assert result.pop("yes") == yes, "the counts are not those that the sheet was made with"
    result["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    arguments.out.mkdir(parents=True, exist_ok=True)
    name = f"surveys-{arguments.items}x{arguments.respondents}"
    (arguments.out / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
    (arguments.out / f"{name}.md").write_text(markdown(result) + "\n")
    print(markdown(result))
    missed = [key for key, (limit, _) in LIMITS.items() if result[key] > limit]
    print(f"Missed: {', '.join(missed)}" if missed else "Every limit held.")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
