"""A live site with the made world in it, and a page of Debian's Chromium to visit it with."""

from __future__ import annotations

import pytest
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer) -> str:
    """The address of the live server, after the made world was loaded and indexed."""
    from tests.web import world  # imports models: only once Django is set up

    from learnwork.search.follow import rebuild

    world.load()
    rebuild()
    return live_server.url
