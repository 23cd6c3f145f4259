"""Pages of places: what is offered in a state or a county, and what work pays there."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.world import words

pytestmark = [pytest.mark.usefixtures("index"), pytest.mark.django_db]


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return words(response.content.decode())


def test_it_works(client: Client) -> None:
    shown = text(client, "/places/state/NJ")
    assert "New Jersey" in shown
    assert "What can I study here?" in shown
    assert "Welding" in shown
    assert "Riverside College" in shown


def test_wages_are_the_occupations(client: Client) -> None:
    shown = text(client, "/places/state/nj")
    assert "Welders" in shown
    assert "$59,440 a year" in shown
    assert "not what completers earn" in shown


@pytest.mark.parametrize("key", ["XX", "New-Jersey", "N", "🙂", "<script>", "NJ'--"])
def test_what_is_no_state_is_not_found(client: Client, key: str) -> None:
    shown = text(client, f"/places/state/{key}", 404)
    assert "/places/state/NJ" in shown


def test_a_state_of_which_nothing_is_here(client: Client) -> None:
    assert "Nothing here is known to be in Wyoming" in text(client, "/places/state/WY", 404)


@pytest.mark.parametrize("code", ["99999", "34", "340070", "abcde", "٣٤٠٠٧"])
def test_what_is_no_county_is_not_found(client: Client, code: str) -> None:
    assert "codes of five digits" in text(client, f"/places/county/{code}", 404)
