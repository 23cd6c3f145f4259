"""How fast a record is verified, and what of that is what: beside raw libsodium and the peers of the field.

    python benchmarks/records.py                      # peers are installed from npm into a temporary folder
    python benchmarks/records.py --peers FOLDER       # ... or stand in FOLDER/node_modules already
    python benchmarks/records.py --peers none

One Open Badge 3.0 of 1.6 kB with eddsa-rdfc-2022 is verified again and again, in safe mode, with every check but those
that need the network. Time is CPU time of one process, the best of several rounds, because the machine is shared. The
peers verify the same credential with contexts in memory, ours or their own. A limit that is missed is told and ends the
run with 1. Where Node or the packages are absent, the peers are left out, and it says so.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from learnwork.records import contexts
from learnwork.records.canonical import canonize, canonize_reference
from learnwork.records.keys import PrivateKey
from learnwork.records.parsing import parse
from learnwork.records.proofs import add_proof
from learnwork.records.verification import verify

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "@digitalbazaar/vc": "7.3.0",
    "@digitalbazaar/data-integrity": "2",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite": "1",
    "@digitalcredentials/verifier-core": "1.0.0-beta.11",
}
PEERS = {"@digitalbazaar/vc": ("vc", 10.0), "@digitalcredentials/verifier-core": ("verifier-core", 15.0)}
CANONICAL = 300.0  # µs at most
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def badge(method: str) -> dict[str, Any]:
    """An Open Badge 3.0 of our own, unsigned."""
    school = "https://trades.example.org"
    achievement = {
        "id": f"{school}/achievements/smaw-1",
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": "Shielded metal arc welding, level 1",
        "description": "Joins carbon steel plates in flat, horizontal, vertical and overhead positions.",
        "criteria": {
            "narrative": "Four test plates, one in each position, judged by eye and by a guided bend test."
        },
        "image": {"id": f"{school}/images/smaw-1.png", "type": "Image", "caption": "A bead on a plate"},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Welders, cutters, solderers, and brazers",
                "targetUrl": "https://www.onetonline.org/link/summary/51-4121.00",
                "targetCode": "51-4121.00",
            }
        ],
    }
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "https://trades.example.org/badges/3732",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Shielded metal arc welding, level 1",
        "issuer": {
            "id": method.partition("#")[0],
            "type": ["Profile"],
            "name": "Camden Trades Institute",
            "url": school,
        },
        "validFrom": "2026-01-15T00:00:00Z",
        "validUntil": "2031-01-15T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
            "type": ["AchievementSubject"],
            "achievement": achievement,
        },
    }


def signed() -> tuple[dict[str, Any], str]:
    """The badge with its proof, and the multibase of the public key."""
    key = PrivateKey.from_secret("Ed25519", bytes(range(32)))
    public = key.public.to_multibase()
    method = f"did:key:{public}#{public}"
    document = add_proof(
        badge(method),
        key=key,
        suite="eddsa-rdfc-2022",
        method=method,
        created=datetime(2026, 1, 15, tzinfo=UTC),
    )
    return document, public


def cpu(work: Callable[[], Any], seconds: float) -> float:
    """Microseconds of CPU a call: the best round of some."""
    work()
    started = time.process_time()
    work()
    count = max(5, int(0.05 / max(time.process_time() - started, 1e-6)))
    rounds: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(rounds) < 3:
        started = time.process_time()
        for _ in range(count):
            work()
        rounds.append((time.process_time() - started) / count)
    return min(rounds) * 1e6


def ours(document: dict[str, Any], seconds: float) -> dict[str, float]:
    data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    options = {"@context": document["@context"], **document["proof"]}
    options.pop("proofValue")
    verdict = verify(data, now=NOW)
    failed = [check.code for check in verdict.checks if check.state == "failed"]
    assert not failed, f"the benchmark's badge does not verify: {failed}"
    assert canonize(unsecured) == canonize_reference(unsecured)
    secret = SigningKey(bytes(range(32)))
    message = secret.sign(b"x" * 64)
    return {
        "bytes": float(len(data)),
        "parse": cpu(lambda: parse(data), seconds),
        "canonical form of the badge": cpu(lambda: canonize(unsecured), seconds),
        "canonical form of the proof": cpu(lambda: canonize(options), seconds),
        "canonical form by PyLD and pyoxigraph": cpu(lambda: canonize_reference(unsecured), seconds),
        "raw libsodium": cpu(lambda: secret.verify_key.verify(message), seconds),
        "verification": cpu(lambda: verify(data, now=NOW), seconds),
    }


def documents(public: str, urls: list[str]) -> dict[str, Any]:
    """What a peer may look up: contexts, and the key's documents."""
    did = f"did:key:{public}"
    method = {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": f"{did}#{public}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": public,
    }
    controller = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [{key: value for key, value in method.items() if key != "@context"}],
        "assertionMethod": [f"{did}#{public}"],
    }
    pinned = [*urls, "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    return {url: contexts.document(url) for url in pinned} | {did: controller, f"{did}#{public}": method}


def peers(folder: Path, document: dict[str, Any], public: str, seconds: float) -> dict[str, float]:
    """Microseconds of each peer; empty, with a sentence, where Node or the packages are absent."""
    if not shutil.which("node"):
        print("Node is not installed: the peers are left out.")
        return {}
    if not (folder / "node_modules/@digitalbazaar/vc").is_dir():
        names = [f"{name}@{version}" for name, version in PACKAGES.items()]
        command = [
            "npm",
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(folder),
            *names,
        ]
        done = (
            subprocess.run(command, capture_output=True, text=True, check=False)
            if shutil.which("npm")
            else None
        )
        if done is None or done.returncode:
            print("The peers' packages cannot be installed from npm: the peers are left out.")
            return {}
    shutil.copy(HERE / "records_peers.mjs", folder)
    found = {}
    with tempfile.TemporaryDirectory() as inputs:
        path = Path(inputs) / "input.json"
        path.write_text(
            json.dumps({"credential": document, "documents": documents(public, document["@context"])})
        )
        for name, (short, _) in PEERS.items():
            command = ["node", "records_peers.mjs", short, str(path), str(3 * seconds)]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            answer = json.loads(done.stdout) if done.stdout else {"error": done.stderr[-300:]}
            if "error" in answer:
                print(f"{name} is left out: {answer['error']}")
            else:
                found[name] = answer["microseconds"]
    return found


def table(figures: dict[str, float], others: dict[str, float]) -> tuple[str, list[str]]:
    """Markdown, and the limits that are missed."""
    whole = figures["verification"]
    missed = []
    if figures["canonical form of the badge"] > CANONICAL:
        missed.append(f"the canonical form takes more than {CANONICAL:.0f} µs")
    rows = ["| | µs of CPU | |", "|---|---:|---|"]
    rows += [f"| {name} | {value:,.0f} | |" for name, value in figures.items() if name != "bytes"]
    for name, value in others.items():
        least = PEERS[name][1]
        rows.append(f"| {name} | {value:,.0f} | {value / whole:.1f} times ours; at least {least:.0f} |")
        if value / whole < least:
            missed.append(f"{name} takes {value / whole:.1f} times as long as we do, not {least:.0f}")
    share = 100 * figures["raw libsodium"] / whole
    rows.append(f"| share of raw libsodium's rate | {share:.0f}% | stretch: 30% |")
    return "\n".join(rows), missed


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--peers", default="", help="a folder with node_modules, or none")
    arguments.add_argument("--seconds", type=float, default=1.0, help="for each measure")
    options = arguments.parse_args()
    document, public = signed()
    figures, others = ours(document, options.seconds), {}
    with tempfile.TemporaryDirectory(prefix="learnwork-peers-") as folder:
        if options.peers != "none":
            others = peers(Path(options.peers or folder).resolve(), document, public, options.seconds)
    text, missed = table(figures, others)
    machine = (
        f"{platform.machine()}, Python {platform.python_version()}, a badge of {figures['bytes']:,.0f} bytes"
    )
    print(f"{machine}\n\n{text}")
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "records.md").write_text(f"{machine}\n\n{text}\n")
    (results / "records.json").write_text(json.dumps({"ours": figures, "peers": others}, indent=1) + "\n")
    for sentence in missed:
        print(f"missed: {sentence}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
