"""A registry with nothing in it."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.world import words


@pytest.mark.django_db
def test_an_empty_registry_says_what_to_do(client: Client) -> None:
    text = words(client.get("/").content.decode())
    assert "The registry is empty." in text
    assert "learnwork load" in text
    for address in ("/search?q=welding", "/sources", "/decisions", "/licences", "/about/marks"):
        assert client.get(address).status_code == 200
