"""How fast the site answers with the whole United States loaded: pages, sustained searches, a slow phone.

    python benchmarks/site.py --data FOLDER      # the data folder of an installation with the nation loaded
    python benchmarks/site.py                    # loads the nation first (two minutes)

The site is served as an operator serves it, on the loopback, without a share for each client. Pages are asked one
after the other, each once; searches by wrk over eight connections (by threads of Python where wrk is missing), no
question twice, so that nothing is remembered. The phone is Chromium with a processor four times slower and the
"slow 4G" of Lighthouse: 150 ms a round trip, 1.6 Mbit/s. A limit that is missed is told and ends the run with 1.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
RECIPE = HERE.parent / "src/learnwork/demonstration/recipes/united-states.yaml"
CONNECTIONS = 8
WORDS = (
    "nursing",
    "welding",
    "computer science",
    "business",
    "history",
    "accounting",
    "law",
    "music",
    "biology",
)
STATES = ("NJ", "CA", "TX", "NY", "FL", "OH", "IL", "PA", "GA", "NC")
LEVELS = ("1", "2", "3", "5", "7")
# Kind of page → type of resource and class ("" for any).
KINDS = {
    "credential": "credential",
    "training program": "learning_opportunity",
    "organization": "organization",
    "occupation": "occupation",
    "field of study": "field_of_study",
}
ROUND_TRIP, DOWN, UP, SLOWER = 150, 1_600_000 / 8, 750_000 / 8, 4


class Asker:
    """One connection that asks again and again."""

    def __init__(self, port: int) -> None:
        self._port, self._line = port, http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str) -> tuple[bytes, float]:
        """The body and the milliseconds that it took."""
        begun = time.perf_counter()
        try:
            self._line.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = self._line.getresponse()
        except (http.client.HTTPException, ConnectionError):  # the server closed an idle connection
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            return self.get(path)
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{path} was answered with {answer.status}")
        return body, (time.perf_counter() - begun) * 1_000


@contextmanager
def served(data: Path) -> Iterator[int]:
    """The port of a site with this data folder, while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "LEARNWORK_DATA": str(data),
        "LEARNWORK_LIMIT": "0",
        "LEARNWORK_BASE_URL": "",
    }
    environment["LEARNWORK_BASE_URL"] = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "learnwork", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        while "serves at" not in (line := server.stdout.readline() if server.stdout else ""):
            if not line and server.poll() is not None:
                sys.exit("The site did not start.")
        yield port
    finally:
        server.terminate()
        server.wait(30)


def spread(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99."""
    ordered = sorted(times)
    return (
        median(ordered),
        ordered[int(len(ordered) * 0.95)],
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
    )


def pages(port: int, number: int) -> dict[str, list[str]]:
    """Kind of page → addresses, drawn by chance but the same each time."""
    chance, ask = random.Random(7), Asker(port)
    triples = [(word, state, level) for word in WORDS for state in STATES for level in LEVELS]
    found = {
        "results": [
            f"/search?{urlencode({'q': word, 'state': state, 'level': level})}"
            for word, state, level in chance.sample(triples, number)
        ]
    }
    for name, type_ in KINDS.items():
        here: set[str] = set()
        for state in (*STATES, ""):
            query = urlencode(
                {"type": type_, "size": 100, "count": "", **({"state": state} if state else {})}
            )
            body, _ = ask.get(f"/api/search?{query}")
            here.update(hit["ctid"] for hit in json.loads(_unpacked(body))["hits"])
        drawn = chance.sample(sorted(here), min(number, len(here)))
        found[name] = [f"/resources/{ctid}" for ctid in drawn]
    found["state"] = [f"/places/state/{state}" for state in STATES]
    return found


def _unpacked(body: bytes) -> bytes:
    import gzip

    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def one_by_one(port: int, addresses: list[str]) -> tuple[float, float, float]:
    ask = Asker(port)
    for address in addresses[:5]:  # both processes have read their templates
        ask.get(address)
        ask.get(address)
    return spread([ask.get(address)[1] for address in addresses[5:]])


def sustained(port: int, path: str, seconds: int, number: int) -> tuple[float, float]:
    """Answers a second, and the p99 of their milliseconds."""
    if not shutil.which("wrk"):
        return _by_threads(port, path, seconds, number)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(HERE / "site.lua")]
    asked = [*command, f"http://127.0.0.1:{port}", "--", path, str(number)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        sys.exit(said)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", said)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or slowest is None:
        sys.exit(said)
    return float(rate[1]), float(slowest[1]) * {"us": 0.001, "ms": 1.0, "s": 1_000.0}[slowest[2]]


def _by_threads(port: int, path: str, seconds: int, number: int) -> tuple[float, float]:
    until = time.perf_counter() + seconds

    def work(place: int) -> list[float]:
        ask, times, chance = Asker(port), [], random.Random(1_000 * number + place)
        while time.perf_counter() < until:
            question = {"q": chance.choice(WORDS), "state": chance.choice(STATES)}
            times.append(
                ask.get(f"{path}?{urlencode({**question, 'weeks_max': chance.randint(1, 10**8)})}")[1]
            )
        return times

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        times = [one for each in pool.map(work, range(CONNECTIONS)) for one in each]
    return len(times) / seconds, spread(times)[2]


def phone(port: int, rounds: int) -> tuple[float, float] | None:
    """First contentful paint (ms) of a first visit to results, and its weight (kB); None without Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    paints, weights = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number in range(rounds):
            paint, weight = _visit(
                browser, f"http://127.0.0.1:{port}/search?q={WORDS[number % len(WORDS)]}&state=NJ"
            )
            paints.append(paint)
            weights.append(weight)
        browser.close()
    return median(paints), max(weights) / 1_000


def _visit(browser: object, address: str) -> tuple[float, float]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)  # type: ignore[attr-defined]
    page, sizes = context.new_page(), []
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    conditions = {"latency": ROUND_TRIP, "downloadThroughput": DOWN, "uploadThroughput": UP, "offline": False}
    line.send("Network.emulateNetworkConditions", conditions)
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    paint = page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)[0]"
    ).json_value()
    context.close()
    return float(paint), float(sum(sizes))


Row = tuple[str, float, float | None, bool]


def measure(port: int, number: int, seconds: int, rounds: int) -> list[Row]:
    """What was measured, its limit, and whether more is better."""
    rows: list[Row] = []
    for name, addresses in pages(port, number).items():
        taken = [one_by_one(port, addresses) for _ in range(1 if name == "results" else rounds)]
        middle, late, _ = (median(each) for each in zip(*taken, strict=True))
        rows.append((f"{name}, ms, p50", middle, None, False))
        rows.append((f"{name}, ms, p95", late, 60.0 if name in ("results", "credential") else None, False))
    for path, rate, slowest in (("/api/search", 200.0, 150.0), ("/search", None, None)):
        found = [sustained(port, path, seconds, number) for number in range(1, rounds + 1)]
        rows.append((f"{path}, answers a second", median(one for one, _ in found), rate, True))
        rows.append((f"{path}, ms, p99", median(one for _, one in found), slowest, False))
    if seen := phone(port, 2 * rounds - 1):
        rows.append(("slow phone, first contentful paint, ms", seen[0], 1_000.0, False))
        rows.append(("slow phone, all that a page of results loads, kB", seen[1], 150.0, False))
    return rows


def markdown(rows: list[Row]) -> str:
    lines = ["| | measured | limit |", "|---|---:|---:|"]
    for name, value, limit, more in rows:
        said = "" if limit is None else f"{'at least' if more else 'at most'} {limit:,.0f}"
        lines.append(f"| {name} | {value:,.1f} | {said} |")
    return "\n".join(lines) + "\n"


def missed(rows: list[Row]) -> list[str]:
    return [
        f"{name}: {value:,.1f}, the limit is {limit:,.0f}"
        for name, value, limit, more in rows
        if limit is not None and (value < limit if more else value > limit)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--root", type=Path, default=HERE.parent.parent / "shared/data")
    parser.add_argument("--pages", type=int, default=200, help="of each kind")
    parser.add_argument("--seconds", type=int, default=10, help="of each round of searches")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="learnwork-site-") as made:
        data = given.data or Path(made) / "data"
        if given.data is None:
            command = [
                sys.executable,
                "-m",
                "learnwork",
                "load",
                "recipe",
                str(RECIPE),
                "--root",
                str(given.root),
            ]
            subprocess.run(command, env={**os.environ, "LEARNWORK_DATA": str(data)}, check=True)
        with served(data) as port:
            rows = measure(port, given.pages, given.seconds, given.rounds)
    print(markdown(rows))
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "site.md").write_text(markdown(rows))
    (results / "site.json").write_text(
        json.dumps({name: value for name, value, _, _ in rows}, indent=1) + "\n"
    )
    for line in missed(rows):
        print("missed:", line, file=sys.stderr)
    return 1 if missed(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
