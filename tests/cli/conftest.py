"""The command as a person runs it: a process of its own, with an installation of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent / "samples"
Learnwork = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def samples() -> Path:
    return SAMPLES


@pytest.fixture
def learnwork(installation: dict[str, str]) -> Learnwork:
    """Run `learnwork` with arguments; `code` is the exit code that it must have."""

    def run(
        *arguments: object, code: int = 0, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "learnwork", *map(str, arguments)],
            env=installation | environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def loaded(learnwork: Learnwork, samples: Path) -> Learnwork:
    """An installation with the sample college in it."""
    learnwork("load", "ctdl", samples / "college.json")
    return learnwork
