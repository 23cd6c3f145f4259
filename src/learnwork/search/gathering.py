"""Gathering the records of a whole registry: in this process, or in several where there is much to gather.

Half the time of a rebuild goes into reading and gathering, which Python does on one core at a time. This module is
imported by new processes before they know Django, so it imports what needs Django where it is used.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from learnwork.search.record import Record

if TYPE_CHECKING:
    from learnwork.search.gather import Gatherer

_BATCH = 1_000  # resources read from the registry at a time
MANY = 20_000  # resources from which on processes of their own (a second each to start) are worth it
_AHEAD = 3  # batches for each process that may wait to be written; bounds memory

_gatherer: Gatherer


def gathered(ids: Iterable[int], count: int) -> Iterator[list[Record]]:
    """Records of resources, batch by batch, in the order of `ids`; count: about how many there are."""
    from learnwork.registry.store import chunked
    from learnwork.search.gather import Gatherer

    processes = os.cpu_count() or 1
    if count < MANY or processes == 1:
        gatherer = Gatherer()
        for batch in chunked(ids, _BATCH):
            yield gatherer.records(batch)
        return
    from django.db import connection

    database = str(connection.settings_dict["NAME"])
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (database,)) as pool:
        waiting: deque[Future[list[Record]]] = deque()
        for batch in chunked(ids, _BATCH):
            waiting.append(pool.submit(_records, batch))
            if len(waiting) >= processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _begin(database: str) -> None:
    """Make a new process ready to read the database that the first one reads."""
    global _gatherer
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnwork.web.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    gc.disable()
    from learnwork.search.gather import Gatherer

    _gatherer = Gatherer()


def _records(ids: list[int]) -> list[Record]:
    return _gatherer.records(ids)
