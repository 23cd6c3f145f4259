"""`learnwork work`: the followers of changes, run on their own. `learnwork serve` runs one beside the web."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from learnwork.cli import site
from learnwork.cli.databases import DatabaseInUseError
from learnwork.cli.locks import taken
from learnwork.cli.output import say

_PAUSE = 1.0  # seconds between two looks at the sequence of changes
_LONGEST_PAUSE = 60.0  # after errors in a row


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
        _follow_until(stop)


def _follow_until(stop: threading.Event) -> None:
    from django.db import close_old_connections

    from learnwork.search.follow import follow

    pause = _PAUSE
    while not stop.wait(pause):
        close_old_connections()
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
