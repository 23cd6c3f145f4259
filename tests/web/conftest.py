"""The made world, in the database and in the index: loaded once a file, taken back after it.

Tests that use it are marked `django_db` as well, so that each takes back what it did itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="module")
def registry(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from django.core.cache import cache
    from django.db import transaction
    from tests.web import world  # imports models: only once Django is set up

    with django_db_blocker.unblock(), transaction.atomic():
        world.load()
        cache.clear()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def index(registry: None) -> None:
    from learnwork.search.follow import rebuild

    rebuild()
