"""Django's own deployment check finds nothing where the site is reached by HTTPS."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from learnwork.web.configuration import Configuration


def check(tmp_path: Path, address: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LEARNWORK_", "DJANGO_"))
        },
        "DJANGO_SETTINGS_MODULE": "learnwork.web.settings",
        "LEARNWORK_DATA": str(tmp_path),
        "LEARNWORK_BASE_URL": address,
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_https_is_clean(tmp_path: Path) -> None:
    done = check(tmp_path, "https://learnwork.example.org")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
    assert "(0 silenced)" in done.stdout


def test_the_secret_is_the_owners_alone(tmp_path: Path) -> None:
    check(tmp_path, "https://learnwork.example.org")
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(
            pool.map(lambda _: Configuration(data=tmp_path / "new", secret_key="").secret(), range(8))
        )
    assert len(secrets) == 1
    assert len(secrets.pop()) > 60
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]
