"""The command as a person runs it: a process of its own, with an installation of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import an_installation

SAMPLES = Path(__file__).parent / "samples"
Environment = dict[str, str]
Learnwork = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


def command(installation: Environment) -> Learnwork:
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
def learnwork(installation: Environment) -> Learnwork:
    """The command in an empty installation."""
    return command(installation)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """An installation with the sample college in it, for tests that only read."""
    with an_installation(tmp_path_factory.mktemp("shared")) as environment:
        command(environment)("load", "ctdl", SAMPLES / "college.json")
        yield environment


@pytest.fixture
def loaded(shared: Environment) -> Learnwork:
    """The command in an installation with the sample college in it; for reading only."""
    return command(shared)


@pytest.fixture
def copied(shared: Environment, tmp_path: Path) -> Iterator[Environment]:
    """A copy of that installation, to do with what one likes."""
    with an_installation(tmp_path, like=shared) as environment:
        yield environment


@pytest.fixture
def changed(copied: Environment) -> Learnwork:
    """The command in that copy."""
    return command(copied)
