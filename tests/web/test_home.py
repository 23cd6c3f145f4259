"""The start page: counts that lead to their lists, six doors of which none is empty, what changed, a map."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from tests.web.world import words

from learnwork.web import overview


@pytest.mark.django_db
@pytest.mark.usefixtures("index")
class TestHome:
    def test_counts_lead_to_lists_of_that_length(self, client: Client) -> None:
        shown = client.get("/").content.decode()
        counts = re.findall(r'<li><a href="(/search\?type=[a-z_]+)"><strong>([\d,]+)</strong>', shown)
        assert len(counts) >= 5
        for address, count in counts:
            assert f"<strong>{count} result" in client.get(address).content.decode(), address

    def test_six_doors_and_none_is_empty(self, client: Client) -> None:
        doors = overview.home().doors
        assert len(doors) == 6
        for door in doors:
            for said, address in door.links:
                response = client.get(address)
                assert response.status_code == 200, said
                if address.startswith("/search"):
                    assert "Nothing matches" not in response.content.decode(), said

    def test_what_changed_lately(self, client: Client) -> None:
        text = words(client.get("/").content.decode())
        assert "What changed lately?" in text
        assert "Made source state-list" in text
        assert "A curator decided : It never existed." in text

    def test_shapes_of_the_map_lead_to_lists(self, client: Client) -> None:
        if not overview.maps._outlines("states"):
            pytest.skip("set-up could not fetch the outlines (no npm here)")
        shown = client.get("/").content.decode()
        shapes = re.findall(r'<a href="([^"]*)" aria-label="([^"]*): ([\d,]+) results?"', shown)
        for address, _name, count in shapes:
            assert f"<strong>{count} result" in client.get(unescape(address)).content.decode()

    def test_the_number_of_queries_is_bounded(
        self, client: Client, django_assert_max_num_queries: object
    ) -> None:
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            client.get("/")
