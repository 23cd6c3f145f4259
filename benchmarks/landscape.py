"""How fast the map is analysed: 2,000 initiatives with 10,000 roles, and the network page at 300 in a real browser.

    python benchmarks/landscape.py
    python benchmarks/landscape.py --page http://127.0.0.1:8000/landscape/coordination/organizations

The map is made first: organizations of very unequal reach, most of their work in one region. Measured are overlap
(with its counts), the null model over every pair that shares an organization, and the layout of all nodes for a desk;
wall time in one process, and processor time, which other work on the machine changes less. With --page, a browser
opens the page of a site that serves a map of 300 (warm: the second of two visits, in a fresh browser context), from
the navigation to the load event. Limits are those of the project; one that is missed is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from typing import Any

import numpy as np

from learnwork.landscape.layers import Choice, Pairs, TwoMode, pairs_of, two_mode
from learnwork.landscape.model import Entry, Landscape, Party, Role, RoleKind
from learnwork.landscape.nullmodel import judge
from learnwork.landscape.overlap import Ground, overlaps
from learnwork.landscape.placing import Canvas, place

LIMITS = {"seconds": 10.0, "page, seconds": 1.5}
REGIONS, FEATURES, GOALS = 80, 56, 5


def made(entries: int, roles: int, parties: int, seed: int = 7) -> Landscape:
    """A map drawn by chance; the same for the same numbers."""
    random = np.random.default_rng(seed)
    home, work = random.integers(0, REGIONS, parties), random.integers(0, REGIONS, entries)
    reach = 1 / np.arange(1, parties + 1) ** 0.6
    chances = [reach * np.where(home == region, 12, 0.35) for region in range(REGIONS)]
    held: set[tuple[int, int]] = set()
    while len(held) < roles:
        entry = int(random.integers(entries))
        chance = chances[work[entry]]
        held.add((entry, int(random.choice(parties, p=chance / chance.sum()))))
    keys = [f"e{n}" for n in range(entries)]
    return Landscape(
        entries={
            key: Entry(
                key,
                key,
                f"Initiative {key}",
                goals=(f"g{random.integers(GOALS)}",),
                features=tuple(f"f{n}" for n in random.choice(FEATURES, 6, replace=False)),
            )
            for key in keys
        },
        parties={f"p{n}": Party(f"p{n}", f"Organization {n}") for n in range(parties)},
        roles=tuple(Role(keys[entry], f"p{party}", RoleKind.PARTNER) for entry, party in sorted(held)),
    )


def edges_of(two: TwoMode, pairs: Pairs) -> tuple[int, np.ndarray[Any, Any]]:
    """Every entry and organization as a node, every role a line: what the largest picture would have."""
    cells = two.cells.tocoo()
    return sum(two.cells.shape), np.stack([cells.row, cells.col + len(two.rows)], axis=1).astype(np.int64)


def measure(landscape: Landscape) -> dict[str, Any]:
    times, worked = [time.perf_counter()], time.process_time()
    found = overlaps(landscape, Ground.GOALS)
    times.append(time.perf_counter())
    two = two_mode(landscape, Choice())
    pairs = pairs_of(two)
    judged = judge(two, pairs)
    times.append(time.perf_counter())
    nodes, edges = edges_of(two, pairs)
    _at, height = place(nodes, edges, Canvas(width=1140, room=2500, apart=20))
    times.append(time.perf_counter())
    assert np.isfinite(height)
    return {
        "entries": len(landscape.entries),
        "roles": len(landscape.roles),
        "pairs that could work together": found.counts.could,
        "pairs that share an organization": len(pairs),
        "pairs beyond chance": int(judged.beyond.sum()),
        "error of a degree": judged.error,
        "nodes placed": nodes,
        "seconds, overlap": times[1] - times[0],
        "seconds, null model": times[2] - times[1],
        "seconds, layout": times[3] - times[2],
        "seconds": times[3] - times[0],
        "seconds of processor": time.process_time() - worked,
    }


def opened(address: str) -> float:
    """Seconds from the navigation to the load event, the page and its site being warm."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for _visit in range(2):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(address, wait_until="load")
            milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        browser.close()
    return float(milliseconds) / 1000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--entries", type=int, default=2_000)
    parser.add_argument("--roles", type=int, default=10_000)
    parser.add_argument("--parties", type=int, default=1_500)
    parser.add_argument("--page", help="address of the network page of a site that serves a map of 300")
    asked = parser.parse_args(arguments)
    found = measure(made(asked.entries, asked.roles, asked.parties))
    if asked.page:
        found["page, seconds"] = opened(asked.page)
    machine = {
        "processors": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "python": platform.python_version(),
    }
    print(json.dumps({"machine": machine, **found}, indent=2))
    missed = [name for name, limit in LIMITS.items() if found.get(name, 0.0) > limit]
    for name in missed:
        print(f"missed: {name} is {found[name]:.2f}, the limit {LIMITS[name]}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
