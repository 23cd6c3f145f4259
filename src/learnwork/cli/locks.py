"""Who serves and who indexes on this machine: locks that the operating system drops when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

Name = Literal["serve", "work"]


@contextmanager
def taken(data: Path, name: Name) -> Iterator[bool]:
    """Hold a lock in the data folder; yields whether it was free. serve: the server. work: the one indexer."""
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
