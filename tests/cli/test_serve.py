from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

WELDING = "ce-3a1b0b52-6d0f-4c8e-9d3a-0f4f6a7b1c01"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(installation: dict[str, str], port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "learnwork", "serve", "--port", str(port), "--workers", "1", *arguments]
    with subprocess.Popen(
        command, env=installation, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert (
                process.stdout.readline()
                == f"Learnwork serves at http://127.0.0.1:{port} (Ctrl-C stops it)\n"
            )
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=60)


def children(pid: int) -> list[tuple[int, str]]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                found.append(
                    (int(stat.parent.name), (stat.parent / "cmdline").read_text().replace("\0", " "))
                )
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def until(holds, patience: float = 30) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def get(port: int, path: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        body: bytes = answer.read()
    return body


def test_it_serves_follows_and_stops_leaving_nothing_behind(copied, changed, samples):
    port = free_port()
    with serving(copied, port) as process:
        assert b"Harbour" in get(port, f"/resources/{WELDING}.json")
        done = changed("load", "ctdl", samples / "doubtful.json")
        assert "searchable within seconds" in done.stderr
        assert until(lambda: json.loads(get(port, "/api/search?q=word+own"))["total"] == 1)
        ours = [pid for pid, _ in children(process.pid)]
        assert len(ours) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert not [pid for pid in ours if Path(f"/proc/{pid}").exists()]


def test_bulk_files_are_made_without_being_asked(copied):
    port = free_port()
    with serving(copied | {"LEARNWORK_BULK_HOURS": "24"}, port):
        assert until(lambda: b"resources.ndjson" in get(port, "/bulk"), patience=60)


def test_a_follower_that_is_killed_is_started_again(copied):
    port = free_port()
    with serving(copied, port) as process:

        def follower() -> int:
            return next((pid for pid, command in children(process.pid) if " work" in command), 0)

        assert until(lambda: follower() != 0)
        first = follower()
        os.kill(first, signal.SIGKILL)
        assert until(lambda: follower() not in (0, first))
        assert get(port, "/health")


def test_the_end_of_the_web_is_the_end_of_all(copied):
    port = free_port()
    with serving(copied, port, "--no-follow") as process:
        ((web, _),) = children(process.pid)
        os.kill(web, signal.SIGKILL)
        assert process.wait(timeout=60) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_served_once_and_not_restored_over(copied, changed, tmp_path: Path, number: signal.Signals):
    port = free_port()
    changed("backup", tmp_path / "b.zip")
    with serving(copied, port, "--no-follow") as process:
        second = changed("serve", "--port", free_port(), code=1)
        assert second.stderr.startswith("cannot-serve: Learnwork is already served from ")
        assert changed("serve", "--port", port, code=1).stderr.startswith(
            f"cannot-serve: Cannot listen on 127.0.0.1:{port}"
        )
        assert changed("restore", tmp_path / "b.zip", "--replace", code=1).stderr.startswith(
            "database-in-use: "
        )
        changed("backup", tmp_path / "meanwhile.zip")
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
