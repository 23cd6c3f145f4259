"""How long an archive of many badges takes to verify, and how much memory: `learnwork verify` on a ZIP.

    python benchmarks/records_bulk.py                 # 100,000 badges
    python benchmarks/records_bulk.py --badges 10000

Each badge is signed by itself (eddsa-rdfc-2022) and has an id, a recipient and a time of signing of its own. Wall time
and CPU time are those of the command with all its processes; memory is the sum of what they hold at one moment
(proportional set size, so that what they share counts once), looked at five times a second. Ends with 1 where it takes
500 MB or more, or where a badge does not verify.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from learnwork.records.keys import PrivateKey
from learnwork.records.proofs import add_proof
from records import badge  # beside this file

HERE = Path(__file__).resolve().parent
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 500  # MB


def make(path: Path, count: int) -> None:
    """An archive of that many signed badges."""
    key = PrivateKey.from_secret("Ed25519", bytes(range(32)))
    name = f"did:key:{key.public.to_multibase()}"
    method = f"{name}#{key.public.to_multibase()}"
    plain = badge(method)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(count):
            subject = {**plain["credentialSubject"], "id": f"did:example:learner-{number}"}
            document = {
                **plain,
                "id": f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
                "credentialSubject": subject,
            }
            created = BEGUN + timedelta(minutes=number)
            signed = add_proof(document, key=key, suite="eddsa-rdfc-2022", method=method, created=created)
            archive.writestr(f"{number:06}.json", orjson.dumps(signed))


def held(leader: int) -> int:
    """Bytes that a process and those under it hold now."""
    total, left = 0, [leader]
    while left:
        pid = left.pop()
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                left += [int(child) for child in (task / "children").read_text().split()]
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        except OSError:
            continue  # it ended
    return total


def run(path: Path) -> dict[str, float]:
    """Seconds of wall and CPU, most MB at once, and how many verified."""
    before, begun, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0
    with tempfile.TemporaryFile() as out:
        command = [sys.executable, "-m", "learnwork", "verify", str(path), "--offline", "--json"]
        with subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                most = max(most, held(process.pid))
                time.sleep(0.2)
        wall = time.monotonic() - begun
        out.seek(max(0, out.seek(0, os.SEEK_END) - 300))
        counts = json.loads(out.read().rpartition(b'"counts":')[2].rstrip().removesuffix(b"}"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "megabytes": most / 1e6, "accepted": counts.get("accepted", 0)}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--badges", type=int, default=100_000)
    count = arguments.parse_args().badges
    with tempfile.TemporaryDirectory(prefix="learnwork-bulk-") as folder:
        path = Path(folder) / "badges.zip"
        make(path, count)
        found = {"badges": count, "archive": path.stat().st_size / 1e6, **run(path)}
    rate = count / found["wall"]
    print(
        f"{count:,} badges, {found['archive']:.0f} MB: {found['wall']:.1f} s of wall, {found['cpu']:.1f} s of CPU, "
        f"{rate:,.0f} a second, {found['megabytes']:.0f} MB at most; {found['accepted']:,} verify"
    )
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "records-bulk.json").write_text(json.dumps(found, indent=1) + "\n")
    return int(found["megabytes"] >= MOST or found["accepted"] != count)


if __name__ == "__main__":
    sys.exit(main())
