"""What is to be expected of programs, at hand: remembered by the process, kept on disk, made where neither has it.

One process makes a table, and all others read it (`kept_table`). While it is being made after a publication, the others
answer from the last one, and say as of when that is; who has none, or must not, waits.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from learnwork.competencies import expecting, kept_table
from learnwork.competencies.expected import Known
from learnwork.registry import listing
from learnwork.registry.models import Change

FOLDER = "matching"
PATIENCE = 120.0  # seconds that one waits for the table that another process makes, before making it oneself
_PAUSE = 0.05
_remembered: dict[Path, Known] = {}


def known(*, now: bool = False) -> Known:
    """What is to be expected: as of now, or, unless `now`, as of a former publication while the table is being made."""
    state = listing.state()
    found = _remembered.get(_folder())
    return found if found is not None and found.state == state else _renewed(state, now=now)


def forget() -> None:
    """As a process that has just started."""
    _remembered.clear()


def outdated(found: Known) -> bool:
    """Whether something was published since."""
    return found.state != listing.state()


def missing() -> str:
    """The state of the registry of which no table is kept; "" where it is kept, or nothing was ever published."""
    state = listing.state()
    return "" if state == "0" or kept_table.path_of(_folder(), state).exists() else state


def kept(state: str) -> Known | None:
    """The table of a state where it is at hand or kept; nothing is asked of the database."""
    found = _remembered.get(_folder())
    if found is None or found.state != state:
        found = kept_table.read(_folder(), state)
        if found is not None:
            _remembered[_folder()] = found
    return found


def _folder() -> Path:
    return Path(settings.DATA) / FOLDER


def _renewed(state: str, *, now: bool) -> Known:
    folder = _folder()
    found = kept_table.read(folder, state)
    if found is None:
        until = time.monotonic() + PATIENCE
        while found is None:
            found = _made_or_former(folder, state, now=now, wait=time.monotonic() < until)
    _remembered[folder] = found
    return found


def _made_or_former(folder: Path, state: str, *, now: bool, wait: bool) -> Known | None:
    """None where another process makes it, nothing else is at hand, and there is time to wait."""
    with _turn(folder) as free:
        if free:
            found = kept_table.read(folder, state) or _made(state)
            with suppress(OSError):  # a full disk: the answer does not depend on it
                kept_table.write(folder, found)
            return found
    if not wait:
        return _made(state)
    former = None if now else _remembered.get(folder) or kept_table.read(folder, kept_table.latest(folder))
    if former is not None and _was(former.state):
        return former
    time.sleep(_PAUSE)
    return kept_table.read(folder, state)


def _made(state: str) -> Known:
    return expecting.made(state, _moment(state))


def _moment(state: str) -> datetime | None:
    _seq, _, stamp = state.partition("-")
    return datetime.fromtimestamp(float(stamp), UTC) if stamp else None


def _was(state: str) -> bool:
    """Whether this registry was in that state once: a backup that was restored may come from another one."""
    at = _moment(state)
    return at is not None and Change.objects.filter(seq=int(state.split("-")[0]), at=at).exists()


@contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """The right to make a table, of one thread of one process of the machine; whether it was free. Where the folder
    cannot be written to, everybody has it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield True
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
