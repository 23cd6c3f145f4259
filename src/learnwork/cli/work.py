"""`learnwork work`: the follower of changes, and what is done periodically. `learnwork serve` runs one too."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from learnwork.cli import site
from learnwork.cli.databases import DatabaseInUseError
from learnwork.cli.locks import taken
from learnwork.cli.output import say

_PAUSE = 1.0  # seconds between two looks at the sequence of changes
_LONGEST_PAUSE = 60.0  # after errors in a row


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that is done every so many seconds, and again later if it fails. It looks itself what is due."""

    name: str
    seconds: float
    run: Callable[[], object]


def _send_saved_searches() -> None:
    from learnwork.search.saved import send_due

    send_due()


def _send_mail_of_surveys() -> None:
    from learnwork.surveys.mail import work as send

    send()


def _wipe_what_ended() -> None:
    from learnwork.wallet import issuers, offers, permissions

    offers.wipe_ended()
    issuers.remove_ended()
    permissions.remove_ended()


_BESIDE: dict[str, subprocess.Popen[bytes]] = {}


def _beside(*arguments: str) -> bool:
    """Run a command in a process of its own, lest the index wait for it. False where one of its name still runs."""
    running = _BESIDE.get(arguments[0])
    if running is not None and running.poll() is None:
        return False
    command = [sys.executable, "-m", "learnwork", *arguments]
    _BESIDE[arguments[0]] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return True


def _make_bulk_files() -> None:
    """A set of the whole United States takes minutes."""
    from django.conf import settings

    if settings.BULK_HOURS:
        _beside("dump", "--if-older", str(settings.BULK_HOURS))


@dataclass
class _TableOfMatches:
    """Has the table of matches made once for each state of the registry that lasts from one look to the next: many
    releases are often loaded in a row. seen, begun: states."""

    seen: str = ""
    begun: str = ""

    def __call__(self) -> None:
        from learnwork.competencies import knowing

        missing = knowing.missing()
        if missing and missing == self.seen != self.begun and _beside("index", "matches"):
            self.begun = missing
        self.seen = missing


PERIODIC = (
    Periodic("mail of saved searches", 300, _send_saved_searches),
    Periodic("mail of surveys", 60, _send_mail_of_surveys),
    Periodic("offers, issuers and permissions that ended", 600, _wipe_what_ended),
    Periodic("bulk files", 600, _make_bulk_files),
    Periodic("table of matches", 3, _TableOfMatches()),
)


def work() -> None:
    """Keep the search index up with the registry until stopped. One at a time on a machine."""
    site.ready()
    from django.conf import settings

    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    with taken(settings.DATA, "work") as free:
        if not free:
            raise DatabaseInUseError(
                "Another process keeps the index of this data folder.",
                hint="Nothing is to be done: that one works.",
            )
        try:
            _follow_until(stop)
        finally:
            for one in _BESIDE.values():
                one.terminate()
                one.wait()


def _follow_until(stop: threading.Event) -> None:
    from django.db import close_old_connections

    from learnwork.search.follow import follow

    pause = _PAUSE
    due = {task.name: time.monotonic() for task in PERIODIC}
    while not stop.wait(pause):
        close_old_connections()
        _run_due(due)
        try:
            follow()
            pause = _PAUSE
        except Exception as error:
            # Whatever it was (a full disk, a database that restarts), the follower's only way is to try again.
            pause = min(pause * 2, _LONGEST_PAUSE)
            say(
                f"The index could not follow ({type(error).__name__}: {error}); trying again in {pause:.0f} s.",
                errors=True,
            )


def _run_due(due: dict[str, float]) -> None:
    """Run each task whose time has come; one that fails does not keep the others, or the index, from their work."""
    for task in PERIODIC:
        if time.monotonic() < due[task.name]:
            continue
        due[task.name] = time.monotonic() + task.seconds
        try:
            task.run()
        except Exception as error:
            say(
                f"{task.name}: {type(error).__name__}: {error}; trying again in {task.seconds:.0f} s.",
                errors=True,
            )
