"""Run a command against a throwaway PostgreSQL: `python tools/with_postgresql.py COMMAND…`.

The cluster lives in a temporary folder, listens on a socket there and nowhere else, is told not to wait for
the disk, and is stopped and deleted when the command ends, however it ends. PostgreSQL refuses to run as
root; then it runs as the user `postgres`. The command finds it in LEARNWORK_TEST_DATABASE_URL.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

FAST = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=60",
]


def binaries() -> Path:
    """The folder of PostgreSQL's programs: Debian's newest, else where the path finds `initdb`."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    if not found:
        sys.exit("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    return Path(found).resolve().parent


def run(arguments: list[str], account: str | None) -> None:
    subprocess.run(arguments, check=True, user=account, group=account, stdout=subprocess.DEVNULL, cwd="/")


def main(command: list[str]) -> int:
    if not command:
        sys.exit(__doc__)
    account = "postgres" if os.geteuid() == 0 else None
    programs = binaries()
    # A stop from outside must still take the cluster down: let it unwind the stack.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A socket's path must be short, so not in the TMPDIR of whoever calls.
    with tempfile.TemporaryDirectory(prefix="learnwork-", dir="/tmp") as folder:
        if account:
            os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
        cluster = f"{folder}/cluster"
        make = f"initdb -D {cluster} -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync"
        run([str(programs / "initdb"), *make.split()[1:]], account)
        options = " ".join(f"-c {setting}" for setting in [*FAST, f"unix_socket_directories={folder}"])
        control = [str(programs / "pg_ctl"), "-D", cluster, "-l", f"{folder}/log", "-w"]
        run([*control, "-o", options, "start"], account)
        try:
            url = f"postgresql://postgres@{quote(folder, safe='')}/postgres"
            return subprocess.call(command, env={**os.environ, "LEARNWORK_TEST_DATABASE_URL": url})
        finally:
            run([*control, "-m", "immediate", "stop"], account)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
