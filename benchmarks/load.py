"""How fast the whole U.S. landscape loads: files in, searchable graph out, by the command that an operator uses.

    python benchmarks/load.py                      # needs the real data beside the checkout
    python benchmarks/load.py --state NJ           # one state, in seconds

End to end: reading, checks, store and search index, in one process tree on an empty installation. Then the same
command again, which must change nothing, and the largest release once more row by row. Limits are the project's;
one that is missed is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RECIPES = HERE.parent / "src/learnwork/demonstration"
LIMITS = {
    "resources a second": (2_500.0, "at least"),
    "observations a second": (25_000.0, "at least"),
    "peak memory, MB": (2_000.0, "at most"),
    "bytes a program": (3_000.0, "at most"),
    "second load, share of the first": (1 / 3, "at most"),
}
_ABOUT_FIGURES = ("registry_observation", "observed_", "registry_group", "sqlite_autoindex_registry_group")
Measured = dict[str, Any]


def run(data: Path, *arguments: str) -> tuple[float, float, dict[str, Any]]:
    """Run `learnwork` on an installation: wall seconds, CPU seconds, its JSON."""
    environment = {**os.environ, "LEARNWORK_DATA": str(data)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "learnwork", *arguments], env=environment, stdout=subprocess.PIPE, check=True
    )
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, json.loads(done.stdout)


def sizes(data: Path) -> dict[str, int]:
    """Bytes of the store apart from observations, of observations, and of the index."""
    with sqlite3.connect(data / "learnwork.sqlite3") as database:
        pages = database.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name").fetchall()
    figures = sum(size for name, size in pages if name.startswith(_ABOUT_FIGURES))
    index = sum(path.stat().st_size for path in (data / "index").rglob("*") if path.is_file())
    return {"store": sum(size for _, size in pages) - figures, "observations": figures, "index": index}


def counts(data: Path) -> dict[str, int]:
    with sqlite3.connect(data / "learnwork.sqlite3") as database:
        questions = {
            "resources": "SELECT COUNT(*) FROM registry_resource",
            "programs": "SELECT COUNT(*) FROM registry_envelope e JOIN registry_source s ON s.id = e.source_id"
            " WHERE s.key = 'ipeds-completions'",
            "observations": "SELECT COUNT(*) FROM registry_observation",
        }
        return {name: database.execute(sql).fetchone()[0] for name, sql in questions.items()}


def measure(data: Path, command: list[str], largest: list[str]) -> Measured:
    wall, cpu, first = run(data, *command)
    bad = [r for r in first["releases"] if r["outcome"] != "loaded"]
    assert not bad, f"not loaded: {bad[0]['source']} {bad[0]['held']}"
    number, size = counts(data), sizes(data)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    again, _, second = run(data, *command)
    assert all(release["outcome"] == "unchanged" for release in second["releases"])
    reread, _, third = run(data, *largest, "--reread", "--json")
    assert all(release["outcome"] == "unchanged" for release in third["releases"])
    assert counts(data) == number, "a second load changed something"
    rows = sum(release["rows"] for release in third["releases"])
    loading = sum(release["seconds"] for release in first["releases"])
    return {
        **number,
        **{f"{name}, MB": size_ / 1e6 for name, size_ in size.items()},
        "seconds": wall,
        "of which loading": loading,
        "CPU seconds": cpu,
        "resources a second": number["resources"] / wall,
        "observations a second": number["observations"] / wall,
        "peak memory, MB": peak,
        "bytes a program": (size["store"] + size["index"]) / number["programs"],
        "second load, share of the first": again / wall,
        "second load, seconds": again,
        "rows compared a second, row by row": rows / reread,
    }


def markdown(result: Measured) -> str:
    lines = ["| | measured | limit |", "|---|---:|---:|"]
    for name, value in result.items():
        if isinstance(value, int | float):
            limit = f"{LIMITS[name][1]} {LIMITS[name][0]:,.2f}".removesuffix(".00") if name in LIMITS else ""
            lines.append(f"| {name} | {value:,.2f} | {limit} |".replace(".00 |", " |"))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--root", type=Path, default=HERE.parent.parent / "shared/data")
    parser.add_argument("--state", default="", help="load one state's part of the completions only")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    arguments = parser.parse_args()
    if not arguments.root.is_dir():
        print(f"Skipped: {arguments.root} is not there.")
        return 0
    ipeds = arguments.root / "us/ipeds"
    if arguments.state:
        tables = [str(ipeds / "hd2024.csv"), str(ipeds / "c2024_a.parquet")]
        command = ["load", "ipeds", *tables, "--state", arguments.state, "--json"]
        largest = ["load", "ipeds", *tables, "--state", arguments.state]
    else:
        recipe = str(RECIPES / "recipes/united-states.yaml")
        command = ["load", "recipe", recipe, "--root", str(arguments.root), "--json"]
        largest = ["load", "ipeds", str(ipeds / "c2024_a.parquet")]
    with tempfile.TemporaryDirectory(prefix="learnwork-bench-") as folder:
        result = measure(Path(folder), command, largest)
    result["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    arguments.out.mkdir(exist_ok=True)
    name = f"load-{arguments.state or 'US'}"
    (arguments.out / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    (arguments.out / f"{name}.md").write_text(markdown(result) + "\n")
    print(markdown(result))
    missed = 0
    for name, (limit, sense) in LIMITS.items() if not arguments.state else ():
        held = result[name] >= limit if sense == "at least" else result[name] <= limit
        missed += not held
        print(f"{'held' if held else 'MISSED'}: {name} {result[name]:,.2f}, {sense} {limit:,.2f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
